//! The revocation lists on disk: which file is whose, which word says that there is none, and the numbers of the lists
//! that were in force, so that an older list never counts again, restarts included.
//!
//! What a list means is the TLS room's; here is where it lies. A fault shuts out one agency and nobody else.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use rogatory_domain::AgencyId;
use rogatory_evidence::{Member, Roster};
use rogatory_keys::small_file::{self, SmallFileError};
use rogatory_tls::{
    LIST_BYTES_MAX, ListFault, ListNumber, ListSigner, Revocation, RevocationLists, TrustError, TrustRoots,
};

use crate::config::Config;

mod declared;

pub use declared::Declared;

/// File of the numbers, in the data directory: one line an agency and signer.
const NUMBERS_FILE: &str = "revocation.numbers";

/// Longest file of numbers, in bytes: thousands of agencies.
const NUMBERS_BYTES_MAX: u64 = 4 << 20;

/// Why the numbers of earlier lists are not known.
#[derive(Debug, thiserror::Error)]
pub enum NumbersError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] SmallFileError),
    /// The file is not one of numbers.
    #[error("{} does not hold the numbers of earlier revocation lists", .0.display())]
    Malformed(PathBuf),
}

/// The highest number of a list that was in force, by agency and signer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers(BTreeMap<(AgencyId, ListSigner), ListNumber>);

impl Numbers {
    /// Reads what was remembered; nothing when nothing was.
    ///
    /// # Errors
    /// The file cannot be read, or this release did not write it. It is not passed over: without the numbers an older list
    /// would count again, and with it a certificate that was revoked.
    pub fn load(config: &Config) -> Result<Self, NumbersError> {
        let path = path_of_numbers(config);
        match small_file::read_text(&path, NUMBERS_BYTES_MAX) {
            Ok(text) => Self::parse(&text).ok_or(NumbersError::Malformed(path)),
            Err(SmallFileError::Unreadable { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                Ok(Self::default())
            }
            Err(error) => Err(error.into()),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let line = |line: &str| {
            let [agency, signer, number] = line.split(' ').collect::<Vec<_>>().try_into().ok()?;
            let signer = ListSigner::from_hex(signer)?;
            Some(((agency.parse().ok()?, signer), ListNumber::from_hex(number)?))
        };
        text.lines().map(line).collect::<Option<_>>().map(Self)
    }

    fn to_text(&self) -> String {
        let line = |((agency, signer), number): (&(AgencyId, ListSigner), &ListNumber)| {
            format!("{agency} {signer} {number}\n")
        };
        self.0.iter().map(line).collect()
    }

    /// Remembers the numbers of lists that came into force; says whether any is new.
    fn raise(&mut self, agency: &AgencyId, lists: &RevocationLists) -> bool {
        let mut is_new = false;
        for (signer, number) in lists.numbers() {
            let held = self.0.get(&(agency.clone(), signer));
            if held.is_none_or(|held| held < number) {
                self.0.insert((agency.clone(), signer), number.clone());
                is_new = true;
            }
        }
        is_new
    }

    fn store(&self, config: &Config) -> io::Result<()> {
        small_file::replace(&path_of_numbers(config), &self.to_text(), 0o600)
    }
}

fn path_of_numbers(config: &Config) -> PathBuf {
    config.data_dir.join(NUMBERS_FILE)
}

/// The lists of one agency as the files say now.
#[derive(Clone, Debug)]
pub struct AgencyLists {
    /// Whose.
    pub agency: AgencyId,
    /// The file looked for.
    pub file: PathBuf,
    /// What it says.
    pub revocation: Revocation,
}

/// Reads the lists of every agency of the roster and writes nothing. Without a configured directory nobody's are
/// checked.
#[must_use]
pub fn read_lists(config: &Config, roster: &Roster, numbers: &Numbers) -> Vec<AgencyLists> {
    let read = |member: &Member| match &config.tls.revocation_dir {
        None => AgencyLists {
            agency: member.id.clone(),
            file: PathBuf::new(),
            revocation: Revocation::NotChecked,
        },
        Some(dir) => {
            let file = dir.join(format!("{}.crl", member.id));
            let revocation = read_one(&file, &dir.join(format!("{}.none", member.id)), member, numbers);
            AgencyLists { agency: member.id.clone(), file, revocation }
        }
    };
    roster.members().iter().map(read).collect()
}

/// Remembers the numbers of the lists that count from now on.
///
/// # Errors
/// The file system's; the numbers in memory are raised all the same.
pub(crate) fn remember(config: &Config, lists: &[AgencyLists], numbers: &mut Numbers) -> io::Result<()> {
    let mut is_new = false;
    for entry in lists {
        if let Revocation::Lists(lists) = &entry.revocation {
            is_new |= numbers.raise(&entry.agency, lists);
        }
    }
    if is_new { numbers.store(config) } else { Ok(()) }
}

/// The roots of every member, each with its lists.
///
/// # Errors
/// The roster has a root that cannot be read.
pub(crate) fn roots_of(roster: &Roster, lists: Vec<AgencyLists>) -> Result<Vec<TrustRoots>, TrustError> {
    roster
        .members()
        .iter()
        .zip(lists)
        .map(|(member, lists)| {
            let roots = TrustRoots::from_pem(member.id.clone(), &member.roots.concat())?;
            Ok(roots.with_revocation(lists.revocation))
        })
        .collect()
}

/// Agencies that a file declares to publish no list. Where no directory is configured nothing is declared.
pub(crate) fn unchecked(config: &Config, lists: &[AgencyLists]) -> BTreeSet<AgencyId> {
    let is_declared = |entry: &&AgencyLists| matches!(entry.revocation, Revocation::NotChecked);
    let declared = lists.iter().filter(|_| config.tls.revocation_dir.is_some()).filter(is_declared);
    declared.map(|entry| entry.agency.clone()).collect()
}

fn read_one(file: &Path, none: &Path, member: &Member, numbers: &Numbers) -> Revocation {
    let nothing = RevocationLists::default;
    let bytes = match (read_file(file), none.exists()) {
        (Err(ListFault::Missing), true) => return Revocation::NotChecked,
        (Err(fault), _) => return Revocation::ShutOut(fault, nothing()),
        (Ok(_), true) => return Revocation::ShutOut(ListFault::Contradicted, nothing()),
        (Ok(bytes), false) => bytes,
    };
    let Ok(roots) = TrustRoots::from_pem(member.id.clone(), &member.roots.concat()) else {
        return Revocation::ShutOut(ListFault::ForeignSigner, nothing());
    };
    let lists = match RevocationLists::read(&bytes, &roots.roots) {
        Ok(lists) => lists,
        Err(fault) => return Revocation::ShutOut(fault, nothing()),
    };
    let held = |signer| numbers.0.get(&(member.id.clone(), signer)).cloned();
    match lists.check_newer_than(held) {
        Ok(()) => Revocation::Lists(lists),
        Err(fault) => Revocation::ShutOut(fault, lists),
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, ListFault> {
    match small_file::read(path, LIST_BYTES_MAX) {
        Ok(bytes) => Ok(bytes.to_vec()),
        Err(SmallFileError::Unreadable { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            Err(ListFault::Missing)
        }
        Err(SmallFileError::TooLong { .. }) => Err(ListFault::TooLarge),
        Err(error) => Err(ListFault::File(error.to_string())),
    }
}
