//! Delivery: links that come and go, batches that fill them, dials that are due, messages that expire, and what a peer cannot take
//! yet between them.

use std::sync::Arc;
use std::time::Duration;

use rogatory_domain::id::AgencyId;
use rogatory_exchange::{Queued, Session, Window};
use rogatory_index::{QueueKey, QueueRow, Status};

use super::Engine;
use crate::input::{Effect, LinkSink, ToLink};
use crate::link::Outgoing;

/// Time between two looks for expired messages.
const EXPIRY_PERIOD: Duration = Duration::from_secs(1);

/// Windows asked of the index for one peer in one turn.
const REFILLS_COUNT_MAX: usize = 4;

impl Engine {
    pub(super) fn link_up(&mut self, peer: &AgencyId, session: Session, sink: Arc<dyn LinkSink>) {
        if !self.is_current(peer, session) {
            // A newer connection has come, or the roster says something new: nobody listens on this one any more.
            return self.effects.push(Effect::Link(sink, ToLink::Replaced));
        }
        let now = self.elapsed();
        if let Some(state) = self.peers.get_mut(peer) {
            state.sink = Some(sink);
            state.outbound.up(session, now);
            state.asking.more();
        }
        // One may have come into force since the greeting.
        self.tell_roster(peer);
        self.pump();
    }

    pub(super) fn link_lost(&mut self, peer: &AgencyId, session: Option<Session>) {
        let (now, random) = (self.elapsed(), u64::from_le_bytes(self.scribe.random().array()));
        if let Some(state) = self.peers.get_mut(peer) {
            if session == Some(state.session) {
                state.sink = None;
                state.asking.lost();
            }
            state.outbound.lost(session, now, random);
        }
    }

    /// Fills every link with what is durable and waits.
    pub(super) fn pump(&mut self) {
        let agencies: Vec<AgencyId> = self
            .peers
            .iter()
            .filter(|(_, p)| p.outbound.session().is_some())
            .map(|(a, _)| a.clone())
            .collect();
        for agency in agencies {
            self.pump_one(&agency);
        }
    }

    fn pump_one(&mut self, agency: &AgencyId) {
        if self.head.note.is_none() {
            return; // Signing is held: nothing may be sent.
        }
        self.ask(agency);
        self.put_back_released(agency);
        loop {
            self.refill(agency);
            let (durable, now) = (self.durable, self.elapsed());
            let Some(state) = self.peers.get_mut(agency).filter(|peer| peer.closed_below <= durable) else {
                return;
            };
            let items = state.outbound.next_batch(durable, now);
            if items.is_empty() {
                return;
            }
            let session = state.session;
            let closed = match self.closed_before(agency, &items) {
                Ok(closed) => closed,
                Err(cause) => return self.fail(&cause),
            };
            let head = self.head.clone();
            self.tell(agency, session, ToLink::Batch { items, closed, head });
        }
    }

    /// Asks the index for what waits beyond the window. Much of what it holds may have to wait longer, so the rest is left to
    /// the next turn.
    fn refill(&mut self, agency: &AgencyId) {
        for _ in 0..REFILLS_COUNT_MAX {
            let window = self.peers.get(agency).and_then(|state| state.outbound.wants());
            let Some(window) = window else { return };
            let rows = match self.queued(agency, window) {
                Ok(rows) => rows,
                Err(error) => return self.fail(&error.to_string()),
            };
            let entries = rows.into_iter().map(|(key, row)| Queued {
                position: key.position,
                urgent: !key.routine,
                bytes: usize::try_from(row.bytes).unwrap_or(usize::MAX),
                referral: row.referral,
                load: None,
            });
            if let Some(state) = self.peers.get_mut(agency) {
                state.outbound.fill(window, entries.collect());
            }
        }
    }

    pub(super) fn queued(
        &self,
        agency: &AgencyId,
        window: Window,
    ) -> Result<Vec<(QueueKey, QueueRow)>, rogatory_index::StoreError> {
        // Position 0 is the genesis record, so nothing that waits stands there.
        let after = QueueKey {
            recipient: agency.clone(),
            routine: !window.urgent,
            position: window.after.unwrap_or(0),
        };
        self.staged.queue_after(&after, window.limit)
    }

    /// GIVEN_UP records that close the number before an item, for this recipient. Without one that is missing here the
    /// recipient would wait for the number for ever.
    fn closed_before(
        &self,
        agency: &AgencyId,
        items: &[Queued<Option<Arc<Outgoing>>>],
    ) -> Result<Vec<u64>, String> {
        let mut closed = Vec::new();
        for item in items {
            closed.extend(self.given_up_before(agency, item)?);
        }
        closed.sort_unstable();
        closed.dedup();
        Ok(closed)
    }

    fn given_up_before(
        &self,
        agency: &AgencyId,
        item: &Queued<Option<Arc<Outgoing>>>,
    ) -> Result<Option<u64>, String> {
        if item.load.as_ref().is_some_and(|outgoing| outgoing.number == 1) {
            return Ok(None);
        }
        let row = self.staged.referral(item.referral).map_err(|error| error.to_string())?;
        let lines = || row.iter().flat_map(|row| &row.messages).filter(|line| line.sender == *self.own());
        let number = lines().find(|line| line.position == item.position).map(|line| line.number);
        let before = lines().find(|line| line.number.checked_add(1) == number);
        let deliveries = before.map(|line| line.deliveries.as_slice()).unwrap_or_default();
        let delivery = deliveries.iter().find(|delivery| delivery.recipient == *agency);
        Ok(delivery.and_then(|delivery| match delivery.status {
            Status::GivenUp(at, _) => Some(at),
            _ => None,
        }))
    }

    pub(super) fn tick(&mut self) {
        let now = self.elapsed();
        let due: Vec<AgencyId> = self
            .peers
            .iter_mut()
            .filter_map(|(agency, peer)| (peer.dials && peer.outbound.dial(now)).then(|| agency.clone()))
            .collect();
        self.effects.extend(due.into_iter().map(Effect::Dial));
        self.try_under_other_rosters(now);
        if self.expires_at <= now {
            let (next, wall) = (self.next(), self.now());
            self.waiting_time.mark(next, now, wall);
            // While the index is behind, giving up leaves it as much time as it takes.
            let goes_on = self.expire() && !self.is_busy();
            self.tell_not_yets();
            self.expires_at = if goes_on { now } else { now + EXPIRY_PERIOD };
            self.listeners.retain(|_, listeners| listeners.iter().any(|listener| listener.sink.is_open()));
        }
        self.raise_alarms();
        self.record_offers();
        self.publish();
        self.write_behind();
        self.pump();
    }
}
