//! Clocks alone: each unit, extensions, excluded time, and what national law decides.

use super::*;
use crate::calendar::Calendars;
use crate::instrument::Until;

static HOURS: ClockDef = ClockDef::new("Q1", "answer", "receipt", Until::After(Length::Hours(8)), "5(1)(a)");
static WORKING: ClockDef =
    ClockDef::new("W1", "answer", "receipt", Until::After(Length::WorkingDays(3)), "–")
        .extended_by(Length::WorkingDays(2));

fn touch(declared: &str) -> Touch<'static> {
    Touch {
        calendars: Calendars::current(),
        jurisdiction: "NL".parse().unwrap(),
        opener: "FR".parse().unwrap(),
        profile: None,
        has_consented: false,
        decides: false,
        by: "0192f0a0-0000-7000-8000-000000000001".parse().unwrap(),
        declared: declared.parse().unwrap(),
        day: None,
    }
}

fn due(clock: &Clock) -> String {
    clock.due.unwrap().at.to_string()
}

#[test]
fn hours_run_through_the_night_and_the_weekend_and_stand_to_the_second() {
    // A Friday evening in Rotterdam.
    let mut clock = touch("2021-05-28T18:30:00Z").start(ClockId::new(0), &HOURS);
    assert_eq!(due(&clock), "2021-05-29T02:30:00Z");
    assert_eq!(clock.due.unwrap().date, jiff::civil::date(2021, 5, 29));
    let since = "2021-05-28T20:00:00Z".parse().unwrap();
    touch("2021-05-28T21:15:30Z").exclude(&mut clock, since);
    assert_eq!(due(&clock), "2021-05-29T03:45:30Z");
    assert_eq!((clock.past.len(), clock.past[0].why), (1, Replaced::IntervalExcluded));
}

#[test]
fn an_end_that_moved_off_a_free_day_says_where_it_was_and_by_which_rule_it_moved() {
    static DAYS: ClockDef =
        ClockDef::new("T4", "surrender", "decision", Until::After(Length::Days(10)), "23(2)");
    // Ten days after Thursday 14 May 2026 are Whit Sunday; Whit Monday is free as well.
    let clock = touch("2026-05-14T10:00:00Z").start(ClockId::new(0), &DAYS);
    assert_eq!(clock.due.unwrap().date, jiff::civil::date(2026, 5, 26));
    assert_eq!(clock.last_day_unmoved(), Some(jiff::civil::date(2026, 5, 24)));
    assert!(
        clock.rule().starts_with("10 days after the first; an end on a free day moves"),
        "{}",
        clock.rule()
    );
    let clock = touch("2026-05-15T10:00:00Z").start(ClockId::new(0), &WORKING);
    assert_eq!((clock.last_day_unmoved(), clock.rule().contains("3 working days")), (None, true));
}

#[test]
fn hours_that_cross_the_change_of_the_clocks_are_counted_as_they_pass() {
    // In the night of 28 March 2021 the clocks of Rotterdam went from two to three.
    let clock = touch("2021-03-27T22:00:00Z").start(ClockId::new(0), &HOURS);
    assert_eq!(due(&clock), "2021-03-28T06:00:00Z");
}

#[test]
fn working_days_leave_out_weekends_and_holidays_and_so_does_their_extension() {
    // Monday 24 May 2021 was Whit Monday.
    let mut clock = touch("2021-05-21T10:00:00Z").start(ClockId::new(0), &WORKING);
    assert_eq!(clock.due.unwrap().date, jiff::civil::date(2021, 5, 27));
    let extending = touch("2021-05-26T10:00:00Z");
    extending.extend(&mut clock);
    assert_eq!(clock.due.unwrap().date, jiff::civil::date(2021, 5, 31));
    assert_eq!((clock.length, clock.extended), (Some(Length::WorkingDays(5)), true));
    // From Friday until Tuesday two working days pass.
    let since = "2021-05-28T10:00:00Z".parse().unwrap();
    touch("2021-06-01T10:00:00Z").exclude(&mut clock, since);
    assert_eq!(clock.due.unwrap().date, jiff::civil::date(2021, 6, 2));
}
