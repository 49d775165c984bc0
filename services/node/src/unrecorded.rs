//! What streams of submissions have brought and is not on the record yet: bounded in bytes, for each certificate's holder
//! and for the whole node. Whoever brings more waits; nothing is refused for it.
//!
//! It must not know what is submitted.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use rogatory_domain::limits::MESSAGE_BYTES;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes for all streams of a node.
const NODE_BYTES: usize = 64 << 20;

/// Bytes for all streams of one certificate's holder.
const SHARE_BYTES: usize = 16 << 20;

/// Bytes held for each byte of a submission until it is recorded: the message as it was decoded, its sealed envelope, and
/// the record on its way to the disk.
const COPIES: usize = 4;

/// Bytes held for any submission, however small.
const SUBMISSION_BYTES: usize = 4 << 10;

/// The unit in which bytes are counted.
const UNIT_BYTES: usize = 1 << 10;

const _: () = assert!(MESSAGE_BYTES * COPIES + SUBMISSION_BYTES < SHARE_BYTES && SHARE_BYTES < NODE_BYTES);

/// The budget of a node.
pub(crate) struct Unrecorded {
    node: Arc<Semaphore>,
    shares: Mutex<HashMap<String, Weak<Semaphore>>>,
}

impl Default for Unrecorded {
    fn default() -> Self {
        Self { node: Arc::new(Semaphore::new(NODE_BYTES / UNIT_BYTES)), shares: Mutex::default() }
    }
}

impl Unrecorded {
    /// The share of a certificate's holder; all its streams have it together.
    pub(crate) fn share(&self, holder: &str) -> Share {
        let mut shares = self.shares.lock();
        let own = shares.get(holder).and_then(Weak::upgrade).unwrap_or_else(|| {
            shares.retain(|_, share| share.strong_count() > 0);
            let own = Arc::new(Semaphore::new(SHARE_BYTES / UNIT_BYTES));
            shares.insert(holder.to_owned(), Arc::downgrade(&own));
            own
        });
        Share { own, node: self.node.clone() }
    }
}

/// What one holder may have unrecorded.
pub(crate) struct Share {
    own: Arc<Semaphore>,
    node: Arc<Semaphore>,
}

/// What one submission holds until it is recorded; given back on drop.
#[derive(Debug)]
pub(crate) struct Held {
    _own: OwnedSemaphorePermit,
    _node: OwnedSemaphorePermit,
}

impl Share {
    /// Holds what a submission of so many bytes needs, if there is room for it now.
    pub(crate) fn try_take(&self, bytes: usize) -> Option<Held> {
        let units = units(bytes);
        let own = self.own.clone().try_acquire_many_owned(units).ok()?;
        Some(Held { _own: own, _node: self.node.clone().try_acquire_many_owned(units).ok()? })
    }

    /// The same once there is room, in the order of asking.
    pub(crate) async fn take(&self, bytes: usize) -> Option<Held> {
        let units = units(bytes);
        // The share first: whoever has used up its own waits there, and holds nothing of the others'.
        let own = self.own.clone().acquire_many_owned(units).await.ok()?;
        Some(Held { _own: own, _node: self.node.clone().acquire_many_owned(units).await.ok()? })
    }
}

fn units(bytes: usize) -> u32 {
    let held = bytes.saturating_mul(COPIES).saturating_add(SUBMISSION_BYTES);
    u32::try_from(held.min(SHARE_BYTES).div_ceil(UNIT_BYTES)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    const LARGE: usize = 1 << 20;

    fn held_bytes(unrecorded: &Unrecorded) -> usize {
        NODE_BYTES - unrecorded.node.available_permits() * UNIT_BYTES
    }

    #[test]
    fn streams_of_one_holder_hold_its_share_and_streams_of_all_the_budget_of_the_node() {
        let unrecorded = Unrecorded::default();
        let mut held = Vec::new();
        for holder in 0..16 {
            // Several streams each.
            for _ in 0..8 {
                let share = unrecorded.share(&format!("holder {holder}"));
                held.extend(std::iter::from_fn(|| share.try_take(LARGE)));
                held.extend(std::iter::from_fn(|| share.try_take(0)));
            }
            assert!(held_bytes(&unrecorded) <= (SHARE_BYTES * (holder + 1)).min(NODE_BYTES));
        }
        assert_eq!(held_bytes(&unrecorded), NODE_BYTES, "all of it is used, and no more");
        drop(held);
        assert_eq!(held_bytes(&unrecorded), 0);
    }

    #[test]
    fn whoever_has_used_up_its_share_waits_and_nobody_else_does() {
        let unrecorded = Unrecorded::default();
        let (greedy, other) = (unrecorded.share("greedy"), unrecorded.share("other"));
        let mut held: Vec<_> = std::iter::from_fn(|| greedy.try_take(LARGE)).collect();
        let mut waits = Box::pin(greedy.take(LARGE));
        assert!(waits.as_mut().now_or_never().is_none());
        assert!(other.try_take(LARGE).is_some());
        held.pop();
        assert!(waits.now_or_never().flatten().is_some(), "it goes on once something is recorded");
    }
}
