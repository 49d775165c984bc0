//! A base in memory, for simulations and for comparing a fresh fold with what stands.
//! It must behave as the sled store does, apart from losing everything with the process.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use parking_lot::Mutex;
use rogatory_domain::id::{AgencyId, MessageId, ReferralId};

use crate::base::{Base, Batch, Change, StoreError};
use crate::consumer::ConsumerRow;
use crate::feed::{FeedKey, FeedKind};
use crate::known::Known;
use crate::request::{RequestKey, RequestRow};
use crate::rows::{
    GivenUpKey, MessageRow, PartnerRow, PeerRow, QueueKey, QueueRow, ReferralRow, RowCounts, Totals,
};
use crate::standing::{AlarmKey, CaseKey};

/// All rows at one position.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// Records folded.
    pub through: u64,
    /// Referral rows.
    pub referrals: BTreeMap<ReferralId, Arc<ReferralRow>>,
    /// Message rows.
    pub messages: BTreeMap<(AgencyId, MessageId), MessageRow>,
    /// Queue rows.
    pub queue: BTreeMap<QueueKey, QueueRow>,
    /// Deliveries that were given up.
    pub given_up: BTreeMap<GivenUpKey, QueueRow>,
    /// Peer rows.
    pub peers: BTreeMap<AgencyId, PeerRow>,
    /// Consumer rows.
    pub consumers: BTreeMap<String, Arc<ConsumerRow>>,
    /// Partner rows.
    pub partners: BTreeMap<AgencyId, PartnerRow>,
    /// Referrals by how they stand and their first position.
    pub cases: BTreeMap<CaseKey, ReferralId>,
    /// Referrals of one request.
    pub requests: BTreeMap<RequestKey, RequestRow>,
    /// Requests of this agency one of whose referrals ends the others.
    pub closures: BTreeMap<RequestKey, ()>,
    /// Referrals by the instant of their next alarm.
    pub alarms: BTreeMap<AlarmKey, ()>,
    /// The feed, with arrival numbers.
    pub feed: BTreeMap<FeedKey, u64>,
    /// Counters.
    pub totals: Totals,
}

impl Rows {
    /// A message by sender and id.
    #[must_use]
    pub fn message(&self, sender: &AgencyId, id: MessageId) -> Option<MessageRow> {
        let referral = ReferralId::from_uuid(id.as_uuid()).ok()?;
        let opening = self.referrals.get(&referral).and_then(|row| row.opening_of(sender, referral));
        opening.or_else(|| self.messages.get(&(sender.clone(), id)).cloned())
    }

    /// Whether there are as many rows as were counted.
    #[must_use]
    pub fn are_counted(&self) -> bool {
        let fed = self.feed.keys().filter(|key| key.kind == FeedKind::Message).count();
        let rows = RowCounts {
            referrals: self.referrals.len() as u64,
            messages: self.messages.len() as u64,
            given_up: self.given_up.len() as u64,
            peers: self.peers.len() as u64,
            requests: self.requests.len() as u64,
            alarms: self.alarms.len() as u64,
        };
        let others = [(self.cases.len(), rows.referrals), (self.queue.len(), self.totals.waiting)];
        let more = [(fed, self.totals.arrivals), (self.consumers.len(), self.totals.consumers)];
        rows == self.totals.rows
            && others.into_iter().chain(more).all(|(found, counted)| found as u64 == counted)
    }

    /// Applies a batch.
    pub fn apply(&mut self, batch: &Batch) {
        apply(&mut self.referrals, &batch.referrals);
        apply(&mut self.messages, &batch.messages);
        apply(&mut self.queue, &batch.queue);
        apply(&mut self.given_up, &batch.given_up);
        apply(&mut self.peers, &batch.peers);
        apply(&mut self.consumers, &batch.consumers);
        apply(&mut self.partners, &batch.partners);
        apply(&mut self.cases, &batch.cases);
        apply(&mut self.requests, &batch.requests);
        apply(&mut self.closures, &batch.closures);
        apply(&mut self.alarms, &batch.alarms);
        apply(&mut self.feed, &batch.feed);
        self.through = batch.through;
        self.totals = batch.totals;
    }
}

