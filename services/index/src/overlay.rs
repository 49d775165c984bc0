//! A map of changed rows over a base. Owns what is dirty, since when, and how many bytes all of it takes; it knows no row's
//! meaning.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::weight::Weigh;

/// A changed row.
struct Cell<V> {
    value: Option<V>,
    changed_at: u64,
    dirty: bool,
    stored: bool,
    bytes: usize,
}

/// Changed rows by key; `None` is a deleted row.
pub(crate) struct Overlay<K, V> {
    cells: BTreeMap<K, Cell<V>>,
    dirty: Vec<K>,
    bytes: usize,
}

impl<K, V> Default for Overlay<K, V> {
    fn default() -> Self {
        Self { cells: BTreeMap::new(), dirty: Vec::new(), bytes: 0 }
    }
}

impl<K: Clone + Ord + Weigh, V: Clone + Weigh> Overlay<K, V> {
    /// The staged row: `Some(None)` where it was deleted, `None` where the base decides.
    pub(crate) fn get(&self, key: &K) -> Option<Option<&V>> {
        self.cells.get(key).map(|cell| cell.value.as_ref())
    }

    /// Takes a staged row out for a change, so that it is not copied; it must be set again at once.
    pub(crate) fn take(&mut self, key: &K) -> Option<V> {
        self.cells.get_mut(key).and_then(|cell| cell.value.take())
    }

    /// Sets or deletes a row as of a position.
    pub(crate) fn set(&mut self, key: K, value: Option<V>, changed_at: u64) {
        let bytes = weight_of(&key, value.as_ref());
        self.bytes += bytes;
        match self.cells.get_mut(&key) {
            Some(cell) => {
                self.bytes -= std::mem::replace(&mut cell.bytes, bytes);
                cell.value = value;
                cell.changed_at = changed_at;
                if !cell.dirty {
                    cell.dirty = true;
                    self.dirty.push(key);
                }
            }
            None => {
                // A deletion of a row that is not staged must reach the base, which may hold it.
                let stored = value.is_none();
                self.dirty.push(key.clone());
                self.cells.insert(key, Cell { value, changed_at, dirty: true, stored, bytes });
            }
        }
    }

    /// As [`Overlay::set`], of a row that the base may hold already though it is not staged: a deletion must reach it.
    pub(crate) fn set_again(&mut self, key: K, value: Option<V>, changed_at: u64) {
        self.set(key.clone(), value, changed_at);
        if let Some(cell) = self.cells.get_mut(&key) {
            cell.stored = true;
        }
    }

    /// Takes the dirty rows for a batch. A row that came and went between two batches is not among them.
    pub(crate) fn take_dirty(&mut self) -> Vec<(K, Option<V>)> {
        let mut taken = Vec::with_capacity(self.dirty.len());
        for key in self.dirty.drain(..) {
            let Some(cell) = self.cells.get_mut(&key) else { continue };
            cell.dirty = false;
            if cell.value.is_none() && !cell.stored {
                self.bytes -= cell.bytes;
                self.cells.remove(&key);
                continue;
            }
            cell.stored = cell.value.is_some();
            taken.push((key, cell.value.clone()));
        }
        taken
    }

    /// Forgets rows that the base holds by now: those not changed at or after `through`.
    pub(crate) fn evict(&mut self, through: u64) {
        let bytes = &mut self.bytes;
        self.cells.retain(|_, cell| {
            let stays = cell.dirty || cell.changed_at >= through;
            *bytes -= if stays { 0 } else { cell.bytes };
            stays
        });
    }

    /// Every staged row; `None` is one that was deleted.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, Option<&V>)> {
        self.cells.iter().map(|(key, cell)| (key, cell.value.as_ref()))
    }

    /// Staged rows between two keys, in order.
    pub(crate) fn range(&self, keys: (Bound<&K>, Bound<&K>)) -> impl Iterator<Item = (&K, Option<&V>)> {
        self.cells.range::<K, _>(keys).map(|(key, cell)| (key, cell.value.as_ref()))
    }

    /// Number of staged rows.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// Bytes of memory that the staged rows take, about.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

/// A dirty key stands in the list of dirty keys too.
fn weight_of<K: Weigh, V: Weigh>(key: &K, value: Option<&V>) -> usize {
    let heap = value.map_or(0, Weigh::heap_bytes);
    size_of::<Cell<V>>() + heap + 2 * key.bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_was_set_again_and_went_between_two_batches_is_deleted_from_the_base() {
        let mut overlay = Overlay::<u8, u8>::default();
        overlay.set(1, Some(1), 0);
        assert_eq!(overlay.take_dirty(), [(1, Some(1))]);
        overlay.evict(9);
        overlay.set_again(1, Some(1), 10);
        overlay.set_again(1, None, 11);
        assert_eq!(overlay.take_dirty(), [(1, None)]);
    }

    #[test]
    fn a_row_that_came_and_went_between_two_batches_never_reaches_the_base() {
        let mut overlay = Overlay::<u8, u8>::default();
        overlay.set(1, Some(1), 0);
        overlay.set(1, None, 1);
        assert!(overlay.take_dirty().is_empty());
    }

    #[test]
    fn a_stored_row_that_is_deleted_reaches_the_base_as_a_deletion() {
        let mut overlay = Overlay::<u8, u8>::default();
        overlay.set(1, Some(1), 0);
        assert_eq!(overlay.take_dirty(), [(1, Some(1))]);
        overlay.set(1, None, 5);
        assert_eq!(overlay.take_dirty(), [(1, None)]);
        overlay.evict(6);
        assert!(overlay.get(&1).is_none());
    }

    #[test]
    fn a_row_changed_after_the_batch_is_kept() {
        let mut overlay = Overlay::<u8, u8>::default();
        overlay.set(1, Some(1), 0);
        overlay.take_dirty();
        overlay.set(1, Some(2), 7);
        overlay.evict(5);
        assert_eq!(overlay.get(&1), Some(Some(&2)));
    }

    #[test]
    fn bytes_rise_with_what_is_staged_and_are_all_given_back() {
        let mut overlay = Overlay::<u64, u64>::default();
        let one = {
            overlay.set(1, Some(1), 0);
            overlay.bytes()
        };
        assert!(one >= 2 * size_of::<u64>());
        overlay.set(1, Some(2), 1);
        assert_eq!(overlay.bytes(), one, "a row that is changed again is the same row");
        overlay.set(2, Some(1), 1);
        overlay.set(2, None, 2);
        overlay.take_dirty();
        assert_eq!(overlay.bytes(), one, "a row that came and went is gone");
        overlay.evict(2);
        assert_eq!((overlay.bytes(), overlay.len()), (0, 0));
    }
}
