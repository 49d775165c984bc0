//! On which day of a year a holiday falls, as a lawyer writes it and as arithmetic: `6 January`, `Easter + 39`, `last Monday of May`.
//! Owns the words and the day; must not know any State, and what a weekend does to the day is the table's.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Weekday, date};
use serde::Deserialize;

use super::easter::{easter_sunday, orthodox_easter_sunday};
use super::plus_days;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const PLACES: [&str; 4] = ["first", "second", "third", "fourth"];

/// The day of a year that a rule names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) enum When {
    /// The same day every year: `6 January`.
    Day(Fixed),
    /// Days after Easter Sunday of the Western churches: `Easter - 2`.
    Easter(i8),
    /// Days after Easter Sunday of the Orthodox churches: `Orthodox Easter + 50`.
    Orthodox(i8),
    /// A weekday of a month, counted from its beginning: `first Monday of May`.
    Nth(i8, Weekday, i8),
    /// The last of a weekday in a month: `last Monday of May`.
    Last(Weekday, i8),
    /// The first such weekday from a day on, that day included: `Friday from 19 June` is one of 19 to 25 June.
    From(Weekday, Fixed),
    /// The last such weekday before a day, that day not included: `Wednesday before 23 November`.
    Before(Weekday, Fixed),
}

/// A day and a month that every year has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fixed {
    month: i8,
    day: i8,
}

/// A text that is no rule of this grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a day of the year: `6 January`, `Easter + 39`, `Orthodox Easter - 2`, `first Monday of May`, `last Monday of May`, `Friday from 19 June` or `Wednesday before 23 November`"
)]
pub(super) struct NotADay;

impl When {
    /// The day in a year.
    pub(super) fn in_year(self, year: i16) -> Date {
        match self {
            Self::Day(fixed) => fixed.in_year(year),
            Self::Easter(after) => plus_days(easter_sunday(year), after.into()),
            Self::Orthodox(after) => plus_days(orthodox_easter_sunday(year), after.into()),
            Self::Nth(nth, weekday, month) => from(date(year, month, 1), weekday, 7 * (i64::from(nth) - 1)),
            Self::Last(weekday, month) => {
                let end = date(year, month, 1).last_of_month();
                from(plus_days(end, -6), weekday, 0)
            }
            Self::From(weekday, fixed) => from(fixed.in_year(year), weekday, 0),
            Self::Before(weekday, fixed) => from(plus_days(fixed.in_year(year), -7), weekday, 0),
        }
    }
}

impl Fixed {
    fn in_year(self, year: i16) -> Date {
        date(year, self.month, self.day)
    }

    fn parse(words: &[&str]) -> Option<Self> {
        let [day, month] = words else { return None };
        let fixed = Self { month: number(&MONTHS, month)?, day: day.parse().ok()? };
        // No zero before it and no sign; and a day of a year without a leap day, so that every year has it.
        let is_day = Date::new(2023, fixed.month, fixed.day).is_ok() && fixed.day.to_string() == *day;
        is_day.then_some(fixed)
    }
}

/// The first such weekday from a day on, and days after it.
fn from(day: Date, weekday: Weekday, more: i64) -> Date {
    plus_days(day, i64::from(day.weekday().until(weekday)) + more)
}

/// The place of a word in its list, counted from 1.
fn number(words: &[&str], word: &str) -> Option<i8> {
    words.iter().position(|known| *known == word).and_then(|at| i8::try_from(at + 1).ok())
}

fn weekday(word: &str) -> Option<Weekday> {
    Weekday::from_monday_one_offset(number(&WEEKDAYS, word)?).ok()
}

fn after_easter(words: &[&str]) -> Option<i8> {
    match words {
        [] => Some(0),
        ["+", days] => days.parse().ok().filter(|days| (1..=100).contains(days)),
        ["-", days] => days.parse().ok().filter(|days: &i8| (1..=100).contains(days)).map(|days: i8| -days),
        _ => None,
    }
}

impl FromStr for When {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let words: Vec<&str> = text.split(' ').collect();
        let found = match words.as_slice() {
            ["Easter", after @ ..] => after_easter(after).map(Self::Easter),
            ["Orthodox", "Easter", after @ ..] => after_easter(after).map(Self::Orthodox),
            ["last", day, "of", month] => {
                weekday(day).zip(number(&MONTHS, month)).map(|(day, month)| Self::Last(day, month))
            }
            [place, day, "of", month] => {
                let parts = number(&PLACES, place).zip(weekday(day)).zip(number(&MONTHS, month));
                parts.map(|((place, day), month)| Self::Nth(place, day, month))
            }
            [day, "from", fixed @ ..] => {
                weekday(day).zip(Fixed::parse(fixed)).map(|(day, fixed)| Self::From(day, fixed))
            }
            [day, "before", fixed @ ..] => {
                weekday(day).zip(Fixed::parse(fixed)).map(|(day, fixed)| Self::Before(day, fixed))
            }
            fixed => Fixed::parse(fixed).map(Self::Day),
        };
        found.ok_or(NotADay)
    }
}

