//! One agency of a roster: where it is, what it takes, and its keys with the ranges for which each counts.
//!
//! Owns the form of an agency's part and its checks. A field that this release does not know is kept as it was written.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rogatory_domain::calendar::Jurisdiction;
use rogatory_domain::id::{AgencyId, Country};
use rogatory_domain::limits::LINE_BYTES;
use rogatory_domain::text::{is_blank, is_line};
use serde::{Deserialize, Serialize};

use super::RosterError;
use crate::head::{Head, Instance};

/// Most roots, keys of one kind, or instruments of one agency.
pub(super) const LIST_COUNT_MAX: usize = 64;

/// Longest root certificate in bytes of PEM.
pub(super) const ROOT_BYTES_MAX: usize = 16 * 1024;

/// Longest sealing key in bytes; X-Wing's has 1,216.
pub(super) const SEALING_KEY_BYTES_MAX: usize = 8 * 1024;

/// One agency of the roster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Id; with the federation it makes the trust domain of the agency's certificates.
    pub id: AgencyId,
    /// Official name; a line of at most `LINE_BYTES`, not blank.
    pub name: String,
    /// Jurisdiction whose calendar governs its clocks; ISO 3166-1 alpha-2.
    pub country: String,
    /// Part of that State with a calendar of its own, by ISO 3166-2: `BY` of `DE-BY`. None where the State's counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// ebCore party id.
    pub party_id: String,
    /// Host and port of its peer endpoint.
    pub endpoint: String,
    /// Hub by which it is reached. Reserved: this release shows it and dials the endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<AgencyId>,
    /// Its own root certificates, PEM. Roots are per agency; there is no union.
    pub roots: Vec<String>,
    /// What it takes, one entry an instrument.
    pub accepts: Vec<Acceptance>,
    /// Public keys of its ledgers, the current one last.
    pub ledger_keys: Vec<LedgerKeyRange>,
    /// Its public sealing keys, the current one last.
    pub sealing_keys: Vec<SealingKeyRange>,
    /// Fields of a later release.
    #[serde(flatten)]
    pub other: toml::Table,
}

/// An instrument that an agency takes, and in which capacities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Code of the instrument.
    pub instrument: String,
    /// Codes of the capacities in which the agency takes part. One that a reader does not know matters to others.
    pub capacities: Vec<String>,
    /// Fields of a later release.
    #[serde(flatten)]
    pub other: toml::Table,
}

/// A key that signs heads of a ledger, and the records that heads under it cover.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LedgerKeyRange {
    /// The Ed25519 key, base64 of 32 bytes.
    pub key: KeyText,
    /// The ledger instance; any under this key where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<Instance>,
    /// Position of the first record.
    #[serde(default)]
    pub first: u64,
    /// Position of the last record; none for the current key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<u64>,
    /// Fields of a later release.
    #[serde(flatten)]
    pub other: toml::Table,
}

/// A key that messages for an agency are sealed to, and the rosters under which they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SealingKeyRange {
    /// The X-Wing key, base64.
    pub key: KeyText,
    /// Its number among the agency's sealing keys, rising from 1.
    pub generation: u32,
    /// Version of the last roster under which it counted; none for the current key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<u64>,
    /// Fields of a later release.
    #[serde(flatten)]
    pub other: toml::Table,
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

impl Acceptance {
    /// An instrument in these capacities.
    #[must_use]
    pub fn new(instrument: &str, capacities: impl IntoIterator<Item = &'static str>) -> Self {
        let capacities = capacities.into_iter().map(str::to_owned).collect();
        Self { instrument: instrument.to_owned(), capacities, other: toml::Table::new() }
    }
}

impl LedgerKeyRange {
    /// A key that counts from the first record of whatever ledger it signs.
    #[must_use]
    pub fn current(key: [u8; 32]) -> Self {
        Self { key: KeyText(key.to_vec()), instance: None, first: 0, last: None, other: toml::Table::new() }
    }

