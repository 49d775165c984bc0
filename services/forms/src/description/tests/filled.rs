//! Forms in which every described field is given, and the places in them.
//!
//! Owns how a sample is filled up from its description. Such a form need not keep the rules between its fields: what one change
//! brings with it is what counts. It must not judge anything.

use prost::Message as _;
use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind as Wire, MessageDescriptor, ReflectMessage as _,
    Value,
};

use super::{Field, Kind};
use crate::FormDef;

/// A described field and the groups it stands in, each at its first entry.
pub(super) struct Place {
    within: Vec<&'static Field>,
    pub(super) field: &'static Field,
}

/// How to fill what a form leaves to a choice: flags may exclude each other, and a choice may say what else is asked.
#[derive(Clone, Copy)]
struct Variant {
    choice: usize,
    flag: bool,
}

/// More than any enum of a form has values.
const CHOICES: usize = 6;

impl Place {
    /// The path of the field itself.
    pub(super) fn path(&self) -> String {
        let mut path = self.group();
        if !path.is_empty() {
            path.push('.');
        }
        path + self.field.name
    }

    /// The path of its first entry where it is a list, of itself otherwise.
    pub(super) fn entry(&self) -> String {
        self.path() + if self.field.entries_max.is_some() { "[0]" } else { "" }
    }

    /// The path of the group it stands in; empty where that is the form.
    pub(super) fn group(&self) -> String {
        let names = self.within.iter().map(|field| match field.entries_max {
            Some(_) => format!("{}[0]", field.name),
            None => field.name.to_owned(),
        });
        names.collect::<Vec<_>>().join(".")
    }

    /// The message that holds it.
    pub(super) fn holder<'m>(&self, form: &'m mut DynamicMessage) -> &'m mut DynamicMessage {
        self.within.iter().fold(form, |message, field| {
            match message.get_field_by_name_mut(field.name).expect("it is described") {
                Value::List(entries) => entries[0].as_message_mut(),
                value => value.as_message_mut(),
            }
            .expect("a group is a message")
        })
    }

    /// Its field in the message of the form.
    pub(super) fn wire(&self, form: &MessageDescriptor) -> FieldDescriptor {
        let mut message = form.clone();
        for field in &self.within {
            let Wire::Message(group) = wire(&message, field).kind() else { panic!("a group is a message") };
            message = group;
        }
        wire(&message, self.field)
    }
}

fn wire(message: &MessageDescriptor, field: &Field) -> FieldDescriptor {
    message.get_field_by_name(field.name).expect("it is described")
}

/// Takes a field out, with every entry it has.
pub(super) fn clear(form: &mut DynamicMessage, place: &Place) {
    place.holder(form).clear_field_by_name(place.field.name);
}

/// Gives a field another value, or its first entry where it is a list.
pub(super) fn set(form: &mut DynamicMessage, place: &Place, value: &Value) {
    match place.holder(form).get_field_by_name_mut(place.field.name).expect("it is described") {
        Value::List(entries) => entries[0] = value.clone(),
        single => *single = value.clone(),
    }
}

/// The message of a form.
pub(super) fn descriptor_of(form: &FormDef) -> MessageDescriptor {
    let pool = DescriptorPool::decode(rogatory_wire::DESCRIPTORS).expect("they are our own");
    pool.get_message_by_name(form.message).unwrap_or_else(|| panic!("{}: no such message", form.message))
}

/// Every described field of a form.
pub(super) fn places(form: &FormDef) -> Vec<Place> {
    let mut found = Vec::new();
    for field in form.description().fields() {
        collect(&mut found, &[], field);
    }
    found
}

fn collect(found: &mut Vec<Place>, within: &[&'static Field], field: &'static Field) {
    found.push(Place { within: within.to_vec(), field });
    if let Kind::Group(fields) = field.kind {
        let within = [within, &[field]].concat();
        fields.iter().for_each(|field| collect(found, &within, field));
    }
}

/// A sample of a form in which everything is given, with each choice, and flags ticked or not.
pub(super) fn filled(form: &FormDef) -> Vec<DynamicMessage> {
    let message = descriptor_of(form);
    let fields: Vec<&Field> = form.description().fields().collect();
    let variants = (0..CHOICES).flat_map(|choice| [false, true].map(|flag| Variant { choice, flag }));
    let fill_one = |variant| {
        let mut sample = DynamicMessage::new(message.clone());
        sample.merge(&(form.sample)(1)[..]).expect("it is its own");
        fields.iter().for_each(|field| fill(&mut sample, field, variant));
        sample
    };
    variants.map(fill_one).collect()
}

/// Gives one field of a message, with all that is in it.
fn fill(message: &mut DynamicMessage, field: &Field, variant: Variant) {
    let wire = wire(&message.descriptor(), field);
    let is_chosen = matches!(field.kind, Kind::Flag | Kind::Enum { .. });
    if !message.has_field(&wire) || is_chosen {
        let example = example(field, &wire, variant);
        message.set_field(&wire, if wire.is_list() { Value::List(vec![example]) } else { example });
    }
    if let Kind::Group(fields) = field.kind {
        let group = match message.get_field_mut(&wire) {
            Value::List(entries) => entries[0].as_message_mut(),
            value => value.as_message_mut(),
        };
        let group = group.expect("a group is a message");
        fields.iter().for_each(|field| fill(group, field, variant));
    }
}

fn example(field: &Field, wire: &FieldDescriptor, variant: Variant) -> Value {
    let text = |text: &str| Value::String(text.to_owned());
    match (field.kind, wire.kind()) {
        (Kind::Line | Kind::Text, _) => text("x"),
        (Kind::Language, _) => text("fr"),
        (Kind::Country, _) => text("FR"),
        (Kind::Pattern { example, .. }, _) => text(example),
        (Kind::Code(choices), _) => text(choices[0].code),
        (Kind::Number { min, .. }, _) => Value::U32(min.max(1)),
        (Kind::Flag, _) => Value::Bool(variant.flag),
        (Kind::Enum { .. }, Wire::Enum(values)) => {
            let values: Vec<_> = values.values().filter(|value| value.number() > 0).collect();
            assert!(values.len() <= CHOICES, "{}: not every choice is tried", field.name);
            Value::EnumNumber(values[variant.choice % values.len()].number())
        }
        (Kind::Date { .. }, Wire::Message(message)) => {
            let mut date = DynamicMessage::new(message);
            let parts = [("year", 2000), ("month", 1), ("day", 1)];
            parts.iter().for_each(|(name, part)| date.set_field_by_name(name, Value::U32(*part)));
            Value::Message(date)
        }
        (Kind::Group(_), Wire::Message(message)) => Value::Message(DynamicMessage::new(message)),
        (kind, wire) => panic!("{}: {kind:?} is not held by {wire:?}", field.name),
    }
}
