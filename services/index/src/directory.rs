//! The directory of the index: which store in it may be trusted, and how a fold replaces one.
//!
//! Owns the numbered sub-directories and the marker of a clean close. A fold always goes into a new directory, because a
//! sled that panicked may still hold its lock; what is of no use is removed before, so that at most one fold that was cut
//! short ever lies about.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rogatory_tlog::Hash;
use tracing::{info, warn};

use crate::base::StoreError;
use crate::store::Store;
use crate::whole;

mod room;

use room::{Room, bytes_of};

const CLOSED: &str = "closed-cleanly";
const COMPLETE: &str = "complete";

/// Bytes that a fresh store needs at least.
const FRESH_BYTES: u64 = 1 << 20;

/// The directory of an agency's index.
#[derive(Clone, Debug)]
pub struct Directory {
    path: PathBuf,
    boot_id: String,
    kept_bytes: u64,
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
    room: Room,
}

impl Directory {
    /// The directory at a path, for the machine's present boot. A fold leaves `kept_bytes` of the volume free, unless it
    /// takes no more than what it replaces.
    pub fn new(path: &Path, boot_id: &str, kept_bytes: u64) -> Self {
        Self { path: path.to_owned(), boot_id: boot_id.to_owned(), kept_bytes }
    }

    /// Opens the newest complete store if it may be trusted, or a fresh one to fold into; whatever else lies there is
    /// removed first.
    ///
    /// `root_at` gives the ledger's own root at a size, or `None` beyond its end.
    ///
    /// # Errors
    /// When not even a fresh store can be opened.
    pub fn open(&self, root_at: impl Fn(u64) -> Option<Hash>) -> Result<Opened, StoreError> {
        fs::create_dir_all(&self.path).map_err(|error| unusable(&self.path, error))?;
        let Some(number) = self.newest_complete()? else {
            let interrupted = !self.numbers()?.is_empty();
            return self.fresh(interrupted.then_some("it was never completed"));
        };
        match self.trusted(number, root_at) {
            Ok((store, through)) => {
                self.remove(|other| other != number)?;
                let room = Room::replacing(&self.path, bytes_of(&self.at(number)), self.kept_bytes);
                Ok(Opened { store, through, rebuilt_because: None, number, room })
            }
            Err(reason) => self.fresh(Some(reason)),
        }
    }

