//! The two-part salted leaf: `0x01 ‖ C(shared) ‖ C(private)`.
//!
//! Owns the commitment function and nothing else. C is HMAC-SHA256 under a 32-byte salt, so that destroying a salt
//! leaves a leaf that proves the tree and tells nothing.

use hmac::{Hmac, KeyInit, Mac};
use rogatory_tlog::{Hash, leaf_hash};
use sha2::Sha256;

/// Length of a leaf in bytes: a version byte and two commitments.
pub const LEAF_BYTES: usize = 65;

/// First byte of every leaf of `evidence/v1`.
pub const LEAF_VERSION: u8 = 0x01;

/// Salt of one commitment; 32 bytes.
pub type Salt = [u8; 32];

/// A leaf of the ledger's tree.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Leaf([u8; LEAF_BYTES]);

impl Leaf {
    /// Commits to both parts of a record, exactly as encoded.
    pub fn commit(shared: &[u8], shared_salt: &Salt, private: &[u8], private_salt: &Salt) -> Self {
        Self::assemble(&commitment(shared, shared_salt), &commitment(private, private_salt))
    }

    /// Puts a leaf together from the shared part's opening and the private part's commitment.
    pub fn reopen(shared: &[u8], shared_salt: &Salt, private_commitment: &[u8; 32]) -> Self {
        Self::assemble(&commitment(shared, shared_salt), private_commitment)
    }

    /// A leaf as stored; `None` when its version byte is unknown.
    pub fn from_bytes(bytes: [u8; LEAF_BYTES]) -> Option<Self> {
        (bytes[0] == LEAF_VERSION).then_some(Self(bytes))
    }

    /// The 65 bytes that are hashed into the tree.
    pub fn as_bytes(&self) -> &[u8; LEAF_BYTES] {
        &self.0
    }

    /// The leaf hash of RFC 6962.
    pub fn hash(&self) -> Hash {
        leaf_hash(&self.0)
    }

    /// Commitment to the shared part.
    pub fn shared_commitment(&self) -> [u8; 32] {
        self.half(1)
    }

    /// Commitment to the private part.
    pub fn private_commitment(&self) -> [u8; 32] {
        self.half(33)
    }

    fn half(&self, start: usize) -> [u8; 32] {
        let mut half = [0; 32];
        half.copy_from_slice(&self.0[start..start + 32]);
        half
    }

    fn assemble(shared: &[u8; 32], private: &[u8; 32]) -> Self {
        let mut bytes = [LEAF_VERSION; LEAF_BYTES];
        bytes[1..33].copy_from_slice(shared);
        bytes[33..].copy_from_slice(private);
        Self(bytes)
    }
}

/// HMAC-SHA256 of the bytes under the salt.
pub fn commitment(bytes: &[u8], salt: &Salt) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(salt).expect("HMAC takes a key of any length");
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reopening_the_shared_part_gives_the_committed_leaf() {
        let leaf = Leaf::commit(b"shared", &[1; 32], b"private", &[2; 32]);
        assert!(leaf == Leaf::reopen(b"shared", &[1; 32], &leaf.private_commitment()));
        assert!(leaf != Leaf::reopen(b"shared", &[3; 32], &leaf.private_commitment()));
        assert!(leaf != Leaf::reopen(b"Shared", &[1; 32], &leaf.private_commitment()));
    }

    #[test]
    fn a_leaf_of_an_unknown_version_is_not_read() {
        assert!(Leaf::from_bytes([2; LEAF_BYTES]).is_none());
    }
}
