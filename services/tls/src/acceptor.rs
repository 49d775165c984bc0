//! The serving side: accepts connections, bounds what strangers can hold open, and yields authenticated
//! streams for `serve_with_incoming`. A reload counts for new connections; those that stand go on until the
//! server's connection age closes them.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::{AbortHandle, JoinSet};
use tokio_rustls::{TlsAcceptor, TlsStream};
use tokio_stream::Stream;

use crate::config::{Clock, ConfigError, Credentials, server_config};
use crate::gate::SourceGate;
use crate::refusal::{HandshakeRefusal, RefusalObserver};
use crate::stream::PeerStream;
use crate::trust::Trust;

/// Handshakes under way at once; further connections wait in the kernel's backlog.
pub const HALF_OPEN_LIMIT: usize = 256;

/// Longest a handshake may take.
pub const HANDSHAKE_LIMIT: Duration = Duration::from_secs(5);

/// Authenticated connections waiting to be served.
pub const READY_LIMIT: usize = 16;

/// Pause after the listener failed, so that an exhausted process does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A node's TLS side: the configuration in force, and the way to replace it.
pub struct TlsServer {
    config: ArcSwap<ServerConfig>,
    clock: Clock,
}

impl TlsServer {
    /// Builds and tries the configuration.
    pub fn new(own: &Credentials, trust: &Trust, clock: Clock) -> Result<Arc<Self>, ConfigError> {
        let config = ArcSwap::from(server_config(own, trust, &clock)?);
        Ok(Arc::new(Self { config, clock }))
    }

    /// Replaces certificate, roots and revocation lists together; on an error the old ones stay.
    pub fn reload(&self, own: &Credentials, trust: &Trust) -> Result<(), ConfigError> {
        self.config.store(server_config(own, trust, &self.clock)?);
        Ok(())
    }

    /// Authenticates one connection within [`HANDSHAKE_LIMIT`].
    pub async fn handshake<Io: AsyncRead + AsyncWrite + Unpin>(
        &self,
        io: Io,
        remote: SocketAddr,
    ) -> Result<PeerStream<Io>, HandshakeRefusal> {
        let acceptor = TlsAcceptor::from(self.config.load_full());
        let tls = tokio::time::timeout(HANDSHAKE_LIMIT, acceptor.accept(io))
            .await
            .map_err(|_| HandshakeRefusal::TimedOut)?
            .map_err(|error| HandshakeRefusal::of_io(&error))?;
        PeerStream::new(TlsStream::Server(tls), remote)
    }

    /// Accepts from `listener` until the returned stream is dropped.
    pub fn serve(self: &Arc<Self>, listener: TcpListener, observer: Arc<dyn RefusalObserver>) -> PeerStreams {
        let (sender, ready) = mpsc::channel(READY_LIMIT);
        let accepting = tokio::spawn(accept(self.clone(), listener, observer, sender)).abort_handle();
        PeerStreams { ready, accepting }
    }
}

impl std::fmt::Debug for TlsServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TlsServer").finish_non_exhaustive()
    }
}

/// Authenticated connections in the order their handshakes ended. Dropping it stops accepting and ends the
/// handshakes under way.
#[derive(Debug)]
pub struct PeerStreams {
    ready: mpsc::Receiver<PeerStream>,
    accepting: AbortHandle,
}

impl Stream for PeerStreams {
    type Item = io::Result<PeerStream>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.ready.poll_recv(cx).map(|peer| peer.map(Ok))
    }
}

impl Drop for PeerStreams {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(
    server: Arc<TlsServer>,
    listener: TcpListener,
    observer: Arc<dyn RefusalObserver>,
    ready: mpsc::Sender<PeerStream>,
) {
    let half_open = Arc::new(Semaphore::new(HALF_OPEN_LIMIT));
    let gate = SourceGate::default();
    // Owned by this task, so that ending it ends them.
    let mut handshakes = JoinSet::new();
    loop {
        let slot = half_open.clone().acquire_owned().await.expect("the semaphore is never closed");
        let (tcp, remote) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "could not accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        while handshakes.try_join_next().is_some() {}
        let Some(pass) = gate.enter(remote.ip()) else {
            observer.refused(remote.ip(), HandshakeRefusal::SourceBusy);
            continue;
        };
        let (server, observer, ready) = (server.clone(), observer.clone(), ready.clone());
        handshakes.spawn(async move {
            match serve_one(&server, tcp, remote).await {
                // The places are held until the connection is handed over: a server that lags accepts no more.
                Ok(peer) => drop(ready.send(peer).await),
                Err(reason) => observer.refused(remote.ip(), reason),
            }
            drop((slot, pass));
        });
    }
}

async fn serve_one(
    server: &TlsServer,
    tcp: TcpStream,
    remote: SocketAddr,
) -> Result<PeerStream, HandshakeRefusal> {
    // Receipts are small and answers wait for them; Nagle would hold them back.
    tcp.set_nodelay(true).map_err(|_| HandshakeRefusal::Broken)?;
    server.handshake(tcp, remote).await
}
