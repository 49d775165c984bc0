//! The feed: which records are offered on a watch, by kind and position, and the newest of them before the store has them.
//!
//! Owns the keys of the feed and the tail in memory. Rows only point: what is offered is read from the ledger. It must
//! not know who watches.

use std::collections::BTreeMap;
use std::ops::Range;

use rogatory_evidence::Kind;

use crate::record::Folding;

/// What can be offered on a watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeedKind {
    /// A message was taken over.
    Message,
    /// A recipient took a message of this agency over.
    Receipt,
    /// A recipient refused a message of this agency.
    Refusal,
    /// Delivery of a message of this agency was given up.
    GivenUp,
    /// A clock is nearly due or overdue.
    Clock,
    /// A message of this agency that was given up waits again.
    Requeued,
}

impl FeedKind {
    /// Every kind, in the order of its byte.
    pub const ALL: [Self; 6] =
        [Self::Message, Self::Receipt, Self::Refusal, Self::GivenUp, Self::Clock, Self::Requeued];

    /// The byte of the kind in keys.
    pub fn byte(self) -> u8 {
        self as u8
    }

    /// The kind of a byte.
    pub fn of_byte(byte: u8) -> Option<Self> {
        Self::ALL.get(usize::from(byte)).copied()
    }
}

/// One row of the feed: its key is the kind and the position of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeedKey {
    /// What is offered.
    pub kind: FeedKind,
    /// Position of the record.
    pub position: u64,
}

/// A position in the feed of one kind, with the arrival number of a message; 0 for other kinds.
pub type Fed = (u64, u64);

/// What a record adds to the feed.
pub fn kinds_of(record: &Folding) -> impl Iterator<Item = FeedKind> {
    let holds = |kind| record.receipts.iter().any(|receipt| receipt.shared.kind == kind);
    let is_receipted = record.shared.kind == Kind::Receipted;
    let is_enveloped = record.header.is_some() && record.shared.envelope.is_some();
    let adds = [
        (FeedKind::Message, record.shared.kind == Kind::Taken && is_enveloped),
        (FeedKind::Receipt, is_receipted && holds(Kind::Taken)),
        (FeedKind::Refusal, is_receipted && holds(Kind::Refused)),
        (FeedKind::GivenUp, record.shared.kind == Kind::GivenUp),
        (FeedKind::Clock, record.shared.kind == Kind::ClockAlarm),
        (FeedKind::Requeued, record.shared.kind == Kind::Requeued),
    ];
    adds.into_iter().filter_map(|(kind, is_added)| is_added.then_some(kind))
}

/// Rows of durable records that the store may not hold yet. Whoever reads the feed takes what lies at or after
/// [`Tail::from`] here and the rest from the store, which holds all of that.
#[derive(Debug, Default)]
pub struct Tail {
    from: u64,
    through: u64,
    rows: BTreeMap<FeedKey, u64>,
}

impl Tail {
    /// A tail beside a store that holds the records below a position.
    pub fn new(from: u64) -> Self {
        Self { from, through: from, rows: BTreeMap::new() }
    }

    /// Adds rows of records that became durable, in the order of the ledger and all rows of a record together.
    pub fn extend(&mut self, rows: impl IntoIterator<Item = (FeedKey, u64)>) {
        for (key, arrival) in rows {
            self.through = self.through.max(key.position + 1);
            self.rows.insert(key, arrival);
        }
    }

    /// Forgets rows that the store holds since a batch through this position was applied.
    pub fn applied(&mut self, through: u64) {
        self.from = self.from.max(through);
        self.through = self.through.max(through);
        self.rows.retain(|key, _| key.position >= through);
    }

    /// Position from which on rows are here and not to be looked for in the store.
    pub fn from(&self) -> u64 {
        self.from
    }

    /// Position below which every row of every kind is here or in the store. Whoever reads several kinds one after the other
    /// stays below it, or sees a later row of one kind before an earlier one of another.
    pub fn through(&self) -> u64 {
        self.through
    }

    /// Rows of a kind from a position on and below another, in order.
    pub fn rows(&self, kind: FeedKind, range: Range<u64>) -> impl Iterator<Item = Fed> {
        let from = FeedKey { kind, position: range.start }..=FeedKey { kind, position: u64::MAX };
        let rows = self.rows.range(from).map(|(key, arrival)| (key.position, *arrival));
        rows.take_while(move |(position, _)| *position < range.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_keeps_what_the_store_does_not_hold_yet_and_nothing_else() {
        let mut tail = Tail::new(10);
        let key = |position| FeedKey { kind: FeedKind::Message, position };
        let receipt = FeedKey { kind: FeedKind::Receipt, position: 11 };
        tail.extend([(key(10), 1), (receipt, 0), (key(12), 2), (key(20), 3)]);
        assert_eq!(tail.rows(FeedKind::Message, 11..u64::MAX).collect::<Vec<_>>(), [(12, 2), (20, 3)]);
        assert_eq!(tail.rows(FeedKind::Message, 10..20).count(), 2);
        assert_eq!(tail.through(), 21);
        tail.applied(20);
        assert_eq!((tail.from(), tail.through()), (20, 21));
        assert_eq!(tail.rows(FeedKind::Message, 0..u64::MAX).collect::<Vec<_>>(), [(20, 3)]);
        assert_eq!(tail.rows(FeedKind::Receipt, 0..u64::MAX).count(), 0);
    }
}
