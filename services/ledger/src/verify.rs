//! The full check of a ledger's directory without a node or a key. Reads only, and goes on after a fault as far as
//! the next segment, so that one report names them all.

use std::ops::ControlFlow;

use rogatory_tlog::{Checkpoint, Frontier, Hash, KeyKind, Note, VerifierKey, leaf_hash};

use crate::{
    Disk, DiskError, Guard, GuardError, Identity, LEAF_BYTES,
    scan::{self, Ending, Stop},
    segment,
};

/// Told of every readable entry: position, leaf, payload.
pub type Visit<'a> = &'a mut dyn FnMut(u64, &[u8; LEAF_BYTES], &[u8]);

/// How far a check has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Segments done.
    pub segments: u64,
    /// Segments there are.
    pub of: u64,
    /// Entries checked.
    pub entries: u64,
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no segment.
    Empty,
    /// A segment's header is unreadable, or differs from the first one's.
    Header {
        /// File name.
        segment: String,
    },
    /// Frames of a synced group are unreadable from here on.
    Damaged {
        /// File name.
        segment: String,
        /// Byte in the file.
        offset: u64,
        /// Position whose record is unreadable.
        position: u64,
    },
    /// Bytes of a group that was not synced; opening the ledger cuts them.
    TornTail {
        /// File name.
        segment: String,
        /// Byte in the file.
        offset: u64,
        /// Position at which it ends.
        position: u64,
    },
    /// The guard is unreadable.
    Guard(GuardError),
    /// The guarded head is not signed by the ledger's key, or signs something else.
    GuardSignature,
    /// The guard belongs to the ledger with this origin.
    OtherGuard(String),
    /// The ledger has fewer entries than a head that was given or guarded.
    Shorter {
        /// Size of that head.
        size: u64,
    },
    /// The ledger has another root at the size of a head that was given or guarded.
    OtherRoot {
        /// Size of that head.
        size: u64,
    },
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Whose ledger it is; absent if the first header is unreadable.
    pub identity: Option<Identity>,
    /// Segment files.
    pub segments: u64,
    /// Readable decisions.
    pub decisions: u64,
    /// Readable entries.
    pub entries: u64,
    /// Bytes of their payloads.
    pub payload_bytes: u64,
    /// Root over all entries; absent after a fault that leaves a gap.
    pub root: Option<Hash>,
    /// The guard, if there is a readable one.
    pub guard: Option<Guard>,
    /// In log order.
    pub faults: Vec<Fault>,
}

impl Report {
    /// True if nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Checks every byte under `ledger`, against its guard and the `heads` (size and root) others hold of it.
///
/// # Errors
/// Only the disk's; what is wrong with the ledger is in the report.
pub fn verify(
    ledger: &dyn Disk,
    guard: &dyn Disk,
    heads: &[(u64, Hash)],
    progress: &mut dyn FnMut(Progress),
) -> Result<Report, DiskError> {
    verify_entries(ledger, guard, heads, progress, &mut |_, _, _| {})
}

/// As [`verify`], and shows every readable entry to whoever can judge what it says.
///
/// # Errors
/// Only the disk's; what is wrong with the ledger is in the report.
pub fn verify_entries(
    ledger: &dyn Disk,
    guard: &dyn Disk,
    heads: &[(u64, Hash)],
    progress: &mut dyn FnMut(Progress),
    visit: Visit<'_>,
) -> Result<Report, DiskError> {
    let mut check = Check { heads: heads.to_vec(), ..Check::default() };
    check.read_guard(guard)?;
    let bases = segment::list(ledger)?;
    let Some(&first) = bases.first() else {
        check.report.faults.push(Fault::Empty);
        return Ok(check.report);
    };
    check.report.identity = segment::read_header(ledger, first)?;
    check.compare_guard();
    for (done, base) in bases.iter().enumerate() {
        check.segment(ledger, *base, bases.get(done + 1).copied(), visit)?;
        let (segments, of) = (done as u64 + 1, bases.len() as u64);
        check.report.segments = segments;
        progress(Progress { segments, of, entries: check.report.entries });
    }
    Ok(check.finish())
}

/// Whose ledger a directory says it is; `None` if its first header is missing or unreadable.
///
/// # Errors
/// Only the disk's.
pub fn identity(ledger: &dyn Disk) -> Result<Option<Identity>, DiskError> {
    segment::list(ledger)?.first().map_or(Ok(None), |first| segment::read_header(ledger, *first))
}

#[derive(Default)]
struct Check {
    report: Report,
    heads: Vec<(u64, Hash)>,
    frontier: Frontier,
    /// A gap was met, so the tree can no longer be computed.
    broken: bool,
}

impl Check {
    fn read_guard(&mut self, disk: &dyn Disk) -> Result<(), DiskError> {
        match Guard::read(disk) {
            Ok(guard) => self.report.guard = guard,
            Err(GuardError::Disk(error)) => return Err(error),
            Err(error) => self.report.faults.push(Fault::Guard(error)),
        }
        self.heads.extend(self.report.guard.iter().map(|guard| (guard.head.size, guard.head.root)));
        self.heads.sort_unstable();
        self.heads.dedup();
        Ok(())
    }

