//! The halves of the two streams: what is sent goes out in batches under back-pressure, what comes is read in batches.
//! It must not keep anything: what a node confirmed is the caller's to store.

use rogatory_wire::pb::casework::v1 as pb;
use rogatory_wire::pb::casework::v1::watch_request::Kind;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::{Stream, StreamExt};
use tonic::Streaming;

use crate::Problem;

/// Batches that wait to be sent before [`Submitter::send`] waits.
const BATCHES_WAITING_COUNT: usize = 16;
/// Most positions in one acknowledgement, as the protocol has it.
const POSITIONS_COUNT_MAX: usize = 512;

/// The stream is closed at the other end; its receiving half says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stream is closed")]
pub struct Closed;

/// The sending half of a submission stream. Dropping it says that nothing more comes.
#[derive(Clone, Debug)]
pub struct Submitter(mpsc::Sender<Vec<pb::SubmitStreamRequest>>);

impl Submitter {
    pub(crate) fn channel() -> (Self, impl Stream<Item = pb::SubmitStreamRequest> + Send + 'static) {
        let (sender, receiver) = mpsc::channel(BATCHES_WAITING_COUNT);
        let requests = futures_util::StreamExt::flat_map(ReceiverStream::new(receiver), tokio_stream::iter);
        (Self(sender), requests)
    }

    /// Queues a batch; waits while the node takes no more.
    ///
    /// # Errors
    /// [`Closed`] once the stream has ended.
    pub async fn send(&self, batch: Vec<pb::SubmitStreamRequest>) -> Result<(), Closed> {
        self.0.send(batch).await.map_err(|_| Closed)
    }
}

/// The sending half of a watch. Dropping it ends the watch.
#[derive(Clone, Debug)]
pub struct Acknowledger(mpsc::Sender<pb::WatchRequest>);

impl Acknowledger {
    /// Says that the messages at these positions are stored on the caller's side.
    ///
    /// # Errors
    /// [`Closed`] once the watch has ended.
    pub async fn acknowledge(&self, positions: &[u64]) -> Result<(), Closed> {
        for chunk in positions.chunks(POSITIONS_COUNT_MAX) {
            let acknowledge = Kind::Acknowledge(pb::Acknowledge { positions: chunk.to_vec() });
            self.0.send(pb::WatchRequest { kind: Some(acknowledge) }).await.map_err(|_| Closed)?;
        }
        Ok(())
    }
}

/// A watch's requests, the opening one first.
pub(crate) fn watching(
    start: pb::WatchStart,
) -> (Acknowledger, impl Stream<Item = pb::WatchRequest> + Send + 'static) {
    let (sender, receiver) = mpsc::channel(BATCHES_WAITING_COUNT);
    let start = pb::WatchRequest { kind: Some(Kind::Start(start)) };
    (Acknowledger(sender), tokio_stream::once(start).chain(ReceiverStream::new(receiver)))
}

/// The receiving half of a stream.
#[derive(Debug)]
pub struct Batches<T>(Streaming<T>);

/// Batches of offers and of confirmations that a hand-over is on the record.
pub type Offers = Batches<pb::WatchResponse>;
/// Batches of outcomes.
pub type Outcomes = Batches<pb::SubmitStreamResponse>;

impl<T> Batches<T> {
    pub(crate) fn new(answers: Streaming<T>) -> Self {
        Self(answers)
    }

    /// The next batch; `None` when the node has closed the stream in order.
    ///
    /// # Errors
    /// [`Problem`], after which nothing more comes.
    pub async fn next(&mut self) -> Result<Option<T>, Problem> {
        Ok(self.0.message().await?)
    }
}
