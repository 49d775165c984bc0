//! The life cycle by stories: a sentence that is recognised where the person is, one that needs a transfer, and what is not recognised.

use jiff::civil::{Date, date};

use super::SENTENCE_RECOGNITION;
use crate::case::Status;
use crate::case::tests::{Story, clock, due, given, item, noon};
use crate::refusal::Code;

const ISSUING: &str = "fr-jirs-marseille";
const EXECUTING: &str = "nl-om";
const CUSTODY: &str = "nl-politie";

/// Sent on 5 January 2026, received on 12 January.
fn received() -> Story {
    let mut story = Story::under(&SENTENCE_RECOGNITION);
    story.opening.declared = noon(date(2026, 1, 5));
    story.on(date(2026, 1, 12)).then(EXECUTING, "receipt_told")
}

fn recognised(place: &str) -> Story {
    received().on(date(2026, 3, 2)).telling(EXECUTING, "sentence_recognised", &[given("place", item(place))])
}

fn state(story: &Story) -> &'static str {
    story.case().state().code
}

fn status(story: &Story, code: &str, day: Date) -> Status {
    clock(&story.case(), code).status(noon(day))
}

#[test]
fn ninety_days_run_from_the_receipt_and_until_it_is_told_from_the_sending() {
    let mut sent = Story::under(&SENTENCE_RECOGNITION);
    sent.opening.declared = noon(date(2026, 1, 5));
    assert_eq!(due(&sent.case(), "R1"), date(2026, 4, 5));
    let story = received();
    assert_eq!((state(&story), due(&story.case(), "R1")), ("sent", date(2026, 4, 12)));
}

#[test]
fn what_is_postponed_stands_for_as_long_as_it_waits() {
    let reason = [given("reason", item("translation"))];
    let waiting = received().on(date(2026, 1, 20)).telling(EXECUTING, "recognition_postponed", &reason);
    assert_eq!((state(&waiting), status(&waiting, "R1", date(2026, 5, 1))), ("postponed", Status::Suspended));
    let again = waiting.on(date(2026, 1, 30)).then(EXECUTING, "postponement_ended");
    assert_eq!((state(&again), due(&again.case(), "R1")), ("sent", date(2026, 4, 22)));
}

#[test]
fn who_is_there_already_serves_the_sentence_without_a_transfer() {
    let story = recognised("executing_state");
    assert_eq!((state(&story), status(&story, "R1", date(2027, 1, 1))), ("recognised", Status::Met));
    assert!(story.case().clocks.iter().all(|clock| clock.definition.code != "R2"));
    let story = story.then(CUSTODY, "execution_begun");
    assert_eq!(state(&story), "executing");
    assert_eq!(story.refused(ISSUING, "certificate_withdrawn").code(), Code::EventNotAllowed);
    let ended = story.telling(EXECUTING, "execution_ended", &[given("end", item("served"))]);
    assert_eq!(state(&ended), "execution_ended");
    assert!(ended.case().clocks.iter().all(|clock| !clock.is_open()));
}

#[test]
fn a_transfer_is_due_thirty_days_after_the_decision_and_ten_after_a_new_day_that_both_agreed() {
    let story = recognised("issuing_state");
    assert_eq!(due(&story.case(), "R2"), date(2026, 4, 1));
    let story = story.on(date(2026, 3, 30)).then(EXECUTING, "transfer_prevented");
    let day = [given("day", date(2026, 4, 20))];
    let story = story.telling(EXECUTING, "transfer_date_proposed", &day);
    let offer = [given("answers", story.facts.last().unwrap().id)];
    let story = story.telling(ISSUING, "transfer_date_accepted", &offer);
    assert_eq!((state(&story), due(&story.case(), "R3")), ("recognised", date(2026, 4, 30)));
    assert_eq!(status(&story, "R2", date(2026, 6, 1)), Status::Superseded);
    let story = story.on(date(2026, 4, 21)).then(ISSUING, "transferred");
    assert_eq!((state(&story), status(&story, "R3", date(2026, 6, 1))), ("executing", Status::Met));
}

#[test]
fn a_refusal_and_a_withdrawal_end_it_and_stop_every_clock() {
    let refused = received().telling(EXECUTING, "recognition_refused", &[given("ground", item("9(1)(h)"))]);
    for story in [
        refused,
        received().then(ISSUING, "certificate_withdrawn"),
        recognised("issuing_state").then(ISSUING, "certificate_withdrawn"),
    ] {
        assert!(story.case().state().is_terminal, "{}", state(&story));
        assert!(story.case().clocks.iter().all(|clock| !clock.is_open()), "{}", state(&story));
    }
    assert_eq!(received().refused(ISSUING, "receipt_told").code(), Code::WrongActor);
}

#[test]
fn a_receipt_counts_once_and_what_would_have_run_from_the_sending_was_never_missed() {
    let mut sent = Story::under(&SENTENCE_RECOGNITION);
    sent.opening.declared = noon(date(2026, 1, 5));
    let late = sent.on(date(2026, 5, 20)).then(EXECUTING, "receipt_told");
    let statuses = |story: &Story| {
        let case = story.case();
        case.clocks.iter().map(|clock| clock.status(noon(date(2026, 5, 21)))).collect::<Vec<_>>()
    };
    assert_eq!(statuses(&late), [Status::Superseded, Status::Running]);
    let again = received().on(date(2026, 4, 1)).then(EXECUTING, "receipt_told");
    assert_eq!(due(&again.case(), "R1"), date(2026, 4, 12));
}

#[test]
fn a_transfer_that_was_missed_before_a_new_day_was_agreed_stays_missed() {
    let story = recognised("issuing_state").on(date(2026, 4, 8)).then(EXECUTING, "transfer_prevented");
    let story = story.telling(EXECUTING, "transfer_date_proposed", &[given("day", date(2026, 4, 20))]);
    let offer = [given("answers", story.facts.last().unwrap().id)];
    let story = story.telling(ISSUING, "transfer_date_accepted", &offer);
    assert_eq!(status(&story, "R2", date(2026, 6, 1)), Status::Late);
}
