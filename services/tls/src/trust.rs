//! Which roots speak for which agency. There is no union of roots: a root belongs to one agency, and an
//! agency's certificates are checked against its own roots only.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rogatory_domain::{AgencyId, FederationId};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, KeyUsage, VerifiedPath, anchor_from_trusted_cert};
use x509_parser::certificate::X509Certificate;

use crate::chain;
use crate::config::{provider, unix_time};
use crate::identity::{PeerIdentity, last_instant, parse, spiffe_id, timestamp};
use crate::path::{self, Purpose};
use crate::refusal::HandshakeRefusal;
use crate::revocation::{Demand, ListFault, Revocation};
use crate::spiffe::{Role, SpiffeId};
use crate::stream::PeerChain;

/// One agency's roots, and what is known of the revocation of its certificates.
#[derive(Clone, Debug)]
pub struct TrustRoots {
    /// Whose certificates these roots vouch for.
    pub agency: AgencyId,
    /// Root certificates (DER); at least one.
    pub roots: Vec<Vec<u8>>,
    /// Its revocation lists.
    pub revocation: Revocation,
}

impl TrustRoots {
    /// Reads every root in `roots` (PEM); revocation is not checked.
    pub fn from_pem(agency: AgencyId, roots: &str) -> Result<Self, TrustError> {
        let roots = CertificateDer::pem_slice_iter(roots.as_bytes())
            .map(|der| der.map(|der| der.to_vec()))
            .collect::<Result<_, _>>()
            .map_err(|_| TrustError::Unreadable(agency.clone()))?;
        Ok(Self { agency, roots, revocation: Revocation::NotChecked })
    }

    /// The same roots with these lists.
    #[must_use]
    pub fn with_revocation(self, revocation: Revocation) -> Self {
        Self { revocation, ..self }
    }
}

/// Why a set of roots cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// A root cannot be read.
    #[error("a root of {0} cannot be read")]
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

/// What a certificate that was let in is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Clearance {
    /// Whatever its role may do.
    Full,
    /// Looking at the state of the node, and nothing else: an operator of the own agency, while the own agency's
    /// revocation lists cannot be believed. Somebody has to be able to see that.
    StateOnly,
}

/// Every agency of one federation with its own roots; cheap to clone.
#[derive(Clone, Debug)]
pub struct Trust {
    federation: FederationId,
    agencies: Arc<HashMap<AgencyId, AgencyTrust>>,
}

impl Trust {
    /// Reads the roots, or says which agency's are at fault; nothing is skipped.
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

