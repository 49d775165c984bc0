//! Section H: what certain measures need beside their description; H 1 to H 3, H 5 and H 6 are described here. Owns that a part is
//! given where a measure of section C asks for it, and nowhere else.

use rogatory_wire::pb::types::v1 as pb;

use super::measure::is_asked;
use super::{bank, interception};
use crate::check::{Check, is_blank};
use crate::description::{Choice, Field, Kind, choice};
use crate::path::Path;

const H1: &str = "Arts 22, 23, section H 1";
const H2: &str = "Arts 24, 25, section H 2";
const H3: &str = "Art. 32(3), section H 3";
const H5: &str = "Art. 28(3), section H 5";
const H6: &str = "Art. 29(2), section H 6";

const TO_ISSUING: &[Choice] = &[
    choice("yes", "Yes"),
    choice("no", "No"),
    choice("sought", "I request that the person's consent is sought"),
];

const TO_EXECUTING: &[Choice] = &[choice("yes", "Yes"), choice("no", "No")];

const DESTINATIONS: &[Choice] = &[
    choice("transferred", "The item is to be transferred to the issuing State"),
    choice("remains", "The item is to remain in the executing State"),
];

/// Section H 1.
pub(super) const TRANSFER: Field = Field::optional(
    "transfer",
    "Transfer of a person held in custody",
    H1,
    Kind::Group(&[
        Field::optional(
            "to_issuing",
            "(1) To the issuing State: the person has consented",
            "Art. 22(2)(a), section H 1",
            Kind::Code(TO_ISSUING),
        )
        .when("for a transfer to the issuing State"),
        Field::optional(
            "to_executing",
            "(2) To the executing State: the person has consented",
            "Art. 23(2), section H 1",
            Kind::Code(TO_EXECUTING),
        )
        .when("for a transfer to the executing State"),
    ]),
)
.when("for a transfer in custody");

/// Section H 2.
pub(super) const CONFERENCE: Field = Field::optional(
    "conference",
    "Video or telephone conference",
    H2,
    Kind::Group(&[
        Field::required(
            "authority",
            "Authority that will conduct the hearing (contact details/language)",
            H2,
            Kind::Line,
        ),
        Field::required("reasons", "Reasons", H2, Kind::Text),
        Field::optional(
            "consented",
            "The suspected or accused person has given his/her consent",
            "Art. 24(2)(a), section H 2",
            Kind::Flag,
        ),
    ]),
)
.when("for a video or telephone conference");

/// Section H 3.
pub(super) const PROVISIONAL: Field = Field::optional(
    "provisional",
    "Provisional measures",
    H3,
    Kind::Group(&[
        Field::required("destination", "What is to become of the item", H3, Kind::Code(DESTINATIONS)),
        Field::optional(
            "lifted",
            "Estimated date for the lifting of the provisional measure",
            "Art. 32(4), section H 3",
            Kind::Date { whole: false },
        )
        .when("where the item remains and no date of a subsequent request is given"),
        Field::optional(
            "requested",
            "Estimated date for the submission of a subsequent request concerning the item",
            "Art. 32(4), section H 3",
            Kind::Date { whole: false },
        ),
    ]),
)
.when("for a provisional measure");

/// Section H 5.
pub(super) const REAL_TIME: Field =
    Field::optional("real_time_reasons", "Why the information is relevant", H5, Kind::Text)
        .when("for evidence in real time");

/// Section H 6.
pub(super) const COVERT: Field =
    Field::optional("covert_reasons", "Why the investigation is relevant", H6, Kind::Text)
        .when("for a covert investigation");

/// Looks at section H.
pub(super) fn requirements(check: &mut Check, form: &pb::InvestigationOrderForm) {
    let at = Path::FORM;
    let part = |check: &mut Check, name, kinds: &[&str], is_given, article| {
        belongs(check, at.field(name), (is_asked(form, kinds), is_given), article);
    };
    let transfers = ["transfer_to_issuing", "transfer_to_executing"];
    part(check, "transfer", &transfers, form.transfer.is_some(), H1);
    transfer(check, form);
    let conferences = ["videoconference", "telephone_conference"];
    part(check, "conference", &conferences, form.conference.is_some(), H2);
    if let Some(one) = &form.conference {
        check.line(at.field("conference").field("authority"), &one.authority, H2);
        check.text(at.field("conference").field("reasons"), &one.reasons, H2);
    }
    part(check, "provisional", &["provisional"], form.provisional.is_some(), H3);
    provisional(check, form.provisional.as_ref());
    part(check, "accounts", &["accounts"], form.accounts.is_some(), bank::ACCOUNTS);
    part(check, "operations", &["operations"], form.operations.is_some(), bank::OPERATIONS);
    bank::information(check, form);
    part(check, "real_time_reasons", &["real_time"], !is_blank(&form.real_time_reasons), H5);
    check.maybe_text(at.field("real_time_reasons"), &form.real_time_reasons, H5);
    part(check, "covert_reasons", &["covert"], !is_blank(&form.covert_reasons), H6);
    check.maybe_text(at.field("covert_reasons"), &form.covert_reasons, H6);
    part(check, "interception", &["interception"], form.interception.is_some(), interception::H7);
    if let Some(one) = &form.interception {
        interception::interception(check, at.field("interception"), one);
    }
}

/// A part of the form that is given exactly where a measure asks for it. What is given beside is looked at all the same.
fn belongs(check: &mut Check, at: Path<'_>, (is_asked, is_given): (bool, bool), article: &'static str) {
    match (is_asked, is_given) {
        (true, false) => check.missing(at, article),
        (false, true) => {
            check.fault(at, "surplus", article, "No measure of section C asks for this part; leave it out.");
        }
        _ => {}
    }
}

fn transfer(check: &mut Check, form: &pb::InvestigationOrderForm) {
    let Some(one) = &form.transfer else { return };
    let group = Path::FORM.field("transfer");
    let ticked = [
        ("to_issuing", "transfer_to_issuing", &one.to_issuing, TO_ISSUING),
        ("to_executing", "transfer_to_executing", &one.to_executing, TO_EXECUTING),
    ];
    for (name, kind, code, choices) in ticked {
        let at = group.field(name);
        check.maybe_one_of(at, code, choices, H1);
        if code.is_empty() && is_asked(form, &[kind]) {
            check.missing(at, H1);
        }
    }
}

fn provisional(check: &mut Check, form: Option<&pb::ProvisionalMeasure>) {
    let Some(form) = form else { return };
    let at = Path::FORM.field("provisional");
    check.one_of(at.field("destination"), &form.destination, DESTINATIONS, H3);
    check.maybe_date(at.field("lifted"), form.lifted, "Art. 32(4), section H 3");
    check.maybe_date(at.field("requested"), form.requested, "Art. 32(4), section H 3");
    if form.destination == "remains" && form.lifted.is_none() && form.requested.is_none() {
        check.missing(at.field("lifted"), "Art. 32(4), section H 3");
    }
}
