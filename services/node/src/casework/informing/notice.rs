//! The notice itself: its form, its id, and the request that opens it. It must not judge who may be told.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use prost::Message as _;
use rogatory_domain::case::OpeningFact;
use rogatory_domain::id::MessageId;
use rogatory_domain::instrument::{Gives, Instrument};
use rogatory_domain::limits;
use rogatory_engine::Scribe;
use rogatory_forms::Excerpt;
use rogatory_wire::form::request_of;
use rogatory_wire::instant;
use rogatory_wire::pb::casework::v1 as pb;
use rogatory_wire::pb::types::v1 as types;

use super::super::derived::derived_id;
use super::Told;

/// The relation of a notice to the case that it tells of.
const ANNEXED_TO: &str = "annexed_to";

/// What begins the digest that an id of a notice is made of.
const ID_LABEL: &[u8] = b"rogatory/case-notice/v1";

/// Longest line of a notice, bytes.
const LINE_BYTES: usize = limits::LINE_BYTES;

/// What a notice tells of.
pub(super) struct Occasion<'a> {
    /// The case.
    pub(super) case: &'a OpeningFact,
    /// The message that tells it to the parties.
    pub(super) message: MessageId,
    /// Code of the event; empty for the opening.
    pub(super) event: &'a str,
    /// The words of the event.
    pub(super) text: &'a str,
    /// When it happened.
    pub(super) at: Timestamp,
    /// What can be told of the form.
    pub(super) excerpt: Excerpt,
    /// Labels of the case, where the opening is told.
    pub(super) labels: Option<types::Labels>,
    /// How urgent the case is.
    pub(super) lane: types::Lane,
}

/// The request that opens a notice. It is the same whenever it is made anew.
pub(super) fn request(
    scribe: &Scribe,
    told: &Told,
    occasion: &Occasion<'_>,
    assertion: Option<pb::Assertion>,
) -> pb::SubmitRequest {
    let notice = Instrument::notice();
    let opening = pb::Opening {
        lane: occasion.lane.into(),
        parties: vec![types::Party { agency: told.agency.to_string(), capacity: told.kind.to_string() }],
        labels: occasion.labels.clone(),
        links: vec![types::Link {
            relation: ANNEXED_TO.to_owned(),
            referral_id: occasion.case.referral.to_string(),
        }],
        request: request_of(notice.code, form(told, occasion).encode_to_vec().into()),
    };
    pb::SubmitRequest {
        referral_id: derived_id(scribe, ID_LABEL, occasion.message, told.agency.as_str().as_bytes())
            .to_string(),
        assertion,
        declared_time: Some(instant::to_pb(occasion.at)),
        opening: Some(opening),
        ..pb::SubmitRequest::default()
    }
}

/// The form with what the row gives, and nothing else.
fn form(told: &Told, occasion: &Occasion<'_>) -> types::CaseNoticeForm {
    let (case, gives) = (occasion.case, |what| told.row.gives.contains(&what));
    let day = occasion.at.to_zoned_datetime(TimeZone::UTC).date();
    let known = case.instrument.event(occasion.event);
    let meaning = known.map_or("The case was opened.", |event| event.meaning);
    let mut form = types::CaseNoticeForm {
        instrument: case.instrument.code.to_owned(),
        instrument_edition: case.instrument.edition.into(),
        event: occasion.event.to_owned(),
        meaning: line(meaning),
        article: line(told.row.article),
        on: Some(types::PartialDate {
            year: day.year().unsigned_abs().into(),
            month: day.month().unsigned_abs().into(),
            day: day.day().unsigned_abs().into(),
        }),
        ..types::CaseNoticeForm::default()
    };
    if gives(Gives::Parties) {
        form.asking = case.issuing.to_string();
        form.answering = case.answering().map(ToString::to_string).unwrap_or_default();
    }
    if gives(Gives::Reasons) {
        form.reasons = occasion.text.to_owned();
    }
    if gives(Gives::Reference) {
        form.reference.clone_from(&occasion.excerpt.reference);
    }
    if gives(Gives::Offences) {
        form.offences = some(&occasion.excerpt.offences);
    }
    if gives(Gives::Persons) {
        form.persons = some(&occasion.excerpt.persons);
    }
    form
}

fn line(text: &'static str) -> String {
    text.chars().take(LINE_BYTES / 4).collect()
}

/// A name of two fields of a form may be longer than one line of a notice; what does not fit is cut at a whole letter.
fn some(lines: &[String]) -> Vec<String> {
    let cut = |line: &String| {
        let end = (0..=LINE_BYTES.min(line.len())).rev().find(|end| line.is_char_boundary(*end));
        line.get(..end.unwrap_or(0)).unwrap_or_default().to_owned()
    };
    lines.iter().take(limits::LIST_ITEMS).map(cut).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_long_is_cut_at_a_whole_letter() {
        let long = "é".repeat(LINE_BYTES);
        let cut = some(&[long, "short".to_owned()]);
        assert_eq!((cut[0].len(), cut[1].as_str()), (LINE_BYTES, "short"));
    }
}
