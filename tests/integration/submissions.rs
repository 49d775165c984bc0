//! Streams of submissions over connections that end: each message has one effect, whatever is sent again.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rogatory_client::pb::casework::v1::SubmitStreamRequest;
use rogatory_client::pb::casework::v1::outcome::What;
use rogatory_client::pb::casework::v1::submit_stream_request::Submission;
use rogatory_client::{Code, Outcomes, Submitter};
use rogatory_evidence::Kind;
use rogatory_support::Federation;
use rogatory_support::sample::submission;

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";
const BINARY: &str = env!("CARGO_BIN_EXE_rogatory");

/// Seconds at which connections of clients are old, where a test waits for it.
const AGE_SECONDS: u64 = 5;

/// Only the node of `FR` runs: what it takes stays with it.
async fn running() -> Federation {
    Federation::start(BINARY, &[FR, NL], 1).await.unwrap()
}

async fn stream(federation: &Federation) -> (Submitter, Outcomes) {
    federation.connect(FR, "cases").await.unwrap().casework().submit_stream().await.unwrap()
}

/// A submission without an id: the library gives it one.
fn request(tag: u64) -> SubmitStreamRequest {
    let mut submit = submission(tag, NL, &[]);
    submit.referral_id.clear();
    SubmitStreamRequest { tag, submission: Some(Submission::Submit(submit)) }
}

/// Notes the ids of the next batch by their tags.
async fn note(outcomes: &mut Outcomes, accepted: &mut BTreeMap<u64, String>) {
    for outcome in outcomes.next().await.unwrap().unwrap().outcomes {
        let Some(What::Accepted(answer)) = outcome.what else { panic!("{outcome:?}") };
        assert_eq!(accepted.insert(outcome.tag, answer.message_id), None, "each is answered once");
    }
}

#[tokio::test]
async fn what_a_node_that_is_killed_had_not_answered_is_sent_again_and_has_one_effect() {
    const COUNT: u64 = 320;
    let mut federation = running().await;
    let (submitter, outcomes) = stream(&federation).await;
    let (told, mut lost) = tokio::sync::mpsc::unbounded_channel();
    let mut outcomes = outcomes.on_lost(move |_| {
        let _ = told.send(());
    });
    let send = async |tags: Range<u64>| {
        for first in tags.step_by(20) {
            submitter.send((first..first + 20).map(request).collect()).await.unwrap();
        }
    };
    let mut accepted = BTreeMap::new();
    send(0..COUNT / 2).await;
    note(&mut outcomes, &mut accepted).await;
    // However fast the disk is, a node that is held answers none of the second half before it is killed.
    federation.pause(FR).unwrap();
    send(COUNT / 2..COUNT).await;
    federation.kill(FR).await.unwrap();
    federation.launch(FR).unwrap();
    while (accepted.len() as u64) < COUNT {
        note(&mut outcomes, &mut accepted).await;
    }
    lost.recv().await.unwrap();
    let books = federation.books(FR).unwrap();
    let sent: Vec<String> =
        books.of(Kind::Sent).map(|record| record.shared.message.unwrap().to_string()).collect();
    assert_eq!(sent.len() as u64, COUNT, "one record each");
    assert_eq!(sent.into_iter().collect::<BTreeSet<_>>(), accepted.into_values().collect());
}

#[tokio::test]
async fn a_stream_ends_once_its_caller_says_no_more_and_every_receipt_was_told() {
    let federation = Federation::start(BINARY, &[FR, NL], 2).await.unwrap();
    let (submitter, mut outcomes) = stream(&federation).await;
    submitter.send(vec![request(1)]).await.unwrap();
    drop(submitter);
    let mut told = Vec::new();
    while let Some(answer) = outcomes.next().await.unwrap() {
        told.extend(answer.outcomes.into_iter().filter_map(|outcome| outcome.what));
    }
    assert!(matches!(told[..], [What::Accepted(_), What::Receipt(_)]), "{told:?}");
}

#[tokio::test]
async fn a_stream_whose_connection_grows_old_goes_on_with_the_next_one() {
    let mut federation = Federation::provision(BINARY, &[FR, NL]).unwrap();
    federation.limit(FR, "client_connection_seconds", AGE_SECONDS).unwrap();
    federation.launch(FR).unwrap();
    federation.serves(FR).await.unwrap();
    let (submitter, outcomes) = stream(&federation).await;
    let (told, mut lost) = tokio::sync::mpsc::unbounded_channel();
    let mut outcomes = outcomes.on_lost(move |problem| drop(told.send(problem.code.clone())));
    let reading = tokio::spawn(async move {
        let mut accepted = BTreeMap::new();
        while accepted.len() < 2 {
            note(&mut outcomes, &mut accepted).await;
        }
    });
    submitter.send(vec![request(0)]).await.unwrap();
    assert_eq!(lost.recv().await.unwrap(), Code::ConnectionAged.refusal().id);
    submitter.send(vec![request(1)]).await.unwrap();
    reading.await.unwrap();
    assert_eq!(federation.books(FR).unwrap().of(Kind::Sent).count(), 2);
}
