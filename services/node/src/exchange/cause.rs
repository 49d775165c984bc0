//! Why a link to a peer does not stand: at which stage, on whose word, under which code, with what the system said.
//!
//! Owns the stages and the words. It repeats nothing that a peer wrote but codes of the catalogue.

use std::error::Error;
use std::io;

use rogatory_domain::refusal::Code;
use rogatory_engine::link::LinkFault;
use rogatory_tls::{ConnectError, DialStep, HandshakeRefusal};
use tonic::Status;

use crate::channel::ChannelError;
use crate::status::{code_in, of_handshake, of_transport};

/// How far a connection came, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Stage {
    /// Looking up the name of the endpoint.
    Resolve,
    /// The TCP connection.
    Dial,
    /// The TLS handshake: certificates, roots, validity.
    Tls,
    /// Who the certificate names.
    Name,
    /// The first frames.
    Greeting,
    /// The heads that each side shows of both ledgers.
    Heads,
    /// Proofs of envelopes and receipts.
    Proof,
    /// The engine of the side that receives.
    Recipient,
    /// The connection of a link that stood.
    Link,
}

impl Stage {
    /// Every stage.
    pub(crate) const ALL: [Self; 9] = [
        Self::Resolve,
        Self::Dial,
        Self::Tls,
        Self::Name,
        Self::Greeting,
        Self::Heads,
        Self::Proof,
        Self::Recipient,
        Self::Link,
    ];

    /// The word in answers, logs and metrics.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Dial => "dial",
            Self::Tls => "tls",
            Self::Name => "name",
            Self::Greeting => "greeting",
            Self::Heads => "heads",
            Self::Proof => "proof",
            Self::Recipient => "recipient",
            Self::Link => "link",
        }
    }

    /// Where a refusal belongs, if its code alone tells.
    const fn of(code: Code) -> Option<Self> {
        match code {
            Code::HeadInconsistent | Code::HistoryLost | Code::HeadSignatureInvalid | Code::RostersDiffer => {
                Some(Self::Heads)
            }
            Code::DigestMismatch
            | Code::KeySlotChanged
            | Code::WrongProofKind
            | Code::ProofInvalid
            | Code::CannotOpen => Some(Self::Proof),
            Code::DiskReserve | Code::SequenceGap | Code::QueueFull | Code::Draining | Code::LedgerHeld => {
                Some(Self::Recipient)
            }
            _ => None,
        }
    }
}

/// On whose word a link does not stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Side {
    /// This node found it.
    Here,
    /// The peer said so.
    Peer,
}

impl Side {
    /// The word in answers and logs.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Peer => "peer",
        }
    }
}

/// Why one connection did not come to be, or ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    /// How far it came.
    pub(crate) stage: Stage,
    /// On whose word.
    pub(crate) side: Side,
    /// The code of the catalogue, where one fits.
    pub(crate) code: Option<Code>,
    /// What happened, in words of this program and of the system.
    pub(crate) text: String,
    /// Number of the system's error, where it reported one.
    pub(crate) os_error: Option<i32>,
    /// Address that was dialled, or from which the peer came.
    pub(crate) address: String,
}

impl Cause {
    /// This node found something, without a code.
    pub(crate) fn found(stage: Stage, address: &str, text: impl Into<String>) -> Self {
        let (side, address) = (Side::Here, address.to_owned());
        Self { stage, side, code: None, text: text.into(), os_error: None, address }
    }

    /// One side refused the other under a code of the catalogue. `reached` is how far the connection was.
    pub(crate) fn refused(side: Side, reached: Stage, code: Code, address: &str) -> Self {
        let stage = Stage::of(code).unwrap_or(reached);
        let text = match side {
            Side::Here => format!("refused here: {}", code.refusal().text),
            Side::Peer => format!("the peer refused: {}", as_told(code)),
        };
        Self { side, code: Some(code), ..Self::found(stage, address, text) }
    }

    /// No connection came to be.
    pub(crate) fn of_channel(error: &ChannelError, address: &str) -> Self {
        let stage = match error {
            ChannelError::UnknownPeer | ChannelError::Endpoint => Stage::Resolve,
            ChannelError::Connect(error) => of_connect(error),
            ChannelError::Transport(_) => Stage::Greeting,
        };
        let source = match error {
            ChannelError::Connect(error) => error.source(),
            other => other.source(),
        };
        let text = match (error, source) {
            // The words of the handshake's refusal are in the error's own already.
            (ChannelError::Connect(ConnectError::Handshake(_)), _) | (_, None) => error.to_string(),
            (_, Some(source)) => format!("{error}: {source}"),
        };
        let os_error = source.and_then(os_error);
        Self { code: error.code(), os_error, ..Self::found(stage, address, text) }
    }

