//! Content keys on their way to one peer: an agency's sealing key, and the epoch key a pair agrees on every hour.
//!
//! HPKE (RFC 9180) in base mode, X-Wing (0x647a), HKDF-SHA256, AES-256-GCM. The epoch key is exported from it and
//! wraps with AES-256-GCM-SIV: the post-quantum exchange is paid for once an hour, and a message costs one AES call.
//! Base mode does not say who sent; the connection and the signed envelope do. This file must not know when an
//! epoch ends.

use std::fmt;
use std::path::Path;

use aws_lc_rs::digest;
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::rand_core::{Infallible, TryCryptoRng, TryRng};
use hpke::{Deserializable as _, Kem, OpModeR, OpModeS, Serializable as _};
use zeroize::Zeroizing;

use crate::cipher::{WRAPPED, WrappingKey};
use crate::content::{ContentKey, OpenError};
use crate::key_file::{self, KeyFileError};
use crate::random::Random;

/// Bytes of a public sealing key.
pub const PUBLIC_KEY: usize = 1216;
/// Bytes of the key encapsulation in an offer.
pub const ENCAPSULATED: usize = 1120;
/// Bytes of a key slot: a content key wrapped for one recipient.
pub const SLOT: usize = WRAPPED;
/// Most bytes of context; HPKE takes 65535 with its own framing.
pub const MAX_CONTEXT: usize = 4096;

const KIND: &str = "rogatory-sealing-key/v1";
const INFO: &[u8] = b"rogatory/epoch/v1 ";
const EXPORT: &[u8] = b"rogatory/epoch/v1 slots ";

type PrivateKey = <XWing as Kem>::PrivateKey;
type PublicKey = <XWing as Kem>::PublicKey;
type EncappedKey = <XWing as Kem>::EncappedKey;

/// Why no epoch came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealingError {
    /// The recipient's public key is not an X-Wing key.
    #[error("the recipient's sealing key is malformed")]
    PublicKey,
    /// The offer is for another key, perhaps one retired and destroyed.
    #[error("the epoch was offered to another sealing key")]
    OtherKey,
    /// The offer is not an X-Wing encapsulation.
    #[error("the epoch offer is malformed")]
    Offer,
    /// The context is longer than [`MAX_CONTEXT`].
    #[error("the epoch context is too long")]
    Context,
}

/// The X-Wing key pair to which peers of an agency seal.
#[derive(Clone)]
pub struct SealingKey {
    private: PrivateKey,
    public: Vec<u8>,
}

impl SealingKey {
    /// A fresh key pair.
    #[must_use]
    pub fn generate(random: &dyn Random) -> Self {
        let (private, public) = XWing::gen_keypair_with_rng(&mut Source(random));
        Self { private, public: public.to_bytes().to_vec() }
    }

    /// The public half, [`PUBLIC_KEY`] bytes.
    #[must_use]
    pub fn public_bytes(&self) -> &[u8] {
        &self.public
    }

    /// A short name of the public half, for finding a key, never for trusting one.
    #[must_use]
    pub fn key_id(&self) -> [u8; 8] {
        key_id(&self.public)
    }

    /// Reads a key file, which must be private to its owner.
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        let secret = key_file::load(path, KIND)?;
        let private =
            PrivateKey::from_bytes(secret.as_slice()).map_err(|_| key_file::malformed(path, KIND))?;
        let public = XWing::sk_to_pk(&private).to_bytes().to_vec();
        Ok(Self { private, public })
    }

    /// The text of its key file: write it nowhere but to a file of mode 0600.
    #[must_use]
    pub fn file_text(&self) -> Zeroizing<String> {
        let mut secret = Zeroizing::new([0; 32]);
        self.private.write_exact(secret.as_mut_slice());
        key_file::line(KIND, &secret)
    }

    /// Creates a key file of mode 0600, durably; an existing file is never replaced.
    pub fn store(&self, path: &Path) -> Result<(), KeyFileError> {
        let mut secret = Zeroizing::new([0; 32]);
        self.private.write_exact(secret.as_mut_slice());
        key_file::store(path, KIND, &secret)
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKey({})", hex::encode(self.key_id()))
    }
}

/// The name of a public sealing key, by whoever holds it.
#[must_use]
pub fn key_id(public: &[u8]) -> [u8; 8] {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(b"rogatory/sealing-key/v1 ");
    context.update(public);
    let mut id = [0; 8];
    id.copy_from_slice(&context.finish().as_ref()[..8]);
    id
}

