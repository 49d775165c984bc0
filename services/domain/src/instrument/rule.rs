//! Rows of a life cycle: event, who may raise it, from which states, to which, its clocks, its article.

use super::id::{CapacityId, ClockId, EventId, StateId, StateSet, ValueId};
use crate::mark::Mark;

/// One row of the table.
#[derive(Debug, Clone, Copy)]
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
    /// How far that was checked.
    pub mark: Mark,
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
    /// Stays aside, and where the state remembered is one of the others, the first is the state to resume later.
    ResumeAtLeast(StateId, StateSet),
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
    /// Starts at the declared instant, and ends with the day that the case remembers under this.
    StartUntil(ClockId, ValueId),
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
    /// Stops every clock but those that run on when the case has ended: what they waited for has happened.
    StopAll,
    /// Discontinues every clock but those that run on when the case has ended: what they waited for will not happen any more.
    DiscontinueAll,
    /// Discontinues this one, though it runs on when cases end otherwise: what it waited for will not happen any more.
    Discontinue(ClockId),
    /// Every clock gives way: it runs on in another referral.
    SupersedeAll,
    /// Counts the clock of the request that is answered anew, from the declared instant: the authority says when it received it.
    Received(ClockId),
    /// Counts it anew from the declared instant, where the State's law runs the period from when the warrant is taken up.
    TakenUp(ClockId),
    /// Gives way to another clock where it is still in time; a missed period stays missed.
    Yield(ClockId),
    /// Gets an extension where it is still in time, as often as the State's law gives one.
    ExtendInTime(ClockId),
    /// Ends it, since what started it was not so.
    Void(ClockId),
    /// Counts it anew from the declared instant, where it waited for the end of something that it stands for; one that gave way
    /// meanwhile would run from there.
    Renew(ClockId),
    /// Starts at the declared instant, unless a period for the decision was counted before.
    StartOnce(ClockId),
    /// Starts where the person is held at the declared instant, and it does not run already. One that runs only while the person is held is in
    /// force from then on, unless a period for the decision is open: it starts for whoever is held later, too.
    StartIfHeld(ClockId),
    /// Notes that what it waits for fell due, and was done now, where the clock it follows ran out.
    Note(ClockId),
}
