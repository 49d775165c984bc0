//! Agencies that are informed of a case without being a party, between real nodes: a notice with what the table gives and no more,
//! opened once whatever is repeated, and nothing of the case itself.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use anyhow::ensure;
use prost_reflect::prost::Message as _;
use rogatory_client::pb::casework::v1 as pb;
use rogatory_client::pb::casework::v1::body::Content;
use rogatory_client::pb::casework::v1::opening::Request;
use rogatory_client::pb::types::v1::{CaseNoticeForm, Event, WarrantForm};
use rogatory_client::{Casework, Problem, fresh_id};
use rogatory_domain::Instrument;
use rogatory_evidence::roster::Acceptance;
use rogatory_support::sample::{act, assertion, submission};
use rogatory_support::{Federation, eventually, put_roster};

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";
const EU: &str = "eu-europol";

async fn casework(federation: &Federation, agency: &str) -> Casework {
    federation.connect(agency, "cases").await.unwrap().casework()
}

async fn read(own: &Casework, referral: &str) -> pb::Referral {
    eventually("the referral", async || {
        let case = own.get(referral, assertion()).await?;
        ensure!(!case.messages.is_empty(), "its opening is not here");
        Ok(case)
    })
    .await
    .unwrap()
}

fn opening_of(case: &pb::Referral) -> &pb::Opening {
    let Some(Content::Opening(opening)) = &case.messages[0].body.as_ref().unwrap().content else {
        panic!("an opening")
    };
    opening
}

fn notice_of(case: &pb::Referral) -> CaseNoticeForm {
    let Some(Request::CaseNotice(form)) = &opening_of(case).request else { panic!("a notice") };
    CaseNoticeForm::decode(form.clone()).unwrap()
}

fn warrant(request: &pb::SubmitRequest) -> WarrantForm {
    let Some(Request::Warrant(form)) = request.opening.clone().unwrap().request else { panic!("a warrant") };
    WarrantForm::decode(form).unwrap()
}

fn faults(problem: &Problem) -> Vec<(&str, &str)> {
    problem.faults.iter().map(|fault| (fault.field.as_str(), fault.rule.as_str())).collect()
}

#[tokio::test]
async fn whoever_is_informed_gets_what_the_table_gives_once_and_never_the_case() {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL, EU], 3).await.unwrap();
    let [issuing, executing, informed] =
        [casework(&federation, FR).await, casework(&federation, NL).await, casework(&federation, EU).await];
    let request =
        pb::SubmitRequest { referral_id: fresh_id(), inform: vec![EU.to_owned()], ..submission(1, NL, &[]) };
    let form = warrant(&request);
    let first = issuing.submit(request.clone()).await.unwrap();
    let again = issuing.submit(request).await.unwrap();
    assert!(!first.repeated && again.repeated);
    assert_eq!(first.informed, again.informed, "a repeat opens no second notice");
    let [notice] = &first.informed[..] else { panic!("one notice, not {:?}", first.informed) };
    assert_eq!(notice.agency, EU);

    let told = read(&informed, &notice.referral_id).await;
    assert_eq!((told.referral_type.as_str(), told.state.as_str()), (Instrument::notice().code, "told"));
    assert_eq!(opening_of(&told).links[0].relation, "annexed_to");
    assert_eq!(opening_of(&told).links[0].referral_id, first.referral_id);
    let said = notice_of(&told);
    let case = issuing.get(&first.referral_id, assertion()).await.unwrap();
    assert_eq!((&said.instrument, said.event.as_str()), (&case.referral_type, ""));
    assert_eq!((said.asking.as_str(), said.answering.as_str()), (FR, NL));
    let surname = &form.person.unwrap().names[0].original;
    let bytes = said.encode_to_vec();
    assert!(
        !String::from_utf8_lossy(&bytes).contains(surname.as_str()),
        "this kind is not told who is sought"
    );

    // An event is told as its row says, by the party that raises it.
    read(&executing, &first.referral_id).await;
    let arrested = pb::ActRequest { inform: vec![EU.to_owned()], ..act(&first.referral_id, "arrested") };
    let accepted = executing.act(arrested).await.unwrap();
    let told = notice_of(&read(&informed, &accepted.informed[0].referral_id).await);
    assert_eq!((told.event.as_str(), told.reasons.as_str()), ("arrested", ""));
    let hidden = informed.get(&first.referral_id, assertion()).await.unwrap_err();
    assert_eq!(hidden.code, "RG0201", "{hidden:?}");
}

#[tokio::test]
async fn whom_nobody_may_inform_is_named_with_every_other_fault_and_nothing_is_recorded() {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL, EU], 2).await.unwrap();
    let issuing = casework(&federation, FR).await;
    let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let wrong = pb::SubmitRequest {
        referral_id: fresh_id(),
        inform: named(&["nobody", NL, FR, EU, EU, "de-nobody"]),
        assertion: None,
        ..submission(1, NL, &[])
    };
    let refused = issuing.submit(wrong.clone()).await.unwrap_err();
    let found = faults(&refused);
    for fault in [
        ("inform[0]", "form"),
        ("inform[1]", "not_a_party"),
        ("inform[2]", "not_a_party"),
        ("inform[4]", "once"),
        ("inform[5]", "roster"),
    ] {
        assert!(found.contains(&fault), "{fault:?} is missing: {found:?}");
    }
    assert!(found.iter().any(|(field, _)| field.starts_with("assertion")), "{found:?}");
    let unknown = issuing.get(&wrong.referral_id, assertion()).await.unwrap_err();
    assert_eq!(unknown.code, "RG0201", "nothing was recorded");

    let referral = issuing.submit(submission(2, NL, &[])).await.unwrap().referral_id;
    let message = Event { code: "free_message".into(), text: "sample words".into(), parameters: Vec::new() };
    let silent =
        pb::ActRequest { event: Some(message), inform: named(&[EU]), ..act(&referral, "free_message") };
    let refused = issuing.act(silent).await.unwrap_err();
    assert_eq!(faults(&refused), [("inform[0]", "not_told")], "{refused:?}");
    assert_eq!(issuing.get(&referral, assertion()).await.unwrap().messages.len(), 1);
}

#[tokio::test]
async fn an_agency_of_several_kinds_is_informed_as_the_one_that_is_named_and_nobody_guesses() {
    let mut federation = Federation::provision(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL, EU]).unwrap();
    for agency in [FR, NL, EU] {
        put_roster(&federation, agency, |roster| {
            let member = roster.members.iter_mut().find(|member| member.id.as_str() == EU).unwrap();
            member.accepts = vec![Acceptance::new(Instrument::notice().code, ["eurojust", "europol"])];
        })
        .unwrap();
        federation.launch(agency).unwrap();
    }
    for agency in [FR, NL, EU] {
        federation.serves(agency).await.unwrap();
    }
    let [issuing, informed] = [casework(&federation, FR).await, casework(&federation, EU).await];
    let to = |name: &str| pb::SubmitRequest { inform: vec![name.to_owned()], ..submission(1, NL, &[]) };
    for unclear in [EU, "eu-europol=police", "eu-europol="] {
        let refused = issuing.submit(to(unclear)).await.unwrap_err();
        assert_eq!(faults(&refused), [("inform[0]", "kind")], "{unclear}: {refused:?}");
    }
    let accepted = issuing.submit(to("eu-europol=europol")).await.unwrap();
    let told = read(&informed, &accepted.informed[0].referral_id).await;
    assert_eq!(told.parties[0].capacity, "europol");
}
