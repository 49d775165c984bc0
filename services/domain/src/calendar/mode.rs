//! How a period is counted, one function for each mode, after Regulation (EEC, Euratom) No 1182/71.
//! Owns the end of a period; must not know which clock of which act is counted how.

use jiff::civil::Date;
use jiff::{SignedDuration, Span, Timestamp};
use serde::{Deserialize, Serialize};

use super::jurisdiction::Jurisdiction;
use super::{Calendars, Due, plus_days};

/// Working days that a period of two days or more contains at least (Art. 3(5)).
const WORKING_DAYS_MIN: u16 = 2;
const HOUR_SECONDS: i64 = 3600;

/// How a period is counted. Regulation 1182/71 holds for acts of the Union; where national law decides, its profile names one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CountingMode {
    /// Hours: through nights, weekends and holidays (Art. 3(1), 3(2)(a), 3(4)).
    #[serde(rename = "H")]
    Hours,
    /// Days; an end on a free day moves on (Art. 3(1), 3(2)(b), 3(4), 3(5)).
    #[serde(rename = "D")]
    Days,
    /// Weeks, which end on the same weekday, then as days (Art. 3(2)(c)).
    #[serde(rename = "W")]
    Weeks,
    /// Months, which end on the same date, then as days (Art. 3(2)(c)).
    #[serde(rename = "M")]
    Months,
    /// Days of the calendar by the wording of an act: an end on a free day stays.
    #[serde(rename = "CD")]
    CalendarDays,
    /// Working days: only days that are not free count (Art. 2(2), 3(3)).
    #[serde(rename = "WD")]
    WorkingDays,
    /// Days of a term that ends custody: an end on a free day stays, since nobody is held longer because of a holiday.
    #[serde(rename = "L")]
    Custody,
    /// A date that an authority fixed: taken as it is.
    #[serde(rename = "F")]
    Fixed,
}

impl CountingMode {
    /// Every mode.
    pub const ALL: [Self; 8] = [
        Self::Hours,
        Self::Days,
        Self::Weeks,
        Self::Months,
        Self::CalendarDays,
        Self::WorkingDays,
        Self::Custody,
        Self::Fixed,
    ];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Hours => "H",
            Self::Days => "D",
            Self::Weeks => "W",
            Self::Months => "M",
            Self::CalendarDays => "CD",
            Self::WorkingDays => "WD",
            Self::Custody => "L",
            Self::Fixed => "F",
        }
    }

    /// The mode of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.code() == code)
    }
}

/// From when a period runs: the instant of an event, or a day that somebody fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// An instant; its day is that of the jurisdiction.
    At(Timestamp),
    /// A day; hours run from its beginning there.
    On(Date),
}

impl From<Timestamp> for Start {
    fn from(instant: Timestamp) -> Self {
        Self::At(instant)
    }
}

impl From<Date> for Start {
    fn from(day: Date) -> Self {
        Self::On(day)
    }
}

/// The end of a period, with what it was counted by and what it would be without the roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// How it was counted.
    pub mode: CountingMode,
    /// The last day of the period there.
    pub date: Date,
    /// The instant from which the period is over.
    pub at: Timestamp,
    /// The last day as it would be if no free day had moved it; never later than `date`.
    pub unrolled: Date,
    /// What to aim at: for hours exactly so many after the start, which the law's end follows by less than an hour more; else `at`.
    pub target: Timestamp,
    /// Whose calendar counted.
    pub jurisdiction: Jurisdiction,
    /// The edition of the calendars by which it was counted.
    pub edition: u16,
}

impl End {
    /// As what the rows of cases keep: a part of a State counts as its State there.
    #[must_use]
    pub fn due(&self) -> Due {
        let (date, at, edition) = (self.date, self.at, self.edition);
        Due { date, at, jurisdiction: self.jurisdiction, edition }
    }
}

impl Calendars {
    /// The end of a period of a length in the mode's own unit; a fixed date has no length, and its start is the date.
    #[must_use]
    pub fn end(
        &self,
        mode: CountingMode,
        length: u16,
        start: impl Into<Start>,
        jurisdiction: impl Into<Jurisdiction>,
    ) -> End {
        let (start, of) = (start.into(), jurisdiction.into());
        let day = match start {
            Start::At(instant) => self.day_of(of, instant),
            Start::On(day) => day,
        };
        match mode {
            CountingMode::Hours => {
                let instant = match start {
                    Start::At(instant) => instant,
                    Start::On(day) => self.start_of(of, day),
                };
                self.end_of_hours(length, instant, of)
            }
            CountingMode::Days => self.end_of_days(length, day, of),
            CountingMode::Weeks => self.end_of_weeks(length, day, of),
            CountingMode::Months => self.end_of_months(length, day, of),
            CountingMode::CalendarDays => self.end_of_calendar_days(length, day, of),
            CountingMode::WorkingDays => self.end_of_working_days(length, day, of),
            CountingMode::Custody => self.end_of_custody(length, day, of),
            CountingMode::Fixed => self.end_of_fixed(day, of),
        }
    }

