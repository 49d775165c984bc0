//! Listing referrals without content, newest first, from the lists of the index.
//!
//! Owns the pages and their tokens. Listing is on the record too, once a call: it tells which cases there are.

use std::ops::ControlFlow;
use std::sync::Arc;

use jiff::Timestamp;
use prost::Message as _;
use rogatory_domain::id::ReferralId;
use rogatory_domain::{AgencyId, Instrument};
use rogatory_index::{Base as _, ReferralRow, Standing};
use rogatory_wire::instant::told;
use rogatory_wire::pb::casework::v1 as pb;

use super::{Caller, access, view};
use crate::answers::{ANSWER_BYTES_MAX, Answers, Taken, answered};
use crate::desk::{Desk, Rejection, internal};
use crate::fields::Fields;
use crate::page_token;

/// Most referrals of one call.
const REFERRALS_COUNT_MAX: u32 = 10_000;

/// Referrals of a call that names no number.
const REFERRALS_COUNT: u32 = 100;

/// Referrals that one call looks at, whatever it asks for. What it does not find among them the next page finds.
const LOOKED_COUNT_MAX: usize = 10_000;

/// Referrals that one answer looks at; a reader's thread is not taken for longer.
const LOOKED_COUNT: usize = 1_000;

/// What is listed.
#[derive(Clone)]
struct Wanted {
    standing: Option<Standing>,
    /// Code of the instrument.
    instrument: Option<&'static str>,
    /// With a clock that runs and is due before.
    due_before: Option<Timestamp>,
    /// With a question that this agency can answer, or not begun or overdue where it is the one that answers.
    awaiting: Option<AgencyId>,
    /// Those of this request alone.
    part_of: Option<ReferralId>,
    /// Referrals whose first record lies below this position.
    below: u64,
    count: usize,
    /// How many the call may look at still.
    looks: usize,
}

impl Wanted {
    fn is(&self, row: &ReferralRow, now: Timestamp) -> bool {
        // It may have moved between the list and the row; then it stands in another list.
        self.standing.is_none_or(|standing| standing == row.standing)
            && self
                .instrument
                .is_none_or(|code| row.opening.as_ref().is_some_and(|it| it.instrument.code == code))
            && self.case_is(row, now)
    }

    /// What needs the case folded is asked last, and only where somebody asks.
    fn case_is(&self, row: &ReferralRow, now: Timestamp) -> bool {
        if self.due_before.is_none() && self.awaiting.is_none() {
            return true;
        }
        let Some((case, opening)) = row.case().zip(row.opening.as_ref()) else { return false };
        let is_due = |before: Timestamp| {
            let next = case.next_due().and_then(|clock| clock.due);
            next.is_some_and(|due| due.at < before)
        };
        let waits_for = |agency: &AgencyId| {
            opening.capacity_of(agency).is_some_and(|capacity| case.waits_for(capacity, now))
        };
        self.due_before.is_none_or(is_due) && self.awaiting.as_ref().is_none_or(waits_for)
    }
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
    let instrument = Instrument::of_code(&request.instrument).map(|instrument| instrument.code);
    if instrument.is_none() && !request.instrument.is_empty() {
        fields.wrong::<()>("instrument", "value", "the code of an instrument of this release");
    }
    let due_before = told(request.due_before_time);
    if due_before.is_none() && request.due_before_time.is_some() {
        fields.wrong::<()>("due_before_time", "value", "an instant");
    }
    let awaiting = request.awaiting.parse::<AgencyId>().ok();
    // A name that nobody has would answer with an empty list, as if nothing were asked of anybody.
    let is_member = |agency: &AgencyId| desk.roster().member(agency).is_some();
    if !request.awaiting.is_empty() && !awaiting.as_ref().is_some_and(is_member) {
        fields.wrong::<()>("awaiting", "roster", "the id of an agency that the roster names");
    }
    let part_of = fields.optional::<ReferralId>("part_of", &request.part_of);
    let count = fields.count("page_size", request.page_size, REFERRALS_COUNT, REFERRALS_COUNT_MAX);
    let below = page_token::below(&mut fields, &request.page_token);
    let ((private, count), below) = fields.finish(private.zip(count).zip(below))?;
    let looks = LOOKED_COUNT_MAX;
    let wanted = Wanted { standing, instrument, due_before, awaiting, part_of, below, count, looks };
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
        let asked = wanted.clone();
        let read = desk.reads.read(caller.identity.role, move |sources| page(&reader, sources, &asked));
        let Page { answer, below, looked } = read.await?;
        wanted.count -= answer.referrals.len();
        wanted.looks = wanted.looks.saturating_sub(looked);
        room.send(answer);
        match below {
            Some(below) if wanted.count > 0 && wanted.looks > 0 => wanted.below = below,
            _ => return Ok(()),
        }
    }
}

/// One answer.
struct Page {
    answer: pb::ListResponse,
    /// Position below which the list goes on.
    below: Option<u64>,
    /// Referrals that were looked at for it.
    looked: usize,
}

fn page(desk: &Desk, sources: &crate::reads::ReadOnly, wanted: &Wanted) -> Result<Page, Rejection> {
    let mut answer = pb::ListResponse { as_of: sources.as_of().map_err(internal)?, ..Default::default() };
    let (now, mut spare) = (desk.now(), ANSWER_BYTES_MAX);
    let (mut last, mut more, mut looked) = (wanted.below, false, 0);
    let mut visit = |opened, id| {
        more = answer.referrals.len() == wanted.count || looked == LOOKED_COUNT.min(wanted.looks);
        if more {
            return Ok(ControlFlow::Break(()));
        }
        looked += 1;
        let row = sources.store.referral(id)?.filter(|row| wanted.is(row, now));
        let Some(row) = row else {
            last = opened;
            return Ok(ControlFlow::Continue(()));
        };
        let referral = view::referral(id, &row, now);
        let bytes = referral.encoded_len();
        more = bytes > spare && !answer.referrals.is_empty();
        if more {
            return Ok(ControlFlow::Break(()));
        }
        spare = spare.saturating_sub(bytes);
        answer.referrals.push(referral);
        last = opened;
        Ok(ControlFlow::Continue(()))
    };
    let shown = match wanted.part_of {
        Some(request) => sources.store.parts(request, wanted.below, &mut visit),
        None => sources.store.cases(wanted.standing, wanted.below, &mut visit),
    };
    shown.map_err(internal)?;
    let below = more.then_some(last);
    answer.next_page_token = below.map(page_token::of).unwrap_or_default();
    Ok(Page { answer, below, looked })
}
