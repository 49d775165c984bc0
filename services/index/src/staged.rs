//! The staged overlay: every row changed by records that the base does not hold yet.
//!
//! Owns what decisions read: the base plus every record handed to the ledger, so that two equal ids in one group meet
//! here. It must stay bounded: the engine takes no new work of its own agency once it grows past its limit.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use jiff::Timestamp;
use rogatory_domain::id::{AgencyId, MessageId, ReferralId};

use crate::base::{Base, Batch, StoreError};
use crate::consumer::ConsumerRow;
use crate::feed::FeedKey;
use crate::known::Known;
use crate::overlay::Overlay;
use crate::request::{RequestKey, RequestRow};
use crate::rows::{GivenUpKey, MessageRow, PartnerRow, PeerRow, QueueKey, QueueRow, ReferralRow, Totals};
use crate::standing::{AlarmKey, CaseKey};

/// Changed rows over a base.
pub struct Staged {
    base: Box<dyn Base>,
    known: Known,
    next: u64,
    referrals: Overlay<ReferralId, Arc<ReferralRow>>,
    messages: Overlay<(AgencyId, MessageId), MessageRow>,
    queue: Overlay<QueueKey, QueueRow>,
    given_up: Overlay<GivenUpKey, QueueRow>,
    peers: Overlay<AgencyId, PeerRow>,
    consumers: Overlay<String, Arc<ConsumerRow>>,
    /// Every row: there are as many as agencies.
    partners: BTreeMap<AgencyId, PartnerRow>,
    changed_partners: BTreeSet<AgencyId>,
    cases: Overlay<CaseKey, ReferralId>,
    requests: Overlay<RequestKey, RequestRow>,
    closures: Overlay<RequestKey, ()>,
    alarms: Overlay<AlarmKey, ()>,
    feed: Overlay<FeedKey, u64>,
    totals: Totals,
}

impl Staged {
    /// An empty overlay over a base that holds the records below `next`.
    ///
    /// # Errors
    /// When the base fails.
    pub fn over(base: Box<dyn Base>, next: u64) -> Result<Self, StoreError> {
        let (totals, partners) = (base.totals()?, base.partners()?);
        Ok(Self {
            known: if next == 0 { Known::nothing() } else { Known::unknown() },
            base,
            next,
            referrals: Overlay::default(),
            messages: Overlay::default(),
            queue: Overlay::default(),
            given_up: Overlay::default(),
            peers: Overlay::default(),
            consumers: Overlay::default(),
            partners,
            changed_partners: BTreeSet::new(),
            cases: Overlay::default(),
            requests: Overlay::default(),
            closures: Overlay::default(),
            alarms: Overlay::default(),
            feed: Overlay::default(),
            totals,
        })
    }

    /// Whether the base need not be asked for an id that it cannot hold.
    pub fn knows_all(&self) -> bool {
        self.known.is_whole()
    }

    /// Tells it of every id of a referral or message that the base holds, so that it need not be asked for others.
    pub fn knows(&mut self, stored: Known) {
        self.known.complete(stored);
    }

    /// Position of the next record to fold.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// Counters.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// What is counted and noted of every agency that messages went to.
    pub fn partners(&self) -> &BTreeMap<AgencyId, PartnerRow> {
        &self.partners
    }

    /// Number of staged rows; what the engine bounds.
    pub fn len(&self) -> usize {
        self.referrals.len() + self.messages.len() + self.queue.len() + self.given_up.len()
    }

    /// Bytes of memory that the staged rows take, about; what a catch-up bounds.
    pub fn bytes(&self) -> usize {
        self.referrals.bytes()
            + self.messages.bytes()
            + self.queue.bytes()
            + self.given_up.bytes()
            + self.peers.bytes()
            + self.consumers.bytes()
            + self.cases.bytes()
            + self.requests.bytes()
            + self.closures.bytes()
            + self.alarms.bytes()
            + self.feed.bytes()
    }

