//! The built-in certificate authority an agency may use when it has none: issues certificates for its node
//! and clients, and revocation lists. It speaks for one agency only and keeps no list of what it issued.

use std::fmt;
use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DnType, ExtendedKeyUsagePurpose,
    IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SanType, SerialNumber,
};
use rogatory_domain::{AgencyId, FederationId};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::config::Credentials;
use crate::identity::{parse, sole_uri};
use crate::request::{self, Requested};
use crate::spiffe::{Role, SpiffeError, SpiffeId, parse_trust_domain};

/// How far a new certificate's validity reaches back, for peers whose clocks run late.
pub const BACKDATING: SignedDuration = SignedDuration::from_mins(5);

/// Why an authority could not be made, read or used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthorityError {
    /// The certificate is not that of an authority made here.
    #[error("not the certificate of a built-in authority")]
    Certificate,
    /// The key cannot be read, or is not the authority's.
    #[error("not the private key of this authority")]
    Key,
    /// A client name that cannot stand in a SPIFFE id.
    #[error(transparent)]
    Name(#[from] SpiffeError),
    /// A host that cannot stand in a certificate.
    #[error("not a host name a certificate can carry")]
    Host,
    /// An instant no certificate can carry, or an end before its start.
    #[error("not a period a certificate can carry")]
    Period,
    /// Not a request for a certificate, or one that was changed, or that asks for names no certificate here has.
    #[error("not a request for a node's or client's certificate")]
    Request,
    /// A request of another agency or federation.
    #[error("the request is of another agency than this authority speaks for")]
    OtherAgency,
    /// A serial number that is not hex.
    #[error("not a serial number")]
    Serial,
    /// Key generation or signing failed.
    #[error("the cryptographic library refused to sign")]
    Signing,
}

/// From when until when a certificate is valid, in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    from: OffsetDateTime,
    until: OffsetDateTime,
}

impl Validity {
    /// From [`BACKDATING`] before `now` until `lasting` after it.
    pub fn starting(now: Timestamp, lasting: SignedDuration) -> Result<Self, AuthorityError> {
        let until = now.checked_add(lasting).map_err(|_| AuthorityError::Period)?;
        let from = now.checked_sub(BACKDATING).map_err(|_| AuthorityError::Period)?;
        if until <= from {
            return Err(AuthorityError::Period);
        }
        Ok(Self { from: instant(from)?, until: instant(until)? })
    }
}

fn instant(at: Timestamp) -> Result<OffsetDateTime, AuthorityError> {
    OffsetDateTime::from_unix_timestamp(at.as_second()).map_err(|_| AuthorityError::Period)
}

/// The roles a client certificate can be issued for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientRole {
    /// See [`Role::CaseSystem`].
    CaseSystem,
    /// See [`Role::Operator`].
    Operator,
    /// See [`Role::Auditor`].
    Auditor,
}

impl From<ClientRole> for Role {
    fn from(role: ClientRole) -> Self {
        match role {
            ClientRole::CaseSystem => Self::CaseSystem,
            ClientRole::Operator => Self::Operator,
            ClientRole::Auditor => Self::Auditor,
        }
    }
}

/// One line of a revocation list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// Serial number as [`crate::PeerIdentity::serial`] gives it.
    pub serial: String,
    /// Since when.
    pub at: Timestamp,
}

/// One agency's certificate authority: P-256, no intermediates.
pub struct Authority {
    agency: AgencyId,
    federation: FederationId,
    issuer: Issuer<'static, KeyPair>,
    certificate_pem: String,
    key_pem: Zeroizing<String>,
}

