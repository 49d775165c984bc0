//! One proof for many leaves of a tree: the roots of all maximal subtrees without a proven leaf, left to right.
//! The order of the hashes follows from indices and size alone, so nothing but hashes travels.

use core::ops::Range;
use core::slice::Iter;

use super::{NodeReader, TreeError, range_root, split};
use crate::{Hash, node_hash};

/// Proof for all `indices` (strictly ascending, not empty) in the tree of `size` leaves.
///
/// # Errors
/// [`TreeError::BadIndices`], [`TreeError::OutOfRange`], or [`TreeError::Missing`] if a node cannot be read.
pub fn multiproof(
    nodes: &(impl NodeReader + ?Sized),
    indices: &[u64],
    size: u64,
) -> Result<Vec<Hash>, TreeError> {
    check_indices(indices.iter().copied(), size)?;
    let mut proof = Vec::new();
    collect(nodes, &mut indices.iter(), &mut proof, 0, size)?;
    Ok(proof)
}

fn collect(
    nodes: &(impl NodeReader + ?Sized),
    wanted: &mut Iter<'_, u64>,
    proof: &mut Vec<Hash>,
    low: u64,
    high: u64,
) -> Result<(), TreeError> {
    if wanted.as_slice().first().is_none_or(|&index| index >= high) {
        proof.push(range_root(nodes, low, high)?);
    } else if high - low == 1 {
        wanted.next();
    } else {
        let middle = split(low, high);
        collect(nodes, wanted, proof, low, middle)?;
        collect(nodes, wanted, proof, middle, high)?;
    }
    Ok(())
}

/// Checks that every (index, leaf hash) of `leaves` stands in the tree with `size` leaves and this `root`.
///
/// # Errors
/// [`TreeError`] if indices, range, length or root do not fit.
pub fn verify_multiproof(
    leaves: &[(u64, Hash)],
    size: u64,
    proof: &[Hash],
    root: Hash,
) -> Result<(), TreeError> {
    if walk(leaves, size, proof, |_, _| {})? == root { Ok(()) } else { Err(TreeError::WrongRoot) }
}

/// Inclusion proof of the one leaf at `index`, cut out of a multiproof that was verified before.
///
/// # Errors
/// [`TreeError::BadIndices`] if `index` is not among the leaves, else as for verifying.
pub fn single_from_multiproof(
    leaves: &[(u64, Hash)],
    size: u64,
    proof: &[Hash],
    index: u64,
) -> Result<Vec<Hash>, TreeError> {
    let place = leaves.binary_search_by_key(&index, |leaf| leaf.0).map_err(|_| TreeError::BadIndices)?;
    let mut single = Vec::new();
    walk(leaves, size, proof, |under, sibling| {
        if under.contains(&place) {
            single.push(sibling);
        }
    })?;
    Ok(single)
}

/// Inclusion proofs of all leaves, in their order, in one pass over a multiproof that was verified before.
///
/// # Errors
/// As for verifying.
pub fn all_from_multiproof(
    leaves: &[(u64, Hash)],
    size: u64,
    proof: &[Hash],
) -> Result<Vec<Vec<Hash>>, TreeError> {
    let mut singles = vec![Vec::new(); leaves.len()];
    walk(leaves, size, proof, |under, sibling| {
        singles[under].iter_mut().for_each(|single| single.push(sibling));
    })?;
    Ok(singles)
}

/// Computes the root; `sibling` learns, bottom up, which of the leaves lie under the brother of each hash.
fn walk(
    leaves: &[(u64, Hash)],
    size: u64,
    proof: &[Hash],
    sibling: impl FnMut(Range<usize>, Hash),
) -> Result<Hash, TreeError> {
    check_indices(leaves.iter().map(|leaf| leaf.0), size)?;
    let mut walk = Walk { leaves, used: 0, proof: proof.iter(), sibling };
    let root = walk.subtree(0, size)?;
    // All leaves are used, since their indices ascend below the size; surplus hashes would be malleable.
    if walk.proof.len() == 0 { Ok(root) } else { Err(TreeError::BadLength) }
}

struct Walk<'a, S> {
    leaves: &'a [(u64, Hash)],
    used: usize,
    proof: Iter<'a, Hash>,
    sibling: S,
}

impl<S: FnMut(Range<usize>, Hash)> Walk<'_, S> {
    /// Depth is at most 64, the bits of a size.
    fn subtree(&mut self, low: u64, high: u64) -> Result<Hash, TreeError> {
        match self.leaves.get(self.used) {
            Some(&(index, leaf)) if index < high => {
                if high - low == 1 {
                    self.used += 1;
                    return Ok(leaf);
                }
            }
            _ => return self.proof.next().copied().ok_or(TreeError::BadLength),
        }
        let (middle, first) = (split(low, high), self.used);
        let left = self.subtree(low, middle)?;
        let second = self.used;
        let right = self.subtree(middle, high)?;
        (self.sibling)(first..second, right);
        (self.sibling)(second..self.used, left);
        Ok(node_hash(&left, &right))
    }
}

fn check_indices(indices: impl Iterator<Item = u64>, size: u64) -> Result<(), TreeError> {
    let mut previous = None;
    for index in indices {
        if previous.is_some_and(|previous| previous >= index) {
            return Err(TreeError::BadIndices);
        }
        if index >= size {
            return Err(TreeError::OutOfRange);
        }
        previous = Some(index);
    }
    previous.map(|_| ()).ok_or(TreeError::BadIndices)
}
