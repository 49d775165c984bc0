//! The life cycle of an investigation order.

use super::capacity::{CENTRAL, EXECUTING as EXECUTOR, ISSUING as ISSUER, POLICE, VALIDATING};
use super::clock::{D1, D2, D3, D4, D5, D7, D8};
use super::{event, state};
use crate::instrument::id::{CapacityId, StateId, StateSet};
use crate::instrument::rule::ClockAct::{
    DiscontinueAll, ExtendInTime, ResumeExcluding, Start, StartFor, StartOn, Stop, SupersedeAll, Suspend,
};
use crate::instrument::rule::Next::{Aside, Resume, ResumeAt, Stay, To};
use crate::instrument::rule::Rule;

const ISSUING: &[CapacityId] = &[ISSUER];
/// The validating authority answers where it is the main contact point (Annex A, section L).
const ISSUING_SIDE: &[CapacityId] = &[ISSUER, VALIDATING];
const EXECUTING: &[CapacityId] = &[EXECUTOR];
const CENTRAL_ONE: &[CapacityId] = &[CENTRAL];
const RECEIVING: &[CapacityId] = &[EXECUTOR, CENTRAL];
const AT_THE_PLACE: &[CapacityId] = &[EXECUTOR, POLICE];
const BOTH: &[CapacityId] = &[ISSUER, EXECUTOR];
const ANY_PARTY: &[CapacityId] = &[ISSUER, EXECUTOR, POLICE, CENTRAL, VALIDATING];

const fn at(states: &[StateId]) -> StateSet {
    StateSet::of(states)
}

const NEW: StateSet = at(&[state::ACKNOWLEDGED]);
const POSTPONED: StateSet = at(&[state::POSTPONED]);
const CARRIED_OUT: StateSet = at(&[state::CARRIED_OUT]);
const DONE: StateSet = at(&[state::TRANSFERRED]);

