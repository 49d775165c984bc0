//! The right edge of a growing tree: all that appending needs to know; must not store finished nodes.

use super::TreeError;
use crate::{Hash, empty_root, node_hash};

/// Compact range over `0..size`: one hash per set bit of the size, largest subtree first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    hashes: Vec<Hash>,
}

impl Frontier {
    /// The tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// A frontier as stored earlier.
    ///
    /// # Errors
    /// [`TreeError::BadLength`] unless there is one hash per set bit of `size`.
    pub fn from_parts(size: u64, hashes: Vec<Hash>) -> Result<Self, TreeError> {
        if hashes.len() == size.count_ones() as usize {
            Ok(Self { size, hashes })
        } else {
            Err(TreeError::BadLength)
        }
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Roots of the complete subtrees, largest (leftmost) first.
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// Appends a leaf hash; `completed` sees every node this completes as (level, index, hash), the leaf first.
    pub fn push(&mut self, leaf: Hash, completed: &mut impl FnMut(u8, u64, Hash)) {
        let mut hash = leaf;
        completed(0, self.size, hash);
        // Each trailing one of the size is a complete left brother waiting for this node.
        for level in 1..=self.size.trailing_ones() {
            let left = self.hashes.pop().expect("a hash stands for every set bit of the size");
            hash = node_hash(&left, &hash);
            completed(level as u8, self.size >> level, hash);
        }
        self.hashes.push(hash);
        self.size += 1;
    }

    /// Root over all leaves.
    pub fn root(&self) -> Hash {
        match self.hashes.split_last() {
            None => empty_root(),
            Some((&last, lefts)) => lefts.iter().rfold(last, |root, left| node_hash(left, &root)),
        }
    }
}
