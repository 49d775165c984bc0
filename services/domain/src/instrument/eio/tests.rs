//! The life cycle by examples: the story of a usual order, each clock with its dates, each way to an end.

use jiff::civil::{Date, date};

use super::EIO;
use crate::case::tests::{Story, clock, due, given, id, item, noon};
use crate::case::{Case, Crossing, Effect, Parameter, Status, Value};
use crate::instrument::Length;
use crate::refusal::Code;

const ISSUER: &str = "fr-jirs-marseille";
const EXECUTOR: &str = "nl-om";
const POLICE: &str = "nl-politie";
const CENTRAL: &str = "eu-europol";
const VALIDATOR: &str = "xx-fifth";

/// The day of a sentence about clocks: a Wednesday.
const WEDNESDAY: Date = date(2021, 6, 2);

fn day(on: Date) -> Parameter {
    given("day", on)
}

/// Sent on Thursday 20 May 2021.
fn sent() -> Story {
    Story::under(&EIO)
}

fn acknowledged() -> Story {
    sent().telling(EXECUTOR, "receipt_confirmed", &[day(date(2021, 5, 25))])
}

fn executing(evidence: &str) -> Story {
    acknowledged().on(WEDNESDAY).telling(EXECUTOR, "recognised", &[given("evidence", item(evidence))])
}

fn state(case: &Case) -> &'static str {
    case.state().code
}

fn statuses(case: &Case, now: Date) -> Vec<(&'static str, Status)> {
    case.clocks.iter().map(|clock| (clock.definition.code, clock.status(noon(now)))).collect()
}

fn questions(case: &Case) -> Vec<(String, Option<String>)> {
    let text = |open: &crate::case::Question| (open.kind.to_string(), open.item.map(|item| item.to_string()));
    case.questions.iter().map(text).collect()
}

#[test]
fn a_usual_order_ends_with_its_evidence_transferred_and_every_clock_met() {
    let case = executing("measure")
        .telling(POLICE, "measure_carried_out", &[given("measure", 1_u32)])
        .on(date(2021, 6, 21))
        .then(EXECUTOR, "results_in_part")
        .telling(EXECUTOR, "carried_out", &[day(date(2021, 6, 30))])
        .on(date(2021, 6, 28))
        .telling(EXECUTOR, "results_transferred", &[given("return_wished", Value::Set)])
        .then(ISSUER, "evidence_returned")
        .case();
    assert_eq!(state(&case), "transferred");
    assert!(case.questions.is_empty() && case.crossings.is_empty());
    let met = ["D1", "D2", "D3", "D8"].map(|code| (code, Status::Met));
    assert_eq!(statuses(&case, date(2022, 1, 1)), met);
}

#[test]
fn every_period_ends_on_its_day() {
    // D1: a week after Thursday 20 May. D2: thirty days after the receipt of Tuesday 25 May.
    assert_eq!(due(&sent().case(), "D1"), date(2021, 5, 27));
    assert_eq!(due(&acknowledged().case(), "D2"), date(2021, 6, 24));
    // D3: ninety days after 2 June.
    assert_eq!(due(&executing("measure").case(), "D3"), date(2021, 8, 31));
    let told = executing("measure")
        .telling(ISSUER, "date_asked", &[day(date(2021, 6, 19))])
        .telling(EXECUTOR, "carried_out", &[day(date(2021, 6, 25))])
        .then(ISSUER, "presence_ended");
    let case = told.case();
    // D4 and D8 are days that somebody named: 19 June 2021 is a Saturday, and stands.
    assert_eq!((due(&case, "D4"), due(&case, "D8")), (date(2021, 6, 19), date(2021, 6, 25)));
    assert_eq!(due(&case, "D7"), date(2021, 6, 17));
}

#[test]
fn a_provisional_measure_has_a_day_and_another_order_has_not() {
    assert!(acknowledged().case().clocks.iter().all(|clock| clock.definition.code != "D5"));
    let priority = given("priority", item("provisional"));
    let story = sent().telling(EXECUTOR, "receipt_confirmed", &[day(date(2021, 5, 26)), priority]);
    let case = story.case();
    // The hour of the event does not count.
    let hour = jiff::SignedDuration::from_hours(1);
    assert_eq!(clock(&case, "D5").due.unwrap().at, noon(date(2021, 5, 27)) + hour);
    let decided = story.telling(EXECUTOR, "provisional_decided", &[given("granted", Value::Set)]).case();
    assert_eq!(clock(&decided, "D5").status(noon(date(2022, 1, 1))), Status::Met);
}

