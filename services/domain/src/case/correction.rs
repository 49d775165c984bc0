//! Corrections: messages as they count, after their senders said when what they tell of really happened.
//! Owns which correction counts; it must not judge what follows from it.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;

use super::event::Event;
use super::fact::Fact;
use super::order::Placed;
use super::parameter::{DAY, Parameter, Value};
use crate::id::MessageId;
use crate::instrument::{EventDef, EventId, Instrument};

/// The parameter by which a correction names the message it corrects.
const CORRECTS: &str = "corrects";
/// The flag of a correction whose own declared instant is the right one for what it corrects.
const NEW_INSTANT: &str = "new_instant";
/// The flag of a correction by which nothing of what it corrects happened.
const NEVER_HAPPENED: &str = "never_happened";

/// A message with the instant and the event that its sender said last.
#[derive(Debug, Clone)]
pub(super) struct Counted<'a> {
    pub(super) placed: Placed<'a>,
    pub(super) declared: Timestamp,
    pub(super) event: Cow<'a, Event>,
    /// Nothing of it happened.
    pub(super) is_taken_back: bool,
}

impl Counted<'_> {
    /// Values of a parameter as they count.
    pub(super) fn values(&self, parameter: &str) -> impl Iterator<Item = Value> {
        self.event.values(parameter)
    }

    /// The day that it names, as it counts.
    pub(super) fn day(&self) -> Option<Date> {
        self.event.day()
    }
}

/// The parameter by which decisions, and corrections of them, name offences.
pub(super) const OFFENCE: &str = "offence";

/// What a sender said anew of an earlier message of its own.
#[derive(Debug, Clone)]
pub(super) struct Correction {
    /// The message that says it.
    pub(super) by: MessageId,
    of: MessageId,
    declared: Option<Timestamp>,
    /// The event of the message below, of which some parameters are said anew.
    restated: Vec<Parameter>,
    takes_back: bool,
}

