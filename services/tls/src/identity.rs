//! What a verified certificate says about its holder, read once per connection. Reading only: whether the
//! certificate is to be believed is the verifier's business.

use aws_lc_rs::digest;
use jiff::Timestamp;
use rogatory_domain::{AgencyId, FederationId};
use rustls::pki_types::UnixTime;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;

use crate::config::unix_time;
use crate::spiffe::{Role, SpiffeError, SpiffeId};

/// The holder of the certificate at the other end of one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerIdentity {
    /// The agency in whose name the holder speaks.
    pub agency: AgencyId,
    /// The federation the certificate is for.
    pub federation: FederationId,
    /// The holder's one role.
    pub role: Role,
    /// The last segment of the SPIFFE path; `node` for a node.
    pub name: String,
    /// The whole SPIFFE id as text.
    pub spiffe_id: String,
    /// SHA-256 over the certificate in DER.
    pub fingerprint: [u8; 32],
    /// The serial number in lower-case hex, as it stands in the certificate.
    pub serial: String,
    /// The last instant of validity, in whole seconds (RFC 5280, 4.1.2.5).
    pub not_after: Timestamp,
}

/// Why a certificate names nobody this product knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum IdentityError {
    /// Not an X.509 certificate in DER, or with trailing bytes.
    #[error("the certificate cannot be read")]
    Malformed,
    /// No URI among the subject alternative names.
    #[error("the certificate carries no URI name")]
    NoUri,
    /// More than one URI among the subject alternative names.
    #[error("the certificate carries more than one URI name")]
    ManyUris,
    /// The one URI is not one of this product's SPIFFE ids.
    #[error(transparent)]
    Spiffe(#[from] SpiffeError),
}

impl PeerIdentity {
    /// Reads the identity in a certificate (DER).
    pub fn from_der(der: &[u8]) -> Result<Self, IdentityError> {
        let certificate = parse(der)?;
        let id: SpiffeId = sole_uri(&certificate)?.parse()?;
        let fingerprint = digest::digest(&digest::SHA256, der);
        Ok(Self {
            agency: id.agency().clone(),
            federation: id.federation().clone(),
            role: id.role(),
            name: id.name().to_owned(),
            spiffe_id: id.to_string(),
            fingerprint: fingerprint.as_ref().try_into().expect("SHA-256 gives 32 bytes"),
            serial: hex::encode(certificate.raw_serial()),
            not_after: timestamp(certificate.validity().not_after.timestamp()),
        })
    }
}

/// Until when a certificate (DER) says that it is valid.
pub(crate) fn last_instant(der: &[u8]) -> Option<UnixTime> {
    unix_time(PeerIdentity::from_der(der).ok()?.not_after)
}

/// Reads only the SPIFFE id, which is all the choice of roots needs.
pub(crate) fn spiffe_id(certificate: &X509Certificate<'_>) -> Result<SpiffeId, IdentityError> {
    Ok(sole_uri(certificate)?.parse()?)
}

/// An instant of a certificate. `99991231235959Z`, which stands for "no end" (RFC 5280, 4.1.2.5), lies a few hours
/// beyond the last instant that can be named here; so does nothing else that matters.
pub(crate) fn timestamp(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(if second < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

pub(crate) fn parse(der: &[u8]) -> Result<X509Certificate<'_>, IdentityError> {
    match X509Certificate::from_der(der) {
        Ok(([], certificate)) => Ok(certificate),
        _ => Err(IdentityError::Malformed),
    }
}

/// The single URI name: with two, the verifier and the reader might each believe another one.
pub(crate) fn sole_uri<'a>(certificate: &'a X509Certificate<'_>) -> Result<&'a str, IdentityError> {
    let names = certificate
        .subject_alternative_name()
        .map_err(|_| IdentityError::Malformed)?
        .ok_or(IdentityError::NoUri)?;
    let mut uris = names.value.general_names.iter().filter_map(|name| match name {
        GeneralName::URI(uri) => Some(*uri),
        _ => None,
    });
    match (uris.next(), uris.next()) {
        (None, _) => Err(IdentityError::NoUri),
        (Some(uri), None) => Ok(uri),
        (Some(_), Some(_)) => Err(IdentityError::ManyUris),
    }
}