    /// Whether this is the very same trust, so that what was judged under one need not be judged under the other.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.agencies, &other.agencies)
    }

    /// Why nobody of an agency is let in now, if so.
    ///
    /// # Errors
    /// The fault of its lists.
    pub fn revocation_of(&self, agency: &AgencyId, now: Timestamp) -> Result<(), ListFault> {
        self.agencies.get(agency).map_or(Ok(()), |trust| trust.revocation.current(now))
    }

    /// Ends that will change verdicts: each agency with the end of its newest root and of its lists.
    pub fn ends(&self) -> impl Iterator<Item = (&AgencyId, Timestamp, Option<Timestamp>)> {
        self.agencies.iter().map(|(agency, trust)| {
            let newest_root = trust.roots.iter().map(|root| root.not_after).max().unwrap_or(Timestamp::MIN);
            (agency, newest_root, trust.revocation.until())
        })
    }

    /// Judges a standing connection again, after a reload or as time passes. Costs a few signature checks: call it off
    /// the workers that serve, and when [`Trust::next_change`] says so.
    ///
    /// # Errors
    /// Why a new connection with this chain would be refused.
    pub fn judge(&self, peer: &PeerChain, now: Timestamp) -> Result<Clearance, HandshakeRefusal> {
        let (leaf, rest) = peer.certificates.split_first().ok_or(HandshakeRefusal::NoCertificate)?;
        let now = unix_time(now).ok_or(HandshakeRefusal::NotYetValid)?;
        let admission = |id: &SpiffeId| match &peer.admission {
            Some(admission) => admission.of(id),
            // Whom a dialled node had to be was settled when it was dialled, and its certificate has not changed.
            None => Ok(OnUnknown::Refuse),
        };
        self.verify(leaf, rest, peer.purpose, now, admission)
    }

    /// The first instant after `now` at which the verdict on a chain may be another one. Certificates are valid up to and
    /// with their last second, so each end is looked at twice: when it comes, and when its second is over.
    pub fn next_change(&self, peer: &PeerChain, now: Timestamp) -> Timestamp {
        let shown = peer.certificates.iter().filter_map(|der| parse(der).ok());
        let shown_ends = shown.map(|certificate| timestamp(certificate.validity().not_after.timestamp()));
        let agency = self.agencies.get(&peer.identity.agency);
        let held_ends = agency
            .into_iter()
            .flat_map(|trust| trust.roots.iter().map(|root| root.not_after).chain(trust.revocation.until()));
        let looks = |end: Timestamp| [end, end.saturating_add(SignedDuration::from_secs(1)).unwrap_or(end)];
        shown_ends.chain(held_ends).flat_map(looks).filter(|at| *at > now).min().unwrap_or(Timestamp::MAX)
    }

    /// Verifies a chain: bounds first, then its one name, then whether its holder is admitted, then the path to a root
    /// of the agency named.
    pub(crate) fn verify(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        purpose: Purpose,
        now: UnixTime,
        admission: impl FnOnce(&SpiffeId) -> Result<OnUnknown, HandshakeRefusal>,
    ) -> Result<Clearance, HandshakeRefusal> {
        let chain = chain::read(leaf, intermediates)?;
        let id = spiffe_id(&chain[0]).map_err(HandshakeRefusal::BadIdentity)?;
        let known = if *id.federation() == self.federation { self.agencies.get(id.agency()) } else { None };
        let agency = known.ok_or(HandshakeRefusal::Stranger)?;
        let on_unknown = admission(&id)?;
        let shown = Shown { leaf, intermediates, chain: &chain };
        match agency.verify(&shown, purpose, now, Demand::Current) {
            Ok(()) => Ok(Clearance::Full),
            Err(HandshakeRefusal::RevocationUnknown) if on_unknown == OnUnknown::LetLook => {
                agency.verify(&shown, purpose, now, Demand::NotNamed).map(|()| Clearance::StateOnly)
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// The agency whose authority issued a certificate for its node, whatever became of it since: it is judged as of its last
    /// second, and lists are not asked.
    pub(crate) fn issued_to_node(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
    ) -> Option<AgencyId> {
        let chain = chain::read(leaf, intermediates).ok()?;
        let id = spiffe_id(&chain[0]).ok().filter(|id| id.role() == Role::Node)?;
        let agency = self.agencies.get(id.agency()).filter(|_| *id.federation() == self.federation)?;
        let shown = Shown { leaf, intermediates, chain: &chain };
        match agency.verify(&shown, Purpose::Caller, last_instant(leaf)?, Demand::NotNamed) {
            Ok(()) | Err(HandshakeRefusal::Revoked) => Some(id.agency().clone()),
            Err(_) => None,
        }
    }

    /// What a certificate that was let in just now is good for, without checking it again.
    pub(crate) fn clearance(&self, identity: &PeerIdentity, now: Timestamp) -> Clearance {
        match self.revocation_of(&identity.agency, now) {
            Ok(()) => Clearance::Full,
            Err(_) => Clearance::StateOnly,
        }
    }
}

/// What becomes of a certificate whose revocation status cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnUnknown {
    /// It is refused.
    Refuse,
    /// Its holder may look at the state of the node, unless a list names the certificate.
    LetLook,
}

/// A chain as it came, and read.
struct Shown<'a> {
    leaf: &'a CertificateDer<'a>,
    intermediates: &'a [CertificateDer<'a>],
    chain: &'a [X509Certificate<'a>],
}

