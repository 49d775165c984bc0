//! What a consumer has stored on its side: messages by arrival number, notices up to a position. Owns how gaps close.
//!
//! Arrivals count TAKEN records from 1. What lies beyond a gap is kept as spans, so that a consumer which never
//! acknowledges one message costs one span and not a line for each message after it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Consecutive arrivals that are handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The last arrival.
    pub last: u64,
    /// Position of its record.
    pub last_position: u64,
}

/// One consumer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsumerRow {
    /// Every arrival up to this one is handed over.
    pub through: u64,
    /// Position of that arrival's record.
    pub through_position: Option<u64>,
    /// Spans beyond it that are handed over, by their first arrival.
    pub beyond: BTreeMap<u64, Span>,
    /// Every notice up to this position is stored.
    pub noticed: Option<u64>,
    /// Node time of the first record under the name.
    pub since: Timestamp,
    /// Node time of the newest one.
    pub last: Timestamp,
}

impl ConsumerRow {
    /// A consumer that has stored nothing yet.
    pub fn new(since: Timestamp) -> Self {
        Self { since, last: since, ..Self::default() }
    }

    /// Whether the arrival is handed over.
    pub fn has(&self, arrival: u64) -> bool {
        arrival <= self.through || self.span_of(arrival).is_some()
    }

    /// The span beyond a gap that holds the arrival.
    pub fn span_of(&self, arrival: u64) -> Option<Span> {
        self.beyond.range(..=arrival).next_back().map(|(_, span)| *span).filter(|span| span.last >= arrival)
    }

    /// Arrivals that are handed over.
    pub fn handed_over(&self) -> u64 {
        self.through + self.beyond.iter().map(|(first, span)| span.last + 1 - first).sum::<u64>()
    }

    /// Marks an arrival as handed over and closes the gap it may have filled.
    pub fn acknowledge(&mut self, arrival: u64, position: u64) {
        if self.has(arrival) {
            return;
        }
        let mut span = Span { last: arrival, last_position: position };
        if let Some(after) = self.beyond.remove(&(arrival + 1)) {
            span = after;
        }
        if arrival == self.through + 1 {
            (self.through, self.through_position) = (span.last, Some(span.last_position));
            return;
        }
        let before = self.beyond.range_mut(..arrival).next_back().map(|(_, before)| before);
        match before.filter(|before| before.last + 1 == arrival) {
            Some(before) => *before = span,
            None => drop(self.beyond.insert(arrival, span)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acknowledged(arrivals: &[u64]) -> ConsumerRow {
        let mut row = ConsumerRow::default();
        arrivals.iter().for_each(|arrival| row.acknowledge(*arrival, arrival * 10));
        row
    }

    #[test]
    fn a_consumer_that_acknowledges_out_of_order_advances_when_the_gap_closes() {
        let mut row = acknowledged(&[2, 3]);
        assert_eq!((row.through, row.has(3), row.has(1)), (0, true, false));
        row.acknowledge(1, 10);
        assert_eq!((row.through, row.through_position), (3, Some(30)));
        assert!(row.beyond.is_empty());
    }

    #[test]
    fn one_message_that_is_never_acknowledged_costs_one_span_however_many_follow() {
        let later: Vec<u64> = (2..10_000).collect();
        let row = acknowledged(&later);
        assert_eq!((row.through, row.beyond.len(), row.handed_over()), (0, 1, 9_998));
        assert_eq!(row.span_of(500), Some(Span { last: 9_999, last_position: 99_990 }));
    }

    #[test]
    fn the_order_of_acknowledgements_does_not_matter() {
        let arrivals = [1, 2, 4, 5, 6, 9];
        let expected = acknowledged(&arrivals);
        assert_eq!(expected.beyond.len(), 2);
        for turn in 0..arrivals.len() {
            let mut turned = arrivals;
            turned.rotate_left(turn);
            assert_eq!(acknowledged(&turned), expected, "{turned:?}");
            turned.reverse();
            assert_eq!(acknowledged(&turned), expected, "{turned:?}");
        }
    }
}
