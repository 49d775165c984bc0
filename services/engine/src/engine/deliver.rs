//! Delivery: links that come and go, batches that fill them, dials that are due, messages that expire.

use std::sync::Arc;
use std::time::Duration;

use rogatory_domain::id::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_evidence::Kind;
use rogatory_exchange::{Queued, Session, Window};
use rogatory_index::{QueueKey, QueueRow, Status};

use super::Engine;
use crate::input::{Effect, LinkSink, ToLink};
use crate::link::Outgoing;
use crate::reread::Stored;
use crate::scribe::Draft;

/// Entries looked at for expiry per peer, lane and tick.
const EXPIRY_COUNT_MAX: usize = 64;

/// Time between two looks for expired messages.
const EXPIRY_PERIOD: Duration = Duration::from_secs(1);

impl Engine {
    pub(super) fn link_up(&mut self, peer: &AgencyId, session: Session, sink: Arc<dyn LinkSink>) {
        if !self.is_current(peer, session) {
            return;
        }
        if let Some(state) = self.peers.get_mut(peer) {
            state.sink = Some(sink);
            state.last_error = None;
            state.outbound.up(session);
        }
        self.pump();
    }

    pub(super) fn link_lost(&mut self, peer: &AgencyId, session: Option<Session>) {
        let (now, random) = (self.elapsed(), u64::from_le_bytes(self.scribe.random().array()));
        if let Some(state) = self.peers.get_mut(peer) {
            if session == Some(state.session) {
                state.sink = None;
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
            let closed = self.closed_before(agency, &items);
            let head = self.head.clone();
            self.tell(agency, session, ToLink::Batch { items, closed, head });
        }
    }

    /// Asks the index for what waits beyond the window.
    fn refill(&mut self, agency: &AgencyId) {
        while let Some(window) = self.peers.get(agency).and_then(|state| state.outbound.wants()) {
            let rows = match self.queued(agency, window) {
                Ok(rows) => rows,
                Err(error) => return self.fail(&error.to_string()),
            };
            let entries = rows.into_iter().map(|(key, row)| Queued {
                position: key.position,
                urgent: !key.routine,
                bytes: usize::try_from(row.bytes).unwrap_or(usize::MAX),
                load: None,
            });
            if let Some(state) = self.peers.get_mut(agency) {
                state.outbound.fill(window, entries.collect());
            }
        }
    }

    fn queued(
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

    /// GIVEN_UP records that close the number before an item, for this recipient.
    fn closed_before(&self, agency: &AgencyId, items: &[Queued<Option<Arc<Outgoing>>>]) -> Vec<u64> {
        let mut closed: Vec<u64> =
            items.iter().filter_map(|item| self.given_up_before(agency, item)).collect();
        closed.sort_unstable();
        closed.dedup();
        closed
    }

    fn given_up_before(&self, agency: &AgencyId, item: &Queued<Option<Arc<Outgoing>>>) -> Option<u64> {
        let (referral, number) = match &item.load {
            Some(outgoing) => (outgoing.referral, outgoing.number),
            None => self.place_of_stored(item.position)?,
        };
        if number == 1 {
            return None;
        }
        let row = self.staged.referral(referral).ok()??;
        let before = row.messages.iter().find(|l| l.sender == *self.own() && l.number == number - 1)?;
        let delivery = before.deliveries.iter().find(|d| d.recipient == *agency)?;
        match delivery.status {
            Status::GivenUp(at) => Some(at),
            _ => None,
        }
    }

    fn place_of_stored(&self, position: u64) -> Option<(rogatory_domain::id::ReferralId, u32)> {
        let entry = self.reader.entry(position).ok()?;
        let header = Stored::decode(position, &entry).ok()?.header().ok()??;
        Some((header.referral, header.number))
    }

    pub(super) fn tick(&mut self) {
        let now = self.elapsed();
        let due: Vec<AgencyId> = self
            .peers
            .iter_mut()
            .filter_map(|(agency, peer)| (peer.dials && peer.outbound.dial(now)).then(|| agency.clone()))
            .collect();
        self.effects.extend(due.into_iter().map(Effect::Dial));
        if self.expires_at <= now {
            self.expires_at = now + EXPIRY_PERIOD;
            self.expire();
            self.listeners.retain(|_, listeners| listeners.iter().any(|listener| listener.sink.is_open()));
        }
        self.record_offers();
        self.publish();
        self.write_behind();
        self.pump();
    }

    /// A message whose time is over is given up, on the record; a receipt that comes later stands beside it and wins.
    fn expire(&mut self) {
        let now = self.now();
        let agencies: Vec<AgencyId> = self.peers.keys().cloned().collect();
        for agency in agencies {
            for urgent in [true, false] {
                let window = Window { urgent, after: None, limit: EXPIRY_COUNT_MAX };
                let rows = match self.queued(&agency, window) {
                    Ok(rows) => rows,
                    Err(error) => return self.fail(&error.to_string()),
                };
                for (key, row) in rows.into_iter().filter(|(_, row)| row.expires <= now) {
                    self.give_up(&agency, &key, &row);
                }
            }
        }
    }

    fn give_up(&mut self, agency: &AgencyId, key: &QueueKey, row: &QueueRow) {
        let own = self.own().clone();
        let sent = match self.staged.message(&own, row.message) {
            Ok(Some(sent)) => sent,
            Ok(None) => return,
            Err(error) => return self.fail(&error.to_string()),
        };
        let mut draft = Draft::new(&self.scribe, Kind::GivenUp);
        draft.shared.message = Some(row.message);
        draft.shared.referral = Some(row.referral);
        draft.shared.envelope = Some(sent.digest);
        draft.shared.number = sent.number;
        draft.shared.recipients = vec![agency.clone()];
        draft.shared.reason = Code::DeliveryExpired.refusal().id.to_owned();
        self.record(draft);
        let next = self.next();
        if let Some(state) = self.peers.get_mut(agency) {
            state.closed_below = next;
            state.outbound.forget(key.position);
        }
        self.forget_settled(row.message);
    }
}
