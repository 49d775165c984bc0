//! Facts: what the fold needs to know of one record, and the durable encoding of it.
//!
//! Owns the format that is sealed into ledgers: protobuf, with stable codes for everything the law names. It must not
//! hold free text or content; the fold needs none.

mod event;

use bytes::Bytes;
use jiff::Timestamp;
use prost::Message as _;
use rogatory_domain::calendar::{Jurisdiction, JurisdictionError};
use rogatory_domain::case::{Alarm, AlarmKind, Earlier, Fact, OpeningFact, PassedOn};
use rogatory_domain::id::{AgencyId, MessageId};
use rogatory_domain::instrument::{CapacityDef, Instrument, NotKnown, Symbol, TraitDef};
use rogatory_domain::limits;

use crate::envelope::{instant, message_id, referral_id};
use crate::pb;
use crate::pb::facts::Fact as Content;

pub use event::{event_from_pb, event_to_pb};

/// Format of facts that this release writes, and the latest it reads.
pub const FACTS_FORMAT: u32 = 1;

/// Facts of a record, sealed in the ledger and opened only by the node itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Facts {
    /// A referral was opened.
    Opening(OpeningFact),
    /// An event was raised in a referral.
    Event(Fact),
    /// A message was handed over to a consumer.
    HandedOver {
        /// Sender of the message.
        sender: AgencyId,
        /// Position of its TAKEN record.
        position: u64,
        /// Its arrival number.
        arrival: u64,
    },
    /// A consumer has stored every notice up to a position.
    Noticed {
        /// The position.
        through: u64,
    },
    /// A clock is nearly due or overdue.
    ClockAlarm(Alarm),
}

/// Facts that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactsError {
    /// They are in a later format, or name a law, an event or a code that only a later release knows.
    #[error("the facts are of a later release: {0}")]
    Later(String),
    /// They are no facts, or a field is missing or out of its bounds.
    #[error("the facts' field {0} is missing or out of bounds")]
    Malformed(&'static str),
}

impl Facts {
    /// The bytes to seal.
    pub fn encode(&self) -> Vec<u8> {
        let content = match self {
            Self::Opening(opening) => Content::Opening(opening_to_pb(opening)),
            Self::Event(fact) => Content::Event(fact_to_pb(fact)),
            Self::HandedOver { sender, position, arrival } => Content::HandedOver(pb::HandedOverFact {
                sender: sender.to_string(),
                position: *position,
                arrival: *arrival,
            }),
            Self::Noticed { through } => Content::Noticed(pb::NoticedFact { through: *through }),
            Self::ClockAlarm(alarm) => Content::ClockAlarm(alarm_to_pb(alarm)),
        };
        pb::Facts { format: FACTS_FORMAT, fact: Some(content) }.encode_to_vec()
    }

    /// Reads sealed bytes.
    ///
    /// # Errors
    /// Tells what a later release wrote from what nobody should have written.
    pub fn parse(bytes: &[u8]) -> Result<Self, FactsError> {
        let raw = pb::Facts::decode(bytes).map_err(|_| FactsError::Malformed("facts"))?;
        match raw.format {
            0 => return Err(FactsError::Malformed("format")),
            FACTS_FORMAT => {}
            later => return Err(FactsError::Later(format!("format {later}"))),
        }
        Ok(match raw.fact.ok_or_else(|| FactsError::Later("fact".to_owned()))? {
            Content::Opening(opening) => Self::Opening(opening_from_pb(opening)?),
            Content::Event(fact) => Self::Event(fact_from_pb(fact)?),
            Content::HandedOver(handed) => Self::HandedOver {
                sender: agency(&handed.sender, "sender")?,
                position: handed.position,
                arrival: handed.arrival,
            },
            Content::Noticed(noticed) => Self::Noticed { through: noticed.through },
            Content::ClockAlarm(alarm) => Self::ClockAlarm(alarm_from_pb(&alarm)?),
        })
    }
}

