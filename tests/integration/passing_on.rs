//! A case that is passed on to another agency of its State, between real nodes: it goes on as one case, with every message proven by who
//! sent it, and whoever had it before hears nothing more of it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use anyhow::ensure;
use jiff::{SignedDuration, Timestamp};
use rogatory_client::pb::casework::v1 as pb;
use rogatory_client::pb::casework::v1::body::Content;
use rogatory_client::pb::casework::v1::submit_stream_request::Submission;
use rogatory_client::pb::types::v1::{Link, Parameter, Party, parameter};
use rogatory_client::{Casework, Code, Problem, fresh_id};
use rogatory_domain::id::{MessageId, ReferralId};
use rogatory_engine::engine::Place;
use rogatory_engine::link::Outgoing;
use rogatory_evidence::{EvidenceFile, Kind};
use rogatory_message::pb::message::Content as Sealed;
use rogatory_message::pb::{CarriedMessage, Labels as LabelsOf, Opening, Party as PartyOf};
use rogatory_support::rogue::{Said, is_receipt};
use rogatory_support::sample::{self, act, assertion, event, opening, submission};
use rogatory_support::{Federation, Rogue, eventually};

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";
const COURT: &str = "nl-court";
const BE: &str = "be-fgp";

async fn casework(federation: &Federation, agency: &str) -> Casework {
    federation.connect(agency, "cases").await.unwrap().casework()
}

/// The case at a node once it stands in a state and has so many messages.
async fn case(own: &Casework, referral: &str, state: &str, messages: usize) -> pb::Referral {
    eventually(state, async || {
        let case = own.get(referral, assertion()).await?;
        ensure!(case.state == state, "it is {}", case.state);
        ensure!(case.messages.len() == messages, "it has {} messages", case.messages.len());
        Ok(case)
    })
    .await
    .unwrap()
}

fn to(parties: &[(&str, &str)]) -> Vec<Party> {
    let party =
        |(agency, capacity): &(&str, &str)| Party { agency: (*agency).into(), capacity: (*capacity).into() };
    parties.iter().map(party).collect()
}

fn passing_on(referral: &str, parties: &[(&str, &str)]) -> pb::ActRequest {
    pb::ActRequest { pass_on_to: to(parties), ..act(referral, "passed_on") }
}

fn due(case: &pb::Referral, clock: &str) -> (String, String) {
    let found = case.clocks.iter().find(|known| known.name == clock).unwrap();
    (found.due_local.clone(), found.status().as_str_name().to_owned())
}

fn events(case: &pb::Referral) -> Vec<(&str, &str)> {
    case.messages.iter().map(|message| (message.event.as_str(), message.sender.as_str())).collect()
}

fn faults(problem: &Problem) -> Vec<(&str, &str)> {
    problem.faults.iter().map(|fault| (fault.field.as_str(), fault.rule.as_str())).collect()
}

