//! What an operator does with a node that is stopped: begin its ledger, renew its guard, fold its index anew, compare the
//! two.
//!
//! Owns these and nothing that a running node does. It must not change a ledger beyond what opening it does and the record
//! of a person's word.

use std::fmt;
use std::ops::ControlFlow;
use std::thread;

use rogatory_engine::open::{StartError, rebuild};
use rogatory_engine::reread::Stored;
use rogatory_index::memory::{MemoryBase, Rows};
use rogatory_index::{Staged, fold::fold};
use rogatory_keys::{DirVault, Vault, VaultError};
use rogatory_ledger::{Log, Reader};
use rogatory_tlog::root;

use crate::beginning::holds_segments;
use crate::config::Config;
use crate::node::{Identity, NodeError, index_directory, ledger_dir};
use crate::preflight::check_private;

/// Records folded in memory between two batches.
const BATCH_RECORDS: u64 = 20_000;

/// Why maintenance was not done.
#[derive(Debug, thiserror::Error)]
pub enum MaintenanceError {
    /// There is nothing to maintain.
    #[error("there is no ledger in the data directory")]
    NoLedger,
    /// There is no index, or one of another format.
    #[error("there is no index of this format; rebuild it")]
    NoIndex,
    /// Node, keys or disk are not usable; a running node holds its ledger.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// A record cannot be read, or the index fails.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// Begins the ledger of a node that has none, with the directories it needs; gives its origin.
///
/// # Errors
/// When there is a ledger, or was one under the same key.
pub fn begin_ledger(config: &Config) -> Result<String, NodeError> {
    DirVault::create(&config.keys.vault_dir).map_err(VaultError::Io)?;
    check_private(config)?;
    let (log, scribe) = Identity::load(config)?.begin_ledger(config)?;
    close(log)?;
    Ok(scribe.origin().to_string())
}

/// Gives a ledger whose guard is gone a new one, on the word of a person; gives the number of records it has then.
///
/// # Errors
/// When the node runs, or the ledger must not be continued.
pub fn renew_guard(config: &Config, person: &str, justification: &str) -> Result<u64, NodeError> {
    check_private(config)?;
    let log = Identity::load(config)?.renew_guard(config, person, justification)?;
    let records = log.size();
    close(log)?;
    Ok(records)
}

/// Folds the whole ledger into a fresh index, and says how many records that were.
///
/// # Errors
/// When the node runs, or ledger or index fail. The index before is removed first; the next start folds it, too.
pub fn rebuild_index(config: &Config) -> Result<u64, MaintenanceError> {
    let (identity, log) = open(config)?;
    let folded = rebuild(&log.reader(), &identity.vault, &index_directory(config)?)?;
    close(log)?;
    Ok(folded)
}

/// What a comparison of the index with a fresh fold found.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Records the index reflects.
    pub through: u64,
    /// Records in the ledger.
    pub ledger_size: u64,
    /// What differs; nothing when the index is a fold of the ledger.
    pub differences: Vec<Difference>,
}

/// One kind of row that differs, or the root the index says it reflects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The root over the indexed records.
    Root,
    /// Rows, of which some cannot be read, so that none was compared.
    Unreadable,
    /// Referrals.
    Referrals,
    /// Messages.
    Messages,
    /// The outbox.
    Queue,
    /// What was given up.
    GivenUp,
    /// Heads of peers.
    Peers,
    /// Partners.
    Partners,
    /// Hand-overs.
    Consumers,
    /// Referrals by how they stand.
    Lists,
    /// Requests of several referrals.
    Requests,
    /// Alarms of clocks that are to be raised.
    Alarms,
    /// What is offered on watches.
    Feed,
    /// Counters.
    Totals,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Root => "root",
            Self::Unreadable => "rows that cannot be read",
            Self::Referrals => "referrals",
            Self::Messages => "messages",
            Self::Queue => "queue",
            Self::GivenUp => "what was given up",
            Self::Peers => "peers",
            Self::Partners => "partners",
            Self::Consumers => "consumers",
            Self::Lists => "lists",
            Self::Requests => "requests of several referrals",
            Self::Alarms => "alarms",
            Self::Feed => "feed",
            Self::Totals => "totals",
        })
    }
}

