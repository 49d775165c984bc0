//! Box (a): the rules of the identity of the requested person. It must not keep anything of it.

use jiff::civil::Date;
use rogatory_domain::date::PartialDate;
use rogatory_domain::{Country, limits};
use rogatory_wire::pb::types::v1 as pb;

use super::authority;
use crate::check::{Check, is_blank};
use crate::path::Path;

const BOX: &str = "Art. 8(1)(a), box (a)";

/// Years of age beyond which a year of birth is taken for a slip of the pen.
const AGE_YEARS_MAX: i16 = 115;

/// Looks at box (a).
pub(super) fn person(check: &mut Check, at: Path<'_>, form: &pb::WarrantPerson, issued: Option<Date>) {
    names(check, at, form);
    if form.sex() == pb::Sex::Unspecified {
        check.missing(at.field("sex"), "box (a)");
    }
    nationalities(check, at, &form.nationalities);
    birth(check, at, form, issued);
    check.lines(at, "addresses", &form.addresses, BOX);
    check.each(at, "languages", (&form.languages, limits::LIST_ITEMS), |check, at, tag| {
        check.language(at, tag, BOX);
    });
    check.maybe_text(at.field("description"), &form.description, BOX);
    check.each(at, "biometrics", (&form.biometrics, limits::LIST_ITEMS), biometric);
    if let Some(contact) = &form.identification_contact {
        authority::contact(check, at.field("identification_contact"), contact);
    }
}

/// Surnames and forenames; somebody who has one name alone has no forename, since edition 2.
fn names(check: &mut Check, at: Path<'_>, form: &pb::WarrantPerson) {
    check.some(at, "names", (&form.names, limits::LIST_ITEMS, BOX), name);
    if form.mononym && check.since(2) {
        let text = "A person who has one name only has no forename.";
        check.holds(form.forenames.is_empty(), (at.field("mononym"), "surplus", BOX, text));
        check.each(at, "forenames", (&form.forenames, limits::LIST_ITEMS), name);
    } else {
        check.some(at, "forenames", (&form.forenames, limits::LIST_ITEMS, BOX), name);
    }
    check.maybe_line(at.field("maiden_name"), &form.maiden_name, BOX);
    check.one_script(at.field("maiden_name"), &form.maiden_name, BOX);
    check.each(at, "aliases", (&form.aliases, limits::LIST_ITEMS), |check, at, alias| {
        check.line(at, alias, BOX);
        check.one_script(at, alias, BOX);
    });
}

fn birth(check: &mut Check, at: Path<'_>, form: &pb::WarrantPerson, issued: Option<Date>) {
    let born_at = at.field("born");
    if form.birth_unknown && check.since(2) {
        let text = "A date of birth is known or unknown.";
        check.holds(form.born.is_none(), (at.field("birth_unknown"), "surplus", "box (a)", text));
    } else if form.born.is_none() {
        check.missing(born_at, "box (a)");
    }
    let born = check.maybe_date(born_at, form.born, "box (a)");
    check.not_after(born_at, born.map(PartialDate::earliest), issued, "box (a)");
    let is_very_old =
        |born: PartialDate| issued.is_some_and(|issued| issued.year() - born.latest().year() > AGE_YEARS_MAX);
    if check.since(2) && born.is_some_and(is_very_old) {
        check.warn(born_at, "born_long_ago", "box (a)", "Nobody is as old as that; look at the year.");
    }
    check.maybe_line(at.field("birth_place"), &form.birth_place, BOX);
}

fn name(check: &mut Check, at: Path<'_>, form: &pb::PersonName) {
    check.line(at.field("original"), &form.original, BOX);
    check.one_script(at.field("original"), &form.original, BOX);
    let (at, latin) = (at.field("transliteration"), &form.transliteration);
    // The Latin blocks of Unicode end here; punctuation of other blocks stands between Latin letters, too.
    if is_blank(latin) || latin.chars().all(|c| c <= '\u{24F}' || !c.is_alphabetic()) {
        check.maybe_line(at, latin, BOX);
    } else {
        check.fault(at, "not_latin", BOX, "A transliteration is in Latin letters.");
    }
}

fn nationalities(check: &mut Check, at: Path<'_>, codes: &[String]) {
    check.some(at, "nationalities", (codes, limits::LIST_ITEMS, BOX), |check, at, code| {
        let is_one =
            matches!(code.as_str(), "stateless" | "unknown") || check.country_of(at, code, BOX).is_some();
        check.holds(is_one, (at, "not_a_country", BOX, "Give an ISO 3166-1 code, stateless or unknown."));
    });
    let mut states: Vec<Country> = codes.iter().filter_map(|code| code.parse().ok()).collect();
    let count = states.len();
    states.sort_unstable();
    states.dedup();
    if check.since(2) && states.len() < count {
        check.warn(at.field("nationalities"), "once", BOX, "A nationality is given twice.");
    }
}

fn biometric(check: &mut Check, at: Path<'_>, form: &pb::Biometric) {
    if form.kind() == pb::BiometricKind::Unspecified {
        check.missing(at.field("kind"), "box (a)");
    }
    check.line(at.field("attachment"), &form.attachment, "box (a)");
}
