//! Test support: small real federations, made in a temporary directory, with one process a node.
//!
//! Owns the processes, the samples and the offline look into a ledger. It must not decide what a test expects.
//!
//! Reading order: [`federation`] (nodes as processes), [`sample`] (what case systems say), [`books`] (a ledger read
//! without its node), [`mod@copy_private`] (an older
//! copy), [`rogue`] (a peer that breaks rules), [`bare`] (a caller without a client library), [`mute`] (one
//! that never answers), [`mod@line`] (a bad network), [`overdue`] (a case out of time), [`lived`] (a
//! federation with every kind of record), [`probe`] (what is asked over plain
//! HTTP), [`mod@signed_roster`] (a roster that changes), [`ways`] (a case for every
//! event), [`eventually()`] (the one way to wait).

pub mod bare;
pub mod books;
pub mod copy_private;
pub mod eventually;
pub mod federation;
pub mod line;
pub mod lived;
pub mod mute;
pub mod overdue;
pub mod probe;
pub mod rogue;
pub mod sample;
pub mod signed_roster;
pub mod ways;

pub use bare::Bare;
pub use books::Books;
pub use copy_private::copy_private;
pub use eventually::eventually;
pub use federation::Federation;
pub use line::{Behaviour, Line};
pub use mute::MutePeer;
pub use overdue::overdue_case;
pub use rogue::Rogue;
pub use signed_roster::{put_roster, signed_roster};
