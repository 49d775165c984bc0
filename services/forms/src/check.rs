//! The tools of a check by reference: a value is looked at where it is, and what is wrong is noted under its path.
//!
//! Owns the rules that a value keeps by itself, whichever form it stands in. It must not know a form, and must not make any text
//! before something is wrong.

pub(crate) mod date;

pub(crate) use rogatory_domain::text::is_blank;
use rogatory_domain::text::{is_line, is_paragraphs};
use rogatory_domain::{Country, Faults, limits, notation};

use crate::description::Choice;
use crate::path::Path;

/// Collects what is wrong.
#[derive(Debug, Default)]
pub(crate) struct Check {
    faults: Faults,
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
    /// What was found.
    pub(crate) fn finish(self) -> Result<(), Faults> {
        if self.faults.is_empty() { Ok(()) } else { Err(self.faults) }
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

    /// A language tag that must be there.
    pub(crate) fn language(&mut self, at: Path<'_>, value: &str, article: &'static str) {
        if value.is_empty() {
            self.missing(at, article);
        } else if !notation::is_language(value) {
            self.fault(at, "not_a_language", article, "Give a language tag such as fr or sr-Latn (BCP 47).");
        }
    }

    /// A State that must be there.
    pub(crate) fn country(&mut self, at: Path<'_>, value: &str, article: &'static str) {
        if value.is_empty() {
            self.missing(at, article);
        } else if value.parse::<Country>().is_err() {
            self.fault(at, "not_a_country", article, "Give an ISO 3166-1 code.");
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
