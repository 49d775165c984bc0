//! The key that digests submitted content, by which a repeat is told from an id that is used twice.
//!
//! Owns its files in the vault, one a generation. It is independent of the key that signs, so that a ledger whose signing
//! key changes still knows its own submissions. It must not know what is digested.

use zeroize::Zeroizing;

use crate::cipher::Deriver;
use crate::key_file;
use crate::random::Random;
use crate::vault::{VaultError, VaultStore};

const KIND: &str = "rogatory-submission-key/v1";

/// One generation of the key. A record says under which generation its digest was made.
#[derive(Clone)]
pub struct SubmissionKey {
    generation: u32,
    secret: Zeroizing<[u8; 32]>,
}

impl SubmissionKey {
    /// A key that is held in no vault, for simulations.
    #[must_use]
    pub fn from_bytes(generation: u32, secret: [u8; 32]) -> Self {
        Self { generation, secret: Zeroizing::new(secret) }
    }

    /// The newest generation in a vault. `owner` names the federation and the agency: the key of another one is refused.
    ///
    /// # Errors
    /// [`VaultError::NoSubmissionKey`] where there is none: with another key every repeat of an earlier submission would
    /// look like an id that is used twice.
    pub fn open(store: &dyn VaultStore, owner: &str) -> Result<Self, VaultError> {
        let generation = newest(store)?.ok_or(VaultError::NoSubmissionKey)?;
        let text = store.read(&file(generation))?;
        let secret = parse(generation, owner, &text).ok_or(VaultError::SubmissionKeyFile(generation))?;
        Ok(Self { generation, secret })
    }

    /// The newest generation in the vault of a ledger that is about to begin; the first one is made and synced if there is
    /// none.
    ///
    /// # Errors
    /// When it cannot be read or made durable.
    pub fn begin(store: &dyn VaultStore, owner: &str, random: &dyn Random) -> Result<Self, VaultError> {
        if newest(store)?.is_none() {
            let secret = Zeroizing::new(random.array());
            store.write(&file(1), line(1, owner, &secret).as_bytes())?;
        }
        Self::open(store, owner)
    }

    /// Number of the generation, from 1.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// The secret, for a keyed digest only.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.secret
    }
}

impl std::fmt::Debug for SubmissionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SubmissionKey(generation {})", self.generation)
    }
}

/// The text of a key file: kind, key, and a value that only this key of this generation and owner gives.
fn line(generation: u32, owner: &str, secret: &[u8; 32]) -> Zeroizing<String> {
    let key = key_file::line(KIND, secret);
    Zeroizing::new(format!("{} {}\n", key.trim_end(), hex::encode(check_value(generation, owner, secret))))
}

/// Undoes [`line`].
fn parse(generation: u32, owner: &str, text: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let split = text.iter().rposition(|byte| *byte == b' ')?;
    let key = Zeroizing::new([&text[..split], b"\n"].concat());
    let secret = key_file::parse(KIND, &key)?;
    let check = text[split + 1..].strip_suffix(b"\n")?;
    (check == hex::encode(check_value(generation, owner, &secret)).as_bytes()).then_some(secret)
}

fn check_value(generation: u32, owner: &str, secret: &[u8; 32]) -> [u8; 8] {
    let label =
        [b"rogatory/submission/v1 check ".as_slice(), &generation.to_be_bytes(), owner.as_bytes()].concat();
    let derived = Deriver::new(secret).derive(&label);
    let mut value = [0; 8];
    value.copy_from_slice(&derived[..8]);
    value
}

fn file(generation: u32) -> String {
    format!("submission-{generation}.key")
}

fn newest(store: &dyn VaultStore) -> Result<Option<u32>, VaultError> {
    let generation = |name: &String| {
        let generation = name.strip_prefix("submission-")?.strip_suffix(".key")?.parse().ok()?;
        (file(generation) == *name).then_some(generation)
    };
    Ok(store.list()?.iter().filter_map(generation).max())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;
    use crate::vault::MemoryVault;

    const OWNER: &str = "demo.rogatory.example/nl-om";

    #[test]
    fn a_key_is_made_once_for_a_ledger_that_begins_and_never_for_one_that_goes_on() {
        let vault = MemoryVault::default();
        assert!(matches!(SubmissionKey::open(&vault, OWNER), Err(VaultError::NoSubmissionKey)));
        let made = SubmissionKey::begin(&vault, OWNER, &SeededRandom::new(1)).unwrap();
        let again = SubmissionKey::begin(&vault, OWNER, &SeededRandom::new(2)).unwrap();
        let opened = SubmissionKey::open(&vault, OWNER).unwrap();
        assert_eq!((made.expose(), made.generation()), (again.expose(), 1));
        assert_eq!(made.expose(), opened.expose());
    }

    #[test]
    fn the_newest_generation_is_used_and_a_changed_file_is_noticed() {
        let vault = MemoryVault::default();
        SubmissionKey::begin(&vault, OWNER, &SeededRandom::new(1)).unwrap();
        vault.write(&file(2), line(2, OWNER, &[9; 32]).as_bytes()).unwrap();
        let newest = SubmissionKey::open(&vault, OWNER).unwrap();
        assert_eq!((newest.generation(), newest.expose()), (2, &[9; 32]));
        vault.write(&file(3), line(2, OWNER, &[9; 32]).as_bytes()).unwrap();
        assert!(matches!(SubmissionKey::open(&vault, OWNER), Err(VaultError::SubmissionKeyFile(3))));
    }

    #[test]
    fn the_key_of_another_agency_is_refused() {
        let vault = MemoryVault::default();
        SubmissionKey::begin(&vault, OWNER, &SeededRandom::new(1)).unwrap();
        let opened = SubmissionKey::open(&vault, "demo.rogatory.example/fr-jirs-marseille");
        assert!(matches!(opened, Err(VaultError::SubmissionKeyFile(1))));
    }

    #[test]
    fn a_key_does_not_print_itself() {
        let key = SubmissionKey::from_bytes(1, [7; 32]);
        assert_eq!(format!("{key:?}"), "SubmissionKey(generation 1)");
    }
}
