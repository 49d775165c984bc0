//! The cast of the handshake tests: two agencies, their authorities and a fixed noon.

use std::net::IpAddr;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rogatory_domain::{AgencyId, FederationId};

use crate::{Authority, Clock, Credentials, Trust, TrustRoots, Validity};

pub(super) const AGENCY_A: &str = "nl-politie";
pub(super) const AGENCY_B: &str = "fr-jirs-marseille";
pub(super) const FEDERATION: &str = "demo.rogatory.example";
pub(super) const HOST: &str = "node.a.example";
pub(super) const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

pub(super) fn noon() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

pub(super) fn clock_at(at: Timestamp) -> Clock {
    Arc::new(move || at)
}

pub(super) fn week() -> Validity {
    Validity::starting(noon(), WEEK).unwrap()
}

pub(super) fn agency(id: &str) -> AgencyId {
    id.parse().unwrap()
}

pub(super) fn federation() -> FederationId {
    FEDERATION.parse().unwrap()
}

pub(super) fn authority(id: &str) -> Authority {
    authority_in(id, FEDERATION)
}

pub(super) fn authority_in(id: &str, federation: &str) -> Authority {
    let decade = Validity::starting(noon() - WEEK * 52, WEEK * 520).unwrap();
    Authority::create(agency(id), federation.parse().unwrap(), decade).unwrap()
}

pub(super) fn node(authority: &Authority) -> Credentials {
    let loopback: IpAddr = "127.0.0.1".parse().unwrap();
    authority.issue_node(&[HOST], &[loopback], week()).unwrap()
}

pub(super) fn roots(authority: &Authority) -> TrustRoots {
    TrustRoots::from_pem(authority.agency().clone(), authority.certificate_pem()).unwrap()
}

pub(super) fn trust(authorities: &[&Authority]) -> Trust {
    Trust::new(federation(), authorities.iter().map(|authority| roots(authority))).unwrap()
}

/// Agency A serves, agency B dials, and each knows the other.
pub(super) struct Pair {
    pub(super) a: Authority,
    pub(super) b: Authority,
    pub(super) trust: Trust,
}

pub(super) fn pair() -> Pair {
    let (a, b) = (authority(AGENCY_A), authority(AGENCY_B));
    let trust = trust(&[&a, &b]);
    Pair { a, b, trust }
}
