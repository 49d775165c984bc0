//! The world of one run: nodes, connections, callers, time. Owns the choice of what happens next while faults are on.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use jiff::SignedDuration;
use parking_lot::Mutex;
use rogatory_engine::input::{Acknowledged, HandOver, HandOvers};
use rogatory_engine::{Draft, Input};
use rogatory_evidence::{Facts, Kind};
use rogatory_ledger::{Checkpoints, Options};

use crate::caller::{Attempt, SharedAnswers, Stage, Wish};
use crate::cast::Edition;
use crate::dice::Dice;
use crate::node::{Fault, LARGE, Node, SMALL, text};
use crate::operator::SharedRequeues;
use crate::rosters::WrongAnswers;
use crate::wire::Connection;
use crate::{Broken, Sabotage, Stats};

/// 2026-02-01, in microseconds since the Unix epoch.
const START_US: i64 = 1_769_904_000_000_000;

/// Writes that are torn until a node must cut its ledger; a few are enough.
const TORN_WRITES_MAX: usize = 500;

/// A hand-over that a consumer was told is on the record: node, consumer, positions.
pub(crate) type HandedOver = (usize, String, Vec<u64>);

/// The world.
pub(crate) struct Federation {
    pub(crate) dice: Dice,
    pub(crate) nodes: Vec<Node>,
    pub(crate) connections: Vec<Connection>,
    pub(crate) wishes: Vec<Wish>,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) answers: SharedAnswers,
    pub(crate) handed_over: Arc<Mutex<Vec<HandedOver>>>,
    pub(crate) requeues: SharedRequeues,
    pub(crate) now_us: i64,
    /// Time after which a sender gives up; so short in some runs that it happens.
    pub(crate) horizon: SignedDuration,
    pub(crate) stats: Stats,
    pub(crate) sabotage: Sabotage,
    /// Whether the nodes are on their way from one release to the next.
    pub(crate) is_upgrading: bool,
    /// Whether something that waited was erased, which is given up then.
    pub(crate) erases: bool,
    /// Whether rosters change.
    pub(crate) changes_rosters: bool,
    /// The newest edition that the federation signed.
    pub(crate) edition: Edition,
    pub(crate) wrong_answers: WrongAnswers,
    /// How rough the run is: percent of commits that meet a fault.
    fault_percent: usize,
}

impl Federation {
    /// A federation of any size and temper.
    pub(crate) fn new(seed: u64, sabotage: Sabotage) -> Result<Self, Broken> {
        let mut dice = Dice::new(seed);
        let agencies = 2 + dice.below(3);
        let gives_up = dice.chance(30);
        // The long one outlasts what two steps of a clock that stays wrong make of it.
        let horizon =
            if gives_up { SignedDuration::from_secs(20) } else { SignedDuration::from_hours(24 * 365) };
        let fault_percent = [0, 2, 5, 10][dice.below(4)];
        let mut federation = Self::begin(dice, agencies, SMALL, sabotage, horizon, fault_percent)?;
        // In some runs an upgrade is under way: nodes begin with a release that cannot read all that the others send.
        federation.is_upgrading = federation.dice.chance(50);
        if federation.is_upgrading {
            for at in 0..agencies {
                let is_behind = federation.dice.chance(60);
                federation.nodes[at].bodies.is_behind.store(is_behind, Ordering::SeqCst);
            }
        }
        Ok(federation)
    }

    /// Two agencies with room for a backlog.
    pub(crate) fn pair(seed: u64) -> Result<Self, Broken> {
        Self::begin(Dice::new(seed), 2, LARGE, Sabotage::None, SignedDuration::from_hours(24), 0)
    }

    /// Two agencies that give up after twenty seconds, on a network that loses nothing by itself.
    pub(crate) fn hasty_pair(seed: u64) -> Result<Self, Broken> {
        let horizon = SignedDuration::from_secs(20);
        Self::begin(Dice::new(seed), 2, LARGE, Sabotage::None, horizon, 0)
    }

    /// The agencies begin their ledgers.
    fn begin(
        mut dice: Dice,
        agencies: usize,
        options: Options,
        sabotage: Sabotage,
        horizon: SignedDuration,
        fault_percent: usize,
    ) -> Result<Self, Broken> {
        let mut node = |nth| {
            let (seed, skew_us) = (dice.word(), dice.below(4_000_000) as i64 - 2_000_000);
            Node::new(nth, agencies, seed, START_US + skew_us, options, sabotage)
        };
        let nodes = (0..agencies).map(&mut node).collect();
        let mut federation = Self {
            dice,
            nodes,
            connections: Vec::new(),
            wishes: Vec::new(),
            attempts: Vec::new(),
            answers: SharedAnswers::default(),
            handed_over: Arc::default(),
            requeues: SharedRequeues::default(),
            now_us: START_US,
            horizon,
            stats: Stats::default(),
            sabotage,
            is_upgrading: false,
            erases: false,
            changes_rosters: false,
            edition: Edition { version: 1, members: (0..agencies).collect(), moved: agencies },
            wrong_answers: WrongAnswers::default(),
            fault_percent,
        };
        federation.nodes.iter_mut().try_for_each(Node::begin)?;
        Ok(federation)
    }

