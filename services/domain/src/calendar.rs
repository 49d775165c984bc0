//! When a period ends: time zone, weekends and public holidays per jurisdiction, as data compiled in, in editions.
//! Owns due dates; reads no clock and no system time zone, so that two nodes always agree on a case whose edition both know.

mod base;
mod coverage;
pub mod day;
mod decrees;
mod easter;
#[cfg(test)]
mod golden;
mod holidays;
mod jurisdiction;
mod mode;
mod page;
mod rules;
mod states;
mod table;
#[cfg(test)]
mod tests;
mod when;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use base::Base;
pub use coverage::{Coverage, Covered};
use decrees::Changes;
pub use decrees::{DECREE_EDITIONS, DECREES_BYTES_MAX, DECREES_FORMAT, Decrees};
pub use easter::{easter_sunday, orthodox_easter_sunday};
pub use jurisdiction::{Jurisdiction, JurisdictionError};
pub use mode::{CountingMode, End, Start};
pub use page::page_markdown;

/// Edition of the calendars under which this release opens cases; every computed due date carries its own.
///
/// Provenance of the tables: each file of `services/domain/calendars` says where its rows were checked.
pub const CURRENT_EDITION: u16 = 2;

/// Edition that no release has, for [`Calendars::learn_test_edition`].
const TEST_EDITION: u16 = u16::MAX;

/// Editions that a process may learn beside those of its release. A number costs a place until the process ends.
pub const LEARNED_COUNT_MAX: usize = 64;

/// Years for which the one-off holidays of the first edition are kept; outside them only the yearly rules apply.
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
    pub jurisdiction: Jurisdiction,
    /// Edition of the calendars by which it was computed.
    pub edition: u16,
}

/// One edition of the calendars of every jurisdiction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendars {
    edition: u16,
    base: Base,
    /// What decree files changed, for each jurisdiction they name.
    changes: BTreeMap<Jurisdiction, Changes>,
}

/// Every edition that this release has. A case is counted for ever by the one it was opened under, so an edition that was released is
/// never changed and never taken away; a holiday that a government declares is a new one.
static EDITIONS: [Calendars; 2] = [Calendars::built_in(1, Base::First), Calendars::built_in(2, Base::Second)];

/// What [`Calendars::learn`] added, in the order in which it came: no place is empty before one that is filled.
static LEARNED: [OnceLock<Calendars>; LEARNED_COUNT_MAX] = [const { OnceLock::new() }; LEARNED_COUNT_MAX];

/// Why an edition cannot be known to this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LearnError {
    /// Cases may have been counted by what stands under the number already.
    #[error(
        "edition {0} is known with other days; an edition never changes, so give the file another number"
    )]
    OtherDays(u16),
    /// The process knows as many as it may.
    #[error(
        "this process has learned {LEARNED_COUNT_MAX} editions, and knows no more before it is started again"
    )]
    Full,
}

impl Calendars {
    const fn built_in(edition: u16, base: Base) -> Self {
        Self { edition, base, changes: BTreeMap::new() }
    }

