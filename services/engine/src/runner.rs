//! The threads around the engine: one that decides, one that writes the index behind; the ledger brings its own.
//!
//! Owns the channel into the engine and the carrying-out of effects. It must not decide anything.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};
use rogatory_domain::id::AgencyId;
use rogatory_evidence::Roster;
use rogatory_index::{Batch, FeedKey, Store, StoreError};
use rogatory_ledger::{AppendError, Appender, Decision};
use tracing::{error, warn};

use crate::engine::Engine;
use crate::failure::Failure;
use crate::input::{Effect, Input, Look};

/// Time between two ticks.
const TICK: Duration = Duration::from_millis(25);

/// Bytes handed to the ledger at a time; well below what its queue holds.
const APPEND_BYTES: usize = 8 * 1024 * 1024;

/// Ticks between two looks of the ledger after its guard and its disk: about a second.
const LEDGER_TICKS: u32 = 40;

/// Inputs taken in one turn, so that one group of records forms under load.
const TURN_INPUTS: usize = 256;

/// Inputs that wait above which whoever brings work is asked to wait.
const BACKLOG_BUSY: usize = 1_024;

/// Time between two looks whether a reader came upon damage, while nothing is written.
const DAMAGE_LOOK: Duration = Duration::from_secs(1);

/// Hears whether the engine is behind, when that changes. What brings work in bulk waits meanwhile: so memory stays flat,
/// and a peer or a case system that is faster feels it through the flow control of its connection.
pub type OnBusy = Box<dyn Fn(bool) + Send>;

/// Hears of a roster that is in force. It must not block: the engine waits for it.
pub type OnRoster = Box<dyn Fn(Arc<Roster>) + Send>;

/// Hears once why the engine cannot go on.
pub type OnFatal = Arc<dyn Fn(Failure) + Send + Sync>;

/// Where dials go.
pub trait Dialler: Send {
    /// Starts a dial; it never blocks and reports by [`Input::LinkUp`] or [`Input::LinkLost`].
    fn dial(&self, peer: AgencyId);
}

/// Hears of what readers beside the engine need: the feed of durable records, and how far the index is.
pub trait ReadSide: Send + Sync {
    /// Rows of the feed whose records became durable; the index does not hold them yet.
    fn fed(&self, rows: Vec<(FeedKey, u64)>);
    /// The index holds the records below this position.
    fn applied(&self, through: u64);
}

/// What a running engine works with.
pub struct RunnerParts {
    /// The way into the ledger. Its own reserve must be smaller than the one below, so that what was decided, and every
    /// read's record, still fits.
    pub appender: Appender,
    /// Starts dials.
    pub dialler: Box<dyn Dialler>,
    /// New work is refused while the disk has fewer bytes free.
    pub reserve_bytes: u64,
    /// Hears of a roster that is in force, before anything that follows from it.
    pub on_roster: OnRoster,
    /// Hears what readers need.
    pub reads: Arc<dyn ReadSide>,
    /// Hears whether the engine is behind.
    pub on_busy: OnBusy,
    /// Called once, when the engine cannot go on.
    pub on_fatal: OnFatal,
}

/// The way into a running engine; cheap to clone.
#[derive(Clone)]
pub struct Handle {
    inputs: Sender<Input>,
    stuck: Arc<AtomicBool>,
}

/// A running engine.
pub struct Runner {
    handle: Handle,
    thread: Option<JoinHandle<()>>,
    writer: Option<JoinHandle<()>>,
    lister: Option<JoinHandle<()>>,
    is_closing: Arc<AtomicBool>,
}

impl Handle {
    /// A channel into an engine that is not running yet.
    pub fn channel() -> (Self, Receiver<Input>) {
        let (inputs, receiver) = unbounded();
        (Self { inputs, stuck: Arc::default() }, receiver)
    }

    /// Hands an input over. After the engine stopped it is dropped, and with it whatever waits for an answer.
    pub fn send(&self, input: Input) {
        let _ = self.inputs.send(input);
    }

    /// Looks at the engine.
    pub fn look(&self, look: Look) {
        self.send(Input::Look(look));
    }

    /// Whether the ledger can write nothing more, so that what would have to wait for a record is dropped.
    pub fn is_stuck(&self) -> bool {
        self.stuck.load(Ordering::Relaxed)
    }

    /// Inputs that wait.
    pub fn backlog(&self) -> usize {
        self.inputs.len()
    }
}

