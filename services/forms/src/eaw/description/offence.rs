//! Box (e): what is asked about the offences. It must not judge what was written.

use rogatory_domain::limits;

use super::decision::TERM;
use crate::description::{Field, Kind};
use crate::eaw::category::CATEGORIES as LISTED;

/// How many offences there are.
pub(super) const TOTAL: Field = Field::required(
    "offence_total",
    "This warrant relates to in total … offences",
    "box (e)",
    Kind::Number { min: 1, max: limits::OFFENCES as u32 },
);

/// The offences.
pub(super) const OFFENCES: Field =
    Field::required("offences", "Offences", "Art. 8(1)(d), box (e)", Kind::Group(OFFENCE))
        .list(limits::OFFENCES);

/// What was ticked in section I without saying for which offence.
pub(super) const CATEGORIES: Field = Field::optional(
    "categories",
    "I. Offences punishable by a maximum of at least 3 years, ticked for the whole warrant",
    "Art. 2(2), box (e) I",
    Kind::Code(LISTED),
)
.list(LISTED.len());

const OFFENCE: &[Field] = &[
    Field::required(
        "circumstances",
        "Circumstances in which the offence was committed",
        "Art. 8(1)(e), box (e)",
        Kind::Text,
    ),
    Field::required(
        "began",
        "Time: when it was committed, or began",
        "Art. 8(1)(e), box (e)",
        Kind::Date { whole: false },
    ),
    Field::optional("ended", "Time: when it ended, if it lasted", "box (e)", Kind::Date { whole: false }),
    Field::required("place", "Place", "Art. 8(1)(e), box (e)", Kind::Line),
    Field::required(
        "participation",
        "Degree of participation by the requested person",
        "Art. 8(1)(e), box (e)",
        Kind::Line,
    ),
    Field::required(
        "classification",
        "Nature and legal classification of the offence",
        "Art. 8(1)(d), box (e)",
        Kind::Text,
    ),
    Field::required("provision", "Applicable statutory provision/code", "Art. 8(1)(d), box (e)", Kind::Text),
    Field::optional(
        "categories",
        "I. Which of the offences punishable by a maximum of at least 3 years",
        "Art. 2(2), box (e) I",
        Kind::Code(LISTED),
    )
    .list(LISTED.len()),
    Field::optional(
        "description",
        "II. Full description of an offence not covered by section I",
        "Art. 2(4), box (e) II",
        Kind::Text,
    )
    .when("where no category is ticked, for the offence or the whole warrant"),
    Field::optional(
        "maximum",
        "Maximum length of the custodial sentence or detention order for this offence",
        "Art. 8(1)(f), box (c) 1",
        Kind::Group(TERM),
    )
    .when("for a prosecution in which box (c) 1 gives none for all offences"),
    Field::optional(
        "judgment",
        "Number of the judgment it was decided in",
        "box (b) 2",
        Kind::Number { min: 1, max: limits::DECISIONS as u32 },
    ),
];
