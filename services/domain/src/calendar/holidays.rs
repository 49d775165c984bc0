//! How a public holiday of the first edition is found in any year, by arithmetic alone. It must not change: cases are counted by it.

use jiff::civil::{Date, Weekday, date};

use super::easter::easter_sunday;
use super::plus_days;

/// One rule by which days are free; what the law substitutes for a weekend is part of the rule.
#[derive(Debug, Clone, Copy)]
pub(super) enum Holiday {
    /// The same day every year.
    Fixed(i8, i8),
    /// The same day every year, the day before if that is a Sunday.
    FixedOrEve(i8, i8),
    /// Days after Easter Sunday (Western churches).
    Easter(i64),
    /// A fixed day; on a weekend the next working day is free instead, after as many days as are already taken.
    Substituted(i8, i8, u8),
    /// The first Monday of a month, but not in a year in which it was moved.
    FirstMonday(i8, Option<i16>),
    /// The last Monday of a month, but not in a year in which it was moved.
    LastMonday(i8, Option<i16>),
    /// A single day.
    Once(i16, i8, i8),
}

impl Holiday {
    pub(super) fn falls_on(self, day: Date) -> bool {
        let (year, month) = (day.year(), day.month());
        let monday = day.weekday() == Weekday::Monday;
        match self {
            Self::Fixed(m, d) => (month, day.day()) == (m, d),
            Self::FixedOrEve(m, d) => {
                let fixed = date(year, m, d);
                day == if fixed.weekday() == Weekday::Sunday { plus_days(fixed, -1) } else { fixed }
            }
            Self::Easter(after) => day == plus_days(easter_sunday(year), after),
            Self::Substituted(m, d, taken) => day == substitute(date(year, m, d), taken),
            Self::FirstMonday(m, moved) => monday && month == m && day.day() <= 7 && moved != Some(year),
            Self::LastMonday(m, moved) => {
                monday && month == m && day.day() + 7 > day.days_in_month() && moved != Some(year)
            }
            Self::Once(y, m, d) => day == date(y, m, d),
        }
    }
}

/// The day that is free for a holiday: itself, or after a weekend the working day that is still left.
fn substitute(holiday: Date, taken: u8) -> Date {
    let to_monday = match holiday.weekday() {
        Weekday::Saturday => 2,
        Weekday::Sunday => 1,
        // The holiday before this one fell on a Sunday and took this Monday.
        Weekday::Monday if taken > 0 => return plus_days(holiday, i64::from(taken)),
        _ => return holiday,
    };
    // A second holiday on the Sunday finds the Monday taken by the one on the Saturday.
    let taken = if holiday.weekday() == Weekday::Sunday { i64::from(taken) } else { 0 };
    plus_days(holiday, to_monday + taken)
}
