//! Local checkpoints: what a node keeps of each segment that it has closed, so that the next opening reads what came after them
//! and not every byte. One holds the signed head at the end of the segment, the tree's right edge there and where frames lie.
//!
//! Owns the files and how far they are believed: up to their signature and no further than the guard. They are derived; one that
//! is missing, damaged or of another ledger costs a full walk and nothing else. Must not be written for a segment that may still
//! change.

mod trust;

use std::{
    collections::VecDeque,
    sync::{Arc, mpsc},
};

use bytes::Bytes;
use rogatory_tlog::{Checkpoint, Hash, MissingNode, Note, VerifierKey, root};
use thiserror::Error;

use crate::{Disk, DiskError, Head, Reader, Signer, disk::read_all, scan::Place, segment::HEADER_BYTES};

pub(crate) use trust::Trusted;
pub use trust::Unverified;

const SUFFIX: &str = ".checkpoint";
const TEMPORARY: &str = "checkpoint.new";
const MAGIC: &[u8; 8] = b"RGCHKPNT";
const VERSION: u32 = 1;
/// Longest such file: the marks of the longest segment, all of the shortest frames, fit.
const FILE_BYTES_MAX: u64 = 16 << 20;

/// A segment that is closed: another one follows it, and nothing in it changes any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Closed {
    /// Its first position.
    pub(crate) base: u64,
    /// Where its frames end, in bytes.
    pub(crate) end: u64,
    /// Entries up to its end: the first position of the next one.
    pub(crate) size: u64,
}

impl Closed {
    /// The segment whose frames end at one place, where the next one begins with a position.
    pub(crate) fn between(end: Place, next: u64) -> Self {
        Self { base: end.base, end: end.offset, size: next }
    }
}

/// Why no checkpoint was written.
#[derive(Debug, Error)]
enum NotWritten {
    /// The disk refused.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A node of the tree cannot be read.
    #[error(transparent)]
    Missing(#[from] MissingNode),
    /// Signing is held.
    #[error("signing is held")]
    Held,
    /// Blocks of the tree wait for room on the disk.
    #[error("blocks of the tree are not on the disk yet")]
    NotSpilled,
}

/// Writes a checkpoint for each segment that is closed, on a thread of its own, since syncing the tree's blocks takes a while.
pub struct Checkpoints {
    pub(crate) closed: mpsc::Receiver<Closed>,
    /// Closed segments without one, oldest first: those that come later are worth nothing without them.
    pub(crate) owed: VecDeque<Closed>,
    pub(crate) reader: Reader,
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) key: VerifierKey,
    pub(crate) signer: Arc<dyn Signer>,
}

impl Checkpoints {
    /// Waits for the next closed segment and writes its checkpoint, and before it those that could not be written yet; false once the
    /// log is gone. A failure costs a longer opening.
    pub fn write_next(&mut self) -> bool {
        let Ok(closed) = self.closed.recv() else { return false };
        self.owed.push_back(closed);
        self.write_owed();
        true
    }

    /// Writes those of every segment that is closed already.
    pub fn write_due(&mut self) {
        self.owed.extend(self.closed.try_iter());
        self.write_owed();
    }

    fn write_owed(&mut self) {
        while let Some(closed) = self.owed.front().copied() {
            if let Err(error) = self.write(closed) {
                let text = "no checkpoint of a closed segment yet; it is tried again with the next one";
                return tracing::warn!(base = closed.base, %error, "{text}");
            }
            self.owed.pop_front();
        }
    }

    fn write(&self, closed: Closed) -> Result<(), NotWritten> {
        if self.reader.head().note.is_none() {
            return Err(NotWritten::Held);
        }
        let nodes = self.reader.nodes();
        let signed = Head::signed(closed.size, root(nodes, closed.size)?, &self.key, &*self.signer);
        let (edge, marks) = (nodes.edge_at(closed.size)?, self.reader.marks(closed.base));
        if !nodes.sync_below(closed.size)? {
            return Err(NotWritten::NotSpilled);
        }
        let bytes = LocalCheckpoint { closed, signed, marks, edge }.encode();
        let replaced = replace(&*self.disk, &name(closed.base), &bytes);
        if replaced.is_err() {
            // Half a file would take room that the ledger itself may want.
            let _ = self.disk.remove(TEMPORARY);
        }
        Ok(replaced?)
    }
}