    /// Hours (Art. 3(1), first sentence, and 3(2)(a)): the hour of the event does not count, so the period ends with the last full hour.
    /// Hours are counted as they pass, also where the clocks change. Art. 3(4) moves no period expressed in hours.
    #[must_use]
    pub fn end_of_hours(&self, hours: u16, event: Timestamp, jurisdiction: impl Into<Jurisdiction>) -> End {
        let of = jurisdiction.into();
        let later = |instant: Timestamp, hours: i64| {
            instant.checked_add(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MAX)
        };
        // Every zone of the tables is whole hours from UTC, so hours there begin when hours of UTC do.
        let full = event.as_second().div_euclid(HOUR_SECONDS) * HOUR_SECONDS;
        let begin = later(Timestamp::from_second(full).unwrap_or(event), 1);
        let (at, target) = (later(begin, hours.into()), later(event, hours.into()));
        // A period that ends at midnight ends with the day before it.
        let last = at.checked_sub(SignedDuration::from_micros(1)).unwrap_or(at);
        let date = self.day_of(of, last);
        let (mode, edition) = (CountingMode::Hours, self.edition());
        End { mode, date, at, unrolled: date, target, jurisdiction: of, edition }
    }

    /// Days (Art. 3(1), second sentence, and 3(2)(b)): the day of the event does not count, and an end on a Saturday, Sunday or public
    /// holiday moves to the next working day (Art. 3(4)); two days or more contain at least two working days (Art. 3(5)).
    #[must_use]
    pub fn end_of_days(&self, days: u16, event: Date, jurisdiction: impl Into<Jurisdiction>) -> End {
        self.rolled(CountingMode::Days, event, plus_days(event, days.into()), jurisdiction.into())
    }

    /// Weeks (Art. 3(2)(c)): they end on the weekday from which they run, then as days.
    #[must_use]
    pub fn end_of_weeks(&self, weeks: u16, event: Date, jurisdiction: impl Into<Jurisdiction>) -> End {
        let end = plus_days(event, 7 * i64::from(weeks));
        self.rolled(CountingMode::Weeks, event, end, jurisdiction.into())
    }

    /// Months (Art. 3(2)(c)): they end on the date from which they run, or on the last day of a month that has no such date; then as days.
    #[must_use]
    pub fn end_of_months(&self, months: u16, event: Date, jurisdiction: impl Into<Jurisdiction>) -> End {
        let end = event.saturating_add(Span::new().months(months));
        self.rolled(CountingMode::Months, event, end, jurisdiction.into())
    }

    /// Days of the calendar: as days, but an end on a free day stays.
    #[must_use]
    pub fn end_of_calendar_days(&self, days: u16, event: Date, jurisdiction: impl Into<Jurisdiction>) -> End {
        let end = plus_days(event, days.into());
        self.ended(CountingMode::CalendarDays, end, end, jurisdiction.into())
    }

    /// Working days (Art. 2(2) and 3(3)): only days that are not free count, so the end is never free.
    #[must_use]
    pub fn end_of_working_days(&self, days: u16, event: Date, jurisdiction: impl Into<Jurisdiction>) -> End {
        let of = jurisdiction.into();
        let end = self.due_after_working(of, event, days).date;
        self.ended(CountingMode::WorkingDays, end, end, of)
    }

    /// Days after which a person is no longer held: never moved on, whatever day it is.
    #[must_use]
    pub fn end_of_custody(&self, days: u16, event: Date, jurisdiction: impl Into<Jurisdiction>) -> End {
        let end = plus_days(event, days.into());
        self.ended(CountingMode::Custody, end, end, jurisdiction.into())
    }

    /// A date that an authority fixed: it ends with that day, free or not.
    #[must_use]
    pub fn end_of_fixed(&self, date: Date, jurisdiction: impl Into<Jurisdiction>) -> End {
        self.ended(CountingMode::Fixed, date, date, jurisdiction.into())
    }

    fn rolled(&self, mode: CountingMode, event: Date, unrolled: Date, of: Jurisdiction) -> End {
        let mut date = unrolled;
        while self.is_free(of, date) && date < Date::MAX {
            date = plus_days(date, 1);
        }
        if unrolled >= plus_days(event, 2) {
            let mut working = self.working_days_until(of, event, date);
            while working < WORKING_DAYS_MIN && date < Date::MAX {
                date = self.due_after_working(of, date, 1).date;
                working += 1;
            }
        }
        self.ended(mode, date, unrolled, of)
    }

    /// How many days after one day until another are not free, as far as that decides.
    fn working_days_until(&self, of: Jurisdiction, day: Date, last: Date) -> u16 {
        let days =
            (1..).map(|after| plus_days(day, after)).take_while(|day| *day <= last && *day < Date::MAX);
        let working = days.filter(|day| !self.is_free(of, *day)).take(WORKING_DAYS_MIN.into());
        working.map(|_| 1).sum()
    }

    fn ended(&self, mode: CountingMode, date: Date, unrolled: Date, jurisdiction: Jurisdiction) -> End {
        let at = self.start_of(jurisdiction, plus_days(date, 1));
        End { mode, date, at, unrolled, target: at, jurisdiction, edition: self.edition() }
    }
}
