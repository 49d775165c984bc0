//! Box (e): the rules of the offences, their list categories and, with box (c) 1, their maximum penalties. It must not weigh
//! whether an offence is the category it is ticked as.

use jiff::civil::Date;
use rogatory_domain::date::PartialDate;
use rogatory_domain::limits;
use rogatory_wire::pb::types::v1 as pb;

use super::category::{CATEGORIES, is_listed};
use super::term::{Term, maybe_term};
use crate::check::{Check, is_blank};
use crate::path::Path;

const FACTS: &str = "Art. 8(1)(e), box (e)";
const NATURE: &str = "Art. 8(1)(d), box (e)";
const PENALTY: &str = "Art. 8(1)(f), box (c) 1";

/// What the rest of the form says that an offence must agree with.
#[derive(Clone, Copy)]
struct OffenceContext<'a> {
    form: &'a pb::WarrantForm,
    issued: Option<Date>,
    /// Box (c) 1, where it is right.
    maximum: Option<Term>,
}

/// Looks at boxes (c) 1 and (e).
pub(super) fn offences(check: &mut Check, form: &pb::WarrantForm, issued: Option<Date>) {
    let at = Path::FORM;
    let maximum = maybe_term(check, at.field("maximum"), form.maximum, PENALTY);
    categories(check, at, &form.categories);
    let text = "The total must be the number of offences described.";
    let is_total = form.offence_total as usize == form.offences.len();
    check.holds(is_total, (at.field("offence_total"), "offence_count", "box (e)", text));
    let around = OffenceContext { form, issued, maximum };
    check.some(at, "offences", (&form.offences, limits::OFFENCES, NATURE), |check, at, one| {
        offence(check, at, one, around);
    });
}

fn offence(check: &mut Check, at: Path<'_>, form: &pb::WarrantOffence, around: OffenceContext<'_>) {
    check.text(at.field("circumstances"), &form.circumstances, FACTS);
    time(check, at, form, around.issued);
    check.line(at.field("place"), &form.place, FACTS);
    check.line(at.field("participation"), &form.participation, FACTS);
    check.text(at.field("classification"), &form.classification, NATURE);
    check.text(at.field("provision"), &form.provision, NATURE);
    categories(check, at, &form.categories);
    check.maybe_text(at.field("description"), &form.description, "box (e) II");
    let is_covered =
        !form.categories.is_empty() || !around.form.categories.is_empty() || !is_blank(&form.description);
    let text = "Tick a list category or describe the offence in full.";
    let article = "Art. 2(4), box (e) II";
    check.holds(is_covered, (at.field("description"), "neither_category_nor_description", article, text));
    let has_judgment = form.judgment as usize <= around.form.judgments.len();
    let text = "There is no such judgment.";
    check.holds(has_judgment, (at.field("judgment"), "no_such_judgment", "box (b) 2", text));
    penalty(check, at, form, around);
}

fn time(check: &mut Check, at: Path<'_>, form: &pb::WarrantOffence, issued: Option<Date>) {
    let (began_at, ended_at) = (at.field("began"), at.field("ended"));
    if form.began.is_none() {
        check.missing(began_at, FACTS);
    }
    let began = check.maybe_date(began_at, form.began, "box (e)");
    let ended = check.maybe_date(ended_at, form.ended, "box (e)");
    check.not_after(began_at, began.map(PartialDate::earliest), issued, "box (e)");
    check.not_after(ended_at, ended.map(PartialDate::earliest), issued, "box (e)");
    if let (Some(began), Some(ended)) = (began.and_then(PartialDate::full), ended.and_then(PartialDate::full))
    {
        let text = "The end lies before the start.";
        check.holds(began <= ended, (ended_at, "ends_before_start", "box (e)", text));
    }
}

/// Section I, of the whole warrant or of an offence.
fn categories(check: &mut Check, at: Path<'_>, codes: &[String]) {
    check.each(at, "categories", (codes, CATEGORIES.len()), |check, at, code| {
        let text = "This is not the code of a list category.";
        check.holds(is_listed(code), (at, "not_a_category", "Art. 2(2), box (e) I", text));
    });
}

/// The maximum that applies to an offence, against the thresholds of Art. 2. An offence that was decided in a judgment has no
/// maximum to reach: its sentence has.
fn penalty(check: &mut Check, at: Path<'_>, form: &pb::WarrantOffence, around: OffenceContext<'_>) {
    let at = at.field("maximum");
    let own = maybe_term(check, at, form.maximum, PENALTY);
    let is_decided = (1..=around.form.judgments.len()).contains(&(form.judgment as usize));
    let is_prosecuted = !around.form.orders.is_empty() && !is_decided;
    if is_prosecuted && form.maximum.is_none() && around.form.maximum.is_none() {
        check.missing(at, PENALTY);
        return;
    }
    let applies = if form.maximum.is_some() { own } else { around.maximum };
    let months = applies.map_or(u32::MAX, Term::months);
    if is_prosecuted && months < limits::PROSECUTION_MONTHS {
        let text = "The offence must be punishable by a maximum of at least twelve months.";
        check.fault(at, "below_twelve_months", "Art. 2(1)", text);
    } else if months < limits::LIST_OFFENCE_MONTHS && form.categories.iter().any(|code| is_listed(code)) {
        let text = "A list category may only be ticked where the maximum is at least three years.";
        check.fault(at, "list_offence_below_three_years", "Art. 2(2)", text);
    }
}
