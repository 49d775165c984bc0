//! The life cycle as a table: event, who may raise it, from which states, to which, its clocks, its article.
//! Validation, folding and the reference pages all read this one table.

use super::clock::ClockId;
use super::event::Kind;
use super::fact::Capacity;
use super::state::{State, States};

/// Where an event leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// To this state.
    To(State),
    /// Nowhere: an overlay that leaves the main state alone.
    Stay,
    /// To `Deferred`, remembering the state left.
    Defer,
    /// Back to the state remembered when the case was deferred.
    Resume,
    /// Stays deferred, and this is the state to resume later.
    ResumeAt(State),
}

/// What an event does to a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockAct {
    /// Starts at the declared instant.
    Start(ClockId),
    /// Starts on the day the event fixes.
    StartOn(ClockId),
    /// Stops: what it waited for has happened.
    Stop(ClockId),
    /// Stops the clock of the request that is answered.
    Answer(ClockId),
    /// Gives way to another clock; its due date is kept.
    Supersede(ClockId),
    /// Stands still.
    Suspend(ClockId),
    /// Runs on from its old start, the time since it gave way not counted (Art. 13(4)).
    ResumeExcluding(ClockId),
    /// Gets the extension of its rule, once.
    Extend(ClockId),
    /// Stops every clock.
    StopAll,
    /// Notes the release as due when the surrender clock ran out (Art. 23(5)).
    Release,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Number of the event in the life cycle.
    pub number: u8,
    /// The event.
    pub kind: Kind,
    /// Who may raise it.
    pub by: &'static [Capacity],
    /// In which states.
    pub from: States,
    /// Where it leads.
    pub next: Next,
    /// What it does to clocks.
    pub clocks: &'static [ClockAct],
    /// Its basis in FD 2002/584/JHA.
    pub article: &'static str,
}

const ISSUING: &[Capacity] = &[Capacity::Issuing];
const EXECUTING: &[Capacity] = &[Capacity::Executing];
const EXECUTING_SIDE: &[Capacity] = &[Capacity::Executing, Capacity::Police];
const BOTH: &[Capacity] = &[Capacity::Issuing, Capacity::Executing];
const ANY_PARTY: &[Capacity] = &[Capacity::Issuing, Capacity::Executing, Capacity::Police];

macro_rules! rules {
    ($($number:literal $kind:ident $by:ident $from:expr => $next:expr, [$($act:expr),*], $article:literal;)+) => {
        /// Every row, in the order of the life cycle.
        pub const RULES: &[Rule] = &[
            $(Rule {
                number: $number,
                kind: Kind::$kind,
                by: $by,
                from: $from,
                next: $next,
                clocks: &[$($act),*],
                article: $article,
            },)+
        ];
    };
}

use ClockAct::{Answer, Extend, Release, ResumeExcluding, Start, StartOn, Stop, StopAll, Supersede, Suspend};
use ClockId::{T1, T2, T3, T4, T5, T6, T8, T9, T10};
use Next::{Defer, Resume, ResumeAt, Stay, To};

const fn at(states: &[State]) -> States {
    States::of(states)
}

const DECIDING: States = States::UNDECIDED.and(at(&[State::Ordered]));
const DATING: States =
    at(&[State::SurrenderDue, State::Prevented, State::Suspended, State::Postponed, State::ReleasedPending]);
const DUE: States = at(&[State::SurrenderDue]);
const DONE: States = at(&[State::Surrendered]);

