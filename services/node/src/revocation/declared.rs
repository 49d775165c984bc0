//! Agencies that a file declares to publish no revocation list, and since when: noted beside the ledger, so that only what
//! changes goes on the record.
//!
//! It must not judge a certificate, and a note that is lost costs one more record.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use jiff::Timestamp;
use rogatory_domain::AgencyId;
use rogatory_keys::small_file::{self, SmallFileError};
use tracing::warn;

use super::{NUMBERS_BYTES_MAX, NumbersError};
use crate::config::Config;

/// File of the note, in the data directory: one line an agency, with the microseconds since the epoch.
const DECLARED_FILE: &str = "revocation.none";

/// The agencies whose certificates are not checked, and since when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared(BTreeMap<AgencyId, Timestamp>);

/// An agency that is not checked any more, or is again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) agency: AgencyId,
    pub(crate) is_checked: bool,
}

impl Change {
    /// What the record says.
    pub(crate) fn reason(&self) -> String {
        let word = if self.is_checked { "revocation checked" } else { "revocation not checked" };
        format!("{word}: {}", self.agency)
    }
}

impl Declared {
    /// Reads the note; nothing when there is none, or it is none.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn load(config: &Config) -> Result<Self, NumbersError> {
        let path = config.data_dir.join(DECLARED_FILE);
        match small_file::read_text(&path, NUMBERS_BYTES_MAX) {
            Ok(text) => Ok(Self::parse(&text).unwrap_or_else(|| {
                warn!(path = %path.display(), "the note of who is not checked for revocation is unreadable and made anew");
                Self::default()
            })),
            Err(SmallFileError::Unreadable { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                Ok(Self::default())
            }
            Err(error) => Err(error.into()),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let line = |line: &str| {
            let (agency, since) = line.split_once(' ')?;
            Some((agency.parse().ok()?, Timestamp::from_microsecond(since.parse().ok()?).ok()?))
        };
        text.lines().map(line).collect::<Option<_>>().map(Self)
    }

    /// Takes what the files say now, and tells what is another than before.
    pub(crate) fn renew(&mut self, unchecked: &BTreeSet<AgencyId>, now: Timestamp) -> Vec<Change> {
        let change = |agency: &AgencyId, is_checked| Change { agency: agency.clone(), is_checked };
        let ended = self.0.keys().filter(|agency| !unchecked.contains(*agency));
        let begun = unchecked.iter().filter(|agency| !self.0.contains_key(*agency));
        let ended = ended.map(|agency| change(agency, true));
        let changes: Vec<Change> = ended.chain(begun.map(|agency| change(agency, false))).collect();
        self.0.retain(|agency, _| unchecked.contains(agency));
        for agency in unchecked {
            self.0.entry(agency.clone()).or_insert(now);
        }
        changes
    }

    /// Writes the note.
    ///
    /// # Errors
    /// The file system's.
    pub(crate) fn store(&self, config: &Config) -> io::Result<()> {
        let line =
            |(agency, since): (&AgencyId, &Timestamp)| format!("{agency} {}\n", since.as_microsecond());
        let text: String = self.0.iter().map(line).collect();
        small_file::replace(&config.data_dir.join(DECLARED_FILE), &text, 0o600)
    }

    /// The agencies, with the instant since which each is not checked.
    pub fn iter(&self) -> impl Iterator<Item = (&AgencyId, Timestamp)> {
        self.0.iter().map(|(agency, since)| (agency, *since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agencies(ids: &[&str]) -> BTreeSet<AgencyId> {
        ids.iter().map(|id| id.parse().unwrap()).collect()
    }

    #[test]
    fn only_what_changes_is_told_and_the_instant_stays() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut declared = Declared::default();
        let told = |changes: Vec<Change>| changes.iter().map(Change::reason).collect::<Vec<_>>();
        let first = declared.renew(&agencies(&["be-fed", "nl-om"]), at(1));
        assert_eq!(told(first), ["revocation not checked: be-fed", "revocation not checked: nl-om"]);
        assert!(declared.renew(&agencies(&["be-fed", "nl-om"]), at(2)).is_empty());
        assert_eq!(told(declared.renew(&agencies(&["nl-om"]), at(3))), ["revocation checked: be-fed"]);
        assert_eq!(declared.iter().map(|(_, since)| since).collect::<Vec<_>>(), [at(1)]);
        assert_eq!(Declared::parse("nl-om 1000000\n"), Some(declared));
        assert_eq!(Declared::parse("nl-om\n"), None);
    }
}
