//! Whether a message may be raised, judged only by what its sender knew.
//! A crossing is never a reason to refuse; what crossed is folded and shown.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::correction::{corrected_message, counted};
use super::fact::{Fact, OpeningFact};
use super::order::whole;
use super::parameter::Value;
use super::position::Position;
use crate::calendar::plus_days;
use crate::fault::Faults;
use crate::id::{AgencyId, MessageId};
use crate::instrument::{CapacityDef, EventId, Instrument, Symbol, Takes};
use crate::limits;
use crate::refusal::Code;

/// Why a message is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAllowed {
    /// The sender is not a party to the referral.
    #[error("the sender is not a party to this referral")]
    NotAParty,
    /// The instrument of the referral has no such event, or has it with other parameters: the first that does not fit is named.
    #[error("{0} is not an event of this referral's instrument")]
    NotOfInstrument(Symbol, Option<Symbol>),
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
    /// It is said to have happened before something that it cannot come before.
    #[error("{event} cannot have happened before {cause}")]
    BeforeItsCause {
        /// The event.
        event: Symbol,
        /// What it cannot come before.
        cause: Symbol,
    },
    /// The day it names is too far from its declared instant.
    #[error("the {parameter} of {event} is too far from the declared instant")]
    DayOutOfBounds {
        /// The event.
        event: Symbol,
        /// The parameter that names the day.
        parameter: Symbol,
    },
    /// It belongs to another kind of request than the form is.
    #[error("{what} belongs to a request of another kind")]
    NotForThis {
        /// The event, or the item of a list that it names.
        what: Symbol,
    },
    /// It names something that the form lists by a number that the list does not have.
    #[error("the form lists no {parameter} of that number")]
    NoSuchItem {
        /// The parameter that names it.
        parameter: Symbol,
        /// How many the form lists.
        items: u32,
    },
    /// It corrects what another agency said.
    #[error("{event} of a message of another agency")]
    OfAnother {
        /// The event.
        event: Symbol,
    },
    /// It takes back, or says anew, what a later message could not have been told without.
    #[error("{by} was told since, and could not have happened then")]
    Followed {
        /// The event of the later message.
        by: Symbol,
    },
    /// It names its own referral where another one is meant.
    #[error("the {parameter} of {event} is the referral itself")]
    NamesItself {
        /// The event.
        event: Symbol,
        /// The parameter that names it.
        parameter: Symbol,
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
            Self::NotOfInstrument(..) => Code::MalformedMessage,
            Self::WrongActor(_) => Code::WrongActor,
            Self::DeclaredInFuture => Code::DeclaredInFuture,
            Self::NotInState { .. }
            | Self::BeforeItsCause { .. }
            | Self::NotForThis { .. }
            | Self::Followed { .. }
            | Self::OfAnother { .. } => Code::EventNotAllowed,
            Self::DayOutOfBounds { .. } | Self::NoSuchItem { .. } | Self::NamesItself { .. } => {
                Code::MalformedMessage
            }
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
                let events = may.map(|rule| &instrument.events[rule.event.place()]);
                let events: BTreeSet<_> =
                    events.filter(|event| opening.asks_for(event.only_for)).map(|event| event.code).collect();
                let text = match waits_for(instrument, event).filter(|_| events.contains(event.as_str())) {
                    Some(condition) => format!("{event} {condition}."),
                    None => {
                        format!("{event} is not allowed in the state {state}; there is {}.", listed(events))
                    }
                };
                faults.push("event.code", "state", "life cycle", &text);
            }
            Self::WrongActor(event) => {
                let rules = instrument.rules.iter();
                let of = rules.filter(|rule| instrument.events[rule.event.place()].code == event.as_str());
                let by = of.flat_map(|rule| rule.by).map(|by| instrument.capacities[by.place()].code);
                let text = format!("{event} is raised by {}.", listed(by.collect()));
                faults.push("event.code", "actor", "life cycle", &text);
            }
            Self::NotOfInstrument(event, parameter) => {
                let (known, code) = (instrument.events.iter().map(|known| known.code), instrument.code);
                if let Some(definition) = instrument.event(event.as_str()) {
                    let known = parameter.and_then(|one| definition.parameter(one.as_str()));
                    let text = match (known, parameter) {
                        (Some(known), _) => {
                            format!("{} of {event} under {code}: {}.", known.code, known.takes.expected())
                        }
                        (None, Some(foreign)) => format!("{event} of {code} has no {foreign}."),
                        (None, None) => format!("{event} of {code} has other parameters."),
                    };
                    faults.push("event.parameters", "parameters", "life cycle", &text);
                } else {
                    let text =
                        format!("{event} is no event of {code}; there is {}.", listed(known.collect()));
                    faults.push("event.code", "event", "life cycle", &text);
                }
            }
            Self::BeforeItsCause { event, cause } => {
                let text = format!("{event} cannot have happened before {cause}.");
                faults.push("declared_time", "order", "life cycle", &text);
            }
            Self::DayOutOfBounds { parameter, .. } => {
                let text = format!("The {parameter} lies before the declared instant, or too far from it.");
                faults.push("event.parameters", "bounds", "life cycle", &text);
            }
            Self::NotForThis { what } => {
                let text = format!("{what} is for another kind of request than this form makes.");
                faults.push("event", "purpose", "life cycle", &text);
            }
            Self::NoSuchItem { parameter, items } => {
                let text = format!("{parameter} is a number from 1 to {items}: the form lists as many.");
                faults.push("event.parameters", "bounds", "life cycle", &text);
            }
            Self::OfAnother { event } => {
                let text = format!(
                    "{event} is of a message of its own sender: what another one said that one corrects."
                );
                faults.push("event.parameters", "sender", "life cycle", &text);
            }
            Self::Followed { by } => {
                let text =
                    format!("{by} was told since, and could not have happened then: it is taken back first.");
                faults.push("event.parameters", "order", "life cycle", &text);
            }
            Self::NamesItself { parameter, .. } => {
                let text = format!("{parameter} names another referral than this one.");
                faults.push("event.parameters", "itself", "life cycle", &text);
            }
            Self::NotAParty | Self::DeclaredInFuture | Self::Full => {}
        }
        faults
    }
}

