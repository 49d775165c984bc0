//! The rules of a roster's text, and its golden bytes.

use std::collections::BTreeMap;

use ed25519_dalek::{Signer as _, SigningKey};
use rogatory_domain::calendar::CURRENT_EDITION;
use rogatory_domain::limits::LINE_BYTES;
use rogatory_tlog::{KeyKind, SignatureLine, VerifierKey};
use uuid::Uuid;

use super::card::Card;
use super::draft::{FORMAT, MEMBERS_COUNT_MAX, Put, RosterDraft};
use super::member::{Acceptance, KeyText, LedgerKeyRange, Member, SealingKeyRange};
use super::{Roster, RosterChange, RosterError, RosterRefused, roster_key_name};
use crate::Instance;

const GOLDEN: &str = include_str!("golden.toml");

fn signing() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

fn key() -> VerifierKey {
    let name = roster_key_name(&"test.rogatory.example".parse().unwrap());
    VerifierKey::new(&name, KeyKind::Ed25519, &signing().verifying_key().to_bytes()).unwrap()
}

fn line(text: &str) -> SignatureLine {
    SignatureLine::ed25519(&key(), &signing().sign(text.as_bytes()).to_bytes()).unwrap()
}

fn signed(draft: &RosterDraft) -> Result<Roster, RosterError> {
    Roster::signed(draft, line(&draft.to_text()))
}

/// A note over a text that no draft of this release makes.
fn read(text: &str) -> Result<Roster, RosterError> {
    Roster::verify(&format!("{text}\n{}", line(text)), &key())
}

fn member(id: &str) -> Member {
    Member {
        id: id.parse().unwrap(),
        name: "Openbaar Ministerie".into(),
        country: "NL".into(),
        part: None,
        party_id: format!("urn:oasis:names:tc:ebcore:partyid-type:unregistered:{id}"),
        endpoint: format!("{id}.example:7443"),
        via: None,
        roots: vec!["(a certificate)".into()],
        accepts: vec![Acceptance::new("eaw", ["executing", "copy"])],
        ledger_keys: vec![LedgerKeyRange::current([1; 32])],
        sealing_keys: vec![SealingKeyRange::first(&[2; 4])],
        other: toml::Table::new(),
    }
}

fn draft(members: Vec<Member>) -> RosterDraft {
    RosterDraft { members, ..RosterDraft::new("test.rogatory.example".parse().unwrap()) }
}

fn instance(byte: u8) -> Instance {
    Instance::new(Uuid::from_bytes([byte; 16]))
}

/// Every field, a retired key of each kind, a hub.
fn full() -> RosterDraft {
    let retired =
        LedgerKeyRange { instance: Some(instance(7)), last: Some(4_711), ..LedgerKeyRange::current([1; 32]) };
    let current = LedgerKeyRange { instance: Some(instance(8)), ..LedgerKeyRange::current([3; 32]) };
    let second = SealingKeyRange { generation: 2, ..SealingKeyRange::first(&[4; 4]) };
    let nl = Member {
        ledger_keys: vec![retired, current],
        sealing_keys: vec![SealingKeyRange { last: Some(2), ..SealingKeyRange::first(&[2; 4]) }, second],
        via: Some("eu-hub".parse().unwrap()),
        ..member("nl-om")
    };
    RosterDraft { version: 3, editions: BTreeMap::new(), ..draft(vec![member("fr-jirs"), nl]) }
}

#[test]
fn a_roster_with_an_edition_that_this_release_does_not_know_needs_a_later_one() {
    let with = |editions: &str| {
        read(&GOLDEN.replacen("version = 3\n", &format!("version = 3\n\n[editions]\n{editions}\n"), 1))
    };
    assert_eq!(read(GOLDEN).unwrap().calendar_edition(), 1, "the first is what none says");
    let newest = with(&format!("calendars = {CURRENT_EDITION}\neaw = 1\nof_a_later_release = 7")).unwrap();
    assert_eq!((newest.calendar_edition(), newest.edition_of("eaw")), (CURRENT_EDITION, 1));
    let later =
        |paths: &[&str]| RosterError::Later(paths.iter().map(|path| format!("editions.{path}")).collect());
    assert_eq!(with("calendars = 999\neaw = 998").unwrap_err(), later(&["calendars", "eaw"]));
    assert_eq!(with("calendars = 1000").unwrap().calendar_edition(), 1000, "a decree file makes it");
    assert_eq!(with("calendars = 0").unwrap_err(), RosterError::Fields(vec!["editions.calendars".into()]));
    assert!(matches!(with("calendars = 70000"), Err(RosterError::Text(_))));
}

