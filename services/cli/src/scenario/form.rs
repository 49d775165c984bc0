//! Warrants in a scenario: TOML in the shape of the protobuf form. It must not judge a warrant; nodes do.

use rogatory_client::pb::types::v1::WarrantForm;
use toml::Value;

use super::fault::Faults;
use crate::output::message_of;

/// Reads a form; unknown keys are faults.
pub(super) fn warrant(faults: &mut Faults, path: &str, value: &Value) -> Option<WarrantForm> {
    let form = serde_json::to_value(value).map_err(Into::into);
    let form = form.and_then(|form| message_of("rogatory.types.v1.WarrantForm", form));
    form.map_err(|error| faults.push(path, &error.to_string())).ok()
}

/// Removes the field at a path such as `judgments[0].trial`; false when there is none.
pub(super) fn remove(form: &mut Value, path: &str) -> bool {
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
