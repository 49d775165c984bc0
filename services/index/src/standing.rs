//! Where a referral stands, as lists know it, and when somebody has to be told of one of its clocks. Owns what of a
//! folded case is kept in rows; the case itself is folded anew from the facts.

use jiff::Timestamp;
use rogatory_domain::calendar::Calendars;
use rogatory_domain::case::{Alarm, Case, fold};
use rogatory_domain::id::ReferralId;
use rogatory_domain::instrument::{Symbol, state_code, state_codes};
use serde::{Deserialize, Serialize};

use crate::rows::ReferralRow;

/// How a referral stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Standing {
    /// Only later messages of it have come.
    #[default]
    AwaitingOpening,
    /// Its facts were erased.
    Erased,
    /// A state of its instrument, by its code.
    In(Symbol),
}

impl Standing {
    /// Every one.
    pub fn all() -> impl Iterator<Item = Self> {
        [Self::AwaitingOpening, Self::Erased].into_iter().chain(state_codes().map(Self::In))
    }

    /// The one of a stable name.
    pub fn of_code(code: &str) -> Option<Self> {
        let other =
            [Self::AwaitingOpening, Self::Erased].into_iter().find(|standing| standing.code() == code);
        other.or_else(|| state_code(code).map(Self::In))
    }

    /// Its stable name: a state of an instrument, or `awaiting_opening` or `erased`, which are none.
    pub fn code(self) -> &'static str {
        match self {
            Self::AwaitingOpening => "awaiting_opening",
            Self::Erased => "erased",
            Self::In(state) => state.as_str(),
        }
    }
}

/// Key of a referral in lists: rising positions are the order in which this node first recorded it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseKey {
    /// How it stands.
    pub standing: Standing,
    /// Position of its first record.
    pub opened: u64,
}

/// When a referral has to be looked at because a clock of it calls for an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlarmKey {
    /// From when the alarm holds.
    pub at: Timestamp,
    /// The referral.
    pub referral: ReferralId,
}

impl ReferralRow {
    /// The case as all its known messages make it; none while its opening is missing.
    pub fn case(&self, calendars: &Calendars) -> Option<Case> {
        self.opening.as_ref().map(|opening| fold(opening, &self.facts, calendars))
    }

    /// Alarms that were not raised yet, with the instants from which they hold.
    pub fn alarms_left(&self, case: &Case) -> Vec<(Timestamp, Alarm)> {
        case.alarms().filter(|(_, alarm)| !self.alarms.contains(alarm)).collect()
    }

    /// Its key in lists.
    pub fn case_key(&self) -> CaseKey {
        CaseKey { standing: self.standing, opened: self.opened }
    }

    /// Computes what lists and alarms know of it from its facts.
    pub(crate) fn stand(&mut self) {
        let case = self.case(Calendars::standard());
        self.standing = match &case {
            Some(case) => Standing::In(case.state().symbol()),
            None if self.erased => Standing::Erased,
            None => Standing::AwaitingOpening,
        };
        let left = case.map(|case| self.alarms_left(&case)).unwrap_or_default();
        self.next_alarm = left.into_iter().map(|(at, _)| at).min();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_standing_has_a_name_of_its_own() {
        let all: Vec<Standing> = Standing::all().collect();
        for standing in &all {
            assert_eq!(Standing::of_code(standing.code()), Some(*standing));
            assert_eq!(all.iter().filter(|other| other.code() == standing.code()).count(), 1);
        }
    }
}
