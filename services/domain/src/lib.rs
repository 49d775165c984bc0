//! The law as data: ids, instruments, life cycles, clocks, calendars, limits and refusals.
//! Pure by rule: no clock, randomness, file, network or runtime; the same input gives the same answer on every node.

pub mod calendar;
pub mod case;
pub mod date;
pub mod fault;
pub mod handling;
pub mod id;
pub mod instrument;
pub mod iso;
pub mod limits;
pub mod mark;
pub mod notation;
pub mod profile;
pub mod referral;
pub mod refusal;
pub mod statistics;
pub mod text;

pub use fault::{Fault, Faults};
pub use handling::Handling;
pub use id::{AgencyId, Country, FederationId, IdError, Justification, MessageId, PersonId, ReferralId};
pub use instrument::Instrument;
pub use referral::Lane;
pub use refusal::{Blame, Code, Refusal, Retry};
