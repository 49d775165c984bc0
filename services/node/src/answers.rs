//! Answers of streams: one that waits, and one that the transport has taken. A caller that does not read holds these two
//! and nothing more, and all callers together hold no more than a budget in bytes.
//!
//! Owns the budget, its shares and the way from whoever makes answers to the transport. It must not know what they say.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};

use futures_util::Stream;
use parking_lot::Mutex;
use prost::Message;
use rogatory_domain::limits::MESSAGE_BYTES;
use rogatory_tls::{PeerIdentity, Role};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tonic::Status;

use crate::casework::rejected;
use crate::desk::Rejection;

/// Bytes of one answer, encoded; a single item that is larger travels alone.
pub(crate) const ANSWER_BYTES_MAX: usize = 1 << 20;

/// Bytes that an answer may have at most: the largest message with what is said about it. Clients take 4 MiB unless they
/// are told otherwise.
pub(crate) const LARGEST_ANSWER_BYTES: usize = MESSAGE_BYTES + (64 << 10);

const _: () = assert!(ANSWER_BYTES_MAX <= LARGEST_ANSWER_BYTES && LARGEST_ANSWER_BYTES < 4 << 20);

/// Bytes that answers of all clients of one role hold at once. Beyond it the next answer waits.
const ROLE_BYTES: usize = 48 << 20;

/// Bytes that answers of one certificate's holder hold at once.
const SHARE_BYTES: usize = 16 << 20;

/// The unit in which bytes are counted: what is smaller counts as one.
const UNIT_BYTES: usize = 1 << 10;

/// What answers may hold.
pub(crate) struct Budget {
    roles: [(Role, Arc<Semaphore>); 4],
    shares: Mutex<HashMap<String, Weak<Semaphore>>>,
}

impl Default for Budget {
    fn default() -> Self {
        let of = |role| (role, Arc::new(Semaphore::new(ROLE_BYTES / UNIT_BYTES)));
        let roles = [Role::CaseSystem, Role::Operator, Role::Auditor, Role::Node].map(of);
        Self { roles, shares: Mutex::default() }
    }
}

impl Budget {
    /// The share of a caller; its connections and streams have it together.
    pub(crate) fn share(&self, identity: &PeerIdentity) -> Share {
        let mut shares = self.shares.lock();
        let own = shares.get(&identity.spiffe_id).and_then(Weak::upgrade).unwrap_or_else(|| {
            shares.retain(|_, share| share.strong_count() > 0);
            let own = Arc::new(Semaphore::new(SHARE_BYTES / UNIT_BYTES));
            shares.insert(identity.spiffe_id.clone(), Arc::downgrade(&own));
            own
        });
        let role = self.roles.iter().find(|(role, _)| *role == identity.role).unwrap_or(&self.roles[0]);
        Share { own, role: role.1.clone() }
    }
}

/// A caller's share of the budget, within its role's.
#[derive(Clone)]
pub(crate) struct Share {
    own: Arc<Semaphore>,
    role: Arc<Semaphore>,
}

impl Share {
    /// Waits until so many bytes may be held, in the order of asking.
    async fn take(&self, bytes: usize) -> Option<Held> {
        let units = units(bytes);
        // The share first: whoever has used up its own waits there, and holds nothing of the others'.
        let own = self.own.clone().acquire_many_owned(units).await.ok()?;
        let role = self.role.clone().acquire_many_owned(units).await.ok()?;
        Some(Held { own, role })
    }
}

/// Bytes of the budget; given back on drop.
struct Held {
    own: OwnedSemaphorePermit,
    role: OwnedSemaphorePermit,
}

impl Held {
    /// Gives back what is not needed.
    fn shrink(&mut self, bytes: usize) {
        for permit in [&mut self.own, &mut self.role] {
            let spare = permit.num_permits().saturating_sub(units(bytes) as usize);
            drop(permit.split(spare));
        }
    }
}

fn units(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT_BYTES).max(1)).unwrap_or(u32::MAX)
}

type Waiting<T> = (Result<T, Status>, Option<Held>);

