//! Holds every description against the protobuf message it describes and against the check of its form.
//!
//! Forms are walked by their descriptors, so that a form joins by standing in the list. It must not name any of them.

mod filled;

use std::collections::BTreeSet;

use prost::Message as _;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind as Wire, MessageDescriptor, Value};

use self::filled::{Place, clear, descriptor_of, filled, places, set};
use super::{Choice, Field, Kind, Required};
use crate::{FORMS, FormContext, FormDef};

/// Says everything that is wrong at once.
fn nothing_of(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn every_field_of_a_message_is_described_and_every_described_field_is_there() {
    let mut complaints = Vec::new();
    for form in FORMS {
        let fields: Vec<&Field> = form.description().fields().collect();
        compare(&mut complaints, form.instrument, &descriptor_of(form), &fields);
    }
    nothing_of(complaints);
}

/// Compares the fields of a message with their descriptions, and goes into groups.
fn compare(complaints: &mut Vec<String>, at: &str, message: &MessageDescriptor, fields: &[&Field]) {
    let described: BTreeSet<&str> = fields.iter().map(|field| field.name).collect();
    if described.len() != fields.len() {
        complaints.push(format!("{at}: a field is described twice"));
    }
    for field in message.fields().filter(|field| !described.contains(field.name())) {
        complaints.push(format!("{at}.{}: is not described", field.name()));
    }
    for field in fields {
        let at = format!("{at}.{}", field.name);
        let Some(wire) = message.get_field_by_name(field.name) else {
            complaints.push(format!("{at}: is described, and no field"));
            continue;
        };
        if !fits(&field.kind, &wire.kind()) {
            complaints.push(format!("{at}: {:?} is described as {:?}", wire.kind(), field.kind));
        }
        if field.entries_max.is_some() != wire.is_list() {
            complaints.push(format!("{at}: only one of message and description has a list"));
        }
        if let (Kind::Group(fields), Wire::Message(message)) = (field.kind, wire.kind()) {
            compare(complaints, &at, &message, &fields.iter().collect::<Vec<_>>());
        }
    }
}

/// Whether what a description says can be held by a field of the message.
fn fits(kind: &Kind, wire: &Wire) -> bool {
    match (kind, wire) {
        (Kind::Date { .. }, Wire::Message(message)) => message.name() == "PartialDate",
        (Kind::Enum { prefix, choices }, Wire::Enum(values)) => {
            let number_zero = format!("{prefix}_UNSPECIFIED");
            let values: BTreeSet<String> = values.values().map(|value| value.name().to_owned()).collect();
            let worded = |choice: &Choice| format!("{prefix}_{}", choice.code.to_uppercase());
            let mut described: BTreeSet<String> = choices.iter().map(worded).collect();
            described.insert(number_zero);
            described == values
        }
        (Kind::Number { .. }, Wire::Uint32)
        | (Kind::Flag, Wire::Bool)
        | (Kind::Group(_), Wire::Message(_)) => true,
        (kind, Wire::String) => matches!(
            kind,
            Kind::Line | Kind::Text | Kind::Language | Kind::Country | Kind::Pattern { .. } | Kind::Code(_)
        ),
        _ => false,
    }
}

/// What the check of a form says: paths and rules.
fn faults(form: &FormDef, message: &DynamicMessage) -> BTreeSet<(String, &'static str)> {
    let context = FormContext::without_parties(form.edition, jiff::civil::date(2026, 11, 29));
    match (form.check)(&message.encode_to_vec(), &context) {
        Ok(_) => BTreeSet::new(),
        Err(faults) => faults.0.into_iter().map(|fault| (fault.field, fault.rule)).collect(),
    }
}

/// Faults at one of these paths that a change brings with it, in any of the forms.
fn brings(
    form: &FormDef,
    forms: &[DynamicMessage],
    paths: &[&str],
    change: impl Fn(&mut DynamicMessage),
) -> BTreeSet<&'static str> {
    let mut rules = BTreeSet::new();
    for before in forms {
        let mut after = before.clone();
        change(&mut after);
        let (before, after) = (faults(form, before), faults(form, &after));
        let fresh = after.difference(&before).filter(|(field, _)| paths.contains(&field.as_str()));
        rules.extend(fresh.map(|(_, rule)| *rule));
    }
    rules
}

