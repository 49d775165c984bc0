//! The states of a warrant at the executing side, and the sets of them that its rules speak of.

use crate::instrument::definition::StateDef;
use crate::instrument::id::{StateId, StateSet};

table! {
    /// Every state in the order of a usual case.
    TABLE: StateDef by StateId {
        RECEIVED = StateDef::open("received", "With the executing side, nothing done yet.");
        FORWARDED = StateDef::forwarded("forwarded", "On its way to the competent authority of the same State.");
        UNDER_REVIEW = StateDef::open("under_review", "Registered and being examined; the person is not arrested on it.");
        ARRESTED = StateDef::open("arrested", "The person is arrested, consent is open.");
        CONSENTED = StateDef::open("consented", "The person consented to surrender.");
        CONTESTED = StateDef::open("contested", "The person does not consent.");
        DEFERRED = StateDef::open("deferred", "The decision waits for something outside the case.");
        ORDERED = StateDef::open("ordered", "Surrender is ordered, not final.");
        REFUSAL_DECIDED = StateDef::open("refusal_decided", "Execution is refused, not final.");
        APPEALED = StateDef::open("appealed", "A decision that is not final is under appeal.");
        SURRENDER_DUE = StateDef::open("surrender_due", "The decision is final, surrender is due.");
        PREVENTED = StateDef::open("prevented", "Force majeure prevents surrender.");
        SUSPENDED = StateDef::open("suspended", "Surrender is suspended on humanitarian grounds.");
        POSTPONED = StateDef::open("postponed",
            "Surrender is postponed for proceedings or a sentence of the executing State.");
        TEMPORARILY_SURRENDERED = StateDef::open("temporarily_surrendered",
            "Surrendered for a time, to be returned.");
        RELEASED_PENDING = StateDef::open("released_pending",
            "Released when the time limit ran out, and held again where a period runs for that; the warrant stands.");
        SURRENDERED = StateDef::ended("surrendered", "Surrendered.");
        REFUSED = StateDef::ended("refused", "Finally refused.");
        TAKEN_OVER = StateDef::ended("taken_over",
            "The executing State has recognised the sentence and executes it itself.");
        WITHDRAWN = StateDef::ended("withdrawn", "Withdrawn by the issuing side, or executed in another State.");
        CLOSED_NOT_FOUND = StateDef::ended("closed_not_found", "Closed, the person was not found.");
        CLOSED_DIED = StateDef::ended("closed_died", "Closed, the person died.");
        ELSEWHERE = StateDef::ended("surrendered_elsewhere", "Surrendered on a competing request.");
        PASSED_ON = StateDef::ended("passed_on", "Passed on to another agency; the case goes on in another referral.");
    }
}

/// Nobody is arrested yet.
pub(in crate::instrument) const BEFORE_ARREST: StateSet = StateSet::of(&[RECEIVED, FORWARDED, UNDER_REVIEW]);
/// Arrested, and nothing decided.
pub(in crate::instrument) const UNDECIDED: StateSet =
    StateSet::of(&[ARRESTED, CONSENTED, CONTESTED, DEFERRED]);
/// Decided, not finally.
pub(in crate::instrument) const DECIDED: StateSet = StateSet::of(&[ORDERED, REFUSAL_DECIDED, APPEALED]);
/// No final decision.
pub(in crate::instrument) const BEFORE_FINAL: StateSet = BEFORE_ARREST.and(UNDECIDED).and(DECIDED);
/// The decision is final, surrender has not happened.
pub(in crate::instrument) const BEFORE_SURRENDER: StateSet = StateSet::of(&[
    SURRENDER_DUE,
    PREVENTED,
    SUSPENDED,
    POSTPONED,
    TEMPORARILY_SURRENDERED,
    RELEASED_PENDING,
]);
/// The person was arrested, and may be held.
pub(in crate::instrument) const HELD: StateSet = UNDECIDED.and(DECIDED).and(BEFORE_SURRENDER);
/// Not ended.
pub(in crate::instrument) const LIVE: StateSet = BEFORE_FINAL.and(BEFORE_SURRENDER);
/// Every state but the one in which the case goes on elsewhere, and nothing is told here any more.
pub(in crate::instrument) const ANY: StateSet = LIVE.and(StateSet::of(&[
    SURRENDERED,
    REFUSED,
    TAKEN_OVER,
    WITHDRAWN,
    CLOSED_NOT_FOUND,
    CLOSED_DIED,
    ELSEWHERE,
]));
