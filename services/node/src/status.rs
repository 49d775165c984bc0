//! The one mapping from a refusal to what a caller sees on gRPC, and the ids under which causes are logged.
//!
//! Owns codes, details and metadata of every error answer. It must not let a cause or anything of a case out.

use std::fmt;
use std::time::Duration;

use rogatory_domain::Faults;
use rogatory_domain::refusal::{Blame, Code, Retry};
use rogatory_keys::{Random, SystemRandom};
use rogatory_tls::HandshakeRefusal;
use rogatory_wire::details;
use rogatory_wire::pb::casework::v1::{self as pb, Fault, Problem};
use tonic::Status;
use tonic::metadata::{MetadataMap, MetadataValue};

use crate::desk::Rejection;

#[cfg(test)]
mod tests;
mod transport;

pub use transport::{of_transport, typed, typed_trailers};

/// Metadata key of the refusal's code.
pub const CODE_KEY: &str = "rogatory-code";

/// Text of faults in one answer, bytes. It travels twice, for readers of `BadRequest` and of `Problem`, as metadata of
/// which many clients take no more than 8 KiB.
const FAULTS_BYTES_MAX: usize = 2_048;

/// Metadata key of the pause before another try, milliseconds (gRPC retry design, A6).
pub const PUSHBACK_KEY: &str = "grpc-retry-pushback-ms";

/// The gRPC code of a refusal. Only a refusal that may be repeated as it is gets a code that clients repeat on.
#[must_use]
#[allow(clippy::too_many_lines, reason = "a table with a line for each code, and no code may be left out")]
pub fn grpc_code(code: Code) -> tonic::Code {
    use tonic::Code as Grpc;
    match code {
        Code::MalformedMessage
        | Code::MessageTooLarge
        | Code::HeadersTooLarge
        | Code::TooManyElements
        | Code::InvalidForm
        | Code::TooManyRecipients
        | Code::MissingJustification
        | Code::DeclaredInFuture
        | Code::DigestMismatch
        | Code::WrongProofKind
        | Code::UnknownPosition
        | Code::CursorBeyondEnd
        | Code::ProofInvalid => Grpc::InvalidArgument,
        Code::UnknownReferral | Code::UnknownMessage | Code::UnknownRecipient | Code::UnknownConsumer => {
            Grpc::NotFound
        }
        Code::IdReused => Grpc::AlreadyExists,
        Code::NotAuthenticated
        | Code::StrangerCertificate
        | Code::CertificateExpired
        | Code::WrongAuthority
        | Code::CertificateRevoked
        | Code::RevocationUnknown
        | Code::CertificateUnfit => Grpc::Unauthenticated,
        Code::NotAdmitted
        | Code::WrongActor
        | Code::NotAParty
        | Code::RoleNotAllowed
        | Code::ClientOnExchange
        | Code::ForeignClient => Grpc::PermissionDenied,
        Code::UnknownMethod | Code::NotGrpc => Grpc::Unimplemented,
        Code::LateMessage | Code::DeadlineExceeded => Grpc::DeadlineExceeded,
        Code::ReferralMoved => Grpc::Aborted,
        Code::RateLimited | Code::QueueFull | Code::ReadTooSlowly => Grpc::ResourceExhausted,
        Code::SequenceGap
        | Code::PeerSilent
        | Code::ConnectionLost
        | Code::PeerChanged
        | Code::Draining
        | Code::ConnectionAged => Grpc::Unavailable,
        Code::Internal => Grpc::Internal,
        Code::ConfigTypo
        | Code::AddressUnusable
        | Code::TlsUnusable
        | Code::KeyFileUnusable
        | Code::DataInUse
        | Code::StorageUnusable
        | Code::ConfigUnreadable
        | Code::OtherLedger
        | Code::UnsupportedReferralType
        | Code::EventNotAllowed
        | Code::ReferralFull
        | Code::RequestFull
        | Code::ContentErased
        | Code::KeySlotChanged
        | Code::HeadInconsistent
        | Code::WrongFederation
        | Code::HeadSignatureInvalid
        | Code::CannotOpen
        | Code::DeliveryExpired
        | Code::OpeningNotDelivered
        | Code::RecipientLeft
        | Code::NumberClosed
        | Code::Unsendable
        | Code::NotYet
        | Code::LaterFormat
        | Code::LaterInstrument
        | Code::LaterEdition
        | Code::LaterEvent
        | Code::RosterBehind
        | Code::CursorOfAnotherInstance
        | Code::ConsumerTakenOver
        | Code::TooManyGaps
        | Code::TooManyConsumers
        | Code::LedgerDamaged
        | Code::DiskReserve
        | Code::LedgerHeld
        | Code::LedgerMissing
        | Code::GuardMissing
        | Code::HistoryLost
        | Code::NotPrivate
        | Code::TooFewDescriptors
        | Code::VaultUnusable
        | Code::RosterRejected
        | Code::RosterLater
        | Code::RostersDiffer
        | Code::RecipientLedgerReplaced => Grpc::FailedPrecondition,
    }
}

/// The code that another node's answer carries.
#[must_use]
pub fn code_in(status: &Status) -> Option<Code> {
    status.metadata().get(CODE_KEY)?.to_str().ok()?.parse().ok()
}

