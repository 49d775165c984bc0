//! An agency's card: what it sends to whoever signs the roster, in one file, and the fingerprint that both compare by another
//! way, such as the telephone.
//!
//! Owns format and fingerprint. A card is not signed: the comparison is what makes it the agency's.

use rogatory_domain::id::FederationId;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::RosterError;
use super::draft::RosterDraft;
use super::member::Member;

/// Format line of this version.
pub const CARD_FORMAT: &str = "rogatory-card/v1";

/// Largest card in bytes: one agency with every list full.
pub const CARD_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Bytes of the fingerprint: nobody finds another card that has the same.
const FINGERPRINT_BYTES: usize = 16;

/// What an agency says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Always [`CARD_FORMAT`].
    pub format: String,
    /// The federation it wants to be in.
    pub federation: FederationId,
    /// Its part of the roster.
    pub agency: Member,
}

impl Card {
    /// The card of an agency.
    #[must_use]
    pub fn new(federation: FederationId, agency: Member) -> Self {
        Self { format: CARD_FORMAT.to_owned(), federation, agency }
    }

    /// Reads a card.
    ///
    /// # Errors
    /// Names every field that no roster takes.
    pub fn parse(text: &str) -> Result<Self, RosterError> {
        if text.len() > CARD_BYTES_MAX {
            return Err(RosterError::Text(format!("a card has at most {CARD_BYTES_MAX} bytes")));
        }
        let card: Self =
            toml::from_str(text).map_err(|error| RosterError::Text(error.message().to_owned()))?;
        if card.format != CARD_FORMAT {
            return Err(RosterError::Fields(vec!["format".to_owned()]));
        }
        let members = vec![card.agency.clone()];
        RosterDraft { members, ..RosterDraft::new(card.federation.clone()) }.check()?;
        Ok(card)
    }

    /// The text to be sent.
    #[must_use]
    pub fn to_text(&self) -> String {
        toml::to_string(self).expect("a card holds only values that TOML can express")
    }

    /// The fingerprint of a card as it was sent, in groups that can be read aloud.
    #[must_use]
    pub fn fingerprint(text: &str) -> String {
        let digest = Sha256::digest(text);
        let groups = digest[..FINGERPRINT_BYTES].chunks(2).map(hex::encode_upper);
        groups.collect::<Vec<_>>().join(" ")
    }

    /// Whether what somebody read aloud is the fingerprint of a card, whatever stands between the digits.
    #[must_use]
    pub fn is_fingerprint(text: &str, said: &str) -> bool {
        let digits = |text: &str| -> String {
            text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
        };
        digits(&Self::fingerprint(text)) == digits(said)
    }
}
