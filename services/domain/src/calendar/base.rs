//! The editions that are compiled in: zones, holidays and covered years of each, looked up by jurisdiction.
//! Owns which tables an edition has; must not know what a decree file adds to them.

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::holidays::Holiday;
use super::jurisdiction::Jurisdiction;
use super::{COVERED_YEARS, rules, states};
use crate::id::Country;

/// What an edition is built on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    /// The first edition, kept for the cases that were opened under it: States as a whole, and holidays of five.
    First,
    /// The second edition: the files of `services/domain/calendars`.
    Second,
    /// Neither zones nor holidays, for tests.
    Bare,
}

/// Years that are covered, and whether they are those of the jurisdiction itself or of its State.
#[derive(Debug, Clone, Copy)]
pub(super) struct Years {
    pub(super) first: i16,
    pub(super) last: i16,
    pub(super) are_own: bool,
}

static FIRST_ZONES: LazyLock<Vec<(Country, TimeZone)>> = LazyLock::new(|| {
    let zone = |(country, posix): &(Country, &str)| {
        (*country, TimeZone::posix(posix).expect("the table has only valid POSIX time zones"))
    };
    rules::ZONES.iter().map(zone).collect()
});

impl Base {
    /// The time zone, where the tables have the State.
    pub(super) fn zone(self, of: Jurisdiction) -> Option<TimeZone> {
        match self {
            Self::First => {
                FIRST_ZONES.iter().find(|(country, _)| *country == of.state()).map(|(_, zone)| zone.clone())
            }
            Self::Second => states::table(of).map(|table| table.zone.clone()),
            Self::Bare => None,
        }
    }

    /// Whether a day is a public holiday by the tables.
    pub(super) fn is_holiday(self, of: Jurisdiction, day: Date) -> bool {
        match self {
            Self::First => first(of).is_some_and(|rules| rules.iter().any(|rule| rule.falls_on(day))),
            Self::Second => states::table(of).is_some_and(|table| table.is_holiday(day)),
            Self::Bare => false,
        }
    }

    /// The years that are covered, where the tables have holidays of the State.
    pub(super) fn years(self, of: Jurisdiction) -> Option<Years> {
        match self {
            Self::First => {
                let (first_year, last) = (*COVERED_YEARS.start(), *COVERED_YEARS.end());
                let years = Years { first: first_year, last, are_own: of.part().is_none() };
                first(of).map(|_| years)
            }
            Self::Second => {
                let table = states::table(of)?;
                let (first, last) = table.years?;
                Some(Years { first, last, are_own: table.has_own_years && table.jurisdiction == of })
            }
            Self::Bare => None,
        }
    }
}

fn first(of: Jurisdiction) -> Option<&'static [Holiday]> {
    rules::holidays(of.state())
}
