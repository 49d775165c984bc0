//! Box (d): the rules of a trial in absence (Art. 4a), one answer for each judgment. It must not weigh how a condition was met.

use jiff::civil::Date;
use rogatory_domain::limits;
use rogatory_wire::pb::types::v1 as pb;

use crate::check::{Check, is_blank};
use crate::path::Path;

/// Looks at box (d). Point 2 without a tick of point 3 is no fault: the ground of Art. 4a(1) is then open to the executing
/// authority.
pub(super) fn trial(check: &mut Check, at: Path<'_>, form: &pb::WarrantTrial, issued: Option<Date>) {
    // Whatever is ticked, what was written is read by somebody.
    check.maybe_text(at.field("how_met"), &form.how_met, "box (d) 4");
    match (form.appeared, form.absences.as_slice()) {
        (None, _) => check.missing(at.field("appeared"), "Art. 4a(1), box (d) 1 and 2"),
        (Some(true), absences) => {
            let is_present = absences.is_empty() && is_blank(&form.how_met);
            let text = "Points 3 and 4 are only for a person who did not appear.";
            check.holds(is_present, (at, "present_and_absent", "box (d) 3", text));
        }
        (Some(false), []) => {}
        (Some(false), [absence]) => point(check, at, absence, &form.how_met, issued),
        (Some(false), _) => {
            let text = "Tick one box of point 3.";
            check.fault(at.field("absences"), "one_of_point_3", "box (d) 3", text);
        }
    }
}

/// Point 3 as ticked, with point 4 where the form asks for it.
fn point(check: &mut Check, at: Path<'_>, form: &pb::WarrantAbsence, how_met: &str, issued: Option<Date>) {
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
            check.not_after(here.field("date"), date, issued, "box (d) 3.1a");
        }
        pb::AbsencePoint::InformedOtherwise => explained(check, "box (d) 4 with 3.1b"),
        pb::AbsencePoint::Defended => explained(check, "box (d) 4 with 3.2"),
        pb::AbsencePoint::Served => {
            let date = check.whole_date(here.field("date"), form.date, "Art. 4a(1)(c), box (d) 3.3");
            check.not_after(here.field("date"), date, issued, "box (d) 3.3");
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