#[test]
fn a_receipt_that_nobody_confirmed_is_overdue_and_changes_nothing() {
    let case = sent().case();
    assert_eq!(statuses(&case, date(2021, 6, 1)), [("D1", Status::Overdue)]);
    assert_eq!(state(&case), "sent");
}

#[test]
fn the_period_counts_from_the_receipt_by_the_competent_authority() {
    let story = sent().telling(CENTRAL, "forwarded_to_competent", &[day(date(2021, 5, 21))]);
    let case = story.case();
    assert_eq!(state(&case), "forwarded");
    assert_eq!(statuses(&case, date(2021, 5, 27)), [("D1", Status::Met), ("D1", Status::Running)]);
    let case = story.telling(EXECUTOR, "receipt_confirmed", &[day(date(2021, 5, 26))]).case();
    assert_eq!((state(&case), due(&case, "D2")), ("acknowledged", date(2021, 6, 25)));
    // A central authority that only confirms its own receipt does not start the period of the other.
    let central = sent().telling(CENTRAL, "central_receipt_confirmed", &[day(date(2021, 5, 21))]).case();
    assert_eq!((state(&central), central.clocks.len()), ("sent", 1));
}

#[test]
fn a_delay_adds_thirty_days_once_and_its_estimate_is_no_due_date() {
    let told = |story: Story| story.telling(EXECUTOR, "delay_told", &[day(date(2021, 7, 5))]);
    let once = told(acknowledged().on(date(2021, 6, 20)));
    // Sixty days after 25 May end on Saturday 24 July; the period ends with the Monday.
    assert_eq!(due(&once.case(), "D2"), date(2021, 7, 26));
    let case = told(once).case();
    assert_eq!((due(&case, "D2"), clock(&case, "D2").past.len()), (date(2021, 7, 26), 1));
    assert_eq!(clock(&case, "D2").length, Some(Length::Days(60)));
}

#[test]
fn evidence_that_is_held_has_no_ninety_days() {
    let case = executing("held").case();
    assert_eq!(state(&case), "executing");
    assert!(case.clocks.iter().all(|clock| clock.definition.code != "D3"));
}

#[test]
fn the_time_of_a_postponement_does_not_count() {
    let postponed = |story: Story| {
        story
            .telling(
                EXECUTOR,
                "postponed",
                &[given("reason", item("used_elsewhere")), day(date(2021, 6, 30))],
            )
            .on(date(2021, 6, 12))
    };
    let story = postponed(executing("measure"));
    let case = story.case();
    assert_eq!(
        (state(&case), clock(&case, "D3").status(noon(date(2022, 1, 1)))),
        ("postponed", Status::Suspended)
    );
    let case = story.then(EXECUTOR, "postponement_ended").case();
    // Ninety days and the ten of the postponement after 2 June.
    assert_eq!((state(&case), due(&case, "D3")), ("executing", date(2021, 9, 10)));
    let undecided = postponed(acknowledged().on(WEDNESDAY)).then(EXECUTOR, "postponement_ended").case();
    assert_eq!((state(&undecided), due(&undecided, "D2")), ("acknowledged", date(2021, 7, 5)));
    assert!(undecided.clocks.iter().all(|clock| clock.definition.code != "D3"));
}

#[test]
fn results_in_part_during_a_postponement_are_remembered_when_it_ends() {
    let postponed =
        |story: Story| story.telling(EXECUTOR, "postponed", &[given("reason", item("own_investigation"))]);
    let case = postponed(executing("measure"))
        .then(EXECUTOR, "results_in_part")
        .then(EXECUTOR, "postponement_ended")
        .case();
    assert_eq!(state(&case), "partly_executed");
    let undecided = postponed(acknowledged());
    assert_eq!(undecided.refused(EXECUTOR, "results_in_part").code(), Code::EventNotAllowed);
}

