//! The text of a roster: what is written, edited and signed.
//!
//! Owns the format and its rule for later releases: fields that are not known are kept, unless the text says that whoever
//! does not understand them must not use it. It must not decide who signs.

use std::collections::{BTreeMap, HashSet};

use rogatory_domain::Instrument;
use rogatory_domain::calendar::{CURRENT_EDITION, Calendars, DECREE_EDITIONS};
use rogatory_domain::id::{AgencyId, FederationId};
use rogatory_domain::instrument::INSTRUMENTS;
use rogatory_domain::text::is_line;
use serde::{Deserialize, Serialize};
use toml::de::{DeTable, DeValue};

use super::RosterError;
use super::card::Card;
use super::member::Member;

/// Format line of this version.
pub const FORMAT: &str = "rogatory-roster/v1";

/// What format lines of every version begin with.
const FORMATS: &str = "rogatory-roster/v";

/// Most agencies in one roster.
pub const MEMBERS_COUNT_MAX: usize = 3_000;

/// The key of the calendars among the editions; the others are codes of instruments.
pub(super) const CALENDARS: &str = "calendars";

/// The edition of what a roster says none of.
const FIRST_EDITION: u16 = 1;

/// Longest key among the editions, in bytes.
const CODE_BYTES_MAX: usize = 64;

/// Faults that are told of one text; the first ones lead to the others.
const FAULTS_COUNT_MAX: usize = 20;

/// Every field that this release understands, as `must_understand` names them.
const UNDERSTOOD: &[&str] = &[
    "format",
    "federation",
    "version",
    "must_understand",
    "editions",
    "agency",
    "agency.id",
    "agency.name",
    "agency.country",
    "agency.part",
    "agency.party_id",
    "agency.endpoint",
    "agency.roots",
    "agency.accepts",
    "agency.accepts.instrument",
    "agency.accepts.capacities",
    "agency.ledger_keys",
    "agency.ledger_keys.key",
    "agency.ledger_keys.instance",
    "agency.ledger_keys.first",
    "agency.ledger_keys.last",
    "agency.sealing_keys",
    "agency.sealing_keys.key",
    "agency.sealing_keys.generation",
    "agency.sealing_keys.last",
];

/// What a roster says, before it is signed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RosterDraft {
    /// Always [`FORMAT`].
    pub format: String,
    /// Federation.
    pub federation: FederationId,
    /// Version, rising with each edition, from 1; of a draft, that of the last edition made from it, and 0 where there is none.
    pub version: u64,
    /// Dotted paths of fields that every reader has to understand, such as `agency.via`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub must_understand: Vec<String>,
    /// Under which editions the agencies open cases: of the calendars, and of each instrument by its code; the first where one is
    /// left out. A later edition comes into force for all at once, and a node that does not know it goes on by the roster before.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub editions: BTreeMap<String, u16>,
    /// The agencies.
    #[serde(rename = "agency", default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member>,
    /// Fields of a later release.
    #[serde(flatten)]
    pub other: toml::Table,
}

/// What became of an agency that was put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It was not in.
    New,
    /// It was in, and something of it is other now.
    Changed,
    /// It was in, and nothing changed.
    Unchanged,
}

impl RosterDraft {
    /// A roster without agencies.
    #[must_use]
    pub fn new(federation: FederationId) -> Self {
        Self {
            format: FORMAT.to_owned(),
            federation,
            version: 1,
            must_understand: Vec::new(),
            editions: newest_editions(),
            members: Vec::new(),
            other: toml::Table::new(),
        }
    }

    /// The edition of an instrument, or of the calendars, under which cases are opened.
    #[must_use]
    pub fn edition_of(&self, of: &str) -> u16 {
        self.editions.get(of).copied().unwrap_or(FIRST_EDITION)
    }

    /// Reads the text of a roster, whoever signed it.
    ///
    /// # Errors
    /// Says whether a later release is needed to read it, or names every field at fault.
    pub fn parse(text: &str) -> Result<Self, RosterError> {
        let unreadable = |error: toml::de::Error| RosterError::Text(error.message().to_owned());
        // Borrowed from the text: a roster of thousands of agencies has many short texts, and each would be held twice.
        let table = DeTable::parse(text).map_err(unreadable)?;
        // What a later release made may have another form everywhere, so this is asked first.
        check_understood(table.get_ref())?;
        let draft = Self::deserialize(toml::Deserializer::from(table)).map_err(unreadable)?;
        draft.check()?;
        let later: Vec<String> = draft
            .editions
            .iter()
            .filter(|(of, edition)| !is_known(of, **edition))
            .map(|(of, _)| path(of))
            .collect();
        if !later.is_empty() {
            return Err(RosterError::Later(later));
        }
        Ok(draft)
    }

