//! Revocation lists of one agency: read from bytes, held against that agency's roots and against the newest list seen
//! before, and the newest of each issuer kept. What cannot be believed shuts out its agency and nobody else.
//!
//! It must not open files or remember numbers between starts; whoever does hands both in.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lc_rs::digest;
use jiff::Timestamp;
use rustls::pki_types::CertificateRevocationListDer;
use rustls::pki_types::pem::PemObject;
use webpki::{CertRevocationList, ExpirationPolicy, OwnedCertRevocationList, RevocationOptions};
use webpki::{RevocationCheckDepth, RevocationOptionsBuilder, UnknownStatusPolicy};
use x509_parser::asn1_rs::Any;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::FromDer;
use x509_parser::revocation_list::CertificateRevocationList;

use crate::config::provider;
use crate::identity::{parse, timestamp};

/// Bytes of one file of lists. A list has about 40 bytes a revoked certificate.
pub const LIST_BYTES_MAX: u64 = 16 << 20;

/// Why the lists of an agency are not believed. As long as it stands, nobody of that agency is let in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListFault {
    /// There is no file, and no word that there need not be one.
    #[error("there is no list")]
    Missing,
    /// The file cannot be read, for the reason the system gave.
    #[error("the file cannot be read: {0}")]
    File(String),
    /// The file is larger than [`LIST_BYTES_MAX`].
    #[error("the file is larger than {LIST_BYTES_MAX} bytes")]
    TooLarge,
    /// The file holds no list: it is empty, or PEM of another type.
    #[error("the file holds no list")]
    NoList,
    /// A list is cut, or no X.509 list of version 2.
    #[error("a list cannot be read")]
    Unreadable,
    /// A list has no number (RFC 5280, 5.2.3), so an older one could not be told from a newer one.
    #[error("a list has no number")]
    NoNumber,
    /// A list does not say when the next one comes (RFC 5280, 5.1.2.5), so it would be believed for ever.
    #[error("a list does not say when the next one is due")]
    NoNextUpdate,
    /// A list covers only some certificates (delta, indirect or of one distribution point), or has a critical
    /// extension that is unknown here.
    #[error("a list covers only a part of the certificates, or has an unknown critical extension")]
    Partial,
    /// No list is issued and signed by a root of this agency, or that root may not sign lists.
    #[error("no list is signed by a root of this agency")]
    ForeignSigner,
    /// The list has a lower number than one that was in force before.
    #[error("the list has number {found}, and number {held} was in force before")]
    Older {
        /// Number of the list at hand.
        found: ListNumber,
        /// Highest number seen.
        held: ListNumber,
    },
    /// The agency is said to have no list, and has one.
    #[error("there is a list beside the word that there is none")]
    Contradicted,
    /// The next list was due at this instant.
    #[error("the next list was due at {0}")]
    Overdue(Timestamp),
}

/// A list's number (RFC 5280, 5.2.3): up to 20 bytes, big-endian without leading zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListNumber(Vec<u8>);

impl ListNumber {
    /// Reads the hexadecimal digits that [`std::fmt::Display`] writes.
    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes = hex::decode(text).ok()?;
        let canonical = bytes.first() != Some(&0) && (1..=NUMBER_BYTES_MAX).contains(&bytes.len());
        (canonical || bytes == [0]).then(|| Self(trimmed(&bytes)))
    }
}

/// Longest number of a list (RFC 5280, 5.2.3).
const NUMBER_BYTES_MAX: usize = 20;

fn trimmed(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().skip_while(|byte| *byte == 0).collect()
}

impl Ord for ListNumber {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.0.len(), &self.0).cmp(&(other.0.len(), &other.0))
    }
}

impl PartialOrd for ListNumber {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl std::fmt::Display for ListNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&if self.0.is_empty() { "00".to_owned() } else { hex::encode(&self.0) })
    }
}

/// Who signs lists: the SHA-256 of a root's public key. A new key of an authority counts its lists anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListSigner([u8; 32]);

impl ListSigner {
    /// Reads the hexadecimal digits that [`std::fmt::Display`] writes.
    pub fn from_hex(text: &str) -> Option<Self> {
        hex::decode(text).ok()?.try_into().ok().map(Self)
    }
}

impl std::fmt::Display for ListSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// One list, believed.
#[derive(Clone, Debug)]
struct List {
    issuer: Vec<u8>,
    number: ListNumber,
    next_update: Timestamp,
    /// The root that signed it; an intermediate's list is checked when its certificate is shown.
    signer: Option<ListSigner>,
    parsed: Arc<CertRevocationList<'static>>,
}

