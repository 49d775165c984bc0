//! Refusals as callers see them: code, who is to blame, whether to try again, and every fault of the input.
//! It must not invent a code: what a node did not say stays unsaid.

use std::error::Error;
use std::fmt;

use rogatory_domain::refusal::{Blame, Code, Refusal, Retry};
use rogatory_tls::HandshakeRefusal;
use rogatory_wire::details;
use rogatory_wire::pb::casework::v1 as pb;
use tonic::{Code as Grpc, Status, TimeoutExpired};

use crate::hearing::RefusedCertificate;

/// What is said of a call whose answer did not begin in time.
const LATE: &str = "the node did not answer in time";

/// Why a call was not answered as hoped.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Stable code, such as `RG0101`; empty when no node said one.
    pub code: String,
    /// Who has to act.
    pub blame: Blame,
    /// Whether the same request may be sent again.
    pub retry: Retry,
    /// Safe text.
    pub text: String,
    /// Every fault of the input.
    pub faults: Vec<pb::Fault>,
    /// Id under which the node's log has the cause; empty when the text says all.
    pub error_id: String,
}

impl Problem {
    /// The row of the catalogue, when this release knows the code.
    pub fn refusal(&self) -> Option<&'static Refusal> {
        self.code.parse().ok().map(Code::refusal)
    }

    /// What to do now, where the catalogue knows.
    pub fn advice(&self) -> Option<&'static str> {
        self.refusal().map(|row| row.advice)
    }

    /// Whether the answer did not begin in time.
    pub fn is_late(&self) -> bool {
        self.code.is_empty() && self.text == LATE
    }

    /// Whether what the call should do may have been done all the same; a repeat under the same id finds out.
    pub fn is_uncertain(&self) -> bool {
        let lost = self.code.is_empty() && self.retry == Retry::After;
        let uncertain = [Code::Draining, Code::Internal, Code::DeadlineExceeded];
        lost || uncertain.iter().any(|code| code.refusal().id == self.code)
    }

    /// A connection that is gone, with no word of the node.
    pub(crate) fn lost(text: &str) -> Self {
        Self::unsaid(Retry::After, text.to_owned())
    }

    /// A refusal that never came from a node.
    fn unsaid(retry: Retry, text: String) -> Self {
        Self {
            code: String::new(),
            blame: Blame::Node,
            retry,
            text,
            faults: Vec::new(),
            error_id: String::new(),
        }
    }
}

impl From<pb::Problem> for Problem {
    fn from(raw: pb::Problem) -> Self {
        let row = raw.code.parse().ok().map(Code::refusal);
        Self {
            blame: row.map_or_else(|| blame(raw.blame()), |row| row.blame),
            retry: row.map_or_else(|| retry(raw.retry()), |row| row.retry),
            code: raw.code,
            text: raw.text,
            faults: raw.faults,
            error_id: raw.error_id,
        }
    }
}

impl From<RefusedCertificate> for Problem {
    /// The node said it by an alert, and read nothing of the call: nothing was recorded.
    fn from(refused: RefusedCertificate) -> Self {
        let row = code_of(refused.0).refusal();
        let text = match refused.0 {
            HandshakeRefusal::Alert => {
                "the node refused the certificate of this client and did not say why".to_owned()
            }
            // One alert says both, and only the node knows what its clock shows.
            HandshakeRefusal::Expired => {
                "the node refused the certificate of this client: by the node's clock it has ended, or has not begun yet".to_owned()
            }
            _ => refused.to_string(),
        };
        let text = format!("{text}; it read nothing of the call");
        Self { code: row.id.to_owned(), blame: row.blame, ..Self::unsaid(row.retry, text) }
    }
}

impl From<Status> for Problem {
    fn from(status: Status) -> Self {
        if let Some(raw) = details::problem(status.details()) {
            return raw.into();
        }
        if let Some(refused) = causes(&status).find_map(|cause| cause.downcast_ref::<RefusedCertificate>()) {
            return Self::from(*refused);
        }
        if causes(&status).any(<dyn Error>::is::<TimeoutExpired>) {
            return Self::unsaid(Retry::After, LATE.to_owned());
        }
        let retry = match status.code() {
            Grpc::Unavailable | Grpc::Aborted | Grpc::ResourceExhausted | Grpc::DeadlineExceeded => {
                Retry::After
            }
            Grpc::Cancelled | Grpc::Unknown | Grpc::Internal => Retry::After,
            _ => Retry::Never,
        };
        let text = match status.code() {
            Grpc::Unavailable => format!("the node cannot be reached: {}", status.message()),
            code => format!("{code:?}: {}", status.message()),
        };
        Self::unsaid(retry, text)
    }
}

