//! The guard file: the newest head this node remembers outside its segments, so that an older copy of the ledger
//! shows. Written behind; must never be ahead of what is durable.

use bytes::Bytes;
use rogatory_tlog::Hash;
use thiserror::Error;

use crate::{Disk, DiskError, Head, disk::read_all};

const NAME: &str = "guard";
const TEMPORARY: &str = "guard.new";
const VERSION: &str = "rogatory guard v1";

/// Why the guard could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum GuardError {
    /// The disk refused.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// It is written whole or not at all, so this is damage or another's hand.
    #[error("the guard file is not readable as one")]
    Unreadable,
}

/// What the guard says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The ledger it belongs to.
    pub origin: String,
    /// The newest remembered head; its note is absent if that was unsigned.
    pub head: Head,
    /// The boot during which the ledger was written last.
    pub boot_id: String,
    /// True if the ledger was closed at this head.
    pub clean: bool,
    /// True if a cut after a reboot has not been released yet; survives restarts.
    pub signing_held: bool,
}

impl Guard {
    /// Reads the guard, if there is one.
    ///
    /// # Errors
    /// [`GuardError`] if it exists and cannot be understood.
    pub fn read(disk: &dyn Disk) -> Result<Option<Self>, GuardError> {
        match read_all(disk, NAME) {
            Ok(bytes) => Self::parse(&bytes).map(Some).ok_or(GuardError::Unreadable),
            Err(DiskError::NotFound(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) fn write(&self, disk: &dyn Disk) -> Result<(), DiskError> {
        disk.create(TEMPORARY)?;
        disk.write_at(TEMPORARY, 0, &self.encode())?;
        disk.sync_data(TEMPORARY)?;
        disk.rename(TEMPORARY, NAME)?;
        disk.sync_dir()
    }

    fn encode(&self) -> Vec<u8> {
        let Self { origin, head, boot_id, clean, signing_held } = self;
        let body = format!(
            "{origin}\n{}\n{}\n{boot_id}\n{}\n{}\n",
            head.size,
            head.root,
            if *clean { "clean" } else { "open" },
            if *signing_held { "held" } else { "signing" },
        );
        let mut body = body.into_bytes();
        body.extend_from_slice(head.note.as_deref().unwrap_or_default());
        let mut bytes = format!("{VERSION} {:08x}\n", crc32c::crc32c(&body)).into_bytes();
        bytes.append(&mut body);
        bytes
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (first, body) = std::str::from_utf8(bytes).ok()?.split_once('\n')?;
        let crc = first.strip_prefix(VERSION)?.trim_start();
        if u32::from_str_radix(crc, 16).ok()? != crc32c::crc32c(body.as_bytes()) {
            return None;
        }
        let mut lines = body.splitn(7, '\n');
        let origin = lines.next()?.to_owned();
        let size = lines.next()?.parse().ok()?;
        let root = parse_hash(lines.next()?)?;
        let boot_id = lines.next()?.to_owned();
        let clean = lines.next()? == "clean";
        let signing_held = lines.next()? == "held";
        let note = Some(lines.next()?).filter(|note| !note.is_empty());
        let note = note.map(|note| Bytes::copy_from_slice(note.as_bytes()));
        Some(Self { origin, head: Head { size, root, note }, boot_id, clean, signing_held })
    }
}

fn parse_hash(text: &str) -> Option<Hash> {
    let mut hash = [0; 32];
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != hash.len() || !rest.is_empty() {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(pairs) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(Hash(hash))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemoryDisk;

    #[test]
    fn a_guard_is_read_as_written_and_not_after_a_flipped_bit() {
        let disk = MemoryDisk::new();
        assert_eq!(Guard::read(&disk), Ok(None));
        let head =
            Head { size: 7, root: Hash([0xab; 32]), note: Some(Bytes::from_static(b"a\n7\nroot\n\nsig\n")) };
        let guard =
            Guard { origin: "a/b/c".into(), head, boot_id: "boot".into(), clean: true, signing_held: false };
        guard.write(&disk).unwrap();
        assert_eq!(Guard::read(&disk), Ok(Some(guard)));
        disk.flip_bit(NAME, 40, 3);
        assert_eq!(Guard::read(&disk), Err(GuardError::Unreadable));
    }
}