/// The newest list of each issuer of one agency.
#[derive(Clone, Debug, Default)]
pub struct RevocationLists(Vec<List>);

impl RevocationLists {
    /// Reads every list in `bytes` (PEM, or one in DER) and keeps the newest of each issuer. `roots` are the agency's
    /// (DER). That a list is overdue is no fault here, since it becomes so while time passes.
    ///
    /// # Errors
    /// The first fault of any list: a file that is wrong in part is not believed in part.
    pub fn read(bytes: &[u8], roots: &[Vec<u8>]) -> Result<Self, ListFault> {
        let roots: Vec<_> = roots.iter().filter_map(|der| parse(der).ok()).collect();
        let mut newest: BTreeMap<Vec<u8>, List> = BTreeMap::new();
        for der in split(bytes)? {
            let list = List::read(&der, &roots)?;
            match newest.get(&list.issuer) {
                Some(held) if held.number > list.number => {}
                _ => drop(newest.insert(list.issuer.clone(), list)),
            }
        }
        if newest.is_empty() {
            return Err(ListFault::NoList);
        }
        if newest.values().all(|list| list.signer.is_none()) {
            return Err(ListFault::ForeignSigner);
        }
        Ok(Self(newest.into_values().collect()))
    }

    /// Numbers of the lists that roots signed, to be remembered.
    pub fn numbers(&self) -> impl Iterator<Item = (ListSigner, &ListNumber)> {
        self.0.iter().filter_map(|list| Some((list.signer?, &list.number)))
    }

    /// Whether a list is older than one that `held` remembers of the same signer.
    ///
    /// # Errors
    /// [`ListFault::Older`].
    pub fn check_newer_than(&self, held: impl Fn(ListSigner) -> Option<ListNumber>) -> Result<(), ListFault> {
        for (signer, number) in self.numbers() {
            if let Some(held) = held(signer).filter(|held| held > number) {
                return Err(ListFault::Older { found: number.clone(), held });
            }
        }
        Ok(())
    }

    /// The first instant at which one of them is overdue.
    pub fn next_update(&self) -> Option<Timestamp> {
        self.0.iter().map(|list| list.next_update).min()
    }
}

/// What is known of the revocation of one agency's certificates.
#[derive(Clone, Debug)]
pub enum Revocation {
    /// Nobody looks: no directory of lists is configured, or the agency is said to have none.
    NotChecked,
    /// These lists count.
    Lists(RevocationLists),
    /// The lists are not believed, so nobody of this agency is let in. Whatever could be read still names revoked
    /// certificates.
    ShutOut(ListFault, RevocationLists),
}

/// Which answer of the lists is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Demand {
    /// A current list must cover every certificate of the chain.
    Current,
    /// No list may name a certificate of the chain, however old it is; what no list covers passes.
    NotNamed,
}

impl Revocation {
    /// Why nobody of the agency is let in now, if so.
    ///
    /// # Errors
    /// The fault of the lists, or [`ListFault::Overdue`].
    pub fn current(&self, now: Timestamp) -> Result<(), ListFault> {
        match self {
            Self::NotChecked => Ok(()),
            Self::ShutOut(fault, _) => Err(fault.clone()),
            Self::Lists(lists) => match lists.next_update() {
                Some(due) if due <= now => Err(ListFault::Overdue(due)),
                _ => Ok(()),
            },
        }
    }

    /// When the lists that count end.
    pub fn until(&self) -> Option<Timestamp> {
        match self {
            Self::Lists(lists) => lists.next_update(),
            Self::NotChecked | Self::ShutOut(..) => None,
        }
    }

