//! Reading durable entries while the log grows. Must never show a position that is not durable.

use std::{
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use parking_lot::{Condvar, Mutex, RwLock};
use rogatory_tlog::Hash;
use thiserror::Error;

use crate::{
    Decision, Disk, DiskError, Entry, FrameFault, Head, Nodes,
    frame::Frame,
    offsets::Offsets,
    scan::Place,
    segment::{self, HEADER_BYTES, Window},
};

/// Bytes read at once for a single entry, and for a scan.
const ENTRY_CHUNK: usize = 64 << 10;
const SCAN_CHUNK: usize = 512 << 10;

/// Why durable entries could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReadError {
    /// The position is not durable, or not yet.
    #[error("position {position} is not below the durable size {size}")]
    Beyond {
        /// What was asked.
        position: u64,
        /// What there is.
        size: u64,
    },
    /// Bytes changed under the ledger.
    #[error("{segment} is damaged at byte {offset}: {fault}")]
    Damaged {
        /// File name.
        segment: String,
        /// Byte in the file.
        offset: u64,
        /// What is wrong there.
        fault: FrameFault,
    },
    /// The disk refused.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// The readers' half of a ledger; cheap to clone, used by many threads.
#[derive(Clone)]
pub struct Reader {
    shared: Arc<Shared>,
}

struct Shared {
    disk: Arc<dyn Disk>,
    salt: u64,
    nodes: Nodes,
    offsets: RwLock<Offsets>,
    size: AtomicU64,
    head: Mutex<Head>,
    grown: Condvar,
    ended: Mutex<bool>,
}

impl Reader {
    pub(crate) fn new(disk: Arc<dyn Disk>, salt: u64, nodes: Nodes, offsets: Offsets, head: Head) -> Self {
        let shared = Shared {
            disk,
            salt,
            nodes,
            offsets: RwLock::new(offsets),
            size: AtomicU64::new(head.size),
            head: Mutex::new(head),
            grown: Condvar::new(),
            ended: Mutex::new(false),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Takes a durable group's places and nodes; [`Reader::show`] makes them visible.
    pub(crate) fn extend(&self, frames: &[(Place, u64)], nodes: &[(u8, u64, Hash)]) {
        self.shared.nodes.extend(nodes);
        let mut offsets = self.shared.offsets.write();
        frames.iter().for_each(|(place, first)| offsets.note(*place, *first));
    }

    /// Where some frames of a segment lie.
    pub(crate) fn marks(&self, base: u64) -> Vec<(u32, u32)> {
        self.shared.offsets.read().of(base).to_vec()
    }

    pub(crate) fn show(&self, head: Head) {
        let mut shown = self.shared.head.lock();
        self.shared.size.store(head.size, Ordering::Release);
        *shown = head;
        self.shared.grown.notify_all();
    }

    /// Wakes all who wait for growth: there will be none.
    pub(crate) fn end(&self) {
        // The head's lock is held so that nobody is between the look at the flag and the wait.
        let _shown = self.shared.head.lock();
        *self.shared.ended.lock() = true;
        self.shared.grown.notify_all();
    }

    /// Number of durable entries.
    pub fn size(&self) -> u64 {
        self.shared.size.load(Ordering::Acquire)
    }

    /// The newest head.
    pub fn head(&self) -> Head {
        self.shared.head.lock().clone()
    }

    /// The tree, for proofs at any size up to [`Reader::size`].
    pub fn nodes(&self) -> &Nodes {
        &self.shared.nodes
    }

    /// Blocks until more than `size` entries are durable; `None` once the writer is gone. For threads, not tasks.
    pub fn wait_beyond(&self, size: u64) -> Option<Head> {
        let mut head = self.shared.head.lock();
        loop {
            if head.size > size {
                return Some(head.clone());
            }
            if *self.shared.ended.lock() {
                return None;
            }
            self.shared.grown.wait(&mut head);
        }
    }

    /// The entry at `position`, checked against its frame's checksum.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn entry(&self, position: u64) -> Result<Entry, ReadError> {
        let mut found = None;
        self.frames(position, ENTRY_CHUNK, &mut |frame| {
            let nth = usize::try_from(position - frame.header.first).unwrap_or(usize::MAX);
            found = frame.entries().nth(nth).map(|(leaf, payload)| Entry {
                leaf: *leaf,
                payload: bytes::Bytes::copy_from_slice(payload),
            });
            ControlFlow::Break(())
        })?;
        found.ok_or_else(|| ReadError::Beyond { position, size: self.size() })
    }

    /// Shows durable entries from `from` on, and returns the position after the last one shown.
    ///
    /// # Errors
    /// [`ReadError`]; `from` may equal the size, and nothing is shown then.
    pub fn scan(
        &self,
        from: u64,
        visit: &mut dyn FnMut(u64, Entry) -> ControlFlow<()>,
    ) -> Result<u64, ReadError> {
        let mut next = from;
        self.decisions(from, &mut |first, decision| {
            for (position, entry) in (first..).zip(decision.entries) {
                if position >= from {
                    next = position + 1;
                    visit(position, entry)?;
                }
            }
            ControlFlow::Continue(())
        })?;
        Ok(next)
    }

    /// Shows whole durable decisions with their first positions, from the one that contains `from`; returns the
    /// position after the last one shown.
    ///
    /// # Errors
    /// [`ReadError`]; `from` may equal the size, and nothing is shown then.
    pub fn decisions(
        &self,
        from: u64,
        visit: &mut dyn FnMut(u64, Decision) -> ControlFlow<()>,
    ) -> Result<u64, ReadError> {
        if from == self.size() {
            return Ok(from);
        }
        let mut next = from;
        self.frames(from, SCAN_CHUNK, &mut |frame| {
            next = frame.end();
            visit(frame.header.first, frame.decision())
        })?;
        Ok(next)
    }

    /// Frames from the one that contains `from`, up to the size at the time of the call.
    fn frames(
        &self,
        from: u64,
        chunk: usize,
        visit: &mut dyn FnMut(&Frame<'_>) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        let Shared { disk, salt, offsets, .. } = &*self.shared;
        let size = self.size();
        let beyond = ReadError::Beyond { position: from, size };
        if from >= size {
            return Err(beyond);
        }
        let (mut place, mut position) = offsets.read().find(from).ok_or(beyond)?;
        let mut border = offsets.read().next_base(place.base);
        let mut window = Window::new(&**disk, place.base, chunk);
        while position < size {
            if border == Some(position) {
                place = Place { base: position, offset: HEADER_BYTES };
                border = offsets.read().next_base(place.base);
                window = Window::new(&**disk, place.base, chunk);
            }
            let damaged = |fault| ReadError::Damaged {
                segment: segment::name(place.base),
                offset: place.offset,
                fault,
            };
            let frame = window.frame(place.offset, *salt)?.map_err(damaged)?;
            if frame.header.first != position {
                return Err(damaged(FrameFault::Position));
            }
            position = frame.end();
            if position > from && visit(&frame).is_break() {
                break;
            }
            place.offset += frame.header.total() as u64;
        }
        Ok(())
    }
}
