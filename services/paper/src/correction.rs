//! Corrections: what somebody said of a form after it was sent. Owns their box and which row one marks. It must not change what
//! was filled in: the form on paper is the one that was sent, with what was said of it since.

use jiff::Timestamp;

use crate::sheet::{Row, Run, SheetBox};
use crate::spell::date_of;
use crate::words::{Common, filled};

/// One correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Path of the field of the form that it corrects, such as `person.born`; empty where it names none.
    pub path: String,
    /// What stood there; empty where it is not said.
    pub was: String,
    /// What stands there now; empty where it is not said.
    pub now: String,
    /// What was said of it, in the words of its sender; empty where nothing was.
    pub text: String,
    /// Id of the message that corrects.
    pub message: String,
    /// Who sent it.
    pub sender: String,
    /// When, as its sender declared.
    pub at: Timestamp,
}

/// The number, from 1, of the last correction of what stands at a path, of something in it, or of what it is part of.
pub(crate) fn mark(corrections: &[Correction], path: &str) -> Option<usize> {
    let is_of = |one: &Correction| !one.path.is_empty() && (is_in(&one.path, path) || is_in(path, &one.path));
    corrections.iter().rposition(is_of).map(|at| at + 1)
}

/// Whether a path is another one or lies below it.
fn is_in(path: &str, other: &str) -> bool {
    path.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// The box of the corrections; none where there are none.
pub(crate) fn corrections_box(corrections: &[Correction], common: &Common) -> Option<SheetBox> {
    let rows = corrections.iter().enumerate().flat_map(|(at, one)| rows(at + 1, one, common)).collect();
    let title = common.text("corrections").to_owned();
    (!corrections.is_empty()).then_some(SheetBox { letter: String::new(), title, rows })
}

fn rows(number: usize, one: &Correction, common: &Common) -> Vec<Row> {
    let date = date_of(one.at, common);
    let values = [("date", date.as_str()), ("sender", &one.sender), ("message", &one.message)];
    let head = format!("[{number}] {}", filled(common.text("corrected"), &values));
    let field = |label: &str, value: &String| Row::Field {
        label: label.to_owned(),
        values: vec![vec![value.clone()]],
        below: label.is_empty(),
        indent: true,
        corrected: None,
    };
    let told = [("", &one.text), (common.text("was"), &one.was), (common.text("now"), &one.now)];
    let told = told.into_iter().filter(|(_, value)| !value.is_empty());
    let head = Row::Text { runs: vec![Run::Fixed(head)], indent: false };
    std::iter::once(head).chain(told.map(|(label, value)| field(label, value))).collect()
}
