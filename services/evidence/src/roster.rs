//! The roster: the signed list of agencies, their roots, keys and endpoints.
//!
//! Owns the file format (TOML inside a signed note) and its checks. It must not fetch or write files.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rogatory_domain::id::{AgencyId, Country, FederationId};
use rogatory_domain::limits::LINE_BYTES;
use rogatory_domain::text::is_line;
use rogatory_tlog::{Note, VerifierKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::record::RosterInForce;

/// Format line of this version.
pub const FORMAT: &str = "rogatory-roster/v1";

/// Most agencies in one roster.
pub const MEMBERS_COUNT_MAX: usize = 2_000;

/// Largest roster file in bytes.
pub const ROSTER_BYTES_MAX: usize = 32 * 1024 * 1024;

/// The agencies of a federation, as signed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// Always [`FORMAT`].
    pub format: String,
    /// Federation.
    pub federation: FederationId,
    /// Version, rising by one with each edition.
    pub version: u64,
    /// The agencies.
    #[serde(rename = "agency")]
    pub members: Vec<Member>,
}

/// One agency of the roster.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Id.
    pub id: AgencyId,
    /// Official name; a line of at most `LINE_BYTES`, not blank.
    pub name: String,
    /// Jurisdiction whose calendar governs its clocks; ISO 3166-1 alpha-2.
    pub country: String,
    /// ebCore party id.
    pub party_id: String,
    /// Host and port of its peer endpoint.
    pub endpoint: String,
    /// Referral types it accepts.
    pub accepts: Vec<String>,
    /// Its own root certificates, PEM. Roots are per agency; there is no union.
    pub roots: Vec<String>,
    /// Public key of its ledger, base64 of 32 bytes.
    pub ledger_key: KeyText,
    /// Public sealing key (X-Wing), base64.
    pub sealing_key: KeyText,
}

/// Key bytes as base64 text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyText(pub Vec<u8>);

impl TryFrom<String> for KeyText {
    type Error = base64::DecodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        STANDARD.decode(text).map(Self)
    }
}

impl From<KeyText> for String {
    fn from(key: KeyText) -> Self {
        STANDARD.encode(key.0)
    }
}

/// Why a roster is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum RosterError {
    /// Not a signed note.
    #[error("the roster is not a signed note")]
    Note,
    /// Not signed by the roster key that is trusted.
    #[error("the roster is not signed by the trusted roster key")]
    Signature,
    /// The text inside is not a roster.
    #[error("the roster's text is not readable: {0}")]
    Text(String),
    /// A field is out of bounds.
    #[error("the roster's field {0} is out of bounds")]
    Field(String),
}

impl Member {
    /// The first of its texts that cannot be shown on a line as it is.
    fn improper_text(&self) -> Option<&'static str> {
        let within = |text: &str| text.len() <= LINE_BYTES && is_line(text);
        let proper = [
            ("name", within(&self.name) && !self.name.trim().is_empty()),
            ("country", self.country.parse::<Country>().is_ok()),
            ("party_id", within(&self.party_id)),
            ("endpoint", within(&self.endpoint)),
            ("accepts", self.accepts.iter().all(|accepted| within(accepted))),
        ];
        proper.into_iter().find(|(_, proper)| !proper).map(|(field, _)| field)
    }

    /// Public key of the agency's ledger.
    pub fn ledger_key(&self) -> [u8; 32] {
        self.ledger_key.0.as_slice().try_into().expect("a parsed roster holds 32-byte ledger keys")
    }
}

impl Roster {
    /// Reads a roster from its signed note.
    ///
    /// # Errors
    /// Says whether the note, the signature or the text is at fault.
    pub fn verify(note: &str, key: &VerifierKey) -> Result<Self, RosterError> {
        if note.len() > ROSTER_BYTES_MAX {
            return Err(RosterError::Note);
        }
        let note: Note = note.parse().map_err(|_| RosterError::Note)?;
        note.verify(key).map_err(|_| RosterError::Signature)?;
        Self::parse(note.text())
    }

    /// Reads the text of a roster whose signature is checked elsewhere.
    ///
    /// # Errors
    /// Names the field at fault.
    pub fn parse(text: &str) -> Result<Self, RosterError> {
        let roster: Self = toml::from_str(text).map_err(|e| RosterError::Text(e.message().to_owned()))?;
        roster.check()?;
        Ok(roster)
    }

    /// The text to be signed.
    pub fn to_text(&self) -> String {
        toml::to_string(self).expect("a roster holds only values that TOML can express")
    }

    /// What a ledger keeps of this roster once it is in force.
    #[must_use]
    pub fn in_force(&self) -> RosterInForce {
        RosterInForce { version: self.version, digest: Sha256::digest(self.to_text()).into() }
    }

    /// The member of this id.
    pub fn member(&self, id: &AgencyId) -> Option<&Member> {
        self.members.iter().find(|member| member.id == *id)
    }

    fn check(&self) -> Result<(), RosterError> {
        let fault = |path: String| Err(RosterError::Field(path));
        if self.format != FORMAT {
            return fault("format".into());
        }
        if self.members.len() > MEMBERS_COUNT_MAX {
            return fault("agency".into());
        }
        for (i, member) in self.members.iter().enumerate() {
            if self.members[..i].iter().any(|earlier| earlier.id == member.id) {
                return fault(format!("agency[{i}].id"));
            }
            if let Some(field) = member.improper_text() {
                return fault(format!("agency[{i}].{field}"));
            }
            if member.ledger_key.0.len() != 32 {
                return fault(format!("agency[{i}].ledger_key"));
            }
            if member.roots.is_empty() {
                return fault(format!("agency[{i}].roots"));
            }
        }
        Ok(())
    }
}

/// Name of the key that signs a federation's rosters.
pub fn roster_key_name(federation: &FederationId) -> String {
    format!("{federation}/roster")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roster(name: &str, endpoint: &str) -> Roster {
        let member = Member {
            id: "nl-om".parse().unwrap(),
            name: name.into(),
            country: "NL".into(),
            party_id: "urn:oasis:names:tc:ebcore:partyid-type:unregistered:nl-om".into(),
            endpoint: endpoint.into(),
            accepts: vec!["european_arrest_warrant".into()],
            roots: vec!["(a certificate)".into()],
            ledger_key: KeyText(vec![1; 32]),
            sealing_key: KeyText(vec![2; 4]),
        };
        let federation = "test.rogatory.example".parse().unwrap();
        Roster { format: FORMAT.into(), federation, version: 1, members: vec![member] }
    }

    #[test]
    fn names_and_endpoints_are_shown_as_they_are_or_the_roster_is_refused() {
        let fault = |name: &str, endpoint: &str| match Roster::parse(&roster(name, endpoint).to_text()) {
            Err(RosterError::Field(field)) => field,
            other => format!("{other:?}"),
        };
        assert!(Roster::parse(&roster("Parquet de Marseille", "nl-om.example:7001").to_text()).is_ok());
        for name in ["", " ", "Openbaar\nMinisterie", "\u{202e}MO", "\u{9b}2J", &"n".repeat(LINE_BYTES + 1)] {
            assert_eq!(fault(name, "a:1"), "agency[0].name", "{name:?}");
        }
        assert_eq!(fault("Openbaar Ministerie", "nl-om.example\u{1b}:7001"), "agency[0].endpoint");
    }
}
