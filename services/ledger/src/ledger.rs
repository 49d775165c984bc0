//! The small door behind which another engine may stand: append at a position, read from one, follow the tail.
//! Must not grow verbs that only files can offer.

use std::ops::ControlFlow;

use crate::{AppendError, Appender, Decision, Head, ReadError};

/// A durable log of decisions, shared by threads.
pub trait Ledger: Send + Sync + 'static {
    /// Queues decisions from position `expected` on and empties the list; all or none.
    ///
    /// # Errors
    /// [`AppendError`]; [`AppendError::Position`] if another writer, or an earlier one, holds that position.
    fn append(&self, expected: u64, decisions: &mut Vec<Decision>) -> Result<(), AppendError>;

    /// Shows whole durable decisions from the one that contains `from`; returns the position after the last.
    ///
    /// # Errors
    /// [`ReadError`].
    fn read(
        &self,
        from: u64,
        visit: &mut dyn FnMut(u64, Decision) -> ControlFlow<()>,
    ) -> Result<u64, ReadError>;

    /// Blocks until more than `size` entries are durable; `None` once nothing will be appended any more.
    fn follow(&self, size: u64) -> Option<Head>;
}

impl Ledger for Appender {
    fn append(&self, expected: u64, decisions: &mut Vec<Decision>) -> Result<(), AppendError> {
        self.append_all(expected, decisions)
    }

    fn read(
        &self,
        from: u64,
        visit: &mut dyn FnMut(u64, Decision) -> ControlFlow<()>,
    ) -> Result<u64, ReadError> {
        self.reader().decisions(from, visit)
    }

    fn follow(&self, size: u64) -> Option<Head> {
        self.reader().wait_beyond(size)
    }
}
