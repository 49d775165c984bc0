//! The few verbs the log needs of one flat directory. Implementations must not retry, reorder or hide an error.

mod cause;
pub mod memory;
pub mod real;

use std::fmt;

use thiserror::Error;

pub use cause::Cause;

/// Why a disk refused; carries paths of the configuration and file names of the ledger's own making only.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DiskError {
    /// No file of that name.
    #[error("{0} does not exist")]
    NotFound(String),
    /// No space for an allocation or a longer file.
    #[error("the disk is full (ENOSPC)")]
    Full,
    /// No file descriptor is free. Only opening a file needs one, so nothing was changed.
    #[error("{name} cannot be opened: {cause}{}", Limit(*limit))]
    NoDescriptor {
        /// The file.
        name: String,
        /// Whether this process or the machine has none.
        cause: Cause,
        /// Descriptors that this process may have, as far as there is a limit.
        limit: Option<u64>,
    },
    /// Another process holds the directory.
    #[error("the directory is in use by another process")]
    Locked,
    /// The directory was opened for reading only.
    #[error("the directory is open for reading only")]
    ReadOnly,
    /// Anything else, with the verb that failed.
    #[error("{verb} on {name} failed: {cause}")]
    Io {
        /// The verb of [`Disk`].
        verb: &'static str,
        /// The file or the directory.
        name: String,
        /// The operating system's answer.
        cause: Cause,
    },
}

struct Limit(Option<u64>);

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |limit| write!(f, "; this process may have {limit} descriptors"))
    }
}

impl DiskError {
    /// Whether the same call may succeed later, because only room was missing and nothing was changed: space for an
    /// allocation, or a file descriptor.
    pub fn is_want_of_room(&self) -> bool {
        matches!(self, Self::Full | Self::NoDescriptor { .. })
    }
}

/// Files by name in one directory.
pub trait Disk: Send + Sync + 'static {
    /// Names of all files, in any order.
    fn list(&self) -> Result<Vec<String>, DiskError>;
    /// Creates an empty file, or empties an existing one.
    fn create(&self, name: &str) -> Result<(), DiskError>;
    /// Length in bytes.
    fn len(&self, name: &str) -> Result<u64, DiskError>;
    /// Fills `buffer` from `offset`; returns fewer bytes only at the end of the file.
    fn read_at(&self, name: &str, offset: u64, buffer: &mut [u8]) -> Result<usize, DiskError>;
    /// Writes all bytes at `offset`; not durable before [`Disk::sync_data`].
    fn write_at(&self, name: &str, offset: u64, bytes: &[u8]) -> Result<(), DiskError>;
    /// Reserves space up to `len` bytes; the new part reads as zeros.
    fn allocate(&self, name: &str, len: u64) -> Result<(), DiskError>;
    /// Makes the file's bytes and length durable.
    fn sync_data(&self, name: &str) -> Result<(), DiskError>;
    /// Makes creations, renames and removals durable.
    fn sync_dir(&self) -> Result<(), DiskError>;
    /// Cuts the file to `len` bytes.
    fn truncate(&self, name: &str, len: u64) -> Result<(), DiskError>;
    /// Removes the file.
    fn remove(&self, name: &str) -> Result<(), DiskError>;
    /// Renames, replacing the target in one step.
    fn rename(&self, from: &str, to: &str) -> Result<(), DiskError>;
    /// Whether the name still leads to the file that was opened under it: a directory may be replaced, unmounted or
    /// emptied under a running process, whose writes then go where nobody will find them.
    fn is_in_place(&self, name: &str) -> Result<bool, DiskError>;
    /// Bytes still free for this process.
    fn free_bytes(&self) -> Result<u64, DiskError>;
    /// Names the current boot of the machine; a new one means that unsynced bytes may be gone.
    fn boot_id(&self) -> Result<String, DiskError>;
}

/// Reads the whole file.
pub(crate) fn read_all(disk: &dyn Disk, name: &str) -> Result<Vec<u8>, DiskError> {
    let mut bytes = vec![0; usize::try_from(disk.len(name)?).unwrap_or(usize::MAX)];
    let read = disk.read_at(name, 0, &mut bytes)?;
    bytes.truncate(read);
    Ok(bytes)
}
