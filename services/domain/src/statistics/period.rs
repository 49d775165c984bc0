//! The period of a count: from one day to another, both included.

use jiff::civil::{Date, date};

use crate::calendar::plus_days;

/// Days of a period at most: ten years.
pub const PERIOD_DAYS_MAX: i32 = 3_660;

/// Days that a period may end after today, so that the year that runs can be named whole.
pub const PERIOD_FUTURE_DAYS_MAX: i64 = 366;

/// The first day there can be: nothing is declared before the year 2000.
const FIRST_DAY: Date = date(2000, 1, 1);

/// Days of the calendar, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    first: Date,
    last: Date,
}

/// What is wrong with the ends of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodFault {
    /// The first day lies before the year 2000.
    TooEarly,
    /// The last day lies more than a year after today.
    TooLate,
    /// The first day comes after the last.
    Backwards,
    /// It is longer than ten years.
    TooLong,
}

impl Period {
    /// From one day to another.
    ///
    /// # Errors
    /// With everything that is wrong.
    pub fn new(first: Date, last: Date, today: Date) -> Result<Self, Vec<PeriodFault>> {
        let faults = [
            (first < FIRST_DAY, PeriodFault::TooEarly),
            (last > plus_days(today, PERIOD_FUTURE_DAYS_MAX), PeriodFault::TooLate),
            (first > last, PeriodFault::Backwards),
            ((last - first).get_days() >= PERIOD_DAYS_MAX, PeriodFault::TooLong),
        ];
        let faults: Vec<_> = faults.into_iter().filter_map(|(is, fault)| is.then_some(fault)).collect();
        if faults.is_empty() { Ok(Self { first, last }) } else { Err(faults) }
    }

    /// Its first day.
    #[must_use]
    pub fn first(self) -> Date {
        self.first
    }

    /// Its last day.
    #[must_use]
    pub fn last(self) -> Date {
        self.last
    }

    /// Whether a day lies in it.
    #[must_use]
    pub fn contains(self, day: Date) -> bool {
        (self.first..=self.last).contains(&day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_has_ten_years_at_most_and_everything_wrong_with_it_is_told_at_once() {
        use PeriodFault::{Backwards, TooEarly, TooLate, TooLong};
        let today = date(2026, 11, 29);
        let new = |first, last| Period::new(first, last, today);
        for (first, last, faults) in [
            (date(2026, 12, 31), date(2026, 1, 1), vec![Backwards]),
            (date(2016, 1, 1), date(2026, 1, 8), vec![TooLong]),
            (date(2062, 1, 1), date(2062, 12, 31), vec![TooLate]),
            (date(1999, 12, 31), date(2062, 1, 1), vec![TooEarly, TooLate, TooLong]),
            (date(2062, 1, 1), date(1990, 1, 1), vec![Backwards]),
        ] {
            assert_eq!(new(first, last), Err(faults), "{first} to {last}");
        }
        let year = new(date(2026, 1, 1), date(2026, 12, 31)).unwrap();
        assert!(year.contains(date(2026, 1, 1)) && year.contains(date(2026, 12, 31)));
        assert!(!year.contains(date(2025, 12, 31)) && !year.contains(date(2027, 1, 1)));
        assert!(new(date(2017, 1, 1), date(2026, 12, 31)).is_ok());
        assert!(new(today, today).is_ok());
    }
}
