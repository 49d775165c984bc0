//! Events between their domain type and the message in which ledgers and other agencies read them.
//!
//! Owns that mapping, in both directions. It must not know which event has which parameters; the instruments do.

use bytes::Bytes;
use rogatory_domain::case::{Event, Parameter, Unfit, Value};
use rogatory_domain::instrument::Symbol;

use super::{FactsError, printable};
use crate::envelope::array;
use crate::pb;
use crate::pb::parameter::Value as Wire;

/// Writes an event.
pub fn event_to_pb(event: &Event) -> pb::Event {
    let parameters = event.parameters().iter().map(|parameter| pb::Parameter {
        code: parameter.code.to_string(),
        value: Some(match parameter.value {
            Value::Day(day) => Wire::Day(day.to_string()),
            Value::Id(id) => Wire::Id(Bytes::copy_from_slice(&id)),
            Value::Item(item) => Wire::Item(item.to_string()),
            Value::Number(number) => Wire::Number(number),
            Value::Set => Wire::Set(true),
        }),
    });
    pb::Event { code: event.code().to_string(), parameters: parameters.collect() }
}

/// Reads an event.
///
/// # Errors
/// [`FactsError::Later`] for an event, a parameter or a code of a list that this release does not know.
pub fn event_from_pb(raw: pb::Event) -> Result<Event, FactsError> {
    let parameters = raw.parameters.into_iter().map(parameter).collect::<Result<_, _>>()?;
    Event::parse(&raw.code, parameters).map_err(|unfit| match unfit {
        Unfit::Code => FactsError::Later(format!("event {}", printable(&raw.code))),
        Unfit::Missing(code) => FactsError::Malformed(code),
        Unfit::Unknown(code) => FactsError::Later(format!("parameter {code}")),
    })
}

fn parameter(raw: pb::Parameter) -> Result<Parameter, FactsError> {
    let malformed = FactsError::Malformed("event.parameters");
    let later = || FactsError::Later(format!("parameter {}", printable(&raw.code)));
    let code = Symbol::of(&raw.code).ok_or_else(later)?;
    let value = match raw.value {
        Some(Wire::Day(day)) => Value::Day(day.parse().map_err(|_| malformed)?),
        Some(Wire::Id(id)) => Value::Id(array(&id).ok_or(malformed)?),
        Some(Wire::Item(item)) => Value::Item(Symbol::of(&item).ok_or_else(later)?),
        Some(Wire::Number(number)) => Value::Number(number),
        Some(Wire::Set(true)) => Value::Set,
        Some(Wire::Set(false)) => return Err(malformed),
        None => return Err(later()),
    };
    Ok(Parameter { code, value })
}