/// The roots and lists of one agency.
#[derive(Debug)]
struct AgencyTrust {
    roots: Vec<Root>,
    anchors: Vec<TrustAnchor<'static>>,
    revocation: Revocation,
}

#[derive(Debug)]
struct Root {
    der: CertificateDer<'static>,
    not_after: Timestamp,
}

impl AgencyTrust {
    fn new(entry: &TrustRoots) -> Result<Self, TrustError> {
        if entry.roots.is_empty() {
            return Err(TrustError::NoRoot(entry.agency.clone()));
        }
        let unreadable = || TrustError::Unreadable(entry.agency.clone());
        let mut roots = Vec::with_capacity(entry.roots.len());
        let mut anchors = Vec::with_capacity(entry.roots.len());
        for root in &entry.roots {
            let certificate = parse(root).map_err(|_| unreadable())?;
            let not_after = timestamp(certificate.validity().not_after.timestamp());
            let der = CertificateDer::from(root.clone());
            anchors.push(anchor_from_trusted_cert(&der).map_err(|_| unreadable())?.to_owned());
            roots.push(Root { der, not_after });
        }
        Ok(Self { roots, anchors, revocation: entry.revocation.clone() })
    }

    fn verify(
        &self,
        shown: &Shown<'_>,
        purpose: Purpose,
        now: UnixTime,
        demand: Demand,
    ) -> Result<(), HandshakeRefusal> {
        let leaf = EndEntityCert::try_from(shown.leaf).map_err(|fault| HandshakeRefusal::of_path(&fault))?;
        let usage = match purpose {
            Purpose::Caller => KeyUsage::client_auth(),
            Purpose::Node => KeyUsage::server_auth(),
        };
        let algorithms = provider().signature_verification_algorithms.all;
        // The path builder goes on looking after a path was rejected here, and then only says that it found none.
        let rejected = Cell::new(None);
        let judge = |path: &VerifiedPath<'_>| {
            self.check_path(shown, path, purpose, now).map_err(|refusal| {
                rejected.set(Some(refusal));
                webpki::Error::UnknownIssuer
            })
        };
        let verdict = self.revocation.with_options(demand, |options| {
            leaf.verify_for_usage(
                algorithms,
                &self.anchors,
                shown.intermediates,
                now,
                usage,
                options,
                Some(&judge),
            )
            .map(drop)
        });
        verdict.map_err(|fault| rejected.take().unwrap_or_else(|| HandshakeRefusal::of_path(&fault)))?;
        match &self.revocation {
            Revocation::ShutOut(..) if demand == Demand::Current => Err(HandshakeRefusal::RevocationUnknown),
            _ => Ok(()),
        }
    }

    /// Judges a path that the path builder found.
    fn check_path(
        &self,
        shown: &Shown<'_>,
        found: &VerifiedPath<'_>,
        purpose: Purpose,
        now: UnixTime,
    ) -> Result<(), HandshakeRefusal> {
        let (leaf, rest) = shown.chain.split_first().ok_or(HandshakeRefusal::NoCertificate)?;
        let read = |der: CertificateDer<'_>| rest.iter().find(|certificate| certificate.as_raw() == &*der);
        let intermediates: Option<Vec<_>> =
            found.intermediate_certificates().map(|certificate| read(certificate.der())).collect();
        let anchor = self.anchors.iter().position(|anchor| anchor == found.anchor());
        let root = anchor.and_then(|at| self.roots.get(at)).ok_or(HandshakeRefusal::WrongAuthority)?;
        let root = parse(&root.der).map_err(HandshakeRefusal::BadIdentity)?;
        let now = timestamp(i64::try_from(now.as_secs()).unwrap_or(i64::MAX));
        path::check(leaf, &intermediates.ok_or(HandshakeRefusal::Unfit)?, &root, purpose, now)
    }
}