    /// A call or a stream on a connection that stands ended with a status: the peer's word, or a broken connection.
    pub(crate) fn of_status(status: &Status, reached: Stage, address: &str) -> Self {
        if let Some(code) = code_in(status) {
            return Self::refused(Side::Peer, reached, code, address);
        }
        if let Some((code, _)) = of_transport(status) {
            return Self::refused(Side::Here, reached, code, address);
        }
        let os_error = causes(status).find_map(os_error);
        let system = os_error.map(|number| format!(": {}", io::Error::from_raw_os_error(number)));
        let text = format!("the connection broke{}", system.unwrap_or_default());
        Self { os_error, ..Self::found(reached, address, text) }
    }

    /// The peer ended the handshake because of this node's certificate.
    pub(crate) fn of_alert(refusal: HandshakeRefusal, address: &str) -> Self {
        let (code, text) = match refusal {
            HandshakeRefusal::Alert => {
                let text = "the peer refused this node's certificate and did not say why".to_owned();
                (Code::CertificateUnfit, text)
            }
            told => (of_handshake(told), format!("the peer refused this node's certificate: {told}")),
        };
        Self { side: Side::Peer, code: Some(code), ..Self::found(Stage::Tls, address, text) }
    }

    /// This node ended the handshake because of the peer's certificate.
    pub(crate) fn of_certificate(refusal: HandshakeRefusal, address: &str) -> Self {
        let text = format!("the certificate of the peer's node was refused here: {refusal}");
        Self { code: Some(of_handshake(refusal)), ..Self::found(Stage::Tls, address, text) }
    }

    /// A link was given up for a fault.
    pub(crate) fn of_fault(fault: &LinkFault, reached: Stage, address: &str) -> Self {
        match fault {
            LinkFault::Refused(code) => Self::refused(Side::Here, reached, *code, address),
            LinkFault::RostersDiffer => Self::refused(Side::Here, Stage::Heads, Code::RostersDiffer, address),
            LinkFault::Forked(_) => Self {
                code: Some(Code::HeadInconsistent),
                ..Self::found(Stage::Heads, address, "the peer's ledger shows two histories: a fork")
            },
            LinkFault::OwnHistoryLost(_) => Self::under_code(fault, Stage::Heads, address),
            LinkFault::Told(Some(code)) => Self::refused(Side::Peer, reached, *code, address),
            LinkFault::Told(None) => Self {
                side: Side::Peer,
                ..Self::found(
                    reached,
                    address,
                    "the peer refused with a code that this release does not know",
                )
            },
            LinkFault::PeerHeld => {
                Self { side: Side::Peer, ..Self::under_code(fault, Stage::Recipient, address) }
            }
            LinkFault::Held => Self::under_code(fault, Stage::Recipient, address),
            LinkFault::Silent | LinkFault::ConnectionLost => Self::under_code(fault, reached, address),
            LinkFault::Node(text) => Self::found(reached, address, text.clone()),
        }
    }

    fn under_code(fault: &LinkFault, stage: Stage, address: &str) -> Self {
        Self { code: Some(fault.code()), ..Self::found(stage, address, fault.to_string()) }
    }

    /// Whether one side does not accept the other, or what it says; otherwise the next try may well succeed.
    pub(crate) fn is_refusal(&self) -> bool {
        let passing =
            [Code::PeerSilent, Code::ConnectionLost, Code::Draining, Code::DiskReserve, Code::LedgerHeld];
        self.code.is_some_and(|code| !passing.contains(&code))
    }

    /// What makes two failures the same one.
    pub(crate) fn key(&self) -> (Stage, Side, Option<Code>, Option<i32>) {
        (self.stage, self.side, self.code, self.os_error)
    }
}

/// What a peer's refusal means at this side. The catalogue speaks to who refuses; whom it accuses has something else to do.
fn as_told(code: Code) -> &'static str {
    match code {
        Code::HeadInconsistent => {
            "it holds heads of this node's ledger that exclude each other. Stop this node, keep its data and its guard as they \
             are, put its newest ledger back, and call the peer's operator, who has both heads and clears them after that."
        }
        Code::HistoryLost => {
            "its own ledger does not contain a head of it that this node holds, as after an older copy was put back there, \
             or where a second machine runs under its key. Nothing is wrong here: call its operator."
        }
        told => told.refusal().text,
    }
}

