//! Printing: the form of a referral as the official one. A person reads it, so it leaves like any content, after a record that
//! names person and justification is durable.
//!
//! Owns what is printed and how large the answer may be. It must not typeset on a thread that others wait for.

use std::sync::Arc;

use jiff::Timestamp;
use rogatory_domain::Instrument;
use rogatory_domain::id::{AgencyId, MessageId, ReferralId};
use rogatory_domain::refusal::Code;
use rogatory_engine::reread::Stored;
use rogatory_paper::{
    Act, ActValue, Correction, Ended, Format, NotPrinted, Paper, Print, Standing, events_of,
};
use rogatory_wire::form::form_of;
use rogatory_wire::instant;
use rogatory_wire::pb::casework::v1 as pb;
use rogatory_wire::pb::casework::v1::body::Content;
use rogatory_wire::pb::types::v1::Event;
use rogatory_wire::pb::types::v1::parameter::Value;

use super::{Caller, read, view};
use crate::answers::LARGEST_ANSWER_BYTES;
use crate::desk::{Desk, Rejection, internal};
use crate::fields::Fields;
use crate::holder::Holder;
use crate::reads::ReadOnly;

/// Bytes of a printed file at most.
const FILE_BYTES_MAX: usize = LARGEST_ANSWER_BYTES - (64 << 10);

/// The parameter that names the message an event corrects, in every instrument.
const CORRECTS: &str = "corrects";

/// What a printed form is made of.
struct Manuscript {
    instrument: &'static str,
    form: bytes::Bytes,
    corrections: Vec<Correction>,
    act: Option<Written>,
    ended: Option<End>,
}

/// How the case ended.
struct End {
    at: Timestamp,
    state: String,
    is_taken_back: bool,
}

impl End {
    /// The end of a case that has one: when what ended it happened, as its sender declared.
    fn of(referral: &pb::Referral, instrument: &Instrument) -> Option<Self> {
        let state = instrument.state(&referral.state).filter(|state| state.is_terminal)?;
        let moved = |message: &&pb::Message| message.effect() == pb::Effect::Applied;
        let at = instant::told(referral.messages.iter().rev().find(moved)?.declared_time)?;
        let is_taken_back = instrument.is_taken_back_in(state.code);
        Some(Self { at, state: state.code.to_owned(), is_taken_back })
    }

    fn shown(&self) -> Ended<'_> {
        Ended { at: self.at, state: &self.state, is_taken_back: self.is_taken_back }
    }
}

/// An event whose own form is printed.
struct Written {
    event: String,
    values: Vec<(String, ActValue)>,
    text: String,
    sender: String,
}

