//! Box (d): the rules of a trial in absence (Art. 4a), one answer for each decision. It must not weigh how a condition was met.

use jiff::civil::Date;
use rogatory_domain::date::PartialDate;
use rogatory_domain::limits;
use rogatory_wire::pb::types::v1 as pb;

use crate::check::{Check, is_blank};
use crate::path::Path;

/// The days between which what box (d) tells must have been.
#[derive(Clone, Copy)]
pub(super) struct TrialDays {
    /// The day of the decision that the trial resulted in.
    pub(super) decided: Option<PartialDate>,
    /// The day of issue of the warrant.
    pub(super) issued: Option<Date>,
}

/// Looks at box (d). Point 2 without a tick of point 3 is no fault: the ground of Art. 4a(1) is then open to the executing
/// authority.
pub(super) fn trial(check: &mut Check, at: Path<'_>, form: &pb::WarrantTrial, days: TrialDays) {
    // Whatever is ticked, what was written is read by somebody.
    check.maybe_text(at.field("how_met"), &form.how_met, "box (d) 4");
    match (form.appeared, form.absences.as_slice()) {
        (None, _) => check.missing(at.field("appeared"), "Art. 4a(1), box (d) 1 and 2"),
        (Some(true), absences) => {
            let is_present = absences.is_empty() && is_blank(&form.how_met);
            let text = "Points 3 and 4 are only for a person who did not appear.";
            check.holds(is_present, (at, "present_and_absent", "box (d) 3", text));
        }
        (Some(false), []) => {
            if check.since(2) {
                let text = "Without a tick of point 3 the executing authority may refuse.";
                check.warn(at.field("absences"), "absence_unexplained", "Art. 4a(1), box (d) 3", text);
            }
        }
        (Some(false), [absence]) => point(check, at, absence, &form.how_met, days),
        (Some(false), _) => {
            let text = "Tick one box of point 3.";
            check.fault(at.field("absences"), "one_of_point_3", "box (d) 3", text);
        }
    }
}

/// Point 3 as ticked, with point 4 where the form asks for it.
fn point(check: &mut Check, at: Path<'_>, form: &pb::WarrantAbsence, how_met: &str, days: TrialDays) {
    let here = at.entry("absences", 0);
    let explained = |check: &mut Check, article| {
        if is_blank(how_met) {
            check.missing(at.field("how_met"), article);
        }
    };
    match form.point() {
        pb::AbsencePoint::Unspecified => check.missing(here.field("point"), "box (d) 3"),
        pb::AbsencePoint::SummonedInPerson => {
            let date = check.whole_date(here.field("date"), form.date, "Art. 4a(1)(a)(i), box (d) 3.1a");
            check.not_after(here.field("date"), date, days.issued, "box (d) 3.1a");
            let is_late = date.zip(days.decided).is_some_and(|(date, decided)| date > decided.latest());
            let text = "The summons lies after the decision that the trial resulted in.";
            in_order(check, here.field("date"), !is_late, ("summoned_after_decision", "box (d) 3.1a", text));
        }
        pb::AbsencePoint::InformedOtherwise => explained(check, "box (d) 4 with 3.1b"),
        pb::AbsencePoint::Defended => explained(check, "box (d) 4 with 3.2"),
        pb::AbsencePoint::Served => {
            let date = check.whole_date(here.field("date"), form.date, "Art. 4a(1)(c), box (d) 3.3");
            check.not_after(here.field("date"), date, days.issued, "box (d) 3.3");
            let is_early = date.zip(days.decided).is_some_and(|(date, decided)| date < decided.earliest());
            let text = "The service lies before the decision that was served.";
            in_order(check, here.field("date"), !is_early, ("served_before_decision", "box (d) 3.3", text));
            explained(check, "box (d) 4 with 3.3");
            let text = "Tick that the decision is not contested, or that no retrial was asked for in time.";
            let has_reaction = form.not_contested || form.not_requested;
            check.holds(has_reaction, (here, "reaction_missing", "Art. 4a(1)(c), box (d) 3.3", text));
        }
        pb::AbsencePoint::WillBeServed => {
            let text = "Give the number of days in which a retrial can be asked for.";
            let is_given = (1..=limits::RETRIAL_DAYS).contains(&form.days);
            let article = "Art. 4a(1)(d)(ii), box (d) 3.4";
            check.holds(is_given, (here.field("days"), "retrial_days", article, text));
        }
    }
}

/// Days of which one comes before the other; a mistake of writing, since both are in the past.
fn in_order(
    check: &mut Check,
    at: Path<'_>,
    is_in_order: bool,
    (rule, article, text): (&'static str, &'static str, &'static str),
) {
    if check.since(2) && !is_in_order {
        check.warn(at, rule, article, text);
    }
}
