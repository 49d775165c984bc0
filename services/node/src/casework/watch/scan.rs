//! Reading the feed: the next offers and notices of a watch, in the order of their positions, as many as one answer holds.
//!
//! Owns the place in the feed of each kind. Every step reads a bounded range of the index, whatever lies before it.

use std::collections::VecDeque;

use prost::Message as _;
use rogatory_domain::refusal::Code;
use rogatory_index::{ConsumerRow, Fed, FeedKind};
use rogatory_wire::pb::casework::v1 as pb;

use super::super::internal;
use super::offer::{Offered, notices_at, offer_at};
use crate::answers::ANSWER_BYTES_MAX;
use crate::reads::ReadOnly;

/// Rows of the feed read at a time.
const ROWS_COUNT: usize = 256;

/// Offers and notices in one answer.
const ITEMS_COUNT_MAX: usize = 512;

/// For each kind the position from which on its feed is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct From([u64; FeedKind::ALL.len()]);

impl From {
    /// Where a consumer goes on: after what it has stored, and after a cursor if that is further.
    pub(super) fn new(consumer: &ConsumerRow, after: Option<u64>) -> Self {
        let mut from = Self::default();
        for kind in FeedKind::ALL {
            let stored = if kind == FeedKind::Message { consumer.through_position } else { consumer.noticed };
            from.set(kind, stored.max(after).map_or(0, |position| position + 1));
        }
        from
    }

    /// The position of one kind.
    pub(super) fn of(&self, kind: FeedKind) -> u64 {
        self.0[usize::from(kind.byte())]
    }

    fn set(&mut self, kind: FeedKind, position: u64) {
        self.0[usize::from(kind.byte())] = position;
    }
}

/// What a watch asks for.
pub(super) struct Ask {
    pub(super) kinds: Vec<FeedKind>,
    pub(super) from: From,
    pub(super) acknowledged: std::sync::Arc<ConsumerRow>,
    pub(super) with_content: bool,
    /// Offers that its window has space for.
    pub(super) space: usize,
}

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    pub(super) offers: Vec<pb::Offer>,
    pub(super) offered: Vec<(u64, Offered)>,
    pub(super) notices: Vec<pb::Notice>,
    pub(super) from: From,
    pub(super) is_at_end: bool,
}

/// Rows of one kind that were read ahead.
#[derive(Default)]
struct Ahead {
    rows: VecDeque<Fed>,
    is_read_out: bool,
}

/// Finds what fits one answer.
pub(super) fn scan(sources: &ReadOnly, ask: Ask) -> Result<Found, Code> {
    let Ask { kinds, from, acknowledged, with_content, space } = ask;
    let mut ahead: Vec<(FeedKind, Ahead)> = kinds.into_iter().map(|kind| (kind, Ahead::default())).collect();
    let mut found = Found { from, ..Found::default() };
    let mut spare = ANSWER_BYTES_MAX;
    loop {
        for (kind, ahead) in ahead.iter_mut().filter(|(_, ahead)| ahead.rows.is_empty() && !ahead.is_read_out)
        {
            ahead.rows = sources.feed(*kind, found.from.of(*kind), ROWS_COUNT).map_err(internal)?.into();
            ahead.is_read_out = ahead.rows.len() < ROWS_COUNT;
        }
        let next = ahead.iter().enumerate().filter_map(|(at, (_, ahead))| Some((ahead.rows.front()?, at)));
        let Some(((position, arrival), at)) = next.min().map(|(fed, at)| (*fed, at)) else {
            found.is_at_end = true;
            return Ok(found);
        };
        let (kind, rows) = (ahead[at].0, &mut ahead[at].1);
        if kind == FeedKind::Message && acknowledged.has(arrival) {
            // What is acknowledged beyond a gap is skipped as one.
            let last = acknowledged.span_of(arrival).map_or(position, |span| span.last_position);
            *rows = Ahead::default();
            found.from.set(kind, last.max(position) + 1);
            continue;
        }
        let items = found.offers.len() + found.notices.len();
        if items >= ITEMS_COUNT_MAX || (kind == FeedKind::Message && found.offers.len() >= space) {
            return Ok(found);
        }
        let (offer, notices) = match kind {
            FeedKind::Message => (Some(offer_at(sources, position, arrival, with_content)?), Vec::new()),
            kind => (None, notices_at(sources, kind, position)?),
        };
        let bytes = offer.iter().map(|(offer, _)| offer.encoded_len()).sum::<usize>()
            + notices.iter().map(pb::Notice::encoded_len).sum::<usize>();
        if bytes > spare && items > 0 {
            return Ok(found);
        }
        spare = spare.saturating_sub(bytes);
        rows.rows.pop_front();
        found.from.set(kind, position + 1);
        found.notices.extend(notices);
        if let Some((offer, offered)) = offer {
            found.offers.push(offer);
            found.offered.push((position, offered));
        }
    }
}
