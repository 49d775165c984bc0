//! The life of a case: states, events, who may raise them, clocks; computed from facts and the tables of an instrument by
//! one pure function. It knows no law, never looks at a wall clock and never decides delivery.

mod admission;
mod alarm;
mod clock;
mod correction;
mod custody;
mod event;
mod fact;
mod fold;
mod notice;
mod order;
mod parameter;
mod position;
mod remark;
#[cfg(test)]
pub(crate) mod tests;

pub use admission::{NotAllowed, admit, may_be_raised};
pub use alarm::{Alarm, AlarmKind};
pub use clock::{Clock, Counting, NationalCount, PastDue, Replaced, Run, Status};
pub use custody::{Custody, CustodyPeriod};
pub use event::{Event, Unfit};
pub use fact::{Earlier, Fact, OpeningFact, PassedOn};
pub use fold::{Case, Crossing, Effect, Question, Step, fold};
pub use notice::Notice;
pub use parameter::{Parameter, Value};
pub use position::Offer;
pub use remark::Remark;
