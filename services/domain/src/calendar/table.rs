//! The free days of one State or part, computed from its file below `services/domain/calendars`.
//! Owns the shape of that file and what a weekend does to a holiday; must not know any State.

use std::sync::OnceLock;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::jurisdiction::Jurisdiction;
use super::when::When;
use super::{is_weekend, plus_days};
use crate::id::Country;
use crate::mark::Mark;

/// Years of which the days are kept once they are computed; days of other years are computed when they are asked for.
const KEPT_YEARS: std::ops::RangeInclusive<i16> = 2000..=2050;

/// What the law does with a holiday that falls on a Saturday or Sunday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum Weekend {
    /// The next day that is neither weekend nor holiday nor already free for another one is free as well.
    #[serde(rename = "next working day")]
    NextWorkingDay,
    /// The next Monday is free as well, even if it is free anyway.
    #[serde(rename = "next Monday")]
    NextMonday,
    /// On a Sunday it is kept on the Saturday before.
    #[serde(rename = "Saturday before a Sunday")]
    SaturdayBeforeSunday,
}

impl Weekend {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::NextWorkingDay => "next working day",
            Self::NextMonday => "next Monday",
            Self::SaturdayBeforeSunday => "Saturday before a Sunday",
        }
    }
}

/// One holiday of every year.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    pub(super) when: When,
    pub(super) name: String,
    pub(super) weekend: Option<Weekend>,
    /// First year in which it is kept.
    pub(super) from: Option<i16>,
    /// Last year in which it is kept.
    pub(super) until: Option<i16>,
    /// Where this row was checked, if not where the whole file was.
    pub(super) source: Option<String>,
    pub(super) mark: Option<Mark>,
}

/// A single day that was made free or taken away.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DecreeRow {
    pub(super) add: Option<Date>,
    pub(super) remove: Option<Date>,
    pub(super) name: String,
    pub(super) source: Option<String>,
    pub(super) mark: Option<Mark>,
}

/// Whether the parts of a file are all that the State has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Parts {
    /// Any other part is a mistake.
    All,
    /// Any other part goes by the State's own rules.
    Some,
}

/// The file of one State.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StateFile {
    pub(super) state: Country,
    pub(super) name: String,
    /// A rule of POSIX and not a name, so that no node's time zone database can disagree with another's.
    pub(super) zone: String,
    /// First and last year for which every free day is known as far as it could be; none where no holidays are kept here.
    pub(super) years: Option<[i16; 2]>,
    pub(super) parts: Parts,
    /// The act that makes the days free, by own knowledge.
    pub(super) law: String,
    /// Where the rows were checked that have no source of their own.
    pub(super) source: String,
    pub(super) mark: Mark,
    #[serde(default)]
    pub(super) notes: Vec<String>,
    #[serde(default)]
    pub(super) holidays: Vec<Row>,
    #[serde(default)]
    pub(super) decrees: Vec<DecreeRow>,
    #[serde(default)]
    pub(super) part: Vec<PartFile>,
}

/// What a part of a State does otherwise.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartFile {
    /// Every code by which it goes.
    pub(super) codes: Vec<String>,
    pub(super) name: String,
    pub(super) zone: Option<String>,
    pub(super) years: Option<[i16; 2]>,
    /// Holidays of the State that it does not keep, as the State's rows write them.
    #[serde(default)]
    pub(super) without: Vec<When>,
    #[serde(default)]
    pub(super) holidays: Vec<Row>,
    #[serde(default)]
    pub(super) decrees: Vec<DecreeRow>,
}

/// The free days of one State or part.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) jurisdiction: Jurisdiction,
    pub(super) zone: TimeZone,
    /// First and last year that are covered.
    pub(super) years: Option<(i16, i16)>,
    /// Whether the years are its own and not its State's.
    pub(super) has_own_years: bool,
    rules: Vec<Rule>,
    added: Vec<Date>,
    removed: Vec<Date>,
    kept: OnceLock<Vec<Date>>,
}

/// What of a row decides.
#[derive(Debug, Clone, Copy)]
struct Rule {
    when: When,
    weekend: Option<Weekend>,
    from: i16,
    until: i16,
}

