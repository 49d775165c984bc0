//! A roster that its operator changes and signs anew, written where one agency's node reads it.

use anyhow::Result;
use rogatory_evidence::Roster;
use rogatory_keys::LedgerKey;
use rogatory_tlog::{Note, SignatureLine};

use crate::Federation;

/// Changes the roster that was made, signs it, and puts it in the place of the agency's own.
///
/// # Errors
/// When a file cannot be read or written.
pub fn put_roster(federation: &Federation, agency: &str, change: impl FnOnce(&mut Roster)) -> Result<()> {
    let made = federation.made();
    let mut roster = made.roster.clone();
    change(&mut roster);
    let key = LedgerKey::load(&federation.directory().join("authority").join("roster.key"))?;
    let text = roster.to_text();
    let line = SignatureLine::ed25519(&made.roster_key, &key.sign(text.as_bytes()))?;
    let note = Note::new(text, vec![line])?.to_string();
    Ok(std::fs::write(federation.agency(agency)?.dir.join("roster.note"), note)?)
}
