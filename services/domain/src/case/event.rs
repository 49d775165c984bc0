//! What happened in a case, flat: a code and parameters. Which codes and parameters there are is the instrument's to say.
//! Free text stays out of the event; it belongs to the sealed body.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::parameter::{ANSWERS, DAY, Parameter, Value};
use crate::id::MessageId;
use crate::instrument::{EventDef, Misfit, Symbol, Why, events_of};

/// One event with what clocks and questions need to know of it.
///
/// It fits the definition that at least one instrument of this release has of its code, and its parameters are in the order
/// of that definition. Whether it fits the instrument of a referral is asked where the referral is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    code: Symbol,
    parameters: Vec<Parameter>,
}

/// An event that no instrument of this release has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// No instrument has an event of that code.
    #[error("no instrument of this release has such an event")]
    Code,
    /// The event needs a parameter.
    #[error("the event lacks its parameter {0}")]
    Missing(&'static str),
    /// The event has no such parameter, or it has another kind of value, or one that is not within its list or bounds.
    #[error("the event's parameter {0} is not one this release knows")]
    Unknown(&'static str),
}

impl From<Misfit> for Unfit {
    fn from(misfit: Misfit) -> Self {
        match misfit.why {
            Why::Missing => Self::Missing(misfit.parameter.as_str()),
            Why::TooMany | Why::NotValid | Why::Foreign => Self::Unknown(misfit.parameter.as_str()),
        }
    }
}

impl Event {
    /// The event of a definition with these parameters.
    ///
    /// # Errors
    /// With everything in which they do not fit.
    pub fn of(definition: &EventDef, mut parameters: Vec<Parameter>) -> Result<Self, Vec<Misfit>> {
        let misfits: Vec<Misfit> = definition.misfits(&parameters).collect();
        if !misfits.is_empty() {
            return Err(misfits);
        }
        let place = |given: &Parameter| definition.parameters.iter().position(|one| given.code == one.code);
        parameters.sort_by_key(place);
        Ok(Self { code: definition.symbol(), parameters })
    }

    /// The event of a code with these parameters, as some instrument of this release has it.
    ///
    /// # Errors
    /// When none has it, or it fits none that has.
    pub fn parse(code: &str, parameters: Vec<Parameter>) -> Result<Self, Unfit> {
        let mut unfit = Unfit::Code;
        for definition in events_of(code) {
            match Self::of(definition, parameters.clone()) {
                Ok(event) => return Ok(event),
                Err(misfits) => unfit = misfits.first().map_or(unfit, |misfit| (*misfit).into()),
            }
        }
        Err(unfit)
    }

    /// Its code.
    #[must_use]
    pub fn code(&self) -> Symbol {
        self.code
    }

    /// Its parameters, in the order of its definition.
    #[must_use]
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// Every value of a parameter, in order.
    pub fn values(&self, code: &str) -> impl Iterator<Item = Value> {
        self.parameters.iter().filter(move |given| given.code == *code).map(|given| given.value)
    }

    /// The value of a parameter, if it is given.
    #[must_use]
    pub fn value(&self, code: &str) -> Option<Value> {
        self.values(code).next()
    }

    /// The earlier message it answers, if it names one.
    #[must_use]
    pub fn answers(&self) -> Option<MessageId> {
        self.value(ANSWERS).and_then(Value::message)
    }

    /// The day it fixes, if it fixes one.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        self.value(DAY).and_then(Value::day)
    }

    /// The item of a list it names, if it names one.
    #[must_use]
    pub fn item(&self) -> Option<Symbol> {
        self.parameters.iter().find_map(|given| given.value.item())
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.code.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::tests::{given, samples};
    use crate::instrument::INSTRUMENTS;

    #[test]
    fn an_event_of_each_kind_is_the_same_after_its_parameters_were_written_and_read() {
        for instrument in INSTRUMENTS {
            for event in instrument.events.iter().flat_map(samples) {
                assert_eq!(Event::parse(event.code().as_str(), event.parameters().to_vec()), Ok(event));
            }
        }
    }

    #[test]
    fn parameters_are_written_in_one_order() {
        let turned =
            vec![given("guarantee", Value::Item(Symbol::of("return").unwrap())), given("offence", 1)];
        let event = Event::parse("execution_ordered", turned).unwrap();
        assert_eq!(
            event.parameters().iter().map(|one| one.code.as_str()).collect::<Vec<_>>(),
            ["offence", "guarantee"]
        );
    }

    #[test]
    fn what_an_event_does_not_have_or_this_release_does_not_know_is_named() {
        let with = |code: &str, given| Event::parse(code, vec![given]).unwrap_err();
        assert_eq!(with("arrested", given("day", Value::Set)), Unfit::Unknown("day"));
        assert_eq!(with("new_date_agreed", given("day", 3)), Unfit::Unknown("day"));
        let foreign = Value::Item(Symbol::of("immunity").unwrap());
        assert_eq!(with("refused", given("ground", foreign)), Unfit::Unknown("ground"));
        assert_eq!(Event::parse("new_date_agreed", vec![]), Err(Unfit::Missing("day")));
        assert_eq!(Event::parse("extradited", vec![]), Err(Unfit::Code));
        let twice = vec![given("granted", Value::Set); 2];
        assert_eq!(Event::parse("onward_consent_answered", twice), Err(Unfit::Unknown("granted")));
    }
}
