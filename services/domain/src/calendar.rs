//! When a period ends: time zone, weekends and public holidays per jurisdiction, as data compiled in, in editions.
//! Owns due dates; reads no clock and no system time zone, so that two nodes always agree on a case whose edition both know.

pub mod day;
#[cfg(test)]
mod golden;
mod holidays;
mod rules;

use std::sync::{LazyLock, OnceLock};

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::id::Country;
use holidays::Holiday;
pub use holidays::easter_sunday;

/// Edition of the calendars under which this release opens cases; every computed due date carries its own.
///
/// Provenance of the tables: own computation from general knowledge, to be checked against national law.
pub const CURRENT_EDITION: u16 = 1;

/// Edition that no release has, for [`Calendars::learn_test_edition`].
const TEST_EDITION: u16 = u16::MAX;

/// Years for which the one-off holidays of the tables are kept; outside them only the yearly rules apply.
pub const COVERED_YEARS: std::ops::RangeInclusive<i16> = 2020..=2027;

/// The end of a period, with what it was computed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Last day of the period, on the calendar of the jurisdiction.
    #[serde(with = "day")]
    pub date: Date,
    /// The instant that day ends there; from it on the period is over.
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    pub at: Timestamp,
    /// Whose calendar counted.
    pub jurisdiction: Country,
    /// Edition of the calendars by which it was computed.
    pub edition: u16,
}

/// The holiday rules of a jurisdiction, where the tables of an edition have them.
type HolidayTable = fn(Country) -> Option<&'static [Holiday]>;

/// One edition of the calendars of every jurisdiction.
#[derive(Debug)]
pub struct Calendars {
    edition: u16,
    zones: Vec<(Country, TimeZone)>,
    holidays: HolidayTable,
}

/// Every edition that this release knows. A case is counted for ever by the one it was opened under, so an edition that was released is
/// never changed and never taken away; a holiday that a government declares is a new one.
static EDITIONS: LazyLock<Vec<Calendars>> =
    LazyLock::new(|| vec![Calendars::new(1, &rules::ZONES, rules::holidays)]);

/// What [`Calendars::learn_test_edition`] added.
static OF_TESTS: OnceLock<Calendars> = OnceLock::new();

impl Calendars {
    fn new(edition: u16, zones: &[(Country, &str)], holidays: HolidayTable) -> Self {
        let zone = |(country, posix): &(Country, &str)| {
            (*country, TimeZone::posix(posix).expect("the table has only valid POSIX time zones"))
        };
        Self { edition, zones: zones.iter().map(zone).collect(), holidays }
    }

