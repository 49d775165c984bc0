//! When a period ends: time zone, weekends and public holidays per jurisdiction, as data compiled in.
//! Owns due dates; reads no clock and no system time zone, so that two nodes of one release always agree.

pub mod day;
mod holidays;
mod rules;

use std::sync::LazyLock;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::id::Country;
pub use holidays::easter_sunday;

/// Version of the policy and of its holiday tables; every computed due date carries it.
///
/// Provenance of the tables: own computation from general knowledge, to be checked against national law.
pub const POLICY_VERSION: u16 = 1;

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
    /// [`POLICY_VERSION`] at the time of computing.
    pub policy: u16,
}

/// The calendars of every jurisdiction this release knows.
#[derive(Debug)]
pub struct Calendars {
    zones: Vec<(Country, TimeZone)>,
}

impl Calendars {
    /// The calendars compiled into this release.
    #[must_use]
    pub fn standard() -> &'static Self {
        static STANDARD: LazyLock<Calendars> = LazyLock::new(|| Calendars {
            zones: rules::ZONES
                .iter()
                .map(|(country, posix)| {
                    let zone = TimeZone::posix(posix).expect("the table has only valid POSIX time zones");
                    (*country, zone)
                })
                .collect(),
        });
        &STANDARD
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
        rules::holidays(jurisdiction).is_some()
    }

    /// Whether a day is a Saturday, a Sunday or a public holiday there.
    #[must_use]
    pub fn is_free(&self, jurisdiction: Country, date: Date) -> bool {
        matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
            || rules::holidays(jurisdiction).is_some_and(|rules| rules.iter().any(|rule| rule.falls_on(date)))
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
        Due { date, at, jurisdiction, policy: POLICY_VERSION }
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
        Due { date: self.day_of(jurisdiction, at), at, jurisdiction, policy: POLICY_VERSION }
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
        let calendars = Calendars::standard();
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
        let calendars = Calendars::standard();
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
        let calendars = Calendars::standard();
        assert_eq!(calendars.end_of(FR, date(2021, 1, 5)).at.to_string(), "2021-01-05T23:00:00Z");
        assert_eq!(calendars.end_of(GB, date(2021, 7, 5)).at.to_string(), "2021-07-05T23:00:00Z");
    }

    #[test]
    fn an_unknown_jurisdiction_counts_weekends_in_utc() {
        let calendars = Calendars::standard();
        let due = calendars.due_after(Country::new(*b"ZZ"), date(2021, 5, 1), 7);
        assert_eq!(due.date, date(2021, 5, 10));
        assert!(!calendars.knows_holidays(Country::new(*b"ZZ")));
    }
}
