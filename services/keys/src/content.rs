//! The content key of one message: it seals the body once, and its commitment in the header names it.
//!
//! Plain GCM lets one ciphertext open to two texts under two keys; a sender could then show two recipients
//! different bodies under one digest. The commitment closes that: a key that does not match it is refused
//! before anything is decrypted. This file must not know what a body or a header contains.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use zeroize::Zeroizing;

use crate::cipher::{self, Deriver, TAG};
use crate::random::Random;

/// Sealed lengths are multiples of this many bytes (before the tag), so a length says little about the text.
pub const BUCKET: usize = 64;
/// Bytes of the big-endian length of the text, in front of the text.
const PREFIX: usize = 8;

/// Why something sealed did not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The key is not the one the header commits to.
    #[error("the key does not match its commitment")]
    KeyMismatch,
    /// Key, associated data or ciphertext were altered or do not belong together.
    #[error("the sealed bytes are damaged or were sealed for something else")]
    Damaged,
}

/// 32 random bytes of which encryption key and commitment are derived; seals exactly one body.
#[derive(Clone)]
pub struct ContentKey(Zeroizing<[u8; 32]>);

impl ContentKey {
    /// A fresh key.
    #[must_use]
    pub fn generate(random: &dyn Random) -> Self {
        Self::from_bytes(random.array())
    }

    /// A key that was exposed before; a wrong one is noticed on opening.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The secret itself, for wrapping it elsewhere.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The public name of this key; finding two keys with one commitment means a SHA-256 collision.
    #[must_use]
    pub fn commitment(&self) -> [u8; 32] {
        *commitment(&Deriver::new(&self.0))
    }

    /// Pads and seals `plaintext`, bound to `aad`. Call it once per key: the nonce is fixed, and that is
    /// sound because no second text ever meets this key.
    #[must_use]
    pub fn seal(&self, aad: &[u8], plaintext: &[u8]) -> Vec<u8> {
        let padded = (PREFIX + plaintext.len()).next_multiple_of(BUCKET);
        let mut buffer = Vec::with_capacity(padded + TAG);
        buffer.extend_from_slice(&(plaintext.len() as u64).to_be_bytes());
        buffer.extend_from_slice(plaintext);
        buffer.resize(padded, 0);
        cipher::seal_once(&encryption_key(&Deriver::new(&self.0)), aad, &mut buffer);
        buffer
    }

    /// Opens what [`Self::seal`] made, if this is the key that `commitment` names.
    pub fn open(&self, commitment: &[u8; 32], aad: &[u8], ciphertext: &[u8]) -> Result<Vec<u8>, OpenError> {
        let deriver = Deriver::new(&self.0);
        verify_slices_are_equal(&*self::commitment(&deriver), commitment)
            .map_err(|_| OpenError::KeyMismatch)?;
        let padded =
            cipher::open_once(&encryption_key(&deriver), aad, ciphertext).ok_or(OpenError::Damaged)?;
        unpad(padded).ok_or(OpenError::Damaged)
    }
}

fn commitment(deriver: &Deriver) -> Zeroizing<[u8; 32]> {
    deriver.derive(b"rogatory/content/v1 commitment")
}

fn encryption_key(deriver: &Deriver) -> Zeroizing<[u8; 32]> {
    deriver.derive(b"rogatory/content/v1 key")
}

/// Accepts only the one padding that sealing makes, so that no text has two sealed forms.
fn unpad(mut padded: Vec<u8>) -> Option<Vec<u8>> {
    let (prefix, rest) = padded.split_first_chunk::<PREFIX>()?;
    let length = usize::try_from(u64::from_be_bytes(*prefix)).ok()?;
    let padding = rest.get(length..)?;
    let canonical = padding.len() < BUCKET
        && padded.len().is_multiple_of(BUCKET)
        && padding.iter().all(|&byte| byte == 0);
    canonical.then(|| {
        padded.truncate(PREFIX + length);
        padded.drain(..PREFIX);
        padded
    })
}

impl fmt::Debug for ContentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ContentKey(..)")
    }
}

#[cfg(test)]
mod tests;
