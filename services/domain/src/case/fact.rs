//! The facts a case is folded from: compact, without any free text, the same at every party.
//!
//! A case may be passed on to other agencies, and then goes on in another referral: the opening of that one holds what was told
//! before, by whom and in what capacity, so that it is folded as one case.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::event::Event;
use crate::calendar::Jurisdiction;
use crate::id::{AgencyId, MessageId, ReferralId};
use crate::instrument::{CapacityDef, GOES_ON_IN_CODE, Instrument, Side, Symbol};

/// What the opening of a referral fixes for its whole life; it is message number 1 of the agency that opened it.
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
    /// The agency that opened the case.
    pub issuing: AgencyId,
    /// Every other party and the code of its capacity; those of which there is one come first.
    pub parties: Vec<(AgencyId, Symbol)>,
    /// Whose calendar counts.
    pub jurisdiction: Jurisdiction,
    /// That of the agency that opened it, for the clocks that count there; none where the opening names none.
    pub opener_jurisdiction: Option<Jurisdiction>,
    /// What the form asks for, where that decides what may happen.
    pub traits: Vec<Symbol>,
    /// How many offences, measures or the like the form lists, where events name one by its number; 0 where nothing is numbered.
    pub items: u32,
    /// The request that it is one of several referrals of, as its opener names it.
    pub part_of: Option<ReferralId>,
    /// How the case came to these parties, where it was passed on.
    pub passed_on: Option<Box<PassedOn>>,
    /// Instant the issuing authority declares.
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    pub declared: Timestamp,
    /// Instant of the local node; differs between nodes and is never folded.
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    pub recorded: Timestamp,
}

/// How a case came to other parties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOn {
    /// The agency that passed it on, and so opened this referral; it need not be a party any more.
    pub by: AgencyId,
    /// What was told before, referral by referral, the first one first.
    pub earlier: Vec<Earlier>,
}

/// What was told of a case in a referral from which it was passed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    /// That referral.
    pub referral: ReferralId,
    /// Its parties beside the issuing agency, with their capacities.
    pub parties: Vec<(AgencyId, Symbol)>,
    /// The events that whoever passed it on knew.
    pub facts: Vec<Fact>,
}

impl OpeningFact {
    /// In what capacity an agency is party, if it is one.
    #[must_use]
    pub fn capacity_of(&self, agency: &AgencyId) -> Option<&'static CapacityDef> {
        self.capacity_among(&self.parties, agency)
    }

    /// In what capacity an agency was party at a stage of the case: those before it was passed on count from 0.
    pub(super) fn capacity_at(&self, stage: usize, agency: &AgencyId) -> Option<&'static CapacityDef> {
        let parties = self.earlier().get(stage).map_or(&self.parties, |earlier| &earlier.parties);
        self.capacity_among(parties, agency)
    }

    fn capacity_among(
        &self,
        parties: &[(AgencyId, Symbol)],
        agency: &AgencyId,
    ) -> Option<&'static CapacityDef> {
        if *agency == self.issuing {
            return self.instrument.capacities.get(self.instrument.opener.place());
        }
        let (_, capacity) = parties.iter().find(|(party, _)| party == agency)?;
        self.instrument.capacity(capacity.as_str())
    }

    /// The agency that opened this referral: the issuing one, or the one that passed the case on.
    #[must_use]
    pub fn opener(&self) -> &AgencyId {
        self.passed_on.as_ref().map_or(&self.issuing, |passed_on| &passed_on.by)
    }

    /// What was told before the case was passed on, the first referral first.
    #[must_use]
    pub fn earlier(&self) -> &[Earlier] {
        self.passed_on.as_ref().map_or(&[], |passed_on| &passed_on.earlier)
    }

    /// The events by which the case was passed on, each with the referral in which it then goes on.
    pub fn passings<'a>(&'a self, facts: &'a [Fact]) -> impl Iterator<Item = (&'a Fact, ReferralId)> {
        let passing = facts.iter().filter(|fact| self.instrument.passes_on(&fact.event));
        passing.filter_map(|fact| Some((fact, fact.event.value(GOES_ON_IN_CODE)?.referral()?)))
    }

    /// Every event told of the case: those of earlier referrals, then the given ones of this referral.
    pub fn every<'a>(&'a self, facts: &'a [Fact]) -> impl Iterator<Item = &'a Fact> {
        self.earlier().iter().flat_map(|earlier| &earlier.facts).chain(facts)
    }

    /// On which side an agency stands; one that is no party stands on neither.
    #[must_use]
    pub fn side_of(&self, agency: &AgencyId) -> Side {
        self.capacity_of(agency).map_or(Side::Neither, |capacity| capacity.side)
    }

    /// Whether the form asks for what an event, or an item of a list, belongs to; what belongs to every request always.
    #[must_use]
    pub fn asks_for(&self, only_for: Option<&str>) -> bool {
        only_for.is_none_or(|one| self.traits.iter().any(|known| *known == one))
    }

    /// The agency that has to answer, if the instrument has one.
    #[must_use]
    pub fn answering(&self) -> Option<&AgencyId> {
        self.parties.iter().map(|(agency, _)| agency).find(|agency| self.side_of(agency) == Side::Answering)
    }

    /// Every party, the issuing agency first.
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
    /// Its number among the sender's messages in its referral, from 1; the opening is its sender's number 1.
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
