//! One warrant for several States, between real nodes: a referral each, and the others end by themselves once one State has
//! surrendered the person, over a node that is killed in between, too.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::process::Command;

use anyhow::ensure;
use rogatory_client::pb::casework::v1 as pb;
use rogatory_client::pb::casework::v1::body::Content;
use rogatory_client::pb::types::v1::{Link, Parameter, parameter};
use rogatory_client::{Casework, fresh_id};
use rogatory_domain::instrument::{INSTRUMENTS, Instrument};
use rogatory_forms::form_of;
use rogatory_index::request::PARTS_COUNT_MAX;
use rogatory_support::sample::{act, asking_for_everything, assertion, submission};
use rogatory_support::{Federation, eventually};
use rogatory_wire::form::request_of;

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";
const BE: &str = "be-fgp";
const DE: &str = "de-bka";

async fn casework(federation: &Federation, agency: &str) -> Casework {
    federation.connect(agency, "cases").await.unwrap().casework()
}

/// The warrant for one State, as part of a request.
fn part(number: u64, executing: &str, request: &str) -> pb::SubmitRequest {
    let mut submission = submission(number, executing, &[]);
    let opening = submission.opening.as_mut().unwrap();
    opening.links = vec![Link { relation: "part_of".to_owned(), referral_id: request.to_owned() }];
    submission
}

async fn state(own: &Casework, referral: &str, state: &str) -> pb::Referral {
    eventually(state, async || {
        let case = own.get(referral, assertion()).await?;
        ensure!(case.state == state, "it is {}", case.state);
        Ok(case)
    })
    .await
    .unwrap()
}

/// Raises what leads to surrender, at the side that executes.
async fn surrender(own: &Casework, referral: &str) {
    state(own, referral, "received").await;
    for event in ["arrested", "consent_recorded", "execution_ordered", "decision_final", "surrendered"] {
        own.act(act(referral, event)).await.unwrap();
    }
}

async fn listed(own: &Casework, request: &str) -> Vec<(String, String)> {
    let asked = pb::ListRequest {
        assertion: Some(assertion()),
        part_of: request.to_owned(),
        ..pb::ListRequest::default()
    };
    let page = own.list_page(asked).await.unwrap();
    page.referrals.into_iter().map(|referral| (referral.referral_id, referral.state)).collect()
}

/// Sends a request that was sent before to Germany, too, from a file that names nobody who answers: what the program says where it
/// refuses.
fn circulated_to_germany(federation: &Federation, request: &str) -> Result<(), String> {
    let mut warrant: serde_json::Value =
        serde_json::from_str(include_str!("../../docs/examples/warrant.json")).unwrap();
    warrant["opening"].as_object_mut().unwrap().remove("parties").unwrap();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    serde_json::to_writer(&mut file, &warrant).unwrap();
    let warrant = file.path().to_str().unwrap();
    let circulated = Command::new(env!("CARGO_BIN_EXE_rogatory"))
        .env("ROGATORY_CONFIG", &federation.agency(FR).unwrap().config)
        .args(["referral", "circulate", warrant, "--to", DE, "--part-of", request])
        .args(["--person", "t.tester", "--justification", "a test"])
        .output()
        .unwrap();
    circulated.status.success().then_some(()).ok_or(String::from_utf8(circulated.stderr).unwrap())
}

#[tokio::test]
async fn a_request_that_was_taken_back_from_everybody_is_sent_to_nobody_else() {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL, BE, DE], 3).await.unwrap();
    let issuing = casework(&federation, FR).await;
    let request = fresh_id();
    let first = issuing.submit(part(1, NL, &request)).await.unwrap().referral_id;
    let second = issuing.submit(part(2, BE, &request)).await.unwrap().referral_id;
    issuing.act(act(&first, "withdrawn")).await.unwrap();
    assert_eq!(circulated_to_germany(&federation, &request), Ok(()), "it is wanted of Belgium still");
    for (referral, state) in listed(&issuing, &request).await {
        if state != "withdrawn" {
            issuing.act(act(&referral, "withdrawn")).await.unwrap();
        }
    }
    assert_eq!(state(&issuing, &second, "withdrawn").await.messages.len(), 2);
    assert_eq!(circulated_to_germany(&federation, &request), Ok(()), "Germany has it already");
    let other = fresh_id();
    let third = issuing.submit(part(3, BE, &other)).await.unwrap().referral_id;
    issuing.act(act(&third, "withdrawn")).await.unwrap();
    let said = circulated_to_germany(&federation, &other).unwrap_err();
    assert!(said.contains("taken back from everybody"), "{said}");
    assert_eq!(listed(&issuing, &other).await.len(), 1);
}

