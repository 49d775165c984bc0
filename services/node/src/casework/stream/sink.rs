//! The way back of one stream of submissions: outcomes in the order in which they became durable, in batches.
//!
//! Owns what of the stream is not on the record, and what waits to be read by its caller. It must not reorder.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

use futures_util::{Stream, StreamExt as _};
use parking_lot::Mutex;
use rogatory_domain::refusal::Code;
use rogatory_engine::{Outcome, OutcomeSink, Refused};
use rogatory_wire::instant;
use rogatory_wire::pb::casework::v1::{self as pb, outcome::What};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio_stream::wrappers::UnboundedReceiverStream;
use tonic::Status;

use super::super::view;
use crate::desk::Rejection;
use crate::status::{problem_for, status_of};
use crate::unrecorded::Held;

/// Outcomes that wait for the caller to read them, about 4 MiB. A caller that lets more come together loses the stream, not
/// its messages.
const OUTCOMES_COUNT_MAX: usize = 16_384;

/// Outcomes that wait, above which no more submissions are taken.
const OUTCOMES_COUNT_MANY: usize = OUTCOMES_COUNT_MAX / 2;

/// Outcomes in one batch.
const BATCH_OUTCOMES_MAX: usize = 512;

type Batch = Result<pb::SubmitStreamResponse, Status>;

/// The way back to the caller.
pub(super) struct StreamSink {
    out: Mutex<Option<mpsc::UnboundedSender<Batch>>>,
    /// What is not on the record, in the order of submission, which is that of its outcomes.
    unrecorded: Mutex<VecDeque<Held>>,
    /// Outcomes that the caller has not read.
    unread: AtomicUsize,
    room: Notify,
    /// Dropped with the sink, when there is nothing more to tell.
    _untold: oneshot::Sender<()>,
}

/// Whoever reads; it does not keep the sink, so that the stream ends when nobody has anything to tell.
struct Reader(Weak<StreamSink>);

impl Reader {
    fn has_read(&self, outcomes: usize) {
        if let Some(sink) = self.0.upgrade() {
            sink.unread.fetch_sub(outcomes, Ordering::AcqRel);
            sink.room.notify_waiters();
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // Nobody waits any more for what nobody reads.
        self.has_read(0);
    }
}

impl StreamSink {
    /// A sink, what comes out of it, and a receiver that completes when there is nothing more to tell.
    pub(super) fn new() -> (Arc<Self>, impl Stream<Item = Batch> + Send + 'static, oneshot::Receiver<()>) {
        let (out, batches) = mpsc::unbounded_channel();
        let (untold, told) = oneshot::channel();
        let sink = Arc::new(Self {
            out: Mutex::new(Some(out)),
            unrecorded: Mutex::default(),
            unread: AtomicUsize::new(0),
            room: Notify::new(),
            _untold: untold,
        });
        let reader = Reader(Arc::downgrade(&sink));
        let responses = UnboundedReceiverStream::new(batches).inspect(move |batch| {
            reader.has_read(batch.as_ref().map_or(0, |batch| batch.outcomes.len()));
        });
        (sink, responses, told)
    }

    /// Notes what is submitted now, in this order.
    pub(super) fn submitted(&self, held: impl IntoIterator<Item = Held>) {
        self.unrecorded.lock().extend(held);
    }

    /// Waits until everything submitted is on the record, or nobody listens.
    pub(super) async fn recorded(&self) {
        self.until(|| self.unrecorded.lock().is_empty()).await;
    }

    /// Waits until the caller has read most of its outcomes, or nobody listens.
    pub(super) async fn is_read(&self) {
        self.until(|| self.unread.load(Ordering::Acquire) <= OUTCOMES_COUNT_MANY).await;
    }

    async fn until(&self, is_so: impl Fn() -> bool) {
        loop {
            let room = self.room.notified();
            if is_so() || !self.is_open() {
                return;
            }
            room.await;
        }
    }

    /// Tells that a submission was refused before anything was recorded.
    pub(super) fn reject(&self, tag: u64, rejection: &Rejection) {
        self.send(vec![pb::Outcome { tag, what: Some(What::Problem(problem_for(rejection))) }]);
    }

