//! Requests: several referrals that their opener made of one request, such as one warrant for several States. Owns who belongs to
//! a request, how each one stands as far as the others are concerned, and which requests wait for their others to be ended.
//!
//! It must not end anything; the node of the agency that opened them raises the events.

use rogatory_domain::id::{AgencyId, ReferralId};
use serde::{Deserialize, Serialize};

use crate::rows::ReferralRow;
use crate::standing::Standing;

/// Most referrals of one request that an agency may open.
pub const PARTS_COUNT_MAX: usize = 64;

/// Most that are kept of one request, whoever opened them: a row has a bound, whatever a peer sends.
const PARTS_KEPT_MAX: usize = 2 * PARTS_COUNT_MAX;

/// A request: its id means something only beside the agency that gave it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestKey {
    /// Its id; no referral needs to have it.
    pub request: ReferralId,
    /// Who opened its referrals.
    pub opener: AgencyId,
}

/// How one referral stands, as far as the others of its request are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// It has not ended.
    Open,
    /// It has ended such that the others have to end, too.
    EndsOthers,
    /// It has ended, or nothing of it can be read.
    Ended,
}

/// One referral of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The referral.
    pub referral: ReferralId,
    /// How it stands.
    pub stage: Stage,
}

/// The referrals of a request, in the order in which this node recorded them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRow {
    /// Each one.
    pub parts: Vec<Part>,
}

impl RequestRow {
    /// Whether an agency may open no further referral of it.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.parts.len() >= PARTS_COUNT_MAX
    }

    /// The referral that ends the others, while one of them stands open.
    #[must_use]
    pub fn ends_others(&self) -> Option<ReferralId> {
        let of = |stage| self.parts.iter().find(move |part| part.stage == stage);
        of(Stage::Open).and(of(Stage::EndsOthers)).map(|part| part.referral)
    }

    /// The referrals that have not ended.
    pub fn open(&self) -> impl Iterator<Item = ReferralId> + '_ {
        self.parts.iter().filter(|part| part.stage == Stage::Open).map(|part| part.referral)
    }

    pub(crate) fn note(&mut self, part: Part) {
        let has_room = self.parts.len() < PARTS_KEPT_MAX;
        match self.parts.iter_mut().find(|known| known.referral == part.referral) {
            Some(known) => *known = part,
            None if has_room => self.parts.push(part),
            None => {}
        }
    }
}

impl ReferralRow {
    /// The request that it is one of several referrals of, and how it stands in it.
    #[must_use]
    pub fn part(&self, referral: ReferralId) -> Option<(RequestKey, Part)> {
        let opening = self.opening.as_ref()?;
        let key = RequestKey { request: opening.part_of?, opener: opening.issuing.clone() };
        Some((key, Part { referral, stage: self.stage() }))
    }

    fn stage(&self) -> Stage {
        let (Some(opening), Standing::In(state)) = (&self.opening, self.standing) else {
            return Stage::Ended;
        };
        let code = state.as_str();
        match opening.instrument.closure_in(code) {
            Some(_) => Stage::EndsOthers,
            // An instrument without closures has its referrals side by side.
            None if opening.instrument.closures.is_empty() => Stage::Ended,
            None if opening.instrument.state(code).is_some_and(|state| state.is_terminal) => Stage::Ended,
            None => Stage::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: usize) -> ReferralId {
        format!("0190a0a0-0000-7000-8000-{number:012}").parse().unwrap()
    }

    fn row(stages: &[Stage]) -> RequestRow {
        let mut row = RequestRow::default();
        for (number, stage) in (1..).zip(stages) {
            row.note(Part { referral: id(number), stage: *stage });
        }
        row
    }

    #[test]
    fn the_others_are_ended_only_while_one_of_them_is_open() {
        use Stage::{Ended, EndsOthers, Open};
        for (stages, ends) in [
            (&[Open, Open][..], None),
            (&[Open, Ended], None),
            (&[Open, EndsOthers], Some(id(2))),
            (&[EndsOthers, Ended, Open], Some(id(1))),
            (&[EndsOthers, Ended], None),
            (&[EndsOthers], None),
        ] {
            assert_eq!(row(stages).ends_others(), ends, "{stages:?}");
        }
    }

    #[test]
    fn a_referral_stands_once_in_its_request_and_a_row_has_a_bound() {
        let mut row = row(&[Stage::Open, Stage::Open]);
        row.note(Part { referral: id(1), stage: Stage::Ended });
        assert_eq!(row.open().collect::<Vec<_>>(), [id(2)]);
        for number in 0..2 * PARTS_KEPT_MAX {
            row.note(Part { referral: id(number), stage: Stage::Open });
        }
        assert_eq!(row.parts.len(), PARTS_KEPT_MAX);
        assert!(row.is_full());
    }
}
