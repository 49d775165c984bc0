//! Reading the feed: the next offers and notices of a watch, in the order of their positions, as many as one answer holds.
//!
//! Owns the place in the feed of each kind. Every step reads a bounded range of the index, whatever lies before it.

use std::collections::VecDeque;
use std::ops::Range;

use prost::Message as _;
use rogatory_index::{ConsumerRow, Fed, FeedKind};
use rogatory_wire::pb::casework::v1 as pb;

use super::offer::{Offered, notices_of, offer_of};
use super::run::Run;
use crate::answers::ANSWER_BYTES_MAX;
use crate::desk::{Rejection, internal};
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

/// Rows of several kinds, merged in the order of their positions.
struct Merged {
    kinds: Vec<(FeedKind, Ahead)>,
    /// What grows while the kinds are read one after the other lies at or after this position, and is left for the next
    /// answer. Else a later row of one kind could come before an earlier one of another, which a cursor then skips.
    below: u64,
}

/// Rows of one kind that were read ahead.
#[derive(Default)]
struct Ahead {
    rows: VecDeque<Fed>,
    is_read_out: bool,
}

impl Merged {
    fn new(kinds: Vec<FeedKind>, below: u64) -> Self {
        Self { kinds: kinds.into_iter().map(|kind| (kind, Ahead::default())).collect(), below }
    }

    /// The next row with its kind; it stays until it is [taken](Self::take).
    fn next(
        &mut self,
        from: &From,
        read: impl Fn(FeedKind, Range<u64>) -> Result<Vec<Fed>, Rejection>,
    ) -> Result<Option<(FeedKind, Fed)>, Rejection> {
        for (kind, ahead) in &mut self.kinds {
            if ahead.rows.is_empty() && !ahead.is_read_out {
                ahead.rows = read(*kind, from.of(*kind)..self.below)?.into();
                ahead.is_read_out = ahead.rows.len() < ROWS_COUNT;
            }
        }
        let firsts = self.kinds.iter().filter_map(|(kind, ahead)| Some((*kind, *ahead.rows.front()?)));
        Ok(firsts.min_by_key(|(_, (position, _))| *position))
    }

    /// Positions of a kind that were read ahead, the next one first.
    fn following(&self, kind: FeedKind) -> impl Iterator<Item = u64> + '_ {
        let ahead = self.kinds.iter().find_map(|(of, ahead)| (*of == kind).then_some(ahead));
        ahead.into_iter().flat_map(|ahead| ahead.rows.iter().map(|(position, _)| *position))
    }

    fn of(&mut self, kind: FeedKind) -> Option<&mut Ahead> {
        self.kinds.iter_mut().find_map(|(of, ahead)| (*of == kind).then_some(ahead))
    }

    /// Goes on behind the next row of a kind.
    fn take(&mut self, kind: FeedKind) {
        self.of(kind).and_then(|ahead| ahead.rows.pop_front());
    }

    /// Forgets what was read ahead of a kind, because its place has moved.
    fn forget(&mut self, kind: FeedKind) {
        self.of(kind).map(std::mem::take);
    }
}

/// What one answer still has room for.
struct Space {
    offers: usize,
    items: usize,
    bytes: usize,
    /// Position of what was put in last.
    last: Option<u64>,
}

impl Space {
    fn new(offers: usize) -> Self {
        Self { offers, items: ITEMS_COUNT_MAX, bytes: ANSWER_BYTES_MAX, last: None }
    }

    /// Whether another row at this position may come at all. A record may have rows of two kinds, and they come in one
    /// answer: a cursor that names the first would skip the second.
    fn is_open(&self, kind: FeedKind, position: u64) -> bool {
        self.last == Some(position) || self.items > 0 && (kind != FeedKind::Message || self.offers > 0)
    }

    /// Whether so many bytes fit; the first row always does.
    fn holds(&self, position: u64, bytes: usize) -> bool {
        self.last.is_none() || self.last == Some(position) || bytes <= self.bytes
    }

    fn take(&mut self, kind: FeedKind, position: u64, items: usize, bytes: usize) {
        self.offers = self.offers.saturating_sub(usize::from(kind == FeedKind::Message));
        self.items = self.items.saturating_sub(items);
        self.bytes = self.bytes.saturating_sub(bytes);
        self.last = Some(position);
    }
}