fn opening_to_pb(opening: &OpeningFact) -> pb::OpeningFact {
    pb::OpeningFact {
        referral_id: Bytes::copy_from_slice(opening.referral.as_bytes()),
        instrument: opening.instrument.code.to_owned(),
        instrument_edition: opening.instrument.edition.into(),
        calendar_edition: opening.calendar_edition.into(),
        jurisdiction: opening.jurisdiction.to_string(),
        roster_version: opening.roster_version,
        issuing: opening.issuing.to_string(),
        parties: parties_to_pb(&opening.parties),
        declared_unix_us: opening.declared.as_microsecond(),
        recorded_unix_us: opening.recorded.as_microsecond(),
        opener_jurisdiction: opening.opener_jurisdiction.map(|of| of.to_string()).unwrap_or_default(),
        traits: opening.traits.iter().map(ToString::to_string).collect(),
        part_of: opening.part_of.map(|of| Bytes::copy_from_slice(of.as_bytes())).unwrap_or_default(),
        items: opening.items,
        passed_on_by: opening.passed_on.as_ref().map(|it| it.by.to_string()).unwrap_or_default(),
        earlier: opening.earlier().iter().map(earlier_to_pb).collect(),
    }
}

fn earlier_to_pb(earlier: &Earlier) -> pb::EarlierFact {
    pb::EarlierFact {
        referral_id: Bytes::copy_from_slice(earlier.referral.as_bytes()),
        parties: parties_to_pb(&earlier.parties),
        facts: earlier.facts.iter().map(fact_to_pb).collect(),
    }
}

fn parties_to_pb(parties: &[(AgencyId, Symbol)]) -> Vec<pb::PartyFact> {
    let party = |(agency, capacity): &(AgencyId, Symbol)| pb::PartyFact {
        agency: agency.to_string(),
        capacity: capacity.to_string(),
    };
    parties.iter().map(party).collect()
}

fn opening_from_pb(raw: pb::OpeningFact) -> Result<OpeningFact, FactsError> {
    let (instrument, calendar_edition) = instrument(&raw)?;
    let parties = parties(instrument, &raw.parties)?;
    Ok(OpeningFact {
        referral: referral_id(&raw.referral_id).ok_or(FactsError::Malformed("referral_id"))?,
        instrument,
        calendar_edition,
        roster_version: raw.roster_version,
        issuing: agency(&raw.issuing, "issuing")?,
        parties,
        jurisdiction: jurisdiction(&raw.jurisdiction, "jurisdiction")?,
        opener_jurisdiction: (!raw.opener_jurisdiction.is_empty())
            .then(|| jurisdiction(&raw.opener_jurisdiction, "opener_jurisdiction"))
            .transpose()?,
        traits: raw.traits.iter().map(|code| trait_of(instrument, code)).collect::<Result<_, _>>()?,
        part_of: (!raw.part_of.is_empty())
            .then(|| referral_id(&raw.part_of).ok_or(FactsError::Malformed("part_of")))
            .transpose()?,
        items: raw.items,
        passed_on: passed_on(instrument, &raw.passed_on_by, raw.earlier)?,
        declared: at(raw.declared_unix_us, "declared_unix_us")?,
        recorded: at(raw.recorded_unix_us, "recorded_unix_us")?,
    })
}

fn parties(
    instrument: &'static Instrument,
    raw: &[pb::PartyFact],
) -> Result<Vec<(AgencyId, Symbol)>, FactsError> {
    let party = |party: &pb::PartyFact| {
        let capacity = instrument.capacity(&party.capacity).map(CapacityDef::symbol);
        let later = || FactsError::Later(format!("capacity {}", printable(&party.capacity)));
        Ok((agency(&party.agency, "parties.agency")?, capacity.ok_or_else(later)?))
    };
    let mut parties = raw.iter().map(party).collect::<Result<Vec<_>, FactsError>>()?;
    if !instrument.party_faults(&parties).is_empty() {
        return Err(FactsError::Malformed("parties"));
    }
    instrument.order_parties(&mut parties);
    Ok(parties)
}

fn passed_on(
    instrument: &'static Instrument,
    by: &str,
    raw: Vec<pb::EarlierFact>,
) -> Result<Option<Box<PassedOn>>, FactsError> {
    if by.is_empty() && raw.is_empty() {
        return Ok(None);
    }
    if raw.is_empty() || raw.len() > limits::PASSED_ON {
        return Err(FactsError::Malformed("earlier"));
    }
    let earlier = |raw: pb::EarlierFact| {
        Ok(Earlier {
            referral: referral_id(&raw.referral_id).ok_or(FactsError::Malformed("earlier.referral_id"))?,
            parties: parties(instrument, &raw.parties)?,
            facts: raw.facts.into_iter().map(fact_from_pb).collect::<Result<_, _>>()?,
        })
    };
    let earlier = raw.into_iter().map(earlier).collect::<Result<_, FactsError>>()?;
    Ok(Some(Box::new(PassedOn { by: agency(by, "passed_on_by")?, earlier })))
}

