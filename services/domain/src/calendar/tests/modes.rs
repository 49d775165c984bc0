//! Every mode of counting, by examples and by what holds for every start, length and jurisdiction.

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::of;
use crate::calendar::{Calendars, CountingMode, End, Jurisdiction, jurisdictions, plus_days};

fn end(mode: &str, length: u16, start: Date, jurisdiction: &str) -> End {
    Calendars::current().end(CountingMode::of_code(mode).unwrap(), length, start, of(jurisdiction))
}

#[test]
fn a_mode_has_one_code_that_is_its_text() {
    for mode in CountingMode::ALL {
        assert_eq!(CountingMode::of_code(mode.code()), Some(mode));
        assert_eq!(serde_json::to_string(&mode).unwrap(), format!("\"{}\"", mode.code()));
    }
    assert_eq!(CountingMode::of_code("N"), None, "national law names one of the others");
}

/// Mode, length, start, jurisdiction; the last day, and as it would be without the roll.
#[test]
fn periods_end_where_the_regulation_says() {
    let table = [
        // Art. 3(1): the day of the event does not count. Art. 3(4): Saturday 4 April, then Easter Monday.
        ("D", 10, date(2026, 3, 24), "NL", date(2026, 4, 7), date(2026, 4, 3)),
        ("D", 10, date(2026, 3, 23), "NL", date(2026, 4, 2), date(2026, 4, 2)),
        // A court in Munich, and one in Berlin.
        ("D", 10, date(2025, 12, 27), "DE-BY", date(2026, 1, 7), date(2026, 1, 6)),
        ("D", 10, date(2025, 12, 27), "DE-BE", date(2026, 1, 6), date(2026, 1, 6)),
        // Art. 3(5): from Friday, two days reach Monday with one working day, so they go on to Tuesday.
        ("D", 2, date(2026, 9, 4), "BE", date(2026, 9, 8), date(2026, 9, 6)),
        // One day has no such floor, and three from Thursday have Friday and Monday.
        ("D", 1, date(2026, 9, 4), "BE", date(2026, 9, 7), date(2026, 9, 5)),
        ("D", 3, date(2026, 9, 3), "BE", date(2026, 9, 7), date(2026, 9, 6)),
        // Four days over Christmas 2026 in London: Monday 28 is a substitute, so Tuesday and Wednesday are the two.
        ("D", 4, date(2026, 12, 24), "GB", date(2026, 12, 30), date(2026, 12, 28)),
        ("D", 0, date(2026, 9, 5), "BE", date(2026, 9, 7), date(2026, 9, 5)),
        // Art. 3(2)(c): the same weekday, rolled.
        ("W", 2, date(2026, 4, 6), "FR", date(2026, 4, 20), date(2026, 4, 20)),
        ("W", 1, date(2026, 3, 30), "FR", date(2026, 4, 7), date(2026, 4, 6)),
        // The same date; the last day of a month without it; a leap day; the end of a year.
        ("M", 1, date(2026, 1, 31), "FR", date(2026, 3, 2), date(2026, 2, 28)),
        ("M", 1, date(2028, 1, 31), "FR", date(2028, 2, 29), date(2028, 2, 29)),
        ("M", 12, date(2028, 2, 29), "FR", date(2029, 2, 28), date(2029, 2, 28)),
        ("M", 48, date(2024, 2, 29), "FR", date(2028, 2, 29), date(2028, 2, 29)),
        ("M", 1, date(2026, 12, 1), "FR", date(2027, 1, 4), date(2027, 1, 1)),
        ("M", 3, date(2026, 11, 30), "FR", date(2027, 3, 1), date(2027, 2, 28)),
        ("D", 1, date(2024, 2, 28), "FR", date(2024, 2, 29), date(2024, 2, 29)),
        ("D", 1, date(2026, 12, 31), "FR", date(2027, 1, 4), date(2027, 1, 1)),
        // No roll by wording, for custody, and for a date that was fixed.
        ("CD", 10, date(2026, 3, 24), "NL", date(2026, 4, 3), date(2026, 4, 3)),
        ("L", 10, date(2026, 3, 24), "NL", date(2026, 4, 3), date(2026, 4, 3)),
        ("F", 0, date(2026, 12, 25), "DE", date(2026, 12, 25), date(2026, 12, 25)),
        // Working days: Thursday before Easter, then Tuesday.
        ("WD", 2, date(2026, 4, 1), "DE", date(2026, 4, 7), date(2026, 4, 7)),
        ("WD", 2, date(2026, 4, 1), "FR", date(2026, 4, 3), date(2026, 4, 3)),
    ];
    for (mode, length, start, jurisdiction, last, unrolled) in table {
        let found = end(mode, length, start, jurisdiction);
        assert_eq!((found.date, found.unrolled), (last, unrolled), "{mode} {length} {start} {jurisdiction}");
        assert_eq!((found.mode.code(), found.jurisdiction, found.edition), (mode, of(jurisdiction), 2));
    }
}

