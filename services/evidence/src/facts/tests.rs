//! Facts by golden bytes, and by what a later release might have written.

use rogatory_domain::case::{DeferralReason, Event, Ground, Guarantee};
use rogatory_domain::id::ReferralId;

use super::*;

const REFERRAL: &str = "0192f0a0-0000-7000-8000-000000000001";
const MESSAGE: &str = "0192f0a0-0000-7000-8000-000000000002";

fn opening() -> OpeningFact {
    OpeningFact {
        referral: REFERRAL.parse().unwrap(),
        referral_type: ReferralType::EuropeanArrestWarrant,
        edition: Edition { instrument: 1, calendar: 1 },
        roster_version: 3,
        issuing: "fr-jirs-marseille".parse().unwrap(),
        executing: "nl-om".parse().unwrap(),
        parties: vec![
            ("nl-politie".parse().unwrap(), Capacity::Police),
            ("eu-europol".parse().unwrap(), Capacity::Copy),
        ],
        jurisdiction: "NL".parse().unwrap(),
        declared: Timestamp::from_microsecond(1_621_504_800_000_001).unwrap(),
        recorded: Timestamp::from_microsecond(1_621_504_860_000_002).unwrap(),
    }
}

fn event(event: Event) -> Fact {
    Fact {
        id: MESSAGE.parse().unwrap(),
        sender: "nl-om".parse().unwrap(),
        number: 2,
        seen: vec![("fr-jirs-marseille".parse().unwrap(), 1)],
        event,
        declared: Timestamp::from_microsecond(1_621_504_800_000_000).unwrap(),
        recorded: Timestamp::from_microsecond(1_621_504_801_000_000).unwrap(),
    }
}

fn samples() -> Vec<Facts> {
    let answers: Option<MessageId> = Some(MESSAGE.parse().unwrap());
    let replaced_by: Option<ReferralId> = Some(REFERRAL.parse().unwrap());
    let on = jiff::civil::date(2021, 6, 20);
    let ordered = Event::ExecutionOrdered { offences: vec![1, 2], conditions: vec![Guarantee::Return] };
    let events = [
        Event::Arrested,
        Event::InformationRequested { by: Some(on), copy_of_judgment: true },
        Event::OnwardConsentAnswered { answers, granted: true },
        Event::Deferred { reason: DeferralReason::Immunity },
        ordered,
        Event::Refused { grounds: vec![Ground::Age, Ground::InAbsentia] },
        Event::Surrendered { custody_days: 25 },
        Event::Withdrawn { replaced_by },
        Event::Corrected { message: MESSAGE.parse().unwrap() },
    ];
    let alarm = Alarm {
        clock: ClockId::T1,
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
    all.extend(events.into_iter().map(|one| Facts::Event(event(one))));
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
    assert_eq!(raw(|opening| opening.instrument = "eio".into()), later("instrument eio"));
    assert_eq!(raw(|opening| opening.instrument_edition = 2), later("edition 2 with calendars 1"));
    assert_eq!(raw(|opening| opening.calendar_edition = 9), later("edition 1 with calendars 9"));
    assert_eq!(raw(|opening| opening.parties[1].capacity = "liaison".into()), later("capacity liaison"));
    assert_eq!(raw(|opening| opening.instrument = "\u{1b}[2J".into()), later("instrument that is no code"));
    let malformed = |field| Err(FactsError::Malformed(field));
    assert_eq!(raw(|opening| opening.instrument_edition = 0), malformed("instrument_edition"));
    assert_eq!(raw(|opening| opening.referral_id.truncate(3)), malformed("referral_id"));
    assert_eq!(raw(|opening| opening.parties.truncate(0)), malformed("parties"));

    let of_format = |format| Facts::parse(&pb::Facts { format, fact: None }.encode_to_vec());
    assert_eq!(of_format(0), malformed("format"));
    assert_eq!(of_format(2), later("format 2"));
    assert_eq!(of_format(FACTS_FORMAT), later("fact"));
    assert_eq!(Facts::parse(&[0xff]), malformed("facts"));

    let mut fact = fact_to_pb(&event(Event::Arrested));
    fact.event.as_mut().unwrap().code = "extradited".into();
    let written = pb::Facts { format: FACTS_FORMAT, fact: Some(Content::Event(fact)) }.encode_to_vec();
    assert_eq!(Facts::parse(&written), later("event extradited"));
}
