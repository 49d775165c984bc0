//! Box (e): the offences, their list categories and maximum penalties.

use jiff::civil::Date;

use super::category::Category;
use super::check::{Check, Path};
use super::form::{OffenceForm, TermForm};
use super::value::{PartialDate, Term, Text};
use crate::limits;

/// One offence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offence {
    /// Circumstances.
    pub circumstances: Text,
    /// When it was committed, or began.
    pub from: PartialDate,
    /// When it ended, if it lasted.
    pub until: Option<PartialDate>,
    /// Where.
    pub place: Text,
    /// Degree of participation.
    pub participation: Text,
    /// Nature and legal classification.
    pub classification: Text,
    /// Statutory provision or code.
    pub provision: Text,
    /// Section I: list categories, each punishable by at least three years.
    pub categories: Vec<Category>,
    /// Section II: full description where no category covers it.
    pub description: Option<Text>,
    /// Maximum penalty of this offence.
    pub maximum: Option<Term>,
    /// Index of the judgment it was decided in.
    pub judgment: Option<usize>,
}

/// What the rest of the form says that an offence must agree with.
#[derive(Clone, Copy)]
pub(super) struct Surroundings {
    pub(super) issued: Option<Date>,
    pub(super) judgments: usize,
    pub(super) prosecution: bool,
    /// Box (c) 1 is filled in, right or wrong.
    pub(super) maximum_given: bool,
    pub(super) maximum: Option<Term>,
    pub(super) ticked_for_all: bool,
}

impl Offence {
    pub(super) fn parse(
        check: &mut Check,
        at: Path<'_>,
        form: OffenceForm,
        around: Surroundings,
    ) -> Option<Self> {
        let circumstances =
            check.text(at.field("circumstances"), form.circumstances, "Art. 8(1)(e), box (e)");
        let from = match form.from {
            None => check.missing(at.field("from"), "Art. 8(1)(e), box (e)"),
            given => check.date(at.field("from"), given, "box (e)"),
        };
        let until = check.date(at.field("until"), form.until, "box (e)");
        check.not_after(at.field("from"), from.map(PartialDate::earliest), around.issued, "box (e)");
        check.not_after(at.field("until"), until.map(PartialDate::earliest), around.issued, "box (e)");
        if let (Some(from), Some(until)) =
            (from.and_then(PartialDate::full), until.and_then(PartialDate::full))
            && until < from
        {
            check.fault::<()>(
                at.field("until"),
                "ends_before_start",
                "box (e)",
                "The end lies before the start.",
            );
        }
        let place = check.line(at.field("place"), form.place, "Art. 8(1)(e), box (e)");
        let participation =
            check.line(at.field("participation"), form.participation, "Art. 8(1)(e), box (e)");
        let classification =
            check.text(at.field("classification"), form.classification, "Art. 8(1)(d), box (e)");
        let provision = check.text(at.field("provision"), form.provision, "Art. 8(1)(d), box (e)");
        let categories = check.list(at, "categories", (form.categories, 32), |check, at, code: String| {
            category(check, at, &code)
        });
        let description = check.maybe_text(at.field("description"), form.description, "box (e) II");
        if categories.is_empty() && description.is_none() && !around.ticked_for_all {
            check.fault::<()>(
                at.field("description"),
                "neither_category_nor_description",
                "Art. 2(4), box (e) II",
                "Tick a list category or describe the offence in full.",
            );
        }
        let judgment = judged(check, at, form.judgment, around);
        let prosecuted = around.prosecution && judgment.is_none();
        let maximum = penalty(check, at, form.maximum, (around, prosecuted, !categories.is_empty()));
        Some(Self {
            circumstances: circumstances?,
            from: from?,
            until,
            place: place?,
            participation: participation?,
            classification: classification?,
            provision: provision?,
            categories,
            description,
            maximum,
            judgment,
        })
    }
}

pub(super) fn category(check: &mut Check, at: Path<'_>, code: &str) -> Option<Category> {
    Category::from_code(code).or_else(|| {
        check.fault(at, "not_a_category", "Art. 2(2), box (e) I", "This is not the code of a list category.")
    })
}

/// The offence's own maximum, checked against the thresholds of Art. 2 where they apply.
fn penalty(
    check: &mut Check,
    at: Path<'_>,
    form: Option<TermForm>,
    (around, prosecuted, listed): (Surroundings, bool, bool),
) -> Option<Term> {
    let own = check.term(at.field("maximum"), form, "Art. 8(1)(f), box (c) 1");
    if prosecuted && form.is_none() && !around.maximum_given {
        return check.missing(at.field("maximum"), "Art. 8(1)(f), box (c) 1");
    }
    let applies = if form.is_some() { own } else { around.maximum };
    let months = applies.map_or(u32::MAX, Term::months);
    if prosecuted && months < limits::PROSECUTION_MONTHS {
        check.fault::<()>(
            at.field("maximum"),
            "below_twelve_months",
            "Art. 2(1)",
            "The offence must be punishable by a maximum of at least twelve months.",
        );
    } else if listed && months < limits::LIST_OFFENCE_MONTHS {
        check.fault::<()>(
            at.field("maximum"),
            "list_offence_below_three_years",
            "Art. 2(2)",
            "A list category may only be ticked where the maximum is at least three years.",
        );
    }
    own
}

fn judged(check: &mut Check, at: Path<'_>, number: u32, around: Surroundings) -> Option<usize> {
    let number = number as usize;
    if number > around.judgments {
        return check.fault(
            at.field("judgment"),
            "no_such_judgment",
            "box (b) 2",
            "There is no such judgment.",
        );
    }
    number.checked_sub(1)
}
