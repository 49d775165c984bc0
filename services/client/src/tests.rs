//! Calls against a small node that answers over real mutual TLS, and connections that must not come about.

mod node;

use std::time::Duration;

use rogatory_domain::refusal::{Blame, Retry};
use rogatory_tls::{ClientRole, ConnectError};
use rogatory_wire::pb::casework::v1 as pb;
use rogatory_wire::pb::casework::v1::outcome::What;
use rogatory_wire::pb::casework::v1::submit_stream_request::Submission;

use self::node::{Agency, LOST, REFUSED, serve, serving};
use crate::{Assertion, ClientConfig, Closed, Connection, OpenError};

async fn connected() -> Connection {
    let agency = Agency::new("nl-om");
    let address = serve(&agency).await;
    Connection::open(agency.client(&address)).await.unwrap()
}

fn who() -> Assertion {
    Assertion { person: "a.person".into(), justification: "a reason".into() }
}

fn tagged(tag: u64) -> pb::SubmitStreamRequest {
    pb::SubmitStreamRequest { tag, submission: None }
}

#[tokio::test]
async fn a_refusal_keeps_its_code_and_says_whether_to_try_again() {
    let problem = connected().await.casework().get("nothing", who()).await.unwrap_err();
    assert_eq!(problem.code, "RG0201");
    assert_eq!((problem.blame, problem.retry), (Blame::Caller, Retry::Never));
}

#[tokio::test]
async fn an_answer_that_does_not_begin_in_time_is_late_and_leaves_open_what_was_done() {
    let agency = Agency::new("nl-om");
    let address = serve(&agency).await;
    let config = ClientConfig { answer_limit: Some(Duration::from_millis(1)), ..agency.client(&address) };
    let call =
        Connection::open(config).await.unwrap().casework().evidence(pb::EvidenceRequest::default()).await;
    let problem = call.unwrap_err();
    assert!(problem.is_late() && problem.is_uncertain(), "{problem:?}");
    assert_eq!((problem.blame, problem.retry), (Blame::Node, Retry::After));
}

#[tokio::test]
async fn an_answer_is_what_the_node_said() {
    let request = pb::SubmitRequest { referral_id: crate::fresh_id(), ..pb::SubmitRequest::default() };
    let accepted = connected().await.casework().submit(request.clone()).await.unwrap();
    assert_eq!(accepted.message_id, request.referral_id);
}