    /// One agency sends while the other is away, and loses power on the way; returns what waits then.
    pub(crate) fn pile_up(&mut self, messages: usize) -> Result<usize, Broken> {
        self.nodes[1].be_killed(false);
        for at in 0..messages {
            self.want_opening(0);
            self.seal(at)?;
            self.submit(at)?;
            if at % 50 == 49 || at + 1 == messages {
                self.commit(0, false)?;
                self.after_step()?;
            }
        }
        while self.nodes[0].running.as_ref().is_some_and(|running| !running.unwritten.is_empty()) {
            self.commit(0, false)?;
        }
        self.after_step()?;
        let seed = self.dice.word();
        self.nodes[0].lose_power(seed);
        self.orphan(0);
        self.restart(0, false)?;
        Ok(self.nodes[0].base.rows().queue.len())
    }

    /// Every node loses power in the middle of a write, as often as it takes until each had to cut its ledger at the next
    /// start and signs nothing.
    pub(crate) fn black_out(&mut self) -> Result<(), Broken> {
        for at in 0..self.nodes.len() {
            let is_held = |federation: &Self| {
                federation.nodes[at].running.as_ref().is_some_and(|running| running.signing_held)
            };
            // A full disk takes no write that could be torn.
            self.nodes[at].set_full(false);
            for _ in 0..TORN_WRITES_MAX {
                if self.nodes[at].running.is_none() {
                    self.restart(at, false)?;
                }
                if is_held(self) {
                    break;
                }
                self.want_opening(at);
                self.seal(self.wishes.len() - 1)?;
                self.submit(self.wishes.len() - 1)?;
                let (calls, seed) = (self.dice.below(4) as u64, self.dice.word());
                self.nodes[at].commit(1, Fault::Power(calls), seed)?;
                self.orphan(at);
            }
            if !is_held(self) {
                return Err(self.nodes[at].broken("never had to cut its ledger"));
            }
        }
        Ok(())
    }

    /// Whether this run lets senders give up.
    pub(crate) fn gives_up(&self) -> bool {
        self.horizon < SignedDuration::from_hours(1) || self.erases
    }

    pub(crate) fn pass_time(&mut self, micros: i64) {
        self.now_us += micros;
        for node in &self.nodes {
            node.clock.pass(micros);
        }
    }

    /// Lives through about this many steps with faults.
    pub(crate) fn live(&mut self, steps: u64) -> Result<(), Broken> {
        for _ in 0..steps {
            if self.changes_rosters && self.dice.chance(4) {
                self.change_roster()?;
                self.after_step()?;
            }
            let enabled = self.enabled(true);
            if self.dice.chance(75) && !enabled.is_empty() {
                let step = enabled[self.dice.below(enabled.len())];
                self.take(step, true)?;
            } else {
                self.happen()?;
            }
            self.after_step()?;
        }
        Ok(())
    }

    /// Hears answers and keeps the trace.
    pub(crate) fn after_step(&mut self) -> Result<(), Broken> {
        self.hear()?;
        let now_us = self.now_us;
        self.nodes.iter_mut().for_each(|node| node.note_decided(now_us));
        self.connections.retain(|connection| !connection.is_over());
        self.stats.steps += 1;
        let mut print = self.dice.clone().word();
        for running in self.nodes.iter().filter_map(|node| node.running.as_ref()) {
            print = print.rotate_left(7) ^ running.engine.next() ^ running.log.size() << 32;
            print ^=
                u64::from_le_bytes(running.log.head().root.as_bytes()[..8].try_into().unwrap_or_default());
        }
        self.stats.trace = self.stats.trace.rotate_left(3).wrapping_mul(0x0100_0000_01b3) ^ print;
        Ok(())
    }

    /// Something from outside: work, time, or trouble.
    fn happen(&mut self) -> Result<(), Broken> {
        let node = self.dice.below(self.nodes.len());
        match self.dice.below(100) {
            0..=9 => self.want_opening(node),
            10..=37 => self.want_event(node)?,
            38..=42 => self.say_again(false)?,
            43..=45 => self.say_again(true)?,
            46..=50 => self.read_arrivals(node)?,
            51..=75 => {
                let micros = [1_000, 50_000, 400_000, 3_000_000][self.dice.below(4)];
                self.pass_time(micros);
                self.nodes[node].handle(Input::Tick)?;
            }
            76 if !self.gives_up() => {
                let hours = self.dice.below(30) as i64;
                self.pass_time(hours * 3_600_000_000);
            }
            77..=82 => {
                let is_full = self.nodes[node].is_full;
                if let Some(running) = &mut self.nodes[node].running {
                    // Without space the older guard stays, and nothing else may suffer.
                    running.log.tick().or_else(|error| if is_full { Ok(()) } else { Err(text(error)) })?;
                    running.log.prepare().map_err(text)?;
                    running.checkpoints.iter_mut().for_each(Checkpoints::write_due);
                }
            }
            83..=88 if self.fault_percent > 0 && !self.connections.is_empty() => {
                let at = self.dice.below(self.connections.len());
                self.cut(at);
            }
            89..=90 if self.fault_percent > 0 => self.go_down(node)?,
            91 if self.fault_percent > 0 && self.nodes[node].running.is_some() => {
                self.nodes[node].set_full(true);
            }
            92..=93 => {
                let hours = [73, 24 * 20, -2, -24 * 20][self.dice.below(4)];
                self.nodes[node].clock.step(hours * 3_600_000_000);
            }
            94..=97 => self.put_back(node)?,
            99 => self.upgrade(node),
            _ => {}
        }
        Ok(())
    }

