//! One node: a disk that may fail, a vault that does not, a clock set by hand, and the production engine and log on
//! them while it runs. Must not know of connections; the federation ends those when a node goes down.

use std::collections::{BTreeSet, VecDeque};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rogatory_domain::id::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_engine::engine::EngineParts;
use rogatory_engine::link::{Context, Peer};
use rogatory_engine::open;
use rogatory_engine::reread::Stored;
use rogatory_engine::{Effect, Engine, Input, Scribe};
use rogatory_index::memory::MemoryBase;
use rogatory_index::{Batch, Known, Staged};
use rogatory_keys::{MemoryVault, SeededRandom, SubmissionKey, Vault};
use rogatory_ledger::{Checkpoints, CommitError, Decision, Head, Log, MemoryDisk, Options, Stores};

use crate::caller::Bodies;
use crate::cast::{Edition, HeadSigner, Member, member, roster};
use crate::clock::WallClock;
use crate::{Broken, Sabotage};

/// Limits so small that a run meets the end of a segment.
pub(crate) const SMALL: Options = Options {
    segment_bytes: 128 << 10,
    frame_bytes: 96 << 10,
    group_bytes: 64 << 10,
    reserve_bytes: 32 << 10,
    zero_ahead_bytes: 8 << 10,
};

/// Limits that take the longest batch of a link as one decision.
pub(crate) const LARGE: Options =
    Options { segment_bytes: 4 << 20, frame_bytes: 3 << 20, group_bytes: 2 << 20, ..SMALL };

/// Bytes of a disk without limits.
const ROOMY: u64 = 1 << 40;

/// What happens to a node around a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing.
    None,
    /// The power goes after this many calls of the disk, or right after the commit.
    Power(u64),
    /// The process is killed after this many calls of the disk; what was written stays, synced or not.
    Kill(u64),
    /// The sync fails, and the process ends as it must.
    FailedSync,
}

/// A node, running or not.
pub(crate) struct Node {
    pub(crate) nth: usize,
    pub(crate) disk: MemoryDisk,
    older: Option<MemoryDisk>,
    vault: Arc<MemoryVault>,
    pub(crate) random: Arc<SeededRandom>,
    pub(crate) clock: Arc<WallClock>,
    pub(crate) base: MemoryBase,
    agencies: usize,
    /// The roster of its file.
    pub(crate) edition: Edition,
    options: Options,
    pub(crate) is_full: bool,
    pub(crate) incarnation: u64,
    pub(crate) running: Option<Running>,
    /// Every head this node ever signed.
    pub(crate) heads: Vec<Head>,
    /// When each record was decided, and in which incarnation.
    pub(crate) decided: Vec<(i64, u64)>,
    pub(crate) sabotage: Sabotage,
    /// What this node's release can read; another one takes its place with an upgrade.
    pub(crate) bodies: Arc<Bodies>,
}

/// What a crash takes away.
pub(crate) struct Running {
    pub(crate) log: Log,
    pub(crate) checkpoints: Option<Checkpoints>,
    pub(crate) engine: Engine,
    pub(crate) scribe: Arc<Scribe>,
    pub(crate) unwritten: VecDeque<Decision>,
    pub(crate) batch: Option<Batch>,
    pub(crate) dials: VecDeque<AgencyId>,
    pub(crate) sessions: u64,
    pub(crate) signing_held: bool,
    /// Peers that hold nothing of this ledger that it lacks, as they said while its signing was held.
    answered: BTreeSet<AgencyId>,
    /// What the index held when the engine began, until the engine is told of it.
    unlisted: Option<Known>,
}

impl Node {
    pub(crate) fn new(
        nth: usize,
        agencies: usize,
        seed: u64,
        unix_us: i64,
        options: Options,
        sabotage: Sabotage,
    ) -> Self {
        Self {
            nth,
            disk: MemoryDisk::new(),
            older: None,
            vault: Arc::default(),
            random: Arc::new(SeededRandom::new(seed)),
            clock: Arc::new(WallClock::new(unix_us, sabotage)),
            base: MemoryBase::default(),
            agencies,
            edition: Edition { version: 1, members: (0..agencies).collect(), moved: agencies },
            options,
            is_full: false,
            incarnation: 0,
            running: None,
            heads: Vec::new(),
            decided: Vec::new(),
            sabotage,
            bodies: Arc::default(),
        }
    }

