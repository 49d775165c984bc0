//! Where a ledger may begin: only on somebody's word, and never where one was before.
//!
//! Owns three small files in the vault, which lies apart from the data: the word that a first start is awaited, the mark
//! that a ledger was begun, and the signed head that a peer showed and the ledger lacks. All are named by the ledger's key, so
//! that a new key may begin beside an old mark. It must not open or write a ledger.

use std::fs;
use std::io;
use std::path::Path;

use bytes::Bytes;
use rogatory_evidence::{Head, Origin};
use rogatory_keys::{DirVault, VaultStore};

/// Bytes of the key that name the files.
const KEY_BYTES: usize = 8;

/// What a vault says of one ledger.
#[derive(Debug)]
pub struct Beginning {
    vault: DirVault,
    name: String,
}

impl Beginning {
    /// What `vault` says of the ledger under this key.
    #[must_use]
    pub fn of(vault: DirVault, ledger_key: &[u8; 32]) -> Self {
        Self { vault, name: name_of(ledger_key) }
    }

    /// Name of the file in the vault that lets a node's first start begin the ledger under this key.
    #[must_use]
    pub fn word_of(ledger_key: &[u8; 32]) -> String {
        format!("{}.awaited", name_of(ledger_key))
    }

    fn awaited(&self) -> String {
        format!("{}.awaited", self.name)
    }

    fn begun(&self) -> String {
        format!("{}.begun", self.name)
    }

    fn lost(&self) -> String {
        format!("{}.lost", self.name)
    }

    /// Whether a first start is awaited.
    ///
    /// # Errors
    /// The system's.
    pub fn is_awaited(&self) -> io::Result<bool> {
        Ok(self.vault.list()?.contains(&self.awaited()))
    }

    /// The origin of the ledger that was begun under this key, if one was.
    ///
    /// # Errors
    /// The system's.
    pub fn origin(&self) -> io::Result<Option<String>> {
        if !self.vault.list()?.contains(&self.begun()) {
            return Ok(None);
        }
        let text = self.vault.read(&self.begun())?;
        Ok(Some(String::from_utf8_lossy(&text).trim().to_owned()))
    }

    /// Notes that the ledger was begun, and takes back the word that let it.
    ///
    /// # Errors
    /// The system's.
    pub fn note(&self, origin: &Origin) -> io::Result<()> {
        let names = self.vault.list()?;
        if !names.contains(&self.begun()) {
            self.vault.write(&self.begun(), format!("{origin}\n").as_bytes())?;
        }
        if names.contains(&self.awaited()) { self.vault.destroy(&self.awaited()) } else { Ok(()) }
    }

    /// Notes a head of this ledger that a peer holds and the ledger does not contain.
    ///
    /// # Errors
    /// The system's.
    pub fn note_lost(&self, head: &Head) -> io::Result<()> {
        if self.vault.list()?.contains(&self.lost()) {
            return Ok(());
        }
        self.vault.write(&self.lost(), &head.note)
    }

    /// The signed head that was noted as lost, if one was.
    ///
    /// # Errors
    /// The system's.
    pub fn lost_head(&self) -> io::Result<Option<Bytes>> {
        if !self.vault.list()?.contains(&self.lost()) {
            return Ok(None);
        }
        Ok(Some(Bytes::copy_from_slice(&self.vault.read(&self.lost())?)))
    }

    /// The ledger contains the head again: the copy that has it was put back.
    ///
    /// # Errors
    /// The system's.
    pub fn forget_lost(&self) -> io::Result<()> {
        self.vault.destroy(&self.lost())
    }
}

fn name_of(ledger_key: &[u8; 32]) -> String {
    format!("ledger-{}", hex::encode(&ledger_key[..KEY_BYTES]))
}

/// Whether a directory holds segments of a ledger.
#[must_use]
pub fn holds_segments(directory: &Path) -> bool {
    let is_segment = |entry: fs::DirEntry| entry.path().extension().is_some_and(|end| end == "segment");
    fs::read_dir(directory).is_ok_and(|entries| entries.flatten().any(is_segment))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin() -> Origin {
        "demo.rogatory.example/nl-om/00000000-0000-7000-8000-000000000001".parse().unwrap()
    }

    #[test]
    fn the_word_is_used_up_by_the_beginning_and_the_mark_stays() {
        let home = tempfile::tempdir().unwrap();
        let beginning = Beginning::of(DirVault::open(home.path()).unwrap(), &[7; 32]);
        assert!(!beginning.is_awaited().unwrap());
        fs::write(home.path().join(Beginning::word_of(&[7; 32])), "").unwrap();
        assert!(beginning.is_awaited().unwrap());
        assert_eq!(beginning.origin().unwrap(), None);
        for _ in 0..2 {
            beginning.note(&origin()).unwrap();
            assert!(!beginning.is_awaited().unwrap());
            assert_eq!(beginning.origin().unwrap(), Some(origin().to_string()));
        }
    }

    #[test]
    fn another_key_may_begin_beside_an_old_mark() {
        let home = tempfile::tempdir().unwrap();
        let of = |key| Beginning::of(DirVault::open(home.path()).unwrap(), &[key; 32]);
        of(7).note(&origin()).unwrap();
        assert_eq!(of(8).origin().unwrap(), None);
    }
}
