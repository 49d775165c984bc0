//! SubmitStream: many messages on one call. Messages are made in this task; outcomes come back in batches.
//!
//! Owns the bound of what one stream may have under way. It must not reorder: outcomes leave as they became durable.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{Stream, StreamExt};
use parking_lot::Mutex;
use rogatory_domain::fault::Faults;
use rogatory_domain::refusal::Code;
use rogatory_engine::input::Listener;
use rogatory_engine::{Input, Outcome, OutcomeSink, Refused, Submission};
use rogatory_tls::PeerIdentity;
use rogatory_wire::pb::casework::v1::{
    self as pb, outcome::What, submit_stream_request::Submission as Asked,
};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};

use super::compose::{parse_act, parse_submit};
use super::{Caller, view};
use crate::desk::{Desk, Rejection};
use crate::fields::missing;
use crate::status::{of_transport, status_of, status_with_faults};

/// Requests taken from the transport in one turn.
const TURN_REQUESTS: usize = 64;

/// Submissions of one stream that are not on the record yet.
const UNRECORDED_COUNT_MAX: usize = 4_096;

/// Batches of outcomes that wait for the caller to read them.
const BATCHES_COUNT_MAX: usize = 1_024;

/// Outcomes in one batch.
const BATCH_OUTCOMES_MAX: usize = 512;

/// Serves one stream.
pub(super) fn serve(
    desk: Arc<Desk>,
    caller: Caller,
    requests: Streaming<pb::SubmitStreamRequest>,
) -> impl Stream<Item = Result<pb::SubmitStreamResponse, Status>> + Send + 'static {
    let (out, responses) = mpsc::channel(BATCHES_COUNT_MAX);
    let (untold, told) = oneshot::channel();
    let sink = Arc::new(StreamSink {
        out: Mutex::new(Some(out)),
        unrecorded: AtomicUsize::new(0),
        room: Notify::new(),
        _untold: untold,
    });
    tokio::spawn(read_requests(desk, caller, requests, sink, told));
    ReceiverStream::new(responses)
}

async fn read_requests(
    desk: Arc<Desk>,
    caller: Caller,
    requests: Streaming<pb::SubmitStreamRequest>,
    sink: Arc<StreamSink>,
    told: oneshot::Receiver<()>,
) {
    let mut requests = requests.ready_chunks(TURN_REQUESTS);
    let (mut closed, mut aged) = (std::pin::pin!(desk.closed()), std::pin::pin!(caller.aged()));
    let identity = caller.identity.clone();
    loop {
        let turn = tokio::select! {
            turn = requests.next() => turn,
            () = &mut aged => {
                // What was taken is answered before the stream ends, so that nothing has to be asked again.
                sink.fewer_than(1).await;
                return sink.end(Some(status_of(Code::ConnectionAged)));
            }
            () = &mut closed => return sink.end(Some(status_of(Code::Draining))),
        };
        let Some(turn) = turn else { break };
        let mut ready = Vec::with_capacity(turn.len());
        for request in turn {
            let request = match request {
                Ok(request) => request,
                Err(status) => {
                    sink.end(of_transport(&status).map(|(code, faults)| status_with_faults(code, &faults)));
                    break;
                }
            };
            let tag = request.tag;
            match request.submission {
                Some(Asked::Submit(submit)) => {
                    let listener = Listener { tag, sink: sink.clone(), receipts: true };
                    let made = parse_submit(&desk, &identity, submit)
                        .and_then(|opening| Ok(opening.seal(&desk, listener)?));
                    match made {
                        Ok(submission) => ready.push(submission),
                        Err(rejection) => sink.reject(tag, &rejection),
                    }
                }
                Some(Asked::Act(act)) => {
                    // An event needs the state its sender sees, so what was sent before it must be decided first.
                    sink.submit(&desk, std::mem::take(&mut ready)).await;
                    act_once(&desk, &identity, &sink, tag, act).await;
                }
                None => sink.reject(tag, &missing("submission")),
            }
        }
        sink.submit(&desk, ready).await;
        tokio::select! {
            () = desk.room() => {}
            () = &mut closed => return sink.end(Some(status_of(Code::Draining))),
        }
        if !sink.is_open() {
            return;
        }
    }
    // The caller sends no more. The sink stays alive in the engine until every receipt was told, or nobody listens; the
    // stream must not outlive its connection without a word.
    let sink = Arc::downgrade(&sink);
    let code = tokio::select! {
        _ = told => return,
        () = &mut closed => Code::Draining,
        () = &mut aged => Code::ConnectionAged,
    };
    if let Some(sink) = sink.upgrade() {
        sink.end(Some(status_of(code)));
    }
}

