//! Messages of another referral that an opening carries, because the case is passed on: each as its sender sent it, with the key that
//! opens it and the proof of who sent it.
//!
//! Owns their encoding. It must not verify or open anything: who carries them to whom, and what they are worth, is judged elsewhere.

use std::fmt;

use bytes::Bytes;
use rogatory_domain::limits;
use rogatory_evidence::pb::Opening as RecordOpening;

use crate::{MessageError, pb};

/// One message with everything that shows who sent it.
#[derive(Clone, PartialEq, Eq)]
pub struct Carried {
    /// Frozen bytes of its header.
    pub header: Bytes,
    /// Its sealed body.
    pub ciphertext: Bytes,
    /// The key that opens the body.
    pub content_key: [u8; 32],
    /// The record SENT of its sender.
    pub sent: RecordOpening,
    /// The proof that it stands in the sender's ledger, in the C2SP tlog-proof format.
    pub proof: String,
}

/// The key stays out of logs.
impl fmt::Debug for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Carried").field("header", &self.header).finish_non_exhaustive()
    }
}

impl Carried {
    pub(crate) fn to_pb(&self) -> pb::CarriedMessage {
        pb::CarriedMessage {
            header: self.header.clone(),
            ciphertext: self.ciphertext.clone(),
            content_key: Bytes::copy_from_slice(&self.content_key),
            sent: Some(self.sent.clone()),
            proof: self.proof.clone(),
        }
    }

    fn from_pb(raw: pb::CarriedMessage) -> Result<Self, MessageError> {
        let malformed = MessageError::Malformed("carried");
        Ok(Self {
            header: raw.header,
            ciphertext: raw.ciphertext,
            content_key: raw.content_key.as_ref().try_into().map_err(|_| malformed.clone())?,
            sent: raw.sent.ok_or(malformed)?,
            proof: raw.proof,
        })
    }

    pub(crate) fn all_from_pb(raw: Vec<pb::CarriedMessage>) -> Result<Vec<Self>, MessageError> {
        if raw.len() > limits::MESSAGES_CARRIED {
            return Err(MessageError::Malformed("carried"));
        }
        raw.into_iter().map(Self::from_pb).collect()
    }
}