    /// The key's bytes.
    #[must_use]
    pub fn bytes(&self) -> [u8; 32] {
        self.key.0.as_slice().try_into().expect("a parsed roster holds 32-byte ledger keys")
    }

    /// Whether it signs heads of this size of this ledger instance.
    #[must_use]
    pub fn covers(&self, instance: Instance, size: u64) -> bool {
        let newest = size.saturating_sub(1);
        self.instance.is_none_or(|own| own == instance)
            && self.first <= newest
            && self.last.is_none_or(|last| newest <= last)
    }
}

impl SealingKeyRange {
    /// The first key of an agency.
    #[must_use]
    pub fn first(key: &[u8]) -> Self {
        Self { key: KeyText(key.to_vec()), generation: 1, last: None, other: toml::Table::new() }
    }
}

impl Member {
    /// The key that signs its ledger now.
    #[must_use]
    pub fn ledger_key(&self) -> &LedgerKeyRange {
        self.ledger_keys.last().expect("an agency of a parsed roster has a current ledger key")
    }

    /// The keys of the ledgers that it had before, oldest first.
    #[must_use]
    pub fn retired_ledger_keys(&self) -> &[LedgerKeyRange] {
        self.ledger_keys.split_last().map_or(&[], |(_, retired)| retired)
    }

    /// The key that messages for it are sealed to now.
    #[must_use]
    pub fn sealing_key(&self) -> &[u8] {
        let current = self.sealing_keys.last();
        &current.expect("an agency of a parsed roster has a current sealing key").key.0
    }

    /// Whether a head, whose signature was checked when it came, is of the ledger that the agency has now.
    #[must_use]
    pub fn continues(&self, held: &Head) -> bool {
        let current = self.ledger_key();
        match current.instance {
            Some(instance) => instance == held.origin.instance,
            None => Head::verify(&held.note, &held.origin.federation, &self.id, &current.bytes()).is_ok(),
        }
    }

    /// Whether it takes an instrument at all.
    #[must_use]
    pub fn accepts(&self, instrument: &str) -> bool {
        self.accepts.iter().any(|accepted| accepted.instrument == instrument)
    }

    /// Whether it takes an instrument in this capacity.
    #[must_use]
    pub fn accepts_as(&self, instrument: &str, capacity: &str) -> bool {
        let mut accepted = self.accepts.iter().filter(|accepted| accepted.instrument == instrument);
        accepted.any(|accepted| accepted.capacities.iter().any(|code| code == capacity))
    }

    /// What a roster says of the agency once its own newer word counts. Keys that are replaced are retired: the ledger's with
    /// its last record, the sealing key with the last roster it stood in.
    pub(super) fn succeeded_by(
        &self,
        newer: Self,
        roster: u64,
        last_record: Option<u64>,
    ) -> Result<Self, RosterError> {
        let mut ledger_keys = self.ledger_keys.clone();
        let (now, next) = (self.ledger_key(), newer.ledger_key());
        if (&now.key, now.instance) != (&next.key, next.instance) {
            let last = last_record.ok_or_else(|| RosterError::Fields(vec!["ledger_keys.last".to_owned()]))?;
            ledger_keys
                .iter_mut()
                .filter(|range| range.last.is_none())
                .for_each(|range| range.last = Some(last));
            ledger_keys.push(next.clone());
        }
        let mut sealing_keys = self.sealing_keys.clone();
        if self.sealing_key() != newer.sealing_key() {
            let generation = sealing_keys.iter().map(|range| range.generation).max().unwrap_or(0);
            sealing_keys
                .iter_mut()
                .filter(|range| range.last.is_none())
                .for_each(|range| range.last = Some(roster));
            sealing_keys.push(SealingKeyRange {
                generation: generation + 1,
                ..SealingKeyRange::first(newer.sealing_key())
            });
        }
        Ok(Self { ledger_keys, sealing_keys, ..newer })
    }

    /// Whose calendar governs its clocks; none where no calendar has such a part.
    #[must_use]
    pub fn jurisdiction(&self) -> Option<Jurisdiction> {
        match &self.part {
            Some(part) => format!("{}-{part}", self.country).parse().ok(),
            None => self.country.parse::<Country>().ok().map(Jurisdiction::from),
        }
    }