#[test]
fn a_roster_is_the_same_bytes_in_every_release() {
    let text = full().to_text();
    assert_eq!(text, GOLDEN, "\n{text}");
    assert_eq!(RosterDraft::parse(GOLDEN).unwrap(), full());
}

#[test]
fn fields_of_a_later_release_are_kept_and_the_signed_bytes_are_what_is_shown() {
    let later = GOLDEN.replacen("version = 3\n", "version = 3\nwitness = \"eu-witness\"\n", 1).replacen(
        "instrument = \"eaw\"\n",
        "instrument = \"eaw\"\nlanguages = [\"fr\"]\n",
        1,
    );
    let later = later.replacen("country = \"NL\"\n", "country = \"NL\"\nunits = [\"parket\"]\n", 2);
    let roster = read(&later).unwrap();
    assert!(roster.note().starts_with(&later), "the bytes are those that were signed");
    assert_eq!(roster.draft().other["witness"].as_str(), Some("eu-witness"));
    assert_eq!(roster.members()[1].other["units"][0].as_str(), Some("parket"));
    let next = RosterDraft { version: 4, ..roster.draft().clone() };
    let again = signed(&next).unwrap();
    assert_eq!(again.draft(), &next, "the next edition has them too");
    assert!(again.draft().to_text().contains("languages = [\"fr\"]"));
}

#[test]
fn a_field_that_must_be_understood_and_is_not_refuses_the_roster_whatever_form_the_rest_has() {
    let demanding = |fields: &str| {
        read(&GOLDEN.replacen("version = 3\n", &format!("version = 3\nmust_understand = {fields}\n"), 1))
    };
    assert!(demanding("[\"agency.ledger_keys.last\"]").is_ok());
    let refused = demanding("[\"agency.via\", \"witness\", \"agency\"]").unwrap_err();
    assert_eq!(refused, RosterError::Later(vec!["agency.via".into(), "witness".into()]));
    let other_form = "format = \"rogatory-roster/v1\"\nmust_understand = [\"edition\"]\nedition = 4\n";
    assert_eq!(read(other_form).unwrap_err(), RosterError::Later(vec!["edition".into()]));
    let next_format = GOLDEN.replacen(FORMAT, "rogatory-roster/v2", 1);
    assert_eq!(read(&next_format).unwrap_err(), RosterError::Later(vec!["format".into()]));
    let no_format = GOLDEN.replacen(FORMAT, "a list", 1);
    assert_eq!(read(&no_format).unwrap_err(), RosterError::Fields(vec!["format".into()]));
}

#[test]
fn every_field_that_is_out_of_bounds_is_named_at_once() {
    let faults = |change: &dyn Fn(&mut Member)| {
        let mut changed = member("nl-om");
        change(&mut changed);
        match signed(&draft(vec![member("fr-jirs"), changed])) {
            Err(RosterError::Fields(fields)) => fields.join(" "),
            other => format!("{other:?}"),
        }
    };
    for name in ["", " ", "Openbaar\nMinisterie", "\u{202e}MO", "\u{9b}2J", &"n".repeat(LINE_BYTES + 1)] {
        assert_eq!(faults(&|m| m.name = name.into()), "agency[1].name", "{name:?}");
    }
    assert_eq!(faults(&|m| m.endpoint = "nl-om.example\u{1b}:7001".into()), "agency[1].endpoint");
    assert_eq!(faults(&|m| m.id = "fr-jirs".parse().unwrap()), "agency[1].id");
    let many = faults(&|m| {
        m.country = "Holland".into();
        m.roots.clear();
        m.accepts.push(m.accepts[0].clone());
        m.ledger_keys[0].key = KeyText(vec![1; 31]);
        m.sealing_keys.clear();
    });
    let expected = "agency[1].country agency[1].roots agency[1].sealing_keys agency[1].accepts[1].instrument \
                    agency[1].ledger_keys[0].key";
    assert_eq!(many, expected);
}