    /// A fresh store whatever stands, for `index rebuild`.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn rebuild(&self) -> Result<Opened, StoreError> {
        fs::create_dir_all(&self.path).map_err(|error| unusable(&self.path, error))?;
        self.fresh(Some("a rebuild was asked for"))
    }

    /// Whether a fold may go on; ask before each batch.
    ///
    /// # Errors
    /// [`StoreError::NoRoom`], or the volume cannot be asked.
    pub fn check_room(&self, opened: &Opened) -> Result<(), StoreError> {
        opened.room.check(&self.at(opened.number), self.free_bytes()?)
    }

    fn free_bytes(&self) -> Result<u64, StoreError> {
        let volume = rustix::fs::statvfs(&self.path).map_err(|error| unusable(&self.path, error.into()))?;
        Ok(volume.f_bavail.saturating_mul(volume.f_frsize))
    }

    /// Marks a store as holding what the ledger held.
    ///
    /// # Errors
    /// When the marker cannot be written.
    pub fn complete(&self, opened: &Opened) -> Result<(), StoreError> {
        let number = opened.number;
        self.mark(number, COMPLETE)?;
        if let Err(error) = Room::forget(&self.path) {
            warn!(%error, "the note of what the index replaced could not be removed");
        }
        info!(number, through = opened.through, "the index is complete");
        Ok(())
    }

    /// Marks the newest store as closed cleanly. Call it after the store's last flush.
    ///
    /// # Errors
    /// When the marker cannot be written.
    pub fn close(&self) -> Result<(), StoreError> {
        match self.newest_complete()? {
            Some(number) => self.mark(number, CLOSED),
            None => Ok(()),
        }
    }

    /// Has the next start fold the index again, since what lies here could not be read or written. Where the marker cannot be removed
    /// either, the next start ends as this one did, and says so.
    pub fn distrust(&self) {
        let marker = self.newest_complete().ok().flatten().map(|number| self.at(number).join(COMPLETE));
        match marker.map(fs::remove_file) {
            Some(Err(error)) => warn!(%error, "the index cannot be used, and its marker not be removed"),
            _ => warn!("the index cannot be used; the next start folds it again from the ledger"),
        }
    }

    /// Opens the newest complete store for reading beside a fresh fold, without trusting it.
    ///
    /// # Errors
    /// When there is none or it cannot be opened.
    pub fn inspect(&self) -> Result<Store, StoreError> {
        let number = self.newest_complete()?.ok_or(StoreError::Damaged)?;
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
        if !closed && whole::check(&store).is_err() {
            return Err("rows of it are missing");
        }
        fs::write(path.join(COMPLETE), &self.boot_id).map_err(|_| "its marker could not be written")?;
        Ok((store, meta.through))
    }

    fn fresh(&self, rebuilt_because: Option<&'static str>) -> Result<Opened, StoreError> {
        let number = self.numbers()?.last().map_or(1, |newest| newest + 1);
        if let Some(reason) = rebuilt_because {
            warn!(number, reason, "the index is folded again from the ledger");
        }
        let room = self.remove(|_| true)?;
        let path = self.at(number);
        let store =
            open_surviving_panics(&path).map_err(|reason| unopened(&path, reason, self.free_bytes().ok()))?;
        Ok(Opened { store, through: 0, rebuilt_because, number, room })
    }

    /// Removes stores that are of no use, and says what room a fold has after that.
    fn remove(&self, is_useless: impl Fn(u64) -> bool) -> Result<Room, StoreError> {
        let numbers = self.numbers()?;
        let useless: Vec<PathBuf> =
            numbers.into_iter().filter(|number| is_useless(*number)).map(|number| self.at(number)).collect();
        // What a fold left that was cut short or refused gives the next one no more room than it had.
        let replaced = useless.iter().filter(|path| path.join(COMPLETE).exists());
        let removed = replaced.map(|path| bytes_of(path)).sum();
        let room = Room::replacing(&self.path, removed, self.kept_bytes);
        if useless.is_empty() {
            return Ok(room);
        }
        let noted = room.note(&self.path);
        for path in &useless {
            // Without its marker first: what is left of a store when this is cut short must not look like one.
            let _ = fs::remove_file(path.join(COMPLETE));
            fs::remove_dir_all(path).map_err(|error| unusable(path, error))?;
        }
        // A disk without a free byte takes the note only now.
        noted.or_else(|_| room.note(&self.path)).map_err(|error| unusable(&self.path, error))?;
        Ok(room)
    }

    fn newest_complete(&self) -> Result<Option<u64>, StoreError> {
        let numbers = self.numbers()?;
        Ok(numbers.into_iter().rev().find(|number| self.at(*number).join(COMPLETE).exists()))
    }

    fn mark(&self, number: u64, name: &str) -> Result<(), StoreError> {
        let path = self.at(number).join(name);
        fs::write(&path, &self.boot_id).map_err(|error| unusable(&path, error))
    }

    fn at(&self, number: u64) -> PathBuf {
        self.path.join(format!("{number:06}"))
    }

    fn numbers(&self) -> Result<Vec<u64>, StoreError> {
        let mut numbers: Vec<u64> = fs::read_dir(&self.path)
            .map_err(|error| unusable(&self.path, error))?
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

/// Why not even a fresh store was opened: sled does not tell, and a volume without room is the reason that a person can mend.
fn unopened(path: &Path, reason: &str, free: Option<u64>) -> StoreError {
    let is_full = free.is_some_and(|free| free < FRESH_BYTES);
    unusable(
        path,
        if is_full { io::ErrorKind::StorageFull.into() } else { io::Error::other(reason.to_owned()) },
    )
}

fn unusable(path: &Path, source: io::Error) -> StoreError {
    StoreError::Unusable { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Batch;

    fn directory(path: &Path, boot: &str) -> Directory {
        Directory::new(path, boot, 0)
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
    fn a_store_that_could_not_be_read_is_folded_again_under_the_same_boot_and_even_after_a_clean_close() {
        for is_closed in [false, true] {
            let home = tempfile::tempdir().unwrap();
            completed(home.path(), "boot-1");
            let directory = directory(home.path(), "boot-1");
            if is_closed {
                directory.close().unwrap();
            }
            directory.distrust();
            let opened = directory.open(root_at).unwrap();
            assert_eq!((opened.through, opened.rebuilt_because), (0, Some("it was never completed")));
        }
        let home = tempfile::tempdir().unwrap();
        directory(home.path(), "boot-1").distrust();
    }

    #[test]
    fn a_store_that_was_not_closed_and_lacks_rows_is_folded_again() {
        let home = tempfile::tempdir().unwrap();
        let directory = directory(home.path(), "boot-1");
        let opened = directory.open(|_| None).unwrap();
        let mut lacking = Batch { through: 5, ..Batch::default() };
        lacking.totals.waiting = 1;
        opened.store.apply(&lacking, Hash([7; 32])).unwrap();
        opened.store.flush().unwrap();
        directory.complete(&opened).unwrap();
        drop(opened);
        let opened = directory.open(root_at).unwrap();
        assert_eq!((opened.through, opened.rebuilt_because), (0, Some("rows of it are missing")));
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

    #[test]
    fn however_many_starts_are_cut_short_in_a_fold_one_wreck_lies_about_at_most() {
        let home = tempfile::tempdir().unwrap();
        completed(home.path(), "boot-1");
        for start in 0..12 {
            let directory = directory(home.path(), "boot-2");
            let opened = directory.open(root_at).unwrap();
            assert!(opened.rebuilt_because.is_some(), "{start}");
            assert_eq!(directory.numbers().unwrap(), [opened.number]);
            opened.store.apply(&Batch { through: 3, ..Batch::default() }, Hash([3; 32])).unwrap();
        }
        let directory = directory(home.path(), "boot-2");
        let opened = directory.open(root_at).unwrap();
        assert!(home.path().join("replaced-bytes").exists());
        directory.complete(&opened).unwrap();
        assert!(!home.path().join("replaced-bytes").exists());
        assert_eq!(directory.numbers().unwrap().len(), 1);
    }

    #[test]
    fn a_store_is_used_whose_completion_was_cut_short_and_what_lies_beside_it_is_removed() {
        let home = tempfile::tempdir().unwrap();
        completed(home.path(), "boot-1");
        fs::create_dir(home.path().join("000002")).unwrap();
        let directory = directory(home.path(), "boot-1");
        assert_eq!(directory.open(root_at).unwrap().through, 5);
        assert_eq!(directory.numbers().unwrap(), [1]);
    }

    #[test]
    fn a_store_that_has_no_room_to_be_made_in_is_told_apart_from_one_that_sled_cannot_open() {
        let kind = |free| match unopened(Path::new("index/000001"), "sled panicked", free) {
            StoreError::Unusable { path, source } if path.ends_with("000001") => source.kind(),
            other => panic!("{other}"),
        };
        assert_eq!(kind(Some(0)), io::ErrorKind::StorageFull);
        assert_eq!([kind(Some(1 << 30)), kind(None)], [io::ErrorKind::Other; 2]);
    }

    #[test]
    fn what_stands_in_the_place_of_the_directory_is_named() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("index");
        fs::write(&place, "a file").unwrap();
        let refused = directory(&place, "boot-1").open(root_at).err().unwrap().to_string();
        assert!(refused.contains(&place.display().to_string()), "{refused}");
    }

    #[test]
    fn a_fold_that_was_refused_has_no_more_room_when_it_starts_again() {
        let home = tempfile::tempdir().unwrap();
        let full = Directory::new(home.path(), "boot-1", u64::MAX);
        for start in 0..3 {
            let opened = full.open(root_at).unwrap();
            full.check_room(&opened).unwrap();
            fs::write(full.at(opened.number).join("grown"), vec![1; 20 << 20]).unwrap();
            assert!(full.check_room(&opened).is_err(), "{start}");
        }
    }

    #[test]
    fn a_full_volume_hinders_no_fold_that_replaces_an_index_of_its_size() {
        let home = tempfile::tempdir().unwrap();
        completed(home.path(), "boot-1");
        let full = Directory::new(home.path(), "boot-2", u64::MAX);
        let opened = full.open(root_at).unwrap();
        full.check_room(&opened).unwrap();
        fs::write(full.at(opened.number).join("grown"), vec![1; 20 << 20]).unwrap();
        let refused = full.check_room(&opened).unwrap_err().to_string();
        assert!(refused.contains("kept for the ledger"), "{refused}");
    }
}