impl From<&Row> for Rule {
    fn from(row: &Row) -> Self {
        let (from, until) = (row.from.unwrap_or(i16::MIN), row.until.unwrap_or(i16::MAX));
        Self { when: row.when, weekend: row.weekend, from, until }
    }
}

impl StateFile {
    /// The tables of the State and of each of its parts.
    pub(super) fn tables(&self) -> Vec<Table> {
        let state = Table::new(self.state.into(), self, None);
        let parts = self.part.iter().flat_map(|part| part.codes.iter().map(move |code| (part, code)));
        let parts = parts.map(|(part, code)| {
            let jurisdiction = Jurisdiction::within(self.state, code);
            Table::new(jurisdiction.expect("the tests read every code of the files"), self, Some(part))
        });
        std::iter::once(state).chain(parts).collect()
    }
}

impl Table {
    fn new(jurisdiction: Jurisdiction, file: &StateFile, part: Option<&PartFile>) -> Self {
        let zone = part.and_then(|part| part.zone.as_ref()).unwrap_or(&file.zone);
        let own_years = part.and_then(|part| part.years);
        let has_not = |row: &&Row| !part.is_some_and(|part| part.without.contains(&row.when));
        let own_rows = part.map(|part| part.holidays.as_slice()).unwrap_or_default();
        let own_decrees = part.map(|part| part.decrees.as_slice()).unwrap_or_default();
        let decrees = || file.decrees.iter().chain(own_decrees);
        Self {
            jurisdiction,
            zone: TimeZone::posix(zone).expect("the tests read every zone of the files"),
            years: own_years.or(file.years).map(|[first, last]| (first, last)),
            has_own_years: part.is_none() || own_years.is_some(),
            rules: file.holidays.iter().filter(has_not).chain(own_rows).map(Rule::from).collect(),
            added: decrees().filter_map(|row| row.add).collect(),
            removed: decrees().filter_map(|row| row.remove).collect(),
            kept: OnceLock::new(),
        }
    }

    /// Whether a day is a public holiday, or free instead of one.
    pub(super) fn is_holiday(&self, day: Date) -> bool {
        let kept = || KEPT_YEARS.flat_map(|year| self.in_year(year)).collect::<Vec<_>>();
        if KEPT_YEARS.contains(&day.year()) {
            let days = self.kept.get_or_init(|| {
                let mut days = kept();
                days.sort_unstable();
                days
            });
            days.binary_search(&day).is_ok()
        } else {
            self.in_year(day.year()).contains(&day)
        }
    }

    /// The holidays of a year and what stands in for them. No rule of the files reaches into another year: the tests see to it.
    fn in_year(&self, year: i16) -> Vec<Date> {
        let rules: Vec<(Date, Rule)> = self
            .rules
            .iter()
            .filter(|rule| (rule.from..=rule.until).contains(&year))
            .map(|rule| (rule.when.in_year(year), *rule))
            .collect();
        let mut days: Vec<Date> = rules.iter().map(|(day, _)| *day).collect();
        for (day, rule) in rules.iter().filter(|(day, _)| is_weekend(*day)) {
            match rule.weekend {
                // Whichever of two holidays chooses first, the same days are free in the end.
                Some(Weekend::NextWorkingDay) => {
                    let free = |day: Date| is_weekend(day) || days.contains(&day);
                    let next = (1..).map(|after| plus_days(*day, after)).find(|day| !free(*day));
                    days.extend(next);
                }
                Some(Weekend::NextMonday) => {
                    days.push(plus_days(*day, i64::from(day.weekday().until(Weekday::Monday))));
                }
                Some(Weekend::SaturdayBeforeSunday) if day.weekday() == Weekday::Sunday => {
                    days.push(plus_days(*day, -1));
                }
                Some(Weekend::SaturdayBeforeSunday) | None => {}
            }
        }
        days.retain(|day| !self.removed.contains(day));
        days.extend(self.added.iter().filter(|day| day.year() == year));
        days
    }

    /// Every substitute and holiday of a year, for the test that none leaves it.
    #[cfg(test)]
    pub(super) fn days_of(&self, year: i16) -> Vec<Date> {
        self.in_year(year)
    }
}
