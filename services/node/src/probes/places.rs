//! Places for connections of collectors and probes, in two steps: those that have not asked yet, and those that have. Where
//! all places of a step are taken the oldest of the source with the most makes room, so nobody who connects is refused, and
//! neither silence nor unread answers of others keep a probe out.
//!
//! It must not know what is asked, and it closes nothing itself: it says who has to leave.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;
use rogatory_tls::network_of;
use tokio::sync::oneshot;

/// Connections at once that have not sent a whole request.
const SILENT_COUNT_MAX: usize = 128;

/// Connections at once whose request is being answered, or whose answer was not read yet.
const ASKED_COUNT_MAX: usize = 128;

/// Connections at once, each of which holds a descriptor.
pub(crate) const CONNECTIONS_COUNT_MAX: usize = SILENT_COUNT_MAX + ASKED_COUNT_MAX;

/// The places of the listener.
#[derive(Clone, Default)]
pub(super) struct Places(Arc<Mutex<Table>>);

#[derive(Default)]
struct Table {
    /// Grows by one a place, so that places are in the order of their age.
    next: u64,
    silent: Pool,
    asked: Pool,
}

#[derive(Default)]
struct Pool(BTreeMap<u64, Held>);

struct Held {
    source: IpAddr,
    /// Which page of the metrics it reads, if it reads one.
    page: Option<u64>,
    /// Dropped to end the connection.
    _leave: oneshot::Sender<()>,
}

/// One connection's place; given back on drop.
pub(super) struct Place {
    places: Places,
    number: u64,
}

impl Places {
    /// A place for a connection that was just accepted, and what completes when it has to leave. Nobody is refused one.
    pub(super) fn enter(&self, address: IpAddr) -> (Arc<Place>, oneshot::Receiver<()>) {
        let (leave, has_to_leave) = oneshot::channel();
        let mut table = self.0.lock();
        let number = table.next;
        table.next += 1;
        table.silent.make_room(SILENT_COUNT_MAX);
        table.silent.0.insert(number, Held { source: network_of(address), page: None, _leave: leave });
        (Arc::new(Place { places: self.clone(), number }), has_to_leave)
    }

    /// Ends all who read the oldest page that anybody reads, so that there is room for a new one.
    pub(super) fn end_readers_of_the_oldest_page(&self) {
        let asked = &mut self.0.lock().asked.0;
        let Some(oldest) = asked.values().filter_map(|held| held.page).min() else { return };
        asked.retain(|_, held| held.page != Some(oldest));
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        let table = self.0.lock();
        table.silent.0.len() + table.asked.0.len()
    }
}

impl Place {
    /// Its request is whole, so it is silent no more.
    pub(super) fn asked(&self) {
        let mut table = self.places.0.lock();
        if let Some(held) = table.silent.0.remove(&self.number) {
            table.asked.make_room(ASKED_COUNT_MAX);
            table.asked.0.insert(self.number, held);
        }
    }

    /// It is given this page.
    pub(super) fn reads(&self, page: u64) {
        if let Some(held) = self.places.0.lock().asked.0.get_mut(&self.number) {
            held.page = Some(page);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut table = self.places.0.lock();
        table.silent.0.remove(&self.number);
        table.asked.0.remove(&self.number);
    }
}

impl Pool {
    /// Where it is full, ends the oldest of the source with the most.
    fn make_room(&mut self, count_max: usize) {
        if self.0.len() < count_max {
            return;
        }
        let mut by_source: HashMap<IpAddr, usize> = HashMap::new();
        self.0.values().for_each(|held| *by_source.entry(held.source).or_default() += 1);
        let most = by_source.values().max().copied();
        let oldest = self.0.iter().find(|(_, held)| by_source.get(&held.source).copied() == most);
        if let Some(number) = oldest.map(|(number, _)| *number) {
            self.0.remove(&number);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot::error::TryRecvError;

    use super::*;

    type Entered = (Arc<Place>, oneshot::Receiver<()>);

    fn stays(entered: &mut Entered) -> bool {
        entered.1.try_recv() == Err(TryRecvError::Empty)
    }

    fn crowd(places: &Places, count: usize, source: impl Fn(usize) -> String) -> Vec<Entered> {
        (0..count).map(|n| places.enter(source(n).parse().unwrap())).collect()
    }

    #[test]
    fn whoever_comes_has_a_place_and_the_oldest_of_the_largest_source_gives_way() {
        let places = Places::default();
        let mut probe = places.enter("192.0.2.1".parse().unwrap());
        let mut greedy = crowd(&places, 1_000, |n| format!("2001:db8::{n:x}"));
        assert!(stays(&mut probe), "one /64 is one source, and takes its own places");
        let staying = greedy.iter_mut().map(stays).collect::<Vec<_>>();
        assert!(staying[1_000 - SILENT_COUNT_MAX + 1..].iter().all(|stays| *stays), "the oldest went");
        assert_eq!(staying.iter().filter(|stays| **stays).count(), SILENT_COUNT_MAX - 1);
        drop((greedy, probe));
        assert_eq!(places.count(), 0);
    }

    #[test]
    fn any_number_of_silent_sources_leaves_a_place_to_whoever_comes_next() {
        let places = Places::default();
        let mut strangers = crowd(&places, 4_000, |n| format!("10.0.{}.{}", n / 250, n % 250));
        let mut probe = places.enter("192.0.2.1".parse().unwrap());
        assert!(stays(&mut probe) && !stays(&mut strangers[0]));
        assert!(places.count() <= CONNECTIONS_COUNT_MAX);
    }

    #[test]
    fn those_who_asked_are_not_ended_by_the_silent_and_make_room_for_each_other() {
        let places = Places::default();
        let mut stalled = crowd(&places, 1, |_| "192.0.2.7".to_owned());
        stalled[0].0.asked();
        let mut silent = crowd(&places, 1_000, |n| format!("10.0.{}.{}", n / 250, n % 250));
        assert!(stays(&mut stalled[0]), "an answer under way is not cut by silence");
        silent.iter().for_each(|(place, _)| place.asked());
        let mut others = crowd(&places, ASKED_COUNT_MAX, |n| format!("10.1.0.{n}"));
        others.iter().for_each(|(place, _)| place.asked());
        assert!(!stays(&mut stalled[0]) && !silent.iter_mut().any(stays), "unread answers give way");
        assert!(others.iter_mut().all(stays));
    }

    #[test]
    fn the_readers_of_the_oldest_page_and_no_others_are_ended_for_a_new_one() {
        let places = Places::default();
        let mut readers = crowd(&places, 6, |n| format!("10.0.0.{n}"));
        for (n, (place, _)) in readers.iter().enumerate() {
            place.asked();
            place.reads(n as u64 / 2);
        }
        let mut probe = places.enter("192.0.2.1".parse().unwrap());
        probe.0.asked();
        places.end_readers_of_the_oldest_page();
        assert_eq!(readers.iter_mut().map(stays).collect::<Vec<_>>(), [false, false, true, true, true, true]);
        assert!(stays(&mut probe), "it reads no page");
    }
}
