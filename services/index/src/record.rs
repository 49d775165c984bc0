//! What the fold reads of one record: the shared part, the facts that were sealed beside it, and held proofs.
//!
//! Owns no encoding: records and facts are read before they come here. It must not hold bodies: the fold needs none.

use rogatory_domain::id::AgencyId;
use rogatory_evidence::{Facts, Head, Header, Shared};

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
    /// Who sent the envelope, in a refusal of one whose header cannot be used.
    pub sender: Option<AgencyId>,
    /// Keyed digest of the submitted content, in SENT.
    pub submitted: [u8; 32],
    /// Bytes of the envelope.
    pub envelope_bytes: u64,
    /// Receipts in RECEIPTED; notices of messages given up in HEAD_HELD.
    pub receipts: Vec<HeldReceipt>,
    /// Head of a peer, in HEAD_HELD and RECEIPTED.
    pub head: Option<Head>,
}