#[test]
fn hours_end_with_a_full_hour_and_pass_through_both_changes_of_the_clocks() {
    let table = [
        // Art. 3(1): the hour from 20:00 to 21:00 in Rotterdam does not count, so eight hours end at five; the target is 04:30.
        (8, "2021-05-28T18:30:00Z", "NL", "2021-05-29T03:00:00Z", "2021-05-29T02:30:00Z", date(2021, 5, 29)),
        // On the hour, that hour is the event's.
        (8, "2021-05-28T18:00:00Z", "NL", "2021-05-29T03:00:00Z", "2021-05-29T02:00:00Z", date(2021, 5, 29)),
        // In the night of 29 March 2026 the clocks went from two to three, in that of 25 October from three to two.
        (8, "2026-03-28T22:00:00Z", "NL", "2026-03-29T07:00:00Z", "2026-03-29T06:00:00Z", date(2026, 3, 29)),
        (8, "2026-10-24T22:00:00Z", "NL", "2026-10-25T07:00:00Z", "2026-10-25T06:00:00Z", date(2026, 10, 25)),
        // Through a weekend and a holiday, and to midnight: the last day is the one before it.
        (
            48,
            "2026-12-24T22:59:59Z",
            "DE",
            "2026-12-26T23:00:00Z",
            "2026-12-26T22:59:59Z",
            date(2026, 12, 26),
        ),
        // Another State has another day at that instant.
        (
            1,
            "2026-07-05T20:30:00Z",
            "FR-974",
            "2026-07-05T22:00:00Z",
            "2026-07-05T21:30:00Z",
            date(2026, 7, 6),
        ),
        // Before 1970 hours are floored, not cut.
        (1, "1969-12-31T22:30:00Z", "ZZ", "1970-01-01T00:00:00Z", "1969-12-31T23:30:00Z", date(1969, 12, 31)),
    ];
    for (hours, start, jurisdiction, at, target, last) in table {
        let start: Timestamp = start.parse().unwrap();
        let found = Calendars::current().end(CountingMode::Hours, hours, start, of(jurisdiction));
        assert_eq!((found.at.to_string(), found.target.to_string()), (at.into(), target.into()), "{start}");
        assert_eq!((found.date, found.unrolled), (last, last), "{start}");
    }
    // From a day that was fixed, hours run from its beginning there.
    let found = end("H", 24, date(2026, 3, 29), "NL");
    assert_eq!(found.target.to_string(), "2026-03-29T23:00:00Z", "the day has 23 hours, the period 24");
}

#[test]
fn an_instant_counts_from_its_day_in_the_jurisdiction() {
    // 23:30 on Wednesday in Rotterdam is already Thursday in Réunion and still Wednesday in Guadeloupe.
    let start: Timestamp = "2026-09-02T21:30:00Z".parse().unwrap();
    let last = |jurisdiction| Calendars::current().end(CountingMode::Days, 5, start, of(jurisdiction)).date;
    assert_eq!(
        (last("NL"), last("FR-974"), last("FR-971")),
        (date(2026, 9, 7), date(2026, 9, 8), date(2026, 9, 7))
    );
}

