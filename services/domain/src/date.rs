//! A date of which not everything is known, as people write it on forms.
//!
//! Owns what such a date can be, and which days it means at the earliest and at the latest. It must not know who asks for it.

use std::fmt;

/// A date of which day, or month and day, may be unknown; what is known is a real date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartialDate {
    year: i16,
    month: i8,
    day: i8,
}

impl PartialDate {
    /// Takes year, month and day; a zero month or day is unknown.
    #[must_use]
    pub fn new(year: u32, month: u32, day: u32) -> Option<Self> {
        let (year, month, day) =
            (i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        if year < 1 || (month == 0 && day != 0) {
            return None;
        }
        jiff::civil::Date::new(year, month.max(1), day.max(1)).ok()?;
        Some(Self { year, month, day })
    }

    /// The whole date, where every part is known.
    #[must_use]
    pub fn full(self) -> Option<jiff::civil::Date> {
        if self.month == 0 || self.day == 0 {
            return None;
        }
        jiff::civil::Date::new(self.year, self.month, self.day).ok()
    }

    /// The earliest day it can mean.
    #[must_use]
    pub fn earliest(self) -> jiff::civil::Date {
        jiff::civil::date(self.year, self.month.max(1), self.day.max(1))
    }

    /// The latest day it can mean.
    #[must_use]
    pub fn latest(self) -> jiff::civil::Date {
        match (self.month, self.day) {
            (0, _) => self.earliest().last_of_year(),
            (_, 0) => self.earliest().last_of_month(),
            _ => self.earliest(),
        }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.month, self.day) {
            (0, _) => write!(f, "{:04}", self.year),
            (month, 0) => write!(f, "{:04}-{month:02}", self.year),
            (month, day) => write!(f, "{:04}-{month:02}-{day:02}", self.year),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_a_date_is_a_day_of_the_calendar() {
        for (year, month, day) in [(0, 1, 1), (2021, 13, 0), (2021, 2, 29), (2021, 0, 5), (10_000, 1, 1)] {
            assert_eq!(PartialDate::new(year, month, day), None, "{year}-{month}-{day}");
        }
        for (parts, shown) in
            [((1980, 0, 0), "1980"), ((1980, 2, 0), "1980-02"), ((1980, 2, 29), "1980-02-29")]
        {
            let date = PartialDate::new(parts.0, parts.1, parts.2).unwrap();
            assert_eq!(date.to_string(), shown);
            assert_eq!(date.full().is_some(), parts.2 > 0);
        }
        let month = PartialDate::new(2021, 4, 0).unwrap();
        assert_eq!(month.earliest(), jiff::civil::date(2021, 4, 1));
        for (parts, latest) in [((2024, 2, 0), (2, 29)), ((2024, 0, 0), (12, 31)), ((2024, 2, 3), (2, 3))] {
            let date = PartialDate::new(parts.0, parts.1, parts.2).unwrap();
            assert_eq!(date.latest(), jiff::civil::date(2024, latest.0, latest.1));
        }
    }
}
