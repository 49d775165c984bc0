//! The log as a synchronous step machine: one write, one sync, one signed head per group. No thread, clock or
//! randomness of its own. Must not go on after a failed write or sync, and shows nothing that is not durable.

use std::sync::Arc;

use rogatory_tlog::{Frontier, VerifierKey, leaf_hash};
use thiserror::Error;

use crate::{
    Decision, Disk, DiskError, Guard, Head, Identity, Reader, Signer, frame, recovery,
    recovery::{OpenError, Recovery},
    scan::Place,
    segment::{self, HEADER_BYTES},
};

/// A segment made ready ahead of need, not yet part of the log.
pub(crate) const SPARE: &str = "spare";
/// Bytes of zeros written per step while idle.
const ZERO_STEP_BYTES: u64 = 1 << 20;
const PAGE_BYTES: u64 = 4096;

/// Named limits of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Length of a segment file, in bytes; at most 4 GiB.
    pub segment_bytes: u64,
    /// Longest decision on disk, in bytes.
    pub frame_bytes: u32,
    /// Bytes the committer puts into one group, unless one decision is longer.
    pub group_bytes: u64,
    /// Free bytes on the disk below which no group is taken.
    pub reserve_bytes: u64,
    /// Bytes written with zeros ahead of the tail while idle: a sync into written blocks costs no journal commit.
    pub zero_ahead_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            segment_bytes: 64 << 20,
            frame_bytes: 16 << 20,
            group_bytes: 8 << 20,
            reserve_bytes: 256 << 20,
            zero_ahead_bytes: 16 << 20,
        }
    }
}

impl Options {
    pub(crate) fn check(&self) -> Result<(), OpenError> {
        if self.segment_bytes > u64::from(u32::MAX) {
            return Err(OpenError::Options("a segment may not exceed 4 GiB"));
        }
        if u64::from(self.frame_bytes) + HEADER_BYTES > self.segment_bytes {
            return Err(OpenError::Options("the longest frame must fit into a segment"));
        }
        Ok(())
    }

    /// Bytes of frames one group may have: it never spans segments.
    pub(crate) fn group_limit(&self) -> u64 {
        self.segment_bytes - HEADER_BYTES
    }
}

/// Where segments and guard lie.
#[derive(Clone)]
pub struct Stores {
    /// Segments and derived tree blocks.
    pub ledger: Arc<dyn Disk>,
    /// The guard file; another volume than the segments protects against a restored volume.
    pub guard: Arc<dyn Disk>,
}

impl Stores {
    /// Both in one directory.
    pub fn one(disk: Arc<dyn Disk>) -> Self {
        Self { ledger: Arc::clone(&disk), guard: disk }
    }
}

/// Why the log stopped for good; only opening it anew, in a new process, goes on.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fatal {
    /// A write or sync failed, so what the disk holds is unknown.
    #[error("the ledger stopped: {0}; what the disk holds is unknown until the node is started again")]
    Disk(#[from] DiskError),
    /// The caller stopped it, having seen proof of another history.
    #[error("the ledger was stopped by its node")]
    Halted,
}

/// Why a group was not committed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CommitError {
    /// A decision without entries; nothing was written.
    #[error("a decision has no entry")]
    Empty,
    /// A decision or group above its limit; nothing was written.
    #[error("{bytes} bytes exceed the limit of {limit}")]
    TooLarge {
        /// What was asked.
        bytes: u64,
        /// What is allowed.
        limit: u64,
    },
    /// The log has grown to another position; nothing was written.
    #[error("append expected at position {expected}, but the next one is {next}")]
    Position {
        /// What the caller believed.
        expected: u64,
        /// What is so.
        next: u64,
    },
    /// Free space is below the reserve; nothing was written, and the same call works once space is back.
    #[error("free space on the ledger's disk is below its reserve")]
    ReserveReached,
    /// The log stopped; every later call says the same.
    #[error(transparent)]
    Fatal(#[from] Fatal),
}

/// A group that was written and is not yet durable.
#[must_use]
pub(crate) struct Written {
    pub(crate) entries: u64,
    pub(crate) bytes: u64,
}