/// Folds in memory as much of the ledger as the index reflects, and compares every row.
///
/// # Errors
/// When the node runs, there is no index, or ledger or index fail.
pub fn check_index(config: &Config) -> Result<Comparison, MaintenanceError> {
    let (identity, log) = open(config)?;
    let reader = log.reader();
    let store = index_directory(config)?.inspect().map_err(|_| MaintenanceError::NoIndex)?;
    let meta = store.meta().map_err(StartError::from)?.ok_or(MaintenanceError::NoIndex)?;
    // sled panics on some damaged pages.
    let Ok(Ok(stands)) = thread::spawn(move || store.rows()).join() else {
        let differences = vec![Difference::Unreadable];
        close(log)?;
        return Ok(Comparison { through: meta.through, ledger_size: reader.size(), differences });
    };
    let through = meta.through.min(reader.size());
    let fresh = folded(&reader, &identity.vault, through)?;
    let own_root = root(reader.nodes(), meta.through).ok();
    let mut differences = differences(&stands, &fresh);
    if own_root.is_none_or(|root| *root.as_bytes() != meta.root) {
        differences.insert(0, Difference::Root);
    }
    let comparison = Comparison { through: meta.through, ledger_size: reader.size(), differences };
    close(log)?;
    Ok(comparison)
}

fn open(config: &Config) -> Result<(Identity, Log), MaintenanceError> {
    if !holds_segments(&ledger_dir(config)) {
        return Err(MaintenanceError::NoLedger);
    }
    let identity = Identity::load(config)?;
    let (log, _) = identity.open_ledger(config)?;
    Ok((identity, log))
}

fn close(log: Log) -> Result<(), NodeError> {
    Ok(log.close()?)
}

fn folded(reader: &Reader, vault: &Vault, through: u64) -> Result<Rows, StartError> {
    let base = MemoryBase::default();
    let mut staged = Staged::over(Box::new(base.clone()), 0)?;
    let mut outcome = Ok(());
    let scanned = reader.scan(0, &mut |position, entry| {
        if position >= through {
            return ControlFlow::Break(());
        }
        outcome = Stored::decode(position, &entry)
            .and_then(|stored| stored.folding(vault))
            .map_err(StartError::from)
            .and_then(|folding| Ok(fold(&mut staged, &folding)?));
        if staged.next().is_multiple_of(BATCH_RECORDS) {
            write_behind(&mut staged, &base);
        }
        if outcome.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    outcome?;
    scanned?;
    write_behind(&mut staged, &base);
    Ok(base.rows())
}

fn write_behind(staged: &mut Staged, base: &MemoryBase) {
    let batch = staged.take_batch();
    base.apply(&batch);
    staged.applied(batch.through);
}

// Taken apart field by field, so that a new table of rows cannot be left out of the comparison.
fn differences(stands: &Rows, fresh: &Rows) -> Vec<Difference> {
    let Rows {
        through: _,
        referrals,
        messages,
        queue,
        given_up,
        peers,
        consumers,
        partners,
        cases,
        requests,
        closures,
        alarms,
        feed,
        totals,
    } = stands;
    let compared = [
        (Difference::Referrals, *referrals == fresh.referrals),
        (Difference::Messages, *messages == fresh.messages),
        (Difference::Queue, *queue == fresh.queue),
        (Difference::GivenUp, *given_up == fresh.given_up),
        (Difference::Peers, *peers == fresh.peers),
        (Difference::Partners, *partners == fresh.partners),
        (Difference::Consumers, *consumers == fresh.consumers),
        (Difference::Lists, *cases == fresh.cases),
        (Difference::Requests, *requests == fresh.requests && *closures == fresh.closures),
        (Difference::Alarms, *alarms == fresh.alarms),
        (Difference::Feed, *feed == fresh.feed),
        (Difference::Totals, *totals == fresh.totals),
    ];
    compared.into_iter().filter(|(_, same)| !same).map(|(part, _)| part).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;
    use rogatory_domain::ReferralId;
    use rogatory_index::{AlarmKey, CaseKey, FeedKey, FeedKind, Standing};

    use super::*;

    type Change<'a> = &'a dyn Fn(&mut Rows);

    #[test]
    fn equal_rows_do_not_differ_and_every_difference_is_named() {
        let referral = ReferralId::from_uuid(uuid::Uuid::now_v7()).unwrap();
        let changes: [(Difference, Change<'_>); 4] = [
            (Difference::Consumers, &|rows| drop(rows.consumers.insert("desk".into(), Arc::default()))),
            (Difference::Lists, &|rows| {
                rows.cases.insert(CaseKey { standing: Standing::Erased, opened: 3 }, referral);
            }),
            (Difference::Alarms, &|rows| {
                rows.alarms.insert(AlarmKey { at: Timestamp::UNIX_EPOCH, referral }, ());
            }),
            (Difference::Feed, &|rows| {
                rows.feed.insert(FeedKey { kind: FeedKind::Message, position: 3 }, 1);
            }),
        ];
        assert!(differences(&Rows::default(), &Rows::default()).is_empty());
        for (named, change) in changes {
            let mut fresh = Rows::default();
            change(&mut fresh);
            assert_eq!(differences(&Rows::default(), &fresh), [named]);
        }
    }
}
