//! Listing referrals without content, newest first, from the lists of the index.
//!
//! Owns the pages and their tokens. Listing is on the record too, once a call: it tells which cases there are.

use std::ops::ControlFlow;
use std::sync::Arc;

use prost::Message as _;
use rogatory_index::{Base as _, Standing};
use rogatory_wire::pb::casework::v1 as pb;

use super::{Caller, access, view};
use crate::answers::{ANSWER_BYTES_MAX, Answers, Taken, answered};
use crate::desk::{Desk, Rejection, internal};
use crate::fields::Fields;

/// Most referrals of one call.
const REFERRALS_COUNT_MAX: u32 = 10_000;

/// Referrals of a call that names no number.
const REFERRALS_COUNT: u32 = 100;

/// Hexadecimal digits of a page token.
const TOKEN_DIGITS: usize = 16;

/// What is listed.
#[derive(Clone, Copy)]
struct Wanted {
    standing: Option<Standing>,
    /// Referrals whose first record lies below this position.
    below: u64,
    count: usize,
}

/// Lists referrals.
pub(super) async fn list(
    desk: Arc<Desk>,
    caller: Caller,
    request: pb::ListRequest,
) -> Result<Taken<pb::ListResponse>, Rejection> {
    let mut fields = Fields::default();
    let private = fields.asserted(&caller.identity, request.assertion.as_ref());
    let standing = Standing::of_code(&request.state);
    if standing.is_none() && !request.state.is_empty() {
        fields.wrong::<()>("state", "value", "a state of the life cycle, awaiting_opening or erased");
    }
    let count = fields.count("page_size", request.page_size, REFERRALS_COUNT, REFERRALS_COUNT_MAX);
    let below = below(&mut fields, &request.page_token);
    let ((private, count), below) = fields.finish(private.zip(count).zip(below))?;
    let wanted = Wanted { standing, below, count };
    desk.record(access(&desk, private)).await?;
    desk.reads.current().await;
    let share = desk.reads.share(&caller.identity, &caller.unread);
    Ok(answered(share, |answers| tell(desk, caller, wanted, answers)))
}

async fn tell(
    desk: Arc<Desk>,
    caller: Caller,
    mut wanted: Wanted,
    answers: Answers<pb::ListResponse>,
) -> Result<(), Rejection> {
    loop {
        let Some(room) = answers.clone().room().await else { return Ok(()) };
        let reader = desk.clone();
        let read = desk.reads.read(caller.identity.role, move |sources| page(&reader, sources, wanted));
        let (answer, below) = read.await?;
        wanted.count -= answer.referrals.len();
        room.send(answer);
        match below {
            Some(below) if wanted.count > 0 => wanted.below = below,
            _ => return Ok(()),
        }
    }
}

/// One answer, and the position below which the list goes on.
fn page(
    desk: &Desk,
    sources: &crate::reads::ReadOnly,
    wanted: Wanted,
) -> Result<(pb::ListResponse, Option<u64>), Rejection> {
    let mut answer = pb::ListResponse { as_of: sources.as_of().map_err(internal)?, ..Default::default() };
    let (now, mut spare) = (desk.now(), ANSWER_BYTES_MAX);
    let (mut last, mut more) = (wanted.below, false);
    let shown = sources.store.cases(wanted.standing, wanted.below, &mut |opened, id| {
        let Some(row) = sources.store.referral(id)? else { return Ok(ControlFlow::Continue(())) };
        // It may have moved between the list and the row; then it stands in another list.
        if wanted.standing.is_some_and(|standing| standing != row.standing) {
            return Ok(ControlFlow::Continue(()));
        }
        let referral = view::referral(id, &row, now);
        let bytes = referral.encoded_len();
        more = answer.referrals.len() == wanted.count || (bytes > spare && !answer.referrals.is_empty());
        if more {
            return Ok(ControlFlow::Break(()));
        }
        spare = spare.saturating_sub(bytes);
        answer.referrals.push(referral);
        last = opened;
        Ok(ControlFlow::Continue(()))
    });
    shown.map_err(internal)?;
    let below = more.then_some(last);
    answer.next_page_token = below.map(token).unwrap_or_default();
    Ok((answer, below))
}

fn token(below: u64) -> String {
    format!("{below:0TOKEN_DIGITS$x}")
}

/// The position of a page token; the end of the ledger for none.
fn below(fields: &mut Fields, token: &str) -> Option<u64> {
    if token.is_empty() {
        return Some(u64::MAX);
    }
    let is_token = token.len() == TOKEN_DIGITS && token.bytes().all(|b| b.is_ascii_hexdigit());
    let position = is_token.then(|| u64::from_str_radix(token, 16).ok()).flatten();
    position.or_else(|| fields.wrong("page_token", "form", "a token as an answer gave it"))
}
