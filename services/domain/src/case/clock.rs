//! One clock of a case with its whole past: started, stopped, lengthened by events. A clock never changes the state of a
//! case; whether it is overdue is asked with a given instant. How long clocks run is the instrument's to say.

mod rule;
mod touch;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::calendar::Due;
use crate::id::MessageId;
use crate::instrument::{ClockDef, ClockId, Length, Symbol};

pub(super) use touch::Touch;

/// How a clock stands, by events alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// Running.
    Running,
    /// Standing still since.
    Suspended(Timestamp),
    /// What it waited for happened then.
    Stopped(Timestamp),
    /// The case ended then, and what it waited for will not happen any more.
    Discontinued(Timestamp),
    /// Another clock took its place then.
    Superseded(Timestamp),
    /// What had started it turned out not to be so, then.
    Void(Timestamp),
}

/// How a clock stands at a given instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Running, not yet due.
    Running,
    /// Running past its due date.
    Overdue,
    /// Standing still.
    Suspended,
    /// Stopped in time.
    Met,
    /// Missed: it was stopped too late, or the case ended after it had fallen due.
    Late,
    /// Not yet due when the case ended without what it waited for.
    Discontinued,
    /// Replaced by another clock.
    Superseded,
    /// Never ran, since what had started it was not so.
    Void,
}

impl Status {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Overdue => "overdue",
            Self::Suspended => "suspended",
            Self::Met => "met",
            Self::Late => "late",
            Self::Discontinued => "discontinued",
            Self::Superseded => "superseded",
            Self::Void => "void",
        }
    }
}

/// Why a due date was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaced {
    /// The limit was extended.
    Extended,
    /// Time was left out of the count.
    IntervalExcluded,
    /// The authority said when it received what it counts from.
    Received,
    /// It counts from when the warrant was taken up.
    TakenUp,
    /// Somebody corrected what they had said.
    Corrected,
}

impl Replaced {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Extended => "extended",
            Self::IntervalExcluded => "interval_excluded",
            Self::Received => "received",
            Self::TakenUp => "taken_up",
            Self::Corrected => "corrected",
        }
    }
}

/// A due date that no longer counts, kept for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastDue {
    /// The date.
    pub due: Due,
    /// Why it was replaced.
    pub why: Replaced,
    /// The message that did it.
    pub by: MessageId,
}

/// By what an end was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counting {
    /// The last day as it would be if no free day had moved it, where one may move it.
    pub unmoved: Option<Date>,
    /// What national law adds, where it decides.
    pub national: Option<NationalCount>,
}

/// What the profile of a State said of one count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NationalCount {
    /// Whether an end on a free day moves; none where it is not known, and the earlier day counts.
    pub rolls: Option<bool>,
    /// Days after the event before the period begins.
    pub begins_after: u16,
    /// Whether the first day counts.
    pub counts_first_day: bool,
}

/// One clock of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Which.
    pub definition: &'static ClockDef,
    /// Its place in the instrument's table.
    pub(super) id: ClockId,
    /// The message that started it.
    pub cause: MessageId,
    /// From when it counts.
    pub started: Timestamp,
    /// The day of the start on the calendar of the jurisdiction; it does not count.
    pub start_day: Date,
    /// How long it runs, its extension and excluded days included; excluded hours are in its due date alone. None where
    /// a day was fixed.
    pub length: Option<Length>,
    /// When it ends; none where nobody fixed a day.
    pub due: Option<Due>,
    /// By what its end was counted; none where a day was fixed.
    pub counting: Option<Counting>,
    /// How it stands.
    pub run: Run,
    /// Whether its one extension is used.
    pub extended: bool,
    /// Whether it was missed before it gave way, or stood: what it waits for had not happened then.
    pub(super) gave_way: bool,
    /// Whether its period waits for the end of something that it stands for, and begins only then.
    pub(super) waits: bool,
    /// Due dates that no longer count, oldest first.
    pub past: Vec<PastDue>,
}

impl Clock {
    /// How it stands at an instant; asking changes nothing.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> Status {
        match self.run {
            Run::Running if self.has_ended_at(now) => Status::Overdue,
            Run::Running => Status::Running,
            Run::Suspended(_) => Status::Suspended,
            Run::Stopped(then) | Run::Discontinued(then) if self.has_ended_at(then) => Status::Late,
            Run::Discontinued(_) => Status::Discontinued,
            Run::Stopped(_) => Status::Met,
            Run::Superseded(_) => Status::Superseded,
            Run::Void(_) => Status::Void,
        }
    }

    /// Whether its end has come at an instant.
    pub(super) fn has_ended_at(&self, instant: Timestamp) -> bool {
        self.due.is_some_and(|due| instant >= due.at)
    }

    /// Whether it still waits for something.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.run, Run::Running | Run::Suspended(_))
    }

    /// Its code.
    #[must_use]
    pub fn symbol(&self) -> Symbol {
        self.definition.symbol()
    }

    /// The last day of its period before it moved off a free day; none where it did not move.
    #[must_use]
    pub fn last_day_unmoved(&self) -> Option<Date> {
        let unmoved = self.counting?.unmoved?;
        self.due.filter(|due| due.date != unmoved).map(|_| unmoved)
    }

    /// Whether its end is an instant within a day, since it is counted in hours, and not the end of a day.
    #[must_use]
    pub fn ends_within_a_day(&self) -> bool {
        matches!(self.length, Some(Length::Hours(_) | Length::FullHours(_)))
    }

    /// Its basis in the act.
    #[must_use]
    pub fn article(&self) -> &'static str {
        self.definition.article
    }
}

#[cfg(test)]
mod tests;
