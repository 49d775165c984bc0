//! Where a referral stands, as lists know it, and when somebody has to be told of one of its clocks. Owns what of a
//! folded case is kept in rows; the case itself is folded anew from the facts.

use jiff::Timestamp;
use rogatory_domain::calendar::Calendars;
use rogatory_domain::case::{Alarm, Case, OpeningFact, fold};
use rogatory_domain::id::{AgencyId, ReferralId};
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
    /// The case as all its known messages make it, by the editions and the jurisdiction that its opening fixed, whatever this
    /// release would open cases under; none while its opening is missing, and none of a case that goes on without this agency.
    pub fn case(&self) -> Option<Case> {
        if self.is_gone { None } else { self.told() }
    }

    /// The same, also of a case that goes on without this agency: as it stood with the messages that are known here.
    pub fn told(&self) -> Option<Case> {
        let opening = self.opening.as_ref()?;
        Some(fold(opening, &self.facts, Calendars::of(opening.calendar_edition)?))
    }

    /// Alarms that were not raised yet, with the instants from which they hold.
    pub fn alarms_left(&self, case: &Case) -> Vec<(Timestamp, Alarm)> {
        case.alarms().filter(|(_, alarm)| !self.alarms.contains(alarm)).collect()
    }

    /// Its key in lists.
    pub fn case_key(&self) -> CaseKey {
        CaseKey { standing: self.standing, opened: self.opened }
    }

    /// Computes what lists and alarms of an agency know of it from its facts.
    pub(crate) fn stand(&mut self, own: &AgencyId) {
        let has_passed_on =
            |opening: &OpeningFact| opening.opener() == own && opening.capacity_of(own).is_none();
        self.is_gone = self.opening.as_ref().is_some_and(has_passed_on);
        let case = self.case();
        let gone = self.opening.as_ref().filter(|_| self.is_gone);
        self.standing = match (&case, gone.and_then(|opening| opening.instrument.state_passed_on())) {
            (Some(case), _) => Standing::In(case.state().symbol()),
            (None, Some(state)) => Standing::In(state.symbol()),
            (None, None) if self.erased => Standing::Erased,
            (None, None) => Standing::AwaitingOpening,
        };
        let left = case.map(|case| self.alarms_left(&case)).unwrap_or_default();
        self.next_alarm = left.into_iter().map(|(at, _)| at).min();
    }
}

#[cfg(test)]
mod tests {
    use rogatory_domain::case::{Event, Fact, OpeningFact};
    use rogatory_domain::instrument::{INSTRUMENTS, Seats};

    use super::*;

    /// An arrest at noon on 26 February 2026 in a case opened under these calendars.
    fn arrested(calendar: u16) -> ReferralRow {
        let id = "0190a0a0-0000-7000-8000-000000000001";
        let at = "2026-02-26T12:00:00Z".parse().unwrap();
        let [issuing, executing]: [AgencyId; 2] = ["fr-jirs", "nl-om"].map(|agency| agency.parse().unwrap());
        let instrument = INSTRUMENTS[0];
        let seat = instrument.listed_capacities().find(|capacity| capacity.seats == Seats::One);
        let opening = OpeningFact {
            referral: id.parse().unwrap(),
            instrument,
            calendar_edition: calendar,
            roster_version: 1,
            issuing,
            parties: vec![(executing.clone(), seat.unwrap().symbol())],
            jurisdiction: "NL".parse().unwrap(),
            opener_jurisdiction: None,
            traits: Vec::new(),
            items: 0,
            part_of: None,
            passed_on: None,
            declared: at,
            recorded: at,
        };
        let arrest = Fact {
            id: "0190a0a0-0000-7000-8000-000000000002".parse().unwrap(),
            sender: executing,
            number: 1,
            seen: Vec::new(),
            event: Event::parse("arrested", Vec::new()).unwrap(),
            declared: at,
            recorded: at,
        };
        let mut row = ReferralRow { opening: Some(opening), facts: vec![arrest], ..ReferralRow::default() };
        row.stand(&"nl-om".parse().unwrap());
        row
    }

    #[test]
    fn a_case_is_counted_by_the_edition_it_was_opened_under_whatever_else_this_release_knows() {
        let later = Calendars::learn_test_edition();
        let [now, then] = [1, later].map(arrested);
        let due = |row: &ReferralRow| row.case().unwrap().next_due().unwrap().due.unwrap();
        assert_eq!((due(&now).at.to_string().as_str(), due(&now).edition), ("2026-04-28T22:00:00Z", 1));
        assert_eq!((due(&then).at.to_string().as_str(), due(&then).edition), ("2026-04-28T00:00:00Z", later));
        assert_ne!(now.next_alarm, then.next_alarm);
        assert_eq!(arrested(900).case(), None, "an edition that is not known counts nothing");
    }

    #[test]
    fn every_standing_has_a_name_of_its_own() {
        let all: Vec<Standing> = Standing::all().collect();
        for standing in &all {
            assert_eq!(Standing::of_code(standing.code()), Some(*standing));
            assert_eq!(all.iter().filter(|other| other.code() == standing.code()).count(), 1);
        }
    }
}