rules! {
    4 Forwarded EXECUTING at(&[State::Received]) => To(State::Forwarded), [], "10(6)";
    4 ReceivedByCompetent EXECUTING at(&[State::Forwarded]) => To(State::Received), [], "10(6)";
    5 Registered EXECUTING at(&[State::Received]) => To(State::UnderReview), [], "15(1)";
    6 InformationRequested EXECUTING States::BEFORE_FINAL => Stay, [Start(T3)], "15(2), 4a(2)";
    7 InformationSupplied ISSUING States::LIVE => Stay, [Answer(T3)], "15(2), 15(3)";
    8 Arrested EXECUTING_SIDE States::BEFORE_ARREST => To(State::Arrested), [Start(T1)], "11, 12, 17(3)";
    8 Arrested EXECUTING_SIDE at(&[State::Deferred]) => ResumeAt(State::Arrested), [Start(T1)], "11, 12, 17(3)";
    9 ConsentRecorded EXECUTING at(&[State::Arrested, State::Contested]) => To(State::Consented),
        [Supersede(T1), Start(T2)], "13, 17(2)";
    10 ConsentRevoked EXECUTING at(&[State::Consented]) => To(State::Contested),
        [Supersede(T2), ResumeExcluding(T1)], "13(4)";
    11 NoConsent EXECUTING at(&[State::Arrested]) => To(State::Contested), [], "14";
    12 DelayNotified EXECUTING DECIDING => Stay, [Extend(T1), Extend(T2)], "17(4)";
    13 LimitExceeded EXECUTING DECIDING => Stay, [], "17(7)";
    14 Deferred EXECUTING at(&[State::Received, State::UnderReview, State::Arrested, State::Consented, State::Contested])
        => Defer, [], "16, 20, 21";
    14 DeferralEnded EXECUTING at(&[State::Deferred]) => Resume, [], "16, 20, 21";
    15 GuaranteeRequested EXECUTING States::BEFORE_FINAL => Stay, [], "5";
    15 GuaranteeGiven ISSUING States::LIVE => Stay, [], "5";
    16 ExecutionOrdered EXECUTING at(&[State::Consented, State::Contested]) => To(State::Ordered), [], "15(1), 22";
    17 DecisionFinal EXECUTING at(&[State::Ordered]) => To(State::SurrenderDue),
        [Stop(T1), Stop(T2), Start(T4)], "17, 23(2)";
    18 Refused EXECUTING States::BEFORE_FINAL => To(State::Refused), [StopAll], "3, 4, 4a, 17(6), 22";
    19 SentenceTakenOver EXECUTING States::BEFORE_FINAL => To(State::TakenOver), [StopAll], "4(6)";
    20 SurrenderDateProposed BOTH DATING => Stay, [], "23(1)";
    20 SurrenderDateAgreed BOTH DATING => Stay, [], "23(1)";
    21 ForceMajeureFound EXECUTING DUE => To(State::Prevented), [], "23(3)";
    21 NewDateAgreed EXECUTING at(&[State::Prevented, State::ReleasedPending]) => To(State::SurrenderDue),
        [Supersede(T4), Supersede(T6), StartOn(T5)], "23(3)";
    22 SurrenderSuspended EXECUTING DUE => To(State::Suspended), [Suspend(T4), Suspend(T5), Suspend(T6)], "23(4)";
    22 SuspensionEnded EXECUTING at(&[State::Suspended]) => To(State::SurrenderDue),
        [Supersede(T4), Supersede(T5), StartOn(T6)], "23(4)";
    23 SurrenderPostponed EXECUTING DUE => To(State::Postponed), [Suspend(T4), Suspend(T5), Suspend(T6)], "24(1)";
    23 PostponementEnded EXECUTING at(&[State::Postponed]) => To(State::SurrenderDue),
        [Supersede(T5), Supersede(T6), Start(T4)], "24(1)";
    24 TemporarilySurrendered EXECUTING at(&[State::SurrenderDue, State::Postponed]) => To(State::TempSurrendered),
        [Suspend(T4), Suspend(T5), Suspend(T6)], "24(2)";
    24 ReturnedFromTemporary BOTH at(&[State::TempSurrendered]) => To(State::Postponed), [], "24(2)";
    25 Released EXECUTING at(&[State::SurrenderDue, State::Prevented, State::Suspended])
        => To(State::ReleasedPending), [Release, Stop(T4), Stop(T5), Stop(T6)], "23(5)";
    26 Surrendered EXECUTING_SIDE at(&[State::SurrenderDue, State::Prevented, State::ReleasedPending])
        => To(State::Surrendered), [StopAll], "23, 26(2)";
    26 SurrenderConfirmed ISSUING DONE => Stay, [], "23, 26(2)";
    27 Withdrawn ISSUING States::LIVE => To(State::Withdrawn), [StopAll], "–";
    28 ExecutedElsewhere ISSUING States::LIVE => To(State::Withdrawn), [StopAll], "–";
    29 SpecialityConsentRequested ISSUING DONE => Stay, [Start(T8)], "27(3)(g), 27(4)";
    29 SpecialityConsentAnswered EXECUTING DONE => Stay, [Answer(T8)], "27(4)";
    29 OnwardConsentRequested ISSUING DONE => Stay, [Start(T9)], "28(3)";
    29 OnwardConsentAnswered EXECUTING DONE => Stay, [Answer(T9)], "28(3)";
    29 FinallyDischarged ISSUING DONE => Stay, [Start(T10)], "27(3)(a)";
    30 PropertyHandedOver EXECUTING States::BEFORE_SURRENDER.and(at(&[State::Ordered, State::Surrendered]))
        => Stay, [], "29";
    31 HearingArranged EXECUTING States::UNDECIDED => Stay, [], "18, 19";
    32 PersonNotFound EXECUTING States::BEFORE_ARREST => To(State::ClosedNotFound), [StopAll], "–";
    33 Corrected ANY_PARTY States::ANY => Stay, [], "–";
}

/// The row for an event in a state, if it is allowed there.
#[must_use]
pub fn rule(kind: Kind, state: State) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.kind == kind && rule.from.contains(state))
}

/// Whether a capacity may raise an event in any state at all.
#[must_use]
pub fn may_raise(kind: Kind, capacity: Capacity) -> bool {
    RULES.iter().any(|rule| rule.kind == kind && rule.by.contains(&capacity))
}
