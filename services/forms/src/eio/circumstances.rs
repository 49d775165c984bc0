//! Sections B, D, I and J: urgency, other orders, formalities and remedies, described and checked. It must not weigh whether an
//! order is urgent.

use jiff::civil::Date;
use rogatory_domain::date::PartialDate;
use rogatory_domain::limits;
use rogatory_wire::pb::types::v1 as pb;

use crate::check::{Check, is_blank};
use crate::description::{Choice, Field, Kind, choice};
use crate::office::{contact, contact_fields, languages};
use crate::path::Path;

const B: &str = "Art. 12(2), section B";
const D: &str = "Art. 8(1), section D";
const I: &str = "Art. 9(2), section I";
const OFFICIALS: &str = "Art. 9(4), section I";
const J: &str = "Art. 14, section J";

const REASONS: &[Choice] = &[
    choice("evidence", "Evidence being concealed or destroyed"),
    choice("trial", "Imminent trial date"),
    choice("other", "Any other reason"),
];

/// Section B.
pub(super) const URGENCY: Field = Field::optional(
    "urgency",
    "Urgency, or a time limit shorter than that of the Directive",
    B,
    Kind::Group(&[
        Field::optional("reasons", "Any urgency due to", B, Kind::Code(REASONS)).list(REASONS.len()),
        Field::optional("other", "The other reason", B, Kind::Text).when("where another reason is ticked"),
        Field::optional("by", "Shorter or specific time limit: date", B, Kind::Date { whole: true })
            .when("where a reason for it is given"),
        Field::optional("by_reason", "Reason for the time limit", B, Kind::Text)
            .when("where a date is given"),
    ]),
);

/// Section D.
pub(super) const OTHER_ORDERS: &[Field] = &[
    Field::optional("earlier", "This EIO supplements an earlier EIO", D, Kind::Group(EARLIER))
        .list(limits::LIST_ITEMS),
    Field::optional(
        "elsewhere",
        "An EIO has already been addressed to another Member State in the same case",
        "section D",
        Kind::Group(&[
            Field::required("state", "Member State", "section D", Kind::Country),
            Field::optional("reference", "Authority and reference numbers", "section D", Kind::Line),
        ]),
    )
    .list(limits::LIST_ITEMS),
];

const EARLIER: &[Field] = &[
    Field::required("issued", "Date of issue of the EIO", D, Kind::Date { whole: true }),
    Field::required("authority", "Authority to which it was transmitted", D, Kind::Line),
    Field::optional("transmitted", "Date of transmission, if available", D, Kind::Date { whole: false }),
    Field::optional("issuing_reference", "Reference number given by the issuing authority", D, Kind::Line),
    Field::optional(
        "executing_reference",
        "Reference number given by the executing authority",
        D,
        Kind::Line,
    ),
];

/// Section I.
pub(super) const ASSISTANCE: &[Field] = &[
    Field::optional("formalities", "Formalities and procedures to comply with", I, Kind::Text),
    Field::optional(
        "officials",
        "Officials of the issuing State who assist in the execution",
        OFFICIALS,
        Kind::Group(&[
            Field::required("name", "Name and function", OFFICIALS, Kind::Line),
            Field::required("contact", "Contact details", OFFICIALS, Kind::Line),
            Field::required(
                "languages",
                "Languages that may be used for communication",
                OFFICIALS,
                Kind::Language,
            )
            .list(limits::LIST_ITEMS),
        ]),
    )
    .list(limits::LIST_ITEMS),
];

/// Section J.
pub(super) const REMEDIES: &[Field] = &[
    Field::optional(
        "remedy_sought",
        "A legal remedy already sought against the issuing: description, necessary steps, deadlines",
        J,
        Kind::Text,
    ),
    Field::optional(
        "remedy_contact",
        "Authority which can supply further information on remedies, legal assistance and interpretation",
        J,
        Kind::Group(&contact_fields(J)),
    ),
];

/// Looks at section B.
pub(super) fn urgency(check: &mut Check, form: Option<&pb::OrderUrgency>, issued: Option<Date>) {
    let (Some(form), at) = (form, Path::FORM.field("urgency")) else { return };
    check.each(at, "reasons", (&form.reasons, REASONS.len()), |check, at, code| {
        check.one_of(at, code, REASONS, B);
    });
    if form.reasons.iter().any(|code| code == "other") {
        check.text(at.field("other"), &form.other, B);
    } else {
        check.maybe_text(at.field("other"), &form.other, B);
    }
    let by = check.maybe_whole_date(at.field("by"), form.by, B);
    if let (Some(by), Some(issued)) = (by, issued) {
        let text = "This date lies before the date of issue.";
        check.holds(by >= issued, (at.field("by"), "before_issue", B, text));
    }
    match (form.by, is_blank(&form.by_reason)) {
        (Some(_), _) => check.text(at.field("by_reason"), &form.by_reason, B),
        (None, true) => {}
        (None, false) => {
            check.missing(at.field("by"), B);
            check.maybe_text(at.field("by_reason"), &form.by_reason, B);
        }
    }
}

/// Looks at section D.
pub(super) fn other_orders(check: &mut Check, form: &pb::InvestigationOrderForm, issued: Option<Date>) {
    check.each(Path::FORM, "earlier", (&form.earlier, limits::LIST_ITEMS), |check, at, order| {
        let issued_at = at.field("issued");
        let earlier = check.whole_date(issued_at, order.issued, D);
        check.not_after(issued_at, earlier, issued, D);
        check.line(at.field("authority"), &order.authority, D);
        let transmitted_at = at.field("transmitted");
        let transmitted = check.maybe_date(transmitted_at, order.transmitted, D);
        check.not_after(transmitted_at, transmitted.map(PartialDate::earliest), issued, D);
        check.maybe_line(at.field("issuing_reference"), &order.issuing_reference, D);
        check.maybe_line(at.field("executing_reference"), &order.executing_reference, D);
    });
    check.each(Path::FORM, "elsewhere", (&form.elsewhere, limits::LIST_ITEMS), |check, at, order| {
        check.country(at.field("state"), &order.state, "section D");
        check.maybe_line(at.field("reference"), &order.reference, "section D");
    });
}

/// Looks at sections I and J.
pub(super) fn assistance(check: &mut Check, form: &pb::InvestigationOrderForm) {
    let at = Path::FORM;
    check.maybe_text(at.field("formalities"), &form.formalities, I);
    check.each(at, "officials", (&form.officials, limits::LIST_ITEMS), |check, at, official| {
        check.line(at.field("name"), &official.name, OFFICIALS);
        check.line(at.field("contact"), &official.contact, OFFICIALS);
        languages(check, at, &official.languages, OFFICIALS);
    });
    check.maybe_text(at.field("remedy_sought"), &form.remedy_sought, J);
    if let Some(one) = &form.remedy_contact {
        contact(check, at.field("remedy_contact"), one, J);
    }
}
