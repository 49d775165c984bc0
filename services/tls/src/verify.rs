//! The two verifiers: for those who dial us, and for the one node we dial. Both first read the name in the
//! certificate and then let the roots of exactly that agency decide.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};

use crate::identity::spiffe_id;
use crate::refusal::HandshakeRefusal;
use crate::spiffe::SpiffeId;
use crate::trust::{AgencyTrust, Trust};

/// Finds the agency that must vouch for a certificate.
fn vouching<'t>(trust: &'t Trust, leaf: &[u8]) -> Result<(SpiffeId, &'t AgencyTrust), Error> {
    let id = spiffe_id(leaf).map_err(|fault| HandshakeRefusal::BadIdentity(fault).into_tls())?;
    let agency = trust.of(&id).ok_or_else(|| HandshakeRefusal::Stranger.into_tls())?;
    Ok((id, agency))
}

/// Checks whoever dials us: any role, any agency we know, vouched for by that agency alone.
#[derive(Debug)]
pub(crate) struct CallerVerifier {
    pub(crate) trust: Trust,
    pub(crate) provider: Arc<CryptoProvider>,
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
        let (_, agency) = vouching(&self.trust, leaf)?;
        agency.clients.verify_client_cert(leaf, intermediates, now)
    }

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
}

/// Checks the one node that was dialled: exactly this SPIFFE id, vouched for by its agency alone.
#[derive(Debug)]
pub(crate) struct NodeVerifier {
    pub(crate) trust: Trust,
    pub(crate) provider: Arc<CryptoProvider>,
    pub(crate) expected: SpiffeId,
    /// Whether the certificate must name the host as well.
    pub(crate) named: bool,
}

impl ServerCertVerifier for NodeVerifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let (id, agency) = vouching(&self.trust, leaf)?;
        if id != self.expected {
            return Err(HandshakeRefusal::WrongPeer.into_tls());
        }
        match agency.servers.verify_server_cert(leaf, intermediates, host, ocsp, now) {
            // The host is compared last, after chain, dates and revocation; the SPIFFE id is the stronger name.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.named => Ok(ServerCertVerified::assertion()),
            outcome => outcome,
        }
    }

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
}
