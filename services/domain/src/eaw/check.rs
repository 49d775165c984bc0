//! The tools of the parser: paths that cost nothing until a rule breaks, and checks shared by all boxes.
//! A value moves through a check unchanged; a fault is collected and the parser goes on.

use std::fmt::Write as _;

use super::form::{DateForm, TermForm};
use super::value::{Ecli, Language, NonEmpty, PartialDate, Term, Text};
use crate::fault::Faults;
use crate::limits;
use crate::text::{is_line, is_paragraphs};

/// Where in the form the parser is; lives on the stack and is written out only for a fault.
#[derive(Clone, Copy)]
pub(super) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    name: &'static str,
    index: Option<usize>,
}

impl<'a> Path<'a> {
    pub(super) const ROOT: Path<'static> = Path { parent: None, name: "", index: None };

    pub(super) fn field(&'a self, name: &'static str) -> Path<'a> {
        Path { parent: Some(self), name, index: None }
    }

    pub(super) fn item(&'a self, name: &'static str, index: usize) -> Path<'a> {
        Path { parent: Some(self), name, index: Some(index) }
    }

    fn write(&self, out: &mut String) {
        if let Some(parent) = self.parent {
            parent.write(out);
        }
        if !self.name.is_empty() {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(self.name);
        }
        if let Some(index) = self.index {
            let _ = write!(out, "[{index}]");
        }
    }
}

/// What a text of the form may look like.
struct Shape {
    bytes: usize,
    is_proper: fn(&str) -> bool,
    rule: &'static str,
}

const LINE: Shape = Shape {
    bytes: limits::LINE_BYTES,
    is_proper: is_line,
    rule: "Line breaks, tabs, control and invisible characters are not allowed.",
};

const PARAGRAPHS: Shape = Shape {
    bytes: limits::TEXT_BYTES,
    is_proper: is_paragraphs,
    rule: "Control and invisible characters are not allowed.",
};

/// Collects faults while the boxes are parsed.
#[derive(Default)]
pub(super) struct Check {
    pub(super) faults: Faults,
}

impl Check {
    /// Records a broken rule; always `None`, so that a parser can return it.
    pub(super) fn fault<T>(
        &mut self,
        at: Path<'_>,
        rule: &'static str,
        article: &'static str,
        text: &str,
    ) -> Option<T> {
        let mut field = String::new();
        at.write(&mut field);
        self.faults.push(field, rule, article, text);
        None
    }

    pub(super) fn missing<T>(&mut self, at: Path<'_>, article: &'static str) -> Option<T> {
        self.fault(at, "missing", article, "This field must be filled in.")
    }

    /// A field that must be given, at most `LINE_BYTES`.
    pub(super) fn line(&mut self, at: Path<'_>, value: String, article: &'static str) -> Option<Text> {
        self.required(at, value, LINE, article)
    }

    /// A free text that must be given, at most `TEXT_BYTES`.
    pub(super) fn text(&mut self, at: Path<'_>, value: String, article: &'static str) -> Option<Text> {
        self.required(at, value, PARAGRAPHS, article)
    }

    fn required(&mut self, at: Path<'_>, value: String, shape: Shape, article: &'static str) -> Option<Text> {
        if blank(&value) { self.missing(at, article) } else { self.within(at, value, shape, article) }
    }

    /// A field that may be left empty.
    pub(super) fn maybe_line(&mut self, at: Path<'_>, value: String, article: &'static str) -> Option<Text> {
        if blank(&value) { None } else { self.within(at, value, LINE, article) }
    }

    /// A free text that may be left empty.
    pub(super) fn maybe_text(&mut self, at: Path<'_>, value: String, article: &'static str) -> Option<Text> {
        if blank(&value) { None } else { self.within(at, value, PARAGRAPHS, article) }
    }

    fn within(&mut self, at: Path<'_>, value: String, shape: Shape, article: &'static str) -> Option<Text> {
        let Shape { bytes, is_proper, rule } = shape;
        if value.len() > bytes {
            return self.fault(at, "too_long", article, &format!("At most {bytes} bytes are allowed."));
        }
        if !is_proper(&value) {
            return self.fault(at, "control_character", article, rule);
        }
        Some(Text(value))
    }

