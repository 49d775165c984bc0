//! The life cycle of a warrant.

use super::capacity::{EXECUTING as EXECUTOR, ISSUING as ISSUER, POLICE};
use super::clock::{T1, T2, T3, T4, T5, T6, T7, T8, T9, T10};
use super::{event, state};
use crate::instrument::id::{CapacityId, StateId, StateSet};
use crate::instrument::rule::ClockAct::{
    Answer, Extend, Note, ResumeExcluding, Start, StartOn, Stop, StopAll, Supersede, Suspend,
};
use crate::instrument::rule::Next::{Aside, Resume, ResumeAt, Stay, To};
use crate::instrument::rule::Rule;

const ISSUING: &[CapacityId] = &[ISSUER];
const EXECUTING: &[CapacityId] = &[EXECUTOR];
const EXECUTING_SIDE: &[CapacityId] = &[EXECUTOR, POLICE];
const BOTH: &[CapacityId] = &[ISSUER, EXECUTOR];
const ANY_PARTY: &[CapacityId] = &[ISSUER, EXECUTOR, POLICE];

const fn at(states: &[StateId]) -> StateSet {
    StateSet::of(states)
}

const DECIDING: StateSet = state::UNDECIDED.and(at(&[state::ORDERED]));
const DATING: StateSet = at(&[
    state::SURRENDER_DUE,
    state::PREVENTED,
    state::SUSPENDED,
    state::POSTPONED,
    state::RELEASED_PENDING,
]);
const DUE: StateSet = at(&[state::SURRENDER_DUE]);
const DONE: StateSet = at(&[state::SURRENDERED]);

