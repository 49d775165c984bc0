//! Facts by golden bytes, and by what a later release might have written.

use rogatory_domain::case::{Event, Parameter, Value};
use rogatory_domain::id::ReferralId;

use super::*;

const REFERRAL: &str = "0192f0a0-0000-7000-8000-000000000001";
const MESSAGE: &str = "0192f0a0-0000-7000-8000-000000000002";

fn opening() -> OpeningFact {
    OpeningFact {
        referral: REFERRAL.parse().unwrap(),
        instrument: Instrument::of_edition("eaw", 1).unwrap(),
        calendar_edition: 1,
        roster_version: 3,
        issuing: "fr-jirs-marseille".parse().unwrap(),
        parties: [("nl-om", "executing"), ("nl-politie", "police"), ("eu-europol", "copy")]
            .map(|(agency, capacity)| (agency.parse().unwrap(), Symbol::of(capacity).unwrap()))
            .into(),
        jurisdiction: "NL".parse().unwrap(),
        opener_jurisdiction: None,
        traits: Vec::new(),
        items: 0,
        part_of: None,
        passed_on: None,
        declared: Timestamp::from_microsecond(1_621_504_800_000_001).unwrap(),
        recorded: Timestamp::from_microsecond(1_621_504_860_000_002).unwrap(),
    }
}

/// The same, passed on by the agency that had to answer it.
fn passed_on() -> OpeningFact {
    let parties = opening().parties;
    let earlier =
        Earlier { referral: REFERRAL.parse().unwrap(), parties, facts: vec![event("arrested", &[])] };
    OpeningFact {
        referral: "0192f0a0-0000-7000-8000-000000000003".parse().unwrap(),
        items: 2,
        passed_on: Some(Box::new(PassedOn { by: "nl-om".parse().unwrap(), earlier: vec![earlier] })),
        ..opening()
    }
}

fn event(code: &str, parameters: &[(&str, Value)]) -> Fact {
    let given = |(code, value): &(&str, Value)| Parameter { code: Symbol::of(code).unwrap(), value: *value };
    Fact {
        id: MESSAGE.parse().unwrap(),
        sender: "nl-om".parse().unwrap(),
        number: 2,
        seen: vec![("fr-jirs-marseille".parse().unwrap(), 1)],
        event: Event::parse(code, parameters.iter().map(given).collect()).unwrap(),
        declared: Timestamp::from_microsecond(1_621_504_800_000_000).unwrap(),
        recorded: Timestamp::from_microsecond(1_621_504_801_000_000).unwrap(),
    }
}

fn samples() -> Vec<Facts> {
    let message = Value::from(MESSAGE.parse::<MessageId>().unwrap());
    let replaced_by = Value::from(REFERRAL.parse::<ReferralId>().unwrap());
    let on = Value::Day(jiff::civil::date(2021, 6, 20));
    let item = |code| Value::Item(Symbol::of(code).unwrap());
    let events = [
        event("arrested", &[]),
        event("information_requested", &[("day", on), ("copy_of_judgment", Value::Set)]),
        event("onward_consent_answered", &[("answers", message), ("granted", Value::Set)]),
        event("deferred", &[("reason", item("immunity"))]),
        event(
            "execution_ordered",
            &[("offence", Value::Number(1)), ("offence", Value::Number(2)), ("guarantee", item("return"))],
        ),
        event("refused", &[("ground", item("3(3)")), ("ground", item("4a"))]),
        event("surrendered", &[("custody_days", Value::Number(25))]),
        event("withdrawn", &[("replaced_by", replaced_by)]),
        event("corrected", &[("corrects", message)]),
    ];
    let alarm = Alarm {
        clock: Symbol::of("T1").unwrap(),
        cause: MESSAGE.parse().unwrap(),
        due: Timestamp::from_microsecond(1_626_688_800_000_000).unwrap(),
        kind: AlarmKind::Near,
    };
    let mut all = vec![
        Facts::Opening(opening()),
        Facts::HandedOver { sender: "nl-om".parse().unwrap(), position: 300, arrival: 7 },
        Facts::Noticed { through: 4_000 },
        Facts::ClockAlarm(alarm),
    ];
    all.extend(events.map(Facts::Event));
    all.push(Facts::Opening(passed_on()));
    all
}

/// These bytes lie in ledgers. A line that changes is a format that no earlier ledger is read by any more.
#[test]
fn facts_are_the_bytes_that_lie_in_ledgers() {
    let golden = include_str!("golden.txt");
    let written: Vec<String> = samples().iter().map(|facts| hex::encode(facts.encode())).collect();
    let kept: Vec<&str> = golden.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(written, kept, "\n{}", written.join("\n"));
    for (line, facts) in kept.into_iter().zip(samples()) {
        assert_eq!(Facts::parse(&hex::decode(line).unwrap()), Ok(facts));
    }
}

#[test]
fn what_a_later_release_wrote_is_told_from_what_is_malformed() {
    let raw = |change: fn(&mut pb::OpeningFact)| {
        let mut opening = opening_to_pb(&opening());
        change(&mut opening);
        Facts::parse(
            &pb::Facts { format: FACTS_FORMAT, fact: Some(Content::Opening(opening)) }.encode_to_vec(),
        )
    };
    let later = |what: &str| Err(FactsError::Later(what.to_owned()));
    assert_eq!(raw(|opening| opening.instrument = "later_law".into()), later("instrument later_law"));
    assert_eq!(raw(|opening| opening.instrument_edition = 900), later("edition 900 with calendars 1"));
    assert_eq!(raw(|opening| opening.calendar_edition = 9), later("edition 1 with calendars 9"));
    assert_eq!(raw(|opening| opening.parties[1].capacity = "liaison".into()), later("capacity liaison"));
    assert_eq!(raw(|opening| opening.instrument = "\u{1b}[2J".into()), later("instrument that is no code"));
    let malformed = |field| Err(FactsError::Malformed(field));
    assert_eq!(raw(|opening| opening.passed_on_by = "nl-om".into()), malformed("earlier"));
    assert_eq!(raw(|opening| opening.instrument_edition = 0), malformed("instrument_edition"));
    assert_eq!(raw(|opening| opening.referral_id.truncate(3)), malformed("referral_id"));
    assert_eq!(raw(|opening| opening.parties.truncate(0)), malformed("parties"));

    let of_format = |format| Facts::parse(&pb::Facts { format, fact: None }.encode_to_vec());
    assert_eq!(of_format(0), malformed("format"));
    assert_eq!(of_format(2), later("format 2"));
    assert_eq!(of_format(FACTS_FORMAT), later("fact"));
    assert_eq!(Facts::parse(&[0xff]), malformed("facts"));

    let mut fact = fact_to_pb(&event("arrested", &[]));
    fact.event.as_mut().unwrap().code = "extradited".into();
    let written = pb::Facts { format: FACTS_FORMAT, fact: Some(Content::Event(fact)) }.encode_to_vec();
    assert_eq!(Facts::parse(&written), later("event extradited"));
}
