//! Custody: when the person was held on the case, and of what kind. It knows no law and decides nothing.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::calendar::{Calendars, Jurisdiction, plus_days};
use crate::instrument::Symbol;

/// A time in which the person was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CustodyPeriod {
    /// Since when.
    pub from: Timestamp,
    /// Until when; none while the person is held.
    pub until: Option<Timestamp>,
    /// Of what kind, where somebody said so.
    pub kind: Option<Symbol>,
}

/// Every time in which the person was held, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Custody(Vec<CustodyPeriod>);

impl Custody {
    /// Whether the person is held.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.0.last().is_some_and(|period| period.until.is_none())
    }

    /// The periods, oldest first.
    #[must_use]
    pub fn periods(&self) -> &[CustodyPeriod] {
        &self.0
    }

    /// How many days of the calendar the person was held until an instant. The first and the last day of a period count both, as
    /// they are deducted from a sentence; a day on which one period ends and another begins counts once.
    #[must_use]
    pub fn days(&self, calendars: &Calendars, of: Jurisdiction, now: Timestamp) -> u32 {
        let (mut days, mut counted): (u32, Option<Date>) = (0, None);
        for period in self.0.iter().filter(|period| period.from <= now) {
            let until = period.until.unwrap_or(now).min(now).max(period.from);
            let last = calendars.day_of(of, until);
            let first = calendars.day_of(of, period.from);
            let first = counted.map_or(first, |before| first.max(plus_days(before, 1)));
            if first <= last {
                days += u32::try_from((last - first).get_days()).unwrap_or(0) + 1;
                counted = Some(last);
            }
        }
        days
    }

    /// The person is held from an instant, in this way from then on.
    pub(super) fn hold(&mut self, at: Timestamp, kind: Option<Symbol>) {
        if self.0.last().is_some_and(|open| open.until.is_none() && (kind.is_none() || open.kind == kind)) {
            return;
        }
        self.free(at);
        self.0.push(CustodyPeriod { from: at, until: None, kind });
    }

    /// The person is not held any more.
    pub(super) fn free(&mut self, at: Timestamp) {
        if let Some(open) = self.0.last_mut().filter(|period| period.until.is_none()) {
            open.until = Some(at.max(open.from));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn both_ends_of_a_period_count_and_a_day_that_two_share_counts_once() {
        let (calendars, of) = (Calendars::current(), "NL".parse().unwrap());
        let mut custody = Custody::default();
        custody.hold(at("2021-05-26T06:00:00Z"), None);
        assert_eq!(custody.days(calendars, of, at("2021-06-11T12:00:00Z")), 17);
        custody.free(at("2021-06-01T08:00:00Z"));
        assert!(!custody.is_held());
        custody.hold(at("2021-06-01T20:00:00Z"), None);
        custody.hold(at("2021-06-02T20:00:00Z"), None);
        assert_eq!(custody.periods().len(), 2);
        assert_eq!(custody.days(calendars, of, at("2021-06-03T12:00:00Z")), 9);
        assert_eq!(custody.days(calendars, of, at("2021-05-20T12:00:00Z")), 0);
    }
}
