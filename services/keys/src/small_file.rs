//! Small files: keys, certificates, rosters, configurations, evidence, read whole under a limit that the reader names, and
//! replaced whole.
//!
//! Owns the one way in which they are read and the one in which they are replaced. It must not open a device or a pipe, which
//! may never end or never answer.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// Limit for certificates, keys and configurations, in bytes.
pub const SMALL_BYTES_MAX: u64 = 4 << 20;

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum SmallFileError {
    /// The system refused.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A directory, a device, a pipe or a socket.
    #[error("{} cannot be read: it is no regular file", .0.display())]
    NotRegular(PathBuf),
    /// Longer than its reader takes.
    #[error("{} cannot be read: it has more than {limit} bytes", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// Bytes that are read.
        limit: u64,
    },
    /// Bytes that are no text.
    #[error("{} cannot be read: it is not UTF-8 text", .0.display())]
    NotText(PathBuf),
}

/// The bytes of a regular file of at most `limit` bytes.
///
/// # Errors
/// Each names the file.
pub fn read(path: &Path, limit: u64) -> Result<Zeroizing<Vec<u8>>, SmallFileError> {
    let unreadable = |source| SmallFileError::Unreadable { path: path.to_owned(), source };
    // Looked at before it is opened: opening a pipe waits for a writer, and opening a device may do things.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(SmallFileError::NotRegular(path.to_owned()));
    }
    let mut bytes = Zeroizing::new(Vec::new());
    File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(SmallFileError::TooLong { path: path.to_owned(), limit });
    }
    Ok(bytes)
}

/// The text of a regular file of at most `limit` bytes.
///
/// # Errors
/// As [`read`], and when it is no text.
pub fn read_text(path: &Path, limit: u64) -> Result<String, SmallFileError> {
    let bytes = read(path, limit)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| SmallFileError::NotText(path.to_owned()))?;
    Ok(text.to_owned())
}

/// Writes a file of this mode aside, durably, and renames it: whoever looks, also after a crash, finds the old one or the
/// new one.
///
/// # Errors
/// The system's.
pub fn replace(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let aside = directory.join(format!(".{}.new", name.to_string_lossy()));
    // What an earlier try left has the mode of that try.
    match fs::remove_file(&aside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = File::options().write(true).create_new(true).mode(mode).open(&aside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&aside, path)?;
    File::open(directory)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_file_is_replaced_and_what_has_another_name_for_the_old_one_keeps_it() {
        let directory = tempfile::tempdir().unwrap();
        let [path, other] = ["file", "other"].map(|name| directory.path().join(name));
        replace(&path, "old", 0o644).unwrap();
        fs::hard_link(&path, &other).unwrap();
        replace(&path, "new", 0o600).unwrap();
        assert_eq!([&path, &other].map(|path| fs::read_to_string(path).unwrap()), ["new", "old"]);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2, "nothing lies aside");
    }

    #[test]
    fn a_regular_file_within_the_limit_is_read_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        fs::write(&path, "text").unwrap();
        assert_eq!(read_text(&path, 4).unwrap(), "text");
        assert!(matches!(read(&path, 3), Err(SmallFileError::TooLong { limit: 3, .. })));
        fs::write(&path, [0xff]).unwrap();
        assert!(matches!(read_text(&path, 4), Err(SmallFileError::NotText(_))));
        for endless in [Path::new("/dev/zero"), directory.path()] {
            assert!(matches!(read(endless, 4), Err(SmallFileError::NotRegular(_))));
        }
        let missing = read(&directory.path().join("missing"), 4).unwrap_err().to_string();
        assert!(missing.contains("/missing cannot be read: No such file"), "{missing}");
    }

    #[test]
    fn a_pipe_that_nobody_writes_to_is_refused_at_once() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("pipe");
        let (mode, device) = (rustix::fs::Mode::from_raw_mode(0o600), 0);
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, mode, device).unwrap();
        assert!(matches!(read(&path, 4), Err(SmallFileError::NotRegular(_))));
    }
}
