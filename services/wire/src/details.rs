//! Details of a refused call: a `google.rpc.Status`, which libraries of every language read, with our `Problem` in it.
//!
//! Owns both directions. It must not decide which refusal it is.

use std::time::Duration;

use bytes::Bytes;
use prost::{Message, Name};
use prost_types::Any;
use rogatory_domain::refusal::{Code, Retry};
use tonic_types::pb::{
    BadRequest, ErrorInfo, QuotaFailure, RetryInfo, Status, bad_request::FieldViolation, quota_failure,
};

use crate::pb::casework::v1::Problem;
use crate::word::Worded as _;

/// Domain of the reasons in an `ErrorInfo` (AIP-193).
pub const DOMAIN: &str = "rogatory";

/// Pause before a repeat when the refusal knows no better one.
pub const PAUSE: Duration = Duration::from_secs(1);

/// The bytes of `grpc-status-details-bin` for a refusal under a gRPC code; `pause` is the time before a repeat, where
/// the refusal knows it.
#[must_use]
pub fn encode(grpc: i32, message: &str, code: Code, problem: &Problem, pause: Option<Duration>) -> Bytes {
    let refusal = code.refusal();
    let mut details = vec![any("google.rpc.ErrorInfo", &error_info(problem))];
    if !problem.faults.is_empty() {
        details.push(any("google.rpc.BadRequest", &bad_request(problem)));
    }
    if refusal.retry == Retry::After {
        let retry_delay = pause.unwrap_or(PAUSE).try_into().ok();
        details.push(any("google.rpc.RetryInfo", &RetryInfo { retry_delay }));
    }
    if matches!(code, Code::RateLimited | Code::QueueFull) {
        let violation = quota_failure::Violation {
            subject: "caller".to_owned(),
            description: refusal.text.to_owned(),
            ..quota_failure::Violation::default()
        };
        details.push(any("google.rpc.QuotaFailure", &QuotaFailure { violations: vec![violation] }));
    }
    details.push(any(&Problem::full_name(), problem));
    Status { code: grpc, message: message.to_owned(), details }.encode_to_vec().into()
}

/// Our problem among the details of a status, if a node of this product made them.
#[must_use]
pub fn problem(details: &[u8]) -> Option<Problem> {
    let name = Problem::full_name();
    let status = Status::decode(details).ok()?;
    let found = status.details.iter().find(|detail| detail.type_url.rsplit('/').next() == Some(&name))?;
    Problem::decode(found.value.as_slice()).ok().filter(|problem| !problem.code.is_empty())
}

fn any(name: &str, message: &impl Message) -> Any {
    Any { type_url: format!("type.googleapis.com/{name}"), value: message.encode_to_vec() }
}

fn error_info(problem: &Problem) -> ErrorInfo {
    let told = [
        ("code", problem.code.clone()),
        ("blame", problem.blame().word()),
        ("retry", problem.retry().word()),
        ("error_id", problem.error_id.clone()),
    ];
    let told = told.into_iter().filter(|(_, value)| !value.is_empty());
    ErrorInfo {
        reason: problem.name.to_uppercase(),
        domain: DOMAIN.to_owned(),
        metadata: told.map(|(key, value)| (key.to_owned(), value)).collect(),
    }
}

fn bad_request(problem: &Problem) -> BadRequest {
    let violations = problem.faults.iter().map(|fault| FieldViolation {
        field: fault.field.clone(),
        description: fault.text.clone(),
        reason: fault.rule.to_uppercase(),
        ..FieldViolation::default()
    });
    BadRequest { field_violations: violations.collect() }
}
