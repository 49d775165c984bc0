//! The log as a synchronous step machine: one write, one sync, one signed head per group. No thread, clock or
//! randomness of its own. Must not go on after a failed write or sync, and shows nothing that is not durable.

pub(crate) mod space;
#[cfg(test)]
mod tests;

use std::sync::{Arc, mpsc};

use rogatory_tlog::{Frontier, VerifierKey, leaf_hash};
use thiserror::Error;

use crate::{
    Checkpoints, Decision, Disk, DiskError, Guard, Head, Identity, OpenError, Options, Reader, Recovery,
    Signer, Stores, Unverified, checkpoint::Closed, frame, recovery, recovery::LostGuard, scan::Place,
    segment,
};

/// Why the log stopped for good; only opening it anew, in a new process, goes on.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fatal {
    /// A write or sync failed, so what the disk holds is unknown.
    #[error("the ledger stopped: {0}; what the disk holds is unknown until the node is started again")]
    Disk(#[from] DiskError),
    /// The newest segment is not where it was, or not what was written: the directory was replaced, unmounted or written
    /// to by others. What was acknowledged meanwhile may lie where nobody looks for it.
    #[error(
        "the ledger stopped: {0} is no longer the file that was opened, or holds other bytes than were written; what was \
         acknowledged since may be in no ledger"
    )]
    Replaced(String),
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
    /// Free space is below the reserve; nothing was written, and the same call works once space is back.
    #[error("free space on the ledger's disk is below its reserve")]
    ReserveReached,
    /// No file descriptor is free for the next segment; nothing was written, and the same call works once one is.
    #[error(transparent)]
    NoDescriptor(DiskError),
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
    /// The first bytes of the newest durable group and where they are, if this opening wrote one.
    pub(crate) newest: Option<(Place, [u8; frame::HEADER_BYTES])>,
    /// Where closed segments are told of, for their checkpoints.
    pub(crate) closed: mpsc::Sender<Closed>,
    pub(crate) checkpoints: Option<Checkpoints>,
    pub(crate) unverified: Option<Unverified>,
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

    /// Opens a ledger: checks every byte behind the last local checkpoint, rebuilds the tree from there, cuts a torn tail, and makes
    /// the tail durable anew. What lies before the checkpoint is checked by [`Log::unverified`].
    ///
    /// # Errors
    /// [`OpenError::Damaged`], [`OpenError::Rollback`] and [`OpenError::GuardMissing`] name what must not be continued.
    pub fn open(
        stores: Stores,
        signer: Arc<dyn Signer>,
        options: Options,
    ) -> Result<(Self, Recovery), OpenError> {
        recovery::open(stores, signer, options, LostGuard::Refused)
    }

    /// As [`Log::open`], for a ledger whose guard is gone or unreadable, on somebody's word: what lies on the disk is taken
    /// for the whole ledger, and a guard is begun anew.
    ///
    /// # Errors
    /// As [`Log::open`].
    pub fn open_with_new_guard(
        stores: Stores,
        signer: Arc<dyn Signer>,
        options: Options,
    ) -> Result<(Self, Recovery), OpenError> {
        recovery::open(stores, signer, options, LostGuard::BegunAnew)
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

    /// What writes the checkpoints of segments that are closed; whoever opens a ledger without it, or a second time, has none.
    pub fn take_checkpoints(&mut self) -> Option<Checkpoints> {
        self.checkpoints.take()
    }

    /// What this opening took on the word of checkpoints, if it did.
    pub fn unverified(&self) -> Option<Unverified> {
        self.unverified.clone()
    }

    /// A reader that follows this log; cheap to clone.
    pub fn reader(&self) -> Reader {
        self.reader.clone()
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
        match outcome {
            Err(error @ DiskError::NoDescriptor { .. }) => Err(CommitError::NoDescriptor(error)),
            Err(error) => Err(self.stop(error).into()),
            Ok(()) => Ok(Written { entries, bytes }),
        }
    }

    /// The one sync of a group.
    pub(crate) fn sync(&mut self, written: &Written) -> Result<(), Fatal> {
        if written.bytes > 0 {
            let outcome = self.disk().sync_data(&segment::name(self.tail.base));
            outcome.map_err(|error| self.stop(error))?;
            self.newest = self.buffer.first_chunk().map(|first| (self.tail, *first));
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

    /// Ends a hold, and returns the current head, signed.
    pub fn release_signing(&mut self) -> Head {
        self.signing_held = false;
        self.show_head()
    }

    /// Stops for good: a validly signed head of this ledger was seen that it does not contain.
    pub fn halt(&mut self) -> Fatal {
        self.stopped.get_or_insert(Fatal::Halted).clone()
    }

    /// Looks whether the newest segment is still the file that was opened and holds what was written; called once a second.
    ///
    /// # Errors
    /// [`Fatal::Replaced`], for good. A disk that does not answer is no proof of anything; the next write will tell.
    pub fn look(&mut self) -> Result<(), Fatal> {
        self.running()?;
        let name = segment::name(self.tail.base);
        let in_place =
            self.disk().is_in_place(&name).unwrap_or(true) && self.newest_is_as_written().unwrap_or(true);
        if in_place {
            return Ok(());
        }
        let fatal = Fatal::Replaced(name);
        tracing::error!(cause = %fatal, "the ledger stops");
        self.stopped = Some(fatal.clone());
        Err(fatal)
    }

    fn newest_is_as_written(&self) -> Result<bool, DiskError> {
        let Some((place, first)) = &self.newest else { return Ok(true) };
        let mut found = [0; frame::HEADER_BYTES];
        self.disk().read_at(&segment::name(place.base), place.offset, &mut found)?;
        Ok(found == *first)
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