impl Runner {
    /// Starts the threads.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn spawn(
        engine: Engine,
        store: Store,
        channel: (Handle, Receiver<Input>),
        surroundings: RunnerParts,
    ) -> std::io::Result<Self> {
        let RunnerParts { appender, dialler, reserve_bytes, on_roster, reads, on_busy, on_fatal } =
            surroundings;
        let (handle, inputs) = channel;
        let (batches, to_write) = unbounded::<Batch>();
        let (back, listed) = (handle.clone(), store.clone());
        let (fatal, applied) = (on_fatal.clone(), reads.clone());
        let writer = thread::Builder::new().name("index".into()).spawn(move || {
            let mut watched = PanicReporter::new("the index thread", fatal.clone());
            write_behind(&store, &to_write, &*applied, &back, &*fatal);
            watched.ended = true;
        })?;
        let is_closing = Arc::<AtomicBool>::default();
        let lister = if engine.staged().knows_all() {
            None
        } else {
            let (back, is_closing) = (handle.clone(), is_closing.clone());
            let list = move || list_ids(&listed, &back, &is_closing);
            Some(thread::Builder::new().name("index-ids".into()).spawn(list)?)
        };
        let turn = EngineLoop {
            engine,
            appender,
            dialler,
            batches,
            unsent: Vec::new(),
            ticks: LEDGER_TICKS - 1,
            reserve_bytes,
            is_low: false,
            stuck: handle.stuck.clone(),
            on_roster,
            reads,
            on_busy,
            is_busy: false,
        };
        let thread = thread::Builder::new().name("engine".into()).spawn(move || {
            let mut watched = PanicReporter::new("the engine thread", on_fatal.clone());
            turn.run(&inputs, &*on_fatal);
            watched.ended = true;
        })?;
        Ok(Self { handle, thread: Some(thread), writer: Some(writer), lister, is_closing })
    }

    /// The way in.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Stops the threads once everything decided is durable and written behind, or the engine failed.
    pub fn close(mut self) {
        self.handle.send(Input::Look(Box::new(Engine::ask_to_close)));
        self.is_closing.store(true, Ordering::Relaxed);
        for thread in [self.thread.take(), self.writer.take(), self.lister.take()].into_iter().flatten() {
            let _ = thread.join();
        }
    }
}

/// Tells the node when a thread unwinds: a node whose engine is gone must not keep its doors open.
struct PanicReporter {
    name: &'static str,
    on_fatal: OnFatal,
    ended: bool,
}

impl PanicReporter {
    fn new(name: &'static str, on_fatal: OnFatal) -> Self {
        Self { name, on_fatal, ended: false }
    }
}

impl Drop for PanicReporter {
    fn drop(&mut self) {
        if !self.ended {
            (self.on_fatal)(Failure::Panicked(self.name));
        }
    }
}

struct EngineLoop {
    engine: Engine,
    appender: Appender,
    dialler: Box<dyn Dialler>,
    batches: Sender<Batch>,
    unsent: Vec<Decision>,
    ticks: u32,
    reserve_bytes: u64,
    is_low: bool,
    stuck: Arc<AtomicBool>,
    on_roster: OnRoster,
    reads: Arc<dyn ReadSide>,
    on_busy: OnBusy,
    is_busy: bool,
}

impl EngineLoop {
    fn run(mut self, inputs: &Receiver<Input>, on_fatal: &(dyn Fn(Failure) + Send + Sync)) {
        let ticks = crossbeam_channel::tick(TICK);
        // Before the first input, so that nothing new is taken on a volume nobody has asked.
        self.ask_for_room();
        loop {
            crossbeam_channel::select_biased! {
                recv(ticks) -> _ => self.tick(),
                recv(inputs) -> input => match input {
                    Ok(input) => self.take(input, inputs),
                    Err(_) => return,
                },
            }
            self.append();
            for effect in self.engine.take_effects() {
                self.carry_out(effect);
            }
            self.tell_busy(inputs.len());
            if let Some(cause) = self.engine.fatal() {
                return on_fatal(cause.clone());
            }
            if self.engine.may_close() {
                return;
            }
        }
    }

    fn tell_busy(&mut self, backlog: usize) {
        let is_busy = self.engine.is_busy() || backlog > BACKLOG_BUSY;
        if is_busy != std::mem::replace(&mut self.is_busy, is_busy) {
            (self.on_busy)(is_busy);
        }
    }

    fn take(&mut self, first: Input, inputs: &Receiver<Input>) {
        self.engine.handle(first);
        for input in inputs.try_iter().take(TURN_INPUTS) {
            self.engine.handle(input);
        }
    }

