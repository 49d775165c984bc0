//! TLS configurations: TLS 1.3 only, post-quantum key exchange first, HTTP/2 only, no resumption of any kind.
//! A configuration is built before it is handed out, so a bad reload changes nothing.

use std::fmt;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use jiff::Timestamp;
use rustls::client::Resumption;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::NoServerSessionStorage;
use rustls::sign::CertifiedKey;
use rustls::time_provider::TimeProvider;
use rustls::version::TLS13;
use rustls::{ClientConfig, ServerConfig};
use zeroize::Zeroizing;

use crate::admission::Admission;
use crate::identity::{IdentityError, PeerIdentity};
use crate::path::Purpose;
use crate::refusal::HandshakeRefusal;
use crate::spiffe::{Role, SpiffeId};
use crate::trust::{OnUnknown, Trust};
use crate::verify::{CallerVerifier, NodeVerifier};

/// The only application protocol offered: gRPC's.
pub(crate) const ALPN: &[u8] = b"h2";

/// The injected wall clock by which validity is judged.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Why a configuration was not taken into use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The certificate chain is not PEM, or is empty.
    #[error("the certificate chain cannot be read")]
    Certificate,
    /// The private key cannot be read.
    #[error("the private key cannot be read")]
    Key,
    /// The private key is not that of the certificate.
    #[error("the private key does not belong to the certificate")]
    Mismatch,
    /// The certificate names nobody.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// Our own certificate would be refused by our own roots.
    #[error("the own certificate does not stand: {0}")]
    OwnCertificate(HandshakeRefusal),
    /// A server needs a node's certificate.
    #[error("a server needs the certificate of a node, not of a {0}")]
    NotANode(Role),
}

/// A certificate chain and its private key, read as a pair.
pub struct Credentials {
    certificate_pem: String,
    key_pem: Zeroizing<String>,
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    identity: PeerIdentity,
}

impl Credentials {
    /// Reads a chain (leaf first) and a private key, both PEM.
    pub fn from_pem(certificate_pem: &str, key_pem: &str) -> Result<Self, ConfigError> {
        let chain = CertificateDer::pem_slice_iter(certificate_pem.as_bytes())
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| ConfigError::Certificate)?;
        let leaf = chain.first().ok_or(ConfigError::Certificate)?;
        Ok(Self {
            identity: PeerIdentity::from_der(leaf)?,
            key: PrivateKeyDer::from_pem_slice(key_pem.as_bytes()).map_err(|_| ConfigError::Key)?,
            certificate_pem: certificate_pem.to_owned(),
            key_pem: Zeroizing::new(key_pem.to_owned()),
            chain,
        })
    }

    /// Who holds these credentials.
    pub fn identity(&self) -> &PeerIdentity {
        &self.identity
    }

    /// The chain, leaf first.
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// The private key: write it nowhere but to a file of mode 0600.
    pub fn key_pem(&self) -> &str {
        &self.key_pem
    }

    /// Whether a node under the same trust would let the holder in.
    ///
    /// # Errors
    /// [`ConfigError::OwnCertificate`].
    pub fn check_as_caller(&self, trust: &Trust, now: Timestamp) -> Result<(), ConfigError> {
        self.check(trust, Purpose::Caller, now)
    }

    /// Whether other nodes under the same trust would accept the holder when they dial it and when it dials them.
    ///
    /// # Errors
    /// [`ConfigError::NotANode`]; [`ConfigError::Key`] and [`ConfigError::Mismatch`] where no configuration could be built of
    /// the pair; [`ConfigError::OwnCertificate`].
    pub fn check_as_node(&self, trust: &Trust, now: Timestamp) -> Result<(), ConfigError> {
        if self.identity.role != Role::Node {
            return Err(ConfigError::NotANode(self.identity.role));
        }
        self.check_pair()?;
        self.check(trust, Purpose::Caller, now)?;
        self.check(trust, Purpose::Node, now)
    }

    /// Loads the pair as a configuration does.
    ///
    /// # Errors
    /// [`ConfigError::Key`]; [`ConfigError::Mismatch`].
    pub fn check_pair(&self) -> Result<(), ConfigError> {
        CertifiedKey::from_der(self.chain.clone(), self.key.clone_key(), &provider())
            .map(drop)
            .map_err(|error| key_fault(&error))
    }

    fn check(&self, trust: &Trust, purpose: Purpose, now: Timestamp) -> Result<(), ConfigError> {
        let (leaf, rest) = self.chain.split_first().ok_or(ConfigError::Certificate)?;
        let now = unix_time(now).ok_or(ConfigError::OwnCertificate(HandshakeRefusal::NotYetValid))?;
        trust
            .verify(leaf, rest, purpose, now, |_| Ok(OnUnknown::Refuse))
            .map(drop)
            .map_err(ConfigError::OwnCertificate)
    }

    pub(crate) fn spiffe_id(&self) -> SpiffeId {
        self.identity.spiffe_id.parse().expect("an identity holds a parsed SPIFFE id")
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("identity", &self.identity).finish_non_exhaustive()
    }
}