/// What a sender tells the recipient so that both hold the epoch's key; public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpochOffer {
    /// Random name of the epoch; every slot says which epoch it is of.
    pub epoch_id: [u8; 16],
    /// The sealing key the epoch was set up for.
    pub recipient_key_id: [u8; 8],
    /// The key encapsulation, [`ENCAPSULATED`] bytes.
    pub encapsulated: Vec<u8>,
}

impl EpochOffer {
    /// The label under which the epoch key is exported: another offer's parts give another key.
    fn export_label(&self) -> Vec<u8> {
        [EXPORT, &self.epoch_id, &self.recipient_key_id].concat()
    }
}

/// The sender's side of an epoch; renewed hourly by its owner, which bounds the wraps under one key.
pub struct EpochSender(WrappingKey);

impl EpochSender {
    /// Sets up an epoch towards `recipient_public`; `context` names federation, sender and recipient, framed.
    pub fn establish(
        recipient_public: &[u8],
        context: &[u8],
        random: &dyn Random,
    ) -> Result<(Self, EpochOffer), SealingError> {
        let public = PublicKey::from_bytes(recipient_public).map_err(|_| SealingError::PublicKey)?;
        let info = info(context)?;
        let mode = OpModeS::Base;
        let (encapsulated, hpke) = hpke::setup_sender_with_rng::<AesGcm256, HkdfSha256, XWing>(
            &mode,
            &public,
            &info,
            &mut Source(random),
        )
        .map_err(|_| SealingError::PublicKey)?;
        let offer = EpochOffer {
            epoch_id: random.array(),
            recipient_key_id: key_id(recipient_public),
            encapsulated: encapsulated.to_bytes().to_vec(),
        };
        let key = export(|out| hpke.export(&offer.export_label(), out));
        Ok((Self(key), offer))
    }

    /// The slot of `content_key` for the envelope named by `digest`.
    #[must_use]
    pub fn wrap(&self, random: &dyn Random, digest: &[u8; 32], content_key: &ContentKey) -> [u8; SLOT] {
        self.0.wrap(random, digest, content_key.expose())
    }
}

/// The recipient's side of an epoch.
pub struct EpochReceiver(WrappingKey);

impl EpochReceiver {
    /// Follows `offer`. A forged encapsulation is not noticed here but by every slot failing to unwrap.
    pub fn accept(key: &SealingKey, context: &[u8], offer: &EpochOffer) -> Result<Self, SealingError> {
        if offer.recipient_key_id != key.key_id() {
            return Err(SealingError::OtherKey);
        }
        let encapsulated = EncappedKey::from_bytes(&offer.encapsulated).map_err(|_| SealingError::Offer)?;
        let info = info(context)?;
        let hpke = hpke::setup_receiver::<AesGcm256, HkdfSha256, XWing>(
            &OpModeR::Base,
            &key.private,
            &encapsulated,
            &info,
        )
        .map_err(|_| SealingError::Offer)?;
        Ok(Self(export(|out| hpke.export(&offer.export_label(), out))))
    }

    /// The content key in `slot`, if it was wrapped in this epoch for the envelope named by `digest`.
    pub fn unwrap(&self, digest: &[u8; 32], slot: &[u8]) -> Result<ContentKey, OpenError> {
        let secret = self.0.unwrap(digest, slot).ok_or(OpenError::Damaged)?;
        Ok(ContentKey::from_bytes(*secret))
    }
}

impl fmt::Debug for EpochSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EpochSender(..)")
    }
}

impl fmt::Debug for EpochReceiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EpochReceiver(..)")
    }
}

fn info(context: &[u8]) -> Result<Vec<u8>, SealingError> {
    if context.len() > MAX_CONTEXT {
        return Err(SealingError::Context);
    }
    Ok([INFO, context].concat())
}

fn export(export: impl FnOnce(&mut [u8]) -> Result<(), hpke::HpkeError>) -> WrappingKey {
    let mut key = Zeroizing::new([0; 32]);
    export(key.as_mut_slice()).expect("32 bytes are fewer than HKDF-SHA256 gives");
    WrappingKey::new(&key)
}

/// Lends our source of randomness to the HPKE library.
struct Source<'a>(&'a dyn Random);

impl TryRng for Source<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.0.array()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.0.array()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Source<'_> {}

#[cfg(test)]
mod tests;
