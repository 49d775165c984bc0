//! The small values a warrant is made of, each valid by construction.

use std::fmt;
use std::ops::Deref;

/// A text that is not blank, keeps its limit, and holds no hidden controls: a line none at all, paragraphs only line breaks
/// and tabs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(pub(super) String);

impl Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A list of at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NonEmpty<T>(Vec<T>);

impl<T> NonEmpty<T> {
    /// Takes a list unless it is empty.
    #[must_use]
    pub fn new(items: Vec<T>) -> Option<Self> {
        if items.is_empty() { None } else { Some(Self(items)) }
    }

    /// The first item, which always exists.
    #[must_use]
    pub fn first(&self) -> &T {
        &self.0[0]
    }
}

impl<T> Deref for NonEmpty<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<'a, T> IntoIterator for &'a NonEmpty<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// A language tag (BCP 47, checked for shape only).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language(pub(super) String);

impl Language {
    /// Whether a text has the shape of a tag: 2 to 3 letters, then subtags of 1 to 8 letters or digits.
    pub(super) fn is_tag(text: &str) -> bool {
        let mut subtags = text.split('-');
        text.len() <= 35
            && subtags.next().is_some_and(|tag| {
                (2..=3).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_lowercase())
            })
            && subtags
                .all(|tag| (1..=8).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric()))
    }

    /// The tag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A European Case Law Identifier, `ECLI:<country>:<court>:<year>:<ordinal>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ecli(pub(super) String);

impl Ecli {
    /// Whether a text is an ECLI by its grammar.
    pub(super) fn is_ecli(text: &str) -> bool {
        let parts: [&str; 5] = match text.split(':').collect::<Vec<_>>().try_into() {
            Ok(parts) => parts,
            Err(_) => return false,
        };
        let [prefix, country, court, year, ordinal] = parts;
        let upper = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
        prefix == "ECLI"
            && country.len() == 2
            && country.bytes().all(|b| b.is_ascii_uppercase())
            && (1..=7).contains(&court.len())
            && court.bytes().all(upper)
            && year.len() == 4
            && year.bytes().all(|b| b.is_ascii_digit())
            && (1..=25).contains(&ordinal.len())
            && ordinal.bytes().all(|b| upper(b) || b == b'.')
    }

    /// The identifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

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

/// A length of custody; longer compares greater, life is longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// A number of years, months and days, not all zero.
    Limited {
        /// Years.
        years: u32,
        /// Months.
        months: u32,
        /// Days.
        days: u32,
    },
    /// For life.
    Life,
}

impl Term {
    /// Length in months, days counted as thirtieths and rounded down; life is `u32::MAX`.
    ///
    /// Thresholds compare whole months, so that 360 days pass for 12 months: a form is not refused over a calendar.
    #[must_use]
    pub fn months(self) -> u32 {
        match self {
            Self::Life => u32::MAX,
            Self::Limited { years, months, days } => years * 12 + months + days / 30,
        }
    }

    /// Whether it is for life.
    #[must_use]
    pub fn is_life(self) -> bool {
        self == Self::Life
    }

    /// Length in days for comparing two terms (a year as 365, a month as 30).
    pub(super) fn days(self) -> u64 {
        match self {
            Self::Life => u64::MAX,
            Self::Limited { years, months, days } => {
                u64::from(years) * 365 + u64::from(months) * 30 + u64::from(days)
            }
        }
    }
}
