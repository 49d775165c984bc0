//! A roster that its operator changes and signs anew, written where one agency's node reads it.

use anyhow::Result;
use rogatory_evidence::{Roster, RosterDraft};
use rogatory_keys::RosterKey;
use rogatory_node::roster_signing::sign;

use crate::Federation;

/// Changes the roster that was made, and signs it.
///
/// # Errors
/// When the key cannot be read, or the draft breaks a rule.
pub fn signed_roster(federation: &Federation, change: impl FnOnce(&mut RosterDraft)) -> Result<Roster> {
    let mut draft = federation.made().roster.draft().clone();
    change(&mut draft);
    let key = RosterKey::load(&federation.directory().join("authority").join("roster.key"))?;
    Ok(sign(&draft, &key)?)
}

/// As [`signed_roster`], put in the place of the agency's own, which others may share.
///
/// # Errors
/// As [`signed_roster`], and when the file cannot be written.
pub fn put_roster(
    federation: &Federation,
    agency: &str,
    change: impl FnOnce(&mut RosterDraft),
) -> Result<()> {
    let dir = &federation.agency(agency)?.dir;
    let aside = dir.join("roster.note.new");
    std::fs::write(&aside, signed_roster(federation, change)?.note())?;
    Ok(std::fs::rename(aside, dir.join("roster.note"))?)
}
