//! The tools of a check by reference: a value is looked at where it is, and what is wrong is noted under its path.

use rogatory_domain::Faults;
use rogatory_domain::limits;
use rogatory_domain::text::{is_line, is_paragraphs};
use rogatory_wire::pb::types::v1::SubjectOfInformation;

use crate::description::{Choice, Field, Kind, choice};

/// In what part somebody or something is told about.
const PARTS: &[Choice] = &[
    choice("suspect", "Suspected of the offence, or convicted of it"),
    choice("victim", "Victim of the offence"),
    choice("witness", "Witness of the offence"),
    choice("contact", "In contact with a suspect"),
    choice("object", "A thing: a vehicle, a building, an account"),
];

/// The fields of one subject.
const SUBJECT: &[Field] = &[
    Field::required("name", "Name, number or description", "Art. 10", Kind::Line),
    Field::required("part", "In what part", "Art. 10", Kind::Code(PARTS)),
];

/// Whom or what information concerns.
pub(crate) const SUBJECTS: Field =
    Field::optional("subjects", "Persons and things concerned", "Art. 10", Kind::Group(SUBJECT))
        .list(limits::LIST_ITEMS);

/// Collects what is wrong.
#[derive(Debug, Default)]
pub(crate) struct Check {
    faults: Faults,
}

impl Check {
    /// What was found.
    pub(crate) fn finish(self) -> Result<(), Faults> {
        if self.faults.is_empty() { Ok(()) } else { Err(self.faults) }
    }

    /// A rule is broken.
    pub(crate) fn fault(&mut self, field: &str, rule: &'static str, article: &'static str, text: &str) {
        self.faults.push(field, rule, article, text);
    }

    /// A rule that holds, or is broken.
    pub(crate) fn holds(&mut self, holds: bool, fault: (&str, &'static str, &'static str, &str)) {
        if !holds {
            let (field, rule, article, text) = fault;
            self.fault(field, rule, article, text);
        }
    }

    /// One line that may be left out.
    pub(crate) fn maybe_line(&mut self, field: &str, value: &str, article: &'static str) {
        self.written(field, value, (limits::LINE_BYTES, is_line), article);
    }

    /// One line that must be there.
    pub(crate) fn line(&mut self, field: &str, value: &str, article: &'static str) {
        self.given(field, value, article);
        self.maybe_line(field, value, article);
    }

    /// A text that must be there.
    pub(crate) fn text(&mut self, field: &str, value: &str, article: &'static str) {
        self.given(field, value, article);
        self.written(field, value, (limits::TEXT_BYTES, is_paragraphs), article);
    }

    /// A text that may be left out.
    pub(crate) fn maybe_text(&mut self, field: &str, value: &str, article: &'static str) {
        self.written(field, value, (limits::TEXT_BYTES, is_paragraphs), article);
    }

    /// A field that has no place beside what else is given.
    pub(crate) fn absent(&mut self, field: &str, value: &str, article: &'static str) {
        self.holds(value.is_empty(), (field, "surplus", article, "Leave this field out here."));
    }

    /// Whom information concerns.
    pub(crate) fn subjects(&mut self, subjects: &[SubjectOfInformation]) {
        if !self.list("subjects", subjects.len(), limits::LIST_ITEMS) {
            return;
        }
        for (at, subject) in subjects.iter().enumerate() {
            self.line(&format!("subjects[{at}].name"), &subject.name, "Art. 10");
            self.one_of(&format!("subjects[{at}].part"), &subject.part, PARTS, "Art. 10");
        }
    }

    fn given(&mut self, field: &str, value: &str, article: &'static str) {
        let fault = (field, "missing", article, "This field must be filled in.");
        self.holds(!value.trim().is_empty(), fault);
    }

    fn written(&mut self, field: &str, value: &str, rules: (usize, fn(&str) -> bool), article: &'static str) {
        let (bytes_max, is_proper) = rules;
        let text = format!("At most {bytes_max} bytes are allowed.");
        self.holds(value.len() <= bytes_max, (field, "too_long", article, &text));
        let text = "Control and invisible characters are not allowed.";
        self.holds(is_proper(value), (field, "control_character", article, text));
    }

    /// A code of a list.
    pub(crate) fn one_of(&mut self, field: &str, value: &str, choices: &[Choice], article: &'static str) {
        let codes: Vec<_> = choices.iter().map(|choice| choice.code).collect();
        let text = format!("Give one of {}.", codes.join(", "));
        self.holds(codes.contains(&value), (field, "value", article, &text));
    }

    /// A list within its bound; says whether its items are to be looked at.
    pub(crate) fn list(&mut self, field: &str, count: usize, count_max: usize) -> bool {
        let text = format!("At most {count_max} entries are allowed.");
        self.holds(count <= count_max, (field, "too_many", "limit", &text));
        count <= count_max
    }
}
