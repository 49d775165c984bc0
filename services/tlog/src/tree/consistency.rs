//! Consistency proofs (RFC 6962, 2.1.2): the newer tree begins with the older one; says nothing about signers.

use super::{NodeReader, TreeError, climb, climb_right_edge, range_root, split};
use crate::{Hash, empty_root, node_hash};

/// Proof that the tree of `new` leaves begins with that of `old`; empty if `old` is 0 or equals `new`.
///
/// # Errors
/// [`TreeError::OutOfRange`] if `old > new`, [`TreeError::Missing`] if a node cannot be read.
pub fn consistency_proof(
    nodes: &(impl NodeReader + ?Sized),
    old: u64,
    new: u64,
) -> Result<Vec<Hash>, TreeError> {
    if old > new {
        return Err(TreeError::OutOfRange);
    }
    let mut proof = Vec::new();
    if old == 0 {
        return Ok(proof);
    }
    let (mut low, mut high) = (0, new);
    while high != old {
        let middle = split(low, high);
        if old <= middle {
            proof.push(range_root(nodes, middle, high)?);
            high = middle;
        } else {
            proof.push(range_root(nodes, low, middle)?);
            low = middle;
        }
    }
    // A verifier knows the old root already when it is a node of the new tree.
    if low > 0 {
        proof.push(range_root(nodes, low, high)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Checks that the tree (`new`, `new_root`) begins with the tree (`old`, `old_root`).
///
/// # Errors
/// [`TreeError`] if range, length or one of the roots do not fit.
pub fn verify_consistency(
    old: u64,
    old_root: Hash,
    new: u64,
    new_root: Hash,
    proof: &[Hash],
) -> Result<(), TreeError> {
    if old > new {
        return Err(TreeError::OutOfRange);
    }
    if old == 0 || old == new {
        let same = (old > 0 || old_root == empty_root()) && (old < new || old_root == new_root);
        return match (proof.is_empty(), same) {
            (false, _) => Err(TreeError::BadLength),
            (true, false) => Err(TreeError::WrongRoot),
            (true, true) => Ok(()),
        };
    }
    // The path starts at the last complete subtree of the old tree, `shift` levels up.
    let shift = old.trailing_zeros();
    let index = (old - 1) >> shift;
    let inner = 64 - (index ^ ((new - 1) >> shift)).leading_zeros() as usize;
    let border = index.checked_shr(inner as u32).unwrap_or(0).count_ones() as usize;
    let (start, path) = match proof.split_first() {
        _ if old.is_power_of_two() => (old_root, proof),
        Some((&first, rest)) => (first, rest),
        None => return Err(TreeError::BadLength),
    };
    if path.len() != inner + border {
        return Err(TreeError::BadLength);
    }
    let (inner, border) = path.split_at(inner);
    // The old tree ends at this path, so only its left siblings count for the old root.
    let old_inner = inner.iter().enumerate().fold(start, |hash, (level, left)| {
        if index >> level & 1 == 1 { node_hash(left, &hash) } else { hash }
    });
    if climb_right_edge(old_inner, border) == old_root
        && climb_right_edge(climb(start, index, inner), border) == new_root
    {
        Ok(())
    } else {
        Err(TreeError::WrongRoot)
    }
}
