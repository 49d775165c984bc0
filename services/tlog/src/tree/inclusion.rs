//! Inclusion proofs (RFC 6962, 2.1.1): one leaf stands at one index of a tree; nothing about its meaning.

use super::{NodeReader, TreeError, climb, climb_right_edge, range_root, split};
use crate::Hash;

/// Proof that leaf `index` is in the tree of `size` leaves, the leaf's sibling first.
///
/// # Errors
/// [`TreeError::OutOfRange`] if `index >= size`, [`TreeError::Missing`] if a node cannot be read.
pub fn inclusion_proof(
    nodes: &(impl NodeReader + ?Sized),
    index: u64,
    size: u64,
) -> Result<Vec<Hash>, TreeError> {
    if index >= size {
        return Err(TreeError::OutOfRange);
    }
    let mut proof = Vec::with_capacity(64 - size.leading_zeros() as usize);
    let (mut low, mut high) = (0, size);
    while high - low > 1 {
        let middle = split(low, high);
        if index < middle {
            proof.push(range_root(nodes, middle, high)?);
            high = middle;
        } else {
            proof.push(range_root(nodes, low, middle)?);
            low = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// Root that `proof` leads to from `leaf` at `index` of `size`; the caller compares it with a trusted one.
///
/// # Errors
/// [`TreeError::OutOfRange`] or [`TreeError::BadLength`].
pub fn root_from_inclusion(leaf: Hash, index: u64, size: u64, proof: &[Hash]) -> Result<Hash, TreeError> {
    if index >= size {
        return Err(TreeError::OutOfRange);
    }
    // Below the fork from the tree's last leaf siblings stand on both sides, above it only on the left.
    let inner = 64 - (index ^ (size - 1)).leading_zeros() as usize;
    let border = index.checked_shr(inner as u32).unwrap_or(0).count_ones() as usize;
    if proof.len() != inner + border {
        return Err(TreeError::BadLength);
    }
    let (inner, border) = proof.split_at(inner);
    Ok(climb_right_edge(climb(leaf, index, inner), border))
}

/// Checks that `leaf` stands at `index` of the tree with `size` leaves and this `root`.
///
/// # Errors
/// [`TreeError`] if range, length or root do not fit.
pub fn verify_inclusion(
    leaf: Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: Hash,
) -> Result<(), TreeError> {
    if root_from_inclusion(leaf, index, size, proof)? == root { Ok(()) } else { Err(TreeError::WrongRoot) }
}
