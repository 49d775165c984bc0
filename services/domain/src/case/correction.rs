//! Corrections: messages as they count, after their senders said when what they tell of really happened.
//! Owns which correction counts; it must not judge what follows from it.

use jiff::Timestamp;
use jiff::civil::Date;

use super::fact::Fact;
use super::order::Placed;
use super::parameter::{DAY, Value};
use crate::id::MessageId;
use crate::instrument::{EventDef, EventId, Instrument};

/// The parameter by which a correction names the message it corrects.
const CORRECTS: &str = "corrects";
/// The flag of a correction whose own declared instant is the right one for what it corrects.
const NEW_INSTANT: &str = "new_instant";

/// A message with the instant, the day and the offences that its sender said last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted<'a> {
    pub(super) placed: Placed<'a>,
    pub(super) declared: Timestamp,
    pub(super) day: Option<Date>,
    /// The message that names the offences: it, or what corrects it.
    offences: &'a Fact,
}

impl Counted<'_> {
    /// Values of a parameter as they count.
    pub(super) fn values(&self, parameter: &str) -> impl Iterator<Item = Value> {
        let told = if parameter == OFFENCE { self.offences } else { self.placed.fact };
        told.event.values(parameter)
    }
}

/// The parameter by which decisions, and corrections of them, name offences.
pub(super) const OFFENCE: &str = "offence";

/// What a sender said anew of an earlier message of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Correction<'a> {
    /// The message that says it.
    pub(super) by: MessageId,
    of: MessageId,
    declared: Option<Timestamp>,
    day: Option<Date>,
    /// The message that names the offences anew, if it does.
    offences: Option<&'a Fact>,
}

/// The corrections among messages, in their order.
///
/// An agency corrects its own messages alone: what another one said stands until that one says otherwise.
pub(super) fn corrections<'a>(instrument: &Instrument, order: &[Placed<'a>]) -> Vec<Correction<'a>> {
    order.iter().filter_map(|placed| correction(instrument, order, placed.fact)).collect()
}

fn correction<'a>(instrument: &Instrument, order: &[Placed<'a>], fact: &'a Fact) -> Option<Correction<'a>> {
    let Target { of, told } = target(instrument, order, fact)?;
    let told = &instrument.events[told.place()];
    let declared = declares_anew(fact).then_some(fact.declared);
    let day = fact.event.day().filter(|_| names_a_day(told));
    let offences = fact.event.value(OFFENCE).filter(|_| told.parameter(OFFENCE).is_some()).map(|_| fact);
    let says_anew = declared.is_some() || day.is_some() || offences.is_some();
    says_anew.then_some(Correction { by: fact.id, of, declared, day, offences })
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
    let has_day = fact.event.day().is_some();
    let has_offences = fact.event.value(OFFENCE).is_some();
    (has_day && !names_a_day(told)) || (has_offences && told.parameter(OFFENCE).is_none())
}

/// Whether a correction says when what it corrects really happened.
pub(super) fn declares_anew(fact: &Fact) -> bool {
    fact.event.value(NEW_INSTANT).is_some()
}

/// Whether an event names a day that may be said anew. Who offered one offers another one instead: what the other side accepted is not
/// changed behind its back.
fn names_a_day(told: &EventDef) -> bool {
    told.parameter(DAY).is_some() && told.offers().is_none()
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
    corrected(order, &corrections(instrument, order))
}

/// Messages as they count under some corrections, of which the last of a message counts.
pub(super) fn corrected<'a>(order: &[Placed<'a>], corrections: &[Correction<'a>]) -> Vec<Counted<'a>> {
    let as_said = |placed: &Placed<'a>| Counted {
        placed: *placed,
        declared: placed.fact.declared,
        day: placed.fact.event.day(),
        offences: placed.fact,
    };
    let mut counted: Vec<_> = order.iter().map(as_said).collect();
    for correction in corrections {
        for message in counted.iter_mut().filter(|message| message.placed.fact.id == correction.of) {
            message.declared = correction.declared.unwrap_or(message.declared);
            message.day = message.day.map(|day| correction.day.unwrap_or(day));
            message.offences = correction.offences.unwrap_or(message.offences);
        }
    }
    counted
}
