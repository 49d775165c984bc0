//! The look at the node once a second: what the engine has counted, what is free on the volume, what waits longest. From it
//! come the condition and the metrics.
//!
//! Owns the periods and the limits of patience. It must not slow the engine: a look takes what is counted already, and
//! nothing here waits for a disk.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rogatory_domain::id::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_index::{Base as _, Store, StoreError};
use rogatory_ledger::Appender;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use crate::condition::{Reason, Room};
use crate::desk::Desk;
use crate::gauges::{self, Seen};

/// Time between two looks.
const PERIOD: Duration = Duration::from_secs(1);

/// Looks between two reads of the index.
const READ_EVERY: u32 = 5;

/// Time after which a node whose engine does not answer, or whose records do not become durable, is stuck.
const STUCK_AFTER: Duration = Duration::from_secs(10);

/// Time without an answer of the engine after which the node does not live.
const DEAD_AFTER: Duration = Duration::from_secs(60);

/// Looks at a node.
pub(crate) struct Observation {
    desk: Arc<Desk>,
    appender: Appender,
    reserve_bytes: u64,
    patience: Patience,
    /// A question to the volume that was not answered in time; there is never a second one.
    asked: Option<JoinHandle<Option<u64>>>,
}

/// What waits and who is behind, as the index has it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waits {
    /// Submission of the oldest message that waits for each recipient.
    pub(crate) oldest: BTreeMap<AgencyId, Timestamp>,
    /// Messages that each consumer has not stored yet.
    pub(crate) consumers: Vec<Lag>,
}

/// How far a consumer is behind.
#[derive(Clone, Debug)]
pub(crate) struct Lag {
    /// The consumer.
    pub(crate) name: String,
    /// Messages it has not stored yet.
    pub(crate) unacknowledged: u64,
    /// Node time of its newest acknowledgement.
    pub(crate) last: Timestamp,
}

impl Waits {
    /// Reads the index, which is about a tenth of a second behind.
    pub(crate) fn read(store: &Store) -> Result<Self, StoreError> {
        let mut waits = Self::default();
        for agency in store.partners()?.into_iter().filter(|(_, row)| row.waiting() > 0).map(|(id, _)| id) {
            let oldest = store.waiting_after(std::slice::from_ref(&agency), None, 1)?;
            waits.oldest.extend(oldest.first().map(|(_, row)| (agency, row.submitted)));
        }
        let arrivals = store.totals()?.arrivals;
        let lag = |(name, row): (String, rogatory_index::ConsumerRow)| Lag {
            name,
            unacknowledged: arrivals.saturating_sub(row.handed_over()),
            last: row.last,
        };
        waits.consumers = store.consumers()?.into_iter().map(lag).collect();
        Ok(waits)
    }

    /// The message that waits longest, and for whom.
    pub(crate) fn longest(&self) -> Option<(&AgencyId, Timestamp)> {
        self.oldest.iter().map(|(agency, at)| (agency, *at)).min_by_key(|(_, at)| *at)
    }
}

impl Observation {
    /// Of a node that keeps so many bytes in reserve.
    pub(crate) fn new(desk: Arc<Desk>, appender: Appender, reserve_bytes: u64) -> Self {
        Self { desk, appender, reserve_bytes, patience: Patience::new(Instant::now()), asked: None }
    }

    /// Looks until the node closes. The first look is the one of [`Observation::begin`].
    pub(crate) async fn keep(mut self, mut closing: watch::Receiver<bool>) {
        let mut known = gauges::Known::of(&self.desk);
        for look in 0_u32.. {
            if look.is_multiple_of(READ_EVERY) {
                if let Ok(waits) = self.desk.read(Waits::read).await {
                    known.set(&waits, self.desk.now());
                }
                gauges::set_process().await;
            }
            let closes = timeout(PERIOD, closing.wait_for(|closed| *closed)).await.is_ok();
            if closes || !self.look().await {
                return;
            }
        }
    }

    /// Looks once, before anybody is told that the node serves: what a first status says was found, not assumed.
    pub(crate) async fn begin(&mut self) {
        gauges::begin(&self.desk);
        self.look().await;
    }

