//! Requests as bare HTTP/2, whose bodies come late, never, in the wrong form or in the wrong number.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body::{Body as HttpBody, Frame};
use tonic::body::Body;
use tower::{Service as _, ServiceExt as _};

use super::*;

const CHECK: &str = "/grpc.health.v1.Health/Check";
const WATCH: &str = "/grpc.health.v1.Health/Watch";
const REFLECTION: &str = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

/// A body that the test feeds; it ends when its sender does.
struct Fed(mpsc::UnboundedReceiver<Bytes>);

impl HttpBody for Fed {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        self.0.poll_recv(cx).map(|chunk| chunk.map(|chunk| Ok(Frame::data(chunk))))
    }
}

fn fed(chunks: &[&[u8]]) -> (mpsc::UnboundedSender<Bytes>, Body) {
    let (feed, body) = mpsc::unbounded_channel();
    chunks.iter().for_each(|chunk| feed.send(Bytes::copy_from_slice(chunk)).unwrap());
    (feed, Body::new(Fed(body)))
}

fn request(path: &str, body: Body) -> Request<Body> {
    let request = Request::post(format!("http://node{path}"));
    request.header("content-type", "application/grpc").header("te", "trailers").body(body).unwrap()
}

/// The HTTP status, and headers and trailers together, once the answer has ended.
async fn answer(channel: &Channel, request: Request<Body>) -> (StatusCode, HeaderMap) {
    let answer = channel.clone().ready().await.unwrap().call(request).await.unwrap();
    let (head, mut body) = answer.into_parts();
    let mut said = head.headers;
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        said.extend(frame.unwrap().into_trailers().unwrap_or_default());
    }
    (head.status, said)
}

async fn refused(channel: &Channel, path: &str, body: Body) -> Code {
    let (_, said) = answer(channel, request(path, body)).await;
    code_of(&Status::from_header_map(&said).unwrap())
}

#[tokio::test]
async fn a_body_that_never_comes_is_answered_and_its_room_is_given_back() {
    let serving = Serving::start(Allowance { calls: 1, ..generous() }, SHORT).await;
    let cases = serving.cases().await;
    // Nothing at all; a length that is cut short; a message that is; one that is whole, in a body that does not end.
    let unfinished: [&[&[u8]]; 4] = [&[], &[&[0, 0]], &[&[0, 0, 0, 0, 9], b"x"], &[&[0, 0, 0, 0, 0]]];
    for chunks in unfinished {
        let (feed, body) = fed(chunks);
        assert_eq!(refused(&cases, WATCH, body).await, Code::LateMessage, "{chunks:?}");
        drop(feed);
    }
    let (_feed, body) = fed(&[]);
    assert_eq!(refused(&serving.operator().await, REFLECTION, body).await, Code::LateMessage);
    watch(&cases).await.unwrap();
}

#[tokio::test]
async fn bodies_that_a_partner_never_sends_take_no_room_of_anybody_else() {
    let serving = Serving::start(Allowance { calls: 4, ..generous() }, LONG).await;
    let partner = serving.dial(OTHER, "node").await;
    let mut held = Vec::new();
    for path in [WATCH; 4].into_iter().chain([CHECK; 16]) {
        let (feed, body) = fed(&[]);
        let call = partner.clone().ready().await.unwrap().call(request(path, body));
        held.push((feed, tokio::spawn(call)));
    }
    // The partner has used up its share, of either lane.
    while watch(&partner).await.is_ok() {}
    assert_eq!(code_of(&watch(&partner).await.unwrap_err()), Code::QueueFull);
    while health(&partner).await.is_ok() {}
    assert_eq!(code_of(&health(&partner).await.unwrap_err()), Code::QueueFull);
    for own in [serving.cases().await, serving.operator().await] {
        health(&own).await.unwrap();
        watch(&own).await.unwrap();
    }
    held.iter().for_each(|(_, call)| call.abort());
}

#[tokio::test]
async fn the_deadline_of_the_caller_ends_calls_and_streams() {
    let serving = Serving::start(Allowance { calls: 1, ..generous() }, LONG).await;
    // Bare, since a client library ends its own side at the same time.
    let stream = serving.connect(Path::new(OWN).join("clients"), "cases").await;
    let (mut client, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    for is_whole in [false, true] {
        let (mut head, ()) = request(WATCH, Body::empty()).map(drop).into_parts();
        head.headers.insert("grpc-timeout", "50m".parse().unwrap());
        client = client.ready().await.unwrap();
        let (answer, mut body) = client.send_request(Request::from_parts(head, ()), false).unwrap();
        if is_whole {
            body.send_data(Bytes::from_static(&[0; 5]), true).unwrap();
        }
        let (head, mut answered) = answer.await.unwrap().into_parts();
        let mut said = head.headers;
        while let Some(chunk) = answered.data().await {
            chunk.unwrap();
        }
        said.extend(answered.trailers().await.unwrap().unwrap_or_default());
        let status = Status::from_header_map(&said).unwrap();
        assert_eq!(
            (code_of(&status), status.code()),
            (Code::DeadlineExceeded, tonic::Code::DeadlineExceeded)
        );
    }
    watch(&serving.cases().await).await.unwrap();
}

#[tokio::test]
async fn a_length_above_the_limit_of_its_method_is_refused_before_the_message() {
    let serving = Serving::start(generous(), LONG).await;
    let (_feed, body) = fed(&[&[0, 0, 1, 0, 1]]);
    assert_eq!(refused(&serving.cases().await, WATCH, body).await, Code::MessageTooLarge);
}

#[tokio::test]
async fn a_body_that_is_not_one_message_is_malformed() {
    let serving = Serving::start(generous(), LONG).await;
    let cases = serving.cases().await;
    let wrong: [&[&[u8]]; 4] =
        [&[], &[&[0, 0, 0, 0, 9], b"x"], &[&[0, 0, 0, 0, 0], &[0, 0, 0, 0, 0]], &[&[1, 0, 0, 0, 0]]];
    for chunks in wrong {
        let (feed, body) = fed(chunks);
        drop(feed);
        assert_eq!(refused(&cases, CHECK, body).await, Code::MalformedMessage, "{chunks:?}");
    }
}

#[tokio::test]
async fn what_is_no_grpc_call_is_answered_in_http_with_a_code() {
    let serving = Serving::start(generous(), LONG).await;
    let cases = serving.cases().await;
    let mut get = request(CHECK, Body::empty());
    *get.method_mut() = Method::GET;
    let mut json = request(CHECK, Body::empty());
    json.headers_mut().insert("content-type", "application/json".parse().unwrap());
    for (wrong, status) in [(get, StatusCode::METHOD_NOT_ALLOWED), (json, StatusCode::UNSUPPORTED_MEDIA_TYPE)]
    {
        let (answered, said) = answer(&cases, wrong).await;
        assert_eq!((answered, said[CODE_KEY].to_str().unwrap()), (status, Code::NotGrpc.refusal().id));
    }
}

#[tokio::test]
async fn a_method_that_does_not_exist_is_unimplemented_and_reported_without_its_name() {
    let mut serving = Serving::start(generous(), LONG).await;
    let (_, said) = answer(&serving.cases().await, request("/secret.v1.Surname/Get", Body::empty())).await;
    let status = Status::from_header_map(&said).unwrap();
    assert_eq!((code_of(&status), status.code()), (Code::UnknownMethod, tonic::Code::Unimplemented));
    assert_eq!(serving.denials.try_recv().unwrap().method, "unknown");
}
