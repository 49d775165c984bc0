//! Creating and opening: what may be continued, what is cut, and what must not be touched again. Must not guess:
//! whatever cannot be explained by a crash is an error that names the place.

use std::{
    collections::VecDeque,
    ops::ControlFlow,
    sync::{Arc, mpsc},
};

use rogatory_tlog::{Frontier, Hash, KeyKind, VerifierKey, empty_root, leaf_hash};
use thiserror::Error;

use crate::{
    Checkpoints, Disk, DiskError, Guard, GuardError, Head, Identity, Log, Nodes, Options, Reader, Signer,
    Stores, Unverified,
    checkpoint::{Closed, Trusted},
    frame::Frame,
    log::space::{SPARE, begin_segment},
    offsets::Offsets,
    scan::{self, Ending, Place, Stop},
    segment::{self, HEADER_BYTES, ORIGIN_BYTES_MAX},
};

/// Nodes handed over at once while rebuilding.
const NODE_BATCH: usize = 4096;
/// Bytes rewritten at once.
const REWRITE_BYTES: usize = 1 << 20;

/// Why a ledger was not opened. None of these changed a frame.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OpenError {
    /// The disk refused.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The guard exists and cannot be read.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// The directories hold no ledger.
    #[error("there is no ledger here")]
    Empty,
    /// The directories hold a ledger, or the guard of one, already.
    #[error("there is a ledger or its guard here already")]
    Exists,
    /// There are records and no guard: it was deleted, its volume is not mounted, or an older copy was put back without it.
    #[error(
        "the ledger has {records} records and no guard: mount the guard's volume, or say by name that nothing is missing \
         (rogatory ledger renew-guard)"
    )]
    GuardMissing {
        /// Records found.
        records: u64,
    },
    /// Limits that contradict each other.
    #[error("ledger options: {0}")]
    Options(&'static str),
    /// The signer's key is not the one in the ledger.
    #[error("the ledger belongs to another key")]
    OtherKey,
    /// The guard belongs to another ledger.
    #[error("the guard belongs to ledger {0}")]
    OtherGuard(String),
    /// Bytes that had been durable cannot be read.
    #[error("ledger damaged in {segment} at byte {offset}, position {position}")]
    Damaged {
        /// File name.
        segment: String,
        /// Byte in the file.
        offset: u64,
        /// Position whose record is unreadable.
        position: u64,
    },
    /// A file that is derived from the ledger is not what follows from it; the next opening makes it anew.
    #[error("{0} is not what follows from the ledger; it is derived, and the next start makes it anew")]
    Derived(String),
    /// The ledger lacks what the guard remembers: an older copy, or another history. Never to be continued.
    #[error("the ledger is not the one its guard remembers: {found} entries found, {guarded} guarded")]
    Rollback {
        /// Size in the guard.
        guarded: u64,
        /// Size on disk.
        found: u64,
    },
}

/// What becomes of a ledger whose guard is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LostGuard {
    /// It stays closed: nothing tells an older copy from the newest.
    Refused,
    /// Somebody gave their word that nothing is missing.
    BegunAnew,
}

/// What opening found and did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// Entries kept.
    pub size: u64,
    /// Root over them.
    pub root: Hash,
    /// Entries taken on the word of checkpoints, which [`Log::unverified`] checks.
    pub trusted: u64,
    /// The guard as it was found; absent only if it was lost, or creation was cut short.
    pub guard: Option<Guard>,
    /// Segment, offset and position at which a torn tail was cut.
    pub cut: Option<(String, u64, u64)>,
    /// True if the cut may have lost acknowledged records: signing is held until released.
    pub cut_after_reboot: bool,
    /// Bytes beyond the guarded position that were written and synced anew.
    pub rewritten_bytes: u64,
    /// True if heads are unsigned until [`Log::release_signing`], by this cut or an earlier one.
    pub signing_held: bool,
}

pub(crate) fn create(
    stores: Stores,
    identity: Identity,
    signer: Arc<dyn Signer>,
    options: Options,
) -> Result<Log, OpenError> {
    options.check()?;
    if identity.origin.len() > ORIGIN_BYTES_MAX {
        return Err(OpenError::Options("the origin must not exceed 1024 bytes"));
    }
    let key = verifier(&identity)?;
    if signer.public_key() != identity.key {
        return Err(OpenError::OtherKey);
    }
    if !segment::list(&*stores.ledger)?.is_empty() || Guard::read(&*stores.guard)?.is_some() {
        return Err(OpenError::Exists);
    }
    begin_segment(&*stores.ledger, &identity, 0, options.segment_bytes, false)?;
    let rebuilt = Rebuilt::new(&stores.ledger, None, None)?;
    let tail = Place { base: 0, offset: HEADER_BYTES };
    assemble(stores, (identity, key), signer, options, rebuilt, tail, (false, false))
}

