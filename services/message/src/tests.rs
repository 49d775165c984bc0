//! Messages by golden bytes, and by what a later release or nobody would have written.

use rogatory_domain::Handling;
use rogatory_domain::case::{Event, Parameter, Value};
use rogatory_domain::instrument::{Instrument, Symbol};
use rogatory_domain::referral::Lane;

use super::*;

const REFERRAL: &str = "0192f0a0-0000-7000-8000-000000000001";

fn opening() -> Opening {
    Opening {
        instrument: Instrument::of_edition("eaw", 1).unwrap(),
        calendar_edition: 1,
        jurisdiction: "NL".parse().unwrap(),
        opener_jurisdiction: None,
        roster_version: 3,
        lane: Lane::Urgent,
        parties: [("nl-om", "executing"), ("nl-politie", "police")]
            .map(|(agency, capacity)| (agency.parse().unwrap(), Symbol::of(capacity).unwrap()))
            .into(),
        labels: Labels {
            handling: vec![Handling::H1, Handling::H2],
            classification: "restricted".into(),
            purpose: "criminal_proceedings".into(),
        },
        links: vec![Link { relation: Relation::Replaces, referral: REFERRAL.parse().unwrap() }],
        form: Bytes::from_static(b"as its author wrote it"),
        passed_on: None,
    }
}

/// The same, as the agency passes it on that had to answer it.
fn passed_on() -> Opening {
    let carried = Carried {
        header: Bytes::from_static(b"header"),
        ciphertext: Bytes::from_static(b"sealed"),
        content_key: [7; 32],
        sent: rogatory_evidence::pb::Opening { index: 300, ..Default::default() },
        proof: "c2sp.org/tlog-proof@v1".to_owned(),
    };
    let passed_on = PassedOn { issuing: "fr-jirs-marseille".parse().unwrap(), carried: vec![carried] };
    Opening { passed_on: Some(passed_on), ..opening() }
}

fn samples() -> Vec<Message> {
    let declared = Timestamp::from_microsecond(1_621_504_800_000_001).unwrap();
    let given = |code, value| Parameter { code: Symbol::of(code).unwrap(), value };
    let returned = Value::Item(Symbol::of("return").unwrap());
    let ordered = vec![given("offence", Value::Number(1)), given("guarantee", returned)];
    let ordered = Event::parse("execution_ordered", ordered).unwrap();
    let notice = Notice::parse(ordered, "Subject to return.\n".into()).unwrap();
    let seen = vec![("fr-jirs-marseille".parse().unwrap(), 1)];
    vec![
        Message { seen: vec![], declared, content: Content::Opening(opening()) },
        Message { seen, declared, content: Content::Event(notice) },
        Message { seen: vec![], declared, content: Content::Opening(passed_on()) },
    ]
}

/// These bytes lie in ledgers of two agencies each. A line that changes is a format that no earlier message is read by.
#[test]
fn messages_are_the_bytes_that_agencies_keep() {
    let written: Vec<String> = samples().iter().map(|message| hex::encode(message.encode())).collect();
    let kept: Vec<&str> = include_str!("golden.txt").lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(written, kept, "\n{}", written.join("\n"));
    for (line, message) in kept.into_iter().zip(samples()) {
        assert_eq!(Message::parse(hex::decode(line).unwrap().into()), Ok(message));
    }
}

#[test]
fn a_case_is_passed_on_with_messages_and_with_whose_it_is_or_not_at_all() {
    let malformed = |field| Err(MessageError::Malformed(field));
    let issuing = || "fr-jirs-marseille".to_owned();
    let alone = changed(|opening| opening.issuing = issuing()).map(drop);
    assert_eq!(alone, malformed("carried"));
    let of = |opening: Opening, change: fn(&mut pb::Opening)| {
        let mut raw = opening.to_pb();
        change(&mut raw);
        Opening::from_pb(raw).map(drop)
    };
    let carries = |change| of(passed_on(), change);
    assert_eq!(carries(|_| ()), Ok(()));
    assert_eq!(carries(|opening| opening.issuing.clear()), malformed("carried"));
    assert_eq!(carries(|opening| opening.issuing = "Nobody".into()), malformed("issuing"));
    assert_eq!(carries(|opening| opening.carried[0].content_key.truncate(31)), malformed("carried"));
    assert_eq!(carries(|opening| opening.carried[0].sent = None), malformed("carried"));
    let one_too_many = |opening: &mut pb::Opening| {
        opening.carried = vec![opening.carried[0].clone(); limits::MESSAGES_CARRIED + 1];
    };
    assert_eq!(carries(one_too_many), malformed("carried"));
    let to = |sender: &str| passed_on().recipients(&sender.parse().unwrap()).len();
    assert_eq!((to("nl-om"), to("nl-court")), (2, 3), "whose case it is is told as well");
}

