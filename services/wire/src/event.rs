//! Case events, labels and links between the client API and the domain.
//!
//! Owns how values are written there: days and ids as text. Which event has which parameters is the instrument's to say; one
//! that lacks what it needs, or has what it must not, is answered with every fault at once.

use rogatory_domain::case::{Event, Notice, Parameter, Value};
use rogatory_domain::instrument::{EventDef, Misfit, Symbol, Why, events_of};
use rogatory_domain::{Faults, Lane, MessageId};

use crate::pb::types::v1 as pb;
use pb::parameter::Value as Written;

/// Most parameters that are looked at; no event of any instrument takes as many.
const PARAMETERS_COUNT_MAX: usize = 1_024;

/// The lane of a number, if it is one.
#[must_use]
pub fn lane_from_pb(wire: i32) -> Option<Lane> {
    match pb::Lane::try_from(wire) {
        Ok(pb::Lane::Urgent) => Some(Lane::Urgent),
        Ok(pb::Lane::Routine) => Some(Lane::Routine),
        Ok(pb::Lane::Unspecified) | Err(_) => None,
    }
}

/// The number of a lane.
#[must_use]
pub fn lane_to_pb(lane: Lane) -> i32 {
    match lane {
        Lane::Urgent => pb::Lane::Urgent,
        Lane::Routine => pb::Lane::Routine,
    }
    .into()
}

/// Parses an event, or answers with every fault in it.
///
/// # Errors
/// With every fault, by the first instrument that has an event of the code, if it fits none.
pub fn notice_from_pb(wire: pb::Event) -> Result<Notice, Faults> {
    let mut faults = Faults::default();
    let definitions: Vec<&EventDef> = events_of(&wire.code).collect();
    let Some(first) = definitions.first() else {
        faults.push("code", "value", "life cycle", "No instrument of this release has such an event.");
        return Err(faults);
    };
    if wire.parameters.len() > PARAMETERS_COUNT_MAX {
        faults.push("parameters", "too_many", "limit", "There are more entries than the limit.");
        return Err(faults);
    }
    let mut parameters = Vec::with_capacity(wire.parameters.len());
    for written in &wire.parameters {
        match parameter_from_pb(written) {
            Some(parameter) => parameters.push(parameter),
            None => not_readable(written, first, &mut faults),
        }
    }
    let unread = faults.0.len();
    let fits = definitions.iter().find_map(|definition| Event::of(definition, parameters.clone()).ok());
    match fits {
        Some(event) if unread == 0 => Notice::parse(event, wire.text),
        _ => {
            for misfit in first.misfits(&parameters) {
                let field = field_of(misfit.parameter.as_str());
                if !faults.0[..unread].iter().any(|fault| fault.field == field) {
                    push_misfit(misfit, field, first, &mut faults);
                }
            }
            Err(faults)
        }
    }
}

/// Path of a parameter; one that no event of this release has is not repeated.
fn field_of(code: &str) -> String {
    format!("parameters.{code}")
}

fn parameter_from_pb(written: &pb::Parameter) -> Option<Parameter> {
    let value = match written.value.as_ref()? {
        Written::Day(day) => Value::Day(day.parse().ok()?),
        Written::Id(id) => Value::from(id.parse::<MessageId>().ok()?),
        Written::Item(item) => Value::Item(Symbol::of(item)?),
        Written::Number(number) => Value::Number(*number),
        Written::Set(is_set) => is_set.then_some(Value::Set)?,
    };
    Some(Parameter { code: Symbol::of(&written.code)?, value })
}

fn not_readable(written: &pb::Parameter, definition: &EventDef, faults: &mut Faults) {
    match definition.parameter(&written.code) {
        Some(known) => {
            let text = format!("Give {}.", known.takes.expected());
            faults.push(field_of(known.code), "not_valid", "life cycle", &text);
        }
        None => {
            let text = "This event does not have one of these parameters.";
            faults.push("parameters", "not_for_this_event", "life cycle", text);
        }
    }
}

fn push_misfit(misfit: Misfit, field: String, definition: &EventDef, faults: &mut Faults) {
    let article = definition.reasons.unwrap_or("life cycle");
    let expected = definition.parameter(misfit.parameter.as_str()).map(|known| known.takes.expected());
    let (rule, text) = match (misfit.why, expected) {
        (Why::Missing, Some(expected)) => ("missing", format!("This event needs it: {expected}.")),
        (Why::NotValid, Some(expected)) => ("not_valid", format!("Give {expected}.")),
        (Why::TooMany, _) => ("too_many", "There are more entries than the limit.".to_owned()),
        _ => ("not_for_this_event", "This event does not have this parameter.".to_owned()),
    };
    faults.push(field, rule, article, &text);
}

