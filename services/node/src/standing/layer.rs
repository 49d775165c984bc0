//! Ends every call of a connection that does not stand any more, with the code that says why: what has begun ends in
//! the middle, in both directions, and nothing new begins.
//!
//! It must not cut the connection itself, and it judges nothing but whether the connection stands.

use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::{BoxFuture, Either};
use http_body::{Body as HttpBody, Frame, SizeHint};
use rogatory_domain::refusal::Code;
use rogatory_tls::Clearance;
use tonic::Status;
use tonic::body::Body;
use tower::{Layer, Service};

use super::Registered;
use crate::incoming::Connection;
use crate::status::status_of;

/// What a connection may call that is good for nothing but looking at the state of the node.
const STATE: &[&str] =
    &["/rogatory.admin.v1.Admin/Status", "/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch"];

/// Puts the check around a service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StandingLayer;

impl<S> Layer<S> for StandingLayer {
    type Service = EndingCalls<S>;

    fn layer(&self, inner: S) -> EndingCalls<S> {
        EndingCalls { inner }
    }
}

/// A service whose calls end with their connection.
#[derive(Clone)]
pub(crate) struct EndingCalls<S> {
    inner: S,
}

type Answer = Result<http::Response<Body>, Infallible>;

impl<S> Service<http::Request<Body>> for EndingCalls<S>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Either<Either<Ready<Answer>, S::Future>, BoxFuture<'static, Answer>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let connection = request.extensions().get::<Connection>();
        let Some(registered) = connection.map(|connection| connection.registered.clone()) else {
            return Either::Left(Either::Right(self.inner.call(request)));
        };
        // That the certificate was revoked the gate says, which puts it on the record.
        if registered.verdict() == Ok(Clearance::StateOnly) && !STATE.contains(&request.uri().path()) {
            let refused = status_of(Code::RevocationUnknown).into_http();
            return Either::Left(Either::Left(ready(Ok(refused))));
        }
        let asked = registered.clone();
        let answer = self.inner.call(request.map(|body| Body::new(EndingBody::of_request(body, asked))));
        Either::Right(Box::pin(async move {
            answer.await.map(|answer| answer.map(|body| Body::new(EndingBody::of_answer(body, registered))))
        }))
    }
}

/// A body that ends when its connection does not stand any more.
struct EndingBody {
    inner: Body,
    /// Completes when the connection does not stand any more; `None` once that was said.
    ended: Option<Pin<Box<dyn Future<Output = Code> + Send>>>,
    is_answer: bool,
}

impl EndingBody {
    fn of_request(inner: Body, registered: Arc<Registered>) -> Self {
        Self { inner, ended: Some(Box::pin(async move { registered.ended().await })), is_answer: false }
    }

    fn of_answer(inner: Body, registered: Arc<Registered>) -> Self {
        Self { is_answer: true, ..Self::of_request(inner, registered) }
    }
}

impl HttpBody for EndingBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Some(ended) = &mut self.ended else { return Poll::Ready(None) };
        if let Poll::Ready(code) = ended.as_mut().poll(cx) {
            self.ended = None;
            let status = status_of(code);
            if !self.is_answer {
                return Poll::Ready(Some(Err(status)));
            }
            let mut trailers = http::HeaderMap::new();
            return Poll::Ready(Some(status.add_header(&mut trailers).map(|()| Frame::trailers(trailers))));
        }
        Pin::new(&mut self.inner).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.ended.is_none() || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
