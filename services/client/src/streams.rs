//! The halves of a submission stream: what is sent goes out in batches under back-pressure, what comes is read in batches.
//! It must not keep anything: what a node confirmed is the caller's to store.

use rogatory_wire::pb::casework::v1 as pb;
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Streaming;

use crate::Problem;

/// Batches that wait to be sent before [`Submitter::send`] waits.
const BATCHES_WAITING_COUNT: usize = 16;

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

/// The receiving half of a stream.
#[derive(Debug)]
pub struct Batches<T>(Streaming<T>);

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
