//! What was told of a case before it was passed on, as it came with the opening of the referral in which the case goes on.
//!
//! Owns how those messages are shown. They were proven when the opening was taken over; nothing is judged again here.

use rogatory_domain::case::{Case, Effect, Remark};
use rogatory_message::{Content, Message};
use rogatory_wire::body::body_of;
use rogatory_wire::instant;
use rogatory_wire::pb::casework::v1 as pb;

use super::super::view::effect_to_pb;
use crate::body::open;
use crate::desk::{Rejection, internal};

/// A case that was passed on, with every effect that its messages had.
pub(super) struct Passed(pub(super) Option<Case>);

/// The messages that an opening carries, the first referral first; none of a message of a case that nobody passed on.
pub(super) fn told(plain: &bytes::Bytes, passed: Option<&Passed>) -> Result<Vec<pb::Message>, Rejection> {
    let mut messages = Vec::new();
    if let Some(Passed(case)) = passed {
        collect(plain, case.as_ref(), &mut messages)?;
    }
    Ok(messages)
}

fn collect(
    plain: &bytes::Bytes,
    case: Option<&Case>,
    messages: &mut Vec<pb::Message>,
) -> Result<(), Rejection> {
    let Content::Opening(opening) = Message::parse(plain.clone()).map_err(internal)?.content else {
        return Ok(());
    };
    for carried in opening.passed_on.iter().flat_map(|passed_on| &passed_on.carried) {
        let opened = open(carried).map_err(|_| internal("a carried message cannot be opened"))?;
        // An opening that carries others tells the earliest ones.
        collect(&opened.plain, case, messages)?;
        let (header, at) = (opened.header, opened.message.declared);
        let event = match &opened.message.content {
            Content::Opening(_) => "opening",
            Content::Event(notice) => notice.event().code().as_str(),
        };
        let step = case.and_then(|case| case.steps.iter().find(|step| step.id == header.message));
        let remark = step.and_then(|step| step.remark);
        messages.push(pb::Message {
            message_id: header.message.to_string(),
            sender: header.sender.to_string(),
            number: header.number,
            event: event.to_owned(),
            effect: effect_to_pb(step.map_or(Effect::Applied, |step| step.effect)).into(),
            declared_time: Some(instant::to_pb(at)),
            body: Some(body_of(opened.plain).map_err(internal)?),
            recorded_time: Some(instant::to_pb(header.submitted)),
            remark: remark.map(Remark::code).unwrap_or_default().to_owned(),
            remark_text: remark.map(Remark::text).unwrap_or_default().to_owned(),
            told_in: header.referral.to_string(),
            ..pb::Message::default()
        });
    }
    Ok(())
}