/// The refusal of the catalogue for a handshake that was refused.
#[must_use]
pub fn of_handshake(refusal: HandshakeRefusal) -> Code {
    match refusal {
        HandshakeRefusal::Stranger | HandshakeRefusal::BadIdentity(_) => Code::StrangerCertificate,
        HandshakeRefusal::WrongAuthority | HandshakeRefusal::WrongPeer | HandshakeRefusal::WrongHost => {
            Code::WrongAuthority
        }
        HandshakeRefusal::Expired | HandshakeRefusal::NotYetValid => Code::CertificateExpired,
        HandshakeRefusal::Revoked => Code::CertificateRevoked,
        HandshakeRefusal::RevocationUnknown => Code::RevocationUnknown,
        HandshakeRefusal::NotAdmitted => Code::NotAdmitted,
        HandshakeRefusal::Unfit | HandshakeRefusal::Oversized => Code::CertificateUnfit,
        HandshakeRefusal::Crowded => Code::RateLimited,
        HandshakeRefusal::NoCertificate
        | HandshakeRefusal::Protocol
        | HandshakeRefusal::Alert
        | HandshakeRefusal::TimedOut
        | HandshakeRefusal::Broken => Code::NotAuthenticated,
    }
}

/// The id under which the log has the cause of an error: 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorId(u64);

impl ErrorId {
    /// A fresh id for `cause`, which is logged here, once, and goes nowhere else.
    pub fn log(code: Code, cause: &dyn fmt::Display) -> Self {
        Self::log_from(code, cause, &SystemRandom)
    }

    fn log_from(code: Code, cause: &dyn fmt::Display, random: &dyn Random) -> Self {
        let id = Self(u64::from_be_bytes(random.array()));
        tracing::error!(error_id = %id, code = code.refusal().id, %cause, "a request could not be finished");
        id
    }
}

impl fmt::Display for ErrorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// A refusal as clients read it, without faults. What only this node can explain never leaves without an error id.
#[must_use]
pub fn problem(code: Code) -> Problem {
    if code == Code::Internal {
        return problem_because(code, &"no cause was given");
    }
    bare(code)
}

fn bare(code: Code) -> Problem {
    let refusal = code.refusal();
    let retry = match refusal.retry {
        Retry::Never => pb::Retry::Never,
        Retry::After => pb::Retry::After,
        Retry::WhenChanged => pb::Retry::WhenChanged,
    };
    let blame = match refusal.blame {
        Blame::Caller => pb::Blame::Caller,
        Blame::Peer => pb::Blame::Peer,
        Blame::Operator => pb::Blame::Operator,
        Blame::Node => pb::Blame::Node,
    };
    Problem {
        code: refusal.id.to_owned(),
        name: refusal.name.to_owned(),
        blame: blame.into(),
        retry: retry.into(),
        text: format!("{} {}", refusal.text, refusal.advice),
        faults: Vec::new(),
        error_id: String::new(),
    }
}

/// A refusal with every fault of the input, as far as an answer holds them; the last one says how many it does not.
#[must_use]
pub fn problem_of(code: Code, faults: &Faults) -> Problem {
    let mut bytes = 0;
    let fits = |fault: &&rogatory_domain::Fault| {
        bytes += fault.field.len() + fault.rule.len() + fault.article.len() + fault.text.len();
        bytes <= FAULTS_BYTES_MAX
    };
    let mut listed: Vec<Fault> = faults.iter().take_while(fits).map(fault_to_pb).collect();
    let left = faults.iter().skip(listed.len());
    let more = left.len();
    listed.extend(left.take(1).map(|first| Fault {
        rule: "more".to_owned(),
        text: format!("and {more} more from here on; correct the others first"),
        ..fault_to_pb(first)
    }));
    Problem { faults: listed, ..problem(code) }
}

/// A rejection with everything that is known of it.
pub(crate) fn problem_for(rejection: &Rejection) -> Problem {
    match rejection.error_id {
        Some(id) => Problem { error_id: id.to_string(), ..bare(rejection.code) },
        None => problem_of(rejection.code, &rejection.faults),
    }
}

fn fault_to_pb(fault: &rogatory_domain::Fault) -> Fault {
    Fault {
        field: fault.field.clone(),
        rule: fault.rule.to_owned(),
        article: fault.article.to_owned(),
        text: fault.text.clone(),
    }
}

/// A refusal whose cause is logged here under a fresh error id.
#[must_use]
pub fn problem_because(code: Code, cause: &dyn fmt::Display) -> Problem {
    Problem { error_id: ErrorId::log(code, cause).to_string(), ..bare(code) }
}

/// The answer for a refusal.
#[must_use]
pub fn status_of(code: Code) -> Status {
    of_problem(code, &problem(code))
}

/// The answer for a refusal with every fault of the input.
#[must_use]
pub fn status_with_faults(code: Code, faults: &Faults) -> Status {
    of_problem(code, &problem_of(code, faults))
}

/// The answer for a failure of this node; the cause is logged here and does not leave.
#[must_use]
pub fn internal(cause: &dyn fmt::Display) -> Status {
    of_problem(Code::Internal, &problem_because(Code::Internal, cause))
}

/// The answer for a refusal that may be repeated after a pause.
#[must_use]
pub fn status_with_pause(code: Code, pause: Duration) -> Status {
    let mut status = answer(grpc_code(code), code, &problem(code), Some(pause));
    let milliseconds = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
    status.metadata_mut().insert(PUSHBACK_KEY, milliseconds.into());
    status
}

/// The answer that carries a problem.
#[must_use]
pub fn of_problem(code: Code, problem: &Problem) -> Status {
    answer(grpc_code(code), code, problem, None)
}

fn answer(grpc: tonic::Code, code: Code, problem: &Problem, pause: Option<Duration>) -> Status {
    let mut metadata = MetadataMap::new();
    metadata.insert(CODE_KEY, MetadataValue::from_static(code.refusal().id));
    let message = format!("{}: {}", code.refusal().id, code.refusal().text);
    let details = details::encode(grpc as i32, &message, code, problem, pause);
    Status::with_details_and_metadata(grpc, message, details, metadata)
}
