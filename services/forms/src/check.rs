//! The tools of a check by reference: a value is looked at where it is, and what is wrong is noted under its path.
//!
//! Owns the rules that a value keeps by itself, whichever form it stands in. It must not know a form, and must not make any text
//! before something is wrong.

pub(crate) mod code;
pub(crate) mod date;
mod script;

pub(crate) use rogatory_domain::text::is_blank;
use rogatory_domain::text::{is_line, is_paragraphs};
use rogatory_domain::{Fault, Faults, limits, notation};

use crate::description::Choice;
use crate::path::Path;
use crate::{FormContext, Warnings};

/// Collects what is wrong, and what should be looked at again.
#[derive(Debug)]
pub(crate) struct Check {
    context: FormContext,
    family: &'static str,
    faults: Faults,
    warnings: Warnings,
}

/// What a written text may look like.
#[derive(Clone, Copy)]
struct Shape {
    bytes_max: usize,
    is_proper: fn(&str) -> bool,
    rule: &'static str,
}

const LINE: Shape = Shape {
    bytes_max: limits::LINE_BYTES,
    is_proper: is_line,
    rule: "Line breaks, tabs, control and invisible characters are not allowed.",
};

const PARAGRAPHS: Shape = Shape {
    bytes_max: limits::TEXT_BYTES,
    is_proper: is_paragraphs,
    rule: "Control and invisible characters are not allowed.",
};

impl Check {
    /// Of a form that is judged so.
    pub(crate) fn under(context: &FormContext) -> Self {
        Self::of_family(context, "")
    }

    /// The same, where what States do their own way depends on the family of their profiles.
    pub(crate) fn of_family(context: &FormContext, family: &'static str) -> Self {
        Self { context: *context, family, faults: Faults::default(), warnings: Warnings::default() }
    }

    /// The family of the profiles of States.
    pub(crate) fn family(&self) -> &'static str {
        self.family
    }

    /// By what it is judged.
    pub(crate) fn context(&self) -> &FormContext {
        &self.context
    }

    /// Whether a rule that came with this edition holds.
    pub(crate) fn since(&self, edition: u16) -> bool {
        self.context.edition >= edition
    }

    /// What was found.
    pub(crate) fn finish(self) -> Result<Warnings, Faults> {
        if self.faults.is_empty() { Ok(self.warnings) } else { Err(self.faults) }
    }

    /// Something should be looked at again.
    pub(crate) fn warn(&mut self, at: Path<'_>, rule: &'static str, article: &'static str, text: &str) {
        self.warnings.push(Fault { field: at.written(), rule, article, text: text.to_owned() });
    }

    /// A rule is broken.
    pub(crate) fn fault(&mut self, at: Path<'_>, rule: &'static str, article: &'static str, text: &str) {
        self.faults.push(at.written(), rule, article, text);
    }

    /// A rule that holds, or is broken.
    pub(crate) fn holds(&mut self, holds: bool, fault: (Path<'_>, &'static str, &'static str, &str)) {
        if !holds {
            let (at, rule, article, text) = fault;
            self.fault(at, rule, article, text);
        }
    }

    /// What must be given is not.
    pub(crate) fn missing(&mut self, at: Path<'_>, article: &'static str) {
        self.fault(at, "missing", article, "This field must be filled in.");
    }

    /// A field that has no place beside what else is given.
    pub(crate) fn absent(&mut self, at: Path<'_>, value: &str, article: &'static str) {
        self.holds(value.is_empty(), (at, "surplus", article, "Leave this field out here."));
    }

    /// One line that may be left out.
    pub(crate) fn maybe_line(&mut self, at: Path<'_>, value: &str, article: &'static str) {
        self.written(at, value, LINE, article);
    }

    /// One line that must be there.
    pub(crate) fn line(&mut self, at: Path<'_>, value: &str, article: &'static str) {
        self.given(at, value, LINE, article);
    }

    /// A text that may be left out.
    pub(crate) fn maybe_text(&mut self, at: Path<'_>, value: &str, article: &'static str) {
        self.written(at, value, PARAGRAPHS, article);
    }

    /// A text that must be there.
    pub(crate) fn text(&mut self, at: Path<'_>, value: &str, article: &'static str) {
        self.given(at, value, PARAGRAPHS, article);
    }

    fn given(&mut self, at: Path<'_>, value: &str, shape: Shape, article: &'static str) {
        if is_blank(value) {
            self.missing(at, article);
        } else {
            self.written(at, value, shape, article);
        }
    }

    fn written(&mut self, at: Path<'_>, value: &str, shape: Shape, article: &'static str) {
        if is_blank(value) {
            return;
        }
        let Shape { bytes_max, is_proper, rule } = shape;
        if value.len() > bytes_max {
            self.fault(at, "too_long", article, &format!("At most {bytes_max} bytes are allowed."));
        } else if !is_proper(value) {
            self.fault(at, "control_character", article, rule);
        }
    }

    /// An e-mail address that must be there.
    pub(crate) fn email(&mut self, at: Path<'_>, value: &str, article: &'static str) {
        if is_blank(value) || notation::is_email(value) {
            self.line(at, value, article);
        } else {
            self.fault(at, "not_an_email", article, "This is not an e-mail address.");
        }
    }

    /// A code of a list.
    pub(crate) fn one_of(&mut self, at: Path<'_>, value: &str, choices: &[Choice], article: &'static str) {
        if !choices.iter().any(|choice| choice.code == value) {
            let codes: Vec<_> = choices.iter().map(|choice| choice.code).collect();
            self.fault(at, "value", article, &format!("Give one of {}.", codes.join(", ")));
        }
    }

    /// The same, where it may be left out.
    pub(crate) fn maybe_one_of(
        &mut self,
        at: Path<'_>,
        value: &str,
        choices: &[Choice],
        article: &'static str,
    ) {
        if !value.is_empty() {
            self.one_of(at, value, choices, article);
        }
    }

    /// A list that may be left out: every entry within its bound, and none where there are more.
    pub(crate) fn each<T>(
        &mut self,
        at: Path<'_>,
        name: &'static str,
        (entries, count_max): (&[T], usize),
        mut look: impl FnMut(&mut Self, Path<'_>, &T),
    ) {
        if entries.len() > count_max {
            let text = format!("At most {count_max} entries are allowed.");
            self.fault(at.field(name), "too_many", "limit", &text);
            return;
        }
        for (index, entry) in entries.iter().enumerate() {
            look(self, at.entry(name, index), entry);
        }
    }

    /// A list of at least one entry.
    pub(crate) fn some<T>(
        &mut self,
        at: Path<'_>,
        name: &'static str,
        (entries, count_max, article): (&[T], usize, &'static str),
        look: impl FnMut(&mut Self, Path<'_>, &T),
    ) {
        if entries.is_empty() {
            self.missing(at.field(name), article);
        }
        self.each(at, name, (entries, count_max), look);
    }

    /// A list of lines that may be left out.
    pub(crate) fn lines(
        &mut self,
        at: Path<'_>,
        name: &'static str,
        lines: &[String],
        article: &'static str,
    ) {
        self.each(at, name, (lines, limits::LIST_ITEMS), |check, at, line| check.line(at, line, article));
    }
}
