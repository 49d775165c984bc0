//! What was answered so far, as the request it becomes, and what the check says of it. It must not ask.

use rogatory_domain::instrument::Instrument;
use rogatory_forms::FormDef;
use rogatory_wire::form::field_of;
use serde_json::{Map, Value};

use crate::referral::document::Document;
use crate::referral::flaw::{Flaw, Flaws};
use crate::referral::judge::judged_submission;

/// A request that is being written.
#[derive(Debug)]
pub(super) struct Answers {
    /// The form that is filled in.
    pub(super) form: &'static FormDef,
    /// Its instrument.
    pub(super) instrument: &'static Instrument,
    root: Value,
}

/// One step of a path.
enum Step<'a> {
    Name(&'a str),
    Place(usize),
}

impl Answers {
    /// Nothing was answered.
    pub(super) fn new(form: &'static FormDef, instrument: &'static Instrument) -> Self {
        let mut answers = Self { form, instrument, root: Value::Object(Map::new()) };
        let path = answers.form_path();
        answers.set(&path, Value::Object(Map::new()));
        answers
    }

    /// The request.
    pub(super) fn root(&self) -> &Value {
        &self.root
    }

    /// The path of the form in the request.
    pub(super) fn form_path(&self) -> String {
        format!("opening.{}", field_of(self.form.instrument))
    }

    /// Writes a value at a path such as `opening.parties[0].agency`; what is around it is made.
    pub(super) fn set(&mut self, path: &str, value: Value) {
        let mut at = &mut self.root;
        for step in steps(path) {
            at = match step {
                Step::Name(name) => {
                    if !at.is_object() {
                        *at = Value::Object(Map::new());
                    }
                    &mut at[name]
                }
                Step::Place(place) => {
                    if !at.is_array() {
                        *at = Value::Array(Vec::new());
                    }
                    let Some(list) = at.as_array_mut() else { return };
                    if list.len() <= place {
                        list.resize(place + 1, Value::Null);
                    }
                    &mut list[place]
                }
            };
        }
        *at = value;
    }

    /// Takes a value away; the list around an only entry goes with it.
    pub(super) fn remove(&mut self, path: &str) {
        let Some(end) = path.rfind(['.', '[']) else { return };
        let (around, last) = (&path[..end], &path[end..]);
        let pointer: String = steps(around)
            .map(|step| match step {
                Step::Name(name) => format!("/{name}"),
                Step::Place(place) => format!("/{place}"),
            })
            .collect();
        let is_empty = match self.root.pointer_mut(&pointer) {
            Some(Value::Object(table)) => {
                table.remove(last.trim_start_matches('.'));
                false
            }
            Some(Value::Array(list)) => {
                list.pop();
                list.is_empty()
            }
            _ => false,
        };
        if is_empty {
            self.remove(around);
        }
    }

    /// Everything that is wrong with it.
    pub(super) fn flaws(&self) -> Vec<Flaw> {
        self.judged().err().map(|flaws| flaws.found).unwrap_or_default()
    }

    /// What should be looked at again, where nothing is wrong.
    pub(super) fn warnings(&self) -> Vec<Flaw> {
        self.judged().map(|warnings| warnings.found).unwrap_or_default()
    }

    fn judged(&self) -> Result<Flaws, Flaws> {
        let document = Document::of_text("answers".to_owned(), &self.root.to_string());
        judged_submission(&document, Some(self.instrument)).map(|(_, warnings)| warnings)
    }
}

fn steps(path: &str) -> impl Iterator<Item = Step<'_>> {
    path.split('.').flat_map(|segment| {
        let mut parts = segment.split('[');
        let name = parts.next().map(Step::Name);
        let places = parts.filter_map(|part| part.trim_end_matches(']').parse().ok().map(Step::Place));
        name.into_iter().chain(places)
    })
}

#[cfg(test)]
mod tests {
    use rogatory_forms::FORMS;
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_written_where_their_paths_lead_and_taken_away_again() {
        let form = &FORMS[1];
        let mut answers = Answers::new(form, Instrument::of_code(form.instrument).unwrap());
        answers.set("opening.parties[0].agency", "nl-om".into());
        answers.set("opening.parties[1].agency", "be-om".into());
        assert_eq!(answers.root["opening"]["parties"], json!([{ "agency": "nl-om" }, { "agency": "be-om" }]));
        answers.remove("opening.parties[1].agency");
        answers.remove("opening.parties[1]");
        assert_eq!(answers.root["opening"]["parties"], json!([{ "agency": "nl-om" }]));
        answers.remove("opening.parties[0]");
        assert!(answers.root["opening"].get("parties").is_none());
        assert!(!answers.flaws().is_empty());
    }
}
