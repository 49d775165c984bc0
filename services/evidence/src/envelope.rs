//! The envelope: a frozen header and a sealed body, and the digest that covers both.
//!
//! Owns the header's bounds and the digest. It must not open bodies; whoever holds the content key does that.

use bytes::Bytes;
use jiff::Timestamp;
use prost::Message;
use rogatory_domain::id::{AgencyId, FederationId, MessageId, ReferralId};
use sha2::{Digest as _, Sha256};

use crate::pb;

/// Largest encoded header in bytes.
pub const HEADER_BYTES_MAX: usize = 4 * 1024;

/// Most recipients of one envelope.
pub const RECIPIENTS_COUNT_MAX: usize = 16;

/// The suite of this version: this header, and AES-256-GCM under a committing key schedule. A release that gives a header
/// other bounds or seals in another way takes the next number, so that an earlier one answers NOT YET.
pub const SUITE_AES_256_GCM_COMMITTING: u32 = 1;

const DIGEST_LABEL: &[u8] = b"rogatory/envelope/v1\0";

/// Digest of an envelope; SHA-256, 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Digest(pub [u8; 32]);

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// The clear part of an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Federation under whose roster the envelope was made.
    pub federation: FederationId,
    /// Id of the message.
    pub message: MessageId,
    /// Id of the referral.
    pub referral: ReferralId,
    /// Agency that sends.
    pub sender: AgencyId,
    /// Agencies that receive; 1 to 16, each once, never the sender.
    pub recipients: Vec<AgencyId>,
    /// Number among the sender's messages in the referral, from 1.
    pub number: u32,
    /// Digest of the sender's previous envelope in the referral; `None` for number 1 only.
    pub previous: Option<Digest>,
    /// Whether the referral travels in the urgent lane.
    pub urgent: bool,
    /// Commitment to the content key.
    pub key_commitment: [u8; 32],
    /// Sender's node time at submission.
    pub submitted: Timestamp,
    /// Instant after which the sender gives delivery up.
    pub expires: Timestamp,
}

/// Why a header is not one.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum HeaderError {
    /// The header is longer than [`HEADER_BYTES_MAX`].
    #[error("the envelope header is longer than {HEADER_BYTES_MAX} bytes")]
    TooLong,
    /// The header is not the protobuf message it should be.
    #[error("the envelope header is not readable")]
    Malformed,
    /// A field is out of its bounds.
    #[error("the envelope header's field {0} is out of bounds")]
    Field(&'static str),
    /// It is of a later release: what it says is not known here.
    #[error("the envelope header is of a later release: suite {0}")]
    Later(u32),
}

impl Header {
    /// Encodes the header; the result is frozen and must never be encoded again.
    pub fn encode(&self) -> Bytes {
        let header = pb::EnvelopeHeader {
            federation: self.federation.to_string(),
            message_id: Bytes::copy_from_slice(self.message.as_bytes()),
            referral_id: Bytes::copy_from_slice(self.referral.as_bytes()),
            sender: self.sender.to_string(),
            recipients: self.recipients.iter().map(ToString::to_string).collect(),
            number: self.number,
            previous_digest: self.previous.map(|d| Bytes::copy_from_slice(&d.0)).unwrap_or_default(),
            urgent: self.urgent,
            suite: SUITE_AES_256_GCM_COMMITTING,
            key_commitment: Bytes::copy_from_slice(&self.key_commitment),
            submitted_unix_us: self.submitted.as_microsecond(),
            expires_unix_us: self.expires.as_microsecond(),
        };
        header.encode_to_vec().into()
    }

