//! The Ed25519 key (RFC 8032) that signs the heads of one agency's ledger.
//!
//! It must not decide what is signed: the ledger hands it checkpoint texts.

use std::fmt;
use std::path::Path;

use ed25519_dalek::{Signer as _, SigningKey};
use zeroize::Zeroizing;

use crate::key_file::{self, KeyFileError};
use crate::random::Random;

const KIND: &str = "rogatory-ledger-key/v1";

/// A ledger's signing key; signatures are deterministic, so signing needs no randomness.
#[derive(Clone)]
pub struct LedgerKey(SigningKey);

impl LedgerKey {
    /// A fresh key.
    #[must_use]
    pub fn generate(random: &dyn Random) -> Self {
        Self::from_seed(random.array())
    }

    /// The key that `seed` stands for.
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&Zeroizing::new(seed)))
    }

    /// The secret of which the whole key follows.
    fn seed(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The public key, as verifiers know it.
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
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        Ok(Self::from_seed(*key_file::load(path, KIND)?))
    }

    /// The text of its key file: write it nowhere but to a file of mode 0600.
    #[must_use]
    pub fn file_text(&self) -> Zeroizing<String> {
        key_file::line(KIND, self.seed())
    }

    /// Creates a key file of mode 0600, durably; an existing file is never replaced.
    pub fn store(&self, path: &Path) -> Result<(), KeyFileError> {
        key_file::store(path, KIND, self.seed())
    }
}

impl fmt::Debug for LedgerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LedgerKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signature, VerifyingKey};

    use super::*;
    use crate::random::SeededRandom;

    #[test]
    fn signing_follows_rfc_8032_test_2() {
        let seed = hex::decode("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb").unwrap();
        let key = LedgerKey::from_seed(seed.try_into().unwrap());
        assert_eq!(
            hex::encode(key.public()),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
        );
        assert_eq!(
            hex::encode(key.sign(&[0x72])),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        );
    }

    #[test]
    fn a_stored_key_signs_as_before() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ledger.key");
        let key = LedgerKey::generate(&SeededRandom::new(1));
        key.store(&path).unwrap();
        let loaded = LedgerKey::load(&path).unwrap();
        assert_eq!(loaded.public(), key.public());
        let verifier = VerifyingKey::from_bytes(&key.public()).unwrap();
        assert!(verifier.verify_strict(b"head", &Signature::from_bytes(&loaded.sign(b"head"))).is_ok());
        assert!(verifier.verify_strict(b"tail", &Signature::from_bytes(&loaded.sign(b"head"))).is_err());
    }
}
