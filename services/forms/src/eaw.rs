//! The form of the European Arrest Warrant (Framework Decision 2002/584/JHA, Annex): its rules from box to box, in order.
//!
//! Owns what the form demands. It must not keep what it read, nor know how a form travels. An enum number that only a later
//! release knows counts as not given.

mod age;
pub(crate) mod agreement;
mod authority;
mod category;
mod chain;
mod decision;
mod description;
mod name;
mod offence;
mod person;
mod sample;
pub(crate) mod state;
mod term;
#[cfg(test)]
mod tests;
mod threshold;
mod trial;

use std::collections::BTreeSet;

use jiff::civil::Date;
use prost::Message as _;
use rogatory_domain::date::PartialDate;
use rogatory_domain::{Faults, limits};
use rogatory_wire::pb::types::v1 as pb;

pub use self::sample::sample;
use self::state::Between;
use self::term::{Term, is_life};
use crate::check::{Check, date};
use crate::outline::listed;
use crate::path::Path;
use crate::{DEMO, Excerpt, FormContext, FormDef, Outline, Warnings, malformed};

/// The form.
pub(crate) const FORM: FormDef = FormDef {
    instrument: "eaw",
    message: "rogatory.types.v1.WarrantForm",
    describe: || &description::DESCRIPTION,
    edition: 2,
    check,
    outline,
    excerpt,
    sample: |number| sample(number).encode_to_vec(),
    addressees: DEMO,
};

/// Numbers of fields of the form's message.
const ORDERS: u32 = 4;
const JUDGMENTS: u32 = 5;
const OFFENCES: u32 = 8;

/// Whether a person is wanted for prosecution, to serve a sentence, or for both; and the offences of box (e), which events name by
/// their numbers.
pub(crate) fn outline(bytes: &[u8]) -> Outline {
    let [orders, judgments, offences] = listed(bytes, [ORDERS, JUDGMENTS, OFFENCES]);
    let is_so = [("prosecution", orders > 0), ("sentence", judgments > 0)];
    let traits = is_so.into_iter().filter(|(_, holds)| *holds).map(|(code, _)| code).collect();
    Outline { traits, items: offences }
}

/// The reference of box (i), the list categories of box (e) and the names of box (a).
pub(crate) fn excerpt(bytes: &[u8]) -> Excerpt {
    let form = pb::WarrantForm::decode(bytes).unwrap_or_default();
    let of_offences = form.offences.iter().flat_map(|offence| &offence.categories);
    let offences: BTreeSet<&String> = form.categories.iter().chain(of_offences).collect();
    let person = form.person.unwrap_or_default();
    let originals =
        |names: &[pb::PersonName]| names.iter().map(|name| name.original.clone()).collect::<Vec<_>>();
    let name = [originals(&person.forenames), originals(&person.names)].concat().join(" ");
    Excerpt {
        reference: form.authority.map(|authority| authority.file_reference).unwrap_or_default(),
        offences: offences.into_iter().cloned().collect(),
        persons: [name].into_iter().chain(person.aliases).filter(|name| !name.is_empty()).collect(),
    }
}

fn check(bytes: &[u8], context: &FormContext) -> Result<Warnings, Faults> {
    judged(&pb::WarrantForm::decode(bytes).map_err(|_| malformed())?, context)
}

/// Everything that is wrong with a warrant between Member States.
fn judged(form: &pb::WarrantForm, context: &FormContext) -> Result<Warnings, Faults> {
    judged_between(Between::MemberStates, form, context)
}

/// Everything that is wrong with a warrant, box by box.
fn judged_between(
    between: Between,
    form: &pb::WarrantForm,
    context: &FormContext,
) -> Result<Warnings, Faults> {
    let (mut check, at, issued) = (Check::of_family(context, between.family()), Path::FORM, issue_date(form));
    state::parties(&mut check, between, form);
    check.language(at.field("language"), &form.language, "Art. 8(2)");
    check.each(at, "translations", (&form.translations, limits::TRANSLATIONS), |check, at, tag| {
        check.language(at, tag, "Art. 8(2)");
    });
    state::language(&mut check, form);
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
        Some(one) => authority::authority(&mut check, at.field("authority"), one, between),
        None => check.missing(at.field("authority"), "Art. 8(1)(b), box (i)"),
    }
    check.finish()
}

/// The date of issue as far as it can be read; what is wrong with it is told where it stands.
fn issue_date(form: &pb::WarrantForm) -> Option<Date> {
    let signature = form.authority.as_ref()?.signature.as_ref()?;
    date::read(signature.date?)?.full()
}

/// The date of birth as far as it can be read.
fn birth_date(form: &pb::WarrantForm) -> Option<PartialDate> {
    date::read(form.person.as_ref()?.born?)
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

/// Box (h), which belongs to a warrant in which somebody may stay in custody for life, and to no other. An empty one is no fault
/// since edition 2: Art. 5(2) is a condition that the executing State may make.
fn life(check: &mut Check, at: Path<'_>, form: &pb::WarrantForm) {
    let is_lifelong = is_life(form.maximum)
        || form.offences.iter().any(|offence| is_life(offence.maximum))
        || form.judgments.iter().any(|judgment| is_life(judgment.imposed));
    let is_ticked = form.life.is_some_and(|life| life.review || life.clemency);
    if is_lifelong && !is_ticked {
        if check.since(2) {
            let text =
                "Many States surrender for a life sentence only if it can be reviewed; say whether it can.";
            check.warn(at, "life_without_review", "Art. 5(2), box (h)", text);
        } else {
            check.missing(at, "Art. 5(2), box (h)");
        }
    } else if is_ticked && !is_lifelong && !may_last_for_life(form, check.context().edition) {
        let text = "Box (h) is only for an offence or a sentence that carries life.";
        check.fault(at, "life_without_life_term", "Art. 5(2), box (h)", text);
    }
}

/// Whether a detention order has no fixed end, for which box (h) may be ticked and need not be.
fn may_last_for_life(form: &pb::WarrantForm, edition: u16) -> bool {
    let terms = form.judgments.iter().map(|judgment| judgment.imposed);
    let terms = terms.chain(form.offences.iter().map(|offence| offence.maximum)).chain([form.maximum]);
    terms.flatten().any(|term| Term::read(term, edition) == Ok(Term::Indefinite))
}
