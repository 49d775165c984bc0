//! A form as a page, box by box under the words of its description. It must not leave out what the description does not know:
//! a later release may have written it.

use rogatory_client::pb::casework::v1::Opening;
use rogatory_forms::description::{Field, Kind};
use rogatory_forms::form_of;
use rogatory_wire::form::form_of as form_in;
use serde_json::{Map, Value};

use super::heading;
use crate::output::{Output, json_of, json_of_encoded};

/// Prints the form of an opening, and the labels and links beside it.
pub(super) fn print(opening: &Opening, output: Output) -> anyhow::Result<()> {
    let Some((code, bytes)) = opening.request.clone().map(form_in) else { return Ok(()) };
    if let Some(form) = form_of(code) {
        heading(form.description().title, output)?;
        let mut value = json_of_encoded(form.message, &bytes, true)?;
        let mut rest = value.as_object_mut().map(std::mem::take).unwrap_or_default();
        for form_box in form.description().boxes {
            let mut lines = Vec::new();
            for field in form_box.fields {
                if let Some(value) = rest.remove(field.name) {
                    field_lines(field, &value, 1, &mut lines);
                }
            }
            if !lines.is_empty() {
                output.line(title(form_box.code, form_box.title))?;
                lines.iter().try_for_each(|line| output.line(line))?;
            }
        }
        let mut lines = Vec::new();
        rest_lines(&rest, 1, &mut lines);
        lines.iter().try_for_each(|line| output.line(line))?;
    }
    beside(opening, output)
}

/// The heading of a box; not every form numbers all of them.
fn title(code: &str, title: &str) -> String {
    if code.is_empty() { title.to_owned() } else { format!("({code}) {title}") }
}

fn beside(opening: &Opening, output: Output) -> anyhow::Result<()> {
    if let Some(labels) = &opening.labels {
        let labels = json_of("rogatory.types.v1.Labels", labels)?;
        let mut lines = Vec::new();
        named("labels", &labels, 0, &mut lines);
        lines.iter().try_for_each(|line| output.line(line))?;
    }
    for link in &opening.links {
        output.line(format!("{} {}", link.relation, link.referral_id))?;
    }
    Ok(())
}

fn indent(depth: usize) -> String {
    "  ".repeat(depth)
}

fn field_lines(field: &Field, value: &Value, depth: usize, lines: &mut Vec<String>) {
    let items = if let Value::Array(items) = value { items.as_slice() } else { std::slice::from_ref(value) };
    for (place, item) in items.iter().enumerate() {
        let number = if items.len() > 1 { format!(" {}", place + 1) } else { String::new() };
        let label = format!("{}{number}", field.label);
        match (field.kind, item) {
            (Kind::Group(fields), Value::Object(group)) => {
                lines.push(format!("{}{label}", indent(depth)));
                let mut rest = group.clone();
                for field in fields {
                    if let Some(value) = rest.remove(field.name) {
                        field_lines(field, &value, depth + 1, lines);
                    }
                }
                rest_lines(&rest, depth + 1, lines);
            }
            _ => text_lines(&label, &shown(field.kind, item), depth, lines),
        }
    }
}

/// What has no description, by its names.
fn rest_lines(rest: &Map<String, Value>, depth: usize, lines: &mut Vec<String>) {
    rest.iter().for_each(|(name, value)| named(name, value, depth, lines));
}

fn named(name: &str, value: &Value, depth: usize, lines: &mut Vec<String>) {
    match value {
        Value::Object(date) if date_text(date).is_some() => {
            text_lines(name, &date_text(date).unwrap_or_default(), depth, lines);
        }
        Value::Object(group) => {
            lines.push(format!("{}{name}", indent(depth)));
            rest_lines(group, depth + 1, lines);
        }
        Value::Array(items) => items.iter().for_each(|item| named(name, item, depth, lines)),
        Value::Null => {}
        _ => text_lines(name, &plain(value), depth, lines),
    }
}

/// A text of one line beside its label, one of several below it.
fn text_lines(label: &str, text: &str, depth: usize, lines: &mut Vec<String>) {
    if !text.contains('\n') {
        lines.push(format!("{}{label}: {text}", indent(depth)));
        return;
    }
    lines.push(format!("{}{label}:", indent(depth)));
    lines.extend(text.lines().map(|line| format!("{}{line}", indent(depth + 1))));
}

fn shown(kind: Kind, value: &Value) -> String {
    match (kind, value) {
        (Kind::Flag, Value::Bool(is_set)) => if *is_set { "yes" } else { "no" }.to_owned(),
        (Kind::Date { .. }, Value::Object(date)) => date_text(date).unwrap_or_default(),
        (Kind::Code(choices), Value::String(code)) => {
            let meaning = choices.iter().find(|choice| choice.code == code);
            meaning.map_or(code.clone(), |choice| format!("{code}: {}", choice.label))
        }
        (Kind::Enum { prefix, choices }, Value::String(name)) => {
            let word = name.strip_prefix(prefix).map_or(name.as_str(), |rest| rest.trim_start_matches('_'));
            let word = word.to_lowercase();
            let meaning = choices.iter().find(|choice| choice.code == word);
            meaning.map_or(word, |choice| choice.label.to_owned())
        }
        _ => plain(value),
    }
}

/// A date as far as it is known, if this is one.
fn date_text(date: &Map<String, Value>) -> Option<String> {
    let part = |name: &str| date.get(name).map_or(Some(0), Value::as_u64);
    let is_date =
        date.contains_key("year") && date.keys().all(|key| ["year", "month", "day"].contains(&key.as_str()));
    let (year, month, day) = (part("year")?, part("month")?, part("day")?);
    is_date.then(|| match (month, day) {
        (0, _) => format!("{year:04}"),
        (_, 0) => format!("{year:04}-{month:02}"),
        _ => format!("{year:04}-{month:02}-{day:02}"),
    })
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use rogatory_forms::FORMS;

    use super::*;

    #[test]
    fn every_field_of_every_sample_is_shown_under_its_label_or_its_name() {
        for form in FORMS {
            let value = json_of_encoded(form.message, &(form.sample)(1), true).unwrap();
            for (name, value) in value.as_object().unwrap() {
                let mut lines = Vec::new();
                let expected = match form.description().fields().find(|field| field.name == name) {
                    Some(field) => {
                        field_lines(field, value, 1, &mut lines);
                        field.label
                    }
                    None => {
                        named(name, value, 1, &mut lines);
                        name
                    }
                };
                assert!(lines.iter().any(|line| line.trim().starts_with(expected)), "{expected}: {lines:?}");
                assert!(!lines.iter().any(|line| line.contains(['{', '['])), "{lines:?}");
            }
        }
    }
}
