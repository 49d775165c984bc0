//! Which roots speak for which agency. There is no union of roots: a root belongs to one agency, and an
//! agency's certificates are checked against its own roots only.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use rogatory_domain::{AgencyId, FederationId};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;

use crate::config::{provider, unix_time};
use crate::refusal::HandshakeRefusal;
use crate::spiffe::SpiffeId;
use crate::stream::PeerChain;
use crate::verify::CallerVerifier;

/// One agency's roots and revocation lists as the roster has them: plain bytes (DER).
#[derive(Clone, Debug)]
pub struct TrustRoots {
    /// Whose certificates these roots vouch for.
    pub agency: AgencyId,
    /// Root certificates; at least one.
    pub roots: Vec<Vec<u8>>,
    /// Revocation lists. With any, a certificate no current list covers is refused.
    pub revocation_lists: Vec<Vec<u8>>,
}

impl TrustRoots {
    /// Reads every root in `roots` and every list in `revocation_lists`, both PEM; the latter may be empty.
    pub fn from_pem(agency: AgencyId, roots: &str, revocation_lists: &str) -> Result<Self, TrustError> {
        let unreadable = |_| TrustError::Unreadable(agency.clone());
        let roots: Vec<_> = CertificateDer::pem_slice_iter(roots.as_bytes())
            .map(|der| der.map(|der| der.to_vec()))
            .collect::<Result<_, _>>()
            .map_err(unreadable)?;
        let revocation_lists = CertificateRevocationListDer::pem_slice_iter(revocation_lists.as_bytes())
            .map(|der| der.map(|der| der.to_vec()))
            .collect::<Result<_, _>>()
            .map_err(unreadable)?;
        Ok(Self { agency, roots, revocation_lists })
    }
}

/// Why a set of roots cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// A root or revocation list cannot be read.
    #[error("a root or revocation list of {0} cannot be read")]
    Unreadable(AgencyId),
    /// An agency without a root.
    #[error("{0} has no root")]
    NoRoot(AgencyId),
    /// An agency listed twice.
    #[error("{0} is listed twice")]
    Duplicate(AgencyId),
    /// A root listed for two agencies: its holder could speak for both.
    #[error("a root of {0} is also a root of another agency")]
    SharedRoot(AgencyId),
}

/// The verifiers of one agency, over its own roots.
#[derive(Debug)]
pub(crate) struct AgencyTrust {
    pub(crate) clients: Arc<dyn ClientCertVerifier>,
    pub(crate) servers: Arc<WebPkiServerVerifier>,
}

/// Every agency of one federation with its own verifiers; cheap to clone.
#[derive(Clone, Debug)]
pub struct Trust {
    federation: FederationId,
    agencies: Arc<HashMap<AgencyId, AgencyTrust>>,
}

impl Trust {
    /// Builds the verifiers, or says which agency's data is at fault; nothing is skipped.
    pub fn new(
        federation: FederationId,
        agencies: impl IntoIterator<Item = TrustRoots>,
    ) -> Result<Self, TrustError> {
        let mut seen = HashSet::new();
        let mut built = HashMap::new();
        for entry in agencies {
            let own: HashSet<_> = entry.roots.iter().cloned().collect();
            if !seen.is_disjoint(&own) {
                return Err(TrustError::SharedRoot(entry.agency));
            }
            seen.extend(own);
            let trust = AgencyTrust::new(&entry)?;
            if built.insert(entry.agency.clone(), trust).is_some() {
                return Err(TrustError::Duplicate(entry.agency));
            }
        }
        Ok(Self { federation, agencies: Arc::new(built) })
    }

    /// The federation all of these agencies are in.
    pub fn federation(&self) -> &FederationId {
        &self.federation
    }

    /// Whether the agency has roots here.
    pub fn knows(&self, agency: &AgencyId) -> bool {
        self.agencies.contains_key(agency)
    }

    /// Judges a standing connection again, after a reload or as time passes: a swap of roots or revocation
    /// lists does not cut connections by itself. Costs a signature check; call it per reload, not per request.
    pub fn vouches_for(&self, peer: &PeerChain, now: Timestamp) -> Result<(), HandshakeRefusal> {
        let (leaf, rest) = peer.0.split_first().ok_or(HandshakeRefusal::NoCertificate)?;
        let now = unix_time(now).ok_or(HandshakeRefusal::NotYetValid)?;
        let verifier = CallerVerifier { trust: self.clone(), provider: provider() };
        match verifier.verify_client_cert(leaf, rest, now) {
            Ok(_) => Ok(()),
            Err(error) => Err(HandshakeRefusal::of_tls(&error)),
        }
    }

    /// The verifiers that must vouch for `id`.
    pub(crate) fn of(&self, id: &SpiffeId) -> Option<&AgencyTrust> {
        if *id.federation() == self.federation { self.agencies.get(id.agency()) } else { None }
    }
}

impl AgencyTrust {
    fn new(entry: &TrustRoots) -> Result<Self, TrustError> {
        if entry.roots.is_empty() {
            return Err(TrustError::NoRoot(entry.agency.clone()));
        }
        let unreadable = || TrustError::Unreadable(entry.agency.clone());
        let mut store = RootCertStore::empty();
        for root in &entry.roots {
            store.add(CertificateDer::from(root.clone())).map_err(|_| unreadable())?;
        }
        let store = Arc::new(store);
        let lists =
            || entry.revocation_lists.iter().map(|list| CertificateRevocationListDer::from(list.clone()));
        // Without enforcement rustls accepts a list that is long overdue.
        let clients = WebPkiClientVerifier::builder_with_provider(store.clone(), provider())
            .with_crls(lists())
            .enforce_revocation_expiration()
            .build()
            .map_err(|_| unreadable())?;
        let servers = WebPkiServerVerifier::builder_with_provider(store, provider())
            .with_crls(lists())
            .enforce_revocation_expiration()
            .build()
            .map_err(|_| unreadable())?;
        Ok(Self { clients, servers })
    }
}
