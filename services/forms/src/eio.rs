//! The form of the European Investigation Order (Directive 2014/41/EU, Annex A): its rules from section to section, in order.
//!
//! Owns what the form demands as a whole. It must not keep what it read, nor know how a form travels.

mod authority;
mod bank;
mod boxes;
mod circumstances;
mod interception;
mod measure;
mod offence;
mod person;
mod requirement;
mod sample;
#[cfg(test)]
mod tests;

use prost::Message as _;
use rogatory_domain::{Faults, limits};
use rogatory_wire::pb::types::v1 as pb;

pub use self::sample::sample;
pub(crate) use self::sample::{details as sample_details, signature as sample_signature};
use crate::check::Check;
use crate::description::Description;
use crate::office::signed_on;
use crate::outline::listed;
use crate::path::Path;
use crate::{DEMO, Excerpt, FormContext, FormDef, Outline, Warnings, malformed};

/// The form.
pub(crate) const FORM: FormDef = FormDef {
    instrument: "eio",
    message: "rogatory.types.v1.InvestigationOrderForm",
    describe: || &Description { title: "European Investigation Order", boxes: boxes::BOXES },
    edition: 1,
    check,
    outline,
    excerpt,
    sample: |number| sample(number).encode_to_vec(),
    addressees: DEMO,
};

/// The Member States that the Directive binds: all but Denmark and Ireland (recitals 44 and 45).
const BOUND: [&str; 25] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// Number of a field of the form's message.
const MEASURES: u32 = 6;

/// The measures of section C, which events name by their numbers.
fn outline(bytes: &[u8]) -> Outline {
    let [measures] = listed(bytes, [MEASURES]);
    Outline { traits: Vec::new(), items: measures }
}

/// The file number of section L; an order names no more that somebody who is only informed could use.
fn excerpt(bytes: &[u8]) -> Excerpt {
    let form = pb::InvestigationOrderForm::decode(bytes).unwrap_or_default();
    let details = form.authority.and_then(|authority| authority.details);
    Excerpt { reference: details.map(|one| one.file_reference).unwrap_or_default(), ..Excerpt::default() }
}

fn check(bytes: &[u8], context: &FormContext) -> Result<Warnings, Faults> {
    judged(&pb::InvestigationOrderForm::decode(bytes).map_err(|_| malformed())?, context)
}

/// Everything that is wrong with an order, section by section.
fn judged(form: &pb::InvestigationOrderForm, context: &FormContext) -> Result<Warnings, Faults> {
    let (mut check, at) = (Check::under(context), Path::FORM);
    let issued = form.authority.as_ref().and_then(|authority| signed_on(authority.signature.as_ref()));
    check.language(at.field("language"), &form.language, "Art. 5(3)");
    check.each(at, "translations", (&form.translations, limits::TRANSLATIONS), |check, at, tag| {
        check.language(at, tag, "Art. 5(3)");
    });
    states(&mut check, form);
    circumstances::urgency(&mut check, form.urgency.as_ref(), issued);
    measure::measures(&mut check, &form.measures);
    circumstances::other_orders(&mut check, form, issued);
    person::persons(&mut check, form, issued);
    offence::offences(&mut check, form);
    requirement::requirements(&mut check, form);
    circumstances::assistance(&mut check, form);
    authority::authorities(&mut check, form);
    check.finish()
}

/// Section A.
fn states(check: &mut Check, form: &pb::InvestigationOrderForm) {
    let at = Path::FORM;
    for (name, state) in [("issuing_state", &form.issuing_state), ("executing_state", &form.executing_state)]
    {
        check.country(at.field(name), state, "Art. 1(1), section A");
        let is_strange =
            state.parse::<rogatory_domain::Country>().is_ok() && !BOUND.contains(&state.as_str());
        let text = "This State is not bound by the Directive.";
        check.holds(!is_strange, (at.field(name), "not_bound", "Art. 1(1), section A", text));
    }
    let is_abroad = form.executing_state.is_empty() || form.executing_state != form.issuing_state;
    let text = "An order is carried out in another State than the one that issues it.";
    check.holds(is_abroad, (at.field("executing_state"), "same_state", "Art. 1(1), section A", text));
}
