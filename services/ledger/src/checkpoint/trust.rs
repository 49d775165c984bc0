//! What an opening takes on the word of checkpoints: how much of it, and the check that follows while the node serves.
//!
//! Owns the rule of which checkpoint is believed, and what becomes of one that was not right. Must not open anything itself.

use std::{ops::ControlFlow, sync::Arc};

use rogatory_tlog::{Frontier, Hash, NodeReader, VerifierKey, leaf_hash};

use super::{LocalCheckpoint, forget};
use crate::{
    Disk, DiskError, Identity, Nodes, OpenError,
    frame::Frame,
    offsets::Offsets,
    recovery::damaged,
    scan::{self, Place, Stop},
    segment,
};

/// A ledger up to the end of a closed segment, as its checkpoints say.
pub(crate) struct Trusted {
    /// Segments that are not read.
    pub(crate) segments: usize,
    pub(crate) frontier: Frontier,
    pub(crate) nodes: Nodes,
    pub(crate) offsets: Offsets,
}

impl Trusted {
    /// Nothing: every byte is read.
    pub(crate) fn nothing(disk: &Arc<dyn Disk>) -> Result<Self, DiskError> {
        let nodes = Nodes::new(Arc::clone(disk))?;
        Ok(Self { segments: 0, frontier: Frontier::new(), nodes, offsets: Offsets::default() })
    }

    /// What the longest row of checkpoints from the first segment on says, up to a size that is known to be durable: nothing
    /// where there is none, or the tree's blocks are not those it was signed over.
    pub(crate) fn load(disk: &Arc<dyn Disk>, bases: &[u64], key: &VerifierKey, guarded: u64) -> Option<Self> {
        let (mut segments, mut offsets, mut newest) = (0, Offsets::default(), None);
        for (at, base) in bases.iter().enumerate() {
            let Some(mut found) = LocalCheckpoint::read(&**disk, *base, key) else { break };
            // The newest segment is always read: what follows a closed one is there.
            let is_followed = bases.get(at + 1) == Some(&found.closed.size);
            let is_whole = disk.len(&segment::name(*base)).is_ok_and(|len| found.closed.end <= len);
            if !is_followed || !is_whole || found.closed.size > guarded {
                break;
            }
            offsets.restore(*base, std::mem::take(&mut found.marks));
            (segments, newest) = (at + 1, Some(found));
        }
        let newest = newest?;
        let (size, root) = (newest.signed.size, newest.signed.root);
        let nodes = Nodes::restored(Arc::clone(disk), size, &newest.edge)?;
        let hashes = (0..64).rev().filter(|level| size >> level & 1 == 1);
        let hashes = hashes
            .map(|level: u8| nodes.node(level, (size >> level) - 1).ok())
            .collect::<Option<Vec<_>>>()?;
        let frontier = Frontier::from_parts(size, hashes).ok()?;
        (frontier.root() == root).then_some(Self { segments, frontier, nodes, offsets })
    }
}

/// The part of a ledger that an opening took on the word of its checkpoints. Reading it all again tells whether they were right.
#[derive(Clone)]
pub struct Unverified {
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) identity: Identity,
    /// First positions of its segments.
    pub(crate) bases: Vec<u64>,
    pub(crate) size: u64,
    pub(crate) root: Hash,
    pub(crate) nodes: Nodes,
}

impl Unverified {
    /// Entries of it.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Reads every byte. `progress` is told of the entries read so far, and may end it.
    ///
    /// # Errors
    /// As an opening that reads all of it, or [`OpenError::Derived`]; the checkpoints are gone then, so that the next opening reads
    /// everything. Only a disk that wants a descriptor leaves them: it may be tried again.
    pub fn verify(&self, progress: &mut dyn FnMut(u64) -> ControlFlow<()>) -> Result<(), OpenError> {
        let outcome = self.walk(progress);
        // Want of a descriptor says nothing of the ledger; whatever else is wrong, the next opening looks for itself.
        let is_wanting = matches!(&outcome, Err(OpenError::Disk(error)) if error.is_want_of_room());
        if outcome.is_err()
            && !is_wanting
            && let Err(error) = forget(&*self.disk)
        {
            tracing::error!(%error, "the checkpoints cannot be removed");
        }
        outcome
    }

    fn walk(&self, progress: &mut dyn FnMut(u64) -> ControlFlow<()>) -> Result<(), OpenError> {
        let mut frontier = Frontier::new();
        for base in &self.bases {
            if frontier.size() != *base {
                let place = Place { base: *base, offset: segment::HEADER_BYTES };
                return Err(damaged(Stop { place, position: frontier.size() }));
            }
            // The level of a node that is another one than was believed, or cannot be read.
            let (mut flow, mut other) = (ControlFlow::Continue(()), None);
            let mut take = |_: Place, frame: &Frame<'_>| {
                frame.entries().for_each(|(leaf, _)| {
                    frontier.push(leaf_hash(leaf), &mut |level, index, hash| {
                        if self.nodes.node(level, index) != Ok(hash) {
                            other.get_or_insert(level);
                        }
                    });
                });
                flow = if other.is_some() { ControlFlow::Break(()) } else { progress(frontier.size()) };
                flow
            };
            let stop = scan::walk(&*self.disk, *base, self.identity.salt, &mut take)?;
            if let Some(level) = other {
                return Err(OpenError::Derived(Nodes::file_of(level)));
            }
            if flow.is_break() {
                return Ok(());
            }
            if stop.position < self.end_of(*base) {
                return Err(damaged(stop));
            }
        }
        if frontier.root() != self.root {
            return Err(OpenError::Rollback { guarded: self.size, found: frontier.size() });
        }
        Ok(())
    }

    fn end_of(&self, base: u64) -> u64 {
        self.bases.iter().copied().find(|next| *next > base).unwrap_or(self.size)
    }
}
