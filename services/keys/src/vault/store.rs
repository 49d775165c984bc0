//! Where vault files lie: a private directory, or memory for simulations.
//!
//! It must not know what the files mean.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use zeroize::Zeroizing;

use crate::key_file;

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
#[derive(Debug)]
pub struct DirVault(PathBuf);

impl DirVault {
    /// Uses `directory`, which is created if missing; one open to others than its owner is refused.
    pub fn open(directory: &Path) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
        if fs::metadata(directory)?.permissions().mode() & 0o077 != 0 {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the vault is open to others"));
        }
        Ok(Self(directory.to_owned()))
    }
}

impl VaultStore for DirVault {
    fn list(&self) -> io::Result<Vec<String>> {
        fs::read_dir(&self.0)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    fn read(&self, name: &str) -> io::Result<Zeroizing<Vec<u8>>> {
        fs::read(self.0.join(name)).map(Zeroizing::new)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        key_file::create(&self.0.join(name), bytes)
    }

    fn destroy(&self, name: &str) -> io::Result<()> {
        key_file::destroy(&self.0.join(name))
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
