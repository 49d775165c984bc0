//! Signed heads: what one group's signature says. Must not hold a key.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use rogatory_tlog::Hash;
use sha2::{Digest, Sha256};

/// Signs with the ledger's key, wherever that lives.
pub trait Signer: Send + Sync + 'static {
    /// The Ed25519 public key.
    fn public_key(&self) -> [u8; 32];
    /// The Ed25519 signature over the checkpoint's text, byte for byte.
    fn sign(&self, checkpoint_text: &[u8]) -> [u8; 64];
}

/// The tree at a decision boundary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of entries.
    pub size: u64,
    /// Root over them.
    pub root: Hash,
    /// The C2SP signed checkpoint; absent for the empty ledger and while signing is held.
    pub note: Option<Bytes>,
}

impl Head {
    pub(crate) fn unsigned(size: u64, root: Hash) -> Self {
        Self { size, root, note: None }
    }

    pub(crate) fn signed(size: u64, root: Hash, origin: &str, signer: &dyn Signer) -> Self {
        let text = format!("{origin}\n{size}\n{}\n", STANDARD.encode(root.as_bytes()));
        let mut blob = key_hash(origin, &signer.public_key()).to_vec();
        blob.extend_from_slice(&signer.sign(text.as_bytes()));
        let note = format!("{text}\n\u{2014} {origin} {}\n", STANDARD.encode(blob));
        Self { size, root, note: Some(note.into()) }
    }
}

/// Names an Ed25519 key in a signature line (C2SP signed-note).
fn key_hash(name: &str, key: &[u8; 32]) -> [u8; 4] {
    let hash = Sha256::new().chain_update(name).chain_update([b'\n', 1]).chain_update(key).finalize();
    [hash[0], hash[1], hash[2], hash[3]]
}