    fn compare_guard(&mut self) {
        let Report { identity, guard, faults, .. } = &mut self.report;
        let (Some(identity), Some(guard)) = (identity, guard) else { return };
        if identity.origin != guard.origin {
            faults.push(Fault::OtherGuard(guard.origin.clone()));
        } else if guard.head.note.is_some() && !is_signed(guard, identity) {
            faults.push(Fault::GuardSignature);
        }
    }

    fn segment(
        &mut self,
        disk: &dyn Disk,
        base: u64,
        next: Option<u64>,
        visit: Visit<'_>,
    ) -> Result<(), DiskError> {
        if base != self.frontier.size() && !self.broken {
            // Only a missing first segment gets here: every other gap was reported where it began.
            self.broken = true;
            self.report.faults.push(Fault::Damaged { segment: segment::name(0), offset: 0, position: 0 });
        }
        let identity = segment::read_header(disk, base)?;
        let Some(salt) = identity.as_ref().filter(|found| self.report.identity.as_ref() == Some(*found))
        else {
            self.broken = true;
            self.report.faults.push(Fault::Header { segment: segment::name(base) });
            return Ok(());
        };
        let salt = salt.salt;
        let stop = scan::walk(disk, base, salt, &mut |_, frame| {
            self.compare_heads();
            self.report.decisions += 1;
            for (position, (leaf, payload)) in (frame.header.first..).zip(frame.entries()) {
                visit(position, leaf, payload);
                self.report.entries += 1;
                self.report.payload_bytes += payload.len() as u64;
                if !self.broken {
                    self.frontier.push(leaf_hash(leaf), &mut |_, _, _| {});
                }
            }
            ControlFlow::Continue(())
        })?;
        self.compare_heads();
        self.judge(disk, stop, next, salt)
    }

    fn judge(&mut self, disk: &dyn Disk, stop: Stop, next: Option<u64>, salt: u64) -> Result<(), DiskError> {
        let Stop { place, position } = stop;
        let segment = segment::name(place.base);
        let ending = if next.is_none() { scan::ending(disk, stop, salt)? } else { Ending::Clean };
        // Unreadable bytes below a remembered head were durable, whatever follows them.
        let remembered = self.heads.last().is_some_and(|(size, _)| position < *size);
        match ending {
            Ending::Torn if !remembered => {
                let torn = Fault::TornTail { segment, offset: place.offset, position };
                self.report.faults.push(torn);
            }
            Ending::Clean if next.is_none_or(|base| base == position) => {}
            Ending::Clean | Ending::Torn | Ending::Damaged => {
                self.broken = true;
                self.report.faults.push(Fault::Damaged { segment, offset: place.offset, position });
            }
        }
        Ok(())
    }

    /// Compares the root with every head of exactly this size.
    fn compare_heads(&mut self) {
        if self.broken {
            return;
        }
        let size = self.frontier.size();
        let met = self.heads.partition_point(|(head, _)| *head <= size);
        for (head, root) in self.heads.drain(..met) {
            if head != size || root != self.frontier.root() {
                self.report.faults.push(Fault::OtherRoot { size: head });
            }
        }
    }

    fn finish(mut self) -> Report {
        if !self.broken {
            self.report.root = Some(self.frontier.root());
            self.report.faults.extend(self.heads.iter().map(|(size, _)| Fault::Shorter { size: *size }));
        }
        self.report
    }
}

fn is_signed(guard: &Guard, identity: &Identity) -> bool {
    let key = VerifierKey::new(&identity.origin, KeyKind::Ed25519, &identity.key).ok();
    let note =
        guard.head.note.as_deref().and_then(|note| std::str::from_utf8(note).ok()?.parse::<Note>().ok());
    let signed = note.zip(key).and_then(|(note, key)| Checkpoint::open(&note, &key).ok());
    signed.is_some_and(|signed| signed.size == guard.head.size && signed.root == guard.head.root)
}

#[cfg(test)]
mod tests;
