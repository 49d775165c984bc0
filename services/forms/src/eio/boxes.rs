//! The form section by section, in the words of Annex A and in its order. Owns the order; what stands in a section is described
//! beside its rules.

use rogatory_domain::limits;

use super::{authority, bank, circumstances, interception, measure, offence, person, requirement};
use crate::description::{Field, FormBox, Kind};

const fn section(code: &'static str, title: &'static str, fields: &'static [Field]) -> FormBox {
    FormBox { code, title, fields }
}

/// The sections.
pub(super) const BOXES: &[FormBox] = &[
    section(
        "",
        "Languages of the order",
        &[
            Field::required("language", "Language of the order", "Art. 5(3)", Kind::Language),
            Field::optional(
                "translations",
                "Languages of attached translations",
                "Art. 5(3)",
                Kind::Language,
            )
            .list(limits::TRANSLATIONS),
        ],
    ),
    section(
        "A",
        "States",
        &[
            Field::required("issuing_state", "Issuing State", "Art. 1(1), section A", Kind::Country),
            Field::required("executing_state", "Executing State", "Art. 1(1), section A", Kind::Country),
        ],
    ),
    section("B", "Urgency", &[circumstances::URGENCY]),
    section("C", "Investigative measure(s) to be carried out", &[measure::MEASURES]),
    section("D", "Relation to an earlier EIO", circumstances::OTHER_ORDERS),
    section("E", "Identity of the person concerned", person::PERSONS),
    section("F", "Type of proceedings for which the EIO is issued", offence::PROCEEDINGS),
    section("G", "Grounds for issuing the EIO", offence::GROUNDS),
    section("H1", "Transfer of a person held in custody", &[requirement::TRANSFER]),
    section(
        "H2",
        "Video or telephone conference or other audiovisual transmission",
        &[requirement::CONFERENCE],
    ),
    section("H3", "Provisional measures", &[requirement::PROVISIONAL]),
    section("H4", "Information on bank and other financial accounts", bank::FIELDS),
    section(
        "H5",
        "Investigative measures implying the gathering of evidence in real time, continuously and over a certain \
         period of time",
        &[requirement::REAL_TIME],
    ),
    section("H6", "Covert investigations", &[requirement::COVERT]),
    section("H7", "Interception of telecommunications", &[interception::INTERCEPTION]),
    section("I", "Formalities and procedures requested for the execution", circumstances::ASSISTANCE),
    section("J", "Legal remedies", circumstances::REMEDIES),
    section("K", "Details of the authority which issued the EIO", &[authority::ISSUING]),
    section("L", "Details of the judicial authority which validated the EIO", &[authority::VALIDATING]),
];
