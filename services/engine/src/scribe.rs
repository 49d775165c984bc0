//! The scribe: turns what happened into a ledger entry, with its salts, its sealed part and its leaf.
//!
//! Owns the making of records, in the task of whoever asks, so that the engine's thread only decides and appends. It
//! must not decide anything.

use std::sync::Arc;

use bytes::Bytes;
use prost::Message;
use rogatory_domain::id::AgencyId;
use rogatory_evidence::commitment::commitment;
use rogatory_evidence::{Digest, Envelope, Facts, Head, Header, Kind, Leaf, Origin, Private, Shared, pb};
use rogatory_index::{Folding, HeldReceipt};
use rogatory_keys::{ContentKey, Random, RecordKey, SubmissionKey, Vault, VaultError, WrappedKey};
use rogatory_ledger::Entry;

use crate::clock::Clock;

const SECONDS_PER_DAY: i64 = 86_400;

/// Makes the records of one ledger instance.
#[derive(Clone)]
pub struct Scribe {
    origin: Origin,
    vault: Arc<Vault>,
    random: Arc<dyn Random>,
    clock: Arc<dyn Clock>,
    submission_key: SubmissionKey,
}

/// What a record is to say.
pub struct Draft {
    /// The shared part.
    pub shared: Shared,
    /// The private part.
    pub private: Private,
    /// Facts for the fold.
    pub facts: Option<Facts>,
    /// Content key of the envelope, where this node holds it.
    pub content_key: Option<ContentKey>,
    /// Keyed digest of the submitted content.
    pub submitted: [u8; 32],
    /// The envelope with its parsed header.
    pub envelope: Option<(Header, Envelope)>,
    /// Who sent the envelope, where its header cannot be used and none is held.
    pub sender: Option<AgencyId>,
    /// Proofs of a peer, with the head they hang on and the receipts among them.
    pub proofs: Option<(pb::ProofBatch, Head, Vec<HeldReceipt>)>,
    /// Two heads of a peer that contradict each other; what the fold holds of the peer stays as it is.
    pub fork: Option<Fork>,
}

/// A record that is ready to be appended.
#[derive(Clone)]
pub struct Written {
    /// The ledger entry.
    pub entry: Entry,
    /// What the fold will read; its position is set when it is appended.
    pub folding: Folding,
    /// The shared part's opening; its index is set when it is appended.
    pub opening: pb::Opening,
}

/// Two validly signed heads of one agency that do not extend each other as far as the agency could show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fork {
    /// Signed note of the head that was held.
    pub held: Bytes,
    /// Signed note of the head that was shown.
    pub shown: Bytes,
}

impl Fork {
    fn into_batch(self) -> pb::ProofBatch {
        pb::ProofBatch { note: self.shown, contradicts: self.held, ..pb::ProofBatch::default() }
    }
}

impl Draft {
    /// A record of the kind with nothing but the fields every record has.
    pub fn new(scribe: &Scribe, kind: Kind) -> Self {
        Self {
            shared: Shared::new(&scribe.origin, kind, scribe.clock.now()),
            private: Private::default(),
            facts: None,
            content_key: None,
            submitted: [0; 32],
            envelope: None,
            sender: None,
            proofs: None,
            fork: None,
        }
    }

    /// A record about an envelope.
    pub fn about(scribe: &Scribe, kind: Kind, header: Header, envelope: Envelope, digest: Digest) -> Self {
        let mut draft = Self::naming(scribe, kind, &header, digest);
        draft.envelope = Some((header, envelope));
        draft
    }

    /// A record about an envelope whose own header cannot be used, by what its sender's record says of it.
    pub fn about_headless(scribe: &Scribe, kind: Kind, recorded: &Header, digest: Digest) -> Self {
        let mut draft = Self::naming(scribe, kind, recorded, digest);
        draft.sender = Some(recorded.sender.clone());
        draft
    }

    fn naming(scribe: &Scribe, kind: Kind, header: &Header, digest: Digest) -> Self {
        let mut draft = Self::new(scribe, kind);
        draft.shared.message = Some(header.message);
        draft.shared.referral = Some(header.referral);
        draft.shared.envelope = Some(digest);
        draft.shared.recipients.clone_from(&header.recipients);
        draft.shared.number = header.number;
        draft
    }
}

impl Scribe {
    /// A scribe for one ledger instance. `submission_key` keys the digests of submitted content.
    pub fn new(
        origin: Origin,
        vault: Arc<Vault>,
        random: Arc<dyn Random>,
        clock: Arc<dyn Clock>,
        submission_key: SubmissionKey,
    ) -> Self {
        Self { origin, vault, random, clock, submission_key }
    }

    /// The ledger instance.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The random source.
    pub fn random(&self) -> &dyn Random {
        &*self.random
    }

    /// The vault that opens sealed parts.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Keyed digest of submitted content: equal ids must come with equal digests.
    pub fn submitted_digest(&self, content: &[u8]) -> [u8; 32] {
        commitment(content, self.submission_key.expose())
    }

    /// Makes tomorrow's vault key (days are UTC), so that a vault that cannot be written shows before records need it.
    ///
    /// # Errors
    /// When the key cannot be made durable.
    pub fn prepare_tomorrow(&self) -> Result<(), VaultError> {
        self.vault.prepare(self.today().saturating_add(1))
    }

