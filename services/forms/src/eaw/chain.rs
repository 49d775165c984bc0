//! Box (d) where several decisions count for one sentence: each has an answer of its own.
//!
//! Owns which kinds of decisions count (S: C-270/17 PPU, C-271/17 PPU, C-514/21), and how they are checked. It must not choose
//! among them: which one counts in a case is the executing authority's to say.

use rogatory_domain::date::PartialDate;
use rogatory_domain::limits;
use rogatory_wire::pb::types::v1 as pb;

use super::trial::{TrialDays, trial};
use crate::check::Check;
use crate::description::{Choice, choice};
use crate::path::Path;

/// What a further decision is.
pub(super) const KINDS: &[Choice] = &[
    choice("appeal", "On appeal, guilt and sentence were judged again for good (C-270/17 PPU)"),
    choice(
        "aggregate_sentence",
        "One sentence was made of several, with a margin of judgment (C-271/17 PPU)",
    ),
    choice("new_conviction", "A new conviction for which a suspension was revoked (C-514/21)"),
    choice("suspension_revoked", "A suspension was revoked and the sentence changed in kind or length"),
];

/// Looks at box (d) of a judgment and of the decisions beside it; one of them answers it.
pub(super) fn trials(check: &mut Check, at: Path<'_>, form: &pb::WarrantJudgment, days: TrialDays) {
    match &form.trial {
        Some(form) => trial(check, at.field("trial"), form, days),
        None if check.since(2) && !form.decisions.is_empty() => {}
        None => check.missing(at.field("trial"), "Art. 4a(1), box (d)"),
    }
    if check.since(2) {
        check.each(at, "decisions", (&form.decisions, limits::LIST_ITEMS), |check, at, one| {
            decision(check, at, one, days);
        });
    } else if !form.decisions.is_empty() {
        let text =
            "Agencies with an earlier release are not shown these decisions; say the same in a text, too.";
        check.warn(at.field("decisions"), "not_in_this_edition", "box (d)", text);
    }
}

fn decision(check: &mut Check, at: Path<'_>, form: &pb::WarrantDecision, days: TrialDays) {
    check.one_of(at.field("kind"), &form.kind, KINDS, "Art. 4a(1), box (d)");
    let decided = check.maybe_date(at.field("date"), form.date, "box (d)");
    check.not_after(at.field("date"), decided.map(PartialDate::earliest), days.issued, "box (d)");
    check.maybe_line(at.field("court"), &form.court, "box (d)");
    check.maybe_line(at.field("reference"), &form.reference, "box (d)");
    match &form.trial {
        Some(form) => trial(check, at.field("trial"), form, TrialDays { decided, ..days }),
        None => check.missing(at.field("trial"), "Art. 4a(1), box (d)"),
    }
}