fn apply<K: Ord + Clone, V: Clone>(rows: &mut BTreeMap<K, V>, changes: &[Change<K, V>]) {
    for (key, value) in changes {
        match value {
            Some(value) => rows.insert(key.clone(), value.clone()),
            None => rows.remove(key),
        };
    }
}

/// Shared rows in memory.
#[derive(Clone, Default)]
pub struct MemoryBase(Arc<Mutex<Rows>>);

impl MemoryBase {
    /// Applies a batch.
    pub fn apply(&self, batch: &Batch) {
        self.0.lock().apply(batch);
    }

    /// Referrals that were recorded last, newest first.
    pub fn newest(&self, limit: usize) -> Vec<(ReferralId, Arc<ReferralRow>)> {
        let rows = self.0.lock();
        let mut found: Vec<_> = rows.referrals.iter().map(|(id, row)| (*id, row.clone())).collect();
        found.sort_by_key(|(_, row)| std::cmp::Reverse(row.opened));
        found.truncate(limit);
        found
    }

    /// The ids of every referral and message.
    pub fn ids(&self) -> Known {
        let (mut known, rows) = (Known::nothing(), self.0.lock());
        rows.referrals.keys().for_each(|id| known.tell(*id.as_bytes()));
        rows.messages.keys().for_each(|(_, id)| known.tell(*id.as_bytes()));
        known
    }

    /// A copy of all rows.
    pub fn rows(&self) -> Rows {
        self.0.lock().clone()
    }
}

impl Base for MemoryBase {
    fn referral(&self, id: ReferralId) -> Result<Option<Arc<ReferralRow>>, StoreError> {
        Ok(self.0.lock().referrals.get(&id).cloned())
    }

    fn message(&self, sender: &AgencyId, id: MessageId) -> Result<Option<MessageRow>, StoreError> {
        Ok(self.0.lock().messages.get(&(sender.clone(), id)).cloned())
    }

    fn peer(&self, agency: &AgencyId) -> Result<Option<PeerRow>, StoreError> {
        Ok(self.0.lock().peers.get(agency).cloned())
    }

    fn request(&self, key: &RequestKey) -> Result<Option<RequestRow>, StoreError> {
        Ok(self.0.lock().requests.get(key).cloned())
    }

    fn consumer(&self, name: &str) -> Result<Option<Arc<ConsumerRow>>, StoreError> {
        Ok(self.0.lock().consumers.get(name).cloned())
    }

    fn totals(&self) -> Result<Totals, StoreError> {
        Ok(self.0.lock().totals)
    }

    fn partners(&self) -> Result<BTreeMap<AgencyId, PartnerRow>, StoreError> {
        Ok(self.0.lock().partners.clone())
    }

    fn queue_after(&self, after: &QueueKey, limit: usize) -> Result<Vec<(QueueKey, QueueRow)>, StoreError> {
        let rows = self.0.lock();
        let found = rows
            .queue
            .range((std::ops::Bound::Excluded(after.clone()), std::ops::Bound::Unbounded))
            .take_while(|(key, _)| key.recipient == after.recipient && key.routine == after.routine)
            .take(limit)
            .map(|(key, row)| (key.clone(), row.clone()))
            .collect();
        Ok(found)
    }

    fn given_up_after(
        &self,
        after: &GivenUpKey,
        limit: usize,
    ) -> Result<Vec<(GivenUpKey, QueueRow)>, StoreError> {
        let last = GivenUpKey { position: u64::MAX, ..after.clone() };
        let range = (std::ops::Bound::Excluded(after.clone()), std::ops::Bound::Included(last));
        let rows = self.0.lock();
        Ok(rows.given_up.range(range).take(limit).map(|(key, row)| (key.clone(), row.clone())).collect())
    }

    fn recipients(&self) -> Result<Vec<AgencyId>, StoreError> {
        let mut found: Vec<AgencyId> = self.0.lock().queue.keys().map(|key| key.recipient.clone()).collect();
        found.dedup();
        Ok(found)
    }

    fn alarms_until(&self, until: Timestamp, limit: usize) -> Result<Vec<AlarmKey>, StoreError> {
        let rows = self.0.lock();
        Ok(rows.alarms.keys().take_while(|key| key.at <= until).take(limit).copied().collect())
    }
}
