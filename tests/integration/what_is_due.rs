//! What two nodes show of a case that runs: what is due, who has to answer, what may be done, who is held, and what somebody should
//! look at again in the form.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use anyhow::ensure;
use jiff::{SignedDuration, Timestamp};
use rogatory_client::Casework;
use rogatory_client::pb::casework::v1::{self as pb, ClockStatus};
use rogatory_client::pb::types::v1::{Parameter, parameter::Value};
use rogatory_support::sample::{act, assertion, change_warrant, submission};
use rogatory_support::{Federation, eventually};
use rogatory_wire::instant::to_pb;

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";

async fn casework(federation: &Federation, agency: &str) -> Casework {
    federation.connect(agency, "cases").await.unwrap().casework()
}

/// The case once an agency has so many messages of it.
async fn shown(own: &Casework, referral: &str, messages: usize) -> pb::Referral {
    eventually("the case", async || {
        let case = own.get(referral, assertion()).await?;
        ensure!(case.messages.len() == messages, "{} messages", case.messages.len());
        Ok(case)
    })
    .await
    .unwrap()
}

/// Ids of the referrals that an agency lists where something is asked of the list.
async fn listed(own: &Casework, asked: pb::ListRequest) -> Vec<String> {
    let request = pb::ListRequest { assertion: Some(assertion()), ..asked };
    let page = own.list_page(request).await.unwrap();
    page.referrals.into_iter().map(|referral| referral.referral_id).collect()
}

fn may(case: &pb::Referral, agency: &str, event: &str) -> bool {
    case.allowed.iter().any(|acts| acts.agency == agency && acts.events.iter().any(|one| one == event))
}

fn given(code: &str, value: Value) -> Parameter {
    Parameter { code: code.to_owned(), value: Some(value) }
}

#[tokio::test]
async fn both_ends_show_who_is_held_what_is_due_and_what_waits_for_whom_and_a_list_finds_it() {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL], 2).await.unwrap();
    let [issuing, executing] = [casework(&federation, FR).await, casework(&federation, NL).await];
    let quiet = issuing.submit(submission(1, NL, &[])).await.unwrap().referral_id;
    let referral = issuing.submit(submission(2, NL, &[])).await.unwrap().referral_id;
    for id in [&quiet, &referral] {
        shown(&executing, id, 1).await;
    }
    // Fifty days ago: of sixty days to decide, some ten are left.
    let arrest = Timestamp::now() - SignedDuration::from_hours(50 * 24);
    let declared = |request| pb::ActRequest { declared_time: Some(to_pb(arrest)), ..request };
    executing.act(declared(act(&referral, "arrested"))).await.unwrap();
    executing.act(declared(act(&referral, "no_consent"))).await.unwrap();
    executing.act(declared(act(&referral, "execution_ordered"))).await.unwrap();
    executing.act(act(&referral, "decision_final")).await.unwrap();
    let today = Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    let day = today.saturating_add(jiff::Span::new().days(3));
    let mut proposed = act(&referral, "surrender_date_proposed");
    proposed.event.as_mut().unwrap().parameters = vec![given("day", Value::Day(day.to_string()))];
    let proposal = executing.act(proposed).await.unwrap().message_id;

    for own in [&issuing, &executing] {
        let case = shown(own, &referral, 6).await;
        let clock = |name: &str| case.clocks.iter().find(|clock| clock.name == name).unwrap();
        assert_eq!(clock("T1").status(), ClockStatus::Met);
        assert_eq!(clock("T7").status(), ClockStatus::Running);
        assert!(clock("T7").last_day <= clock("T4").last_day && clock("T7").on_expiry.contains("released"));
        let custody = case.custody.as_ref().unwrap();
        assert!(custody.held && custody.days >= 50 && custody.periods.len() == 1, "{custody:?}");
        let question = &case.questions[0];
        assert_eq!((question.code.as_str(), question.waits_for.as_str()), ("surrender_date", "asking"));
        assert_eq!((question.agencies.as_slice(), &question.message_id), (&[FR.to_owned()][..], &proposal));
        assert_eq!(case.offers[0].day, day.to_string());
        // Nobody accepts its own proposal, and nobody gives back what is not asked for.
        assert!(may(&case, FR, "surrender_date_accepted") && !may(&case, NL, "surrender_date_accepted"));
        assert!(!may(&case, NL, "sentence_recognised") && may(&case, NL, "force_majeure_found"));

        let within = |days: i64| pb::ListRequest {
            due_before_time: Some(to_pb(Timestamp::now() + SignedDuration::from_hours(24 * days))),
            ..pb::ListRequest::default()
        };
        assert_eq!(listed(own, within(30)).await, std::slice::from_ref(&referral));
        assert!(listed(own, within(1)).await.is_empty());
        let awaiting =
            |agency: &str| pb::ListRequest { awaiting: agency.to_owned(), ..pb::ListRequest::default() };
        assert_eq!(listed(own, awaiting(FR)).await, std::slice::from_ref(&referral));
        // Where nothing was done yet, it waits for whoever answers.
        assert_eq!(listed(own, awaiting(NL)).await, std::slice::from_ref(&quiet));
    }

    let mut accepted = act(&referral, "surrender_date_accepted");
    let own = federation.connect(NL, "cases").await.unwrap().casework();
    accepted.event.as_mut().unwrap().parameters = vec![given("answers", Value::Id(proposal))];
    let refused = own.act(accepted.clone()).await.unwrap_err();
    assert_eq!(refused.code, "RG0204", "{refused:?}");
    issuing.act(pb::ActRequest { message_id: rogatory_client::fresh_id(), ..accepted }).await.unwrap();
    let case = shown(&executing, &referral, 7).await;
    assert!(case.questions.is_empty() && case.offers.is_empty());
    let agreed = case.remembered.iter().find(|it| it.code == "surrender_on").unwrap();
    assert_eq!(agreed.value, day.to_string());
}

/// Fields of the form that somebody should look at again.
fn of_form(warnings: &[pb::Warning]) -> Vec<String> {
    let fields = warnings.iter().map(|warning| warning.field.clone());
    fields.filter(|field| !field.starts_with("parties")).collect()
}

#[tokio::test]
async fn what_somebody_should_look_at_again_in_a_form_is_told_to_both_ends_and_stops_nothing() {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL], 2).await.unwrap();
    let [issuing, executing] = [casework(&federation, FR).await, casework(&federation, NL).await];
    let plain = issuing.submit(submission(1, NL, &[])).await.unwrap();
    assert!(of_form(&plain.warnings).is_empty(), "{:?}", plain.warnings);
    let mut request = submission(2, NL, &[]);
    change_warrant(request.opening.as_mut().unwrap(), |form| {
        form.language = "pt".to_owned();
        form.translations.clear();
    });
    let accepted = issuing.submit(request).await.unwrap();
    let told = of_form(&accepted.warnings);
    assert!(told.iter().any(|field| field.contains("translations")), "{:?}", accepted.warnings);
    // What follows from the roster alone is told to whoever submits by it.
    assert!(accepted.warnings.iter().any(|it| it.rule == "not_named_by_state"), "{:?}", accepted.warnings);
    for own in [&issuing, &executing] {
        let case = shown(own, &accepted.referral_id, 1).await;
        assert_eq!(of_form(&case.messages[0].warnings), told);
    }
}
