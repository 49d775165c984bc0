//! Places for handshakes under way, in two steps. Until a caller has sent the whole of its greeting it has cost nothing but a
//! descriptor, and when all places are taken the oldest of the source with the most makes room. From then on it costs keys
//! and signatures: so many callers prove at once who they are, others wait in the order they came, and only whoever
//! dawdles makes room for them. So neither silence nor speed of others keeps an honest caller out.
//!
//! Addresses that are known have places of their own, which strangers cannot take. Established connections are not its
//! concern.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Instant, sleep};

/// Time that somebody may take to prove who it is while others wait for its place. It needs one exchange over the network and
/// a few milliseconds of ours.
pub(crate) const PROVING_TIME: Duration = Duration::from_secs(1);

/// Time after which whoever waits looks for somebody who dawdles.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// How many places one listener has for handshakes.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Callers that have not sent their whole greeting.
    greeting: usize,
    /// Callers that wait to prove who they are.
    waiting: usize,
    /// Callers that prove who they are.
    proving: usize,
}

const OF_STRANGERS: Limits = Limits { greeting: 96, waiting: 96, proving: 64 };

/// Those of addresses that are known: the roster's endpoints, and where somebody was authenticated lately.
const OF_KNOWN: Limits = Limits { greeting: 48, waiting: 256, proving: 64 };

impl Limits {
    const fn all(self) -> usize {
        self.greeting + self.waiting + self.proving
    }
}

/// Handshakes under way at once at one listener, each of which holds a descriptor.
pub const HANDSHAKES_COUNT_MAX: usize = OF_STRANGERS.all() + OF_KNOWN.all();

/// The places of one listener.
#[derive(Clone, Debug)]
pub(crate) struct HalfOpen {
    strangers: Arc<Places>,
    known: Arc<Places>,
}

#[derive(Debug)]
struct Places {
    limits: Limits,
    table: Mutex<Table>,
    /// One permit for each place of those who prove who they are; given in the order of asking.
    proving: Arc<Semaphore>,
}

#[derive(Debug, Default)]
struct Table {
    /// Grows by one a place, so that places are in the order of their age.
    next: u64,
    greeting: Pool,
    waiting: Pool,
    proving: Pool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Greeting,
    Waiting,
    Proving,
}

#[derive(Debug, Default)]
struct Pool {
    held: BTreeMap<u64, Held>,
    by_source: HashMap<IpAddr, usize>,
}

#[derive(Debug)]
struct Held {
    source: IpAddr,
    since: Instant,
    /// Dropped to end the handshake.
    _leave: oneshot::Sender<()>,
}

/// One handshake's place; given back on drop.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    source: IpAddr,
    step: Step,
    number: u64,
    has_to_leave: oneshot::Receiver<()>,
    _proving: Option<OwnedSemaphorePermit>,
}

impl Default for HalfOpen {
    fn default() -> Self {
        Self { strangers: Places::new(OF_STRANGERS), known: Places::new(OF_KNOWN) }
    }
}

impl HalfOpen {
    /// A place for somebody who is to send its greeting. Nobody is refused one.
    pub(crate) fn enter(&self, source: IpAddr, is_known: bool) -> Place {
        let places = if is_known { &self.known } else { &self.strangers };
        places.enter(network_of(source), Step::Greeting, None)
    }
}

impl Places {
    fn new(limits: Limits) -> Arc<Self> {
        let proving = Arc::new(Semaphore::new(limits.proving));
        Arc::new(Self { limits, table: Mutex::default(), proving })
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(self: &Arc<Self>, source: IpAddr, step: Step, proving: Option<OwnedSemaphorePermit>) -> Place {
        let (leave, has_to_leave) = oneshot::channel();
        let mut table = self.table();
        let number = table.next;
        table.next += 1;
        let pool = table.pool(step);
        match step {
            Step::Greeting if pool.held.len() >= self.limits.greeting => pool.end_oldest_of_the_largest(),
            // Whoever waits keeps its turn, so among those of the largest source it is the last that goes.
            Step::Waiting if pool.held.len() >= self.limits.waiting => pool.end_newest_of_the_largest(source),
            _ => {}
        }
        pool.insert(number, Held { source, since: Instant::now(), _leave: leave });
        drop(table);
        Place { places: self.clone(), source, step, number, has_to_leave, _proving: proving }
    }

    /// Ends the oldest of those who have had their time to prove who they are, and so gives its permit to whoever waits.
    fn end_dawdler(&self) {
        self.table().proving.end_oldest_of_the_largest_before(Instant::now().checked_sub(PROVING_TIME));
    }
}

impl Place {
    /// Completes when the handshake has to make room.
    pub(crate) async fn has_to_leave(&mut self) {
        let _ = (&mut self.has_to_leave).await;
    }

    /// The greeting is whole: waits for a place among those who prove who they are. `None` when there is none, nor room to
    /// wait for one.
    pub(crate) async fn greeted(self) -> Option<Self> {
        let (places, source) = (self.places.clone(), self.source);
        drop(self);
        let mut waiting = places.enter(source, Step::Waiting, None);
        let mut proving = pin!(places.proving.clone().acquire_owned());
        let permit = loop {
            tokio::select! {
                biased;
                permit = &mut proving => break permit.ok()?,
                () = waiting.has_to_leave() => return None,
                () = sleep(LOOK_EVERY) => places.end_dawdler(),
            }
        };
        drop(waiting);
        Some(places.enter(source, Step::Proving, Some(permit)))
    }
}

impl Table {
    fn pool(&mut self, step: Step) -> &mut Pool {
        match step {
            Step::Greeting => &mut self.greeting,
            Step::Waiting => &mut self.waiting,
            Step::Proving => &mut self.proving,
        }
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

    /// Ends the oldest of the source with the most.
    fn end_oldest_of_the_largest(&mut self) {
        self.end_oldest_of_the_largest_before(Some(Instant::now()));
    }

    /// Ends it if it was there at that time.
    fn end_oldest_of_the_largest_before(&mut self, time: Option<Instant>) {
        let most = self.by_source.values().max().copied();
        let oldest = self.held.iter().find(|(_, held)| self.by_source.get(&held.source).copied() == most);
        let early = oldest.filter(|(_, held)| time.is_some_and(|time| held.since <= time));
        if let Some(number) = early.map(|(number, _)| *number) {
            self.remove(number);
        }
    }

    /// Ends the newest of the source that has the most once the newcomer is counted.
    fn end_newest_of_the_largest(&mut self, newcomer: IpAddr) {
        let counted = |source: IpAddr, count: usize| count + usize::from(source == newcomer);
        let most = self.by_source.iter().map(|(source, count)| counted(*source, *count)).max();
        let of = |source| self.by_source.get(&source).map(|count| counted(source, *count));
        let newest = self.held.iter().rev().find(|(_, held)| of(held.source) == most);
        if let Some(number) = newest.map(|(number, _)| *number) {
            self.remove(number);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.table().pool(self.step).remove(self.number);
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
mod tests;
