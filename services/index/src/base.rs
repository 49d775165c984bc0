//! The base under the staged overlay: what reads fall through to, and the batches that are written behind.
//!
//! Owns the trait. It must not know sled; the simulator runs on another base.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use rogatory_domain::id::{AgencyId, MessageId, ReferralId};
use rogatory_tlog::Hash;

use crate::consumer::ConsumerRow;
use crate::feed::FeedKey;
use crate::request::{RequestKey, RequestRow};
use crate::rows::{GivenUpKey, MessageRow, PartnerRow, PeerRow, QueueKey, QueueRow, ReferralRow, Totals};
use crate::standing::{AlarmKey, CaseKey};

/// A base that failed. The ledger is unharmed: the index is folded again.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The engine below reported a failure.
    #[error("the index store failed: {0}")]
    Engine(String),
    /// A file or directory of the index cannot be used.
    #[error("the index cannot be used: {}: {source}", path.display())]
    Unusable {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A fold would take what is kept free for the ledger.
    #[error(
        "the index cannot be folded again: {free} bytes are free on its volume, of which {kept} are kept for the ledger; \
         free or add space, and start again"
    )]
    NoRoom {
        /// Bytes free.
        free: u64,
        /// Bytes kept free.
        kept: u64,
    },
    /// A row cannot be read.
    #[error("a row of the index is damaged")]
    Damaged,
}

/// A changed row; `None` deletes it.
pub type Change<K, V> = (K, Option<V>);

/// All rows changed since the batch before, as of one ledger position.
#[derive(Clone, Default)]
pub struct Batch {
    /// Records folded into the rows: positions below this one.
    pub through: u64,
    /// Root of the ledger at that size.
    pub root: Option<Hash>,
    /// Referral rows.
    pub referrals: Vec<Change<ReferralId, Arc<ReferralRow>>>,
    /// Message rows by sender and id.
    pub messages: Vec<Change<(AgencyId, MessageId), MessageRow>>,
    /// Queue rows.
    pub queue: Vec<Change<QueueKey, QueueRow>>,
    /// Deliveries that were given up.
    pub given_up: Vec<Change<GivenUpKey, QueueRow>>,
    /// Peer rows.
    pub peers: Vec<Change<AgencyId, PeerRow>>,
    /// Consumer rows.
    pub consumers: Vec<Change<String, Arc<ConsumerRow>>>,
    /// Partner rows.
    pub partners: Vec<Change<AgencyId, PartnerRow>>,
    /// Referrals by how they stand and their first position.
    pub cases: Vec<Change<CaseKey, ReferralId>>,
    /// Referrals of one request.
    pub requests: Vec<Change<RequestKey, RequestRow>>,
    /// Requests of this agency one of whose referrals ends the others.
    pub closures: Vec<Change<RequestKey, ()>>,
    /// Referrals by the instant of their next alarm.
    pub alarms: Vec<Change<AlarmKey, ()>>,
    /// The feed, with arrival numbers.
    pub feed: Vec<Change<FeedKey, u64>>,
    /// Counters.
    pub totals: Totals,
}

impl Batch {
    /// Changed rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.referrals.len()
            + self.messages.len()
            + self.queue.len()
            + self.given_up.len()
            + self.peers.len()
            + self.consumers.len()
            + self.partners.len()
            + self.cases.len()
            + self.requests.len()
            + self.closures.len()
            + self.alarms.len()
            + self.feed.len()
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Where reads of rows that are not staged go.
pub trait Base: Send {
    /// A referral.
    ///
    /// # Errors
    /// When the store below fails; so for all reads.
    fn referral(&self, id: ReferralId) -> Result<Option<Arc<ReferralRow>>, StoreError>;
    /// A message by sender and id.
    ///
    /// # Errors
    /// When the store below fails.
    fn message(&self, sender: &AgencyId, id: MessageId) -> Result<Option<MessageRow>, StoreError>;
    /// A peer.
    ///
    /// # Errors
    /// When the store below fails.
    fn peer(&self, agency: &AgencyId) -> Result<Option<PeerRow>, StoreError>;
    /// The referrals of a request.
    ///
    /// # Errors
    /// When the store below fails.
    fn request(&self, key: &RequestKey) -> Result<Option<RequestRow>, StoreError>;
    /// A consumer.
    ///
    /// # Errors
    /// When the store below fails.
    fn consumer(&self, name: &str) -> Result<Option<Arc<ConsumerRow>>, StoreError>;
    /// Counters.
    ///
    /// # Errors
    /// When the store below fails.
    fn totals(&self) -> Result<Totals, StoreError>;
    /// All partners; as many as agencies were ever written to.
    ///
    /// # Errors
    /// When the store below fails.
    fn partners(&self) -> Result<BTreeMap<AgencyId, PartnerRow>, StoreError>;
    /// Queue rows after a key of the same recipient and lane, in order.
    ///
    /// # Errors
    /// When the store below fails.
    fn queue_after(&self, after: &QueueKey, limit: usize) -> Result<Vec<(QueueKey, QueueRow)>, StoreError>;
    /// Deliveries given up to the same recipient after a key, in order.
    ///
    /// # Errors
    /// When the store below fails.
    fn given_up_after(
        &self,
        after: &GivenUpKey,
        limit: usize,
    ) -> Result<Vec<(GivenUpKey, QueueRow)>, StoreError>;
    /// Every agency that something waits for.
    ///
    /// # Errors
    /// When the store below fails.
    fn recipients(&self) -> Result<Vec<AgencyId>, StoreError>;
    /// Referrals whose next alarm is due at an instant, those due first before others.
    ///
    /// # Errors
    /// When the store below fails.
    fn alarms_until(&self, until: Timestamp, limit: usize) -> Result<Vec<AlarmKey>, StoreError>;
}
