//! Box (e): the rules of the offences, their list categories and, with box (c) 1, their maximum penalties. It must not weigh
//! whether an offence is the category it is ticked as.

use jiff::civil::Date;
use rogatory_domain::date::PartialDate;
use rogatory_domain::limits;
use rogatory_wire::pb::types::v1 as pb;

use super::age;
use super::birth_date;
use super::category::{CATEGORIES, is_listed};
use super::term::{Term, maybe_term};
use super::threshold;
use crate::check::{Check, date, is_blank};
use crate::path::Path;

const FACTS: &str = "Art. 8(1)(e), box (e)";
const NATURE: &str = "Art. 8(1)(d), box (e)";
const PENALTY: &str = "Art. 8(1)(f), box (c) 1";

/// What the rest of the form says that an offence must agree with.
#[derive(Clone, Copy)]
struct OffenceContext<'a> {
    form: &'a pb::WarrantForm,
    issued: Option<Date>,
    born: Option<PartialDate>,
    /// Box (c) 1, where it is right.
    maximum: Option<Term>,
}

/// Looks at boxes (c) 1 and (e).
pub(super) fn offences(check: &mut Check, form: &pb::WarrantForm, issued: Option<Date>) {
    let at = Path::FORM;
    let maximum = maybe_term(check, at.field("maximum"), form.maximum, PENALTY);
    categories(check, at, &form.categories);
    ticked_for_all(check, at, form);
    let text = "The total must be the number of offences described.";
    let is_total = form.offence_total as usize == form.offences.len();
    check.holds(is_total, (at.field("offence_total"), "offence_count", "box (e)", text));
    let around = OffenceContext { form, issued, born: birth_date(form), maximum };
    check.some(at, "offences", (&form.offences, limits::OFFENCES, NATURE), |check, at, one| {
        offence(check, at, one, around);
    });
}

fn offence(check: &mut Check, at: Path<'_>, form: &pb::WarrantOffence, around: OffenceContext<'_>) {
    check.text(at.field("circumstances"), &form.circumstances, FACTS);
    time(check, at, form, around);
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
    judged(check, at, form, around);
    penalty(check, at, form, around);
}

/// What an offence says of the judgment that decided it, since edition 2.
fn judged(check: &mut Check, at: Path<'_>, form: &pb::WarrantOffence, around: OffenceContext<'_>) {
    let judgments = &around.form.judgments;
    if !check.since(2) {
        return;
    }
    if form.judgment == 0 && judgments.len() > 1 && around.form.orders.is_empty() {
        let text = "There are several judgments; say which of them decided this offence.";
        check.warn(at.field("judgment"), "judgment_not_named", "box (b) 2", text);
    }
    let decided = form.judgment.checked_sub(1).and_then(|number| judgments.get(number as usize)?.date);
    let decided = decided.and_then(date::read).map(PartialDate::latest);
    let began = form.began.and_then(date::read).map(PartialDate::earliest);
    if began.zip(decided).is_some_and(|(began, decided)| began > decided) {
        let text = "The offence began after the judgment that decided it.";
        check.warn(at.field("began"), "after_its_judgment", "box (e)", text);
    }
}

fn time(check: &mut Check, at: Path<'_>, form: &pb::WarrantOffence, around: OffenceContext<'_>) {
    let (began_at, ended_at) = (at.field("began"), at.field("ended"));
    if form.began.is_none() {
        check.missing(began_at, FACTS);
    }
    let began = check.maybe_date(began_at, form.began, "box (e)");
    let ended = check.maybe_date(ended_at, form.ended, "box (e)");
    check.not_after(began_at, began.map(PartialDate::earliest), around.issued, "box (e)");
    check.not_after(ended_at, ended.map(PartialDate::earliest), around.issued, "box (e)");
    if let (Some(began), Some(ended)) = (began, ended) {
        // Edition 1 compares whole dates alone.
        let is_compared = check.since(2) || began.full().and(ended.full()).is_some();
        let is_in_order = !is_compared || began.earliest() <= ended.latest();
        check
            .holds(is_in_order, (ended_at, "ends_before_start", "box (e)", "The end lies before the start."));
    }
    age::at_offence(check, at, (began, ended), around.born);
}

/// Section I, of the whole warrant or of an offence.
fn categories(check: &mut Check, at: Path<'_>, codes: &[String]) {
    check.each(at, "categories", (codes, CATEGORIES.len()), |check, at, code| {
        let text = "This is not the code of a list category.";
        let is_listed = is_listed(code, check.context().edition);
        check.holds(is_listed, (at, "not_a_category", "Art. 2(2), box (e) I", text));
    });
}

/// Ticks for the whole warrant say of no offence that it is meant, so that the highest maximum there is has to reach three years;
/// since edition 2.
fn ticked_for_all(check: &mut Check, at: Path<'_>, form: &pb::WarrantForm) {
    let edition = check.context().edition;
    let maxima = form.offences.iter().map(|offence| offence.maximum).chain([form.maximum]);
    let maxima = maxima.flatten().filter_map(|term| Term::read(term, edition).ok());
    let highest = maxima.map(Term::months).max();
    let is_ticked = form.categories.iter().any(|code| is_listed(code, edition));
    if is_ticked && check.since(2) && highest.is_some_and(|months| months < limits::LIST_OFFENCE_MONTHS) {
        check.fault(at.field("categories"), LIST_BELOW, "Art. 2(2)", LIST_BELOW_TEXT);
    }
}

const LIST_BELOW: &str = "list_offence_below_three_years";
const LIST_BELOW_TEXT: &str = "A list category may only be ticked where the maximum is at least three years.";

/// The maximum that applies to an offence, against the thresholds of Art. 2. An offence that was decided in a judgment has no
/// maximum to reach: its sentence has.
fn penalty(check: &mut Check, at: Path<'_>, form: &pb::WarrantOffence, around: OffenceContext<'_>) {
    let (at, edition) = (at.field("maximum"), check.context().edition);
    let own = maybe_term(check, at, form.maximum, PENALTY);
    let is_prosecuted = threshold::is_prosecuted(around.form, form);
    if is_prosecuted && form.maximum.is_none() && around.form.maximum.is_none() {
        check.missing(at, PENALTY);
        return;
    }
    let is_longer = own.zip(around.maximum).is_some_and(|(own, highest)| own.days() > highest.days());
    if is_prosecuted && is_longer && check.since(2) {
        let text = "This is longer than the maximum of the whole warrant; a reader of box (c) would take the case for a lighter one.";
        check.warn(at, "above_maximum_of_warrant", PENALTY, text);
    }
    // Box (c) 1 speaks of what is prosecuted; edition 1 held it against what was judged, too.
    let has_own_alone = form.maximum.is_some() || (check.since(2) && !is_prosecuted);
    let applies = if has_own_alone { own } else { around.maximum };
    let months = applies.map_or(u32::MAX, Term::months);
    let is_below = is_prosecuted && months < limits::PROSECUTION_MONTHS;
    if is_below {
        let text = "The offence must be punishable by a maximum of at least twelve months.";
        threshold::below(check, at, around.form, ("below_twelve_months", text));
    }
    // Edition 1 says one thing of an offence.
    let is_ticked = form.categories.iter().any(|code| is_listed(code, edition));
    if is_ticked && months < limits::LIST_OFFENCE_MONTHS && (check.since(2) || !is_below) {
        check.fault(at, LIST_BELOW, "Art. 2(2)", LIST_BELOW_TEXT);
    }
}
