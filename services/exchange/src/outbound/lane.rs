//! One lane of a peer: what waits in memory, in order, and how far that reaches.
//!
//! Owns the bytes of both. It must not know what may be sent next.

use std::collections::BTreeMap;

use super::{Queued, WINDOW_BYTES_MAX, WINDOW_COUNT_MAX};

/// What waits in one lane.
#[derive(Debug)]
pub(super) struct Lane<T> {
    /// What waits, by position.
    pub(super) ready: BTreeMap<u64, Queued<T>>,
    /// Bytes of what waits.
    pub(super) bytes: usize,
    /// Bytes of this lane in flight.
    pub(super) in_flight: usize,
    /// What waits up to this position is in memory.
    pub(super) last: Option<u64>,
    pub(super) more_in_index: bool,
}

impl<T> Lane<T> {
    /// An empty lane; `more_in_index` says whether the index may hold entries from before.
    pub(super) fn new(more_in_index: bool) -> Self {
        Self { ready: BTreeMap::new(), bytes: 0, in_flight: 0, last: None, more_in_index }
    }

    pub(super) fn put(&mut self, entry: Queued<T>) {
        self.bytes += entry.bytes;
        if let Some(before) = self.ready.insert(entry.position, entry) {
            self.bytes -= before.bytes;
        }
    }

    /// All that waits is asked of the index anew, from the beginning.
    pub(super) fn begin_again(&mut self) {
        self.last = None;
        self.more_in_index = true;
    }

    pub(super) fn is_full(&self) -> bool {
        self.ready.len() >= WINDOW_COUNT_MAX || self.bytes >= WINDOW_BYTES_MAX
    }

    pub(super) fn take(&mut self, position: u64) -> Option<Queued<T>> {
        let entry = self.ready.remove(&position)?;
        self.bytes -= entry.bytes;
        Some(entry)
    }
}
