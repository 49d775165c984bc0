//! How much a chain may be, and which keys and signatures count.

use super::super::wire::der;
use super::made::{Chain, dns};
use super::{GOOD, OVERSIZED, Row, UNFIT};

/// Writes a public key: an algorithm's identifier (DER) and the key's bits.
fn key(parts: &mut [(u8, Vec<u8>)], algorithm: &[u8], bits: &[u8]) {
    let bits = der::element(3, &[&[0], bits].concat());
    parts[6].1 = [der::element(0x30, algorithm), bits].concat();
}

/// An RSA key whose modulus has so many bytes. Nobody knows its private part; nothing is signed with it.
fn rsa(parts: &mut [(u8, Vec<u8>)], bytes: usize) {
    let modulus = der::element(2, &[vec![0], vec![0xc5; bytes]].concat());
    let public = der::element(0x30, &[modulus, vec![2, 3, 1, 0, 1]].concat());
    key(parts, &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0], &public);
}

fn padded(bytes: usize) -> rcgen::CustomExtension {
    rcgen::CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99_999, 2], vec![0; bytes])
}

fn extensions(c: &mut Chain, count: u64) {
    let numbered =
        |n| rcgen::CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99_999, 3, n], vec![5, 0]);
    c.leaf.extensions = (0..count).map(numbered).collect();
}

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("four intermediates", OVERSIZED, |c| c.via(4)),
    ("a leaf and 72 certificates", OVERSIZED, |c| c.shown = Some(|shown, root| shown.extend(vec![root.clone(); 72]))),
    ("two intermediates of one name", OVERSIZED, |c| { c.via(2); c.between[1].name = "first"; }),
    ("the leaf twice", OVERSIZED, |c| c.shown = Some(|shown, _| shown.push(shown[0].clone()))),
    ("an intermediate twice", OVERSIZED, |c| { c.via(1); c.shown = Some(|shown, _| shown.push(shown[1].clone())); }),
    ("a leaf of 7 KiB", GOOD, |c| c.leaf.extensions.push(padded(7 << 10))),
    ("a leaf of 9 KiB", OVERSIZED, |c| c.leaf.extensions.push(padded(9 << 10))),
    ("an intermediate of 9 KiB", OVERSIZED, |c| { c.via(1); c.between[0].extensions.push(padded(9 << 10)); }),
    ("a chain of 18 KiB", OVERSIZED, |c| { c.via(2); for made in &mut c.between { made.extensions.push(padded(6 << 10)); } c.leaf.extensions.push(padded(6 << 10)); }),
    ("60 hosts", GOOD, |c| (0..60).for_each(|n| c.leaf.sans.push(dns(&format!("h{n}.example"))))),
    ("70 hosts", OVERSIZED, |c| (0..70).for_each(|n| c.leaf.sans.push(dns(&format!("h{n}.example"))))),
    ("25 more extensions", GOOD, |c| extensions(c, 25)),
    ("40 more extensions", OVERSIZED, |c| extensions(c, 40)),
    ("an RSA key of 1,024 bits", UNFIT, |c| c.leaf.edit = Some(|parts| rsa(parts, 128))),
    ("an RSA key of 2,048 bits", GOOD, |c| c.leaf.edit = Some(|parts| rsa(parts, 256))),
    ("an RSA key of 4,096 bits", GOOD, |c| c.leaf.edit = Some(|parts| rsa(parts, 512))),
    ("an RSA key of 8,192 bits", OVERSIZED, |c| c.leaf.edit = Some(|parts| rsa(parts, 1_024))),
    ("an RSA key of 32,768 bits", OVERSIZED, |c| c.leaf.edit = Some(|parts| rsa(parts, 4_096))),
    ("an intermediate with an RSA key of 8,192 bits", OVERSIZED, |c| { c.via(1); c.between[0].edit = Some(|parts| rsa(parts, 1_024)); }),
    ("a key on P-384", GOOD, |c| c.leaf.algorithm = &rcgen::PKCS_ECDSA_P384_SHA384),
    ("a key on P-521", GOOD, |c| c.leaf.algorithm = &rcgen::PKCS_ECDSA_P521_SHA512),
    ("a key on Ed25519", GOOD, |c| c.leaf.algorithm = &rcgen::PKCS_ED25519),
    ("a key on Ed448", UNFIT, |c| c.leaf.edit = Some(|parts| key(parts, &[6, 3, 0x2b, 0x65, 0x71], &[7; 57]))),
    ("a key on X25519, which signs nothing", UNFIT, |c| c.leaf.edit = Some(|parts| key(parts, &[6, 3, 0x2b, 0x65, 0x6e], &[7; 32]))),
    ("a key on secp256k1", UNFIT, |c| c.leaf.edit = Some(|parts| key(parts, &[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 5, 0x2b, 0x81, 4, 0, 0x0a], &[4; 65]))),
    ("a root on P-384", GOOD, |c| c.root.algorithm = &rcgen::PKCS_ECDSA_P384_SHA384),
    ("a root on P-521", GOOD, |c| c.root.algorithm = &rcgen::PKCS_ECDSA_P521_SHA512),
    ("a root on Ed25519", GOOD, |c| c.root.algorithm = &rcgen::PKCS_ED25519),
    ("a root with RSA", GOOD, |c| c.root.algorithm = &rcgen::PKCS_RSA_SHA256),
    ("an intermediate with RSA and SHA-512", GOOD, |c| { c.via(1); c.between[0].algorithm = &rcgen::PKCS_RSA_SHA512; }),
    ("a signature with SHA-1", UNFIT, |c| { c.root.algorithm = &rcgen::PKCS_RSA_SHA256; c.shown = Some(|shown, _| shown[0] = with_sha1(&shown[0])); }),
];

/// Calls the signature one of SHA-1, inside and outside.
fn with_sha1(certificate: &[u8]) -> rustls::pki_types::CertificateDer<'static> {
    const SHA1_WITH_RSA: [u8; 13] = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5, 5, 0];
    let inside = der::edit(certificate, &[0], |parts| parts[2].1 = SHA1_WITH_RSA.to_vec());
    der::edit(&inside, &[], |parts| parts[1].1 = SHA1_WITH_RSA.to_vec()).into()
}
