//! The two uses of AES this crate makes: a key that seals one thing, and a key that wraps many keys.
//!
//! Nothing outside this file chooses a nonce.

use aws_lc_rs::aead::{
    AES_256_GCM, AES_256_GCM_SIV, Aad, Algorithm, LessSafeKey, NONCE_LEN, Nonce, UnboundKey,
};
use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use crate::random::Random;

/// Bytes of the authentication tag that ends every ciphertext.
pub(crate) const TAG: usize = 16;
/// Bytes of a wrapped key: nonce (12), encrypted key (32), tag (16).
pub(crate) const WRAPPED: usize = NONCE_LEN + 32 + TAG;

/// A secret prepared for derivation, so that the HMAC key schedule is paid for once.
#[derive(Clone)]
pub(crate) struct Deriver(hmac::Key);

impl Deriver {
    pub(crate) fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// HKDF-Expand (RFC 5869, 2.3) to one block; the secret is uniform already, so Extract is skipped (3.3).
    pub(crate) fn derive(&self, label: &[u8]) -> Zeroizing<[u8; 32]> {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(label);
        context.update(&[1]);
        let mut output = Zeroizing::new([0; 32]);
        output.copy_from_slice(context.sign().as_ref());
        output
    }
}

fn prepare(algorithm: &'static Algorithm, key: &[u8; 32]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(algorithm, key).expect("AES-256 takes any 32 bytes"))
}

/// The nonce of keys that seal exactly one plaintext: uniqueness per key is all GCM asks, and it holds trivially.
fn only_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

/// Encrypts `buffer` in place and appends the tag; `key` must never seal anything else.
pub(crate) fn seal_once(key: &[u8; 32], aad: &[u8], buffer: &mut Vec<u8>) {
    prepare(&AES_256_GCM, key)
        .seal_in_place_append_tag(only_nonce(), Aad::from(aad), buffer)
        .expect("a buffer in memory is shorter than the 64 GiB limit of GCM");
}

/// Undoes [`seal_once`]; `None` if key, associated data or any byte differs.
pub(crate) fn open_once(key: &[u8; 32], aad: &[u8], ciphertext: &[u8]) -> Option<Vec<u8>> {
    let mut buffer = ciphertext.to_vec();
    let length =
        prepare(&AES_256_GCM, key).open_in_place(only_nonce(), Aad::from(aad), &mut buffer).ok()?.len();
    buffer.truncate(length);
    Some(buffer)
}

/// A key that wraps other keys under random nonces, far fewer than 2^32 of them (an hour's or a day's).
///
/// AES-256-GCM-SIV (RFC 8452): a machine restored from a snapshot may repeat nonces, and SIV survives that.
pub(crate) struct WrappingKey(LessSafeKey);

impl WrappingKey {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(prepare(&AES_256_GCM_SIV, key))
    }

    pub(crate) fn wrap(&self, random: &dyn Random, aad: &[u8], secret: &[u8; 32]) -> [u8; WRAPPED] {
        let nonce = random.array::<NONCE_LEN>();
        let mut wrapped = [0; WRAPPED];
        wrapped[..NONCE_LEN].copy_from_slice(&nonce);
        let body = &mut wrapped[NONCE_LEN..NONCE_LEN + 32];
        body.copy_from_slice(secret);
        let tag = self
            .0
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), body)
            .expect("32 bytes are below every limit");
        wrapped[NONCE_LEN + 32..].copy_from_slice(tag.as_ref());
        wrapped
    }

    pub(crate) fn unwrap(&self, aad: &[u8], wrapped: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
        let wrapped: &[u8; WRAPPED] = wrapped.try_into().ok()?;
        let nonce = Nonce::try_assume_unique_for_key(&wrapped[..NONCE_LEN]).ok()?;
        let mut body = Zeroizing::new([0; 32 + TAG]);
        body.copy_from_slice(&wrapped[NONCE_LEN..]);
        let opened = self.0.open_in_place(nonce, Aad::from(aad), body.as_mut_slice()).ok()?;
        let mut secret = Zeroizing::new([0; 32]);
        secret.copy_from_slice(opened);
        Some(secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivation_is_the_first_block_of_rfc_5869_case_1() {
        let prk = hex::decode("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5").unwrap();
        let info = hex::decode("f0f1f2f3f4f5f6f7f8f9").unwrap();
        let output = Deriver::new(&prk.try_into().unwrap()).derive(&info);
        assert_eq!(hex::encode(*output), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
    }

    #[test]
    fn sealing_is_the_published_gcm_of_a_zero_key_and_nonce() {
        // Test cases 13 and 14 of the GCM submission.
        let mut buffer = Vec::new();
        seal_once(&[0; 32], b"", &mut buffer);
        assert_eq!(hex::encode(buffer), "530f8afbc74536b9a963b4f1c4cb738b");
        let mut buffer = vec![0; 16];
        seal_once(&[0; 32], b"", &mut buffer);
        assert_eq!(hex::encode(buffer), "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
    }
}
