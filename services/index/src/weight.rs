//! What a row takes in memory, about: enough to bound the staged rows by bytes. It must stay cheap, since every change of a
//! row is weighed: long lists are weighed by their length.

use std::sync::Arc;

use rogatory_domain::case::{Alarm, Fact};
use rogatory_domain::id::{AgencyId, MessageId, ReferralId};
use rogatory_evidence::Digest;

use crate::consumer::{ConsumerRow, Span};
use crate::feed::FeedKey;
use crate::request::{Part, RequestKey, RequestRow};
use crate::rows::{
    Delivery, GivenUpKey, MessageLine, MessageRow, Outcome, PeerRow, QueueKey, QueueRow, ReferralRow,
};
use crate::standing::{AlarmKey, CaseKey};

/// What one allocation costs beside its bytes: the counters of an `Arc` and the rounding of the allocator.
const ALLOCATION: usize = 32;

/// Words of an event, and who had seen what when it was raised.
const OF_FACT: usize = 256;

/// Something that takes memory.
pub(crate) trait Weigh: Sized {
    /// Bytes outside of its own place.
    fn heap_bytes(&self) -> usize {
        0
    }

    /// Bytes with its own place.
    fn bytes(&self) -> usize {
        size_of::<Self>() + self.heap_bytes()
    }
}

impl Weigh for () {}
impl Weigh for u8 {}
impl Weigh for u64 {}
impl Weigh for ReferralId {}
impl Weigh for CaseKey {}
impl Weigh for AlarmKey {}
impl Weigh for FeedKey {}
impl Weigh for QueueRow {}

impl Weigh for AgencyId {
    fn heap_bytes(&self) -> usize {
        ALLOCATION + self.as_str().len()
    }
}

impl Weigh for String {
    fn heap_bytes(&self) -> usize {
        ALLOCATION + self.len()
    }
}

impl Weigh for (AgencyId, MessageId) {
    fn heap_bytes(&self) -> usize {
        self.0.heap_bytes()
    }
}

impl Weigh for QueueKey {
    fn heap_bytes(&self) -> usize {
        self.recipient.heap_bytes()
    }
}

impl Weigh for GivenUpKey {
    fn heap_bytes(&self) -> usize {
        self.recipient.heap_bytes()
    }
}

impl Weigh for RequestKey {
    fn heap_bytes(&self) -> usize {
        self.opener.heap_bytes()
    }
}

impl Weigh for RequestRow {
    fn heap_bytes(&self) -> usize {
        ALLOCATION + self.parts.len() * size_of::<Part>()
    }
}

impl Weigh for MessageRow {
    fn heap_bytes(&self) -> usize {
        match &self.outcome {
            Outcome::Refused(code) => code.heap_bytes(),
            Outcome::Sent | Outcome::Taken => 0,
        }
    }
}

impl Weigh for PeerRow {
    fn heap_bytes(&self) -> usize {
        ALLOCATION + self.note.len()
    }
}

impl Weigh for Arc<ConsumerRow> {
    fn heap_bytes(&self) -> usize {
        // A node of the tree holds its entries with room to spare.
        ALLOCATION + size_of::<ConsumerRow>() + 2 * self.beyond.len() * size_of::<(u64, Span)>()
    }
}

impl Weigh for Arc<ReferralRow> {
    fn heap_bytes(&self) -> usize {
        self.weight()
    }
}

impl ReferralRow {
    /// Bytes that it takes in memory, about.
    pub fn weight(&self) -> usize {
        let parties = self.opening.as_ref().map_or(0, |opening| opening.parties.len());
        let facts = self.facts.len() + self.opening.as_ref().map_or(0, |opening| opening.every(&[]).count());
        let name = size_of::<AgencyId>() + ALLOCATION;
        // Every message goes to every party.
        let of_message =
            size_of::<MessageLine>() + ALLOCATION + parties * (size_of::<Delivery>() + ALLOCATION);
        ALLOCATION
            + size_of::<ReferralRow>()
            + parties * 2 * name
            + self.messages.len() * of_message
            + facts * (size_of::<Fact>() + OF_FACT)
            + self.closed.len() * (name + size_of::<Digest>())
            + self.alarms.len() * size_of::<Alarm>()
    }
}
