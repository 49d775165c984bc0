//! Which roster was in force. The ledger knows; a note beside it lets somebody look who must not open the ledger.
//!
//! Owns the note. A note that is missing or wrong lets no roster in: the start asks the ledger.

use std::io;

use rogatory_evidence::RosterInForce;
use rogatory_keys::small_file::{self, SMALL_BYTES_MAX};

use crate::config::Config;

/// File of the note, in the data directory: version and digest.
const NOTE_FILE: &str = "roster.in-force";

/// Notes the roster that comes into force.
///
/// # Errors
/// The file system's.
pub(crate) fn note(config: &Config, roster: RosterInForce) -> io::Result<()> {
    let text = format!("{} {}\n", roster.version, hex::encode(roster.digest));
    small_file::replace(&config.data_dir.join(NOTE_FILE), &text, 0o600)
}

/// The roster that was noted last, if a note can be read.
pub(crate) fn noted(config: &Config) -> Option<RosterInForce> {
    let text = small_file::read_text(&config.data_dir.join(NOTE_FILE), SMALL_BYTES_MAX).ok()?;
    let (version, digest) = text.trim_end().split_once(' ')?;
    let mut bytes = [0; 32];
    hex::decode_to_slice(digest, &mut bytes).ok()?;
    Some(RosterInForce { version: version.parse().ok()?, digest: bytes })
}
