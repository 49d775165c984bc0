//! Why a handshake was refused, as a closed list that can be counted: no text of the peer's ever enters it.
//! Mapping to the product-wide refusal catalogue is the node's business.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use rogatory_domain::AgencyId;
use rustls::{CertificateError, Error, OtherError};

use crate::identity::IdentityError;

/// One reason per refused handshake; `Copy`, so counting one costs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum HandshakeRefusal {
    /// The peer sent no certificate.
    #[error("no certificate was presented")]
    NoCertificate,
    /// The certificate's names are not those of this product.
    #[error("bad identity: {0}")]
    BadIdentity(IdentityError),
    /// The named agency, or its federation, is not one we have roots for.
    #[error("the agency is unknown here")]
    Stranger,
    /// The name is right, but the agency's own authority did not issue the certificate.
    #[error("the certificate was not issued by the authority of the agency it names")]
    WrongAuthority,
    /// The certificate is good, but not for the agency and role that were dialled.
    #[error("the certificate belongs to another peer than the one expected")]
    WrongPeer,
    /// The certificate does not name the host that was dialled.
    #[error("the certificate does not name the host dialled")]
    WrongHost,
    /// The validity has ended.
    #[error("the certificate has expired")]
    Expired,
    /// The validity has not begun.
    #[error("the certificate is not valid yet")]
    NotYetValid,
    /// The agency's revocation list names the certificate.
    #[error("the certificate is revoked")]
    Revoked,
    /// The agency's revocation list is missing, not believed, overdue, or does not cover the certificate.
    #[error("the revocation status cannot be told")]
    RevocationUnknown,
    /// Another fault of the certificate: its purpose, encoding or signature.
    #[error("the certificate is unfit for this use")]
    Unfit,
    /// The chain has more certificates, bytes, names or larger keys than any is accepted with, or two certificates of
    /// one subject.
    #[error("the certificate chain is larger than any that is accepted")]
    Oversized,
    /// The certificate may be good, but its holder has nothing to do at this listener.
    #[error("nobody of that agency and role is served here")]
    NotAdmitted,
    /// No common ground: not TLS, not TLS 1.3, no common group, or not HTTP/2.
    #[error("no common protocol")]
    Protocol,
    /// The other side ended the handshake with an alert: usually it does not accept our certificate.
    #[error("the other side refused the handshake")]
    Alert,
    /// The first byte did not come within [`crate::FIRST_BYTE_LIMIT`], or the end within [`crate::HANDSHAKE_LIMIT`].
    #[error("the handshake took too long")]
    TimedOut,
    /// The other side went away.
    #[error("the connection broke during the handshake")]
    Broken,
    /// Every place for handshakes was taken, and this one made room: the oldest or the last of the source with the most.
    #[error("the handshake made room for others")]
    Crowded,
}

impl HandshakeRefusal {
    /// Every label of [`HandshakeRefusal::label`], so that counts can begin at 0.
    pub const LABELS: [&str; 18] = [
        "no_certificate",
        "bad_identity",
        "stranger",
        "wrong_authority",
        "wrong_peer",
        "wrong_host",
        "expired",
        "not_yet_valid",
        "revoked",
        "revocation_unknown",
        "unfit",
        "oversized",
        "not_admitted",
        "protocol",
        "alert",
        "timed_out",
        "broken",
        "crowded",
    ];