#[tokio::test]
async fn a_warrant_that_is_passed_on_goes_on_as_one_case_at_the_court_that_is_competent() {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL, COURT], 3).await.unwrap();
    let [issuing, first, court] = [
        casework(&federation, FR).await,
        casework(&federation, NL).await,
        casework(&federation, COURT).await,
    ];
    let request = fresh_id();
    let mut warrant = submission(1, NL, &[]);
    warrant.opening.as_mut().unwrap().links =
        vec![Link { relation: "part_of".into(), referral_id: request.clone() }];
    let old = issuing.submit(warrant).await.unwrap().referral_id;
    case(&first, &old, "received", 1).await;
    issuing.act(act(&old, "information_supplied")).await.unwrap();
    case(&first, &old, "received", 2).await;
    first.act(act(&old, "arrested")).await.unwrap();
    let arrested = case(&issuing, &old, "arrested", 3).await;

    let passing = passing_on(&old, &[(COURT, "executing")]);
    let accepted = first.act(passing.clone()).await.unwrap();
    let new = accepted.goes_on_in.clone();
    assert!(!new.is_empty() && new != old);
    let again = first.act(passing.clone()).await.unwrap();
    assert_eq!((again.repeated, &again.goes_on_in), (true, &new), "a repeat passes it on once");
    let elsewhere = pb::ActRequest { pass_on_to: to(&[(NL, "executing")]), ..passing };
    assert_eq!(first.act(elsewhere).await.unwrap_err().code, Code::IdReused.refusal().id);

    // It is passed on once, and where it was passed on from nobody is told anything any more.
    case(&issuing, &old, "passed_on", 4).await;
    let twice = first.act(passing_on(&old, &[(NL, "executing")])).await.unwrap_err();
    let told_there = issuing.act(act(&old, "information_supplied")).await.unwrap_err();
    for refused in [twice, told_there] {
        assert_eq!(faults(&refused), [("event.code", "state"), ("referral_id", "passed_on")], "{refused:?}");
        assert!(refused.faults[1].text.contains(&new), "it says where the case goes on: {refused:?}");
    }

    // The issuing side is told at once, and the old referral ends there.
    let ended = case(&issuing, &old, "passed_on", 4).await;
    assert!(ended.clocks.iter().all(|clock| clock.status() == pb::ClockStatus::Superseded));
    let followed = case(&issuing, &new, "arrested", 5).await;
    assert_eq!((followed.passed_on_by.as_str(), &followed.part_of), (NL, &request));
    // The court has the case as it was, its clocks run on, and what was told before stands there with who told it.
    let taken = case(&court, &new, "arrested", 5).await;
    assert_eq!(due(&taken, "T1"), due(&arrested, "T1"));
    let told =
        [("opening", NL), ("opening", FR), ("information_supplied", FR), ("arrested", NL), ("passed_on", NL)];
    assert_eq!(events(&taken), told);
    assert!(taken.messages[1..].iter().all(|message| message.told_in == old && message.body.is_some()));

    // It goes on between those that have it now.
    for event in ["no_consent", "execution_ordered", "decision_final"] {
        court.act(act(&new, event)).await.unwrap();
    }
    case(&issuing, &new, "surrender_due", 8).await;
    issuing.act(act(&new, "information_supplied")).await.unwrap();
    case(&court, &new, "surrender_due", 9).await;

    // Who passed it on reads what it told, and nothing that came after.
    let gone = case(&first, &new, "passed_on", 5).await;
    assert!(gone.clocks.is_empty() && gone.allowed.is_empty());
    assert_eq!(first.act(act(&new, "free_message")).await.unwrap_err().code, Code::NotAParty.refusal().id);
    let listed = pb::ListRequest {
        assertion: Some(assertion()),
        state: "passed_on".into(),
        ..pb::ListRequest::default()
    };
    assert_eq!(first.list_page(listed).await.unwrap().referrals.len(), 2);

    // It counts once, where it goes on.
    let instrument = followed.referral_type.clone();
    let today = Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    let counted = async |own: &Casework| {
        let asked = pb::StatisticsRequest {
            assertion: Some(assertion()),
            instrument: instrument.clone(),
            first_day: today.yesterday().unwrap().to_string(),
            last_day: today.to_string(),
        };
        let told = own.statistics(asked).await.unwrap();
        (told.referrals, told.unreadable)
    };
    assert_eq!(
        (counted(&issuing).await, counted(&first).await, counted(&court).await),
        ((1, 0), (0, 0), (1, 0))
    );
}

