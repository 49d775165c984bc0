//! The life cycle by examples: the story of a usual warrant, each clock, each crossing that matters.

use jiff::Timestamp;
use jiff::civil::{Date, date};

use super::EAW;
use crate::calendar::Calendars;
use crate::case::tests::{Story, clock, due, given, id, item, noon};
use crate::case::{Crossing, Effect, Fact, NotAllowed, OpeningFact, Status, Value, admit, fold};
use crate::instrument::Length;
use crate::limits;
use crate::refusal::Code;

const ISSUER: &str = "fr-jirs-marseille";
const EXECUTOR: &str = "nl-om";
const POLICE: &str = "nl-politie";
const COPY: &str = "eu-europol";

fn arrested() -> Story {
    Story::under(&EAW).then(EXECUTOR, "registered").then(POLICE, "arrested")
}

fn due_for_surrender() -> Story {
    arrested()
        .telling(EXECUTOR, "consent_recorded", &[given("renounces_speciality", Value::Set)])
        .on(date(2021, 6, 2))
        .then(EXECUTOR, "execution_ordered")
        .then(EXECUTOR, "decision_final")
}

#[test]
fn a_usual_warrant_ends_in_surrender_with_every_clock_met() {
    let story = due_for_surrender()
        .telling(EXECUTOR, "surrender_date_proposed", &[given("day", date(2021, 6, 8))])
        .telling(ISSUER, "surrender_date_agreed", &[given("day", date(2021, 6, 8))])
        .on(date(2021, 6, 8))
        .telling(POLICE, "surrendered", &[given("custody_days", 13_u32)])
        .then(ISSUER, "surrender_confirmed");
    let case = story.case();
    assert_eq!(case.state().code, "surrendered");
    assert_eq!(case.value("surrender_on"), Some(Value::Day(date(2021, 6, 8))));
    assert_eq!(case.value("custody_days"), Some(Value::Number(13)));
    assert_eq!(case.value("speciality_renounced"), Some(Value::Set));
    assert!(case.questions.is_empty() && case.crossings.is_empty());
    let now = noon(date(2022, 1, 1));
    let statuses: Vec<_> =
        case.clocks.iter().map(|clock| (clock.definition.code, clock.status(now))).collect();
    assert_eq!(statuses, [("T1", Status::Superseded), ("T2", Status::Met), ("T4", Status::Met)]);
}

#[test]
fn arrest_starts_sixty_days_and_a_delay_adds_thirty_once() {
    let story = arrested();
    assert_eq!(due(&story.case(), "T1"), date(2021, 7, 26));
    let story = story.then(EXECUTOR, "delay_notified").then(EXECUTOR, "delay_notified");
    let case = story.case();
    assert_eq!(due(&case, "T1"), date(2021, 8, 24));
    assert_eq!(clock(&case, "T1").past.len(), 1);
}

#[test]
fn revoked_consent_leaves_the_interval_out_of_the_count() {
    let case = arrested()
        .then(EXECUTOR, "consent_recorded")
        .on(date(2021, 6, 1))
        .then(EXECUTOR, "consent_revoked")
        .case();
    assert_eq!(case.state().code, "contested");
    // Sixty days from 26 May and the six days between consent and its revocation.
    assert_eq!(due(&case, "T1"), date(2021, 8, 2));
    assert_eq!(clock(&case, "T1").length, Some(Length::Days(66)));
    assert_eq!(clock(&case, "T2").status(noon(date(2022, 1, 1))), Status::Superseded);
}

#[test]
fn immunity_stops_the_clock_and_starts_it_anew_but_other_deferrals_let_it_run() {
    let deferred = |reason| {
        arrested()
            .telling(EXECUTOR, "deferred", &[given("reason", item(reason))])
            .on(date(2021, 7, 1))
            .then(EXECUTOR, "deferral_ended")
            .case()
    };
    let immunity = deferred("immunity");
    assert_eq!(immunity.state().code, "arrested");
    assert_eq!(due(&immunity, "T1"), date(2021, 8, 30));
    assert_eq!(due(&deferred("fundamental_rights"), "T1"), date(2021, 7, 26));
}

#[test]
fn an_overdue_clock_never_changes_the_state() {
    let case = arrested().case();
    let later = noon(date(2022, 1, 1));
    assert_eq!(clock(&case, "T1").status(later), Status::Overdue);
    assert_eq!(case.state().code, "arrested");
}

#[test]
fn force_majeure_gives_ten_days_from_the_new_date_more_than_once() {
    let story = due_for_surrender();
    assert_eq!(due(&story.case(), "T4"), date(2021, 6, 14));
    let case = story
        .then(EXECUTOR, "force_majeure_found")
        .telling(EXECUTOR, "new_date_agreed", &[given("day", date(2021, 6, 21))])
        .then(EXECUTOR, "force_majeure_found")
        .telling(EXECUTOR, "new_date_agreed", &[given("day", date(2021, 6, 30))])
        .case();
    assert_eq!(due(&case, "T5"), date(2021, 7, 12));
    assert_eq!(case.clocks.iter().filter(|clock| clock.is_open()).count(), 1);
}

