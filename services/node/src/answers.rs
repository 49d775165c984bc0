//! Answers of streams: the next one is made when the transport comes for it. A caller that does not read holds the one that
//! is under way and nothing more; all callers together hold no more than a budget in bytes; and when that is used up, the
//! stream that was left unread for longest is ended.
//!
//! Owns the budget, its shares and the way from whoever makes answers to the transport. It must not know what they say.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};

use futures_util::{FutureExt as _, Stream};
use parking_lot::Mutex;
use prost::Message;
use rogatory_domain::limits::MESSAGE_BYTES;
use rogatory_tls::{PeerIdentity, Role};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tonic::Status;

use crate::casework::rejected;
use crate::desk::{Rejection, internal};

mod pot;
mod unread;

use pot::{Drawn, Pot};
pub(crate) use unread::Unread;

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

/// What answers may hold.
pub(crate) struct Budget {
    roles: [(Role, Arc<Pot>); 4],
    shares: Mutex<HashMap<String, Weak<Pot>>>,
}

impl Default for Budget {
    fn default() -> Self {
        let roles = [Role::CaseSystem, Role::Operator, Role::Auditor, Role::Node];
        Self { roles: roles.map(|role| (role, Pot::new(ROLE_BYTES))), shares: Mutex::default() }
    }
}

impl Budget {
    /// The share that one stream draws from; the connections and streams of a certificate's holder have it together.
    pub(crate) fn share(&self, identity: &PeerIdentity, unread: &Arc<Unread>) -> Share {
        let mut shares = self.shares.lock();
        let own = shares.get(&identity.spiffe_id).and_then(Weak::upgrade).unwrap_or_else(|| {
            shares.retain(|_, share| share.strong_count() > 0);
            let own = Pot::new(SHARE_BYTES);
            shares.insert(identity.spiffe_id.clone(), Arc::downgrade(&own));
            own
        });
        let role = self.roles.iter().find(|(role, _)| *role == identity.role).unwrap_or(&self.roles[0]);
        Share::new(own, role.1.clone(), unread.clone())
    }
}

/// One stream's share of the budget, within its role's.
#[derive(Clone)]
pub(crate) struct Share {
    own: Arc<Pot>,
    role: Arc<Pot>,
    unread: Arc<Unread>,
}

impl Share {
    fn new(own: Arc<Pot>, role: Arc<Pot>, unread: Arc<Unread>) -> Self {
        own.join(&unread);
        role.join(&unread);
        Self { own, role, unread }
    }

    /// Waits until so many bytes may be held, in the order of asking.
    async fn take(&self, bytes: usize) -> Option<Held> {
        // The share first: whoever has used up its own waits there, and holds nothing of the others'.
        let own = self.own.draw(bytes).await?;
        let role = self.role.draw(bytes).await?;
        Some(Held { own, role })
    }
}

/// Bytes of the budget; given back on drop.
#[derive(Debug)]
struct Held {
    own: Drawn,
    role: Drawn,
}

impl Held {
    /// Gives back what is not needed.
    fn shrink(&mut self, bytes: usize) {
        self.own.shrink(bytes);
        self.role.shrink(bytes);
    }
}

type Made<T> = (Result<T, Status>, Option<Held>);

/// Where answers of one stream are put.
pub(crate) struct Answers<T> {
    out: mpsc::Sender<Made<T>>,
    /// One permit while the transport waits for an answer.
    wanted: Arc<Semaphore>,
    share: Share,
}

impl<T> Clone for Answers<T> {
    fn clone(&self) -> Self {
        Self { out: self.out.clone(), wanted: self.wanted.clone(), share: self.share.clone() }
    }
}

/// Room for one answer of any size. Unless one is sent, the transport goes on waiting.
pub(crate) struct Room<T> {
    out: mpsc::Sender<Made<T>>,
    wanted: OwnedSemaphorePermit,
    held: Held,
}

impl<T: Message> Answers<T> {
    /// Waits until the transport wants an answer and the budget has room; `None` when the caller is gone. An answer is
    /// made only then.
    pub(crate) async fn room(self) -> Option<Room<T>> {
        let wanted = self.wanted.acquire_owned().await.ok()?;
        let held = self.share.take(LARGEST_ANSWER_BYTES).await?;
        Some(Room { out: self.out, wanted, held })
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
        self.wanted.forget();
        let _ = self.out.try_send((Ok(answer), Some(self.held)));
    }
}

/// Answers as the transport takes them.
pub(crate) struct Taken<T> {
    made: mpsc::Receiver<Made<T>>,
    wanted: Arc<Semaphore>,
    /// Whether an answer was asked for that did not come yet.
    asked: bool,
    unread: Arc<Unread>,
}

impl<T> Taken<T> {
    fn new(share: Share) -> (Answers<T>, Self) {
        let (out, made) = mpsc::channel(1);
        let (wanted, unread) = (Arc::new(Semaphore::new(0)), share.unread.clone());
        (Answers { out, wanted: wanted.clone(), share }, Self { made, wanted, asked: false, unread })
    }
}

impl<T> Stream for Taken<T> {
    type Item = Result<T, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.unread.finish();
        if !std::mem::replace(&mut self.asked, true) {
            self.wanted.add_permits(1);
        }
        self.made.poll_recv(cx).map(|next| {
            let (answer, held) = next?;
            self.asked = false;
            if let Some(held) = held {
                self.unread.begin(held);
            }
            Some(answer)
        })
    }
}

impl<T> Drop for Taken<T> {
    fn drop(&mut self) {
        self.wanted.close();
        self.unread.finish();
    }
}

/// A stream whose answers a task makes; a rejection of the task ends it, and so does a caller that leaves it unread.
pub(crate) fn answered<T, F>(share: Share, make: impl FnOnce(Answers<T>) -> F) -> Taken<T>
where
    T: Message + 'static,
    F: Future<Output = Result<(), Rejection>> + Send + 'static,
{
    let unread = share.unread.clone();
    let (answers, taken) = Taken::new(share);
    let out = answers.out.clone();
    let making = AssertUnwindSafe(make(answers)).catch_unwind();
    tokio::spawn(async move {
        let made = tokio::select! {
            made = making => made.unwrap_or_else(|_| Err(internal("the task of a stream panicked"))),
            // The transport tells.
            () = unread.ended() => return,
        };
        if let Err(rejection) = made {
            let _ = out.send((Err(rejected(rejection)), None)).await;
        }
    });
    taken
}

#[cfg(test)]
mod tests;
