//! Secret files: created once, whole and durable, readable by their owner only; one line, `<kind> <hex>`.
//!
//! The kind in front keeps a key of one purpose from being loaded for another. This file must not know the purposes.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::private::{self, NodeUser, PrivateError};
use crate::small_file::{self, SmallFileError};

/// Longest key file, in bytes.
const BYTES_MAX: u64 = 4096;

/// Why a key file was not loaded or stored.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file cannot be made; one that exists is never replaced.
    #[error("the key file {} cannot be made: {source}", path.display())]
    Create {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file cannot be read.
    #[error(transparent)]
    Read(#[from] SmallFileError),
    /// Others than the node's user reach the file.
    #[error(transparent)]
    Private(#[from] PrivateError),
    /// The file is not one line of the expected kind and 64 hex digits.
    #[error("{} does not hold a {kind}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The kind of key that was expected.
        kind: &'static str,
    },
}

pub(crate) fn store(path: &Path, kind: &'static str, secret: &[u8; 32]) -> Result<(), KeyFileError> {
    create(path, line(kind, secret).as_bytes())
        .map_err(|source| KeyFileError::Create { path: path.to_owned(), source })
}

pub(crate) fn load(path: &Path, kind: &'static str) -> Result<Zeroizing<[u8; 32]>, KeyFileError> {
    let text = small_file::read(path, BYTES_MAX)?;
    private::check_file(path, NodeUser::of_this_process())?;
    parse(kind, &text).ok_or_else(|| malformed(path, kind))
}

pub(crate) fn malformed(path: &Path, kind: &'static str) -> KeyFileError {
    KeyFileError::Malformed { path: path.to_owned(), kind }
}

/// The text of a key file.
pub(crate) fn line(kind: &str, secret: &[u8; 32]) -> Zeroizing<String> {
    let digits = Zeroizing::new(hex::encode(secret));
    Zeroizing::new(format!("{kind} {}\n", *digits))
}

/// Undoes [`line`].
pub(crate) fn parse(kind: &str, text: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let digits = text.strip_prefix(kind.as_bytes())?.strip_prefix(b" ")?.strip_suffix(b"\n")?;
    let mut secret = Zeroizing::new([0; 32]);
    hex::decode_to_slice(digits, secret.as_mut_slice()).ok()?;
    Some(secret)
}

/// Creates `path` with `bytes` so that after a crash it is either absent or whole; never replaces a file.
pub(crate) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let directory = parent(path);
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let draft = directory.join(format!(".{}.draft", name.to_string_lossy()));
    // A draft left by a crash may be torn, and is worth nothing.
    remove_if_present(&draft)?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    // A link, unlike a rename, fails if the name is taken.
    let linked = fs::hard_link(&draft, path);
    remove_if_present(&draft)?;
    linked?;
    File::open(directory)?.sync_all()
}

/// Overwrites and removes `path`, durably. Flash memory and snapshots may still hold old bytes:
/// the directory must not lie on a volume that keeps them.
pub(crate) fn destroy(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    let length = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
    file.write_all(&vec![0; length])?;
    file.sync_all()?;
    fs::remove_file(path)?;
    File::open(parent(path))?.sync_all()
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn remove_if_present(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_stored_key_loads_again_and_is_private() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        store(&path, "kind", &[7; 32]).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(*load(&path, "kind").unwrap(), [7; 32]);
        assert!(matches!(load(&path, "other"), Err(KeyFileError::Malformed { kind: "other", .. })));
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "no draft stays");
    }

    #[test]
    fn an_existing_key_is_never_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        store(&path, "kind", &[7; 32]).unwrap();
        let again = store(&path, "kind", &[8; 32]);
        assert!(
            matches!(again, Err(KeyFileError::Create { source, .. }) if source.kind() == io::ErrorKind::AlreadyExists)
        );
        assert_eq!(*load(&path, "kind").unwrap(), [7; 32]);
    }

    #[test]
    fn a_key_open_to_others_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        store(&path, "kind", &[7; 32]).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(load(&path, "kind"), Err(KeyFileError::Private(PrivateError::Exposed { .. }))));
    }

    #[test]
    fn a_destroyed_file_is_gone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        store(&path, "kind", &[7; 32]).unwrap();
        destroy(&path).unwrap();
        assert!(!path.exists());
    }
}
