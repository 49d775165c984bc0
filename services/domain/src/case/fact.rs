//! The facts a case is folded from: compact, without any free text, the same at every party.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::event::Event;
use crate::id::{AgencyId, Country, MessageId, ReferralId};
use crate::referral::{Edition, ReferralType};

/// In what capacity an agency is party to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Capacity {
    /// Issuing judicial authority, or the central authority that acts for it.
    Issuing,
    /// Executing judicial authority, or the central authority that acts for it.
    Executing,
    /// Police or SIRENE bureau of the executing State.
    Police,
    /// Receives a copy and raises nothing.
    Copy,
}

impl Capacity {
    /// Every capacity.
    pub const ALL: [Self; 4] = [Self::Issuing, Self::Executing, Self::Police, Self::Copy];

    /// Whether it belongs to the executing side, whose acts come first where two cross.
    #[must_use]
    pub fn is_executing_side(self) -> bool {
        matches!(self, Self::Executing | Self::Police)
    }

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Issuing => "issuing",
            Self::Executing => "executing",
            Self::Police => "police",
            Self::Copy => "copy",
        }
    }

    /// The capacity of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|capacity| capacity.code() == code)
    }
}

/// What the opening of a referral fixes for its whole life; it is message number 1 of the issuing agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningFact {
    /// The referral; its opening message has the same id.
    pub referral: ReferralId,
    /// Under which instrument.
    pub referral_type: ReferralType,
    /// Editions of the instrument and of the calendars by which the case is judged for ever, at every end.
    pub edition: Edition,
    /// Version of the roster that the issuing side's node went by; 0 where the opening names none.
    pub roster_version: u64,
    /// The issuing agency.
    pub issuing: AgencyId,
    /// The executing agency.
    pub executing: AgencyId,
    /// Every further party and its capacity.
    pub parties: Vec<(AgencyId, Capacity)>,
    /// Whose calendar counts: that of the executing side.
    pub jurisdiction: Country,
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
    pub fn capacity_of(&self, agency: &AgencyId) -> Option<Capacity> {
        if *agency == self.issuing {
            return Some(Capacity::Issuing);
        }
        if *agency == self.executing {
            return Some(Capacity::Executing);
        }
        self.parties.iter().find(|(party, _)| party == agency).map(|(_, capacity)| *capacity)
    }
}

/// One later step of a referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The message.
    pub id: MessageId,
    /// Who sent it.
    pub sender: AgencyId,
    /// Its number among the sender's messages in this referral, from 1; the opening is the issuer's number 1.
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
