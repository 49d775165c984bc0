//! What was filled in, as a tree of values by path, and what of it was printed. Owns how bytes become the tree. It must not know
//! what a field means.

use std::cell::RefCell;
use std::collections::BTreeSet;

use prost_reflect::prost::DecodeError;
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};
use serde_json::{Value, json};

use crate::act::{Act, ActValue};

/// Why bytes are no form.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    /// The built-in descriptors lack the form, or the bytes are none.
    #[error("the form cannot be decoded")]
    Decode(#[from] DecodeError),
    /// The built-in descriptors cannot be read.
    #[error("the descriptors of the forms cannot be read")]
    Descriptors(#[from] prost_reflect::DescriptorError),
    /// A message that the descriptors do not have.
    #[error("there is no message {0}")]
    NoMessage(&'static str),
    /// A value that JSON does not have.
    #[error("the form cannot be read as JSON")]
    Json(#[from] serde_json::Error),
}

/// A form that was filled in.
#[derive(Debug)]
pub(crate) struct Form {
    root: Value,
    /// What every value of must be printed: all of it, or the event.
    scope: &'static str,
    printed: RefCell<BTreeSet<String>>,
}

impl Form {
    /// Decodes a form of the message of this name.
    pub(crate) fn decode(message: &'static str, bytes: &[u8]) -> Result<Self, Unread> {
        let pool = DescriptorPool::decode(rogatory_wire::DESCRIPTORS)?;
        let kind = pool.get_message_by_name(message).ok_or(Unread::NoMessage(message))?;
        let options = SerializeOptions::new().use_proto_field_name(true).stringify_64_bit_integers(false);
        let dynamic = DynamicMessage::decode(kind, bytes)?;
        let root = dynamic.serialize_with_options(serde_json::value::Serializer, &options)?;
        Ok(Self { root, scope: "", printed: RefCell::default() })
    }

    /// The same with what an event tells, below `act`. Of the form itself only what the event's form repeats is printed then.
    pub(crate) fn with_act(mut self, act: &Act<'_>) -> Self {
        let value = |value: &ActValue| match value {
            ActValue::Day(day) => json!({ "year": day.year(), "month": day.month(), "day": day.day() }),
            ActValue::Flag(flag) => json!(flag),
            ActValue::Text(text) => json!(text),
        };
        let mut told: serde_json::Map<_, _> =
            act.values.iter().map(|(name, one)| (name.clone(), value(one))).collect();
        let fixed = [("text", act.text), ("sender", act.sender)];
        told.extend(fixed.map(|(name, text)| (name.to_owned(), json!(text))));
        told.retain(|_, value| value.as_str() != Some(""));
        if let Some(root) = self.root.as_object_mut() {
            root.insert("act".to_owned(), Value::Object(told));
        }
        Self { scope: "act", ..self }
    }

    /// What stands at a path such as `offences[0].place`.
    pub(crate) fn at(&self, path: &str) -> Option<&Value> {
        let mut value = &self.root;
        for name in path.split(['.', '[']).filter(|name| !name.is_empty()) {
            value = match name.strip_suffix(']') {
                Some(number) => value.get(number.parse::<usize>().ok()?)?,
                None => value.get(name)?,
            };
        }
        Some(value)
    }

    /// The paths of the entries of a list; its own where it is none, and nothing where it is not there.
    pub(crate) fn entries(&self, path: &str) -> Vec<String> {
        match self.at(path) {
            Some(Value::Array(list)) => (0..list.len()).map(|at| format!("{path}[{at}]")).collect(),
            Some(_) => vec![path.to_owned()],
            None => Vec::new(),
        }
    }

    /// The paths that a pattern stands for, in which `[]` is every entry of a list.
    pub(crate) fn matching(&self, pattern: &str) -> Vec<String> {
        match pattern.split_once("[]") {
            None => self.entries(pattern),
            Some((list, rest)) => {
                let entries = self.entries(list).into_iter();
                entries.flat_map(|entry| self.matching(&format!("{entry}{rest}"))).collect()
            }
        }
    }

    /// Notes that everything at a path was printed.
    pub(crate) fn note_printed(&self, path: &str) {
        self.printed.borrow_mut().insert(path.to_owned());
    }

    /// Every value that was not printed, with its path, in the order of their names.
    pub(crate) fn unprinted(&self) -> Vec<(String, &Value)> {
        let mut found = Vec::new();
        let whole = if self.scope.is_empty() { Some(&self.root) } else { self.root.get(self.scope) };
        if let Some(whole) = whole {
            leaves(whole, self.scope.to_owned(), &self.printed.borrow(), &mut found);
        }
        found
    }
}

fn leaves<'a>(
    value: &'a Value,
    path: String,
    printed: &BTreeSet<String>,
    found: &mut Vec<(String, &'a Value)>,
) {
    if printed.contains(&path) {
        return;
    }
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| leaves(value, join(&path, name), printed, found));
        }
        Value::Array(list) => {
            let each = list.iter().enumerate();
            each.for_each(|(at, value)| leaves(value, format!("{path}[{at}]"), printed, found));
        }
        // What is not ticked says nothing where no box asks for it.
        Value::Bool(false) | Value::Null => {}
        leaf => found.push((path, leaf)),
    }
}

/// A path below another.
pub(crate) fn join(base: &str, path: &str) -> String {
    match (base, path) {
        ("", path) => path.to_owned(),
        (base, "") => base.to_owned(),
        _ => format!("{base}.{path}"),
    }
}