impl From<Notice> for pb::Event {
    fn from(notice: Notice) -> Self {
        let (event, text) = notice.into_parts();
        event_to_pb(&event, text)
    }
}

/// Writes an event and its words.
#[must_use]
pub fn event_to_pb(event: &Event, text: String) -> pb::Event {
    let write = |Parameter { code, value }: &Parameter| parameter_to_pb(code.as_str(), *value);
    pb::Event {
        code: event.code().to_string(),
        text,
        parameters: event.parameters().iter().map(write).collect(),
    }
}

/// Writes one parameter.
#[must_use]
pub fn parameter_to_pb(code: &str, value: Value) -> pb::Parameter {
    pb::Parameter { code: code.to_owned(), value: Some(value_to_pb(value)) }
}

fn value_to_pb(value: Value) -> Written {
    match value {
        Value::Day(day) => Written::Day(day.to_string()),
        Value::Id(_) => Written::Id(value.message().map(|id| id.to_string()).unwrap_or_default()),
        Value::Item(item) => Written::Item(item.to_string()),
        Value::Number(number) => Written::Number(number),
        Value::Set => Written::Set(true),
    }
}

#[cfg(test)]
mod tests {
    use rogatory_domain::instrument::INSTRUMENTS;

    use super::*;

    fn given(code: &str, value: Written) -> pb::Parameter {
        pb::Parameter { code: code.to_owned(), value: Some(value) }
    }

    fn event(code: &str, parameters: Vec<pb::Parameter>) -> pb::Event {
        pb::Event { code: code.to_owned(), text: "Reasons.".to_owned(), parameters }
    }

    /// One proper value for a parameter.
    fn proper(takes: rogatory_domain::instrument::Takes) -> Written {
        use rogatory_domain::instrument::Takes;
        match takes {
            Takes::Day => Written::Day("2021-06-20".into()),
            Takes::Message | Takes::Referral => Written::Id("0192f0a0-0000-7000-8000-000000000001".into()),
            Takes::Item(list) => Written::Item(list.items[0].code.into()),
            Takes::Number(least, _) => Written::Number(least),
            Takes::Flag => Written::Set(true),
        }
    }

    #[test]
    fn every_event_of_every_instrument_survives_the_way_there_and_back() {
        for definition in INSTRUMENTS.iter().flat_map(|instrument| instrument.events) {
            let all = definition.parameters.iter().map(|known| given(known.code, proper(known.takes)));
            let wire = event(definition.code, all.collect());
            let notice = notice_from_pb(wire.clone()).unwrap();
            assert_eq!(pb::Event::from(notice), wire);
        }
    }

    #[test]
    fn what_is_missing_or_does_not_belong_is_a_fault() {
        let faults = |wire| -> Vec<(String, &str)> {
            notice_from_pb(wire).unwrap_err().0.into_iter().map(|f| (f.field, f.rule)).collect()
        };
        let of = |field: &str, rule| vec![(field.to_owned(), rule)];
        assert_eq!(faults(event("", vec![])), of("code", "value"));
        assert_eq!(faults(event("new_date_agreed", vec![])), of("parameters.day", "missing"));
        for wrong in [Written::Day("2021-02-30".into()), Written::Day("20 June".into()), Written::Number(3)] {
            let wire = event("new_date_agreed", vec![given("day", wrong)]);
            assert_eq!(faults(wire), of("parameters.day", "not_valid"));
        }
        let foreign = event("arrested", vec![given("ground", Written::Item("3(1)".into()))]);
        assert_eq!(faults(foreign), of("parameters.ground", "not_for_this_event"));
        let unheard = event("arrested", vec![given("a b", Written::Set(true))]);
        assert_eq!(faults(unheard), of("parameters", "not_for_this_event"));
        let no_reasons = pb::Event {
            text: String::new(),
            ..event("refused", vec![given("ground", Written::Item("3(1)".into()))])
        };
        assert_eq!(faults(no_reasons), of("text", "reasons_missing"));
        let two = vec![given("offence", Written::Number(0)), given("custody_days", Written::Number(3))];
        assert_eq!(
            faults(event("execution_ordered", two)),
            [of("parameters.offence", "not_valid"), of("parameters.custody_days", "not_for_this_event")]
                .concat()
        );
        let unset = event("onward_consent_answered", vec![given("granted", Written::Set(false))]);
        assert_eq!(faults(unset), of("parameters.granted", "not_valid"));
    }
}
