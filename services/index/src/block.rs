//! Blocks: rows under positions of the ledger, of which neighbours lie under one key of the store.
//!
//! What is new has new positions, so a batch changes few blocks where it would change hundreds of keys, and every key that changes
//! costs sled a copy of the page it lies on. Owns the shape of a block; it knows no row's meaning, and it must not be written by two
//! threads.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::base::StoreError;
use crate::store::{decode, encode, engine};

/// Positions of one block.
const POSITIONS: u64 = 64;

/// Rows of one block by their places in it, in order.
type Rows<V> = BTreeMap<u8, V>;

/// Adds changed rows to a batch, each with what stands before the position in its key; `None` deletes a row.
pub(crate) fn put_all<V: Serialize + DeserializeOwned>(
    tree: &sled::Db,
    batch: &mut sled::Batch,
    changes: impl Iterator<Item = (Vec<u8>, u64, Option<V>)>,
) -> Result<(), StoreError> {
    let mut blocks: BTreeMap<Vec<u8>, Vec<(u8, Option<V>)>> = BTreeMap::new();
    for (prefix, position, row) in changes {
        blocks.entry(key(&prefix, position)).or_default().push((place(position), row));
    }
    for (key, changes) in blocks {
        let stored = tree.get(&key).map_err(engine)?;
        let mut rows: Rows<V> = stored.map_or_else(|| Ok(Rows::new()), |bytes| decode(&bytes))?;
        for (place, row) in changes {
            match row {
                Some(row) => rows.insert(place, row),
                None => rows.remove(&place),
            };
        }
        if rows.is_empty() {
            batch.remove(key);
        } else {
            batch.insert(key, encode(&rows));
        }
    }
    Ok(())
}

/// Rows under a prefix between two positions, in order, from either end.
pub(crate) fn rows<V: DeserializeOwned>(
    tree: &sled::Db,
    prefix: &[u8],
    positions: Range<u64>,
) -> impl DoubleEndedIterator<Item = Result<(u64, V), StoreError>> + use<V> {
    let last = positions.end.saturating_sub(1);
    let found = if positions.is_empty() {
        // From a key up to itself, and without it, there is nothing.
        tree.range(key(prefix, u64::MAX)..key(prefix, u64::MAX))
    } else {
        tree.range(key(prefix, positions.start)..=key(prefix, last))
    };
    found.flat_map(move |entry| {
        let read = entry.map_err(engine).and_then(|(key, bytes)| expanded(&key, &bytes));
        match read {
            Ok(mut rows) => {
                rows.retain(|(position, _)| positions.contains(position));
                rows.into_iter().map(Ok).collect()
            }
            Err(error) => vec![Err(error)],
        }
    })
}

/// How many rows there are in the blocks whose keys begin with something.
pub(crate) fn count(tree: &sled::Db, beginning: &[u8]) -> Result<u64, StoreError> {
    tree.scan_prefix(beginning).values().try_fold(0, |count, bytes| {
        // A block begins with the number of its rows.
        let (rows, _) =
            postcard::take_from_bytes::<u64>(&bytes.map_err(engine)?).map_err(|_| StoreError::Damaged)?;
        Ok(count + rows)
    })
}

/// The rows of a block by their positions.
pub(crate) fn expanded<V: DeserializeOwned>(key: &[u8], bytes: &[u8]) -> Result<Vec<(u64, V)>, StoreError> {
    let number = key.last_chunk().map(|number| u64::from_be_bytes(*number)).ok_or(StoreError::Damaged)?;
    let first = number.checked_mul(POSITIONS).ok_or(StoreError::Damaged)?;
    let rows: Rows<V> = decode(bytes)?;
    if rows.keys().next_back().is_some_and(|place| u64::from(*place) >= POSITIONS) {
        return Err(StoreError::Damaged);
    }
    Ok(rows.into_iter().map(|(place, row)| (first + u64::from(place), row)).collect())
}

/// The key of the block in which a position lies; its last eight bytes are the number of the block.
fn key(prefix: &[u8], position: u64) -> Vec<u8> {
    [prefix, &(position / POSITIONS).to_be_bytes()].concat()
}

fn place(position: u64) -> u8 {
    (position % POSITIONS) as u8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Near the beginning, and at the end of what a position can be.
    fn position() -> impl Strategy<Value = u64> {
        prop_oneof![4 => 0u64..420, 1 => u64::MAX - 140..=u64::MAX]
    }

    /// No name is the beginning of another one with what may follow it, as no code of a state holds a zero.
    fn name(number: u8) -> Vec<u8> {
        [b"a\0".as_slice(), b"ab\0", b"b\0"][usize::from(number)].to_vec()
    }

    #[test]
    fn a_place_that_is_none_of_a_block_is_damage() {
        let bytes = encode(&Rows::from([(64u8, 7u16)]));
        assert!(matches!(expanded::<u16>(&[0; 8], &bytes), Err(StoreError::Damaged)));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

        #[test]
        fn rows_in_blocks_are_read_as_rows_under_keys_of_their_own_would_be(
            batches in prop::collection::vec(
                prop::collection::vec((0u8..3, position(), prop::option::of(any::<u16>())), 0..60), 1..6),
            (prefix, from, to) in (0u8..3, position(), position()),
        ) {
            let home = tempfile::tempdir().unwrap();
            let tree = sled::open(home.path()).unwrap();
            let mut expected = BTreeMap::new();
            for batch in batches {
                let mut changes = sled::Batch::default();
                let rows = batch.iter().map(|(prefix, position, row)| (name(*prefix), *position, *row));
                put_all(&tree, &mut changes, rows).unwrap();
                tree.apply_batch(changes).unwrap();
                for (prefix, position, row) in batch {
                    match row {
                        Some(row) => expected.insert((prefix, position), row),
                        None => expected.remove(&(prefix, position)),
                    };
                }
            }
            let to_be_read: Vec<(u64, u16)> = expected
                .iter()
                .filter(|((of, position), _)| *of == prefix && (from..to).contains(position))
                .map(|((_, position), row)| (*position, *row))
                .collect();
            let read: Vec<(u64, u16)> = rows(&tree, &name(prefix), from..to).collect::<Result<_, _>>().unwrap();
            prop_assert_eq!(&read, &to_be_read);
            let mut back: Vec<(u64, u16)> =
                rows(&tree, &name(prefix), from..to).rev().collect::<Result<_, _>>().unwrap();
            back.reverse();
            prop_assert_eq!(&back, &to_be_read);
            let blocks: std::collections::BTreeSet<_> =
                expected.keys().map(|(prefix, position)| (*prefix, position / POSITIONS)).collect();
            prop_assert_eq!(tree.len(), blocks.len(), "a block without rows is gone");
        }
    }
}