#[test]
fn only_the_last_key_is_current_and_no_two_count_for_the_same_heads() {
    let range = |key: u8, of: Option<u8>, first, last| LedgerKeyRange {
        instance: of.map(instance),
        first,
        last,
        ..LedgerKeyRange::current([key; 32])
    };
    let fault = |keys: Vec<LedgerKeyRange>| match signed(&draft(vec![Member {
        ledger_keys: keys,
        ..member("nl-om")
    }])) {
        Err(RosterError::Fields(fields)) => fields.join(" "),
        other => other.map_or_else(|error| error.to_string(), |_| "sound".to_owned()),
    };
    for (keys, expected) in [
        (vec![range(1, None, 0, Some(9)), range(2, None, 0, None)], "sound"),
        (vec![range(1, Some(7), 0, Some(9)), range(1, Some(8), 0, None)], "sound"),
        (vec![range(1, Some(7), 0, Some(9)), range(2, Some(7), 10, None)], "sound"),
        (vec![range(1, None, 0, None), range(2, None, 0, None)], "agency[0].ledger_keys[0].last"),
        (vec![range(1, None, 0, Some(9))], "agency[0].ledger_keys[0].last"),
        (vec![range(1, Some(7), 0, Some(9)), range(2, Some(7), 9, None)], "agency[0].ledger_keys[1].first"),
        (vec![range(1, None, 0, Some(9)), range(1, Some(8), 0, None)], "agency[0].ledger_keys[1].first"),
        (vec![range(1, None, 5, Some(4)), range(2, None, 0, None)], "agency[0].ledger_keys[0].last"),
    ] {
        assert_eq!(fault(keys.clone()), expected, "{keys:?}");
    }
    let retired = range(1, Some(7), 10, Some(19));
    for (of, size, covers) in [(7, 10, false), (7, 11, true), (7, 20, true), (7, 21, false), (8, 11, false)] {
        assert_eq!(retired.covers(instance(of), size), covers, "instance {of}, size {size}");
    }
}

#[test]
fn what_an_agency_takes_is_told_by_instrument_and_capacity() {
    let member = member("nl-om");
    assert!(
        member.accepts("eaw") && member.accepts_as("eaw", "executing") && member.accepts_as("eaw", "copy")
    );
    assert!(!member.accepts_as("eaw", "police") && !member.accepts("eio"));
}

#[test]
fn three_thousand_agencies_stand_in_one_roster_and_no_more() {
    let members = (0..MEMBERS_COUNT_MAX).map(|n| member(&format!("nl-agency-{n}")));
    let mut many = draft(members.collect());
    let roster = Roster::verify(signed(&many).unwrap().note(), &key()).unwrap();
    let last = "nl-agency-2999".parse().unwrap();
    assert_eq!(roster.member(&last).unwrap().endpoint, "nl-agency-2999.example:7443");
    assert!(roster.member(&"nl-agency-3000".parse().unwrap()).is_none());
    many.members.push(member("nl-agency-3000"));
    assert_eq!(signed(&many).unwrap_err(), RosterError::Fields(vec!["agency".into()]));
}

#[test]
fn a_roster_of_a_stranger_and_one_that_was_changed_are_refused() {
    let note = signed(&full()).unwrap().note().to_owned();
    assert!(Roster::verify(&note, &key()).is_ok());
    let stranger = SigningKey::from_bytes(&[9; 32]).verifying_key().to_bytes();
    let stranger = VerifierKey::new(key().name(), KeyKind::Ed25519, &stranger).unwrap();
    assert_eq!(Roster::verify(&note, &stranger).unwrap_err(), RosterError::Signature);
    let changed = note.replacen("version = 3", "version = 4", 1);
    assert_eq!(Roster::verify(&changed, &key()).unwrap_err(), RosterError::Signature);
    assert_eq!(Roster::verify(GOLDEN, &key()).unwrap_err(), RosterError::Note);
}

#[test]
fn a_newer_roster_or_the_same_one_may_follow_and_no_other() {
    let of = |version, name: &str| {
        let member = Member { name: name.into(), ..member("nl-om") };
        signed(&RosterDraft { version, ..draft(vec![member]) }).unwrap()
    };
    let known = of(2, "one").in_force();
    assert_eq!(known.may_be_followed_by(of(3, "other").in_force()), Ok(()));
    assert_eq!(known.may_be_followed_by(of(2, "one").in_force()), Ok(()));
    assert_eq!(known.may_be_followed_by(of(2, "other").in_force()), Err(RosterRefused::Changed(2)));
    let older = Err(RosterRefused::Older { given: 1, known: 2 });
    assert_eq!(known.may_be_followed_by(of(1, "one").in_force()), older);
}

