//! The thread around the log: takes what is queued as one group, commits it, tells what became durable. Must not
//! drop, reorder or retry what it was handed; a full queue is refused at the door.

use std::{
    collections::VecDeque,
    io,
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};
use thiserror::Error;

use crate::{CommitError, Decision, Disk, DiskError, Fatal, Head, Log, Reader, frame};

/// Shortest time from the beginning of one group to the beginning of the next, unless much is waiting.
const GROUP_INTERVAL: Duration = Duration::from_micros(900);
/// The same under load. Every group costs a sync, a signature and a turn of all that waits for it, here and at the peers; a
/// message that shares them with others is through sooner than one that finds the processors busy.
const BUSY_INTERVAL: Duration = Duration::from_micros(2_500);
/// Decisions in a group that show load.
const BUSY_DECISIONS: usize = 6;
/// Bytes that wait no longer.
const GATHER_BYTES: u64 = 256 << 10;

/// What one group made durable.
#[derive(Clone, Debug)]
pub struct Durable {
    /// Number of durable entries.
    pub size: u64,
    /// The head over them.
    pub head: Head,
    /// Microseconds the one sync took.
    pub fsync_us: u64,
    /// Entries in the group; 0 if only signing was released.
    pub group_entries: u64,
    /// Bytes of the group on disk.
    pub group_bytes: u64,
}

/// Why decisions were not queued; none of them was.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AppendError {
    /// The queue holds its limit of bytes; room comes as groups become durable.
    #[error("the ledger's queue is full")]
    Full,
    /// Free space is below the reserve; lifted by itself once space is back.
    #[error("free space on the ledger's disk is below its reserve")]
    ReserveReached,
    /// The decisions could never be queued or written.
    #[error("the decisions exceed the ledger's limits or are empty")]
    Unfit,
    /// Other decisions came first.
    #[error("append expected at position {expected}, but the next one is {next}")]
    Position {
        /// What the caller believed.
        expected: u64,
        /// What is so.
        next: u64,
    },
    /// The ledger was closed or has stopped.
    #[error("the ledger is closed")]
    Closed,
}

#[derive(Default)]
struct Queue {
    decisions: VecDeque<Decision>,
    /// Bytes on disk of all that is queued or being written.
    bytes: u64,
    /// Position of the next decision to be queued.
    next: u64,
    orders: WorkerFlags,
    reserve_reached: bool,
    /// Why the guard does not follow, while it does not.
    guard_fault: Option<DiskError>,
    closed: bool,
}

/// What the thread is asked besides writing.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct WorkerFlags {
    tick: bool,
    release: bool,
    halt: bool,
    close: bool,
}

struct Shared {
    queue: Mutex<Queue>,
    wake: Condvar,
    bytes_max: u64,
    frame_max: u64,
    reader: Reader,
    disk: Arc<dyn Disk>,
}

/// The queue's door; cheap to clone.
#[derive(Clone)]
pub struct Appender {
    shared: Arc<Shared>,
}

/// The running thread.
pub struct Committer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<Result<(), Fatal>>>,
}

impl Committer {
    /// Starts the thread. `bytes_max` bounds what is queued or being written; `on_durable` and `on_fatal` run on
    /// the thread and should only hand over.
    ///
    /// # Errors
    /// The operating system's, if it gives no thread.
    pub fn spawn(
        log: Log,
        bytes_max: u64,
        on_durable: Box<dyn FnMut(Durable) + Send>,
        on_fatal: Box<dyn FnOnce(Fatal) + Send>,
    ) -> io::Result<(Self, Appender)> {
        let shared = Arc::new(Shared {
            queue: Mutex::new(Queue { next: log.size(), ..Queue::default() }),
            wake: Condvar::new(),
            bytes_max,
            frame_max: u64::from(log.options().frame_bytes),
            reader: log.reader(),
            disk: Arc::clone(&log.stores.ledger),
        });
        let worker = Worker {
            shared: Arc::clone(&shared),
            log,
            on_durable,
            group: Vec::new(),
            group_bytes: 0,
            begun: None,
            interval: GROUP_INTERVAL,
        };
        let thread = thread::Builder::new().name("ledger".into()).spawn(move || worker.run(on_fatal))?;
        Ok((Self { shared: Arc::clone(&shared), thread: Some(thread) }, Appender { shared }))
    }

    /// Takes no more, writes what is queued, writes the guard with its clean mark, and ends the thread.
    ///
    /// # Errors
    /// The reason if the ledger had stopped.
    pub fn close(mut self) -> Result<(), Fatal> {
        self.shared.order(|orders| orders.close = true);
        // A thread that panicked has no clean end either.
        self.thread.take().map_or(Ok(()), |thread| thread.join().unwrap_or(Err(Fatal::Halted)))
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        self.shared.order(|orders| orders.close = true);
    }
}

