//! The one name a certificate carries: `spiffe://<agency>.<federation>/<role>[/<name>]`. Parsing and writing
//! of that name; nothing about certificates or trust.

use std::fmt;
use std::str::FromStr;

use rogatory_domain::{AgencyId, FederationId};

/// Longest last path segment, in bytes.
const NAME_LIMIT: usize = 64;

/// What the holder of a certificate is; exactly one per certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// An agency's node, towards its peers and its own clients.
    Node,
    /// A case system submitting and reading referrals.
    CaseSystem,
    /// A person who runs the node.
    Operator,
    /// A person or court who may read the private part of records.
    Auditor,
}

impl Role {
    /// The first path segment of the SPIFFE id.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::CaseSystem => "case-system",
            Self::Operator => "operator",
            Self::Auditor => "auditor",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a URI is not one of this product's SPIFFE ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum SpiffeError {
    /// Another scheme, or no path.
    #[error("not a SPIFFE URI with a path")]
    NotSpiffe,
    /// The trust domain is not `<agency>.<federation>`.
    #[error("the trust domain is not an agency followed by its federation")]
    TrustDomain,
    /// The path names no role, or more than one.
    #[error("the path does not give exactly one role")]
    Role,
    /// The last path segment is empty, longer than 64 bytes, or outside `[A-Za-z0-9._-]`.
    #[error("the name is not 1 to 64 of the characters A-Z a-z 0-9 . _ -")]
    Name,
}

/// A parsed SPIFFE id: agency and federation from the trust domain, role and name from the path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SpiffeId {
    agency: AgencyId,
    federation: FederationId,
    role: Role,
    name: String,
}

impl SpiffeId {
    /// The id of an agency's node.
    pub fn node(agency: AgencyId, federation: FederationId) -> Self {
        Self { agency, federation, role: Role::Node, name: Role::Node.as_str().to_owned() }
    }

    /// The id of a holder other than a node; [`SpiffeError::Role`] for [`Role::Node`], which has no name.
    pub fn named(
        agency: AgencyId,
        federation: FederationId,
        role: Role,
        name: &str,
    ) -> Result<Self, SpiffeError> {
        if role == Role::Node {
            return Err(SpiffeError::Role);
        }
        Ok(Self { agency, federation, role, name: parse_name(name)? })
    }

    /// The agency whose authority must have issued the certificate.
    pub fn agency(&self) -> &AgencyId {
        &self.agency
    }

    /// The federation the certificate is for.
    pub fn federation(&self) -> &FederationId {
        &self.federation
    }

    /// The holder's one role.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The last path segment; `node` for a node.
    pub fn name(&self) -> &str {
        &self.name
    }
}

fn parse_name(name: &str) -> Result<String, SpiffeError> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    let fits = (1..=NAME_LIMIT).contains(&name.len()) && name.bytes().all(allowed);
    // The SPIFFE standard bars relative segments.
    if fits && name != "." && name != ".." { Ok(name.to_owned()) } else { Err(SpiffeError::Name) }
}

/// Splits a trust domain at its first dot; an agency id holds none.
pub(crate) fn parse_trust_domain(domain: &str) -> Result<(AgencyId, FederationId), SpiffeError> {
    let (agency, federation) = domain.split_once('.').ok_or(SpiffeError::TrustDomain)?;
    Ok((
        agency.parse().map_err(|_| SpiffeError::TrustDomain)?,
        federation.parse().map_err(|_| SpiffeError::TrustDomain)?,
    ))
}

impl FromStr for SpiffeId {
    type Err = SpiffeError;

    fn from_str(uri: &str) -> Result<Self, SpiffeError> {
        let rest = uri.strip_prefix("spiffe://").ok_or(SpiffeError::NotSpiffe)?;
        let (domain, path) = rest.split_once('/').ok_or(SpiffeError::NotSpiffe)?;
        let (agency, federation) = parse_trust_domain(domain)?;
        match path.split_once('/') {
            None if path == "node" => Ok(Self::node(agency, federation)),
            Some(("case-system", name)) => Self::named(agency, federation, Role::CaseSystem, name),
            Some(("operator", name)) => Self::named(agency, federation, Role::Operator, name),
            Some(("auditor", name)) => Self::named(agency, federation, Role::Auditor, name),
            _ => Err(SpiffeError::Role),
        }
    }
}

impl fmt::Display for SpiffeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "spiffe://{}.{}/{}", self.agency, self.federation, self.role)?;
        if self.role == Role::Node { Ok(()) } else { write!(f, "/{}", self.name) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_read_and_written_alike() {
        for (uri, role, name) in [
            ("spiffe://nl-politie.demo.rogatory.example/node", Role::Node, "node"),
            ("spiffe://nl-politie.demo.rogatory.example/case-system/bvh-2", Role::CaseSystem, "bvh-2"),
            ("spiffe://nl-politie.demo.rogatory.example/operator/j.jansen", Role::Operator, "j.jansen"),
            ("spiffe://nl-politie.demo.rogatory.example/auditor/ap", Role::Auditor, "ap"),
        ] {
            let id: SpiffeId = uri.parse().unwrap();
            assert_eq!((id.role(), id.name(), id.agency().to_string().as_str()), (role, name, "nl-politie"));
            assert_eq!(id.federation().to_string(), "demo.rogatory.example");
            assert_eq!(id.to_string(), uri);
        }
    }

    #[test]
    fn anything_else_is_refused_with_its_reason() {
        for (uri, reason) in [
            ("https://nl-politie.demo.example/node", SpiffeError::NotSpiffe),
            ("spiffe://nl-politie.demo.example", SpiffeError::NotSpiffe),
            ("spiffe://nl-politie/node", SpiffeError::TrustDomain),
            ("spiffe://NL-politie.demo.example/node", SpiffeError::TrustDomain),
            ("spiffe://nl-politie.demo.example/", SpiffeError::Role),
            ("spiffe://nl-politie.demo.example/node/", SpiffeError::Role),
            ("spiffe://nl-politie.demo.example/node/2", SpiffeError::Role),
            ("spiffe://nl-politie.demo.example/operator", SpiffeError::Role),
            ("spiffe://nl-politie.demo.example/root/x", SpiffeError::Role),
            ("spiffe://nl-politie.demo.example/operator/", SpiffeError::Name),
            ("spiffe://nl-politie.demo.example/operator/..", SpiffeError::Name),
            ("spiffe://nl-politie.demo.example/operator/x/auditor/x", SpiffeError::Name),
        ] {
            assert_eq!(uri.parse::<SpiffeId>(), Err(reason), "{uri}");
        }
    }
}