#[tokio::test]
async fn a_submission_stream_takes_batches_and_ends_with_its_sender() {
    let (submitter, mut outcomes) = connected().await.casework().submit_stream().await.unwrap();
    for first in [0, 100, 200] {
        submitter.send((first..first + 100).map(tagged).collect()).await.unwrap();
    }
    drop(submitter);
    let mut tags = Vec::new();
    while let Some(batch) = outcomes.next().await.unwrap() {
        tags.extend(batch.outcomes.into_iter().map(|outcome| outcome.tag));
    }
    assert_eq!(tags, (0..300).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_submission_stream_that_is_lost_sends_again_what_was_not_answered_in_order_and_under_the_same_ids()
{
    let (submitter, outcomes) = connected().await.casework().submit_stream().await.unwrap();
    let (told, lost) = std::sync::mpsc::channel();
    let mut outcomes = outcomes.on_lost(move |problem| drop(told.send(problem.clone())));
    let submission = || Some(Submission::Submit(pb::SubmitRequest::default()));
    let request = |tag| pb::SubmitStreamRequest { tag, submission: submission() };
    submitter.send([1, REFUSED, LOST, 4].map(request).to_vec()).await.unwrap();
    drop(submitter);
    let mut tags = Vec::new();
    while let Some(batch) = outcomes.next().await.unwrap() {
        assert!(batch.outcomes.iter().all(|outcome| matches!(outcome.what, Some(What::Accepted(_)))));
        tags.extend(batch.outcomes.into_iter().map(|outcome| outcome.tag));
    }
    assert_eq!(tags, [1, REFUSED, LOST, 4], "each answered once");
    assert_eq!(lost.try_iter().count(), 1);
}

#[tokio::test]
async fn agencies_are_of_one_roster_though_another_comes_into_force_between_two_pages() {
    let agencies = connected().await.casework().agencies().await.unwrap();
    assert_eq!(agencies.iter().map(|found| found.agency.as_str()).collect::<Vec<_>>(), ["a", "b", "c", "d"]);
}

#[tokio::test]
async fn a_referral_that_takes_several_answers_is_put_together() {
    let referral = connected().await.casework().get("long", who()).await.unwrap();
    assert_eq!(referral.messages.iter().map(|message| message.number).collect::<Vec<_>>(), [0, 1, 2]);
}

#[tokio::test]
async fn a_watch_that_is_lost_goes_on_behind_what_came_last_and_acknowledges_again() {
    let start = pb::WatchStart { consumer: "desk".into(), ..pb::WatchStart::default() };
    let (acknowledger, offers) = connected().await.casework().watch(start).await.unwrap();
    let (told, lost) = std::sync::mpsc::channel();
    let mut offers = offers.on_lost(move |problem| drop(told.send(problem.clone())));
    let position = |batch: &pb::WatchResponse| batch.offers[0].cursor.clone().unwrap().position;
    assert_eq!(position(&offers.next().await.unwrap().unwrap()), 1);
    let positions: Vec<u64> = (0..700).collect();
    acknowledger.acknowledge(&positions).await.unwrap();
    assert_eq!(position(&offers.next().await.unwrap().unwrap()), 2, "behind the first offer");
    assert_eq!(lost.try_iter().count(), 1);
    let mut sizes = Vec::new();
    while sizes.iter().sum::<usize>() < positions.len() {
        sizes.push(offers.next().await.unwrap().unwrap().handed_over.len());
    }
    assert_eq!(sizes, [512, 188], "in frames of a bounded length");
    drop(acknowledger);
    assert_eq!(offers.next().await, Ok(None));
}

#[tokio::test]
async fn sending_on_a_stream_that_ended_says_so() {
    let (submitter, outcomes) = connected().await.casework().submit_stream().await.unwrap();
    drop(outcomes);
    let mut last = Ok(());
    while last.is_ok() {
        last = submitter.send(vec![tagged(1)]).await;
    }
    assert_eq!(last, Err(Closed));
}

#[tokio::test]
async fn who_calls_under_a_revoked_certificate_is_told_so_and_that_nothing_was_recorded() {
    let agency = Agency::new("nl-om");
    let (node, mut client) = (serving(&agency).await, agency.client(""));
    client.address.clone_from(&node.address);
    node.go_by(&agency.revoking(&client));
    let problem = match Connection::open(client).await {
        Ok(connection) => connection.casework().submit(pb::SubmitRequest::default()).await.unwrap_err(),
        Err(OpenError::Refused(problem)) => problem,
        Err(other) => panic!("{other}"),
    };
    assert_eq!((problem.code.as_str(), problem.retry), ("RG0307", Retry::WhenChanged), "{problem}");
    assert!(!problem.is_uncertain());
}

#[tokio::test]
async fn a_watch_whose_certificate_is_revoked_ends_and_says_why() {
    let agency = Agency::new("nl-om");
    let (node, mut client) = (serving(&agency).await, agency.client(""));
    client.address.clone_from(&node.address);
    let revoking = agency.revoking(&client);
    let start = pb::WatchStart { consumer: "desk".into(), ..pb::WatchStart::default() };
    let (_acknowledger, mut offers) =
        Connection::open(client).await.unwrap().casework().watch(start).await.unwrap();
    offers.next().await.unwrap().unwrap();
    node.go_by(&revoking);
    node.cut();
    let problem = offers.next().await.unwrap_err();
    assert_eq!((problem.code.as_str(), problem.blame), ("RG0307", Blame::Caller), "{problem}");
}

#[tokio::test]
async fn the_node_of_another_agency_is_not_talked_to() {
    let (own, other) = (Agency::new("nl-om"), Agency::new("nl-politie"));
    let address = serve(&other).await;
    let error = Connection::open(own.client(&address)).await.unwrap_err();
    assert!(matches!(error, OpenError::Connect(ConnectError::Handshake(_))), "{error}");
}

#[tokio::test]
async fn wrong_addresses_are_named_before_anything_is_dialled() {
    let agency = Agency::new("nl-om");
    let error = Connection::open(agency.client("nowhere")).await.unwrap_err();
    assert!(matches!(error, OpenError::Address));
}

#[test]
fn whom_to_expect_follows_from_the_credentials() {
    let agency = Agency::new("nl-om");
    let credentials =
        agency.authority.issue_client(ClientRole::CaseSystem, "cases", agency.validity).unwrap();
    let config = ClientConfig::new("node:1", String::new(), credentials);
    assert_eq!(config.agency.to_string(), "nl-om");
}
