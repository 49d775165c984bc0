//! SubmitStream: many messages on one call. Messages are made in this task; outcomes come back in batches.
//!
//! Owns the way in of one stream, which waits while too much of it is not on the record or not read. It must not reorder.

use std::sync::Arc;

use futures_util::{FutureExt as _, Stream, StreamExt as _};
use prost::Message as _;
use rogatory_domain::instrument::Instrument;
use rogatory_domain::refusal::Code;
use rogatory_engine::input::Listener;
use rogatory_engine::{Input, OutcomeSink as _, Submission};
use rogatory_wire::pb::casework::v1::{self as pb, submit_stream_request::Submission as Asked};
use tokio::sync::oneshot;
use tonic::{Status, Streaming};

use super::Caller;
use super::compose::{parse_act, parse_submit};
use crate::desk::{Desk, Rejection};
use crate::fields::{Fields, missing};
use crate::status::{of_transport, status_of, status_with_faults};
use crate::unrecorded::{Held, Share};

mod sink;

use sink::StreamSink;

/// Requests taken from the transport in one turn.
const TURN_REQUESTS: usize = 64;

/// Serves one stream.
pub(super) fn serve(
    desk: Arc<Desk>,
    caller: Caller,
    requests: Streaming<pb::SubmitStreamRequest>,
) -> impl Stream<Item = Result<pb::SubmitStreamResponse, Status>> + Send + 'static {
    let (sink, responses, told) = StreamSink::new();
    tokio::spawn(read_requests(desk, caller, requests, sink, told));
    responses
}

async fn read_requests(
    desk: Arc<Desk>,
    caller: Caller,
    mut requests: Streaming<pb::SubmitStreamRequest>,
    sink: Arc<StreamSink>,
    told: oneshot::Receiver<()>,
) {
    let (mut closed, mut aged) = (std::pin::pin!(desk.closed()), std::pin::pin!(caller.aged()));
    let share = desk.unrecorded.share(&caller.identity.spiffe_id);
    let mut way_in = WayIn { desk: &desk, caller: &caller, sink: &sink, share, ready: Vec::new() };
    let ended = loop {
        tokio::select! {
            ended = way_in.turn(&mut requests) => match ended {
                None => {}
                Some(ended) => break ended,
            },
            () = &mut aged => break Ended::With(Code::ConnectionAged),
            () = &mut closed => break Ended::With(Code::Draining),
        }
    };
    way_in.hand_over();
    match ended {
        Ended::InOrder => {}
        Ended::Broken(status) => {
            return sink.end(of_transport(&status).map(|(code, faults)| status_with_faults(code, &faults)));
        }
        Ended::With(Code::ConnectionAged) => {
            // What was taken is answered before the stream ends, so that nothing has to be asked again.
            tokio::select! {
                () = sink.recorded() => {}
                () = &mut closed => {}
            }
            return sink.end(Some(status_of(Code::ConnectionAged)));
        }
        Ended::With(code) => return sink.end(Some(status_of(code))),
    }
    // The caller sends no more. The sink stays alive in the engine until every receipt was told, or nobody listens; the
    // stream must not outlive its connection without a word.
    drop(way_in);
    let weak = Arc::downgrade(&sink);
    drop(sink);
    let code = tokio::select! {
        _ = told => return,
        () = &mut closed => Code::Draining,
        () = &mut aged => Code::ConnectionAged,
    };
    if let Some(sink) = weak.upgrade() {
        sink.end(Some(status_of(code)));
    }
}

/// Why no more requests are read.
enum Ended {
    /// The caller has said all it wants to.
    InOrder,
    /// The transport gave an error in place of a request.
    Broken(Status),
    /// This node ends the stream.
    With(Code),
}

/// Requests on their way to the engine.
struct WayIn<'a> {
    desk: &'a Desk,
    caller: &'a Caller,
    sink: &'a Arc<StreamSink>,
    share: Share,
    /// What is made and not handed over yet, each with what it holds.
    ready: Vec<(Submission, Held)>,
}

