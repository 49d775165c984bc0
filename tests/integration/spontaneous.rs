//! Spontaneous information between real nodes: an instrument without an answering side, through the same services as any
//! other, with its labels and links; and a form of a later release, which arrives as it was written.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use anyhow::ensure;
use rogatory_client::pb::casework::v1 as pb;
use rogatory_client::pb::casework::v1::body::Content;
use rogatory_client::pb::casework::v1::opening::Request;
use rogatory_client::pb::types::v1::{Event, Labels, Link, Party};
use rogatory_client::{Casework, Code, Problem, fresh_id};
use rogatory_domain::instrument::INSTRUMENTS;
use rogatory_support::sample::{act, assertion, submission};
use rogatory_support::{Federation, eventually};
use rogatory_wire::event::parameter_to_pb;
use rogatory_wire::word::Worded as _;

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";
const EU: &str = "eu-europol";
const SPONTANEOUS: &str = "spontaneous";

async fn casework(federation: &Federation, agency: &str) -> Casework {
    federation.connect(agency, "cases").await.unwrap().casework()
}

/// Information for one agency, with a copy to another one.
fn information(number: u64) -> pb::SubmitRequest {
    let form = (rogatory_forms::form_of(SPONTANEOUS).unwrap().sample)(number);
    let party = |agency: &str, capacity: &str| Party { agency: agency.into(), capacity: capacity.into() };
    let mut request = submission(number, NL, &[]);
    let opening = request.opening.as_mut().unwrap();
    opening.parties = vec![party(NL, "receiving"), party(EU, "copy")];
    opening.request = Some(Request::Spontaneous(form.into()));
    request
}

async fn read(own: &Casework, referral: &str, messages: usize) -> pb::Referral {
    eventually("the case", async || {
        let case = own.get(referral, assertion()).await?;
        ensure!(case.messages.len() == messages, "{} messages", case.messages.len());
        Ok(case)
    })
    .await
    .unwrap()
}

fn opening_of(case: &pb::Referral) -> &pb::Opening {
    let body = case.messages[0].body.as_ref().unwrap();
    let Some(Content::Opening(opening)) = &body.content else { panic!("an opening") };
    opening
}

fn fields(problem: &Problem) -> Vec<(&str, &str)> {
    problem.faults.iter().map(|fault| (fault.field.as_str(), fault.rule.as_str())).collect()
}

fn with(
    referral: &str,
    code: &str,
    parameters: Vec<rogatory_client::pb::types::v1::Parameter>,
) -> pb::ActRequest {
    let event = Event { code: code.into(), text: "sample words".into(), parameters };
    pb::ActRequest { event: Some(event), ..act(referral, code) }
}

#[tokio::test]
async fn information_reaches_those_it_concerns_with_labels_and_links_and_only_its_provider_goes_on() {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL, EU], 3).await.unwrap();
    let [provider, recipient, copy] =
        [casework(&federation, FR).await, casework(&federation, NL).await, casework(&federation, EU).await];
    let earlier = provider.submit(submission(1, NL, &[])).await.unwrap().referral_id;
    let mut told = information(2);
    let opening = told.opening.as_mut().unwrap();
    let handling = ["H1", "H3"].map(str::to_owned).to_vec();
    opening.labels = Some(Labels { handling, purpose: "prevention".into(), ..Labels::default() });
    opening.links = vec![Link { relation: "follows".into(), referral_id: earlier }];
    let sent = told.opening.clone().unwrap();
    let referral = provider.submit(told).await.unwrap().referral_id;
    for own in [&provider, &recipient, &copy] {
        let case = read(own, &referral, 1).await;
        assert_eq!((case.referral_type.as_str(), case.state.as_str()), (SPONTANEOUS, "told"));
        let opening = opening_of(&case);
        assert_eq!((&opening.labels, &opening.links), (&sent.labels, &sent.links));
        assert_eq!(opening.request, sent.request);
        assert!(case.clocks.is_empty(), "nothing is asked for");
    }

    let answer = recipient.act(act(&referral, "supplemented")).await.unwrap_err();
    assert_eq!(answer.code, Code::WrongActor.refusal().id);
    let foreign = provider.act(act(&referral, "withdrawn")).await.unwrap_err();
    assert_eq!(foreign.code, Code::MalformedMessage.refusal().id, "an event of another instrument");
    let fault = &foreign.faults[0];
    assert_eq!((fault.field.as_str(), fault.rule.as_str()), ("event.code", "event"), "{fault:?}");
    assert!(fault.text.contains("there is ") && fault.text.contains("use_permitted"), "{fault:?}");
    provider.act(act(&referral, "supplemented")).await.unwrap();
    let uses = ["evidence", "pass_on"].map(|item| {
        let item = rogatory_domain::instrument::Symbol::of(item).unwrap();
        parameter_to_pb("use", rogatory_domain::case::Value::Item(item))
    });
    provider.act(with(&referral, "use_permitted", uses.to_vec())).await.unwrap();
    provider.act(act(&referral, "retracted")).await.unwrap();
    for own in [&provider, &recipient, &copy] {
        let case = read(own, &referral, 4).await;
        assert_eq!(case.state, "retracted");
        let Some(Content::Event(event)) = case.messages[2].body.as_ref().unwrap().content.clone() else {
            panic!("an event")
        };
        assert_eq!(event.parameters, uses);
    }
}