impl Appender {
    /// As [`Appender::append_all`] with one decision.
    ///
    /// # Errors
    /// [`AppendError`].
    pub fn append(&self, expected: u64, decision: Decision) -> Result<(), AppendError> {
        self.append_all(expected, &mut vec![decision])
    }

    /// Queues the decisions, in order, from position `expected` on, and empties `decisions`; all or none, in which
    /// case they stay with the caller.
    ///
    /// # Errors
    /// [`AppendError`].
    pub fn append_all(&self, expected: u64, decisions: &mut Vec<Decision>) -> Result<(), AppendError> {
        let (mut bytes, mut entries) = (0, 0);
        for decision in &*decisions {
            let frame = frame::encoded_len(decision);
            if decision.is_empty() || frame > self.shared.frame_max {
                return Err(AppendError::Unfit);
            }
            bytes += frame;
            entries += decision.len();
        }
        if bytes > self.shared.bytes_max {
            return Err(AppendError::Unfit);
        }
        let mut queue = self.shared.queue.lock();
        if queue.closed || queue.orders.close {
            return Err(AppendError::Closed);
        }
        if queue.next != expected {
            return Err(AppendError::Position { expected, next: queue.next });
        }
        if queue.reserve_reached {
            return Err(AppendError::ReserveReached);
        }
        if queue.bytes + bytes > self.shared.bytes_max {
            return Err(AppendError::Full);
        }
        let was_empty = queue.decisions.is_empty();
        queue.next += entries;
        queue.bytes += bytes;
        queue.decisions.extend(decisions.drain(..));
        // While a group gathers, only the first decision and the one that fills it need wake the thread.
        let wakes = was_empty || queue.bytes >= GATHER_BYTES;
        drop(queue);
        if wakes {
            self.shared.wake.notify_one();
        }
        Ok(())
    }

    /// Free bytes on the ledger's volume, asked of the disk at each call.
    ///
    /// # Errors
    /// The disk's.
    pub fn free_bytes(&self) -> Result<u64, DiskError> {
        self.shared.disk.free_bytes()
    }

    /// True while appends are refused for want of space on the disk.
    pub fn reserve_reached(&self) -> bool {
        self.shared.queue.lock().reserve_reached
    }

    /// Why the guard lags behind the ledger, while it does. A ledger whose guard lags goes on; should its volume be put
    /// back from a copy meanwhile, the guard would not tell.
    pub fn guard_fault(&self) -> Option<DiskError> {
        self.shared.queue.lock().guard_fault.clone()
    }

    /// Reads what is durable.
    pub fn reader(&self) -> &Reader {
        &self.shared.reader
    }

    /// Once a second, from the node's clock: lets the guard follow, and looks whether space is back.
    pub fn tick(&self) {
        self.shared.order(|orders| orders.tick = true);
    }

    /// Ends a hold on signing; the signed head comes through `on_durable`.
    pub fn release_signing(&self) {
        self.shared.order(|orders| orders.release = true);
    }

    /// Stops the ledger for good: a signed head of its own was seen that it does not contain.
    pub fn halt(&self) {
        self.shared.order(|orders| orders.halt = true);
    }
}

impl Shared {
    fn order(&self, give: impl FnOnce(&mut WorkerFlags)) {
        give(&mut self.queue.lock().orders);
        self.wake.notify_one();
    }
}

struct Worker {
    shared: Arc<Shared>,
    log: Log,
    on_durable: Box<dyn FnMut(Durable) + Send>,
    /// Taken from the queue and not durable yet; stays so while the reserve is reached.
    group: Vec<Decision>,
    group_bytes: u64,
    /// When the newest group began.
    begun: Option<Instant>,
    /// Time from there to the beginning of the next.
    interval: Duration,
}

/// Shuts the door however the thread ends.
struct CloseOnDrop(Arc<Shared>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.queue.lock().closed = true;
        self.0.reader.end();
    }
}

impl Worker {
    fn run(mut self, on_fatal: Box<dyn FnOnce(Fatal) + Send>) -> Result<(), Fatal> {
        let shut = CloseOnDrop(Arc::clone(&self.shared));
        let outcome = self.work();
        match outcome {
            Ok(()) => {
                drop(shut);
                if let Err(error) = self.log.close() {
                    tracing::warn!(%error, "the guard was not marked clean");
                }
                Ok(())
            }
            Err(fatal) => {
                // Before the door shuts: whoever finds it shut must not be the first to say why the node ends.
                on_fatal(fatal.clone());
                drop(shut);
                Err(fatal)
            }
        }
    }

