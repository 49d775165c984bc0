//! Reading one referral: its content reaches a person only after a record that names person and justification is durable.
//!
//! Owns the answers of Get. What a referral is made of is read on the readers' threads.

mod earlier;

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use prost::Message as _;
use rogatory_domain::id::ReferralId;
use rogatory_domain::refusal::Code;
use rogatory_engine::Draft;
use rogatory_engine::reread::Stored;
use rogatory_evidence::Private;
use rogatory_index::ReferralRow;
use rogatory_wire::body::body_of;
use rogatory_wire::pb::casework::v1 as pb;

use self::earlier::Passed;
use super::{Caller, access, view};
use crate::answers::{ANSWER_BYTES_MAX, Answers, Taken, answered};
use crate::body::FormJudge;
use crate::desk::{Desk, Rejection, internal};
use crate::fields::Fields;
use crate::reads::ReadOnly;

/// A referral whose reading is on the record.
pub(super) struct Accessed {
    /// Its id.
    pub(super) id: ReferralId,
    /// What the index has of it.
    pub(super) row: Arc<ReferralRow>,
    postponed: Vec<view::Postponed>,
}

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
    let Accessed { id, row, postponed } = accessed(&desk, id, private).await?;
    let judge = row.opening.as_ref().map(|opening| FormJudge::of_record(opening, &desk.roster()));
    let now = desk.now();
    let told = move |_: &ReadOnly| {
        let mut referral = view::referral(id, &row, now);
        view::detail::tell(&mut referral, &row, now);
        view::tell_postponed(&mut referral, &postponed, now);
        let is_passed_on = row.opening.as_ref().is_some_and(|opening| opening.passed_on.is_some());
        let passed = is_passed_on.then(|| Arc::new(Passed(row.told())));
        Ok((referral, passed))
    };
    let (referral, passed) = desk.reads.read(caller.identity.role, told).await?;
    let share = desk.reads.share(&caller.identity, &caller.unread);
    Ok(answered(share, |answers| tell(desk, caller, referral, (judge, passed), answers)))
}

/// Puts on the record that a person reads a referral, and finds it. Nothing is read before the record is durable.
pub(super) async fn accessed(desk: &Desk, id: ReferralId, private: Private) -> Result<Accessed, Rejection> {
    recorded(desk, id, access(desk, private)).await
}

/// The same by a record that says more than the referral.
pub(super) async fn recorded(desk: &Desk, id: ReferralId, mut draft: Draft) -> Result<Accessed, Rejection> {
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
    Ok(Accessed { id, row, postponed })
}

/// Tells the referral, then its messages in order, as many in one answer as it holds.
async fn tell(
    desk: Arc<Desk>,
    caller: Caller,
    mut referral: pb::Referral,
    (judge, passed): (Option<FormJudge>, Option<Arc<Passed>>),
    answers: Answers<pb::GetResponse>,
) -> Result<(), Rejection> {
    let mut left: Left = std::mem::take(&mut referral.messages).into();
    let mut answer = pb::GetResponse { referral: Some(referral), messages: Vec::new() };
    loop {
        let Some(room) = answers.clone().room().await else { return Ok(()) };
        let spare = ANSWER_BYTES_MAX.saturating_sub(answer.encoded_len());
        let passed = passed.clone();
        let told = move |sources: &ReadOnly| with_content(sources, judge, passed.as_deref(), left, spare);
        let read = desk.reads.read(caller.identity.role, told);
        let (messages, rest) = read.await?;
        left = rest;
        answer.messages = messages;
        room.send(std::mem::take(&mut answer));
        if left.is_empty() {
            return Ok(());
        }
    }
}

type Left = VecDeque<pb::Message>;

/// As many messages with their content, and the warnings of a form, as an answer has room for, at least one; and those that are left.
fn with_content(
    sources: &ReadOnly,
    judge: Option<FormJudge>,
    passed: Option<&Passed>,
    mut left: Left,
    mut spare: usize,
) -> Result<(Vec<pb::Message>, Left), Rejection> {
    let mut messages = Vec::new();
    while let Some(mut next) = left.pop_front() {
        if next.body.is_none() {
            let entry = sources.ledger.entry(next.position).map_err(internal)?;
            let plain = plain(sources, &Stored::decode(next.position, &entry).map_err(internal)?)?;
            if let Some(plain) = plain {
                let earlier = earlier::told(&plain, passed)?;
                earlier.into_iter().rev().for_each(|message| left.push_front(message));
                next.body = Some(body_of(plain).map_err(internal)?);
            }
            let told = judge.zip(next.body.as_ref()).map(|(judge, body)| judge.told(body));
            next.warnings = told.unwrap_or_default();
        }
        let bytes = next.encoded_len();
        if bytes > spare && !messages.is_empty() {
            left.push_front(next);
            break;
        }
        spare = spare.saturating_sub(bytes);
        messages.push(next);
    }
    Ok((messages, left))
}

/// What was told of a case before it was passed on, with its content; nothing where nobody passed it on, or the opening was erased.
pub(super) fn told_before(
    sources: &ReadOnly,
    id: ReferralId,
    row: &ReferralRow,
) -> Result<Vec<pb::Message>, Rejection> {
    let passed = row.opening.as_ref().and_then(|opening| opening.passed_on.as_ref());
    let opening = row.messages.iter().find(|line| line.message.as_bytes() == id.as_bytes());
    let Some(opening) = opening.filter(|_| passed.is_some()) else { return Ok(Vec::new()) };
    let entry = sources.ledger.entry(opening.position).map_err(internal)?;
    let plain = plain(sources, &Stored::decode(opening.position, &entry).map_err(internal)?)?;
    plain.map_or(Ok(Vec::new()), |plain| earlier::told(&plain, Some(&Passed(row.told()))))
}

/// The content of a stored envelope; `None` when it was erased or there is none.
pub(super) fn content(sources: &ReadOnly, stored: &Stored) -> Result<Option<pb::Body>, Rejection> {
    plain(sources, stored)?.map(|plain| body_of(plain).map_err(internal)).transpose()
}

/// The plaintext of a stored envelope; `None` when it was erased or there is none.
pub(super) fn plain(sources: &ReadOnly, stored: &Stored) -> Result<Option<Bytes>, Rejection> {
    let Some(opened) = stored.open(sources.scribe.vault()).map_err(internal)? else { return Ok(None) };
    let (Some(envelope), Some(header), Some(key)) =
        (stored.envelope(), stored.header().map_err(internal)?, opened.content_key)
    else {
        return Ok(None);
    };
    let plain = key.open(&header.key_commitment, &envelope.header, &envelope.ciphertext).map_err(internal)?;
    Ok(Some(plain.into()))
}