/// The injected clock in the shape rustls asks for.
pub(crate) struct InjectedTime(pub(crate) Clock);

/// No certificate is judged before 1970.
pub(crate) fn unix_time(at: Timestamp) -> Option<UnixTime> {
    let seconds = u64::try_from(at.as_second()).ok()?;
    Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
}

impl fmt::Debug for InjectedTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InjectedTime")
    }
}

impl TimeProvider for InjectedTime {
    fn current_time(&self) -> Option<UnixTime> {
        unix_time((self.0)())
    }
}

/// The one provider: aws-lc, hybrid post-quantum group first, two classical ones for older peers.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: LazyLock<Arc<CryptoProvider>> = LazyLock::new(|| {
        Arc::new(CryptoProvider {
            kx_groups: vec![
                aws_lc_rs::kx_group::X25519MLKEM768,
                aws_lc_rs::kx_group::X25519,
                aws_lc_rs::kx_group::SECP256R1,
            ],
            ..aws_lc_rs::default_provider()
        })
    });
    PROVIDER.clone()
}

/// Builds what a node serves with.
pub(crate) fn server_config(
    own: &Credentials,
    trust: &Trust,
    admission: &Admission,
    clock: &Clock,
) -> Result<Arc<ServerConfig>, ConfigError> {
    if own.identity.role != Role::Node {
        return Err(ConfigError::NotANode(own.identity.role));
    }
    let verifier =
        CallerVerifier { trust: trust.clone(), admission: admission.clone(), provider: provider() };
    let mut config = ServerConfig::builder_with_details(provider(), Arc::new(InjectedTime(clock.clone())))
        .with_protocol_versions(&[&TLS13])
        .expect("the provider has TLS 1.3 suites")
        .with_client_cert_verifier(Arc::new(verifier))
        .with_single_cert(own.chain.clone(), own.key.clone_key())
        .map_err(|error| key_fault(&error))?;
    config.alpn_protocols = vec![ALPN.to_vec()];
    // A resumed session would skip the verifier, and with it revocation.
    config.send_tls13_tickets = 0;
    config.session_storage = Arc::new(NoServerSessionStorage {});
    Ok(Arc::new(config))
}

/// Builds what dials with; the verifier is set per connection, because the expected peer differs.
pub(crate) fn client_config(
    own: &Credentials,
    trust: &Trust,
    clock: &Clock,
) -> Result<ClientConfig, ConfigError> {
    let nobody = node_verifier(trust, own.spiffe_id(), true, false);
    let mut config = ClientConfig::builder_with_details(provider(), Arc::new(InjectedTime(clock.clone())))
        .with_protocol_versions(&[&TLS13])
        .expect("the provider has TLS 1.3 suites")
        .dangerous()
        .with_custom_certificate_verifier(nobody)
        .with_client_auth_cert(own.chain.clone(), own.key.clone_key())
        .map_err(|error| key_fault(&error))?;
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.resumption = Resumption::disabled();
    Ok(config)
}

/// The verifier for one dialled node.
pub(crate) fn node_verifier(
    trust: &Trust,
    expected: SpiffeId,
    named: bool,
    even_ended: bool,
) -> Arc<NodeVerifier> {
    Arc::new(NodeVerifier { trust: trust.clone(), provider: provider(), expected, named, even_ended })
}

fn key_fault(error: &rustls::Error) -> ConfigError {
    match error {
        rustls::Error::InconsistentKeys(_) => ConfigError::Mismatch,
        _ => ConfigError::Key,
    }
}
