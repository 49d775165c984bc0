//! The sender's side of one peer: what waits, what is in flight, what comes next.
//!
//! Owns the two lanes, the credits and what a lost link puts back. Entries beyond the window stay in the index and are
//! asked for when there is room, so memory is flat however long a peer is away. So do those of a referral whose first
//! message the peer cannot take yet: no lane stands still for them.

use std::collections::BTreeMap;
use std::time::Duration;

use rogatory_domain::id::ReferralId;
use rogatory_domain::refusal::Code;

use crate::backoff::Backoff;
use crate::flow::Flow;
use crate::postponed::{Postponed, Retry, Wait};

mod lane;

use lane::Lane;

/// Most envelopes in flight to one peer.
pub const IN_FLIGHT_COUNT_MAX: usize = 2_048;

/// Most waiting entries of one lane kept in memory.
pub const WINDOW_COUNT_MAX: usize = 2_048;

/// Bytes of waiting entries of one lane above which no more are kept in memory.
pub const WINDOW_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Most envelopes in one batch.
pub const BATCH_COUNT_MAX: usize = 256;

/// Bytes after which a batch is closed.
pub const BATCH_BYTES_MAX: usize = 1024 * 1024;

const _: () = assert!(BATCH_COUNT_MAX <= rogatory_evidence::proof::OPENINGS_COUNT_MAX);

/// Number of one connection to a peer; rises by one with each.
pub type Session = u64;

/// An entry of a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued<T> {
    /// Position of the record SENT.
    pub position: u64,
    /// Whether it is urgent.
    pub urgent: bool,
    /// Bytes it takes on the link.
    pub bytes: usize,
    /// Its referral.
    pub referral: ReferralId,
    /// What the driver needs to send it.
    pub load: T,
}

/// What a lane asks the index for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Lane.
    pub urgent: bool,
    /// Entries after this position.
    pub after: Option<u64>,
    /// At most this many.
    pub limit: usize,
}

/// Where an entry is that waits for a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Sent on the link that stands.
    InFlight,
    /// Next to be sent.
    Window,
    /// Behind a window that is full.
    Index,
    /// The peer cannot take it yet; it is tried again.
    Postponed(Wait),
    /// Behind an earlier message of its referral that the peer cannot take yet.
    BehindPostponed,
}

/// An entry that was sent.
#[derive(Debug)]
struct Sent<T> {
    entry: Queued<T>,
    /// Elapsed time of its sending.
    at: Duration,
    /// Bytes in flight right after that.
    carried: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    Down { retry_at: Duration },
    Dialling,
    Up(Session),
}

/// Delivery to one peer.
#[derive(Debug)]
pub struct Outbound<T> {
    urgent: Lane<T>,
    routine: Lane<T>,
    in_flight: BTreeMap<u64, Sent<T>>,
    flow: Flow,
    postponed: Postponed,
    /// Referrals of which nothing is held back any more, until the driver has put back what waits of them.
    released: Vec<ReferralId>,
    /// Whether the last batch was one of retries; lanes then have their turn first.
    was_retry: bool,
    link: Link,
    backoff: Backoff,
}

impl<T> Outbound<T> {
    /// Nothing waiting in memory; `more_in_index` says whether the index may hold entries from before. `now` is elapsed
    /// time, here and below: no step of a wall clock may keep a node from dialling.
    pub fn new(now: Duration, more_in_index: bool) -> Self {
        Self {
            urgent: Lane::new(more_in_index),
            routine: Lane::new(more_in_index),
            in_flight: BTreeMap::new(),
            flow: Flow::default(),
            postponed: Postponed::default(),
            released: Vec::new(),
            was_retry: false,
            link: Link::Down { retry_at: now },
            backoff: Backoff::default(),
        }
    }

    /// A new entry. When the window is full, or its referral is held back, it stays in the index alone.
    pub fn enqueue(&mut self, entry: Queued<T>) {
        let is_held_back = self.postponed.holds(entry.referral, entry.position);
        let lane = self.lane(entry.urgent);
        if lane.more_in_index || lane.is_full() {
            lane.more_in_index = true;
            return;
        }
        lane.last = Some(entry.position);
        if !is_held_back {
            lane.put(entry);
        }
    }

