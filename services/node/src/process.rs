//! The process itself: how many descriptors it may have, held against how many its limits need, and that its memory, which
//! holds keys, is written to no file.
//!
//! It must not know what the descriptors are for beyond their number.

use rustix::io;
use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit};

use crate::config::Config;
use crate::incoming::OWN_KEPT;
use crate::probes;

/// Handshakes under way at one listener, connections that wait to be served, and the listener itself.
const OF_LISTENER: usize = rogatory_tls::HANDSHAKES_COUNT_MAX + 32;

/// Files of ledger, guard and index, the log, timers and threads.
const OF_NODE: usize = 256;

/// Connections of one partner, both ways.
const OF_PARTNER: usize = 4;

/// Descriptors that a configuration needs at most, with this many agencies in the roster.
#[must_use]
pub fn descriptors_needed(config: &Config, agencies: usize) -> u64 {
    let listeners = if config.shares_listener() { 1 } else { 2 };
    // Operators and auditors have places of their own on top.
    let of_listener = config.limits.connections + 2 * OWN_KEPT + OF_LISTENER;
    let of_probes = config.listen.metrics.map_or(0, |_| probes::CONNECTIONS_COUNT_MAX);
    (listeners * of_listener + of_probes + agencies * OF_PARTNER + OF_NODE) as u64
}

/// Descriptors that this process may have at most; `None` for no limit.
#[must_use]
pub fn descriptors_allowed() -> Option<u64> {
    getrlimit(Resource::Nofile).maximum
}

/// Raises the soft limit of descriptors to the hard one, and says both; `None` stands for no limit.
///
/// # Errors
/// The system's.
pub fn raise_descriptors() -> io::Result<(Option<u64>, Option<u64>)> {
    let before = getrlimit(Resource::Nofile);
    if before.current != before.maximum {
        setrlimit(Resource::Nofile, Rlimit { current: before.maximum, ..before })?;
    }
    Ok((before.current, before.maximum))
}

/// Lets no image of this process' memory be written, nor read by another process of its user.
///
/// # Errors
/// The system's.
pub fn keep_memory_private() -> io::Result<()> {
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)
}
