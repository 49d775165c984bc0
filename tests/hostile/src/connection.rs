//! Raw connections of an attacker: TCP, TLS without any check of the other side, HTTP/2 frames. It must not know floods.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use bytes::{BufMut as _, Bytes, BytesMut};
use h2::client::{ResponseFuture, SendRequest};
use h2::{RecvStream, SendStream};
use http::Request;
use rogatory_tls::Credentials;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::target::{Door, Target};

/// Longest that a connection may take; a flood whose connections hang is no flood.
pub(crate) const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// Windows of an attacker who wants all it can get.
const WINDOW_BYTES: u32 = 16 << 20;

/// As whom the attacker speaks TLS.
#[derive(Clone)]
pub(crate) struct Face(Arc<ClientConfig>);

impl Face {
    /// The holder of a chain, leaf first.
    pub(crate) fn new(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Result<Self> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let schemes = provider.signature_verification_algorithms.supported_schemes();
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anybody(schemes)))
            .with_client_auth_cert(chain, key)?;
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Self(Arc::new(config)))
    }

    /// The holder of credentials as the product has them.
    pub(crate) fn of(credentials: &Credentials) -> Result<Self> {
        let chain = CertificateDer::pem_slice_iter(credentials.certificate_pem().as_bytes());
        let key = PrivateKeyDer::from_pem_slice(credentials.key_pem().as_bytes())?;
        Self::new(chain.collect::<Result<_, _>>()?, key)
    }

    /// A connection whose handshake is done on this side.
    pub(crate) async fn connect(&self, target: &Target, door: Door) -> Result<TlsStream<TcpStream>> {
        let connected = async {
            let tcp = TcpStream::connect(target.address(door)).await?;
            tcp.set_nodelay(true)?;
            let name = ServerName::try_from("localhost")?;
            anyhow::Ok(TlsConnector::from(self.0.clone()).connect(name, tcp).await?)
        };
        tokio::time::timeout(CONNECT_LIMIT, connected).await?
    }

    /// An HTTP/2 connection; `window` is what the attacker lets the node send it unread.
    pub(crate) async fn http2(&self, target: &Target, door: Door, window: u32) -> Result<Http2> {
        let tls = self.connect(target, door).await?;
        let (send, connection) = h2::client::Builder::new()
            .initial_window_size(window)
            .initial_connection_window_size(window.max(WINDOW_BYTES))
            .handshake(tls)
            .await?;
        tokio::spawn(async move { drop(connection.await) });
        Ok(Http2(send))
    }

    /// An HTTP/2 connection of an attacker that takes everything.
    pub(crate) async fn greedy(&self, target: &Target, door: Door) -> Result<Http2> {
        self.http2(target, door, WINDOW_BYTES).await
    }
}

/// Streams of gRPC on one connection.
#[derive(Clone)]
pub(crate) struct Http2(SendRequest<Bytes>);

impl Http2 {
    /// Opens a call and sends nothing.
    pub(crate) async fn open(&self, path: &str) -> Result<(ResponseFuture, SendStream<Bytes>)> {
        let request = Request::post(format!("http://localhost{path}"))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .body(())?;
        let mut send = self.0.clone().ready().await?;
        Ok(send.send_request(request, false)?)
    }

    /// A unary call; what it answers is read and thrown away.
    pub(crate) async fn call(&self, path: &str, message: Bytes) -> Result<()> {
        let (answer, mut body) = self.open(path).await?;
        body.send_data(message, true)?;
        read(answer.await?.into_body()).await
    }

    /// A call whose answers nobody reads, with its request left open.
    pub(crate) async fn unread(&self, path: &str, message: Bytes) -> Result<(RecvStream, SendStream<Bytes>)> {
        let (answer, mut body) = self.open(path).await?;
        body.send_data(message, false)?;
        Ok((answer.await?.into_body(), body))
    }
}

/// Reads to the end.
pub(crate) async fn read(mut body: RecvStream) -> Result<()> {
    while let Some(data) = body.data().await {
        let data = data?;
        body.flow_control().release_capacity(data.len())?;
    }
    Ok(())
}

/// A message as gRPC frames it.
pub(crate) fn framed(message: &[u8]) -> Bytes {
    let mut framed = BytesMut::with_capacity(message.len() + 5);
    framed.put_u8(0);
    framed.put_u32(u32::try_from(message.len()).unwrap_or(u32::MAX));
    framed.put_slice(message);
    framed.freeze()
}

/// Takes anybody for the node: an attacker does not care.
#[derive(Debug)]
struct Anybody(Vec<SignatureScheme>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.clone()
    }
}
