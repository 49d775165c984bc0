//! The rules of RFC 5280 that the path builder leaves to its caller: what an issuer may do, how far below it, and what
//! the key of an end entity is for. Roots keep the rules they state for themselves, as if they were intermediates.
//!
//! It must not check signatures, names or revocation: the path builder did, before a path comes here.

use jiff::Timestamp;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ExtendedKeyUsage;
use x509_parser::oid_registry::{self as oids, Oid};
use x509_parser::x509::X509Version;

use crate::identity::timestamp;
use crate::refusal::HandshakeRefusal;

/// What a certificate is shown for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Purpose {
    /// Its holder dials.
    Caller,
    /// Its holder is dialled.
    Node,
}

impl Purpose {
    fn is_among(self, uses: &ExtendedKeyUsage<'_>) -> bool {
        match self {
            Self::Caller => uses.client_auth,
            Self::Node => uses.server_auth,
        }
    }
}

/// Judges a path: the end entity, its issuers from the nearest on, and the root that ends it.
///
/// # Errors
/// [`HandshakeRefusal::Expired`] or [`HandshakeRefusal::NotYetValid`] of the root; [`HandshakeRefusal::Unfit`] for
/// whatever else a certificate may not do.
pub(crate) fn check(
    leaf: &X509Certificate<'_>,
    intermediates: &[&X509Certificate<'_>],
    root: &X509Certificate<'_>,
    purpose: Purpose,
    now: Timestamp,
) -> Result<(), HandshakeRefusal> {
    check_leaf(leaf)?;
    check_root(root, purpose, now)?;
    let mut below = 0;
    for issuer in intermediates.iter().copied().chain([root]) {
        check_issuer(issuer, below)?;
        // A self-issued certificate changes keys, not authorities; it does not count (RFC 5280, 4.2.1.9).
        if issuer.subject().as_raw() != issuer.issuer().as_raw() {
            below += 1;
        }
    }
    Ok(())
}

/// The key of an end entity signs the handshake (RFC 5280, 4.2.1.3), and nothing else (SPIFFE X509-SVID, 4.3).
fn check_leaf(leaf: &X509Certificate<'_>) -> Result<(), HandshakeRefusal> {
    let usage = leaf.key_usage().map_err(|_| HandshakeRefusal::Unfit)?;
    let is_fit = usage.is_none_or(|usage| {
        usage.value.digital_signature() && !usage.value.key_cert_sign() && !usage.value.crl_sign()
    });
    is_fit.then_some(()).ok_or(HandshakeRefusal::Unfit)
}

fn check_root(root: &X509Certificate<'_>, purpose: Purpose, now: Timestamp) -> Result<(), HandshakeRefusal> {
    if now < timestamp(root.validity().not_before.timestamp()) {
        return Err(HandshakeRefusal::NotYetValid);
    }
    if now > timestamp(root.validity().not_after.timestamp()) {
        return Err(HandshakeRefusal::Expired);
    }
    let uses = root.extended_key_usage().map_err(|_| HandshakeRefusal::Unfit)?;
    let serves = uses.is_none_or(|uses| uses.value.any || purpose.is_among(uses.value));
    let understood = root.extensions_map().is_ok()
        && root.extensions().iter().all(|extension| !extension.critical || KNOWN.contains(&extension.oid));
    (serves && understood).then_some(()).ok_or(HandshakeRefusal::Unfit)
}

/// Extensions that a root may mark as critical, as the path builder knows them of intermediates.
const KNOWN: &[Oid<'static>] = &[
    oids::OID_X509_EXT_KEY_USAGE,
    oids::OID_X509_EXT_SUBJECT_ALT_NAME,
    oids::OID_X509_EXT_BASIC_CONSTRAINTS,
    oids::OID_X509_EXT_NAME_CONSTRAINTS,
    oids::OID_X509_EXT_CRL_DISTRIBUTION_POINTS,
    oids::OID_X509_EXT_EXTENDED_KEY_USAGE,
];

/// Whether an issuer may issue with `below` authorities between it and the end entity.
fn check_issuer(issuer: &X509Certificate<'_>, below: u32) -> Result<(), HandshakeRefusal> {
    // A root of version 1 can state nothing about itself; that it is one stands in the roster (RFC 5280, 6.1.4 k).
    if issuer.version() != X509Version::V3 {
        return Ok(());
    }
    let unfit = || HandshakeRefusal::Unfit;
    let constraints = issuer.basic_constraints().map_err(|_| unfit())?.ok_or_else(unfit)?.value;
    let usage = issuer.key_usage().map_err(|_| unfit())?;
    let may_issue = constraints.ca
        && usage.is_none_or(|usage| usage.value.key_cert_sign())
        && constraints.path_len_constraint.is_none_or(|longest| below <= longest);
    may_issue.then_some(()).ok_or_else(unfit)
}
