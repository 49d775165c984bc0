//! Case events between the typed event of the client API and the flat one that agencies keep and exchange, with the few
//! values they share.
//!
//! Owns which field of the typed event holds which parameter. Which event has which parameters is the instrument's to say;
//! one that lacks what it needs, or has what it must not, is answered with every fault at once.

use jiff::civil::Date;
use rogatory_domain::case::{Event, Notice, Parameter, Value};
use rogatory_domain::eaw::PartialDate;
use rogatory_domain::instrument::{EventDef, Misfit, Symbol, Why, events_of};
use rogatory_domain::{Faults, Lane, MessageId, ReferralId};

use crate::pb::types::v1 as pb;
use pb::EventKind;

/// Which field of the typed event holds a parameter. One field holds several that no event has together.
const FIELDS: [(&str, &str); 12] = [
    ("day", "day"),
    ("answers", "answers"),
    ("corrects", "answers"),
    ("reason", "deferral_reason"),
    ("guarantee", "guarantees"),
    ("ground", "grounds"),
    ("offence", "offences"),
    ("custody_days", "custody_days"),
    ("replaced_by", "replaced_by"),
    ("copy_of_judgment", "affirmed"),
    ("renounces_speciality", "affirmed"),
    ("granted", "affirmed"),
];

/// Grounds by their numbers in the API, from 1: their codes are articles, which no name in protobuf can be.
const GROUNDS: [&str; 13] = [
    "3(1)", "3(2)", "3(3)", "4(1)", "4(2)", "4(3)", "4(4)", "4(5)", "4(6)", "4(7)(a)", "4(7)(b)", "4a",
    "1(3)",
];

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

/// The code that a value of an enum stands for: its name in small letters, without the name of the enum.
fn code_of(name: &str, prefix: &str) -> Option<Symbol> {
    Symbol::of(&name.strip_prefix(prefix)?.to_lowercase())
}

/// The code of a capacity's number, if it is one.
#[must_use]
pub fn capacity_from_pb(wire: i32) -> Option<Symbol> {
    code_of(pb::Capacity::try_from(wire).ok()?.as_str_name(), "CAPACITY_")
}

/// The number of a capacity's code; 0 where the API has none.
#[must_use]
pub fn capacity_to_pb(code: Symbol) -> i32 {
    let name = format!("CAPACITY_{}", code.as_str().to_uppercase());
    pb::Capacity::from_str_name(&name).unwrap_or_default().into()
}

/// The code of an event's number, if it is one.
#[must_use]
pub fn kind_from_pb(wire: i32) -> Option<Symbol> {
    code_of(EventKind::try_from(wire).ok()?.as_str_name(), "EVENT_KIND_")
}

/// The number of an event's code; 0 where the API has none.
#[must_use]
pub fn kind_to_pb(code: &str) -> i32 {
    let name = format!("EVENT_KIND_{}", code.to_uppercase());
    EventKind::from_str_name(&name).unwrap_or_default().into()
}

/// The number of a ground's code; 0 where the API has none.
#[must_use]
pub fn ground_to_pb(code: &str) -> i32 {
    GROUNDS.iter().position(|ground| *ground == code).map_or(0, |at| at as i32 + 1)
}

fn ground_from_pb(wire: i32) -> Option<Symbol> {
    let at = usize::try_from(wire).ok()?.checked_sub(1)?;
    GROUNDS.get(at).copied().and_then(Symbol::of)
}

fn deferral_from_pb(wire: i32) -> Option<Symbol> {
    code_of(pb::DeferralReason::try_from(wire).ok()?.as_str_name(), "DEFERRAL_REASON_")
}

fn deferral_to_pb(code: Symbol) -> i32 {
    let name = format!("DEFERRAL_REASON_{}", code.as_str().to_uppercase());
    pb::DeferralReason::from_str_name(&name).unwrap_or_default().into()
}

fn guarantee_from_pb(wire: i32) -> Option<Symbol> {
    code_of(pb::Guarantee::try_from(wire).ok()?.as_str_name(), "GUARANTEE_")
}

