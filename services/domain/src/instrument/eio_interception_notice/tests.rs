//! The life cycle by examples: an objection in time, one that comes late, silence, and what ends a notification.

use jiff::SignedDuration;
use jiff::civil::date;

use super::EIO_INTERCEPTION_NOTICE as NOTICE;
use crate::case::tests::{Story, clock, given, id, item, noon};
use crate::case::{Clock, Status};
use crate::refusal::Code;

const INTERCEPTING: &str = "fr-jirs-marseille";
const NOTIFIED: &str = "nl-om";

/// Sent on Thursday 20 May 2021 at noon, received on Friday 21 May at noon.
fn received() -> Story {
    Story::under(&NOTICE).on(date(2021, 5, 21)).then(NOTIFIED, "notice_received")
}

fn objecting(story: Story) -> Story {
    let what = [given("objection", item("terminated")), given("objection", item("not_used"))];
    story.telling(NOTIFIED, "interception_objected", &what)
}

#[test]
fn ninety_six_hours_count_from_the_receipt_and_until_it_is_told_from_the_sending() {
    // The hour of the event does not count: what came at noon counts from one o'clock.
    let hour = SignedDuration::from_hours(1);
    let sent = Story::under(&NOTICE).case();
    assert_eq!(clock(&sent, "D6").due.unwrap().at, noon(date(2021, 5, 24)) + hour);
    let case = received().case();
    assert_eq!(clock(&case, "D6").due.unwrap().at, noon(date(2021, 5, 25)) + hour);
    let statuses: Vec<_> = case.clocks.iter().map(|clock| clock.status(noon(date(2021, 5, 22)))).collect();
    assert_eq!(statuses, [Status::Superseded, Status::Running]);
    assert_eq!(received().refused(NOTIFIED, "notice_received").code(), Code::EventNotAllowed);
}

#[test]
fn ninety_six_hours_over_the_change_of_the_clocks_are_counted_as_they_pass() {
    // In the night of 28 March 2021 the clocks of Rotterdam went from two to three.
    let case = Story::under(&NOTICE).on(date(2021, 3, 26)).then(NOTIFIED, "notice_received").case();
    let hours = SignedDuration::from_hours(2);
    assert_eq!(clock(&case, "D6").due.unwrap().at, noon(date(2021, 3, 30)) + hours);
}

#[test]
fn an_objection_counts_in_time_and_late_and_once_complied_with_the_notification_is_closed() {
    for (on, status) in [(date(2021, 5, 24), Status::Met), (date(2021, 5, 26), Status::Late)] {
        let story = objecting(received().on(on));
        assert_eq!(story.case().state().code, "objected");
        let case = story.then(INTERCEPTING, "interception_ended").then(INTERCEPTING, "notice_closed").case();
        assert_eq!(
            (case.state().code, clock(&case, "D6").status(noon(date(2022, 1, 1)))),
            ("closed", status)
        );
    }
}

#[test]
fn silence_changes_nothing_until_it_is_noted() {
    let silent = received();
    let later = noon(date(2021, 6, 1));
    assert_eq!(
        (silent.case().state().code, clock(&silent.case(), "D6").status(later)),
        ("received", Status::Overdue)
    );
    let noted = silent.on(date(2021, 6, 1)).then(INTERCEPTING, "objection_period_passed");
    assert_eq!(noted.case().state().code, "unopposed");
    // An objection that comes after it is still told.
    assert_eq!(objecting(noted).case().state().code, "objected");
}

#[test]
fn who_does_not_object_replaces_or_withdraws_ends_what_runs() {
    let replaced_by = [given("replaced_by", id(99))];
    let ways: [(&str, &str, &[_], &str); 3] = [
        (NOTIFIED, "interception_unopposed", &[], "unopposed"),
        (INTERCEPTING, "notice_replaced", &replaced_by, "replaced"),
        (INTERCEPTING, "notice_withdrawn", &[], "withdrawn"),
    ];
    for (sender, event, parameters, state) in ways {
        let case = received().telling(sender, event, parameters).case();
        assert_eq!((case.state().code, case.clocks.iter().any(Clock::is_open)), (state, false));
    }
}

#[test]
fn both_sides_write_in_any_state_and_only_the_notified_state_objects() {
    let ended = received().then(INTERCEPTING, "notice_withdrawn");
    assert_eq!(
        ended.clone().then(NOTIFIED, "free_message").then(INTERCEPTING, "free_message").facts.len(),
        4
    );
    assert_eq!(received().refused(INTERCEPTING, "interception_unopposed").code(), Code::WrongActor);
    assert_eq!(received().refused(NOTIFIED, "notice_closed").code(), Code::WrongActor);
    let asked = received().then(NOTIFIED, "information_requested");
    assert_eq!(asked.case().questions.len(), 1);
    assert!(asked.then(INTERCEPTING, "information_supplied").case().questions.is_empty());
}