/// On what an event waits where its state allows it and it cannot happen all the same.
fn waits_for(instrument: &Instrument, event: Symbol) -> Option<String> {
    let definition = instrument.event(event.as_str())?;
    if definition.accepts().is_some() {
        return Some("accepts what the other side proposed, and no such proposal is open".to_owned());
    }
    let needs: BTreeSet<_> = definition.needs.iter().map(|id| instrument.event_at(*id).code).collect();
    (!needs.is_empty()).then(|| format!("comes after {}", listed(needs)))
}

fn listed(codes: BTreeSet<&str>) -> String {
    if codes.is_empty() { "none".to_owned() } else { codes.into_iter().collect::<Vec<_>>().join(", ") }
}

/// Judges a message by the facts its sender had folded, as far as they are known here.
///
/// Where a fact it saw is not known here (it came from a third party and is on its way), its state cannot be
/// judged and is not held against it: the fold gives it no effect if it should have none.
pub fn admit(opening: &OpeningFact, facts: &[Fact], event: &Fact) -> Result<(), NotAllowed> {
    let (instrument, code) = (opening.instrument, event.event.code());
    let (capacity, id) = raised(opening, event)?;
    names_other_referrals(opening, id, event)?;
    if is_full(opening, facts, &event.sender) {
        return Err(NotAllowed::Full);
    }
    if !knows_what_was_seen(opening, facts, event) {
        return Ok(());
    }
    let seen = Position::after(opening, facts.iter().filter(|fact| event.saw(fact)));
    if seen.rule(instrument, id, Some(capacity), event.event.answers()).is_none() {
        return Err(NotAllowed::NotInState { event: code, state: seen.state_of(instrument).symbol() });
    }
    if corrects_another(opening, facts, event, id) {
        return Err(NotAllowed::OfAnother { event: code });
    }
    // Clocks of two agencies may differ by what is allowed of the future, and so may what each declares.
    let tolerance = SignedDuration::from_secs(limits::DECLARED_FUTURE_SECONDS);
    let latest = event.declared.checked_add(tolerance).unwrap_or(event.declared);
    let late = seen
        .later_cause(instrument, id, latest, (capacity.side, event.event.answers()))
        .map(|cause| (code, cause));
    if let Some((event, cause)) = late {
        return Err(NotAllowed::BeforeItsCause { event, cause });
    }
    if instrument.events[id.place()].corrects() {
        judge_correction(opening, facts, event, tolerance)
    } else {
        Ok(())
    }
}

