//! Connections on their way from the TLS room to tonic: who stands at the other end, how many may stand, and the
//! count of those turned away.
//!
//! It must not decide what a caller may do, and it writes no record: it hands out summaries.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::Stream;
use metrics::counter;
use rogatory_tls::{PeerIdentity, PeerStream, PeerStreams};
use tokio::time::Instant;
use tonic::transport::server::Connected;

use crate::metrics_names::{CONNECTIONS_CLOSED, HANDSHAKES};
use crate::standing::{Registered, Standing, StandingStream};

mod places;
mod turnstile;

use places::Place;
pub use places::{OWN_KEPT, Places, Shares};
pub use turnstile::{SOURCES_COUNT_MAX, SUMMARY_PERIOD, TurnedAway, Turnstile};

/// What every request of one connection carries in its extensions.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Holder of the certificate.
    pub identity: Arc<PeerIdentity>,
    /// Address of the other end.
    pub remote: SocketAddr,
    /// When it was accepted.
    pub since: Instant,
    pub(crate) registered: Arc<Registered>,
}

/// Authenticated connections, within their limits, for `serve_with_incoming`.
#[derive(Debug)]
pub struct Incoming {
    streams: PeerStreams,
    places: Arc<Places>,
    standing: Arc<Standing>,
}

impl Incoming {
    /// Connections of one listener.
    #[must_use]
    pub fn new(streams: PeerStreams, places: Places, standing: Arc<Standing>) -> Self {
        Self { streams, places: Arc::new(places), standing }
    }

    fn take_in(&self, stream: PeerStream) -> Option<AcceptedStream> {
        let identity = stream.identity();
        let place = Places::take(&self.places, &identity)?;
        counter!(HANDSHAKES, "key_exchange" => stream.key_exchange().as_str()).increment(1);
        let registered = self.standing.register(&stream);
        let (remote, since) = (stream.remote(), Instant::now());
        let connection = Connection { identity, remote, since, registered: registered.clone() };
        Some(StandingStream::new(stream, registered, Accepted { connection, _place: place }))
    }
}

impl Stream for Incoming {
    type Item = io::Result<AcceptedStream>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let stream = match std::task::ready!(Pin::new(&mut self.streams).poll_next(cx)) {
                Some(Ok(stream)) => stream,
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            };
            match self.take_in(stream) {
                Some(stream) => return Poll::Ready(Some(Ok(stream))),
                None => counter!(CONNECTIONS_CLOSED).increment(1),
            }
        }
    }
}

/// What an accepted connection holds as long as it lasts.
#[derive(Debug)]
pub struct Accepted {
    connection: Connection,
    _place: Place,
}

/// A connection as tonic serves it.
pub type AcceptedStream = StandingStream<Accepted>;

impl Connected for AcceptedStream {
    type ConnectInfo = Connection;

    fn connect_info(&self) -> Connection {
        self.held().connection.clone()
    }
}
