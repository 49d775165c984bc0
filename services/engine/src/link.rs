//! One end of a peer link: makes and checks frames. Synchronous and without I/O, so that the simulator runs it too.
//!
//! Owns the chain of heads on a stream, epochs and key slots. It must not decide what a message means: it hands proven,
//! opened messages to the engine.

use std::sync::Arc;

use bytes::Bytes;
use rogatory_domain::id::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_evidence::proof::hashes;
use rogatory_evidence::roster::LedgerKeyRange;
use rogatory_evidence::{Facts, Head, HeadError, Header};
use rogatory_keys::SealingKey;
use rogatory_ledger::Reader;
use rogatory_tlog::{root, verify_consistency};

use crate::frame::{HeadLink, Hello};
use crate::scribe::{Fork, Scribe};

mod incoming;
mod outgoing;

pub use incoming::{LinkIn, Received, ReceivedEnvelope, ReceivedItem, ReceivedReceipts};
pub use outgoing::{LinkOut, Outgoing, ReceiptRef, Reply, Sending, Unsendable};

/// Version of the peer protocol.
pub const PROTOCOL: u32 = 1;

/// What the roster says of a peer.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Agency.
    pub agency: AgencyId,
    /// Public key of the ledger that it has now.
    pub ledger_key: LedgerKeyRange,
    /// Keys of the ledgers that it had before.
    pub retired_keys: Vec<LedgerKeyRange>,
    /// Its public sealing key.
    pub sealing_key: Bytes,
}

/// Reads an opened body; the one place where the engine meets the wire's encoding of content.
pub trait BodyReader: Send + Sync + 'static {
    /// The facts of a body.
    ///
    /// # Errors
    /// Why the message is refused, or not taken yet.
    fn read(&self, header: &Header, body: &[u8]) -> Result<Facts, Unread>;
}

/// Why a proven message is not taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It never will be: what its sender put on the record for ever is at fault.
    Refused(Code),
    /// It cannot be read or judged as things stand here, or came other than it was put on the record. Nothing about it is
    /// recorded, and its sender tries again.
    NotYet(Code),
}

impl Unread {
    /// What it is answered with, either way.
    #[must_use]
    pub fn code(self) -> Code {
        match self {
            Self::Refused(code) | Self::NotYet(code) => code,
        }
    }
}

/// What both halves of a link need.
#[derive(Clone)]
pub struct Context {
    /// Makes records.
    pub scribe: Arc<Scribe>,
    /// Reads this node's ledger.
    pub reader: Reader,
    /// Public keys of this agency's ledgers, those before among them.
    pub own_keys: Vec<LedgerKeyRange>,
    /// Opens epochs.
    pub sealing: Arc<SealingKey>,
    /// Reads bodies.
    pub bodies: Arc<dyn BodyReader>,
    /// The peer.
    pub peer: Peer,
}

/// Why a link is given up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkFault {
    /// The peer broke a rule.
    #[error("the peer is refused: {}", .0.refusal().name)]
    Refused(Code),
    /// The peer showed a head that does not extend the newest one held of it.
    #[error("the peer showed a head that does not extend the one held of it")]
    Forked(Box<Fork>),
    /// The peer showed a head of this node's ledger that the ledger does not contain: this ledger was rolled back or
    /// forked, and must stop at once.
    #[error("the peer holds a head of this ledger that the ledger does not contain")]
    OwnHistoryLost(Box<Head>),
    /// The peer hung up and said why, with a code of the catalogue or one of another release.
    #[error("the peer hung up: {}", .0.map_or("a reason of another release", |code| code.refusal().name))]
    Told(Option<Code>),
    /// One of the two goes by an older roster, which does not name the ledger that the other has now.
    #[error("one of the two nodes goes by a roster that does not name the other's ledger")]
    RostersDiffer,
    /// The peer signs nothing until its own peers have confirmed the end of its ledger.
    #[error("the peer signs nothing until the end of its ledger is confirmed")]
    PeerHeld,
    /// This node signs nothing until its peers have confirmed the end of its ledger.
    #[error("this node signs nothing until the end of its ledger is confirmed")]
    Held,
    /// The peer did not say within its time what had to come next.
    #[error("the peer did not answer within its time")]
    Silent,
    /// The connection ended while something was to be said or heard on it.
    #[error("the connection ended")]
    ConnectionLost,
    /// This node cannot go on by itself.
    #[error("this node failed on the link: {0}")]
    Node(String),
}