    /// Ends the stream; a request that is none is answered with its refusal.
    pub(super) fn end(&self, refusal: Option<Status>) {
        if let Some((sender, status)) = self.out.lock().take().zip(refusal) {
            let _ = sender.send(Err(status));
        }
        self.room.notify_waiters();
    }

    fn send(&self, outcomes: Vec<pb::Outcome>) {
        let unread = self.unread.fetch_add(outcomes.len(), Ordering::AcqRel) + outcomes.len();
        if unread > OUTCOMES_COUNT_MAX {
            return self.end(Some(status_of(Code::ReadTooSlowly)));
        }
        let mut out = self.out.lock();
        let gone =
            out.as_ref().is_some_and(|out| out.send(Ok(pb::SubmitStreamResponse { outcomes })).is_err());
        if gone {
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
            let mut unrecorded = self.unrecorded.lock();
            let recorded = recorded.min(unrecorded.len());
            unrecorded.drain(..recorded);
            self.room.notify_waiters();
        }
        let mut outcomes = outcomes.into_iter().peekable();
        while outcomes.peek().is_some() {
            let told = |(tag, outcome)| pb::Outcome { tag, what: Some(what(outcome)) };
            self.send(outcomes.by_ref().take(BATCH_OUTCOMES_MAX).map(told).collect());
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
            node_time: Some(instant::to_pb(node_time)),
            refusal: refusal.unwrap_or_default(),
        }),
        Outcome::Refused(Refused::Code(code)) => What::Problem(problem_for(&code.into())),
        // A stream's caller repeats under the same id.
        Outcome::Refused(Refused::Stale) => What::Problem(problem_for(&Code::ReferralMoved.into())),
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::FutureExt as _;

    use super::*;
    use crate::unrecorded::Unrecorded;

    fn refused(count: usize) -> Vec<(u64, Outcome)> {
        (0..count as u64).map(|tag| (tag, Outcome::Refused(Code::QueueFull.into()))).collect()
    }

    #[tokio::test]
    async fn what_is_recorded_is_given_back_and_receipts_give_back_nothing() {
        let (unrecorded, (sink, _responses, _told)) = (Unrecorded::default(), StreamSink::new());
        let share = unrecorded.share("holder");
        sink.submitted(std::iter::from_fn(|| share.try_take(1 << 20)));
        let submitted = sink.unrecorded.lock().len();
        assert!(submitted > 0);
        let receipt = Outcome::Receipt {
            message: "0190a0a0-0000-7000-8000-000000000001".parse().unwrap(),
            recipient: "nl-om".parse().unwrap(),
            position: 1,
            node_time: jiff::Timestamp::UNIX_EPOCH,
            refusal: None,
        };
        sink.deliver(vec![(0, receipt)]);
        assert!(share.try_take(1 << 20).is_none());
        sink.deliver(refused(1));
        assert!(share.try_take(1 << 20).is_some());
        assert!(sink.recorded().now_or_never().is_none());
        sink.deliver(refused(submitted - 1));
        assert!(sink.recorded().now_or_never().is_some());
    }

    #[tokio::test]
    async fn a_caller_that_does_not_read_is_asked_to_wait_and_in_the_end_loses_the_stream_with_a_code() {
        let (sink, responses, _told) = StreamSink::new();
        let mut responses = pin!(responses);
        sink.deliver(refused(OUTCOMES_COUNT_MANY + 1));
        assert!(sink.is_read().now_or_never().is_none());
        assert_eq!(responses.next().await.unwrap().unwrap().outcomes.len(), BATCH_OUTCOMES_MAX);
        assert!(sink.is_read().now_or_never().is_some());
        sink.deliver(refused(OUTCOMES_COUNT_MAX));
        assert!(!sink.is_open());
        let last = pin!(responses.filter_map(async |batch| batch.err())).next().await.unwrap();
        assert_eq!(last.metadata().get("rogatory-code").unwrap(), Code::ReadTooSlowly.refusal().id);
    }
}
