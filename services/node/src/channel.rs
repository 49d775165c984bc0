//! Outgoing connections to peers: one HTTP/2 connection each, over our own TLS, with explicit windows.
//!
//! It must not retry or reconnect: the link driver owns that, and learns from a typed error what went wrong.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use rogatory_domain::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_evidence::Roster;
use rogatory_tls::{Alert, ConnectError, Connector, ExpectedPeer};
use tokio::io::{AsyncRead, AsyncWrite};
use tonic::transport::{Channel, Endpoint};

use crate::server::{CONNECTION_WINDOW_BYTES, KEEPALIVE_EVERY, KEEPALIVE_LIMIT, STREAM_WINDOW_BYTES};
use crate::standing::{Registered, Standing, StandingStream};
use crate::status::of_handshake;

/// Why there is no connection to a peer.
#[derive(Debug, thiserror::Error)]
pub enum ChannelError {
    /// The agency is not in the roster.
    #[error("the agency is not in the roster")]
    UnknownPeer,
    /// The roster's endpoint is not `host:port`.
    #[error("the roster gives an endpoint that is not host:port")]
    Endpoint,
    /// The peer was not reached, or is not who it should be.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// No HTTP/2 on the connection.
    #[error("the peer does not speak HTTP/2 on its connection")]
    Transport(#[from] tonic::transport::Error),
}

impl ChannelError {
    /// The code of the catalogue, if the error is one of identity.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::UnknownPeer | Self::Connect(ConnectError::UnknownAgency(_)) => Some(Code::UnknownRecipient),
            Self::Connect(ConnectError::Handshake(refusal)) => Some(of_handshake(*refusal)),
            _ => None,
        }
    }
}

/// A connection to a peer that was dialled.
pub struct Dialled {
    /// Calls on it.
    pub channel: Channel,
    /// Whether its end was the peer's refusal.
    pub alert: Alert,
    pub(crate) registered: Arc<Registered>,
}

/// Where the peers of a roster are, and the way to them.
pub struct PeerChannels {
    connector: Arc<Connector>,
    standing: Arc<Standing>,
    endpoints: Mutex<HashMap<AgencyId, String>>,
}

impl PeerChannels {
    /// The peers of a roster.
    #[must_use]
    pub fn new(connector: Arc<Connector>, standing: Arc<Standing>, roster: &Roster) -> Self {
        Self { connector, standing, endpoints: Mutex::new(endpoints_of(roster)) }
    }

    /// Takes the endpoints of a newer roster.
    pub fn renew(&self, roster: &Roster) {
        *self.endpoints.lock() = endpoints_of(roster);
    }

    /// Dials a peer. The channel is this one connection: when it ends, calls on it fail, and the alert says if that was the
    /// peer's refusal of this node's certificate; it ends by itself when the peer's certificate does not stand any more.
    ///
    /// # Errors
    /// Says whether the roster, the way or the peer is at fault.
    pub async fn connect(&self, peer: &AgencyId) -> Result<Dialled, ChannelError> {
        let endpoint = self.endpoints.lock().get(peer).cloned();
        let endpoint = endpoint.ok_or(ChannelError::UnknownPeer)?;
        let (host, port) = host_and_port(&endpoint).ok_or(ChannelError::Endpoint)?;
        let stream = self.connector.connect(host, port, &ExpectedPeer::node(peer.clone())).await?;
        let registered = self.standing.register(&stream);
        let stream = StandingStream::new(stream, registered.clone(), ());
        let alert = stream.alert();
        let channel = over(stream).await?;
        Ok(Dialled { channel, registered, alert })
    }
}

fn endpoints_of(roster: &Roster) -> HashMap<AgencyId, String> {
    roster.members().iter().map(|member| (member.id.clone(), member.endpoint.clone())).collect()
}

/// Splits `host:port`, where an IPv6 host stands in brackets.
#[must_use]
pub fn host_and_port(endpoint: &str) -> Option<(&str, u16)> {
    let (host, port) = endpoint.rsplit_once(':')?;
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let host = bare.unwrap_or(host);
    if host.is_empty() || (bare.is_none() && host.contains(':')) {
        None
    } else {
        Some((host, port.parse().ok()?))
    }
}

/// A channel over a connection that stands already.
///
/// # Errors
/// When the other end does not speak HTTP/2.
pub async fn over<Io>(stream: Io) -> Result<Channel, tonic::transport::Error>
where
    Io: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut stream = Some(TokioIo::new(stream));
    // TLS is below; the URI only names the scheme and an authority for the requests.
    Endpoint::from_static("http://peer.invalid")
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .http2_keep_alive_interval(KEEPALIVE_EVERY)
        .keep_alive_timeout(KEEPALIVE_LIMIT)
        .keep_alive_while_idle(true)
        .connect_with_connector(tower::service_fn(move |_| {
            std::future::ready(stream.take().ok_or_else(|| io::Error::from(io::ErrorKind::NotConnected)))
        }))
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_host_and_a_port() {
        assert_eq!(host_and_port("nl-om:7443"), Some(("nl-om", 7443)));
        assert_eq!(host_and_port("[2001:db8::1]:7443"), Some(("2001:db8::1", 7443)));
        for bad in ["", "nl-om", ":7443", "nl-om:", "nl-om:70000", "2001:db8::1:7443", "[]:1"] {
            assert_eq!(host_and_port(bad), None, "{bad}");
        }
    }
}
