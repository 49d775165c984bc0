//! Rows of a life cycle: event, who may raise it, from which states, to which, its clocks, its article.

use super::id::{CapacityId, ClockId, EventId, StateId, StateSet};

/// One row of the table.
#[derive(Debug)]
pub struct Rule {
    /// Number of the event in the life cycle.
    pub number: u8,
    /// The event.
    pub event: EventId,
    /// Who may raise it; the same in every row of an event.
    pub by: &'static [CapacityId],
    /// In which states.
    pub from: StateSet,
    /// Where it leads.
    pub next: Next,
    /// What it does to clocks.
    pub clocks: &'static [ClockAct],
    /// Its basis.
    pub article: &'static str,
}

/// Where an event leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// To this state.
    To(StateId),
    /// Nowhere: an overlay that leaves the main state alone.
    Stay,
    /// To this state, remembering the state left, and the item of a list that the event names.
    Aside(StateId),
    /// Back to the state remembered when the case was set aside.
    Resume,
    /// Stays aside, and the first is the state to resume later; only where the state remembered is one of the others.
    ResumeAt(StateId, StateSet),
}

/// What an event does to a clock. Clocks count from the instant that the event's sender declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockAct {
    /// Starts at the declared instant.
    Start(ClockId),
    /// Starts at the declared instant, where the event names this item of a list.
    StartFor(&'static str, ClockId),
    /// Starts with the day the event names.
    StartOn(ClockId),
    /// Stops: what it waited for has happened.
    Stop(ClockId),
    /// Stops the clock of the request that is answered.
    Answer(ClockId),
    /// Gives way to another clock; its due date is kept.
    Supersede(ClockId),
    /// Stands still.
    Suspend(ClockId),
    /// Runs on from its old start, the time since it stood still or gave way not counted.
    ResumeExcluding(ClockId),
    /// Gets the extension of its definition, once.
    Extend(ClockId),
    /// Stops every clock.
    StopAll,
    /// Notes that what it waits for fell due, and was done now, where the clock it follows ran out.
    Note(ClockId),
}
