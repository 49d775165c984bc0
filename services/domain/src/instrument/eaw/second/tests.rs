//! The life cycle of edition 2 by stories: a usual warrant, who may do what, and what is left when a case has ended.
//! The stories of each part of the law are in the files below; what they share is here.

mod again;
mod condition;
mod consent;
mod decision;
mod end;
mod liberty;
mod order;
mod owed;
mod release;
mod statistics;
mod surrender;
mod taken_back;
mod talk;
mod time;

use jiff::Timestamp;
use jiff::civil::{Date, date};

use super::EAW;
use crate::case::tests::{Story, clock, due, given, id, item};
use crate::case::{Case, Effect, NotAllowed, Parameter, Remark, Status, Value, admit};
use crate::instrument::{Side, Symbol};
use crate::refusal::Code;

const ISSUER: &str = "fr-jirs-marseille";
/// The executing judicial authority of these stories, whatever its name.
const COURT: &str = "nl-om";
const POLICE: &str = "nl-politie";
const PROSECUTOR: &str = "eu-europol";
const CENTRAL: &str = "xx-fifth";
const ISSUING_CENTRAL: &str = "xx-sixth";

/// A case that is executed in a State, opened in January 2026.
fn in_state(jurisdiction: &str) -> Story {
    let mut story = Story::under(&EAW);
    story.opening.jurisdiction = jurisdiction.parse().unwrap();
    story.opening.declared = noon(date(2026, 1, 5));
    story.on(date(2026, 2, 2))
}

fn noon(day: Date) -> Timestamp {
    crate::case::tests::noon(day)
}

/// Arrested on 2 February 2026 in a State.
fn arrested_in(jurisdiction: &str) -> Story {
    in_state(jurisdiction).then(COURT, "registered").then(POLICE, "arrested")
}

fn arrested() -> Story {
    arrested_in("NL")
}

fn contested() -> Story {
    arrested().then(COURT, "no_consent")
}

fn ordered_in(jurisdiction: &str) -> Story {
    arrested_in(jurisdiction).then(COURT, "no_consent").on(date(2026, 3, 24)).then(COURT, "execution_ordered")
}

/// The decision is final on 24 March 2026: ten days later is Good Friday 3 April.
fn due_in(jurisdiction: &str) -> Story {
    ordered_in(jurisdiction).then(COURT, "decision_final")
}

fn surrendered() -> Story {
    due_in("NL").on(date(2026, 4, 1)).then(POLICE, "surrendered")
}

fn suspended() -> Story {
    due_in("NL").on(date(2026, 3, 26)).then(COURT, "surrender_suspended")
}

fn postponed() -> Story {
    due_in("NL").on(date(2026, 3, 26)).then(COURT, "surrender_postponed")
}

fn deferred(reason: &str) -> Story {
    arrested().on(date(2026, 2, 5)).telling(COURT, "deferred", &[given("reason", item(reason))])
}

/// The message at a place of the story, the first being 0.
fn message(story: &Story, at: usize) -> Value {
    story.facts[at].id.into()
}

fn last(story: &Story) -> Value {
    message(story, story.facts.len() - 1)
}

fn proposing(story: Story, by: &str, day: Date) -> Story {
    story.telling(by, "surrender_date_proposed", &[given("day", day)])
}

/// The other side accepts what was told last.
fn accepting(story: Story, by: &str) -> Story {
    let offer = last(&story);
    story.telling(by, "surrender_date_accepted", &[given("answers", offer)])
}

fn agreed(story: Story, day: Date) -> Story {
    accepting(proposing(story, COURT, day), ISSUER)
}

fn state(story: &Story) -> &'static str {
    story.case().state().code
}

fn refusal(story: &Story, sender: &str, code: &str, parameters: &[Parameter]) -> Result<(), NotAllowed> {
    admit(&story.opening, &story.facts, &story.fact(sender, story.event(code, parameters), story.facts.len()))
}

fn status(story: &Story, code: &str, day: Date) -> Status {
    clock(&story.case(), code).status(noon(day))
}

fn remark(story: &Story) -> Option<Remark> {
    story.case().steps.last().unwrap().remark
}

fn questions(case: &Case) -> Vec<(String, Side)> {
    case.questions.iter().map(|open| (open.kind.to_string(), open.waits_for)).collect()
}

