//! The Ed25519 key (RFC 8032) that signs a federation's rosters. Whoever holds it decides who exchanges with whom.
//!
//! It must not decide what is signed.

use std::fmt;
use std::path::Path;

use ed25519_dalek::{Signer as _, SigningKey};
use zeroize::Zeroizing;

use crate::key_file::{self, KeyFileError};
use crate::random::Random;

const KIND: &str = "rogatory-roster-key/v1";

/// A federation's key; signatures are deterministic, so signing needs no randomness.
#[derive(Clone)]
pub struct RosterKey(SigningKey);

impl RosterKey {
    /// A fresh key.
    #[must_use]
    pub fn generate(random: &dyn Random) -> Self {
        Self(SigningKey::from_bytes(&Zeroizing::new(random.array())))
    }

    /// The public key, as every node of the federation has it in its configuration.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// The signature of `message`.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    /// Reads a key file, which must be private to its owner.
    ///
    /// # Errors
    /// Names the file, and what is wrong with it.
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        let seed = key_file::load(path, KIND)?;
        Ok(Self(SigningKey::from_bytes(&seed)))
    }

    /// Creates a key file of mode 0600, durably; an existing file is never replaced.
    ///
    /// # Errors
    /// When there is a file, or none can be made.
    pub fn store(&self, path: &Path) -> Result<(), KeyFileError> {
        key_file::store(path, KIND, self.0.as_bytes())
    }
}

impl fmt::Debug for RosterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RosterKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger_key::LedgerKey;
    use crate::random::SeededRandom;

    #[test]
    fn a_roster_key_loads_again_and_is_no_ledger_key() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("roster.key");
        let key = RosterKey::generate(&SeededRandom::new(1));
        key.store(&path).unwrap();
        assert_eq!(RosterKey::load(&path).unwrap().public(), key.public());
        assert!(LedgerKey::load(&path).is_err(), "a key of one purpose is loaded for no other");
        assert_eq!(format!("{key:?}"), "RosterKey(..)");
    }
}
