//! Labels and links of a referral: what its recipients may do with it, and what it stands in relation to.
//!
//! Owns their codes and bounds. It must not enforce a label; whoever acts on a referral does.

use bytes::Bytes;
use rogatory_domain::Handling;
use rogatory_domain::id::ReferralId;
use rogatory_domain::refusal::Code;
use rogatory_domain::text::is_line;

use crate::{MessageError, pb};

/// Most handling codes of one referral.
pub const HANDLING_COUNT_MAX: usize = 8;

/// Longest classification or purpose, bytes.
pub const LABEL_BYTES_MAX: usize = 64;

/// Most links of one referral.
pub const LINKS_COUNT_MAX: usize = 64;

/// What the recipients may do with a referral, and what for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// Handling codes, each once.
    pub handling: Vec<Handling>,
    /// Classification; empty where none is given.
    pub classification: String,
    /// Code of the purpose; empty where none is given.
    pub purpose: String,
}

/// How a referral stands to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// One of several referrals of one request.
    PartOf,
    /// Made for the other one, and read with it.
    AnnexedTo,
    /// The other one is withdrawn by it.
    Replaces,
    /// Goes on where the other one ended.
    Follows,
}

/// A relation to another referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Which relation.
    pub relation: Relation,
    /// The other referral.
    pub referral: ReferralId,
}

impl Relation {
    /// Every relation.
    pub const ALL: [Self; 4] = [Self::PartOf, Self::AnnexedTo, Self::Replaces, Self::Follows];

    /// What it says of the two, in a sentence.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::PartOf => "One of several referrals of one request.",
            Self::AnnexedTo => "Made for the other one, and read with it.",
            Self::Replaces => "The other one is withdrawn by it.",
            Self::Follows => "Goes on where the other one ended.",
        }
    }

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::PartOf => "part_of",
            Self::AnnexedTo => "annexed_to",
            Self::Replaces => "replaces",
            Self::Follows => "follows",
        }
    }

    /// The relation of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|relation| relation.code() == code)
    }
}

impl Labels {
    pub(crate) fn to_pb(&self) -> Option<pb::Labels> {
        (*self != Self::default()).then(|| pb::Labels {
            handling: self.handling.iter().map(ToString::to_string).collect(),
            classification: self.classification.clone(),
            purpose: self.purpose.clone(),
        })
    }

    pub(crate) fn from_pb(raw: pb::Labels) -> Result<Self, MessageError> {
        let is_label = |text: &str| text.len() <= LABEL_BYTES_MAX && is_line(text);
        if !is_label(&raw.classification) || !is_label(&raw.purpose) {
            return Err(MessageError::Malformed("labels"));
        }
        let mut handling = Vec::with_capacity(raw.handling.len().min(HANDLING_COUNT_MAX));
        for code in &raw.handling {
            let known = Handling::ALL.into_iter().find(|known| known.as_str() == code);
            let known =
                known.ok_or_else(|| MessageError::Later(Code::LaterEvent, "handling code".to_owned()))?;
            if handling.contains(&known) || handling.len() == HANDLING_COUNT_MAX {
                return Err(MessageError::Malformed("labels.handling"));
            }
            handling.push(known);
        }
        Ok(Self { handling, classification: raw.classification, purpose: raw.purpose })
    }
}

impl Link {
    pub(crate) fn to_pb(self) -> pb::Link {
        pb::Link {
            relation: self.relation.code().to_owned(),
            referral_id: Bytes::copy_from_slice(self.referral.as_bytes()),
        }
    }

    pub(crate) fn from_pb(raw: &pb::Link) -> Result<Self, MessageError> {
        let malformed = MessageError::Malformed("links");
        let relation = Relation::from_code(&raw.relation);
        let id = raw.referral_id.as_ref().try_into().map_err(|_| malformed.clone())?;
        Ok(Self {
            relation: relation
                .ok_or_else(|| MessageError::Later(Code::LaterEvent, "relation of a link".to_owned()))?,
            referral: ReferralId::from_uuid(uuid::Uuid::from_bytes(id)).map_err(|_| malformed)?,
        })
    }
}