    /// Days since 1970-01-01 UTC.
    fn today(&self) -> u32 {
        let day = self.clock.now().as_second().div_euclid(SECONDS_PER_DAY);
        u32::try_from(day).unwrap_or(0)
    }

    /// Wraps a record key under the day's vault key. A day whose key was destroyed takes no more, so the next day's is
    /// begun early.
    fn wrap(&self, day: u32, record_key: &RecordKey) -> Result<WrappedKey, VaultError> {
        match self.vault.wrap(day, record_key) {
            Err(VaultError::Erased) => self.vault.wrap(day.saturating_add(1), record_key),
            wrapped => wrapped,
        }
    }

    /// Writes the record.
    ///
    /// # Errors
    /// When the vault cannot make or read the key of the day.
    pub fn write(&self, draft: Draft) -> Result<Written, VaultError> {
        let Draft { shared, private, facts, content_key, submitted, envelope, sender, proofs, fork } = draft;
        let record_key = RecordKey::generate(&*self.random);
        let shared_salt = record_key.salt("shared");
        let private_salt = record_key.salt("private");
        let shared_bytes = shared.encode();
        let private_bytes = private.encode();
        let leaf = Leaf::commit(&shared_bytes, &shared_salt, &private_bytes, &private_salt);
        let opening = pb::Opening {
            index: 0,
            shared: shared_bytes.clone(),
            shared_salt: Bytes::copy_from_slice(&shared_salt),
            private_commitment: Bytes::copy_from_slice(&leaf.private_commitment()),
        };
        let is_submission = submitted != [0; 32];
        let secret = pb::Secret {
            private: private_bytes,
            private_salt: Bytes::copy_from_slice(&private_salt),
            facts: facts.as_ref().map(|facts| facts.encode().into()).unwrap_or_default(),
            content_key: content_key.map(|key| Bytes::copy_from_slice(key.expose())).unwrap_or_default(),
            submitted_digest: if is_submission { Bytes::copy_from_slice(&submitted) } else { Bytes::new() },
            submitted_generation: if is_submission { self.submission_key.generation() } else { 0 },
        };
        let wrapped = self.wrap(self.today(), &record_key)?;
        let sealed = record_key.seal(leaf.as_bytes(), &secret.encode_to_vec());
        let envelope_bytes =
            envelope.as_ref().map_or(0, |(_, e)| (e.header.len() + e.ciphertext.len()) as u64);
        let (header, parts) = match envelope {
            Some((header, parts)) => (Some(header), Some(parts)),
            None => (None, None),
        };
        let (proof_batch, head, receipts) = match (proofs, fork) {
            (Some((batch, head, receipts)), _) => (batch.encode_to_vec().into(), Some(head), receipts),
            (None, Some(fork)) => (fork.into_batch().encode_to_vec().into(), None, Vec::new()),
            (None, None) => (Bytes::new(), None, Vec::new()),
        };
        let stored = pb::StoredRecord {
            shared: shared_bytes,
            shared_salt: opening.shared_salt.clone(),
            vault_day: wrapped.day,
            wrapped_key: Bytes::copy_from_slice(&wrapped.bytes),
            sealed: sealed.into(),
            header: parts.as_ref().map(|e| e.header.clone()).unwrap_or_default(),
            ciphertext: parts.map(|e| e.ciphertext).unwrap_or_default(),
            proofs: proof_batch,
            sender: sender.as_ref().map(ToString::to_string).unwrap_or_default(),
        };
        let entry = Entry { leaf: *leaf.as_bytes(), payload: stored.encode_to_vec().into() };
        let folding = Folding {
            position: 0,
            shared,
            facts,
            erased: false,
            header,
            sender,
            submitted,
            envelope_bytes,
            receipts,
            head,
        };
        Ok(Written { entry, folding, opening })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rogatory_evidence::Instance;
    use rogatory_keys::{MemoryVault, SystemRandom, VaultStore as _};

    use super::*;
    use crate::clock::ManualClock;

    #[test]
    fn the_key_of_the_next_day_is_there_before_a_record_needs_it() {
        let store = Arc::new(MemoryVault::default());
        let vault = Vault::open(store.clone(), Arc::new(SystemRandom)).unwrap();
        let clock = Arc::new(ManualClock::default());
        clock.set(20_000 * SECONDS_PER_DAY * 1_000_000 - 1);
        let (agency, federation) = ("nl-om".parse().unwrap(), "test.example".parse().unwrap());
        let origin = Origin { federation, agency, instance: Instance::from_slice(&[7; 16]).unwrap() };
        let scribe = Scribe::new(
            origin,
            Arc::new(vault),
            Arc::new(SystemRandom),
            clock.clone(),
            SubmissionKey::from_bytes(1, [0; 32]),
        );
        scribe.prepare_tomorrow().unwrap();
        assert_eq!(store.list().unwrap(), ["day-20000.key"]);
        clock.pass(Duration::from_micros(1));
        scribe.write(Draft::new(&scribe, Kind::Noticed)).unwrap();
        assert_eq!(store.list().unwrap(), ["day-20000.key"], "the record made none");
    }
}
