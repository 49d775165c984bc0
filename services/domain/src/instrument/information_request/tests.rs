//! The periods of a request between police forces: they stand while something is to be clarified, and what was missed stays missed.

use jiff::civil::date;

use super::INFORMATION_REQUEST;
use crate::case::tests::{Story, clock, due, given, item, noon};
use crate::case::{NotAllowed, Status, admit};

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
