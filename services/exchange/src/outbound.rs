//! The sender's side of one peer: what waits, what is in flight, what comes next.
//!
//! Owns the two lanes, the credits and what a lost link puts back. Entries beyond the window stay in the index and are
//! asked for when there is room, so memory is flat however long a peer is away.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::backoff::Backoff;

/// Most envelopes in flight to one peer.
pub const IN_FLIGHT_COUNT_MAX: usize = 2_048;

/// Most waiting entries of one lane kept in memory.
pub const WINDOW_COUNT_MAX: usize = 2_048;

/// Bytes of waiting entries of one lane above which no more are kept in memory.
pub const WINDOW_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Bytes in flight to one peer above which nothing more is sent.
pub const IN_FLIGHT_BYTES_MAX: usize = 32 * 1024 * 1024;

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

#[derive(Debug)]
struct Lane<T> {
    ready: VecDeque<Queued<T>>,
    bytes: usize,
    last: Option<u64>,
    more_in_index: bool,
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
    in_flight: BTreeMap<u64, Queued<T>>,
    in_flight_bytes: usize,
    link: Link,
    backoff: Backoff,
}

impl<T> Outbound<T> {
    /// Nothing waiting in memory; `more_in_index` says whether the index may hold entries from before. `now` is elapsed
    /// time, here and below: no step of a wall clock may keep a node from dialling.
    pub fn new(now: Duration, more_in_index: bool) -> Self {
        let lane = || Lane { ready: VecDeque::new(), bytes: 0, last: None, more_in_index };
        Self {
            urgent: lane(),
            routine: lane(),
            in_flight: BTreeMap::new(),
            in_flight_bytes: 0,
            link: Link::Down { retry_at: now },
            backoff: Backoff::default(),
        }
    }

    /// A new entry. When the window is full it stays in the index alone.
    pub fn enqueue(&mut self, entry: Queued<T>) {
        let lane = self.lane(entry.urgent);
        let full = lane.ready.len() >= WINDOW_COUNT_MAX || lane.bytes >= WINDOW_BYTES_MAX;
        if lane.more_in_index || full {
            lane.more_in_index = true;
        } else {
            lane.last = Some(entry.position);
            lane.bytes += entry.bytes;
            lane.ready.push_back(entry);
        }
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
        let lane = self.lane(window.urgent);
        lane.more_in_index = entries.len() >= window.limit;
        for entry in entries {
            lane.last = Some(entry.position);
            lane.bytes += entry.bytes;
            lane.ready.push_back(entry);
        }
    }

    /// Whether the driver should dial now; it then reports [`Outbound::up`] or [`Outbound::lost`].
    pub fn dial(&mut self, now: Duration) -> bool {
        let due = matches!(self.link, Link::Down { retry_at } if retry_at <= now);
        if due {
            self.link = Link::Dialling;
        }
        due
    }

    /// A link stands. It replaces any earlier one: what was in flight on that is sent again.
    pub fn up(&mut self, session: Session) {
        self.put_back();
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

    /// Envelopes in flight.
    pub fn in_flight(&self) -> usize {
        self.in_flight.len()
    }

    /// Moves the next entries into flight: urgent ones first, then in order, only those durable below `durable`.
    pub fn next_batch(&mut self, durable: u64) -> Vec<Queued<T>>
    where
        T: Clone,
    {
        let mut batch = Vec::new();
        if self.session().is_none() {
            return batch;
        }
        let mut bytes = 0;
        for urgent in [true, false] {
            while batch.len() < BATCH_COUNT_MAX
                && self.in_flight.len() < IN_FLIGHT_COUNT_MAX
                && self.in_flight_bytes < IN_FLIGHT_BYTES_MAX
            {
                let lane = self.lane(urgent);
                let Some(entry) = lane.ready.front().filter(|entry| entry.position < durable) else { break };
                if !batch.is_empty() && bytes + entry.bytes > BATCH_BYTES_MAX {
                    return batch;
                }
                bytes += entry.bytes;
                let entry = lane.ready.pop_front().expect("the front was just seen");
                lane.bytes -= entry.bytes;
                self.in_flight_bytes += entry.bytes;
                self.in_flight.insert(entry.position, entry.clone());
                batch.push(entry);
            }
        }
        batch
    }

    /// An entry is receipted, or was given up; it needs no more delivery. Says whether it was in flight.
    pub fn settled(&mut self, position: u64) -> bool {
        if let Some(entry) = self.in_flight.remove(&position) {
            self.in_flight_bytes -= entry.bytes;
            // Only a receipt shows that the link carries; one that stands and fails at once is dialled ever later.
            self.backoff.succeeded();
            return true;
        }
        for lane in [&mut self.urgent, &mut self.routine] {
            if let Ok(at) = lane.ready.binary_search_by_key(&position, |entry| entry.position) {
                let removed = lane.ready.remove(at).map_or(0, |entry| entry.bytes);
                lane.bytes -= removed;
            }
        }
        false
    }

    fn lane(&mut self, urgent: bool) -> &mut Lane<T> {
        if urgent { &mut self.urgent } else { &mut self.routine }
    }

    /// What was in flight goes back to the head of its lane, in order.
    fn put_back(&mut self) {
        for (_, entry) in std::mem::take(&mut self.in_flight).into_iter().rev() {
            let lane = self.lane(entry.urgent);
            lane.bytes += entry.bytes;
            lane.ready.push_front(entry);
        }
        self.in_flight_bytes = 0;
    }
}

#[cfg(test)]
mod tests;
