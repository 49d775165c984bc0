//! Every code on its way to a caller.

use prost::Message as _;
use rogatory_domain::refusal::{Code, Retry};
use rogatory_domain::{Fault, Faults};
use rogatory_keys::SeededRandom;
use rogatory_wire::details;
use rogatory_wire::pb::casework::v1::{Problem, SubmitRequest};
use rogatory_wire::word::Worded as _;
use tonic::Status;
use tonic_types::StatusExt as _;

use super::{
    CODE_KEY, ErrorId, PUSHBACK_KEY, grpc_code, internal, of_transport, problem, problem_for, problem_of,
    status_of, status_with_faults, status_with_pause, typed, typed_trailers,
};
use crate::desk;

#[test]
fn every_refusal_travels_with_its_code_and_its_problem() {
    for code in Code::all() {
        let row = code.refusal();
        let status = status_of(code);
        assert_eq!(status.metadata().get(CODE_KEY).unwrap(), row.id);
        let problem = details::problem(status.details()).unwrap();
        assert_eq!((problem.code.as_str(), problem.name.as_str()), (row.id, row.name));
        assert_eq!(problem.blame().word(), row.blame.as_str());
        assert!(["never", "after", "when_changed"].contains(&problem.retry().word().as_str()));
        assert_eq!(
            !problem.error_id.is_empty(),
            code == Code::Internal,
            "an id where only the log says more"
        );
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
    let status = status_with_faults(Code::InvalidForm, &Faults(vec![fault("a"), fault("b[0].c")]));
    let problem = details::problem(status.details()).unwrap();
    let fields: Vec<_> = problem.faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["a", "b[0].c"]);
}

#[test]
fn a_cause_stays_in_the_log_and_the_caller_gets_its_id() {
    let status = internal(&"the cause with a secret");
    let problem = details::problem(status.details()).unwrap();
    assert_eq!(problem.error_id.len(), 16);
    assert!(!format!("{status:?}{problem:?}").contains("secret"));
    let id = ErrorId::log_from(Code::Internal, &"cause", &SeededRandom::new(1));
    assert_eq!(id.to_string().len(), 16);
}

#[test]
fn a_cause_of_this_node_has_an_id_whatever_way_its_refusal_goes() {
    let rejection = desk::internal("the cause with a secret");
    let told = [
        problem_for(&rejection),
        problem_for(&Code::Internal.into()),
        problem(Code::Internal),
        problem_of(Code::Internal, &Faults::default()),
        details::problem(status_of(Code::Internal).details()).unwrap(),
    ];
    for problem in &told {
        assert_eq!((problem.code.as_str(), problem.error_id.len()), (Code::Internal.refusal().id, 16));
        assert!(!format!("{problem:?}").contains("secret"));
    }
    assert_eq!(told[0].error_id, rejection.error_id.unwrap().to_string(), "the one in the log");
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
fn an_error_of_the_library_gets_its_code_and_what_has_one_passes_as_it_is() {
    let decoding = Problem::decode(&b"\x08\x01"[..]).unwrap_err();
    let cases = [
        (Status::internal(decoding.to_string()), Some(Code::MalformedMessage)),
        (Status::out_of_range("Error, decoded message length too large"), Some(Code::MessageTooLarge)),
        (Status::out_of_range(rogatory_wire::codec::TOO_MANY_ELEMENTS), Some(Code::TooManyElements)),
        (status_of(Code::UnknownReferral), Some(Code::UnknownReferral)),
    ];
    for (status, code) in cases {
        let before = status.code();
        let answer = Status::from_header_map(typed(status.into_http()).headers()).unwrap();
        let said = answer.metadata().get(CODE_KEY).map(|code| code.to_str().unwrap().to_owned());
        assert_eq!(said.as_deref(), code.map(|code| code.refusal().id));
        assert_eq!(answer.code(), code.map_or(before, grpc_code));
    }
}

#[test]
fn no_error_leaves_without_a_code_and_what_the_library_means_stays() {
    let cases = [
        (Status::unimplemented("no such method"), Code::UnknownMethod),
        (Status::not_found("no such service"), Code::UnknownMethod),
        (Status::internal("h2 protocol error"), Code::Internal),
        (Status::cancelled("Timeout expired"), Code::DeadlineExceeded),
    ];
    for (status, code) in cases {
        let before = status.code();
        let headers = status.into_http::<tonic::body::Body>().into_parts().0.headers;
        let answer = Status::from_header_map(&typed_trailers(headers)).unwrap();
        assert_eq!(answer.metadata().get(CODE_KEY).unwrap(), code.refusal().id);
        assert_eq!(answer.code(), before);
    }
    let headers = Status::unknown("the cause").into_http::<tonic::body::Body>().into_parts().0.headers;
    let answer = Status::from_header_map(&typed_trailers(headers)).unwrap();
    let problem = details::problem(answer.details()).unwrap();
    assert_eq!((problem.code.as_str(), problem.error_id.len()), (Code::Internal.refusal().id, 16));
    let well = http::HeaderMap::from_iter([("grpc-status".parse().unwrap(), "0".parse().unwrap())]);
    assert_eq!(typed_trailers(well.clone()), well);
}

#[test]
fn libraries_of_others_read_reason_fields_pause_and_quota() {
    let mut faults = Faults::default();
    faults.push("warrant.language", "form", "Art. 8", "It is missing.");
    let status = status_with_faults(Code::InvalidForm, &faults);
    let info = status.get_details_error_info().unwrap();
    assert_eq!((info.reason.as_str(), info.domain.as_str()), ("INVALID_FORM", "rogatory"));
    assert_eq!(info.metadata["code"], "RG0103");
    assert_eq!((info.metadata["blame"].as_str(), info.metadata["retry"].as_str()), ("caller", "never"));
    let violations = status.get_details_bad_request().unwrap().field_violations;
    assert_eq!((violations[0].field.as_str(), violations.len()), ("warrant.language", 1));
    assert!(status.get_details_retry_info().is_none());
    let limited = status_with_pause(Code::RateLimited, std::time::Duration::from_millis(1500));
    let pause = limited.get_details_retry_info().unwrap().retry_delay.unwrap();
    assert_eq!(pause, std::time::Duration::from_millis(1500));
    assert!(limited.get_details_quota_failure().is_some());
    let id = internal(&"cause").get_details_error_info().unwrap().metadata["error_id"].clone();
    assert_eq!(id.len(), 16);
}

#[test]
fn the_largest_answer_fits_the_metadata_that_most_clients_take() {
    let mut faults = Faults::default();
    for n in 0..10_000 {
        faults.push(format!("offences[{n}].description"), "too_long", "Art. 8", "This text is too long.");
    }
    let headers = status_with_faults(Code::InvalidForm, &faults).into_http::<()>().into_parts().0.headers;
    let bytes: usize = headers.iter().map(|(key, value)| key.as_str().len() + value.len() + 32).sum();
    assert!(bytes < 8 << 10, "{bytes}");
}
