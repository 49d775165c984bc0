//! Where vault files lie: a private directory, or memory for simulations.
//!
//! It must not know what the files mean.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use zeroize::Zeroizing;

use crate::key_file;
use crate::small_file;

/// Longest file of a vault, in bytes.
const BYTES_MAX: u64 = 4096;

/// A flat set of small files; every change is durable when it returns.
pub trait VaultStore: Send + Sync {
    /// The names of all files.
    fn list(&self) -> io::Result<Vec<String>>;
    /// The bytes of a file.
    fn read(&self, name: &str) -> io::Result<Zeroizing<Vec<u8>>>;
    /// Creates a file, whole or not at all; an existing one is `AlreadyExists`.
    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()>;
    /// Overwrites and removes a file.
    fn destroy(&self, name: &str) -> io::Result<()>;
}

/// A directory of mode 0700 with files of mode 0600; keep it out of backups and off volumes with snapshots.
#[derive(Clone, Debug)]
pub struct DirVault(PathBuf);

impl DirVault {
    /// Makes the directory, private to its owner, unless it is there.
    ///
    /// # Errors
    /// The system's, with the path.
    pub fn create(directory: &Path) -> io::Result<Self> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(directory);
        made.map_err(|error| named(directory, &error))?;
        Self::open(directory)
    }

    /// Uses `directory`, which must exist: one that is missing may be a volume that is not mounted. Whether it is private is
    /// checked in [`crate::private`].
    ///
    /// # Errors
    /// The system's, with the path.
    pub fn open(directory: &Path) -> io::Result<Self> {
        fs::read_dir(directory).map_err(|error| named(directory, &error))?;
        Ok(Self(directory.to_owned()))
    }
}

/// The same error with the path in its words.
fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

impl VaultStore for DirVault {
    fn list(&self) -> io::Result<Vec<String>> {
        let names = fs::read_dir(&self.0).and_then(|entries| {
            entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
        });
        names.map_err(|error| named(&self.0, &error))
    }

    fn read(&self, name: &str) -> io::Result<Zeroizing<Vec<u8>>> {
        small_file::read(&self.0.join(name), BYTES_MAX).map_err(io::Error::other)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.0.join(name);
        key_file::create(&path, bytes).map_err(|error| named(&path, &error))
    }

    fn destroy(&self, name: &str) -> io::Result<()> {
        let path = self.0.join(name);
        key_file::destroy(&path).map_err(|error| named(&path, &error))
    }
}

/// A vault in memory, for simulations: it survives a simulated restart for as long as it is kept.
#[derive(Default)]
pub struct MemoryVault(Mutex<BTreeMap<String, Zeroizing<Vec<u8>>>>);

impl VaultStore for MemoryVault {
    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.0.lock().keys().cloned().collect())
    }

    fn read(&self, name: &str) -> io::Result<Zeroizing<Vec<u8>>> {
        self.0.lock().get(name).cloned().ok_or(io::ErrorKind::NotFound.into())
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut files = self.0.lock();
        if files.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        files.insert(name.to_owned(), Zeroizing::new(bytes.to_vec()));
        Ok(())
    }

    fn destroy(&self, name: &str) -> io::Result<()> {
        self.0.lock().remove(name).map(drop).ok_or(io::ErrorKind::NotFound.into())
    }
}

impl std::fmt::Debug for MemoryVault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MemoryVault({} files)", self.0.lock().len())
    }
}
