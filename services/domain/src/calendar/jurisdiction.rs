//! Whose calendar counts: a State, or a part of it with days of its own.
//! Owns how it is written and read; must not know any holiday.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::states;
use crate::id::Country;

/// Bytes that the part of a code has at most (ISO 3166-2).
const PART_BYTES: usize = 3;

/// A State, or a part of it by its code of ISO 3166-2: `DE`, `DE-BY`, `GB-SCT`, `FR-67`.
///
/// A calendar belongs to the authority that has to act, and the authority sits in a part: a court in Munich is free on days on which one
/// in Berlin works.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Jurisdiction {
    state: Country,
    /// Padded with zero bytes; all zero for the State as a whole.
    part: [u8; PART_BYTES],
}

/// A text that names no jurisdiction; the text itself is never repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JurisdictionError {
    /// It is not written as one.
    #[error(
        "not a jurisdiction: two capital letters of a State, and where a part of it is meant a hyphen and 1 to 3 capital letters or digits (ISO 3166-2)"
    )]
    Malformed,
    /// The table of the State lists all its parts, and this is none of them.
    #[error("{0} has no such part: its table in services/domain/calendars lists all of them")]
    NoSuchPart(Country),
}

impl Jurisdiction {
    /// The State.
    #[must_use]
    pub fn state(self) -> Country {
        self.state
    }

    /// The code of the part within its State, if it is a part.
    #[must_use]
    pub fn part(&self) -> Option<&str> {
        let bytes = self.part.iter().position(|byte| *byte == 0).unwrap_or(PART_BYTES);
        std::str::from_utf8(&self.part[..bytes]).ok().filter(|part| !part.is_empty())
    }

    /// A part of a State by its code, as it is written, whether or not a table lists it.
    pub(super) fn within(state: Country, code: &str) -> Result<Self, JurisdictionError> {
        let is_code = (1..=PART_BYTES).contains(&code.len())
            && code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if !is_code {
            return Err(JurisdictionError::Malformed);
        }
        let mut part = [0; PART_BYTES];
        part[..code.len()].copy_from_slice(code.as_bytes());
        Ok(Self { state, part })
    }
}

impl From<Country> for Jurisdiction {
    fn from(state: Country) -> Self {
        Self { state, part: [0; PART_BYTES] }
    }
}

impl FromStr for Jurisdiction {
    type Err = JurisdictionError;

    fn from_str(text: &str) -> Result<Self, JurisdictionError> {
        let (state, part) = text.split_once('-').map_or((text, None), |(state, part)| (state, Some(part)));
        let state = state.parse::<Country>().map_err(|_| JurisdictionError::Malformed)?;
        let Some(part) = part else { return Ok(state.into()) };
        let part = Self::within(state, part)?;
        if states::may_be(part) { Ok(part) } else { Err(JurisdictionError::NoSuchPart(state)) }
    }
}

impl TryFrom<String> for Jurisdiction {
    type Error = JurisdictionError;

    fn try_from(text: String) -> Result<Self, JurisdictionError> {
        text.parse()
    }
}

impl From<Jurisdiction> for String {
    fn from(jurisdiction: Jurisdiction) -> Self {
        jurisdiction.to_string()
    }
}

impl fmt::Display for Jurisdiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part() {
            Some(part) => write!(f, "{}-{part}", self.state),
            None => self.state.fmt(f),
        }
    }
}

impl fmt::Debug for Jurisdiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jurisdiction_is_read_as_it_is_written() {
        for text in
            ["DE", "DE-BY", "GB-EAW", "GB-SCT", "FR-67", "FR-974", "PT-20", "EU", "ZZ", "FR-75", "ZZ-1"]
        {
            let parsed: Jurisdiction = text.parse().unwrap();
            assert_eq!(parsed.to_string(), text);
            let json = serde_json::to_string(&parsed).unwrap();
            assert_eq!(json, format!("\"{text}\""));
            assert_eq!(serde_json::from_str::<Jurisdiction>(&json).unwrap(), parsed);
            let bytes = postcard::to_stdvec(&parsed).unwrap();
            assert_eq!(postcard::from_bytes::<Jurisdiction>(&bytes).unwrap(), parsed);
        }
        // As the EU's own texts call them.
        assert_eq!("UK-NIR".parse::<Jurisdiction>().unwrap().to_string(), "GB-NIR");
        assert_eq!("EL".parse::<Jurisdiction>().unwrap().to_string(), "GR");
    }

    #[test]
    fn what_is_no_jurisdiction_is_refused() {
        let malformed =
            ["", "D", "DEU", "de", "DE-", "-BY", "DE-by", "DE_BY", "DE-BAYE", "DE-B Y", "DE-BY-1", "DE-Ö"];
        for text in malformed {
            assert_eq!(text.parse::<Jurisdiction>(), Err(JurisdictionError::Malformed), "{text}");
        }
        // Their tables list every part; that of France does not.
        for text in ["DE-XX", "GB-ABC", "ES-M", "CH-XX"] {
            let state = text[..2].parse().unwrap();
            assert_eq!(text.parse::<Jurisdiction>(), Err(JurisdictionError::NoSuchPart(state)), "{text}");
        }
    }

    #[test]
    fn a_part_knows_its_state_and_stands_after_it() {
        let [bavaria, germany]: [Jurisdiction; 2] = ["DE-BY", "DE"].map(|text| text.parse().unwrap());
        assert_eq!((bavaria.state(), bavaria.part()), (germany.state(), Some("BY")));
        assert_eq!(germany.part(), None);
        assert!(germany < bavaria && bavaria < "DK".parse().unwrap());
        assert_eq!(Jurisdiction::from(germany.state()), germany);
    }
}
