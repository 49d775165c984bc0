//! Turns at what is done one after the other: reading on through every referral, a step each, and typesetting a form.
//!
//! Owns whose turn it is: holders of certificates take turns, and what one of them asks for waits behind what it asked for before, so
//! that however much one asks, another waits for no more than what is under way. It must not know what is done.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use tokio::sync::{Mutex as Queue, OwnedMutexGuard};

use crate::holder::Holder;

/// Holders behind whose number those are looked for that nobody waits for any more.
const HOLDERS_COUNT: usize = 64;

/// Who waits, in order: in one queue for everybody stands at most one of each holder, and the others of it in a queue of its own.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    everybody: Arc<Queue<()>>,
    holders: Mutex<HashMap<Holder, Weak<Queue<()>>>>,
}

/// A turn; it ends on drop.
#[derive(Debug)]
pub(crate) struct Turn {
    // In this order: the next of the holder joins the queue behind everybody who stands there already.
    _everybody: OwnedMutexGuard<()>,
    _of_holder: OwnedMutexGuard<()>,
}

impl Turns {
    /// Waits for a turn of a holder.
    pub(crate) async fn turn(&self, holder: Holder) -> Turn {
        let of_holder = self.queue_of(holder).lock_owned().await;
        let everybody = self.everybody.clone().lock_owned().await;
        Turn { _everybody: everybody, _of_holder: of_holder }
    }

    fn queue_of(&self, holder: Holder) -> Arc<Queue<()>> {
        let mut holders = self.holders.lock();
        if holders.len() > HOLDERS_COUNT {
            holders.retain(|_, queue| queue.strong_count() > 0);
        }
        if let Some(queue) = holders.get(&holder).and_then(Weak::upgrade) {
            return queue;
        }
        let queue = Arc::new(Queue::default());
        holders.insert(holder, Arc::downgrade(&queue));
        queue
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn holder(name: &str) -> Holder {
        Holder::Own(name.to_owned())
    }

    #[test]
    fn however_much_one_holder_asks_for_another_waits_for_no_more_than_what_is_under_way() {
        let turns = Turns::default();
        let first = turns.turn(holder("busy")).now_or_never().unwrap();
        let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(turns.turn(holder("busy")))).collect();
        let mut other = Box::pin(turns.turn(holder("other")));
        assert!(waiting.iter_mut().all(|turn| turn.as_mut().now_or_never().is_none()));
        assert!(other.as_mut().now_or_never().is_none());
        drop(first);
        assert!(waiting[0].as_mut().now_or_never().is_none(), "its next turn comes behind the other's");
        let turn = other.as_mut().now_or_never();
        assert!(turn.is_some());
        drop(turn);
        assert!(waiting[0].as_mut().now_or_never().is_some());
    }
}