#[tokio::test]
async fn everything_wrong_with_an_opening_is_told_at_once_under_its_own_path() {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL, EU], 1).await.unwrap();
    let own = casework(&federation, FR).await;
    let mut wrong = information(1);
    let opening = wrong.opening.as_mut().unwrap();
    opening.parties[0].capacity = "executing".into();
    opening.labels = Some(Labels { handling: vec!["H9".into()], ..Labels::default() });
    opening.links = vec![Link { relation: "near".into(), referral_id: fresh_id() }];
    opening.request = Some(Request::Spontaneous(bytes::Bytes::new()));
    let problem = own.submit(wrong).await.unwrap_err();
    assert_eq!(problem.code, Code::InvalidForm.refusal().id);
    let found = fields(&problem);
    for expected in [
        ("parties[0].capacity", "value"),
        ("labels.handling[0]", "value"),
        ("links[0].relation", "value"),
        ("spontaneous.information", "missing"),
        ("spontaneous.source", "value"),
    ] {
        assert!(found.contains(&expected), "{expected:?} in {found:?}");
    }
    let mut no_form = information(1);
    no_form.opening.as_mut().unwrap().request = Some(Request::Warrant(vec![0xff, 0xff].into()));
    assert!(fields(&own.submit(no_form).await.unwrap_err()).contains(&("warrant", "malformed")));
}

#[tokio::test]
async fn a_client_learns_every_instrument_from_its_node() {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR], 1).await.unwrap();
    let own = casework(&federation, FR).await;
    let all = own.describe("").await.unwrap();
    assert_eq!(all.len(), INSTRUMENTS.len());
    let one = own.describe(SPONTANEOUS).await.unwrap().remove(0);
    assert_eq!((one.form_field.as_str(), one.newest), (SPONTANEOUS, true));
    assert!(one.form.ends_with("SpontaneousForm"));
    let permitted = one.events.iter().find(|event| event.code == "use_permitted").unwrap();
    assert_eq!(
        (permitted.parameters[0].takes().word(), permitted.parameters[0].required),
        ("item".to_owned(), true)
    );
    let unknown = own.describe("no_such_law").await.unwrap_err();
    assert_eq!(fields(&unknown), [("instrument", "value")]);
    for (client, may) in [("ops", true), ("audit", true)] {
        let other = federation.connect(FR, client).await.unwrap().casework();
        assert_eq!(other.describe("").await.is_ok(), may);
    }
}

#[tokio::test]
async fn a_field_that_only_a_later_release_knows_reaches_the_recipient_as_it_was_written() {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL, EU], 3).await.unwrap();
    let mut told = information(1);
    let Some(Request::Spontaneous(form)) = &mut told.opening.as_mut().unwrap().request else {
        panic!("information")
    };
    let mut later = form.to_vec();
    // Field 2,000, a text of one byte.
    later.extend([0x82, 0x7d, 1, b'x']);
    *form = later.clone().into();
    let referral = casework(&federation, FR).await.submit(told).await.unwrap().referral_id;
    let case = read(&casework(&federation, NL).await, &referral, 1).await;
    assert_eq!(opening_of(&case).request, Some(Request::Spontaneous(later.into())));
}
