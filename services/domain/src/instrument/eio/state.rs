//! The states of an investigation order, and the sets of them that its rules speak of.

use crate::instrument::definition::StateDef;
use crate::instrument::id::{StateId, StateSet};

table! {
    /// Every state in the order of a usual case.
    TABLE: StateDef by StateId {
        SENT = StateDef::open("sent", "Sent; nobody in the executing State has confirmed the receipt.");
        FORWARDED = StateDef::forwarded("forwarded",
            "Received by an authority that is not competent, and on its way to the competent one.");
        ACKNOWLEDGED = StateDef::open("acknowledged",
            "Received by the competent authority; recognition is to be decided.");
        EXECUTING = StateDef::open("executing", "Recognised; measures are to be carried out.");
        PARTLY_EXECUTED = StateDef::open("partly_executed", "A part of the evidence is transferred.");
        POSTPONED = StateDef::open("postponed", "Recognition or execution is postponed.");
        CARRIED_OUT = StateDef::open("carried_out", "The measures are carried out; evidence is to be transferred.");
        TRANSFERRED = StateDef::ended("transferred", "The evidence is transferred.");
        RETURNED = StateDef::ended("returned", "Returned, since no right authority issued or validated it.");
        REFUSED = StateDef::ended("refused", "Refused.");
        IMPOSSIBLE = StateDef::ended("impossible", "The assistance asked for could not be provided.");
        REPLACED = StateDef::ended("replaced", "Replaced by another order.");
        WITHDRAWN = StateDef::ended("withdrawn", "Withdrawn by the issuing authority.");
        PASSED_ON = StateDef::ended("passed_on", "Passed on to another agency; the case goes on in another referral.");
    }
}

const fn at(states: &[StateId]) -> StateSet {
    StateSet::of(states)
}

/// The competent authority has not confirmed the receipt.
pub(super) const BEFORE_RECEIPT: StateSet = at(&[SENT, FORWARDED]);
/// Recognition is not decided.
pub(super) const UNDECIDED: StateSet = BEFORE_RECEIPT.and(at(&[ACKNOWLEDGED]));
/// Recognised, and not everything carried out.
pub(super) const AT_WORK: StateSet = at(&[EXECUTING, PARTLY_EXECUTED]);
/// The competent authority has it, and has not finished.
pub(super) const WITH_COMPETENT: StateSet = at(&[ACKNOWLEDGED, POSTPONED, CARRIED_OUT]).and(AT_WORK);
/// Not ended.
pub(super) const LIVE: StateSet = BEFORE_RECEIPT.and(WITH_COMPETENT);
/// Recognised, up to the transfer and after it.
pub(super) const UNDER_EXECUTION: StateSet = AT_WORK.and(at(&[POSTPONED, CARRIED_OUT, TRANSFERRED]));
/// Every state but the one in which the case goes on elsewhere, and nothing is told here any more.
pub(super) const ANY: StateSet =
    LIVE.and(at(&[TRANSFERRED, RETURNED, REFUSED, IMPOSSIBLE, REPLACED, WITHDRAWN]));