#[test]
fn suspension_and_postponement_stand_still_and_then_count_anew() {
    let suspended = due_for_surrender().then(EXECUTOR, "surrender_suspended");
    let later = noon(date(2022, 1, 1));
    assert_eq!(clock(&suspended.case(), "T4").status(later), Status::Suspended);
    let case = suspended.telling(EXECUTOR, "suspension_ended", &[given("day", date(2021, 9, 1))]).case();
    assert_eq!(due(&case, "T6"), date(2021, 9, 13));
    let postponed = due_for_surrender()
        .then(EXECUTOR, "surrender_postponed")
        .telling(EXECUTOR, "temporarily_surrendered", &[given("day", date(2021, 9, 1))])
        .then(ISSUER, "returned_from_temporary")
        .on(date(2021, 10, 1))
        .then(EXECUTOR, "postponement_ended");
    assert_eq!(due(&postponed.case(), "T4"), date(2021, 10, 11));
}

#[test]
fn release_is_due_when_surrender_runs_out_of_time() {
    let story = due_for_surrender();
    let due_at = |story: &Story, day| story.case().fallen_due(noon(day)).map(|(clock, _)| clock.code).next();
    assert_eq!(due_at(&story, date(2021, 6, 14)), None);
    assert_eq!(due_at(&story, date(2021, 6, 15)), Some("T7"));
    let story = story.on(date(2021, 6, 15)).then(EXECUTOR, "released");
    let case = story.case();
    assert_eq!(case.state().code, "released_pending");
    assert_eq!(clock(&case, "T7").status(noon(date(2021, 6, 15))), Status::Late);
    assert_eq!(due_at(&story, date(2021, 7, 1)), None);
}

#[test]
fn each_request_has_its_own_clock_and_question() {
    let story = arrested()
        .telling(EXECUTOR, "information_requested", &[given("day", date(2021, 6, 5))])
        .telling(EXECUTOR, "information_requested", &[given("copy_of_judgment", Value::Set)]);
    let first = story.facts[2].id;
    assert_eq!(story.case().questions.len(), 2);
    // A day that somebody fixed is kept, although 5 June 2021 is a Saturday.
    assert_eq!(story.case().clocks[1].due.unwrap().date, date(2021, 6, 5));
    let unclear = story.fact(ISSUER, story.event("information_supplied", &[]), 4);
    let mut facts = story.facts.clone();
    facts.push(unclear);
    assert_eq!(fold(&story.opening, &facts, Calendars::current()).questions.len(), 2);
    let case = story.telling(ISSUER, "information_supplied", &[given("answers", first)]).case();
    assert_eq!(case.questions.iter().map(|open| open.asked_by).collect::<Vec<_>>(), [id(4)]);
    assert!(!case.clocks[1].is_open() && case.clocks[2].is_open());
}

#[test]
fn consent_to_other_offences_has_thirty_days_after_surrender() {
    let story = due_for_surrender()
        .telling(EXECUTOR, "surrendered", &[given("custody_days", 7_u32)])
        .then(ISSUER, "speciality_consent_requested");
    assert_eq!(due(&story.case(), "T8"), date(2021, 7, 2));
    assert_eq!(story.case().questions.len(), 1);
    let granted = given("granted", Value::Set);
    let case = story.telling(EXECUTOR, "speciality_consent_answered", &[granted]).case();
    assert!(case.questions.is_empty());
    assert_eq!(case.state().code, "surrendered");
}

#[test]
fn a_withdrawal_that_crosses_an_arrest_withdraws_and_is_shown() {
    let case = Story::under(&EAW)
        .then(EXECUTOR, "registered")
        .then(POLICE, "arrested")
        .crossing(ISSUER, "withdrawn", 1)
        .case();
    assert_eq!(case.state().code, "withdrawn");
    assert_eq!(case.crossings, [Crossing { earlier: id(2), later: id(3), lost: false }]);
    assert!(case.clocks.iter().all(|clock| !clock.is_open()));
}

#[test]
fn a_withdrawal_that_crosses_a_surrender_comes_too_late_and_is_shown() {
    let known = due_for_surrender().facts.len();
    let case = due_for_surrender()
        .telling(POLICE, "surrendered", &[given("custody_days", 7_u32)])
        .crossing(ISSUER, "withdrawn", known)
        .case();
    assert_eq!(case.state().code, "surrendered");
    assert_eq!(case.steps.last().unwrap().effect, Effect::CrossedWithoutEffect);
    assert!(case.crossings[0].lost);
}

#[test]
fn an_arrest_during_a_deferral_counts_once_it_ends() {
    let case = Story::under(&EAW)
        .telling(EXECUTOR, "deferred", &[given("reason", item("immunity"))])
        .crossing(POLICE, "arrested", 0)
        .on(date(2021, 7, 1))
        .then(EXECUTOR, "deferral_ended")
        .case();
    assert_eq!(case.state().code, "arrested");
    assert_eq!(due(&case, "T1"), date(2021, 8, 30));
}