    /// An entry that waits again at its old place. Where a full window is past that already, its last entry makes room.
    pub fn requeue(&mut self, entry: Queued<T>) {
        if self.in_flight.contains_key(&entry.position)
            || self.postponed.holds(entry.referral, entry.position)
        {
            return;
        }
        let lane = self.lane(entry.urgent);
        if lane.last.is_none_or(|last| last < entry.position) {
            // What the window has not come to yet is asked for with the rest.
            lane.more_in_index = true;
            return;
        }
        if lane.is_full()
            && let Some((last, dropped)) = lane.ready.pop_last()
        {
            lane.bytes -= dropped.bytes;
            lane.last = Some(last - 1);
            lane.more_in_index = true;
        }
        lane.put(entry);
    }

    /// What the index should be asked for, if anything.
    pub fn wants(&self) -> Option<Window> {
        [(true, &self.urgent), (false, &self.routine)].into_iter().find_map(|(urgent, lane)| {
            let room = lane.more_in_index && lane.ready.len() < WINDOW_COUNT_MAX / 2;
            room.then(|| Window { urgent, after: lane.last, limit: WINDOW_COUNT_MAX - lane.ready.len() })
        })
    }

    /// Entries the index answered to [`Outbound::wants`]; fewer than asked for means there are no more.
    pub fn fill(&mut self, window: Window, entries: Vec<Queued<T>>) {
        let is_more = entries.len() >= window.limit;
        for entry in entries {
            let is_elsewhere = self.in_flight.contains_key(&entry.position)
                || self.postponed.holds(entry.referral, entry.position);
            let lane = self.lane(window.urgent);
            lane.last = Some(entry.position);
            if !is_elsewhere {
                lane.put(entry);
            }
        }
        self.lane(window.urgent).more_in_index = is_more;
    }

    /// Whether the driver should dial now; it then reports [`Outbound::up`] or [`Outbound::lost`].
    pub fn dial(&mut self, now: Duration) -> bool {
        let due = matches!(self.link, Link::Down { retry_at } if retry_at <= now);
        if due {
            self.link = Link::Dialling;
        }
        due
    }

    /// Ends a pause between two dials, and those of what the peer could not take yet: what made them fail may be over.
    pub fn retry(&mut self, now: Duration) {
        self.postponed.hurry(now);
        self.dial_soon(now);
    }

    /// Ends a pause between two dials. One that is under way may fail for what was before; the next then follows soon.
    pub fn dial_soon(&mut self, now: Duration) {
        match self.link {
            Link::Up(_) => {}
            Link::Dialling => self.backoff.succeeded(),
            Link::Down { .. } => {
                self.backoff.succeeded();
                self.link = Link::Down { retry_at: now };
            }
        }
    }

    /// A link stands. It replaces any earlier one: what was in flight on that is sent again. A peer that could not take
    /// something may have become another one since.
    pub fn up(&mut self, session: Session, now: Duration) {
        self.put_back();
        self.flow.up();
        self.postponed.hurry(now);
        self.link = Link::Up(session);
    }

    /// A link was lost, or a dial failed, before or while it was greeted. Stale sessions are ignored.
    pub fn lost(&mut self, session: Option<Session>, now: Duration, random: u64) {
        let current = match (self.link, session) {
            (Link::Up(current), Some(lost)) => current == lost,
            (Link::Dialling, _) => true,
            _ => false,
        };
        if current {
            self.put_back();
            self.link = Link::Down { retry_at: self.backoff.failed(now, random) };
        }
    }

    /// The session of the link, if it stands.
    pub fn session(&self) -> Option<Session> {
        match self.link {
            Link::Up(session) => Some(session),
            _ => None,
        }
    }