#[tokio::test]
async fn a_surrender_by_one_state_ends_the_warrants_in_the_others_though_the_issuing_node_was_killed() {
    let binary = env!("CARGO_BIN_EXE_rogatory");
    let mut federation = Federation::start(binary, &[FR, NL, BE, DE], 3).await.unwrap();
    let [issuing, dutch, belgian] =
        [casework(&federation, FR).await, casework(&federation, NL).await, casework(&federation, BE).await];
    let request = fresh_id();
    let there = issuing.submit(part(1, NL, &request)).await.unwrap().referral_id;
    let elsewhere = issuing.submit(part(2, BE, &request)).await.unwrap().referral_id;
    let alone = issuing.submit(submission(3, BE, &[])).await.unwrap().referral_id;
    for id in [&elsewhere, &alone] {
        state(&belgian, id, "received").await;
    }
    assert_eq!(listed(&issuing, &request).await.len(), 2);
    assert_eq!(listed(&belgian, &request).await, [(elsewhere.clone(), "received".to_owned())]);
    state(&dutch, &there, "received").await;

    federation.kill(FR).await.unwrap();
    surrender(&dutch, &there).await;
    federation.launch(FR).unwrap();
    federation.serves(FR).await.unwrap();
    let issuing = casework(&federation, FR).await;
    let ended = state(&belgian, &elsewhere, "withdrawn").await;
    let last = ended.messages.last().unwrap();
    assert_eq!((last.event.as_str(), last.sender.as_str()), ("executed_elsewhere", FR));
    assert_eq!(ended.messages.len(), 2, "it is raised once");

    let states: Vec<String> = listed(&issuing, &request).await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["withdrawn", "surrendered"], "the newest comes first");
    // Nobody else is sent a warrant on which the person was surrendered.
    let said = circulated_to_germany(&federation, &request).unwrap_err();
    assert!(said.contains("the request has ended, surrendered in"), "{said}");
    assert_eq!(listed(&issuing, &request).await.len(), 2);
    // What belongs to no request, or to one of another agency, is left alone.
    assert_eq!(issuing.get(&alone, assertion()).await.unwrap().state, "received");
    // Killed once more, it finds nothing left to end.
    federation.kill(FR).await.unwrap();
    federation.launch(FR).unwrap();
    federation.serves(FR).await.unwrap();
    let issuing = casework(&federation, FR).await;
    issuing.act(act(&alone, "withdrawn")).await.unwrap();
    state(&belgian, &alone, "withdrawn").await;
    assert_eq!(issuing.get(&elsewhere, assertion()).await.unwrap().messages.len(), 2);
}

#[tokio::test]
async fn a_request_has_a_bounded_number_of_referrals_and_one_more_is_refused_with_its_code() {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL], 2).await.unwrap();
    let issuing = casework(&federation, FR).await;
    let request = fresh_id();
    for number in 0..PARTS_COUNT_MAX {
        issuing.submit(part(number as u64, NL, &request)).await.unwrap();
    }
    let refused = issuing.submit(part(1_000, NL, &request)).await.unwrap_err();
    assert_eq!(refused.code, "RG0211", "{refused:?}");
    assert_eq!(listed(&issuing, &request).await.len(), PARTS_COUNT_MAX);
    issuing.submit(part(1_001, NL, &fresh_id())).await.unwrap();
}

#[tokio::test]
async fn a_sentence_is_taken_over_by_a_case_of_its_own_that_is_annexed_to_the_warrant() {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL], 2).await.unwrap();
    let [issuing, dutch] = [casework(&federation, FR).await, casework(&federation, NL).await];
    let form = |instrument: &Instrument| {
        let form = form_of(instrument.code).unwrap();
        request_of(instrument.code, asking_for_everything(form, 1).into())
    };
    let mut submitted = submission(1, NL, &[]);
    submitted.opening.as_mut().unwrap().request = form(INSTRUMENTS[0]);
    let warrant = issuing.submit(submitted).await.unwrap().referral_id;
    state(&dutch, &warrant, "received").await;
    dutch.act(act(&warrant, "certificate_requested")).await.unwrap();
    issuing.act(act(&warrant, "certificate_sent")).await.unwrap();

    // The certificate opens a case of its own under the act on sentences.
    let recognition = INSTRUMENTS.iter().find(|known| known.event("recognition_refused").is_some()).unwrap();
    let mut certificate = submission(2, NL, &[]);
    let opening = certificate.opening.as_mut().unwrap();
    opening.request = form(recognition);
    opening.links = vec![Link { relation: "annexed_to".to_owned(), referral_id: warrant.clone() }];
    let child = issuing.submit(certificate).await.unwrap().referral_id;
    let taken = state(&dutch, &child, "sent").await;
    assert_eq!(taken.referral_type, recognition.code);
    let Some(Content::Opening(opening)) = &taken.messages[0].body.as_ref().unwrap().content else {
        panic!("an opening")
    };
    assert_eq!(opening.links[0].referral_id, warrant);

    dutch.act(act(&child, "receipt_told")).await.unwrap();
    let mut recognised = act(&child, "sentence_recognised");
    let place = parameter::Value::Item("executing_state".to_owned());
    recognised.event.as_mut().unwrap().parameters =
        vec![Parameter { code: "place".to_owned(), value: Some(place) }];
    dutch.act(recognised).await.unwrap();
    state(&issuing, &child, "recognised").await;
    dutch.act(act(&warrant, "sentence_recognised")).await.unwrap();
    state(&issuing, &warrant, "taken_over").await;
}