impl LinkFault {
    /// The code of the catalogue under which the fault is shown, counted and told to the peer.
    pub fn code(&self) -> Code {
        match self {
            Self::Refused(code) | Self::Told(Some(code)) => *code,
            Self::Forked(_) => Code::HeadInconsistent,
            Self::OwnHistoryLost(_) => Code::HistoryLost,
            Self::RostersDiffer => Code::RostersDiffer,
            Self::PeerHeld | Self::Held => Code::LedgerHeld,
            Self::Silent => Code::PeerSilent,
            Self::ConnectionLost | Self::Told(None) => Code::ConnectionLost,
            Self::Node(_) => Code::Internal,
        }
    }
}

/// What a greeting leads to.
pub enum Greeting {
    /// Both sides show a head: the halves of the link, not yet linked.
    Linked(Box<(LinkOut, LinkIn)>),
    /// A side signs nothing yet, so there is nothing to link. What the peer holds of this ledger was confirmed all the same.
    Unsigned(LinkFault),
}

/// The head to show and the head held of the peer, as of one moment.
#[derive(Clone, Debug)]
pub struct Introduction {
    /// This node's newest signed head; empty while it signs nothing.
    pub own: Bytes,
    /// Its size.
    pub own_size: u64,
    /// The newest head held of the peer.
    pub held: Option<Head>,
    /// Version of the roster in force.
    pub roster_version: u64,
}

impl Context {
    /// This side's first frame.
    pub fn hello(&self, introduction: &Introduction) -> Hello {
        let origin = self.scribe.origin();
        Hello {
            protocol: PROTOCOL,
            federation: origin.federation.to_string(),
            agency: origin.agency.to_string(),
            instance: Bytes::copy_from_slice(origin.instance.as_bytes()),
            head: introduction.own.clone(),
            held: introduction.held.as_ref().map(|head| head.note.clone()).unwrap_or_default(),
            roster_version: introduction.roster_version,
        }
    }

    /// Checks the other side's first frame. A side that signs nothing until its peers have confirmed the end of its ledger
    /// shows no head, and says all the same what it holds of the other: two such sides confirm each other.
    ///
    /// # Errors
    /// Says whose fault it is; [`LinkFault::OwnHistoryLost`] must stop the node's ledger.
    pub fn greet(&self, introduction: &Introduction, hello: &Hello) -> Result<Greeting, LinkFault> {
        self.check_sender(hello)?;
        let they_hold = if hello.held.is_empty() { 0 } else { self.verify_own_history(&hello.held)? };
        if introduction.own.is_empty() {
            return Ok(Greeting::Unsigned(LinkFault::Held));
        }
        if hello.head.is_empty() {
            return Ok(Greeting::Unsigned(LinkFault::PeerHeld));
        }
        let shown = self.verify_shown(hello, introduction.roster_version)?;
        if let Some(held) = introduction.held.as_ref().filter(|held| held.origin != shown.origin) {
            return Err(LinkFault::Forked(Box::new(Fork { held: held.note.clone(), shown: shown.note })));
        }
        let outgoing = LinkOut::new(self.clone(), they_hold, introduction.own_size);
        let incoming = LinkIn::new(self.clone(), introduction.held.clone(), shown);
        Ok(Greeting::Linked(Box::new((outgoing, incoming))))
    }

    /// Whether a first frame is one of this peer, so that its connection may take the place of one that stands: whoever dials
    /// in says hello before anything here is given up for it.
    ///
    /// # Errors
    /// As [`Context::greet`].
    pub fn is_greeted(&self, hello: &Hello, roster_version: u64) -> Result<(), LinkFault> {
        self.check_sender(hello)?;
        if hello.head.is_empty() { Ok(()) } else { self.verify_shown(hello, roster_version).map(drop) }
    }