pub(crate) fn open(
    stores: Stores,
    signer: Arc<dyn Signer>,
    options: Options,
    lost_guard: LostGuard,
) -> Result<(Log, Recovery), OpenError> {
    options.check()?;
    let disk = Arc::clone(&stores.ledger);
    let guard = match Guard::read(&*stores.guard) {
        Err(GuardError::Unreadable) if lost_guard == LostGuard::BegunAnew => None,
        guard => guard?,
    };
    let guarded = guard.as_ref().map_or(0, |guard| guard.head.size);
    let bases = segment::list(&*disk)?;
    let Some(&last) = bases.last() else {
        return Err(if guard.is_some() {
            OpenError::Rollback { guarded, found: 0 }
        } else {
            OpenError::Empty
        });
    };
    let identity = identify(&*disk, &bases, &*signer, guard.as_ref())?;
    let key = verifier(&identity)?;
    // Without a guard nothing says how much of what checkpoints speak of had been durable.
    let trusted = Trusted::load(&disk, &bases, &key, guarded);
    let walk = |trusted| walked(&disk, &bases, &identity, guard.as_ref(), lost_guard, trusted);
    let found = match trusted.map(|trusted| walk(Some(trusted))) {
        Some(Ok(found)) => found,
        // What does not follow from the checkpoints is judged without them.
        Some(Err(error @ (OpenError::Damaged { .. } | OpenError::Rollback { .. }))) => {
            tracing::warn!(%error, "the ledger does not follow from its checkpoints, and is read whole");
            walk(None)?
        }
        Some(Err(error)) => return Err(error),
        None => walk(None)?,
    };
    let Walked { rebuilt, stop, ending } = found;
    debug_assert_eq!(stop.place.base, last);

    let boot_id = disk.boot_id()?;
    let rebooted = guard.as_ref().is_none_or(|guard| guard.boot_id != boot_id);
    let torn = ending == Ending::Torn;
    let cut_after_reboot = torn && rebooted;
    if cut_after_reboot {
        // Remembered before the cut: after it, nothing on disk would tell that there was one.
        hold(&*stores.guard, &identity, guard.clone(), &boot_id)?;
    }
    let tail = settle_tail(&*disk, stop.place, torn, &options)?;
    let from = rebuilt.guard_place.unwrap_or(stop.place);
    let read = &bases[rebuilt.trusted..];
    let rewritten_bytes = rewrite(&*disk, read, from, stop.place, &rebuilt.ends)?;
    let signing_held = cut_after_reboot || guard.as_ref().is_some_and(|guard| guard.signing_held);
    let cut = torn.then(|| (segment::name(last), stop.place.offset, stop.position));
    if let Some((segment, offset, position)) = &cut {
        tracing::warn!(segment, offset, position, rebooted, "a torn tail was cut");
    }
    let root = rebuilt.frontier.root();
    let held = (signing_held, guard.is_some());
    let trusted = rebuilt.begun.size();
    let unverified = (trusted > 0).then(|| Unverified {
        disk: Arc::clone(&disk),
        identity: identity.clone(),
        bases: bases[..rebuilt.trusted].to_vec(),
        size: trusted,
        root: rebuilt.begun.root(),
        nodes: rebuilt.nodes.clone(),
    });
    let closed: Vec<Closed> =
        rebuilt.ends.windows(2).map(|ends| Closed::between(ends[0], ends[1].base)).collect();
    let mut log = assemble(stores, (identity, key), signer, options, rebuilt, tail, held)?;
    log.unverified = unverified;
    // A ledger of an earlier release, or one that was killed, has closed segments without a checkpoint.
    for closed in closed {
        let _ = log.closed.send(closed);
    }
    let size = stop.position;
    Ok((log, Recovery { trusted, size, root, guard, cut, cut_after_reboot, rewritten_bytes, signing_held }))
}

/// The key that signs heads, under the ledger's name.
fn verifier(identity: &Identity) -> Result<VerifierKey, OpenError> {
    VerifierKey::new(&identity.origin, KeyKind::Ed25519, &identity.key)
        .map_err(|_| OpenError::Options("origin and key do not make a key name and an Ed25519 key"))
}

