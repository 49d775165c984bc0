//! Who a natural or legal person is, as far as it is known, as the forms of Directive 2014/41/EU ask for it: described and
//! checked once.
//!
//! It must not decide whether somebody has to be named: the forms do.

use jiff::civil::Date;
use rogatory_domain::date::PartialDate;
use rogatory_domain::{Country, limits};
use rogatory_wire::pb::types::v1 as pb;

use crate::check::{Check, is_blank};
use crate::description::{Choice, Field, Kind, choice};
use crate::path::Path;

/// Who somebody is; one of the two is given.
#[derive(Clone, Copy)]
pub(crate) struct Identity<'a> {
    pub(crate) natural: Option<&'a pb::NaturalPerson>,
    pub(crate) legal: Option<&'a pb::LegalPerson>,
}

/// What makes one way to tell who somebody is necessary.
const NOTHING_ELSE: &str = "where nothing else says who the person is";

const SEXES: &[Choice] = &[
    choice("male", "Male"),
    choice("female", "Female"),
    choice("other", "Neither, as the issuing State registers it"),
    choice("unknown", "Not known"),
];

/// The fields of a natural person.
pub(crate) const fn natural_fields(article: &'static str) -> [Field; 12] {
    [
        Field::optional("names", "Name", article, Kind::Line).when(NOTHING_ELSE).list(limits::LIST_ITEMS),
        Field::optional("forenames", "First name(s)", article, Kind::Line).list(limits::LIST_ITEMS),
        Field::optional("other_names", "Other relevant name(s), if applicable", article, Kind::Line)
            .list(limits::LIST_ITEMS),
        Field::optional("aliases", "Aliases, if applicable", article, Kind::Line)
            .when(NOTHING_ELSE)
            .list(limits::LIST_ITEMS),
        Field::optional("sex", "Sex", article, Kind::Code(SEXES)),
        Field::optional(
            "nationalities",
            "Nationality",
            article,
            Kind::Pattern { what: "a State (ISO 3166-1 alpha-2), stateless or unknown", example: "FR" },
        )
        .list(limits::LIST_ITEMS),
        Field::optional("identity_number", "Identity number or social security number", article, Kind::Line)
            .when(NOTHING_ELSE),
        Field::optional(
            "documents",
            "Type and number of the identity document(s) (ID card, passport), if available",
            article,
            Kind::Line,
        )
        .when(NOTHING_ELSE)
        .list(limits::LIST_ITEMS),
        Field::optional("born", "Date of birth", article, Kind::Date { whole: false }),
        Field::optional("birth_place", "Place of birth", article, Kind::Line),
        Field::optional(
            "addresses",
            "Residence and/or known address; if not known, the last known address",
            article,
            Kind::Line,
        )
        .list(limits::LIST_ITEMS),
        Field::optional("languages", "Language(s) which the person understands", article, Kind::Language)
            .list(limits::LIST_ITEMS),
    ]
}

/// The fields of a legal person.
pub(crate) const fn legal_fields(article: &'static str) -> [Field; 7] {
    [
        Field::required("name", "Name", article, Kind::Line),
        Field::optional("form", "Form of legal person", article, Kind::Line),
        Field::optional(
            "trading_name",
            "Shortened name, commonly used name or trading name, if applicable",
            article,
            Kind::Line,
        ),
        Field::optional("seat", "Registered seat", article, Kind::Line),
        Field::optional("registration_number", "Registration number", article, Kind::Line),
        Field::optional("address", "Address of the legal person", article, Kind::Line),
        Field::optional("representative", "Name of the legal person's representative", article, Kind::Line),
    ]
}

/// Looks at who somebody is.
pub(crate) fn identity(
    check: &mut Check,
    at: Path<'_>,
    form: Identity<'_>,
    (issued, article): (Option<Date>, &'static str),
) {
    match (form.natural, form.legal) {
        (None, None) => check.missing(at.field("natural"), article),
        (Some(_), Some(_)) => {
            let text = "An entry is for a natural or a legal person; give the other one an entry of its own.";
            check.fault(at.field("legal"), "natural_and_legal", article, text);
        }
        (Some(_), None) | (None, Some(_)) => {}
    }
    if let Some(person) = form.natural {
        natural(check, at.field("natural"), person, (issued, article));
    }
    if let Some(person) = form.legal {
        legal(check, at.field("legal"), person, article);
    }
}

/// Looks at who a natural person is.
pub(crate) fn natural(
    check: &mut Check,
    at: Path<'_>,
    form: &pb::NaturalPerson,
    (issued, article): (Option<Date>, &'static str),
) {
    check.lines(at, "names", &form.names, article);
    check.lines(at, "forenames", &form.forenames, article);
    check.lines(at, "other_names", &form.other_names, article);
    check.lines(at, "aliases", &form.aliases, article);
    check.maybe_one_of(at.field("sex"), &form.sex, SEXES, article);
    check.each(at, "nationalities", (&form.nationalities, limits::LIST_ITEMS), |check, at, text| {
        nationality(check, at, text, article);
    });
    check.maybe_line(at.field("identity_number"), &form.identity_number, article);
    check.lines(at, "documents", &form.documents, article);
    let born_at = at.field("born");
    let born = check.maybe_date(born_at, form.born, article);
    check.not_after(born_at, born.map(PartialDate::earliest), issued, article);
    check.maybe_line(at.field("birth_place"), &form.birth_place, article);
    check.lines(at, "addresses", &form.addresses, article);
    check.each(at, "languages", (&form.languages, limits::LIST_ITEMS), |check, at, tag| {
        check.language(at, tag, article);
    });
    let lists = [&form.names, &form.aliases, &form.documents];
    let is_somebody = lists.iter().any(|list| !list.is_empty()) || !is_blank(&form.identity_number);
    let text = "Give a name, an alias, a number or a document.";
    check.holds(is_somebody, (at, "nobody", article, text));
}

fn nationality(check: &mut Check, at: Path<'_>, text: &str, article: &'static str) {
    let is_one = matches!(text, "stateless" | "unknown") || text.parse::<Country>().is_ok();
    check.holds(is_one, (at, "not_a_country", article, "Give an ISO 3166-1 code, stateless or unknown."));
}

fn legal(check: &mut Check, at: Path<'_>, form: &pb::LegalPerson, article: &'static str) {
    check.line(at.field("name"), &form.name, article);
    check.maybe_line(at.field("form"), &form.form, article);
    check.maybe_line(at.field("trading_name"), &form.trading_name, article);
    check.maybe_line(at.field("seat"), &form.seat, article);
    check.maybe_line(at.field("registration_number"), &form.registration_number, article);
    check.maybe_line(at.field("address"), &form.address, article);
    check.maybe_line(at.field("representative"), &form.representative, article);
}
