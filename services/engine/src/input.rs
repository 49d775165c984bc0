//! What goes into the engine and what comes out of it.
//!
//! Owns the shapes between threads. Batches, not single records, should cross.

use std::sync::Arc;

use jiff::Timestamp;
use rogatory_domain::id::{AgencyId, MessageId, ReferralId};
use rogatory_domain::refusal::Code;
use rogatory_evidence::{Digest, Head as PeerHead, Private, Roster, RosterChange, RosterRefused};
use rogatory_exchange::{Queued, Session};
use rogatory_index::{Batch, FeedKey, Known};
use rogatory_ledger::Head;

use crate::engine::Engine;
use crate::link::{Introduction, Outgoing, Received, ReceivedReceipts, Reply, Unsendable};
use crate::scribe::Written;

/// Why a call changed nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A rule of the catalogue.
    Code(Code),
    /// The referral moved on while the message was being made: make it again. Never shown to a client.
    Stale,
}

impl From<Code> for Refused {
    fn from(code: Code) -> Self {
        Self::Code(code)
    }
}

/// A submission on the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Message.
    pub message: MessageId,
    /// Referral.
    pub referral: ReferralId,
    /// Position of SENT.
    pub position: u64,
    /// Digest of the envelope.
    pub digest: Digest,
    /// Node time of the record.
    pub node_time: Timestamp,
    /// Whether it repeats an earlier submission.
    pub repeated: bool,
}

/// What became of a submission, as a stream of them reports it.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// On the record.
    Accepted(Accepted),
    /// A recipient's receipt is held.
    Receipt {
        /// Message.
        message: MessageId,
        /// Recipient.
        recipient: AgencyId,
        /// Position in the recipient's ledger.
        position: u64,
        /// The recipient's node time.
        node_time: Timestamp,
        /// Code of the refusal; `None` when taken over.
        refusal: Option<String>,
    },
    /// Refused.
    Refused(Refused),
}

/// Where outcomes of a stream go.
pub trait OutcomeSink: Send + Sync {
    /// Takes outcomes in the order in which they became durable.
    fn deliver(&self, outcomes: Vec<(u64, Outcome)>);
    /// Whether anybody still listens.
    fn is_open(&self) -> bool;
}

/// Who hears what became of a submission.
#[derive(Clone)]
pub struct Listener {
    /// The caller's tag.
    pub tag: u64,
    /// Where to.
    pub sink: Arc<dyn OutcomeSink>,
    /// Whether receipts are wanted too.
    pub receipts: bool,
}

/// A message made by this agency, ready to be appended.
pub struct Submission {
    /// Record SENT.
    pub written: Box<Written>,
    /// What a link needs to send it.
    pub outgoing: Arc<Outgoing>,
    /// Who hears of it.
    pub listener: Listener,
    /// Whether it is only judged: nothing is recorded of it, and what the answer says of a record means nothing.
    pub is_trial: bool,
}

/// A hand-over to be recorded.
pub struct HandOver {
    /// Position of the TAKEN record.
    pub position: u64,
    /// Arrival number.
    pub arrival: u64,
    /// Record HANDED_OVER.
    pub written: Written,
}

/// What a consumer acknowledged in one call.
pub struct HandOvers {
    /// Consumer.
    pub consumer: String,
    /// Messages.
    pub items: Vec<HandOver>,
    /// Position up to which notices are stored, with the record NOTICED.
    pub notices: Option<(u64, Written)>,
}

/// What is on the record of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acknowledged {
    /// Positions of messages that are handed over, by this call or before.
    pub positions: Vec<u64>,
    /// Position up to which notices are stored.
    pub notices_through: Option<u64>,
}

/// A roster that is to come into force.
pub struct NewRoster {
    /// The roster, its signature checked.
    pub roster: Arc<Roster>,
    /// Who wants it in force, and why; nobody where the node found it by itself.
    pub by: Private,
}

/// Hears what a roster changed once it is in force, or why it does not come into force.
pub type RosterAnswer = Box<dyn FnOnce(Result<RosterChange, RosterRefused>) + Send>;