/// Prints the form of a referral.
pub(super) async fn print(
    desk: Arc<Desk>,
    caller: Caller,
    request: pb::PrintReferralRequest,
) -> Result<pb::PrintReferralResponse, Rejection> {
    let mut fields = Fields::default();
    let id = fields.parsed::<ReferralId>("referral_id", &request.referral_id);
    let private = fields.asserted(&caller.identity, request.assertion.as_ref());
    let format = match request.format() {
        // What a later release prints is nothing that this one could.
        pb::PrintFormat::Unspecified if request.format != 0 => {
            fields.wrong("format", "value", "this is no format that this release prints")
        }
        pb::PrintFormat::Unspecified | pb::PrintFormat::Pdf => Some(Format::Pdf),
        pb::PrintFormat::Html => Some(Format::Html),
    };
    let message = fields.optional::<MessageId>("message_id", &request.message_id);
    let ((id, private), format) = fields.finish(id.zip(private).zip(format))?;
    let read::Accessed { row, .. } = read::accessed(&desk, id, private).await?;
    let (now, roster) = (desk.now(), desk.roster());
    let told = move |sources: &ReadOnly| {
        let mut referral = view::referral(id, &row, now);
        referral.messages.extend(read::told_before(sources, id, &row)?);
        manuscript(sources, (id, message), &referral)
    };
    let mut manuscript = desk.reads.read(caller.identity.role, told).await?;
    if let Some(act) = &mut manuscript.act {
        // People know an authority by its name, and the roster has it.
        let id = act.sender.parse::<AgencyId>().ok();
        let member = id.as_ref().and_then(|id| roster.member(id));
        act.sender = member.map_or_else(|| act.sender.clone(), |member| member.name.clone());
    }
    let language = Some(request.language).filter(|language| !language.is_empty());
    let press = desk.presses.turn(Holder::of(&caller.identity, desk.own())).await;
    let typeset = move || {
        // It is given back when the form is typeset, whether or not somebody still waits for it.
        let _press = press;
        let act = manuscript.act.as_ref().map(|act| Act {
            event: &act.event,
            values: &act.values,
            text: &act.text,
            sender: &act.sender,
        });
        let reference = message.map_or_else(|| id.to_string(), |message| format!("{id} / {message}"));
        let order = Print {
            instrument: manuscript.instrument,
            form: &manuscript.form,
            language: language.as_deref(),
            reference: &reference,
            at: now,
            corrections: &manuscript.corrections,
            act: act.as_ref(),
            standing: manuscript
                .ended
                .as_ref()
                .map_or(Standing::Sent, |ended| Standing::Ended(ended.shown())),
        };
        rogatory_paper::print(&order, format)
    };
    let printed = tokio::task::spawn_blocking(typeset).await.map_err(internal)?;
    answer(printed, format)
}

/// Finds the form, and what was said since of what is printed: of the form, or of the message that is named.
fn manuscript(
    sources: &ReadOnly,
    (id, message): (ReferralId, Option<MessageId>),
    referral: &pb::Referral,
) -> Result<Manuscript, Rejection> {
    let edition = u16::try_from(referral.instrument_edition).unwrap_or(0);
    let instrument = Instrument::of_edition(&referral.referral_type, edition);
    let corrects = |message: &&pb::Message| {
        let event = instrument.and_then(|instrument| instrument.event(&message.event));
        event.is_some_and(|event| event.parameters.iter().any(|parameter| parameter.code == CORRECTS))
    };
    let id = id.to_string();
    let opening = referral.messages.iter().find(|message| message.message_id == id);
    let opening = body(sources, opening.ok_or(Code::UnknownReferral)?)?.ok_or(Code::ContentErased)?;
    let Some(Content::Opening(opening)) = opening.content else { return Err(Code::UnknownReferral.into()) };
    let (instrument_code, form) = form_of(opening.request.ok_or(Code::UnknownReferral)?);
    let act = match message.filter(|message| message.to_string() != id) {
        Some(message) => Some(written(sources, instrument_code, &message.to_string(), referral)?),
        None => None,
    };
    // A form that was passed on may have been corrected where it was opened.
    let is_opening = |message: &&pb::Message| message.message_id == message.told_in;
    let openings = referral.messages.iter().filter(is_opening).map(|message| message.message_id.clone());
    let printed: Vec<String> = match message {
        Some(message) if message.to_string() != id => vec![message.to_string()],
        _ => openings.chain([id]).collect(),
    };
    let mut corrections = Vec::new();
    for message in referral.messages.iter().filter(corrects) {
        let content = body(sources, message)?.and_then(|body| body.content);
        if let Some(Content::Event(event)) = content.filter(|content| is_of(content, &printed)) {
            corrections.push(correction(message, event));
        }
    }
    // What an event tells stands for itself, whatever became of its case.
    let ended = instrument.filter(|_| act.is_none()).and_then(|law| End::of(referral, law));
    Ok(Manuscript { instrument: instrument_code, form, corrections, act, ended })
}

