//! Values in the words of a language: dates, lengths of custody, codes, States, tongues. Owns that nothing is lost where words
//! are missing: the code itself is written then. It must not know a field by its name.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rogatory_forms::description::Kind;
use serde_json::{Map, Value};

use crate::catalogue::Chosen;
use crate::words::{Common, filled};

/// A value of the field at a path, as it is written.
pub(crate) fn spell(chosen: &Chosen, path: &str, value: &Value) -> String {
    let kind = chosen.def.description().at(path).map(|(_, field)| field.kind);
    match (kind, value) {
        (_, Value::Bool(flag)) => chosen.common.text(if *flag { "yes" } else { "no" }).to_owned(),
        (Some(Kind::Date { .. }), Value::Object(date)) => {
            day(date, chosen.common).unwrap_or_else(|| plain(value))
        }
        (Some(Kind::Enum { prefix, .. }), Value::String(name)) => code(chosen, path, &word_of(prefix, name)),
        (Some(Kind::Code(_)), Value::String(name)) => code(chosen, path, name),
        (Some(Kind::Language), Value::String(tag)) => named(&chosen.common.tongue, tag),
        (Some(Kind::Country), Value::String(tag)) => named(&chosen.common.country, tag),
        // A nationality is a State or one of two words, and its description says it by a pattern.
        (Some(Kind::Pattern { example, .. }), Value::String(tag)) if example.len() == 2 => {
            named(&chosen.common.country, tag)
        }
        // What an event tells is in no description.
        (None, Value::Object(date)) => day(date, chosen.common).unwrap_or_else(|| plain(value)),
        (None, Value::String(text)) => code(chosen, path, text),
        _ => plain(value),
    }
}

/// The word that stands for a value of an enum, as descriptions write it.
pub(crate) fn word_of(prefix: &str, name: &str) -> String {
    name.strip_prefix(prefix).map_or(name, |rest| rest.trim_start_matches('_')).to_lowercase()
}

/// A path without the numbers of entries, as words of codes are listed.
pub(crate) fn listed(path: &str) -> String {
    path.split('.').map(|name| name.split('[').next().unwrap_or(name)).collect::<Vec<_>>().join(".")
}

fn code(chosen: &Chosen, path: &str, code: &str) -> String {
    chosen.words.choice(&listed(path), code).unwrap_or(code).to_owned()
}

/// A name with its code, since the code is what travels.
fn named(names: &std::collections::BTreeMap<String, String>, code: &str) -> String {
    match names.get(code) {
        Some(name) if code.len() == 2 => format!("{name} ({code})"),
        Some(name) => name.clone(),
        None => code.to_owned(),
    }
}

/// A date as far as it is known; `None` where this is none.
fn day(date: &Map<String, Value>, common: &Common) -> Option<String> {
    let part = |name: &str| date.get(name).map_or(Some(0), Value::as_u64);
    let (year, month, day) = (part("year")?, part("month")?, part("day")?);
    let (year, month_text, day_text) = (format!("{year:04}"), format!("{month:02}"), format!("{day:02}"));
    let pattern = match (month, day) {
        (0, 0) => return Some(year),
        // A day without its month is no date; what was written is shown as it is.
        (0, _) => return None,
        (_, 0) => common.date.get("month")?,
        _ => common.date.get("whole")?,
    };
    Some(filled(pattern, &[("year", &year), ("month", &month_text), ("day", &day_text)]))
}

/// The day of an instant, in UTC.
pub(crate) fn date_of(at: Timestamp, common: &Common) -> String {
    let date = at.to_zoned_datetime(TimeZone::UTC).date();
    let (year, month, day) =
        (format!("{:04}", date.year()), format!("{:02}", date.month()), format!("{:02}", date.day()));
    let pattern = common.date.get("whole").map_or("{year}-{month}-{day}", String::as_str);
    filled(pattern, &[("year", &year), ("month", &month), ("day", &day)])
}

/// A length of custody; empty where it has none.
pub(crate) fn term(value: &Value, common: &Common) -> String {
    let words = |name: &str, number: u64| {
        let words = common.term.get(name).map_or("", String::as_str);
        filled(words, &[("number", &number.to_string())])
    };
    let is_life = value.get("life").and_then(Value::as_bool) == Some(true);
    let life = is_life.then(|| words("life", 0));
    let parts =
        [("years", "year"), ("months", "month"), ("days", "day")].into_iter().filter_map(|(many, one)| {
            let number = value.get(many)?.as_u64().filter(|number| *number > 0)?;
            Some(words(if number == 1 { one } else { many }, number))
        });
    let is_indefinite = value.get("indefinite").and_then(Value::as_bool) == Some(true);
    let indefinite = is_indefinite.then(|| words("indefinite", 0));
    life.into_iter().chain(indefinite).chain(parts).collect::<Vec<_>>().join(", ")
}

/// A value as it is; for what no rule above writes better.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
