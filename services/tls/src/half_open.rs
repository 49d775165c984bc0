//! Places for handshakes under way. Nobody is refused a place: when all are taken, the oldest handshake of the source
//! with the most ends, so a slow or greedy source waits for itself and an honest newcomer gets in.
//!
//! Addresses that are known have places of their own, which strangers cannot take. Established connections are not its
//! concern.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

/// Handshakes of strangers under way at once at one listener.
pub const HALF_OPEN_LIMIT: usize = 256;

/// Handshakes under way at once from addresses that are known: those of the roster's endpoints, and those from which
/// somebody was authenticated lately.
pub const HALF_OPEN_KNOWN_LIMIT: usize = 128;

/// The places of one listener.
#[derive(Clone, Debug, Default)]
pub(crate) struct HalfOpen(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    /// Grows by one a handshake, so that places are in the order of their age.
    next: u64,
    strangers: Pool,
    known: Pool,
}

#[derive(Debug, Default)]
struct Pool {
    held: BTreeMap<u64, Held>,
    by_source: HashMap<IpAddr, usize>,
}

#[derive(Debug)]
struct Held {
    source: IpAddr,
    /// Dropped to end the handshake.
    _leave: oneshot::Sender<()>,
}

/// One handshake's place; given back on drop.
#[derive(Debug)]
pub(crate) struct Place {
    places: HalfOpen,
    number: u64,
    is_known: bool,
}

impl HalfOpen {
    /// A place for a handshake, and what completes when it has to leave.
    pub(crate) fn enter(&self, source: IpAddr, is_known: bool) -> (Place, oneshot::Receiver<()>) {
        let (leave, has_to_leave) = oneshot::channel();
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = table.next;
        table.next += 1;
        let limit = if is_known { HALF_OPEN_KNOWN_LIMIT } else { HALF_OPEN_LIMIT };
        let pool = table.pool(is_known);
        if pool.held.len() >= limit {
            pool.end_oldest_of_the_largest();
        }
        pool.insert(number, Held { source: network_of(source), _leave: leave });
        (Place { places: self.clone(), number, is_known }, has_to_leave)
    }
}

impl Table {
    fn pool(&mut self, is_known: bool) -> &mut Pool {
        if is_known { &mut self.known } else { &mut self.strangers }
    }
}

impl Pool {
    fn insert(&mut self, number: u64, held: Held) {
        *self.by_source.entry(held.source).or_default() += 1;
        self.held.insert(number, held);
    }

    fn remove(&mut self, number: u64) {
        let Some(held) = self.held.remove(&number) else { return };
        if let Some(count) = self.by_source.get_mut(&held.source) {
            *count -= 1;
            if *count == 0 {
                self.by_source.remove(&held.source);
            }
        }
    }

    fn end_oldest_of_the_largest(&mut self) {
        let most = self.by_source.values().max().copied().unwrap_or_default();
        let oldest = self.held.iter().find(|(_, held)| self.by_source.get(&held.source) == Some(&most));
        if let Some(number) = oldest.map(|(number, _)| *number) {
            self.remove(number);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut table = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        table.pool(self.is_known).remove(self.number);
    }
}

/// An IPv4 address, or an IPv6 /64, which one host commonly owns.
pub fn network_of(source: IpAddr) -> IpAddr {
    match source.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_left(leave: &mut oneshot::Receiver<()>) -> bool {
        leave.try_recv() == Err(oneshot::error::TryRecvError::Closed)
    }

    #[test]
    fn the_oldest_of_the_source_with_the_most_makes_room() {
        let places = HalfOpen::default();
        let patient: IpAddr = "192.0.2.1".parse().unwrap();
        let mut first = places.enter(patient, false);
        let address = |n: usize| format!("2001:db8::{n:x}").parse::<IpAddr>().unwrap();
        let mut greedy: Vec<_> = (1..HALF_OPEN_LIMIT).map(|n| places.enter(address(n), false)).collect();
        let mut newest = places.enter("192.0.2.2".parse().unwrap(), false);
        assert!(has_left(&mut greedy[0].1), "one /64 is one source");
        assert!(!has_left(&mut greedy[1].1) && !has_left(&mut first.1) && !has_left(&mut newest.1));
    }

    #[test]
    fn strangers_take_no_place_of_a_known_address() {
        let places = HalfOpen::default();
        let source: IpAddr = "192.0.2.1".parse().unwrap();
        let mut known = places.enter(source, true);
        let _strangers: Vec<_> = (0..2 * HALF_OPEN_LIMIT).map(|_| places.enter(source, false)).collect();
        assert!(!has_left(&mut known.1));
    }

    #[test]
    fn places_are_given_back() {
        let places = HalfOpen::default();
        drop(
            (0..2 * HALF_OPEN_LIMIT).map(|_| places.enter("::1".parse().unwrap(), false)).collect::<Vec<_>>(),
        );
        let table = places.0.lock().unwrap();
        assert!(table.strangers.held.is_empty() && table.strangers.by_source.is_empty());
    }
}
