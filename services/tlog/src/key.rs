//! Verifier keys of signed notes (C2SP signed-note, "vkey" spelling); must never hold a private key.

use core::fmt;
use core::str::FromStr;

use ed25519_dalek::{Signature as RawSignature, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::cosignature;
use crate::encoding::{base64, from_base64};
use crate::note::NoteError;

/// What a key's signature says; the byte is part of key id and vkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// Plain Ed25519 over the note text: a log signing its own checkpoint.
    Ed25519 = 0x01,
    /// Ed25519 over a time and the note text: a witness cosigning (C2SP tlog-cosignature v1).
    Cosignature = 0x04,
}

/// A named public key that signs or cosigns notes.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    kind: KeyKind,
    id: u32,
    public: VerifyingKey,
}

impl VerifierKey {
    /// A key from its 32 public bytes.
    ///
    /// # Errors
    /// [`NoteError::BadKey`] if the name is empty or holds spaces or `+`, or the point is invalid or of small order.
    pub fn new(name: &str, kind: KeyKind, public: &[u8; 32]) -> Result<Self, NoteError> {
        let point = VerifyingKey::from_bytes(public).map_err(|_| NoteError::BadKey)?;
        if !is_key_name(name) || point.is_weak() {
            return Err(NoteError::BadKey);
        }
        Ok(Self { name: name.to_owned(), kind, id: key_id(name, kind as u8, public), public: point })
    }

    /// Name of the signer; for a log its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What this key signs.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The 32-bit hint that tells signature lines apart; not an identity.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// The 32 bytes of the public key.
    pub fn public(&self) -> &[u8; 32] {
        self.public.as_bytes()
    }

    /// Checks a plain signature over `text` without allocating; false for a cosigner's key.
    pub fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        self.kind == KeyKind::Ed25519 && self.verify_raw(text, signature)
    }

    /// Checks the body of a signature line; says the time in Unix seconds if the kind carries one.
    pub(crate) fn verify_line(&self, text: &[u8], body: &[u8]) -> Option<Option<u64>> {
        match self.kind {
            KeyKind::Ed25519 => self.verify_raw(text, body).then_some(None),
            KeyKind::Cosignature => {
                let (time, signature) = cosignature::split(body)?;
                self.verify_raw(&cosignature::message(time, text), signature).then_some(Some(time))
            }
        }
    }

    fn verify_raw(&self, message: &[u8], signature: &[u8]) -> bool {
        // The strict check leaves no room for two verifiers to disagree on odd points.
        RawSignature::from_slice(signature)
            .is_ok_and(|signature| self.public.verify_strict(message, &signature).is_ok())
    }
}

/// First four bytes, big-endian, of SHA-256 over name, newline, kind byte and public key.
pub fn key_id(name: &str, kind: u8, public: &[u8]) -> u32 {
    let digest: [u8; 32] =
        Sha256::new().chain_update(name).chain_update([b'\n', kind]).chain_update(public).finalize().into();
    let [a, b, c, d, ..] = digest;
    u32::from_be_bytes([a, b, c, d])
}

/// Whether a key may have this name.
pub(crate) fn is_key_name(name: &str) -> bool {
    let forbidden = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    !name.is_empty() && !name.contains(forbidden)
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    /// Reads `<name>+<8 hex digits>+<base64 of kind byte and key>`.
    fn from_str(vkey: &str) -> Result<Self, NoteError> {
        let mut parts = vkey.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::BadKey);
        };
        let key = from_base64(key).ok_or(NoteError::BadKey)?;
        let (&kind, public) = key.split_first().ok_or(NoteError::BadKey)?;
        let kind = match kind {
            0x01 => KeyKind::Ed25519,
            0x04 => KeyKind::Cosignature,
            other => return Err(NoteError::UnsupportedKey(other)),
        };
        let key = Self::new(name, kind, public.try_into().map_err(|_| NoteError::BadKey)?)?;
        if id == format!("{:08x}", key.id) { Ok(key) } else { Err(NoteError::BadKey) }
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = [self.kind as u8; 33];
        key[1..].copy_from_slice(self.public());
        write!(f, "{}+{:08x}+{}", self.name, self.id, base64(&key))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