/// Finds an event that has a form of its own.
fn written(
    sources: &ReadOnly,
    instrument: &str,
    message: &str,
    referral: &pb::Referral,
) -> Result<Written, Rejection> {
    let found = referral.messages.iter().find(|one| one.message_id == message);
    let known = events_of(instrument);
    let unprintable = || {
        let text = match known.as_slice() {
            [] => "no event of its instrument has a printed form of its own".to_owned(),
            known => format!("of its instrument these events have a printed form: {}", known.join(", ")),
        };
        let mut fields = Fields::default();
        let _: Option<()> = fields.wrong("message_id", "printable", &text);
        fields.rejection()
    };
    let Some(found) = found else {
        let mut fields = Fields::default();
        let _: Option<()> = fields.wrong("message_id", "unknown", "the referral has no message of this id");
        return Err(fields.rejection());
    };
    if !known.contains(&found.event.as_str()) {
        return Err(unprintable());
    }
    let body = body(sources, found)?.ok_or(Code::ContentErased)?;
    let Some(Content::Event(event)) = body.content else { return Err(unprintable()) };
    let values = event.parameters.into_iter().filter_map(|one| Some((one.code, value_of(one.value?))));
    Ok(Written {
        event: event.code,
        values: values.collect(),
        text: event.text,
        sender: found.sender.clone(),
    })
}

/// A parameter as it is printed; a day that is none, as it was written.
fn value_of(value: Value) -> ActValue {
    match value {
        Value::Day(day) => day.parse().map_or_else(|_| ActValue::Text(day.clone()), ActValue::Day),
        Value::Set(flag) => ActValue::Flag(flag),
        Value::Number(number) => ActValue::Text(number.to_string()),
        Value::Id(text) | Value::Item(text) => ActValue::Text(text),
    }
}

fn body(sources: &ReadOnly, message: &pb::Message) -> Result<Option<pb::Body>, Rejection> {
    if message.body.is_some() {
        return Ok(message.body.clone());
    }
    let entry = sources.ledger.entry(message.position).map_err(internal)?;
    read::content(sources, &Stored::decode(message.position, &entry).map_err(internal)?)
}

/// Whether an event corrects a message of one of these ids.
fn is_of(content: &Content, ids: &[String]) -> bool {
    let Content::Event(event) = content else { return false };
    let named = event.parameters.iter().find(|parameter| parameter.code == CORRECTS);
    matches!(named.and_then(|named| named.value.as_ref()), Some(Value::Id(named)) if ids.contains(named))
}

fn correction(message: &pb::Message, event: Event) -> Correction {
    Correction {
        path: String::new(),
        was: String::new(),
        now: String::new(),
        text: event.text,
        message: message.message_id.clone(),
        sender: message.sender.clone(),
        at: instant::told(message.declared_time).unwrap_or_default(),
    }
}

fn answer(
    printed: Result<Paper, NotPrinted>,
    format: Format,
) -> Result<pb::PrintReferralResponse, Rejection> {
    let mut fields = Fields::default();
    let paper = match printed {
        Ok(paper) if paper.bytes.len() > FILE_BYTES_MAX => {
            fields.wrong("format", "limit", "printed so, it is larger than an answer may be; HTML is smaller")
        }
        Ok(paper) => Some(paper),
        Err(NotPrinted::NoForm(_)) => {
            fields.wrong("referral_id", "printable", "this release has no printed form for its instrument")
        }
        Err(NotPrinted::NoLanguage { known, .. }) => {
            fields.wrong("language", "value", &format!("the form is printed in {}", known.join(", ")))
        }
        Err(NotPrinted::TooLong { lines, most }) => {
            let text = format!(
                "its texts have {lines} lines, and {most} are typeset at most; HTML has no such limit"
            );
            fields.wrong("format", "limit", &text)
        }
        Err(cause @ (NotPrinted::Malformed(_) | NotPrinted::Untypeset(_))) => return Err(internal(cause)),
    };
    let paper = fields.finish(paper)?;
    Ok(pb::PrintReferralResponse {
        file: paper.bytes.into(),
        media_type: format.media_type().to_owned(),
        file_name: paper.file_name,
        language: paper.language.to_owned(),
    })
}
