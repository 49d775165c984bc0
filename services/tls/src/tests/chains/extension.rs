//! Extensions that are unknown, doubled or empty, and encodings that are not DER.

use rcgen::CustomExtension;

use super::super::wire::der;
use super::{GOOD, Row, UNFIT, Verdict};
use crate::{HandshakeRefusal, IdentityError};

const MALFORMED: Verdict = Some(HandshakeRefusal::BadIdentity(IdentityError::Malformed));

/// An extension of nobody's.
fn unknown(critical: bool) -> CustomExtension {
    of(&[1, 3, 6, 1, 4, 1, 99_999, 1], critical, &[5, 0])
}

fn of(oid: &[u64], critical: bool, content: &[u8]) -> CustomExtension {
    let mut extension = CustomExtension::from_oid_content(oid, content.to_vec());
    extension.set_criticality(critical);
    extension
}

const POLICY_CONSTRAINTS: &[u64] = &[2, 5, 29, 36];
const INHIBIT_ANY_POLICY: &[u64] = &[2, 5, 29, 54];
const CERTIFICATE_POLICIES: &[u64] = &[2, 5, 29, 32];

/// Writes the first extension a second time.
fn double_first(parts: &mut [(u8, Vec<u8>)]) {
    let extensions = &mut parts.last_mut().unwrap().1;
    let mut listed = der::elements(&der::sequence_body(extensions));
    listed.push(listed[0].clone());
    let joined: Vec<u8> = listed.iter().flat_map(|(tag, content)| der::element(*tag, content)).collect();
    *extensions = der::element(0x30, &joined);
}

/// Serial number: the second element, after the version.
fn serial(parts: &mut [(u8, Vec<u8>)], bytes: &[u8]) {
    parts[1].1 = bytes.to_vec();
}

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("an unknown extension of the leaf", GOOD, |c| c.leaf.extensions.push(unknown(false))),
    ("an unknown critical extension of the leaf", UNFIT, |c| c.leaf.extensions.push(unknown(true))),
    ("an unknown critical extension of an intermediate", UNFIT, |c| { c.via(1); c.between[0].extensions.push(unknown(true)); }),
    ("an unknown extension of an intermediate", GOOD, |c| { c.via(1); c.between[0].extensions.push(unknown(false)); }),
    ("an unknown critical extension of the root", UNFIT, |c| c.root.extensions.push(unknown(true))),
    ("an unknown extension of the root", GOOD, |c| c.root.extensions.push(unknown(false))),
    ("critical policy constraints", UNFIT, |c| { c.via(1); c.between[0].extensions.push(of(POLICY_CONSTRAINTS, true, &[0x30, 3, 0x80, 1, 0])); }),
    ("critical inhibition of any policy", UNFIT, |c| { c.via(1); c.between[0].extensions.push(of(INHIBIT_ANY_POLICY, true, &[2, 1, 0])); }),
    ("policies, not critical", GOOD, |c| c.leaf.extensions.push(of(CERTIFICATE_POLICIES, false, &[0x30, 8, 0x30, 6, 6, 4, 0x55, 0x1d, 0x20, 0]))),
    ("an unknown extension twice", UNFIT, |c| c.leaf.extensions = vec![unknown(false), unknown(false)]),
    ("an extension of the leaf twice", UNFIT, |c| c.leaf.edit = Some(|parts| double_first(parts))),
    ("an extension of an intermediate twice", UNFIT, |c| { c.via(1); c.between[0].edit = Some(|parts| double_first(parts)); }),
    ("an extension of the root twice", UNFIT, |c| c.root.edit = Some(|parts| double_first(parts))),
    ("a serial number of zero", GOOD, |c| c.leaf.edit = Some(|parts| serial(parts, &[0]))),
    ("a negative serial number", GOOD, |c| c.leaf.edit = Some(|parts| serial(parts, &[0x80]))),
    ("a serial number of 20 bytes", GOOD, |c| c.leaf.edit = Some(|parts| serial(parts, &[0x11; 20]))),
    ("a certificate of version 2", UNFIT, |c| c.leaf.edit = Some(|parts| parts[0].1 = vec![2, 1, 1])),
    ("a version that does not exist", UNFIT, |c| c.leaf.edit = Some(|parts| parts[0].1 = vec![2, 1, 9])),
    ("another signature algorithm inside than outside", UNFIT, |c| c.leaf.edit = Some(|parts| parts[2].1 = vec![6, 3, 0x2b, 0x65, 0x70])),
    ("a byte after the leaf", MALFORMED, |c| c.shown = Some(|shown, _| shown[0] = [shown[0].to_vec(), vec![0]].concat().into())),
    ("a byte after the intermediate", UNFIT, |c| { c.via(1); c.shown = Some(|shown, _| shown[1] = [shown[1].to_vec(), vec![0]].concat().into()); }),
    ("a leaf that is cut", MALFORMED, |c| c.shown = Some(|shown, _| shown[0] = shown[0][..200].to_vec().into())),
    ("an intermediate that is cut", UNFIT, |c| { c.via(1); c.shown = Some(|shown, _| shown[1] = shown[1][..200].to_vec().into()); }),
    ("an intermediate that is no certificate", UNFIT, |c| { c.via(1); c.shown = Some(|shown, _| shown[1] = b"no certificate".to_vec().into()); }),
    ("an empty leaf", MALFORMED, |c| c.shown = Some(|shown, _| shown[0] = Vec::new().into())),
];