/// What an answer that depends on a record's durability runs.
pub type OnDurable = Box<dyn FnOnce() + Send>;

/// What a look at the engine runs.
pub type Look = Box<dyn FnOnce(&mut Engine) + Send>;

/// What goes in.
pub enum Input {
    /// Messages of this agency.
    Submit(Vec<Submission>),
    /// A record without a decision (a read, a denial, a configuration); `then` runs when it is durable.
    Record(Box<Written>, OnDurable),
    /// Hand-overs to a consumer; `then` gets what is on the record, or why nothing was recorded.
    HandOver(Box<HandOvers>, Box<dyn FnOnce(Result<Acknowledged, Code>) + Send>),
    /// A look at decided state; what it answers must go through [`Engine::when_durable`].
    Look(Look),
    /// A roster that is to follow the one in force.
    Roster(Box<NewRoster>, RosterAnswer),
    /// A connection to a peer stands, not yet greeted; `then` gets what to say in Hello.
    Greet(AgencyId, Session, Box<dyn FnOnce(Introduction) + Send>),
    /// A link to a peer is linked and may carry frames; with the head it greeted with, where that is newer than the one held.
    LinkUp(AgencyId, Session, Arc<dyn LinkSink>, Option<Box<PeerHead>>),
    /// A link was lost, or (without a session) a dial failed.
    LinkLost(AgencyId, Option<Session>),
    /// Envelopes of a peer.
    Received(AgencyId, Session, Box<Received>),
    /// Receipts of a peer.
    Receipted(AgencyId, Session, Box<ReceivedReceipts>),
    /// Messages of this agency that a link found it can send to nobody.
    Unsendable(AgencyId, Session, Vec<Unsendable>),
    /// Messages that a peer gave up and asks about.
    Asked(AgencyId, Session, Vec<MessageId>),
    /// A peer goes by another roster than before.
    GoesBy(AgencyId, Session),
    /// What may have kept peers from being reached was read anew: certificates, lists.
    ReachAnew,
    /// A head that a peer showed, with nothing under it.
    Offered(AgencyId, Session, Box<PeerHead>),
    /// The ledger is durable up to the head's size.
    Durable(Head),
    /// The base holds the batch through this position.
    Applied(u64),
    /// What the base held when the engine began: of other ids it need not be asked.
    Known(Box<Known>),
    /// Time passed.
    Tick,
}

/// What a link is told.
pub enum ToLink {
    /// Send envelopes.
    Batch {
        /// Envelopes in order.
        items: Vec<Queued<Option<Arc<Outgoing>>>>,
        /// Positions of GIVEN_UP records that close numbers before them.
        closed: Vec<u64>,
        /// A head that contains all of them.
        head: Head,
    },
    /// Send receipts.
    Receipts {
        /// What is answered.
        reply: Reply,
        /// A head that contains all of them.
        head: Head,
    },
    /// Offer a published checkpoint.
    Checkpoint(Head),
    /// Ask about messages that were given up.
    Question(Vec<MessageId>),
    /// Say that a roster of this version is in force.
    GoesBy(u64),
    /// Hang up, telling why.
    HangUp(Code),
    /// End quietly: another connection to the peer took this one's place.
    Replaced,
}

/// Where frames for a peer go.
pub trait LinkSink: Send + Sync {
    /// Takes an order; never blocks.
    fn order(&self, order: ToLink);
}

/// What comes out, besides ledger decisions.
pub enum Effect {
    /// Run an answer.
    Run(OnDurable),
    /// Tell a stream.
    Outcomes(Arc<dyn OutcomeSink>, Vec<(u64, Outcome)>),
    /// Tell a link.
    Link(Arc<dyn LinkSink>, ToLink),
    /// Dial a peer.
    Dial(AgencyId),
    /// Write a batch behind.
    Flush(Box<Batch>),
    /// A roster is in force from now on: everything that goes by it goes by this one.
    Roster(Arc<Roster>),
    /// Rows of the feed whose records are durable by now.
    Fed(Vec<(FeedKey, u64)>),
}
