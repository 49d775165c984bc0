//! Boxes (b), (c) and (d): what is asked about the decisions, their sentences and trials in absence. It must not judge what was
//! written.

use rogatory_domain::limits;

use crate::description::{Choice, Field, Kind, choice};
use crate::eaw::chain::KINDS;

/// Box (b) 1.
pub(super) const ORDERS: Field = Field::optional(
    "orders",
    "Arrest warrant or judicial decision having the same effect",
    "Art. 8(1)(c), box (b)",
    Kind::Group(ORDER),
)
.when("where no judgment is given")
.list(limits::DECISIONS);

/// Box (b) 2, each with its (c) 2 and (d).
pub(super) const JUDGMENTS: Field =
    Field::optional("judgments", "Enforceable judgement", "Art. 8(1)(c), box (b)", Kind::Group(JUDGMENT))
        .when("where no arrest warrant is given")
        .list(limits::DECISIONS);

const ORDER: &[Field] = &[
    Field::required("kind", "Type", "Art. 8(1)(c), box (b) 1", Kind::Line),
    Field::optional("date", "Date of the decision", "box (b) 1", Kind::Date { whole: false }),
    Field::optional("reference", "National reference", "box (b) 1", Kind::Line),
    Field::optional("court", "Court or authority", "box (b) 1", Kind::Line),
];

const JUDGMENT: &[Field] = &[
    Field::required("reference", "Reference", "Art. 8(1)(c), box (b) 2", Kind::Line),
    Field::optional("date", "Date of the judgment", "box (b) 2", Kind::Date { whole: false }),
    Field::optional("court", "Court", "box (b) 2", Kind::Line),
    Field::optional(
        "ecli",
        "European Case Law Identifier",
        "box (b) 2",
        Kind::Pattern { what: "a European Case Law Identifier", example: "ECLI:EU:C:2022:307" },
    ),
    Field::required(
        "imposed",
        "Length of the custodial sentence or detention order imposed",
        "Art. 8(1)(f), box (c) 2",
        Kind::Group(TERM),
    ),
    Field::required("remaining", "Remaining sentence to be served", "box (c) 2", Kind::Group(TERM)),
    Field::optional("trial", "Trial resulting in the decision", "Art. 4a(1), box (d)", Kind::Group(TRIAL))
        .when("where no further decision tells of its own trial"),
    Field::optional(
        "decisions",
        "Further decisions that count: appeal, aggregate sentence, revoked suspension",
        "Art. 4a(1), box (d)",
        Kind::Group(DECISION),
    )
    .list(limits::LIST_ITEMS),
];

const DECISION: &[Field] = &[
    Field::required("kind", "What the decision is", "Art. 4a(1), box (d)", Kind::Code(KINDS)),
    Field::optional("date", "Date of the decision", "box (d)", Kind::Date { whole: false }),
    Field::optional("court", "Court", "box (d)", Kind::Line),
    Field::optional("reference", "Reference", "box (d)", Kind::Line),
    Field::required("trial", "Trial resulting in the decision", "Art. 4a(1), box (d)", Kind::Group(TRIAL)),
];

/// What makes one part of a length necessary.
const NOTHING_ELSE: &str = "where the term has an end and no other part of its length is given";

/// A length of custody.
pub(super) const TERM: &[Field] = &[
    Field::optional("life", "For life", "box (c)", Kind::Flag)
        .when("where no length is given, and the term has an end"),
    Field::optional("indefinite", "A detention order without a fixed end", "box (c)", Kind::Flag)
        .when("where no length is given, and the term is not for life"),
    Field::optional("years", "Years", "box (c)", Kind::Number { min: 0, max: limits::TERM_YEARS })
        .when(NOTHING_ELSE),
    Field::optional("months", "Months", "box (c)", Kind::Number { min: 0, max: limits::TERM_YEARS * 12 })
        .when(NOTHING_ELSE),
    Field::optional("days", "Days", "box (c)", Kind::Number { min: 0, max: limits::TERM_YEARS * 365 })
        .when(NOTHING_ELSE),
];

const TRIAL: &[Field] = &[
    Field::required(
        "appeared",
        "Whether the person appeared in person at the trial",
        "Art. 4a(1), box (d) 1 and 2",
        Kind::Flag,
    ),
    Field::optional("absences", "Which of these exists", "box (d) 3", Kind::Group(ABSENCE)).list(1),
    Field::optional("how_met", "How the relevant condition has been met", "box (d) 4", Kind::Text)
        .when("for points 3.1b, 3.2 and 3.3"),
];

const ABSENCE: &[Field] = &[
    Field::required("point", "Point", "box (d) 3", Kind::Enum { prefix: "ABSENCE_POINT", choices: POINTS }),
    Field::optional(
        "date",
        "Day on which the person was summoned, or served with the decision",
        "box (d) 3.1a and 3.3",
        Kind::Date { whole: true },
    )
    .when("for points 3.1a and 3.3"),
    Field::optional(
        "not_contested",
        "The person expressly stated that he or she does not contest this decision",
        "Art. 4a(1)(c), box (d) 3.3",
        Kind::Flag,
    )
    .when("for point 3.3, unless no retrial was requested in time"),
    Field::optional(
        "not_requested",
        "The person did not request a retrial or appeal within the applicable time frame",
        "Art. 4a(1)(c), box (d) 3.3",
        Kind::Flag,
    )
    .when("for point 3.3, unless the decision is not contested"),
    Field::optional(
        "days",
        "Days in which the person has to request a retrial or appeal",
        "Art. 4a(1)(d)(ii), box (d) 3.4",
        Kind::Number { min: 1, max: limits::RETRIAL_DAYS },
    )
    .when("for point 3.4"),
];

const POINTS: &[Choice] = &[
    choice(
        "summoned_in_person",
        "3.1a: summoned in person, and thereby informed of the scheduled date and place of the trial",
    ),
    choice(
        "informed_otherwise",
        "3.1b: by other means actually received official information of date and place of the trial",
    ),
    choice(
        "defended",
        "3.2: had given a mandate to a legal counsellor, and was defended by that counsellor at the trial",
    ),
    choice(
        "served",
        "3.3: served with the decision, and expressly informed about the right to a retrial or appeal",
    ),
    choice(
        "will_be_served",
        "3.4: not personally served with the decision, but will be without delay after the surrender",
    ),
];