    pub(crate) fn member(&self) -> &'static Member {
        member(self.nth)
    }

    /// Whether it runs the earlier release.
    pub(crate) fn is_behind(&self) -> bool {
        self.bodies.is_behind.load(Ordering::SeqCst)
    }

    fn scribe(&self) -> Result<Arc<Scribe>, Broken> {
        let vault = Vault::open(self.vault.clone(), self.random.clone()).map_err(text)?;
        let key = SubmissionKey::from_bytes(1, [self.nth as u8 + 1; 32]);
        let origin = self.member().origin.clone();
        Ok(Arc::new(Scribe::new(origin, Arc::new(vault), self.random.clone(), self.clock.clone(), key)))
    }

    fn stores(disk: &MemoryDisk) -> Stores {
        Stores::one(Arc::new(disk.clone()))
    }

    fn signer(&self) -> Arc<HeadSigner> {
        Arc::new(HeadSigner(self.member().ledger_key.clone()))
    }

    /// Begins the ledger and runs.
    pub(crate) fn begin(&mut self) -> Result<(), Broken> {
        let scribe = self.scribe()?;
        let log =
            open::begin(Self::stores(&self.disk), &scribe, self.signer(), 7, self.options).map_err(text)?;
        self.run(log, scribe, false)
    }

    /// Opens the ledger as it is on the disk, folds what the base lacks, and runs.
    pub(crate) fn restart(&mut self) -> Result<(), Broken> {
        let opened = open::reopen(Log::open, Self::stores(&self.disk), self.signer(), self.options);
        let (log, recovery, _) = opened.map_err(|error| self.broken(&format!("does not open: {error}")))?;
        self.run(log, self.scribe()?, recovery.signing_held)
    }

    /// The power goes again while the ledger is being opened, or right after.
    pub(crate) fn restart_in_vain(&mut self, calls: u64, seed: u64) {
        self.disk.stop_after(calls);
        let opened = open::reopen(Log::open, Self::stores(&self.disk), self.signer(), self.options);
        drop(opened);
        self.lose_power(seed);
    }

    /// Closes the ledger with its clean mark; only when nothing decided is left to be written.
    pub(crate) fn close(&mut self) -> Result<(), Broken> {
        match self.running.take() {
            Some(running) => running.log.close().map_err(text),
            None => Ok(()),
        }
    }

    /// Fills the disk up to its reserve, or makes room again; new work is refused in between.
    pub(crate) fn set_full(&mut self, is_full: bool) {
        self.is_full = is_full;
        self.disk.set_capacity(if is_full { 0 } else { ROOMY });
        if let Some(running) = &mut self.running {
            running.engine.refuse_work(is_full.then_some(Code::DiskReserve));
        }
    }

    fn run(&mut self, mut log: Log, scribe: Arc<Scribe>, signing_held: bool) -> Result<(), Broken> {
        // What checkpoints speak for is read at once: here no byte changes by itself.
        let verified = log.unverified().map(|it| it.verify(&mut |_| ControlFlow::Continue(())));
        verified.transpose().map_err(|error| self.broken(&format!("believed a checkpoint: {error}")))?;
        let checkpoints = log.take_checkpoints();
        let (reader, base) = (log.reader(), self.base.clone());
        let mut staged = Staged::over(Box::new(base.clone()), base.rows().through).map_err(text)?;
        open::catch_up(&reader, scribe.vault(), &mut staged, &mut |staged| {
            let batch = staged.take_batch();
            base.apply(&batch);
            staged.applied(batch.through);
            Ok(())
        })
        .map_err(text)?;
        let rows = base.rows();
        if rows.totals.waiting != rows.queue.len() as u64 {
            return Err(self.broken(&format!(
                "counts {} of {} that wait",
                rows.totals.waiting,
                rows.queue.len()
            )));
        }
        let through = staged.next();
        let roster = roster(&self.edition);
        let mut engine = Engine::new(EngineParts { scribe: scribe.clone(), reader, staged, roster });
        engine.starts_indexed(through);
        self.incarnation += 1;
        self.decided.truncate(through as usize);
        self.note_head(&log.head());
        self.running = Some(Running {
            log,
            checkpoints,
            engine,
            scribe,
            unwritten: VecDeque::new(),
            batch: None,
            dials: VecDeque::new(),
            sessions: 0,
            signing_held,
            answered: BTreeSet::new(),
            unlisted: Some(base.ids()),
        });
        Ok(())
    }

    /// The power goes; the index goes with it, since nothing says what of it was written.
    pub(crate) fn lose_power(&mut self, seed: u64) {
        self.running = None;
        self.base = MemoryBase::default();
        if let (Sabotage::OlderDisk, Some(older)) = (self.sabotage, self.older.take()) {
            self.disk = older;
        }
        self.disk.crash(seed);
    }

    /// The process ends; under the same boot the index may be used again.
    pub(crate) fn be_killed(&mut self, keeps_index: bool) {
        self.running = None;
        self.disk.kill();
        if !keeps_index {
            self.base = MemoryBase::default();
        }
    }

    /// A peer answered while signing was held; the answer of the last one ends that.
    pub(crate) fn answered(&mut self, peer: &AgencyId) -> Result<(), Broken> {
        let Some(running) = self.running.as_mut().filter(|running| running.signing_held) else {
            return Ok(());
        };
        running.answered.insert(peer.clone());
        if running.answered.len() + 1 < self.agencies { Ok(()) } else { self.release_signing() }
    }

    /// Notes when what was decided since the last call was.
    pub(crate) fn note_decided(&mut self, now_us: i64) {
        let Some(running) = &self.running else { return };
        self.decided.resize(running.engine.next() as usize, (now_us, self.incarnation));
    }

    /// Ends a hold on signing, as an operator or the answers of all peers would.
    pub(crate) fn release_signing(&mut self) -> Result<(), Broken> {
        let Some(running) = &mut self.running else { return Ok(()) };
        running.signing_held = false;
        let head = running.log.release_signing();
        self.note_head(&head);
        self.handle(Input::Durable(head))
    }

    /// Gives the engine an input and carries out what comes of it.
    pub(crate) fn handle(&mut self, input: Input) -> Result<(), Broken> {
        let Some(running) = &mut self.running else { return Ok(()) };
        running.engine.handle(input);
        running.unwritten.extend(running.engine.take_decisions());
        for effect in running.engine.take_effects() {
            match effect {
                Effect::Run(then) => then(),
                Effect::Outcomes(sink, outcomes) => sink.deliver(outcomes),
                Effect::Link(sink, order) => sink.order(order),
                Effect::Dial(peer) => running.dials.push_back(peer),
                Effect::Flush(batch) => running.batch = Some(*batch),
                Effect::Roster(_) => {} // Links read it from the engine.
                Effect::Fed(_) => {}    // Nobody reads beside the engine here.
            }
        }
        let fatal = running.engine.fatal().map(ToString::to_string);
        match fatal {
            Some(cause) => Err(self.broken(&format!("cannot go on: {cause}"))),
            None => Ok(()),
        }
    }

    /// Commits up to `count` decisions as one group. Says whether the node still runs.
    pub(crate) fn commit(&mut self, count: usize, fault: Fault, seed: u64) -> Result<bool, Broken> {
        let group = self.take_group(count);
        if group.is_empty() {
            return Ok(true);
        }
        if self.sabotage == Sabotage::EarlyDurable {
            self.tell_too_early(&group)?;
        }
        if self.sabotage == Sabotage::OlderDisk {
            self.older = Some(self.disk.copy());
        }
        match fault {
            Fault::Power(calls) | Fault::Kill(calls) => self.disk.stop_after(calls),
            Fault::FailedSync => self.disk.fail_syncs(1),
            Fault::None => {}
        }
        let Some(running) = &mut self.running else { return Ok(false) };
        let committed = running.log.commit(&group);
        if let Ok(head) = &committed {
            self.note_head(head);
        }
        match (fault, committed) {
            (Fault::None, Ok(head)) => self.handle(Input::Durable(head)).map(|()| true),
            (Fault::None, Err(CommitError::ReserveReached)) if self.is_full => {
                if let Some(running) = &mut self.running {
                    group.into_iter().rev().for_each(|decision| running.unwritten.push_front(decision));
                }
                Ok(true)
            }
            (Fault::None, Err(error)) => Err(self.broken(&format!("does not commit: {error}"))),
            (Fault::Power(_), _) => {
                self.lose_power(seed);
                Ok(false)
            }
            (Fault::FailedSync, Ok(_)) => Err(self.broken("took a failed sync for a good one")),
            (Fault::Kill(_) | Fault::FailedSync, _) => {
                self.be_killed(seed.is_multiple_of(2));
                Ok(false)
            }
        }
    }

    fn take_group(&mut self, count: usize) -> Vec<Decision> {
        let Some(running) = &mut self.running else { return Vec::new() };
        let (mut group, mut bytes) = (Vec::new(), 0);
        let limit = self.options.group_bytes as usize;
        while group.len() < count
            && let Some(next) = running.unwritten.front()
        {
            bytes += next.entries.iter().map(|entry| entry.payload.len() + 128).sum::<usize>();
            if !group.is_empty() && bytes > limit {
                break;
            }
            group.extend(running.unwritten.pop_front());
        }
        group
    }

    fn tell_too_early(&mut self, group: &[Decision]) -> Result<(), Broken> {
        let (mut copy, ..) =
            open::reopen(Log::open, Self::stores(&self.disk.copy()), self.signer(), self.options)
                .map_err(text)?;
        let head = copy.commit(group).map_err(text)?;
        self.handle(Input::Durable(head))
    }

    /// Applies the batch on its way, if any.
    pub(crate) fn apply(&mut self) -> Result<(), Broken> {
        let Some(mut batch) = self.running.as_mut().and_then(|running| running.batch.take()) else {
            return Ok(());
        };
        if self.sabotage == Sabotage::LostRows {
            batch.referrals.pop();
        }
        self.base.apply(&batch);
        self.handle(Input::Applied(batch.through))?;
        // As a listing beside the running engine ends: some records were written before it, and some are after it.
        match self.running.as_mut().and_then(|running| running.unlisted.take()) {
            Some(listed) => self.handle(Input::Known(Box::new(listed))),
            None => Ok(()),
        }
    }

    fn note_head(&mut self, head: &Head) {
        if head.note.is_some() && self.heads.last() != Some(head) {
            self.heads.push(head.clone());
        }
    }

    /// What a link to a peer needs; `None` while the node is down, or where its roster does not name the peer.
    pub(crate) fn context(&self, peer: usize) -> Option<Context> {
        let running = self.running.as_ref()?;
        let roster = running.engine.roster();
        let (own, peer) = (roster.member(self.member().agency())?, roster.member(member(peer).agency())?);
        Some(Context {
            scribe: running.scribe.clone(),
            reader: running.log.reader(),
            own_keys: own.ledger_keys.clone(),
            sealing: self.member().sealing.clone(),
            bodies: self.bodies.clone(),
            peer: Peer {
                agency: peer.id.clone(),
                ledger_key: peer.ledger_key().clone(),
                retired_keys: peer.retired_ledger_keys().to_vec(),
                sealing_key: peer.sealing_key().to_vec().into(),
            },
        })
    }

    /// Every durable record.
    pub(crate) fn records(&self) -> Result<Vec<Stored>, Broken> {
        let Some(running) = &self.running else { return Ok(Vec::new()) };
        let mut records = Vec::new();
        let mut damaged = None;
        let visited = running.log.reader().scan(0, &mut |position, entry| {
            match Stored::decode(position, &entry) {
                Ok(stored) => records.push(stored),
                Err(error) => damaged = Some(error),
            }
            ControlFlow::Continue(())
        });
        visited.map_err(|error| self.broken(&error.to_string()))?;
        damaged.map_or(Ok(records), |error| Err(self.broken(&error.to_string())))
    }

    pub(crate) fn broken(&self, what: &str) -> Broken {
        format!("{} {what}", self.member().agency())
    }
}

/// An error as the text of a broken run.
pub(crate) fn text(error: impl std::fmt::Display) -> Broken {
    error.to_string()
}
