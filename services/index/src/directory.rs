//! The directory of the index: which store in it may be trusted, and how a rebuild replaces one.
//!
//! Owns the numbered sub-directories and the marker of a clean close. A rebuild always goes into a new directory and
//! swaps, because a sled that panicked may still hold its lock.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rogatory_tlog::Hash;
use tracing::{info, warn};

use crate::base::StoreError;
use crate::store::Store;

const CLOSED: &str = "closed-cleanly";
const COMPLETE: &str = "complete";

/// The directory of an agency's index.
#[derive(Clone, Debug)]
pub struct Directory {
    path: PathBuf,
    boot_id: String,
}

/// A store that was opened, and how much of the ledger it holds.
pub struct Opened {
    /// The store.
    pub store: Store,
    /// Records it holds; folding goes on from here. 0 for a fresh one.
    pub through: u64,
    /// Why the store before it was not used, if one was there.
    pub rebuilt_because: Option<&'static str>,
    number: u64,
}

impl Directory {
    /// The directory at a path, for the machine's present boot.
    pub fn new(path: &Path, boot_id: &str) -> Self {
        Self { path: path.to_owned(), boot_id: boot_id.to_owned() }
    }

    /// Opens the newest store if it may be trusted, or a fresh one to fold into.
    ///
    /// `root_at` gives the ledger's own root at a size, or `None` beyond its end.
    ///
    /// # Errors
    /// When not even a fresh store can be opened.
    pub fn open(&self, root_at: impl Fn(u64) -> Option<Hash>) -> Result<Opened, StoreError> {
        fs::create_dir_all(&self.path).map_err(io_error)?;
        let newest = self.numbers()?.last().copied();
        let Some(number) = newest else { return self.fresh(1, None) };
        match self.trusted(number, root_at) {
            Ok((store, through)) => Ok(Opened { store, through, rebuilt_because: None, number }),
            Err(reason) => {
                warn!(number, reason, "the index is folded again from the ledger");
                self.fresh(number + 1, Some(reason))
            }
        }
    }

    /// A fresh store whatever stands, for `index rebuild`.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn rebuild(&self) -> Result<Opened, StoreError> {
        fs::create_dir_all(&self.path).map_err(io_error)?;
        self.fresh(self.numbers()?.last().map_or(1, |n| n + 1), Some("a rebuild was asked for"))
    }

    /// Marks a store as holding what the ledger held, and removes the ones before it.
    ///
    /// # Errors
    /// When the marker cannot be written.
    pub fn complete(&self, opened: &Opened) -> Result<(), StoreError> {
        let number = opened.number;
        fs::write(self.at(number).join(COMPLETE), &self.boot_id).map_err(io_error)?;
        for older in self.numbers()?.into_iter().filter(|n| *n < number) {
            if let Err(error) = fs::remove_dir_all(self.at(older)) {
                warn!(older, %error, "an older index could not be removed");
            }
        }
        info!(number, through = opened.through, "the index is complete");
        Ok(())
    }

    /// Marks the newest store as closed cleanly. Call it after the store's last flush.
    ///
    /// # Errors
    /// When the marker cannot be written.
    pub fn close(&self) -> Result<(), StoreError> {
        match self.numbers()?.last() {
            Some(number) => fs::write(self.at(*number).join(CLOSED), &self.boot_id).map_err(io_error),
            None => Ok(()),
        }
    }

    /// Opens the newest store for reading beside a fresh fold, without trusting it.
    ///
    /// # Errors
    /// When there is none or it cannot be opened.
    pub fn inspect(&self) -> Result<Store, StoreError> {
        let number = self.numbers()?.last().copied().ok_or(StoreError::Damaged)?;
        open_surviving_panics(&self.at(number)).map_err(|reason| StoreError::Engine(reason.to_owned()))
    }

    fn trusted(
        &self,
        number: u64,
        root_at: impl Fn(u64) -> Option<Hash>,
    ) -> Result<(Store, u64), &'static str> {
        let path = self.at(number);
        let complete = fs::read_to_string(path.join(COMPLETE)).map_err(|_| "it was never completed")?;
        let closed = fs::remove_file(path.join(CLOSED)).is_ok();
        if !closed && complete != self.boot_id {
            return Err("the machine went down without a clean close");
        }
        let store = open_surviving_panics(&path)?;
        let meta =
            store.meta().map_err(|_| "it could not be read")?.ok_or("it has another format or is empty")?;
        if root_at(meta.through).is_none_or(|root| *root.as_bytes() != meta.root) {
            return Err("it does not reflect this ledger");
        }
        fs::write(path.join(COMPLETE), &self.boot_id).map_err(|_| "its marker could not be written")?;
        Ok((store, meta.through))
    }

    fn fresh(&self, number: u64, rebuilt_because: Option<&'static str>) -> Result<Opened, StoreError> {
        let path = self.at(number);
        let store = open_surviving_panics(&path).map_err(|reason| StoreError::Engine(reason.to_owned()))?;
        Ok(Opened { store, through: 0, rebuilt_because, number })
    }

    fn at(&self, number: u64) -> PathBuf {
        self.path.join(format!("{number:06}"))
    }

    fn numbers(&self) -> Result<Vec<u64>, StoreError> {
        let mut numbers: Vec<u64> = fs::read_dir(&self.path)
            .map_err(io_error)?
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .collect();
        numbers.sort_unstable();
        Ok(numbers)
    }
}

