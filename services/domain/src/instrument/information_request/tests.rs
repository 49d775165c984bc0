//! The periods of a request between police forces: they stand while something is to be clarified, and what was missed stays missed.

use jiff::civil::date;

use super::INFORMATION_REQUEST;
use crate::case::tests::{Story, clock, due, given, item, noon};
use crate::case::{NotAllowed, Status, Value, admit};

const ASKING: &str = "fr-jirs-marseille";
const ANSWERING: &str = "nl-om";

fn taken(class: &str) -> Story {
    let mut story = Story::under(&INFORMATION_REQUEST);
    story.opening.jurisdiction = "DE-BY".parse().unwrap();
    story.on(date(2026, 4, 2)).telling(ANSWERING, "taken_in_hand", &[given("class", item(class))])
}

#[test]
fn days_are_those_of_the_calendar_and_an_end_on_a_free_day_stays() {
    assert_eq!(due(&taken("urgent_indirect").case(), "Q2"), date(2026, 4, 5), "Easter Sunday");
    assert_eq!(due(&taken("other").case(), "Q3"), date(2026, 4, 9));
}

#[test]
fn a_period_stands_while_something_is_to_be_clarified_and_runs_on_from_there() {
    let asked = taken("other").on(date(2026, 4, 3));
    let asked =
        asked.telling(ANSWERING, "clarification_requested", &[given("clarification", item("unclear"))]);
    assert_eq!(clock(&asked.case(), "Q3").status(noon(date(2026, 6, 1))), Status::Suspended);
    let clarified = asked.on(date(2026, 4, 13)).then(ASKING, "clarified");
    assert_eq!(due(&clarified.case(), "Q3"), date(2026, 4, 19), "ten days later, and no day is won");
    // Hours run on as well: two of eight had passed.
    let mut urgent = taken("urgent_direct");
    let begun = urgent.declared;
    urgent.declared += jiff::SignedDuration::from_hours(2);
    let mut urgent =
        urgent.telling(ANSWERING, "clarification_requested", &[given("clarification", item("unclear"))]);
    urgent.declared += jiff::SignedDuration::from_hours(72);
    let case = urgent.then(ASKING, "clarified").case();
    let end = clock(&case, "Q1").due.unwrap().at;
    assert_eq!(end, begun + jiff::SignedDuration::from_hours(80));
}

#[test]
fn a_delay_that_is_told_too_late_leaves_the_period_missed() {
    let late = taken("other").on(date(2026, 4, 20)).then(ANSWERING, "authorisation_sought");
    let told = late.telling(ANSWERING, "delay_told", &[given("day", date(2026, 4, 30))]);
    let case = told.case();
    assert_eq!(clock(&case, "Q3").status(noon(date(2026, 4, 21))), Status::Late);
    assert_eq!(due(&case, "Q1A"), date(2026, 4, 30));
}

#[test]
fn nothing_is_provided_before_the_request_was_taken_in_hand() {
    let early = taken("other").on(date(2026, 4, 1));
    let provided = early.fact(ANSWERING, early.event("provided", &[]), early.facts.len());
    let fault = admit(&early.opening, &early.facts, &provided).unwrap_err();
    assert!(matches!(fault, NotAllowed::BeforeItsCause { .. }), "{fault}");
}

#[test]
fn what_is_to_be_clarified_is_asked_of_the_requesting_side_until_it_is_told_and_never_before_it_was_asked() {
    let unclear = [given("clarification", item("unclear"))];
    let asked = taken("other").on(date(2026, 4, 7)).telling(ANSWERING, "clarification_requested", &unclear);
    let waits = |story: &Story, capacity: &str| {
        story.case().waits_for(INFORMATION_REQUEST.capacity(capacity).unwrap(), noon(date(2026, 4, 8)))
    };
    assert!(waits(&asked, "requesting") && !waits(&asked, "requested"));
    let early = asked.clone().on(date(2026, 4, 6)).refused(ASKING, "clarified");
    assert!(matches!(early, NotAllowed::BeforeItsCause { .. }), "{early}");
    assert!(!waits(&asked.then(ASKING, "clarified"), "requesting"));
}

#[test]
fn a_delay_presumes_that_an_authorisation_is_sought_and_its_day_lies_ahead_and_moves_with_a_clarification() {
    let day = [given("day", date(2026, 4, 20))];
    let alone = taken("other");
    let told = alone.fact(ANSWERING, alone.event("delay_told", &day), alone.facts.len());
    assert!(matches!(admit(&alone.opening, &alone.facts, &told), Err(NotAllowed::NotInState { .. })));
    let sought = taken("other").then(ANSWERING, "authorisation_sought");
    let past = sought.event("delay_told", &[given("day", date(2026, 4, 1))]);
    let fault = admit(&sought.opening, &sought.facts, &sought.fact(ANSWERING, past, sought.facts.len()));
    assert!(fault.is_err(), "a day that has passed is no day of an answer");
    let told = sought.telling(ANSWERING, "delay_told", &day);
    assert_eq!(told.case().steps.last().unwrap().remark, None);
    let unclear = [given("clarification", item("unclear"))];
    let asked = told.on(date(2026, 4, 7)).telling(ANSWERING, "clarification_requested", &unclear);
    let clarified = asked.on(date(2026, 4, 10)).then(ASKING, "clarified");
    assert_eq!(due(&clarified.case(), "Q1A"), date(2026, 4, 23));
}

#[test]
fn the_instant_and_the_day_of_an_earlier_message_are_corrected() {
    let taken = taken("other");
    let of = given("corrects", taken.facts[0].id);
    let anew =
        taken.on(date(2026, 4, 1)).telling(ANSWERING, "corrected", &[of, given("new_instant", Value::Set)]);
    assert_eq!(due(&anew.case(), "Q3"), date(2026, 4, 8));
}
