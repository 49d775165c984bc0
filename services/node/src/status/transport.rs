//! Errors that the gRPC library makes by itself, and their codes of the catalogue: no refusal leaves without one.
//!
//! It must not change what already has a code.

use http::{HeaderMap, Response};
use rogatory_domain::Faults;
use rogatory_domain::refusal::Code;
use rogatory_wire::codec::TOO_MANY_ELEMENTS;
use tonic::Status;
use tonic::body::Body;

use super::{CODE_KEY, answer, grpc_code, problem, problem_because, problem_of};

/// How the protobuf library begins every error of decoding.
const DECODING: &str = "failed to decode Protobuf message";

/// The refusal behind an error that came from the transport in place of a message: one that the gate put there, or one
/// that the gRPC library made of a message it could not take.
#[must_use]
pub fn of_transport(status: &Status) -> Option<(Code, Faults)> {
    if let Some(id) = status.metadata().get(CODE_KEY) {
        return Some((id.to_str().ok()?.parse().ok()?, Faults::default()));
    }
    if status.code() == tonic::Code::OutOfRange {
        let elements = status.message() == TOO_MANY_ELEMENTS;
        return Some((
            if elements { Code::TooManyElements } else { Code::MessageTooLarge },
            Faults::default(),
        ));
    }
    let trace = status.message().strip_prefix(DECODING)?;
    (status.code() == tonic::Code::Internal).then(|| (Code::MalformedMessage, undecoded(trace)))
}

/// Where decoding ended, from the library's trace: `: Inner.field: Outer.field: ` and what was wrong there.
fn undecoded(trace: &str) -> Faults {
    let mut faults = Faults::default();
    let steps = trace.split(": ").filter_map(|step| {
        let (message, field) = step.split_once('.')?;
        let is_name = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        (is_name(message) && is_name(field)).then_some(field)
    });
    let mut path: Vec<_> = steps.collect();
    path.reverse();
    if !path.is_empty() {
        faults.push(path.join("."), "encoding", "", "not the encoding of its type");
    }
    faults
}

/// Gives an answer that the gRPC library made its code of the catalogue; others pass as they are.
#[must_use]
pub fn typed(refused: Response<Body>) -> Response<Body> {
    match code_for(refused.headers()) {
        Some(status) => status.into_http(),
        None => refused,
    }
}

/// The same for the end of a stream.
#[must_use]
pub fn typed_trailers(trailers: HeaderMap) -> HeaderMap {
    let Some(status) = code_for(&trailers) else { return trailers };
    let mut typed = status.into_http::<Body>().into_parts().0.headers;
    typed.remove(http::header::CONTENT_TYPE);
    typed
}

/// The status with a code, for one that has none and is an error.
fn code_for(headers: &HeaderMap) -> Option<Status> {
    if headers.contains_key(CODE_KEY) {
        return None;
    }
    let status = Status::from_header_map(headers).filter(|status| status.code() != tonic::Code::Ok)?;
    if let Some((code, faults)) = of_transport(&status) {
        return Some(answer(grpc_code(code), code, &problem_of(code, &faults), None));
    }
    // What the library means stays: a probe that asks for the health of an unknown service reads NOT_FOUND.
    let code = nearest(status.code());
    let problem = match code {
        Code::Internal => problem_because(code, &status.message()),
        code => problem(code),
    };
    Some(answer(status.code(), code, &problem, None))
}

fn nearest(grpc: tonic::Code) -> Code {
    use tonic::Code as Grpc;
    match grpc {
        Grpc::Unimplemented | Grpc::NotFound => Code::UnknownMethod,
        Grpc::InvalidArgument | Grpc::OutOfRange | Grpc::FailedPrecondition => Code::MalformedMessage,
        Grpc::DeadlineExceeded | Grpc::Cancelled => Code::DeadlineExceeded,
        Grpc::ResourceExhausted => Code::QueueFull,
        Grpc::Unavailable => Code::Draining,
        _ => Code::Internal,
    }
}