/// Judges what a correction makes of what was told: nothing is put before its cause that did not stand there already, and nothing that a
/// rule allowed is lost but what is taken back.
fn judge_correction(
    opening: &OpeningFact,
    facts: &[Fact],
    event: &Fact,
    tolerance: SignedDuration,
) -> Result<(), NotAllowed> {
    let known = || facts.iter().filter(|fact| event.saw(fact));
    let (known, with_it) = (whole(opening, known()), whole(opening, known().chain([event])));
    let (before, after) = (counted(opening.instrument, &known), counted(opening.instrument, &with_it));
    let stood = Position::before_their_causes(opening, &before, tolerance);
    let mut found = Position::before_their_causes(opening, &after, tolerance).into_iter();
    if let Some((event, cause)) = found.find(|pair| !stood.contains(pair)) {
        return Err(NotAllowed::BeforeItsCause { event, cause });
    }
    let allowed = Position::allowed(opening, &after);
    let is_taken_back = |id| after.iter().any(|it| it.is_taken_back && it.placed.fact.id == id);
    let is_lost =
        |(id, _): &(MessageId, Symbol)| !is_taken_back(*id) && allowed.iter().all(|(other, _)| other != id);
    let lost = Position::allowed(opening, &before).into_iter().find(is_lost);
    lost.map_or(Ok(()), |(_, by)| Err(NotAllowed::Followed { by }))
}

/// Whether it corrects a message that its sender saw and that is another agency's.
fn corrects_another(opening: &OpeningFact, facts: &[Fact], event: &Fact, id: EventId) -> bool {
    if !opening.instrument.events[id.place()].corrects() {
        return false;
    }
    let Some(of) = corrected_message(event) else { return false };
    let earlier = opening.earlier().iter().flat_map(|earlier| &earlier.facts);
    let mut seen = earlier.chain(facts.iter().filter(|fact| event.saw(fact)));
    seen.any(|fact| fact.id == of && fact.sender != event.sender)
}

/// Judges a message by nothing but itself and the opening, as [`admit`] does before it looks at what was told: what was raised in
/// another referral is folded there, and needs no place in this one.
pub fn may_be_raised(opening: &OpeningFact, event: &Fact) -> Result<(), NotAllowed> {
    raised(opening, event).map(drop)
}

/// In what capacity its sender raises which event of the instrument.
fn raised(opening: &OpeningFact, event: &Fact) -> Result<(&'static CapacityDef, EventId), NotAllowed> {
    let capacity = opening.capacity_of(&event.sender).ok_or(NotAllowed::NotAParty)?;
    let (instrument, code) = (opening.instrument, event.event.code());
    let misfit = || {
        let definition = instrument.event(code.as_str());
        definition.and_then(|known| known.misfits(event.event.parameters()).next()).map(|it| it.parameter)
    };
    let id = instrument.fitting(&event.event).ok_or_else(|| NotAllowed::NotOfInstrument(code, misfit()))?;
    let may_raise = instrument.capacity_id(capacity.code).is_some_and(|by| instrument.may_raise(id, by));
    if !may_raise {
        return Err(NotAllowed::WrongActor(code));
    }
    if event.declared.duration_since(event.recorded)
        > SignedDuration::from_secs(limits::DECLARED_FUTURE_SECONDS)
    {
        return Err(NotAllowed::DeclaredInFuture);
    }
    fits_form(opening, id, event)?;
    lies_near(opening, id, event)?;
    names_what_is_listed(opening, id, event)?;
    Ok((capacity, id))
}

