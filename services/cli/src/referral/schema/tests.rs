//! Every sample against the schema of its instrument, by a reader of the few rules that the schemas use; a rule that it does
//! not know fails the test.

use rogatory_domain::Instrument;
use rogatory_forms::FORMS;

use super::*;

/// Everything in which a value breaks a schema; patterns and formats are left to the check, which knows the same dates.
fn broken(schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    let Some(rules) = schema.as_object() else { return };
    for (rule, wanted) in rules {
        let holds = match rule.as_str() {
            "$schema" | "$id" | "title" | "description" | "contentEncoding" | "format" | "pattern" => true,
            "type" => wanted.as_str().map_or_else(
                || wanted.as_array().unwrap().iter().any(|one| is(value, one.as_str().unwrap())),
                |one| is(value, one),
            ),
            "enum" => wanted.as_array().unwrap().contains(value),
            "minimum" => value.as_i64().is_none_or(|number| number >= wanted.as_i64().unwrap()),
            "maximum" => value.as_i64().is_none_or(|number| number <= wanted.as_i64().unwrap()),
            "maxLength" => value.as_str().is_none_or(|text| text.len() as u64 <= wanted.as_u64().unwrap()),
            "minItems" => value.as_array().is_none_or(|list| list.len() as u64 >= wanted.as_u64().unwrap()),
            "maxItems" => value.as_array().is_none_or(|list| list.len() as u64 <= wanted.as_u64().unwrap()),
            "uniqueItems" => {
                value.as_array().is_none_or(|list| (1..list.len()).all(|at| !list[..at].contains(&list[at])))
            }
            "required" => {
                let names = wanted.as_array().unwrap();
                value
                    .as_object()
                    .is_none_or(|table| names.iter().all(|name| table.contains_key(name.as_str().unwrap())))
            }
            "anyOf" => wanted.as_array().unwrap().iter().any(|one| {
                let mut inside = Vec::new();
                broken(one, value, path, &mut inside);
                inside.is_empty()
            }),
            "items" => {
                for (at, item) in value.as_array().into_iter().flatten().enumerate() {
                    broken(wanted, item, &format!("{path}[{at}]"), found);
                }
                true
            }
            "properties" => {
                for (name, value) in value.as_object().into_iter().flatten() {
                    match wanted.get(name) {
                        Some(schema) => broken(schema, value, &format!("{path}.{name}"), found),
                        None => found.push(format!("{path}.{name}: unknown")),
                    }
                }
                true
            }
            "additionalProperties" => *wanted == Value::Bool(false),
            other => panic!("the schemas use no {other}"),
        };
        if !holds {
            found.push(format!("{path}: {rule}"));
        }
    }
}

fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        _ => false,
    }
}

fn found(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    broken(schema, value, "", &mut found);
    found
}

#[test]
fn every_sample_keeps_the_schema_of_its_instrument_and_a_wrong_field_breaks_it() {
    for form in FORMS {
        let schema = of(form, Instrument::of_code(form.instrument).unwrap()).unwrap();
        let sample: Value = serde_json::from_str(&example::of(form.instrument).unwrap()).unwrap();
        assert_eq!(found(&schema, &sample), [""; 0], "{}", form.instrument);
        let field = field_of(form.instrument);
        let mut wrong = sample.clone();
        wrong["opening"][field]["colour"] = "red".into();
        wrong["opening"]["lane"] = "soon".into();
        wrong["opening"]["parties"][0]["capacity"] = "guest".into();
        let expected = [".opening.lane: enum", ".opening.parties[0].capacity: enum"].map(str::to_owned);
        let told = found(&schema, &wrong);
        assert!(expected.iter().all(|one| told.contains(one)), "{told:?}");
        assert!(told.contains(&format!(".opening.{field}.colour: unknown")), "{told:?}");
    }
}

#[test]
fn every_field_that_is_described_has_its_label_and_is_required_where_it_always_is() {
    for form in FORMS {
        let schema = of(form, Instrument::of_code(form.instrument).unwrap()).unwrap();
        let of_form = &schema["properties"]["opening"]["properties"][field_of(form.instrument)];
        for field in form.description().fields() {
            assert_eq!(of_form["properties"][field.name]["title"], field.label, "{}", field.name);
            let required = of_form["required"].as_array().unwrap();
            let is_required = field.required == rogatory_forms::description::Required::Always;
            assert_eq!(required.contains(&field.name.into()), is_required, "{}", field.name);
        }
    }
}
