//! How fast a holder's connections are read: whoever is turned away again and again is read later, so that refusals cost
//! the node a bounded share of its processor, however fast calls are made and over however many connections.
//!
//! It must not know why a call was turned away. Nothing is lost by a pause: what was sent waits in the sender's own window.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::holder::Holder;

/// Time that one call turned away costs its holder once the first ones are used up: 256 a second go on without a pause.
const EACH: Duration = Duration::from_micros(3_906);

/// Calls turned away at once, after a quiet time, that cost nothing: an honest client that meets its limits sends so many.
const FREE_COUNT: u32 = 1_024;

/// Longest pause. A connection that answers no ping for as long is closed by the transport, and what was sent is forgotten.
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// One holder's restraint, shared by all its connections.
#[derive(Debug)]
pub(crate) struct Restraint {
    /// When everything that was turned away so far is paid for.
    paid: Mutex<Instant>,
}

impl Restraint {
    fn new() -> Self {
        Self { paid: Mutex::new(Instant::now()) }
    }

    /// A call was turned away.
    pub(crate) fn turned_away(&self) {
        let mut paid = self.paid.lock();
        let now = Instant::now();
        // What was saved up in a quiet time is bounded, and so is what is owed.
        let saved_since = now.checked_sub(EACH * FREE_COUNT).unwrap_or(now);
        *paid = ((*paid).max(saved_since) + EACH).min(now + PAUSE_MAX);
    }

    /// Until when nothing is to be read, if that is in the future.
    fn pause(&self) -> Option<Instant> {
        let paid = *self.paid.lock();
        (paid > Instant::now()).then_some(paid)
    }
}

/// The restraints of all holders with a connection.
#[derive(Debug, Default)]
pub(super) struct Restraints(Mutex<HashMap<Holder, Weak<Restraint>>>);

impl Restraints {
    /// The restraint of a holder. It outlives each of the holder's connections and ends with the last.
    pub(super) fn of(&self, holder: Holder) -> Arc<Restraint> {
        let mut all = self.0.lock();
        if let Some(restraint) = all.get(&holder).and_then(Weak::upgrade) {
            return restraint;
        }
        all.retain(|_, restraint| restraint.strong_count() > 0);
        let restraint = Arc::new(Restraint::new());
        all.insert(holder, Arc::downgrade(&restraint));
        restraint
    }
}

/// One connection's wait for its holder's restraint.
#[derive(Debug, Default)]
pub(super) struct Pause(Option<Pin<Box<Sleep>>>);

impl Pause {
    /// Ready when the connection may be read.
    pub(super) fn poll(&mut self, restraint: &Restraint, cx: &mut Context<'_>) -> Poll<()> {
        while let Some(until) = restraint.pause() {
            let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(until)));
            if sleep.deadline() != until {
                sleep.as_mut().reset(until);
            }
            std::task::ready!(sleep.as_mut().poll(cx));
        }
        self.0 = None;
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use futures_util::FutureExt as _;

    use super::*;

    fn owes(restraint: &Restraint) -> Option<Duration> {
        restraint.pause().map(|until| until - Instant::now())
    }

    #[tokio::test(start_paused = true)]
    async fn what_an_honest_client_is_refused_costs_it_nothing() {
        let restraint = Restraint::new();
        tokio::time::advance(Duration::from_secs(60)).await;
        for _ in 0..60 {
            (0..250).for_each(|_| restraint.turned_away());
            assert_eq!(owes(&restraint), None);
            tokio::time::advance(Duration::from_secs(1)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_of_refused_calls_is_read_at_the_pace_of_what_it_owes() {
        let restraint = Restraint::new();
        let mut pause = Pause::default();
        let began = Instant::now();
        // Each look at the connection brings a thousand calls, as many as fit the transport's buffer.
        for _ in 0..100 {
            poll_fn(|cx| pause.poll(&restraint, cx)).await;
            (0..1_000).for_each(|_| restraint.turned_away());
        }
        let a_second = 100_000.0 / began.elapsed().as_secs_f64();
        assert!(a_second < 300.0, "{a_second} a second");
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_ends_however_much_was_turned_away() {
        let restraint = Restraint::new();
        (0..1_000_000).for_each(|_| restraint.turned_away());
        assert_eq!(owes(&restraint), Some(PAUSE_MAX));
        assert!(poll_fn(|cx| Pause::default().poll(&restraint, cx)).now_or_never().is_none());
        let mut pause = Pause::default();
        poll_fn(|cx| pause.poll(&restraint, cx)).await;
    }

    #[test]
    fn connections_of_one_holder_have_one_restraint_and_others_have_theirs() {
        let restraints = Restraints::default();
        let own = |name: &str| Holder::Own(name.to_owned());
        let first = restraints.of(own("a"));
        assert!(Arc::ptr_eq(&first, &restraints.of(own("a"))));
        assert!(!Arc::ptr_eq(&first, &restraints.of(own("b"))));
        drop(first);
        let _ = restraints.of(own("c"));
        assert_eq!(restraints.0.lock().len(), 1, "whoever is gone is forgotten");
    }
}
