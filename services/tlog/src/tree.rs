//! The shape of an RFC 6962 tree and the reader its proofs are built from; must not hold nodes itself.

pub(crate) mod consistency;
pub(crate) mod frontier;
pub(crate) mod inclusion;
pub(crate) mod multiproof;

#[cfg(test)]
mod tests;

use thiserror::Error;

use crate::{Hash, empty_root, node_hash};

/// A stored node that should exist could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("tree node {index} of level {level} is missing")]
pub struct MissingNode {
    /// Height above the leaves; a leaf hash has level 0.
    pub level: u8,
    /// Position within the level, from the left.
    pub index: u64,
}

/// Why a proof could not be built or did not verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TreeError {
    /// The storage lacks a node below the asked size.
    #[error(transparent)]
    Missing(#[from] MissingNode),
    /// An index is not below the size, or an old size is above the new one.
    #[error("index or old size lies outside the tree")]
    OutOfRange,
    /// Indices are empty, repeated or not ascending, or the asked one is not among them.
    #[error("leaf indices are not a strictly ascending, fitting list")]
    BadIndices,
    /// The proof has more or fewer hashes than indices and sizes call for.
    #[error("proof has the wrong number of hashes")]
    BadLength,
    /// The proof leads to another root.
    #[error("proof leads to another root")]
    WrongRoot,
}

/// Access to the complete nodes of a tree, wherever they are stored.
pub trait NodeReader {
    /// Hash of the complete subtree over leaves `index << level .. (index + 1) << level`.
    ///
    /// # Errors
    /// [`MissingNode`] if the subtree is not complete or cannot be read.
    fn node(&self, level: u8, index: u64) -> Result<Hash, MissingNode>;
}

impl<R: NodeReader + ?Sized> NodeReader for &R {
    fn node(&self, level: u8, index: u64) -> Result<Hash, MissingNode> {
        (**self).node(level, index)
    }
}

/// Root over the first `size` leaves.
///
/// # Errors
/// [`MissingNode`] if the reader lacks a node below `size`.
pub fn root(nodes: &(impl NodeReader + ?Sized), size: u64) -> Result<Hash, MissingNode> {
    if size == 0 { Ok(empty_root()) } else { range_root(nodes, 0, size) }
}

/// Root over leaves `low..high`, which must be a non-empty range that [`split`] produces.
fn range_root(nodes: &(impl NodeReader + ?Sized), low: u64, high: u64) -> Result<Hash, MissingNode> {
    let mut end = high;
    // Complete subtrees are the set bits of the width; the smallest lies rightmost.
    let next = |end: &mut u64| {
        let level = (*end - low).trailing_zeros();
        let hash = nodes.node(level as u8, (*end >> level) - 1)?;
        *end -= 1 << level;
        Ok(hash)
    };
    let mut root = next(&mut end)?;
    while end > low {
        root = node_hash(&next(&mut end)?, &root);
    }
    Ok(root)
}

/// First leaf of the right half of `low..high` (at least two leaves): the largest power of two below the width.
const fn split(low: u64, high: u64) -> u64 {
    low + (1 << (high - low - 1).ilog2())
}

/// Hashes along the left edge: every sibling stands left.
fn climb_right_edge(start: Hash, siblings: &[Hash]) -> Hash {
    siblings.iter().fold(start, |hash, left| node_hash(left, &hash))
}

/// Hashes up a path whose turns are the bits of `index`, lowest first.
fn climb(start: Hash, index: u64, siblings: &[Hash]) -> Hash {
    siblings.iter().enumerate().fold(start, |hash, (level, sibling)| {
        if index >> level & 1 == 0 { node_hash(&hash, sibling) } else { node_hash(sibling, &hash) }
    })
}
