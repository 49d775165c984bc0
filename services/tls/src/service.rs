//! The dialling side towards a service of the operator's choice, such as a web server or a relay of mail: TLS 1.3, judged by the
//! roots that the operator names and by the name of the host. It presents no certificate, since the node's identity is for nodes,
//! and knows not what is sent.

use std::fmt;
use std::sync::Arc;

use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::version::TLS13;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::config::{Clock, InjectedTime, provider};
use crate::connector::{CONNECT_LIMIT, ConnectError, DialStep};
use crate::refusal::HandshakeRefusal;

/// What is spoken over the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speech {
    /// HTTP/1.1.
    Http,
    /// SMTP, for which no name is registered that could be offered.
    Smtp,
}

/// Dials services.
#[derive(Clone)]
pub struct ServiceConnector(Arc<ClientConfig>);

/// The roots hold no certificate that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no root certificate in it that can be used")]
pub struct NoRoots;

/// Reaches a host without TLS, within [`CONNECT_LIMIT`].
///
/// # Errors
/// When it cannot be reached, or not in time.
pub async fn dial(host: &str, port: u16) -> Result<TcpStream, ConnectError> {
    let tcp = tokio::time::timeout(CONNECT_LIMIT, TcpStream::connect((host, port))).await;
    tcp.map_err(|_| ConnectError::TimedOut(DialStep::Connect))?.map_err(ConnectError::Unreachable)
}

impl ServiceConnector {
    /// Judges servers by these roots, PEM; what is no certificate that can be a root is passed over, as system stores hold such.
    ///
    /// # Errors
    /// When there is none.
    pub fn new(roots_pem: &str, speech: Speech, clock: Clock) -> Result<Self, NoRoots> {
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(roots_pem.as_bytes()).flatten().collect();
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(certificates);
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build();
        let mut config = ClientConfig::builder_with_details(provider(), Arc::new(InjectedTime(clock)))
            .with_protocol_versions(&[&TLS13])
            .expect("the provider has TLS 1.3 suites")
            .with_webpki_verifier(verifier.map_err(|_| NoRoots)?)
            .with_no_client_auth();
        config.alpn_protocols = match speech {
            Speech::Http => vec![b"http/1.1".to_vec()],
            Speech::Smtp => Vec::new(),
        };
        config.resumption = Resumption::disabled();
        Ok(Self(Arc::new(config)))
    }

    /// Dials a host that must have a certificate under its name.
    ///
    /// # Errors
    /// Says at which step.
    pub async fn connect(
        &self,
        host: &str,
        port: u16,
    ) -> Result<impl AsyncRead + AsyncWrite + Unpin + Send + Sync + use<>, ConnectError> {
        self.secure(host, dial(host, port).await?).await
    }

    /// Goes on under TLS over a connection that stands, with a host that must have a certificate under its name.
    ///
    /// # Errors
    /// That of the handshake.
    pub async fn secure(
        &self,
        host: &str,
        tcp: TcpStream,
    ) -> Result<impl AsyncRead + AsyncWrite + Unpin + Send + Sync + use<>, ConnectError> {
        let name = ServerName::try_from(host.to_owned()).map_err(|_| ConnectError::Host)?;
        let handshake = TlsConnector::from(self.0.clone()).connect(name, tcp);
        let secured = tokio::time::timeout(CONNECT_LIMIT, handshake).await;
        let secured = secured.map_err(|_| ConnectError::TimedOut(DialStep::Handshake))?;
        secured.map_err(|error| ConnectError::Handshake(HandshakeRefusal::of_io(&error)))
    }
}

impl fmt::Debug for ServiceConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceConnector").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
    use rustls::ServerConfig;
    use rustls::pki_types::PrivateKeyDer;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    use super::*;

    fn clock() -> Clock {
        Arc::new(Timestamp::now)
    }

    fn authority() -> CertifiedIssuer<'static, KeyPair> {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    }

    /// A server that says hello under a certificate for `localhost`; its port.
    async fn serve(authority: &CertifiedIssuer<'static, KeyPair>) -> u16 {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, authority).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&TLS13])
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let (port, acceptor) = (listener.local_addr().unwrap().port(), TlsAcceptor::from(Arc::new(config)));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if let Ok(mut stream) = acceptor.accept(stream).await {
                    let _ = stream.write_all(b"hello").await;
                    let _ = stream.shutdown().await;
                }
            }
        });
        port
    }

    #[tokio::test]
    async fn only_who_has_a_certificate_of_that_name_under_the_roots_is_talked_to() {
        let own = authority();
        let port = serve(&own).await;
        let connector = ServiceConnector::new(&own.pem(), Speech::Http, clock()).unwrap();
        let mut said = String::new();
        let mut stream = connector.connect("localhost", port).await.unwrap();
        stream.read_to_string(&mut said).await.unwrap();
        assert_eq!(said, "hello");
        let (smtp, mut said) =
            (ServiceConnector::new(&own.pem(), Speech::Smtp, clock()).unwrap(), String::new());
        let tcp = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        smtp.secure("localhost", tcp).await.unwrap().read_to_string(&mut said).await.unwrap();
        assert_eq!(said, "hello", "over a connection that stands, too");
        let is_refused = |outcome: Option<ConnectError>| matches!(outcome, Some(ConnectError::Handshake(_)));
        assert!(is_refused(connector.connect("127.0.0.1", port).await.err()), "another name");
        let others = ServiceConnector::new(&authority().pem(), Speech::Http, clock()).unwrap();
        assert!(is_refused(others.connect("localhost", port).await.err()), "other roots");
        let later: Clock = Arc::new(|| "4500-01-01T00:00:00Z".parse().unwrap());
        let late = ServiceConnector::new(&own.pem(), Speech::Smtp, later).unwrap();
        assert!(is_refused(late.connect("localhost", port).await.err()), "another time");
    }

    #[test]
    fn roots_that_are_none_are_refused() {
        for text in ["", "no pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            assert_eq!(ServiceConnector::new(text, Speech::Http, clock()).unwrap_err(), NoRoots, "{text}");
        }
    }
}
