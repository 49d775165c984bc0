//! The body of a request on its way to its decoder: whole in time, within its length, paid for in bytes.
//!
//! Owns what a caller may make the node wait for and keep. It must not look into a message.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body::{Body as HttpBody, Frame};
use parking_lot::Mutex;
use rogatory_domain::Faults;
use rogatory_domain::refusal::Code;
use tokio::sync::OwnedSemaphorePermit;
use tonic::Status;
use tonic::body::Body;

use super::framing::{Framing, FramingFault};
use super::method::Method;
use super::patience::Patience;
use super::share::Share;
use crate::answers::Unread;
use crate::status::{of_transport, status_of, status_with_faults};

/// Largest message of a call; what runs the call may raise it once it knows the other end better.
#[derive(Clone, Debug, Default)]
pub(crate) struct MessageLimit(Arc<AtomicUsize>);

impl MessageLimit {
    pub(super) fn new(bytes: usize) -> Self {
        Self(Arc::new(AtomicUsize::new(bytes)))
    }

    /// Messages that begin from now on may have this many bytes.
    pub(crate) fn raise(&self, bytes: usize) {
        self.0.fetch_max(bytes, Ordering::AcqRel);
    }

    fn bytes(&self) -> usize {
        self.0.load(Ordering::Acquire)
    }
}

/// What request and answer of one call have in common.
#[derive(Default)]
pub(super) struct Call {
    /// What of the answer the caller has not taken.
    pub(super) unread: Arc<Unread>,
    /// Bytes of a message that are paid for. A call without streams keeps them until it is answered, since what was decoded
    /// lives as long; a stream gives them back when the next message is asked for.
    pub(super) paid: Mutex<Option<OwnedSemaphorePermit>>,
    /// Why the request was refused in the middle, if it was: the answer ends with it, whatever the service makes of it.
    pub(super) refusal: Mutex<Option<Code>>,
}

/// What a request's body is measured by.
pub(super) struct Terms {
    pub(super) method: Method,
    pub(super) share: Arc<Share>,
    pub(super) limit: MessageLimit,
    pub(super) call: Arc<Call>,
    /// Time a message may take to come.
    pub(super) message_time: Duration,
    /// Held as long as the body is.
    pub(super) _room: Arc<OwnedSemaphorePermit>,
}

/// A request's body.
pub(super) struct Intake {
    body: Body,
    terms: Terms,
    framing: Framing,
    patience: Patience,
    /// What came and is not paid for yet.
    unpaid: Option<(Bytes, BoxFuture<'static, Option<OwnedSemaphorePermit>>)>,
    ended: bool,
}

impl Intake {
    /// The body, measured.
    pub(super) fn new(body: Body, terms: Terms) -> Self {
        let patience = Patience::new(terms.message_time);
        Self { body, terms, framing: Framing::default(), patience, unpaid: None, ended: false }
    }

    /// Whether the caller may leave the node waiting now.
    fn may_rest(&self) -> bool {
        let method = &self.terms.method;
        method.requests_stream && method.may_rest && self.framing.begun() > 0 && self.framing.is_between()
    }

    /// Takes the next bytes, or says why not.
    fn take(&mut self, chunk: &[u8]) -> Result<(), Box<Status>> {
        self.patience.came();
        let begun = self.framing.begun();
        let read = self.framing.read(chunk, self.terms.limit.bytes());
        read.map_err(|fault| match fault {
            FramingFault::TooLarge => Box::new(status_of(Code::MessageTooLarge)),
            FramingFault::Flags => malformed("flags", "uncompressed messages only"),
        })?;
        let messages = self.framing.begun();
        if !self.terms.method.requests_stream && messages > 1 {
            return Err(malformed("one_message", "this call takes one message"));
        }
        if messages > begun && self.terms.method.requests_stream {
            self.patience.renew();
        }
        Ok(())
    }

    /// What the end of the body says of it.
    fn end(&self) -> Result<(), Box<Status>> {
        if !self.framing.is_between() {
            return Err(malformed("whole", "the message is cut short"));
        }
        if !self.terms.method.requests_stream && self.framing.begun() == 0 {
            return Err(malformed("required", "there is no message"));
        }
        Ok(())
    }

    fn fail(&mut self, status: Status) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        self.ended = true;
        self.unpaid = None;
        *self.terms.call.refusal.lock() = of_transport(&status).map(|(code, _)| code);
        Poll::Ready(Some(Err(status)))
    }

    /// Bytes that are paid for, or why they are not taken.
    fn poll_unpaid(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Some((_, payment)) = &mut self.unpaid else { return Poll::Ready(None) };
        let permit = match payment.as_mut().poll(cx) {
            Poll::Ready(Some(permit)) => permit,
            Poll::Ready(None) => return self.fail(status_of(Code::QueueFull)),
            Poll::Pending => {
                ready!(self.patience.poll_over(cx));
                return self.fail(status_of(Code::QueueFull));
            }
        };
        // It was this caller's own share that made it wait.
        self.patience.came();
        self.patience.renew();
        *self.terms.call.paid.lock() = Some(permit);
        Poll::Ready(self.unpaid.take().map(|(chunk, _)| Ok(Frame::data(chunk))))
    }
}

impl HttpBody for Intake {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.get_mut();
        if this.ended {
            return Poll::Ready(None);
        }
        if this.unpaid.is_some() {
            return this.poll_unpaid(cx);
        }
        if this.terms.method.requests_stream && this.framing.open().is_none() {
            this.terms.call.paid.lock().take();
        }
        let frame = match Pin::new(&mut this.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => frame,
            Poll::Ready(Some(Err(status))) => return this.fail(status),
            Poll::Ready(None) => {
                this.ended = true;
                return this.end().map_or_else(|status| this.fail(*status), |()| Poll::Ready(None));
            }
            Poll::Pending => {
                if !this.may_rest() {
                    ready!(this.patience.poll_over(cx));
                    return this.fail(status_of(Code::LateMessage));
                }
                return Poll::Pending;
            }
        };
        let chunk = match frame.into_data() {
            Ok(chunk) => chunk,
            Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
        };
        if let Err(status) = this.take(&chunk) {
            return this.fail(*status);
        }
        match this.framing.open() {
            Some(bytes) if this.terms.call.paid.lock().is_none() => {
                this.unpaid = Some((chunk, Box::pin(this.terms.share.receive(bytes))));
                this.poll_unpaid(cx)
            }
            _ => Poll::Ready(Some(Ok(Frame::data(chunk)))),
        }
    }
}

fn malformed(rule: &'static str, text: &str) -> Box<Status> {
    let mut faults = Faults::default();
    faults.push("", rule, "", text);
    Box::new(status_with_faults(Code::MalformedMessage, &faults))
}
