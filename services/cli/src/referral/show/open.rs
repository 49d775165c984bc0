//! The questions of a referral that wait for an answer, read from its messages by the table. It must not count what had no
//! effect.

use rogatory_client::pb::casework::v1::body::Content;
use rogatory_client::pb::casework::v1::{self as pb, Effect};
use rogatory_client::pb::types::v1::Event;
use rogatory_client::pb::types::v1::parameter::Value;
use rogatory_domain::Instrument;
use rogatory_domain::instrument::{Note, QuestionId};

use super::heading;
use crate::output::{Output, instant};

/// The parameter that names the message an event answers, in every instrument.
const ANSWERS: &str = "answers";

/// A question that was asked.
struct Question<'a> {
    id: QuestionId,
    /// What it is about, where the event that asks chooses from a list.
    item: Option<&'a str>,
    by: &'a pb::Message,
}

/// Prints the open questions, if there are any.
pub(super) fn print(referral: &pb::Referral, instrument: &Instrument, output: Output) -> anyhow::Result<()> {
    let open = open(referral, instrument);
    if open.is_empty() {
        return Ok(());
    }
    heading("Open questions", output)?;
    let rows = open.iter().map(|question| {
        let known = &instrument.questions[question.id.place()];
        let item = question.item.map(|item| format!(" ({item})")).unwrap_or_default();
        vec![
            format!("{}{item}", known.code),
            question.by.sender.clone(),
            instant(question.by.declared_time),
            question.by.message_id.clone(),
            known.meaning.to_owned(),
        ]
    });
    output.table(&["question", "asked by", "on", "message", "about"], rows, &())
}

fn open<'a>(referral: &'a pb::Referral, instrument: &Instrument) -> Vec<Question<'a>> {
    let mut open = Vec::new();
    let counts = |message: &&pb::Message| matches!(message.effect(), Effect::Applied | Effect::Overlay);
    for message in referral.messages.iter().filter(counts) {
        let content = message.body.as_ref().and_then(|body| body.content.as_ref());
        let Some(Content::Event(event)) = content else { continue };
        let notes = instrument.event(&event.code).map_or(&[][..], |known| known.notes);
        for note in notes {
            match note {
                Note::Ask(id) => open.push(Question { id: *id, item: item(event), by: message }),
                Note::Answer(id) => answer(&mut open, *id, event),
                Note::Settle(id) => open.retain(|question| question.id != *id),
                Note::Keep(..) | Note::Drop(_) => {}
            }
        }
    }
    open
}

/// Closes the question that an event names, or the only one of its kind and item.
fn answer(open: &mut Vec<Question<'_>>, id: QuestionId, event: &Event) {
    let is_of_kind = |question: &Question<'_>| question.id == id && question.item == item(event);
    let named = event.parameters.iter().find(|parameter| parameter.code == ANSWERS);
    let named = named.and_then(|parameter| match &parameter.value {
        Some(Value::Id(id)) => Some(id.as_str()),
        _ => None,
    });
    let is_only = open.iter().filter(|question| is_of_kind(question)).count() == 1;
    open.retain(|question| {
        let is_named = named.map_or(is_only, |named| question.by.message_id == named);
        !(is_of_kind(question) && is_named)
    });
}

fn item(event: &Event) -> Option<&str> {
    event.parameters.iter().find_map(|parameter| match &parameter.value {
        Some(Value::Item(item)) => Some(item.as_str()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use rogatory_domain::instrument::INSTRUMENTS;

    use super::*;

    fn message(id: &str, code: &str) -> pb::Message {
        let event = Event { code: code.to_owned(), ..Event::default() };
        let body = pb::Body { content: Some(Content::Event(event)), ..pb::Body::default() };
        let effect = Effect::Overlay.into();
        pb::Message { message_id: id.to_owned(), effect, body: Some(body), ..pb::Message::default() }
    }

    #[test]
    fn a_question_is_open_until_it_is_answered_and_two_of_a_kind_until_one_is_named() {
        let instrument = INSTRUMENTS[1];
        let of = |wanted: fn(&Note) -> bool| {
            instrument.events.iter().find(|event| event.notes.iter().any(wanted)).unwrap().code
        };
        let asks = of(|note| matches!(note, Note::Ask(_)));
        let answers = of(|note| matches!(note, Note::Answer(_)));
        let count = |messages: Vec<pb::Message>| {
            open(&pb::Referral { messages, ..pb::Referral::default() }, instrument).len()
        };
        let void = pb::Message { effect: Effect::Void.into(), ..message("c", asks) };
        assert_eq!(count(vec![message("a", asks), void]), 1);
        assert_eq!(count(vec![message("a", asks), message("b", answers)]), 0);
        assert_eq!(count(vec![message("a", asks), message("b", asks), message("c", answers)]), 2);
    }
}
