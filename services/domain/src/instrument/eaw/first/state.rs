//! The states of a warrant at the executing side, and the sets of them that its rules speak of.

use crate::instrument::definition::StateDef;
use crate::instrument::id::{StateId, StateSet};

table! {
    /// Every state in the order of a usual case.
    TABLE: StateDef by StateId {
        RECEIVED = StateDef::open("received", "With the executing side, nothing done yet.");
        FORWARDED = StateDef::forwarded("forwarded", "On its way to the competent authority of the same State.");
        UNDER_REVIEW = StateDef::open("under_review", "Registered and being examined.");
        ARRESTED = StateDef::open("arrested", "The person is arrested, consent is open.");
        CONSENTED = StateDef::open("consented", "The person consented to surrender.");
        CONTESTED = StateDef::open("contested", "The person does not consent.");
        DEFERRED = StateDef::open("deferred", "The decision waits for something outside the case.");
        ORDERED = StateDef::open("ordered", "Surrender is ordered, not final.");
        SURRENDER_DUE = StateDef::open("surrender_due", "The decision is final, surrender is due.");
        PREVENTED = StateDef::open("prevented", "Force majeure prevents surrender.");
        SUSPENDED = StateDef::open("suspended", "Surrender is suspended on humanitarian grounds.");
        POSTPONED = StateDef::open("postponed",
            "Surrender is postponed for proceedings or a sentence of the executing State.");
        TEMPORARILY_SURRENDERED = StateDef::open("temporarily_surrendered",
            "Surrendered for a time, to be returned.");
        RELEASED_PENDING = StateDef::open("released_pending",
            "Released when the time limit ran out; the warrant stands.");
        SURRENDERED = StateDef::ended("surrendered", "Surrendered.");
        REFUSED = StateDef::ended("refused", "Refused.");
        TAKEN_OVER = StateDef::ended("taken_over", "The executing State executes the sentence itself.");
        WITHDRAWN = StateDef::ended("withdrawn", "Withdrawn by the issuing side.");
        CLOSED_NOT_FOUND = StateDef::ended("closed_not_found", "Closed, the person was not found.");
    }
}

/// Nobody is arrested yet.
pub(super) const BEFORE_ARREST: StateSet = StateSet::of(&[RECEIVED, FORWARDED, UNDER_REVIEW]);
/// Arrested and not yet decided.
pub(super) const UNDECIDED: StateSet = StateSet::of(&[ARRESTED, CONSENTED, CONTESTED, DEFERRED]);
/// No final decision.
pub(super) const BEFORE_FINAL: StateSet = BEFORE_ARREST.and(UNDECIDED).and(StateSet::of(&[ORDERED]));
/// The decision is final, surrender has not happened.
pub(super) const BEFORE_SURRENDER: StateSet = StateSet::of(&[
    SURRENDER_DUE,
    PREVENTED,
    SUSPENDED,
    POSTPONED,
    TEMPORARILY_SURRENDERED,
    RELEASED_PENDING,
]);
/// Not ended.
pub(super) const LIVE: StateSet = BEFORE_FINAL.and(BEFORE_SURRENDER);
/// Every state.
pub(super) const ANY: StateSet =
    LIVE.and(StateSet::of(&[SURRENDERED, REFUSED, TAKEN_OVER, WITHDRAWN, CLOSED_NOT_FOUND]));
