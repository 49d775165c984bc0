//! The invariants of a federation at rest, checked from the ledgers up. Must not repair or skip anything; where a
//! sender gave up, what that allows to be different is said at the check.

mod callers;
mod cases;
mod delivery;
mod evidence;

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use rogatory_domain::id::{AgencyId, MessageId};
use rogatory_engine::open;
use rogatory_engine::reread::Stored;
use rogatory_evidence::{Header, Kind, Shared};
use rogatory_index::Staged;
use rogatory_index::memory::{MemoryBase, Rows};

use crate::Broken;
use crate::federation::Federation;
use crate::node::{Node, text};

/// One record, read.
pub(crate) struct Record {
    pub(crate) position: u64,
    pub(crate) stored: Stored,
    pub(crate) shared: Shared,
    pub(crate) header: Option<Header>,
}

/// What a node holds at the end.
pub(crate) struct Holding {
    pub(crate) records: Vec<Record>,
    /// A fresh fold of the ledger.
    pub(crate) rows: Rows,
}

impl Holding {
    pub(crate) fn of_kind(&self, kinds: &[Kind]) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(move |record| kinds.contains(&record.shared.kind))
    }

    /// Records of the kinds that are about an envelope, by its sender and id.
    pub(crate) fn by_message(&self, kinds: &[Kind]) -> BTreeMap<(AgencyId, MessageId), Vec<&Record>> {
        let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for record in self.of_kind(kinds) {
            if let Some(header) = &record.header {
                found.entry((header.sender.clone(), header.message)).or_default().push(record);
            }
        }
        found
    }
}

/// Checks everything.
pub(crate) fn all(federation: &mut Federation) -> Result<(), Broken> {
    let held = federation.nodes.iter().map(holding).collect::<Result<Vec<_>, _>>()?;
    for (node, holding) in federation.nodes.iter().zip(&held) {
        index_is_a_fold(node, holding)?;
        evidence::heads_agree(node)?;
    }
    delivery::every_message_has_one_effect(federation, &held)?;
    delivery::nothing_is_given_up_early(federation, &held)?;
    delivery::order_is_kept(federation, &held)?;
    callers::nothing_acknowledged_is_lost(federation, &held)?;
    callers::everybody_was_answered(federation, &held)?;
    callers::hand_overs_are_recorded_once(federation, &held)?;
    callers::requeues_are_recorded(federation, &held)?;
    cases::both_ends_agree(federation, &held)?;
    federation.stats.receipts = evidence::receipts_verify(federation, &held)?;
    let not_yets = federation.nodes.iter().map(|node| node.bodies.not_yets.load(Ordering::SeqCst));
    federation.stats.not_yets = not_yets.sum();
    federation.stats.records = held.iter().map(|holding| holding.records.len() as u64).sum();
    Ok(())
}

fn holding(node: &Node) -> Result<Holding, Broken> {
    let mut records = Vec::new();
    for stored in node.records()? {
        let (shared, header) = (stored.shared().map_err(text)?, stored.header().map_err(text)?);
        records.push(Record { position: stored.position(), stored, shared, header });
    }
    let running = node.running.as_ref().ok_or_else(|| node.broken("is down"))?;
    let base = MemoryBase::default();
    let mut staged = Staged::over(Box::new(base.clone()), 0).map_err(text)?;
    open::catch_up(&running.log.reader(), running.scribe.vault(), &mut staged, &mut |_| Ok(()))
        .map_err(text)?;
    base.apply(&staged.take_batch());
    Ok(Holding { records, rows: base.rows() })
}

/// I2: what was written behind equals a fresh fold.
fn index_is_a_fold(node: &Node, holding: &Holding) -> Result<(), Broken> {
    let (rows, fresh) = (node.base.rows(), &holding.rows);
    let by_partner: u64 = fresh.partners.values().map(rogatory_index::PartnerRow::waiting).sum();
    let same = [
        (rows.referrals == fresh.referrals, "referrals"),
        (rows.messages == fresh.messages, "messages"),
        (rows.queue == fresh.queue, "queue"),
        (rows.given_up == fresh.given_up, "what was given up"),
        (rows.peers == fresh.peers, "peers"),
        (rows.partners == fresh.partners, "partners"),
        (rows.consumers == fresh.consumers, "consumers"),
        (rows.totals == fresh.totals, "totals"),
        (rows.through == fresh.through, "position"),
        (fresh.are_counted(), "counts of rows"),
        (by_partner == fresh.totals.waiting, "counts of what waits by partner"),
    ];
    match same.iter().find(|(same, _)| !same) {
        Some((_, what)) => Err(node.broken(&format!("has an index that is not its ledger's fold: {what}"))),
        None => Ok(()),
    }
}
