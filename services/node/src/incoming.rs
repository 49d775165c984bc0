//! Connections on their way from the TLS room to tonic: who stands at the other end, how many may stand, and the
//! count of those turned away.
//!
//! It must not decide what a caller may do, and it writes no record: it hands out summaries.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use futures_util::Stream;
use metrics::{counter, gauge};
use rogatory_tls::{PeerChain, PeerIdentity, PeerStream, PeerStreams, Trust};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;
use tonic::transport::server::Connected;

use crate::config::Limits;
use crate::metrics_names::{CONNECTIONS, CONNECTIONS_CLOSED, HANDSHAKES};

mod turnstile;

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
    chain: PeerChain,
    /// Edition of the roots under which the chain was last judged.
    judged: Arc<AtomicU64>,
}

impl Connection {
    fn of(stream: &PeerStream, edition: u64) -> Self {
        Self {
            identity: stream.identity(),
            remote: stream.remote(),
            since: Instant::now(),
            chain: stream.peer_chain(),
            judged: Arc::new(AtomicU64::new(edition)),
        }
    }

    /// Judges the connection again if the roots have a newer edition than the one it was judged under.
    pub(crate) fn stands(&self, roots: &Roots, now: jiff::Timestamp) -> bool {
        let edition = roots.edition();
        if self.judged.load(Ordering::Acquire) == edition {
            return true;
        }
        let stands = roots.vouch_for(&self.chain, now);
        if stands {
            self.judged.store(edition, Ordering::Release);
        }
        stands
    }
}

/// The roots in force, so that a connection that outlives them is judged again.
#[derive(Debug, Default)]
pub struct Roots {
    edition: AtomicU64,
    trust: Mutex<Option<Trust>>,
}

impl Roots {
    /// Takes newer roots into force for connections that stand; new ones are the TLS server's.
    pub fn renew(&self, trust: Trust) {
        *self.trust.lock().unwrap_or_else(PoisonError::into_inner) = Some(trust);
        self.edition.fetch_add(1, Ordering::AcqRel);
    }

    fn edition(&self) -> u64 {
        self.edition.load(Ordering::Acquire)
    }

    fn vouch_for(&self, chain: &PeerChain, now: jiff::Timestamp) -> bool {
        let trust = self.trust.lock().unwrap_or_else(PoisonError::into_inner).clone();
        trust.is_none_or(|trust| trust.vouches_for(chain, now).is_ok())
    }
}

/// Authenticated connections, within their limits, for `serve_with_incoming`.
#[derive(Debug)]
pub struct Incoming {
    streams: PeerStreams,
    places: Arc<Places>,
    roots: Arc<Roots>,
}

impl Incoming {
    /// Connections of one listener.
    #[must_use]
    pub fn new(streams: PeerStreams, limits: &Limits, roots: Arc<Roots>) -> Self {
        let places = Places {
            total_max: limits.connections,
            each_max: limits.connections_per_identity,
            taken: Mutex::default(),
        };
        Self { streams, places: Arc::new(places), roots }
    }
}

impl Stream for Incoming {
    type Item = io::Result<NodeStream>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let stream = match Pin::new(&mut self.streams).poll_next(cx) {
                Poll::Ready(Some(Ok(stream))) => stream,
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            };
            let connection = Connection::of(&stream, self.roots.edition());
            if let Some(place) = Place::take(&self.places, &connection.identity.spiffe_id) {
                counter!(HANDSHAKES, "key_exchange" => stream.key_exchange().as_str()).increment(1);
                return Poll::Ready(Some(Ok(NodeStream { stream, connection, _place: place })));
            }
            counter!(CONNECTIONS_CLOSED).increment(1);
        }
    }
}

/// How many connections stand, in all and by name; at most one entry a connection.
#[derive(Debug)]
struct Places {
    total_max: usize,
    each_max: usize,
    taken: Mutex<HashMap<String, usize>>,
}

/// One connection's place; given back on drop.
#[derive(Debug)]
struct Place {
    places: Arc<Places>,
    name: String,
}

impl Place {
    fn take(places: &Arc<Places>, name: &str) -> Option<Self> {
        let mut taken = places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let (all, own) = (taken.values().sum::<usize>(), taken.get(name).copied().unwrap_or(0));
        if all >= places.total_max || own >= places.each_max {
            return None;
        }
        taken.insert(name.to_owned(), own + 1);
        gauge!(CONNECTIONS).increment(1);
        Some(Self { places: places.clone(), name: name.to_owned() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.name) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.name);
            }
        }
        gauge!(CONNECTIONS).decrement(1);
    }
}

/// A connection as tonic serves it.
#[derive(Debug)]
pub struct NodeStream {
    stream: PeerStream,
    connection: Connection,
    _place: Place,
}

impl Connected for NodeStream {
    type ConnectInfo = Connection;

    fn connect_info(&self) -> Connection {
        self.connection.clone()
    }
}

impl AsyncRead for NodeStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for NodeStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_has_its_share_of_places_and_all_have_the_total() {
        let places = Arc::new(Places { total_max: 3, each_max: 2, taken: Mutex::default() });
        let held = [Place::take(&places, "a").unwrap(), Place::take(&places, "a").unwrap()];
        assert!(Place::take(&places, "a").is_none(), "its share is taken");
        let other = Place::take(&places, "b").unwrap();
        assert!(Place::take(&places, "c").is_none(), "all are taken");
        drop((held, other));
        assert!(places.taken.lock().unwrap().is_empty());
    }
}
