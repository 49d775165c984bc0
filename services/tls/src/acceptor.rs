//! The serving side: accepts connections, bounds what strangers can hold open, and yields authenticated streams for
//! `serve_with_incoming`.
//!
//! Handshakes run on a thread of their own, one a listener, of low priority: whatever strangers make it compute, the
//! workers that serve authenticated callers do not feel it. A reload counts for new connections; whoever holds the ones
//! that stand asks [`Trust::judge`].

use std::cell::Cell;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use arc_swap::ArcSwap;
use rustix::io::Errno;
use rustix::process::{Resource, getrlimit};
use rustls::ServerConfig;
use rustls::server::Acceptor;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_rustls::server::StartHandshake;
use tokio_rustls::{LazyConfigAcceptor, TlsStream};
use tokio_stream::Stream;

use crate::admission::{Admission, Partners};
use crate::config::{Clock, ConfigError, Credentials, server_config};
use crate::half_open::{HalfOpen, Place};
use crate::known::KnownAddresses;
use crate::path::Purpose;
use crate::refusal::{HandshakeRefusal, RefusalObserver, Refused};
use crate::socket::Socket;
use crate::stream::{Judgement, PeerStream};
use crate::trust::Trust;
use crate::verify::REFUSED_NODE;

/// Longest until a connection's first byte. An honest caller sends it with the last packet of TCP's own handshake.
pub const FIRST_BYTE_LIMIT: Duration = Duration::from_secs(1);

/// Longest a greeting may take, and as long the rest of a handshake.
pub const HANDSHAKE_LIMIT: Duration = Duration::from_secs(5);

/// Authenticated connections waiting to be served.
pub const READY_LIMIT: usize = 16;

/// Pause after the listener failed, so that an exhausted process does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Time between two lines about it.
const SAY_EVERY: Duration = Duration::from_secs(60);

/// Steps between two looks at what has come on the sockets: few enough that a caller's greeting is seen before its place is
/// another's, however fast others connect.
const EVENTS_EVERY: u32 = 16;

/// How much the thread of handshakes gives way to others: the steps of nice(2), of 19.
const NICENESS: i32 = 10;

/// A node's TLS side at one listener: the configuration in force, and the way to replace it.
pub struct TlsServer {
    in_force: ArcSwap<InForce>,
    admission: Admission,
    known: Arc<KnownAddresses>,
    clock: Clock,
}

struct InForce {
    config: Arc<ServerConfig>,
    trust: Trust,
}

impl TlsServer {
    /// Builds the configuration. Of other agencies only `partners` are let in.
    ///
    /// # Errors
    /// When certificate and key are no pair of a node. Whether the certificate still stands is another question:
    /// [`Credentials::check_as_node`].
    pub fn new(
        own: &Credentials,
        trust: &Trust,
        partners: Partners,
        known: Arc<KnownAddresses>,
        clock: Clock,
    ) -> Result<Arc<Self>, ConfigError> {
        let admission = Admission { own: own.identity().agency.clone(), partners };
        let config = server_config(own, trust, &admission, &clock)?;
        let in_force = ArcSwap::from_pointee(InForce { config, trust: trust.clone() });
        Ok(Arc::new(Self { in_force, admission, known, clock }))
    }

    /// Replaces certificate, roots and revocation lists together; on an error the old ones stay.
    ///
    /// # Errors
    /// As [`TlsServer::new`].
    pub fn reload(&self, own: &Credentials, trust: &Trust) -> Result<(), ConfigError> {
        let config = server_config(own, trust, &self.admission, &self.clock)?;
        self.in_force.store(Arc::new(InForce { config, trust: trust.clone() }));
        Ok(())
    }

    /// Authenticates one connection; its greeting and what comes after may each take [`HANDSHAKE_LIMIT`].
    ///
    /// # Errors
    /// Why it was refused.
    pub async fn handshake<Io: AsyncRead + AsyncWrite + Unpin>(
        &self,
        io: Io,
        remote: SocketAddr,
    ) -> Result<PeerStream<Io>, HandshakeRefusal> {
        let greeted = greeting(io).await?;
        self.prove(greeted, remote).await.map_err(|refused| refused.reason)
    }

    /// Lets a caller whose greeting is whole prove who it is.
    async fn prove<Io: AsyncRead + AsyncWrite + Unpin>(
        &self,
        greeted: StartHandshake<Io>,
        remote: SocketAddr,
    ) -> Result<PeerStream<Io>, Refused> {
        let in_force = self.in_force.load_full();
        let proof = async {
            let proven = in_time(greeted.into_stream(in_force.config.clone())).await;
            proven.map_err(|reason| Refused { reason, node_of: REFUSED_NODE.with(Cell::take) })
        };
        let tls = REFUSED_NODE.scope(Cell::default(), proof).await?;
        let judgement = Judgement {
            trust: in_force.trust.clone(),
            purpose: Purpose::Caller,
            admission: Some(self.admission.clone()),
            now: (self.clock)(),
        };
        Ok(PeerStream::new(TlsStream::Server(tls), remote, judgement)?)
    }

