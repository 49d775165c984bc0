//! Frames of a peer link in the engine's own terms, so that no generated service code reaches it. The driver converts.

use bytes::Bytes;
use rogatory_domain::id::MessageId;
use rogatory_evidence::pb;

/// One frame.
#[derive(Clone, Debug)]
pub enum Frame {
    /// First frame of each side.
    Hello(Hello),
    /// Second frame of each side: consistency from the head the other holds to the one just shown.
    Link(Vec<Bytes>),
    /// Envelopes.
    Batch(Batch),
    /// Receipts.
    Receipts(Receipts),
    /// A published checkpoint.
    Checkpoint(HeadLink),
    /// Which of these messages, given up by who asks, does the other side hold.
    Question(Vec<MessageId>),
    /// The other side goes by a roster of this version from now on.
    GoesBy(u64),
    /// The other side hangs up for cause.
    Fault {
        /// Stable code.
        code: String,
        /// Id under which the other side's log has the cause.
        error_id: String,
    },
}

/// Who speaks, its newest head, and the newest head it holds of the other side.
#[derive(Clone, Debug)]
pub struct Hello {
    /// Protocol version; 1.
    pub protocol: u32,
    /// Federation.
    pub federation: String,
    /// Agency that speaks.
    pub agency: String,
    /// Its ledger instance.
    pub instance: Bytes,
    /// Its newest head; empty while it signs nothing.
    pub head: Bytes,
    /// The newest head it holds of the other side; empty when none.
    pub held: Bytes,
    /// Version of the roster that it goes by; 0 where it does not say.
    pub roster_version: u64,
}

/// A head and its link to the last head sent on the stream.
#[derive(Clone, Debug)]
pub struct HeadLink {
    /// Signed note.
    pub note: Bytes,
    /// Consistency proof.
    pub consistency: Vec<Bytes>,
}

/// Envelopes with the proof that they stand in the sender's ledger.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Head.
    pub head: HeadLink,
    /// Multiproof over `closed` and `items` together.
    pub proof: Vec<Bytes>,
    /// Epochs that slots use.
    pub epochs: Vec<pb::EpochOffer>,
    /// Envelopes in rising order of index.
    pub items: Vec<Item>,
    /// GIVEN_UP records that close numbers before the items'.
    pub closed: Vec<pb::Opening>,
}

/// One envelope for one recipient.
#[derive(Clone, Debug)]
pub struct Item {
    /// Opening of SENT.
    pub opening: pb::Opening,
    /// Frozen header.
    pub header: Bytes,
    /// Sealed body.
    pub ciphertext: Bytes,
    /// Content key for this recipient.
    pub slot: pb::KeySlot,
}

/// Receipts with the proof that they stand in the recipient's ledger.
#[derive(Clone, Debug)]
pub struct Receipts {
    /// Head.
    pub head: HeadLink,
    /// Multiproof over the openings.
    pub proof: Vec<Bytes>,
    /// Openings in rising order of index; none where all that is answered is not held, or not taken yet.
    pub openings: Vec<pb::Opening>,
    /// Messages that were asked about and that nothing is held of.
    pub not_held: Vec<MessageId>,
    /// Envelopes that cannot be taken yet.
    pub not_yet: Vec<NotYet>,
}

/// An envelope that its recipient cannot take yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotYet {
    /// Position of its SENT record in the sender's ledger.
    pub index: u64,
    /// Stable code; a later release may give one that this one does not know.
    pub code: String,
}