#[tokio::test]
async fn what_was_told_before_is_proven_survives_every_index_and_is_passed_on_with_the_case_again() {
    let mut federation =
        Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL, COURT], 3).await.unwrap();
    let [issuing, first, court] = [
        casework(&federation, FR).await,
        casework(&federation, NL).await,
        casework(&federation, COURT).await,
    ];
    let old = issuing.submit(submission(1, NL, &[])).await.unwrap().referral_id;
    case(&first, &old, "received", 1).await;
    first.act(act(&old, "arrested")).await.unwrap();
    let new = first.act(passing_on(&old, &[(COURT, "executing")])).await.unwrap().goes_on_in;
    case(&court, &new, "arrested", 4).await;
    for event in ["no_consent", "execution_ordered", "decision_final"] {
        court.act(act(&new, event)).await.unwrap();
    }
    case(&issuing, &new, "surrender_due", 7).await;

    // The court proves to a third person that the issuing authority sent the warrant.
    let evidence = pb::EvidenceRequest {
        message_id: old.clone(),
        sender: FR.into(),
        assertion: Some(assertion()),
        with_content: true,
        came_with: new.clone(),
    };
    let file = EvidenceFile::parse(&court.evidence(evidence).await.unwrap()).unwrap();
    let report = file.verify(None).unwrap();
    assert_eq!((report.header.sender.as_str(), report.header.referral.to_string()), (FR, old.clone()));
    assert!(report.sent().is_some() && report.content_key.is_some());

    // All of it stands in the ledgers: an index that is folded again says the same.
    for agency in [FR, NL, COURT] {
        federation.kill(agency).await.unwrap();
        std::fs::remove_dir_all(federation.data(agency).unwrap().join("index")).unwrap();
        federation.launch(agency).unwrap();
        federation.serves(agency).await.unwrap();
    }
    for (agency, state, messages) in
        [(FR, "surrender_due", 7), (NL, "passed_on", 4), (COURT, "surrender_due", 7)]
    {
        case(&casework(&federation, agency).await, &new, state, messages).await;
    }
    // One that was passed on already is passed on with all that came before.
    let court = casework(&federation, COURT).await;
    let third = court.act(passing_on(&new, &[(NL, "executing")])).await.unwrap().goes_on_in;
    let back = case(&casework(&federation, NL).await, &third, "surrender_due", 9).await;
    assert_eq!(back.messages[1].told_in, old, "the first referral comes first");
    let own = casework(&federation, NL).await;
    own.act(act(&third, "surrendered")).await.unwrap();
    case(&casework(&federation, FR).await, &third, "surrendered", 10).await;
}

