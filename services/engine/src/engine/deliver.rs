//! Delivery: links that come and go, batches that fill them, dials that are due, messages that expire, and what a peer cannot take
//! yet between them.

use std::sync::Arc;
use std::time::Duration;

use rogatory_domain::id::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_exchange::{Queued, Session, Window};
use rogatory_index::{MessageLine, QueueKey, QueueRow, Status};

use super::Engine;
use super::give_up::status_to;
use crate::failure::Failure;
use crate::input::{Effect, LinkSink, ToLink};
use crate::link::Outgoing;

/// Time between two looks for expired messages.
const EXPIRY_PERIOD: Duration = Duration::from_secs(1);

/// Windows asked of the index for one peer in one turn.
const REFILLS_COUNT_MAX: usize = 4;

type Items = Vec<Queued<Option<Arc<Outgoing>>>>;

/// What stands before a message in its referral, for one recipient.
enum Before {
    /// Nothing that it has to be told of.
    Nothing,
    /// One that was given up, by this record: it closes the number.
    GivenUp(u64),
    /// One that was given up, and an even earlier one that is not settled. The notice says nothing of that one, and closes its
    /// number all the same; so neither goes before it is.
    Waits,
}

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
            let (items, closed) = match self.closed_before(agency, items) {
                Ok(sorted) => sorted,
                Err(cause) => return self.fail(cause),
            };
            if items.is_empty() {
                continue;
            }
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
                Err(error) => return self.fail(error),
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

    /// Which items go now, and the GIVEN_UP records that close the number before one of them, for this recipient. Without one that
    /// is missing here the recipient would wait for the number for ever. One that would come too early waits for its turn.
    fn closed_before(&mut self, agency: &AgencyId, items: Items) -> Result<(Items, Vec<u64>), Failure> {
        let (mut going, mut closed) = (Vec::with_capacity(items.len()), Vec::new());
        let now = self.elapsed();
        for item in items {
            match self.before(agency, &item)? {
                Before::Nothing => going.push(item),
                Before::GivenUp(at) => {
                    closed.push(at);
                    going.push(item);
                }
                Before::Waits => {
                    if let Some(state) = self.peers.get_mut(agency) {
                        state.outbound.postpone(item.position, Code::SequenceGap, now);
                    }
                }
            }
        }
        closed.sort_unstable();
        closed.dedup();
        Ok((going, closed))
    }

    fn before(&self, agency: &AgencyId, item: &Queued<Option<Arc<Outgoing>>>) -> Result<Before, Failure> {
        if item.load.as_ref().is_some_and(|outgoing| outgoing.number == 1) {
            return Ok(Before::Nothing);
        }
        let row = self.staged.referral(item.referral)?;
        let lines = || row.iter().flat_map(|row| &row.messages).filter(|line| line.sender == *self.own());
        let number = lines().find(|line| line.position == item.position).map(|line| line.number);
        let before = lines().find(|line| line.number.checked_add(1) == number);
        let Some(Status::GivenUp(at, _)) = before.and_then(|line| status_to(line, agency)) else {
            return Ok(Before::Nothing);
        };
        let waits = |line: &MessageLine| {
            Some(line.number) < number && status_to(line, agency) == Some(&Status::Waiting)
        };
        Ok(if lines().any(waits) { Before::Waits } else { Before::GivenUp(*at) })
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