impl TryFrom<String> for When {
    type Error = NotADay;

    fn try_from(text: String) -> Result<Self, NotADay> {
        text.parse()
    }
}

impl fmt::Display for Fixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.day, word(&MONTHS, self.month))
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |weekday: Weekday| word(&WEEKDAYS, weekday.to_monday_one_offset());
        let after = |days: i8| match days {
            0 => String::new(),
            1.. => format!(" + {days}"),
            _ => format!(" - {}", -days),
        };
        match *self {
            Self::Day(fixed) => fixed.fmt(f),
            Self::Easter(days) => write!(f, "Easter{}", after(days)),
            Self::Orthodox(days) => write!(f, "Orthodox Easter{}", after(days)),
            Self::Nth(nth, day, month) => {
                write!(f, "{} {} of {}", word(&PLACES, nth), named(day), word(&MONTHS, month))
            }
            Self::Last(day, month) => write!(f, "last {} of {}", named(day), word(&MONTHS, month)),
            Self::From(day, fixed) => write!(f, "{} from {fixed}", named(day)),
            Self::Before(day, fixed) => write!(f, "{} before {fixed}", named(day)),
        }
    }
}

/// The word of a place, counted from 1.
fn word<'a>(words: &[&'a str], place: i8) -> &'a str {
    usize::try_from(place - 1).ok().and_then(|at| words.get(at)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_rule_names_its_day_and_is_written_as_it_is_read() {
        let table = [
            ("6 January", date(2026, 1, 6)),
            ("31 December", date(2026, 12, 31)),
            ("Easter", date(2026, 4, 5)),
            ("Easter - 2", date(2026, 4, 3)),
            ("Easter + 60", date(2026, 6, 4)),
            ("Orthodox Easter - 48", date(2026, 2, 23)),
            ("Orthodox Easter + 50", date(2026, 6, 1)),
            ("first Monday of May", date(2026, 5, 4)),
            ("first Thursday of January", date(2026, 1, 1)),
            ("fourth Sunday of March", date(2026, 3, 22)),
            ("last Monday of May", date(2026, 5, 25)),
            ("last Sunday of May", date(2026, 5, 31)),
            ("Friday from 19 June", date(2026, 6, 19)),
            ("Thursday from 19 April", date(2026, 4, 23)),
            ("Wednesday before 23 November", date(2026, 11, 18)),
            ("Monday before 23 November", date(2026, 11, 16)),
        ];
        for (text, day) in table {
            let when: When = text.parse().unwrap();
            assert_eq!(when.in_year(2026), day, "{text}");
            assert_eq!(when.to_string(), text);
        }
    }

    #[test]
    fn a_span_of_days_begins_with_its_first_and_ends_before_its_last() {
        let midsummer: When = "Friday from 19 June".parse().unwrap();
        let repentance: When = "Wednesday before 23 November".parse().unwrap();
        for year in 2000..=2100 {
            let (friday, wednesday) = (midsummer.in_year(year), repentance.in_year(year));
            assert_eq!((friday.weekday(), wednesday.weekday()), (Weekday::Friday, Weekday::Wednesday));
            assert!((date(year, 6, 19)..=date(year, 6, 25)).contains(&friday), "{friday}");
            assert!((date(year, 11, 16)..=date(year, 11, 22)).contains(&wednesday), "{wednesday}");
        }
    }

    #[test]
    fn what_names_no_day_of_every_year_is_refused() {
        let bad = [
            "",
            "January",
            "6",
            "06 January",
            "6 january",
            "6  January",
            "29 February",
            "31 April",
            "0 May",
            "+6 May",
            "Easter +1",
            "Easter + 0",
            "Easter + 101",
            "Easter - -2",
            "easter",
            "Orthodox",
            "Orthodox Easter1",
            "fifth Monday of May",
            "first May of Monday",
            "last Monday in May",
            "Friday after 19 June",
            "Friday from June",
            "Funday before 23 November",
        ];
        for text in bad {
            assert_eq!(text.parse::<When>(), Err(NotADay), "{text}");
        }
    }
}