    /// The calendars of an edition, if this release knows it.
    #[must_use]
    pub fn of(edition: u16) -> Option<&'static Self> {
        EDITIONS.iter().chain(OF_TESTS.get()).find(|calendars| calendars.edition == edition)
    }

    /// The calendars under which this release opens cases.
    #[must_use]
    pub fn current() -> &'static Self {
        Self::of(CURRENT_EDITION).expect("a release knows the edition it opens cases under")
    }

    /// Lets this process know one edition more, without time zones and holidays, so that tests can have cases of two editions
    /// beside each other. No release has it, and nothing but a test calls this.
    #[doc(hidden)]
    pub fn learn_test_edition() -> u16 {
        OF_TESTS.get_or_init(|| Self::new(TEST_EDITION, &[], |_| None)).edition
    }

    /// Which edition this is.
    #[must_use]
    pub fn edition(&self) -> u16 {
        self.edition
    }

    /// The time zone of a jurisdiction; one that is not in the table counts in UTC.
    #[must_use]
    pub fn zone(&self, jurisdiction: Country) -> TimeZone {
        let known = self.zones.iter().find(|(country, _)| *country == jurisdiction);
        known.map_or(TimeZone::UTC, |(_, zone)| zone.clone())
    }

    /// Whether holidays of a jurisdiction are in the tables; without them only weekends count.
    #[must_use]
    pub fn knows_holidays(&self, jurisdiction: Country) -> bool {
        (self.holidays)(jurisdiction).is_some()
    }

    /// Whether a day is a Saturday, a Sunday or a public holiday there.
    #[must_use]
    pub fn is_free(&self, jurisdiction: Country, date: Date) -> bool {
        matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
            || (self.holidays)(jurisdiction).is_some_and(|rules| rules.iter().any(|rule| rule.falls_on(date)))
    }

    /// The calendar day of an instant there.
    #[must_use]
    pub fn day_of(&self, jurisdiction: Country, instant: Timestamp) -> Date {
        instant.to_zoned_datetime(self.zone(jurisdiction)).date()
    }

    /// The end of a period of days after an event, in the manner of Regulation 1182/71: the day of the event does
    /// not count, and an end on a free day moves to the next working day.
    #[must_use]
    pub fn due(&self, jurisdiction: Country, event: Timestamp, days: u16) -> Due {
        self.due_after(jurisdiction, self.day_of(jurisdiction, event), days)
    }

    /// As [`Calendars::due`], from a day instead of an instant.
    #[must_use]
    pub fn due_after(&self, jurisdiction: Country, day: Date, days: u16) -> Due {
        let mut date = plus_days(day, i64::from(days));
        while self.is_free(jurisdiction, date) && date < Date::MAX {
            date = plus_days(date, 1);
        }
        self.end_of(jurisdiction, date)
    }

    /// The end of a day, for a date fixed by somebody: it is taken as it is, free or not.
    #[must_use]
    pub fn end_of(&self, jurisdiction: Country, date: Date) -> Due {
        let at = self.start_of(jurisdiction, plus_days(date, 1));
        Due { date, at, jurisdiction, edition: self.edition }
    }

    /// The end of a period that is counted in working days: only days that are not free count, and the first does not.
    #[must_use]
    pub fn due_after_working(&self, jurisdiction: Country, day: Date, days: u16) -> Due {
        let mut date = day;
        for _ in 0..days {
            date = self.next_working(jurisdiction, date);
        }
        self.end_of(jurisdiction, date)
    }

    fn next_working(&self, jurisdiction: Country, day: Date) -> Date {
        let mut date = plus_days(day, 1);
        while self.is_free(jurisdiction, date) && date < Date::MAX {
            date = plus_days(date, 1);
        }
        date
    }

    /// How many of the days after a day are not free.
    #[must_use]
    pub fn working_days(&self, jurisdiction: Country, day: Date, days: u16) -> u16 {
        let after = (1..=days).map(|after| plus_days(day, i64::from(after)));
        after.map(|date| u16::from(!self.is_free(jurisdiction, date))).sum()
    }

    /// The end of a period that is counted in hours: it ends on the instant, on whatever day that falls.
    #[must_use]
    pub fn end_at(&self, jurisdiction: Country, at: Timestamp) -> Due {
        Due { date: self.day_of(jurisdiction, at), at, jurisdiction, edition: self.edition }
    }

    /// The instant a day begins there.
    #[must_use]
    pub fn start_of(&self, jurisdiction: Country, date: Date) -> Timestamp {
        let begin = date.to_zoned_datetime(self.zone(jurisdiction));
        begin.map_or(Timestamp::MAX, |zoned| zoned.timestamp())
    }
}

