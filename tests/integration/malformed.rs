//! Messages of the wrong shape: every field that is wrong is named at once, by its path and never by what it said, and
//! nothing is recorded.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use rogatory_client::pb::casework::v1::outcome::What;
use rogatory_client::pb::casework::v1::submit_stream_request::Submission as Asked;
use rogatory_client::pb::casework::v1::{self as pb, SubmitRequest};
use rogatory_client::pb::types::v1::Party;
use rogatory_client::{Casework, Code, Problem};
use rogatory_support::Federation;
use rogatory_support::sample::{act, assertion, change_warrant, submission, watch};
use rogatory_wire::instant;

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";
/// Records a node writes when it first starts: genesis and configuration.
const FIRST_RECORDS: usize = 2;

async fn running() -> (Federation, Casework) {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL], 1).await.unwrap();
    let casework = federation.connect(FR, "cases").await.unwrap().casework();
    (federation, casework)
}

/// Ends the node and reads its books: nothing came after the first records.
async fn nothing_is_recorded(mut federation: Federation) {
    assert!(federation.stop(FR).await.unwrap().success());
    assert!(federation.books(FR).unwrap().since(FIRST_RECORDS).is_empty());
}

fn is(problem: &Problem, code: Code) {
    assert_eq!(problem.code, code.refusal().id, "{problem:?}");
}

/// The paths of what is wrong, first to last.
fn fields(problem: &Problem) -> Vec<&str> {
    problem.faults.iter().map(|fault| fault.field.as_str()).collect()
}

#[tokio::test]
async fn a_message_of_the_wrong_shape_is_refused_with_every_field_that_is_wrong() {
    let (federation, own) = running().await;
    let malformed = |problem: Problem, expected: &[&str]| {
        is(&problem, Code::MalformedMessage);
        assert_eq!(fields(&problem), expected);
        assert!(!format!("{problem:?}").contains("secret"), "{problem:?}");
    };
    let who = ["assertion.person", "assertion.justification"];

    malformed(own.submit(SubmitRequest::default()).await.unwrap_err(), &[who[0], who[1], "opening"]);
    let unreadable = Some(instant::PbTimestamp { seconds: i64::MAX, nanos: -1 });
    let mut request = SubmitRequest {
        referral_id: "secret".to_owned(),
        declared_time: unreadable,
        ..submission(1, NL, &[])
    };
    request.opening.as_mut().unwrap().lane = 0;
    let wrong = ["referral_id", "declared_time", "lane"];
    malformed(own.submit(request.clone()).await.unwrap_err(), &wrong);

    let act = act("secret", "");
    let act = pb::ActRequest { message_id: "secret".to_owned(), declared_time: unreadable, ..act };
    let wrong_act = ["referral_id", "message_id", "declared_time", "code"];
    malformed(own.act(act.clone()).await.unwrap_err(), &wrong_act);

    malformed(own.get("secret", assertion()).await.unwrap_err(), &["referral_id"]);
    let list = pb::ListRequest {
        state: "secret".into(),
        page_size: 10_001,
        page_token: "secret".into(),
        instrument: "secret".into(),
        ..Default::default()
    };
    let wrong_list = [who[0], who[1], "state", "instrument", "page_size", "page_token"];
    malformed(own.list_page(list).await.unwrap_err(), &wrong_list);
    let evidence =
        pb::EvidenceRequest { message_id: "secret".into(), sender: "secret".into(), ..Default::default() };
    malformed(own.evidence(evidence).await.unwrap_err(), &["message_id", "sender", who[0], who[1]]);
    let (_acknowledger, mut offers) = own.watch(watch("a secret")).await.unwrap();
    malformed(offers.next().await.unwrap_err(), &["consumer"]);

    let (submitter, mut outcomes) = own.submit_stream().await.unwrap();
    let asked = [None, Some(Asked::Submit(request)), Some(Asked::Act(act))];
    let asked = (0..).zip(asked).map(|(tag, submission)| pb::SubmitStreamRequest { tag, submission });
    submitter.send(asked.collect()).await.unwrap();
    let mut told = Vec::new();
    while told.len() < 3 {
        told.extend(outcomes.next().await.unwrap().unwrap().outcomes);
    }
    for (outcome, expected) in told.into_iter().zip([&["submission"][..], &wrong, &wrong_act]) {
        let Some(What::Problem(problem)) = outcome.what else { panic!("{outcome:?}") };
        malformed(problem.into(), expected);
    }

    let admin = federation.connect(FR, "ops").await.unwrap().admin();
    malformed(
        admin.queues(Some("SECRET"), 1001, "x").await.unwrap_err(),
        &["recipient", "page_token", "page_size"],
    );
    malformed(admin.referrals(1001, "secret").await.unwrap_err(), &["page_token", "page_size"]);
    nothing_is_recorded(federation).await;
}

#[tokio::test]
async fn person_and_justification_alone_are_missing_under_their_own_code() {
    let (federation, own) = running().await;
    let request = SubmitRequest { assertion: None, ..submission(1, NL, &[]) };
    let problem = own.submit(request).await.unwrap_err();
    is(&problem, Code::MissingJustification);
    assert_eq!(fields(&problem), ["assertion.person", "assertion.justification"]);
    let admin = federation.connect(FR, "ops").await.unwrap().admin();
    let problem = admin.release("o.operator", " ").await.unwrap_err();
    is(&problem, Code::MissingJustification);
    assert_eq!(fields(&problem), ["justification"]);
    nothing_is_recorded(federation).await;
}

#[tokio::test]
async fn a_warrant_with_very_many_faults_is_answered_as_well() {
    let (federation, own) = running().await;
    let mut request = submission(1, NL, &[]);
    let one = request.clone();
    change_warrant(request.opening.as_mut().unwrap(), |form| {
        let mut wrong = form.offences[0].clone();
        for text in
            [&mut wrong.place, &mut wrong.participation, &mut wrong.classification, &mut wrong.provision]
        {
            text.clear();
        }
        form.offences = vec![wrong; 200];
    });
    let problem = own.submit(request).await.unwrap_err();
    is(&problem, Code::InvalidForm);
    let last = &problem.faults.last().unwrap().text;
    assert!(
        last.starts_with("and ") && last.ends_with(" more from here on; correct the others first"),
        "{last}"
    );

    // Of too many parties nothing more is said: the message has to become several others.
    let mut request = one;
    let party = request.opening.as_ref().unwrap().parties[0].clone();
    let party = Party { agency: "nobody".to_owned(), ..party };
    request.opening.as_mut().unwrap().parties = vec![party; 10_000];
    let problem = own.submit(request).await.unwrap_err();
    is(&problem, Code::TooManyRecipients);
    assert_eq!(fields(&problem), ["parties"]);
    nothing_is_recorded(federation).await;
}