fn jurisdiction(text: &str, field: &'static str) -> Result<Jurisdiction, FactsError> {
    text.parse().map_err(|error| match error {
        JurisdictionError::NoSuchPart(_) => FactsError::Later(field.to_owned()),
        JurisdictionError::Malformed => FactsError::Malformed(field),
    })
}

fn trait_of(instrument: &Instrument, code: &str) -> Result<Symbol, FactsError> {
    let known = instrument.traits.iter().find(|known| known.code == code);
    known.map(TraitDef::symbol).ok_or_else(|| FactsError::Later(format!("trait {}", printable(code))))
}

/// The instrument that an opening names, in the edition that it names.
fn instrument(raw: &pb::OpeningFact) -> Result<(&'static Instrument, u16), FactsError> {
    let number = |edition: u32| u16::try_from(edition).ok().filter(|edition| *edition > 0);
    let edition = number(raw.instrument_edition).ok_or(FactsError::Malformed("instrument_edition"))?;
    let calendar = number(raw.calendar_edition).ok_or(FactsError::Malformed("calendar_edition"))?;
    let known = Instrument::known(&raw.instrument, edition, calendar).map_err(|missing| match missing {
        NotKnown::Instrument => FactsError::Later(format!("instrument {}", printable(&raw.instrument))),
        NotKnown::Edition => FactsError::Later(format!("edition {edition} with calendars {calendar}")),
    })?;
    Ok((known, calendar))
}

fn fact_to_pb(fact: &Fact) -> pb::EventFact {
    let seen =
        |(agency, number): &(AgencyId, u32)| pb::SeenFact { agency: agency.to_string(), number: *number };
    pb::EventFact {
        message_id: Bytes::copy_from_slice(fact.id.as_bytes()),
        sender: fact.sender.to_string(),
        number: fact.number,
        seen: fact.seen.iter().map(seen).collect(),
        event: Some(event_to_pb(&fact.event)),
        declared_unix_us: fact.declared.as_microsecond(),
        recorded_unix_us: fact.recorded.as_microsecond(),
    }
}

fn fact_from_pb(raw: pb::EventFact) -> Result<Fact, FactsError> {
    let seen = |entry: &pb::SeenFact| Ok((agency(&entry.agency, "seen.agency")?, entry.number));
    Ok(Fact {
        id: message(&raw.message_id, "message_id")?,
        sender: agency(&raw.sender, "sender")?,
        number: raw.number,
        seen: raw.seen.iter().map(seen).collect::<Result<_, _>>()?,
        event: event_from_pb(raw.event.ok_or(FactsError::Malformed("event"))?)?,
        declared: at(raw.declared_unix_us, "declared_unix_us")?,
        recorded: at(raw.recorded_unix_us, "recorded_unix_us")?,
    })
}

fn alarm_to_pb(alarm: &Alarm) -> pb::ClockAlarmFact {
    pb::ClockAlarmFact {
        clock: alarm.clock.to_string(),
        cause: Bytes::copy_from_slice(alarm.cause.as_bytes()),
        due_unix_us: alarm.due.as_microsecond(),
        kind: alarm.kind.code().to_owned(),
    }
}

fn alarm_from_pb(raw: &pb::ClockAlarmFact) -> Result<Alarm, FactsError> {
    let later = |what: &str, code: &str| FactsError::Later(format!("{what} {}", printable(code)));
    Ok(Alarm {
        clock: Symbol::of(&raw.clock).ok_or_else(|| later("clock", &raw.clock))?,
        cause: message(&raw.cause, "cause")?,
        due: at(raw.due_unix_us, "due_unix_us")?,
        kind: AlarmKind::from_code(&raw.kind).ok_or_else(|| later("alarm", &raw.kind))?,
    })
}

fn agency(text: &str, field: &'static str) -> Result<AgencyId, FactsError> {
    text.parse().map_err(|_| FactsError::Malformed(field))
}

fn message(bytes: &[u8], field: &'static str) -> Result<MessageId, FactsError> {
    message_id(bytes).ok_or(FactsError::Malformed(field))
}

fn at(unix_us: i64, field: &'static str) -> Result<Timestamp, FactsError> {
    instant(unix_us).ok_or(FactsError::Malformed(field))
}

/// A code of somebody else's making, for an error: codes are short and plain, and anything else is not repeated.
pub(crate) fn printable(code: &str) -> &str {
    let is_code = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.()".contains(&byte);
    if code.len() <= 64 && code.bytes().all(is_code) { code } else { "that is no code" }
}

#[cfg(test)]
mod tests;
