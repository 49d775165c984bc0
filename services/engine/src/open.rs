//! From disk to a running engine: open or begin the ledger, fold what the index does not hold, make the engine.
//!
//! Owns the order of recovery. It must not repair anything by guessing; what the ledger refuses to open stays closed.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use rogatory_evidence::{Head, Kind, Origin, Roster};
use rogatory_index::directory::{Directory, Opened};
use rogatory_index::{Folding, Staged, Store, StoreError, fold::fold};
use rogatory_keys::{Vault, VaultError};
use rogatory_ledger::{
    CommitError, Decision, Identity, Log, OpenError, Options, ReadError, Reader, Recovery, Signer, Stores,
};
use rogatory_tlog::root;
use tracing::info;

use crate::engine::{Engine, EngineParts};
use crate::reread::{RereadError, Stored};
use crate::scribe::{Draft, Scribe};

/// Bytes of staged rows from which a batch of a catch-up is written. A batch takes a few times as much while it is
/// written, and a node has to start in the memory in which it runs.
pub const CATCH_UP_BYTES: usize = 4 << 20;

/// Bytes of opened records, about, that one thread hands to the other at once.
const PART_BYTES: usize = 512 * 1024;

/// Bytes of a receipt in memory, about.
const RECEIPT_BYTES: usize = 640;

/// Such parts that wait: the reading thread waits rather than fill memory.
const PARTS_COUNT_MAX: usize = 4;

/// Why a node cannot start on what its disk holds.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The ledger does not open.
    #[error(transparent)]
    Ledger(#[from] OpenError),
    /// The first record could not be written.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// A record could not be read back.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A record could not be opened.
    #[error(transparent)]
    Reread(#[from] RereadError),
    /// The index cannot be used, not even a fresh one.
    #[error(transparent)]
    Index(#[from] StoreError),
    /// The vault cannot be used.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The key of the day of the newest record is neither there nor destroyed on purpose.
    #[error(
        "the vault key of day {0} is missing and was not destroyed on purpose: put the vault's own copy back, or, if it \
         is lost for good, say so with an empty file `day-{0}.destroyed` in the vault"
    )]
    VaultDayMissing(u32),
    /// The key of the day of the newest record is another one than the record was wrapped under.
    #[error("the vault key of day {0} is not the one that the ledger's newest record was sealed under")]
    VaultDayOther(u32),
    /// The ledger's origin line is not one of this federation.
    #[error("the ledger belongs to {0}")]
    Origin(String),
}

/// Begins a ledger whose record 0 commits to federation, agency, instance and key.
///
/// # Errors
/// When there is one already, or the disk refuses.
pub fn begin(
    stores: Stores,
    scribe: &Scribe,
    signer: Arc<dyn Signer>,
    salt: u64,
    options: Options,
) -> Result<Log, StartError> {
    let key = signer.public_key();
    let identity = Identity { origin: scribe.origin().to_string(), key, salt };
    let mut log = Log::create(stores, identity, signer, options)?;
    write_genesis(&mut log, scribe, key)?;
    Ok(log)
}

/// How a log is opened: as it lies, or with a guard begun anew on somebody's word.
pub type OpenLog = fn(Stores, Arc<dyn Signer>, Options) -> Result<(Log, Recovery), OpenError>;

/// Opens a ledger, which one that was begun and cut short before its first record is too.
///
/// # Errors
/// When it must not be continued.
pub fn reopen(
    open: OpenLog,
    stores: Stores,
    signer: Arc<dyn Signer>,
    options: Options,
) -> Result<(Log, Recovery, Origin), StartError> {
    let (log, recovery) = open(stores, signer, options)?;
    let text = log.identity().origin.clone();
    let origin = text.parse().map_err(|_| StartError::Origin(text))?;
    Ok((log, recovery, origin))
}

/// Writes record 0 if the ledger has none.
///
/// # Errors
/// When the disk or the vault refuses.
pub fn write_genesis(log: &mut Log, scribe: &Scribe, key: [u8; 32]) -> Result<(), StartError> {
    if log.size() == 0 {
        let mut draft = Draft::new(scribe, Kind::Genesis);
        draft.shared.ledger_key = Some(key);
        let written = scribe.write(draft)?;
        log.commit(&[Decision { entries: vec![written.entry] }])?;
    }
    Ok(())
}

/// Whether a ledger contains a head that was signed for it: it is as long, and has the same root there.
pub fn contains(reader: &Reader, head: &Head) -> bool {
    head.size <= reader.size() && root(reader.nodes(), head.size).is_ok_and(|root| root == head.root)
}

/// Checks that the vault is the one the ledger was written with, by its newest record. A lost or exchanged key must be
/// noticed before a second key of the same day is made: no single file could open all records of that day afterwards.
///
/// # Errors
/// Names the day.
pub fn check_vault(reader: &Reader, vault: &Vault) -> Result<(), StartError> {
    let Some(position) = reader.size().checked_sub(1) else { return Ok(()) };
    let stored = Stored::decode(position, &reader.entry(position)?)?;
    let day = stored.vault_day();
    match stored.open(vault) {
        Ok(Some(_)) => Ok(()),
        Ok(None) if vault.is_destroyed(day)? => Ok(()),
        Ok(None) => Err(StartError::VaultDayMissing(day)),
        Err(RereadError::Vault(_, VaultError::Damaged)) => Err(StartError::VaultDayOther(day)),
        Err(error) => Err(error.into()),
    }
}