    /// Whether nothing is staged.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A referral.
    ///
    /// # Errors
    /// When the base fails; so for all reads.
    pub fn referral(&self, id: ReferralId) -> Result<Option<Arc<ReferralRow>>, StoreError> {
        match self.referrals.get(&id) {
            Some(staged) => Ok(staged.cloned()),
            None if !self.known.may_hold(*id.as_bytes()) => Ok(None),
            None => self.base.referral(id),
        }
    }

    /// The referrals of a request.
    ///
    /// # Errors
    /// When the base fails.
    pub fn request(&self, key: &RequestKey) -> Result<Option<RequestRow>, StoreError> {
        match self.requests.get(key) {
            Some(staged) => Ok(staged.cloned()),
            None => self.base.request(key),
        }
    }

    /// A message by sender and id.
    ///
    /// # Errors
    /// When the base fails.
    pub fn message(&self, sender: &AgencyId, id: MessageId) -> Result<Option<MessageRow>, StoreError> {
        if let Some(opening) = self.opening(sender, id)? {
            return Ok(Some(opening));
        }
        match self.messages.get(&(sender.clone(), id)) {
            Some(staged) => Ok(staged.cloned()),
            None if !self.known.may_hold(*id.as_bytes()) => Ok(None),
            None => self.base.message(sender, id),
        }
    }

    /// A message whose id is its referral's: its line in the referral's row is all that is kept of it.
    fn opening(&self, sender: &AgencyId, id: MessageId) -> Result<Option<MessageRow>, StoreError> {
        let Ok(referral) = ReferralId::from_uuid(id.as_uuid()) else { return Ok(None) };
        Ok(self.referral(referral)?.and_then(|row| row.opening_of(sender, referral)))
    }

    /// What is held of a peer.
    ///
    /// # Errors
    /// When the base fails.
    pub fn peer(&self, agency: &AgencyId) -> Result<Option<PeerRow>, StoreError> {
        match self.peers.get(agency) {
            Some(staged) => Ok(staged.cloned()),
            None => self.base.peer(agency),
        }
    }

    /// What a consumer acknowledged.
    ///
    /// # Errors
    /// When the base fails.
    pub fn consumer(&self, name: &str) -> Result<Option<Arc<ConsumerRow>>, StoreError> {
        match self.consumers.get(&name.to_owned()) {
            Some(staged) => Ok(staged.cloned()),
            None => self.base.consumer(name),
        }
    }

    /// Queue entries after a key of the same recipient and lane, in order, staged ones included.
    ///
    /// # Errors
    /// When the base fails.
    pub fn queue_after(
        &self,
        after: &QueueKey,
        limit: usize,
    ) -> Result<Vec<(QueueKey, QueueRow)>, StoreError> {
        let last = QueueKey { position: u64::MAX, ..after.clone() };
        let staged = || self.queue.range((Bound::Excluded(after), Bound::Included(&last)));
        merged(staged, limit, |limit| self.base.queue_after(after, limit))
    }

    /// What waits under a key.
    ///
    /// # Errors
    /// When the base fails.
    pub fn queued(&self, key: &QueueKey) -> Result<Option<QueueRow>, StoreError> {
        let before = QueueKey { position: key.position.saturating_sub(1), ..key.clone() };
        Ok(self.queue_after(&before, 1)?.pop().filter(|(found, _)| found == key).map(|(_, row)| row))
    }

    /// Deliveries given up to the same recipient after a key, in order, staged ones included.
    ///
    /// # Errors
    /// When the base fails.
    pub fn given_up_after(
        &self,
        after: &GivenUpKey,
        limit: usize,
    ) -> Result<Vec<(GivenUpKey, QueueRow)>, StoreError> {
        let last = GivenUpKey { position: u64::MAX, ..after.clone() };
        let staged = || self.given_up.range((Bound::Excluded(after), Bound::Included(&last)));
        merged(staged, limit, |limit| self.base.given_up_after(after, limit))
    }