/// Where answers of one stream are put.
pub(crate) struct Answers<T> {
    out: mpsc::Sender<Waiting<T>>,
    share: Share,
}

impl<T> Clone for Answers<T> {
    fn clone(&self) -> Self {
        Self { out: self.out.clone(), share: self.share.clone() }
    }
}

/// Room for one answer of any size.
pub(crate) struct Room<T> {
    place: mpsc::OwnedPermit<Waiting<T>>,
    held: Held,
}

impl<T: Message> Answers<T> {
    /// Waits until the answer before was taken and the budget has room; `None` when the caller is gone. An answer is
    /// made only then.
    pub(crate) async fn room(self) -> Option<Room<T>> {
        let place = self.out.reserve_owned().await.ok()?;
        Some(Room { place, held: self.share.take(LARGEST_ANSWER_BYTES).await? })
    }

    /// Completes when the caller is gone.
    pub(crate) async fn closed(&self) {
        self.out.closed().await;
    }
}

impl<T: Message> Room<T> {
    /// Sends the answer.
    pub(crate) fn send(mut self, answer: T) {
        self.held.shrink(answer.encoded_len());
        self.place.send((Ok(answer), Some(self.held)));
    }
}

/// Answers as the transport takes them.
pub(crate) struct Taken<T> {
    waiting: mpsc::Receiver<Waiting<T>>,
    /// What the transport took last, until it comes for more.
    taken: Option<Held>,
}

impl<T> Stream for Taken<T> {
    type Item = Result<T, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.taken = None;
        self.waiting.poll_recv(cx).map(|next| {
            let (answer, held) = next?;
            self.taken = held;
            Some(answer)
        })
    }
}

/// A stream whose answers a task makes; a rejection of the task ends it.
pub(crate) fn answered<T, F>(share: Share, make: impl FnOnce(Answers<T>) -> F) -> Taken<T>
where
    T: Message + 'static,
    F: Future<Output = Result<(), Rejection>> + Send + 'static,
{
    let (out, waiting) = mpsc::channel(1);
    let making = make(Answers { out: out.clone(), share });
    tokio::spawn(async move {
        if let Err(rejection) = making.await {
            let _ = out.send((Err(rejected(rejection)), None)).await;
        }
    });
    Taken { waiting, taken: None }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt as _, StreamExt as _};

    use super::*;

    fn share(own: usize, role: usize) -> Share {
        let of = |bytes| Arc::new(Semaphore::new(bytes / UNIT_BYTES));
        Share { own: of(own), role: of(role) }
    }

    #[tokio::test]
    async fn the_next_answer_has_room_only_once_the_one_before_was_taken() {
        let (out, waiting) = mpsc::channel(1);
        let answers = Answers::<String> { out, share: share(8 << 20, 8 << 20) };
        let mut taken = Taken { waiting, taken: None };
        answers.clone().room().await.unwrap().send("first".to_owned());
        assert!(answers.clone().room().now_or_never().is_none(), "one waits");
        assert_eq!(taken.next().await.unwrap().unwrap(), "first");
        assert!(answers.clone().room().now_or_never().is_some());
    }

    #[tokio::test]
    async fn what_the_transport_took_counts_until_it_comes_for_more() {
        let share = share(8 << 20, LARGEST_ANSWER_BYTES + UNIT_BYTES);
        let (out, waiting) = mpsc::channel(1);
        let answers = Answers::<String> { out, share: share.clone() };
        let mut taken = Taken { waiting, taken: None };
        let spare = |share: &Share| share.role.available_permits() * UNIT_BYTES;
        let all = spare(&share);
        answers.clone().room().await.unwrap().send("x".repeat(10 << 10));
        assert!((all - 12 * UNIT_BYTES..all).contains(&spare(&share)), "only what it needs");
        taken.next().await.unwrap().unwrap();
        assert!(spare(&share) < all, "the transport holds it");
        assert!(answers.clone().room().now_or_never().is_none(), "another reader waits for it");
        assert!(taken.next().now_or_never().is_none());
        assert_eq!(spare(&share), all);
    }
}
