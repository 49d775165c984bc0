//! The two verifiers: for those who dial us, and for the one node we dial. Both let [`Trust`] judge the chain; nothing
//! is decided here.

use std::cell::Cell;
use std::sync::Arc;

use rogatory_domain::AgencyId;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use webpki::EndEntityCert;

use crate::admission::Admission;
use crate::identity::last_instant;
use crate::path::Purpose;
use crate::refusal::HandshakeRefusal;
use crate::spiffe::SpiffeId;
use crate::trust::{OnUnknown, Trust};

/// Has the provider judge the signatures of a handshake, as both traits of rustls ask for it in the same words.
macro_rules! signatures_by_provider {
    () => {
        fn verify_tls12_signature(
            &self,
            message: &[u8],
            cert: &CertificateDer<'_>,
            dss: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
        }

        fn verify_tls13_signature(
            &self,
            message: &[u8],
            cert: &CertificateDer<'_>,
            dss: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
        }

        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            self.provider.signature_verification_algorithms.supported_schemes()
        }
    };
}

tokio::task_local! {
    /// Whose node the handshake of this task refused, though its agency issued the certificate: rustls carries a reason from
    /// the verifier to whoever drives the handshake, and nothing else.
    pub(crate) static REFUSED_NODE: Cell<Option<AgencyId>>;
}

/// Checks whoever dials us: whom the listener admits, vouched for by their own agency alone.
#[derive(Debug)]
pub(crate) struct CallerVerifier {
    pub(crate) trust: Trust,
    pub(crate) admission: Admission,
    pub(crate) provider: Arc<CryptoProvider>,
}

impl CallerVerifier {
    /// Notes whose node was refused, where its own agency issued the certificate.
    fn note_node(&self, leaf: &CertificateDer<'_>, rest: &[CertificateDer<'_>], refusal: HandshakeRefusal) {
        use HandshakeRefusal::{Expired, NotYetValid, RevocationUnknown, Revoked};
        if matches!(refusal, Expired | NotYetValid | RevocationUnknown | Revoked) {
            // Outside a handshake of a listener nobody asks.
            let _ = REFUSED_NODE.try_with(|node| node.set(self.trust.issued_to_node(leaf, rest)));
        }
    }
}

impl ClientCertVerifier for CallerVerifier {
    /// No hints: a caller holds one certificate, and a stranger need not learn who is in the roster.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        match self.trust.verify(leaf, intermediates, Purpose::Caller, now, |id| self.admission.of(id)) {
            Ok(_) => Ok(ClientCertVerified::assertion()),
            Err(refusal) => {
                self.note_node(leaf, intermediates, refusal);
                Err(refusal.into_tls())
            }
        }
    }

    signatures_by_provider!();
}

/// Checks the one node that was dialled: exactly this SPIFFE id, vouched for by its agency alone.
#[derive(Debug)]
pub(crate) struct NodeVerifier {
    pub(crate) trust: Trust,
    pub(crate) provider: Arc<CryptoProvider>,
    pub(crate) expected: SpiffeId,
    /// Whether the certificate must name the host as well.
    pub(crate) named: bool,
    /// Whether a certificate that has ended is judged as of its last instant.
    pub(crate) even_ended: bool,
}

impl ServerCertVerifier for NodeVerifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let is_expected = |id: &SpiffeId| {
            if *id == self.expected { Ok(OnUnknown::Refuse) } else { Err(HandshakeRefusal::WrongPeer) }
        };
        let judge = |at| self.trust.verify(leaf, intermediates, Purpose::Node, at, is_expected);
        match (judge(now), last_instant(leaf)) {
            (Err(HandshakeRefusal::Expired), Some(last)) if self.even_ended && last < now => judge(last),
            (verdict, _) => verdict,
        }
        .map_err(HandshakeRefusal::into_tls)?;
        // The host is compared last, and only where it was asked for; the SPIFFE id is the stronger name.
        if self.named {
            EndEntityCert::try_from(leaf)
                .and_then(|leaf| leaf.verify_is_valid_for_subject_name(host))
                .map_err(|fault| HandshakeRefusal::of_path(&fault).into_tls())?;
        }
        Ok(ServerCertVerified::assertion())
    }

    signatures_by_provider!();
}