    /// The text to be signed.
    #[must_use]
    pub fn to_text(&self) -> String {
        toml::to_string(self).expect("a roster holds only values that TOML can express")
    }

    /// Puts an agency in, as its card says, or in the place of what was said of it before. Keys that it had before stay, each
    /// with its last record or roster: what was proven under them stays proven. `last_record` is the newest record of a ledger
    /// that a new key replaces, as far as anybody holds it.
    ///
    /// # Errors
    /// [`RosterError`] where the roster would break a rule, or the card is of another federation; nothing is changed then.
    pub fn put(&mut self, card: Card, last_record: Option<u64>) -> Result<Put, RosterError> {
        if card.federation != self.federation {
            return Err(RosterError::Fields(vec!["federation".to_owned()]));
        }
        let mut next = self.clone();
        let known = next.members.iter_mut().find(|member| member.id == card.agency.id);
        let outcome = match known {
            Some(known) => {
                let changed = known.succeeded_by(card.agency, self.version, last_record)?;
                if changed == *known {
                    Put::Unchanged
                } else {
                    *known = changed;
                    Put::Changed
                }
            }
            None => {
                next.members.push(card.agency);
                Put::New
            }
        };
        next.check()?;
        *self = next;
        Ok(outcome)
    }

    /// Takes an agency out; says whether it was in.
    pub fn remove(&mut self, agency: &AgencyId) -> bool {
        let before = self.members.len();
        self.members.retain(|member| member.id != *agency);
        self.members.len() < before
    }

    /// Checks what a reader of the text will check, but the version, which an edition gets when it is signed.
    ///
    /// # Errors
    /// [`RosterError::Fields`] with every field that is out of bounds, up to a number that a person reads.
    pub fn check(&self) -> Result<(), RosterError> {
        let mut seen = HashSet::new();
        let of_members = self.members.iter().enumerate().flat_map(|(i, member)| {
            let twice = (!seen.insert(&member.id)).then(|| "id".to_owned());
            twice.into_iter().chain(member.faults()).map(move |field| format!("agency[{i}].{field}"))
        });
        let is_count = (1..=MEMBERS_COUNT_MAX).contains(&self.members.len());
        let of_roster = (!is_count).then(|| "agency".to_owned());
        let wrong =
            |(of, edition): &(&String, &u16)| **edition == 0 || of.len() > CODE_BYTES_MAX || !is_line(of);
        let of_editions = self.editions.iter().filter(wrong).map(|(of, _)| path(of));
        let faults: Vec<String> =
            of_roster.into_iter().chain(of_editions).chain(of_members).take(FAULTS_COUNT_MAX).collect();
        if faults.is_empty() { Ok(()) } else { Err(RosterError::Fields(faults)) }
    }
}

/// Everything of which this release has more than the first edition, in its newest.
fn newest_editions() -> BTreeMap<String, u16> {
    let instruments = INSTRUMENTS.iter().map(|known| (known.code, known.edition));
    // They come in the order of their editions, so that the last of a code stays.
    let all = instruments.chain([(CALENDARS, CURRENT_EDITION)]);
    all.filter(|(_, edition)| *edition > FIRST_EDITION)
        .map(|(of, edition)| (of.to_owned(), edition))
        .collect()
}

/// Whether this release has an edition, or a decree file makes it: whoever only reads the roster needs no such file, and a node asks
/// for it. Of an instrument that it does not know it opens no case.
fn is_known(of: &str, edition: u16) -> bool {
    match of {
        CALENDARS => DECREE_EDITIONS.contains(&edition) || Calendars::of(edition).is_some(),
        code => Instrument::of_code(code).is_none() || Instrument::of_edition(code, edition).is_some(),
    }
}

fn path(of: &str) -> String {
    format!(
        "editions.{}",
        of.chars().filter(|letter| !letter.is_control()).take(CODE_BYTES_MAX).collect::<String>()
    )
}

fn check_understood(table: &DeTable<'_>) -> Result<(), RosterError> {
    let of =
        |name: &str| table.iter().find(|(key, _)| key.get_ref() == name).map(|(_, value)| value.get_ref());
    let format = of("format").and_then(DeValue::as_str).unwrap_or_default();
    if format != FORMAT {
        let is_later = format.starts_with(FORMATS);
        let format = || vec!["format".to_owned()];
        return Err(if is_later { RosterError::Later(format()) } else { RosterError::Fields(format()) });
    }
    let named = of("must_understand").and_then(DeValue::as_array);
    let named =
        named.into_iter().flat_map(|fields| fields.iter()).filter_map(|field| field.get_ref().as_str());
    let unknown: Vec<String> =
        named.filter(|field| !UNDERSTOOD.contains(field)).take(FAULTS_COUNT_MAX).map(str::to_owned).collect();
    if unknown.is_empty() { Ok(()) } else { Err(RosterError::Later(unknown)) }
}
