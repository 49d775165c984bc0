//! The halves of a watch, which outlives its connections: after a loss it is opened again behind what came last, and what
//! was acknowledged and not confirmed is acknowledged again.
//!
//! It must not keep anything beyond the process: what a node confirmed is the caller's to store.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use rogatory_wire::pb::casework::v1 as pb;
use rogatory_wire::pb::casework::v1::casework_client::CaseworkClient;
use rogatory_wire::pb::casework::v1::watch_request::Kind;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::{Stream, StreamExt};
use tonic::Streaming;

use crate::Problem;
use crate::again::{Pauses, may_resume};
use crate::hearing::Hearing;
use crate::streams::Closed;

/// Frames that wait to be sent before [`Acknowledger::acknowledge`] waits.
const FRAMES_WAITING_COUNT: usize = 16;
/// Most positions in one acknowledgement, as the protocol has it.
const POSITIONS_COUNT_MAX: usize = 512;

/// What both halves share while somebody may acknowledge.
#[derive(Debug)]
struct Line {
    frames: Mutex<mpsc::Sender<pb::WatchRequest>>,
    unconfirmed: Mutex<Unconfirmed>,
}

/// What was acknowledged and not confirmed yet.
#[derive(Clone, Debug, Default)]
struct Unconfirmed {
    positions: BTreeSet<u64>,
    notices_through: u64,
}

impl Unconfirmed {
    fn notice(&mut self, through: u64) {
        self.notices_through = self.notices_through.max(through);
    }
}

impl Line {
    fn unconfirmed(&self) -> std::sync::MutexGuard<'_, Unconfirmed> {
        self.unconfirmed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends on the connection that stands. One that was lost takes nothing; what is unconfirmed is said again on the next.
    async fn send(&self, positions: Vec<u64>, notices_through: u64) {
        let frames = self.frames.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let acknowledge = Kind::Acknowledge(pb::Acknowledge { positions, notices_through });
        let _ = frames.send(pb::WatchRequest { kind: Some(acknowledge) }).await;
    }

    async fn send_again(&self) {
        let unconfirmed = self.unconfirmed().clone();
        let positions: Vec<u64> = unconfirmed.positions.into_iter().collect();
        for chunk in positions.chunks(POSITIONS_COUNT_MAX) {
            self.send(chunk.to_vec(), 0).await;
        }
        if unconfirmed.notices_through > 0 {
            self.send(Vec::new(), unconfirmed.notices_through).await;
        }
    }
}

/// The sending half of a watch. Dropping it, with its clones, ends the watch.
#[derive(Clone, Debug)]
pub struct Acknowledger {
    line: Arc<Line>,
    /// Whether the receiving half is there; without it nobody would open a lost watch again.
    reads: Weak<()>,
}

impl Acknowledger {
    /// Says that the messages at these positions are stored on the caller's side.
    ///
    /// # Errors
    /// [`Closed`] once the receiving half is gone.
    pub async fn acknowledge(&self, positions: &[u64]) -> Result<(), Closed> {
        for chunk in positions.chunks(POSITIONS_COUNT_MAX) {
            self.is_read()?;
            self.line.unconfirmed().positions.extend(chunk);
            self.line.send(chunk.to_vec(), 0).await;
        }
        Ok(())
    }

    /// Says that the notice at this position, and every one before it, is stored on the caller's side.
    ///
    /// # Errors
    /// [`Closed`] once the receiving half is gone.
    pub async fn acknowledge_notices(&self, through: u64) -> Result<(), Closed> {
        self.is_read()?;
        self.line.unconfirmed().notice(through);
        self.line.send(Vec::new(), through).await;
        Ok(())
    }

    fn is_read(&self) -> Result<(), Closed> {
        if self.reads.strong_count() == 0 { Err(Closed) } else { Ok(()) }
    }
}

/// Hears why a watch was lost, before it is opened again.
type OnLost = Box<dyn FnMut(&Problem) + Send>;

