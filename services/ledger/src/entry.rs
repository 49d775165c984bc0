//! What the log stores: opaque entries, and the decisions that are written as one. It never looks inside.

use bytes::Bytes;

/// Bytes of a leaf: a version byte and two 32-byte commitments.
pub const LEAF_BYTES: usize = 65;

/// One record: what the tree hashes, and the bytes kept beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The bytes under the leaf hash.
    pub leaf: [u8; LEAF_BYTES],
    /// The stored bytes; the ledger never reads them.
    pub payload: Bytes,
}

/// Entries that become durable together or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// In log order, at least one.
    pub entries: Vec<Entry>,
}

impl Decision {
    /// A decision of one entry.
    pub fn single(entry: Entry) -> Self {
        Self { entries: vec![entry] }
    }

    /// Number of positions it takes.
    pub fn len(&self) -> u64 {
        self.entries.len() as u64
    }

    /// True if it has no entry; such a decision is refused.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl From<Vec<Entry>> for Decision {
    fn from(entries: Vec<Entry>) -> Self {
        Self { entries }
    }
}