    /// A node loses power, is killed, or closes, between two steps.
    fn go_down(&mut self, at: usize) -> Result<(), Broken> {
        let (seed, way, keeps_index) = (self.dice.word(), self.dice.below(3), self.dice.chance(50));
        let node = &mut self.nodes[at];
        let Some(running) = &node.running else { return Ok(()) };
        match way {
            0 if running.unwritten.is_empty() && !node.is_full => node.close()?,
            1 => node.be_killed(keeps_index),
            _ => node.lose_power(seed),
        }
        self.orphan(at);
        Ok(())
    }

    /// A node that runs an earlier release is stopped; when it comes back it runs the one that the others do.
    pub(crate) fn upgrade(&mut self, at: usize) {
        let keeps_index = self.dice.chance(50);
        let node = &mut self.nodes[at];
        if node.bodies.is_behind.swap(false, Ordering::SeqCst) && node.running.is_some() {
            node.be_killed(keeps_index);
            self.orphan(at);
        }
    }

    /// A node comes back, unless the power goes again.
    pub(crate) fn restart(&mut self, node: usize, faults: bool) -> Result<(), Broken> {
        self.nodes[node].set_full(false);
        if faults && self.dice.chance(self.fault_percent) {
            let (calls, seed) = (self.dice.below(16) as u64, self.dice.word());
            self.nodes[node].restart_in_vain(calls, seed);
            self.stats.crashes += 1;
            return Ok(());
        }
        self.nodes[node].restart()
    }

    /// Commits some of what a node decided, perhaps into a fault.
    pub(crate) fn commit(&mut self, node: usize, faults: bool) -> Result<(), Broken> {
        let is_full = self.nodes[node].is_full;
        let fault = if faults && !is_full && self.dice.chance(self.fault_percent) {
            let calls = self.dice.below(8) as u64;
            [Fault::Power(calls), Fault::Power(calls), Fault::Kill(calls), Fault::FailedSync]
                [self.dice.below(4)]
        } else {
            Fault::None
        };
        let (count, seed) = (1 + self.dice.below(6), self.dice.word());
        if !self.nodes[node].commit(count, fault, seed)? {
            self.orphan(node);
        }
        Ok(())
    }

    fn say_again(&mut self, is_other: bool) -> Result<(), Broken> {
        // Something else is said under an id that is taken for sure; a repeat may come before the first answer.
        let said = |wish: &Wish| match wish.stage {
            Stage::Accepted(_) => true,
            Stage::Submitted(incarnation) => !is_other && incarnation == self.nodes[wish.node].incarnation,
            _ => false,
        };
        let said: Vec<usize> = (0..self.wishes.len()).filter(|at| said(&self.wishes[*at])).collect();
        match self.dice.pick(&said).copied() {
            Some(at) => self.repeat(at, is_other),
            None => Ok(()),
        }
    }

    /// A consumer acknowledges arrivals, some of them again.
    fn read_arrivals(&mut self, at: usize) -> Result<(), Broken> {
        let taken = self.nodes[at].records()?.into_iter().filter_map(|stored| {
            let shared = stored.shared().ok().filter(|shared| shared.kind == Kind::Taken)?;
            let sender = stored.header().ok()??.sender;
            Some((stored.position(), shared, sender))
        });
        let taken: Vec<_> = (1..).zip(taken).collect();
        let Some(running) = &self.nodes[at].running else { return Ok(()) };
        let consumer = ["desk", "archive"][self.dice.below(2)].to_owned();
        let mut items = Vec::new();
        for _ in 0..3 {
            let Some((arrival, (position, about, sender))) = self.dice.pick(&taken) else { return Ok(()) };
            let (arrival, position) = (*arrival, *position);
            let mut draft = Draft::new(&running.scribe, Kind::HandedOver);
            (draft.shared.message, draft.shared.referral) = (about.message, about.referral);
            draft.shared.consumer.clone_from(&consumer);
            draft.facts = Some(Facts::HandedOver { sender: sender.clone(), position, arrival });
            items.push(HandOver { position, arrival, written: running.scribe.write(draft).map_err(text)? });
        }
        let (told, name) = (self.handed_over.clone(), consumer.clone());
        let then = Box::new(move |acknowledged: Result<Acknowledged, _>| {
            told.lock().extend(acknowledged.map(|acknowledged| (at, name, acknowledged.positions)));
        });
        let hand_overs = HandOvers { consumer, items, notices: None };
        self.nodes[at].handle(Input::HandOver(Box::new(hand_overs), then))
    }
}
