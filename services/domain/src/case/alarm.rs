//! Alarms: when somebody is told that a clock is nearly due or overdue. Owns the instants; a clock whose due date moves
//! has other alarms from then on. It must not read a clock of its own.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::clock::{Clock, Run};
use super::fold::Case;
use crate::id::MessageId;
use crate::instrument::Symbol;

/// What an alarm says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AlarmKind {
    /// The clock is nearly due.
    Near,
    /// The clock ran out.
    Overdue,
}

impl AlarmKind {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Near => "near",
            Self::Overdue => "overdue",
        }
    }

    /// The kind of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Near, Self::Overdue].into_iter().find(|kind| kind.code() == code)
    }
}

/// One alarm of one clock under one due date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// Code of the clock.
    pub clock: Symbol,
    /// The message that started it.
    pub cause: MessageId,
    /// When it is due.
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    pub due: Timestamp,
    /// What it says.
    pub kind: AlarmKind,
}

impl Clock {
    /// The alarms of this clock with their instants; none while it does not run or nobody fixed a day.
    fn alarms(&self) -> impl Iterator<Item = (Timestamp, Alarm)> + use<> {
        let due = self.due.filter(|_| self.run == Run::Running).map(|due| due.at);
        let (clock, cause) = (self.symbol(), self.cause);
        let before = SignedDuration::from_hours(i64::from(self.definition.near_hours));
        let near = due.and_then(|due| due.checked_sub(before).ok()).filter(|near| Some(*near) != due);
        let at = [(AlarmKind::Near, near), (AlarmKind::Overdue, due)];
        at.into_iter().filter_map(move |(kind, at)| Some((at?, Alarm { clock, cause, due: due?, kind })))
    }
}

impl Case {
    /// Every alarm of its running clocks, with the instant from which it holds.
    pub fn alarms(&self) -> impl Iterator<Item = (Timestamp, Alarm)> {
        self.clocks.iter().flat_map(Clock::alarms)
    }
}
