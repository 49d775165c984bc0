//! From the tree of a file to a protobuf message, by the descriptors: names, kinds and words, every fault at once.
//!
//! Owns the plain words: `urgent` for a value of an enum, `1980-05` for a date. It must not know what a form demands; what can
//! be read is read, so that the form is judged in the same run.

mod date;
mod instant;
mod scalar;

use std::collections::BTreeMap;

use prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage as _, Value as Read,
};

use super::document::{Entry, Node, Value};
use super::flaw::{Flaw, nearest, shown_name};

pub(super) use date::{is_date, numbers};
pub(super) use instant::is_instant;
pub(super) use scalar::words;

/// A message as far as it could be read.
#[derive(Debug)]
pub(crate) struct Shaped {
    /// What was read.
    pub(crate) message: DynamicMessage,
    /// Where what stands.
    pub(crate) places: Places,
    /// What could not be read.
    pub(crate) flaws: Vec<Flaw>,
}

/// The lines of a file by the paths of what stands on them, and the codes that were written there.
#[derive(Debug, Default)]
pub(crate) struct Places(BTreeMap<String, (usize, String)>);

/// Bytes that a code has at most; a longer text is none, and is not kept.
const CODE_BYTES_MAX: usize = 64;

impl Places {
    /// The line of a path, or of the nearest thing around it.
    pub(crate) fn line(&self, path: &str) -> usize {
        let mut path = path;
        loop {
            if let Some((line, _)) = self.0.get(path) {
                return *line;
            }
            let Some(end) = path.rfind(['.', '[']) else {
                return self.0.get("").map_or(1, |(line, _)| *line);
            };
            path = &path[..end];
        }
    }

    /// The code that was written at a path; empty where none was.
    pub(crate) fn code(&self, path: &str) -> &str {
        self.0.get(path).map_or("", |(_, code)| code)
    }

    fn note(&mut self, path: &str, node: &Node) {
        let code = match &node.value {
            Value::Text(text) if text.len() <= CODE_BYTES_MAX => text.clone(),
            _ => String::new(),
        };
        self.0.insert(path.to_owned(), (node.line, code));
    }
}

/// Reads a tree as a message of this type.
pub(crate) fn shape(kind: MessageDescriptor, root: &Node) -> Shaped {
    let mut reader = Reader { places: Places::default(), flaws: Vec::new() };
    let empty = DynamicMessage::new(kind.clone());
    let message = reader.message(&kind, root, "").unwrap_or(empty);
    Shaped { message, places: reader.places, flaws: reader.flaws }
}

/// The path of something below another path.
pub(super) fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// Reads a message that people write as a text, and says what is expected; `None` where it is a table to everybody.
fn written_as_text(
    kind: &MessageDescriptor,
    value: &Value,
) -> Option<(Option<DynamicMessage>, &'static str)> {
    if is_date(kind) {
        return Some((date::read(kind, value), date::EXPECTED));
    }
    is_instant(kind).then(|| (instant::read(kind, value), instant::EXPECTED))
}

struct Reader {
    places: Places,
    flaws: Vec<Flaw>,
}

impl Reader {
    fn flaw(&mut self, node: &Node, path: &str, text: impl Into<String>) {
        self.flaws.push(Flaw::at(node.line, path, "type", text));
    }

    fn message(&mut self, kind: &MessageDescriptor, node: &Node, path: &str) -> Option<DynamicMessage> {
        self.places.note(path, node);
        if !matches!(node.value, Value::Table(_))
            && let Some((read, expected)) = written_as_text(kind, &node.value)
        {
            if read.is_none() {
                self.flaw(node, path, expected);
            }
            return read;
        }
        let Value::Table(entries) = &node.value else {
            let names: Vec<_> = kind.fields().map(|field| field.name().to_owned()).collect();
            self.flaw(node, path, format!("a table is expected here, with the fields {}", names.join(", ")));
            return None;
        };
        let mut message = DynamicMessage::new(kind.clone());
        for entry in entries {
            self.entry(&mut message, entry, path);
        }
        Some(message)
    }

    fn entry(&mut self, message: &mut DynamicMessage, Entry { name, node }: &Entry, path: &str) {
        let kind = message.descriptor();
        let field = kind.get_field_by_name(name).or_else(|| kind.get_field_by_json_name(name));
        let Some(field) = field else {
            self.unknown(&kind, name, node, path);
            return;
        };
        let at = below(path, field.name());
        if self.places.0.contains_key(&at) {
            self.flaw(node, &at, "this field was given before under its other name");
            return;
        }
        if node.value == Value::Null {
            return;
        }
        if let Some(choice) = field.containing_oneof()
            && let Some(other) = choice.fields().find(|other| message.has_field(other))
        {
            let text = format!("{} is given already, and one of the two can be", other.name());
            self.flaws.push(Flaw::at(node.line, &at, "surplus", text));
            return;
        }
        if let Some(value) = self.field(&field, node, &at) {
            message.set_field(&field, value);
        }
    }

    fn unknown(&mut self, kind: &MessageDescriptor, name: &str, node: &Node, path: &str) {
        let known: Vec<_> = kind.fields().map(|field| field.name().to_owned()).collect();
        let shown = shown_name(name);
        let text = match nearest(name, &known) {
            Some(_) => "there is no field of this name",
            None => "there is no such field here",
        };
        let flaw = Flaw::at(node.line, &below(path, &shown), "unknown_field", text);
        self.flaws.push(flaw.allowing(known, name));
    }

    fn field(&mut self, field: &FieldDescriptor, node: &Node, path: &str) -> Option<Read> {
        self.places.note(path, node);
        if !field.is_list() {
            return self.value(&field.kind(), node, path);
        }
        let Value::List(items) = &node.value else {
            self.flaw(node, path, "a list is expected here");
            return None;
        };
        let mut read = Vec::with_capacity(items.len());
        for (place, item) in items.iter().enumerate() {
            let kind = field.kind();
            let value = self.value(&kind, item, &format!("{path}[{place}]"));
            // What cannot be read keeps its place, so that the paths of those after it are right.
            read.push(value.unwrap_or_else(|| Read::default_value(&kind)));
        }
        Some(Read::List(read))
    }

    fn value(&mut self, kind: &Kind, node: &Node, path: &str) -> Option<Read> {
        if let Kind::Message(kind) = kind {
            return self.message(kind, node, path).map(Read::Message);
        }
        self.places.note(path, node);
        if let Kind::Enum(kind) = kind {
            let read = scalar::number_of(kind, &node.value);
            if read.is_none() {
                let text = "this is none of the words that are allowed here";
                let flaw = Flaw::at(node.line, path, "value", text);
                self.flaws.push(flaw.allowing(words(kind).collect(), self.places.code(path)));
            }
            return read.map(Read::EnumNumber);
        }
        let read = scalar::read(kind, &node.value);
        if read.is_none() {
            self.flaw(node, path, format!("{} is expected here", scalar::expected(kind)));
        }
        read
    }
}