    /// Looks at what the engine counted and at the volume; `false` once the engine is gone, and the node ends.
    async fn look(&mut self) -> bool {
        let seen = match timeout(STUCK_AFTER, self.desk.glance(gauges::look)).await {
            Ok(Ok(seen)) => Some(seen),
            Ok(Err(_)) => return false,
            Err(_) => None,
        };
        let room = self.room().await;
        let (reasons, is_dead) = self.patience.judge(seen.as_ref(), room, Instant::now());
        let now = self.desk.now();
        self.desk.conditions.found(reasons, is_dead, room, now);
        self.desk.standings.tell_recovered(now);
        gauges::set_condition(&self.desk.conditions.now(), room);
        gauges::set_guard(self.appender.guard_fault().is_some());
        if let Some(seen) = &seen {
            gauges::set(&self.desk, seen);
        }
        true
    }

    /// Asks the volume away from the workers.
    async fn room(&mut self) -> Room {
        let appender = self.appender.clone();
        let mut asked = self
            .asked
            .take()
            .unwrap_or_else(|| tokio::task::spawn_blocking(move || appender.free_bytes().ok()));
        let free_bytes = match timeout(PERIOD, &mut asked).await {
            Ok(free) => free.ok().flatten(),
            Err(_) => {
                self.asked = Some(asked);
                None
            }
        };
        Room { free_bytes, reserve_bytes: self.reserve_bytes }
    }
}

/// Since when nothing moves.
struct Patience {
    answered: Instant,
    /// Durable records at the last look, and when they were last seen to grow, or to be all there are.
    moved: (u64, Instant),
}

impl Patience {
    fn new(now: Instant) -> Self {
        Self { answered: now, moved: (0, now) }
    }

    /// Why the node does not serve, and whether it is dead.
    fn judge(&mut self, seen: Option<&Seen>, room: Room, now: Instant) -> (Vec<Reason>, bool) {
        let Some(seen) = seen else {
            return (vec![Reason::NoAnswer], now - self.answered >= DEAD_AFTER);
        };
        self.answered = now;
        let is_full = seen.refuses == Some(Code::DiskReserve);
        if seen.durable != self.moved.0 || seen.durable == seen.next || is_full {
            self.moved = (seen.durable, now);
        }
        let mut reasons = Vec::new();
        if now - self.moved.1 >= STUCK_AFTER {
            reasons.push(Reason::NotDurable);
        }
        if is_full {
            reasons.push(Reason::Full(room));
        }
        if seen.is_held {
            reasons.push(Reason::Held);
        }
        (reasons, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room { free_bytes: Some(9), reserve_bytes: 7 };

    fn seen(durable: u64, next: u64) -> Seen {
        Seen { durable, next, ..Seen::default() }
    }

    #[test]
    fn a_node_whose_records_do_not_become_durable_is_stuck_until_they_do() {
        let began = Instant::now();
        let at = |seconds| began + Duration::from_secs(seconds);
        let mut patience = Patience::new(began);
        let mut judge = |seen: Seen, second| patience.judge(Some(&seen), ROOM, at(second)).0;
        assert_eq!(judge(seen(5, 5), 0), []);
        assert_eq!(judge(seen(5, 6), 9), [], "one that is new has waited for nothing yet");
        assert_eq!(judge(seen(5, 7), 10), [Reason::NotDurable]);
        assert_eq!(judge(seen(6, 7), 11), [], "something moved");
        assert_eq!(judge(seen(6, 7), 21), [Reason::NotDurable]);
        assert_eq!(judge(seen(7, 7), 22), []);
    }

    #[test]
    fn a_full_disk_is_told_as_such_and_not_as_one_that_hangs() {
        let began = Instant::now();
        let mut patience = Patience::new(began);
        let full = Seen { refuses: Some(Code::DiskReserve), is_held: true, ..seen(5, 6) };
        for second in [0, 100, 200] {
            let (reasons, is_dead) = patience.judge(Some(&full), ROOM, began + Duration::from_secs(second));
            assert_eq!((reasons, is_dead), (vec![Reason::Full(ROOM), Reason::Held], false));
        }
    }

    #[test]
    fn an_engine_without_an_answer_is_stuck_at_once_and_dead_after_a_minute() {
        let began = Instant::now();
        let mut patience = Patience::new(began);
        for (second, is_dead) in [(10, false), (59, false), (60, true)] {
            let judged = patience.judge(None, ROOM, began + Duration::from_secs(second));
            assert_eq!(judged, (vec![Reason::NoAnswer], is_dead));
        }
        assert_eq!(patience.judge(Some(&seen(1, 1)), ROOM, began + Duration::from_secs(61)), (vec![], false));
    }
}