    /// The calendars of an edition, if this process knows it.
    #[must_use]
    pub fn of(edition: u16) -> Option<&'static Self> {
        let learned = LEARNED.iter().map_while(OnceLock::get);
        EDITIONS.iter().chain(learned).find(|calendars| calendars.edition == edition)
    }

    /// The calendars under which this release opens cases.
    #[must_use]
    pub fn current() -> &'static Self {
        Self::of(CURRENT_EDITION).expect("a release knows the edition it opens cases under")
    }

    /// Lets this process know one edition more until it ends, for what [`Calendars::with_decrees`] made. Saying the same again changes
    /// nothing.
    ///
    /// # Errors
    /// If the number is taken by other days, or if the process knows as many editions as it may.
    pub fn learn(mut self) -> Result<&'static Self, LearnError> {
        let number = self.edition;
        if EDITIONS.iter().any(|known| known.edition == number) {
            return Err(LearnError::OtherDays(number));
        }
        for place in &LEARNED {
            // Whoever else learns at this moment fills the same place first, and is then met here.
            match place.set(self) {
                Ok(()) => return Self::of(number).ok_or(LearnError::Full),
                Err(back) => self = back,
            }
            match place.get() {
                Some(known) if *known == self => return Ok(known),
                Some(known) if known.edition == number => return Err(LearnError::OtherDays(number)),
                _ => {}
            }
        }
        Err(LearnError::Full)
    }

    /// Lets this process know one edition more, without time zones and holidays, so that tests can have cases of two editions
    /// beside each other. No release has it, and nothing but a test calls this.
    #[doc(hidden)]
    pub fn learn_test_edition() -> u16 {
        let learned = Self::built_in(TEST_EDITION, Base::Bare).learn();
        learned.expect("no test learns as many editions as a process may, and none takes this number").edition
    }

    /// Which edition this is.
    #[must_use]
    pub fn edition(&self) -> u16 {
        self.edition
    }

    /// The time zone of a jurisdiction; one that is not in the table counts in UTC.
    #[must_use]
    pub fn zone(&self, jurisdiction: impl Into<Jurisdiction>) -> TimeZone {
        self.base.zone(jurisdiction.into()).unwrap_or(TimeZone::UTC)
    }

    /// Whether holidays of a jurisdiction are in the tables; without them only weekends count.
    #[must_use]
    pub fn knows_holidays(&self, jurisdiction: impl Into<Jurisdiction>) -> bool {
        self.coverage(jurisdiction) != Coverage::Unknown
    }

    /// Whether a day is a Saturday, a Sunday or a public holiday there. A Saturday that a government makes a working day stays free
    /// (Regulation 1182/71 Art. 2(2)).
    #[must_use]
    pub fn is_free(&self, jurisdiction: impl Into<Jurisdiction>, date: Date) -> bool {
        is_weekend(date) || self.is_holiday(jurisdiction.into(), date)
    }

    fn is_holiday(&self, of: Jurisdiction, date: Date) -> bool {
        let decreed = |whose: Jurisdiction| {
            let changes = self.changes.get(&whose)?;
            let is_added = changes.added.contains(&date);
            (is_added || changes.removed.contains(&date)).then_some(is_added)
        };
        // What was decreed for a part stands before what was decreed for its State.
        let decreed =
            if self.changes.is_empty() { None } else { decreed(of).or_else(|| decreed(of.state().into())) };
        decreed.unwrap_or_else(|| self.base.is_holiday(of, date))
    }

    /// The calendar day of an instant there.
    #[must_use]
    pub fn day_of(&self, jurisdiction: impl Into<Jurisdiction>, instant: Timestamp) -> Date {
        instant.to_zoned_datetime(self.zone(jurisdiction)).date()
    }

    /// The end of a period of days after an event, in the manner of Regulation 1182/71: the day of the event does
    /// not count, and an end on a free day moves to the next working day.
    #[must_use]
    pub fn due(&self, jurisdiction: impl Into<Jurisdiction>, event: Timestamp, days: u16) -> Due {
        let of = jurisdiction.into();
        self.due_after(of, self.day_of(of, event), days)
    }

    /// As [`Calendars::due`], from a day instead of an instant.
    #[must_use]
    pub fn due_after(&self, jurisdiction: impl Into<Jurisdiction>, day: Date, days: u16) -> Due {
        let of = jurisdiction.into();
        let mut date = plus_days(day, i64::from(days));
        while self.is_free(of, date) && date < Date::MAX {
            date = plus_days(date, 1);
        }
        self.end_of(of, date)
    }

    /// The end of a day, for a date fixed by somebody: it is taken as it is, free or not.
    #[must_use]
    pub fn end_of(&self, jurisdiction: impl Into<Jurisdiction>, date: Date) -> Due {
        let of = jurisdiction.into();
        let at = self.start_of(of, plus_days(date, 1));
        Due { date, at, jurisdiction: of, edition: self.edition }
    }

    /// The end of a period that is counted in working days: only days that are not free count, and the first does not.
    #[must_use]
    pub fn due_after_working(&self, jurisdiction: impl Into<Jurisdiction>, day: Date, days: u16) -> Due {
        let of = jurisdiction.into();
        let mut date = day;
        for _ in 0..days {
            date = self.next_working(of, date);
        }
        self.end_of(of, date)
    }

    fn next_working(&self, of: Jurisdiction, day: Date) -> Date {
        let mut date = plus_days(day, 1);
        while self.is_free(of, date) && date < Date::MAX {
            date = plus_days(date, 1);
        }
        date
    }

    /// How many of the days after a day are not free.
    #[must_use]
    pub fn working_days(&self, jurisdiction: impl Into<Jurisdiction>, day: Date, days: u16) -> u16 {
        let of = jurisdiction.into();
        let after = (1..=days).map(|after| plus_days(day, i64::from(after)));
        after.map(|date| u16::from(!self.is_free(of, date))).sum()
    }

    /// The end of a period that is counted in hours: it ends on the instant, on whatever day that falls.
    #[must_use]
    pub fn end_at(&self, jurisdiction: impl Into<Jurisdiction>, at: Timestamp) -> Due {
        let of = jurisdiction.into();
        Due { date: self.day_of(of, at), at, jurisdiction: of, edition: self.edition }
    }

    /// The instant a day begins there.
    #[must_use]
    pub fn start_of(&self, jurisdiction: impl Into<Jurisdiction>, date: Date) -> Timestamp {
        let begin = date.to_zoned_datetime(self.zone(jurisdiction));
        begin.map_or(Timestamp::MAX, |zoned| zoned.timestamp())
    }
}

/// Every State and part that has days of its own in the current edition, a State before its parts.
pub fn jurisdictions() -> impl Iterator<Item = Jurisdiction> {
    states::tables().iter().map(|table| table.jurisdiction)
}

/// Adds days and stays within the calendar.
pub(crate) fn plus_days(date: Date, days: i64) -> Date {
    Span::new().try_days(days).map_or(Date::MAX, |span| date.saturating_add(span))
}

/// Whether a day is a Saturday or a Sunday.
fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}