#[test]
fn the_wrong_actor_state_or_instant_is_refused() {
    let story = arrested();
    assert_eq!(story.refused(ISSUER, "arrested").code(), Code::WrongActor);
    assert_eq!(story.refused(COPY, "registered").code(), Code::WrongActor);
    assert_eq!(story.refused(POLICE, "force_majeure_found").code(), Code::WrongActor);
    assert_eq!(story.refused(EXECUTOR, "decision_final").code(), Code::EventNotAllowed);
    assert_eq!(story.refused("be-fgp", "arrested").code(), Code::NotAParty);
    let mut ahead = story.fact(EXECUTOR, story.event("no_consent", &[]), 2);
    ahead.declared = ahead.recorded + jiff::SignedDuration::from_secs(301);
    assert_eq!(admit(&story.opening, &story.facts, &ahead).unwrap_err().code(), Code::DeclaredInFuture);
    ahead.declared = ahead.recorded + jiff::SignedDuration::from_secs(300);
    assert_eq!(admit(&story.opening, &story.facts, &ahead), Ok(()));
}

#[test]
fn what_a_terminal_case_still_takes_is_little() {
    let case = arrested().telling(EXECUTOR, "refused", &[given("ground", item("4(6)"))]).case();
    let issuing = EAW.capacity("issuing").unwrap();
    let allowed: Vec<_> = case.allowed(issuing).map(|event| event.code).collect();
    assert_eq!(allowed, ["corrected"]);
}

#[test]
fn the_ends_of_the_calendar_are_folded_like_any_other_day() {
    for (instant, day) in [(Timestamp::MIN, Date::MIN), (Timestamp::MAX, Date::MAX)] {
        let mut story = due_for_surrender().then(EXECUTOR, "force_majeure_found").telling(
            EXECUTOR,
            "new_date_agreed",
            &[given("day", day)],
        );
        for fact in &mut story.facts {
            fact.declared = instant;
        }
        assert_eq!(story.case().state().code, "surrender_due");
        assert_eq!(story.facts[0].declared, instant);
    }
}

#[test]
fn facts_are_small_and_come_back_the_same() {
    let story = due_for_surrender();
    for fact in &story.facts {
        let bytes = postcard::to_stdvec(fact).unwrap();
        assert!(bytes.len() < 128, "{} bytes, its codes written out", bytes.len());
        assert_eq!(postcard::from_bytes::<Fact>(&bytes).unwrap(), *fact);
    }
    let bytes = postcard::to_stdvec(&story.opening).unwrap();
    assert_eq!(postcard::from_bytes::<OpeningFact>(&bytes).unwrap(), story.opening);
}

#[test]
fn every_reason_that_the_law_demands_is_demanded() {
    let demanding = EAW.events.iter().filter_map(|event| Some((event.code, event.reasons?)));
    let known = [
        ("information_requested", "Art. 15(2)"),
        ("delay_notified", "Art. 17(4)"),
        ("limit_exceeded", "Art. 17(7)"),
        ("deferred", "Arts 16, 20, 21"),
        ("refused", "Art. 17(6)"),
        ("force_majeure_found", "Art. 23(3)"),
        ("surrender_suspended", "Art. 23(4)"),
        ("surrender_postponed", "Art. 24(1)"),
        ("temporarily_surrendered", "Art. 24(2)"),
    ];
    assert_eq!(demanding.collect::<Vec<_>>(), known);
}

#[test]
fn however_much_one_party_or_a_stranger_tells_the_others_can_still_move_the_case_and_end_it() {
    let mut story = Story::under(&EAW).then(EXECUTOR, "registered");
    let corrected = story.event("corrected", &[given("corrects", id(1))]);
    let of = |story: &Story, sender: &str| story.fact(sender, corrected.clone(), story.facts.len());
    // What a stranger sent before the opening came is kept, and counts for nobody.
    let strange: Vec<_> = (0..limits::EVENTS_PER_REFERRAL).map(|_| of(&story, "xx-stranger")).collect();
    let mut count = 0;
    while admit(&story.opening, &story.facts, &of(&story, POLICE)).is_ok() {
        let fact = of(&story, POLICE);
        story.facts.push(fact);
        count += 1;
    }
    assert!(count > limits::EVENTS_PER_REFERRAL / 2, "{count}");
    assert_eq!(admit(&story.opening, &story.facts, &of(&story, POLICE)), Err(NotAllowed::Full));
    story.facts.extend(strange);
    for _ in 2..limits::EVENTS_OF_EACH_PARTY {
        for sender in [ISSUER, EXECUTOR] {
            let fact = of(&story, sender);
            assert_eq!(admit(&story.opening, &story.facts, &fact), Ok(()), "{sender}");
            story.facts.push(fact);
        }
    }
    assert_eq!(
        admit(&story.opening, &story.facts, &story.fact(ISSUER, story.event("withdrawn", &[]), 0)),
        Ok(())
    );
}
