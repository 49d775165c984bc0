//! The engine: stage, decide, append, fold, deliver. A synchronous step machine owned by one thread.
//!
//! Owns every decision of a node and their order. No decision waits: inputs go in, ledger decisions and effects come
//! out, and an effect leaves only when the position it depends on is durable. It must not know tonic, rustls or sled:
//! clock, randomness, disk and peer link are arguments.
//!
//! Reading order: [`scribe`] (how a record is made), [`input`] (what goes in and comes out), [`engine`] and its parts
//! (`submit`, `receive`, `receipts`, `not_yet`, `handover`, `deliver`, `waiting`, `give_up`, `rosters`, `alarms`, `behind`), [`link`] (frames), [`runner`] (the threads),
//! [`open`] (from disk to a running engine).

pub mod author;
pub mod clock;
pub mod engine;
pub mod failure;
pub mod frame;
pub mod input;
pub mod link;
pub mod open;
pub mod reread;
pub mod runner;
pub mod scribe;

pub use clock::{Clock, ManualClock, SystemClock};
pub use engine::{Engine, HoldUp, LinkState, NotYet, Postponed, Published};
pub use failure::Failure;
pub use input::{Accepted, Effect, Input, LinkSink, Outcome, OutcomeSink, Refused, Submission, ToLink};
pub use runner::Handle;
pub use scribe::{Draft, Scribe, Written};
