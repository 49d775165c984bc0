//! A submission that is only judged: it meets what the real one meets, and leaves nothing behind.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use rogatory_client::pb::casework::v1::submit_stream_request::Submission;
use rogatory_client::pb::casework::v1::{self as pb, SubmitRequest, outcome::What};
use rogatory_client::{Code, Problem};
use rogatory_evidence::Kind;
use rogatory_support::Federation;
use rogatory_support::sample::{act, assertion, change_warrant, event, opening, submission};

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";

fn fields(problem: &Problem) -> Vec<(String, String)> {
    problem.faults.iter().map(|fault| (fault.field.clone(), fault.rule.clone())).collect()
}

/// Whether both are one refusal, fault by fault.
fn same(judged: &Problem, real: &Problem) {
    assert_eq!((&judged.code, fields(judged)), (&real.code, fields(real)));
}

#[tokio::test]
async fn a_submission_that_is_only_judged_is_answered_with_ids_and_leaves_no_record() {
    let mut federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL], 1).await.unwrap();
    let own = federation.connect(FR, "cases").await.unwrap().casework();

    let request = submission(1, NL, &[]);
    let judged = own.validate_submit(request.clone()).await.unwrap();
    assert_eq!((&judged.message_id, &judged.referral_id), (&request.referral_id, &request.referral_id));
    assert_eq!(
        (judged.position, judged.node_time, judged.envelope_digest.len(), judged.repeated),
        (0, None, 0, false)
    );
    let minted = own.validate_submit(SubmitRequest { referral_id: String::new(), ..request.clone() });
    assert!(!minted.await.unwrap().referral_id.is_empty());
    let missing = own.get(&request.referral_id, assertion()).await.unwrap_err();
    assert_eq!(missing.code, Code::UnknownReferral.refusal().id);

    let accepted = own.submit(request.clone()).await.unwrap();
    assert!(!accepted.repeated && accepted.node_time.is_some(), "it was never there before");
    assert!(own.validate_submit(request).await.unwrap().repeated, "now it would be a repeat");
    let raised = own.validate_act(act(&accepted.referral_id, "withdrawn")).await.unwrap();
    assert_eq!((raised.referral_id.as_str(), raised.position), (accepted.referral_id.as_str(), 0));
    let case = own.get(&accepted.referral_id, assertion()).await.unwrap();
    assert_eq!(case.messages.len(), 1);

    assert!(federation.stop(FR).await.unwrap().success());
    let books = federation.books(FR).unwrap();
    let (sent, not_sent) = (books.of(Kind::Sent).count(), books.of(Kind::NotSent).count());
    assert_eq!((sent, not_sent), (1, 0), "the one that was meant: {:?}", books.since(0));
}

#[tokio::test]
async fn what_refuses_a_real_submission_refuses_one_that_is_only_judged_and_the_refusal_is_not_recorded() {
    let mut federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL], 1).await.unwrap();
    let own = federation.connect(FR, "cases").await.unwrap().casework();
    let accepted = own.submit(submission(1, NL, &[])).await.unwrap();
    let referral = &accepted.referral_id;

    let mut form = submission(2, NL, &[]);
    change_warrant(form.opening.as_mut().unwrap(), |form| form.offences.clear());
    let stranger = submission(2, "xx-nobody", &[]);
    let nobody = SubmitRequest { assertion: None, ..submission(2, NL, &[]) };
    let reused = SubmitRequest { referral_id: referral.clone(), ..submission(3, NL, &[]) };
    for request in [form, stranger, nobody, reused] {
        let judged = own.validate_submit(request.clone()).await.unwrap_err();
        same(&judged, &own.submit(request).await.unwrap_err());
    }
    let reused = pb::ActRequest { message_id: referral.clone(), ..act(referral, "withdrawn") };
    let nowhere = act("0190a0a0-0000-7000-8000-000000000001", "withdrawn");
    let unknown = pb::ActRequest { event: Some(event("danced")), ..act(referral, "withdrawn") };
    for request in [act(referral, "arrested"), reused, nowhere, unknown] {
        let judged = own.validate_act(request.clone()).await.unwrap_err();
        same(&judged, &own.act(request).await.unwrap_err());
    }

    assert!(federation.stop(FR).await.unwrap().success());
    let books = federation.books(FR).unwrap();
    let refusals = books.of(Kind::NotSent).count();
    assert_eq!(
        refusals,
        3,
        "of the real ones: an id twice, and what the case does not allow: {:?}",
        books.since(0)
    );
}

#[tokio::test]
async fn a_stream_takes_no_submission_that_is_only_judged() {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL], 1).await.unwrap();
    let own = federation.connect(FR, "cases").await.unwrap().casework();
    let (submitter, mut outcomes) = own.submit_stream().await.unwrap();
    let request =
        SubmitRequest { validate_only: true, opening: Some(opening(1, NL, &[])), ..submission(1, NL, &[]) };
    let request = pb::SubmitStreamRequest { tag: 7, submission: Some(Submission::Submit(request)) };
    submitter.send(vec![request]).await.unwrap();
    let outcome = outcomes.next().await.unwrap().unwrap().outcomes.remove(0);
    let Some(What::Problem(problem)) = outcome.what else { panic!("{outcome:?}") };
    assert_eq!((problem.code.as_str(), problem.faults[0].field.as_str()), ("RG0101", "validate_only"));
}
