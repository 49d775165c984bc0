//! Records: the shared part every proof opens, and the private part that stays at home.
//!
//! Owns the encoding of both and the list of kinds. It must not judge what a record means for a case; the fold does.

use bytes::Bytes;
use jiff::Timestamp;
use prost::Message;
use rogatory_domain::id::{AgencyId, FederationId, MessageId, ReferralId};
use rogatory_domain::limits::{JUSTIFICATION_BYTES, PERSON_ID_BYTES};
use rogatory_domain::refusal::is_code;
use rogatory_domain::text::was_line;
use rogatory_tlog::Hash;

use crate::envelope::{
    Digest, RECIPIENTS_COUNT_MAX, agencies, array, instant, message_id, optional_digest, referral_id,
};
use crate::head::Instance;
use crate::pb;

pub use crate::pb::RecordKind as Kind;

impl Kind {
    /// Short name for people, such as `sent`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::Genesis => "genesis",
            Self::Sent => "sent",
            Self::NotSent => "not-sent",
            Self::Taken => "taken",
            Self::Refused => "refused",
            Self::Receipted => "receipted",
            Self::GivenUp => "given-up",
            Self::HandedOver => "handed-over",
            Self::Accessed => "accessed",
            Self::HeadHeld => "head-held",
            Self::Configured => "configured",
            Self::Denied => "denied",
            Self::TurnedAway => "turned-away",
            Self::Cosigned => "cosigned",
            Self::ForkSeen => "fork-seen",
            Self::Noticed => "noticed",
            Self::ClockAlarm => "clock-alarm",
            Self::ConsumerRemoved => "consumer-removed",
            Self::ForkCleared => "fork-cleared",
            Self::Requeued => "requeued",
            Self::LedgerReplaced => "ledger-replaced",
        }
    }
}

/// Longest note in bytes: a sentence, or the counts of one minute.
pub const NOTE_BYTES_MAX: usize = 1_024;

/// Longest code of a purpose in bytes.
pub const PURPOSE_BYTES_MAX: usize = 64;

/// Longest name of a consumer in bytes.
pub const CONSUMER_BYTES_MAX: usize = 128;

/// Longest SPIFFE id of a client in bytes.
pub const CLIENT_BYTES_MAX: usize = 255;

/// Purpose of an access to the ledger itself, which shows no content of a case.
pub const LEDGER_READ: &str = "ledger_read";

/// The shared part of a record: what a proof shows to anyone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// Federation.
    pub federation: FederationId,
    /// Ledger instance.
    pub instance: Instance,
    /// What the record attests.
    pub kind: Kind,
    /// Agency in whose name it stands.
    pub agency: AgencyId,
    /// Message concerned.
    pub message: Option<MessageId>,
    /// Referral concerned.
    pub referral: Option<ReferralId>,
    /// Digest of the envelope concerned.
    pub envelope: Option<Digest>,
    /// Recipients of the envelope concerned.
    pub recipients: Vec<AgencyId>,
    /// Node time.
    pub node_time: Timestamp,
    /// Leaf hash of the record this one answers.
    pub answers: Option<Hash>,
    /// Stable code of the reason of a negative record; a code or nothing.
    pub reason: String,
    /// Code of the purpose of an access, where it is not that of reading a case.
    pub purpose: String,
    /// One line of words or counts, in housekeeping that stays at home.
    pub note: String,
    /// Public key of the ledger, in the genesis record only.
    pub ledger_key: Option<[u8; 32]>,
    /// Consumer that watched, was handed a message, noticed or was removed.
    pub consumer: String,
    /// Number of the message among its sender's in the referral; 0 where the record is about no message.
    pub number: u32,
    /// The roster that came into force, in a record of configuration only.
    pub roster: Option<RosterInForce>,
}

/// Which roster came into force. An older one, and another one of the same version, are refused from then on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RosterInForce {
    /// Its version; never 0.
    pub version: u64,
    /// SHA-256 of its signed text.
    pub digest: [u8; 32],
}