/// Whose ledger it is, after checking that every segment, the signer and the guard say the same.
fn identify(
    disk: &dyn Disk,
    bases: &[u64],
    signer: &dyn Signer,
    guard: Option<&Guard>,
) -> Result<Identity, OpenError> {
    let unreadable = |base| OpenError::Damaged { segment: segment::name(base), offset: 0, position: base };
    let identity = segment::read_header(disk, 0).ok().flatten().ok_or_else(|| unreadable(0))?;
    for base in bases {
        if segment::read_header(disk, *base)?.as_ref() != Some(&identity) {
            return Err(unreadable(*base));
        }
    }
    if identity.key != signer.public_key() {
        return Err(OpenError::OtherKey);
    }
    match guard {
        Some(guard) if guard.origin != identity.origin => Err(OpenError::OtherGuard(guard.origin.clone())),
        _ => Ok(identity),
    }
}

/// Reads what no checkpoint speaks for, and judges what it found.
fn walked(
    disk: &Arc<dyn Disk>,
    bases: &[u64],
    identity: &Identity,
    guard: Option<&Guard>,
    lost_guard: LostGuard,
    trusted: Option<Trusted>,
) -> Result<Walked, OpenError> {
    let guarded = guard.map_or(0, |guard| guard.head.size);
    let mut rebuilt = Rebuilt::new(disk, guard, trusted)?;
    let stop = rebuilt.walk(&**disk, bases, identity)?;
    let ending = scan::ending(&**disk, stop, identity.salt)?;
    match ending {
        Ending::Damaged => return Err(damaged(stop)),
        Ending::Torn if stop.position < guarded => return Err(damaged(stop)),
        _ if !rebuilt.agrees_with(guard) => {
            return Err(OpenError::Rollback { guarded, found: stop.position });
        }
        // Only the creation of a ledger leaves no guard behind when it is cut short, and no record either.
        _ if guard.is_none() && stop.position > 0 && lost_guard == LostGuard::Refused => {
            return Err(OpenError::GuardMissing { records: stop.position });
        }
        Ending::Torn | Ending::Clean => {}
    }
    Ok(Walked { rebuilt, stop, ending })
}

/// What a walk found, all of which may be continued.
struct Walked {
    rebuilt: Rebuilt,
    stop: Stop,
    ending: Ending,
}

pub(crate) fn damaged(stop: Stop) -> OpenError {
    let Stop { place, position } = stop;
    OpenError::Damaged { segment: segment::name(place.base), offset: place.offset, position }
}

/// Everything in memory that is derived from the segments.
struct Rebuilt {
    frontier: Frontier,
    nodes: Nodes,
    offsets: Offsets,
    batch: Vec<(u8, u64, Hash)>,
    guarded: Option<(u64, Hash)>,
    root_at_guard: Option<Hash>,
    /// The first frame at or beyond the guarded position.
    guard_place: Option<Place>,
    /// Where the frames of each segment that was read end.
    ends: Vec<Place>,
    /// Segments that were not read, and the tree at their end.
    trusted: usize,
    begun: Frontier,
}

impl Rebuilt {
    fn new(disk: &Arc<dyn Disk>, guard: Option<&Guard>, trusted: Option<Trusted>) -> Result<Self, DiskError> {
        let Trusted { segments, frontier, nodes, offsets } = match trusted {
            Some(trusted) => trusted,
            None => Trusted::nothing(disk)?,
        };
        Ok(Self {
            trusted: segments,
            begun: frontier.clone(),
            frontier,
            nodes,
            offsets,
            batch: Vec::new(),
            guarded: guard.map(|guard| (guard.head.size, guard.head.root)),
            root_at_guard: None,
            guard_place: None,
            ends: Vec::new(),
        })
    }

    fn walk(&mut self, disk: &dyn Disk, bases: &[u64], identity: &Identity) -> Result<Stop, OpenError> {
        let begun = self.begun.size();
        let mut stop = Stop { place: Place { base: begun, offset: HEADER_BYTES }, position: begun };
        for base in &bases[self.trusted..] {
            // Segments follow each other without a gap, so a shorter one has lost frames.
            if *base != stop.position {
                return Err(damaged(stop));
            }
            stop = scan::walk(disk, *base, identity.salt, &mut |place, frame| {
                self.take(place, frame);
                ControlFlow::Continue(())
            })?;
            self.ends.push(stop.place);
        }
        self.nodes.extend(&std::mem::take(&mut self.batch));
        self.note_guard(stop.position);
        Ok(stop)
    }

    fn take(&mut self, place: Place, frame: &Frame<'_>) {
        self.note_guard(frame.header.first);
        if self.guard_place.is_none() && frame.header.first >= self.guarded.map_or(0, |(size, _)| size) {
            self.guard_place = Some(place);
        }
        self.offsets.note(place, frame.header.first);
        for (leaf, _) in frame.entries() {
            self.frontier
                .push(leaf_hash(leaf), &mut |level, index, hash| self.batch.push((level, index, hash)));
        }
        if self.batch.len() >= NODE_BATCH {
            self.nodes.extend(&self.batch);
            self.batch.clear();
        }
    }

