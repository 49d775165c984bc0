//! The alert by which the other end refuses this side's certificate, which in TLS 1.3 comes after the handshake.
//!
//! Owns what each alert means and the one place where it is kept. HTTP/2 tells its callers only that the connection broke,
//! and drops the cause, so whoever wants to know why asks here.

use std::io;
use std::sync::{Arc, OnceLock};

use rustls::{AlertDescription, Error};

use crate::refusal::HandshakeRefusal;

/// The refusal of one connection, once it has come; clones look at the same one.
#[derive(Clone, Debug, Default)]
pub struct Alert(Arc<OnceLock<HandshakeRefusal>>);

impl Alert {
    /// Why the other end refused this side's certificate, if it did.
    pub fn heard(&self) -> Option<HandshakeRefusal> {
        self.0.get().copied()
    }

    /// Keeps what an error of the connection says of a refusal.
    pub(crate) fn hear(&self, error: &io::Error) {
        if let Some(refusal) = refusal_in(error) {
            let _ = self.0.set(refusal);
        }
    }
}

/// Why the other end refused this side's certificate, as far as its alert tells; `None` when the error is no alert.
pub(crate) fn refusal_in(error: &io::Error) -> Option<HandshakeRefusal> {
    match error.get_ref()?.downcast_ref::<Error>()? {
        Error::AlertReceived(alert) => Some(meaning(*alert)),
        _ => None,
    }
}

/// The other way round than [`HandshakeRefusal::into_tls`], as far as alerts tell (RFC 8446, 6.2).
fn meaning(alert: AlertDescription) -> HandshakeRefusal {
    match alert {
        AlertDescription::CertificateRequired => HandshakeRefusal::NoCertificate,
        AlertDescription::CertificateExpired => HandshakeRefusal::Expired,
        AlertDescription::CertificateRevoked => HandshakeRefusal::Revoked,
        AlertDescription::BadCertificateStatusResponse => HandshakeRefusal::RevocationUnknown,
        AlertDescription::UnknownCA => HandshakeRefusal::Stranger,
        AlertDescription::DecryptError => HandshakeRefusal::WrongAuthority,
        AlertDescription::AccessDenied => HandshakeRefusal::NotAdmitted,
        AlertDescription::BadCertificate | AlertDescription::UnsupportedCertificate => {
            HandshakeRefusal::Unfit
        }
        // Among them certificate_unknown, which says that the certificate is at fault and not how.
        _ => HandshakeRefusal::Alert,
    }
}