fn guarantee_to_pb(code: Symbol) -> i32 {
    let name = format!("GUARANTEE_{}", code.as_str().to_uppercase());
    pb::Guarantee::from_str_name(&name).unwrap_or_default().into()
}

/// A typed event on its way to parameters: a field that cannot be read is a fault.
struct Fields {
    wire: pb::Event,
    faults: Faults,
}

impl Fields {
    fn wrong<T>(&mut self, field: &str, text: &str) -> Option<T> {
        self.faults.push(field, "not_valid", "life cycle", text);
        None
    }

    fn day(&mut self) -> Option<Date> {
        let wire = self.wire.day.take()?;
        PartialDate::new(wire.year, wire.month, wire.day)
            .and_then(PartialDate::full)
            .or_else(|| self.wrong("day", "Give a whole date of the calendar."))
    }

    fn message(&mut self) -> Option<MessageId> {
        let text = std::mem::take(&mut self.wire.answers);
        if text.is_empty() {
            return None;
        }
        text.parse().ok().or_else(|| self.wrong("answers", "Give the id of a message."))
    }

    fn referral(&mut self) -> Option<ReferralId> {
        let text = std::mem::take(&mut self.wire.replaced_by);
        if text.is_empty() {
            return None;
        }
        text.parse().ok().or_else(|| self.wrong("replaced_by", "Give the id of a referral."))
    }

    /// The items of numbers; one that stands for none is a fault.
    fn items(&mut self, field: &str, wire: &[i32], read: fn(i32) -> Option<Symbol>) -> Vec<Value> {
        let known: Vec<_> = wire.iter().filter_map(|number| read(*number)).map(Value::Item).collect();
        if known.len() < wire.len() {
            self.wrong::<()>(field, "There is one this release does not know.");
        }
        known
    }

    /// What a field of the typed event holds.
    fn values(&mut self, field: &str) -> Vec<Value> {
        match field {
            "day" => self.day().map(Value::from).into_iter().collect(),
            "answers" => self.message().map(Value::from).into_iter().collect(),
            "replaced_by" => self.referral().map(Value::from).into_iter().collect(),
            "deferral_reason" => {
                let given = std::mem::take(&mut self.wire.deferral_reason);
                let given: &[i32] = if given == 0 { &[] } else { &[given] };
                self.items(field, given, deferral_from_pb)
            }
            "guarantees" => {
                let given = std::mem::take(&mut self.wire.guarantees);
                self.items(field, &given, guarantee_from_pb)
            }
            "grounds" => {
                let given = std::mem::take(&mut self.wire.grounds);
                self.items(field, &given, ground_from_pb)
            }
            "offences" => {
                let given = std::mem::take(&mut self.wire.offences);
                given.into_iter().map(Value::Number).collect()
            }
            "custody_days" => vec![Value::Number(std::mem::take(&mut self.wire.custody_days))],
            _ => std::mem::take(&mut self.wire.affirmed).then_some(Value::Set).into_iter().collect(),
        }
    }

    /// What the event did not take must not be there.
    fn nothing_left(&mut self) {
        let wire = &self.wire;
        let left = [
            ("day", wire.day.is_some()),
            ("answers", !wire.answers.is_empty()),
            ("deferral_reason", wire.deferral_reason != 0),
            ("guarantees", !wire.guarantees.is_empty()),
            ("grounds", !wire.grounds.is_empty()),
            ("offences", !wire.offences.is_empty()),
            ("custody_days", wire.custody_days != 0),
            ("replaced_by", !wire.replaced_by.is_empty()),
            ("affirmed", wire.affirmed),
        ];
        for (field, _) in left.into_iter().filter(|(_, is_there)| *is_there) {
            self.faults.push(
                field,
                "not_for_this_event",
                "life cycle",
                "This event does not have this field.",
            );
        }
    }

