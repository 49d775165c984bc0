//! The form of a request as gRPC over HTTP/2 has it, judged by its head alone.
//!
//! It must not know methods or callers; it says what a request that is none is answered with.

use http::header::{ALLOW, CONTENT_TYPE, HeaderValue, TE};
use http::request::Parts;
use http::{HeaderMap, Method, Response, StatusCode};
use rogatory_domain::refusal::Code;
use tonic::body::Body;

use crate::server::HEADER_BYTES_MAX;
use crate::status::{CODE_KEY, status_of};

/// The answer to a request that is no gRPC call; what gRPC cannot express is answered in HTTP, as gRPC demands.
pub(super) fn refusal(head: &Parts) -> Option<Box<Response<Body>>> {
    if head.method != Method::POST {
        let mut answer = in_http(StatusCode::METHOD_NOT_ALLOWED);
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
        return Some(Box::new(answer));
    }
    if !is_grpc(&head.headers) {
        return Some(Box::new(in_http(StatusCode::UNSUPPORTED_MEDIA_TYPE)));
    }
    if header_bytes(&head.headers) > HEADER_BYTES_MAX as usize {
        return Some(Box::new(status_of(Code::HeadersTooLarge).into_http()));
    }
    let named = |key: &str| head.headers.get(key).map(HeaderValue::as_bytes);
    let compressed = named("grpc-encoding").is_some_and(|encoding| encoding != b"identity");
    if compressed || named(TE.as_str()) != Some(b"trailers") {
        let mut answer = status_of(Code::NotGrpc).into_http();
        answer.headers_mut().insert("grpc-accept-encoding", HeaderValue::from_static("identity"));
        return Some(Box::new(answer));
    }
    // A path with a question mark is the path of no method.
    head.uri.query().map(|_| Box::new(status_of(Code::UnknownMethod).into_http()))
}

fn is_grpc(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = content_type.split(';').next().unwrap_or_default().trim_end();
    matches!(kind, "application/grpc" | "application/grpc+proto")
}

/// Bytes of headers as HTTP/2 counts them: 32 for each besides its name and value.
fn header_bytes(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 32).sum()
}

fn in_http(status: StatusCode) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = status;
    answer.headers_mut().insert(CODE_KEY, HeaderValue::from_static(Code::NotGrpc.refusal().id));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    /// HTTP status, code of the catalogue and gRPC status of the refusal.
    fn refused(method: &str, path: &str, headers: &[(&str, &str)]) -> Option<(u16, String, String)> {
        let mut request = http::Request::builder().method(method).uri(path);
        for (key, value) in headers {
            request = request.header(*key, *value);
        }
        let answer = refusal(&request.body(()).unwrap().into_parts().0)?;
        let said = |key: &str| {
            answer.headers().get(key).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
        };
        Some((answer.status().as_u16(), said(CODE_KEY), said("grpc-status")))
    }

    const GRPC: (&str, &str) = ("content-type", "application/grpc");
    const TRAILERS: (&str, &str) = ("te", "trailers");

    fn told(status: u16, code: Code, grpc: &str) -> Option<(u16, String, String)> {
        Some((status, code.refusal().id.to_owned(), grpc.to_owned()))
    }

    #[test]
    fn a_grpc_call_passes_with_and_without_its_subtype() {
        assert_eq!(refused("POST", "/a/b", &[GRPC, TRAILERS]), None);
        assert_eq!(refused("POST", "/a/b", &[("content-type", "application/grpc+proto"), TRAILERS]), None);
        assert_eq!(refused("POST", "/a/b", &[GRPC, TRAILERS, ("grpc-encoding", "identity")]), None);
    }

    #[test]
    fn what_is_no_grpc_is_answered_in_http_and_has_a_code() {
        assert_eq!(refused("GET", "/a/b", &[GRPC, TRAILERS]), told(405, Code::NotGrpc, ""));
        for kind in ["application/json", "application/grpc+json", "application/grpcx", "text/plain"] {
            let headers = [("content-type", kind), TRAILERS];
            assert_eq!(refused("POST", "/a/b", &headers), told(415, Code::NotGrpc, ""), "{kind}");
        }
        assert_eq!(refused("POST", "/a/b", &[TRAILERS]), told(415, Code::NotGrpc, ""));
    }

    #[test]
    fn what_grpc_can_express_is_answered_in_grpc() {
        assert_eq!(refused("POST", "/a/b", &[GRPC]), told(200, Code::NotGrpc, "12"), "no trailers");
        let gzip = [GRPC, TRAILERS, ("grpc-encoding", "gzip")];
        assert_eq!(refused("POST", "/a/b", &gzip), told(200, Code::NotGrpc, "12"));
        assert_eq!(refused("POST", "/a/b?c", &[GRPC, TRAILERS]), told(200, Code::UnknownMethod, "12"));
    }
}