    fn tick(&mut self) {
        self.ticks = self.ticks.wrapping_add(1);
        if self.ticks.is_multiple_of(LEDGER_TICKS) {
            self.appender.tick();
            self.ask_for_room();
        }
        let stuck = self.appender.reserve_reached();
        // Before anything is dropped for it, so that whoever asked learns why.
        self.stuck.store(stuck, Ordering::Relaxed);
        self.engine.set_stuck(stuck);
        self.engine.set_disk_full(self.is_low || stuck);
        self.engine.handle(Input::Tick);
    }

    /// A volume that cannot even be asked is no place for new work.
    fn ask_for_room(&mut self) {
        self.is_low = self.appender.free_bytes().map_or(true, |free| free < self.reserve_bytes);
        self.engine.set_disk_full(self.is_low);
    }

    /// Hands decisions to the ledger, as many as fit at a time. While its queue or its disk is full they wait here, in
    /// order, and new work is refused; nothing that was decided is given up.
    fn append(&mut self) {
        self.unsent.extend(self.engine.take_decisions());
        while !self.unsent.is_empty() {
            let waiting: u64 = self.unsent.iter().map(|d| d.entries.len() as u64).sum();
            let expected = self.engine.next() - waiting;
            let fitting = fitting(&self.unsent);
            let later = self.unsent.split_off(fitting);
            // Taken before the try: a group that becomes durable in between then ends the wait.
            let size = self.appender.reader().size();
            let appended = self.appender.append_all(expected, &mut self.unsent);
            self.unsent.extend(later);
            match appended {
                Ok(()) => {}
                Err(AppendError::ReserveReached) => {
                    self.engine.set_disk_full(true);
                    break;
                }
                Err(AppendError::Full) => {
                    // The ledger is behind: waiting for its next group is the back-pressure.
                    if self.appender.reader().wait_beyond(size).is_none() {
                        return self.engine.fail(Failure::other("the ledger is closed"));
                    }
                }
                Err(cause) => {
                    error!(%cause, "the ledger took no decision");
                    return self.engine.fail(Failure::other(cause));
                }
            }
        }
    }

    fn carry_out(&self, effect: Effect) {
        match effect {
            Effect::Run(then) => then(),
            Effect::Outcomes(sink, outcomes) => sink.deliver(outcomes),
            Effect::Link(sink, order) => sink.order(order),
            Effect::Dial(peer) => self.dialler.dial(peer),
            Effect::Flush(batch) => {
                let _ = self.batches.send(*batch);
            }
            Effect::Roster(roster) => (self.on_roster)(roster),
            Effect::Fed(rows) => self.reads.fed(rows),
        }
    }
}

/// How many of the decisions make one hand-over to the ledger.
fn fitting(decisions: &[Decision]) -> usize {
    let mut bytes = 0;
    let fitting = decisions.iter().take_while(|decision| {
        bytes += decision.entries.iter().map(|entry| entry.payload.len()).sum::<usize>();
        bytes <= APPEND_BYTES
    });
    fitting.count().max(1)
}

/// Reads every id that the store held at the start, beside everything else. Without them the engine asks the store for each.
fn list_ids(store: &Store, back: &Handle, is_closing: &AtomicBool) {
    match store.ids(|| !is_closing.load(Ordering::Relaxed)) {
        Ok(Some(known)) => back.send(Input::Known(Box::new(known))),
        Ok(None) => {}
        Err(error) => warn!(%error, "the ids of the index cannot be listed; every one is looked up"),
    }
}

fn write_behind(
    store: &Store,
    batches: &Receiver<Batch>,
    reads: &dyn ReadSide,
    back: &Handle,
    on_fatal: &(dyn Fn(Failure) + Send + Sync),
) {
    loop {
        let batch = match batches.recv_timeout(DAMAGE_LOOK) {
            Ok(batch) => Some(batch),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => break,
        };
        // Whoever reads beside the engine may come upon it first, and would be refused for ever.
        if store.damage().is_seen() {
            return on_fatal(StoreError::Damaged.into());
        }
        let Some(batch) = batch else { continue };
        let through = batch.through;
        let Some(root) = batch.root else {
            warn!(through, "a batch without a root was dropped");
            continue;
        };
        if let Err(error) = store.apply(&batch, root) {
            // The ledger is unharmed, and the next start folds the index again.
            return on_fatal(error.into());
        }
        reads.applied(through);
        back.send(Input::Applied(through));
    }
    if let Err(error) = store.flush() {
        warn!(%error, "the index was not flushed");
    }
}
