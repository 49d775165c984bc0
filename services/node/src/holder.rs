//! Whose a certificate is when shares are counted: each own client has its own, another agency one for each role.
//!
//! It must not know what is counted.

use rogatory_domain::AgencyId;
use rogatory_tls::{PeerIdentity, Role};

/// Whoever has one share of something.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Holder {
    /// A client of the own agency, by its SPIFFE id.
    Own(String),
    /// All certificates that another agency issued for one role, so that minting names gains nothing.
    Other(AgencyId, Role),
}

impl Holder {
    /// The holder at the node of `own`.
    pub(crate) fn of(identity: &PeerIdentity, own: &AgencyId) -> Self {
        if identity.agency == *own {
            Self::Own(identity.spiffe_id.clone())
        } else {
            Self::Other(identity.agency.clone(), identity.role)
        }
    }
}