rules! {
    /// Every row, in the order of the life cycle.
    TABLE from event marked Own {
        4 FORWARDED EXECUTING at(&[state::RECEIVED]) => To(state::FORWARDED), [], "10(6)";
        4 RECEIVED_BY_COMPETENT EXECUTING at(&[state::FORWARDED]) => To(state::RECEIVED), [], "10(6)";
        5 REGISTERED EXECUTING at(&[state::RECEIVED]) => To(state::UNDER_REVIEW), [], "15(1)";
        6 INFORMATION_REQUESTED EXECUTING state::BEFORE_FINAL => Stay, [Start(T3)], "15(2), 4a(2)";
        7 INFORMATION_SUPPLIED ISSUING state::LIVE => Stay, [Answer(T3)], "15(2), 15(3)";
        8 ARRESTED EXECUTING_SIDE state::BEFORE_ARREST => To(state::ARRESTED), [Start(T1)], "11, 12, 17(3)";
        8 ARRESTED EXECUTING_SIDE at(&[state::DEFERRED]) => ResumeAt(state::ARRESTED, state::BEFORE_ARREST), [Start(T1)], "11, 12, 17(3)";
        9 CONSENT_RECORDED EXECUTING at(&[state::ARRESTED, state::CONTESTED]) => To(state::CONSENTED),
            [Supersede(T1), Start(T2)], "13, 17(2)";
        10 CONSENT_REVOKED EXECUTING at(&[state::CONSENTED]) => To(state::CONTESTED),
            [Supersede(T2), ResumeExcluding(T1)], "13(4)";
        11 NO_CONSENT EXECUTING at(&[state::ARRESTED]) => To(state::CONTESTED), [], "14";
        12 DELAY_NOTIFIED EXECUTING DECIDING => Stay, [Extend(T1), Extend(T2)], "17(4)";
        13 LIMIT_EXCEEDED EXECUTING DECIDING => Stay, [], "17(7)";
        14 DEFERRED EXECUTING at(&[state::RECEIVED, state::UNDER_REVIEW, state::ARRESTED, state::CONSENTED, state::CONTESTED])
            => Aside(state::DEFERRED), [], "16, 20, 21";
        14 DEFERRAL_ENDED EXECUTING at(&[state::DEFERRED]) => Resume, [], "16, 20, 21";
        15 GUARANTEE_REQUESTED EXECUTING state::BEFORE_FINAL => Stay, [], "5";
        15 GUARANTEE_GIVEN ISSUING state::LIVE => Stay, [], "5";
        16 EXECUTION_ORDERED EXECUTING at(&[state::CONSENTED, state::CONTESTED]) => To(state::ORDERED), [], "15(1), 22";
        17 DECISION_FINAL EXECUTING at(&[state::ORDERED]) => To(state::SURRENDER_DUE),
            [Stop(T1), Stop(T2), Start(T4)], "17, 23(2)";
        18 REFUSED EXECUTING state::BEFORE_FINAL => To(state::REFUSED), [StopAll], "3, 4, 4a, 17(6), 22";
        19 SENTENCE_TAKEN_OVER EXECUTING state::BEFORE_FINAL => To(state::TAKEN_OVER), [StopAll], "4(6)";
        20 SURRENDER_DATE_PROPOSED BOTH DATING => Stay, [], "23(1)";
        20 SURRENDER_DATE_AGREED BOTH DATING => Stay, [], "23(1)";
        21 FORCE_MAJEURE_FOUND EXECUTING DUE => To(state::PREVENTED), [], "23(3)";
        21 NEW_DATE_AGREED EXECUTING at(&[state::PREVENTED, state::RELEASED_PENDING]) => To(state::SURRENDER_DUE),
            [Supersede(T4), Supersede(T6), StartOn(T5)], "23(3)";
        22 SURRENDER_SUSPENDED EXECUTING DUE => To(state::SUSPENDED), [Suspend(T4), Suspend(T5), Suspend(T6)], "23(4)";
        22 SUSPENSION_ENDED EXECUTING at(&[state::SUSPENDED]) => To(state::SURRENDER_DUE),
            [Supersede(T4), Supersede(T5), StartOn(T6)], "23(4)";
        23 SURRENDER_POSTPONED EXECUTING DUE => To(state::POSTPONED), [Suspend(T4), Suspend(T5), Suspend(T6)], "24(1)";
        23 POSTPONEMENT_ENDED EXECUTING at(&[state::POSTPONED]) => To(state::SURRENDER_DUE),
            [Supersede(T5), Supersede(T6), Start(T4)], "24(1)";
        24 TEMPORARILY_SURRENDERED EXECUTING at(&[state::SURRENDER_DUE, state::POSTPONED]) => To(state::TEMPORARILY_SURRENDERED),
            [Suspend(T4), Suspend(T5), Suspend(T6)], "24(2)";
        24 RETURNED_FROM_TEMPORARY BOTH at(&[state::TEMPORARILY_SURRENDERED]) => To(state::POSTPONED), [], "24(2)";
        25 RELEASED EXECUTING at(&[state::SURRENDER_DUE, state::PREVENTED, state::SUSPENDED])
            => To(state::RELEASED_PENDING), [Note(T7), Stop(T4), Stop(T5), Stop(T6)], "23(5)";
        26 SURRENDERED EXECUTING_SIDE at(&[state::SURRENDER_DUE, state::PREVENTED, state::RELEASED_PENDING])
            => To(state::SURRENDERED), [StopAll], "23, 26(2)";
        26 SURRENDER_CONFIRMED ISSUING DONE => Stay, [], "23, 26(2)";
        27 WITHDRAWN ISSUING state::LIVE => To(state::WITHDRAWN), [StopAll], "–";
        28 EXECUTED_ELSEWHERE ISSUING state::LIVE => To(state::WITHDRAWN), [StopAll], "–";
        29 SPECIALITY_CONSENT_REQUESTED ISSUING DONE => Stay, [Start(T8)], "27(3)(g), 27(4)";
        29 SPECIALITY_CONSENT_ANSWERED EXECUTING DONE => Stay, [Answer(T8)], "27(4)";
        29 ONWARD_CONSENT_REQUESTED ISSUING DONE => Stay, [Start(T9)], "28(3)";
        29 ONWARD_CONSENT_ANSWERED EXECUTING DONE => Stay, [Answer(T9)], "28(3)";
        29 FINALLY_DISCHARGED ISSUING DONE => Stay, [Start(T10)], "27(3)(a)";
        30 PROPERTY_HANDED_OVER EXECUTING state::BEFORE_SURRENDER.and(at(&[state::ORDERED, state::SURRENDERED]))
            => Stay, [], "29";
        31 HEARING_ARRANGED EXECUTING state::UNDECIDED => Stay, [], "18, 19";
        32 PERSON_NOT_FOUND EXECUTING state::BEFORE_ARREST => To(state::CLOSED_NOT_FOUND), [StopAll], "–";
        33 CORRECTED ANY_PARTY state::ANY => Stay, [], "–";
    }
}
