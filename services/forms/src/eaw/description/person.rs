//! Box (a): what is asked about the requested person. It must not judge what was written.

use rogatory_domain::limits;

use super::authority::CONTACT;
use crate::description::{Choice, Field, Kind, choice};

const BOX: &str = "Art. 8(1)(a), box (a)";

/// The requested person.
pub(super) const PERSON: &[Field] = &[
    Field::required("names", "Name", BOX, Kind::Group(NAME)).list(limits::LIST_ITEMS),
    Field::optional("forenames", "Forename(s)", BOX, Kind::Group(NAME))
        .when("where the person has more than one name")
        .list(limits::LIST_ITEMS),
    Field::optional("mononym", "The person has one name only", BOX, Kind::Flag)
        .when("where no forename is given"),
    Field::optional("maiden_name", "Maiden name, where applicable", BOX, Kind::Line),
    Field::optional("aliases", "Aliases, where applicable", BOX, Kind::Line).list(limits::LIST_ITEMS),
    Field::required("sex", "Sex", "box (a)", Kind::Enum { prefix: "SEX", choices: SEXES }),
    Field::required(
        "nationalities",
        "Nationality",
        BOX,
        Kind::Pattern { what: "a State (ISO 3166-1 alpha-2), stateless or unknown", example: "FR" },
    )
    .list(limits::LIST_ITEMS),
    Field::optional("born", "Date of birth", "box (a)", Kind::Date { whole: false })
        .when("where anything is known of it"),
    Field::optional("birth_unknown", "Nothing is known of the date of birth", "box (a)", Kind::Flag)
        .when("where no date of birth is given"),
    Field::optional("birth_place", "Place of birth", BOX, Kind::Line),
    Field::optional("addresses", "Residence and/or known address", BOX, Kind::Line).list(limits::LIST_ITEMS),
    Field::optional(
        "languages",
        "Language(s) which the requested person understands, if known",
        BOX,
        Kind::Language,
    )
    .list(limits::LIST_ITEMS),
    Field::optional("description", "Distinctive marks/description of the requested person", BOX, Kind::Text),
    Field::optional(
        "biometrics",
        "Photo, fingerprints or DNA profile, if they can be transmitted",
        "box (a)",
        Kind::Group(BIOMETRIC),
    )
    .list(limits::LIST_ITEMS),
    Field::optional(
        "identification_contact",
        "Whom to contact for a photo, fingerprints or a DNA profile",
        "box (a)",
        Kind::Group(CONTACT),
    ),
];

const NAME: &[Field] = &[
    Field::required("original", "As written by the issuing authority", BOX, Kind::Line),
    Field::optional("transliteration", "In Latin letters, where the original is not", BOX, Kind::Line),
];

const SEXES: &[Choice] = &[
    choice("male", "Male"),
    choice("female", "Female"),
    choice("other", "Neither, as the issuing State registers it"),
    choice("unknown", "Not known"),
];

const BIOMETRIC: &[Field] = &[
    Field::required(
        "kind",
        "What it is",
        "box (a)",
        Kind::Enum { prefix: "BIOMETRIC_KIND", choices: BIOMETRIC_KINDS },
    ),
    Field::required("attachment", "Name of the attachment that carries it", "box (a)", Kind::Line),
];

const BIOMETRIC_KINDS: &[Choice] =
    &[choice("photo", "Photo"), choice("fingerprints", "Fingerprints"), choice("dna_profile", "DNA profile")];