/// A shared part that cannot be read.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("the record's field {0} is missing or out of bounds")]
pub struct SharedError(pub &'static str);

impl Shared {
    /// A shared part with the fields every record has; the others are empty.
    pub fn new(origin: &crate::Origin, kind: Kind, node_time: Timestamp) -> Self {
        Self {
            federation: origin.federation.clone(),
            instance: origin.instance,
            kind,
            agency: origin.agency.clone(),
            message: None,
            referral: None,
            envelope: None,
            recipients: Vec::new(),
            node_time,
            answers: None,
            reason: String::new(),
            purpose: String::new(),
            note: String::new(),
            ledger_key: None,
            consumer: String::new(),
            number: 0,
            roster: None,
        }
    }

    /// Whether the record is business. What keeps house (held heads, cosignatures, reads of the log itself, counts of
    /// strangers) is not: it must not make a node offer a checkpoint, or two idle nodes would keep each other busy.
    pub fn is_business(&self) -> bool {
        match self.kind {
            Kind::HeadHeld | Kind::Cosigned | Kind::TurnedAway | Kind::Noticed | Kind::Unspecified => false,
            Kind::Accessed => self.purpose != LEDGER_READ,
            _ => true,
        }
    }

    /// Encodes the part; these bytes are committed to and never encoded again.
    pub fn encode(&self) -> Bytes {
        let raw = pb::Shared {
            federation: self.federation.to_string(),
            instance: Bytes::copy_from_slice(self.instance.as_bytes()),
            kind: self.kind.into(),
            agency: self.agency.to_string(),
            message_id: self.message.map(|id| Bytes::copy_from_slice(id.as_bytes())).unwrap_or_default(),
            referral_id: self.referral.map(|id| Bytes::copy_from_slice(id.as_bytes())).unwrap_or_default(),
            envelope_digest: self.envelope.map(|d| Bytes::copy_from_slice(&d.0)).unwrap_or_default(),
            recipients: self.recipients.iter().map(ToString::to_string).collect(),
            node_time_unix_us: self.node_time.as_microsecond(),
            answers: self.answers.map(|h| Bytes::copy_from_slice(h.as_bytes())).unwrap_or_default(),
            reason: self.reason.clone(),
            purpose: self.purpose.clone(),
            note: self.note.clone(),
            ledger_key: self.ledger_key.map(|k| Bytes::copy_from_slice(&k)).unwrap_or_default(),
            consumer: self.consumer.clone(),
            number: self.number,
            roster_version: self.roster.map_or(0, |roster| roster.version),
            roster_digest: self.roster.map(|r| Bytes::copy_from_slice(&r.digest)).unwrap_or_default(),
        };
        raw.encode_to_vec().into()
    }

    /// Parses the committed bytes.
    ///
    /// # Errors
    /// Names the first field that is missing or out of bounds.
    pub fn parse(bytes: &Bytes) -> Result<Self, SharedError> {
        let raw = pb::Shared::decode(bytes.clone()).map_err(|_| SharedError("record"))?;
        let kind = Kind::try_from(raw.kind).map_err(|_| SharedError("kind"))?;
        if !is_reason(kind, &raw.reason) {
            return Err(SharedError("reason"));
        }
        if !is_purpose(kind, &raw.purpose) {
            return Err(SharedError("purpose"));
        }
        if !is_note(kind, &raw.note) {
            return Err(SharedError("note"));
        }
        if !is_line_within(&raw.consumer, CONSUMER_BYTES_MAX) {
            return Err(SharedError("consumer"));
        }
        if raw.recipients.len() > RECIPIENTS_COUNT_MAX {
            return Err(SharedError("recipients"));
        }
        Ok(Self {
            federation: raw.federation.parse().map_err(|_| SharedError("federation"))?,
            instance: Instance::from_slice(&raw.instance).ok_or(SharedError("instance"))?,
            kind,
            agency: raw.agency.parse().map_err(|_| SharedError("agency"))?,
            message: optional(&raw.message_id, message_id).ok_or(SharedError("message_id"))?,
            referral: optional(&raw.referral_id, referral_id).ok_or(SharedError("referral_id"))?,
            envelope: optional_digest(&raw.envelope_digest).ok_or(SharedError("envelope_digest"))?,
            recipients: agencies(&raw.recipients).ok_or(SharedError("recipients"))?,
            node_time: instant(raw.node_time_unix_us).ok_or(SharedError("node_time_unix_us"))?,
            answers: optional(&raw.answers, |b| array(b).map(Hash)).ok_or(SharedError("answers"))?,
            reason: raw.reason,
            purpose: raw.purpose,
            note: raw.note,
            ledger_key: optional(&raw.ledger_key, array).ok_or(SharedError("ledger_key"))?,
            consumer: raw.consumer,
            number: raw.number,
            roster: roster_in_force(raw.roster_version, &raw.roster_digest)
                .ok_or(SharedError("roster_digest"))?,
        })
    }
}

/// Version and digest stand together or not at all.
fn roster_in_force(version: u64, digest: &[u8]) -> Option<Option<RosterInForce>> {
    match (version, optional(digest, array)?) {
        (0, None) => Some(None),
        (1.., Some(digest)) => Some(Some(RosterInForce { version, digest })),
        _ => None,
    }
}

/// Whether a reason can stand in a record of this kind. A record travels to other agencies and to courts: its reason is a
/// code, so that nobody's words are read as a finding.
fn is_reason(kind: Kind, reason: &str) -> bool {
    let is_needed = matches!(kind, Kind::NotSent | Kind::Refused | Kind::GivenUp | Kind::Requeued);
    is_code(reason) || (reason.is_empty() && !is_needed)
}

/// Whether a purpose can stand in a record of this kind: a plain code, in accesses only.
fn is_purpose(kind: Kind, purpose: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    purpose.is_empty()
        || (kind == Kind::Accessed && purpose.len() <= PURPOSE_BYTES_MAX && purpose.bytes().all(is_plain))
}

/// Whether a note can stand in a record of this kind: in housekeeping, which stays at home.
fn is_note(kind: Kind, note: &str) -> bool {
    note.is_empty()
        || (matches!(kind, Kind::Configured | Kind::TurnedAway) && is_line_within(note, NOTE_BYTES_MAX))
}

fn is_line_within(text: &str, bytes: usize) -> bool {
    text.len() <= bytes && was_line(text)
}

/// The private part of a record: who, why, through which client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Private {
    /// Person the case system asserted; empty where a node acts by itself.
    pub person: String,
    /// Justification the case system gave.
    pub justification: String,
    /// SPIFFE id of the client.
    pub client: String,
    /// SHA-256 of the client's certificate.
    pub client_certificate: Option<[u8; 32]>,
}

