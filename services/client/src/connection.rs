//! The connection: whom it trusts, as whom it speaks, and how large its windows are. It must not retry a call.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{fs, io};

use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use rogatory_domain::{AgencyId, FederationId};
use rogatory_tls::{
    ConfigError, ConnectError, Connector, Credentials, ExpectedPeer, Trust, TrustError, TrustRoots,
};
use rogatory_wire::pb::admin::v1::StatusResponse;
use tonic::Status;
use tonic::transport::Endpoint;

use crate::hearing::{Hearing, LastDial, RefusedCertificate};
use crate::{Admin, Casework, Problem};

/// HTTP/2 window of the connection, bytes.
const CONNECTION_WINDOW_BYTES: u32 = 8 << 20;
/// HTTP/2 window of one stream, bytes.
const STREAM_WINDOW_BYTES: u32 = 4 << 20;
/// Time between two pings on an idle connection.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// Time a ping may take.
const KEEP_ALIVE_LIMIT: Duration = Duration::from_secs(10);

/// Where the node is, and as whom it is called.
#[derive(Debug)]
pub struct ClientConfig {
    /// Host and port of the node's client listener.
    pub address: String,
    /// The agency's root certificates, PEM.
    pub roots: String,
    /// Certificate and key of this client.
    pub credentials: Credentials,
    /// Agency whose node is expected.
    pub agency: AgencyId,
    /// Federation it must belong to.
    pub federation: FederationId,
    /// Time until a call's answer begins; a stream that has begun stays open. No limit when absent.
    pub answer_limit: Option<Duration>,
}

impl ClientConfig {
    /// Calls the node of the agency that issued the credentials.
    pub fn new(address: &str, roots: String, credentials: Credentials) -> Self {
        let agency = credentials.identity().agency.clone();
        let federation = credentials.identity().federation.clone();
        Self { address: address.to_owned(), roots, credentials, agency, federation, answer_limit: None }
    }

    /// Reads certificate and key, both PEM, from their files.
    ///
    /// # Errors
    /// The file system's, or [`io::ErrorKind::InvalidData`] when the two do not parse.
    pub fn read_credentials(certificate: &Path, key: &Path) -> io::Result<Credentials> {
        let (certificate, key) = (fs::read_to_string(certificate)?, fs::read_to_string(key)?);
        Credentials::from_pem(&certificate, &key)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }
}

/// Why no connection stands.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is not `host:port`.
    #[error("the address is not of the form host:port")]
    Address,
    /// The root certificates cannot be used.
    #[error(transparent)]
    Roots(#[from] TrustError),
    /// The credentials cannot be used.
    #[error(transparent)]
    Credentials(#[from] ConfigError),
    /// The node was not reached, or is not the one expected.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The node was reached and closed the connection, as it does when it refuses the certificate.
    #[error("the node closed the connection")]
    Refused(#[source] Problem),
}

/// One authenticated HTTP/2 connection; cheap to clone, dialled again by itself when it is lost.
#[derive(Clone, Debug)]
pub struct Connection {
    channel: Hearing,
}

impl Connection {
    /// Dials the node once, so that a wrong address or certificate shows here and not in the first call.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(config: ClientConfig) -> Result<Self, OpenError> {
        let expected = ExpectedPeer::node(config.agency.clone());
        let (channel, _) = dial(config, expected).await?;
        Ok(Self { channel })
    }

    /// Calls for case systems.
    pub fn casework(&self) -> Casework {
        Casework::new(self.channel.clone())
    }

    /// Calls for operators and auditors.
    pub fn admin(&self) -> Admin {
        Admin::new(self.channel.clone())
    }
}

/// A connection that is good for a look at the state of the node and for nothing else, since the node's certificate may
/// have ended: somebody of its agency has to be able to see that.
#[derive(Clone, Debug)]
pub struct Look {
    admin: Admin,
    certificate_until: Timestamp,
}

impl Look {
    /// Dials as [`Connection::open`] does, and accepts a certificate of the node that stood until it ended.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(config: ClientConfig) -> Result<Self, OpenError> {
        let expected = ExpectedPeer::node(config.agency.clone()).even_ended();
        let (channel, certificate_until) = dial(config, expected).await?;
        Ok(Self { admin: Admin::new(channel), certificate_until })
    }

    /// State of the node.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn status(&self) -> Result<StatusResponse, Problem> {
        self.admin.status().await
    }

    /// Last instant at which the node's certificate is valid, or was.
    pub fn certificate_until(&self) -> Timestamp {
        self.certificate_until
    }
}

/// A channel to the node, and until when its certificate is valid.
async fn dial(config: ClientConfig, expected: ExpectedPeer) -> Result<(Hearing, Timestamp), OpenError> {
    let (host, port) = split(&config.address).ok_or(OpenError::Address)?;
    let roots = TrustRoots::from_pem(config.agency.clone(), &config.roots)?;
    let trust = Trust::new(config.federation, [roots])?;
    config.credentials.check_as_caller(&trust, Timestamp::now())?;
    let connector = Connector::new(&config.credentials, &trust, Arc::new(Timestamp::now))?;
    // The first stream is dialled here, for its typed error; tonic would wrap it beyond recognition.
    let first = connector.connect(&host, port, &expected).await?;
    let certificate_until = first.identity().not_after;
    let first = Arc::new(Mutex::new(Some(first)));
    let last = LastDial::default();
    let hears = last.clone();
    let dialled = tower::service_fn(move |_: http::Uri| {
        let ready = first.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (connector, host, expected) = (connector.clone(), host.clone(), expected.clone());
        let hears = hears.clone();
        async move {
            let stream = match ready {
                Some(stream) => stream,
                None => connector.connect(&host, port, &expected).await?,
            };
            hears.is_now(stream.alert());
            Ok::<_, ConnectError>(TokioIo::new(stream))
        }
    });
    let channel = endpoint(config.answer_limit).connect_with_connector(dialled).await;
    let channel = channel.map_err(|error| OpenError::Refused(closed(error, &last)))?;
    Ok((Hearing::new(channel, last), certificate_until))
}

/// Why the node closed the connection before any call.
fn closed(error: tonic::transport::Error, last: &LastDial) -> Problem {
    match last.refused() {
        Some(refusal) => RefusedCertificate(refusal).into(),
        None => Status::from_error(error.into()).into(),
    }
}

fn endpoint(answer_limit: Option<Duration>) -> Endpoint {
    // The URI is never looked up: the dialled stream is what counts, and its certificate says who it is.
    let endpoint = Endpoint::from_static("http://node")
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .http2_keep_alive_interval(KEEP_ALIVE)
        .keep_alive_timeout(KEEP_ALIVE_LIMIT)
        .keep_alive_while_idle(true);
    match answer_limit {
        Some(limit) => endpoint.timeout(limit),
        None => endpoint,
    }
}

/// Splits `host:port`; an IPv6 address stands in brackets.
fn split(address: &str) -> Option<(String, u16)> {
    let (host, port) = address.rsplit_once(':')?;
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    (!host.is_empty()).then_some((host.to_owned(), port.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_split_at_the_last_colon() {
        assert_eq!(split("node.example:7444"), Some(("node.example".into(), 7444)));
        assert_eq!(split("[::1]:7444"), Some(("::1".into(), 7444)));
        for wrong in ["node.example", ":7444", "node.example:port", "node.example:70000"] {
            assert_eq!(split(wrong), None, "{wrong}");
        }
    }
}