#[test]
fn the_end_as_rows_keep_it_is_that_of_the_older_functions() {
    let calendars = Calendars::current();
    let start = date(2026, 3, 24);
    assert_eq!(end("D", 10, start, "DE-BY").due(), calendars.due_after(of("DE-BY"), start, 10));
    assert_eq!(end("WD", 10, start, "DE-BY").due(), calendars.due_after_working(of("DE-BY"), start, 10));
    assert_eq!(end("F", 0, start, "DE-BY").due(), calendars.end_of(of("DE-BY"), start));
}

#[test]
fn periods_stay_within_the_calendar() {
    let calendars = Calendars::current();
    for mode in CountingMode::ALL {
        for (start, length) in [(Date::MAX, u16::MAX), (Date::MAX, 0), (Date::MIN, 1)] {
            let found = calendars.end(mode, length, start, of("GB-SCT"));
            assert!(found.unrolled <= found.date && found.date <= Date::MAX, "{mode:?} {start} {length}");
        }
    }
}

fn any_jurisdiction() -> impl Strategy<Value = Jurisdiction> {
    prop::sample::select(jurisdictions().collect::<Vec<_>>())
}

fn any_mode() -> impl Strategy<Value = CountingMode> {
    prop::sample::select(CountingMode::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_end_comes_before_its_unrolled_day_and_only_free_days_move_it(
        mode in any_mode(),
        length in 0_u16..400,
        after in 0_i64..15_000,
        jurisdiction in any_jurisdiction(),
    ) {
        let calendars = Calendars::current();
        let start = plus_days(date(2010, 1, 1), after);
        let found = calendars.end(mode, length, start, jurisdiction);
        prop_assert!(found.unrolled <= found.date);
        let rolls = matches!(mode, CountingMode::Days | CountingMode::Weeks | CountingMode::Months);
        if rolls {
            prop_assert!(!calendars.is_free(jurisdiction, found.date));
            let working = |from: Date, to: Date| {
                (1..).map(|after| plus_days(from, after)).take_while(|day| *day <= to)
                    .filter(|day| !calendars.is_free(jurisdiction, *day)).count()
            };
            // Art. 3(5); and it moves no further than it must.
            let two = found.unrolled >= plus_days(start, 2);
            prop_assert!(!two || working(start, found.date) >= 2);
            let before = working(start, plus_days(found.date, -1));
            let is_needed = calendars.is_free(jurisdiction, found.unrolled) && working(plus_days(found.unrolled, -1), found.date) == 1;
            prop_assert!(found.date == found.unrolled || is_needed || (two && before == 1), "{:?}", found);
        } else if mode == CountingMode::WorkingDays {
            prop_assert!(length == 0 || !calendars.is_free(jurisdiction, found.date));
        } else {
            prop_assert_eq!(found.unrolled, found.date);
        }
        if mode != CountingMode::Hours {
            prop_assert_eq!(found.at, calendars.start_of(jurisdiction, plus_days(found.date, 1)));
            prop_assert_eq!(found.target, found.at);
        }
    }

    #[test]
    fn hours_are_those_that_pass(
        hours in 0_u16..200,
        second in 1_600_000_000_i64..1_900_000_000,
        jurisdiction in any_jurisdiction(),
    ) {
        let start = Timestamp::from_second(second).unwrap();
        let found = Calendars::current().end_of_hours(hours, start, jurisdiction);
        prop_assert_eq!(found.target.duration_since(start), SignedDuration::from_hours(hours.into()));
        let longer = found.at.duration_since(found.target);
        prop_assert!(longer > SignedDuration::ZERO && longer <= SignedDuration::from_hours(1));
        prop_assert_eq!(found.at.as_second() % 3600, 0);
    }

    #[test]
    fn a_longer_period_never_ends_earlier(
        mode in any_mode(),
        length in 0_u16..200,
        after in 0_i64..15_000,
        jurisdiction in any_jurisdiction(),
    ) {
        let start = plus_days(date(2010, 1, 1), after);
        let ends = [length, length + 1].map(|length| Calendars::current().end(mode, length, start, jurisdiction));
        prop_assert!(ends[0].at <= ends[1].at);
    }
}
