//! Room for what comes next: zeros ahead of the tail, the spare segment, and the change to it. Must not touch a byte
//! that a frame has been written to.

use super::{CommitError, Fatal, Log};
use crate::{
    Disk, DiskError, Identity, Options,
    checkpoint::Closed,
    scan::Place,
    segment::{self, HEADER_BYTES},
};

/// A segment made ready ahead of need, not yet part of the log.
pub(crate) const SPARE: &str = "spare";
/// Bytes of zeros written per step while idle.
const ZERO_STEP_BYTES: u64 = ZEROS.len() as u64;
static ZEROS: [u8; 256 << 10] = [0; 256 << 10];
const PAGE_BYTES: u64 = 4096;

impl Log {
    /// One bounded step of work ahead: zeros before the tail, then the next segment. True if more is to do.
    ///
    /// # Errors
    /// [`Fatal`] after a failed write or sync, as in a commit; want of space or of a descriptor only ends the work.
    pub fn prepare(&mut self) -> Result<bool, Fatal> {
        self.running()?;
        match self.step_ahead() {
            Err(error) if error.is_want_of_room() => Ok(false),
            outcome => outcome.map_err(|error| self.stop(error)),
        }
    }

    fn step_ahead(&mut self) -> Result<bool, DiskError> {
        let Options { segment_bytes, zero_ahead_bytes, reserve_bytes, .. } = self.options;
        if zero_ahead_bytes == 0 {
            return Ok(false);
        }
        let goal = segment_bytes.min(self.tail.offset + zero_ahead_bytes);
        // The page under the tail holds durable frames and stays as it is.
        let from = self.zeroed_to.max(self.tail.offset.next_multiple_of(PAGE_BYTES));
        if from < goal {
            self.zeroed_to = self.zero(&segment::name(self.tail.base), from, goal)?;
            return Ok(true);
        }
        if goal < segment_bytes {
            return Ok(false);
        }
        let Some(from) = self.spare else {
            if self.disk().free_bytes()? < segment_bytes.saturating_add(reserve_bytes) {
                return Ok(false);
            }
            self.disk().create(SPARE)?;
            self.disk().allocate(SPARE, segment_bytes)?;
            self.spare = Some(HEADER_BYTES);
            return Ok(true);
        };
        let goal = segment_bytes.min(HEADER_BYTES + zero_ahead_bytes);
        if from < goal {
            self.spare = Some(self.zero(SPARE, from, goal)?);
        }
        Ok(from < goal)
    }

    fn zero(&self, name: &str, from: u64, goal: u64) -> Result<u64, DiskError> {
        let len = (goal - from).min(ZERO_STEP_BYTES);
        self.disk().write_at(name, from, &ZEROS[..len as usize])?;
        self.disk().sync_data(name)?;
        Ok(from + len)
    }

    /// Begins the next segment. It gets its name only when its header is durable, so a named one always has one.
    pub(super) fn roll(&mut self, free: u64) -> Result<(), CommitError> {
        let segment_bytes = self.options.segment_bytes;
        if self.spare.is_none() && free < segment_bytes.saturating_add(self.options.reserve_bytes) {
            return Err(CommitError::ReserveReached);
        }
        let base = self.frontier.size();
        match begin_segment(self.disk(), &self.identity, base, segment_bytes, self.spare.is_some()) {
            Ok(()) => {}
            Err(DiskError::Full) => {
                self.spare = None;
                return Err(CommitError::ReserveReached);
            }
            Err(error @ DiskError::NoDescriptor { .. }) => return Err(CommitError::NoDescriptor(error)),
            Err(error) => return Err(self.stop(error).into()),
        }
        let closed = Closed { base: self.tail.base, end: self.tail.offset, size: base };
        // Nobody need take them.
        if closed.base < closed.size {
            let _ = self.closed.send(closed);
        }
        self.tail = Place { base, offset: HEADER_BYTES };
        self.zeroed_to = self.spare.take().unwrap_or(HEADER_BYTES);
        Ok(())
    }
}

/// Makes an empty segment durable under its name, from the spare file if one is `ready`.
pub(crate) fn begin_segment(
    disk: &dyn Disk,
    identity: &Identity,
    base: u64,
    segment_bytes: u64,
    ready: bool,
) -> Result<(), DiskError> {
    if !ready {
        disk.create(SPARE)?;
        disk.allocate(SPARE, segment_bytes)?;
    }
    disk.write_at(SPARE, 0, &segment::encode_header(identity, base))?;
    disk.sync_data(SPARE)?;
    disk.rename(SPARE, &segment::name(base))?;
    disk.sync_dir()
}
