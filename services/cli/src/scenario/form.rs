//! Forms in a scenario: TOML in the shape of the protobuf form, under the code of its instrument. It must not judge a form;
//! nodes do.

use std::collections::BTreeMap;

use rogatory_forms::{FormDef, form_of};
use serde::Deserialize;
use toml::{Table, Value};

use super::fault::Faults;
use super::{take_map, typed};
use crate::output::encoded;

/// A form as it is submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Form {
    /// Code of the instrument.
    pub(crate) instrument: &'static str,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawVariant {
    of: String,
    without: Vec<String>,
}

/// Forms written out, variants of them, and samples share one set of names.
pub(super) fn forms(faults: &mut Faults, table: &mut Table) -> BTreeMap<String, Form> {
    let mut forms = BTreeMap::new();
    let mut name_it = |faults: &mut Faults, path: &str, name: String, form: Option<Form>| {
        if let Some(form) = form
            && forms.insert(name, form).is_some()
        {
            faults.push(path, "a form of this name exists already");
        }
    };
    let written = of_instruments(faults, table, "forms");
    for (name, value) in take_map(faults, table, "variants") {
        let path = format!("variants.{name}");
        let Some(RawVariant { of, without }) = typed(faults, &path, value) else { continue };
        let found = written.iter().find(|(_, _, other, _)| *other == of);
        let Some((_, definition, _, mut value)) = found.cloned() else {
            faults.push(&format!("{path}.of"), "there is no such form");
            continue;
        };
        for field in &without {
            if !remove(&mut value, field) {
                faults.push(&format!("{path}.without"), "the form has no such field");
            }
        }
        let form = read(faults, &path, definition, &value);
        name_it(faults, &path, name, form);
    }
    for (path, definition, name, value) in written {
        let form = read(faults, &path, definition, &value);
        name_it(faults, &path, name, form);
    }
    for (path, definition, name, value) in of_instruments(faults, table, "samples") {
        let number = typed::<u32>(faults, &path, value);
        let bytes = number.map(|number| (definition.sample)(number.into()));
        let form = bytes.map(|bytes| Form { instrument: definition.instrument, bytes });
        name_it(faults, &path, name, form);
    }
    forms
}

/// What a table holds by instrument and name, each with its path.
fn of_instruments(
    faults: &mut Faults,
    table: &mut Table,
    key: &str,
) -> Vec<(String, &'static FormDef, String, Value)> {
    let mut found = Vec::new();
    for (instrument, value) in take_map(faults, table, key) {
        let path = format!("{key}.{instrument}");
        let (Some(definition), Value::Table(named)) = (form_of(&instrument), value) else {
            faults.push(&path, "a table under the code of an instrument is expected");
            continue;
        };
        let named = named.into_iter();
        found.extend(named.map(|(name, value)| (format!("{path}.{name}"), definition, name, value)));
    }
    found
}

/// Reads a form; unknown keys are faults.
fn read(faults: &mut Faults, path: &str, definition: &FormDef, value: &Value) -> Option<Form> {
    let form = serde_json::to_value(value).map_err(Into::into);
    let bytes = form.and_then(|form| encoded(definition.message, form));
    let bytes = bytes.map_err(|error| faults.push(path, &error.to_string())).ok()?;
    Some(Form { instrument: definition.instrument, bytes })
}

/// Removes the field at a path such as `judgments[0].trial`; false when there is none.
fn remove(form: &mut Value, path: &str) -> bool {
    let (parents, last) = path.rsplit_once('.').unwrap_or(("", path));
    let mut at = form;
    for segment in parents.split('.').filter(|segment| !segment.is_empty()) {
        let (name, index) = match segment.strip_suffix(']').and_then(|open| open.split_once('[')) {
            Some((name, index)) => (name, index.parse::<usize>().ok()),
            None => (segment, None),
        };
        let Some(next) = at.get_mut(name) else { return false };
        at = match index {
            None => next,
            Some(index) => match next.get_mut(index) {
                Some(item) => item,
                None => return false,
            },
        };
    }
    at.as_table_mut().is_some_and(|table| table.remove(last).is_some())
}