    /// The delivery that was given up under a key.
    ///
    /// # Errors
    /// When the base fails.
    pub fn given_up(&self, key: &GivenUpKey) -> Result<Option<QueueRow>, StoreError> {
        let before = GivenUpKey { position: key.position.saturating_sub(1), ..key.clone() };
        Ok(self.given_up_after(&before, 1)?.pop().filter(|(found, _)| found == key).map(|(_, row)| row))
    }

    /// Every agency that something waits for; one of which everything was settled lately may be among them.
    ///
    /// # Errors
    /// When the base fails.
    pub fn recipients(&self) -> Result<BTreeSet<AgencyId>, StoreError> {
        let staged = self.queue.iter().filter(|(_, row)| row.is_some()).map(|(key, _)| key.recipient.clone());
        Ok(self.base.recipients()?.into_iter().chain(staged).collect())
    }

    /// Referrals whose next alarm is due at an instant, staged ones included.
    ///
    /// # Errors
    /// When the base fails.
    pub fn alarms_until(&self, until: Timestamp, limit: usize) -> Result<Vec<AlarmKey>, StoreError> {
        let hidden = self.alarms.iter().filter(|(_, row)| row.is_none()).count();
        let mut merged: BTreeSet<AlarmKey> =
            self.base.alarms_until(until, limit + hidden)?.into_iter().collect();
        for (key, row) in self.alarms.iter().filter(|(key, _)| key.at <= until) {
            match row {
                Some(()) => merged.insert(*key),
                None => merged.remove(key),
            };
        }
        Ok(merged.into_iter().take(limit).collect())
    }

    /// Takes every row changed since the last batch; it is complete up to [`Staged::next`].
    pub fn take_batch(&mut self) -> Batch {
        let changed = std::mem::take(&mut self.changed_partners).into_iter();
        let partners = changed.map(|agency| (self.partners.get(&agency).cloned(), agency));
        Batch {
            partners: partners.map(|(row, agency)| (agency, row)).collect(),
            through: self.next,
            root: None,
            referrals: self.referrals.take_dirty(),
            messages: self.messages.take_dirty(),
            queue: self.queue.take_dirty(),
            given_up: self.given_up.take_dirty(),
            peers: self.peers.take_dirty(),
            consumers: self.consumers.take_dirty(),
            cases: self.cases.take_dirty(),
            requests: self.requests.take_dirty(),
            closures: self.closures.take_dirty(),
            alarms: self.alarms.take_dirty(),
            feed: self.feed.take_dirty(),
            totals: self.totals,
        }
    }

    /// Forgets rows that the base holds since a batch through this position was applied.
    pub fn applied(&mut self, through: u64) {
        self.referrals.evict(through);
        self.messages.evict(through);
        self.queue.evict(through);
        self.given_up.evict(through);
        self.peers.evict(through);
        self.consumers.evict(through);
        self.cases.evict(through);
        self.requests.evict(through);
        self.closures.evict(through);
        self.alarms.evict(through);
        self.feed.evict(through);
    }

    pub(crate) fn advance(&mut self, next: u64) {
        self.next = next;
    }

    pub(crate) fn totals_mut(&mut self) -> &mut Totals {
        &mut self.totals
    }

    /// A referral's row for a change; it must be set again at once.
    pub(crate) fn take_referral(&mut self, id: ReferralId) -> Result<Option<Arc<ReferralRow>>, StoreError> {
        match self.referrals.take(&id) {
            Some(row) => Ok(Some(row)),
            None => self.referral(id),
        }
    }

    /// A consumer's row for a change; it must be set again at once.
    pub(crate) fn take_consumer(&mut self, name: &str) -> Result<Option<Arc<ConsumerRow>>, StoreError> {
        match self.consumers.take(&name.to_owned()) {
            Some(row) => Ok(Some(row)),
            None => self.consumer(name),
        }
    }

    pub(crate) fn set_referral(&mut self, id: ReferralId, row: Arc<ReferralRow>, position: u64) {
        self.known.tell(*id.as_bytes());
        self.referrals.set(id, Some(row), position);
    }