    fn work(&mut self) -> Result<(), Fatal> {
        let mut ahead = true;
        loop {
            let orders = self.take(&mut ahead)?;
            if orders.halt {
                return Err(self.log.halt());
            }
            if orders.release {
                let head = self.log.release_signing();
                let size = head.size;
                (self.on_durable)(Durable { size, head, fsync_us: 0, group_entries: 0, group_bytes: 0 });
            }
            let written = self.commit()?;
            ahead |= written;
            if orders.tick {
                self.log.look()?;
                self.follow();
            }
            let drained = self.group.is_empty() && self.shared.queue.lock().decisions.is_empty();
            if orders.close && (drained || !written) {
                // What the reserve kept out was never acknowledged, so a close may leave it.
                return Ok(());
            }
            if orders.close {
                self.shared.queue.lock().orders.close = true;
            }
        }
    }

    /// Waits for orders or decisions, preparing space meanwhile, and moves a group out of the queue.
    fn take(&mut self, ahead: &mut bool) -> Result<WorkerFlags, Fatal> {
        let shared = Arc::clone(&self.shared);
        let mut queue = shared.queue.lock();
        loop {
            let held = queue.reserve_reached;
            if queue.orders != WorkerFlags::default() || !(held || queue.decisions.is_empty()) {
                break;
            }
            if *ahead && !held {
                drop(queue);
                *ahead = self.log.prepare()?;
                queue = shared.queue.lock();
                continue;
            }
            shared.wake.wait(&mut queue);
        }
        if self.group.is_empty() && queue.orders == WorkerFlags::default() {
            self.gather(&mut queue);
        }
        if self.group.is_empty() {
            let limit = self.log.options().group_bytes.min(self.log.options().group_limit());
            while let Some(decision) = queue.decisions.front() {
                let bytes = frame::encoded_len(decision);
                if !self.group.is_empty() && self.group_bytes + bytes > limit {
                    break;
                }
                self.group_bytes += bytes;
                self.group.extend(queue.decisions.pop_front());
            }
        }
        Ok(std::mem::take(&mut queue.orders))
    }

    /// Lets a group gather when the one before it has only just begun: under load a sync then carries many decisions
    /// instead of waking everybody for a few. A decision that comes alone is not held up.
    fn gather(&self, queue: &mut parking_lot::MutexGuard<'_, Queue>) {
        let Some(begun) = self.begun else { return };
        let until = begun + self.interval;
        while queue.bytes < GATHER_BYTES
            && queue.orders == WorkerFlags::default()
            && !self.shared.wake.wait_until(queue, until).timed_out()
        {}
    }

    /// Lets the guard follow. That it does not is said once, and once when it follows again.
    fn follow(&mut self) {
        let fault = self.log.tick().err();
        let before = std::mem::replace(&mut self.shared.queue.lock().guard_fault, fault.clone());
        match fault {
            Some(error) if before.as_ref() != Some(&error) => {
                tracing::warn!(%error, "the guard lags behind the ledger; it is tried again every second");
            }
            None if before.is_some() => tracing::info!("the guard follows the ledger again"),
            _ => {}
        }
    }

    /// Commits the group in hand; false if there was none or the reserve keeps it out.
    fn commit(&mut self) -> Result<bool, Fatal> {
        if self.group.is_empty() {
            return Ok(false);
        }
        self.begun = Some(Instant::now());
        self.interval = if self.group.len() >= BUSY_DECISIONS { BUSY_INTERVAL } else { GROUP_INTERVAL };
        let written = match self.log.write(&self.group) {
            Ok(written) => written,
            Err(CommitError::Fatal(fatal)) => return Err(fatal),
            Err(error) => {
                // Sizes were checked at the door, so only want of room is left.
                if !std::mem::replace(&mut self.shared.queue.lock().reserve_reached, true) {
                    tracing::warn!(%error, "the ledger waits for room");
                }
                return Ok(false);
            }
        };
        let begun = Instant::now();
        self.log.sync(&written)?;
        let fsync_us = begun.elapsed().as_micros() as u64;
        let head = self.log.publish(&self.group);
        self.group.clear();
        let mut queue = self.shared.queue.lock();
        if std::mem::take(&mut queue.reserve_reached) {
            tracing::info!("the ledger has room again");
        }
        queue.bytes -= std::mem::take(&mut self.group_bytes);
        drop(queue);
        let (size, group_entries, group_bytes) = (head.size, written.entries, written.bytes);
        (self.on_durable)(Durable { size, head, fsync_us, group_entries, group_bytes });
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
