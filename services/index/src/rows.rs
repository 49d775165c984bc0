//! The rows of the index. Owns their shape; they are encoded with postcard and may change with any version, since the
//! index is folded again when its format changes.

use jiff::Timestamp;
use rogatory_domain::case::{Alarm, Fact, OpeningFact};
use rogatory_domain::id::{AgencyId, MessageId, ReferralId};
use rogatory_evidence::{Digest, Instance, RosterInForce};
use serde::{Deserialize, Serialize};

use crate::standing::Standing;

/// Format of all rows; another number in a directory means the directory is folded again.
pub const FORMAT: u32 = 14;

/// One referral, as a set of messages; its clocks are folded from it on demand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralRow {
    /// The opening; absent while only later messages of it have come.
    pub opening: Option<OpeningFact>,
    /// Whether it travels in the urgent lane.
    pub urgent: bool,
    /// Events, in the order in which this node recorded them.
    pub facts: Vec<Fact>,
    /// Messages, in the order in which this node recorded them.
    pub messages: Vec<MessageLine>,
    /// Numbers that were refused or given up, by sender: they close a gap.
    pub closed: Vec<(AgencyId, u32, Digest)>,
    /// Whether facts of it were erased.
    pub erased: bool,
    /// How it stands.
    pub standing: Standing,
    /// Whether the case goes on without this agency, which passed it on: it hears nothing more of it.
    pub is_gone: bool,
    /// Position of its first record in this node's ledger.
    pub opened: u64,
    /// Node time of that record.
    pub opened_at: Timestamp,
    /// Node time of the newest record about it.
    pub changed_at: Timestamp,
    /// Alarms of its clocks that were raised.
    pub alarms: Vec<Alarm>,
    /// When the next one is due, while its clocks stand as they do.
    pub next_alarm: Option<Timestamp>,
}

/// One message in its referral.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageLine {
    /// Id.
    pub message: MessageId,
    /// Sender.
    pub sender: AgencyId,
    /// Number among the sender's messages in the referral.
    pub number: u32,
    /// Digest of its envelope.
    pub digest: Digest,
    /// Position of SENT or TAKEN in this node's ledger.
    pub position: u64,
    /// Keyed digest of the submitted content; `None` for received messages.
    pub submitted: Option<[u8; 32]>,
    /// Node time of the record.
    pub node_time: Timestamp,
    /// Deliveries, at the sender's node only.
    pub deliveries: Vec<Delivery>,
}

impl ReferralRow {
    /// The message of a sender whose id is the referral's.
    pub fn opening_of(&self, sender: &AgencyId, referral: ReferralId) -> Option<MessageRow> {
        let is_it =
            |line: &&MessageLine| line.sender == *sender && line.message.as_bytes() == referral.as_bytes();
        self.messages.iter().find(is_it).map(|line| line.row(referral))
    }
}

impl MessageLine {
    /// The message by its id, as a row of its own would say it.
    fn row(&self, referral: ReferralId) -> MessageRow {
        MessageRow {
            referral,
            number: self.number,
            position: self.position,
            digest: self.digest,
            submitted: self.submitted.unwrap_or_default(),
            node_time: self.node_time,
            outcome: if self.submitted.is_some() { Outcome::Sent } else { Outcome::Taken },
        }
    }
}

/// Delivery of a message to one recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Recipient.
    pub recipient: AgencyId,
    /// How it stands.
    pub status: Status,
    /// Earlier status that a later receipt or a requeue overrode, kept because evidence is monotonic.
    pub overridden: Option<Status>,
    /// Position of the newest record that put the message back in the queue after it was given up.
    pub requeued: Option<u64>,
}

impl Delivery {
    /// A delivery that nothing has become of yet.
    pub fn new(recipient: AgencyId) -> Self {
        Self { recipient, status: Status::Waiting, overridden: None, requeued: None }
    }
}

/// How a delivery stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Not receipted yet.
    Waiting,
    /// Taken over by the recipient's node.
    Taken(Held),
    /// Refused by the recipient's node, with the code.
    Refused(Held, String),
    /// Given up by this node at the given position, with the code of the reason.
    GivenUp(u64, String),
}

/// Where a held receipt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Position of the receipt in the recipient's ledger.
    pub index: u64,
    /// Position of the record in this node's ledger that holds its proof.
    pub proofs_at: u64,
    /// The recipient's node time.
    pub node_time: Timestamp,
}