impl Authority {
    /// Makes a new key and a self-signed root for one agency of one federation.
    pub fn create(
        agency: AgencyId,
        federation: FederationId,
        validity: Validity,
    ) -> Result<Self, AuthorityError> {
        let key = KeyPair::generate().map_err(|_| AuthorityError::Signing)?;
        let mut params = params(&format!("{agency} authority"), validity);
        // The trust domain without a path: an authority is nobody who could connect.
        params.subject_alt_names = vec![uri(&format!("spiffe://{agency}.{federation}"))?];
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key).map_err(|_| AuthorityError::Signing)?;
        Ok(Self {
            agency,
            federation,
            key_pem: Zeroizing::new(key.serialize_pem()),
            certificate_pem: certificate.pem(),
            issuer: Issuer::new(params, key),
        })
    }

    /// Reads an authority made by [`Authority::create`] back from its certificate and key.
    pub fn from_pem(certificate_pem: &str, key_pem: &str) -> Result<Self, AuthorityError> {
        let der = CertificateDer::from_pem_slice(certificate_pem.as_bytes())
            .map_err(|_| AuthorityError::Certificate)?;
        let certificate = parse(&der).map_err(|_| AuthorityError::Certificate)?;
        let domain = sole_uri(&certificate)
            .ok()
            .and_then(|uri| uri.strip_prefix("spiffe://"))
            .ok_or(AuthorityError::Certificate)?;
        let (agency, federation) = parse_trust_domain(domain).map_err(|_| AuthorityError::Certificate)?;
        let key = KeyPair::from_pem(key_pem).map_err(|_| AuthorityError::Key)?;
        if key.public_key_raw() != certificate.public_key().subject_public_key.data.as_ref() {
            return Err(AuthorityError::Key);
        }
        Ok(Self {
            agency,
            federation,
            issuer: Issuer::from_ca_cert_der(&der, key).map_err(|_| AuthorityError::Certificate)?,
            certificate_pem: certificate_pem.to_owned(),
            key_pem: Zeroizing::new(key_pem.to_owned()),
        })
    }

    /// The agency this authority speaks for.
    pub fn agency(&self) -> &AgencyId {
        &self.agency
    }

    /// The federation its certificates are for.
    pub fn federation(&self) -> &FederationId {
        &self.federation
    }

    /// The root, for the roster.
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// The private key: write it nowhere but to a file of mode 0600.
    pub fn key_pem(&self) -> &str {
        &self.key_pem
    }

    /// Issues the node's certificate, good for serving and for dialling peers.
    pub fn issue_node(
        &self,
        hosts: &[&str],
        addresses: &[IpAddr],
        validity: Validity,
    ) -> Result<Credentials, AuthorityError> {
        let mut names = Vec::with_capacity(hosts.len() + addresses.len());
        for host in hosts {
            names.push(SanType::DnsName((*host).try_into().map_err(|_| AuthorityError::Host)?));
        }
        names.extend(addresses.iter().copied().map(SanType::IpAddress));
        let id = SpiffeId::node(self.agency.clone(), self.federation.clone());
        self.issue(&id, names, validity)
    }

    /// Issues a client's certificate, good for dialling the node only.
    pub fn issue_client(
        &self,
        role: ClientRole,
        name: &str,
        validity: Validity,
    ) -> Result<Credentials, AuthorityError> {
        let id = SpiffeId::named(self.agency.clone(), self.federation.clone(), role.into(), name)?;
        self.issue(&id, Vec::new(), validity)
    }

    /// Issues the certificate (PEM) that a request asks for. What it is good for follows from the role.
    pub fn issue_requested(&self, request_pem: &str, validity: Validity) -> Result<String, AuthorityError> {
        let Requested { id, names, public_key } = request::read(request_pem)?;
        if *id.agency() != self.agency || *id.federation() != self.federation {
            return Err(AuthorityError::OtherAgency);
        }
        let is_node = id.role() == Role::Node;
        // A client has no host: its certificate is good for dialling only.
        if !is_node && !names.is_empty() {
            return Err(AuthorityError::Request);
        }
        let params = leaf(&id, names, uses_of(id.role()), validity)?;
        let certificate = params.signed_by(&public_key, &self.issuer).map_err(|_| AuthorityError::Signing)?;
        Ok(certificate.pem())
    }

    /// Signs a revocation list (PEM). `number` must grow; after `next_update` peers refuse every certificate.
    pub fn revocation_list(
        &self,
        number: u64,
        revoked: &[Revoked],
        now: Timestamp,
        next_update: Timestamp,
    ) -> Result<String, AuthorityError> {
        let revoked_certs = revoked.iter().map(revoked_line).collect::<Result<_, _>>()?;
        let list = CertificateRevocationListParams {
            this_update: instant(now)?,
            next_update: instant(next_update)?,
            crl_number: SerialNumber::from(number),
            issuing_distribution_point: None,
            revoked_certs,
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let signed = list.signed_by(&self.issuer).map_err(|_| AuthorityError::Signing)?;
        signed.pem().map_err(|_| AuthorityError::Signing)
    }

    fn issue(
        &self,
        id: &SpiffeId,
        names: Vec<SanType>,
        validity: Validity,
    ) -> Result<Credentials, AuthorityError> {
        let key = KeyPair::generate().map_err(|_| AuthorityError::Signing)?;
        let params = leaf(id, names, uses_of(id.role()), validity)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(|_| AuthorityError::Signing)?;
        let key_pem = Zeroizing::new(key.serialize_pem());
        Credentials::from_pem(&certificate.pem(), &key_pem).map_err(|_| AuthorityError::Signing)
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority")
            .field("agency", &self.agency)
            .field("federation", &self.federation)
            .finish_non_exhaustive()
    }
}

fn params(common_name: &str, validity: Validity) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, common_name);
    params.not_before = validity.from;
    params.not_after = validity.until;
    params
}

/// What a certificate of a role is good for.
fn uses_of(role: Role) -> Vec<ExtendedKeyUsagePurpose> {
    match role {
        Role::Node => vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth],
        Role::CaseSystem | Role::Operator | Role::Auditor => vec![ExtendedKeyUsagePurpose::ClientAuth],
    }
}

/// The certificate of a node or client.
fn leaf(
    id: &SpiffeId,
    mut names: Vec<SanType>,
    uses: Vec<ExtendedKeyUsagePurpose>,
    validity: Validity,
) -> Result<CertificateParams, AuthorityError> {
    names.push(uri(&id.to_string())?);
    let mut params = params(&format!("{} {}", id.agency(), id.role()), validity);
    params.subject_alt_names = names;
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = uses;
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn uri(text: &str) -> Result<SanType, AuthorityError> {
    Ok(SanType::URI(text.try_into().map_err(|_| AuthorityError::Host)?))
}

fn revoked_line(revoked: &Revoked) -> Result<RevokedCertParams, AuthorityError> {
    Ok(RevokedCertParams {
        serial_number: hex::decode(&revoked.serial).map_err(|_| AuthorityError::Serial)?.into(),
        revocation_time: instant(revoked.at)?,
        reason_code: None,
        invalidity_date: None,
    })
}
