//! Rereading: opens ledger entries again, for the fold after a start, for links, for readers and for evidence.
//!
//! Owns the way back from an entry to a record. An entry whose vault day was destroyed reads as erased.

use bytes::Bytes;
use prost::Message;
use rogatory_domain::id::FederationId;
use rogatory_evidence::{Envelope, Facts, FactsError, Head, Header, Kind, Leaf, Origin, Private, Shared, pb};
use rogatory_index::{Folding, HeldReceipt};
use rogatory_keys::{ContentKey, RecordKey, Vault, VaultError, WrappedKey};
use rogatory_ledger::Entry;
use rogatory_tlog::{Checkpoint, Note};

/// An entry that cannot be read as a record.
#[derive(Debug, thiserror::Error)]
pub enum RereadError {
    /// The entry is not a record.
    #[error("the ledger entry at {0} is not a readable record")]
    Malformed(u64),
    /// The record's facts were written by a later release, or are none.
    #[error("the ledger entry at {0} cannot be read by this release")]
    Facts(u64, #[source] FactsError),
    /// The vault failed.
    #[error("the vault failed on the record at {0}")]
    Vault(u64, #[source] VaultError),
}

/// A record, decoded without opening its sealed part.
#[derive(Clone)]
pub struct Stored {
    position: u64,
    leaf: Leaf,
    raw: pb::StoredRecord,
}

/// The sealed part of a record.
pub struct Opened {
    /// Who and why.
    pub private: Private,
    /// Encoded private part, as committed.
    pub private_bytes: Bytes,
    /// Salt of the private commitment.
    pub private_salt: Bytes,
    /// Facts for the fold.
    pub facts: Option<Facts>,
    /// Content key, where the record is about an envelope this node holds.
    pub content_key: Option<ContentKey>,
    /// Keyed digest of submitted content.
    pub submitted: [u8; 32],
}

impl Stored {
    /// Decodes an entry.
    ///
    /// # Errors
    /// [`RereadError::Malformed`].
    pub fn decode(position: u64, entry: &Entry) -> Result<Self, RereadError> {
        let malformed = || RereadError::Malformed(position);
        let raw = pb::StoredRecord::decode(entry.payload.clone()).map_err(|_| malformed())?;
        Ok(Self { position, leaf: Leaf::from_bytes(entry.leaf).ok_or_else(malformed)?, raw })
    }

    /// Position in the ledger.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Day of the vault key the record is sealed under, days since the Unix epoch.
    pub fn vault_day(&self) -> u32 {
        self.raw.vault_day
    }

    /// The leaf.
    pub fn leaf(&self) -> &Leaf {
        &self.leaf
    }

    /// The shared part.
    ///
    /// # Errors
    /// [`RereadError::Malformed`].
    pub fn shared(&self) -> Result<Shared, RereadError> {
        Shared::parse(&self.raw.shared).map_err(|_| RereadError::Malformed(self.position))
    }

    /// The kind, read without the rest; `None` when the shared part is not readable.
    pub fn kind(&self) -> Option<Kind> {
        pb::Shared::decode(self.raw.shared.clone()).ok().map(|shared| shared.kind())
    }

    /// The opening for a proof.
    pub fn opening(&self) -> pb::Opening {
        pb::Opening {
            index: self.position,
            shared: self.raw.shared.clone(),
            shared_salt: self.raw.shared_salt.clone(),
            private_commitment: Bytes::copy_from_slice(&self.leaf.private_commitment()),
        }
    }

    /// The envelope, in records about one this node holds.
    pub fn envelope(&self) -> Option<Envelope> {
        let raw = &self.raw;
        (!raw.header.is_empty())
            .then(|| Envelope { header: raw.header.clone(), ciphertext: raw.ciphertext.clone() })
    }

    /// The parsed header of the envelope.
    ///
    /// # Errors
    /// [`RereadError::Malformed`].
    pub fn header(&self) -> Result<Option<Header>, RereadError> {
        if self.raw.header.is_empty() {
            return Ok(None);
        }
        Header::parse(&self.raw.header).map(Some).map_err(|_| RereadError::Malformed(self.position))
    }

    /// Proofs of a peer that the record holds.
    ///
    /// # Errors
    /// [`RereadError::Malformed`].
    pub fn proofs(&self) -> Result<Option<pb::ProofBatch>, RereadError> {
        if self.raw.proofs.is_empty() {
            return Ok(None);
        }
        let batch = pb::ProofBatch::decode(self.raw.proofs.clone());
        batch.map(Some).map_err(|_| RereadError::Malformed(self.position))
    }

    /// Opens the sealed part; `None` when it was erased.
    ///
    /// # Errors
    /// When the vault fails or the part is damaged.
    pub fn open(&self, vault: &Vault) -> Result<Option<Opened>, RereadError> {
        let malformed = || RereadError::Malformed(self.position);
        let bytes = self.raw.wrapped_key.as_ref().try_into().map_err(|_| malformed())?;
        let record_key = match vault.unwrap(&WrappedKey { day: self.raw.vault_day, bytes }) {
            Ok(key) => key,
            Err(VaultError::Erased) => return Ok(None),
            Err(error) => return Err(RereadError::Vault(self.position, error)),
        };
        self.open_with(&record_key).map(Some)
    }

    fn open_with(&self, record_key: &RecordKey) -> Result<Opened, RereadError> {
        let malformed = || RereadError::Malformed(self.position);
        let plain = record_key.open(self.leaf.as_bytes(), &self.raw.sealed).map_err(|_| malformed())?;
        let secret = pb::Secret::decode(Bytes::from(plain)).map_err(|_| malformed())?;
        let facts = if secret.facts.is_empty() {
            None
        } else {
            Some(Facts::parse(&secret.facts).map_err(|error| RereadError::Facts(self.position, error))?)
        };
        let content_key = (!secret.content_key.is_empty())
            .then(|| <[u8; 32]>::try_from(secret.content_key.as_ref()).map(ContentKey::from_bytes))
            .transpose()
            .map_err(|_| malformed())?;
        Ok(Opened {
            private: Private::parse(&secret.private).ok_or_else(malformed)?,
            private_bytes: secret.private,
            private_salt: secret.private_salt,
            facts,
            content_key,
            submitted: secret.submitted_digest.as_ref().try_into().unwrap_or([0; 32]),
        })
    }

    /// The record as the fold reads it.
    ///
    /// # Errors
    /// When the record is damaged or the vault fails.
    pub fn folding(&self, vault: &Vault) -> Result<Folding, RereadError> {
        let malformed = || RereadError::Malformed(self.position);
        let shared = self.shared()?;
        let needs_facts = matches!(
            shared.kind,
            Kind::Sent | Kind::Taken | Kind::HandedOver | Kind::Noticed | Kind::ClockAlarm
        );
        let opened = if needs_facts { self.open(vault)? } else { None };
        let erased = needs_facts && opened.is_none();
        let (facts, submitted) = opened.map_or((None, [0; 32]), |o| (o.facts, o.submitted));
        let (head, receipts) = match self.proofs()? {
            None => (None, Vec::new()),
            // Two heads that contradict each other change nothing of what is held.
            Some(_) if shared.kind == Kind::ForkSeen => (None, Vec::new()),
            Some(batch) => {
                let head = held_head(&batch.note, &shared.federation).ok_or_else(malformed)?;
                // An opening of a later release, which could not be read when it came either, tells the fold nothing.
                let receipts = batch.openings.iter().filter_map(held_receipt);
                let told = |receipt: &HeldReceipt| is_told_by(shared.kind, receipt.shared.kind);
                (Some(head), receipts.filter(told).collect())
            }
        };
        let header = self.header()?;
        let sender = (!self.raw.sender.is_empty()).then(|| self.raw.sender.parse()).transpose();
        let envelope_bytes = (self.raw.header.len() + self.raw.ciphertext.len()) as u64;
        Ok(Folding {
            position: self.position,
            shared,
            facts,
            erased,
            header,
            sender: sender.map_err(|_| malformed())?,
            submitted,
            envelope_bytes,
            receipts,
            head,
        })
    }
}

/// Which openings a record of proofs tells the fold of: a head that is held tells of what its agency gave up, receipts
/// of what was taken or refused. The record that is written and the record that is reread must agree.
pub fn is_told_by(record: Kind, opening: Kind) -> bool {
    match record {
        Kind::HeadHeld => opening == Kind::GivenUp,
        Kind::Receipted => matches!(opening, Kind::Taken | Kind::Refused),
        _ => false,
    }
}

fn held_receipt(opening: &pb::Opening) -> Option<HeldReceipt> {
    Some(HeldReceipt { index: opening.index, shared: Shared::parse(&opening.shared).ok()? })
}

/// A head that was verified before it was recorded; its signature is not checked again.
fn held_head(note: &Bytes, federation: &FederationId) -> Option<Head> {
    let parsed: Note = std::str::from_utf8(note).ok()?.parse().ok()?;
    let checkpoint: Checkpoint = parsed.text().parse().ok()?;
    let origin: Origin = checkpoint.origin.parse().ok()?;
    (origin.federation == *federation).then(|| Head {
        origin,
        size: checkpoint.size,
        root: checkpoint.root,
        note: note.clone(),
    })
}

/// A head from a row of the index, verified before it was recorded.
pub fn head_of_row(row: &rogatory_index::PeerRow, federation: &FederationId) -> Option<Head> {
    held_head(&Bytes::copy_from_slice(&row.note), federation)
        .filter(|head| head.origin.instance == row.instance)
}