/// The code under which the node would have refused the call, had the connection come as far.
fn code_of(refusal: HandshakeRefusal) -> Code {
    match refusal {
        HandshakeRefusal::NoCertificate => Code::NotAuthenticated,
        HandshakeRefusal::Expired => Code::CertificateExpired,
        HandshakeRefusal::Revoked => Code::CertificateRevoked,
        HandshakeRefusal::Stranger => Code::StrangerCertificate,
        HandshakeRefusal::RevocationUnknown => Code::RevocationUnknown,
        HandshakeRefusal::WrongAuthority => Code::WrongAuthority,
        HandshakeRefusal::NotAdmitted => Code::NotAdmitted,
        // Whatever else an alert may mean, another certificate is needed.
        _ => Code::CertificateUnfit,
    }
}

/// What is behind a failure, the nearest cause first.
fn causes(status: &Status) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(status.source(), |cause| {
        let cause: &(dyn Error + 'static) = *cause;
        cause.source()
    })
}

fn blame(said: pb::Blame) -> Blame {
    match said {
        pb::Blame::Caller => Blame::Caller,
        pb::Blame::Peer => Blame::Peer,
        pb::Blame::Operator => Blame::Operator,
        pb::Blame::Node | pb::Blame::Unspecified => Blame::Node,
    }
}

fn retry(said: pb::Retry) -> Retry {
    match said {
        pb::Retry::Never => Retry::Never,
        pb::Retry::WhenChanged => Retry::WhenChanged,
        pb::Retry::After | pb::Retry::Unspecified => Retry::After,
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.code.is_empty() {
            write!(f, "{} ", self.code)?;
        }
        f.write_str(&self.text)
    }
}

impl Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nodes_refusal_is_read_from_the_details() {
        let fault = pb::Fault { field: "warrant.language".into(), ..pb::Fault::default() };
        let raw = pb::Problem { code: "RG0103".into(), faults: vec![fault], ..pb::Problem::default() };
        let details = details::encode(Grpc::InvalidArgument as i32, "refused", Code::InvalidForm, &raw, None);
        let problem = Problem::from(Status::with_details(Grpc::InvalidArgument, "refused", details));
        assert_eq!(problem.code, "RG0103");
        assert_eq!((problem.blame, problem.retry), (Blame::Caller, Retry::Never));
        assert_eq!(problem.faults[0].field, "warrant.language");
        assert!(problem.advice().is_some_and(|advice| advice.starts_with("Correct")));
    }

    #[test]
    fn details_of_others_are_no_problem_of_a_node() {
        for details in [&b""[..], b"\x0a\x06RG0103", b"\xff\xff"] {
            let details = bytes::Bytes::copy_from_slice(details);
            let problem = Problem::from(Status::with_details(Grpc::InvalidArgument, "refused", details));
            assert_eq!(problem.code, "", "a bare problem is none either");
        }
    }

    #[test]
    fn every_refusal_of_a_certificate_has_its_code_wants_another_one_and_leaves_nothing_open() {
        use HandshakeRefusal as R;
        for (refusal, code) in [
            (R::Revoked, "RG0307"),
            (R::Expired, "RG0303"),
            (R::WrongAuthority, "RG0304"),
            (R::Stranger, "RG0302"),
            (R::NotAdmitted, "RG0321"),
            (R::RevocationUnknown, "RG0320"),
            (R::NoCertificate, "RG0301"),
            (R::Unfit, "RG0322"),
            (R::Alert, "RG0322"),
        ] {
            let problem = Problem::from(Status::from_error(Box::new(RefusedCertificate(refusal))));
            assert_eq!((problem.code.as_str(), problem.retry), (code, Retry::WhenChanged));
            assert!(!problem.is_uncertain() && problem.advice().is_some(), "{refusal}");
        }
    }

    #[test]
    fn an_unreachable_node_may_be_tried_again_and_an_unknown_call_may_not() {
        assert_eq!(Problem::from(Status::unavailable("down")).retry, Retry::After);
        let problem = Problem::from(Status::unimplemented("no such call"));
        assert_eq!((problem.retry, problem.code.as_str()), (Retry::Never, ""));
    }

    #[test]
    fn a_code_of_a_later_release_keeps_the_words_that_came_with_it() {
        let raw = pb::Problem {
            code: "RG0999".into(),
            blame: pb::Blame::Peer.into(),
            retry: pb::Retry::WhenChanged.into(),
            ..pb::Problem::default()
        };
        let problem = Problem::from(raw);
        assert_eq!((problem.blame, problem.retry), (Blame::Peer, Retry::WhenChanged));
        assert!(problem.advice().is_none());
    }
}
