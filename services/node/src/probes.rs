//! The listener for collectors and probes, plain HTTP/1.1: `/metrics`, `/livez` and `/readyz`; any other path is 404.
//!
//! It must not tell anything that is not for everybody who reaches it, and nobody who connects to it can hold it up.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::{TcpListener, TcpStream};
use tracing::warn;

use crate::condition::Conditions;

mod pages;
mod places;

use pages::Pages;
pub(crate) use places::CONNECTIONS_COUNT_MAX;
use places::{Place, Places};

/// Time for the head of a request.
const HEAD_LIMIT: Duration = Duration::from_secs(1);

/// Time for a request and its answer; each connection has one.
const CONNECTION_LIMIT: Duration = Duration::from_secs(10);

/// Bytes of the head of a request.
const HEAD_BYTES_MAX: usize = 16 << 10;

/// Time between two tidyings of what the metrics have collected.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// Pause after a connection could not be accepted.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

const METRICS_TYPE: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
const TEXT_TYPE: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// What is told.
pub(crate) struct Probes {
    pages: Pages,
    conditions: Arc<Conditions>,
    places: Places,
}

impl Probes {
    /// Answers until the process ends, so that a node that drains still says so.
    pub(crate) fn answer_at(listener: TcpListener, metrics: PrometheusHandle, conditions: Arc<Conditions>) {
        tokio::spawn(keep_up(metrics.clone()));
        tokio::spawn(Arc::new(Self::new(move || metrics.render(), conditions)).serve(listener));
    }

    fn new(render: impl Fn() -> String + Send + Sync + 'static, conditions: Arc<Conditions>) -> Self {
        let places = Places::default();
        Self { pages: Pages::new(Arc::new(render), places.clone()), conditions, places }
    }