/// Folds records that a base does not hold; `batch` is called when [`CATCH_UP_BYTES`] are staged, and at the end.
///
/// Records are read and opened on a thread beside, so that one core opens while another one folds and writes.
///
/// # Errors
/// When a record cannot be read or the base fails.
pub fn catch_up(
    reader: &Reader,
    vault: &Vault,
    staged: &mut Staged,
    batch: &mut dyn FnMut(&mut Staged) -> Result<(), StoreError>,
) -> Result<u64, StartError> {
    let from = staged.next();
    let (way, parts) = sync_channel(PARTS_COUNT_MAX);
    thread::scope(|scope| {
        let opening = scope.spawn(move || open_records(reader, vault, from, &way));
        let folded = fold_parts(parts, staged, batch);
        let opened = opening.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        // Where the fold failed nobody takes what is opened, which is no fault of the ledger.
        folded.and(opened)
    })?;
    batch(staged)?;
    Ok(staged.next() - from)
}

/// Records that are opened, in the order of the ledger.
type Part = Vec<Folding>;

/// Opens every record from a position on; ends where nobody takes them any more.
fn open_records(reader: &Reader, vault: &Vault, from: u64, way: &SyncSender<Part>) -> Result<(), StartError> {
    let (mut part, mut bytes, mut failure) = (Part::new(), 0, None);
    let visited = reader.scan(from, &mut |position, entry| {
        match Stored::decode(position, &entry).and_then(|stored| stored.folding(vault)) {
            Ok(folding) => {
                // A receipt takes more memory than its bytes; all else of a record takes less, but for its place.
                bytes += entry.payload.len() + size_of::<Folding>() + folding.receipts.len() * RECEIPT_BYTES;
                part.push(folding);
            }
            Err(error) => {
                failure = Some(error);
                return ControlFlow::Break(());
            }
        }
        if bytes < PART_BYTES {
            return ControlFlow::Continue(());
        }
        bytes = 0;
        match way.send(std::mem::take(&mut part)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    });
    if let Some(error) = failure {
        return Err(error.into());
    }
    visited?;
    let _ = way.send(part);
    Ok(())
}

fn fold_parts(
    parts: Receiver<Part>,
    staged: &mut Staged,
    batch: &mut dyn FnMut(&mut Staged) -> Result<(), StoreError>,
) -> Result<(), StartError> {
    for folding in parts.into_iter().flatten() {
        fold(staged, &folding)?;
        if staged.bytes() >= CATCH_UP_BYTES {
            batch(staged)?;
        }
    }
    Ok(())
}

/// Opens the index beside the ledger, folds what it lacks, and makes the engine.
///
/// # Errors
/// When a record cannot be read or not even a fresh index can be opened.
pub fn engine(
    reader: Reader,
    scribe: Arc<Scribe>,
    directory: &Directory,
    roster: Arc<Roster>,
) -> Result<(Engine, Store), StartError> {
    let opened =
        directory.open(|size| (size <= reader.size()).then(|| root(reader.nodes(), size).ok()).flatten())?;
    let store = opened.store.clone();
    let mut staged = Staged::over(Box::new(store.clone()), opened.through)?;
    let folded = catch_up(&reader, scribe.vault(), &mut staged, &mut |staged| {
        apply(staged, directory, &opened, &reader)
    })?;
    directory.complete(&opened)?;
    info!(folded, size = reader.size(), "the index reflects the ledger");
    let through = staged.next();
    let mut engine = Engine::new(EngineParts { scribe, reader, staged, roster });
    engine.starts_indexed(through);
    Ok((engine, store))
}

/// Folds the whole ledger into a fresh store, for `index rebuild`.
///
/// # Errors
/// When a record cannot be read or the store fails.
pub fn rebuild(reader: &Reader, vault: &Vault, directory: &Directory) -> Result<u64, StartError> {
    let opened = directory.rebuild()?;
    let store = opened.store.clone();
    let mut staged = Staged::over(Box::new(store.clone()), 0)?;
    let folded =
        catch_up(reader, vault, &mut staged, &mut |staged| apply(staged, directory, &opened, reader))?;
    store.flush()?;
    directory.complete(&opened)?;
    directory.close()?;
    Ok(folded)
}

fn apply(
    staged: &mut Staged,
    directory: &Directory,
    opened: &Opened,
    reader: &Reader,
) -> Result<(), StoreError> {
    directory.check_room(opened)?;
    let batch = staged.take_batch();
    let root = root(reader.nodes(), batch.through).map_err(|e| StoreError::Engine(e.to_string()))?;
    opened.store.apply(&batch, root)?;
    staged.applied(batch.through);
    Ok(())
}
