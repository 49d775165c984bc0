//! The states of a case at the executing side, and sets of them.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! states {
    ($($name:ident $code:literal $doc:literal;)+) => {
        /// Where a case stands; delivery never implies a state.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum State {
            $(#[doc = $doc] $name,)+
        }

        impl State {
            /// Every state in the order of a usual case.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Stable code in snake case.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }
        }
    };
}

states! {
    Received "received" "With the executing side, nothing done yet.";
    Forwarded "forwarded" "On its way to the competent authority of the same State.";
    UnderReview "under_review" "Registered and being examined.";
    Arrested "arrested" "The person is arrested, consent is open.";
    Consented "consented" "The person consented to surrender.";
    Contested "contested" "The person does not consent.";
    Deferred "deferred" "The decision waits for something outside the case.";
    Ordered "ordered" "Surrender is ordered, not final.";
    SurrenderDue "surrender_due" "The decision is final, surrender is due.";
    Prevented "prevented" "Force majeure prevents surrender.";
    Suspended "suspended" "Surrender is suspended on humanitarian grounds.";
    Postponed "postponed" "Surrender is postponed for proceedings or a sentence of the executing State.";
    TempSurrendered "temporarily_surrendered" "Surrendered for a time, to be returned.";
    ReleasedPending "released_pending" "Released when the time limit ran out; the warrant stands.";
    Surrendered "surrendered" "Surrendered.";
    Refused "refused" "Refused.";
    TakenOver "taken_over" "The executing State executes the sentence itself.";
    Withdrawn "withdrawn" "Withdrawn by the issuing side.";
    ClosedNotFound "closed_not_found" "Closed, the person was not found.";
}

impl State {
    /// Whether the case has ended; later messages may still concern it.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        States::TERMINAL.contains(self)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A set of states.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct States(u32);

impl States {
    /// The set of these states.
    #[must_use]
    pub const fn of(states: &[State]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < states.len() {
            bits |= 1 << states[at] as u32;
            at += 1;
        }
        Self(bits)
    }

    /// The states of both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the set has this state.
    #[must_use]
    pub const fn contains(self, state: State) -> bool {
        self.0 & (1 << state as u32) != 0
    }

    /// The states in order.
    pub fn iter(self) -> impl Iterator<Item = State> {
        State::ALL.iter().copied().filter(move |state| self.contains(*state))
    }

    /// Nobody is arrested yet.
    pub const BEFORE_ARREST: Self = Self::of(&[State::Received, State::Forwarded, State::UnderReview]);
    /// Arrested and not yet decided.
    pub const UNDECIDED: Self =
        Self::of(&[State::Arrested, State::Consented, State::Contested, State::Deferred]);
    /// No final decision.
    pub const BEFORE_FINAL: Self = Self::BEFORE_ARREST.and(Self::UNDECIDED).and(Self::of(&[State::Ordered]));
    /// The decision is final, surrender has not happened.
    pub const BEFORE_SURRENDER: Self = Self::of(&[
        State::SurrenderDue,
        State::Prevented,
        State::Suspended,
        State::Postponed,
        State::TempSurrendered,
        State::ReleasedPending,
    ]);
    /// Not ended.
    pub const LIVE: Self = Self::BEFORE_FINAL.and(Self::BEFORE_SURRENDER);
    /// Ended.
    pub const TERMINAL: Self = Self::of(&[
        State::Surrendered,
        State::Refused,
        State::TakenOver,
        State::Withdrawn,
        State::ClosedNotFound,
    ]);
    /// Every state.
    pub const ANY: Self = Self::LIVE.and(Self::TERMINAL);
}

impl fmt::Debug for States {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