    /// Parses a header from its frozen bytes.
    ///
    /// # Errors
    /// Names the first field that is out of bounds.
    pub fn parse(bytes: &Bytes) -> Result<Self, HeaderError> {
        let raw = pb::EnvelopeHeader::decode(bytes.clone());
        let suite = raw.as_ref().map_or(0, |raw| raw.suite);
        // A later suite may have other bounds, so this is asked first.
        if suite > SUITE_AES_256_GCM_COMMITTING {
            return Err(HeaderError::Later(suite));
        }
        if bytes.len() > HEADER_BYTES_MAX {
            return Err(HeaderError::TooLong);
        }
        let raw = raw.map_err(|_| HeaderError::Malformed)?;
        if raw.suite != SUITE_AES_256_GCM_COMMITTING {
            return Err(HeaderError::Field("suite"));
        }
        let header = Self {
            federation: raw.federation.parse().map_err(|_| HeaderError::Field("federation"))?,
            message: message_id(&raw.message_id).ok_or(HeaderError::Field("message_id"))?,
            referral: referral_id(&raw.referral_id).ok_or(HeaderError::Field("referral_id"))?,
            sender: raw.sender.parse().map_err(|_| HeaderError::Field("sender"))?,
            recipients: agencies(&raw.recipients).ok_or(HeaderError::Field("recipients"))?,
            number: raw.number,
            previous: optional_digest(&raw.previous_digest).ok_or(HeaderError::Field("previous_digest"))?,
            urgent: raw.urgent,
            key_commitment: array(&raw.key_commitment).ok_or(HeaderError::Field("key_commitment"))?,
            submitted: instant(raw.submitted_unix_us).ok_or(HeaderError::Field("submitted_unix_us"))?,
            expires: instant(raw.expires_unix_us).ok_or(HeaderError::Field("expires_unix_us"))?,
        };
        header.check()?;
        Ok(header)
    }

    fn check(&self) -> Result<(), HeaderError> {
        let count = self.recipients.len();
        let repeated = (1..count).any(|i| self.recipients[..i].contains(&self.recipients[i]));
        if count == 0 || count > RECIPIENTS_COUNT_MAX || repeated || self.recipients.contains(&self.sender) {
            return Err(HeaderError::Field("recipients"));
        }
        if self.number == 0 || (self.number == 1) != self.previous.is_none() {
            return Err(HeaderError::Field("number"));
        }
        Ok(())
    }
}

/// A header with its sealed body, as frozen at submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Frozen bytes of the header.
    pub header: Bytes,
    /// Sealed body.
    pub ciphertext: Bytes,
}

impl Envelope {
    /// Digest over both parts: `SHA-256(label ‖ u32 big-endian length of header ‖ header ‖ ciphertext)`.
    pub fn digest(&self) -> Digest {
        let length = u32::try_from(self.header.len()).unwrap_or(u32::MAX);
        let mut hasher = Sha256::new();
        hasher.update(DIGEST_LABEL);
        hasher.update(length.to_be_bytes());
        hasher.update(&self.header);
        hasher.update(&self.ciphertext);
        Digest(hasher.finalize().into())
    }
}

pub(crate) fn array<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    bytes.try_into().ok()
}

pub(crate) fn optional_digest(bytes: &[u8]) -> Option<Option<Digest>> {
    if bytes.is_empty() { Some(None) } else { Some(Some(Digest(array(bytes)?))) }
}

pub(crate) fn message_id(bytes: &[u8]) -> Option<MessageId> {
    MessageId::from_uuid(uuid::Uuid::from_bytes(array(bytes)?)).ok()
}

pub(crate) fn referral_id(bytes: &[u8]) -> Option<ReferralId> {
    ReferralId::from_uuid(uuid::Uuid::from_bytes(array(bytes)?)).ok()
}

pub(crate) fn agencies(names: &[String]) -> Option<Vec<AgencyId>> {
    names.iter().map(|name| name.parse().ok()).collect()
}

/// An instant of the wire; `None` outside the range a calendar can hold.
pub fn instant(unix_us: i64) -> Option<Timestamp> {
    Timestamp::from_microsecond(unix_us).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(suite: u32, sender: usize) -> HeaderError {
        let header =
            pb::EnvelopeHeader { suite, sender: "x".repeat(sender), ..pb::EnvelopeHeader::default() };
        Header::parse(&header.encode_to_vec().into()).unwrap_err()
    }

    #[test]
    fn a_header_of_a_later_suite_is_later_whatever_its_length_and_one_of_this_suite_is_bounded() {
        let long = HEADER_BYTES_MAX + 1;
        assert_eq!([parsed(2, 1), parsed(2, long)], [HeaderError::Later(2), HeaderError::Later(2)]);
        assert_eq!(parsed(SUITE_AES_256_GCM_COMMITTING, long), HeaderError::TooLong);
        assert_eq!([parsed(0, 1), parsed(0, long)], [HeaderError::Field("suite"), HeaderError::TooLong]);
        assert_eq!(Header::parse(&Bytes::from(vec![0xff; long])).unwrap_err(), HeaderError::TooLong);
        assert_eq!(Header::parse(&Bytes::from_static(&[0xff])).unwrap_err(), HeaderError::Malformed);
    }
}
