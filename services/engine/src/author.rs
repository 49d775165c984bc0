//! The author: turns a message of this agency into a sealed envelope and its record SENT.
//!
//! Owns sealing and the header, in the task of the caller. Whether the message may be sent is decided by the engine.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rogatory_domain::id::{AgencyId, MessageId, ReferralId};
use rogatory_evidence::{Envelope, Facts, Header, Kind, Private};
use rogatory_index::ReferralRow;
use rogatory_keys::{ContentKey, VaultError};

use crate::engine::{Place, next_place};
use crate::input::{Listener, Submission};
use crate::link::Outgoing;
use crate::scribe::{Draft, Scribe};

/// A message to be sealed.
pub struct Message {
    /// Its id.
    pub message: MessageId,
    /// Its referral.
    pub referral: ReferralId,
    /// Who receives it.
    pub recipients: Vec<AgencyId>,
    /// Whether the referral is urgent.
    pub urgent: bool,
    /// Its place among this agency's messages.
    pub place: Place,
    /// Encoded body.
    pub body: Vec<u8>,
    /// Facts of the body.
    pub facts: Facts,
    /// Who and why.
    pub private: Private,
    /// Keyed digest of what was submitted.
    pub submitted: [u8; 32],
    /// Node time.
    pub now: Timestamp,
    /// How long delivery is tried.
    pub horizon: SignedDuration,
}

/// Per other agency, the newest number of its messages that this node has folded without a gap.
pub fn seen(row: &ReferralRow, own: &AgencyId) -> Vec<(AgencyId, u32)> {
    let mut agencies: Vec<&AgencyId> =
        row.messages.iter().map(|line| &line.sender).filter(|sender| *sender != own).collect();
    agencies.sort_unstable();
    agencies.dedup();
    agencies
        .into_iter()
        .map(|agency| (agency.clone(), next_place(Some(row), agency).number.saturating_sub(1)))
        .collect()
}

/// Every party of a referral but the given one: who receives its messages.
pub fn others(row: &ReferralRow, own: &AgencyId) -> Vec<AgencyId> {
    let Some(opening) = &row.opening else { return Vec::new() };
    let mut all: Vec<AgencyId> = opening.everyone().cloned().collect();
    all.sort_unstable();
    all.dedup();
    all.retain(|agency| agency != own);
    all
}

/// Seals a message and writes its record.
///
/// # Errors
/// When the vault cannot wrap the record's key.
pub fn seal(scribe: &Scribe, message: Message, listener: Listener) -> Result<Submission, VaultError> {
    let key = ContentKey::generate(scribe.random());
    let header = Header {
        federation: scribe.origin().federation.clone(),
        message: message.message,
        referral: message.referral,
        sender: scribe.origin().agency.clone(),
        recipients: message.recipients,
        number: message.place.number,
        previous: message.place.previous,
        urgent: message.urgent,
        key_commitment: key.commitment(),
        submitted: message.now,
        expires: message.now.checked_add(message.horizon).unwrap_or(Timestamp::MAX),
    };
    let header_bytes = header.encode();
    let ciphertext = key.seal(&header_bytes, &message.body).into();
    let envelope = Envelope { header: header_bytes, ciphertext };
    let digest = envelope.digest();
    let (referral, number) = (header.referral, header.number);
    let mut draft = Draft::about(scribe, Kind::Sent, header, envelope.clone(), digest);
    draft.private = message.private;
    draft.facts = Some(message.facts);
    draft.content_key = Some(key.clone());
    draft.submitted = message.submitted;
    let written = Box::new(scribe.write(draft)?);
    let opening = written.opening.clone();
    let outgoing = Arc::new(Outgoing { opening, envelope, digest, content_key: key, referral, number });
    Ok(Submission { written, outgoing, listener, is_trial: false })
}