async fn act_once(
    desk: &Desk,
    identity: &PeerIdentity,
    sink: &Arc<StreamSink>,
    tag: u64,
    request: pb::ActRequest,
) {
    let made = async {
        let event = parse_act(desk, identity, request)?;
        let placed = event.place(desk).await?;
        let listener = Listener { tag, sink: sink.clone(), receipts: true };
        Ok::<_, Rejection>(event.seal(desk, placed, listener)?)
    };
    match made.await {
        Ok(submission) => sink.submit(desk, vec![submission]).await,
        Err(rejection) => sink.reject(tag, &rejection),
    }
}

/// The way back to the caller.
struct StreamSink {
    out: Mutex<Option<mpsc::Sender<Result<pb::SubmitStreamResponse, Status>>>>,
    unrecorded: AtomicUsize,
    room: Notify,
    /// Dropped with the sink, when there is nothing more to tell.
    _untold: oneshot::Sender<()>,
}

impl StreamSink {
    /// Hands submissions over once there is room for them.
    async fn submit(&self, desk: &Desk, ready: Vec<Submission>) {
        if ready.is_empty() {
            return;
        }
        self.fewer_than(UNRECORDED_COUNT_MAX).await;
        self.unrecorded.fetch_add(ready.len(), Ordering::AcqRel);
        desk.engine.send(Input::Submit(ready));
    }

    /// Waits until fewer are not on the record, or nobody listens.
    async fn fewer_than(&self, count: usize) {
        loop {
            let room = self.room.notified();
            if self.unrecorded.load(Ordering::Acquire) < count || !self.is_open() {
                return;
            }
            room.await;
        }
    }

    fn reject(&self, tag: u64, rejection: &Rejection) {
        let problem = view::problem(rejection.code, &rejection.faults);
        self.send(vec![pb::Outcome { tag, what: Some(What::Problem(problem)) }]);
    }

    /// Ends the stream; a request that is none is answered with its refusal.
    fn end(&self, refusal: Option<Status>) {
        let sender = self.out.lock().take();
        if let Some((sender, status)) = sender.zip(refusal) {
            let _ = sender.try_send(Err(status));
        }
        self.room.notify_waiters();
    }

    /// A caller that does not read loses the stream, not the messages: they are on the record.
    fn send(&self, outcomes: Vec<pb::Outcome>) {
        let mut out = self.out.lock();
        let Some(sender) = out.as_ref() else { return };
        if sender.try_send(Ok(pb::SubmitStreamResponse { outcomes })).is_err() {
            *out = None;
            self.room.notify_waiters();
        }
    }
}

impl OutcomeSink for StreamSink {
    fn deliver(&self, outcomes: Vec<(u64, Outcome)>) {
        let recorded =
            outcomes.iter().filter(|(_, outcome)| !matches!(outcome, Outcome::Receipt { .. })).count();
        if recorded > 0 {
            self.unrecorded.fetch_sub(recorded, Ordering::AcqRel);
            self.room.notify_waiters();
        }
        let mut batch = Vec::with_capacity(outcomes.len().min(BATCH_OUTCOMES_MAX));
        for (tag, outcome) in outcomes {
            batch.push(pb::Outcome { tag, what: Some(what(outcome)) });
            if batch.len() == BATCH_OUTCOMES_MAX {
                self.send(std::mem::take(&mut batch));
            }
        }
        if !batch.is_empty() {
            self.send(batch);
        }
    }

    fn is_open(&self) -> bool {
        self.out.lock().as_ref().is_some_and(|sender| !sender.is_closed())
    }
}

fn what(outcome: Outcome) -> What {
    match outcome {
        Outcome::Accepted(accepted) => What::Accepted(view::accepted(accepted)),
        Outcome::Receipt { message, recipient, position, node_time, refusal } => What::Receipt(pb::Receipt {
            message_id: message.to_string(),
            recipient: recipient.to_string(),
            position,
            node_time_unix_us: node_time.as_microsecond(),
            refusal: refusal.unwrap_or_default(),
        }),
        Outcome::Refused(Refused::Code(code)) => What::Problem(view::problem(code, &Faults::default())),
        // A stream's caller repeats under the same id.
        Outcome::Refused(Refused::Stale) => {
            What::Problem(view::problem(Code::ReferralMoved, &Faults::default()))
        }
    }
}