/// The corrections among messages, in their order; one that was taken back is none.
///
/// An agency corrects its own messages alone: what another one said stands until that one says otherwise.
pub(super) fn corrections(instrument: &Instrument, order: &[Placed<'_>]) -> Vec<Correction> {
    let mut all: Vec<Correction> = Vec::new();
    for placed in order {
        match taken_back(instrument, order, placed.fact) {
            Some(of) => all.retain(|correction| correction.by != of),
            None => all.extend(correction(instrument, order, placed.fact)),
        }
    }
    all
}

/// The correction that a message takes back, if it takes back one of its sender's.
fn taken_back(instrument: &Instrument, order: &[Placed<'_>], fact: &Fact) -> Option<MessageId> {
    let of = corrected_by(instrument, fact).filter(|_| takes_back(fact))?;
    let is_it = |other: &&Placed<'_>| other.fact.id == of && other.fact.sender == fact.sender;
    let other = order.iter().find(is_it)?;
    corrected_by(instrument, other.fact).map(|_| of)
}

fn correction(instrument: &Instrument, order: &[Placed<'_>], fact: &Fact) -> Option<Correction> {
    let Target { of, told } = target(instrument, order, fact)?;
    // A case that was passed on goes on in another referral.
    let takes_back = takes_back(fact) && instrument.passing_on != Some(told);
    let told = &instrument.events[told.place()];
    let declared = declares_anew(fact).then_some(fact.declared);
    let restated: Vec<Parameter> = restated(fact).filter(|given| can_be_restated(told, given)).collect();
    let says_anew = declared.is_some() || !restated.is_empty() || takes_back;
    says_anew.then_some(Correction { by: fact.id, of, declared, restated, takes_back })
}

/// What a correction says anew, but for the instant.
fn restated(fact: &Fact) -> impl Iterator<Item = Parameter> {
    let is_own =
        |given: &&Parameter| [CORRECTS, NEW_INSTANT, NEVER_HAPPENED].iter().any(|own| given.code == **own);
    fact.event.parameters().iter().filter(move |given| !is_own(given)).copied()
}

/// Whether an event tells what is said anew of it. Who offered a day offers another one instead: what the other side accepted is not
/// changed behind its back.
fn can_be_restated(told: &EventDef, given: &Parameter) -> bool {
    told.parameter(given.code.as_str()).is_some() && (given.code != *DAY || told.offers().is_none())
}

/// The message that a correction speaks of in the end.
pub(super) struct Target {
    pub(super) of: MessageId,
    /// Its event.
    pub(super) told: EventId,
}

/// What a message corrects, if it corrects one of its sender's that came before it.
pub(super) fn target(instrument: &Instrument, order: &[Placed<'_>], fact: &Fact) -> Option<Target> {
    // Few messages name one they correct, and only those are looked up.
    let mut of = corrected_by(instrument, fact)?;
    let mut earlier = order;
    loop {
        // Who corrects a correction says anew what that one said of the message below it; each is older than the next.
        let is_it = |other: &Placed<'_>| other.fact.id == of && other.fact.sender == fact.sender;
        let at = earlier.iter().position(is_it)?;
        match corrected_by(instrument, order[at].fact) {
            Some(below) => (of, earlier) = (below, &order[..at]),
            None => return Some(Target { of, told: instrument.fitting(&order[at].fact.event)? }),
        }
    }
}

/// Whether a correction says anew what the event that it corrects does not tell.
pub(super) fn says_in_vain(told: &EventDef, fact: &Fact) -> bool {
    restated(fact).any(|given| !can_be_restated(told, &given))
}

/// Whether a correction says anything anew beside its words.
pub(super) fn says_more_than_words(fact: &Fact) -> bool {
    declares_anew(fact) || takes_back(fact) || restated(fact).next().is_some()
}

/// Whether nothing of what a correction corrects happened.
pub(super) fn takes_back(fact: &Fact) -> bool {
    fact.event.value(NEVER_HAPPENED).is_some()
}

/// Whether a correction says when what it corrects really happened.
pub(super) fn declares_anew(fact: &Fact) -> bool {
    fact.event.value(NEW_INSTANT).is_some()
}

/// The message that an event names as the one that it corrects.
pub(super) fn corrected_message(fact: &Fact) -> Option<MessageId> {
    fact.event.value(CORRECTS).and_then(Value::message)
}

/// The message that a correction corrects.
fn corrected_by(instrument: &Instrument, fact: &Fact) -> Option<MessageId> {
    let of = corrected_message(fact)?;
    let event = instrument.fitting(&fact.event)?;
    instrument.events[event.place()].corrects().then_some(of)
}

/// Messages as they count once every correction among them is known.
pub(super) fn counted<'a>(instrument: &Instrument, order: &[Placed<'a>]) -> Vec<Counted<'a>> {
    corrected(instrument, order, &corrections(instrument, order))
}

/// Messages as they count under some corrections, of which the last of a message counts.
pub(super) fn corrected<'a>(
    instrument: &Instrument,
    order: &[Placed<'a>],
    corrections: &[Correction],
) -> Vec<Counted<'a>> {
    let as_said = |placed: &Placed<'a>| Counted {
        placed: *placed,
        declared: placed.fact.declared,
        event: Cow::Borrowed(&placed.fact.event),
        is_taken_back: false,
    };
    let mut counted: Vec<_> = order.iter().map(as_said).collect();
    for correction in corrections {
        for message in counted.iter_mut().filter(|message| message.placed.fact.id == correction.of) {
            message.declared = correction.declared.unwrap_or(message.declared);
            message.is_taken_back |= correction.takes_back;
            if let Some(event) = restate(instrument, &message.event, &correction.restated) {
                message.event = Cow::Owned(event);
            }
        }
    }
    counted
}

/// An event of which some parameters are said anew, each with all its values; none where nothing is, or it would be no such event.
fn restate(instrument: &Instrument, event: &Event, restated: &[Parameter]) -> Option<Event> {
    let definition = instrument.event(event.code().as_str()).filter(|_| !restated.is_empty())?;
    let is_kept = |told: &&Parameter| restated.iter().all(|given| given.code != told.code);
    let kept = event.parameters().iter().filter(is_kept).copied();
    Event::of(definition, kept.chain(restated.iter().copied()).collect()).ok()
}
