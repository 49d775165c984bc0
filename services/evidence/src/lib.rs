//! The evidence formats: what a record, an envelope and a proof are, and how each is checked offline.
//!
//! Owns `evidence/v1`: every byte that is hashed or signed. It must not know a clock, a disk, a network or a random
//! source; whoever verifies a court file years later runs exactly this code.
//!
//! Reading order: [`commitment`] (the leaf), [`record`], [`facts`], [`envelope`], [`head`], [`proof`], [`roster`], [`mod@file`].

pub mod commitment;
pub mod envelope;
pub mod facts;
pub mod file;
#[cfg(test)]
mod golden;
pub mod head;
pub mod proof;
pub mod record;
pub mod roster;

/// Generated messages of `rogatory.evidence.v1`; their fields are documented in the protobuf files.
pub mod pb {
    include!(concat!(env!("OUT_DIR"), "/rogatory.evidence.v1.rs"));
}

pub use commitment::{LEAF_BYTES, Leaf, Salt};
pub use envelope::{Digest, Envelope, Header};
pub use facts::{Facts, FactsError};
pub use file::EvidenceFile;
pub use head::{Head, HeadError, Instance, Origin};
pub use proof::{ProofBatch, ProofError, Proven};
pub use record::{Kind, Private, RosterInForce, Shared};
pub use roster::{Member, Roster, RosterChange, RosterDraft, RosterError, RosterRefused};
