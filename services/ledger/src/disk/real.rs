//! A directory of the operating system, held by this process alone. Must not hide or retry a failed call, but for want of a
//! file descriptor, for which it keeps some in reserve: strangers' connections must not stop the ledger.

use std::{
    collections::HashMap,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind},
    os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};

use parking_lot::Mutex;
use rustix::fs::{FallocateFlags, FlockOperation};
use rustix::process::{Resource, getrlimit};

use super::{Cause, Disk, DiskError};

/// Open files kept; above it those without unsynced bytes are closed and opened anew when asked for.
const OPEN_FILES_MAX: usize = 64;
/// Descriptors held back, each given up when a file of the ledger could not be opened for want of one.
const RESERVE_FILES: usize = 8;
/// The file whose lock says that the directory is in use.
const LOCK: &str = "lock";
/// Nobody but the owner, whatever the umask.
const DIRECTORY_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

/// A directory on a local file system.
#[derive(Debug)]
pub struct RealDisk {
    path: PathBuf,
    /// Held open, so that a sync of names needs no descriptor.
    directory: File,
    files: Mutex<HashMap<String, Open>>,
    reserve: Mutex<Vec<File>>,
    /// Held, never read: dropping it releases the directory. Absent when reading only.
    lock: Option<File>,
}

/// A file that is kept open.
#[derive(Debug)]
struct Open {
    file: Arc<File>,
    /// Whether it was written and not synced since. It stays open until then: a file opened anew may not be told of a
    /// write that failed.
    unsynced: bool,
}

impl RealDisk {
    /// Makes the directory, readable by its owner alone, and what lies above it; then as [`RealDisk::open`].
    ///
    /// # Errors
    /// As [`RealDisk::open`].
    pub fn create(path: impl AsRef<Path>) -> Result<Self, DiskError> {
        let path = path.as_ref();
        let made = DirBuilder::new().recursive(true).mode(DIRECTORY_MODE).create(path);
        made.map_err(|error| failed("create", path, &error))?;
        Self::open(path)
    }

    /// Opens a directory that exists and locks it against other processes.
    ///
    /// # Errors
    /// [`DiskError::NotFound`] if there is none, [`DiskError::Locked`] if another process, or another value in this one,
    /// holds it.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, DiskError> {
        let path = path.as_ref().to_path_buf();
        let directory = File::open(&path).map_err(|error| failed("open", &path, &error))?;
        let place = path.join(LOCK);
        let lock = File::options().create(true).truncate(false).write(true).mode(FILE_MODE).open(&place);
        let lock = lock.map_err(|error| failed("open", &place, &error))?;
        rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive).map_err(|error| {
            if error == rustix::io::Errno::WOULDBLOCK {
                DiskError::Locked
            } else {
                failed("lock", &place, &error.into())
            }
        })?;
        let reserve: io::Result<Vec<File>> = (0..RESERVE_FILES).map(|_| directory.try_clone()).collect();
        let reserve = Mutex::new(reserve.map_err(|error| failed("open", &path, &error))?);
        Ok(Self { path, directory, files: Mutex::default(), reserve, lock: Some(lock) })
    }

    /// Opens an existing directory for an audit: takes no lock and refuses every change.
    ///
    /// # Errors
    /// [`DiskError::NotFound`] if the directory does not exist.
    pub fn read_only(path: impl AsRef<Path>) -> Result<Self, DiskError> {
        let path = path.as_ref().to_path_buf();
        let directory = File::open(&path).map_err(|error| failed("open", &path, &error))?;
        if !directory.metadata().is_ok_and(|found| found.is_dir()) {
            return Err(failed("open", &path, &ErrorKind::NotADirectory.into()));
        }
        Ok(Self { path, directory, files: Mutex::default(), reserve: Mutex::default(), lock: None })
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether another process, or another value in this one, holds the directory now.
    pub fn is_held(path: &Path) -> bool {
        let Ok(lock) = File::open(path.join(LOCK)) else { return false };
        rustix::fs::flock(&lock, FlockOperation::NonBlockingLockShared) == Err(rustix::io::Errno::WOULDBLOCK)
    }

    fn file(&self, name: &str) -> Result<Arc<File>, DiskError> {
        self.file_for(name, false)
    }

    /// The open file, noted as unsynced if the caller is about to write it.
    fn file_for(&self, name: &str, writes: bool) -> Result<Arc<File>, DiskError> {
        let mut files = self.files.lock();
        if let Some(open) = files.get_mut(name) {
            open.unsynced |= writes;
            return Ok(Arc::clone(&open.file));
        }
        let file = self.opened("open", name, File::options().read(true).write(self.lock.is_some()))?;
        if files.len() >= OPEN_FILES_MAX {
            files.retain(|_, open| open.unsynced);
        }
        files.insert(name.to_owned(), Open { file: Arc::clone(&file), unsynced: writes });
        Ok(file)
    }

    /// Opens a file; where no descriptor is free, the reserve gives one after the other.
    fn opened(&self, verb: &'static str, name: &str, how: &OpenOptions) -> Result<Arc<File>, DiskError> {
        let path = self.path.join(name);
        loop {
            let error = match how.open(&path) {
                Ok(file) => {
                    self.fill_reserve();
                    return Ok(Arc::new(file));
                }
                Err(error) => error,
            };
            let wanting = Cause::from(&error).is_want_of_descriptors();
            if !wanting || self.reserve.lock().pop().is_none() {
                return Err(failed(verb, &path, &error));
            }
        }
    }

    /// Takes back one descriptor that was given up, if one is free again.
    fn fill_reserve(&self) {
        let mut reserve = self.reserve.lock();
        if self.lock.is_some()
            && reserve.len() < RESERVE_FILES
            && let Ok(held) = self.directory.try_clone()
        {
            reserve.push(held);
        }
    }

    fn writable(&self) -> Result<(), DiskError> {
        if self.lock.is_some() { Ok(()) } else { Err(DiskError::ReadOnly) }
    }

    fn failed(&self, verb: &'static str, name: &str, error: &io::Error) -> DiskError {
        failed(verb, &self.path.join(name), error)
    }
}

