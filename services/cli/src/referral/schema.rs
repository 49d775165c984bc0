//! `rogatory referral schema`: the request file of an instrument as a JSON Schema (2020-12), by which an editor completes and
//! underlines.
//!
//! Made of the descriptors, which say what there is, and of the form's description, which says what it is called and holds. It
//! must not be stricter than the check where the check takes a file, but for names: it knows those of the protobuf files alone.

mod field;

use prost_reflect::{FieldDescriptor, MessageDescriptor};
use rogatory_domain::instrument::{Instrument, Seats};
use rogatory_domain::{Handling, limits};
use rogatory_forms::FormDef;
use rogatory_message::{HANDLING_COUNT_MAX, LABEL_BYTES_MAX, LINKS_COUNT_MAX, Relation};
use rogatory_wire::form::field_of;
use serde_json::{Map, Value, json};

use super::example;
use super::judge::{SUBMIT, descriptor};

/// The rules that the schema is written by.
const RULES: &str = "https://json-schema.org/draft/2020-12/schema";

/// Under what the schemas of this product have their ids; nothing is fetched from there.
const HOME: &str = "https://rogatory.example/schema/referral";

/// Which instrument.
#[derive(Debug, clap::Args)]
pub(crate) struct SchemaArgs {
    /// Code of the instrument, as `instrument list` shows it.
    code: String,
}

impl SchemaArgs {
    /// The schema.
    pub(crate) fn schema(&self) -> anyhow::Result<Value> {
        let (form, instrument) = example::found(&self.code)?;
        of(form, instrument)
    }
}

/// The schema of a request under an instrument.
pub(super) fn of(form: &FormDef, instrument: &Instrument) -> anyhow::Result<Value> {
    let request = descriptor(SUBMIT)?;
    let mut schema = table(&request, |field| match field.name() {
        "opening" => Some(opening(field, form, instrument)),
        // Person and justification come from the command.
        "assertion" => None,
        _ => Some(field::plain(field)),
    });
    schema["$schema"] = RULES.into();
    schema["$id"] = format!("{HOME}/{}/{}.json", instrument.code, instrument.edition).into();
    schema["title"] = format!("{} ({})", form.description().title, instrument.act).into();
    schema["description"] = format!(
        "A request under {}, edition {}, for rogatory referral submit. Bounds of texts are bytes: letters with accents take two.",
        instrument.code, instrument.edition
    )
    .into();
    schema["required"] = json!(["opening"]);
    Ok(schema)
}

/// A table with the fields of a message; those that are left out are not allowed.
fn table(kind: &MessageDescriptor, mut of: impl FnMut(&FieldDescriptor) -> Option<Value>) -> Value {
    let mut properties = Map::new();
    for field in kind.fields() {
        if let Some(schema) = of(&field) {
            properties.insert(field.name().to_owned(), schema);
        }
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn opening(field: &FieldDescriptor, form: &FormDef, instrument: &Instrument) -> Value {
    let prost_reflect::Kind::Message(kind) = field.kind() else { return Value::Bool(true) };
    let own = field_of(form.instrument);
    let mut schema = table(&kind, |field| match field.name() {
        name if name == own => Some(field::form(field, form.description())),
        "parties" => Some(parties(instrument)),
        "labels" => Some(labels()),
        "links" => Some(links()),
        // The forms of other instruments have schemas of their own.
        _ if field.containing_oneof().is_some() => None,
        _ => Some(field::plain(field)),
    });
    schema["required"] = json!(["lane", "parties", own]);
    schema
}

fn parties(instrument: &Instrument) -> Value {
    let capacities: Vec<_> = instrument.listed_capacities().collect();
    let codes: Vec<_> = capacities.iter().map(|capacity| capacity.code).collect();
    let told = capacities.iter().map(|capacity| {
        let seats = if capacity.seats == Seats::One { "exactly one" } else { "any number" };
        format!("{} ({seats}): {}", capacity.code, capacity.meaning)
    });
    let agency = json!({
        "type": "string",
        "title": "Id of the agency in the roster",
        "pattern": "^[a-z]{2}-[a-z0-9-]{1,60}$",
    });
    let capacity = json!({
        "title": "Its capacity",
        "description": told.collect::<Vec<_>>().join(" "),
        "enum": codes,
    });
    json!({
        "type": "array",
        "title": "Every other agency with its capacity",
        "minItems": 1,
        "maxItems": limits::RECIPIENTS,
        "items": {
            "type": "object",
            "properties": { "agency": agency, "capacity": capacity },
            "required": ["agency", "capacity"],
            "additionalProperties": false,
        },
    })
}

fn labels() -> Value {
    let meanings = Handling::ALL.map(|code| format!("{code}: {}", code.meaning()));
    let line = |title: &str| json!({ "type": "string", "title": title, "maxLength": LABEL_BYTES_MAX });
    let handling = json!({
        "type": "array",
        "title": "Handling codes",
        "description": meanings.join(" "),
        "maxItems": HANDLING_COUNT_MAX,
        "uniqueItems": true,
        "items": { "enum": Handling::ALL.map(Handling::as_str) },
    });
    json!({
        "type": "object",
        "title": "What the recipients may do with it, and what for",
        "properties": {
            "handling": handling,
            "classification": line("Classification of the federation's table"),
            "purpose": line("Code of the purpose"),
        },
        "additionalProperties": false,
    })
}

fn links() -> Value {
    json!({
        "type": "array",
        "title": "Other referrals that it stands in relation to",
        "maxItems": LINKS_COUNT_MAX,
        "items": {
            "type": "object",
            "properties": {
                "relation": { "enum": Relation::ALL.map(Relation::code) },
                "referral_id": { "type": "string", "title": "Id of the other referral" },
            },
            "required": ["relation", "referral_id"],
            "additionalProperties": false,
        },
    })
}

#[cfg(test)]
mod tests;