    /// Short name of the link's state.
    pub fn link_label(&self) -> &'static str {
        match self.link {
            Link::Up(_) => "connected",
            Link::Dialling => "connecting",
            Link::Down { .. } => "down",
        }
    }

    /// Elapsed time at which the next dial is due, while nothing stands or is under way.
    pub fn retry_at(&self) -> Option<Duration> {
        match self.link {
            Link::Down { retry_at } => Some(retry_at),
            _ => None,
        }
    }

    /// Where an entry that waits is. One that is tried again says why, also while it is on its way.
    pub fn place(&self, position: u64, urgent: bool, referral: ReferralId) -> Place {
        let lane = if urgent { &self.urgent } else { &self.routine };
        if let Some(wait) = self.postponed.wait(position) {
            Place::Postponed(wait)
        } else if self.in_flight.contains_key(&position) {
            Place::InFlight
        } else if self.postponed.holds(referral, position) {
            Place::BehindPostponed
        } else if lane.ready.contains_key(&position) {
            Place::Window
        } else {
            Place::Index
        }
    }

    /// Envelopes in flight.
    pub fn in_flight(&self) -> usize {
        self.in_flight.len()
    }

    /// What the peer cannot take yet.
    pub fn postponed(&self) -> &Postponed {
        &self.postponed
    }

    /// Moves the next entries of one lane into flight: urgent ones first, in order, only those durable below `durable`, and
    /// only as many bytes as the line carries soon. Of routine entries none goes while the line is full of urgent ones, but
    /// not the other way round. What the peer could not take before goes in batches of its own, between two of the lanes, and
    /// its load is left to the driver.
    pub fn next_batch(&mut self, durable: u64, now: Duration) -> Vec<Queued<T>>
    where
        T: Clone + Default,
    {
        if self.session().is_none() {
            return Vec::new();
        }
        if self.postponed.passes(now) {
            [&mut self.urgent, &mut self.routine].into_iter().for_each(Lane::begin_again);
        }
        if !self.was_retry {
            let retries = self.take_retries(now);
            self.was_retry = !retries.is_empty();
            if self.was_retry {
                return retries;
            }
        }
        let urgent = self.take_batch(true, durable, now);
        let batch = if urgent.is_empty() { self.take_batch(false, durable, now) } else { urgent };
        if batch.is_empty() && self.was_retry {
            return self.take_retries(now);
        }
        self.was_retry = false;
        batch
    }

    fn take_retries(&mut self, now: Duration) -> Vec<Queued<T>>
    where
        T: Clone + Default,
    {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while let Some(retry) = self.postponed.due(now) {
            let is_full = !batch.is_empty() && bytes + retry.bytes > BATCH_BYTES_MAX;
            if is_full || self.room(retry.urgent).is_none_or(|room| retry.bytes > room) {
                break;
            }
            let Retry { position, urgent, bytes: size, referral } = retry;
            self.postponed.sent(referral);
            bytes += size;
            let entry = Queued { position, urgent, bytes: size, referral, load: T::default() };
            batch.push(self.send(entry, now));
        }
        batch
    }

    /// Notes an entry as on its way.
    fn send(&mut self, entry: Queued<T>, now: Duration) -> Queued<T>
    where
        T: Clone,
    {
        self.lane(entry.urgent).in_flight += entry.bytes;
        let carried = self.urgent.in_flight + self.routine.in_flight;
        self.in_flight.insert(entry.position, Sent { entry: entry.clone(), at: now, carried });
        entry
    }

    fn take_batch(&mut self, urgent: bool, durable: u64, now: Duration) -> Vec<Queued<T>>
    where
        T: Clone,
    {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while batch.len() < BATCH_COUNT_MAX {
            let room = self.room(urgent);
            let lane = if urgent { &self.urgent } else { &self.routine };
            let Some((&position, entry)) = lane.ready.first_key_value().filter(|(at, _)| **at < durable)
            else {
                break;
            };
            if self.postponed.holds(entry.referral, entry.position) {
                // It waits in the index, so that it takes no place in the window.
                self.lane(urgent).take(position);
                continue;
            }
            let is_full = !batch.is_empty() && bytes + entry.bytes > BATCH_BYTES_MAX;
            if is_full || room.is_none_or(|room| entry.bytes > room) {
                break;
            }
            let Some(entry) = self.lane(urgent).take(position) else { break };
            bytes += entry.bytes;
            batch.push(self.send(entry, now));
        }
        batch
    }

    /// Bytes that a lane may bring into flight now; one envelope goes where nothing is in flight.
    fn room(&self, urgent: bool) -> Option<usize> {
        let routine = if urgent { 0 } else { self.routine.in_flight };
        let in_flight = self.urgent.in_flight + routine;
        match self.in_flight.len() {
            IN_FLIGHT_COUNT_MAX.. => None,
            _ if in_flight == 0 => Some(usize::MAX),
            _ => Some(self.flow.window().saturating_sub(in_flight)),
        }
    }

    /// An entry is receipted. Says whether it was in flight.
    pub fn receipted(&mut self, position: u64, now: Duration) -> bool {
        self.released.extend(self.postponed.settled(position, true, now));
        let Some(sent) = self.remove(position) else { return false };
        self.was_answered(&sent, now);
        true
    }

    /// The peer cannot take an entry yet. What is not in flight was not asked, and stays where it is. Says whether it is the
    /// first such answer.
    pub fn not_yet(&mut self, position: u64, code: Code, now: Duration) -> bool {
        let Some(sent) = self.landed(position) else { return false };
        self.was_answered(&sent, now);
        let Queued { position, urgent, bytes, referral, .. } = sent.entry;
        self.postponed.answered(Retry { position, urgent, bytes, referral }, code, now)
    }

    /// An entry that was to be sent is not: it is tried later, apart from its lane.
    pub fn postpone(&mut self, position: u64, code: Code, now: Duration) {
        if let Some(Sent { entry, .. }) = self.landed(position) {
            let Queued { position, urgent, bytes, referral, .. } = entry;
            self.postponed.answered(Retry { position, urgent, bytes, referral }, code, now);
        }
    }

    /// An entry was given up; it needs no more delivery.
    pub fn forget(&mut self, position: u64, now: Duration) {
        self.released.extend(self.postponed.settled(position, false, now));
        self.remove(position);
    }

    /// Referrals of which nothing is held back any more: what waits of them is to be put back by [`Outbound::requeue`].
    pub fn take_released(&mut self) -> Vec<ReferralId> {
        std::mem::take(&mut self.released)
    }

    fn was_answered(&mut self, sent: &Sent<T>, now: Duration) {
        self.flow.receipted(sent.carried, now.saturating_sub(sent.at));
        // Only an answer shows that the link carries; one that stands and fails at once is dialled ever later.
        self.backoff.succeeded();
    }

    fn remove(&mut self, position: u64) -> Option<Sent<T>> {
        self.urgent.take(position);
        self.routine.take(position);
        self.landed(position)
    }

    /// Takes an entry out of flight, if it is there.
    fn landed(&mut self, position: u64) -> Option<Sent<T>> {
        let sent = self.in_flight.remove(&position)?;
        self.lane(sent.entry.urgent).in_flight -= sent.entry.bytes;
        Some(sent)
    }

    fn lane(&mut self, urgent: bool) -> &mut Lane<T> {
        if urgent { &mut self.urgent } else { &mut self.routine }
    }

    /// What was in flight goes back to where it was: to its lane, among what is tried again, or behind that.
    fn put_back(&mut self) {
        if !self.in_flight.is_empty() {
            self.flow.lost();
        }
        for Sent { entry, .. } in std::mem::take(&mut self.in_flight).into_values() {
            let is_held_back = self.postponed.holds(entry.referral, entry.position);
            if self.postponed.is_tried(entry.position) {
                self.postponed.lost(entry.referral);
            }
            let lane = self.lane(entry.urgent);
            lane.in_flight -= entry.bytes;
            if !is_held_back {
                lane.put(entry);
            }
        }
    }
}

#[cfg(test)]
mod tests;