/// The writer's half of a ledger.
pub struct Log {
    pub(crate) stores: Stores,
    pub(crate) identity: Identity,
    pub(crate) key: VerifierKey,
    pub(crate) signer: Arc<dyn Signer>,
    pub(crate) options: Options,
    pub(crate) reader: Reader,
    pub(crate) frontier: Frontier,
    /// Where the next frame goes.
    pub(crate) tail: Place,
    /// Up to here the current segment has been written, with frames or zeros, and synced.
    pub(crate) zeroed_to: u64,
    /// How far the spare segment has been zeroed, if there is one.
    pub(crate) spare: Option<u64>,
    pub(crate) boot_id: String,
    /// What the guard file says now, if it has been written by this opening.
    pub(crate) guarded: Option<Guard>,
    pub(crate) signing_held: bool,
    pub(crate) stopped: Option<Fatal>,
    pub(crate) buffer: Vec<u8>,
    /// Places of the frames in the buffer, and their first positions.
    pub(crate) written: Vec<(Place, u64)>,
}

impl Log {
    /// Starts a ledger in directories that hold none.
    ///
    /// # Errors
    /// [`OpenError::Exists`] if there is one, or the guard of one.
    pub fn create(
        stores: Stores,
        identity: Identity,
        signer: Arc<dyn Signer>,
        options: Options,
    ) -> Result<Self, OpenError> {
        recovery::create(stores, identity, signer, options)
    }

    /// Opens a ledger: checks every byte, rebuilds the tree, cuts a torn tail, and makes the tail durable anew.
    ///
    /// # Errors
    /// [`OpenError::Damaged`] and [`OpenError::Rollback`] name what must not be continued.
    pub fn open(
        stores: Stores,
        signer: Arc<dyn Signer>,
        options: Options,
    ) -> Result<(Self, Recovery), OpenError> {
        recovery::open(stores, signer, options)
    }

    /// Whose ledger it is.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The limits it was opened with.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Number of durable entries, and the position of the next one.
    pub fn size(&self) -> u64 {
        self.reader.size()
    }

    /// The newest head.
    pub fn head(&self) -> Head {
        self.reader.head()
    }

    /// A reader that follows this log; cheap to clone.
    pub fn reader(&self) -> Reader {
        self.reader.clone()
    }

    /// As [`Log::commit`], if the log's next position is `expected`.
    ///
    /// # Errors
    /// [`CommitError::Position`] if it is not, and those of [`Log::commit`].
    pub fn commit_at(&mut self, expected: u64, group: &[Decision]) -> Result<Head, CommitError> {
        let next = self.size();
        if expected == next { self.commit(group) } else { Err(CommitError::Position { expected, next }) }
    }

    /// Makes the group durable with one write and one sync, and returns the head that covers it.
    ///
    /// # Errors
    /// [`CommitError`]; only [`CommitError::Fatal`] has changed anything.
    pub fn commit(&mut self, group: &[Decision]) -> Result<Head, CommitError> {
        let written = self.write(group)?;
        self.sync(&written)?;
        Ok(self.publish(group))
    }

    /// Puts the group's bytes into the current segment, or a new one.
    pub(crate) fn write(&mut self, group: &[Decision]) -> Result<Written, CommitError> {
        self.running()?;
        let (entries, bytes) = self.measure(group)?;
        if bytes == 0 {
            return Ok(Written { entries, bytes });
        }
        let free = self.disk().free_bytes().map_err(|error| self.stop(error))?;
        if free < self.options.reserve_bytes {
            return Err(CommitError::ReserveReached);
        }
        if self.tail.offset + bytes > self.options.segment_bytes {
            self.roll(free)?;
        }
        self.encode(group);
        let outcome = self.disk().write_at(&segment::name(self.tail.base), self.tail.offset, &self.buffer);
        outcome.map_err(|error| self.stop(error))?;
        Ok(Written { entries, bytes })
    }

    /// The one sync of a group.
    pub(crate) fn sync(&mut self, written: &Written) -> Result<(), Fatal> {
        if written.bytes > 0 {
            let outcome = self.disk().sync_data(&segment::name(self.tail.base));
            outcome.map_err(|error| self.stop(error))?;
        }
        self.tail.offset += written.bytes;
        self.zeroed_to = self.zeroed_to.max(self.tail.offset);
        Ok(())
    }

    /// Hashes the leaves of a durable group, signs the head and shows both.
    pub(crate) fn publish(&mut self, group: &[Decision]) -> Head {
        if group.is_empty() {
            return self.head();
        }
        let mut nodes = Vec::with_capacity(2 * group.len());
        for entry in group.iter().flat_map(|decision| &decision.entries) {
            let mut completed = |level, index, hash| nodes.push((level, index, hash));
            self.frontier.push(leaf_hash(&entry.leaf), &mut completed);
        }
        self.reader.extend(&self.written, &nodes);
        self.show_head()
    }

