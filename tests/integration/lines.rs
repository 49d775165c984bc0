//! Lines: what a slow or breaking network does to delivery between two nodes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use anyhow::ensure;
use rogatory_client::Casework;
use rogatory_client::pb::casework::v1::outcome::What;
use rogatory_client::pb::casework::v1::submit_stream_request::Submission;
use rogatory_client::pb::casework::v1::{SubmitRequest, SubmitStreamRequest};
use rogatory_client::pb::types::v1::Lane;
use rogatory_evidence::Kind;
use rogatory_support::sample::submission;
use rogatory_support::{Behaviour, Federation, Line, eventually};

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";

/// The sender serves; the other node, behind the line, does not run yet.
async fn sender(behaviour: Behaviour) -> (Federation, Line) {
    let mut federation = Federation::provision(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL]).unwrap();
    let line = Line::to(&federation, NL, behaviour).await.unwrap();
    federation.launch(FR).unwrap();
    federation.serves(FR).await.unwrap();
    (federation, line)
}

async fn serves(federation: &mut Federation, agency: &str) {
    federation.launch(agency).unwrap();
    federation.serves(agency).await.unwrap();
}

async fn casework(federation: &Federation) -> Casework {
    federation.connect(FR, "cases").await.unwrap().casework()
}

/// Submits warrants in one stream, and waits until all are on the record.
async fn warrants(casework: &Casework, count: u64) {
    let (submitter, mut outcomes) = casework.submit_stream().await.unwrap();
    let request = |tag| {
        let submission = Some(Submission::Submit(submission(tag, NL, &[])));
        SubmitStreamRequest { tag, submission }
    };
    submitter.send((0..count).map(request).collect()).await.unwrap();
    let mut accepted = 0;
    while accepted < count {
        let outcomes = outcomes.next().await.unwrap().unwrap().outcomes;
        accepted += outcomes.iter().filter(|o| matches!(o.what, Some(What::Accepted(_)))).count() as u64;
    }
}

fn urgent(number: u64) -> SubmitRequest {
    let mut request = submission(number, NL, &[]);
    request.opening.as_mut().unwrap().lane = Lane::Urgent.into();
    request
}

async fn delivered(federation: &Federation) {
    eventually("an empty queue", async || {
        let waiting = federation.connect(FR, "ops").await?.admin().status().await?.waiting;
        ensure!(waiting == 0, "{waiting} wait");
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_backlog_moves_over_connections_that_all_break_after_300_kilobytes() {
    const COUNT: u64 = 400;
    let (mut federation, line) = sender(Behaviour { breaks_after: 300_000, ..Behaviour::GOOD }).await;
    warrants(&casework(&federation).await, COUNT).await;
    serves(&mut federation, NL).await;
    delivered(&federation).await;
    assert!(line.connections() > 2, "the line broke");
    let books = federation.books(NL).unwrap();
    assert_eq!(books.of(Kind::Taken).count() as u64, COUNT);
}

#[tokio::test]
async fn an_urgent_message_waits_behind_little_on_a_slow_line() {
    const ROUTINE: u64 = 1_500;
    /// What a line of 100 kB a second carries in two seconds, and what one receipt may still add.
    const BEFORE_IT_MAX: usize = 150;
    let (mut federation, _line) = sender(Behaviour { bytes_per_second: 100_000, ..Behaviour::GOOD }).await;
    let own = casework(&federation).await;
    warrants(&own, ROUTINE).await;
    serves(&mut federation, NL).await;
    let before = eventually("some that were taken", async || {
        let taken = federation.books(NL)?.of(Kind::Taken).count();
        ensure!(taken > 20, "{taken} were taken");
        Ok(taken)
    })
    .await
    .unwrap();
    let urgent = own.submit(urgent(ROUTINE)).await.unwrap().message_id;
    let place = eventually("the urgent one", async || {
        let books = federation.books(NL)?;
        let mut taken = books.of(Kind::Taken);
        let place = taken.position(|record| record.shared.message.unwrap().to_string() == urgent);
        place.ok_or_else(|| anyhow::anyhow!("{} were taken before it", books.of(Kind::Taken).count()))
    })
    .await
    .unwrap();
    assert!(place < before + BEFORE_IT_MAX, "{place} went before it, of which {before} had gone already");
}