    /// Nobody waits for a place to be accepted: who waits in the system's queue cannot make a silent one give way.
    async fn serve(self: Arc<Self>, listener: TcpListener) {
        loop {
            match listener.accept().await {
                Ok((stream, remote)) => {
                    let (place, has_to_leave) = self.places.enter(remote.ip());
                    let probes = self.clone();
                    tokio::spawn(async move {
                        // Whoever goes away or takes too long is nobody's concern.
                        tokio::select! {
                            _ = tokio::time::timeout(CONNECTION_LIMIT, probes.answer_on(stream, place)) => {}
                            _ = has_to_leave => {}
                        }
                    });
                }
                Err(error) => {
                    warn!(%error, "a connection for metrics could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    async fn answer_on(self: Arc<Self>, stream: TcpStream, place: Arc<Place>) {
        let answer = service_fn(move |request: Request<hyper::body::Incoming>| {
            let (probes, place) = (self.clone(), place.clone());
            async move {
                place.asked();
                let answer = probes.answer(request.method(), request.uri().path(), &place);
                Ok::<_, Infallible>(answer.await)
            }
        });
        let _ = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_LIMIT)
            .max_buf_size(HEAD_BYTES_MAX)
            .keep_alive(false)
            .serve_connection(TokioIo::new(stream), answer)
            .await;
    }

    async fn answer(&self, method: &Method, path: &str, place: &Place) -> Response<Full<Bytes>> {
        if !matches!(path, "/metrics" | "/livez" | "/readyz") {
            return text(StatusCode::NOT_FOUND, "paths: /metrics /livez /readyz\n".to_owned());
        }
        if !matches!(*method, Method::GET | Method::HEAD) {
            let mut refused = text(StatusCode::METHOD_NOT_ALLOWED, "GET or HEAD\n".to_owned());
            refused.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return refused;
        }
        match path {
            "/metrics" => self.metrics(place).await,
            "/livez" => self.lives(),
            _ => self.is_ready(),
        }
    }

    async fn metrics(&self, place: &Place) -> Response<Full<Bytes>> {
        match self.pages.page(place).await {
            Some(page) => typed(StatusCode::OK, METRICS_TYPE, page),
            None => text(StatusCode::INTERNAL_SERVER_ERROR, "the metrics could not be written\n".to_owned()),
        }
    }

    fn lives(&self) -> Response<Full<Bytes>> {
        if self.conditions.now().is_dead {
            return text(StatusCode::SERVICE_UNAVAILABLE, "the engine gives no answer\n".to_owned());
        }
        text(StatusCode::OK, "ok\n".to_owned())
    }

    fn is_ready(&self) -> Response<Full<Bytes>> {
        let condition = self.conditions.now();
        if condition.serves() {
            return text(StatusCode::OK, "ok\n".to_owned());
        }
        let line = |reason: &crate::condition::Reason| format!("{}: {reason}\n", reason.state().label());
        text(StatusCode::SERVICE_UNAVAILABLE, condition.reasons.iter().map(line).collect())
    }
}

async fn keep_up(metrics: PrometheusHandle) {
    loop {
        tokio::time::sleep(UPKEEP_EVERY).await;
        let metrics = metrics.clone();
        let _ = tokio::task::spawn_blocking(move || metrics.run_upkeep()).await;
    }
}

fn text(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    typed(status, TEXT_TYPE, Bytes::from(body))
}

fn typed(status: StatusCode, kind: HeaderValue, body: Bytes) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::new(body));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use http_body_util::BodyExt as _;
    use jiff::Timestamp;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpSocket;
    use tokio::sync::mpsc;

    use super::*;
    use crate::condition::{Reason, Room};

    const ROOM: Room = Room { free_bytes: Some(7), reserve_bytes: 9 };

    fn probes() -> Probes {
        Probes::new(String::new, Arc::new(Conditions::starting()))
    }

    async fn answered(probes: &Probes, method: &Method, path: &str) -> Response<Full<Bytes>> {
        let (place, _) = probes.places.enter([192, 0, 2, 1].into());
        probes.answer(method, path, &place).await
    }

    async fn got(probes: &Probes, path: &str) -> (u16, String) {
        let answer = answered(probes, &Method::GET, path).await;
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    /// A request over the network that has its whole answer.
    async fn asked(listening: std::net::SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(listening).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: node\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn silent_connections_of_many_sources_do_not_keep_a_probe_waiting() {
        let probes = Arc::new(probes());
        let listener = TcpSocket::new_v4().unwrap();
        listener.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = listener.listen(1_024).unwrap();
        let listening = listener.local_addr().unwrap();
        let mut silent = Vec::new();
        for n in 0..600_u16 {
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind(format!("127.0.1.{}:0", n % 64 + 1).parse().unwrap()).unwrap();
            silent.push(socket.connect(listening).await.unwrap());
        }
        // Only now: nobody of them had the time to be too slow.
        tokio::spawn(probes.clone().serve(listener));
        assert!(asked(listening, "/livez").await.starts_with("HTTP/1.1 200"));
        assert!(probes.places.count() <= CONNECTIONS_COUNT_MAX);
    }

    /// More than the system holds back for one connection, so that whoever does not read holds the page.
    const PAGE_BYTES: usize = 16 << 20;

    #[tokio::test]
    async fn whoever_leaves_metrics_unread_holds_few_pages_however_many_they_are() {
        let written = Arc::new(AtomicUsize::new(0));
        let (counted, (told, mut tells)) = (written.clone(), mpsc::unbounded_channel());
        let render = move || {
            counted.fetch_add(1, Ordering::SeqCst);
            told.send(()).unwrap();
            "x".repeat(PAGE_BYTES)
        };
        let mut probes = Probes::new(render, Arc::new(Conditions::starting()));
        probes.pages.always_anew();
        let probes = Arc::new(probes);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listening = listener.local_addr().unwrap();
        tokio::spawn(probes.clone().serve(listener));
        let mut stalled = Vec::new();
        for _ in 0..20 {
            let mut stream = TcpStream::connect(listening).await.unwrap();
            stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: node\r\n\r\n").await.unwrap();
            tells.recv().await.unwrap();
            stalled.push(stream);
        }
        assert_eq!(written.load(Ordering::SeqCst), 20, "each had a page of its own");
        assert!(probes.places.count() <= pages::PAGES_COUNT_MAX, "{}", probes.places.count());
        assert!(asked(listening, "/metrics").await.len() > PAGE_BYTES, "whoever reads has all of it");
    }

    #[tokio::test]
    async fn a_node_is_ready_once_it_serves_and_says_every_reason_why_not() {
        let probes = probes();
        assert_eq!(got(&probes, "/readyz").await.0, 503, "it starts");
        probes.conditions.started();
        assert_eq!(got(&probes, "/readyz").await, (200, "ok\n".to_owned()));
        let found = vec![Reason::Held, Reason::Full(ROOM)];
        probes.conditions.found(found, false, ROOM, Timestamp::UNIX_EPOCH);
        let (status, body) = got(&probes, "/readyz").await;
        assert_eq!(status, 503);
        let lines: Vec<&str> = body.lines().collect();
        assert!(
            lines[0].starts_with("full: RG0602 7 bytes") && lines[1].starts_with("held: RG0603"),
            "{body}"
        );
        assert_eq!(got(&probes, "/livez").await.0, 200, "a node that is full is not to be started anew");
    }

    #[tokio::test]
    async fn a_node_lives_until_its_engine_was_silent_for_long() {
        let probes = probes();
        for (is_dead, status) in [(false, 200), (true, 503), (false, 200)] {
            probes.conditions.found(vec![Reason::NoAnswer], is_dead, ROOM, Timestamp::UNIX_EPOCH);
            assert_eq!(got(&probes, "/livez").await.0, status);
        }
    }

    #[tokio::test]
    async fn other_paths_and_methods_are_refused() {
        let probes = probes();
        for path in ["/", "/healthz", "/metrics/", "/livez/x"] {
            assert_eq!(got(&probes, path).await.0, 404, "{path}");
        }
        let refused = answered(&probes, &Method::POST, "/readyz").await;
        assert_eq!(
            (refused.status().as_u16(), &refused.headers()[ALLOW]),
            (405, &HeaderValue::from_static("GET, HEAD"))
        );
    }
}