    /// Signs the current size unless signing is held, and shows it to readers.
    pub(crate) fn show_head(&mut self) -> Head {
        let (size, root) = (self.frontier.size(), self.frontier.root());
        let head = if self.signing_held || size == 0 {
            Head::unsigned(size, root)
        } else {
            Head::signed(size, root, &self.key, &*self.signer)
        };
        self.reader.show(head.clone());
        head
    }

    /// Heads carry no note from now on; commits go on.
    pub fn hold_signing(&mut self) {
        self.signing_held = true;
        self.show_head();
    }

    /// Ends a hold, and returns the current head, signed.
    pub fn release_signing(&mut self) -> Head {
        self.signing_held = false;
        self.show_head()
    }

    /// Stops for good: a validly signed head of this ledger was seen that it does not contain.
    pub fn halt(&mut self) -> Fatal {
        self.stopped.get_or_insert(Fatal::Halted).clone()
    }

    /// Writes the guard if the head has moved; called at most once a second. A failure leaves the older guard.
    ///
    /// # Errors
    /// The guard disk's; the ledger itself is untouched by them.
    pub fn tick(&mut self) -> Result<(), DiskError> {
        self.write_guard(false)
    }

    /// Writes the guard with the mark of a clean close.
    ///
    /// # Errors
    /// The guard disk's; the ledger is complete without the mark.
    pub fn close(mut self) -> Result<(), DiskError> {
        self.write_guard(true)
    }

    pub(crate) fn write_guard(&mut self, clean: bool) -> Result<(), DiskError> {
        if self.stopped.is_some() {
            return Ok(());
        }
        let guard = Guard {
            origin: self.identity.origin.clone(),
            head: self.head(),
            boot_id: self.boot_id.clone(),
            clean,
            signing_held: self.signing_held,
        };
        if self.guarded.as_ref() != Some(&guard) {
            guard.write(&*self.stores.guard)?;
            self.guarded = Some(guard);
        }
        Ok(())
    }

    /// One bounded step of work ahead: zeros before the tail, then the next segment. True if more is to do.
    ///
    /// # Errors
    /// [`Fatal`] after a failed write or sync, as in a commit; a full disk only ends the work.
    pub fn prepare(&mut self) -> Result<bool, Fatal> {
        self.running()?;
        match self.step_ahead() {
            Err(DiskError::Full) => Ok(false),
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
        self.disk().write_at(name, from, &vec![0; len as usize])?;
        self.disk().sync_data(name)?;
        Ok(from + len)
    }

    /// Begins the next segment. It gets its name only when its header is durable, so a named one always has one.
    fn roll(&mut self, free: u64) -> Result<(), CommitError> {
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
            Err(error) => return Err(self.stop(error).into()),
        }
        self.tail = Place { base, offset: HEADER_BYTES };
        self.zeroed_to = self.spare.take().unwrap_or(HEADER_BYTES);
        Ok(())
    }

    fn measure(&self, group: &[Decision]) -> Result<(u64, u64), CommitError> {
        let (mut entries, mut bytes) = (0, 0);
        for decision in group {
            if decision.is_empty() {
                return Err(CommitError::Empty);
            }
            let (frame, limit) = (frame::encoded_len(decision), u64::from(self.options.frame_bytes));
            if frame > limit {
                return Err(CommitError::TooLarge { bytes: frame, limit });
            }
            entries += decision.len();
            bytes += frame;
        }
        let limit = self.options.group_limit();
        if bytes > limit { Err(CommitError::TooLarge { bytes, limit }) } else { Ok((entries, bytes)) }
    }

    fn encode(&mut self, group: &[Decision]) {
        self.buffer.clear();
        self.written.clear();
        let durable = self.frontier.size();
        let mut first = durable;
        for decision in group {
            let offset = self.tail.offset + self.buffer.len() as u64;
            self.written.push((Place { offset, ..self.tail }, first));
            frame::encode(decision, first, durable, self.identity.salt, &mut self.buffer);
            first += decision.len();
        }
    }

    fn running(&self) -> Result<(), Fatal> {
        self.stopped.clone().map_or(Ok(()), Err)
    }

    fn stop(&mut self, error: DiskError) -> Fatal {
        tracing::error!(%error, "the ledger stops");
        self.stopped.get_or_insert(Fatal::Disk(error)).clone()
    }

    fn disk(&self) -> &dyn Disk {
        &*self.stores.ledger
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

#[cfg(test)]
mod tests;