#[tokio::test]
async fn whom_a_case_cannot_be_passed_on_to_is_named_with_every_other_fault_and_nothing_is_recorded() {
    let federation =
        Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL, COURT, BE], 2).await.unwrap();
    let [issuing, first] = [casework(&federation, FR).await, casework(&federation, NL).await];
    let submitted = issuing.submit(submission(1, NL, &[BE])).await.unwrap();
    let warned = submitted.warnings.iter().map(|warning| (warning.field.as_str(), warning.rule.as_str()));
    assert!(warned.clone().any(|warning| warning == ("parties[1].agency", "another_state")), "{submitted:?}");
    let old = submitted.referral_id;
    case(&first, &old, "received", 1).await;
    let refused = async |request: pb::ActRequest| first.act(request).await.unwrap_err();

    let wrong = pb::ActRequest {
        assertion: None,
        ..passing_on(
            &old,
            &[("nobody", "executing"), (COURT, "emperor"), (FR, "police"), ("de-none", "police")],
        )
    };
    let found = refused(wrong).await;
    assert!(found.faults.iter().any(|fault| fault.field.starts_with("assertion")), "{found:?}");
    let wrong = passing_on(
        &old,
        &[("nobody", "executing"), (COURT, "emperor"), (FR, "police"), ("de-none", "police")],
    );
    let found = refused(wrong).await;
    let expected = [
        ("pass_on_to[0].agency", "form"),
        ("pass_on_to[1].capacity", "value"),
        ("pass_on_to[2].agency", "not_self"),
        ("pass_on_to[3].agency", "roster"),
    ];
    assert_eq!(faults(&found), expected, "{found:?}");
    let abroad = refused(passing_on(&old, &[(BE, "executing")])).await;
    assert_eq!(faults(&abroad), [("pass_on_to", "state")], "{abroad:?}");
    let nobody_decides = refused(passing_on(&old, &[(COURT, "police")])).await;
    assert_eq!(faults(&nobody_decides), [("pass_on_to", "lacking")], "{nobody_decides:?}");

    let as_asking = refused(passing_on(&old, &[(COURT, "executing"), (NL, "issuing_central")])).await;
    assert_eq!(faults(&as_asking), [("pass_on_to[1].capacity", "side")], "{as_asking:?}");

    let mut named = passing_on(&old, &[(COURT, "executing")]);
    let goes_on_in = Parameter { code: "goes_on_in".into(), value: Some(parameter::Value::Id(fresh_id())) };
    named.event.as_mut().unwrap().parameters.push(goes_on_in.clone());
    assert_eq!(faults(&refused(named).await), [("event.parameters", "value")]);
    let mut alone = act(&old, "passed_on");
    alone.event.as_mut().unwrap().parameters.push(goes_on_in);
    assert_eq!(faults(&refused(alone.clone()).await), [("pass_on_to", "required")]);
    let other = pb::ActRequest { pass_on_to: to(&[(COURT, "executing")]), ..act(&old, "arrested") };
    assert_eq!(faults(&refused(other).await), [("pass_on_to", "value")]);
    let (submitter, mut outcomes) = first.submit_stream().await.unwrap();
    let streamed = pb::SubmitStreamRequest { tag: 7, submission: Some(Submission::Act(alone)) };
    submitter.send(vec![streamed]).await.unwrap();
    let outcome = format!("{:?}", outcomes.next().await.unwrap().unwrap());
    assert!(outcome.contains("pass_on_to"), "{outcome}");

    let trial = pb::ActRequest { validate_only: true, ..passing_on(&old, &[(COURT, "executing")]) };
    let tried = first.act(trial).await.unwrap();
    let told = |tried: &pb::Accepted| {
        let told = tried.warnings.iter().map(|warning| (warning.field.clone(), warning.rule.clone()));
        told.collect::<Vec<_>>()
    };
    let named = |field: &str, rule: &str| (field.to_owned(), rule.to_owned());
    // The agencies of this federation are called otherwise than the courts of their States.
    let not_named = named("pass_on_to[0].agency", "not_named_by_state");
    assert_eq!((tried.position, told(&tried)), (0, vec![named("pass_on_to", "left_out"), not_named.clone()]));
    assert!(tried.warnings[0].text.contains(BE), "who is left out is told: {:?}", tried.warnings);
    let again = passing_on(&old, &[(COURT, "executing"), (BE, "police")]);
    let tried = first.act(pb::ActRequest { validate_only: true, ..again }).await.unwrap();
    assert_eq!(told(&tried), [named("pass_on_to[1].agency", "another_state"), not_named]);
    assert_eq!(case(&first, &old, "received", 1).await.messages.len(), 1, "nothing of it was recorded");
    let by_issuer = issuing.act(passing_on(&old, &[(COURT, "executing")])).await.unwrap_err();
    assert_eq!(by_issuer.code, Code::WrongActor.refusal().id);
}

#[tokio::test]
async fn a_case_that_does_not_fit_one_message_is_not_left_between_two_agencies() {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL, COURT], 3).await.unwrap();
    let [issuing, first] = [casework(&federation, FR).await, casework(&federation, NL).await];
    let old = issuing.submit(submission(1, NL, &[])).await.unwrap().referral_id;
    case(&first, &old, "received", 1).await;
    for _ in 0..17 {
        let mut long = act(&old, "free_message");
        long.event.as_mut().unwrap().text = "x".repeat(60_000);
        first.act(long).await.unwrap();
    }
    for validate_only in [true, false] {
        let passing = pb::ActRequest { validate_only, ..passing_on(&old, &[(COURT, "executing")]) };
        let refused = first.act(passing).await.unwrap_err();
        assert_eq!(refused.code, Code::MessageTooLarge.refusal().id, "{refused:?}");
    }
    case(&first, &old, "received", 18).await;
}

