//! Sections K and L: who issued the order and who validated it, described and checked. It must not ask whether an authority may
//! issue orders.

use rogatory_wire::pb::types::v1 as pb;

use crate::check::Check;
use crate::description::{Choice, Field, Kind, Required, choice};
use crate::office::{contact, contact_fields, details, details_fields, signature, signature_fields};
use crate::path::Path;

const K: &str = "Art. 5(1)(a), section K";
const L: &str = "Art. 2(c)(ii), section L";

const ISSUERS: &[Choice] = &[
    choice("judicial", "Judicial authority"),
    choice("other", "Any other competent authority as defined by the law of the issuing State"),
];

const VALIDATORS: &[Choice] = &[
    choice("judge_or_court", "(a) Judge or court"),
    choice("investigating_judge", "(b) Investigating judge"),
    choice("public_prosecutor", "(c) Public prosecutor"),
];

const MAIN_CONTACTS: &[Choice] =
    &[choice("issuing", "Issuing authority"), choice("validating", "Validating authority")];

/// Section K.
pub(super) const ISSUING: Field = Field::required(
    "authority",
    "The authority which issued the EIO",
    K,
    Kind::Group(&[
        Field::required("kind", "Type of authority", K, Kind::Code(ISSUERS)),
        Field::required("details", "The authority", K, Kind::Group(&details_fields(K, Required::No))),
        Field::optional(
            "contact",
            "Contact for additional information or for the transfer of evidence, if different",
            K,
            Kind::Group(&contact_fields(K)),
        ),
        Field::required(
            "signature",
            "Signature certifying the content of the EIO as accurate and correct",
            K,
            Kind::Group(&signature_fields(K)),
        ),
    ]),
);

/// Section L.
pub(super) const VALIDATING: Field = Field::optional(
    "validation",
    "The judicial authority which validated the EIO",
    L,
    Kind::Group(&[
        Field::required("kind", "Type of judicial authority", L, Kind::Code(VALIDATORS)),
        Field::required("details", "The authority", L, Kind::Group(&details_fields(L, Required::Always))),
        Field::required(
            "main_contact",
            "The main contact point for the executing authority should be the",
            L,
            Kind::Code(MAIN_CONTACTS),
        ),
        Field::required(
            "signature",
            "Signature of the validating authority",
            L,
            Kind::Group(&signature_fields(L)),
        ),
    ]),
)
.when("where another authority than a judicial one issued the order");

/// Looks at sections K and L.
pub(super) fn authorities(check: &mut Check, form: &pb::InvestigationOrderForm) {
    let at = Path::FORM;
    match &form.authority {
        Some(one) => issuing(check, at.field("authority"), one),
        None => check.missing(at.field("authority"), K),
    }
    let needs_validation = form.authority.as_ref().is_some_and(|one| one.kind == "other");
    match &form.validation {
        Some(one) => validating(check, at.field("validation"), one),
        None if needs_validation => check.missing(at.field("validation"), L),
        None => {}
    }
}

fn issuing(check: &mut Check, at: Path<'_>, form: &pb::IssuingAuthority) {
    check.one_of(at.field("kind"), &form.kind, ISSUERS, K);
    match &form.details {
        Some(one) => details(check, at.field("details"), one, (K, Required::No)),
        None => check.missing(at.field("details"), K),
    }
    if let Some(one) = &form.contact {
        contact(check, at.field("contact"), one, K);
    }
    signature(check, at.field("signature"), form.signature.as_ref(), K);
}

fn validating(check: &mut Check, at: Path<'_>, form: &pb::ValidatingAuthority) {
    check.one_of(at.field("kind"), &form.kind, VALIDATORS, L);
    match &form.details {
        Some(one) => details(check, at.field("details"), one, (L, Required::Always)),
        None => check.missing(at.field("details"), L),
    }
    check.one_of(at.field("main_contact"), &form.main_contact, MAIN_CONTACTS, L);
    signature(check, at.field("signature"), form.signature.as_ref(), L);
}
