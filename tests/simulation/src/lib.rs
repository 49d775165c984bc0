//! The simulator: a federation of two to four agencies on the production engine, ledger and links, where one seed
//! decides everything that happens: what is submitted, which frame arrives, what is cut, who loses power and when.
//!
//! Owns the disk, clock, network and callers of that world, and the invariants checked after it has come to rest. It
//! must not replace a rule of the product by one of its own: whatever decides is production code.
//!
//! Reading order: [`run`] below, `federation` (the world and its steps), `node`, `wire` and `driver` (links),
//! `caller` (submissions), `operator` (requeues), `rosters` (editions that nodes load), [`scenario`] (histories that are told), `check` (invariants), [`Sabotage`] (what proves that the checks notice).

mod caller;
mod cast;
mod check;
mod clock;
mod dice;
mod driver;
mod event;
mod federation;
mod heal;
mod node;
mod operator;
mod rosters;
mod sabotage;
pub mod scenario;
mod step;
mod wire;

use std::fmt;

pub use sabotage::Sabotage;

/// What one run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Steps taken, healing included.
    pub steps: u64,
    /// Nodes that lost power or were killed.
    pub crashes: u64,
    /// Connections that were cut.
    pub cuts: u64,
    /// Messages acknowledged to callers.
    pub accepted: u64,
    /// Repeats of earlier submissions that were answered.
    pub repeats: u64,
    /// Receipts held at the end, each verified.
    pub receipts: u64,
    /// Deliveries given up.
    pub given_up: u64,
    /// Deliveries put back in the queue.
    pub requeued: u64,
    /// Envelopes that a node of an earlier release could not take yet.
    pub not_yets: u64,
    /// Records in all ledgers at the end.
    pub records: u64,
    /// Fingerprint of everything that happened; equal for equal seeds.
    pub trace: u64,
}

impl Stats {
    /// Adds another run's.
    pub fn add(&mut self, other: &Self) {
        self.steps += other.steps;
        self.crashes += other.crashes;
        self.cuts += other.cuts;
        self.accepted += other.accepted;
        self.repeats += other.repeats;
        self.receipts += other.receipts;
        self.given_up += other.given_up;
        self.requeued += other.requeued;
        self.not_yets += other.not_yets;
        self.records += other.records;
        self.trace = self.trace.rotate_left(1) ^ other.trace;
    }
}

/// A run that broke an invariant; its text is one line and says how to see it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The seed.
    pub seed: u64,
    /// What was broken.
    pub what: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, what } = self;
        write!(
            f,
            "seed {seed}: {what}; see it again with: cargo run --release -p rogatory-simulation --bin sim -- --seed {seed} \
             (with --rosters before it where rosters change)"
        )
    }
}

impl std::error::Error for Failure {}

/// A broken invariant, without the seed.
pub(crate) type Broken = String;

/// Runs one seed for about `steps` steps, lets the network heal, and checks every invariant.
///
/// # Errors
/// The first invariant that does not hold.
pub fn run(seed: u64, steps: u64) -> Result<Stats, Failure> {
    run_sabotaged(seed, steps, Sabotage::None)
}

/// As [`run`], with rosters that change while the nodes run, each node going by its own for a while; and with rosters that no
/// node may take.
///
/// # Errors
/// The first invariant that does not hold.
pub fn run_with_rosters(seed: u64, steps: u64) -> Result<Stats, Failure> {
    let failed = |what| Failure { seed, what };
    let mut federation = federation::Federation::new(seed, Sabotage::None).map_err(failed)?;
    federation.changes_rosters = true;
    federation.live(steps).and_then(|()| federation.heal()).map_err(failed)?;
    check::all(&mut federation).map_err(failed)?;
    Ok(federation.stats)
}

/// As [`run`], with one rule broken on purpose: the checks must notice.
///
/// # Errors
/// The first invariant that does not hold.
pub fn run_sabotaged(seed: u64, steps: u64, sabotage: Sabotage) -> Result<Stats, Failure> {
    let failed = |what| Failure { seed, what };
    let mut federation = federation::Federation::new(seed, sabotage).map_err(failed)?;
    federation.live(steps).and_then(|()| federation.heal()).map_err(failed)?;
    check::all(&mut federation).map_err(failed)?;
    Ok(federation.stats)
}

/// Lets every agency lose power in the middle of a write and come back with a ledger that signs nothing; then heals, with
/// no operator to help, and checks as [`run`] does.
///
/// # Errors
/// The first invariant that does not hold.
pub fn run_blackout(seed: u64, sabotage: Sabotage) -> Result<Stats, Failure> {
    let failed = |what| Failure { seed, what };
    let mut federation = federation::Federation::new(seed, sabotage).map_err(failed)?;
    federation.live(100).and_then(|()| federation.black_out()).map_err(failed)?;
    federation.heal().map_err(failed)?;
    check::all(&mut federation).map_err(failed)?;
    Ok(federation.stats)
}

/// Lets one agency send while the other is away, more than any window holds, and lose power before the other returns;
/// then heals and checks as [`run`] does.
///
/// # Errors
/// The first invariant that does not hold.
pub fn run_backlog(seed: u64, messages: usize) -> Result<Stats, Failure> {
    let failed = |what| Failure { seed, what };
    let mut federation = federation::Federation::pair(seed).map_err(failed)?;
    match federation.pile_up(messages).map_err(failed)? {
        waiting if waiting == messages => federation.heal().map_err(failed)?,
        waiting => return Err(failed(format!("{waiting} of {messages} messages wait"))),
    }
    check::all(&mut federation).map_err(failed)?;
    Ok(federation.stats)
}