#[tokio::test]
async fn the_form_is_printed_where_the_case_goes_on_with_what_was_corrected_before() {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL, COURT], 3).await.unwrap();
    let [issuing, first, court] = [
        casework(&federation, FR).await,
        casework(&federation, NL).await,
        casework(&federation, COURT).await,
    ];
    let old = issuing.submit(submission(1, NL, &[])).await.unwrap().referral_id;
    let mut corrected = act(&old, "corrected");
    let event = corrected.event.as_mut().unwrap();
    event.text = "The person was born in Lyon.".into();
    event.parameters =
        vec![Parameter { code: "corrects".into(), value: Some(parameter::Value::Id(old.clone())) }];
    issuing.act(corrected).await.unwrap();
    case(&first, &old, "received", 2).await;
    let new = first.act(passing_on(&old, &[(COURT, "executing")])).await.unwrap().goes_on_in;
    case(&court, &new, "received", 4).await;
    let request = pb::PrintReferralRequest {
        referral_id: new,
        assertion: Some(assertion()),
        format: pb::PrintFormat::Html.into(),
        ..pb::PrintReferralRequest::default()
    };
    let printed = court.print(request).await.unwrap();
    assert!(String::from_utf8_lossy(&printed.file).contains("born in Lyon"));
}

/// A new referral of the rogue's, and what opens it.
fn said_to_open() -> (ReferralId, Said) {
    let referral: ReferralId = fresh_id().parse().unwrap();
    let said = Said {
        message: MessageId::from_uuid(referral.as_uuid()).unwrap(),
        referral,
        place: Place { number: 1, previous: None },
        declared: Timestamp::now(),
        content: Content::Opening(opening(1, COURT, &[])),
    };
    (referral, said)
}

/// An opening under an edition that lets cases be passed on.
fn sent(rogue: &mut Rogue, said: Said, claim: impl FnOnce(&mut Opening)) -> Outgoing {
    let sealed = rogue.send_body(said, |body| match &mut body.content {
        Some(Sealed::Opening(opening)) => {
            opening.instrument_edition = 2;
            claim(opening);
        }
        _ => panic!("an opening"),
    });
    sealed.unwrap()
}

/// An opening of the rogue's that passes on a case of which it carries this.
fn passed_on_by(
    rogue: &mut Rogue,
    follows: ReferralId,
    issuing: &str,
    carried: Vec<CarriedMessage>,
) -> Outgoing {
    sent(rogue, said_to_open().1, |opening| pass_on(opening, follows, issuing, carried))
}

/// Makes an opening one that passes a case on.
fn pass_on(opening: &mut Opening, follows: ReferralId, issuing: &str, carried: Vec<CarriedMessage>) {
    opening.issuing = issuing.to_owned();
    let referral_id = follows.as_bytes().to_vec().into();
    opening.links = vec![rogatory_message::pb::Link { relation: "follows".into(), referral_id }];
    opening.carried = carried;
}

/// One of its own case with something else changed.
fn passed_on_to(
    rogue: &mut Rogue,
    follows: ReferralId,
    carried: Vec<CarriedMessage>,
    change: impl FnOnce(&mut Opening),
) -> Outgoing {
    sent(rogue, said_to_open().1, |opening| {
        pass_on(opening, follows, NL, carried);
        change(opening);
    })
}

/// A message as it would be carried, with a proof that is none.
fn unproven(message: &Outgoing) -> CarriedMessage {
    CarriedMessage {
        header: message.envelope.header.clone(),
        ciphertext: message.envelope.ciphertext.clone(),
        content_key: message.content_key.expose().to_vec().into(),
        sent: Some(message.opening.clone()),
        proof: "c2sp.org/tlog-proof@v1".into(),
    }
}

/// A message as it is carried, with its proof under the rogue's newest head.
fn proven(rogue: &Rogue, message: &Outgoing) -> CarriedMessage {
    CarriedMessage { proof: rogue.proof_of(message.opening.index).unwrap(), ..unproven(message) }
}