/// sled panics on some damaged files; a thread of its own keeps the panic from the node.
fn open_surviving_panics(path: &Path) -> Result<Store, &'static str> {
    let path = path.to_owned();
    std::thread::spawn(move || Store::open(&path))
        .join()
        .map_err(|_| "sled panicked on its files")?
        .map_err(|_| "sled could not open its files")
}

fn io_error(error: io::Error) -> StoreError {
    StoreError::Engine(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Batch;

    fn directory(path: &Path, boot: &str) -> Directory {
        Directory::new(path, boot)
    }

    fn completed(path: &Path, boot: &str) {
        let directory = directory(path, boot);
        let opened = directory.open(|_| None).unwrap();
        opened.store.apply(&Batch { through: 5, ..Batch::default() }, Hash([7; 32])).unwrap();
        opened.store.flush().unwrap();
        directory.complete(&opened).unwrap();
    }

    fn root_at(size: u64) -> Option<Hash> {
        (size == 5).then_some(Hash([7; 32]))
    }

    #[test]
    fn a_store_is_reused_under_the_same_boot_when_its_root_is_the_ledgers() {
        let home = tempfile::tempdir().unwrap();
        completed(home.path(), "boot-1");
        let opened = directory(home.path(), "boot-1").open(root_at).unwrap();
        assert_eq!((opened.through, opened.rebuilt_because), (5, None));
    }

    #[test]
    fn a_store_is_folded_again_after_another_boot_unless_it_was_closed_cleanly() {
        let home = tempfile::tempdir().unwrap();
        completed(home.path(), "boot-1");
        let opened = directory(home.path(), "boot-2").open(root_at).unwrap();
        assert!(opened.rebuilt_because.is_some());
        drop(opened);

        let home = tempfile::tempdir().unwrap();
        completed(home.path(), "boot-1");
        directory(home.path(), "boot-1").close().unwrap();
        assert_eq!(directory(home.path(), "boot-2").open(root_at).unwrap().through, 5);
    }

    #[test]
    fn a_store_that_reflects_another_ledger_is_folded_again() {
        let home = tempfile::tempdir().unwrap();
        completed(home.path(), "boot-1");
        let opened = directory(home.path(), "boot-1").open(|_| Some(Hash([8; 32]))).unwrap();
        assert_eq!((opened.through, opened.rebuilt_because), (0, Some("it does not reflect this ledger")));
    }

    #[test]
    fn damaged_files_of_sled_are_survived_by_folding_again() {
        let home = tempfile::tempdir().unwrap();
        completed(home.path(), "boot-1");
        let db = home.path().join("000001").join("db");
        let mut bytes = fs::read(&db).unwrap();
        bytes.iter_mut().for_each(|byte| *byte ^= 0x5a);
        fs::write(&db, bytes).unwrap();
        let opened = directory(home.path(), "boot-1").open(root_at).unwrap();
        assert!(opened.rebuilt_because.is_some());
    }
}
