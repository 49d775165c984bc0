//! Delivery between two nodes as pure state machines: what to send when, and what to do with what comes.
//!
//! Owns order inside a referral, duplicates, credits, reconnects and back-off. It must not know a clock, a network, a
//! disk or a random source: elapsed time and random numbers are arguments.
//!
//! [`outbound`] is the sender's side of one peer, [`postponed`] what that peer cannot take yet, [`flow`] how much is in flight,
//! [`asking`] what is asked about that was given up, [`inbound`] judges one received envelope, [`backoff`] spaces dials.

pub mod asking;
pub mod backoff;
pub mod flow;
pub mod inbound;
pub mod outbound;
pub mod postponed;

pub use asking::Asking;
pub use backoff::Backoff;
pub use inbound::{Known, Numbered, Verdict, judge};
pub use outbound::{Outbound, Place, Queued, Session, Window};
pub use postponed::{Postponed, Tally, Wait};
