//! A directory of the operating system, held by this process alone. Must not hide or retry a failed call.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{self, ErrorKind},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use parking_lot::Mutex;
use rustix::fs::{FallocateFlags, FlockOperation};

use super::{Disk, DiskError};

/// Open files kept; above it all are closed and opened anew when asked for.
const OPEN_FILES_MAX: usize = 64;
/// The file whose lock says that the directory is in use.
const LOCK: &str = "lock";

/// A directory on a local file system.
#[derive(Debug)]
pub struct RealDisk {
    path: PathBuf,
    files: Mutex<HashMap<String, Arc<File>>>,
    /// Held, never read: dropping it releases the directory. Absent when reading only.
    lock: Option<File>,
}

impl RealDisk {
    /// Opens or creates the directory and locks it against other processes.
    ///
    /// # Errors
    /// [`DiskError::Locked`] if another process, or another value in this one, holds it.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, DiskError> {
        let path = path.as_ref().to_path_buf();
        fs::create_dir_all(&path).map_err(|error| failed("open", "", &error))?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.join(LOCK))
            .map_err(|error| failed("open", LOCK, &error))?;
        rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive).map_err(|error| {
            if error == rustix::io::Errno::WOULDBLOCK {
                DiskError::Locked
            } else {
                failed("lock", LOCK, &error.into())
            }
        })?;
        Ok(Self { path, files: Mutex::default(), lock: Some(lock) })
    }

    /// Opens an existing directory for an audit: takes no lock and refuses every change.
    ///
    /// # Errors
    /// [`DiskError::NotFound`] if the directory does not exist.
    pub fn read_only(path: impl AsRef<Path>) -> Result<Self, DiskError> {
        let path = path.as_ref().to_path_buf();
        if !path.is_dir() {
            return Err(DiskError::NotFound(String::new()));
        }
        Ok(Self { path, files: Mutex::default(), lock: None })
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn file(&self, name: &str) -> Result<Arc<File>, DiskError> {
        let mut files = self.files.lock();
        if let Some(file) = files.get(name) {
            return Ok(Arc::clone(file));
        }
        let file = File::options().read(true).write(self.lock.is_some()).open(self.path.join(name));
        let file = Arc::new(file.map_err(|error| failed("open", name, &error))?);
        if files.len() >= OPEN_FILES_MAX {
            files.clear();
        }
        files.insert(name.to_owned(), Arc::clone(&file));
        Ok(file)
    }

    fn writable(&self) -> Result<(), DiskError> {
        if self.lock.is_some() { Ok(()) } else { Err(DiskError::ReadOnly) }
    }
}

impl Disk for RealDisk {
    fn list(&self) -> Result<Vec<String>, DiskError> {
        let names = fs::read_dir(&self.path)
            .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.file_name())).collect())
            .map_err(|error| failed("list", "", &error));
        let names: Vec<std::ffi::OsString> = names?;
        // A name that is not Unicode is none of ours.
        Ok(names.into_iter().filter_map(|name| name.into_string().ok()).collect())
    }

    fn create(&self, name: &str) -> Result<(), DiskError> {
        self.writable()?;
        let file =
            File::options().read(true).write(true).create(true).truncate(true).open(self.path.join(name));
        let file = file.map_err(|error| failed("create", name, &error))?;
        self.files.lock().insert(name.to_owned(), Arc::new(file));
        Ok(())
    }

    fn len(&self, name: &str) -> Result<u64, DiskError> {
        self.file(name)?.metadata().map(|data| data.len()).map_err(|error| failed("len", name, &error))
    }

    fn read_at(&self, name: &str, offset: u64, buffer: &mut [u8]) -> Result<usize, DiskError> {
        let file = self.file(name)?;
        let mut filled = 0;
        while filled < buffer.len() {
            match file.read_at(&mut buffer[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(failed("read", name, &error)),
            }
        }
        Ok(filled)
    }

    fn write_at(&self, name: &str, offset: u64, bytes: &[u8]) -> Result<(), DiskError> {
        self.writable()?;
        self.file(name)?.write_all_at(bytes, offset).map_err(|error| failed("write", name, &error))
    }

    fn allocate(&self, name: &str, len: u64) -> Result<(), DiskError> {
        self.writable()?;
        let file = self.file(name)?;
        match rustix::fs::fallocate(&*file, FallocateFlags::empty(), 0, len) {
            // Some file systems cannot reserve; there the length alone is set, and a full disk shows at a write.
            Err(rustix::io::Errno::OPNOTSUPP) => {
                file.set_len(len).map_err(|error| failed("allocate", name, &error))
            }
            outcome => outcome.map_err(|error| failed("allocate", name, &error.into())),
        }
    }

    fn sync_data(&self, name: &str) -> Result<(), DiskError> {
        self.file(name)?.sync_data().map_err(|error| failed("sync", name, &error))
    }

    fn sync_dir(&self) -> Result<(), DiskError> {
        File::open(&self.path).and_then(|dir| dir.sync_all()).map_err(|error| failed("sync", "", &error))
    }

    fn truncate(&self, name: &str, len: u64) -> Result<(), DiskError> {
        self.writable()?;
        self.file(name)?.set_len(len).map_err(|error| failed("truncate", name, &error))
    }

    fn remove(&self, name: &str) -> Result<(), DiskError> {
        self.writable()?;
        self.files.lock().remove(name);
        fs::remove_file(self.path.join(name)).map_err(|error| failed("remove", name, &error))
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), DiskError> {
        self.writable()?;
        let mut files = self.files.lock();
        files.remove(to);
        files.remove(from);
        fs::rename(self.path.join(from), self.path.join(to)).map_err(|error| failed("rename", from, &error))
    }

    fn free_bytes(&self) -> Result<u64, DiskError> {
        let stat = rustix::fs::statvfs(&self.path).map_err(|error| failed("statvfs", "", &error.into()))?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }

    fn boot_id(&self) -> Result<String, DiskError> {
        fs::read_to_string("/proc/sys/kernel/random/boot_id")
            .map(|id| id.trim().to_owned())
            .map_err(|error| failed("boot id", "", &error))
    }
}

fn failed(verb: &'static str, name: &str, error: &io::Error) -> DiskError {
    match error.kind() {
        ErrorKind::NotFound => DiskError::NotFound(name.to_owned()),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => DiskError::Full,
        kind => DiskError::Io { verb, name: name.to_owned(), kind },
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
        assert_eq!(disk.len("a"), Err(DiskError::NotFound("a".into())));
    }
}
