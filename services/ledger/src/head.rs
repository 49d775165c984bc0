//! Signed heads: what one group's signature says. Must not hold a key.

use bytes::Bytes;
use rogatory_tlog::{Checkpoint, Hash, Note, SignatureLine, VerifierKey};

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

    /// `key` is the signer's, named by the origin.
    pub(crate) fn signed(size: u64, root: Hash, key: &VerifierKey, signer: &dyn Signer) -> Self {
        let text = Checkpoint { origin: key.name().to_owned(), size, root }.to_string();
        let line = SignatureLine::ed25519(key, &signer.sign(text.as_bytes()));
        let note = line.and_then(|line| Note::new(text, vec![line]));
        let note = note.expect("an Ed25519 key and a checkpoint always make a note");
        Self { size, root, note: Some(note.to_string().into()) }
    }
}
