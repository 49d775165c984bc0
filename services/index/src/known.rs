//! Which ids a base may hold: a filter in memory that answers, for nearly every id it was never told of, that the base need not be
//! asked.
//!
//! Owns the filter alone. It errs to one side: an id that it was told of is never denied, whatever else it holds. Until somebody has
//! told it of everything that the base holds it denies nothing.

use std::hash::{Hash as _, Hasher as _};

/// Bits of one block, which is one line of a processor's cache, so that a look at an id costs one miss.
const BLOCK_BITS: usize = 512;
const BLOCK_WORDS: usize = BLOCK_BITS / 64;
/// Bits that stand for one id. With twelve bits of room for each, a full layer takes about one id in a hundred for one that it knows.
const PROBES: usize = 4;
/// Ids for which one block has room.
const IDS_IN_BLOCK: usize = BLOCK_BITS / 12;
/// Blocks of the first layer: 64 KiB.
const FIRST_BLOCKS: usize = 1_024;
/// Blocks of the largest layer: 32 MiB. Each layer is twice as large as the one before, and this one begins beyond ten million ids;
/// what no longer fits it makes the filter less sharp, not larger.
const BLOCKS_COUNT_MAX: usize = FIRST_BLOCKS << 9;

/// The filter.
#[derive(Clone, Debug)]
pub struct Known {
    layers: Vec<Layer>,
    is_whole: bool,
}

#[derive(Clone, Debug)]
struct Layer {
    blocks: Vec<[u64; BLOCK_WORDS]>,
    ids: usize,
}

impl Known {
    /// Of a base that holds nothing.
    #[must_use]
    pub fn nothing() -> Self {
        Self { layers: Vec::new(), is_whole: true }
    }

    /// Of a base that holds nobody knows what: it denies nothing until [`Known::complete`] is told of it.
    #[must_use]
    pub fn unknown() -> Self {
        Self { is_whole: false, ..Self::nothing() }
    }

    /// Whether it was told of everything.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Tells it of an id.
    pub fn tell(&mut self, id: [u8; 16]) {
        let hash = hash(id);
        // A row is set again and again while it changes; it takes room once.
        if self.holds(hash) {
            return;
        }
        let fits = |layer: &Layer| layer.has_room() || layer.blocks.len() >= BLOCKS_COUNT_MAX;
        if !self.layers.last().is_some_and(fits) {
            let blocks = self.layers.last().map_or(FIRST_BLOCKS, |layer| 2 * layer.blocks.len());
            self.layers.push(Layer { blocks: vec![[0; BLOCK_WORDS]; blocks], ids: 0 });
        }
        if let Some(layer) = self.layers.last_mut() {
            layer.tell(hash);
        }
    }

    /// Whether the base may hold an id. `false` is certain.
    #[must_use]
    pub fn may_hold(&self, id: [u8; 16]) -> bool {
        !self.is_whole || self.holds(hash(id))
    }

    /// Takes in what else the base holds. From now on it denies what it was not told of.
    pub fn complete(&mut self, stored: Self) {
        // The larger layers come last, and the last one takes what is new.
        self.layers.extend(stored.layers);
        self.layers.sort_by_key(|layer| layer.blocks.len());
        self.is_whole = true;
    }

    fn holds(&self, hash: u64) -> bool {
        self.layers.iter().any(|layer| layer.holds(hash))
    }
}

impl Layer {
    fn has_room(&self) -> bool {
        self.ids < self.blocks.len() * IDS_IN_BLOCK
    }

    fn tell(&mut self, hash: u64) {
        let at = self.place(hash);
        for bit in bits(hash) {
            self.blocks[at][bit / 64] |= 1 << (bit % 64);
        }
        self.ids += 1;
    }

    fn holds(&self, hash: u64) -> bool {
        let block = &self.blocks[self.place(hash)];
        bits(hash).all(|bit| block[bit / 64] & (1 << (bit % 64)) != 0)
    }

    /// The number of blocks is a power of two.
    fn place(&self, hash: u64) -> usize {
        (hash >> 36) as usize & (self.blocks.len() - 1)
    }
}

/// The lowest 36 bits of a hash choose the bits in a block, the others choose the block.
fn bits(hash: u64) -> impl Iterator<Item = usize> {
    (0..PROBES).map(move |probe| (hash >> (9 * probe)) as usize & (BLOCK_BITS - 1))
}

/// Ids rise with time and whoever submits chooses them, so they are mixed well.
fn hash(id: [u8; 16]) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(number: u64) -> [u8; 16] {
        u128::from(number).to_be_bytes()
    }

    fn told(numbers: std::ops::Range<u64>) -> Known {
        let mut known = Known::nothing();
        numbers.for_each(|number| known.tell(id(number)));
        known
    }

    #[test]
    fn of_a_million_ids_none_is_denied_and_few_others_are_not() {
        let known = told(0..1_000_000);
        assert!((0..1_000_000).all(|number| known.may_hold(id(number))));
        let taken_for_known = (1_000_000..1_100_000).filter(|number| known.may_hold(id(*number))).count();
        assert!(taken_for_known < 6_000, "{taken_for_known} of 100000");
        let bytes: usize = known.layers.iter().map(|layer| layer.blocks.len() * BLOCK_BITS / 8).sum();
        assert!(bytes < 4 << 20, "{bytes}");
    }

    #[test]
    fn what_was_listed_beside_it_leaves_room_for_as_much_again() {
        let mut known = Known::unknown();
        (0..100).for_each(|number| known.tell(id(number)));
        known.complete(told(100..200_000));
        let before = known.layers.len();
        (200_000..400_000).for_each(|number| known.tell(id(number)));
        assert!((0..400_000).all(|number| known.may_hold(id(number))));
        assert!(known.layers.len() <= before + 1, "the next layer is larger than all before it");
    }

    #[test]
    fn an_id_that_is_told_again_takes_no_more_room() {
        let mut known = told(0..1);
        (0..10_000).for_each(|_| known.tell(id(0)));
        assert_eq!(known.layers[0].ids, 1);
    }

    proptest! {
        #[test]
        fn nothing_is_denied_before_everything_was_told_and_nothing_that_was_told_is_denied_after(
            before in prop::collection::vec(any::<[u8; 16]>(), 0..200),
            stored in prop::collection::vec(any::<[u8; 16]>(), 0..200),
            after in prop::collection::vec(any::<[u8; 16]>(), 0..200),
            other in any::<[u8; 16]>(),
        ) {
            let mut known = Known::unknown();
            before.iter().for_each(|id| known.tell(*id));
            prop_assert!(known.may_hold(other));
            let mut all = Known::nothing();
            stored.iter().for_each(|id| all.tell(*id));
            known.complete(all);
            after.iter().for_each(|id| known.tell(*id));
            for id in before.iter().chain(&stored).chain(&after) {
                prop_assert!(known.may_hold(*id));
            }
        }
    }
}
