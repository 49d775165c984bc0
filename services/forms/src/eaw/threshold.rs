//! The thresholds of Art. 2(1) over the whole warrant: twelve months of a maximum, four months of a sentence.
//!
//! Owns whether any offence reaches one. Where one does, the others are accessory, and whether to surrender for them is the
//! executing State's to say; edition 1 refused them. It must not look at the list of Art. 2(2).

use rogatory_domain::limits;
use rogatory_domain::profile::AccessoryOffences;
use rogatory_wire::pb::types::v1 as pb;

use super::state;
use super::term::Term;
use crate::check::Check;
use crate::path::Path;

/// Whether a judgment or an offence that is prosecuted reaches its threshold.
pub(super) fn is_reached(form: &pb::WarrantForm, edition: u16) -> bool {
    let months =
        |term: Option<pb::Term>| term.and_then(|term| Term::read(term, edition).ok()).map_or(0, Term::months);
    let mut prosecuted = form.offences.iter().filter(|offence| is_prosecuted(form, offence));
    form.judgments.iter().any(|judgment| months(judgment.imposed) >= limits::EXECUTION_MONTHS)
        || prosecuted.any(|offence| months(offence.maximum.or(form.maximum)) >= limits::PROSECUTION_MONTHS)
}

/// Whether an offence waits for its trial: there is an order, and no judgment is named that decided it.
pub(super) fn is_prosecuted(form: &pb::WarrantForm, offence: &pb::WarrantOffence) -> bool {
    let is_decided = (1..=form.judgments.len()).contains(&(offence.judgment as usize));
    !form.orders.is_empty() && !is_decided
}

/// Says of an offence or a sentence below its threshold that it is a fault, or that it is accessory.
pub(super) fn below(
    check: &mut Check,
    at: Path<'_>,
    form: &pb::WarrantForm,
    (rule, text): (&'static str, &'static str),
) {
    let is_accessory = check.since(2) && is_reached(form, check.context().edition);
    let is_taken =
        state::profile(check).is_some_and(|known| known.accessory_offences.value == AccessoryOffences::Yes);
    if is_accessory && !is_taken {
        let text = "This is below the threshold and counts as accessory; not every State surrenders for it.";
        check.warn(at, "accessory", "Art. 2(1)", text);
    } else if !is_accessory {
        check.fault(at, rule, "Art. 2(1)", text);
    }
}