/// Writes a whole file under a name, or leaves what was there.
fn replace(disk: &dyn Disk, name: &str, bytes: &[u8]) -> Result<(), DiskError> {
    disk.create(TEMPORARY)?;
    disk.write_at(TEMPORARY, 0, bytes)?;
    disk.sync_data(TEMPORARY)?;
    disk.rename(TEMPORARY, name)?;
    disk.sync_dir()
}

/// What one file says.
struct LocalCheckpoint {
    closed: Closed,
    /// The head at the end of the segment.
    signed: Head,
    /// Distance from the base, and file offset, of some frames.
    marks: Vec<(u32, u32)>,
    /// The nodes of blocks that are not full there, in the order of [`crate::nodes::edge_places`].
    edge: Vec<Hash>,
}

impl LocalCheckpoint {
    fn encode(&self) -> Vec<u8> {
        let Closed { base, end, size } = self.closed;
        let note = self.signed.note.as_deref().unwrap_or_default();
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        for number in [base, end, size, note.len() as u64, self.marks.len() as u64, self.edge.len() as u64] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(note);
        for (entries, offset) in &self.marks {
            bytes.extend_from_slice(&entries.to_le_bytes());
            bytes.extend_from_slice(&offset.to_le_bytes());
        }
        self.edge.iter().for_each(|hash| bytes.extend_from_slice(hash.as_bytes()));
        let crc = crc32c::crc32c(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// The checkpoint of a segment, if there is one that this key signed.
    fn read(disk: &dyn Disk, base: u64, key: &VerifierKey) -> Option<Self> {
        let file = name(base);
        if disk.len(&file).ok()? > FILE_BYTES_MAX {
            return None;
        }
        Self::decode(&read_all(disk, &file).ok()?, key).filter(|found| found.closed.base == base)
    }

    fn decode(bytes: &[u8], key: &VerifierKey) -> Option<Self> {
        let (content, crc) = bytes.split_last_chunk::<4>()?;
        if crc32c::crc32c(content) != u32::from_le_bytes(*crc) {
            return None;
        }
        let mut fields = Fields(content);
        if fields.array::<8>()? != MAGIC || u32::from_le_bytes(*fields.array()?) != VERSION {
            return None;
        }
        let [base, end, size] = [fields.number()?, fields.number()?, fields.number()?];
        let [note, marks, edge] = [fields.count(1)?, fields.count(8)?, fields.count(32)?];
        let note = fields.bytes(note)?;
        let opened: Note = std::str::from_utf8(note).ok()?.parse().ok()?;
        let Checkpoint { size: signed_size, root, .. } = Checkpoint::open(&opened, key).ok()?;
        let signed = Head { size, root, note: Some(Bytes::copy_from_slice(note)) };
        let (marks, edge) =
            (fields.bytes(marks)?.as_chunks::<8>().0, fields.bytes(edge)?.as_chunks::<32>().0);
        let half = |bytes: &[u8; 8], at: usize| {
            u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        let marks = marks.iter().map(|mark| (half(mark, 0), half(mark, 4))).collect();
        let edge = edge.iter().map(|hash| Hash(*hash)).collect();
        let fits = base < size && size == signed_size && end > HEADER_BYTES && fields.0.is_empty();
        fits.then_some(Self { closed: Closed { base, end, size }, signed, marks, edge })
    }
}

/// Reads fields one after the other.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn array<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (found, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(found)
    }

    fn number(&mut self) -> Option<u64> {
        self.array().map(|bytes| u64::from_le_bytes(*bytes))
    }

    /// The bytes of as many items of a length as the next number says.
    fn count(&mut self, item_bytes: usize) -> Option<usize> {
        usize::try_from(self.number()?).ok()?.checked_mul(item_bytes)
    }

    fn bytes(&mut self, len: usize) -> Option<&'a [u8]> {
        let (found, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(found)
    }
}

/// Removes every checkpoint for good, before what they speak for is made anew: the next opening reads every byte.
pub(crate) fn forget(disk: &dyn Disk) -> Result<(), DiskError> {
    let files: Vec<String> = disk.list()?.into_iter().filter(|file| file.ends_with(SUFFIX)).collect();
    for file in &files {
        match disk.remove(file) {
            // Somebody else removes them, too.
            Ok(()) | Err(DiskError::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    if files.is_empty() { Ok(()) } else { disk.sync_dir() }
}

/// File name of the checkpoint of the segment whose first position is `base`.
fn name(base: u64) -> String {
    format!("{base:020}{SUFFIX}")
}

#[cfg(test)]
mod tests;
