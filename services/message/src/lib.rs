//! The sealed body: what one agency tells the others, as `rogatory.message.v1`.
//!
//! Owns its encoding, its bounds, and the difference between a message that nobody should have written and one that this
//! release cannot read yet. It must not know the client API, check a form, or decide who may be party.
//!
//! Reading order: [`Message`], [`Opening`], [`Labels`] and [`Link`], [`Carried`].

mod carried;
mod label;
mod opening;

use bytes::Bytes;
use jiff::Timestamp;
use prost::Message as _;
use rogatory_domain::case::Notice;
use rogatory_domain::id::AgencyId;
use rogatory_domain::limits;
use rogatory_domain::refusal::Code;
use rogatory_evidence::facts::{FactsError, event_from_pb, event_to_pb};

pub use carried::Carried;
pub use label::{HANDLING_COUNT_MAX, LABEL_BYTES_MAX, LINKS_COUNT_MAX, Labels, Link, Relation};
pub use opening::{Opening, PassedOn};

/// Generated messages of `rogatory.message.v1`; their fields are documented in the protobuf file.
#[expect(clippy::large_enum_variant, reason = "one message is read at a time, and is taken apart at once")]
pub mod pb {
    include!(concat!(env!("OUT_DIR"), "/rogatory.message.v1.rs"));
}

/// Format that this release writes, and the latest it reads.
pub const MESSAGE_FORMAT: u32 = 1;

/// One step in a referral, as its sender told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Per other party, the newest number the sender's node had folded; at most 17.
    pub seen: Vec<(AgencyId, u32)>,
    /// Instant the sender declares.
    pub declared: Timestamp,
    /// What is told.
    pub content: Content,
}

/// What a message tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A new referral.
    Opening(Opening),
    /// An event in a referral, with its words.
    Event(Notice),
}

/// A message that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// It is of a later format, or names a law, an edition, an event or a code that only a later release knows; with the code
    /// under which it is answered NOT YET, and in words what is not known.
    #[error("the message is of a later release: {1}")]
    Later(Code, String),
    /// It is none, or a field is missing or out of its bounds.
    #[error("the message's field {0} is missing or out of bounds")]
    Malformed(&'static str),
}

impl From<FactsError> for MessageError {
    fn from(error: FactsError) -> Self {
        match error {
            FactsError::Later(what) => Self::Later(Code::LaterEvent, what),
            FactsError::Malformed(field) => Self::Malformed(field),
        }
    }
}

impl Message {
    /// The bytes to seal.
    pub fn encode(&self) -> Vec<u8> {
        let seen = self.seen.iter();
        let content = match &self.content {
            Content::Opening(opening) => pb::message::Content::Opening(opening.to_pb()),
            Content::Event(notice) => pb::message::Content::Event(pb::Event {
                event: Some(event_to_pb(notice.event())),
                text: notice.text().to_owned(),
            }),
        };
        pb::Message {
            format: MESSAGE_FORMAT,
            seen: seen
                .map(|(agency, number)| pb::Seen { agency: agency.to_string(), number: *number })
                .collect(),
            declared_unix_us: self.declared.as_microsecond(),
            content: Some(content),
        }
        .encode_to_vec()
    }

    /// Reads a body. The form of an opening is not looked into; it stays the bytes its author wrote.
    ///
    /// # Errors
    /// Tells what a later release wrote from what nobody should have written.
    pub fn parse(bytes: Bytes) -> Result<Self, MessageError> {
        let raw = pb::Message::decode(bytes).map_err(|_| MessageError::Malformed("message"))?;
        match raw.format {
            0 => return Err(MessageError::Malformed("format")),
            MESSAGE_FORMAT => {}
            later => {
                return Err(MessageError::Later(Code::LaterFormat, format!("message format {later}")));
            }
        }
        let later = || MessageError::Later(Code::LaterFormat, "content".to_owned());
        let content = match raw.content.ok_or_else(later)? {
            pb::message::Content::Opening(opening) => Content::Opening(Opening::from_pb(opening)?),
            pb::message::Content::Event(event) => {
                let kind = event_from_pb(event.event.ok_or(MessageError::Malformed("event"))?)?;
                Content::Event(Notice::parse(kind, event.text).map_err(|_| MessageError::Malformed("event"))?)
            }
        };
        if raw.seen.len() > limits::RECIPIENTS + 1 {
            return Err(MessageError::Malformed("seen"));
        }
        let seen = |entry: pb::Seen| Some((entry.agency.parse().ok()?, entry.number));
        let seen = raw.seen.into_iter().map(seen).collect::<Option<_>>();
        let declared = Timestamp::from_microsecond(raw.declared_unix_us);
        Ok(Self {
            seen: seen.ok_or(MessageError::Malformed("seen"))?,
            declared: declared.map_err(|_| MessageError::Malformed("declared_unix_us"))?,
            content,
        })
    }
}

#[cfg(test)]
mod tests;
