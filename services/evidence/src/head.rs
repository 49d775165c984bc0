//! Heads: the signed size and root of one agency's ledger instance.
//!
//! Owns the origin line and the check of a head's signature. It must not decide whether two heads are consistent;
//! that takes a proof, see [`rogatory_tlog`].

use std::fmt;
use std::str::FromStr;

use bytes::Bytes;
use rogatory_domain::id::{AgencyId, FederationId};
use rogatory_tlog::{Checkpoint, Hash, KeyKind, Note, VerifierKey};
use uuid::Uuid;

use crate::roster::LedgerKeyRange;

/// Largest signed note of a head in bytes.
pub const HEAD_BYTES_MAX: usize = 2 * 1024;

/// One life of a ledger: a ledger that lost acknowledged records is succeeded by another instance.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Instance(Uuid);

impl Instance {
    /// An instance by its UUID.
    pub fn new(id: Uuid) -> Self {
        Self(id)
    }

    /// Its 16 bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// From 16 bytes; `None` for any other length.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        Uuid::from_slice(bytes).ok().map(Self)
    }
}

impl fmt::Display for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Instance {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        Uuid::try_parse(text).map(Self).map_err(|_| OriginError)
    }
}

/// The first line of every checkpoint: `<federation>/<agency>/<instance>`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Origin {
    /// Federation.
    pub federation: FederationId,
    /// Agency that owns the ledger.
    pub agency: AgencyId,
    /// Instance of the ledger.
    pub instance: Instance,
}

/// A text that is not an origin line.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not an origin line of the form federation/agency/instance")]
pub struct OriginError;

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.federation, self.agency, self.instance)
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let mut parts = text.split('/');
        let (Some(federation), Some(agency), Some(instance), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(OriginError);
        };
        Ok(Self {
            federation: federation.parse().map_err(|_| OriginError)?,
            agency: agency.parse().map_err(|_| OriginError)?,
            instance: instance.parse()?,
        })
    }
}

/// A head whose signature was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Ledger it belongs to.
    pub origin: Origin,
    /// Records under it.
    pub size: u64,
    /// Root over them.
    pub root: Hash,
    /// The signed note, as received.
    pub note: Bytes,
}

/// Why a note is not a head of the agency.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum HeadError {
    /// Not a signed note with a checkpoint in it.
    #[error("the head is not a readable signed checkpoint")]
    Malformed,
    /// The note names another federation, agency or ledger than expected.
    #[error("the head belongs to another ledger")]
    Origin,
    /// No signature of the agency's ledger key.
    #[error("the head is not signed by the agency's ledger key")]
    Signature,
}

impl Head {
    /// Reads a note that the given ledger key must have signed for this federation and agency.
    ///
    /// # Errors
    /// Says whether the note is unreadable, of another ledger, or wrongly signed.
    pub fn verify(
        note: &Bytes,
        federation: &FederationId,
        agency: &AgencyId,
        ledger_key: &[u8; 32],
    ) -> Result<Self, HeadError> {
        Self::verify_under(note, federation, agency, &[LedgerKeyRange::current(*ledger_key)])
    }

    /// As [`Head::verify`], under any of several keys, each for the heads that its range covers.
    ///
    /// # Errors
    /// As [`Head::verify`]; a head that no range covers is not signed by the agency.
    pub fn verify_under(
        note: &Bytes,
        federation: &FederationId,
        agency: &AgencyId,
        keys: &[LedgerKeyRange],
    ) -> Result<Self, HeadError> {
        if note.len() > HEAD_BYTES_MAX {
            return Err(HeadError::Malformed);
        }
        let text = std::str::from_utf8(note).map_err(|_| HeadError::Malformed)?;
        let parsed: Note = text.parse().map_err(|_| HeadError::Malformed)?;
        let checkpoint: Checkpoint = parsed.text().parse().map_err(|_| HeadError::Malformed)?;
        let origin: Origin = checkpoint.origin.parse().map_err(|_| HeadError::Malformed)?;
        if origin.federation != *federation || origin.agency != *agency {
            return Err(HeadError::Origin);
        }
        let is_signed_by = |range: &LedgerKeyRange| {
            let key = VerifierKey::new(&checkpoint.origin, KeyKind::Ed25519, &range.bytes());
            key.is_ok_and(|key| parsed.verify(&key).is_ok())
        };
        let mut covering = keys.iter().filter(|range| range.covers(origin.instance, checkpoint.size));
        if !covering.any(is_signed_by) {
            return Err(HeadError::Signature);
        }
        Ok(Self { origin, size: checkpoint.size, root: checkpoint.root, note: note.clone() })
    }
}
