//! A decree file: days that governments made free or took away after a release, as text that an operator adds.
//! Owns the format and everything that can be wrong with it; must not know where the file lies or who signed it.

mod reader;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use jiff::civil::Date;

use super::Calendars;
use super::jurisdiction::Jurisdiction;
use crate::fault::Faults;

/// The first line of the file.
pub const DECREES_FORMAT: &str = "rogatory-decrees-1";
/// Numbers that a decree file may take; those below are of releases, and the one above is of tests.
pub const DECREE_EDITIONS: RangeInclusive<u16> = 1000..=u16::MAX - 1;
/// Bytes of a file. A State declares a handful of days a year.
pub const DECREES_BYTES_MAX: usize = 256 * 1024;

/// What decrees change of one jurisdiction.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Changes {
    pub(super) added: BTreeSet<Date>,
    pub(super) removed: BTreeSet<Date>,
    /// Last year for which its decrees are now known.
    pub(super) until: Option<i16>,
}

/// A decree file without a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decrees {
    edition: u16,
    follows: u16,
    changes: BTreeMap<Jurisdiction, Changes>,
}

impl Decrees {
    /// Reads a decree file. The edition it follows must be known to this process.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its path.
    pub fn parse(text: &str) -> Result<Self, Faults> {
        reader::read(text)
    }

    /// The number of the edition that it makes.
    #[must_use]
    pub fn edition(&self) -> u16 {
        self.edition
    }

    /// The number of the edition that it changes.
    #[must_use]
    pub fn follows(&self) -> u16 {
        self.follows
    }
}

impl Calendars {
    /// An edition as another one with the changes of a decree file; a later file wins over an earlier one it follows. None if this is not
    /// the edition that the file follows.
    #[must_use]
    pub fn with_decrees(&self, decrees: &Decrees) -> Option<Self> {
        if decrees.follows != self.edition {
            return None;
        }
        let mut changes = self.changes.clone();
        for (jurisdiction, change) in &decrees.changes {
            let known = changes.entry(*jurisdiction).or_default();
            known.added.retain(|day| !change.removed.contains(day));
            known.removed.retain(|day| !change.added.contains(day));
            known.added.extend(&change.added);
            known.removed.extend(&change.removed);
            known.until = known.until.max(change.until);
        }
        Some(Self { edition: decrees.edition, base: self.base, changes })
    }
}
