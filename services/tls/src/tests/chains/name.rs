//! Whom a certificate names, and the names an authority may give.

use rcgen::{CidrSubnet, GeneralSubtree, NameConstraints, SanType};

use super::made::{Chain, Made, dns, uri};
use super::{GOOD, Row, UNFIT, Verdict};
use crate::{HandshakeRefusal, IdentityError, SpiffeError};

const STRANGER: Verdict = Some(HandshakeRefusal::Stranger);

const fn bad(fault: IdentityError) -> Verdict {
    Some(HandshakeRefusal::BadIdentity(fault))
}

const fn spiffe(fault: SpiffeError) -> Verdict {
    bad(IdentityError::Spiffe(fault))
}

fn named(c: &mut Chain, text: &str) {
    c.leaf.sans = vec![uri(text)];
}

fn permitted(made: &mut Made, subtree: GeneralSubtree) {
    made.constraints =
        Some(NameConstraints { permitted_subtrees: vec![subtree], excluded_subtrees: Vec::new() });
}

fn excluded(made: &mut Made, subtree: GeneralSubtree) {
    made.constraints =
        Some(NameConstraints { permitted_subtrees: Vec::new(), excluded_subtrees: vec![subtree] });
}

fn domain() -> GeneralSubtree {
    GeneralSubtree::DnsName("a.example".to_owned())
}

fn network() -> GeneralSubtree {
    GeneralSubtree::IpAddress(CidrSubnet::V4([192, 0, 2, 0], [255, 255, 255, 0]))
}

fn address(last: u8) -> SanType {
    SanType::IpAddress([192, 0, 2, last].into())
}

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("a case system", GOOD, |c| named(c, "spiffe://nl-politie.demo.rogatory.example/case-system/bvh-2")),
    ("a host and an address beside the id", GOOD, |c| { c.leaf.sans.push(dns("node.a.example")); c.leaf.sans.push(address(1)); }),
    ("no name at all", bad(IdentityError::NoUri), |c| c.leaf.sans.clear()),
    ("a host only", bad(IdentityError::NoUri), |c| c.leaf.sans = vec![dns("nl-politie.demo.rogatory.example")]),
    ("two ids", bad(IdentityError::ManyUris), |c| c.leaf.sans.push(uri("spiffe://nl-politie.demo.rogatory.example/auditor/x"))),
    ("the same id twice", bad(IdentityError::ManyUris), |c| c.leaf.sans.push(c.leaf.sans[0].clone())),
    ("a second URI of another scheme", bad(IdentityError::ManyUris), |c| c.leaf.sans.push(uri("https://a.example"))),
    ("a URI of another scheme", spiffe(SpiffeError::NotSpiffe), |c| named(c, "https://nl-politie.demo.rogatory.example/node")),
    ("the scheme in capitals", spiffe(SpiffeError::NotSpiffe), |c| named(c, "SPIFFE://nl-politie.demo.rogatory.example/node")),
    ("no path", spiffe(SpiffeError::NotSpiffe), |c| named(c, "spiffe://nl-politie.demo.rogatory.example")),
    ("another federation", STRANGER, |c| named(c, "spiffe://nl-politie.other.example/node")),
    ("an agency that is not in the roster", STRANGER, |c| named(c, "spiffe://nl-om.demo.rogatory.example/node")),
    ("an agency in capitals", spiffe(SpiffeError::TrustDomain), |c| named(c, "spiffe://NL-politie.demo.rogatory.example/node")),
    ("a port", spiffe(SpiffeError::TrustDomain), |c| named(c, "spiffe://nl-politie.demo.rogatory.example:443/node")),
    ("a user", spiffe(SpiffeError::TrustDomain), |c| named(c, "spiffe://x@nl-politie.demo.rogatory.example/node")),
    ("a query", spiffe(SpiffeError::Role), |c| named(c, "spiffe://nl-politie.demo.rogatory.example/node?x")),
    ("a fragment", spiffe(SpiffeError::Role), |c| named(c, "spiffe://nl-politie.demo.rogatory.example/node#x")),
    ("a slash at the end", spiffe(SpiffeError::Role), |c| named(c, "spiffe://nl-politie.demo.rogatory.example/node/")),
    ("a letter as percent code", spiffe(SpiffeError::Role), |c| named(c, "spiffe://nl-politie.demo.rogatory.example/n%6fde")),
    ("an unknown role", spiffe(SpiffeError::Role), |c| named(c, "spiffe://nl-politie.demo.rogatory.example/root")),
    ("a node with a name", spiffe(SpiffeError::Role), |c| named(c, "spiffe://nl-politie.demo.rogatory.example/node/x")),
    ("an operator without a name", spiffe(SpiffeError::Role), |c| named(c, "spiffe://nl-politie.demo.rogatory.example/operator")),
    ("an empty name", spiffe(SpiffeError::Name), |c| named(c, "spiffe://nl-politie.demo.rogatory.example/operator/")),
    ("a name that goes up", spiffe(SpiffeError::Name), |c| named(c, "spiffe://nl-politie.demo.rogatory.example/operator/..")),
    ("a name with a slash", spiffe(SpiffeError::Name), |c| named(c, "spiffe://nl-politie.demo.rogatory.example/operator/x/y")),
    ("a name of 64 bytes", GOOD, |c| named(c, &format!("spiffe://nl-politie.demo.rogatory.example/operator/{}", "x".repeat(64)))),
    ("a name of 65 bytes", spiffe(SpiffeError::Name), |c| named(c, &format!("spiffe://nl-politie.demo.rogatory.example/operator/{}", "x".repeat(65)))),
    ("no subject", GOOD, |c| c.leaf.name = ""),
    ("a host that the intermediate may name", GOOD, |c| { c.via(1); permitted(&mut c.between[0], domain()); c.leaf.sans.push(dns("node.a.example")); }),
    ("a host that the intermediate may not name", UNFIT, |c| { c.via(1); permitted(&mut c.between[0], domain()); c.leaf.sans.push(dns("node.b.example")); }),
    ("a host that the intermediate is denied", UNFIT, |c| { c.via(1); excluded(&mut c.between[0], domain()); c.leaf.sans.push(dns("node.a.example")); }),
    ("a host that the root may not name", UNFIT, |c| { permitted(&mut c.root, domain()); c.leaf.sans.push(dns("node.b.example")); }),
    ("no host where hosts are limited", GOOD, |c| permitted(&mut c.root, domain())),
    ("an address that the intermediate may name", GOOD, |c| { c.via(1); permitted(&mut c.between[0], network()); c.leaf.sans.push(address(7)); }),
    ("an address that the intermediate is denied", UNFIT, |c| { c.via(1); excluded(&mut c.between[0], network()); c.leaf.sans.push(address(7)); }),
];
