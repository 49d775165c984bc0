//! The halves of a submission stream, which outlives its connections: what goes out is kept, in bounds, until the node has
//! answered it, and is sent again, under the same ids and in the same order, after a loss.
//!
//! It must not keep anything beyond the process: what a node confirmed is the caller's to store.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use bytes::Bytes;
use prost::Message as _;
use rogatory_domain::refusal::Code;
use rogatory_wire::pb::casework::v1 as pb;
use rogatory_wire::pb::casework::v1::casework_client::CaseworkClient;
use rogatory_wire::pb::casework::v1::outcome::What;
use rogatory_wire::pb::casework::v1::submit_stream_request::Submission;
use tokio::sync::mpsc::OwnedPermit;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::{Stream, StreamExt as _};
use tonic::Streaming;

use crate::again::{Pauses, may_resume};
use crate::hearing::Hearing;
use crate::{Problem, fresh_id};

/// Batches that wait to be sent before [`Submitter::send`] waits.
const BATCHES_WAITING_COUNT: usize = 16;

/// Bytes of submissions without an answer before [`Submitter::send`] waits.
const UNANSWERED_BYTES: usize = 16 << 20;

/// The unit in which bytes are counted: what is smaller counts as one.
const UNIT_BYTES: usize = 1 << 8;

/// The stream is closed at the other end; its receiving half says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stream is closed")]
pub struct Closed;

type Request = pb::SubmitStreamRequest;

/// A submission that the node has not answered.
#[derive(Debug)]
struct Unanswered {
    tag: u64,
    encoded: Bytes,
    _room: OwnedSemaphorePermit,
}

/// What both halves share as long as there is one of them.
#[derive(Debug)]
struct Kept {
    unanswered: Mutex<VecDeque<Unanswered>>,
    room: Arc<Semaphore>,
}

impl Kept {
    fn unanswered(&self) -> MutexGuard<'_, VecDeque<Unanswered>> {
        self.unanswered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets what is answered, and leaves out of the batch what will be asked again: what a node that closes refused.
    fn note(&self, batch: &mut pb::SubmitStreamResponse) {
        let mut unanswered = self.unanswered();
        batch.outcomes.retain(|outcome| match &outcome.what {
            Some(What::Receipt(_)) => true,
            Some(What::Problem(problem)) if problem.code == Code::Draining.refusal().id => false,
            _ => {
                // Answers come nearly in order, so it is among the first.
                let at = unanswered.iter().position(|submission| submission.tag == outcome.tag);
                at.is_some_and(|at| unanswered.remove(at).is_some())
            }
        });
    }
}

/// The way to the node on the connection that stands.
#[derive(Clone, Debug)]
struct Way {
    batches: mpsc::Sender<Vec<Request>>,
    /// Ends when the connection is lost.
    lost: watch::Receiver<()>,
}

/// What the sending half has; when it is gone nothing more comes.
#[derive(Debug)]
struct Line {
    way: Mutex<Way>,
    kept: Arc<Kept>,
}

/// Room for a batch on one way; no permit when that way is lost.
struct Place {
    way: mpsc::Sender<Vec<Request>>,
    permit: Option<OwnedPermit<Vec<Request>>>,
}

impl Line {
    fn way(&self) -> MutexGuard<'_, Way> {
        self.way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for room on the way that stands, or for its loss.
    async fn place(&self) -> Place {
        let Way { batches, mut lost } = self.way().clone();
        let permit = tokio::select! {
            permit = batches.clone().reserve_owned() => permit.ok(),
            _ = lost.changed() => None,
        };
        Place { way: batches, permit }
    }
}

/// The sending half of a submission stream. Dropping it, with its clones, says that nothing more comes.
#[derive(Clone, Debug)]
pub struct Submitter(Arc<Line>);