impl WayIn<'_> {
    /// Takes the requests that are there, or the next one, once there is room for them.
    async fn turn(&mut self, requests: &mut Streaming<pb::SubmitStreamRequest>) -> Option<Ended> {
        self.sink.is_read().await;
        self.desk.room().await;
        let mut next = requests.next().await;
        loop {
            match next {
                Some(Ok(request)) => self.take(request).await,
                Some(Err(status)) => return Some(Ended::Broken(status)),
                None => return Some(Ended::InOrder),
            }
            if self.ready.len() >= TURN_REQUESTS {
                break;
            }
            match requests.next().now_or_never() {
                Some(following) => next = following,
                None => break,
            }
        }
        self.hand_over();
        (!self.sink.is_open()).then(|| Ended::Broken(Status::cancelled("nobody reads the outcomes")))
    }

    async fn take(&mut self, request: pb::SubmitStreamRequest) {
        let (tag, bytes) = (request.tag, request.encoded_len());
        let held = match self.share.try_take(bytes) {
            Some(held) => held,
            None => {
                // What waits for its company would be waited for in vain.
                self.hand_over();
                match self.share.take(bytes).await {
                    Some(held) => held,
                    None => return self.sink.reject(tag, &Code::QueueFull.into()),
                }
            }
        };
        let listener = Listener { tag, sink: self.sink.clone(), receipts: true };
        let made = match request.submission {
            Some(Asked::Submit(submit)) => self.opening(submit, listener).await,
            Some(Asked::Act(act)) => {
                // An event needs the state its sender sees, so what was sent before it must be decided first.
                self.hand_over();
                self.event(act, listener).await
            }
            None => Err(missing("submission")),
        };
        match made {
            Ok(submission) => self.ready.push((submission, held)),
            Err(rejection) => self.sink.reject(tag, &rejection),
        }
    }

    async fn opening(
        &mut self,
        submit: pb::SubmitRequest,
        listener: Listener,
    ) -> Result<Submission, Rejection> {
        fit(submit.validate_only, &submit.inform, false)?;
        let opening = match parse_submit(self.desk, &self.caller.identity, submit) {
            Ok((opening, _)) => opening,
            Err(unfit) => {
                // What it repeats may be among those that wait here.
                self.hand_over();
                unfit.on_record(self.desk).await?
            }
        };
        opening.seal(self.desk, listener)
    }

    async fn event(&self, act: pb::ActRequest, listener: Listener) -> Result<Submission, Rejection> {
        let code = act.event.as_ref().map_or("", |event| event.code.as_str());
        let passes_on = !act.pass_on_to.is_empty() || Instrument::is_passing_on(code);
        fit(act.validate_only, &act.inform, passes_on)?;
        let event = parse_act(self.desk, &self.caller.identity, act)?;
        let placed = event.place(self.desk).await?;
        event.seal(self.desk, placed, listener)
    }

    /// Hands over what is ready.
    fn hand_over(&mut self) {
        if self.ready.is_empty() {
            return;
        }
        let (submissions, held): (Vec<_>, Vec<_>) = std::mem::take(&mut self.ready).into_iter().unzip();
        self.sink.submitted(held);
        self.desk.engine.send(Input::Submit(submissions));
    }
}

/// A stream's outcomes say what is on the record of one message: a trial is not, and a notice, or the referral in which a case goes on,
/// would be a second message.
fn fit(is_trial: bool, inform: &[String], passes_on: bool) -> Result<(), Rejection> {
    let mut fields = Fields::default();
    let text = "not in a stream; ask by Submit or Act";
    if is_trial {
        fields.wrong::<()>("validate_only", "value", text);
    }
    if !inform.is_empty() {
        fields.wrong::<()>("inform", "value", text);
    }
    if passes_on {
        fields.wrong::<()>("pass_on_to", "value", text);
    }
    if is_trial || !inform.is_empty() || passes_on { Err(fields.rejection()) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
