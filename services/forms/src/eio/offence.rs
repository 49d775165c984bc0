//! Sections F and G: proceedings, facts and offences, described and checked. It must not weigh whether an offence is the category
//! it is ticked as.

use rogatory_domain::limits;
use rogatory_wire::pb::types::v1 as pb;

use crate::category::categories;
use crate::check::Check;
use crate::description::{Choice, Field, Kind, choice};
use crate::path::Path;

/// The list of Annex D, with this Directive's words for fraud.
const CATEGORIES: &[Choice] = &categories(
    "fraud, including that affecting the financial interests of the European Union within the meaning \
         of the Convention of 26 July 1995 on the protection of the European Communities' financial interests",
);

const F: &str = "Art. 4, section F";
const FACTS: &str = "Art. 5(1)(b), section G 1";
const NATURE: &str = "Art. 5(1)(d), section G 2";
const LIST: &str = "Art. 11(1)(g), section G 3";

const TYPES: &[Choice] = &[
    choice("criminal", "(a) criminal proceedings before a judicial authority"),
    choice(
        "administrative",
        "(b) proceedings brought by administrative authorities, whose decision may go before a court with \
         jurisdiction in particular in criminal matters",
    ),
    choice(
        "judicial",
        "(c) proceedings brought by judicial authorities, whose decision may go before a court with jurisdiction in \
         particular in criminal matters",
    ),
];

/// Section F.
pub(super) const PROCEEDINGS: &[Field] = &[
    Field::required("proceedings", "Type of proceedings", F, Kind::Code(TYPES)),
    Field::optional(
        "legal_person",
        "(d) in connection with offences or infringements for which a legal person may be held liable or punished",
        "Art. 4(d), section F",
        Kind::Flag,
    ),
];

/// Section G.
pub(super) const GROUNDS: &[Field] = &[
    Field::required("facts", "1. Summary of the facts, and the stage that is reached", FACTS, Kind::Text),
    Field::required(
        "offences",
        "2. Offences",
        NATURE,
        Kind::Group(&[
            Field::required("classification", "Nature and legal classification", NATURE, Kind::Text),
            Field::required("provision", "Applicable statutory provision/code", NATURE, Kind::Text),
        ]),
    )
    .list(limits::OFFENCES),
    Field::optional(
        "categories",
        "3. Offences of the list that are punishable by a maximum of at least three years",
        LIST,
        Kind::Code(CATEGORIES),
    )
    .list(CATEGORIES.len()),
];

/// Looks at sections F and G.
pub(super) fn offences(check: &mut Check, form: &pb::InvestigationOrderForm) {
    let at = Path::FORM;
    check.one_of(at.field("proceedings"), &form.proceedings, TYPES, F);
    check.text(at.field("facts"), &form.facts, FACTS);
    check.some(at, "offences", (&form.offences, limits::OFFENCES, NATURE), |check, at, offence| {
        check.text(at.field("classification"), &offence.classification, NATURE);
        check.text(at.field("provision"), &offence.provision, NATURE);
    });
    check.each(at, "categories", (&form.categories, CATEGORIES.len()), |check, at, code| {
        let is_listed = CATEGORIES.iter().any(|category| category.code == code);
        let text = "This is not the code of a list category.";
        check.holds(is_listed, (at, "not_a_category", LIST, text));
    });
}
