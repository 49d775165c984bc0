//! Write-behind: rows leave for the base in batches, each complete up to a durable position and stamped with its root.

use rogatory_index::Batch;
use rogatory_tlog::root;

use super::Engine;
use crate::failure::Failure;
use crate::input::Effect;

/// Ticks between two batches while few rows are staged: whoever lists is shown at once what is new.
const BATCH_TICKS_MIN: u32 = 2;

/// Ticks between two batches while many are: more of what was sent is settled by then and written once.
const BATCH_TICKS_MAX: u32 = 4;

/// Staged rows that are many.
const ROWS_MANY: usize = 512;

/// Bytes of staged rows that call for a batch before its tick.
const BATCH_BYTES: usize = 16 << 20;

/// The batch on its way.
#[derive(Default)]
pub(super) struct Behind {
    waiting: Option<Batch>,
    applying: bool,
    ticks: u32,
    through: u64,
}

impl Engine {
    /// Records that the base holds.
    pub fn indexed(&self) -> u64 {
        self.behind.through
    }

    /// Whether the base holds everything decided.
    pub fn is_indexed(&self) -> bool {
        !self.behind.applying && self.behind.waiting.is_none() && self.behind.through == self.staged.next()
    }

    /// Starts a batch when one is due and none is on its way.
    pub(super) fn write_behind(&mut self) {
        self.behind.ticks = self.behind.ticks.saturating_add(1);
        let pause = if self.staged.len() < ROWS_MANY { BATCH_TICKS_MIN } else { BATCH_TICKS_MAX };
        let due = self.behind.ticks >= pause || self.staged.bytes() > BATCH_BYTES;
        let idle = self.behind.waiting.is_none() && !self.behind.applying;
        if due && idle && self.behind.through < self.staged.next() {
            self.behind.ticks = 0;
            self.behind.waiting = Some(self.staged.take_batch());
            self.behind_durable();
        }
    }

    /// Lets the batch go once the ledger is durable up to it.
    pub(super) fn behind_durable(&mut self) {
        let Some(mut batch) = self.behind.waiting.take_if(|batch| batch.through <= self.durable) else {
            return;
        };
        match root(self.reader.nodes(), batch.through) {
            Ok(root) => {
                batch.root = Some(root);
                self.behind.applying = true;
                self.effects.push(Effect::Flush(Box::new(batch)));
            }
            Err(error) => self.fail(Failure::other(error)),
        }
    }

    pub(super) fn applied(&mut self, through: u64) {
        self.behind.applying = false;
        self.behind.through = through;
        self.staged.applied(through);
    }

    /// Says that the base held these records when the engine was made.
    pub fn starts_indexed(&mut self, through: u64) {
        self.behind.through = through;
    }
}