/// The receiving half of a watch: offers, notices, and confirmations that a hand-over is on the record.
pub struct Offers {
    client: CaseworkClient<Hearing>,
    start: pb::WatchStart,
    answers: Streaming<pb::WatchResponse>,
    line: Weak<Line>,
    on_lost: OnLost,
    _reads: Arc<()>,
}

impl fmt::Debug for Offers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Offers").field("consumer", &self.start.consumer).finish_non_exhaustive()
    }
}

impl Offers {
    pub(crate) async fn open(
        client: CaseworkClient<Hearing>,
        start: pb::WatchStart,
    ) -> Result<(Acknowledger, Self), Problem> {
        let (frames, requests) = frames(start.clone());
        let answers = client.clone().watch(requests).await?.into_inner();
        let line = Arc::new(Line { frames: Mutex::new(frames), unconfirmed: Mutex::default() });
        let reads = Arc::new(());
        let acknowledger = Acknowledger { line: line.clone(), reads: Arc::downgrade(&reads) };
        let offers = Self {
            client,
            start,
            answers,
            line: Arc::downgrade(&line),
            on_lost: Box::new(|_| ()),
            _reads: reads,
        };
        Ok((acknowledger, offers))
    }

    /// Tells somebody each time the watch was lost and is opened again.
    #[must_use]
    pub fn on_lost(self, hear: impl FnMut(&Problem) + Send + 'static) -> Self {
        Self { on_lost: Box::new(hear), ..self }
    }

    /// The next batch; `None` once the sending half is gone. It waits while the node is away.
    ///
    /// # Errors
    /// [`Problem`], when opening it again would not help.
    pub async fn next(&mut self) -> Result<Option<pb::WatchResponse>, Problem> {
        loop {
            match self.answers.message().await {
                Ok(Some(batch)) => {
                    self.note(&batch);
                    return Ok(Some(batch));
                }
                Ok(None) => return Ok(None),
                Err(status) => {
                    let problem = Problem::from(status);
                    if !may_resume(&problem) {
                        return Err(problem);
                    }
                    (self.on_lost)(&problem);
                    if !self.reopen().await? {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// Keeps the place and forgets what is confirmed.
    fn note(&mut self, batch: &pb::WatchResponse) {
        let offered = batch.offers.iter().map(|offer| &offer.cursor);
        let cursors = offered.chain(batch.notices.iter().map(|notice| &notice.cursor)).flatten();
        if let Some(newest) = cursors.max_by_key(|cursor| cursor.position) {
            self.start.cursor = Some(newest.clone());
        }
        if let Some(line) = self.line.upgrade() {
            let mut unconfirmed = line.unconfirmed();
            for position in &batch.handed_over {
                unconfirmed.positions.remove(position);
            }
            if batch.noticed_through >= unconfirmed.notices_through {
                unconfirmed.notices_through = 0;
            }
        }
    }

    /// Opens the watch again; false when nobody may acknowledge any more.
    async fn reopen(&mut self) -> Result<bool, Problem> {
        let mut pauses = Pauses::new();
        loop {
            pauses.rest().await;
            let Some(line) = self.line.upgrade() else { return Ok(false) };
            let (frames, requests) = frames(self.start.clone());
            match self.client.watch(requests).await {
                Ok(answers) => {
                    self.answers = answers.into_inner();
                    *line.frames.lock().unwrap_or_else(PoisonError::into_inner) = frames;
                    line.send_again().await;
                    return Ok(true);
                }
                Err(status) => {
                    let problem = Problem::from(status);
                    if !may_resume(&problem) {
                        return Err(problem);
                    }
                }
            }
        }
    }
}

/// A watch's requests, the opening one first.
fn frames(
    start: pb::WatchStart,
) -> (mpsc::Sender<pb::WatchRequest>, impl Stream<Item = pb::WatchRequest> + Send + 'static) {
    let (sender, receiver) = mpsc::channel(FRAMES_WAITING_COUNT);
    let start = pb::WatchRequest { kind: Some(Kind::Start(start)) };
    (sender, tokio_stream::once(start).chain(ReceiverStream::new(receiver)))
}