    fn event(&mut self, definition: &'static EventDef) -> Option<Event> {
        let mut parameters = Vec::new();
        for parameter in definition.parameters {
            let Some(code) = Symbol::of(parameter.code) else { continue };
            let field = field_of(parameter.code);
            parameters.extend(self.values(field).into_iter().map(|value| Parameter { code, value }));
        }
        self.nothing_left();
        let unread = self.faults.0.len();
        match Event::of(definition, parameters) {
            Ok(event) => Some(event),
            Err(misfits) => {
                for misfit in misfits {
                    let field = field_of(misfit.parameter.as_str());
                    let is_said = self.faults.0[..unread].iter().any(|fault| fault.field == field);
                    if !is_said {
                        self.misfit(field, misfit, definition);
                    }
                }
                None
            }
        }
    }

    fn misfit(&mut self, field: &str, misfit: Misfit, definition: &EventDef) {
        let article = definition.reasons.unwrap_or("life cycle");
        let (rule, text) = match misfit.why {
            Why::Missing => ("missing", "This event needs this field."),
            Why::TooMany => ("too_many", "There are more entries than the limit."),
            Why::NotValid => ("not_valid", "It is not in the list, or not within the bounds, of this event."),
            Why::Foreign => ("not_for_this_event", "This event does not have this field."),
        };
        self.faults.push(field, rule, article, text);
    }
}

fn field_of(parameter: &str) -> &'static str {
    FIELDS.iter().find(|(code, _)| *code == parameter).map_or("parameters", |(_, field)| field)
}

/// Parses a typed event, or answers with every fault in it.
///
/// # Errors
/// With every fault.
pub fn notice_from_pb(mut wire: pb::Event) -> Result<Notice, Faults> {
    let text = std::mem::take(&mut wire.text);
    let definition = kind_from_pb(wire.kind).and_then(|code| events_of(code.as_str()).next());
    let mut fields = Fields { wire, faults: Faults::default() };
    let Some(definition) = definition else {
        fields.faults.push("kind", "missing", "life cycle", "This event needs this field.");
        return Err(fields.faults);
    };
    match fields.event(definition) {
        Some(event) if fields.faults.is_empty() => Notice::parse(event, text),
        _ => Err(fields.faults),
    }
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
    let mut wire = pb::Event { kind: kind_to_pb(event.code().as_str()), text, ..pb::Event::default() };
    for Parameter { code, value } in event.parameters() {
        match (field_of(code.as_str()), *value) {
            ("day", Value::Day(day)) => wire.day = Some(day_to_pb(day)),
            ("answers", id) => wire.answers = id.message().map(|id| id.to_string()).unwrap_or_default(),
            ("replaced_by", id) => {
                wire.replaced_by = id.referral().map(|id| id.to_string()).unwrap_or_default();
            }
            ("deferral_reason", Value::Item(item)) => wire.deferral_reason = deferral_to_pb(item),
            ("guarantees", Value::Item(item)) => wire.guarantees.push(guarantee_to_pb(item)),
            ("grounds", Value::Item(item)) => wire.grounds.push(ground_to_pb(item.as_str())),
            ("offences", Value::Number(number)) => wire.offences.push(number),
            ("custody_days", Value::Number(days)) => wire.custody_days = days,
            ("affirmed", Value::Set) => wire.affirmed = true,
            _ => {}
        }
    }
    wire
}