fn run_of(runs: &mut [Run], kind: FeedKind) -> &mut Run {
    &mut runs[usize::from(kind.byte())]
}

/// Finds what fits one answer.
pub(super) fn scan(sources: &ReadOnly, ask: Ask) -> Result<Found, Rejection> {
    let Ask { kinds, from, acknowledged, with_content, space } = ask;
    let mut merged = Merged::new(kinds, sources.fed_through());
    let mut space = Space::new(space);
    let mut runs: [Run; FeedKind::ALL.len()] = std::array::from_fn(|_| Run::default());
    let mut found = Found { from, ..Found::default() };
    loop {
        let read = |kind, range| sources.feed(kind, range, ROWS_COUNT).map_err(internal);
        let Some((kind, (position, arrival))) = merged.next(&found.from, read)? else {
            found.is_at_end = true;
            return Ok(found);
        };
        if kind == FeedKind::Message && acknowledged.has(arrival) {
            // What is acknowledged beyond a gap is skipped as one.
            let last = acknowledged.span_of(arrival).map_or(position, |span| span.last_position);
            merged.forget(kind);
            found.from.set(kind, last.max(position) + 1);
            continue;
        }
        if !space.is_open(kind, position) {
            return Ok(found);
        }
        let stored = run_of(&mut runs, kind).take(sources, position, merged.following(kind))?;
        let (offer, notices) = match kind {
            FeedKind::Message => (Some(offer_of(sources, &stored, arrival, with_content)?), Vec::new()),
            kind => (None, notices_of(sources, kind, &stored)?),
        };
        let bytes = offer.iter().map(|(offer, _)| offer.encoded_len()).sum::<usize>()
            + notices.iter().map(pb::Notice::encoded_len).sum::<usize>();
        if !space.holds(position, bytes) {
            return Ok(found);
        }
        merged.take(kind);
        found.from.set(kind, position + 1);
        let items = notices.len() + usize::from(offer.is_some());
        if items > 0 {
            space.take(kind, position, items, bytes);
        }
        found.notices.extend(notices);
        if let Some((offer, offered)) = offer {
            found.offers.push(offer);
            found.offered.push((position, offered));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn what_grows_between_the_reads_of_two_kinds_changes_no_order() {
        // Between the two reads a message at 15 and a receipt at 20 become durable.
        let (messages, receipts) = ([(10, 1), (15, 2)], [(12, 0), (20, 0)]);
        let reads = Cell::new(0);
        let read = |kind, range: Range<u64>| {
            let durable = if reads.replace(reads.get() + 1) == 0 { 13 } else { 21 };
            let rows = if kind == FeedKind::Message { messages } else { receipts };
            let seen =
                rows.into_iter().filter(|(position, _)| *position < durable && range.contains(position));
            Ok(seen.collect())
        };
        let (mut from, mut seen) = (From::default(), Vec::new());
        for below in [13, 21] {
            let mut merged = Merged::new(vec![FeedKind::Message, FeedKind::Receipt], below);
            while let Some((kind, (position, _))) = merged.next(&from, read).unwrap() {
                merged.take(kind);
                from.set(kind, position + 1);
                seen.push(position);
            }
        }
        assert_eq!(seen, [10, 12, 15, 20]);
    }

    #[test]
    fn the_rows_of_one_record_come_in_one_answer_however_full_it_is() {
        let mut space = Space::new(1);
        assert!(space.holds(3, usize::MAX), "the first row always fits");
        space.take(FeedKind::Receipt, 3, ITEMS_COUNT_MAX, usize::MAX);
        assert!(space.is_open(FeedKind::Refusal, 3) && space.holds(3, 1));
        assert!(!space.is_open(FeedKind::Refusal, 4) && !space.holds(4, 1));
    }

    #[test]
    fn an_answer_takes_no_more_offers_than_the_window_has_space_for() {
        let mut space = Space::new(1);
        space.take(FeedKind::Message, 3, 1, 10);
        assert!(!space.is_open(FeedKind::Message, 4) && space.is_open(FeedKind::Receipt, 4));
    }
}