rules! {
    /// Every row, in the order of the life cycle.
    TABLE from event marked V {
        1 RECEIPT_CONFIRMED EXECUTING state::BEFORE_RECEIPT => To(state::ACKNOWLEDGED),
            [Stop(D1), StartOn(D2), StartFor("provisional", D5)], "16(1), 12(3)";
        1 CENTRAL_RECEIPT_CONFIRMED CENTRAL_ONE state::LIVE => Stay, [], "7(3), 16(1)";
        2 FORWARDED_TO_COMPETENT RECEIVING at(&[state::SENT]) => To(state::FORWARDED), [Stop(D1), Start(D1)], "7(6), 16(1)";
        2 PASSED_ON RECEIVING state::LIVE => To(state::PASSED_ON), [SupersedeAll], "7(6)";
        3 RETURNED EXECUTING state::UNDECIDED => To(state::RETURNED), [DiscontinueAll], "9(3)";
        4 INCOMPLETE_TOLD EXECUTING state::LIVE => Stay, [], "16(2)(a)";
        4 FURTHER_MEASURES_TOLD EXECUTING state::LIVE => Stay, [], "16(2)(b)";
        4 FURTHER_MEASURES_ANSWERED ISSUING_SIDE state::LIVE => Stay, [], "16(2)(b)";
        4 FORMALITIES_IMPOSSIBLE EXECUTING state::LIVE => Stay, [], "16(2)(c)";
        4 FORMALITIES_ANSWERED ISSUING_SIDE state::LIVE => Stay, [], "9(6)";
        5 INFORMATION_REQUESTED EXECUTING state::LIVE => Stay, [], "11(4), 16(2)(a)";
        5 INFORMATION_SUPPLIED ISSUING_SIDE state::LIVE => Stay, [], "11(4), 16(2)(a)";
        6 CONSULTED EXECUTING state::ANY => Stay, [], "6(3), 9(6), 11(4), 13(4), 21(2), 32(5)";
        6 CONSULTATION_ANSWERED ISSUING_SIDE state::ANY => Stay, [], "6(3), 9(6), 11(4), 13(4), 21(3), 32(5)";
        7 OTHER_MEASURE_TOLD EXECUTING state::WITH_COMPETENT => Stay, [], "10(1) to 10(4), 16(3)(a)";
        7 OTHER_MEASURE_ANSWERED ISSUING_SIDE state::WITH_COMPETENT => Stay, [], "10(4)";
        8 DELAY_TOLD EXECUTING NEW => Stay, [ExtendInTime(D2)], "12(5)";
        9 RECOGNISED EXECUTING NEW => To(state::EXECUTING),
            [Stop(D2), StartFor("measure", D3)], "9(1), 12(3), 12(4)";
        10 REFUSED EXECUTING state::LIVE => To(state::REFUSED),
            [Stop(D2), Stop(D5), DiscontinueAll], "11, 16(3)(a)";
        10 ASSISTANCE_IMPOSSIBLE EXECUTING state::LIVE => To(state::IMPOSSIBLE),
            [Stop(D2), Stop(D5), DiscontinueAll], "10(5)";
        11 POSTPONED EXECUTING NEW.and(state::AT_WORK) => Aside(state::POSTPONED), [Suspend(D2), Suspend(D3)], "15(1), 16(3)(b)";
        11 POSTPONEMENT_ENDED EXECUTING POSTPONED => Resume, [ResumeExcluding(D2), ResumeExcluding(D3)], "15(2)";
        12 DATE_ASKED ISSUING_SIDE state::LIVE => Stay, [Start(D4)], "12(2)";
        12 DATE_IMPOSSIBLE EXECUTING state::WITH_COMPETENT => Stay, [], "12(2), 12(5)";
        13 MEASURE_DELAY_TOLD EXECUTING state::AT_WORK => Stay, [], "12(6)";
        13 TIMING_ANSWERED ISSUING_SIDE state::WITH_COMPETENT => Stay, [], "12(6)";
        14 MEASURE_CARRIED_OUT AT_THE_PLACE state::AT_WORK => Stay, [], "12(4)";
        14 CARRIED_OUT EXECUTING state::AT_WORK => To(state::CARRIED_OUT), [Stop(D3), Stop(D4), Start(D8)], "12(4), 13(1)";
        15 RESULTS_IN_PART EXECUTING state::AT_WORK => To(state::PARTLY_EXECUTED), [], "13(1), 13(3)";
        15 RESULTS_IN_PART EXECUTING POSTPONED => ResumeAt(state::PARTLY_EXECUTED, state::AT_WORK), [], "13(1), 13(3)";
        15 RESULTS_IN_PART EXECUTING CARRIED_OUT.and(DONE) => Stay, [], "13(1), 13(3)";
        15 RESULTS_TRANSFERRED EXECUTING state::AT_WORK.and(CARRIED_OUT) => To(state::TRANSFERRED),
            [Stop(D3), Stop(D4), Stop(D8), DiscontinueAll], "13(1), 13(3)";
        16 TRANSFER_SUSPENDED EXECUTING state::AT_WORK.and(CARRIED_OUT) => Stay, [Suspend(D8)], "13(2)";
        16 TRANSFER_RESUMED EXECUTING state::AT_WORK.and(CARRIED_OUT) => Stay, [ResumeExcluding(D8)], "13(2)";
        17 EVIDENCE_RETURNED ISSUING state::UNDER_EXECUTION => Stay, [], "13(3), 13(4)";
        18 REMEDY_TOLD BOTH state::ANY => Stay, [], "14(5)";
        18 REMEDY_DECIDED BOTH state::ANY => Stay, [], "14(5), 14(7)";
        19 CONFIDENTIALITY_IMPOSSIBLE EXECUTING state::LIVE => Stay, [], "19(2)";
        20 PROVISIONAL_DECIDED EXECUTING state::WITH_COMPETENT => Stay, [Stop(D5)], "32(2)";
        20 LIFTING_INTENDED EXECUTING state::UNDER_EXECUTION.and(NEW) => Stay, [], "32(5)";
        20 LIFTING_COMMENTED ISSUING_SIDE state::UNDER_EXECUTION.and(NEW) => Stay, [], "32(5)";
        20 PROVISIONAL_LIFTED BOTH state::UNDER_EXECUTION.and(NEW) => Stay, [], "32(4), 32(5)";
        21 PERSON_TRANSFERRED BOTH state::AT_WORK => Stay, [], "22(1), 22(5), 23(1)";
        21 PERSON_RETURNED BOTH state::UNDER_EXECUTION => Stay, [], "22(5), 23(2)";
        21 PRESENCE_ENDED ISSUING state::UNDER_EXECUTION => Stay, [Start(D7)], "22(9)";
        22 STATUS_ASKED ISSUING_SIDE state::ANY => Stay, [], "–";
        22 STATUS_TOLD RECEIVING state::ANY => Stay, [], "–";
        23 FREE_MESSAGE ANY_PARTY state::ANY => Stay, [], "9(6)";
        24 SUPPLEMENTED ISSUING state::LIVE.and(DONE) => Stay, [], "8";
        25 REPLACED ISSUING state::LIVE => To(state::REPLACED),
            [DiscontinueAll], "–";
        26 WITHDRAWN ISSUING state::LIVE => To(state::WITHDRAWN),
            [DiscontinueAll], "10(4), 21(3)(a)";
        27 CORRECTED ANY_PARTY state::ANY => Stay, [], "–";
    }
}
