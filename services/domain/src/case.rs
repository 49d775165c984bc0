//! The life of a case: states, events, who may raise them, clocks; computed from facts by one pure function.
//! Owns what the law says happens next (FD 2002/584/JHA); never looks at a wall clock and never decides delivery.

mod admission;
mod alarm;
mod clock;
mod event;
mod fact;
mod fold;
mod ground;
mod order;
mod page;
mod parameter;
mod state;
mod table;
#[cfg(test)]
mod tests;

pub use admission::{NotAllowed, admit};
pub use alarm::{Alarm, AlarmKind};
pub use clock::{CLOCKS, Clock, ClockId, ClockRule, PastDue, Replaced, Run, Status};
pub use event::{Event, Kind, Notice};
pub use fact::{Capacity, Fact, OpeningFact};
pub use fold::{Case, Crossing, Effect, Question, QuestionKind, Step, fold};
pub use ground::{DeferralReason, Ground, Guarantee};
pub use page::{clocks_markdown, state_diagram, table_markdown};
pub use parameter::{Parameter, UnfitParameter, Value};
pub use state::{State, States};
pub use table::{ClockAct, Next, RULES, Rule, may_raise, rule};
