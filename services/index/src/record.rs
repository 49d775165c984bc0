//! What the fold reads of one record: the shared part, the facts that were sealed beside it, and held proofs.
//!
//! Owns the encoding of facts. It must not hold bodies: the fold needs none.

use rogatory_domain::case::{Alarm, Fact, OpeningFact};
use rogatory_domain::id::AgencyId;
use rogatory_evidence::{Head, Header, Shared};
use serde::{Deserialize, Serialize};

/// Facts of a record, sealed in the ledger and opened only by the node itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Facts {
    /// A referral was opened.
    Opening(OpeningFact),
    /// An event was raised in a referral.
    Event(Fact),
    /// A message was handed over to a consumer.
    HandedOver {
        /// Sender of the message.
        sender: AgencyId,
        /// Position of its TAKEN record.
        position: u64,
        /// Its arrival number.
        arrival: u64,
    },
    /// A consumer has stored every notice up to a position.
    Noticed {
        /// The position.
        through: u64,
    },
    /// A clock is nearly due or overdue.
    ClockAlarm(Alarm),
}

impl Facts {
    /// The bytes to seal.
    pub fn encode(&self) -> Vec<u8> {
        postcard::to_allocvec(self).expect("facts hold only values that postcard can express")
    }

    /// Reads sealed bytes; `None` when they are of another version.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}

/// A receipt that a record holds.
#[derive(Clone, Debug)]
pub struct HeldReceipt {
    /// Position in the recipient's ledger.
    pub index: u64,
    /// The receipt.
    pub shared: Shared,
}

/// One record, opened as far as the fold needs it.
#[derive(Clone, Debug)]
pub struct Folding {
    /// Position in this node's ledger.
    pub position: u64,
    /// The shared part.
    pub shared: Shared,
    /// The facts; `None` where the kind has none or they were erased.
    pub facts: Option<Facts>,
    /// Whether the facts were erased.
    pub erased: bool,
    /// Header of the envelope, in records about one this node holds.
    pub header: Option<Header>,
    /// Keyed digest of the submitted content, in SENT.
    pub submitted: [u8; 32],
    /// Bytes of the envelope.
    pub envelope_bytes: u64,
    /// Receipts in RECEIPTED; notices of messages given up in HEAD_HELD.
    pub receipts: Vec<HeldReceipt>,
    /// Head of a peer, in HEAD_HELD and RECEIPTED.
    pub head: Option<Head>,
}