impl Private {
    /// Encodes the part; these bytes are committed to and never encoded again.
    pub fn encode(&self) -> Bytes {
        let raw = pb::Private {
            person: self.person.clone(),
            justification: self.justification.clone(),
            client: self.client.clone(),
            client_certificate: self
                .client_certificate
                .map(|c| Bytes::copy_from_slice(&c))
                .unwrap_or_default(),
        };
        raw.encode_to_vec().into()
    }

    /// Reads the committed bytes; `None` when they are not a private part, or one of its texts is longer than its bound or
    /// no line.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let raw = pb::Private::decode(bytes).ok()?;
        let proper = is_line_within(&raw.person, PERSON_ID_BYTES)
            && is_line_within(&raw.justification, JUSTIFICATION_BYTES)
            && is_line_within(&raw.client, CLIENT_BYTES_MAX);
        if !proper {
            return None;
        }
        Some(Self {
            person: raw.person,
            justification: raw.justification,
            client: raw.client,
            client_certificate: optional(&raw.client_certificate, array)?,
        })
    }
}

fn optional<T>(bytes: &[u8], parse: impl Fn(&[u8]) -> Option<T>) -> Option<Option<T>> {
    if bytes.is_empty() { Some(None) } else { parse(bytes).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(kind: Kind) -> Shared {
        let origin = crate::Origin {
            federation: "test.rogatory.example".parse().unwrap(),
            agency: "nl-om".parse().unwrap(),
            instance: Instance::new(uuid::Uuid::from_bytes([7; 16])),
        };
        Shared::new(&origin, kind, Timestamp::UNIX_EPOCH)
    }

    fn with_reason(kind: Kind, reason: &str) -> Result<Shared, SharedError> {
        Shared::parse(&Shared { reason: reason.into(), ..shared(kind) }.encode())
    }

    #[test]
    fn a_record_about_a_message_gives_its_reason_as_a_code_or_is_not_read() {
        for kind in [Kind::Refused, Kind::NotSent, Kind::GivenUp, Kind::Requeued] {
            assert!(with_reason(kind, "RG0203").is_ok() && with_reason(kind, "RG0999").is_ok());
            for words in ["", "PROVEN", "RG0203\nPROVEN      9 records", "\u{1b}[2J"] {
                assert_eq!(with_reason(kind, words), Err(SharedError("reason")), "{kind:?} {words:?}");
            }
        }
        assert!(with_reason(Kind::Taken, "").is_ok());
        assert!(with_reason(Kind::Taken, "PROVEN").is_err());
    }

    #[test]
    fn words_stand_in_notes_of_housekeeping_only_and_are_a_line() {
        let noted = |kind, note: &str| Shared::parse(&Shared { note: note.into(), ..shared(kind) }.encode());
        assert!(noted(Kind::Configured, "roster version 2").is_ok());
        assert!(noted(Kind::TurnedAway, "RG0305=7").is_ok());
        for (kind, note) in
            [(Kind::Configured, "one\ntwo"), (Kind::TurnedAway, "\u{202e}"), (Kind::Taken, "PROVEN")]
        {
            assert_eq!(noted(kind, note), Err(SharedError("note")), "{kind:?}");
        }
        assert_eq!(with_reason(Kind::Configured, "roster version 2"), Err(SharedError("reason")));
        let for_purpose =
            |kind, code: &str| Shared::parse(&Shared { purpose: code.into(), ..shared(kind) }.encode());
        assert!(for_purpose(Kind::Accessed, LEDGER_READ).is_ok());
        assert_eq!(for_purpose(Kind::Taken, LEDGER_READ), Err(SharedError("purpose")));
        assert_eq!(for_purpose(Kind::Accessed, "ledger read"), Err(SharedError("purpose")));
    }

    #[test]
    fn a_consumer_is_a_line_within_its_bound() {
        let handed_to = |consumer: &str| {
            Shared::parse(&Shared { consumer: consumer.into(), ..shared(Kind::HandedOver) }.encode())
        };
        assert!(handed_to("desk").is_ok());
        for consumer in ["desk\rPROVEN", "\u{9b}2J", &"d".repeat(CONSUMER_BYTES_MAX + 1)] {
            assert_eq!(handed_to(consumer), Err(SharedError("consumer")), "{consumer:?}");
        }
    }

    #[test]
    fn a_private_part_holds_lines_within_their_bounds() {
        let private = |person: &str, justification: &str, client: &str| {
            let (person, justification, client) = (person.into(), justification.into(), client.into());
            Private::parse(&Private { person, justification, client, client_certificate: None }.encode())
        };
        assert!(private("a.durand", "file 23/1", "spiffe://x").is_some());
        assert!(private("a\u{202e}b", "", "").is_none());
        assert!(private("", "file\u{2028}23", "").is_none());
        assert!(private("", "", &"c".repeat(CLIENT_BYTES_MAX + 1)).is_none());
    }
}
