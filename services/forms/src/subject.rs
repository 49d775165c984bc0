//! Whom or what information concerns, as the forms of Directive (EU) 2023/977 ask for it: described and checked once.
//!
//! It must not decide when somebody has to be named: the forms do.

use rogatory_domain::limits;
use rogatory_wire::pb::types::v1::SubjectOfInformation;

use crate::check::Check;
use crate::description::{Choice, Field, Kind, choice};
use crate::path::Path;

/// In what part somebody or something is told about.
const PARTS: &[Choice] = &[
    choice("suspect", "Suspected of the offence, or convicted of it"),
    choice("victim", "Victim of the offence"),
    choice("witness", "Witness of the offence"),
    choice("contact", "In contact with a suspect"),
    choice("object", "A thing: a vehicle, a building, an account"),
];

/// The fields of one subject.
const SUBJECT: &[Field] = &[
    Field::required("name", "Name, number or description", "Art. 10", Kind::Line),
    Field::required("part", "In what part", "Art. 10", Kind::Code(PARTS)),
];

/// Whom or what information concerns.
pub(crate) const SUBJECTS: Field =
    Field::optional("subjects", "Persons and things concerned", "Art. 10", Kind::Group(SUBJECT))
        .list(limits::LIST_ITEMS);

/// Looks at whom information concerns.
pub(crate) fn subjects(check: &mut Check, subjects: &[SubjectOfInformation]) {
    check.each(Path::FORM, "subjects", (subjects, limits::LIST_ITEMS), |check, at, subject| {
        check.line(at.field("name"), &subject.name, "Art. 10");
        check.one_of(at.field("part"), &subject.part, PARTS, "Art. 10");
    });
}
