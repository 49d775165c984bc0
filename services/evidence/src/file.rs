//! The evidence file: everything a court needs to check one message offline, as one JSON text.
//!
//! Owns the format `rogatory-evidence/v1`; what it proves is judged in [`check`](EvidenceFile::verify). It must not read
//! or write files, and nothing outside the signed and proven parts is ever believed.

mod check;
#[cfg(test)]
mod tests;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use rogatory_tlog::{TlogProof, VerifierKey};
use serde::{Deserialize, Serialize};

use crate::commitment::Salt;
use crate::envelope::{Digest, Envelope, Header};
use crate::pb;
use crate::record::Shared;

pub use check::{Finding, FindingKind, Report, Verified, attests_sending};

/// Format line of this version.
pub const FORMAT: &str = "rogatory-evidence/v1";

/// Largest evidence file in bytes; the roster may take half of it.
pub const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Most records in one file.
pub const RECORDS_COUNT_MAX: usize = 1_024;

/// Bytes as standard base64 with padding; every value has exactly one spelling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Encoded(pub Bytes);

impl TryFrom<String> for Encoded {
    type Error = base64::DecodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        STANDARD.decode(text).map(|bytes| Self(bytes.into()))
    }
}

impl From<Encoded> for String {
    fn from(bytes: Encoded) -> Self {
        STANDARD.encode(bytes.0)
    }
}

impl From<&[u8]> for Encoded {
    fn from(bytes: &[u8]) -> Self {
        Self(Bytes::copy_from_slice(bytes))
    }
}

/// One message with its records, their proofs and the roster that names the keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceFile {
    /// Always [`FORMAT`].
    pub format: String,
    /// For people; it must say what the envelope says.
    pub summary: Summary,
    /// Verifier key of the roster, in the C2SP spelling. Compare it with the key you know.
    pub roster_key: String,
    /// Signed note of the roster that names the ledger keys.
    pub roster: String,
    /// The envelope as frozen at submission.
    pub envelope: FileEnvelope,
    /// The records, the sender's first.
    pub records: Vec<FileRecord>,
    /// Content key, where the content is disclosed; 32 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_key: Option<Encoded>,
}

/// What the envelope's header says, in words. It is derived, so a verifier derives it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// Id of the message.
    pub message: String,
    /// Id of the referral.
    pub referral: String,
    /// Agency that sent.
    pub sender: String,
    /// Agencies it was sent to.
    pub recipients: Vec<String>,
    /// Sender's node time at submission, RFC 3339.
    pub submitted: String,
    /// Digest of the envelope in hex.
    pub digest: String,
}

/// Both parts of an envelope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEnvelope {
    /// Frozen bytes of the header.
    pub header: Encoded,
    /// Sealed body.
    pub ciphertext: Encoded,
}

/// One record with its proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    /// Kind of the record as [`crate::Kind::label`] has it, such as `sent`.
    pub role: String,
    /// The shared part's opening.
    pub opening: FileOpening,
    /// The private part's opening; only for auditors and courts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private: Option<FilePrivate>,
    /// Inclusion under a signed head of the record's ledger, in the C2SP tlog-proof format.
    pub proof: String,
}

/// Everything that is needed to recompute the leaf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileOpening {
    /// Position in the ledger.
    pub index: u64,
    /// Encoded shared part, exactly as hashed.
    pub shared: Encoded,
    /// Salt of the shared commitment; 32 bytes.
    pub shared_salt: Encoded,
    /// Commitment to the private part; 32 bytes.
    pub private_commitment: Encoded,
}

/// The private part and its salt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilePrivate {
    /// Encoded private part, exactly as hashed.
    pub private: Encoded,
    /// Salt of its commitment; 32 bytes.
    pub private_salt: Encoded,
}

/// A text that is not an evidence file.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FileError {
    /// Longer than [`FILE_BYTES_MAX`].
    #[error("the evidence file is longer than {FILE_BYTES_MAX} bytes")]
    TooLong,
    /// Not the JSON it should be; line and column count from 1.
    #[error("the evidence file is not readable at line {line}, column {column}")]
    Malformed {
        /// Line.
        line: usize,
        /// Column.
        column: usize,
    },
    /// Another format or version.
    #[error("the file does not say {FORMAT}")]
    Format,
    /// No record, or more than [`RECORDS_COUNT_MAX`].
    #[error("the evidence file holds no record, or more than {RECORDS_COUNT_MAX}")]
    Records,
}

impl EvidenceFile {
    /// A file about one envelope; `None` when the header cannot be read. Add the records, the sender's first.
    pub fn new(roster_key: &VerifierKey, roster_note: &str, envelope: &Envelope) -> Option<Self> {
        let header = Header::parse(&envelope.header).ok()?;
        Some(Self {
            format: FORMAT.to_owned(),
            summary: Summary::of(&header, &envelope.digest()),
            roster_key: roster_key.to_string(),
            roster: roster_note.to_owned(),
            envelope: FileEnvelope {
                header: Encoded(envelope.header.clone()),
                ciphertext: Encoded(envelope.ciphertext.clone()),
            },
            records: Vec::new(),
            content_key: None,
        })
    }

    /// Reads a file; what it proves is another question.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn parse(text: &[u8]) -> Result<Self, FileError> {
        if text.len() > FILE_BYTES_MAX {
            return Err(FileError::TooLong);
        }
        let file: Self = serde_json::from_slice(text)
            .map_err(|e| FileError::Malformed { line: e.line(), column: e.column() })?;
        if file.format != FORMAT {
            return Err(FileError::Format);
        }
        if file.records.is_empty() || file.records.len() > RECORDS_COUNT_MAX {
            return Err(FileError::Records);
        }
        Ok(file)
    }

    /// The file's text.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("texts and numbers are always JSON");
        text.push('\n');
        text
    }
}

impl FileRecord {
    /// A record with its proof; `None` when the shared part cannot be read. `private` is the encoded part and its salt.
    pub fn new(opening: &pb::Opening, private: Option<(&[u8], &Salt)>, proof: &TlogProof) -> Option<Self> {
        Some(Self {
            role: Shared::parse(&opening.shared).ok()?.kind.label().to_owned(),
            opening: FileOpening {
                index: opening.index,
                shared: Encoded(opening.shared.clone()),
                shared_salt: Encoded(opening.shared_salt.clone()),
                private_commitment: Encoded(opening.private_commitment.clone()),
            },
            private: private.map(|(private, salt)| FilePrivate {
                private: private.into(),
                private_salt: salt.as_slice().into(),
            }),
            proof: proof.to_string(),
        })
    }
}

impl FileOpening {
    /// In the shape of the wire.
    pub fn to_pb(&self) -> pb::Opening {
        pb::Opening {
            index: self.index,
            shared: self.shared.0.clone(),
            shared_salt: self.shared_salt.0.clone(),
            private_commitment: self.private_commitment.0.clone(),
        }
    }
}

impl Summary {
    pub(crate) fn of(header: &Header, digest: &Digest) -> Self {
        Self {
            message: header.message.to_string(),
            referral: header.referral.to_string(),
            sender: header.sender.to_string(),
            recipients: header.recipients.iter().map(ToString::to_string).collect(),
            submitted: header.submitted.to_string(),
            digest: format!("{digest:?}"),
        }
    }
}