    /// Parses every item of a list within its limit; items that are wrong are left out, with their faults kept.
    pub(super) fn list<F, T>(
        &mut self,
        at: Path<'_>,
        name: &'static str,
        (items, max): (Vec<F>, usize),
        mut parse: impl FnMut(&mut Self, Path<'_>, F) -> Option<T>,
    ) -> Vec<T> {
        if items.len() > max {
            let text = format!("At most {max} entries are allowed.");
            self.fault::<()>(at.field(name), "too_many", "limit", &text);
            return Vec::new();
        }
        let mut parsed = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            parsed.extend(parse(self, at.item(name, index), item));
        }
        parsed
    }

    /// As [`Check::list`], with at least one entry.
    pub(super) fn some<F, T>(
        &mut self,
        at: Path<'_>,
        name: &'static str,
        (items, max, article): (Vec<F>, usize, &'static str),
        parse: impl FnMut(&mut Self, Path<'_>, F) -> Option<T>,
    ) -> Option<NonEmpty<T>> {
        if items.is_empty() {
            return self.missing(at.field(name), article);
        }
        NonEmpty::new(self.list(at, name, (items, max), parse))
    }

    /// A list of one-line texts.
    pub(super) fn lines(
        &mut self,
        at: Path<'_>,
        name: &'static str,
        items: Vec<String>,
        article: &'static str,
    ) -> Vec<Text> {
        self.list(at, name, (items, limits::LIST_ITEMS), |check, at, item| check.line(at, item, article))
    }

    pub(super) fn language(
        &mut self,
        at: Path<'_>,
        value: String,
        article: &'static str,
    ) -> Option<Language> {
        if value.is_empty() {
            self.missing(at, article)
        } else if Language::is_tag(&value) {
            Some(Language(value))
        } else {
            self.fault(at, "not_a_language", article, "Give a language tag such as fr or sr-Latn (BCP 47).")
        }
    }

    pub(super) fn ecli(&mut self, at: Path<'_>, value: String) -> Option<Ecli> {
        if value.is_empty() || Ecli::is_ecli(&value) {
            return (!value.is_empty()).then_some(Ecli(value));
        }
        self.fault(at, "not_an_ecli", "box (b) 2", "Give an identifier such as ECLI:EU:C:2022:307.")
    }

    /// A partial date, if one is given.
    pub(super) fn date(
        &mut self,
        at: Path<'_>,
        value: Option<DateForm>,
        article: &'static str,
    ) -> Option<PartialDate> {
        let form = value?;
        PartialDate::new(form.year, form.month, form.day)
            .or_else(|| self.fault(at, "not_a_date", article, "This is not a date of the calendar."))
    }

    /// A date that must be given whole.
    pub(super) fn full_date(
        &mut self,
        at: Path<'_>,
        value: Option<DateForm>,
        article: &'static str,
    ) -> Option<jiff::civil::Date> {
        if value.is_none() {
            return self.missing(at, article);
        }
        let date = self.date(at, value, article)?;
        date.full().or_else(|| self.fault(at, "date_incomplete", article, "Give day, month and year."))
    }

    /// A length of custody, if one is given.
    pub(super) fn term(
        &mut self,
        at: Path<'_>,
        value: Option<TermForm>,
        article: &'static str,
    ) -> Option<Term> {
        let TermForm { life, years, months, days } = value?;
        let zero = years == 0 && months == 0 && days == 0;
        match (life, zero) {
            (true, true) => Some(Term::Life),
            (true, false) => {
                self.fault(at, "life_with_number", article, "A term is either for life or a number.")
            }
            (false, true) => self.fault(at, "term_zero", article, "Give a length of at least one day."),
            (false, false)
                if years > limits::TERM_YEARS
                    || months > limits::TERM_YEARS * 12
                    || days > limits::TERM_YEARS * 365 =>
            {
                self.fault(
                    at,
                    "term_too_long",
                    article,
                    "This length is longer than any term; tick life instead.",
                )
            }
            (false, false) => Some(Term::Limited { years, months, days }),
        }
    }

    /// A date of the past as seen from the day of issue, which may itself be missing.
    pub(super) fn not_after(
        &mut self,
        at: Path<'_>,
        date: Option<jiff::civil::Date>,
        issued: Option<jiff::civil::Date>,
        article: &'static str,
    ) {
        if let (Some(date), Some(issued)) = (date, issued)
            && date > issued
        {
            self.fault::<()>(at, "after_issue", article, "This date lies after the date of issue.");
        }
    }
}

pub(super) fn blank(value: &str) -> bool {
    value.trim().is_empty()
}
