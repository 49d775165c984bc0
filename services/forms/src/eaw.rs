//! The form of the European Arrest Warrant (Framework Decision 2002/584/JHA, Annex): its rules from box to box, in order.
//!
//! Owns what the form demands. It must not keep what it read, nor know how a form travels. An enum number that only a later
//! release knows counts as not given.

mod authority;
mod category;
mod decision;
mod description;
mod offence;
mod person;
mod sample;
mod term;
#[cfg(test)]
mod tests;
mod trial;

use jiff::civil::Date;
use prost::Message as _;
use rogatory_domain::{Faults, limits};
use rogatory_wire::pb::types::v1 as pb;

pub use self::sample::sample;
use self::term::is_life;
use crate::check::{Check, date};
use crate::path::Path;
use crate::{FormDef, malformed};

/// The form.
pub(crate) const FORM: FormDef = FormDef {
    instrument: "eaw",
    message: "rogatory.types.v1.WarrantForm",
    description: &description::DESCRIPTION,
    check,
    sample: |number| sample(number).encode_to_vec(),
};

fn check(bytes: &[u8]) -> Result<(), Faults> {
    judged(&pb::WarrantForm::decode(bytes).map_err(|_| malformed())?)
}

/// Everything that is wrong with a warrant, box by box.
fn judged(form: &pb::WarrantForm) -> Result<(), Faults> {
    let (mut check, at, issued) = (Check::default(), Path::FORM, issue_date(form));
    check.language(at.field("language"), &form.language, "Art. 8(2)");
    check.each(at, "translations", (&form.translations, limits::TRANSLATIONS), |check, at, tag| {
        check.language(at, tag, "Art. 8(2)");
    });
    match &form.person {
        Some(one) => person::person(&mut check, at.field("person"), one, issued),
        None => check.missing(at.field("person"), "Art. 8(1)(a), box (a)"),
    }
    decision::decisions(&mut check, form, issued);
    offence::offences(&mut check, form, issued);
    check.maybe_text(at.field("other_circumstances"), &form.other_circumstances, "box (f)");
    if let Some(one) = &form.property {
        property(&mut check, at.field("property"), one);
    }
    life(&mut check, at.field("life"), form);
    match &form.authority {
        Some(one) => authority::authority(&mut check, at.field("authority"), one),
        None => check.missing(at.field("authority"), "Art. 8(1)(b), box (i)"),
    }
    check.finish()
}

/// The date of issue as far as it can be read; what is wrong with it is told where it stands.
fn issue_date(form: &pb::WarrantForm) -> Option<Date> {
    let signature = form.authority.as_ref()?.signature.as_ref()?;
    date::read(signature.date?)?.full()
}

/// Box (g). With nothing ticked and nothing described it counts as not given.
fn property(check: &mut Check, at: Path<'_>, form: &pb::WarrantProperty) {
    if !form.evidence && !form.proceeds {
        let text = "Tick whether the property is evidence or proceeds.";
        let is_empty = form.items.is_empty();
        check.holds(is_empty, (at, "property_without_reason", "Art. 29(1), box (g)", text));
        return;
    }
    check.each(at, "items", (&form.items, limits::LIST_ITEMS), |check, at, item| {
        check.text(at.field("description"), &item.description, "box (g)");
        check.maybe_line(at.field("location"), &item.location, "box (g)");
    });
}

/// Box (h), which belongs to a warrant in which somebody may stay in custody for life, and to no other.
fn life(check: &mut Check, at: Path<'_>, form: &pb::WarrantForm) {
    let is_lifelong = is_life(form.maximum)
        || form.offences.iter().any(|offence| is_life(offence.maximum))
        || form.judgments.iter().any(|judgment| is_life(judgment.imposed));
    let is_ticked = form.life.is_some_and(|life| life.review || life.clemency);
    if is_lifelong && !is_ticked {
        check.missing(at, "Art. 5(2), box (h)");
    } else if is_ticked && !is_lifelong {
        let text = "Box (h) is only for an offence or a sentence that carries life.";
        check.fault(at, "life_without_life_term", "Art. 5(2), box (h)", text);
    }
}
