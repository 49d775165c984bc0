//! Every code on its way to a caller.

use prost::Message as _;
use rogatory_domain::refusal::{Code, Retry};
use rogatory_domain::{Fault, Faults};
use rogatory_keys::SeededRandom;
use rogatory_wire::pb::casework::v1::{Problem, SubmitRequest};
use tonic::Status;

use super::{
    CODE_KEY, ErrorId, PUSHBACK_KEY, grpc_code, internal, of_transport, status_of, status_with_faults,
    status_with_pause, typed,
};

#[test]
fn every_refusal_travels_with_its_code_and_its_problem() {
    for code in Code::all() {
        let row = code.refusal();
        let status = status_of(code);
        assert_eq!(status.metadata().get(CODE_KEY).unwrap(), row.id);
        let problem = Problem::decode(status.details()).unwrap();
        assert_eq!((problem.code.as_str(), problem.name.as_str()), (row.id, row.name));
        assert_eq!(problem.blame, row.blame.as_str());
        assert!(["never", "after", "when_changed"].contains(&problem.retry.as_str()));
        assert!(problem.error_id.is_empty());
    }
}

#[test]
fn only_what_may_be_repeated_as_it_is_looks_repeatable() {
    use tonic::Code as Grpc;
    for code in Code::all() {
        let looks_repeatable = matches!(
            grpc_code(code),
            Grpc::Unavailable
                | Grpc::ResourceExhausted
                | Grpc::Aborted
                | Grpc::DeadlineExceeded
                | Grpc::Internal
        );
        assert_eq!(looks_repeatable, code.refusal().retry == Retry::After, "{}", code.refusal().id);
    }
}

#[test]
fn every_fault_of_an_input_is_listed() {
    let fault = |field: &str| Fault {
        field: field.to_owned(),
        rule: "missing",
        article: "Art. 8",
        text: "It is missing.".to_owned(),
    };
    let status = status_with_faults(Code::InvalidWarrant, &Faults(vec![fault("a"), fault("b[0].c")]));
    let problem = Problem::decode(status.details()).unwrap();
    let fields: Vec<_> = problem.faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["a", "b[0].c"]);
}

#[test]
fn a_cause_stays_in_the_log_and_the_caller_gets_its_id() {
    let status = internal(&"the cause with a secret");
    let problem = Problem::decode(status.details()).unwrap();
    assert_eq!(problem.error_id.len(), 16);
    assert!(!format!("{status:?}{problem:?}").contains("secret"));
    let id = ErrorId::log_from(Code::Internal, &"cause", &SeededRandom::new(1));
    assert_eq!(id.to_string().len(), 16);
}

#[test]
fn a_pause_is_told_in_milliseconds() {
    let status = status_with_pause(Code::RateLimited, std::time::Duration::from_millis(1500));
    assert_eq!(status.metadata().get(PUSHBACK_KEY).unwrap(), "1500");
}

#[test]
fn what_cannot_be_decoded_is_named_by_its_path() {
    // A number where the id is a text, and a party that is cut short.
    for (bytes, field) in [(&b"\x08\x01"[..], "referral_id"), (&b"\x22\x02\x12\x01"[..], "opening.parties")] {
        let error = SubmitRequest::decode(bytes).unwrap_err();
        let (code, faults) = of_transport(&Status::internal(error.to_string())).unwrap();
        assert_eq!(code, Code::MalformedMessage);
        assert_eq!(faults.0[0].field, field, "{error}");
    }
}

#[test]
fn an_error_of_the_library_gets_its_code_and_others_pass_as_they_are() {
    let decoding = Problem::decode(&b"\x08\x01"[..]).unwrap_err();
    let cases = [
        (Status::internal(decoding.to_string()), Some(Code::MalformedMessage)),
        (Status::out_of_range("Error, decoded message length too large"), Some(Code::MessageTooLarge)),
        (Status::internal("h2 protocol error"), None),
        (Status::cancelled("the caller has gone"), None),
    ];
    for (status, code) in cases {
        let before = status.code();
        let answer = Status::from_header_map(typed(status.into_http()).headers()).unwrap();
        let said = answer.metadata().get(CODE_KEY).map(|code| code.to_str().unwrap().to_owned());
        assert_eq!(said.as_deref(), code.map(|code| code.refusal().id));
        assert_eq!(answer.code(), code.map_or(before, grpc_code));
    }
}
