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
    /// Whether it is on the case, and not on another title, such as a sentence of the executing State.
    pub is_on_case: bool,
}

/// What was told of custody: when, and what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Told {
    at: Timestamp,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Held { kind: Option<Symbol>, is_on_case: bool },
    Free,
}

/// Every time in which the person was held, oldest first. They follow from what was told, each at its own instant and in whatever order
/// it came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Custody {
    /// By their instants; what was told first comes first among those of one instant.
    told: Vec<Told>,
    periods: Vec<CustodyPeriod>,
}

impl Custody {
    /// Whether the person is held on the case.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.periods.last().is_some_and(|period| period.until.is_none() && period.is_on_case)
    }

    /// Whether the person ever was.
    #[must_use]
    pub fn was_ever(&self) -> bool {
        self.periods.iter().any(|period| period.is_on_case)
    }

    /// The periods, oldest first.
    #[must_use]
    pub fn periods(&self) -> &[CustodyPeriod] {
        &self.periods
    }

    /// How many days of the calendar the person was held on the case until an instant. The first and the last day of a period count both, as
    /// they are deducted from a sentence; a day on which one period ends and another begins counts once.
    #[must_use]
    pub fn days(&self, calendars: &Calendars, of: Jurisdiction, now: Timestamp) -> u32 {
        let (mut days, mut counted): (u32, Option<Date>) = (0, None);
        for period in self
            .periods
            .iter()
            .filter(|period| period.is_on_case && period.from <= now && period.until != Some(period.from))
        {
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

    /// The person is held from an instant, in this way from then on. Whoever says so of the case knew best: an end that was told of a later
    /// instant was of what went before, and to take somebody for held who is free does less harm than the reverse.
    pub(super) fn hold(&mut self, at: Timestamp, kind: Option<Symbol>, is_on_case: bool) {
        if is_on_case {
            self.told.retain(|told| told.what != What::Free || told.at <= at);
        }
        self.tell(at, What::Held { kind, is_on_case });
    }

    /// The person was let go at an instant. Somebody may tell it late: a custody that began after it goes on.
    pub(super) fn free(&mut self, at: Timestamp) {
        self.tell(at, What::Free);
    }

    /// The person is beyond the reach of the case from an instant, and nothing that was told of custody goes on.
    pub(super) fn leave(&mut self, at: Timestamp) {
        let newest = self.told.last().map_or(at, |told| told.at.max(at));
        self.tell(newest, What::Free);
    }

    /// Who was held until an instant is somebody else: nothing of that was custody on the case.
    pub(super) fn mistook(&mut self, until: Timestamp) {
        self.told.retain(|told| told.at > until);
        self.recount();
    }

    fn tell(&mut self, at: Timestamp, what: What) {
        let place = self.told.partition_point(|told| told.at <= at);
        self.told.insert(place, Told { at, what });
        self.recount();
    }

    fn recount(&mut self) {
        self.periods.clear();
        for Told { at, what } in &self.told {
            let open = self.periods.last_mut().filter(|period| period.until.is_none());
            match (*what, open) {
                (What::Free, Some(open)) => open.until = Some(*at),
                (What::Free, None) => {}
                (What::Held { kind, is_on_case }, open) => {
                    if let Some(open) = open {
                        if open.is_on_case == is_on_case && (kind.is_none() || open.kind == kind) {
                            continue;
                        }
                        open.until = Some(*at);
                    }
                    self.periods.push(CustodyPeriod { from: *at, until: None, kind, is_on_case });
                }
            }
        }
    }

    /// Since when the person is held on the case though he was let go at an instant: a custody that began after it goes on.
    pub(super) fn held_again_since(&self, at: Timestamp) -> Option<Timestamp> {
        let mut freed = self.clone();
        freed.free(at);
        freed.held_since()
    }

    /// Since when the person is held on the case, in whatever way.
    pub(super) fn held_since(&self) -> Option<Timestamp> {
        let newest = self.periods.last().filter(|_| self.is_held())?;
        let before = self.periods.iter().rev().skip(1);
        Some(before.fold(newest.from, |since, period| {
            if period.is_on_case && period.until == Some(since) { period.from } else { since }
        }))
    }

    /// When the custody that was told last ended; none while it goes on.
    pub(super) fn ended(&self) -> Option<Timestamp> {
        self.periods.last().and_then(|period| period.until)
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
        custody.hold(at("2021-05-26T06:00:00Z"), None, true);
        assert_eq!(custody.days(calendars, of, at("2021-06-11T12:00:00Z")), 17);
        custody.free(at("2021-06-01T08:00:00Z"));
        assert!(!custody.is_held());
        custody.hold(at("2021-06-01T20:00:00Z"), None, true);
        custody.hold(at("2021-06-02T20:00:00Z"), None, true);
        assert_eq!(custody.periods().len(), 2);
        assert_eq!(custody.days(calendars, of, at("2021-06-03T12:00:00Z")), 9);
        assert_eq!(custody.days(calendars, of, at("2021-05-20T12:00:00Z")), 0);
    }

    #[test]
    fn whoever_is_held_again_is_held_though_an_end_was_told_of_a_later_instant() {
        let mut custody = Custody::default();
        custody.hold(at("2026-01-11T06:00:00Z"), None, true);
        custody.free(at("2026-01-20T10:00:00Z"));
        custody.hold(at("2026-01-20T00:00:00Z"), None, true);
        assert!(custody.is_held());
    }

    #[test]
    fn a_release_that_is_told_late_ends_no_custody_that_began_after_it() {
        let mut custody = Custody::default();
        custody.hold(at("2026-01-11T06:00:00Z"), None, true);
        custody.free(at("2026-01-20T06:00:00Z"));
        custody.hold(at("2026-02-01T06:00:00Z"), None, true);
        custody.free(at("2026-01-15T06:00:00Z"));
        assert!(custody.is_held());
        // An order that was told meanwhile says that the person was held by then.
        custody.hold(at("2026-02-10T06:00:00Z"), None, true);
        custody.free(at("2026-02-05T06:00:00Z"));
        assert!(custody.is_held());
        let from: Vec<Timestamp> = custody.periods().iter().map(|period| period.from).collect();
        assert_eq!(
            from,
            ["2026-01-11", "2026-02-01", "2026-02-10"].map(|day| at(&format!("{day}T06:00:00Z")))
        );
        assert_eq!(custody.periods()[1].until, Some(at("2026-02-05T06:00:00Z")));
    }

    #[test]
    fn what_is_told_late_of_an_earlier_custody_takes_its_own_place() {
        let mut custody = Custody::default();
        custody.hold(at("2026-03-26T06:00:00Z"), None, true);
        // Another title before it, though it is told after it.
        custody.hold(at("2026-03-25T06:00:00Z"), None, false);
        assert!(custody.is_held());
        assert_eq!(custody.held_since(), Some(at("2026-03-26T06:00:00Z")));
        let mut custody = Custody::default();
        custody.hold(at("2026-02-02T06:00:00Z"), None, true);
        custody.free(at("2026-04-02T06:00:00Z"));
        custody.hold(at("2026-04-20T06:00:00Z"), None, true);
        custody.hold(at("2026-04-06T06:00:00Z"), None, true);
        assert_eq!(custody.held_since(), Some(at("2026-04-06T06:00:00Z")));
        custody.free(at("2026-04-18T06:00:00Z"));
        let periods: Vec<_> = custody.periods().iter().map(|one| (one.from, one.until)).collect();
        let day = |day: &str| at(&format!("2026-{day}T06:00:00Z"));
        let closed = |from: &str, until: &str| (day(from), Some(day(until)));
        let open = (day("04-20"), None);
        assert_eq!(periods, [closed("02-02", "04-02"), closed("04-06", "04-18"), open]);
    }

    #[test]
    fn the_custody_of_somebody_else_is_none_of_the_person_and_what_began_after_it_is() {
        let mut custody = Custody::default();
        custody.hold(at("2026-02-02T06:00:00Z"), None, true);
        custody.mistook(at("2026-02-10T06:00:00Z"));
        assert!(!custody.is_held() && !custody.was_ever());
        custody.hold(at("2026-03-01T06:00:00Z"), None, true);
        custody.mistook(at("2026-02-10T06:00:00Z"));
        assert_eq!(custody.held_since(), Some(at("2026-03-01T06:00:00Z")));
    }
}
