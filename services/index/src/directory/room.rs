//! How much of its volume a fold of the index may take: what is above the ledger's reserve, and always as much as it
//! replaces. A node whose disk is full must still start.
//!
//! Owns the note of what was removed for a fold. It must not remove or fold anything itself.

use std::fs;
use std::io;
use std::path::Path;

use crate::base::StoreError;

/// File that notes the bytes of what a fold replaces, until one is complete: starts that are killed lose nothing of it.
const REPLACED: &str = "replaced-bytes";

/// Bytes that any index may take, however full the disk is. A ledger that was just begun has one of less.
const SMALLEST_BYTES: u64 = 16 << 20;

/// A file system counts what a file takes in blocks of this many bytes, whatever its own are.
const BLOCK_BYTES: u64 = 512;

/// What a fold may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// Bytes of its volume that stay free.
    pub(super) kept: u64,
    /// Bytes it may take all the same.
    granted: u64,
}

impl Room {
    /// Room for a fold in a directory from which stores of `removed` bytes are about to be removed.
    pub(super) fn replacing(directory: &Path, removed: u64, kept: u64) -> Self {
        let noted =
            fs::read_to_string(directory.join(REPLACED)).ok().and_then(|text| text.trim().parse().ok());
        // A store that is folded anew has less slack in its files than one that grew, or more.
        let granted = noted.unwrap_or(0).max(removed.saturating_mul(2)).max(SMALLEST_BYTES);
        Self { kept, granted }
    }

    /// Notes it for starts that follow when this one is killed.
    pub(super) fn note(self, directory: &Path) -> io::Result<()> {
        fs::write(directory.join(REPLACED), format!("{}\n", self.granted))
    }

    /// Takes the note back.
    pub(super) fn forget(directory: &Path) -> io::Result<()> {
        match fs::remove_file(directory.join(REPLACED)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Whether a store may grow on.
    ///
    /// # Errors
    /// [`StoreError::NoRoom`].
    pub(super) fn check(self, store: &Path, free: u64) -> Result<(), StoreError> {
        if free >= self.kept || bytes_of(store) < self.granted {
            return Ok(());
        }
        Err(StoreError::NoRoom { free, kept: self.kept })
    }
}

/// Bytes that a directory takes on its volume.
pub(super) fn bytes_of(directory: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(found) if found.is_dir() => bytes_of(&entry.path()),
            Ok(found) => found.blocks() * BLOCK_BYTES,
            Err(_) => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: usize = 1 << 20;

    #[test]
    fn a_fold_stops_at_the_reserve_unless_it_takes_no_more_than_it_replaces() {
        let home = tempfile::tempdir().unwrap();
        let store = home.path().join("000002");
        fs::create_dir(&store).unwrap();
        fs::write(store.join("db"), vec![1; 20 * MIB]).unwrap();
        let removed = |bytes: usize| Room::replacing(home.path(), bytes as u64, 100);
        removed(0).check(&store, 100).unwrap();
        let refused = removed(0).check(&store, 99).unwrap_err();
        assert!(matches!(refused, StoreError::NoRoom { free: 99, kept: 100 }), "{refused}");
        removed(12 * MIB).check(&store, 0).unwrap();
    }

    #[test]
    fn what_a_killed_start_removed_counts_for_the_next_one_until_a_fold_is_complete() {
        let home = tempfile::tempdir().unwrap();
        let grown = 64 << 20;
        Room::replacing(home.path(), grown, 100).note(home.path()).unwrap();
        assert_eq!(Room::replacing(home.path(), 0, 100).granted, 2 * grown);
        for _ in 0..2 {
            Room::forget(home.path()).unwrap();
        }
        assert_eq!(Room::replacing(home.path(), 0, 100).granted, SMALLEST_BYTES);
    }
}
