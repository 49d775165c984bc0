//! Both ends of real loopback connections, and the ill-behaved ones our own API cannot produce.

pub(super) mod der;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, Issuer, KeyPair, SanType};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, ServerConfig, SignatureScheme};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::{TlsAcceptor, TlsConnector};
use tokio_stream::StreamExt;

use super::identities::{AGENCY_A, agency, clock_at, noon};
use crate::config::{ALPN, provider};
use crate::{
    Authority, ConfigError, ConnectError, Connector, Credentials, ExpectedPeer, HandshakeRefusal,
    KnownAddresses, Partners, PeerStream, PeerStreams, RefusalObserver, Refused, TlsServer, Trust,
};

struct Told(mpsc::UnboundedSender<(IpAddr, Refused)>);

impl RefusalObserver for Told {
    fn refused(&self, source: IpAddr, refused: &Refused) {
        let _ = self.0.send((source, refused.clone()));
    }
}

/// A server at which partners' nodes are let in as well.
pub(super) fn server(own: &Credentials, trust: &Trust) -> Result<Arc<TlsServer>, ConfigError> {
    TlsServer::new(own, trust, Partners::Nodes, Arc::new(KnownAddresses::default()), clock_at(noon()))
}

/// Agency A's node, listening.
pub(super) struct Serving {
    pub(super) server: Arc<TlsServer>,
    pub(super) address: SocketAddr,
    peers: PeerStreams,
    refusals: mpsc::UnboundedReceiver<(IpAddr, Refused)>,
}

impl Serving {
    pub(super) async fn start(own: &Credentials, trust: &Trust) -> Self {
        let server = server(own, trust).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (told, refusals) = mpsc::unbounded_channel();
        let peers = server.serve(listener, Arc::new(Told(told))).unwrap();
        Self { server, address, peers, refusals }
    }

    pub(super) async fn next_peer(&mut self) -> PeerStream {
        tokio::select! {
            peer = self.peers.next() => peer.unwrap().unwrap(),
            refused = self.refusals.recv() => panic!("refused instead: {refused:?}"),
        }
    }

    pub(super) async fn next_refusal(&mut self) -> HandshakeRefusal {
        self.next_refused().await.reason
    }

    /// The next refusal, waited for on the thread of the caller, whose runtime sees nothing meanwhile.
    pub(super) fn refusal_unnoticed(&mut self) -> HandshakeRefusal {
        loop {
            match self.refusals.try_recv() {
                Ok((_, refused)) => return refused.reason,
                Err(mpsc::error::TryRecvError::Empty) => std::thread::yield_now(),
                Err(gone) => panic!("the server is gone: {gone}"),
            }
        }
    }

    pub(super) async fn next_refused(&mut self) -> Refused {
        tokio::select! {
            peer = self.peers.next() => panic!("accepted instead: {peer:?}"),
            refused = self.refusals.recv() => {
                let (source, refused) = refused.unwrap();
                assert!(source.is_loopback());
                refused
            }
        }
    }

    /// What was refused until somebody got in.
    pub(super) async fn refusals_until_peer(&mut self) -> Vec<HandshakeRefusal> {
        let mut refused = Vec::new();
        self.peers.next().await.unwrap().unwrap();
        while let Ok((_, handshake)) = self.refusals.try_recv() {
            refused.push(handshake.reason);
        }
        refused
    }

    /// Drops the stream and waits until nobody is left who could report a refusal.
    pub(super) async fn ended(mut self) {
        drop(self.peers);
        while self.refusals.recv().await.is_some() {}
    }

    /// Dials with our own connector, expecting agency A's node.
    pub(super) async fn dial(&self, connector: &Connector) -> Result<PeerStream, ConnectError> {
        let expected = ExpectedPeer::node(agency(AGENCY_A));
        connector.connect("127.0.0.1", self.address.port(), &expected).await
    }

    /// What the server makes of a caller that ignores all rules on its own side.
    pub(super) async fn refusal_of(&mut self, caller: ClientConfig) -> HandshakeRefusal {
        self.refused(caller).await.reason
    }

    /// As [`Serving::refusal_of`], and whose node was refused.
    pub(super) async fn refused(&mut self, caller: ClientConfig) -> Refused {
        let tcp = TcpStream::connect(self.address).await.unwrap();
        let caller = tokio::spawn(async move {
            let host = ServerName::from(IpAddr::from([127, 0, 0, 1]));
            if let Ok(mut tls) = TlsConnector::from(Arc::new(caller)).connect(host, tcp).await {
                let _ = tls.read_u8().await;
            }
        });
        let refused = self.next_refused().await;
        caller.await.unwrap();
        refused
    }
}

/// Serves one handshake with any certificate at all, and returns what our connector made of it.
pub(super) async fn dialled(
    own: (CertificateDer<'static>, PrivateKeyDer<'static>),
    by: &Connector,
) -> HandshakeRefusal {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.0], own.1)
        .unwrap();
    config.alpn_protocols = vec![ALPN.to_vec()];
    let server = tokio::spawn(async move {
        let (tcp, _) = listener.accept().await.unwrap();
        drop(TlsAcceptor::from(Arc::new(config)).accept(tcp).await);
    });
    let expected = ExpectedPeer::node(agency(AGENCY_A));
    let outcome = by.connect("127.0.0.1", port, &expected).await;
    server.await.unwrap();
    match outcome {
        Err(ConnectError::Handshake(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

/// A certificate of `authority` with whatever URI names, as no honest authority issues them.
pub(super) fn forged(
    authority: &Authority,
    uris: &[&str],
) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    let signer = KeyPair::from_pem(authority.key_pem()).unwrap();
    let issuer = Issuer::from_ca_cert_pem(authority.certificate_pem(), signer).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.subject_alt_names = uris.iter().map(|uri| SanType::URI((*uri).try_into().unwrap())).collect();
    params.extended_key_usages =
        vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = params.signed_by(&key, &issuer).unwrap();
    (certificate.der().clone(), PrivateKeyDer::from(key))
}

/// Good credentials in the hands of somebody careless.
pub(super) fn raw(own: &Credentials) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    let certificate = CertificateDer::from_pem_slice(own.certificate_pem().as_bytes()).unwrap();
    (certificate, PrivateKeyDer::from_pem_slice(own.key_pem().as_bytes()).unwrap())
}

/// A whole ClientHello (RFC 5246, 7.4.1.2) of a caller that knows nothing newer than TLS 1.2.
pub(super) fn client_hello_of_tls12() -> Vec<u8> {
    let mut body = vec![3, 3];
    body.extend([7; 32]);
    body.extend([0, 0, 2, 0xc0, 0x2b, 1, 0]);
    // Extensions: secp256r1 as the one group, ecdsa_secp256r1_sha256 as the one signature scheme.
    body.extend([0, 16, 0, 10, 0, 4, 0, 2, 0, 23, 0, 13, 0, 4, 0, 2, 4, 3]);
    let length = u8::try_from(body.len()).unwrap();
    let mut record = vec![22, 3, 1, 0, length + 4, 1, 0, 0, length];
    record.extend(body);
    record
}

/// A caller that trusts everybody; without credentials it shows no certificate.
pub(super) fn careless(own: Option<(CertificateDer<'static>, PrivateKeyDer<'static>)>) -> ClientConfig {
    let builder = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anyone));
    let mut config = match own {
        Some((certificate, key)) => builder.with_client_auth_cert(vec![certificate], key).unwrap(),
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![ALPN.to_vec()];
    config
}

#[derive(Debug)]
struct Anyone;

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        provider().signature_verification_algorithms.supported_schemes()
    }
}