fn changed(change: impl Fn(&mut pb::Opening)) -> Result<Message, MessageError> {
    let mut raw = opening().to_pb();
    change(&mut raw);
    read(pb::Message {
        format: MESSAGE_FORMAT,
        content: Some(pb::message::Content::Opening(raw)),
        ..pb::Message::default()
    })
}

fn read(raw: pb::Message) -> Result<Message, MessageError> {
    Message::parse(raw.encode_to_vec().into())
}

fn evidence_event(code: &str) -> pb::Message {
    let event = rogatory_evidence::pb::Event { code: code.into(), parameters: Vec::new() };
    let event = pb::Event { event: Some(event), text: String::new() };
    pb::Message {
        format: MESSAGE_FORMAT,
        content: Some(pb::message::Content::Event(event)),
        ..pb::Message::default()
    }
}

#[test]
fn what_a_later_release_tells_is_not_called_malformed() {
    let later = |code, what: &str| Err(MessageError::Later(code, what.to_owned()));
    assert_eq!(
        changed(|opening| opening.instrument = "later_law".into()),
        later(Code::LaterInstrument, "instrument")
    );
    assert_eq!(
        changed(|opening| opening.instrument_edition = 900),
        later(Code::LaterEdition, "edition 900 with calendars 1")
    );
    assert_eq!(
        changed(|opening| opening.calendar_edition = 900),
        later(Code::LaterEdition, "edition 1 with calendars 900")
    );
    assert_eq!(
        changed(|opening| opening.jurisdiction = "DE-XX".into()),
        later(Code::LaterEdition, "jurisdiction")
    );
    assert!(changed(|opening| opening.jurisdiction = "DE-BY".into()).is_ok());
    assert_eq!(changed(|opening| opening.lane = "at_once".into()), later(Code::LaterEvent, "lane"));
    assert_eq!(
        changed(|opening| opening.parties[1].capacity = "liaison".into()),
        later(Code::LaterEvent, "capacity")
    );
    assert_eq!(
        changed(|opening| opening.links[0].relation = "cites".into()),
        later(Code::LaterEvent, "relation of a link")
    );
    let handling = |opening: &mut pb::Opening| opening.labels.as_mut().unwrap().handling[0] = "H9".into();
    assert_eq!(changed(handling), later(Code::LaterEvent, "handling code"));
    let event = evidence_event("arrested_by_drone");
    assert_eq!(read(event), later(Code::LaterEvent, "event arrested_by_drone"));
    assert_eq!(
        read(pb::Message { format: 2, ..pb::Message::default() }),
        later(Code::LaterFormat, "message format 2")
    );
    assert_eq!(
        read(pb::Message { format: MESSAGE_FORMAT, ..pb::Message::default() }),
        later(Code::LaterFormat, "content")
    );
}

#[test]
fn what_nobody_should_have_written_names_its_field() {
    let malformed = |field| Err(MessageError::Malformed(field));
    assert_eq!(Message::parse(Bytes::from_static(&[0xff])), malformed("message"));
    assert_eq!(read(pb::Message::default()), malformed("format"));
    assert_eq!(changed(|opening| opening.calendar_edition = 0), malformed("edition"));
    assert_eq!(changed(|opening| opening.jurisdiction = "Netherlands".into()), malformed("jurisdiction"));
    assert_eq!(changed(|opening| opening.parties.clear()), malformed("parties"));
    assert_eq!(changed(|opening| opening.parties[1].capacity = "executing".into()), malformed("parties"));
    assert_eq!(changed(|opening| opening.parties[1].capacity = "issuing".into()), malformed("parties"));
    assert_eq!(changed(|opening| opening.parties[1].agency = "nl-om".into()), malformed("parties"));
    assert_eq!(changed(|opening| opening.links[0].referral_id.truncate(3)), malformed("links"));
    let twice = |opening: &mut pb::Opening| opening.labels.as_mut().unwrap().handling[0] = "H2".into();
    assert_eq!(changed(twice), malformed("labels.handling"));
    let controls = |opening: &mut pb::Opening| opening.labels.as_mut().unwrap().purpose = "\u{9b}2J".into();
    assert_eq!(changed(controls), malformed("labels"));
}
