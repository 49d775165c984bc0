//! The roster of a configuration: read from its file, and checked against the node that is to use it.
//!
//! Owns which code each refusal has. It must not put a roster in force.

use rogatory_domain::calendar::Calendars;
use rogatory_domain::refusal::Code;
use rogatory_evidence::roster::ROSTER_BYTES_MAX;
use rogatory_evidence::{Roster, RosterError, RosterRefused};
use rogatory_keys::small_file;

use crate::config::Config;
use crate::node::NodeError;

/// Reads the roster that a configuration names, under the key that it names.
///
/// # Errors
/// Names the file, or says why the roster is not accepted.
pub(crate) fn read(config: &Config) -> Result<Roster, NodeError> {
    let note = small_file::read_text(&config.roster.file, ROSTER_BYTES_MAX as u64)?;
    Ok(Roster::verify(&note, &config.roster.key.0).map_err(RosterRefused::from)?)
}

/// Refuses a roster under which this node could not speak for its agency.
///
/// # Errors
/// Says whether federation, agency or one of the keys is another.
pub(crate) fn check_own(
    roster: &Roster,
    config: &Config,
    ledger_key: &[u8; 32],
    sealing_key: &[u8],
) -> Result<(), RosterRefused> {
    let own = roster.own(&config.federation, &config.agency)?;
    // What a later release has was refused when the roster was read; this one is made by a decree file that nobody brought here.
    if Calendars::of(roster.calendar_edition()).is_none() {
        return Err(RosterRefused::NoDecree(roster.calendar_edition()));
    }
    if own.ledger_key().bytes() != *ledger_key {
        return Err(RosterRefused::OtherLedgerKey);
    }
    if own.sealing_key() != sealing_key {
        return Err(RosterRefused::OtherSealingKey);
    }
    Ok(())
}

/// The code of the catalogue for a roster that does not come into force.
pub(crate) fn code_of(refused: &RosterRefused) -> Code {
    match refused {
        RosterRefused::Unusable(RosterError::Later(_)) | RosterRefused::NoDecree(_) => Code::RosterLater,
        _ => Code::RosterRejected,
    }
}
