//! Events between their domain type and the message in which ledgers and other agencies read them.
//!
//! Owns that mapping, in both directions. It must not know which event has which parameters; the domain does.

use bytes::Bytes;
use rogatory_domain::case::{Event, Kind, Parameter, UnfitParameter, Value};

use super::{FactsError, printable};
use crate::envelope::array;
use crate::pb;
use crate::pb::parameter::Value as Wire;

/// Writes an event.
pub fn event_to_pb(event: &Event) -> pb::Event {
    let parameters = event.parameters().into_iter().map(|parameter| pb::Parameter {
        code: parameter.code,
        value: Some(match parameter.value {
            Value::Day(day) => Wire::Day(day.to_string()),
            Value::Id(id) => Wire::Id(Bytes::copy_from_slice(&id)),
            Value::Code(code) => Wire::Item(code),
            Value::Number(number) => Wire::Number(number),
            Value::Set => Wire::Set(true),
        }),
    });
    pb::Event { code: event.kind().code().to_owned(), parameters: parameters.collect() }
}

/// Reads an event.
///
/// # Errors
/// [`FactsError::Later`] for a kind, a parameter or a code of a list that this release does not know.
pub fn event_from_pb(raw: pb::Event) -> Result<Event, FactsError> {
    let kind = Kind::from_code(&raw.code)
        .ok_or_else(|| FactsError::Later(format!("event {}", printable(&raw.code))))?;
    let parameters = raw.parameters.into_iter().map(parameter).collect::<Result<_, _>>()?;
    Event::from_parameters(kind, parameters).map_err(|unfit| match unfit {
        UnfitParameter::Missing(code) => FactsError::Malformed(code),
        UnfitParameter::Unknown(code) => FactsError::Later(format!("parameter {}", printable(&code))),
    })
}

fn parameter(raw: pb::Parameter) -> Result<Parameter, FactsError> {
    let malformed = FactsError::Malformed("event.parameters");
    let value = match raw.value {
        Some(Wire::Day(day)) => Value::Day(day.parse().map_err(|_| malformed)?),
        Some(Wire::Id(id)) => Value::Id(array(&id).ok_or(malformed)?),
        Some(Wire::Item(code)) => Value::Code(code),
        Some(Wire::Number(number)) => Value::Number(number),
        Some(Wire::Set(true)) => Value::Set,
        Some(Wire::Set(false)) => return Err(malformed),
        None => return Err(FactsError::Later(format!("parameter {}", printable(&raw.code)))),
    };
    Ok(Parameter { code: raw.code, value })
}
