//! Errors as callers and operators read them together: a cause that only the log has leads to its line by an id.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt as _;

use anyhow::ensure;
use prost_reflect::prost::Message as _;
use rogatory_client::pb::casework::v1::watch_request::Kind;
use rogatory_client::pb::casework::v1::{Acknowledge, EvidenceRequest, WatchRequest};
use rogatory_client::{Code, Problem};
use rogatory_support::rogue::stream_to;
use rogatory_support::sample::{assertion, submission, watch};
use rogatory_support::{Bare, Federation, eventually};
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";
const BINARY: &str = env!("CARGO_BIN_EXE_rogatory");

/// Damages every record of a node's ledger, under the running node.
fn damage(federation: &Federation, agency: &str) {
    for entry in std::fs::read_dir(federation.data(agency).unwrap().join("ledger")).unwrap().flatten() {
        let file = OpenOptions::new().read(true).write(true).open(entry.path()).unwrap();
        let mut bytes = vec![0; usize::try_from(file.metadata().unwrap().len()).unwrap().min(1 << 20)];
        file.read_exact_at(&mut bytes, 0).unwrap();
        // Behind what a segment begins with, and only where there is something.
        for byte in bytes.iter_mut().skip(64).filter(|byte| **byte != 0) {
            *byte ^= 0x55;
        }
        file.write_all_at(&bytes, 0).unwrap();
    }
}

#[tokio::test]
async fn a_cause_that_only_the_log_has_is_found_there_by_the_id_in_the_answer() {
    let federation = Federation::start(BINARY, &[FR, NL], 2).await.unwrap();
    let own = federation.connect(FR, "cases").await.unwrap().casework();
    let referral = own.submit(submission(1, NL, &[])).await.unwrap().referral_id;
    let peer = federation.connect(NL, "cases").await.unwrap().casework();
    eventually("a message that has arrived", async || {
        let inbox = federation.connect(NL, "ops").await?.admin().status().await?.inbox;
        ensure!(inbox == 1, "{inbox} are there");
        Ok(())
    })
    .await
    .unwrap();
    damage(&federation, FR);
    damage(&federation, NL);
    let admin = federation.connect(FR, "audit").await.unwrap().admin();
    let evidence =
        EvidenceRequest { message_id: referral.clone(), assertion: Some(assertion()), ..Default::default() };
    let mut problems: Vec<(&str, Problem)> = vec![
        (FR, own.get(&referral, assertion()).await.unwrap_err()),
        (FR, own.evidence(evidence).await.unwrap_err()),
        (FR, admin.prove(1).await.unwrap_err()),
        (FR, admin.ledger(0, 0).await.unwrap().next().await.unwrap_err()),
    ];
    let (_acknowledger, mut offers) = peer.watch(watch("desk")).await.unwrap();
    problems.push((
        NL,
        loop {
            if let Err(problem) = offers.next().await {
                break problem;
            }
        },
    ));
    for (agency, problem) in problems {
        assert_eq!((problem.code.as_str(), problem.error_id.len()), (Code::Internal.refusal().id, 16));
        eventually("the line of the log", async || {
            let log = federation.log(agency)?;
            let line = log.lines().find(|line| line.contains(&problem.error_id));
            ensure!(line.is_some_and(|line| line.contains("cause")), "{} is not there", problem.error_id);
            Ok(())
        })
        .await
        .unwrap();
    }
}

async fn connected(federation: &Federation, client: &str) -> Bare {
    let own = federation.client(FR, client).unwrap().credentials;
    Bare::over(stream_to(federation, FR, false, &own).await.unwrap()).await.unwrap()
}

#[tokio::test]
async fn headers_that_are_too_large_are_refused_with_a_code() {
    let federation = Federation::start(BINARY, &[FR, NL], 1).await.unwrap();
    let mut bare = connected(&federation, "cases").await;
    let check = "/grpc.health.v1.Health/Check";
    let large = "x".repeat(17 << 10);
    let begun = bare.begin(check, &[("large", large.as_str())]).await.unwrap();
    let answered = begun.answered().await.unwrap();
    assert_eq!(answered.code, Code::HeadersTooLarge.refusal().id);
    assert_eq!(bare.call(check, &[]).await.unwrap().code, "", "and the connection goes on");
}

#[tokio::test]
async fn an_acknowledgement_of_more_positions_than_are_allowed_is_refused() {
    let federation = Federation::start(BINARY, &[FR, NL], 1).await.unwrap();
    let mut bare = connected(&federation, "cases").await;
    let mut begun = bare.begin("/rogatory.casework.v1.Casework/Watch", &[]).await.unwrap();
    let positions = (0..513).collect();
    let acknowledge = Kind::Acknowledge(Acknowledge { positions, ..Acknowledge::default() });
    for kind in [Kind::Start(watch("desk")), acknowledge] {
        begun.send(&WatchRequest { kind: Some(kind) }.encode_to_vec(), false).unwrap();
    }
    assert_eq!(begun.answered().await.unwrap().code, Code::MalformedMessage.refusal().id);
}

#[tokio::test]
async fn reflection_repeats_no_symbol_that_is_larger_than_a_name() {
    let federation = Federation::start(BINARY, &[FR, NL], 1).await.unwrap();
    let mut bare = connected(&federation, "ops").await;
    let path = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    let ask = |bytes| ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::FileContainingSymbol("x".repeat(bytes))),
    };
    let large = bare.call(path, &ask(100 << 10).encode_to_vec()).await.unwrap();
    assert_eq!(large.code, Code::MessageTooLarge.refusal().id);
    assert_eq!(
        bare.call(path, &ask(100).encode_to_vec()).await.unwrap().code,
        Code::UnknownMethod.refusal().id
    );
}
