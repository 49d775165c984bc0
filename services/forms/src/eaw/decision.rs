//! Boxes (b) and (c): the rules of the decisions a warrant rests on, and of the sentences. It must not look into a trial.

use jiff::civil::Date;
use rogatory_domain::date::PartialDate;
use rogatory_domain::{limits, notation};
use rogatory_wire::pb::types::v1 as pb;

use super::chain::trials;
use super::name::names_this_warrant;
use super::term::term;
use super::threshold;
use super::trial::TrialDays;
use crate::check::Check;
use crate::path::Path;

/// Looks at boxes (b) 1 and 2; one of them says what the person is wanted for.
pub(super) fn decisions(check: &mut Check, form: &pb::WarrantForm, issued: Option<Date>) {
    let at = Path::FORM;
    check.each(at, "orders", (&form.orders, limits::DECISIONS), |check, at, one| {
        order(check, at, one, (form, issued));
    });
    check.each(at, "judgments", (&form.judgments, limits::DECISIONS), |check, at, one| {
        judgment(check, at, one, (form, issued));
    });
    if form.orders.is_empty() && form.judgments.is_empty() {
        check.missing(at.field("orders"), "Art. 8(1)(c), box (b)");
    }
}

/// The rest of the form, and its day of issue.
type Around<'a> = (&'a pb::WarrantForm, Option<Date>);

fn order(check: &mut Check, at: Path<'_>, form: &pb::WarrantOrder, (around, issued): Around<'_>) {
    check.line(at.field("kind"), &form.kind, "Art. 8(1)(c), box (b) 1");
    let date = check.maybe_date(at.field("date"), form.date, "box (b) 1");
    check.not_after(at.field("date"), date.map(PartialDate::earliest), issued, "Art. 8(1)(c), box (b) 1");
    check.maybe_line(at.field("reference"), &form.reference, "box (b) 1");
    check.maybe_line(at.field("court"), &form.court, "box (b) 1");
    if check.since(2) && names_this_warrant(form, around) {
        let text = "Name the national arrest warrant here; this seems to be the European one itself.";
        check.warn(at.field("kind"), "no_national_decision", "Art. 8(1)(c), box (b) 1", text);
    }
}

fn judgment(check: &mut Check, at: Path<'_>, form: &pb::WarrantJudgment, (around, issued): Around<'_>) {
    check.line(at.field("reference"), &form.reference, "Art. 8(1)(c), box (b) 2");
    let date = check.maybe_date(at.field("date"), form.date, "box (b) 2");
    check.not_after(at.field("date"), date.map(PartialDate::earliest), issued, "Art. 8(1)(c), box (b) 2");
    check.maybe_line(at.field("court"), &form.court, "box (b) 2");
    let text = "Give an identifier such as ECLI:EU:C:2022:307.";
    let is_ecli = form.ecli.is_empty() || notation::is_ecli(&form.ecli);
    check.holds(is_ecli, (at.field("ecli"), "not_an_ecli", "box (b) 2", text));
    sentence(check, at, form, around);
    trials(check, at, form, TrialDays { decided: date, issued });
}

/// Box (c) 2: at least four months were imposed, and no more remains.
fn sentence(check: &mut Check, at: Path<'_>, form: &pb::WarrantJudgment, around: &pb::WarrantForm) {
    let imposed_at = at.field("imposed");
    let imposed = term(check, imposed_at, form.imposed, ("Art. 8(1)(f), box (c) 2", "box (c) 2"));
    if imposed.is_some_and(|term| term.months() < limits::EXECUTION_MONTHS) {
        let text = "A sentence of at least four months must have been imposed.";
        threshold::below(check, imposed_at, around, ("below_four_months", text));
    }
    let remaining_at = at.field("remaining");
    let remaining = term(check, remaining_at, form.remaining, ("box (c) 2", "box (c) 2"));
    if let (Some(imposed), Some(remaining)) = (imposed, remaining) {
        let text = "No more can remain than was imposed.";
        let is_within = remaining.days() <= imposed.days();
        check.holds(is_within, (remaining_at, "remaining_exceeds_imposed", "box (c) 2", text));
    }
}