    /// A stable label for a metric.
    pub fn label(self) -> &'static str {
        match self {
            Self::NoCertificate => "no_certificate",
            Self::BadIdentity(_) => "bad_identity",
            Self::Stranger => "stranger",
            Self::WrongAuthority => "wrong_authority",
            Self::WrongPeer => "wrong_peer",
            Self::WrongHost => "wrong_host",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::Revoked => "revoked",
            Self::RevocationUnknown => "revocation_unknown",
            Self::Unfit => "unfit",
            Self::Oversized => "oversized",
            Self::NotAdmitted => "not_admitted",
            Self::Protocol => "protocol",
            Self::Alert => "alert",
            Self::TimedOut => "timed_out",
            Self::Broken => "broken",
            Self::Crowded => "crowded",
        }
    }

    /// Wraps the reason so that it survives the way through rustls. Where TLS has an alert of its own for it, the other
    /// side is sent that one (RFC 8446, 6.2).
    pub(crate) fn into_tls(self) -> Error {
        Error::InvalidCertificate(match self {
            Self::Expired => CertificateError::Expired,
            Self::NotYetValid => CertificateError::NotValidYet,
            Self::Revoked => CertificateError::Revoked,
            // No authority that is known here has this name: unknown_ca. One that is known did not sign this: decrypt_error.
            Self::Stranger => CertificateError::UnknownIssuer,
            Self::WrongAuthority => CertificateError::BadSignature,
            // Two that rustls raises for nothing of its own here: they lead back to themselves below.
            Self::RevocationUnknown => CertificateError::InvalidOcspResponse,
            Self::NotAdmitted => CertificateError::ApplicationVerificationFailure,
            other => CertificateError::Other(OtherError(Arc::new(other))),
        })
    }

    pub(crate) fn of_tls(error: &Error) -> Self {
        match error {
            Error::NoCertificatesPresented => Self::NoCertificate,
            Error::InvalidCertificate(fault) => Self::of_certificate(fault),
            Error::AlertReceived(_) => Self::Alert,
            _ => Self::Protocol,
        }
    }

    /// The reason behind a verdict of the path builder.
    pub(crate) fn of_path(error: &webpki::Error) -> Self {
        use webpki::Error as Path;
        match error {
            Path::UnknownIssuer | Path::InvalidSignatureForPublicKey => Self::WrongAuthority,
            Path::CertExpired { .. } => Self::Expired,
            Path::CertNotValidYet { .. } => Self::NotYetValid,
            Path::CertRevoked => Self::Revoked,
            Path::UnknownRevocationStatus
            | Path::CrlExpired { .. }
            | Path::InvalidCrlSignatureForPublicKey
            | Path::UnsupportedCrlSignatureAlgorithmContext(_)
            | Path::UnsupportedCrlSignatureAlgorithmForPublicKeyContext(_)
            | Path::IssuerNotCrlSigner => Self::RevocationUnknown,
            Path::CertNotValidForName(_) => Self::WrongHost,
            _ => Self::Unfit,
        }
    }

    fn of_certificate(fault: &CertificateError) -> Self {
        match fault {
            CertificateError::Other(other) => other.0.downcast_ref::<Self>().copied().unwrap_or(Self::Unfit),
            CertificateError::Expired => Self::Expired,
            CertificateError::NotValidYet => Self::NotYetValid,
            CertificateError::Revoked => Self::Revoked,
            CertificateError::UnknownIssuer => Self::Stranger,
            CertificateError::BadSignature => Self::WrongAuthority,
            CertificateError::InvalidOcspResponse => Self::RevocationUnknown,
            CertificateError::ApplicationVerificationFailure => Self::NotAdmitted,
            _ => Self::Unfit,
        }
    }

    /// The reason inside the error of a handshake that rustls drove.
    pub(crate) fn of_io(error: &io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
            Some(tls) => Self::of_tls(tls),
            None => Self::Broken,
        }
    }
}

/// A handshake that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub reason: HandshakeRefusal,
    /// Whose node's certificate was shown, where that agency's authority did issue it: one that has ended, was revoked, or
    /// whose lists are not believed. Whoever showed it did not prove to hold its key.
    pub node_of: Option<AgencyId>,
}

impl From<HandshakeRefusal> for Refused {
    fn from(reason: HandshakeRefusal) -> Self {
        Self { reason, node_of: None }
    }
}

/// Told about every refused handshake. Strangers must not buy a record each, so implementations count:
/// one summary per source and minute, never one record per call.
pub trait RefusalObserver: Send + Sync + 'static {
    /// A handshake from `source` was refused.
    fn refused(&self, source: IpAddr, refused: &Refused);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_is_listed_once() {
        use HandshakeRefusal as R;
        let bad = R::BadIdentity(IdentityError::NoUri);
        let all = [
            R::NoCertificate,
            bad,
            R::Stranger,
            R::WrongAuthority,
            R::WrongPeer,
            R::WrongHost,
            R::Expired,
            R::NotYetValid,
            R::Revoked,
            R::RevocationUnknown,
            R::Unfit,
            R::Oversized,
            R::NotAdmitted,
            R::Protocol,
            R::Alert,
            R::TimedOut,
            R::Broken,
            R::Crowded,
        ];
        assert_eq!(all.map(R::label), R::LABELS);
    }
}
