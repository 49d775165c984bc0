//! Pots of bytes that streams draw from, and the way out when one is empty: the stream whose caller has left its answer
//! unread for longest is ended, so that whoever reads goes on.
//!
//! It must not know what is drawn for.

use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures_util::FutureExt as _;
use parking_lot::Mutex;
use rogatory_domain::refusal::Code;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep};

use super::unread::Unread;

/// The unit in which bytes are counted: what is smaller counts as one.
pub(super) const UNIT_BYTES: usize = 1 << 10;

/// Time for which an answer may be under way while others wait for what it holds, if few do.
const UNREAD_TIME: Duration = Duration::from_secs(5);

/// The least of it, however many wait: a line that carries a megabyte in it reads.
const UNREAD_TIME_MIN: Duration = Duration::from_millis(500);

/// Time after which whoever waits looks for an answer that has been under way for too long; each look ends one stream.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Streams that may wait before each answer's time gets shorter: about as many as answers fit the share of one holder.
const TURNS_COUNT: u32 = 16;

/// Bytes that several streams share.
#[derive(Debug)]
pub(super) struct Pot {
    units: Arc<Semaphore>,
    streams: Mutex<Vec<Weak<Unread>>>,
    /// Streams that wait.
    waiting: AtomicU32,
}

/// Bytes drawn from a pot, given back on drop.
#[derive(Debug)]
pub(super) struct Drawn(OwnedSemaphorePermit);

impl Pot {
    pub(super) fn new(bytes: usize) -> Arc<Self> {
        Arc::new(Self {
            units: Arc::new(Semaphore::new(bytes / UNIT_BYTES)),
            streams: Mutex::default(),
            waiting: AtomicU32::new(0),
        })
    }

    /// Counts a stream in.
    pub(super) fn join(&self, stream: &Arc<Unread>) {
        let mut streams = self.streams.lock();
        streams.retain(|stream| stream.strong_count() > 0);
        streams.push(Arc::downgrade(stream));
    }

    /// Waits until so many bytes may be held, in the order of asking.
    pub(super) async fn draw(&self, bytes: usize) -> Option<Drawn> {
        let mut drawing = pin!(self.units.clone().acquire_many_owned(units(bytes)));
        if let Some(drawn) = drawing.as_mut().now_or_never() {
            return drawn.ok().map(Drawn);
        }
        let _waiting = Waiting::of(&self.waiting);
        loop {
            tokio::select! {
                biased;
                drawn = &mut drawing => return drawn.ok().map(Drawn),
                () = sleep(LOOK_EVERY) => self.end_longest(),
            }
        }
    }

    /// How long an answer may be under way: the less, the more streams wait for their turn, so that many which are never read
    /// cannot keep one that is from its turn for as many times five seconds.
    fn unread_time(&self) -> Duration {
        let (waiting, turns) = (self.waiting.load(Ordering::Relaxed), TURNS_COUNT);
        (UNREAD_TIME * turns / (turns + waiting)).max(UNREAD_TIME_MIN)
    }

    /// Ends the stream whose answer has been under way for longest, if that is too long.
    fn end_longest(&self) {
        let (streams, unread_time) = (self.streams.lock(), self.unread_time());
        let under_way = streams.iter().filter_map(Weak::upgrade).filter_map(|stream| {
            let since = stream.since().filter(|since| since.elapsed() >= unread_time)?;
            Some((since, stream))
        });
        let longest: Option<(Instant, Arc<Unread>)> = under_way.min_by_key(|(since, _)| *since);
        drop(streams);
        if let Some((_, stream)) = longest {
            stream.end(Code::ReadTooSlowly);
        }
    }

    #[cfg(test)]
    pub(super) fn spare_bytes(&self) -> usize {
        self.units.available_permits() * UNIT_BYTES
    }
}

/// One stream that waits, counted as long as it does.
struct Waiting<'a>(&'a AtomicU32);

impl<'a> Waiting<'a> {
    fn of(count: &'a AtomicU32) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drawn {
    /// Gives back what is not needed.
    pub(super) fn shrink(&mut self, bytes: usize) {
        let spare = self.0.num_permits().saturating_sub(units(bytes) as usize);
        drop(self.0.split(spare));
    }
}

fn units(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT_BYTES).max(1)).unwrap_or(u32::MAX)
}