#[test]
fn every_way_to_an_end_stops_what_runs_and_only_the_immunity_runs_on() {
    let ground = || given("ground", item("11(1)(f)"));
    let replaced_by = given("replaced_by", id(99));
    let late = || {
        let held = executing("measure").telling(ISSUER, "date_asked", &[day(date(2021, 6, 20))]);
        held.telling(ISSUER, "person_transferred", &[day(date(2021, 6, 20))]).then(ISSUER, "presence_ended")
    };
    let ways: [(Story, &str, &str, Vec<Parameter>, &str); 7] = [
        (acknowledged(), EXECUTOR, "returned", vec![given("cause", item("not_validated"))], "returned"),
        (sent(), EXECUTOR, "execution_refused", vec![ground()], "refused"),
        (late(), EXECUTOR, "execution_refused", vec![ground(), given("ground", item("11(1)(d)"))], "refused"),
        (late(), EXECUTOR, "assistance_impossible", vec![], "impossible"),
        (late(), ISSUER, "order_replaced", vec![replaced_by], "replaced"),
        (late(), ISSUER, "order_withdrawn", vec![], "withdrawn"),
        (late(), EXECUTOR, "results_transferred", vec![], "transferred"),
    ];
    for (story, sender, event, parameters, ends) in ways {
        let had_immunity = story.case().clocks.iter().any(|clock| clock.definition.code == "D7");
        let case = story.telling(sender, event, &parameters).case();
        assert_eq!((state(&case), case.state().is_terminal), (ends, true), "{event}");
        let open: Vec<_> =
            case.clocks.iter().filter(|clock| clock.is_open()).map(|it| it.definition.code).collect();
        assert_eq!(open, if had_immunity { vec!["D7"] } else { vec![] }, "{event}");
    }
}

#[test]
fn what_is_asked_is_open_until_the_other_side_answers_it() {
    let consultation = |about| given("consultation", item(about));
    let asked = acknowledged()
        .then(EXECUTOR, "incomplete_told")
        .then(EXECUTOR, "information_requested")
        .telling(EXECUTOR, "consulted", &[consultation("costs")])
        .telling(EXECUTOR, "consulted", &[consultation("necessity")])
        .then(EXECUTOR, "further_measures_told")
        .then(EXECUTOR, "formalities_impossible")
        .telling(
            EXECUTOR,
            "other_measure_told",
            &[given("change", item("less_intrusive")), given("measure", 1_u32)],
        )
        .then(ISSUER, "status_asked");
    assert_eq!(asked.case().questions.len(), 8);
    let answers = |n| given("answers", id(n));
    let case = asked
        .telling(ISSUER, "information_supplied", &[answers(2)])
        .telling(VALIDATOR, "information_supplied", &[answers(3)])
        .telling(VALIDATOR, "consultation_answered", &[consultation("necessity")])
        .telling(ISSUER, "further_measures_answered", &[given("wished", Value::Set)])
        .then(ISSUER, "formalities_answered")
        .telling(ISSUER, "other_measure_answered", &[given("change", item("less_intrusive"))])
        .then(EXECUTOR, "status_told")
        .case();
    assert_eq!(questions(&case), [("consultation".to_owned(), Some("costs".to_owned()))]);
    assert_eq!(state(&case), "acknowledged");
}

#[test]
fn a_measure_that_is_late_is_consulted_on_and_its_period_stands_as_it_was() {
    let case = executing("measure").on(date(2021, 8, 20)).then(EXECUTOR, "measure_delay_told").case();
    assert_eq!(questions(&case), [("timing".to_owned(), None)]);
    assert_eq!(due(&case, "D3"), date(2021, 8, 31));
}