#[tokio::test]
async fn a_court_believes_nobody_who_passes_on_a_case_that_its_sender_does_not_prove() {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[COURT, NL, FR], 1).await.unwrap();
    let mut rogue = Rogue::new(&federation, NL, COURT, None).unwrap();
    let (own_case, said) = said_to_open();
    let told = sent(&mut rogue, said, |_| {});
    // A message of its own it can prove: that makes nobody pass a case on who may not, and no case of another agency's.
    let mut event = event("passed_on");
    let (into, opens) = said_to_open();
    let goes_on_in = parameter::Value::Id(into.to_string());
    event.parameters = vec![Parameter { code: "goes_on_in".into(), value: Some(goes_on_in) }];
    let passed = Said {
        message: fresh_id().parse().unwrap(),
        referral: own_case,
        place: Place { number: 2, previous: Some(told.digest) },
        declared: Timestamp::now(),
        content: Content::Event(event),
    };
    let passed = rogue.send(passed).unwrap();
    let from_tomorrow = Said {
        message: fresh_id().parse().unwrap(),
        referral: own_case,
        place: Place { number: 3, previous: Some(passed.digest) },
        declared: Timestamp::now() + SignedDuration::from_hours(24),
        content: Content::Event(sample::event("free_message")),
    };
    let from_tomorrow = rogue.send(from_tomorrow).unwrap();
    let [told_proven, passed_proven, future_proven] =
        [&told, &passed, &from_tomorrow].map(|message| proven(&rogue, message));
    let wrong_key = CarriedMessage { content_key: vec![7; 32].into(), ..unproven(&told) };
    let short_key = CarriedMessage { content_key: vec![7; 31].into(), ..unproven(&told) };
    let messages = [
        // Who asks passes nothing on, though its event names the very referral.
        sent(&mut rogue, opens, |opening| {
            pass_on(opening, own_case, NL, vec![told_proven.clone(), passed_proven.clone()]);
        }),
        // What stands behind a proven opening is proven, too.
        passed_on_by(&mut rogue, own_case, NL, vec![told_proven.clone(), unproven(&passed)]),
        passed_on_by(&mut rogue, own_case, NL, vec![told_proven.clone()]),
        passed_on_by(&mut rogue, own_case, NL, vec![told_proven.clone(), passed_proven.clone()]),
        passed_on_by(&mut rogue, own_case, FR, vec![told_proven.clone(), passed_proven.clone()]),
        passed_on_by(&mut rogue, own_case, NL, vec![told_proven.clone(), future_proven]),
        passed_on_to(&mut rogue, own_case, vec![told_proven.clone()], |opening| {
            opening.parties.push(PartyOf { agency: NL.into(), capacity: "issuing_central".into() });
        }),
        passed_on_to(&mut rogue, own_case, vec![told_proven.clone()], |opening| {
            opening.labels = Some(LabelsOf { handling: vec!["H2".into()], ..LabelsOf::default() });
        }),
        passed_on_by(&mut rogue, own_case, NL, vec![passed_proven]),
        passed_on_by(&mut rogue, fresh_id().parse().unwrap(), NL, vec![told_proven]),
        passed_on_by(&mut rogue, own_case, NL, vec![unproven(&told)]),
        passed_on_by(&mut rogue, own_case, NL, vec![wrong_key]),
        passed_on_by(&mut rogue, own_case, NL, vec![short_key]),
        passed_on_by(&mut rogue, own_case, NL, vec![]),
        passed_on_by(&mut rogue, own_case, "", vec![unproven(&told)]),
        passed_on_by(&mut rogue, own_case, NL, vec![unproven(&told); 201]),
    ];
    let mut talk = rogue.talk().await.unwrap();
    let batch = talk.batch(&messages).unwrap();
    let refused = |code| (Kind::Refused, Some(code));
    let malformed = refused(Code::MalformedMessage);
    is_receipt(
        &talk.deliver(batch).await.unwrap(),
        &[
            refused(Code::WrongActor),
            refused(Code::ProofInvalid),
            refused(Code::WrongActor),
            refused(Code::WrongActor),
            // The header does not name whose case it would be.
            malformed,
            refused(Code::DeclaredInFuture),
            // Who asks, and what may be done with it, is what it was.
            malformed,
            malformed,
            malformed,
            malformed,
            refused(Code::ProofInvalid),
            refused(Code::DigestMismatch),
            malformed,
            malformed,
            malformed,
            malformed,
        ],
    );
}