    fn check_sender(&self, hello: &Hello) -> Result<(), LinkFault> {
        if hello.protocol != PROTOCOL {
            return Err(LinkFault::Refused(Code::MalformedMessage));
        }
        if hello.federation != self.scribe.origin().federation.as_str() {
            return Err(LinkFault::Refused(Code::WrongFederation));
        }
        if hello.agency != self.peer.agency.as_str() {
            return Err(LinkFault::Refused(Code::StrangerCertificate));
        }
        Ok(())
    }

    /// The head that the peer shows. Where only the rosters differ, nobody has signed anything wrong: a newer one of the peer names
    /// a ledger that this node does not know yet, or an older one a ledger that is retired here.
    fn verify_shown(&self, hello: &Hello, roster_version: u64) -> Result<Head, LinkFault> {
        let federation = &self.scribe.origin().federation;
        let is_retired = || {
            Head::verify_under(&hello.head, federation, &self.peer.agency, &self.peer.retired_keys).is_ok()
        };
        self.verify_head(&hello.head).map_err(|fault| match fault {
            LinkFault::Refused(Code::HeadSignatureInvalid)
                if hello.roster_version > roster_version
                    || (hello.roster_version < roster_version && is_retired()) =>
            {
                LinkFault::RostersDiffer
            }
            fault => fault,
        })
    }

    /// A head of the peer, with its signature checked.
    fn verify_head(&self, note: &Bytes) -> Result<Head, LinkFault> {
        let (federation, keys) =
            (&self.scribe.origin().federation, std::slice::from_ref(&self.peer.ledger_key));
        Head::verify_under(note, federation, &self.peer.agency, keys).map_err(|error| match error {
            HeadError::Malformed => LinkFault::Refused(Code::MalformedMessage),
            HeadError::Origin => LinkFault::Refused(Code::WrongFederation),
            HeadError::Signature => LinkFault::Refused(Code::HeadSignatureInvalid),
        })
    }

    /// A head of this node's own ledger that the peer holds: the ledger must contain it (one history).
    fn verify_own_history(&self, note: &Bytes) -> Result<u64, LinkFault> {
        let origin = self.scribe.origin();
        let held = Head::verify_under(note, &origin.federation, &origin.agency, &self.own_keys)
            .map_err(|_| LinkFault::Refused(Code::ProofInvalid))?;
        // The peer still holds a head of a ledger that a newer roster has retired.
        let retired = self.own_keys.split_last().map_or(&[][..], |(_, retired)| retired);
        if held.origin.instance != origin.instance
            && Head::verify_under(note, &origin.federation, &origin.agency, retired).is_ok()
        {
            return Err(LinkFault::RostersDiffer);
        }
        if held.origin.instance != origin.instance || held.size > self.reader.size() {
            return Err(LinkFault::OwnHistoryLost(Box::new(held)));
        }
        let own = root(self.reader.nodes(), held.size).map_err(|e| LinkFault::Node(e.to_string()))?;
        if own == held.root { Ok(held.size) } else { Err(LinkFault::OwnHistoryLost(Box::new(held))) }
    }

    /// The context that both sides bind an epoch to.
    fn epoch_context(&self, sender: &AgencyId, recipient: &AgencyId) -> Vec<u8> {
        let federation = &self.scribe.origin().federation;
        format!("rogatory/epoch/v1\n{federation}\n{sender}\n{recipient}\n").into_bytes()
    }
}

/// A head is accepted only if it is consistent with the newest one held.
fn check_link(held: &Head, shown: &Head, link: &HeadLink) -> Result<(), LinkFault> {
    let proof = hashes(&link.consistency).map_err(|_| LinkFault::Refused(Code::ProofInvalid))?;
    let same = held.origin == shown.origin;
    let consistent = same && verify_consistency(held.size, held.root, shown.size, shown.root, &proof).is_ok();
    let fork = || Fork { held: held.note.clone(), shown: shown.note.clone() };
    if consistent { Ok(()) } else { Err(LinkFault::Forked(Box::new(fork()))) }
}