/// One message by (agency, id): what makes an id have one effect. An opening has none: its id is the referral's, so its
/// line in the referral's row says the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRow {
    /// Its referral.
    pub referral: ReferralId,
    /// Number among the sender's messages in the referral.
    pub number: u32,
    /// Position of SENT, TAKEN or REFUSED in this node's ledger.
    pub position: u64,
    /// Digest of its envelope.
    pub digest: Digest,
    /// Keyed digest of the submitted content; zero for received messages.
    pub submitted: [u8; 32],
    /// Node time of the record.
    pub node_time: Timestamp,
    /// What this node did with it.
    pub outcome: Outcome,
}

/// What a node did with a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Sent by this agency.
    Sent,
    /// Taken over from another agency.
    Taken,
    /// Refused, with the code.
    Refused(String),
}

/// Key of a queue entry; rising positions keep the order inside a referral.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueueKey {
    /// Recipient.
    pub recipient: AgencyId,
    /// False sorts first: urgent entries carry `false` here.
    pub routine: bool,
    /// Position of SENT.
    pub position: u64,
}

/// A message that waits for a recipient's receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueRow {
    /// Message.
    pub message: MessageId,
    /// Referral.
    pub referral: ReferralId,
    /// Node time of submission.
    pub submitted: Timestamp,
    /// Node time since which it waits: that of submission, or of the record that put it back in the queue.
    pub waits_since: Timestamp,
    /// Instant of giving up.
    pub expires: Timestamp,
    /// Bytes of its envelope.
    pub bytes: u64,
    /// Position of the record from which it waits.
    pub waits_from: u64,
}

impl QueueRow {
    /// Whether it was given up and put back.
    pub fn is_requeued(&self, key: &QueueKey) -> bool {
        self.waits_from != key.position
    }

    /// The same message waiting anew from a record on, as long as it was to wait at first.
    #[must_use]
    pub fn requeued(self, waits_from: u64, now: Timestamp) -> Self {
        let span = self.waits_since.duration_until(self.expires);
        let expires = now.checked_add(span).unwrap_or(Timestamp::MAX);
        Self { waits_since: now, expires, waits_from, ..self }
    }
}

/// Key of a delivery that was given up and of which no receipt is held; rising positions are the order of giving up. The
/// row is that of the queue as it stood then.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GivenUpKey {
    /// Recipient.
    pub recipient: AgencyId,
    /// Position of GIVEN_UP.
    pub position: u64,
}

/// What is held of a peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerRow {
    /// Ledger instance of the newest head.
    pub instance: Instance,
    /// Size of the newest head.
    pub size: u64,
    /// Signed note of the newest head.
    pub note: Vec<u8>,
}

/// What is counted and noted of an agency that messages went to, or whose ledger was seen to fork. It stays when the agency
/// leaves the roster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnerRow {
    /// Urgent messages that wait for its receipt.
    pub waiting_urgent: u64,
    /// Routine messages that wait for its receipt.
    pub waiting_routine: u64,
    /// Deliveries to it that were given up since the ledger began.
    pub given_up: u64,
    /// The forks of its ledger that nobody has cleared.
    pub fork: Option<ForkRow>,
    /// Position of the newest record that its ledger was replaced by another one.
    pub ledger_replaced: Option<u64>,
    /// The last heads of its ledgers that were replaced, in the order of their ends: should the roster name one of them again,
    /// its history goes on from there and from nowhere else.
    pub ended: Vec<PeerRow>,
}

impl PartnerRow {
    /// Messages that wait for its receipt, in both lanes.
    pub fn waiting(&self) -> u64 {
        self.waiting_urgent + self.waiting_routine
    }
}

/// Forks of one ledger since the last clearing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForkRow {
    /// Position of the first record FORK_SEEN.
    pub position: u64,
    /// Node time of that record.
    pub since: Timestamp,
    /// Records FORK_SEEN.
    pub count: u64,
}

/// Counters of the whole node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// TAKEN records.
    pub arrivals: u64,
    /// Entries in all queues.
    pub waiting: u64,
    /// Arrivals that every consumer so far, or the most advanced one, was handed.
    pub handed_over: u64,
    /// The newest roster that the ledger knows.
    pub roster: Option<RosterInForce>,
    /// Consumers that are known by name.
    pub consumers: u64,
    /// How many rows there are.
    pub rows: RowCounts,
}

/// How many rows there are of the kinds that nothing else counts, so that a store can be asked whether it lost any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowCounts {
    /// Referrals, each of which stands once in the lists.
    pub referrals: u64,
    /// Messages that have rows of their own.
    pub messages: u64,
    /// Deliveries that were given up and stay so.
    pub given_up: u64,
    /// Agencies whose ledgers are followed.
    pub peers: u64,
    /// Requests of several referrals.
    pub requests: u64,
    /// Referrals that an alarm is due for.
    pub alarms: u64,
}
