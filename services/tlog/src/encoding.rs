//! The two scalar spellings all C2SP text formats share; strict, so that one value has exactly one spelling.

use base64::Engine;
pub(crate) use base64::engine::general_purpose::STANDARD as BASE64;

use crate::Hash;

/// ASCII decimal without sign or leading zeros.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let canonical = text == "0" || text.starts_with(|first: char| matches!(first, '1'..='9'));
    if canonical { text.parse().ok() } else { None }
}

/// A hash as 44 base64 characters, decoded without allocating.
pub(crate) fn hash(text: &str) -> Option<Hash> {
    let mut bytes = [0; 33];
    match BASE64.decode_slice(text, &mut bytes) {
        Ok(32) => bytes[..32].try_into().ok().map(Hash),
        _ => None,
    }
}

/// Any bytes as base64.
pub(crate) fn base64(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// Bytes from base64, padding and trailing bits checked.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text).ok()
}