    /// Runs `verify` with the options that `demand` means for these lists.
    pub(crate) fn with_options<T>(
        &self,
        demand: Demand,
        verify: impl FnOnce(Option<RevocationOptions<'_>>) -> T,
    ) -> T {
        let lists = match self {
            Self::NotChecked => return verify(None),
            Self::Lists(lists) | Self::ShutOut(_, lists) => lists,
        };
        let parsed: Vec<_> = lists.0.iter().map(|list| &*list.parsed).collect();
        let (status, expiration) = match demand {
            Demand::Current => (UnknownStatusPolicy::Deny, ExpirationPolicy::Enforce),
            Demand::NotNamed => (UnknownStatusPolicy::Allow, ExpirationPolicy::Ignore),
        };
        let options = RevocationOptionsBuilder::new(&parsed).ok().map(|builder| {
            builder
                .with_depth(RevocationCheckDepth::Chain)
                .with_status_policy(status)
                .with_expiration_policy(expiration)
                .build()
        });
        verify(options)
    }
}

/// The lists of a file in DER.
fn split(bytes: &[u8]) -> Result<Vec<CertificateRevocationListDer<'static>>, ListFault> {
    if bytes.first() == Some(&DER_SEQUENCE) {
        return Ok(vec![CertificateRevocationListDer::from(bytes.to_vec())]);
    }
    CertificateRevocationListDer::pem_slice_iter(bytes)
        .collect::<Result<_, _>>()
        .map_err(|_| ListFault::Unreadable)
}

/// First byte of a list in DER; no PEM begins with it.
const DER_SEQUENCE: u8 = 0x30;

impl List {
    fn read(der: &[u8], roots: &[X509Certificate<'_>]) -> Result<Self, ListFault> {
        let list = match CertificateRevocationList::from_der(der) {
            Ok(([], list)) => list,
            _ => return Err(ListFault::Unreadable),
        };
        let next_update = list.next_update().ok_or(ListFault::NoNextUpdate)?;
        if !list.extensions().iter().all(covers_everything) {
            return Err(ListFault::Partial);
        }
        let number = list.crl_number().ok_or(ListFault::NoNumber)?.to_bytes_be();
        let number = ListNumber(trimmed(&number));
        if number.0.len() > NUMBER_BYTES_MAX {
            return Err(ListFault::Unreadable);
        }
        let issuer = list.issuer().as_raw().to_vec();
        let issuers = || roots.iter().filter(|root| root.subject().as_raw() == issuer);
        let signer = issuers().find(|root| may_sign_lists(root) && is_signed_by(&list, root)).map(signer_of);
        if signer.is_none() && issuers().next().is_some() {
            return Err(ListFault::ForeignSigner);
        }
        Ok(Self {
            issuer,
            number,
            next_update: timestamp(next_update.timestamp()),
            signer,
            parsed: Arc::new(
                OwnedCertRevocationList::from_der(der).map_err(|_| ListFault::Unreadable)?.into(),
            ),
        })
    }
}

/// Whether an extension leaves the list one of all certificates of its issuer.
fn covers_everything(extension: &x509_parser::extensions::X509Extension<'_>) -> bool {
    match extension.parsed_extension() {
        ParsedExtension::CRLNumber(_) | ParsedExtension::AuthorityKeyIdentifier(_) => true,
        // Whatever its flags say, a list with a scope leaves something out.
        ParsedExtension::IssuingDistributionPoint(_) => false,
        _ => !extension.critical,
    }
}

fn may_sign_lists(root: &X509Certificate<'_>) -> bool {
    match root.key_usage() {
        Ok(usage) => usage.is_none_or(|usage| usage.value.crl_sign()),
        Err(_) => false,
    }
}

/// Checks a signature with the algorithms that count for certificates.
fn is_signed_by(list: &CertificateRevocationList<'_>, root: &X509Certificate<'_>) -> bool {
    let check = || {
        let (_, outer) = Any::from_der(list.as_raw()).ok()?;
        let (rest, _) = Any::from_der(outer.data).ok()?;
        let (_, signature_algorithm) = Any::from_der(rest).ok()?;
        let (_, key) = Any::from_der(root.public_key().raw).ok()?;
        let (_, key_algorithm) = Any::from_der(key.data).ok()?;
        let point = &root.public_key().subject_public_key.data;
        let signed = list.tbs_cert_list.as_ref();
        let algorithms = provider().signature_verification_algorithms.all;
        algorithms
            .iter()
            .filter(|algorithm| {
                algorithm.signature_alg_id().as_ref() == signature_algorithm.data
                    && algorithm.public_key_alg_id().as_ref() == key_algorithm.data
            })
            .find(|algorithm| algorithm.verify_signature(point, signed, &list.signature_value.data).is_ok())
    };
    check().is_some()
}

fn signer_of(root: &X509Certificate<'_>) -> ListSigner {
    let digest = digest::digest(&digest::SHA256, root.public_key().raw);
    ListSigner(digest.as_ref().try_into().expect("SHA-256 gives 32 bytes"))
}