    /// Every field that is out of bounds.
    pub(super) fn faults(&self) -> impl Iterator<Item = String> {
        let within = |text: &str| text.len() <= LINE_BYTES && is_line(text);
        let are_roots = |roots: &[String]| roots.iter().all(|root| root.len() <= ROOT_BYTES_MAX);
        let fields = [
            ("name", within(&self.name) && !is_blank(&self.name)),
            ("country", self.country.parse::<Country>().is_ok()),
            ("part", self.part.is_none() || self.jurisdiction().is_some()),
            ("party_id", within(&self.party_id)),
            ("endpoint", within(&self.endpoint)),
            ("roots", is_list(&self.roots) && are_roots(&self.roots)),
            ("accepts", self.accepts.len() <= LIST_COUNT_MAX),
            ("ledger_keys", is_list(&self.ledger_keys)),
            ("sealing_keys", is_list(&self.sealing_keys)),
        ];
        let fields = fields.into_iter().filter(|(_, proper)| !proper).map(|(field, _)| field.to_owned());
        fields
            .chain(self.acceptance_faults())
            .chain(self.ledger_key_faults())
            .chain(self.sealing_key_faults())
    }

    fn acceptance_faults(&self) -> impl Iterator<Item = String> {
        let is_code = |code: &String| !code.is_empty() && code.len() <= LINE_BYTES && is_line(code);
        self.accepts.iter().enumerate().flat_map(move |(i, accepted)| {
            let earlier = &self.accepts[..i];
            let twice = earlier.iter().any(|earlier| earlier.instrument == accepted.instrument);
            let capacities = &accepted.capacities;
            let fields = [
                ("instrument", is_code(&accepted.instrument) && !twice),
                ("capacities", capacities.len() <= LIST_COUNT_MAX && capacities.iter().all(is_code)),
            ];
            let wrong = fields.into_iter().filter(|(_, proper)| !proper);
            wrong.map(move |(field, _)| format!("accepts[{i}].{field}"))
        })
    }

    /// Only the last key is current, and no two count for the same heads of one ledger.
    fn ledger_key_faults(&self) -> impl Iterator<Item = String> {
        let current = self.ledger_keys.len().saturating_sub(1);
        self.ledger_keys.iter().enumerate().flat_map(move |(i, range)| {
            let overlaps = self.ledger_keys[..i].iter().any(|earlier| {
                let is_same_key = earlier.key == range.key;
                let is_same = match (earlier.instance, range.instance) {
                    (Some(one), Some(other)) => one == other,
                    _ => is_same_key,
                };
                is_same && earlier.last.is_none_or(|last| last >= range.first)
            });
            let fields = [
                ("key", range.key.0.len() == 32),
                ("first", !overlaps),
                (
                    "last",
                    range.last.is_none() == (i == current) && range.last.is_none_or(|n| n >= range.first),
                ),
            ];
            let wrong = fields.into_iter().filter(|(_, proper)| !proper);
            wrong.map(move |(field, _)| format!("ledger_keys[{i}].{field}"))
        })
    }

    fn sealing_key_faults(&self) -> impl Iterator<Item = String> {
        let current = self.sealing_keys.len().saturating_sub(1);
        self.sealing_keys.iter().enumerate().flat_map(move |(i, range)| {
            let before = i.checked_sub(1).map_or(0, |before| self.sealing_keys[before].generation);
            let fields = [
                ("key", (1..=SEALING_KEY_BYTES_MAX).contains(&range.key.0.len())),
                ("generation", range.generation > before),
                ("last", range.last.is_none() == (i == current)),
            ];
            let wrong = fields.into_iter().filter(|(_, proper)| !proper);
            wrong.map(move |(field, _)| format!("sealing_keys[{i}].{field}"))
        })
    }
}

fn is_list<T>(list: &[T]) -> bool {
    (1..=LIST_COUNT_MAX).contains(&list.len())
}
