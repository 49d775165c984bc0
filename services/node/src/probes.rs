//! The listener for collectors and probes, plain HTTP/1.1: `/metrics`, `/livez` and `/readyz`; any other path is 404.
//!
//! It must not tell anything that is not for everybody who reaches it, and nobody who connects to it can hold it up.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
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
use parking_lot::Mutex;
use rogatory_tls::network_of;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tracing::warn;

use crate::condition::Conditions;
use crate::node::NodeError;

/// Connections at once; another waits until one of them has its answer.
const CONNECTIONS_COUNT_MAX: usize = 256;

/// Connections at once of one source, an IPv4 address or an IPv6 /64; for another its oldest is closed. A collector has one or
/// two.
const OF_SOURCE_COUNT_MAX: usize = 32;

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
    metrics: PrometheusHandle,
    conditions: Arc<Conditions>,
    sources: Sources,
}

/// Connections under way, by source and in the order they came.
#[derive(Clone, Default)]
struct Sources(Arc<Mutex<HashMap<IpAddr, Connections>>>);

#[derive(Default)]
struct Connections {
    /// Grows by one a connection.
    next: u64,
    /// Dropped to end the connection.
    leave: BTreeMap<u64, oneshot::Sender<()>>,
}

/// One connection of a source, counted as long as it lasts.
struct OfSource {
    sources: Sources,
    source: IpAddr,
    number: u64,
    has_to_leave: oneshot::Receiver<()>,
}

impl Sources {
    /// Counts a connection. Where its source has enough of them, the oldest makes room.
    fn enter(&self, address: IpAddr) -> OfSource {
        let (source, (leave, has_to_leave)) = (network_of(address), oneshot::channel());
        let mut sources = self.0.lock();
        let connections = sources.entry(source).or_default();
        let number = connections.next;
        connections.next += 1;
        if connections.leave.len() >= OF_SOURCE_COUNT_MAX {
            connections.leave.pop_first();
        }
        connections.leave.insert(number, leave);
        OfSource { sources: self.clone(), source, number, has_to_leave }
    }
}

impl Drop for OfSource {
    fn drop(&mut self) {
        let mut sources = self.sources.0.lock();
        if let Some(connections) = sources.get_mut(&self.source) {
            connections.leave.remove(&self.number);
            if connections.leave.is_empty() {
                sources.remove(&self.source);
            }
        }
    }
}

impl Probes {
    /// Listens until the process ends, so that a node that drains still says so.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub(crate) async fn listen(
        address: SocketAddr,
        metrics: PrometheusHandle,
        conditions: Arc<Conditions>,
    ) -> Result<(), NodeError> {
        let listener = TcpListener::bind(address).await;
        let listener = listener.map_err(|error| NodeError::Metrics(address, error.to_string()))?;
        let probes = Arc::new(Self { metrics, conditions, sources: Sources::default() });
        tokio::spawn(keep_up(probes.metrics.clone()));
        tokio::spawn(probes.serve(listener));
        Ok(())
    }

    async fn serve(self: Arc<Self>, listener: TcpListener) {
        let places = Arc::new(Semaphore::new(CONNECTIONS_COUNT_MAX));
        while let Ok(place) = places.clone().acquire_owned().await {
            match listener.accept().await {
                Ok((stream, remote)) => {
                    let mut of_source = self.sources.enter(remote.ip());
                    let probes = self.clone();
                    tokio::spawn(async move {
                        // Whoever goes away or takes too long is nobody's concern.
                        tokio::select! {
                            _ = tokio::time::timeout(CONNECTION_LIMIT, probes.answer_on(stream)) => {}
                            _ = &mut of_source.has_to_leave => {}
                        }
                        drop(place);
                    });
                }
                Err(error) => {
                    warn!(%error, "a connection for metrics could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    async fn answer_on(self: Arc<Self>, stream: TcpStream) {
        let answer = service_fn(move |request: Request<hyper::body::Incoming>| {
            let probes = self.clone();
            async move { Ok::<_, Infallible>(probes.answer(request.method(), request.uri().path()).await) }
        });
        let _ = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_LIMIT)
            .max_buf_size(HEAD_BYTES_MAX)
            .keep_alive(false)
            .serve_connection(TokioIo::new(stream), answer)
            .await;
    }

    async fn answer(&self, method: &Method, path: &str) -> Response<Full<Bytes>> {
        if !matches!(path, "/metrics" | "/livez" | "/readyz") {
            return text(StatusCode::NOT_FOUND, "paths: /metrics /livez /readyz\n".to_owned());
        }
        if !matches!(*method, Method::GET | Method::HEAD) {
            let mut refused = text(StatusCode::METHOD_NOT_ALLOWED, "GET or HEAD\n".to_owned());
            refused.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return refused;
        }
        match path {
            "/metrics" => self.metrics().await,
            "/livez" => self.lives(),
            _ => self.is_ready(),
        }
    }

    /// Thousands of lines are not written on a worker.
    async fn metrics(&self) -> Response<Full<Bytes>> {
        let metrics = self.metrics.clone();
        match tokio::task::spawn_blocking(move || metrics.render()).await {
            Ok(page) => typed(StatusCode::OK, METRICS_TYPE, page),
            Err(_) => {
                text(StatusCode::INTERNAL_SERVER_ERROR, "the metrics could not be written\n".to_owned())
            }
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
    typed(status, TEXT_TYPE, body)
}

fn typed(status: StatusCode, kind: HeaderValue, body: String) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::new(Bytes::from(body)));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;
    use jiff::Timestamp;
    use metrics_exporter_prometheus::PrometheusBuilder;
    use tokio::sync::oneshot::error::TryRecvError;

    use super::*;
    use crate::condition::{Reason, Room};

    const ROOM: Room = Room { free_bytes: Some(7), reserve_bytes: 9 };

    fn probes() -> Probes {
        let metrics = PrometheusBuilder::new().build_recorder().handle();
        Probes { metrics, conditions: Arc::new(Conditions::starting()), sources: Sources::default() }
    }

    async fn got(probes: &Probes, path: &str) -> (u16, String) {
        let answer = probes.answer(&Method::GET, path).await;
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[test]
    fn one_source_leaves_places_for_others_and_gives_its_own_back() {
        let sources = Sources::default();
        let enter = |address: &str| sources.enter(address.parse().unwrap());
        let mut other = enter("192.0.2.1");
        let mut greedy: Vec<_> = (0..100).map(|n| enter(&format!("2001:db8::{n:x}"))).collect();
        let has_left: Vec<_> = greedy.iter_mut().map(|one| one.has_to_leave.try_recv()).collect();
        let ended = has_left.iter().filter(|left| **left == Err(TryRecvError::Closed)).count();
        assert_eq!(ended, 100 - OF_SOURCE_COUNT_MAX, "one /64 is one source");
        assert_eq!(has_left[99], Err(TryRecvError::Empty), "the oldest went");
        assert_eq!(other.has_to_leave.try_recv(), Err(TryRecvError::Empty));
        drop((greedy, other));
        assert!(sources.0.lock().is_empty());
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
        let refused = probes.answer(&Method::POST, "/readyz").await;
        assert_eq!(
            (refused.status().as_u16(), &refused.headers()[ALLOW]),
            (405, &HeaderValue::from_static("GET, HEAD"))
        );
    }
}
