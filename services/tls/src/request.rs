//! Certificate requests (PKCS #10, RFC 2986): a key that stays where it was made, and the names that its holder asks the
//! agency's authority for.
//!
//! Owns what a request may ask for. It must not issue anything.

use std::net::IpAddr;

use rcgen::{CertificateParams, CertificateSigningRequestParams, DnType, KeyPair, SanType};
use rogatory_domain::{AgencyId, FederationId};
use zeroize::Zeroizing;

use crate::authority::{AuthorityError, ClientRole};
use crate::spiffe::SpiffeId;

/// Longest request in bytes of PEM.
const REQUEST_BYTES_MAX: usize = 16 * 1024;

/// A request and the key it is for.
pub struct CertificateRequest {
    /// The request, for the authority.
    pub pem: String,
    /// The private key: write it nowhere but to a file of mode 0600.
    pub key_pem: Zeroizing<String>,
}

impl CertificateRequest {
    /// Asks for the certificate of an agency's node, for its hosts and addresses.
    ///
    /// # Errors
    /// When a host cannot stand in a certificate.
    pub fn of_node(
        agency: AgencyId,
        federation: FederationId,
        hosts: &[&str],
        addresses: &[IpAddr],
    ) -> Result<Self, AuthorityError> {
        let mut names = Vec::with_capacity(hosts.len() + addresses.len());
        for host in hosts {
            names.push(SanType::DnsName((*host).try_into().map_err(|_| AuthorityError::Host)?));
        }
        names.extend(addresses.iter().copied().map(SanType::IpAddress));
        Self::make(&SpiffeId::node(agency, federation), names)
    }

    /// Asks for the certificate of a client.
    ///
    /// # Errors
    /// When the name cannot stand in a SPIFFE id.
    pub fn of_client(
        agency: AgencyId,
        federation: FederationId,
        role: ClientRole,
        name: &str,
    ) -> Result<Self, AuthorityError> {
        Self::make(&SpiffeId::named(agency, federation, role.into(), name)?, Vec::new())
    }

    fn make(id: &SpiffeId, mut names: Vec<SanType>) -> Result<Self, AuthorityError> {
        let key = KeyPair::generate().map_err(|_| AuthorityError::Signing)?;
        names.push(SanType::URI(id.to_string().as_str().try_into().map_err(|_| AuthorityError::Host)?));
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, format!("{} {}", id.agency(), id.role()));
        params.subject_alt_names = names;
        let request = params.serialize_request(&key).map_err(|_| AuthorityError::Signing)?;
        let pem = request.pem().map_err(|_| AuthorityError::Signing)?;
        Ok(Self { pem, key_pem: Zeroizing::new(key.serialize_pem()) })
    }
}

/// What a request asks for, its signature checked.
pub(crate) struct Requested {
    pub(crate) id: SpiffeId,
    /// Hosts and addresses.
    pub(crate) names: Vec<SanType>,
    pub(crate) public_key: rcgen::PublicKey,
}

/// Reads a request. Of its extensions only the names are believed; what a certificate is good for, its authority decides.
pub(crate) fn read(pem: &str) -> Result<Requested, AuthorityError> {
    if pem.len() > REQUEST_BYTES_MAX {
        return Err(AuthorityError::Request);
    }
    let request = CertificateSigningRequestParams::from_pem(pem).map_err(|_| AuthorityError::Request)?;
    let (uris, names): (Vec<_>, Vec<_>) =
        request.params.subject_alt_names.into_iter().partition(|name| matches!(name, SanType::URI(_)));
    let [SanType::URI(uri)] = &uris[..] else { return Err(AuthorityError::Request) };
    let id: SpiffeId = uri.as_str().parse()?;
    let are_hosts = names.iter().all(|name| matches!(name, SanType::DnsName(_) | SanType::IpAddress(_)));
    if are_hosts {
        Ok(Requested { id, names, public_key: request.public_key })
    } else {
        Err(AuthorityError::Request)
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;

    use super::*;
    use crate::authority::{Authority, Validity};
    use crate::config::Credentials;
    use crate::spiffe::Role;

    fn ids(agency: &str) -> (AgencyId, FederationId) {
        (agency.parse().unwrap(), "test.rogatory.example".parse().unwrap())
    }

    fn validity() -> Validity {
        Validity::starting(Timestamp::UNIX_EPOCH, SignedDuration::from_hours(24)).unwrap()
    }

    fn authority(agency: &str) -> Authority {
        let (agency, federation) = ids(agency);
        Authority::create(agency, federation, validity()).unwrap()
    }

    #[test]
    fn what_is_requested_is_issued_for_the_key_that_never_left_its_holder() {
        let (agency, federation) = ids("nl-om");
        let addresses = ["192.0.2.1".parse().unwrap()];
        let node = CertificateRequest::of_node(agency, federation, &["nl-om.example"], &addresses).unwrap();
        let (agency, federation) = ids("nl-om");
        let client = CertificateRequest::of_client(agency, federation, ClientRole::Auditor, "audit").unwrap();
        for (request, role) in [(node, Role::Node), (client, Role::Auditor)] {
            let issued = authority("nl-om").issue_requested(&request.pem, validity()).unwrap();
            let credentials = Credentials::from_pem(&issued, &request.key_pem).unwrap();
            assert_eq!(credentials.identity().role, role);
            let der = CertificateDer::from_pem_slice(issued.as_bytes()).unwrap();
            let ends = crate::identity::parse(&der).unwrap().validity().not_after.timestamp();
            assert_eq!(ends, 24 * 3_600, "the authority says for how long");
        }
    }

    #[test]
    fn an_authority_issues_nothing_for_another_agency_and_nothing_that_was_changed() {
        let (agency, federation) = ids("nl-om");
        let request = CertificateRequest::of_node(agency, federation, &["nl-om.example"], &[]).unwrap();
        let refused = authority("fr-jirs").issue_requested(&request.pem, validity());
        assert_eq!(refused.unwrap_err(), AuthorityError::OtherAgency);
        let own = authority("nl-om");
        let middle = request.pem.len() / 2;
        let letter = if request.pem.as_bytes()[middle] == b'A' { "B" } else { "A" };
        let changed = format!("{}{letter}{}", &request.pem[..middle], &request.pem[middle + 1..]);
        assert!(own.issue_requested(&changed, validity()).is_err());
        for text in ["", "no request", &"-".repeat(REQUEST_BYTES_MAX + 1), own.certificate_pem()] {
            assert_eq!(own.issue_requested(text, validity()).unwrap_err(), AuthorityError::Request);
        }
    }
}