fn day_to_pb(day: Date) -> pb::PartialDate {
    pb::PartialDate {
        year: u32::try_from(day.year()).unwrap_or(0),
        month: u32::try_from(day.month()).unwrap_or(0),
        day: u32::try_from(day.day()).unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use rogatory_domain::instrument::Instrument;

    use super::*;

    fn warrant_events() -> &'static [EventDef] {
        Instrument::of_code("eaw").unwrap().events
    }

    fn there_and_back(event: &Event) {
        let wire = event_to_pb(event, "Reasons.".into());
        assert_eq!(*notice_from_pb(wire).unwrap().event(), *event);
    }

    #[test]
    fn every_event_has_a_number_and_every_parameter_a_field() {
        for event in warrant_events() {
            assert_eq!(kind_from_pb(kind_to_pb(event.code)), Symbol::of(event.code));
            for parameter in event.parameters {
                assert!(FIELDS.iter().any(|(code, _)| *code == parameter.code), "{}", parameter.code);
            }
            if let Ok(event) = Event::of(event, Vec::new()) {
                there_and_back(&event);
            }
        }
    }

    #[test]
    fn every_ground_has_its_number() {
        let grounds = Instrument::of_code("eaw").unwrap().lists.iter().find(|list| list.code == "grounds");
        assert_eq!(grounds.unwrap().items.iter().map(|item| item.code).collect::<Vec<_>>(), GROUNDS);
        for (at, code) in GROUNDS.iter().enumerate() {
            assert_eq!(ground_to_pb(code), at as i32 + 1);
        }
    }

    #[test]
    fn events_with_parameters_survive_the_wire() {
        let message: MessageId = "0192f0a0-0000-7000-8000-000000000001".parse().unwrap();
        let on = Value::Day(jiff::civil::date(2021, 6, 20));
        let item = |code| Value::Item(Symbol::of(code).unwrap());
        let (answers, granted) = (("answers", Value::from(message)), ("granted", Value::Set));
        let mut grounds: Vec<_> = GROUNDS.iter().map(|code| ("ground", item(code))).collect();
        let offences = [("offence", Value::Number(1)), ("offence", Value::Number(2))];
        let events: [(&str, Vec<(&str, Value)>); 13] = [
            ("information_requested", vec![("day", on), ("copy_of_judgment", Value::Set)]),
            ("information_supplied", vec![answers]),
            ("consent_recorded", vec![("renounces_speciality", Value::Set)]),
            ("deferred", vec![("reason", item("immunity"))]),
            ("guarantee_given", vec![answers, ("guarantee", item("return"))]),
            ("execution_ordered", [offences.to_vec(), vec![("guarantee", item("life_review"))]].concat()),
            ("refused", std::mem::take(&mut grounds)),
            ("new_date_agreed", vec![("day", on)]),
            ("temporarily_surrendered", vec![("day", on)]),
            ("surrendered", vec![("custody_days", Value::Number(25))]),
            ("withdrawn", vec![("replaced_by", Value::from(message.as_opened()))]),
            ("onward_consent_answered", vec![granted]),
            ("corrected", vec![("corrects", Value::from(message))]),
        ];
        for (code, given) in events {
            let given =
                given.into_iter().map(|(code, value)| Parameter { code: Symbol::of(code).unwrap(), value });
            there_and_back(&Event::parse(code, given.collect()).unwrap());
        }
    }

    #[test]
    fn what_is_missing_or_does_not_belong_is_a_fault() {
        let faults =
            |wire| notice_from_pb(wire).unwrap_err().0.into_iter().map(|f| (f.field, f.rule)).collect();
        let found: Vec<(String, &str)> = faults(pb::Event::default());
        assert_eq!(found, [("kind".to_owned(), "missing")]);
        let of = |code| pb::Event { kind: kind_to_pb(code), ..pb::Event::default() };
        assert_eq!(faults(of("new_date_agreed")), [("day".to_owned(), "missing")]);
        let wire = pb::Event {
            day: Some(pb::PartialDate { year: 2021, ..Default::default() }),
            ..of("new_date_agreed")
        };
        assert_eq!(faults(wire), [("day".to_owned(), "not_valid")]);
        let wire = pb::Event { grounds: vec![1], ..of("arrested") };
        assert_eq!(faults(wire), [("grounds".to_owned(), "not_for_this_event")]);
        let wire = pb::Event { grounds: vec![1], ..of("refused") };
        assert_eq!(faults(wire), [("text".to_owned(), "reasons_missing")]);
        let wire = pb::Event { offences: vec![0], custody_days: 3, ..of("execution_ordered") };
        assert_eq!(
            faults(wire),
            [("custody_days".to_owned(), "not_for_this_event"), ("offences".to_owned(), "not_valid")]
        );
    }
}
