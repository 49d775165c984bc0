//! Runs of records: what a watch shows next mostly lies side by side in the ledger, and is read in one pass.
//!
//! Owns how far a pass goes. A record looked up by itself costs its whole frame, which may hold hundreds of others; so one
//! by one a backlog would cost its square. It must not decide what is shown.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use rogatory_engine::reread::Stored;

use crate::answers::ANSWER_BYTES_MAX;
use crate::desk::{Rejection, internal};
use crate::reads::ReadOnly;

/// Records that a pass goes on over without one that is wanted. Beyond it a new look-up costs less.
const GAP_RECORDS: u64 = 256;

/// Records that were read ahead, in order; no more bytes of them than about one answer holds.
#[derive(Default)]
pub(super) struct Run(VecDeque<Stored>);

impl Run {
    /// The record at a position. `following` are the positions that are wanted after it, rising.
    pub(super) fn take(
        &mut self,
        sources: &ReadOnly,
        position: u64,
        following: impl Iterator<Item = u64>,
    ) -> Result<Stored, Rejection> {
        while let Some(stored) = self.0.pop_front() {
            if stored.position() == position {
                return Ok(stored);
            }
        }
        self.read(sources, position, following)?;
        self.0.pop_front().ok_or_else(|| internal("a record of the feed is not in the ledger"))
    }

    fn read(
        &mut self,
        sources: &ReadOnly,
        position: u64,
        following: impl Iterator<Item = u64>,
    ) -> Result<(), Rejection> {
        let mut wanted = Wanted::new(position, following);
        let (mut bytes, mut failed) = (0, None);
        let scanned = sources.ledger.scan(position, &mut |at, entry| {
            if !wanted.is(at) {
                return ControlFlow::Continue(());
            }
            bytes += entry.payload.len();
            match Stored::decode(at, &entry) {
                Ok(stored) => self.0.push_back(stored),
                Err(error) => failed = Some(error),
            }
            if failed.is_some() || bytes > ANSWER_BYTES_MAX {
                ControlFlow::Break(())
            } else {
                wanted.after(at)
            }
        });
        scanned.map_err(internal)?;
        failed.map_or(Ok(()), |error| Err(internal(error)))
    }
}

/// The positions a pass is for.
struct Wanted<I> {
    next: Option<u64>,
    following: I,
}

impl<I: Iterator<Item = u64>> Wanted<I> {
    fn new(first: u64, following: I) -> Self {
        Self { next: Some(first), following }
    }

    fn is(&self, position: u64) -> bool {
        self.next == Some(position)
    }

    /// Whether the pass goes on after one that was wanted.
    fn after(&mut self, position: u64) -> ControlFlow<()> {
        self.next = self.following.find(|next| *next > position);
        match self.next {
            Some(next) if next - position <= GAP_RECORDS => ControlFlow::Continue(()),
            _ => ControlFlow::Break(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_goes_on_to_what_is_near_and_ends_before_what_is_far_or_was_there() {
        let mut wanted = Wanted::new(5, [5, 7, 7 + GAP_RECORDS, 8 + 2 * GAP_RECORDS].into_iter());
        assert!(wanted.is(5) && !wanted.is(6));
        assert!(
            wanted.after(5).is_continue() && wanted.is(7),
            "the one that is there already is passed over"
        );
        assert!(wanted.after(7).is_continue() && wanted.is(7 + GAP_RECORDS));
        assert!(wanted.after(7 + GAP_RECORDS).is_break(), "too far");
        assert!(Wanted::new(5, [].into_iter()).after(5).is_break(), "nothing follows");
    }
}
