//! The way of calls to the node, which knows why a connection was refused: TLS 1.3 has the caller believe itself connected
//! until it reads the node's alert, and HTTP/2 then says only that the connection broke.
//!
//! Owns the refusal of the connection dialled last. It must not change an answer of the node, nor call again.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use rogatory_tls::{Alert, HandshakeRefusal};
use tonic::body::Body;
use tonic::transport::Channel;
use tower::Service;

/// The alert of the connection dialled last, as whoever dials and whoever calls share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct LastDial(Arc<Mutex<Alert>>);

impl LastDial {
    /// Another connection stands in the place of the last.
    pub(crate) fn is_now(&self, alert: Alert) {
        *self.alert() = alert;
    }

    /// Why the node refused it, if it did.
    pub(crate) fn refused(&self) -> Option<HandshakeRefusal> {
        self.alert().heard()
    }

    fn alert(&self) -> MutexGuard<'_, Alert> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call failed because the node refused the connection. It did so before it read anything of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the node refused the certificate of this client: {0}")]
pub(crate) struct RefusedCertificate(pub(crate) HandshakeRefusal);

/// The channel of a connection; cheap to clone.
#[derive(Clone)]
pub(crate) struct Hearing {
    channel: Channel,
    last: LastDial,
}

impl Hearing {
    /// Calls over a channel whose dials `last` knows of.
    pub(crate) fn new(channel: Channel, last: LastDial) -> Self {
        Self { channel, last }
    }
}

impl fmt::Debug for Hearing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hearing").finish_non_exhaustive()
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Answer = Pin<Box<dyn Future<Output = Result<http::Response<Body>, Failure>> + Send>>;

impl Service<http::Request<Body>> for Hearing {
    type Response = http::Response<Body>;
    type Error = Failure;
    type Future = Answer;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.channel.poll_ready(cx).map_err(Failure::from)
    }

    fn call(&mut self, request: http::Request<Body>) -> Answer {
        let (answer, last) = (self.channel.call(request), self.last.clone());
        Box::pin(async move {
            // What fails later, within an answer, is on a connection that the node took.
            answer.await.map_err(|error| match last.refused() {
                Some(refusal) => RefusedCertificate(refusal).into(),
                None => error.into(),
            })
        })
    }
}
