//! The roster: the signed list of agencies, their roots, keys and endpoints.
//!
//! Owns what a reader may believe of it once its signature is checked, and which roster may follow which. The signed bytes
//! are what is kept and shown. It must not fetch or write files.

use std::collections::HashMap;
use std::fmt;

use rogatory_domain::id::{AgencyId, FederationId};
use rogatory_tlog::{Note, SignatureLine, VerifierKey};
use sha2::{Digest as _, Sha256};

use crate::record::RosterInForce;

mod card;
mod draft;
mod member;
mod succession;
#[cfg(test)]
mod tests;

pub use card::{CARD_BYTES_MAX, CARD_FORMAT, Card};
pub use draft::{FORMAT, MEMBERS_COUNT_MAX, Put, RosterDraft};
pub use member::{Acceptance, KeyText, LedgerKeyRange, Member, SealingKeyRange};
pub use succession::{RosterChange, RosterRefused};

/// Largest roster in bytes, signature included: 3,000 agencies with two RSA roots and a few retired keys each.
pub const ROSTER_BYTES_MAX: usize = 32 * 1024 * 1024;

/// A roster whose signature was checked.
#[derive(Clone)]
pub struct Roster {
    draft: RosterDraft,
    by_id: HashMap<AgencyId, usize>,
    note: String,
    digest: [u8; 32],
}

/// Why a roster is not accepted.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// Not a signed note, or longer than [`ROSTER_BYTES_MAX`].
    #[error("the roster is not a signed note of at most {ROSTER_BYTES_MAX} bytes")]
    Note,
    /// Not signed by the roster key that is trusted.
    #[error("the roster is not signed by the trusted roster key")]
    Signature,
    /// The text inside is not a roster.
    #[error("the roster's text is not readable: {0}")]
    Text(String),
    /// Fields that are out of bounds.
    #[error("fields of the roster are out of bounds: {}", .0.join(", "))]
    Fields(Vec<String>),
    /// Fields that the roster tells every reader to understand, and that this release does not know.
    #[error("the roster needs a later release, which understands: {}", .0.join(", "))]
    Later(Vec<String>),
}

impl Roster {
    /// Reads a roster from its signed note.
    ///
    /// # Errors
    /// Says whether the note, the signature or the text is at fault.
    pub fn verify(note: &str, key: &VerifierKey) -> Result<Self, RosterError> {
        let parsed = Note::parse_within(ROSTER_BYTES_MAX, note).map_err(|_| RosterError::Note)?;
        parsed.verify(key).map_err(|_| RosterError::Signature)?;
        Self::of(parsed.text(), note.to_owned())
    }

    /// Signs a roster: `signature` is the line of the federation's roster key over [`RosterDraft::to_text`].
    ///
    /// # Errors
    /// When the draft breaks a rule, or is larger than a roster may be.
    pub fn signed(draft: &RosterDraft, signature: SignatureLine) -> Result<Self, RosterError> {
        draft.check()?;
        let text = draft.to_text();
        let note = Note::within(ROSTER_BYTES_MAX, text, vec![signature]).map_err(|_| RosterError::Note)?;
        let whole = note.to_string();
        if whole.len() > ROSTER_BYTES_MAX {
            return Err(RosterError::Note);
        }
        Self::of(note.text(), whole)
    }

    fn of(text: &str, note: String) -> Result<Self, RosterError> {
        let draft = RosterDraft::parse(text)?;
        if draft.version == 0 {
            return Err(RosterError::Fields(vec!["version".to_owned()]));
        }
        let by_id = draft.members.iter().enumerate().map(|(at, member)| (member.id.clone(), at)).collect();
        Ok(Self { draft, by_id, note, digest: Sha256::digest(text).into() })
    }

    /// The federation.
    #[must_use]
    pub fn federation(&self) -> &FederationId {
        &self.draft.federation
    }

    /// The edition of an instrument, by its code, under which its agencies open cases.
    #[must_use]
    pub fn edition_of(&self, code: &str) -> u16 {
        self.draft.edition_of(code)
    }

    /// The edition of the calendars under which its agencies open cases.
    #[must_use]
    pub fn calendar_edition(&self) -> u16 {
        self.draft.edition_of(draft::CALENDARS)
    }

    /// Its version; never 0.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.draft.version
    }

    /// The agencies, in the order of the text.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.draft.members
    }

    /// The member of this id.
    #[must_use]
    pub fn member(&self, id: &AgencyId) -> Option<&Member> {
        self.by_id.get(id).map(|at| &self.draft.members[*at])
    }

    /// The signed note, as it was read.
    #[must_use]
    pub fn note(&self) -> &str {
        &self.note
    }

    /// What the next edition is made from.
    #[must_use]
    pub fn draft(&self) -> &RosterDraft {
        &self.draft
    }

    /// What a ledger keeps of this roster once it is in force.
    #[must_use]
    pub fn in_force(&self) -> RosterInForce {
        RosterInForce { version: self.version(), digest: self.digest }
    }
}

impl fmt::Debug for Roster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (version, members) = (self.version(), self.members().len());
        f.debug_struct("Roster").field("version", &version).field("members", &members).finish_non_exhaustive()
    }
}

/// Name of the key that signs a federation's rosters.
#[must_use]
pub fn roster_key_name(federation: &FederationId) -> String {
    format!("{federation}/roster")
}