#[test]
fn a_remedy_may_hold_the_transfer_up_and_every_party_may_write_after_the_end() {
    let story = executing("measure")
        .telling(EXECUTOR, "carried_out", &[day(date(2021, 6, 25))])
        .then(EXECUTOR, "remedy_told")
        .then(EXECUTOR, "transfer_suspended");
    assert_eq!(clock(&story.case(), "D8").status(noon(date(2021, 7, 1))), Status::Suspended);
    let mut story = story.then(EXECUTOR, "transfer_resumed").then(EXECUTOR, "results_transferred");
    for sender in [ISSUER, VALIDATOR, EXECUTOR, CENTRAL, POLICE] {
        story = story.then(sender, "free_message");
    }
    let case = story.then(ISSUER, "remedy_told").then(EXECUTOR, "results_in_part").case();
    assert_eq!(state(&case), "transferred");
    assert!(case.steps.iter().rev().take(7).all(|step| step.effect == Effect::Overlay));
}

#[test]
fn a_withdrawal_that_crosses_the_transfer_comes_too_late_and_is_shown() {
    let story = executing("measure");
    let known = story.facts.len();
    let case = story.then(EXECUTOR, "results_transferred").crossing(ISSUER, "order_withdrawn", known).case();
    assert_eq!(state(&case), "transferred");
    assert_eq!(case.crossings, [Crossing { earlier: id(3), later: id(4), lost: true }]);
}

#[test]
fn the_wrong_actor_or_state_is_refused() {
    let acts = [
        (sent(), ISSUER, "postponement_ended", Code::WrongActor),
        (sent(), POLICE, "assistance_impossible", Code::WrongActor),
        (acknowledged(), CENTRAL, "information_requested", Code::WrongActor),
        (acknowledged(), VALIDATOR, "order_withdrawn", Code::WrongActor),
        (acknowledged(), EXECUTOR, "information_supplied", Code::WrongActor),
        (sent(), EXECUTOR, "results_transferred", Code::EventNotAllowed),
        (sent(), EXECUTOR, "measure_delay_told", Code::EventNotAllowed),
        (acknowledged(), EXECUTOR, "results_in_part", Code::EventNotAllowed),
        (executing("measure"), EXECUTOR, "postponement_ended", Code::EventNotAllowed),
        (
            executing("measure").then(EXECUTOR, "results_transferred"),
            ISSUER,
            "order_withdrawn",
            Code::EventNotAllowed,
        ),
    ];
    for (story, sender, event, code) in acts {
        assert_eq!(story.refused(sender, event).code(), code, "{sender} {event}");
    }
}

#[test]
fn every_reason_that_the_law_demands_is_demanded() {
    let silent = EIO.events.iter().filter(|event| event.reasons.is_none()).map(|event| event.code);
    let known = [
        "receipt_confirmed",
        "central_receipt_confirmed",
        "passed_on",
        "further_measures_answered",
        "information_supplied",
        "other_measure_answered",
        "recognised",
        "postponement_ended",
        "measure_carried_out",
        "carried_out",
        "transfer_resumed",
        "evidence_returned",
        "provisional_lifted",
        "person_transferred",
        "person_returned",
        "presence_ended",
        "status_asked",
        "order_supplemented",
        "order_replaced",
        "order_withdrawn",
        "corrected",
    ];
    assert_eq!(silent.collect::<Vec<_>>(), known);
}

#[test]
fn a_recognition_that_came_too_late_stays_late_through_a_postponement() {
    let late = acknowledged().on(date(2021, 7, 6)).telling(
        EXECUTOR,
        "recognised",
        &[given("evidence", item("measure"))],
    );
    let reason = [given("reason", item("used_elsewhere")), day(date(2021, 7, 20))];
    let postponed = late.on(date(2021, 7, 10)).telling(EXECUTOR, "postponed", &reason);
    let case = postponed.on(date(2021, 7, 20)).then(EXECUTOR, "postponement_ended").case();
    assert_eq!(
        (state(&case), clock(&case, "D2").status(noon(date(2022, 1, 1)))),
        ("executing", Status::Late)
    );
}

#[test]
fn a_provisional_measure_that_was_received_days_before_it_is_confirmed_counts_from_the_day_of_the_receipt() {
    let priority = given("priority", item("provisional"));
    let told = [day(date(2021, 5, 21)), priority];
    let case = sent().telling(EXECUTOR, "receipt_confirmed", &told).case();
    // From the end of the day that is named, since its hour is not.
    assert_eq!(due(&case, "D5"), date(2021, 5, 22));
}