impl Disk for RealDisk {
    fn list(&self) -> Result<Vec<String>, DiskError> {
        let names = fs::read_dir(&self.path)
            .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.file_name())).collect())
            .map_err(|error| failed("list", &self.path, &error));
        let names: Vec<std::ffi::OsString> = names?;
        // A name that is not Unicode is none of ours.
        Ok(names.into_iter().filter_map(|name| name.into_string().ok()).collect())
    }

    fn create(&self, name: &str) -> Result<(), DiskError> {
        self.writable()?;
        let mut how = File::options();
        how.read(true).write(true).create(true).truncate(true).mode(FILE_MODE);
        let file = self.opened("create", name, &how)?;
        self.files.lock().insert(name.to_owned(), Open { file, unsynced: false });
        Ok(())
    }

    fn len(&self, name: &str) -> Result<u64, DiskError> {
        self.file(name)?.metadata().map(|data| data.len()).map_err(|error| self.failed("len", name, &error))
    }

    fn read_at(&self, name: &str, offset: u64, buffer: &mut [u8]) -> Result<usize, DiskError> {
        let file = self.file(name)?;
        let mut filled = 0;
        while filled < buffer.len() {
            match file.read_at(&mut buffer[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(self.failed("read", name, &error)),
            }
        }
        Ok(filled)
    }

    fn write_at(&self, name: &str, offset: u64, bytes: &[u8]) -> Result<(), DiskError> {
        self.writable()?;
        let file = self.file_for(name, true)?;
        file.write_all_at(bytes, offset).map_err(|error| self.failed("write", name, &error))
    }

    fn allocate(&self, name: &str, len: u64) -> Result<(), DiskError> {
        self.writable()?;
        let file = self.file(name)?;
        match rustix::fs::fallocate(&*file, FallocateFlags::empty(), 0, len) {
            // Some file systems cannot reserve; there the length alone is set, and a full disk shows at a write.
            Err(rustix::io::Errno::OPNOTSUPP) => {
                file.set_len(len).map_err(|error| self.failed("allocate", name, &error))
            }
            outcome => outcome.map_err(|error| self.failed("allocate", name, &error.into())),
        }
    }

    fn sync_data(&self, name: &str) -> Result<(), DiskError> {
        self.file(name)?.sync_data().map_err(|error| self.failed("sync", name, &error))?;
        if let Some(open) = self.files.lock().get_mut(name) {
            open.unsynced = false;
        }
        Ok(())
    }

    fn sync_dir(&self) -> Result<(), DiskError> {
        self.directory.sync_all().map_err(|error| failed("sync", &self.path, &error))
    }

    fn truncate(&self, name: &str, len: u64) -> Result<(), DiskError> {
        self.writable()?;
        self.file(name)?.set_len(len).map_err(|error| self.failed("truncate", name, &error))
    }

    fn remove(&self, name: &str) -> Result<(), DiskError> {
        self.writable()?;
        self.files.lock().remove(name);
        fs::remove_file(self.path.join(name)).map_err(|error| self.failed("remove", name, &error))
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), DiskError> {
        self.writable()?;
        let mut files = self.files.lock();
        files.remove(to);
        files.remove(from);
        fs::rename(self.path.join(from), self.path.join(to))
            .map_err(|error| self.failed("rename", from, &error))
    }

    fn is_in_place(&self, name: &str) -> Result<bool, DiskError> {
        let named = match fs::metadata(self.path.join(name)) {
            Ok(named) => named,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(self.failed("stat", name, &error)),
        };
        let held = self.file(name)?.metadata().map_err(|error| self.failed("stat", name, &error))?;
        Ok((named.dev(), named.ino(), named.len()) == (held.dev(), held.ino(), held.len()))
    }

    fn free_bytes(&self) -> Result<u64, DiskError> {
        let stat = rustix::fs::fstatvfs(&self.directory);
        let stat = stat.map_err(|error| failed("statvfs", &self.path, &error.into()))?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }

    fn boot_id(&self) -> Result<String, DiskError> {
        let id = fs::read_to_string(BOOT_ID).map_err(|error| failed("read", Path::new(BOOT_ID), &error))?;
        Ok(id.trim().to_owned())
    }
}

