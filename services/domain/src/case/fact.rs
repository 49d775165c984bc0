//! The facts a case is folded from: compact, without any free text, the same at every party.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::event::Event;
use crate::calendar::Jurisdiction;
use crate::id::{AgencyId, MessageId, ReferralId};
use crate::instrument::{CapacityDef, Instrument, Side, Symbol};

/// What the opening of a referral fixes for its whole life; it is message number 1 of the issuing agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningFact {
    /// The referral; its opening message has the same id.
    pub referral: ReferralId,
    /// The instrument, in the edition by which the case is judged for ever, at every end.
    #[serde(deserialize_with = "crate::instrument::deserialize")]
    pub instrument: &'static Instrument,
    /// Edition of the calendars that due dates are counted by, from 1.
    pub calendar_edition: u16,
    /// Version of the roster that the issuing side's node went by; 0 where the opening names none.
    pub roster_version: u64,
    /// The agency that opened it.
    pub issuing: AgencyId,
    /// Every other party and the code of its capacity; those of which there is one come first.
    pub parties: Vec<(AgencyId, Symbol)>,
    /// Whose calendar counts.
    pub jurisdiction: Jurisdiction,
    /// Instant the issuing authority declares.
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    pub declared: Timestamp,
    /// Instant of the local node; differs between nodes and is never folded.
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    pub recorded: Timestamp,
}

impl OpeningFact {
    /// In what capacity an agency is party, if it is one.
    #[must_use]
    pub fn capacity_of(&self, agency: &AgencyId) -> Option<&'static CapacityDef> {
        if *agency == self.issuing {
            return self.instrument.capacities.get(self.instrument.opener.place());
        }
        let (_, capacity) = self.parties.iter().find(|(party, _)| party == agency)?;
        self.instrument.capacity(capacity.as_str())
    }

    /// On which side an agency stands; one that is no party stands on neither.
    #[must_use]
    pub fn side_of(&self, agency: &AgencyId) -> Side {
        self.capacity_of(agency).map_or(Side::Neither, |capacity| capacity.side)
    }

    /// The agency that has to answer, if the instrument has one.
    #[must_use]
    pub fn answering(&self) -> Option<&AgencyId> {
        self.parties.iter().map(|(agency, _)| agency).find(|agency| self.side_of(agency) == Side::Answering)
    }

    /// Every party, the agency that opened first.
    pub fn everyone(&self) -> impl Iterator<Item = &AgencyId> {
        std::iter::once(&self.issuing).chain(self.parties.iter().map(|(agency, _)| agency))
    }
}

/// One later step of a referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The message.
    pub id: MessageId,
    /// Who sent it.
    pub sender: AgencyId,
    /// Its number among the sender's messages in this referral, from 1; the opening is its sender's number 1.
    pub number: u32,
    /// Per other party, the newest number the sender's node had folded.
    pub seen: Vec<(AgencyId, u32)>,
    /// What happened.
    pub event: Event,
    /// Instant the sender declares; clocks count from it.
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    pub declared: Timestamp,
    /// Instant of the local node; differs between nodes and is never folded.
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    pub recorded: Timestamp,
}

impl Fact {
    /// The newest number of a party this fact's sender had folded.
    #[must_use]
    pub fn seen_of(&self, party: &AgencyId) -> u32 {
        self.seen.iter().find(|(agency, _)| agency == party).map_or(0, |(_, number)| *number)
    }

    /// Whether the sender knew another fact when it made this one; its own earlier ones it always knew.
    #[must_use]
    pub fn saw(&self, other: &Self) -> bool {
        if self.sender == other.sender {
            other.number < self.number
        } else {
            other.number <= self.seen_of(&other.sender)
        }
    }
}