    /// Accepts from `listener` until the returned stream is dropped.
    ///
    /// # Errors
    /// When no thread can be had, or the listener cannot be waited for.
    pub fn serve(
        self: &Arc<Self>,
        listener: TcpListener,
        observer: Arc<dyn RefusalObserver>,
    ) -> io::Result<PeerStreams> {
        let (sender, ready) = mpsc::channel(READY_LIMIT);
        let (open, closed) = oneshot::channel::<()>();
        let listener = listener.into_std()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .event_interval(EVENTS_EVERY)
            .build()?;
        let server = self.clone();
        std::thread::Builder::new().name("handshakes".into()).spawn(move || {
            if let Err(error) = rustix::process::nice(NICENESS) {
                tracing::warn!(%error, "handshakes run at the priority of everything else");
            }
            runtime.block_on(async {
                tokio::select! {
                    () = accept(server, listener, observer, sender) => {}
                    _ = closed => {}
                }
            });
        })?;
        Ok(PeerStreams { ready, _open: open })
    }
}

impl fmt::Debug for TlsServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsServer").finish_non_exhaustive()
    }
}

/// Authenticated connections in the order their handshakes ended. Dropping it stops accepting and ends the
/// handshakes under way.
#[derive(Debug)]
pub struct PeerStreams {
    ready: mpsc::Receiver<PeerStream>,
    /// The thread ends when this is dropped.
    _open: oneshot::Sender<()>,
}

impl Stream for PeerStreams {
    type Item = io::Result<PeerStream>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let Some(mut peer) = std::task::ready!(self.ready.poll_recv(cx)) else {
                return Poll::Ready(None);
            };
            // From here on the workers' own driver wakes whoever waits for it.
            match peer.get_mut().attach() {
                Ok(()) => return Poll::Ready(Some(Ok(peer))),
                Err(error) => tracing::warn!(%error, "an authenticated connection was lost"),
            }
        }
    }
}

async fn accept(
    server: Arc<TlsServer>,
    listener: std::net::TcpListener,
    observer: Arc<dyn RefusalObserver>,
    ready: mpsc::Sender<PeerStream>,
) {
    let listener = match TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return tracing::error!(%error, "a listener cannot be waited for"),
    };
    let places = HalfOpen::default();
    let mut said: Option<Instant> = None;
    loop {
        let (tcp, remote) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                if said.is_none_or(|at| at.elapsed() >= SAY_EVERY) {
                    said = Some(Instant::now());
                    tracing::warn!(cause = %AcceptFault(&error), "connections cannot be accepted");
                }
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let place = places.enter(remote.ip(), server.known.contains(remote.ip()));
        let (server, observer, ready) = (server.clone(), observer.clone(), ready.clone());
        tokio::spawn(async move {
            if let Err(refused) = serve_one(&server, tcp, remote, place, &ready).await {
                observer.refused(remote.ip(), &refused);
            }
        });
        // Whoever was accepted has its turn before the next: a row of connections must not push out a caller whose greeting
        // is here and was not looked at yet.
        tokio::task::yield_now().await;
    }
}

/// Why a listener failed; want of descriptors is told with their limit, which is what has to be raised.
struct AcceptFault<'a>(&'a io::Error);

impl fmt::Display for AcceptFault<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        if self.0.raw_os_error() != Some(Errno::MFILE.raw_os_error()) {
            return Ok(());
        }
        match getrlimit(Resource::Nofile).current {
            Some(limit) => write!(f, "; EMFILE: this process may have {limit} descriptors"),
            None => f.write_str("; EMFILE"),
        }
    }
}

async fn serve_one(
    server: &TlsServer,
    tcp: TcpStream,
    remote: SocketAddr,
    mut place: Place,
    ready: &mpsc::Sender<PeerStream>,
) -> Result<(), Refused> {
    // Receipts are small and answers wait for them; Nagle would hold them back.
    tcp.set_nodelay(true).map_err(|_| HandshakeRefusal::Broken)?;
    let greeted = tokio::select! {
        greeted = greet(tcp) => greeted?,
        () = place.has_to_leave() => return Err(HandshakeRefusal::Crowded.into()),
    };
    let mut place = place.greeted().await.ok_or(HandshakeRefusal::Crowded)?;
    let mut peer = tokio::select! {
        proven = server.prove(greeted, remote) => proven?,
        () = place.has_to_leave() => return Err(HandshakeRefusal::Crowded.into()),
    };
    peer.get_mut().detach().map_err(|_| HandshakeRefusal::Broken)?;
    server.known.learn(&peer.identity().agency, remote.ip());
    // The place is held until the connection is handed over: a server that lags holds a bounded number.
    let _ = ready.send(peer).await;
    Ok(())
}

/// Waits for the whole greeting, whose first byte an honest caller sends at once.
async fn greet(tcp: TcpStream) -> Result<StartHandshake<Socket>, HandshakeRefusal> {
    tokio::time::timeout(FIRST_BYTE_LIMIT, tcp.readable())
        .await
        .map_err(|_| HandshakeRefusal::TimedOut)?
        .map_err(|_| HandshakeRefusal::Broken)?;
    greeting(Socket::Registered(tcp)).await
}

/// Reads a greeting (RFC 8446, section 4.1.2), which costs nothing but its bytes.
async fn greeting<Io: AsyncRead + AsyncWrite + Unpin>(
    io: Io,
) -> Result<StartHandshake<Io>, HandshakeRefusal> {
    in_time(LazyConfigAcceptor::new(Acceptor::default(), io)).await
}

async fn in_time<T>(step: impl Future<Output = io::Result<T>>) -> Result<T, HandshakeRefusal> {
    let done = tokio::time::timeout(HANDSHAKE_LIMIT, step).await;
    done.map_err(|_| HandshakeRefusal::TimedOut)?.map_err(|error| HandshakeRefusal::of_io(&error))
}
