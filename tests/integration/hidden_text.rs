//! Texts that would drive a terminal or deceive its reader: refused at the door, and a peer that sends them anyway is
//! answered as the rule says.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use jiff::Timestamp;
use rogatory_client::pb::casework::v1::body::Content;
use rogatory_client::{Assertion, Code, Problem, fresh_id};
use rogatory_domain::id::{MessageId, ReferralId};
use rogatory_engine::Draft;
use rogatory_engine::engine::Place;
use rogatory_evidence::Kind;
use rogatory_support::rogue::{Said, honest, is_receipt};
use rogatory_support::sample::{act, change_warrant, event, opening, submission};
use rogatory_support::{Federation, Rogue};

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";
/// A control of eight bits, a line break, a reversed reading, one that shows nothing, a line separator, a tag.
const HIDDEN: &[&str] = &["\u{9b}2J", "\r\n", "\u{202e}", "\u{2066}", "\u{200b}", "\u{2028}", "\u{e0041}"];

async fn running(agency: &str) -> Federation {
    let agencies = if agency == FR { [FR, NL] } else { [NL, FR] };
    Federation::start(env!("CARGO_BIN_EXE_rogatory"), &agencies, 1).await.unwrap()
}

fn is_refused(problem: &Problem, code: Code, field: &str) {
    assert_eq!(problem.code, code.refusal().id, "{problem:?}");
    let fields: Vec<_> = problem.faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, [field], "{problem:?}");
}

#[tokio::test]
async fn an_own_case_system_is_told_where_a_text_is_not_what_it_seems_and_nothing_is_recorded() {
    let mut federation = running(FR).await;
    let own = federation.connect(FR, "cases").await.unwrap().casework();
    let referral = own.submit(submission(1, NL, &[])).await.unwrap().referral_id;
    for hidden in HIDDEN {
        let text = format!("Du{hidden}pont");
        let mut named = submission(2, NL, &[]);
        change_warrant(named.opening.as_mut().unwrap(), |warrant| {
            warrant.person.as_mut().unwrap().names[0].original.clone_from(&text);
        });
        let problem = own.submit(named).await.unwrap_err();
        is_refused(&problem, Code::InvalidForm, "warrant.person.names[0].original");

        let mut asserted = act(&referral, "withdrawn");
        asserted.assertion = Some(Assertion { person: text.clone(), justification: "a test".into() });
        let problem = own.act(asserted).await.unwrap_err();
        is_refused(&problem, Code::MissingJustification, "assertion.person");
    }
    for hidden in HIDDEN.iter().filter(|hidden| **hidden != "\r\n") {
        let mut worded = act(&referral, "withdrawn");
        worded.event.as_mut().unwrap().text = format!("With{hidden}drawn.");
        let problem = own.act(worded).await.unwrap_err();
        is_refused(&problem, Code::MalformedMessage, "text");
    }
    assert!(federation.stop(FR).await.unwrap().success());
    let books = federation.books(FR).unwrap();
    assert_eq!(books.of(Kind::Sent).count(), 1);
}

#[tokio::test]
async fn a_peers_warrant_and_event_with_such_texts_are_refused_by_receipt() {
    let federation = running(NL).await;
    let mut rogue = Rogue::new(&federation, FR, NL, None).unwrap();
    let (referral, honest) = honest(&mut rogue);
    let mut worded = event("information_supplied");
    worded.text = "Over.\u{1b}[2J".into();
    let worded = rogue
        .send(Said {
            message: fresh_id().parse().unwrap(),
            referral,
            place: Place { number: 2, previous: Some(honest.digest) },
            declared: Timestamp::now(),
            content: Content::Event(worded),
        })
        .unwrap();
    let second: ReferralId = fresh_id().parse().unwrap();
    let mut named = opening(2, NL, &[]);
    change_warrant(&mut named, |warrant| {
        warrant.person.as_mut().unwrap().names[0].original = "\u{202e}TNOPUD".into();
    });
    let named = rogue
        .send(Said {
            message: MessageId::from_uuid(second.as_uuid()).unwrap(),
            referral: second,
            place: Place { number: 1, previous: None },
            declared: Timestamp::now(),
            content: Content::Opening(named),
        })
        .unwrap();
    let mut talk = rogue.talk().await.unwrap();
    let batch = talk.batch(&[honest, worded, named]).unwrap();
    is_receipt(
        &talk.deliver(batch).await.unwrap(),
        &[
            (Kind::Taken, None),
            (Kind::Refused, Some(Code::MalformedMessage)),
            (Kind::Refused, Some(Code::InvalidForm)),
        ],
    );
}

#[tokio::test]
async fn a_peers_record_whose_reason_is_words_is_not_read_and_hinders_nothing() {
    let mut federation = running(NL).await;
    let mut rogue = Rogue::new(&federation, FR, NL, None).unwrap();
    let (referral, message) = honest(&mut rogue);
    let mut notice = Draft::new(rogue.scribe(), Kind::GivenUp);
    notice.shared.referral = Some(referral);
    notice.shared.envelope = Some(message.digest);
    notice.shared.number = 1;
    notice.shared.recipients = vec![NL.parse().unwrap()];
    notice.shared.reason = "PROVEN      9 records".into();
    let notice = rogue.record(notice).unwrap();
    let mut talk = rogue.talk().await.unwrap();
    let batch = talk.batch_closing(&[message], &[notice.index]).unwrap();
    is_receipt(&talk.deliver(batch).await.unwrap(), &[(Kind::Taken, None)]);

    // Nor does it hinder the index from being folded again.
    assert!(federation.stop(NL).await.unwrap().success());
    std::fs::remove_dir_all(federation.data(NL).unwrap().join("index")).unwrap();
    federation.launch(NL).unwrap();
    federation.serves(NL).await.unwrap();
}
