//! An operator loads a roster: the pieces of its note are put together, and the loader does the rest.
//!
//! Owns the bound of what is put together. It must not judge a roster.

use std::sync::Arc;

use rogatory_evidence::roster::ROSTER_BYTES_MAX;
use rogatory_evidence::{Private, RosterError, RosterRefused};
use rogatory_tls::PeerIdentity;
use rogatory_wire::pb::admin::v1 as pb;
use tonic::{Status, Streaming};

use crate::desk::Rejection;
use crate::fields::Fields;
use crate::rosters::{LoadError, RosterLoader};

/// Answers LoadRoster, once the roster is in force. A stream that breaks is its caller's.
pub(super) async fn load(
    loader: &Arc<RosterLoader>,
    identity: &PeerIdentity,
    mut pieces: Streaming<pb::LoadRosterRequest>,
) -> Result<Result<pb::LoadRosterResponse, Rejection>, Status> {
    let first = pieces.message().await?.unwrap_or_default();
    let by = match asserted(identity, &first) {
        Ok(by) => by,
        Err(rejection) => return Ok(Err(rejection)),
    };
    let mut note = first.piece.to_vec();
    while let Some(next) = pieces.message().await? {
        note.extend_from_slice(&next.piece);
        if note.len() > ROSTER_BYTES_MAX {
            break;
        }
    }
    let note = String::from_utf8(note).ok().filter(|note| note.len() <= ROSTER_BYTES_MAX);
    let loaded = match note {
        Some(note) => loader.load(note, by).await,
        None => Err(LoadError::from(RosterRefused::from(RosterError::Note))),
    };
    Ok(loaded.map_err(|error| error.rejection()).map(|(was_in_force, change)| {
        let names =
            |agencies: Vec<rogatory_domain::AgencyId>| agencies.iter().map(ToString::to_string).collect();
        pb::LoadRosterResponse {
            version: change.version,
            was_in_force,
            came: names(change.came),
            left: names(change.left),
            changed: names(change.changed),
        }
    }))
}

fn asserted(identity: &PeerIdentity, first: &pb::LoadRosterRequest) -> Result<Private, Rejection> {
    let mut fields = Fields::default();
    let private = fields.who(identity, "", &first.person, &first.justification);
    fields.finish(private)
}