impl Submitter {
    /// Queues a batch; waits while the node takes no more, or has not answered 16 MiB of what came before. So whoever
    /// sends much reads [`Outcomes`] in another task. Tags under way differ. A submission without an id gets one here,
    /// because what is sent again after a loss must be the same.
    ///
    /// # Errors
    /// [`Closed`] once the stream has ended.
    pub async fn send(&self, mut batch: Vec<Request>) -> Result<(), Closed> {
        batch.iter_mut().for_each(identify);
        let encoded: Vec<Bytes> = batch.iter().map(|request| request.encode_to_vec().into()).collect();
        let all = encoded.iter().map(units).sum::<usize>().min(UNANSWERED_BYTES / UNIT_BYTES);
        let all = u32::try_from(all).unwrap_or(u32::MAX);
        let mut room = self.0.kept.room.clone().acquire_many_owned(all).await.map_err(|_| Closed)?;
        loop {
            let place = self.0.place().await;
            // Kept and given to a way at once, so that each way carries it once, and so that a caller who stops waiting has
            // sent nothing. What is kept while there is no way goes with the next.
            let way = self.0.way();
            if !way.batches.same_channel(&place.way) {
                continue;
            }
            let kept = batch.iter().zip(encoded).filter_map(|(request, encoded)| {
                let own = room.split(units(&encoded).min(room.num_permits()))?;
                Some(Unanswered { tag: request.tag, encoded, _room: own })
            });
            self.0.kept.unanswered().extend(kept);
            if let Some(permit) = place.permit {
                permit.send(batch);
            }
            return Ok(());
        }
    }
}

/// Gives a submission an id that has none.
fn identify(request: &mut Request) {
    let id = match &mut request.submission {
        Some(Submission::Submit(submit)) => &mut submit.referral_id,
        Some(Submission::Act(act)) => &mut act.message_id,
        None => return,
    };
    if id.is_empty() {
        *id = fresh_id();
    }
}

fn units(encoded: &Bytes) -> usize {
    encoded.len().div_ceil(UNIT_BYTES).max(1)
}

/// Hears why a stream was lost, before it is opened again.
type OnLost = Box<dyn FnMut(&Problem) + Send>;

/// The receiving half of a submission stream: batches of outcomes.
pub struct Outcomes {
    client: CaseworkClient<Hearing>,
    answers: Streaming<pb::SubmitStreamResponse>,
    line: Weak<Line>,
    kept: Arc<Kept>,
    on_lost: OnLost,
    /// Dropped with the connection it belongs to.
    _stands: watch::Sender<()>,
}

impl fmt::Debug for Outcomes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcomes").finish_non_exhaustive()
    }
}

impl Drop for Outcomes {
    fn drop(&mut self) {
        self.kept.room.close();
    }
}

impl Outcomes {
    pub(crate) async fn open(client: CaseworkClient<Hearing>) -> Result<(Submitter, Self), Problem> {
        let (way, stands, requests) = way(Vec::new());
        let answers = client.clone().submit_stream(requests).await?.into_inner();
        let room = Arc::new(Semaphore::new(UNANSWERED_BYTES / UNIT_BYTES));
        let kept = Arc::new(Kept { unanswered: Mutex::default(), room });
        let line = Arc::new(Line { way: Mutex::new(way), kept: kept.clone() });
        let outcomes = Self {
            client,
            answers,
            line: Arc::downgrade(&line),
            kept,
            on_lost: Box::new(|_| ()),
            _stands: stands,
        };
        Ok((Submitter(line), outcomes))
    }

    /// Tells somebody each time the stream was lost and is opened again. Receipts of what was accepted before are not told
    /// on the new one; a watch of receipts tells all of them.
    #[must_use]
    pub fn on_lost(mut self, hear: impl FnMut(&Problem) + Send + 'static) -> Self {
        self.on_lost = Box::new(hear);
        self
    }