/// Adds days and stays within the calendar.
pub(crate) fn plus_days(date: Date, days: i64) -> Date {
    Span::new().try_days(days).map_or(Date::MAX, |span| date.saturating_add(span))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const NL: Country = Country::new(*b"NL");
    const FR: Country = Country::new(*b"FR");
    const GB: Country = Country::new(*b"GB");
    const DE: Country = Country::new(*b"DE");
    const BE: Country = Country::new(*b"BE");

    #[test]
    fn easter_falls_where_the_church_says() {
        let known = [(2020, 4, 12), (2021, 4, 4), (2022, 4, 17), (2023, 4, 9), (2024, 3, 31), (2025, 4, 20)];
        for (year, month, day) in known.into_iter().chain([(2026, 4, 5), (2027, 3, 28), (1961, 4, 2)]) {
            assert_eq!(easter_sunday(year), date(year, month, day));
        }
    }

    #[test]
    fn known_holidays_are_free_and_working_days_are_not() {
        let calendars = Calendars::current();
        let free = [
            (NL, date(2021, 4, 27)),
            (NL, date(2025, 4, 26)),
            (NL, date(2021, 5, 13)),
            (FR, date(2021, 7, 14)),
            (FR, date(2021, 5, 24)),
            (BE, date(2021, 7, 21)),
            (DE, date(2022, 10, 3)),
            (GB, date(2020, 5, 8)),
            (GB, date(2022, 6, 3)),
            (GB, date(2022, 9, 19)),
            (GB, date(2021, 12, 28)),
            (GB, date(2022, 1, 3)),
            (GB, date(2026, 8, 31)),
        ];
        for (country, day) in free {
            assert!(calendars.is_free(country, day), "{country} {day}");
        }
        let working = [
            (NL, date(2021, 7, 14)),
            (FR, date(2021, 4, 27)),
            (FR, date(2021, 4, 2)),
            (GB, date(2020, 5, 4)),
            (GB, date(2022, 5, 30)),
            (GB, date(2021, 5, 24)),
            (DE, date(2021, 11, 1)),
        ];
        for (country, day) in working {
            assert!(!calendars.is_free(country, day), "{country} {day}");
        }
    }

    #[test]
    fn the_day_of_the_event_does_not_count_and_a_free_end_moves_on() {
        let calendars = Calendars::current();
        // Arrested in Rotterdam on 26 May 2021 at 23:30 local time: 60 days end on Sunday 25 July, so on Monday.
        let arrest = "2021-05-26T21:30:00Z".parse().unwrap();
        let due = calendars.due(NL, arrest, 60);
        assert_eq!(due.date, date(2021, 7, 26));
        assert_eq!(due.at.to_string(), "2021-07-26T22:00:00Z");
        // One hour later it is the next day there.
        let later = "2021-05-26T22:30:00Z".parse().unwrap();
        assert_eq!(calendars.due(NL, later, 61).date, date(2021, 7, 27));
    }

    #[test]
    fn winter_and_summer_have_their_own_midnight() {
        let calendars = Calendars::current();
        assert_eq!(calendars.end_of(FR, date(2021, 1, 5)).at.to_string(), "2021-01-05T23:00:00Z");
        assert_eq!(calendars.end_of(GB, date(2021, 7, 5)).at.to_string(), "2021-07-05T23:00:00Z");
    }

    #[test]
    fn every_edition_is_found_by_its_number_and_says_by_which_it_counted() {
        assert_eq!(EDITIONS.iter().map(Calendars::edition).collect::<Vec<_>>(), [1]);
        assert_eq!(Calendars::current().edition(), CURRENT_EDITION);
        assert!(Calendars::of(0).is_none() && Calendars::of(2).is_none());
        let other = Calendars::of(Calendars::learn_test_edition()).unwrap();
        let [first, second] =
            [Calendars::current(), other].map(|calendars| calendars.due_after(NL, date(2026, 2, 26), 60));
        assert_eq!((first.date, first.edition), (date(2026, 4, 28), 1), "27 April is free");
        assert_eq!((second.date, second.edition), (date(2026, 4, 27), TEST_EDITION));
    }

    #[test]
    fn an_unknown_jurisdiction_counts_weekends_in_utc() {
        let calendars = Calendars::current();
        let due = calendars.due_after(Country::new(*b"ZZ"), date(2021, 5, 1), 7);
        assert_eq!(due.date, date(2021, 5, 10));
        assert!(!calendars.knows_holidays(Country::new(*b"ZZ")));
    }
}
