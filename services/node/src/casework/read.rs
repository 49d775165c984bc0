//! Reading one referral: its content reaches a person only after a record that names person and justification is durable.
//!
//! Owns the answers of Get. What a referral is made of is read on the readers' threads.

use std::sync::Arc;

use prost::Message as _;
use rogatory_domain::id::ReferralId;
use rogatory_domain::refusal::Code;
use rogatory_engine::reread::Stored;
use rogatory_wire::body::body_of;
use rogatory_wire::pb::casework::v1 as pb;

use super::{Caller, access, view};
use crate::answers::{ANSWER_BYTES_MAX, Answers, Taken, answered};
use crate::desk::{Desk, Rejection, internal};
use crate::fields::Fields;
use crate::reads::ReadOnly;

/// Reads one referral with its content.
pub(super) async fn get(
    desk: Arc<Desk>,
    caller: Caller,
    request: pb::GetRequest,
) -> Result<Taken<pb::GetResponse>, Rejection> {
    let mut fields = Fields::default();
    let id = fields.parsed::<ReferralId>("referral_id", &request.referral_id);
    let private = fields.asserted(&caller.identity, request.assertion.as_ref());
    let (id, private) = fields.finish(id.zip(private))?;
    let mut draft = access(&desk, private);
    draft.shared.referral = Some(id);
    let written = desk.write(draft)?;
    let (postponed, row) = desk
        .look(move |engine| {
            let found = engine.staged().referral(id)?.map(|row| (view::postponed(engine, &row), row));
            if found.is_some() {
                engine.put(written);
            }
            Ok::<_, rogatory_index::StoreError>(found)
        })
        .await?
        .map_err(internal)?
        .ok_or(Code::UnknownReferral)?;
    let now = desk.now();
    let told = move |_: &ReadOnly| {
        let mut referral = view::referral(id, &row, now);
        view::tell_postponed(&mut referral, &postponed, now);
        Ok(referral)
    };
    let referral = desk.reads.read(caller.identity.role, told).await?;
    let share = desk.reads.share(&caller.identity, &caller.unread);
    Ok(answered(share, |answers| tell(desk, caller, referral, answers)))
}

/// Tells the referral, then its messages in order, as many in one answer as it holds.
async fn tell(
    desk: Arc<Desk>,
    caller: Caller,
    mut referral: pb::Referral,
    answers: Answers<pb::GetResponse>,
) -> Result<(), Rejection> {
    let mut left = std::mem::take(&mut referral.messages).into_iter().peekable();
    let mut answer = pb::GetResponse { referral: Some(referral), messages: Vec::new() };
    loop {
        let Some(room) = answers.clone().room().await else { return Ok(()) };
        let spare = ANSWER_BYTES_MAX.saturating_sub(answer.encoded_len());
        let read = desk.reads.read(caller.identity.role, move |sources| with_content(sources, left, spare));
        let (messages, rest) = read.await?;
        left = rest;
        answer.messages = messages;
        room.send(std::mem::take(&mut answer));
        if left.peek().is_none() {
            return Ok(());
        }
    }
}

type Left = std::iter::Peekable<std::vec::IntoIter<pb::Message>>;

/// As many messages with their content as an answer has room for, at least one; and those that are left.
fn with_content(
    sources: &ReadOnly,
    mut left: Left,
    mut spare: usize,
) -> Result<(Vec<pb::Message>, Left), Rejection> {
    let mut messages = Vec::new();
    while let Some(next) = left.peek_mut() {
        if next.body.is_none() {
            let entry = sources.ledger.entry(next.position).map_err(internal)?;
            next.body = content(sources, &Stored::decode(next.position, &entry).map_err(internal)?)?;
        }
        let bytes = next.encoded_len();
        if bytes > spare && !messages.is_empty() {
            break;
        }
        spare = spare.saturating_sub(bytes);
        messages.extend(left.next());
    }
    Ok((messages, left))
}

/// The content of a stored envelope; `None` when it was erased or there is none.
pub(super) fn content(sources: &ReadOnly, stored: &Stored) -> Result<Option<pb::Body>, Rejection> {
    let Some(opened) = stored.open(sources.scribe.vault()).map_err(internal)? else { return Ok(None) };
    let (Some(envelope), Some(header), Some(key)) =
        (stored.envelope(), stored.header().map_err(internal)?, opened.content_key)
    else {
        return Ok(None);
    };
    let plain = key.open(&header.key_commitment, &envelope.header, &envelope.ciphertext).map_err(internal)?;
    body_of(plain.into()).map(Some).map_err(internal)
}
