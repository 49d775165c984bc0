//! Agreement with an independent implementation of the same formats, in both directions.

use proptest::prelude::*;
use rogatory_tlog::*;
use signed_note::{Signer, StandardSigner, StandardVerifier, VerifierList};
use tlog_tiles::{HashReader, Tile as OtherTile, tlog};

/// Lets the other implementation read our nodes.
struct Nodes<'a>(&'a MemoryNodes);

impl HashReader for Nodes<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog::Error> {
        let read = |&index| {
            let (level, index) = tlog::split_stored_hash_index(index);
            let hash = self.0.node(level, index).map_err(|e| tlog::Error::InvalidInput(e.to_string()))?;
            Ok(tlog::Hash(hash.0))
        };
        indexes.iter().map(read).collect()
    }
}

fn tree(size: u64) -> MemoryNodes {
    (0..size).map(|index| leaf_hash(&index.to_be_bytes())).collect()
}

fn theirs(hashes: &[Hash]) -> Vec<tlog::Hash> {
    hashes.iter().map(|hash| tlog::Hash(hash.0)).collect()
}

proptest! {
    #[test]
    fn roots_and_proofs_are_the_same(size in 1u64..2_000, a in any::<u64>(), b in any::<u64>()) {
        let nodes = tree(size);
        let root = tlog::Hash(nodes.root().0);
        prop_assert_eq!(root, tlog::tree_hash(size, &Nodes(&nodes)).unwrap());
        let (index, old) = (a % size, b % size + 1);
        let inclusion = theirs(&inclusion_proof(&nodes, index, size).unwrap());
        prop_assert_eq!(&inclusion, &tlog::prove_record(size, index, &Nodes(&nodes)).unwrap());
        let leaf = tlog::record_hash(&index.to_be_bytes());
        prop_assert!(tlog::check_record(&inclusion, size, root, index, leaf).is_ok());
        let consistency = theirs(&consistency_proof(&nodes, old, size).unwrap());
        prop_assert_eq!(&consistency, &tlog::prove_tree(size, old, &Nodes(&nodes)).unwrap());
        let old_root = tlog::tree_hash(old, &Nodes(&nodes)).unwrap();
        prop_assert!(tlog::check_tree(&consistency, size, root, old, old_root).is_ok());
    }

    #[test]
    fn arbitrary_proofs_get_the_same_verdict(
        size in 0u64..40, at in 0u64..40, picks in prop::collection::vec(0usize..80, 0..7)
    ) {
        // Hashes that do occur in the tree come closer to a valid proof than random ones.
        let nodes = tree(40);
        let any = |&pick: &usize| nodes.node((pick / 40) as u8, (pick % 40 / (1 + pick / 40)) as u64).unwrap();
        let proof: Vec<Hash> = picks.iter().map(any).collect();
        let (root, old_root) = (root(&nodes, size).unwrap(), root(&nodes, at).unwrap());
        let leaf = nodes.node(0, at).unwrap();
        let (r, o, l) = (tlog::Hash(root.0), tlog::Hash(old_root.0), tlog::Hash(leaf.0));
        prop_assert_eq!(
            verify_inclusion(leaf, at, size, &proof, root).is_ok(),
            tlog::check_record(&theirs(&proof), size, r, at, l).is_ok()
        );
        // The other implementation has no proofs from size 0.
        if at > 0 {
            prop_assert_eq!(
                verify_consistency(at, old_root, size, root, &proof).is_ok(),
                tlog::check_tree(&theirs(&proof), size, r, at, o).is_ok()
            );
        }
    }

    #[test]
    fn tiles_have_the_same_paths_and_contents(
        size in 1u64..2_000, level in 0u8..2, index in 0u64..8, width in 1u16..=256, far in 0u64..1 << 40
    ) {
        let nodes = tree(size);
        let tile = Tile::new(TileKind::Hashes(level), index, width).unwrap();
        if tile.is_within(size) {
            let other = OtherTile::new(8, level, index, u32::from(width), false);
            prop_assert_eq!(tile.contents(&nodes).unwrap(), other.read_data(&Nodes(&nodes)).unwrap());
        }
        let far_tile = Tile::new(TileKind::Hashes(level), far, width).unwrap();
        let other = OtherTile::new(8, level, far, u32::from(width), false);
        // The other implementation writes the height of its tiles into the path.
        prop_assert_eq!(far_tile.to_string(), other.path().replacen("tile/8/", "tile/", 1));
    }
}

#[test]
fn a_checkpoint_signed_by_either_side_opens_at_the_other() {
    let secret = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    let vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let signer = StandardSigner::new(secret).unwrap();
    let key: VerifierKey = vkey.parse().unwrap();
    let nodes = tree(77);
    let checkpoint = Checkpoint { origin: key.name().to_owned(), size: 77, root: nodes.root() };
    let text = checkpoint.to_string();

    let other = tlog_tiles::Checkpoint::from_bytes(text.as_bytes()).unwrap();
    assert_eq!((other.origin(), other.size(), other.hash().0), (key.name(), 77, nodes.root().0));
    assert_eq!(other.to_bytes(), text.as_bytes());

    let mut by_them = signed_note::Note::new(text.as_bytes(), &[]).unwrap();
    by_them.add_sigs(&[&signer]).unwrap();
    let read: Note = String::from_utf8(by_them.to_bytes()).unwrap().parse().unwrap();
    assert_eq!(Checkpoint::open(&read, &key), Ok(checkpoint));

    let raw = signer.sign(text.as_bytes()).unwrap().try_into().unwrap();
    let by_us = Note::new(text, vec![SignatureLine::ed25519(&key, &raw).unwrap()]).unwrap();
    let read = signed_note::Note::from_bytes(by_us.to_string().as_bytes()).unwrap();
    let known = VerifierList::new(vec![Box::new(StandardVerifier::new(vkey).unwrap())]);
    assert_eq!(read.verify(&known).unwrap().0.len(), 1);
}
