//! Published RFC 6962 vectors, and properties over random trees of up to a few hundred leaves.

use proptest::prelude::*;

use super::*;
use crate::*;

/// The eight leaves of the Certificate Transparency reference tests.
pub(crate) const REFERENCE_LEAVES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];

const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

const LEAF_1: &str = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
const LEAF_4: &str = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
const NODES_2_3: &str = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
const NODES_4_5: &str = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
const NODES_6_7: &str = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
const NODES_4_7: &str = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";

fn reference_tree() -> MemoryNodes {
    REFERENCE_LEAVES.iter().map(|leaf| leaf_hash(leaf)).collect()
}

fn tree(size: u64) -> MemoryNodes {
    (0..size).map(|index| leaf_hash(&index.to_be_bytes())).collect()
}

fn hex(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(Hash::to_string).collect()
}

/// Flips one bit somewhere in the proof.
fn flipped(proof: &[Hash], at: usize) -> Vec<Hash> {
    let mut proof = proof.to_vec();
    let at = at % (proof.len() * 256);
    proof[at / 256].0[at % 256 / 8] ^= 1 << (at % 8);
    proof
}

#[test]
fn reference_roots_are_reproduced_by_frontier_and_reader() {
    let nodes = reference_tree();
    let mut frontier = Frontier::new();
    for (size, expected) in ROOTS.iter().enumerate() {
        assert_eq!(root(&nodes, size as u64).unwrap().to_string(), *expected);
        assert_eq!(frontier.root().to_string(), *expected);
        assert_eq!(frontier, Frontier::from_parts(size as u64, frontier.hashes().to_vec()).unwrap());
        if let Some(leaf) = REFERENCE_LEAVES.get(size) {
            frontier.push(leaf_hash(leaf), &mut |_, _, _| {});
        }
    }
}

#[test]
fn reference_proofs_are_reproduced() {
    let nodes = reference_tree();
    let inclusion = |index, size| hex(&inclusion_proof(&nodes, index, size).unwrap());
    assert_eq!(inclusion(0, 1), Vec::<String>::new());
    assert_eq!(inclusion(0, 8), [LEAF_1, NODES_2_3, NODES_4_7]);
    assert_eq!(inclusion(5, 8), [LEAF_4, NODES_6_7, ROOTS[4]]);
    assert_eq!(inclusion(2, 3), [ROOTS[2]]);
    assert_eq!(inclusion(1, 5), [ROOTS[1], NODES_2_3, LEAF_4]);
    let consistency = |old, new| hex(&consistency_proof(&nodes, old, new).unwrap());
    assert_eq!(consistency(1, 1), Vec::<String>::new());
    assert_eq!(consistency(1, 8), [LEAF_1, NODES_2_3, NODES_4_7]);
    assert_eq!(consistency(6, 8), [NODES_4_5, NODES_6_7, ROOTS[4]]);
    assert_eq!(consistency(2, 5), [NODES_2_3, LEAF_4]);
}

#[test]
fn sizes_zero_and_equal_accept_only_the_empty_proof_and_the_right_roots() {
    let (one, other) = (leaf_hash(b"1"), leaf_hash(b"2"));
    assert_eq!(verify_consistency(0, empty_root(), 5, one, &[]), Ok(()));
    assert_eq!(verify_consistency(0, empty_root(), 0, empty_root(), &[]), Ok(()));
    assert_eq!(verify_consistency(0, one, 5, other, &[]), Err(TreeError::WrongRoot));
    assert_eq!(verify_consistency(0, empty_root(), 0, one, &[]), Err(TreeError::WrongRoot));
    assert_eq!(verify_consistency(0, empty_root(), 5, one, &[one]), Err(TreeError::BadLength));
    assert_eq!(verify_consistency(3, one, 3, one, &[]), Ok(()));
    assert_eq!(verify_consistency(3, one, 3, other, &[]), Err(TreeError::WrongRoot));
    assert_eq!(verify_consistency(3, one, 3, one, &[one]), Err(TreeError::BadLength));
    assert_eq!(verify_consistency(4, one, 3, one, &[]), Err(TreeError::OutOfRange));
    assert_eq!(verify_consistency(3, one, 4, one, &[]), Err(TreeError::BadLength));
    assert_eq!(verify_inclusion(one, 0, 1, &[], one), Ok(()));
    assert_eq!(verify_inclusion(one, 0, 0, &[], empty_root()), Err(TreeError::OutOfRange));
    assert_eq!(verify_multiproof(&[(0, one)], 1, &[], one), Ok(()));
    assert_eq!(verify_multiproof(&[], 3, &[one], one), Err(TreeError::BadIndices));
}

#[test]
fn largest_sizes_do_not_overflow() {
    let leaf = leaf_hash(b"");
    let proof = vec![leaf; 64];
    let last = u64::MAX - 1;
    let root = root_from_inclusion(leaf, 0, u64::MAX, &proof).unwrap();
    // For the first leaf both proofs hold the same hashes: every sibling stands right, nearest first.
    assert_eq!(verify_multiproof(&[(0, leaf)], u64::MAX, &proof, root), Ok(()));
    assert_eq!(root_from_inclusion(leaf, last, u64::MAX, &proof), Err(TreeError::BadLength));
    assert!(root_from_inclusion(leaf, last, u64::MAX, &proof[..63]).is_ok());
    assert_eq!(verify_consistency(last, leaf, u64::MAX, leaf, &proof), Err(TreeError::WrongRoot));
}

