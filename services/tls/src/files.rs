//! Certificates and keys on disk: `<stem>.crt` and `<stem>.key`, the key readable by its owner alone. The only
//! place in this crate that touches the file system.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use zeroize::Zeroizing;

use crate::authority::Authority;
use crate::config::Credentials;

/// Owner reads and writes, nobody else anything.
const KEY_MODE: u32 = 0o600;
const CERTIFICATE_MODE: u32 = 0o644;

/// Writes both files of `stem` into `dir`, replacing older ones.
pub fn save_credentials(dir: &Path, stem: &str, credentials: &Credentials) -> io::Result<()> {
    save(dir, stem, credentials.certificate_pem(), credentials.key_pem())
}

/// Reads both files of `stem`; a pair that does not parse is [`io::ErrorKind::InvalidData`].
pub fn load_credentials(dir: &Path, stem: &str) -> io::Result<Credentials> {
    let (certificate, key) = load(dir, stem)?;
    Credentials::from_pem(&certificate, &key).map_err(invalid)
}

/// Writes an authority's certificate and key as `stem` into `dir`, replacing older ones.
pub fn save_authority(dir: &Path, stem: &str, authority: &Authority) -> io::Result<()> {
    save(dir, stem, authority.certificate_pem(), authority.key_pem())
}

/// Reads an authority back; a pair that does not parse is [`io::ErrorKind::InvalidData`].
pub fn load_authority(dir: &Path, stem: &str) -> io::Result<Authority> {
    let (certificate, key) = load(dir, stem)?;
    Authority::from_pem(&certificate, &key).map_err(invalid)
}

fn invalid(error: impl std::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

fn save(dir: &Path, stem: &str, certificate: &str, key: &str) -> io::Result<()> {
    replace(dir, &format!("{stem}.key"), key, KEY_MODE)?;
    replace(dir, &format!("{stem}.crt"), certificate, CERTIFICATE_MODE)?;
    File::open(dir)?.sync_all()
}

fn load(dir: &Path, stem: &str) -> io::Result<(String, Zeroizing<String>)> {
    let certificate = fs::read_to_string(dir.join(format!("{stem}.crt")))?;
    let key = Zeroizing::new(fs::read_to_string(dir.join(format!("{stem}.key")))?);
    Ok((certificate, key))
}

/// Writes aside and renames: a reader sees the old file or the new one, and the mode holds from the first byte.
fn replace(dir: &Path, name: &str, text: &str, mode: u32) -> io::Result<()> {
    let aside = dir.join(format!("{name}.new"));
    match fs::remove_file(&aside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&aside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&aside, dir.join(name))
}
