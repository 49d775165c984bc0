//! The read side: the index and the ledger as whoever reads beside the engine sees them, on threads of their own.
//!
//! Owns who waits for what: a read waits for its turn on the readers' threads, and for the index to hold what was durable
//! when it was asked. It must not decide anything, and no read of a file or of the index runs in a task: who serves a call
//! has the ledger and the index only inside a read.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rogatory_engine::Scribe;
use rogatory_engine::runner::ReadSide;
use rogatory_index::{Fed, FeedKey, FeedKind, Store, StoreError, Tail};
use rogatory_ledger::Reader;
use rogatory_tls::{PeerIdentity, Role};
use tokio::sync::{oneshot, watch};

use crate::answers::{Budget, Share, Unread};
use crate::desk::{Rejection, internal};

mod pool;

use pool::Pool;

/// Time a read waits for the index to hold what was durable when it was asked. The index is about a tenth of a second
/// behind; on a full disk it may stay behind, and the answer then says as of which record it is.
const CURRENT_LIMIT: Duration = Duration::from_secs(2);

/// What a read may look at.
pub(crate) struct ReadOnly {
    /// The index.
    pub(crate) store: Store,
    /// The ledger.
    pub(crate) ledger: Reader,
    /// Opens records.
    pub(crate) scribe: Arc<Scribe>,
    tail: Mutex<Tail>,
}

impl ReadOnly {
    /// Position below which every row of the feed can be read, of whatever kind.
    pub(crate) fn fed_through(&self) -> u64 {
        self.tail.lock().through()
    }

    /// Rows of the feed of one kind from a position on and below another, in order.
    pub(crate) fn feed(
        &self,
        kind: FeedKind,
        range: Range<u64>,
        limit: usize,
    ) -> Result<Vec<Fed>, StoreError> {
        // The tail first: whatever leaves it meanwhile is in the store by then.
        let (border, newest) = {
            let tail = self.tail.lock();
            (tail.from(), tail.rows(kind, range.clone()).take(limit).collect::<Vec<_>>())
        };
        let mut rows = self.store.feed(kind, range.start, range.end.min(border), limit)?;
        rows.extend(newest);
        rows.truncate(limit);
        Ok(rows)
    }

    /// The row of the feed at a position, if there is one.
    pub(crate) fn fed_at(&self, kind: FeedKind, position: u64) -> Result<Option<Fed>, StoreError> {
        Ok(self.feed(kind, position..position.saturating_add(1), 1)?.first().copied())
    }

    /// Records of the ledger that the index reflects.
    pub(crate) fn as_of(&self) -> Result<u64, StoreError> {
        Ok(self.store.meta()?.map_or(0, |meta| meta.through))
    }
}

/// The read side of one node.
pub(crate) struct Reads {
    sources: Arc<ReadOnly>,
    pool: Pool,
    budget: Budget,
    applied: watch::Sender<u64>,
    grown: watch::Sender<()>,
}

impl Reads {
    /// The read side of an index that holds the records below `through`.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub(crate) fn new(
        store: Store,
        ledger: Reader,
        scribe: Arc<Scribe>,
        through: u64,
    ) -> std::io::Result<Self> {
        let tail = Mutex::new(Tail::new(through));
        let sources = Arc::new(ReadOnly { store, ledger, scribe, tail });
        Ok(Self {
            pool: Pool::start(sources.clone())?,
            sources,
            budget: Budget::default(),
            applied: watch::Sender::new(through),
            grown: watch::Sender::new(()),
        })
    }

    /// A stream's share of what answers may hold, and what of it the caller has not read.
    pub(crate) fn share(&self, identity: &PeerIdentity, unread: &Arc<Unread>) -> Share {
        self.budget.share(identity, unread)
    }

    /// Records of the ledger that are durable.
    pub(crate) fn size(&self) -> u64 {
        self.sources.ledger.size()
    }

    /// The ledger, for links, which read what they send on these threads as well.
    pub(crate) fn ledger(&self) -> Reader {
        self.sources.ledger.clone()
    }

    /// Records of the ledger that the index reflects; changes with them.
    pub(crate) fn applied(&self) -> watch::Receiver<u64> {
        self.applied.subscribe()
    }

    /// Changes whenever the feed has grown.
    pub(crate) fn grown(&self) -> watch::Receiver<()> {
        self.grown.subscribe()
    }

    /// Completes once the index holds what is durable now, or after a while.
    pub(crate) async fn current(&self) {
        let (size, mut applied) = (self.sources.ledger.size(), self.applied.subscribe());
        let _ = tokio::time::timeout(CURRENT_LIMIT, applied.wait_for(|applied| *applied >= size)).await;
    }

    /// Runs a read on a thread for reads; readers of one role wait for each other in order, and never for another role's.
    ///
    /// # Errors
    /// The read's own, or [`Code::Internal`] when it panicked.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        role: Role,
        read: impl FnOnce(&ReadOnly) -> Result<T, Rejection> + Send + 'static,
    ) -> Result<T, Rejection> {
        let (answer, wait) = oneshot::channel();
        self.pool.push(
            role,
            Box::new(move |sources| {
                // Whoever asked may have gone; the next one in the queue has not.
                if !answer.is_closed() {
                    let _ = answer.send(read(sources));
                }
            }),
        );
        wait.await.map_err(|_| internal("a read panicked"))?
    }
}

impl ReadSide for Reads {
    fn fed(&self, rows: Vec<(FeedKey, u64)>) {
        self.sources.tail.lock().extend(rows);
        self.grown.send_replace(());
    }

    fn applied(&self, through: u64) {
        self.sources.tail.lock().applied(through);
        self.applied.send_replace(through);
    }
}