#[test]
fn what_a_roster_changes_is_who_comes_who_goes_and_whose_link_is_made_anew() {
    let before = signed(&draft(["fr-a", "fr-b", "fr-c", "fr-d"].map(member).into())).unwrap();
    let named = Member { name: "another name".into(), ..member("fr-a") };
    let moved = Member { endpoint: "elsewhere.example:1".into(), ..member("fr-b") };
    let resealed = Member { sealing_keys: vec![SealingKeyRange::first(&[9; 4])], ..member("fr-c") };
    let after = RosterDraft { version: 2, ..draft(vec![named, moved, resealed, member("fr-e")]) };
    let change = RosterChange::between(&before, &signed(&after).unwrap());
    let ids = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect::<Vec<_>>();
    let expected = RosterChange {
        version: 2,
        came: ids(&["fr-e"]),
        left: ids(&["fr-d"]),
        changed: ids(&["fr-b", "fr-c"]),
    };
    assert_eq!(change, expected);
}

#[test]
fn a_card_comes_over_as_it_was_sent_and_its_fingerprint_is_that_of_no_other() {
    let card = Card::new("test.rogatory.example".parse().unwrap(), member("nl-om"));
    let text = card.to_text();
    assert_eq!(Card::parse(&text).unwrap(), card);
    let said = Card::fingerprint(&text);
    assert_eq!((said.len(), said.split(' ').count()), (39, 8), "{said}");
    for heard in [said.clone(), said.to_lowercase(), said.replace(' ', "-"), said.replace(' ', "")] {
        assert!(Card::is_fingerprint(&text, &heard), "{heard}");
    }
    let other = Card::new(
        card.federation.clone(),
        Member { endpoint: "elsewhere.example:1".into(), ..member("nl-om") },
    );
    for wrong in [Card::fingerprint(&other.to_text()), String::new(), said[..38].to_owned()] {
        assert!(!Card::is_fingerprint(&text, &wrong), "{wrong}");
    }
    let faulty = Card { agency: Member { country: "Holland".into(), ..member("nl-om") }, ..card.clone() };
    let refused = Card::parse(&faulty.to_text()).unwrap_err();
    assert_eq!(refused, RosterError::Fields(vec!["agency[0].country".into()]));
    assert!(matches!(Card::parse("a card"), Err(RosterError::Text(_))));
    assert!(matches!(Card::parse(&"x".repeat(super::CARD_BYTES_MAX + 1)), Err(RosterError::Text(_))));
}

#[test]
fn a_draft_of_which_no_edition_was_made_has_version_0_and_no_roster_has() {
    let unsigned = RosterDraft { version: 0, ..draft(vec![member("fr-jirs")]) };
    assert_eq!(RosterDraft::parse(&unsigned.to_text()), Ok(unsigned.clone()));
    assert_eq!(signed(&unsigned).unwrap_err(), RosterError::Fields(vec!["version".into()]));
}

#[test]
fn an_agency_is_put_in_by_its_card_and_its_earlier_keys_stay_with_their_last_record_and_roster() {
    let federation = "test.rogatory.example".parse().unwrap();
    let card = |agency| Card::new("test.rogatory.example".parse().unwrap(), agency);
    let mut roster = RosterDraft { version: 4, ..RosterDraft::new(federation) };
    assert_eq!(roster.put(card(member("nl-om")), None), Ok(Put::New));
    assert_eq!(roster.put(card(member("nl-om")), None), Ok(Put::Unchanged));
    let moved = Member { endpoint: "elsewhere.example:1".into(), ..member("nl-om") };
    assert_eq!(roster.put(card(moved.clone()), None), Ok(Put::Changed));

    let renewed = Member {
        ledger_keys: vec![LedgerKeyRange::current([5; 32])],
        sealing_keys: vec![SealingKeyRange::first(&[6; 4])],
        ..moved
    };
    let before = roster.clone();
    let unsaid = roster.put(card(renewed.clone()), None);
    assert_eq!(unsaid, Err(RosterError::Fields(vec!["ledger_keys.last".into()])));
    let stranger = Card { federation: "other.example".parse().unwrap(), ..card(renewed.clone()) };
    assert!(roster.put(stranger, Some(9)).is_err());
    assert_eq!(roster, before, "what is refused changes nothing");
    assert_eq!(roster.put(card(renewed), Some(4_711)), Ok(Put::Changed));
    let now = &roster.members[0];
    let ledger: Vec<_> = now.ledger_keys.iter().map(|range| (range.bytes()[0], range.last)).collect();
    assert_eq!(ledger, [(1, Some(4_711)), (5, None)]);
    let sealing: Vec<_> = now.sealing_keys.iter().map(|range| (range.generation, range.last)).collect();
    assert_eq!(sealing, [(1, Some(4)), (2, None)]);
    assert!(roster.remove(&"nl-om".parse().unwrap()) && !roster.remove(&"nl-om".parse().unwrap()));
}
