//! Files of a federation or an agency that is made: each is new, secrets are their owner's alone.
//!
//! A federation of thousands is tens of thousands of files, so nothing is synced one by one: it can be made again. What
//! cannot is synced as a whole by [`sync`].

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use rogatory_tls::{Authority, Credentials};

/// Whatever the umask says, and though the directory was there, empty, before.
pub(super) fn private_dir(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

/// A file without secrets, which nobody else may write.
pub(super) fn public(path: &Path, text: &str) -> io::Result<()> {
    create(path, text, 0o644)
}

/// A file that nobody else may read.
pub(super) fn secret(path: &Path, text: &str) -> io::Result<()> {
    create(path, text, 0o600)
}

/// Certificate and key of a node or client, as `<stem>.crt` and `<stem>.key`.
pub(super) fn credentials(dir: &Path, stem: &str, credentials: &Credentials) -> io::Result<()> {
    secret(&dir.join(format!("{stem}.key")), credentials.key_pem())?;
    public(&dir.join(format!("{stem}.crt")), credentials.certificate_pem())
}

/// The same of an authority.
pub(super) fn authority(dir: &Path, stem: &str, authority: &Authority) -> io::Result<()> {
    secret(&dir.join(format!("{stem}.key")), authority.key_pem())?;
    public(&dir.join(format!("{stem}.crt")), authority.certificate_pem())
}

/// Makes everything below a directory durable.
pub(super) fn sync(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            sync(&entry?.path())?;
        }
    }
    File::open(path)?.sync_all()
}

fn create(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let mut file = File::options().write(true).create_new(true).mode(mode).open(path)?;
    file.write_all(text.as_bytes())
}