fn failed(verb: &'static str, path: &Path, error: &io::Error) -> DiskError {
    let (name, cause) = (path.display().to_string(), Cause::from(error));
    match error.kind() {
        ErrorKind::NotFound => DiskError::NotFound(name),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => DiskError::Full,
        _ if cause.is_want_of_descriptors() => {
            let limit = getrlimit(Resource::Nofile).current;
            DiskError::NoDescriptor { name, cause, limit }
        }
        _ => DiskError::Io { verb, name, cause },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_held_by_one_opener() {
        let dir = tempfile::tempdir().unwrap();
        let first = RealDisk::open(dir.path()).unwrap();
        assert_eq!(RealDisk::open(dir.path()).unwrap_err(), DiskError::Locked);
        drop(first);
        RealDisk::open(dir.path()).unwrap();
    }

    #[test]
    fn an_audit_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        RealDisk::open(dir.path()).unwrap().create("a").unwrap();
        let disk = RealDisk::read_only(dir.path()).unwrap();
        assert_eq!(disk.write_at("a", 0, b"x"), Err(DiskError::ReadOnly));
        assert_eq!(disk.remove("a"), Err(DiskError::ReadOnly));
        assert_eq!(disk.len("a"), Ok(0));
    }

    #[test]
    fn allocated_space_reads_as_zeros_and_keeps_what_was_written() {
        let dir = tempfile::tempdir().unwrap();
        let disk = RealDisk::open(dir.path()).unwrap();
        disk.create("a").unwrap();
        disk.write_at("a", 1, b"xy").unwrap();
        disk.allocate("a", 8192).unwrap();
        let mut bytes = [9; 4];
        assert_eq!(disk.read_at("a", 0, &mut bytes), Ok(4));
        assert_eq!((bytes, disk.len("a")), ([0, b'x', b'y', 0], Ok(8192)));
        disk.rename("a", "b").unwrap();
        assert!(matches!(disk.len("a"), Err(DiskError::NotFound(name)) if name.ends_with("/a")));
    }

    #[test]
    fn what_it_makes_is_its_owners_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("data").join("ledger");
        RealDisk::create(&path).unwrap().create("a").unwrap();
        for (made, mode) in [("..", 0o700), (".", 0o700), ("a", 0o600), (LOCK, 0o600)] {
            assert_eq!(fs::metadata(path.join(made)).unwrap().mode() & 0o777, mode, "{made}");
        }
    }

    #[test]
    fn a_directory_that_is_missing_is_named_and_not_made() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ledger");
        for refused in [RealDisk::open(&path).unwrap_err(), RealDisk::read_only(&path).unwrap_err()] {
            assert_eq!(refused.to_string(), format!("{} does not exist", path.display()));
        }
        assert!(!path.exists());
    }

    #[test]
    fn a_file_that_was_replaced_or_removed_is_not_in_place() {
        let dir = tempfile::tempdir().unwrap();
        let disk = RealDisk::open(dir.path()).unwrap();
        for name in ["a", "b", "c"] {
            disk.create(name).unwrap();
            disk.write_at(name, 0, b"xy").unwrap();
            assert_eq!(disk.is_in_place(name), Ok(true));
        }
        fs::write(dir.path().join("other"), b"xy").unwrap();
        fs::rename(dir.path().join("other"), dir.path().join("a")).unwrap();
        fs::remove_file(dir.path().join("b")).unwrap();
        assert_eq!([disk.is_in_place("a"), disk.is_in_place("b")], [Ok(false), Ok(false)]);
        assert_eq!(disk.is_in_place("c"), Ok(true));
    }
}