fn of_connect(error: &ConnectError) -> Stage {
    match error {
        ConnectError::Host | ConnectError::Unresolved(_) | ConnectError::TimedOut(DialStep::Resolve) => {
            Stage::Resolve
        }
        ConnectError::Unreachable(_) | ConnectError::TimedOut(DialStep::Connect) => Stage::Dial,
        ConnectError::Handshake(HandshakeRefusal::WrongPeer | HandshakeRefusal::WrongHost) => Stage::Name,
        ConnectError::UnknownAgency(_)
        | ConnectError::Handshake(_)
        | ConnectError::TimedOut(DialStep::Handshake) => Stage::Tls,
    }
}

fn os_error(error: &(dyn Error + 'static)) -> Option<i32> {
    error.downcast_ref::<io::Error>()?.raw_os_error()
}

/// What is behind a failure, the nearest cause first.
fn causes(status: &Status) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(status.source(), |cause| {
        let cause: &(dyn Error + 'static) = *cause;
        cause.source()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: &str = "nl-om:7443";

    fn connect(error: ConnectError) -> Cause {
        Cause::of_channel(&ChannelError::Connect(error), AT)
    }

    #[test]
    fn every_step_of_dialling_has_its_stage_code_and_system_error() {
        let refused = || io::Error::from_raw_os_error(111);
        let rows = [
            (connect(ConnectError::Unresolved(io::Error::other("no such host"))), "resolve", None, None),
            (connect(ConnectError::TimedOut(DialStep::Resolve)), "resolve", None, None),
            (connect(ConnectError::Unreachable(refused())), "dial", None, Some(111)),
            (connect(ConnectError::TimedOut(DialStep::Connect)), "dial", None, None),
            (connect(ConnectError::TimedOut(DialStep::Handshake)), "tls", None, None),
            (
                connect(ConnectError::Handshake(HandshakeRefusal::Expired)),
                "tls",
                Some(Code::CertificateExpired),
                None,
            ),
            (
                connect(ConnectError::Handshake(HandshakeRefusal::WrongPeer)),
                "name",
                Some(Code::WrongAuthority),
                None,
            ),
            (Cause::of_channel(&ChannelError::Endpoint, AT), "resolve", None, None),
        ];
        for (cause, stage, code, os_error) in rows {
            let found = (cause.stage.label(), cause.code, cause.os_error);
            assert_eq!(found, (stage, code, os_error), "{}", cause.text);
            assert_eq!(cause.address, AT);
        }
        let text = connect(ConnectError::Unreachable(refused())).text;
        assert!(text.contains("Connection refused (os error 111)"), "{text}");
    }

    #[test]
    fn what_a_peer_refuses_is_told_apart_from_what_is_refused_here() {
        let full = Cause::refused(Side::Peer, Stage::Link, Code::DiskReserve, AT);
        assert_eq!((full.stage, full.side), (Stage::Recipient, Side::Peer));
        assert!(full.text.starts_with("the peer refused: "), "{}", full.text);
        let proof = Cause::of_fault(&LinkFault::Refused(Code::ProofInvalid), Stage::Greeting, AT);
        assert_eq!((proof.stage, proof.side), (Stage::Proof, Side::Here));
    }

    #[test]
    fn whom_a_peer_accuses_is_told_what_it_has_to_do_itself() {
        let told = |code| Cause::of_fault(&LinkFault::Told(Some(code)), Stage::Greeting, AT);
        let fork = told(Code::HeadInconsistent);
        assert_eq!((fork.stage, fork.side), (Stage::Heads, Side::Peer));
        assert!(fork.text.contains("Stop this node"), "{}", fork.text);
        assert!(told(Code::HistoryLost).text.contains("Nothing is wrong here"));
        assert!(!fork.text.contains(Code::HeadInconsistent.refusal().text));
    }

    #[test]
    fn an_answer_of_the_peer_under_a_code_is_its_word() {
        let answer = crate::status::status_of(Code::CertificateRevoked);
        let cause = Cause::of_status(&answer, Stage::Greeting, AT);
        assert_eq!((cause.side, cause.code), (Side::Peer, Some(Code::CertificateRevoked)));
        let broken = Cause::of_status(&Status::unknown("a peer's own text"), Stage::Link, AT);
        assert_eq!((broken.code, broken.text.as_str()), (None, "the connection broke"));
    }
}
