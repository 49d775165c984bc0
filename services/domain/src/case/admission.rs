//! Whether a message may be raised, judged only by what its sender knew.
//! A crossing is never a reason to refuse; what crossed is folded and shown.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::fact::{Fact, OpeningFact};
use super::position::Position;
use crate::fault::Faults;
use crate::id::AgencyId;
use crate::instrument::Symbol;
use crate::limits;
use crate::refusal::Code;

/// Why a message is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAllowed {
    /// The sender is not a party to the referral.
    #[error("the sender is not a party to this referral")]
    NotAParty,
    /// The instrument of the referral has no such event, or has it with other parameters.
    #[error("{0} is not an event of this referral's instrument")]
    NotOfInstrument(Symbol),
    /// The sender's capacity may not raise this event at all.
    #[error("the sender may not raise {0}")]
    WrongActor(Symbol),
    /// The declared instant is too far in the future.
    #[error("the declared instant lies in the future")]
    DeclaredInFuture,
    /// The event is not allowed in the state its sender saw.
    #[error("{event} is not allowed in the state {state}")]
    NotInState {
        /// The event.
        event: Symbol,
        /// The state its sender saw.
        state: Symbol,
    },
    /// The referral has as many messages as it may.
    #[error("the referral is full")]
    Full,
}

impl NotAllowed {
    /// The refusal to answer with.
    #[must_use]
    pub fn code(self) -> Code {
        match self {
            Self::NotAParty => Code::NotAParty,
            Self::NotOfInstrument(_) => Code::MalformedMessage,
            Self::WrongActor(_) => Code::WrongActor,
            Self::DeclaredInFuture => Code::DeclaredInFuture,
            Self::NotInState { .. } => Code::EventNotAllowed,
            Self::Full => Code::ReferralFull,
        }
    }

    /// What the referral allows instead, for whoever has to choose; none where there is nothing to choose. State and events are
    /// codes of the instrument, and say nothing of the case's content.
    #[must_use]
    pub fn faults(self, opening: &OpeningFact, sender: &AgencyId) -> Faults {
        let mut faults = Faults::default();
        let instrument = opening.instrument;
        match self {
            Self::NotInState { event, state } => {
                let by = opening.capacity_of(sender).and_then(|own| instrument.capacity_id(own.code));
                let may = instrument
                    .rules_in(state.as_str())
                    .filter(|rule| by.is_some_and(|by| rule.by.contains(&by)));
                let events: BTreeSet<_> =
                    may.map(|rule| instrument.events[rule.event.place()].code).collect();
                let text =
                    format!("{event} is not allowed in the state {state}; there is {}.", listed(events));
                faults.push("event.code", "state", "life cycle", &text);
            }
            Self::WrongActor(event) => {
                let rules = instrument.rules.iter();
                let of = rules.filter(|rule| instrument.events[rule.event.place()].code == event.as_str());
                let by = of.flat_map(|rule| rule.by).map(|by| instrument.capacities[by.place()].code);
                let text = format!("{event} is raised by {}.", listed(by.collect()));
                faults.push("event.code", "actor", "life cycle", &text);
            }
            Self::NotOfInstrument(event) => {
                let (known, code) = (instrument.events.iter().map(|known| known.code), instrument.code);
                if known.clone().any(|known| known == event.as_str()) {
                    let text = format!("{event} of {code} has other parameters.");
                    faults.push("event.parameters", "parameters", "life cycle", &text);
                } else {
                    let text =
                        format!("{event} is no event of {code}; there is {}.", listed(known.collect()));
                    faults.push("event.code", "event", "life cycle", &text);
                }
            }
            Self::NotAParty | Self::DeclaredInFuture | Self::Full => {}
        }
        faults
    }
}

fn listed(codes: BTreeSet<&str>) -> String {
    if codes.is_empty() { "none".to_owned() } else { codes.into_iter().collect::<Vec<_>>().join(", ") }
}

/// Judges a message by the facts its sender had folded, as far as they are known here.
///
/// Where a fact it saw is not known here (it came from a third party and is on its way), its state cannot be
/// judged and is not held against it: the fold gives it no effect if it should have none.
pub fn admit(opening: &OpeningFact, facts: &[Fact], event: &Fact) -> Result<(), NotAllowed> {
    let capacity = opening.capacity_of(&event.sender).ok_or(NotAllowed::NotAParty)?;
    let (instrument, code) = (opening.instrument, event.event.code());
    let id = instrument.fitting(&event.event).ok_or(NotAllowed::NotOfInstrument(code))?;
    let may_raise = instrument.capacity_id(capacity.code).is_some_and(|by| instrument.may_raise(id, by));
    if !may_raise {
        return Err(NotAllowed::WrongActor(code));
    }
    if event.declared.duration_since(event.recorded)
        > SignedDuration::from_secs(limits::DECLARED_FUTURE_SECONDS)
    {
        return Err(NotAllowed::DeclaredInFuture);
    }
    if is_full(opening, facts, &event.sender) {
        return Err(NotAllowed::Full);
    }
    if !knows_what_was_seen(opening, facts, event) {
        return Ok(());
    }
    let seen = Position::after(opening, facts.iter().filter(|fact| event.saw(fact)));
    match seen.rule(instrument, id, Some(capacity)) {
        Some(_) => Ok(()),
        None => Err(NotAllowed::NotInState { event: code, state: seen.state_of(instrument).symbol() }),
    }
}

/// Whether a party has used up what is its own, and all of them what is for everybody. Messages of others count for nobody.
fn is_full(opening: &OpeningFact, facts: &[Fact], sender: &AgencyId) -> bool {
    let sent = |party: &AgencyId| {
        usize::from(*party == opening.issuing) + facts.iter().filter(|fact| fact.sender == *party).count()
    };
    if sent(sender) < limits::EVENTS_OF_EACH_PARTY {
        return false;
    }
    let (mut kept, mut taken) = (0, 0);
    for party in opening.everyone() {
        kept += limits::EVENTS_OF_EACH_PARTY;
        taken += sent(party).saturating_sub(limits::EVENTS_OF_EACH_PARTY);
    }
    taken >= limits::EVENTS_PER_REFERRAL.saturating_sub(kept)
}

fn knows_what_was_seen(opening: &OpeningFact, facts: &[Fact], event: &Fact) -> bool {
    event.seen.iter().all(|(party, number)| {
        let is_opening = *party == opening.issuing && *number == 1;
        *number == 0 || is_opening || facts.iter().any(|fact| fact.sender == *party && fact.number == *number)
    })
}