    fn note_guard(&mut self, position: u64) {
        if self.guarded.is_some_and(|(size, _)| size == position) {
            self.root_at_guard = Some(self.frontier.root());
        }
    }

    fn agrees_with(&self, guard: Option<&Guard>) -> bool {
        guard.is_none_or(|guard| self.root_at_guard == Some(guard.head.root))
    }
}

/// Marks the guard, or a first one, so that signing stays held through further crashes.
fn hold(disk: &dyn Disk, identity: &Identity, guard: Option<Guard>, boot_id: &str) -> Result<(), DiskError> {
    let first = || Guard {
        origin: identity.origin.clone(),
        head: Head::unsigned(0, empty_root()),
        boot_id: boot_id.to_owned(),
        clean: false,
        signing_held: true,
    };
    Guard { signing_held: true, clean: false, ..guard.unwrap_or_else(first) }.write(disk)
}

/// Removes what a crash left behind the tail and reserves the segment's space again.
fn settle_tail(disk: &dyn Disk, tail: Place, torn: bool, options: &Options) -> Result<Place, DiskError> {
    match disk.remove(SPARE) {
        Ok(()) | Err(DiskError::NotFound(_)) => {}
        Err(error) => return Err(error),
    }
    let name = segment::name(tail.base);
    if torn {
        disk.truncate(&name, tail.offset)?;
        disk.sync_data(&name)?;
    }
    if disk.len(&name)? < options.segment_bytes {
        match disk.allocate(&name, options.segment_bytes) {
            Ok(()) => {}
            // Without space this segment ends here, and the next group waits for room for another.
            Err(DiskError::Full) => return Ok(Place { offset: options.segment_bytes, ..tail }),
            Err(error) => return Err(error),
        }
    }
    Ok(tail)
}

/// Writes and syncs the frames from `from` to `tail` again: a sync that failed in an earlier process may have left
/// them readable in the page cache only.
fn rewrite(
    disk: &dyn Disk,
    bases: &[u64],
    from: Place,
    tail: Place,
    ends: &[Place],
) -> Result<u64, DiskError> {
    let mut rewritten = 0;
    for (base, end) in bases.iter().zip(ends).filter(|(base, _)| (from.base..=tail.base).contains(*base)) {
        let name = segment::name(*base);
        let mut offset = if *base == from.base { from.offset } else { HEADER_BYTES };
        while offset < end.offset {
            let mut bytes = vec![0; REWRITE_BYTES.min((end.offset - offset) as usize)];
            let read = disk.read_at(&name, offset, &mut bytes)?;
            disk.write_at(&name, offset, &bytes[..read])?;
            offset += read as u64;
            rewritten += read as u64;
        }
        disk.sync_data(&name)?;
    }
    disk.sync_dir()?;
    Ok(rewritten)
}

fn assemble(
    stores: Stores,
    (identity, key): (Identity, VerifierKey),
    signer: Arc<dyn Signer>,
    options: Options,
    rebuilt: Rebuilt,
    tail: Place,
    (signing_held, has_guard): (bool, bool),
) -> Result<Log, OpenError> {
    let Rebuilt { frontier, nodes, offsets, .. } = rebuilt;
    let head = Head::unsigned(frontier.size(), frontier.root());
    let disk = Arc::clone(&stores.ledger);
    let boot_id = disk.boot_id()?;
    let reader = Reader::new(disk, identity.salt, nodes, offsets, head);
    let (closed, receiver) = mpsc::channel();
    let checkpoints = Checkpoints {
        closed: receiver,
        owed: VecDeque::new(),
        reader: reader.clone(),
        disk: Arc::clone(&stores.ledger),
        key: key.clone(),
        signer: Arc::clone(&signer),
    };
    let mut log = Log {
        closed,
        checkpoints: Some(checkpoints),
        unverified: None,
        stores,
        identity,
        key,
        signer,
        options,
        reader,
        frontier,
        tail,
        zeroed_to: tail.offset,
        spare: None,
        boot_id,
        guarded: None,
        signing_held,
        stopped: None,
        buffer: Vec::new(),
        written: Vec::new(),
        newest: None,
    };
    log.show_head();
    // From here on the guard names this boot, so that the next opening knows what may have been lost.
    match log.write_guard(false) {
        // A disk without a free byte leaves the older guard, which names an earlier boot or this one: the next opening
        // assumes that more may have been lost, never less. A tick writes it once there is room.
        Err(DiskError::Full) if has_guard => {
            tracing::warn!("the disk is full, and the guard is not renewed before there is room");
        }
        outcome => outcome?,
    }
    Ok(log)
}
