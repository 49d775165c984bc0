//! Section H 7: an interception with assistance of the executing State, described and checked.
//!
//! It must not judge whether a target is a number or an address: technical data have many shapes.

use rogatory_domain::limits;
use rogatory_wire::pb::types::v1 as pb;

use crate::check::Check;
use crate::description::{Choice, Field, Kind, choice};
use crate::path::Path;

/// What asks for this part.
pub(super) const H7: &str = "Art. 30(3), section H 7";

const TRANSMISSIONS: &[Choice] = &[
    choice("immediate", "Immediate transmission of telecommunications"),
    choice("recorded", "Recording and subsequent transmission of intercepted telecommunications"),
];

/// Section H 7.
pub(super) const INTERCEPTION: Field = Field::optional(
    "interception",
    "Interception of telecommunications",
    H7,
    Kind::Group(&[
        Field::required("reasons", "(1) Why it is relevant", "Art. 30(4), section H 7", Kind::Text),
        Field::required("subject", "(2)(a) Information that identifies the subject", H7, Kind::Text),
        Field::required(
            "days",
            "(2)(b) Desired duration in days",
            H7,
            Kind::Number { min: 1, max: limits::INTERCEPTION_DAYS },
        ),
        Field::required(
            "targets",
            "(2)(c) Technical data, in particular the target identifier",
            H7,
            Kind::Line,
        )
        .list(limits::LIST_ITEMS),
        Field::required(
            "transmission",
            "(3) Preference concerning the method of execution",
            "Art. 30(6), section H 7",
            Kind::Code(TRANSMISSIONS),
        ),
        Field::optional("transcription", "Transcription", "Art. 30(7), section H 7", Kind::Flag),
        Field::optional("decoding", "Decoding", "Art. 30(7), section H 7", Kind::Flag),
        Field::optional("decrypting", "Decrypting", "Art. 30(7), section H 7", Kind::Flag),
    ]),
)
.when("for an interception");

/// Looks at section H 7.
pub(super) fn interception(check: &mut Check, at: Path<'_>, form: &pb::OrderInterception) {
    check.text(at.field("reasons"), &form.reasons, "Art. 30(4), section H 7");
    check.text(at.field("subject"), &form.subject, H7);
    let is_duration = (1..=limits::INTERCEPTION_DAYS).contains(&form.days);
    let text = format!("Give a number of days from 1 to {}.", limits::INTERCEPTION_DAYS);
    check.holds(is_duration, (at.field("days"), "value", H7, &text));
    check.some(at, "targets", (&form.targets, limits::LIST_ITEMS, H7), |check, at, target| {
        check.line(at, target, H7);
    });
    check.one_of(at.field("transmission"), &form.transmission, TRANSMISSIONS, "Art. 30(6), section H 7");
}
