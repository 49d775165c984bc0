//! The body of an answer on its way to the caller: its room is held until it has left, its deadline ends it, and an
//! end for cause has a code of the catalogue.
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
use crate::status::{status_of, typed_trailers};

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
    /// [`Code::QueueFull`] when the caller has too many bytes of answers that it does not read.
    pub(super) async fn one(
        method: &'static str,
        mut body: Body,
        call: Arc<Call>,
        room: Arc<OwnedSemaphorePermit>,
        share: &Share,
    ) -> Result<Self, Code> {
        let first = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await;
        let first = match first {
            Some(Ok(frame)) => Some(frame),
            Some(Err(_)) => return Err(Code::Internal),
            None => None,
        };
        let length = first.as_ref().and_then(Frame::data_ref).map_or(0, Bytes::len);
        let bytes = share.answer(length).ok_or(Code::QueueFull)?;
        Ok(Self { method, body, first, deadline: None, call, ended: false, _room: room, _bytes: Some(bytes) })
    }
}

impl Outflow {
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
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            return Poll::Ready(frame.map(|frame| frame.map(|frame| this.typed(frame))));
        }
        let is_over = this.deadline.as_mut().is_some_and(|deadline| deadline.as_mut().poll(cx).is_ready());
        if !is_over {
            return Poll::Pending;
        }
        this.ended = true;
        // What fed the stream notices that nobody takes from it any more.
        this.body = Body::empty();
        Poll::Ready(Some(Ok(this.ends(trailers(Code::DeadlineExceeded)))))
    }

    fn is_end_stream(&self) -> bool {
        self.first.is_none() && (self.ended || self.body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        if self.first.is_some() { SizeHint::default() } else { self.body.size_hint() }
    }
}

fn trailers(code: Code) -> HeaderMap {
    let (parts, _) = status_of(code).into_http::<Body>().into_parts();
    let mut trailers = parts.headers;
    trailers.remove(http::header::CONTENT_TYPE);
    trailers
}
