//! The body of an answer on its way to the caller: its room is held until it has left, its deadline ends it, and an
//! end for cause has a code of the catalogue. A stream leaves piece by piece, so that what the caller does not take stays
//! where it can be dropped.
//!
//! It must not make an answer; it measures one.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body as HttpBody, Frame, SizeHint};
use rogatory_domain::refusal::Code;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, Sleep, sleep_until};
use tonic::Status;
use tonic::body::Body;

use super::counted;
use super::intake::Call;
use super::share::Share;
use crate::status::{internal, status_of, typed_trailers};

/// An answer's body.
pub(super) struct Outflow {
    method: &'static str,
    body: Body,
    first: Option<Frame<Bytes>>,
    deadline: Option<Pin<Box<Sleep>>>,
    call: Arc<Call>,
    ended: bool,
    _room: Arc<OwnedSemaphorePermit>,
    _bytes: Option<OwnedSemaphorePermit>,
}

impl Outflow {
    /// An answer that is a stream: it ends at the caller's deadline at the latest.
    pub(super) fn stream(
        method: &'static str,
        body: Body,
        call: Arc<Call>,
        room: Arc<OwnedSemaphorePermit>,
        deadline: Option<Instant>,
    ) -> Self {
        let deadline = deadline.map(|at| Box::pin(sleep_until(at)));
        Self { method, body, first: None, deadline, call, ended: false, _room: room, _bytes: None }
    }

    /// An answer of one message: encoded now, since what waits for a caller to read it has to be paid for in bytes.
    ///
    /// # Errors
    /// The answer instead: [`Code::QueueFull`] when the caller has too many bytes of answers that it does not read.
    pub(super) async fn one(
        method: &'static str,
        mut body: Body,
        call: Arc<Call>,
        room: Arc<OwnedSemaphorePermit>,
        share: &Share,
    ) -> Result<Self, Box<Status>> {
        let first = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await;
        let first = match first {
            Some(Ok(frame)) => Some(frame),
            Some(Err(cause)) => return Err(Box::new(internal(&cause.message()))),
            None => None,
        };
        let length = first.as_ref().and_then(Frame::data_ref).map_or(0, Bytes::len);
        let bytes = share.answer(length).ok_or_else(|| Box::new(status_of(Code::QueueFull)))?;
        Ok(Self { method, body, first, deadline: None, call, ended: false, _room: room, _bytes: Some(bytes) })
    }
}

impl Outflow {
    /// What the transport gets of a frame now.
    fn next(&self, frame: Frame<Bytes>) -> Frame<Bytes> {
        match frame.into_data() {
            Ok(bytes) => Frame::data(self.call.unread.put(bytes)),
            Err(frame) => self.typed(frame),
        }
    }

    /// Ends the stream with a code.
    fn end(&mut self, code: Code) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        self.ended = true;
        // What fed the stream notices that nobody takes from it any more.
        self.body = Body::empty();
        Poll::Ready(Some(Ok(self.ends(trailers(code)))))
    }

    /// The end of an answer has a code wherever it is no good end.
    fn typed(&self, frame: Frame<Bytes>) -> Frame<Bytes> {
        match frame.into_trailers() {
            Err(frame) => frame,
            Ok(ending) => self.ends(match *self.call.refusal.lock() {
                Some(code) if ending.get("grpc-status").is_some_and(|status| status == "0") => trailers(code),
                _ => typed_trailers(ending),
            }),
        }
    }

    fn ends(&self, ending: HeaderMap) -> Frame<Bytes> {
        counted(self.method, &ending);
        Frame::trailers(ending)
    }
}

impl HttpBody for Outflow {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.get_mut();
        if let Some(first) = this.first.take() {
            return Poll::Ready(Some(Ok(this.typed(first))));
        }
        if this.ended {
            return Poll::Ready(None);
        }
        if let Some(code) = this.call.unread.code() {
            return this.end(code);
        }
        if let Some(piece) = this.call.unread.piece() {
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            return Poll::Ready(frame.map(|frame| frame.map(|frame| this.next(frame))));
        }
        let is_over = this.deadline.as_mut().is_some_and(|deadline| deadline.as_mut().poll(cx).is_ready());
        if is_over { this.end(Code::DeadlineExceeded) } else { Poll::Pending }
    }

    fn is_end_stream(&self) -> bool {
        self.first.is_none() && self.call.unread.is_empty() && (self.ended || self.body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        let is_whole = self.first.is_none() && self.call.unread.is_empty();
        if is_whole { self.body.size_hint() } else { SizeHint::default() }
    }
}

fn trailers(code: Code) -> HeaderMap {
    let (parts, _) = status_of(code).into_http::<Body>().into_parts();
    let mut trailers = parts.headers;
    trailers.remove(http::header::CONTENT_TYPE);
    trailers
}
