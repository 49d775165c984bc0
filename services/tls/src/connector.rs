//! The dialling side: one TCP and TLS connection to one expected node. No retry and no pooling: the link
//! driver above owns those.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use rogatory_domain::AgencyId;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::{TlsConnector, TlsStream};

use crate::config::{Clock, ConfigError, Credentials, client_config, node_verifier};
use crate::path::Purpose;
use crate::refusal::HandshakeRefusal;
use crate::socket::Socket;
use crate::spiffe::SpiffeId;
use crate::stream::{Judgement, PeerStream};
use crate::trust::Trust;

/// Longest that reaching a peer may take: name look-up, TCP and TLS together.
pub const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// Whom a connection must end at: always a node, of exactly this agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedPeer {
    agency: AgencyId,
    host: Option<String>,
    even_ended: bool,
}

impl ExpectedPeer {
    /// The agency's node, whatever host name its certificate carries.
    pub fn node(agency: AgencyId) -> Self {
        Self { agency, host: None, even_ended: false }
    }

    /// Demands that the certificate name `host` (DNS name or IP address) as well.
    #[must_use]
    pub fn named(self, host: &str) -> Self {
        Self { host: Some(host.to_owned()), ..self }
    }

    /// Accepts a certificate that has ended as well, if it stood until then: for somebody of the own agency who looks why
    /// a node is refused, and asks nothing else of it.
    #[must_use]
    pub fn even_ended(self) -> Self {
        Self { even_ended: true, ..self }
    }

    /// The agency expected.
    pub fn agency(&self) -> &AgencyId {
        &self.agency
    }
}

/// Why a peer was not reached.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The host is neither a DNS name nor an IP address.
    #[error("the host is neither a DNS name nor an IP address")]
    Host,
    /// The agency has no roots here, so nobody could prove to be it.
    #[error("no roots are known for {0}")]
    UnknownAgency(AgencyId),
    /// The host's name does not resolve.
    #[error("the host's name does not resolve")]
    Unresolved(#[source] io::Error),
    /// No TCP connection.
    #[error("the peer cannot be reached")]
    Unreachable(#[source] io::Error),
    /// Not within [`CONNECT_LIMIT`].
    #[error("{0} did not end in time")]
    TimedOut(DialStep),
    /// The handshake failed; the peer's own refusal of us may show only on the first read (TLS 1.3): see [`crate::Alert`].
    #[error("the handshake failed: {0}")]
    Handshake(#[source] HandshakeRefusal),
}

/// The steps of reaching a peer, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DialStep {
    /// Looking up the host's name.
    #[error("the look-up of the host's name")]
    Resolve,
    /// The TCP connection.
    #[error("the TCP connection")]
    Connect,
    /// The TLS handshake.
    #[error("the TLS handshake")]
    Handshake,
}

struct Dialling {
    config: ClientConfig,
    trust: Trust,
}

/// Dials nodes with the credentials in force.
pub struct Connector {
    state: ArcSwap<Dialling>,
    clock: Clock,
}

impl Connector {
    /// Builds the configuration.
    ///
    /// # Errors
    /// When certificate and key are no pair. Whether the certificate still stands is another question:
    /// [`Credentials::check_as_caller`].
    pub fn new(own: &Credentials, trust: &Trust, clock: Clock) -> Result<Arc<Self>, ConfigError> {
        let config = client_config(own, trust, &clock)?;
        let state = ArcSwap::from_pointee(Dialling { config, trust: trust.clone() });
        Ok(Arc::new(Self { state, clock }))
    }

    /// Replaces credentials and roots for connections dialled from now on; on an error the old ones stay.
    pub fn reload(&self, own: &Credentials, trust: &Trust) -> Result<(), ConfigError> {
        let config = client_config(own, trust, &self.clock)?;
        self.state.store(Arc::new(Dialling { config, trust: trust.clone() }));
        Ok(())
    }

    /// Dials `host:port` and accepts nobody but `expected` there.
    pub async fn connect(
        &self,
        host: &str,
        port: u16,
        expected: &ExpectedPeer,
    ) -> Result<PeerStream, ConnectError> {
        let mut step = DialStep::Resolve;
        let dialled = async {
            let found = lookup_host((host, port)).await.map_err(ConnectError::Unresolved)?;
            let addresses: Vec<SocketAddr> = found.collect();
            step = DialStep::Connect;
            let tcp = TcpStream::connect(&addresses[..]).await.map_err(ConnectError::Unreachable)?;
            tcp.set_nodelay(true).map_err(ConnectError::Unreachable)?;
            let remote = tcp.peer_addr().map_err(ConnectError::Unreachable)?;
            step = DialStep::Handshake;
            self.handshake(Socket::Registered(tcp), host, remote, expected).await
        };
        let dialled = tokio::time::timeout(CONNECT_LIMIT, dialled).await;
        dialled.unwrap_or(Err(ConnectError::TimedOut(step)))
    }

    /// Authenticates over a transport that stands already; sets no time limit.
    pub async fn handshake<Io: AsyncRead + AsyncWrite + Unpin>(
        &self,
        io: Io,
        host: &str,
        remote: SocketAddr,
        expected: &ExpectedPeer,
    ) -> Result<PeerStream<Io>, ConnectError> {
        let state = self.state.load_full();
        if !state.trust.knows(&expected.agency) {
            return Err(ConnectError::UnknownAgency(expected.agency.clone()));
        }
        let name = expected.host.as_deref().unwrap_or(host).to_owned();
        let name = ServerName::try_from(name).map_err(|_| ConnectError::Host)?;
        let id = SpiffeId::node(expected.agency.clone(), state.trust.federation().clone());
        let mut config = state.config.clone();
        let verifier = node_verifier(&state.trust, id, expected.host.is_some(), expected.even_ended);
        config.dangerous().set_certificate_verifier(verifier);
        let tls = TlsConnector::from(Arc::new(config))
            .connect(name, io)
            .await
            .map_err(|error| ConnectError::Handshake(HandshakeRefusal::of_io(&error)))?;
        let judgement = Judgement {
            trust: state.trust.clone(),
            purpose: Purpose::Node,
            admission: None,
            now: (self.clock)(),
        };
        PeerStream::new(TlsStream::Client(tls), remote, judgement).map_err(ConnectError::Handshake)
    }
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connector").finish_non_exhaustive()
    }
}