    pub(crate) fn set_message(
        &mut self,
        key: (AgencyId, MessageId),
        row: MessageRow,
        position: u64,
    ) -> Result<(), StoreError> {
        let is_new = match self.messages.get(&key) {
            Some(staged) => staged.is_none(),
            None => !self.known.may_hold(*key.1.as_bytes()) || self.base.message(&key.0, key.1)?.is_none(),
        };
        self.totals.rows.messages += u64::from(is_new);
        self.known.tell(*key.1.as_bytes());
        self.messages.set(key, Some(row), position);
        Ok(())
    }

    pub(crate) fn set_queued(&mut self, key: QueueKey, row: Option<QueueRow>, position: u64) {
        let count = |waiting: u64| if row.is_some() { waiting + 1 } else { waiting.saturating_sub(1) };
        self.totals.waiting = count(self.totals.waiting);
        let partner = self.partner_mut(&key.recipient);
        let waiting = if key.routine { &mut partner.waiting_routine } else { &mut partner.waiting_urgent };
        *waiting = count(*waiting);
        self.queue.set(key, row, position);
    }

    /// Adds what was given up, or takes out what is.
    pub(crate) fn set_given_up(&mut self, key: GivenUpKey, row: Option<QueueRow>, position: u64) {
        let rows = &mut self.totals.rows.given_up;
        *rows = if row.is_some() { *rows + 1 } else { rows.saturating_sub(1) };
        self.given_up.set(key, row, position);
    }

    pub(crate) fn partner_mut(&mut self, agency: &AgencyId) -> &mut PartnerRow {
        self.changed_partners.insert(agency.clone());
        self.partners.entry(agency.clone()).or_default()
    }

    pub(crate) fn set_peer(
        &mut self,
        agency: AgencyId,
        row: Option<PeerRow>,
        position: u64,
    ) -> Result<(), StoreError> {
        let was = u64::from(self.peer(&agency)?.is_some());
        self.totals.rows.peers = (self.totals.rows.peers + u64::from(row.is_some())).saturating_sub(was);
        self.peers.set(agency, row, position);
        Ok(())
    }

    pub(crate) fn set_consumer(&mut self, name: String, row: Option<Arc<ConsumerRow>>, position: u64) {
        self.consumers.set(name, row, position);
    }

    pub(crate) fn set_case(&mut self, key: CaseKey, referral: Option<ReferralId>, position: u64) {
        self.cases.set(key, referral, position);
    }

    pub(crate) fn set_request(&mut self, key: RequestKey, row: RequestRow, is_closing: bool, position: u64) {
        // It is set with every part of the request that changes, while the base holds it.
        self.closures.set_again(key.clone(), is_closing.then_some(()), position);
        self.requests.set(key, Some(row), position);
    }

    /// Sets an alarm that was not set, or takes out one that was.
    pub(crate) fn set_alarm(&mut self, key: AlarmKey, is_set: bool, position: u64) {
        let rows = &mut self.totals.rows.alarms;
        *rows = if is_set { *rows + 1 } else { rows.saturating_sub(1) };
        self.alarms.set(key, is_set.then_some(()), position);
    }

    pub(crate) fn set_fed(&mut self, key: FeedKey, arrival: u64) {
        self.feed.set(key, Some(arrival), key.position);
    }
}

/// Stored rows under staged ones, in order.
fn merged<'a, K: Clone + Ord + 'a, V: Clone + 'a, I: Iterator<Item = (&'a K, Option<&'a V>)>>(
    staged: impl Fn() -> I,
    limit: usize,
    stored: impl FnOnce(usize) -> Result<Vec<(K, V)>, StoreError>,
) -> Result<Vec<(K, V)>, StoreError> {
    // Deleted staged rows may hide stored ones, so the base is asked for as many more.
    let hidden = staged().filter(|(_, row)| row.is_none()).count();
    let mut rows: BTreeMap<K, V> = stored(limit + hidden)?.into_iter().collect();
    for (key, row) in staged() {
        match row {
            Some(row) => rows.insert(key.clone(), row.clone()),
            None => rows.remove(key),
        };
    }
    Ok(rows.into_iter().take(limit).collect())
}