proptest! {
    #[test]
    fn every_inclusion_verifies_and_nothing_close_to_it_does(
        size in 1u64..300, index in any::<prop::sample::Index>(), other in 0u64..300, at in any::<usize>()
    ) {
        let nodes = tree(size);
        let (root, index) = (nodes.root(), index.index(size as usize) as u64);
        let leaf = nodes.node(0, index).unwrap();
        let proof = inclusion_proof(&nodes, index, size).unwrap();
        prop_assert_eq!(verify_inclusion(leaf, index, size, &proof, root), Ok(()));
        if !proof.is_empty() {
            prop_assert!(verify_inclusion(leaf, index, size, &flipped(&proof, at), root).is_err());
            prop_assert!(verify_inclusion(leaf, index, size, &proof[1..], root).is_err());
        }
        if other != index {
            prop_assert!(verify_inclusion(leaf, other, size, &proof, root).is_err());
        }
        let longer = [&proof[..], &[leaf]].concat();
        prop_assert_eq!(verify_inclusion(leaf, index, size, &longer, root), Err(TreeError::BadLength));
        prop_assert_eq!(inclusion_proof(&nodes, size, size), Err(TreeError::OutOfRange));
        let missing = MissingNode { level: 0, index: size };
        prop_assert!(super::root(&nodes, size + 1).is_err());
        prop_assert_eq!(nodes.node(0, size), Err(missing));
    }

    #[test]
    fn every_consistency_verifies_and_nothing_close_to_it_does(
        new in 1u64..300, old in any::<prop::sample::Index>(), at in any::<usize>()
    ) {
        let nodes = tree(new);
        let old = old.index(new as usize + 1) as u64;
        let (old_root, new_root) = (root(&nodes, old).unwrap(), nodes.root());
        let proof = consistency_proof(&nodes, old, new).unwrap();
        prop_assert_eq!(verify_consistency(old, old_root, new, new_root, &proof), Ok(()));
        let longer = [&proof[..], &[new_root]].concat();
        prop_assert_eq!(verify_consistency(old, old_root, new, new_root, &longer), Err(TreeError::BadLength));
        if !proof.is_empty() {
            let (first, last) = (&proof[1..], &proof[..proof.len() - 1]);
            prop_assert!(verify_consistency(old, old_root, new, new_root, &flipped(&proof, at)).is_err());
            prop_assert!(verify_consistency(old, old_root, new, new_root, first).is_err());
            prop_assert!(verify_consistency(old, old_root, new, new_root, last).is_err());
            prop_assert!(verify_consistency(old, new_root, new, new_root, &proof).is_err());
            prop_assert!(verify_consistency(old, old_root, new, old_root, &proof).is_err());
            prop_assert!(verify_consistency(old - 1, old_root, new, new_root, &proof).is_err());
        }
    }

    #[test]
    fn every_multiproof_verifies_and_yields_the_single_proofs(
        size in 1u64..300, picks in prop::collection::btree_set(0u64..300, 1..40), at in any::<usize>()
    ) {
        let nodes = tree(size);
        let root = nodes.root();
        let mut indices: Vec<u64> = picks.into_iter().map(|pick| pick % size).collect();
        indices.sort_unstable();
        indices.dedup();
        let leaves: Vec<_> = indices.iter().map(|&index| (index, nodes.node(0, index).unwrap())).collect();
        let proof = multiproof(&nodes, &indices, size).unwrap();
        prop_assert_eq!(verify_multiproof(&leaves, size, &proof, root), Ok(()));
        let singles = all_from_multiproof(&leaves, size, &proof).unwrap();
        for (index, single) in indices.iter().zip(singles) {
            prop_assert_eq!(&single, &inclusion_proof(&nodes, *index, size).unwrap());
            prop_assert_eq!(single, single_from_multiproof(&leaves, size, &proof, *index).unwrap());
        }
        let longer = [&proof[..], &[root]].concat();
        prop_assert_eq!(verify_multiproof(&leaves, size, &longer, root), Err(TreeError::BadLength));
        if !proof.is_empty() {
            prop_assert!(verify_multiproof(&leaves, size, &flipped(&proof, at), root).is_err());
            prop_assert!(verify_multiproof(&leaves, size, &proof[1..], root).is_err());
        }
        let mut wrong = leaves.clone();
        wrong[at % leaves.len()].1.0[at % 32] ^= 1;
        prop_assert_eq!(verify_multiproof(&wrong, size, &proof, root), Err(TreeError::WrongRoot));
        let twice = [&leaves[..1], &leaves[..]].concat();
        prop_assert_eq!(verify_multiproof(&twice, size, &proof, root), Err(TreeError::BadIndices));
    }
}