/// Whether an event, and every item of a list that it names, belongs to what the form asks for.
fn fits_form(opening: &OpeningFact, id: EventId, event: &Fact) -> Result<(), NotAllowed> {
    let definition = &opening.instrument.events[id.place()];
    if !opening.asks_for(definition.only_for) {
        return Err(NotAllowed::NotForThis { what: definition.symbol() });
    }
    for given in event.event.parameters() {
        let Some(item) = given.value.item() else { continue };
        let known = definition
            .parameter(given.code.as_str())
            .and_then(|parameter| parameter.items().iter().find(|known| item == known.code));
        if !opening.asks_for(known.and_then(|known| known.only_for)) {
            return Err(NotAllowed::NotForThis { what: item });
        }
    }
    Ok(())
}

/// Whether every day that an event names lies near enough to its declared instant, as UTC counts days: bounds are wide, and one day more
/// or less at their end decides nothing.
fn lies_near(opening: &OpeningFact, id: EventId, event: &Fact) -> Result<(), NotAllowed> {
    let definition = &opening.instrument.events[id.place()];
    let declared = event.declared.to_zoned_datetime(TimeZone::UTC).date();
    for parameter in definition.parameters {
        let Some((before, after)) = parameter.within else { continue };
        let mut days = event.event.values(parameter.code).filter_map(Value::day);
        let is_near = |day: Date| {
            plus_days(declared, -i64::from(before)) <= day && day <= plus_days(declared, after.into())
        };
        if !days.all(is_near) {
            let parameter = Symbol::of(parameter.code).unwrap_or(definition.symbol());
            return Err(NotAllowed::DayOutOfBounds { event: definition.symbol(), parameter });
        }
    }
    Ok(())
}

/// Whether everything that an event names by its number in the form is listed there.
fn names_what_is_listed(opening: &OpeningFact, id: EventId, event: &Fact) -> Result<(), NotAllowed> {
    let items = opening.items;
    if items == 0 {
        return Ok(());
    }
    let definition = &opening.instrument.events[id.place()];
    for parameter in definition.parameters.iter().filter(|parameter| parameter.is_of_form) {
        if event.event.values(parameter.code).filter_map(Value::number).any(|number| number > items) {
            let parameter = Symbol::of(parameter.code).unwrap_or(definition.symbol());
            return Err(NotAllowed::NoSuchItem { parameter, items });
        }
    }
    Ok(())
}

/// Whether every referral that an event names is another one than its own.
fn names_other_referrals(opening: &OpeningFact, id: EventId, event: &Fact) -> Result<(), NotAllowed> {
    let definition = &opening.instrument.events[id.place()];
    let own = Value::from(opening.referral.opening());
    for parameter in definition.parameters.iter().filter(|known| matches!(known.takes, Takes::Referral)) {
        if event.event.values(parameter.code).any(|value| value == own) {
            let parameter = Symbol::of(parameter.code).unwrap_or(definition.symbol());
            return Err(NotAllowed::NamesItself { event: definition.symbol(), parameter });
        }
    }
    Ok(())
}

/// Whether a party has used up what is its own, and all of them what is for everybody. Messages of others count for nobody.
fn is_full(opening: &OpeningFact, facts: &[Fact], sender: &AgencyId) -> bool {
    let sent = |party: &AgencyId| {
        usize::from(party == opening.opener()) + facts.iter().filter(|fact| fact.sender == *party).count()
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
        let is_opening = party == opening.opener() && *number == 1;
        *number == 0 || is_opening || facts.iter().any(|fact| fact.sender == *party && fact.number == *number)
    })
}
