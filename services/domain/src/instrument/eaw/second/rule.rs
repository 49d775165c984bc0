//! The life cycle of a warrant.

use super::capacity::{
    CENTRAL, EXECUTING as EXECUTOR, ISSUING as ISSUER, ISSUING_CENTRAL, POLICE, PROSECUTOR,
};
use super::clock::{T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13};
use super::{event, state, value};
use crate::instrument::id::{CapacityId, StateId, StateSet};
use crate::instrument::rule::ClockAct::{
    Answer, Discontinue, DiscontinueAll, ExtendInTime, Received, Renew, ResumeExcluding, Start, StartIfHeld,
    StartOn, StartOnce, StartUntil, Stop, SupersedeAll, Suspend, TakenUp, Void, Yield,
};
use crate::instrument::rule::Next::{Aside, Resume, ResumeAt, ResumeAtLeast, Stay, To};
use crate::instrument::rule::Rule;

const ISSUING: &[CapacityId] = &[ISSUER];
const ISSUING_SIDE: &[CapacityId] = &[ISSUER, ISSUING_CENTRAL];
/// What only a court or prosecutor may decide whom its State's law makes an executing judicial authority.
const JUDICIAL: &[CapacityId] = &[EXECUTOR];
/// Who acts for the executing side where nothing is decided.
const ACTING: &[CapacityId] = &[EXECUTOR, PROSECUTOR];
const OFFICES: &[CapacityId] = &[EXECUTOR, PROSECUTOR, CENTRAL];
const EXECUTING_SIDE: &[CapacityId] = &[EXECUTOR, PROSECUTOR, POLICE];
const BOTH: &[CapacityId] = &[ISSUER, EXECUTOR, PROSECUTOR];
const ANY_PARTY: &[CapacityId] = &[ISSUER, ISSUING_CENTRAL, EXECUTOR, PROSECUTOR, CENTRAL, POLICE];

const fn at(states: &[StateId]) -> StateSet {
    StateSet::of(states)
}

const DECIDING: StateSet = state::UNDECIDED.and(state::DECIDED);
const DATING: StateSet = at(&[
    state::SURRENDER_DUE,
    state::PREVENTED,
    state::SUSPENDED,
    state::POSTPONED,
    state::RELEASED_PENDING,
]);
const DUE: StateSet = at(&[state::SURRENDER_DUE]);
/// Decided, perhaps before anybody was arrested, and not finally: the warrant stands, and whoever is arrested on it meanwhile is held.
const REFUSED_NOT_FINALLY: StateSet = at(&[state::REFUSAL_DECIDED, state::APPEALED]);
const HELD_IN_TIME: StateSet = at(&[
    state::ARRESTED,
    state::CONSENTED,
    state::CONTESTED,
    state::SURRENDER_DUE,
    state::PREVENTED,
    state::SUSPENDED,
    state::POSTPONED,
    state::TEMPORARILY_SURRENDERED,
    state::RELEASED_PENDING,
]);
/// Custody may outlast the case, and counts for the issuing State even where another one surrenders the person (Art. 26(1)).
const ENDED_WITHOUT_SURRENDER: StateSet =
    at(&[state::WITHDRAWN, state::REFUSED, state::CLOSED_NOT_FOUND, state::TAKEN_OVER, state::ELSEWHERE]);
/// Somebody is arrested, and may turn out to be another person than the one sought.
const TAKEN_FOR_ANOTHER: StateSet = state::UNDECIDED.and(DATING).and(at(&[state::ORDERED, state::APPEALED]));
const DONE: StateSet = at(&[state::SURRENDERED]);
const AWAY: StateSet = at(&[state::TEMPORARILY_SURRENDERED]);

