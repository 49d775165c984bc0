//! One field of a form as a schema: its words, its bounds, its choices. What the description does not know has its name and its
//! kind alone.

use prost_reflect::{FieldDescriptor, Kind as Written, MessageDescriptor};
use rogatory_domain::limits;
use rogatory_forms::description::{Choice, Description, Field, FormBox, Kind, Required};
use serde_json::{Value, json};

use super::table;
use crate::referral::shape::{is_date, is_instant, words};

/// A date as it is written: its day, its month or its year.
const DATE: &str = "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$";

/// The same where month and day must be known.
const WHOLE_DATE: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";

/// A field by its descriptor alone.
pub(super) fn plain(field: &FieldDescriptor) -> Value {
    listed(field, None, single(&field.kind(), None))
}

/// The field of an opening that holds a form.
pub(super) fn form(field: &FieldDescriptor, description: &Description) -> Value {
    let Written::Message(kind) = field.kind() else { return Value::Bool(true) };
    let boxes: Vec<_> =
        description.boxes.iter().flat_map(|one| one.fields.iter().map(move |field| (one, field))).collect();
    let mut schema = group(&kind, |name| {
        boxes.iter().find(|(_, field)| field.name == name).map(|(form_box, field)| (Some(*form_box), *field))
    });
    schema["title"] = description.title.into();
    schema
}

/// Fields of a message, those that are described with their words.
fn group(
    kind: &MessageDescriptor,
    described: impl Fn(&str) -> Option<(Option<&'static FormBox>, &'static Field)>,
) -> Value {
    let mut required = Vec::new();
    let mut schema = table(kind, |field| {
        let Some((form_box, known)) = described(field.name()) else { return Some(plain(field)) };
        if known.required == Required::Always {
            required.push(known.name);
        }
        let mut schema = listed(field, known.entries_max, single(&field.kind(), Some(known.kind)));
        schema["title"] = known.label.into();
        schema["description"] = told(form_box, known).into();
        Some(schema)
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// What is said beside a field: its box, its article, when it is needed, and what its codes mean.
fn told(form_box: Option<&FormBox>, field: &Field) -> String {
    let mut parts = Vec::new();
    if let Some(form_box) = form_box.filter(|form_box| !form_box.code.is_empty()) {
        parts.push(format!("Box {} ({}).", form_box.code, form_box.title));
    }
    if !field.article.is_empty() {
        parts.push(format!("{}.", field.article));
    }
    if let Required::When(condition) = field.required {
        parts.push(format!("Required {condition}."));
    }
    if let Some(bytes) = field.bytes_max() {
        parts.push(format!("At most {bytes} bytes."));
    }
    match field.kind {
        Kind::Code(choices) | Kind::Enum { choices, .. } => parts.push(meanings(choices)),
        Kind::Pattern { what, example } => parts.push(format!("{what}, such as {example}.")),
        Kind::Language => parts.push("A language tag, such as fr.".to_owned()),
        Kind::Country => parts.push("A State, such as FR.".to_owned()),
        _ => {}
    }
    parts.join(" ")
}

fn meanings(choices: &[Choice]) -> String {
    let told: Vec<_> = choices.iter().map(|choice| format!("{}: {}", choice.code, choice.label)).collect();
    format!("{}.", told.join("; "))
}

/// A value, or a list of it where the field is one.
fn listed(field: &FieldDescriptor, entries_max: Option<usize>, items: Value) -> Value {
    if !field.is_list() {
        return items;
    }
    let mut list = json!({ "type": "array", "items": items });
    if let Some(most) = entries_max {
        list["maxItems"] = most.into();
    }
    list
}

/// A single value; the description says more of it than the descriptor, where there is one.
fn single(written: &Written, kind: Option<Kind>) -> Value {
    match (written, kind) {
        (Written::Message(message), Some(Kind::Date { whole })) => date(message, whole),
        (Written::Message(message), _) if is_date(message) => date(message, false),
        (Written::Message(message), _) if is_instant(message) => {
            json!({ "type": "string", "format": "date-time" })
        }
        (Written::Message(message), Some(Kind::Group(fields))) => {
            group(message, |name| fields.iter().find(|field| field.name == name).map(|field| (None, field)))
        }
        (Written::Message(message), _) => group(message, |_| None),
        (Written::Enum(list), _) => {
            let names: Vec<_> = list.values().filter(|value| value.number() != 0).collect();
            let names = names.iter().map(|value| value.name().to_owned());
            json!({ "enum": words(list).chain(names).collect::<Vec<_>>() })
        }
        (_, Some(Kind::Code(choices))) => {
            json!({ "enum": choices.iter().map(|choice| choice.code).collect::<Vec<_>>() })
        }
        (_, Some(Kind::Number { min, max })) => json!({ "type": "integer", "minimum": min, "maximum": max }),
        (_, Some(Kind::Line)) => json!({ "type": "string", "maxLength": limits::LINE_BYTES }),
        (_, Some(Kind::Text)) => json!({ "type": "string", "maxLength": limits::TEXT_BYTES }),
        (Written::String, _) => json!({ "type": "string" }),
        (Written::Bool, _) => json!({ "type": "boolean" }),
        (Written::Uint32 | Written::Fixed32, _) => {
            json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX })
        }
        (Written::Int64 | Written::Uint64 | Written::Sint64 | Written::Fixed64 | Written::Sfixed64, _) => {
            json!({ "type": ["integer", "string"] })
        }
        (Written::Double | Written::Float, _) => json!({ "type": "number" }),
        (Written::Bytes, _) => json!({ "type": "string", "contentEncoding": "base64" }),
        _ => json!({ "type": "integer" }),
    }
}

/// A date as a text, or as the message it is; a year alone is a number, too.
fn date(message: &MessageDescriptor, is_whole: bool) -> Value {
    let mut parts = table(message, |part| Some(single(&part.kind(), None)));
    if is_whole {
        parts["required"] = json!(["year", "month", "day"]);
        return json!({ "anyOf": [{ "type": "string", "pattern": WHOLE_DATE }, parts] });
    }
    parts["required"] = json!(["year"]);
    let year = json!({ "type": "integer", "minimum": 1, "maximum": 9999 });
    json!({ "anyOf": [{ "type": "string", "pattern": DATE }, year, parts] })
}
