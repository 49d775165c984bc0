//! Who may issue what, how far below whom, and who signed.

use rcgen::{BasicConstraints, ExtendedKeyUsagePurpose as Use, IsCa, KeyUsagePurpose as Usage};

use super::made::Chain;
use super::{GOOD, Row, UNFIT, WRONG_AUTHORITY};
use crate::path::Purpose;

fn path(longest: u8) -> IsCa {
    IsCa::Ca(BasicConstraints::Constrained(longest))
}

/// Removes version and extensions: what is left is version 1.
fn to_version_1(parts: &mut Vec<(u8, Vec<u8>)>) {
    parts.retain(|(tag, _)| !matches!(tag, 0xa0 | 0xa3));
}

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("a leaf under its root", GOOD, |_| {}),
    ("one intermediate", GOOD, |c| c.via(1)),
    ("two intermediates", GOOD, |c| c.via(2)),
    ("three intermediates", GOOD, |c| c.via(3)),
    ("the root is shown too", GOOD, |c| { c.via(1); c.shown = Some(|shown, root| shown.push(root.clone())); }),
    ("intermediates in another order", GOOD, |c| { c.via(3); c.shown = Some(|shown, _| shown[1..].reverse()); }),
    ("another authority's certificate beside", GOOD, |c| c.shown = Some(|shown, _| {
        let mut other = Chain::honest();
        other.via(1);
        shown.push(other.make().1.remove(1));
    })),
    ("an intermediate is missing", WRONG_AUTHORITY, |c| { c.via(2); c.shown = Some(|shown, _| drop(shown.remove(1))); }),
    ("only the root is shown beside the leaf", WRONG_AUTHORITY, |c| { c.via(1); c.shown = Some(|shown, root| shown[1] = root.clone()); }),
    ("a root of path length 0 over a leaf", GOOD, |c| c.root.ca = path(0)),
    ("a root of path length 0 over an intermediate", UNFIT, |c| { c.via(1); c.root.ca = path(0); }),
    ("a root of path length 1 over an intermediate", GOOD, |c| { c.via(1); c.root.ca = path(1); }),
    ("a root of path length 1 over two", UNFIT, |c| { c.via(2); c.root.ca = path(1); }),
    ("a root of path length 2 over two", GOOD, |c| { c.via(2); c.root.ca = path(2); }),
    ("a root of path length 2 over three", UNFIT, |c| { c.via(3); c.root.ca = path(2); }),
    ("an intermediate of path length 0 over a leaf", GOOD, |c| { c.via(1); c.between[0].ca = path(0); }),
    ("an intermediate of path length 0 over another", UNFIT, |c| { c.via(2); c.between[0].ca = path(0); }),
    ("an intermediate of path length 1 over another", GOOD, |c| { c.via(2); c.between[0].ca = path(1); }),
    ("an intermediate of path length 1 over two", UNFIT, |c| { c.via(3); c.between[0].ca = path(1); }),
    ("a self-issued authority does not count for path length 0", GOOD, |c| { c.via(1); c.root.ca = path(0); c.between[0].name = "root"; }),
    ("a self-issued authority beside another does not save it", UNFIT, |c| { c.via(2); c.root.ca = path(0); c.between[0].name = "root"; }),
    ("an intermediate without basic constraints", UNFIT, |c| { c.via(1); c.between[0].ca = IsCa::NoCa; }),
    ("an intermediate that is no authority", UNFIT, |c| { c.via(1); c.between[0].ca = IsCa::ExplicitNoCa; }),
    ("a root without basic constraints", UNFIT, |c| c.root.ca = IsCa::NoCa),
    ("a root that is no authority", UNFIT, |c| c.root.ca = IsCa::ExplicitNoCa),
    ("a root of version 1", GOOD, |c| c.root.edit = Some(to_version_1)),
    ("an intermediate of version 1", UNFIT, |c| { c.via(1); c.between[0].edit = Some(to_version_1); }),
    ("an intermediate that may not sign certificates", UNFIT, |c| { c.via(1); c.between[0].usage = vec![Usage::CrlSign]; }),
    ("an intermediate whose key usage is only that of a leaf", UNFIT, |c| { c.via(1); c.between[0].usage = vec![Usage::DigitalSignature]; }),
    ("an intermediate without key usage", GOOD, |c| { c.via(1); c.between[0].usage.clear(); }),
    ("a root that may not sign certificates", UNFIT, |c| c.root.usage = vec![Usage::CrlSign]),
    ("a root that may sign data as well", GOOD, |c| c.root.usage.push(Usage::DigitalSignature)),
    ("a root without key usage", GOOD, |c| c.root.usage.clear()),
    ("a leaf issued by a leaf", UNFIT, |c| { c.via(1); c.between[0] = c.leaf.clone(); c.between[0].name = "other leaf"; }),
    ("a leaf that is an authority", UNFIT, |c| c.leaf.ca = path(0)),
    ("a leaf without basic constraints", GOOD, |c| c.leaf.ca = IsCa::NoCa),
    ("a leaf without key usage", GOOD, |c| c.leaf.usage.clear()),
    ("a leaf that may encipher keys as well", GOOD, |c| c.leaf.usage.push(Usage::KeyEncipherment)),
    ("a leaf that may only encipher keys", UNFIT, |c| c.leaf.usage = vec![Usage::KeyEncipherment]),
    ("a leaf that may only agree on keys", UNFIT, |c| c.leaf.usage = vec![Usage::KeyAgreement]),
    ("a leaf that may only commit to contents", UNFIT, |c| c.leaf.usage = vec![Usage::ContentCommitment]),
    ("a leaf that may only sign certificates", UNFIT, |c| c.leaf.usage = vec![Usage::KeyCertSign]),
    ("a leaf that may sign certificates as well", UNFIT, |c| c.leaf.usage.push(Usage::KeyCertSign)),
    ("a leaf that may sign lists as well", UNFIT, |c| c.leaf.usage.push(Usage::CrlSign)),
    ("a caller without extended key usage", GOOD, |c| c.leaf.uses.clear()),
    ("a caller for clients only", GOOD, |c| c.leaf.uses = vec![Use::ClientAuth]),
    ("a caller for servers only", UNFIT, |c| c.leaf.uses = vec![Use::ServerAuth]),
    ("a caller for mail only", UNFIT, |c| c.leaf.uses = vec![Use::EmailProtection]),
    ("a caller for any use, which names none", UNFIT, |c| c.leaf.uses = vec![Use::Any]),
    ("a node for servers only", GOOD, |c| { c.purpose = Purpose::Node; c.leaf.uses = vec![Use::ServerAuth]; }),
    ("a node for clients only", UNFIT, |c| { c.purpose = Purpose::Node; c.leaf.uses = vec![Use::ClientAuth]; }),
    ("a node for both", GOOD, |c| c.purpose = Purpose::Node),
    ("an intermediate for clients", GOOD, |c| { c.via(1); c.between[0].uses = vec![Use::ClientAuth]; }),
    ("an intermediate for servers, a caller below", UNFIT, |c| { c.via(1); c.between[0].uses = vec![Use::ServerAuth]; }),
    ("an intermediate for servers, a node below", GOOD, |c| { c.via(1); c.purpose = Purpose::Node; c.between[0].uses = vec![Use::ServerAuth]; }),
    ("a root for clients", GOOD, |c| c.root.uses = vec![Use::ClientAuth]),
    ("a root for servers, a caller below", UNFIT, |c| c.root.uses = vec![Use::ServerAuth]),
    ("a root for any use", GOOD, |c| c.root.uses = vec![Use::Any]),
    ("a twin of the root signed it", WRONG_AUTHORITY, |c| c.is_twin = true),
    ("a twin of the root signed the intermediate", WRONG_AUTHORITY, |c| { c.via(1); c.is_twin = true; }),
    ("the signature of the leaf is broken", WRONG_AUTHORITY, |c| c.leaf.is_broken = true),
    ("the signature of the intermediate is broken", WRONG_AUTHORITY, |c| { c.via(1); c.between[0].is_broken = true; }),
    ("the signature of the root is broken, which nobody needs", GOOD, |c| c.root.is_broken = true),
    ("the leaf of another chain of the same names", WRONG_AUTHORITY, |c| { c.via(1); c.shown = Some(|shown, _| {
        let mut other = Chain::honest();
        other.via(1);
        shown[0] = other.make().1.remove(0);
    }); }),
    ("a leaf that signed itself", WRONG_AUTHORITY, |c| { c.is_twin = true; c.root.name = "leaf"; }),
];