rules! {
    /// Every row, in the order of the life cycle.
    TABLE from event marked Own {
        4 FORWARDED OFFICES at(&[state::RECEIVED]) => To(state::FORWARDED), [], "10(6)";
        4 RECEIVED_BY_COMPETENT OFFICES at(&[state::FORWARDED]) => To(state::RECEIVED), [], "10(6)";
        4 PASSED_ON OFFICES state::LIVE => To(state::PASSED_ON), [SupersedeAll], "10(6)";
        5 REGISTERED OFFICES at(&[state::RECEIVED]) => To(state::UNDER_REVIEW), [], "15(1)";
        6 FREE_MESSAGE ANY_PARTY state::ANY => Stay, [], "–" V;
        6 STATUS_ASKED ANY_PARTY state::ANY => Stay, [], "–" V;
        6 STATUS_TOLD ANY_PARTY state::ANY => Stay, [], "–" V;
        6 INFORMATION_REQUESTED ACTING state::LIVE => Stay, [Start(T3)], "15(2), 4a(2)";
        7 INFORMATION_SUPPLIED ISSUING_SIDE state::ANY => Stay, [Answer(T3)], "15(2), 15(3)";
        8 ARRESTED EXECUTING_SIDE state::BEFORE_ARREST => To(state::ARRESTED), [Start(T1)], "11, 12, 17(3)" S;
        8 ARRESTED EXECUTING_SIDE at(&[state::DEFERRED]) => ResumeAt(state::ARRESTED, state::BEFORE_ARREST), [Start(T1)], "11, 12, 17(3)" S;
        8 ARRESTED EXECUTING_SIDE REFUSED_NOT_FINALLY => Stay, [StartOnce(T1)], "11, 12, 17(3)";
        8 ARRESTED EXECUTING_SIDE ENDED_WITHOUT_SURRENDER => Stay, [], "–";
        8 TAKEN_UP ACTING state::UNDECIDED => Stay, [TakenUp(T1)], "17(3)";
        8 IDENTITY_NOT_CONFIRMED JUDICIAL TAKEN_FOR_ANOTHER
            => To(state::UNDER_REVIEW), [Void(T1), Void(T2), Void(T4), Void(T5), Void(T6), Void(T7), Void(T13), StartIfHeld(T1)], "15" V;
        8 RIGHTS_TOLD EXECUTING_SIDE state::HELD => Stay, [], "11";
        8 CUSTODY_ORDERED JUDICIAL at(&[state::DEFERRED]) => ResumeAtLeast(state::ARRESTED, state::BEFORE_ARREST), [StartOnce(T1)], "11, 12, 17(3)";
        8 CUSTODY_ORDERED JUDICIAL HELD_IN_TIME => Stay, [], "12";
        8 CUSTODY_ORDERED JUDICIAL state::DECIDED => Stay, [StartOnce(T1)], "12, 23(5)";
        8 CUSTODY_ENDED ACTING state::HELD.and(at(&[state::UNDER_REVIEW])) => Stay, [], "12, 17(5)";
        8 CUSTODY_ENDED ACTING ENDED_WITHOUT_SURRENDER.and(DONE) => Stay, [], "–";
        8 ABSCONDED EXECUTING_SIDE state::HELD.and(at(&[state::UNDER_REVIEW])) => Stay, [], "12";
        8 ABSCONDED EXECUTING_SIDE ENDED_WITHOUT_SURRENDER.and(DONE) => Stay, [], "–";
        8 REARRESTED EXECUTING_SIDE at(&[state::DEFERRED]) => ResumeAtLeast(state::ARRESTED, state::BEFORE_ARREST), [StartOnce(T1)], "11, 12, 17(3)";
        8 REARRESTED EXECUTING_SIDE HELD_IN_TIME => Stay, [], "12";
        8 REARRESTED EXECUTING_SIDE state::DECIDED => Stay, [StartOnce(T1)], "12, 23(5)";
        8 DIED ANY_PARTY state::LIVE => To(state::CLOSED_DIED), [DiscontinueAll, Discontinue(T11)], "–";
        8 DIED ANY_PARTY ENDED_WITHOUT_SURRENDER => Stay, [Discontinue(T11)], "–";
        9 CONSENT_RECORDED JUDICIAL at(&[state::ARRESTED, state::CONTESTED]) => To(state::CONSENTED),
            [Yield(T1), Start(T2)], "13, 17(2)";
        9 CONSENT_RECORDED JUDICIAL at(&[state::DEFERRED])
            => ResumeAt(state::CONSENTED, at(&[state::ARRESTED, state::CONTESTED])), [Yield(T1), Start(T2)], "13, 17(2)";
        10 CONSENT_REVOKED JUDICIAL at(&[state::CONSENTED, state::ORDERED, state::APPEALED]) => To(state::CONTESTED),
            [Yield(T2), Yield(T7), ResumeExcluding(T1)], "13(4)";
        10 CONSENT_REVOKED JUDICIAL at(&[state::SURRENDER_DUE, state::PREVENTED, state::SUSPENDED, state::POSTPONED, state::RELEASED_PENDING])
            => To(state::CONTESTED), [Yield(T2), ResumeExcluding(T1), Yield(T4), Yield(T5), Yield(T6), Yield(T7), Yield(T13)], "13(4)" V;
        10 CONSENT_REVOKED JUDICIAL at(&[state::DEFERRED]) => ResumeAt(state::CONTESTED, at(&[state::CONSENTED])),
            [Yield(T2), ResumeExcluding(T1)], "13(4)";
        11 NO_CONSENT JUDICIAL at(&[state::ARRESTED]) => To(state::CONTESTED), [], "14";
        11 NO_CONSENT JUDICIAL at(&[state::DEFERRED]) => ResumeAt(state::CONTESTED, at(&[state::ARRESTED])), [], "14";
        12 DELAY_NOTIFIED ACTING DECIDING.and(at(&[state::POSTPONED])) => Stay, [ExtendInTime(T1), ExtendInTime(T2)], "17(4)" S;
        13 LIMIT_EXCEEDED OFFICES state::HELD.and(DONE).and(ENDED_WITHOUT_SURRENDER) => Stay, [], "17(7)" S;
        14 DEFERRED JUDICIAL at(&[state::RECEIVED, state::UNDER_REVIEW, state::ARRESTED, state::CONSENTED, state::CONTESTED, state::ORDERED])
            => Aside(state::DEFERRED), [], "16, 20, 21";
        14 DEFERRAL_ENDED JUDICIAL at(&[state::DEFERRED]) => Resume, [Renew(T1), Renew(T2)], "16, 20, 21";
        14 COMPETING_REQUEST_TOLD ACTING state::LIVE => Stay, [], "16";
        14 PRIORITY_DECIDED JUDICIAL state::LIVE => Stay, [], "16";
        14 SURRENDERED_ELSEWHERE EXECUTING_SIDE state::LIVE => To(state::ELSEWHERE), [DiscontinueAll, Discontinue(T11), StartIfHeld(T12)], "16";
        15 GUARANTEE_REQUESTED JUDICIAL state::BEFORE_FINAL => Stay, [], "5" S;
        15 GUARANTEE_GIVEN ISSUING state::LIVE => Stay, [], "5" S;
        15 GUARANTEE_REFUSED ISSUING state::LIVE => Stay, [], "5" S;
        16 EXECUTION_ORDERED JUDICIAL at(&[state::CONSENTED, state::CONTESTED]) => To(state::ORDERED), [], "15(1), 22";
        16 EXECUTION_ORDERED JUDICIAL at(&[state::APPEALED]) => To(state::ORDERED), [Renew(T1), Renew(T2)], "15(1), 22";
        16 OFFENCES_REFUSED JUDICIAL at(&[state::CONSENTED, state::CONTESTED, state::ORDERED, state::APPEALED]) => Stay, [], "17(6)";
        17 APPEAL_LODGED ACTING at(&[state::ORDERED, state::REFUSAL_DECIDED]) => Aside(state::APPEALED), [], "17";
        17 APPEAL_WITHDRAWN ACTING at(&[state::APPEALED]) => Resume, [], "17";
        17 DECISION_FINAL JUDICIAL at(&[state::ORDERED]) => To(state::SURRENDER_DUE),
            [Stop(T1), Stop(T2), Start(T4), Start(T7)], "17, 23(2), 23(5)";
        17 DECISION_FINAL JUDICIAL at(&[state::REFUSAL_DECIDED]) => To(state::REFUSED), [Stop(T1), Stop(T2), DiscontinueAll, StartIfHeld(T12)], "17";
        17 DECISION_FINAL JUDICIAL at(&[state::POSTPONED]) => Stay, [Stop(T1), Stop(T2)], "17, 24(1)";
        18 REFUSED JUDICIAL at(&[state::DEFERRED]) => To(state::REFUSAL_DECIDED), [Renew(T1), Renew(T2)], "3, 4, 4a, 17(6), 22" S;
        18 REFUSED JUDICIAL state::BEFORE_ARREST.and(at(&[state::ARRESTED, state::CONSENTED, state::CONTESTED, state::ORDERED, state::APPEALED]))
            => To(state::REFUSAL_DECIDED), [], "3, 4, 4a, 17(6), 22" S;
        18 REFUSED JUDICIAL at(&[state::SURRENDER_DUE, state::PREVENTED, state::SUSPENDED, state::POSTPONED, state::RELEASED_PENDING])
            => To(state::REFUSAL_DECIDED), [Yield(T4), Yield(T5), Yield(T6), Yield(T13), StartIfHeld(T7)], "23(4), 17(6)" S;
        19 CERTIFICATE_REQUESTED JUDICIAL state::BEFORE_FINAL => Stay, [], "4(6)" V;
        19 CERTIFICATE_SENT ISSUING_SIDE state::BEFORE_FINAL => Stay, [], "4(6)" V;
        19 CERTIFICATE_REFUSED ISSUING_SIDE state::BEFORE_FINAL => Stay, [], "4(6)" V;
        19 SENTENCE_RECOGNISED JUDICIAL state::BEFORE_FINAL => To(state::TAKEN_OVER), [Stop(T1), Stop(T2), DiscontinueAll, StartIfHeld(T12)], "4(6)" V;
        20 SURRENDER_DATE_PROPOSED BOTH DATING => Stay, [], "23(1)" S;
        20 SURRENDER_DATE_ACCEPTED BOTH at(&[state::SURRENDER_DUE, state::POSTPONED, state::RELEASED_PENDING]) => Stay, [Start(T13)], "23(1)" S;
        21 FORCE_MAJEURE_FOUND JUDICIAL DUE => To(state::PREVENTED), [Yield(T13)], "23(3)" S;
        21 SURRENDER_DATE_ACCEPTED BOTH at(&[state::PREVENTED]) => To(state::SURRENDER_DUE),
            [Yield(T4), Yield(T5), Yield(T6), Yield(T7), StartOn(T5), StartOn(T7), Start(T13)], "23(3)" S;
        22 SURRENDER_SUSPENDED JUDICIAL at(&[state::SURRENDER_DUE, state::PREVENTED]) => To(state::SUSPENDED),
            [Suspend(T4), Suspend(T5), Suspend(T6), Yield(T7), Yield(T13)], "23(4)" S;
        22 SUSPENSION_ENDED JUDICIAL at(&[state::SUSPENDED]) => Stay, [], "23(4)" S;
        22 SURRENDER_DATE_ACCEPTED BOTH at(&[state::SUSPENDED]) => To(state::SURRENDER_DUE),
            [Yield(T4), Yield(T5), Yield(T6), Yield(T7), StartOn(T6), StartOn(T7), Start(T13)], "23(4)" S;
        23 SURRENDER_POSTPONED JUDICIAL at(&[state::ORDERED, state::SURRENDER_DUE, state::PREVENTED, state::SUSPENDED, state::RELEASED_PENDING])
            => To(state::POSTPONED), [Suspend(T4), Suspend(T5), Suspend(T6), Yield(T7), Yield(T13)], "24(1)" S;
        23 POSTPONEMENT_ENDED JUDICIAL at(&[state::POSTPONED]) => To(state::SURRENDER_DUE),
            [Yield(T4), Yield(T5), Yield(T6), Yield(T7), Start(T4), Start(T7)], "24(1)";
        24 TEMPORARY_SURRENDER_PROPOSED BOTH at(&[state::SURRENDER_DUE, state::POSTPONED]).and(AWAY) => Stay, [], "24(2)";
        24 TEMPORARY_SURRENDER_ACCEPTED BOTH at(&[state::SURRENDER_DUE, state::POSTPONED]) => Stay, [], "24(2)";
        24 TEMPORARY_SURRENDER_ACCEPTED BOTH AWAY => Stay, [Start(T11)], "24(2)";
        24 TEMPORARILY_SURRENDERED ACTING at(&[state::SURRENDER_DUE, state::POSTPONED])
            => To(state::TEMPORARILY_SURRENDERED), [StartUntil(T11, value::RETURN_ON), Suspend(T4), Suspend(T5), Suspend(T6), Yield(T7), Yield(T13)], "24(2)";
        24 RETURNED_FROM_TEMPORARY BOTH AWAY => To(state::POSTPONED), [Stop(T11)], "24(2)";
        24 RETURNED_FROM_TEMPORARY BOTH at(&[state::WITHDRAWN]) => Stay, [Stop(T11)], "24(2)";
        25 RELEASED ACTING at(&[state::SURRENDER_DUE, state::PREVENTED, state::SUSPENDED])
            => To(state::RELEASED_PENDING), [Stop(T7), Yield(T4), Yield(T5), Yield(T6), StartIfHeld(T7)], "23(5)" S;
        26 SURRENDERED EXECUTING_SIDE DATING.and(AWAY)
            => To(state::SURRENDERED), [Stop(T4), Stop(T5), Stop(T6), Stop(T7), Stop(T13), DiscontinueAll, Discontinue(T11)], "23, 26(2)";
        26 CUSTODY_STATED OFFICES state::HELD.and(at(&[state::SURRENDERED])).and(ENDED_WITHOUT_SURRENDER) => Stay, [], "26(2)";
        26 SURRENDER_CONFIRMED ISSUING DONE => Stay, [], "23";
        27 WITHDRAWN ISSUING state::LIVE.and(at(&[state::REFUSED])) => To(state::WITHDRAWN), [DiscontinueAll, StartIfHeld(T12)], "–" V;
        28 EXECUTED_ELSEWHERE ISSUING state::LIVE.and(at(&[state::REFUSED])) => To(state::WITHDRAWN), [DiscontinueAll, StartIfHeld(T12)], "–";
        29 SPECIALITY_CONSENT_REQUESTED ISSUING DONE => Stay, [Start(T8)], "27(3)(g), 27(4)";
        29 ONWARD_CONSENT_REQUESTED ISSUING DONE => Stay, [Start(T9)], "28(3)";
        29 REQUEST_RECEIVED ACTING DONE => Stay, [Received(T8), Received(T9)], "27(4), 28(3)";
        29 SPECIALITY_CONSENT_ANSWERED JUDICIAL DONE => Stay, [Answer(T8)], "27(4)";
        29 ONWARD_CONSENT_ANSWERED JUDICIAL DONE => Stay, [Answer(T9)], "28(3)";
        29 THIRD_STATE_CONSENT_REQUESTED ISSUING DONE => Stay, [], "28(4)" V;
        29 THIRD_STATE_CONSENT_ANSWERED JUDICIAL DONE => Stay, [], "28(4)" V;
        29 FINALLY_DISCHARGED ISSUING DONE => Stay, [Start(T10)], "27(3)(a)";
        29 RETURNED_TO_SERVE ISSUING DONE => Stay, [], "5(3)";
        30 PROPERTY_HANDED_OVER ACTING state::BEFORE_SURRENDER.and(at(&[state::ORDERED, state::SURRENDERED]))
            => Stay, [], "29";
        30 TRANSIT_ARRANGED ISSUING_SIDE state::BEFORE_SURRENDER => Stay, [], "25" V;
        31 HEARING_REQUESTED ISSUING state::UNDECIDED => Stay, [], "18";
        31 HEARING_ARRANGED JUDICIAL state::UNDECIDED => Stay, [], "18, 19";
        32 PERSON_NOT_FOUND EXECUTING_SIDE state::BEFORE_ARREST => To(state::CLOSED_NOT_FOUND), [DiscontinueAll, StartIfHeld(T12)], "–";
        33 ALERT_DELETED ANY_PARTY at(&[state::SURRENDERED, state::WITHDRAWN, state::TAKEN_OVER, state::CLOSED_DIED, state::ELSEWHERE])
            => Stay, [], "–";
        34 CORRECTED ANY_PARTY state::ANY => Stay, [], "–";
    }
}
