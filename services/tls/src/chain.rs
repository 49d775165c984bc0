//! What a presented chain may be before anybody looks for a path in it: how many certificates, how large, with which
//! keys. A stranger sends a chain before anything of it is proven, so reading it must cost little whatever it holds.
//!
//! It must not judge whom a certificate names or who signed it.

use std::ops::RangeInclusive;

use rustls::pki_types::CertificateDer;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::oid_registry::{self as oids, Oid};
use x509_parser::public_key::PublicKey;

use crate::identity::parse;
use crate::refusal::HandshakeRefusal;

/// Certificates a peer may show: its own and three intermediates. A root need not be shown, but may be one of them.
pub const CHAIN_COUNT_MAX: usize = 4;

/// Bytes of one certificate (DER). One with an RSA key of 4,096 bits and a dozen names has about 2,500.
pub const CERTIFICATE_BYTES_MAX: usize = 8 << 10;

/// Bytes of all certificates of a chain (DER).
pub const CHAIN_BYTES_MAX: usize = 16 << 10;

/// Extensions of one certificate; RFC 5280 defines 17.
const EXTENSIONS_COUNT_MAX: usize = 32;

/// Names of one certificate: parts of its subject and alternative names together.
const NAMES_COUNT_MAX: usize = 64;

/// Bits of an RSA modulus. Smaller ones are broken, larger ones cost the verifier.
const RSA_BITS: RangeInclusive<usize> = 2_048..=4_096;

/// Reads a chain, leaf first, if it keeps every bound. Bytes and count are looked at before anything is parsed.
///
/// # Errors
/// [`HandshakeRefusal::Oversized`] for a chain beyond a bound, or with two certificates of one subject, which only a
/// search could put in order; else what is wrong with a single certificate.
pub(crate) fn read<'a>(
    leaf: &'a CertificateDer<'_>,
    intermediates: &'a [CertificateDer<'_>],
) -> Result<Vec<X509Certificate<'a>>, HandshakeRefusal> {
    let all = || std::iter::once(leaf).chain(intermediates);
    let bytes: usize = all().map(|der| der.len()).sum();
    if intermediates.len() >= CHAIN_COUNT_MAX
        || bytes > CHAIN_BYTES_MAX
        || all().any(|der| der.len() > CERTIFICATE_BYTES_MAX)
    {
        return Err(HandshakeRefusal::Oversized);
    }
    let mut chain: Vec<X509Certificate<'a>> = Vec::with_capacity(intermediates.len() + 1);
    for der in all() {
        let certificate = match parse(der) {
            Ok(certificate) => certificate,
            Err(fault) if chain.is_empty() => return Err(HandshakeRefusal::BadIdentity(fault)),
            Err(_) => return Err(HandshakeRefusal::Unfit),
        };
        check_one(&certificate)?;
        if chain.iter().any(|earlier| earlier.subject().as_raw() == certificate.subject().as_raw()) {
            return Err(HandshakeRefusal::Oversized);
        }
        chain.push(certificate);
    }
    Ok(chain)
}

fn check_one(certificate: &X509Certificate<'_>) -> Result<(), HandshakeRefusal> {
    if certificate.extensions().len() > EXTENSIONS_COUNT_MAX || names(certificate) > NAMES_COUNT_MAX {
        return Err(HandshakeRefusal::Oversized);
    }
    // More than one instance of an extension (RFC 5280, 4.2) lets two readers see two things.
    if certificate.extensions_map().is_err() {
        return Err(HandshakeRefusal::Unfit);
    }
    match certificate.public_key().parsed() {
        Ok(PublicKey::EC(_)) if is_on_a_known_curve(certificate) => Ok(()),
        Ok(PublicKey::RSA(key)) if RSA_BITS.contains(&key.key_size()) => Ok(()),
        Ok(PublicKey::RSA(key)) if key.key_size() > *RSA_BITS.end() => Err(HandshakeRefusal::Oversized),
        Ok(PublicKey::Unknown(_))
            if certificate.public_key().algorithm.algorithm == oids::OID_SIG_ED25519 =>
        {
            Ok(())
        }
        _ => Err(HandshakeRefusal::Unfit),
    }
}

fn is_on_a_known_curve(certificate: &X509Certificate<'_>) -> bool {
    let parameters = certificate.public_key().algorithm.parameters.as_ref();
    parameters.and_then(|curve| curve.as_oid().ok()).is_some_and(|curve| CURVES.contains(&curve))
}

/// P-256, P-384 and P-521.
const CURVES: [Oid<'static>; 3] = [oids::OID_EC_P256, oids::OID_NIST_EC_P384, oids::OID_NIST_EC_P521];

fn names(certificate: &X509Certificate<'_>) -> usize {
    let alternative = certificate.extensions().iter().map(|extension| match extension.parsed_extension() {
        ParsedExtension::SubjectAlternativeName(names) => names.general_names.len(),
        _ => 0,
    });
    certificate.subject().iter_attributes().count() + alternative.sum::<usize>()
}