/// Runs a judge over every place of every form; it says what it has to complain of.
fn at_every_place(judge: impl Fn(&FormDef, &[DynamicMessage], &Place) -> Option<String>) {
    let mut complaints = Vec::new();
    for form in FORMS {
        let forms = filled(form);
        for place in places(form) {
            let complaint = judge(form, &forms, &place);
            complaints.extend(complaint.map(|text| format!("{} {}: {text}", form.instrument, place.path())));
        }
    }
    nothing_of(complaints);
}

#[test]
fn a_field_that_must_be_given_is_missed_and_one_that_need_not_be_is_not() {
    at_every_place(|form, forms, place| {
        let path = place.path();
        let rules = brings(form, forms, &[&path], |message| clear(message, place));
        match place.field.required {
            Required::Always if rules.is_empty() => Some("must be given, and is not missed".to_owned()),
            Required::No if !rules.is_empty() => Some(format!("need not be given, and {rules:?}")),
            Required::Always | Required::When(_) | Required::No => None,
        }
    });
}

#[test]
fn a_condition_completes_the_word_required() {
    at_every_place(|_, _, place| match place.field.required {
        Required::When(words) if !words.starts_with("where ") && !words.starts_with("for ") => {
            Some(format!("required {words:?}"))
        }
        _ => None,
    });
}

#[test]
fn a_text_is_too_long_from_one_byte_above_its_bound() {
    at_every_place(|form, forms, place| {
        let bytes_max = place.field.bytes_max()?;
        let is_too_long = |bytes: usize| {
            let text = Value::String("x".repeat(bytes));
            brings(form, forms, &[&place.entry()], |message| set(message, place, &text)).contains("too_long")
        };
        let found = (is_too_long(bytes_max), is_too_long(bytes_max + 1));
        (found != (false, true)).then(|| format!("too long at {bytes_max} bytes and one above: {found:?}"))
    });
}

#[test]
fn a_list_longer_than_its_bound_has_a_fault() {
    at_every_place(|form, forms, place| {
        let count = place.field.entries_max? + 1;
        let repeated = |message: &mut DynamicMessage| {
            let holder = place.holder(message);
            let Some(Value::List(entries)) = holder.get_field_by_name_mut(place.field.name) else { return };
            *entries = vec![entries[0].clone(); count];
        };
        let rules = brings(form, forms, &[&place.path()], repeated);
        rules.is_empty().then(|| format!("{count} entries bring nothing"))
    });
}

#[test]
fn a_value_that_a_description_does_not_have_has_a_fault() {
    at_every_place(|form, forms, place| {
        let unlike: Vec<Value> = unlike(&place.field.kind, &place.wire(&descriptor_of(form)));
        unlike.into_iter().find_map(|value| {
            // A number of a group is told at the group where only all of it says too much.
            let paths = [place.entry(), place.group()];
            let paths = if matches!(value, Value::U32(_)) { &paths[..] } else { &paths[..1] };
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            let rules = brings(form, forms, &paths, |message| set(message, place, &value));
            rules.is_empty().then(|| format!("{} brings nothing", shown(&value)))
        })
    });
}

/// A value without the descriptors it carries with it.
fn shown(value: &Value) -> String {
    match value {
        Value::Message(date) => date.fields().map(|(_, part)| shown(part)).collect::<Vec<_>>().join("-"),
        plain => format!("{plain:?}"),
    }
}

/// Values that a field of a kind cannot have.
fn unlike(kind: &Kind, wire: &FieldDescriptor) -> Vec<Value> {
    let date = |year: u32, month: u32| {
        let Wire::Message(message) = wire.kind() else { panic!("a date is a message") };
        let mut date = DynamicMessage::new(message);
        date.set_field_by_name("year", Value::U32(year));
        date.set_field_by_name("month", Value::U32(month));
        Value::Message(date)
    };
    match kind {
        Kind::Code(_) | Kind::Pattern { .. } | Kind::Country | Kind::Language => {
            vec![Value::String("?".to_owned())]
        }
        Kind::Enum { .. } => vec![Value::EnumNumber(99), Value::EnumNumber(0)],
        Kind::Number { max, .. } => vec![Value::U32(max + 1)],
        Kind::Date { whole: false } => vec![date(2021, 13)],
        Kind::Date { whole: true } => vec![date(2021, 13), date(2021, 1)],
        Kind::Line | Kind::Text | Kind::Flag | Kind::Group(_) => Vec::new(),
    }
}

#[test]
fn a_path_of_a_fault_leads_to_its_field_and_box() {
    at_every_place(|form, _, place| {
        let found = form.description().at(&place.entry()).map(|(_, field)| field.label);
        (found != Some(place.field.label)).then(|| format!("leads to {found:?}"))
    });
}
