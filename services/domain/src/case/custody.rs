//! Custody: when the person was held on the case, and of what kind. It knows no law and decides nothing.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::calendar::{Calendars, Jurisdiction, plus_days};
use crate::id::MessageId;
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
    /// Whether the person is held on in another way, or on another title, after it.
    goes_on: bool,
}

/// Which message tells of custody, and of what instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Telling {
    /// When it happened, as its sender declared.
    pub(super) at: Timestamp,
    /// How many messages of the case come before it.
    pub(super) place: usize,
    /// The message.
    pub(super) by: MessageId,
}

/// How somebody is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Holding {
    /// Of what kind, where somebody said so.
    pub(super) kind: Option<Symbol>,
    /// Whether on the case, and not on another title.
    pub(super) is_on_case: bool,
    /// Whether by an arrest after a release, which comes after one of the same instant.
    pub(super) is_again: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Held(Holding),
    Free,
    /// Beyond the reach of the case for good: surrendered, or dead.
    Gone,
    /// Whoever was held until then is somebody else.
    Mistaken,
}

/// That the person is held on the case from an instant on, or is not any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) telling: Telling,
    pub(super) is_held: bool,
}

/// Every time in which the person was held, oldest first. They follow from what was told, each at its own instant and in whatever order
/// it came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Custody {
    /// By their instants; of one instant an arrest after a release comes last, and what was told first before what was told later.
    told: Vec<(Telling, What)>,
    periods: Vec<CustodyPeriod>,
    turns: Vec<Turn>,
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

    /// The person is held from an instant, in this way from then on.
    pub(super) fn hold(&mut self, telling: Telling, holding: Holding) {
        self.tell(telling, What::Held(holding));
    }

    /// The person was let go at an instant. Somebody may tell it late: a custody that began after it goes on.
    pub(super) fn free(&mut self, telling: Telling) {
        self.tell(telling, What::Free);
    }

    /// The person is beyond the reach of the case from an instant, whatever else is told of custody.
    pub(super) fn leave(&mut self, telling: Telling) {
        self.tell(telling, What::Gone);
    }

    /// Who was held until an instant is somebody else: nothing of that last custody was on the case.
    pub(super) fn mistake(&mut self, telling: Telling) {
        self.tell(telling, What::Mistaken);
    }

    fn tell(&mut self, telling: Telling, what: What) {
        let order = |(told, what): &(Telling, What)| {
            (told.at, matches!(what, What::Held(Holding { is_again: true, .. })), told.place)
        };
        let own = order(&(telling, what));
        self.told.insert(self.told.partition_point(|told| order(told) <= own), (telling, what));
        self.recount();
    }

    fn recount(&mut self) {
        self.periods.clear();
        self.turns.clear();
        let told = std::mem::take(&mut self.told);
        // Nothing counts after the person is beyond the reach of the case.
        let gone = told.iter().position(|(_, what)| *what == What::Gone).map_or(told.len(), |gone| gone + 1);
        for (telling, what) in &told[..gone] {
            match what {
                What::Held(holding) => self.begin(*telling, *holding),
                What::Free | What::Gone => self.end(*telling),
                What::Mistaken => self.undo(*telling),
            }
        }
        self.told = told;
    }

    fn begin(&mut self, telling: Telling, Holding { kind, is_on_case, .. }: Holding) {
        let was_held = self.is_held();
        if let Some(open) = self.periods.last_mut().filter(|period| period.until.is_none()) {
            if open.is_on_case == is_on_case && (kind.is_none() || open.kind == kind) {
                return;
            }
            (open.until, open.goes_on) = (Some(telling.at), true);
        }
        self.periods.push(CustodyPeriod { from: telling.at, until: None, kind, is_on_case, goes_on: false });
        if was_held != is_on_case {
            self.turns.push(Turn { telling, is_held: is_on_case });
        }
    }

    fn end(&mut self, telling: Telling) {
        let was_held = self.is_held();
        if let Some(open) = self.periods.last_mut().filter(|period| period.until.is_none()) {
            open.until = Some(telling.at);
        }
        if was_held {
            self.turns.push(Turn { telling, is_held: false });
        }
    }

    /// Takes the last custody back, in whatever ways the person was held in it.
    fn undo(&mut self, telling: Telling) {
        self.end(telling);
        self.periods.pop();
        while self.periods.last().is_some_and(|period| period.goes_on) {
            self.periods.pop();
        }
    }

    /// When the person was held on the case, and was not any more, in order.
    pub(super) fn turns(&self) -> &[Turn] {
        &self.turns
    }

    /// Since when the person is held on the case though he was let go at an instant: a custody that began after it goes on.
    pub(super) fn held_again_since(&self, at: Timestamp, by: MessageId) -> Option<Timestamp> {
        let mut freed = self.clone();
        freed.free(Telling { at, place: usize::MAX, by });
        freed.held_since()
    }

    /// Since when the person was held on the case first, after the last word that who was held is somebody else.
    pub(super) fn held_first(&self) -> Option<Timestamp> {
        let mistaken =
            self.told.iter().rev().find(|(_, what)| *what == What::Mistaken).map(|(told, _)| told.at);
        let is_after = |from: &Timestamp| mistaken.is_none_or(|mistaken| mistaken <= *from);
        self.periods.iter().filter(|period| period.is_on_case).map(|period| period.from).find(is_after)
    }

    /// Since when the person is held on the case, in whatever way.
    pub(super) fn held_since(&self) -> Option<Timestamp> {
        self.turns.last().filter(|turn| turn.is_held).map(|turn| turn.telling.at)
    }

    /// Whether the person is free though he was held from an instant on: an end was told of a later one, or that it was somebody else.
    pub(super) fn is_free_since(&self, at: Timestamp, by: MessageId) -> bool {
        let mut held = self.clone();
        let holding = Holding { kind: None, is_on_case: true, is_again: false };
        held.hold(Telling { at, place: usize::MAX, by }, holding);
        held.periods.last().is_none_or(|period| period.until.is_some())
    }
}

#[cfg(test)]
mod tests;
