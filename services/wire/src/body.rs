//! Sealed bodies as case systems read them.
//!
//! Owns the way from `rogatory.message.v1` to the client API. It must not judge what it moves.

use bytes::Bytes;
use rogatory_domain::id::AgencyId;
use rogatory_domain::instrument::Symbol;
use rogatory_message::{Content, Labels, Link, Message, MessageError, Opening};

use crate::event::{event_to_pb, lane_to_pb};
use crate::form::request_of;
use crate::instant;
use crate::pb::casework::v1 as casework;
use crate::pb::types::v1 as types;

/// Reads a sealed body's plaintext.
///
/// # Errors
/// When it is none, or one of a later release.
pub fn body_of(plain: Bytes) -> Result<casework::Body, MessageError> {
    let Message { seen, declared, content } = Message::parse(plain)?;
    let seen = seen.into_iter().map(|(agency, number)| casework::Seen { agency: agency.to_string(), number });
    Ok(casework::Body {
        seen: seen.collect(),
        declared_time: Some(instant::to_pb(declared)),
        content: Some(match content {
            Content::Opening(opening) => casework::body::Content::Opening(opening_of(&opening)),
            Content::Event(notice) => {
                let (event, text) = notice.into_parts();
                casework::body::Content::Event(event_to_pb(&event, text))
            }
        }),
    })
}

fn opening_of(opening: &Opening) -> casework::Opening {
    let party = |(agency, capacity): &(AgencyId, Symbol)| types::Party {
        agency: agency.to_string(),
        capacity: capacity.to_string(),
    };
    casework::Opening {
        lane: lane_to_pb(opening.lane),
        parties: opening.parties.iter().map(party).collect(),
        request: request_of(opening.instrument.code, opening.form.clone()),
        labels: labels_of(&opening.labels),
        links: opening.links.iter().map(link_of).collect(),
    }
}

fn labels_of(labels: &Labels) -> Option<types::Labels> {
    (*labels != Labels::default()).then(|| types::Labels {
        handling: labels.handling.iter().map(ToString::to_string).collect(),
        classification: labels.classification.clone(),
        purpose: labels.purpose.clone(),
    })
}

fn link_of(link: &Link) -> types::Link {
    types::Link { relation: link.relation.code().to_owned(), referral_id: link.referral.to_string() }
}