#[test]
fn a_usual_warrant_ends_in_surrender_and_the_custody_served_is_owed_until_it_is_stated() {
    let story = arrested()
        .telling(COURT, "consent_recorded", &[given("renounces_speciality", Value::Set)])
        .on(date(2026, 2, 10))
        .then(COURT, "execution_ordered")
        .then(COURT, "decision_final");
    let story = agreed(story, date(2026, 2, 18)).on(date(2026, 2, 18)).then(POLICE, "surrendered");
    let owed = vec![("custody_statement".to_owned(), Side::Answering)];
    assert_eq!((state(&story), questions(&story.case())), ("surrendered", owed));
    let story = story
        .telling(CENTRAL, "custody_stated", &[given("custody_days", 17_u32)])
        .then(ISSUER, "surrender_confirmed");
    let case = story.case();
    assert!(case.questions.is_empty() && case.crossings.is_empty());
    assert!(case.steps.iter().all(|step| step.remark.is_none() && step.effect != Effect::Void));
    assert_eq!(case.value("surrender_on"), Some(Value::Day(date(2026, 2, 18))));
    assert_eq!(case.value("custody_days"), Some(Value::Number(17)));
    assert_eq!(case.value("speciality_renounced"), Some(Value::Set));
    let calendars = crate::calendar::Calendars::current();
    let days = case.custody.days(calendars, story.opening.jurisdiction, noon(date(2026, 6, 1)));
    assert_eq!(days, 17, "the day of the arrest and that of the surrender count both");
    let statuses: Vec<_> = case.clocks.iter().map(|clock| clock.status(noon(date(2027, 1, 1)))).collect();
    assert_eq!(statuses, [Status::Superseded, Status::Met, Status::Met, Status::Met, Status::Met]);
}

#[test]
fn a_prosecutor_a_central_authority_and_the_police_decide_nothing() {
    let decisions = [
        (arrested(), ["consent_recorded", "no_consent", "custody_ordered"].as_slice()),
        (arrested(), &["identity_not_confirmed", "priority_decided"]),
        (contested(), &["execution_ordered"]),
        (ordered_in("NL"), &["decision_final"]),
        (due_in("NL"), &["force_majeure_found", "surrender_suspended", "surrender_postponed"]),
        (suspended(), &["suspension_ended"]),
        (postponed(), &["postponement_ended"]),
        (deferred("immunity"), &["deferral_ended"]),
    ];
    for (story, codes) in decisions {
        for code in codes {
            for sender in [PROSECUTOR, CENTRAL, POLICE, ISSUER] {
                let answer = refusal(&story, sender, code, &[]).unwrap_err().code();
                assert_eq!(answer, Code::WrongActor, "{code} by {sender}");
            }
            assert_eq!(refusal(&story, COURT, code, &[]), Ok(()), "{code}");
        }
    }
    let ground = [given("ground", item("4(4)"))];
    for sender in [PROSECUTOR, CENTRAL, POLICE] {
        let answer = refusal(&contested(), sender, "refused", &ground).unwrap_err();
        assert_eq!(answer.code(), Code::WrongActor, "{sender}");
    }
    assert_eq!(refusal(&contested(), COURT, "refused", &ground), Ok(()));
}

#[test]
fn a_prosecutor_hands_over_and_asks_and_lodges_an_appeal() {
    for (story, code) in
        [(due_in("NL"), "surrendered"), (arrested(), "delay_notified"), (ordered_in("NL"), "appeal_lodged")]
    {
        assert_eq!(refusal(&story, PROSECUTOR, code, &[]), Ok(()), "{code}");
        assert_eq!(refusal(&story, CENTRAL, code, &[]).unwrap_err().code(), Code::WrongActor, "{code}");
    }
}

#[test]
fn the_custody_served_is_stated_by_the_central_authority_and_not_by_the_police() {
    let days = [given("custody_days", 59_u32)];
    for sender in [CENTRAL, COURT, PROSECUTOR] {
        assert_eq!(refusal(&surrendered(), sender, "custody_stated", &days), Ok(()), "{sender}");
    }
    for sender in [POLICE, ISSUER, ISSUING_CENTRAL] {
        let answer = refusal(&surrendered(), sender, "custody_stated", &days).unwrap_err().code();
        assert_eq!(answer, Code::WrongActor, "{sender}");
    }
}

#[test]
fn what_may_be_told_instead_is_only_what_belongs_to_the_request() {
    let mut story = contested();
    let instead = |story: &Story| {
        let fault = refusal(story, COURT, "surrender_postponed", &[]).unwrap_err();
        let faults = fault.faults(&story.opening, &crate::case::tests::agency(COURT));
        faults.iter().map(|fault| fault.text.clone()).collect::<String>()
    };
    assert!(instead(&story).contains("certificate_requested"));
    story.opening.traits.retain(|one| *one == "prosecution");
    let told = instead(&story);
    assert!(told.contains("execution_ordered") && !told.contains("certificate_requested"), "{told}");
}