    /// The next batch; `None` when nothing more is sent and everything is answered and receipted. It waits while the node
    /// is away, as long as there is something that it has not answered, or may be.
    ///
    /// # Errors
    /// [`Problem`], when opening the stream again would not help; nothing more comes then.
    pub async fn next(&mut self) -> Result<Option<pb::SubmitStreamResponse>, Problem> {
        loop {
            let problem = match self.answers.message().await {
                Ok(Some(mut batch)) => {
                    self.kept.note(&mut batch);
                    if batch.outcomes.is_empty() {
                        continue;
                    }
                    return Ok(Some(batch));
                }
                Ok(None) if !self.is_needed() => return Ok(None),
                Ok(None) => Problem::lost("the node ended the stream"),
                Err(status) => Problem::from(status),
            };
            if !may_resume(&problem) || !self.is_needed() {
                self.kept.room.close();
                return Err(problem);
            }
            (self.on_lost)(&problem);
            self.reopen().await?;
        }
    }

    /// Whether there is anything left to ask.
    fn is_needed(&self) -> bool {
        self.line.strong_count() > 0 || !self.kept.unanswered().is_empty()
    }

    async fn reopen(&mut self) -> Result<(), Problem> {
        let mut pauses = Pauses::new();
        loop {
            pauses.rest().await;
            let requests = self.requests();
            match self.client.submit_stream(requests).await {
                Ok(answers) => {
                    self.answers = answers.into_inner();
                    return Ok(());
                }
                Err(status) => {
                    let problem = Problem::from(status);
                    if !may_resume(&problem) {
                        self.kept.room.close();
                        return Err(problem);
                    }
                }
            }
        }
    }

    /// The requests of a new connection: what is unanswered, then what comes.
    fn requests(&mut self) -> impl Stream<Item = Request> + Send + use<> {
        let unanswered = |kept: &Kept| kept.unanswered().iter().map(|one| one.encoded.clone()).collect();
        let Some(line) = self.line.upgrade() else {
            let (_, stands, requests) = way(unanswered(&self.kept));
            self._stands = stands;
            return requests;
        };
        let mut stood = line.way();
        let (way, stands, requests) = way(unanswered(&self.kept));
        *stood = way;
        self._stands = stands;
        requests
    }
}

/// A way to the node, what ends it, and the requests that take it; those that come again go first.
fn way(again: Vec<Bytes>) -> (Way, watch::Sender<()>, impl Stream<Item = Request> + Send + use<>) {
    let (batches, receiver) = mpsc::channel(BATCHES_WAITING_COUNT);
    let (stands, lost) = watch::channel(());
    let again = again.into_iter().filter_map(|encoded| Request::decode(encoded).ok());
    let fresh = futures_util::StreamExt::flat_map(ReceiverStream::new(receiver), tokio_stream::iter);
    (Way { batches, lost }, stands, tokio_stream::iter(again).chain(fresh))
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn request(tag: u64) -> Request {
        let consumer = "x".repeat(UNIT_BYTES);
        let assertion = Some(pb::Assertion { person: consumer, ..pb::Assertion::default() });
        let submit = pb::SubmitRequest { assertion, ..pb::SubmitRequest::default() };
        Request { tag, submission: Some(Submission::Submit(submit)) }
    }

    #[tokio::test]
    async fn what_is_not_answered_is_kept_in_bounds_and_whoever_sends_waits() {
        let room = Arc::new(Semaphore::new(4));
        let kept = Arc::new(Kept { unanswered: Mutex::default(), room });
        let (way, _stands, _requests) = way(Vec::new());
        let submitter = Submitter(Arc::new(Line { way: Mutex::new(way), kept: kept.clone() }));
        submitter.send(vec![request(1), request(2)]).await.unwrap();
        assert!(submitter.send(vec![request(3)]).now_or_never().is_none());
        let outcomes = vec![pb::Outcome { tag: 2, what: None }];
        kept.note(&mut pb::SubmitStreamResponse { outcomes });
        submitter.send(vec![request(3)]).await.unwrap();
        assert_eq!(kept.unanswered().iter().map(|one| one.tag).collect::<Vec<_>>(), [1, 3]);
        kept.room.close();
        assert_eq!(submitter.send(vec![request(4)]).await, Err(Closed));
    }
}
