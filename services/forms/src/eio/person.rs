//! Section E: the persons concerned and where they are, described and checked. It must not ask that anybody is known: an order may
//! concern an unknown person.

use jiff::civil::Date;
use rogatory_domain::limits;
use rogatory_wire::pb::types::v1 as pb;

use crate::check::Check;
use crate::description::{Choice, Field, Kind, choice};
use crate::identity::{Identity, identity, legal_fields, natural_fields};
use crate::path::Path;

const E: &str = "Art. 5(1)(c), section E";

const POSITIONS: &[Choice] = &[
    choice("suspect", "Suspected or accused person"),
    choice("victim", "Victim"),
    choice("witness", "Witness"),
    choice("expert", "Expert"),
    choice("third_party", "Third party"),
    choice("other", "Other"),
];

/// Section E.
pub(super) const PERSONS: &[Field] = &[
    Field::optional("persons", "Persons concerned, as far as known", E, Kind::Group(PERSON))
        .list(limits::LIST_ITEMS),
    Field::optional(
        "location",
        "Where the measure is to be carried out, if different from the address above",
        E,
        Kind::Line,
    ),
    Field::optional(
        "other_information",
        "Other information that will assist with the execution",
        E,
        Kind::Text,
    ),
];

const PERSON: &[Field] = &[
    Field::optional("natural", "Natural person", E, Kind::Group(&natural_fields(E)))
        .when("where no legal person is given"),
    Field::optional("legal", "Legal person", E, Kind::Group(&legal_fields(E)))
        .when("where no natural person is given"),
    Field::required("position", "Position in the proceedings", E, Kind::Code(POSITIONS)),
    Field::optional("other_position", "The other position", E, Kind::Line)
        .when("where another position is given"),
];

/// Looks at section E.
pub(super) fn persons(check: &mut Check, form: &pb::InvestigationOrderForm, issued: Option<Date>) {
    let at = Path::FORM;
    check.each(at, "persons", (&form.persons, limits::LIST_ITEMS), |check, at, person| {
        let who = Identity { natural: person.natural.as_ref(), legal: person.legal.as_ref() };
        identity(check, at, who, (issued, E));
        check.one_of(at.field("position"), &person.position, POSITIONS, E);
        if person.position == "other" {
            check.line(at.field("other_position"), &person.other_position, E);
        } else {
            check.maybe_line(at.field("other_position"), &person.other_position, E);
        }
    });
    check.maybe_line(at.field("location"), &form.location, E);
    check.maybe_text(at.field("other_information"), &form.other_information, E);
}
