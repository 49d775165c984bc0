//! The key of one ledger record: it seals the record's private part once and gives the record's salts.
//!
//! Destroying it (by destroying the vault day that wraps it) makes both unreadable. It must not know
//! what a record contains.

use std::fmt;

use zeroize::Zeroizing;

use crate::cipher::{self, Deriver, TAG};
use crate::content::OpenError;
use crate::random::Random;

/// 32 random bytes of which sealing key and salts are derived; seals exactly one plaintext.
#[derive(Clone)]
pub struct RecordKey {
    secret: Zeroizing<[u8; 32]>,
    deriver: Deriver,
}

impl RecordKey {
    /// A fresh key.
    #[must_use]
    pub fn generate(random: &dyn Random) -> Self {
        Self::from_bytes(random.array())
    }

    /// A key that was exposed before.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self { deriver: Deriver::new(&bytes), secret: Zeroizing::new(bytes) }
    }

    /// The secret itself, for wrapping it elsewhere.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.secret
    }

    /// Seals `plaintext`, bound to `aad`. Call it once per key: the nonce is fixed.
    #[must_use]
    pub fn seal(&self, aad: &[u8], plaintext: &[u8]) -> Vec<u8> {
        let mut buffer = Vec::with_capacity(plaintext.len() + TAG);
        buffer.extend_from_slice(plaintext);
        cipher::seal_once(&self.encryption_key(), aad, &mut buffer);
        buffer
    }

    /// Opens what [`Self::seal`] made; every failure is [`OpenError::Damaged`].
    pub fn open(&self, aad: &[u8], ciphertext: &[u8]) -> Result<Vec<u8>, OpenError> {
        cipher::open_once(&self.encryption_key(), aad, ciphertext).ok_or(OpenError::Damaged)
    }

    /// The salt named `label`: as secret as the key until shown, and showing one tells nothing of the others.
    #[must_use]
    pub fn salt(&self, label: &str) -> [u8; 32] {
        *self.deriver.derive(&[b"rogatory/record/v1 salt ", label.as_bytes()].concat())
    }

    fn encryption_key(&self) -> Zeroizing<[u8; 32]> {
        self.deriver.derive(b"rogatory/record/v1 key")
    }
}

impl fmt::Debug for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::random::SeededRandom;

    proptest! {
        #[test]
        fn a_sealed_part_opens_to_itself_and_to_nothing_else(seed: u64, text: Vec<u8>, at: prop::sample::Index, bit in 0u8..8) {
            let key = RecordKey::generate(&SeededRandom::new(seed));
            let mut sealed = key.seal(b"place", &text);
            prop_assert_eq!(key.open(b"place", &sealed), Ok(text));
            prop_assert_eq!(key.open(b"other", &sealed), Err(OpenError::Damaged));
            let at = at.index(sealed.len());
            sealed[at] ^= 1u8 << bit;
            prop_assert_eq!(key.open(b"place", &sealed), Err(OpenError::Damaged));
        }
    }

    #[test]
    fn salts_differ_by_label_and_by_key() {
        let random = SeededRandom::new(1);
        let (a, b) = (RecordKey::generate(&random), RecordKey::generate(&random));
        assert_eq!(a.salt("shared"), a.salt("shared"));
        assert_ne!(a.salt("shared"), a.salt("private"));
        assert_ne!(a.salt("shared"), b.salt("shared"));
    }
}
