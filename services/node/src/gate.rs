//! The gate in front of every service: identity, rate, form, validity, permission, room. What it lets through carries
//! the caller's identity, is measured on its way in and out, and is ended at the caller's deadline.
//!
//! It must not look into messages. Order matters: the rate comes before the permission, so that denials are bounded.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::{BoxFuture, Either};
use governor::Quota;
use http::request::Parts;
use http::{HeaderMap, Request, Response};
use metrics::{counter, histogram};
use rogatory_domain::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_tls::{Clock, PeerIdentity};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout_at};
use tonic::body::Body;
use tower::{Layer, Service};

use crate::config::Limits;
use crate::incoming::Connection;
use crate::metrics_names::{CALLS, REFUSALS};
use crate::permission::{Permission, UNKNOWN_METHOD, allowed};
use crate::status::{CODE_KEY, status_of, status_with_pause, typed};

mod form;
mod framing;
mod intake;
mod method;
mod outflow;
mod patience;
mod share;

pub(crate) use intake::MessageLimit;
use intake::{Call, Intake, Terms};
use method::Method;
pub(crate) use method::SMALL_MESSAGE_BYTES;
use outflow::Outflow;
pub use share::Allowance;
use share::{Share, Shares};

/// Time a message may take to come, from the moment the node waits for it.
const MESSAGE_TIME: Duration = Duration::from_secs(10);

/// Vital calls under way for one share.
const VITAL_CALLS_COUNT: usize = 16;
/// Vital calls of one share a second, sustained.
const VITAL_CALLS_PER_SECOND: u32 = 200;
/// Bytes of vital calls of one share, each way.
const VITAL_BYTES: usize = 2 << 20;

/// A call that an authenticated caller was denied.
#[derive(Clone, Debug)]
pub struct Denial {
    /// Who called.
    pub identity: Arc<PeerIdentity>,
    /// From where.
    pub remote: SocketAddr,
    /// Which method, or `unknown` for one that does not exist.
    pub method: &'static str,
    /// Why it was denied.
    pub code: Code,
}

/// Takes denials, as many as the rate of a share allows; what becomes a record of its own is the sink's to say.
pub trait DenialSink: Send + Sync + 'static {
    /// A call was denied.
    fn denied(&self, denial: Denial);
}

/// The gate of one node.
pub struct Gate {
    own: AgencyId,
    clock: Clock,
    shares: Shares,
    message_bytes: usize,
    message_time: Duration,
    denials: Arc<dyn DenialSink>,
}

/// What the gate found out about a call that it lets through.
struct Admitted {
    identity: Arc<PeerIdentity>,
    row: &'static Permission,
    method: Method,
    share: Arc<Share>,
    room: Arc<OwnedSemaphorePermit>,
}

type Answer = Result<Response<Body>, Infallible>;
type Refused = Box<Response<Body>>;

fn refused(code: Code) -> Refused {
    Box::new(status_of(code).into_http())
}

/// A method as counts and records name it.
fn named(path: &str) -> &'static str {
    Permission::of(path).map_or(UNKNOWN_METHOD, |row| row.method)
}

/// Counts an answer, or its end, if it is a refusal; gives its code, or `OK`.
fn counted(method: &'static str, said: &HeaderMap) -> &'static str {
    let code = said.get(CODE_KEY).and_then(|code| code.to_str().ok()?.parse::<Code>().ok());
    let Some(code) = code else { return "OK" };
    let code = code.refusal().id;
    counter!(REFUSALS, "method" => method, "code" => code).increment(1);
    code
}

fn quota(per_second: u32, burst: u32) -> Quota {
    let at_least_one = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
    Quota::per_second(at_least_one(per_second)).allow_burst(at_least_one(burst))
}

impl Gate {
    /// The gate of an agency's node.
    #[must_use]
    pub fn new(own: AgencyId, limits: &Limits, clock: Clock, denials: Arc<dyn DenialSink>) -> Arc<Self> {
        let ordinary = Allowance {
            rate: quota(limits.calls_per_second, limits.calls_burst),
            calls: limits.in_flight_calls,
            bytes: limits.in_flight_bytes,
        };
        Self::with(own, ordinary, limits.message_bytes, MESSAGE_TIME, clock, denials)
    }

    pub(crate) fn with(
        own: AgencyId,
        ordinary: Allowance,
        message_bytes: usize,
        message_time: Duration,
        clock: Clock,
        denials: Arc<dyn DenialSink>,
    ) -> Arc<Self> {
        let vital = Allowance {
            rate: quota(VITAL_CALLS_PER_SECOND, 2 * VITAL_CALLS_PER_SECOND),
            calls: VITAL_CALLS_COUNT,
            bytes: VITAL_BYTES,
        };
        let shares = Shares::new(own.clone(), ordinary, vital);
        Arc::new(Self { own, clock, shares, message_bytes, message_time, denials })
    }

    /// Lets a call pass, or answers it.
    fn admit(&self, head: &Parts) -> Result<Admitted, Refused> {
        let connection =
            head.extensions.get::<Connection>().ok_or_else(|| refused(Code::NotAuthenticated))?;
        let path = head.uri.path();
        let method = Method::of(path, self.message_bytes);
        let deny = |code| self.deny(path, connection, code);
        // Whoever does not stand any more hears so whatever its rate: no pause would help.
        self.stands(connection).map_err(deny)?;
        let share = self.shares.of(&connection.identity, method.lane);
        share.pace().map_err(|pause| Box::new(status_with_pause(Code::RateLimited, pause).into_http()))?;
        form::refusal(head).map_or(Ok(()), Err)?;
        let row = allowed(path, &connection.identity, &self.own).map_err(deny)?;
        let room = share.call().map(Arc::new).ok_or_else(|| refused(Code::QueueFull))?;
        Ok(Admitted { identity: connection.identity.clone(), row, method, share, room })
    }

    fn stands(&self, connection: &Connection) -> Result<(), Code> {
        if (self.clock)() > connection.identity.not_after {
            return Err(Code::CertificateExpired);
        }
        connection.registered.verdict().map(drop)
    }

    fn deny(&self, path: &str, connection: &Connection, code: Code) -> Refused {
        self.denials.denied(Denial {
            identity: connection.identity.clone(),
            remote: connection.remote,
            method: named(path),
            code,
        });
        refused(code)
    }
}

impl Admitted {
    /// The request as the service gets it.
    fn request(&self, head: Parts, body: Body, message_time: Duration, call: &Arc<Call>) -> Request<Body> {
        let limit = MessageLimit::new(self.method.message_bytes);
        let terms = Terms {
            method: self.method,
            share: self.share.clone(),
            limit: limit.clone(),
            call: call.clone(),
            message_time,
            _room: self.room.clone(),
        };
        let mut request = Request::from_parts(head, Body::new(Intake::new(body, terms)));
        request.extensions_mut().insert(self.identity.clone());
        request.extensions_mut().insert(limit);
        request.extensions_mut().insert(call.unread.clone());
        request
    }

    /// The answer as the caller gets it.
    async fn answer(
        self,
        answer: impl Future<Output = Answer>,
        call: Arc<Call>,
        deadline: Option<Instant>,
        begun: Instant,
    ) -> Answer {
        let answered = match deadline {
            Some(deadline) => timeout_at(deadline, answer).await,
            None => Ok(answer.await),
        };
        let answered = match answered {
            Ok(answered) => answered.map(typed)?,
            Err(_) => *refused(Code::DeadlineExceeded),
        };
        let name = self.row.method;
        let answered = self.measured(answered, call, deadline).await;
        let code = counted(name, answered.headers());
        histogram!(CALLS, "method" => name, "code" => code).record(begun.elapsed().as_secs_f64());
        Ok(answered)
    }

    /// The answer with a body that is measured on its way out.
    async fn measured(
        self,
        answered: Response<Body>,
        call: Arc<Call>,
        deadline: Option<Instant>,
    ) -> Response<Body> {
        let (head, body) = answered.into_parts();
        let name = self.row.method;
        if self.method.answers_stream {
            let outflow = Outflow::stream(name, body, call, self.room, deadline);
            return Response::from_parts(head, Body::new(outflow));
        }
        call.paid.lock().take();
        match Outflow::one(name, body, call, self.room, &self.share).await {
            Ok(outflow) => Response::from_parts(head, Body::new(outflow)),
            Err(status) => status.into_http(),
        }
    }
}

/// Puts the gate in front of a service.
#[derive(Clone)]
pub struct GateLayer(pub Arc<Gate>);

impl<S> Layer<S> for GateLayer {
    type Service = Gated<S>;

    fn layer(&self, inner: S) -> Gated<S> {
        Gated { gate: self.0.clone(), inner }
    }
}

/// A service behind the gate.
#[derive(Clone)]
pub struct Gated<S> {
    gate: Arc<Gate>,
    inner: S,
}

impl<S> Service<Request<Body>> for Gated<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Either<Ready<Answer>, BoxFuture<'static, Answer>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let begun = Instant::now();
        let (head, body) = request.into_parts();
        let admitted = match self.gate.admit(&head) {
            Ok(admitted) => admitted,
            Err(answer) => {
                counted(named(head.uri.path()), answer.headers());
                if let Some(connection) = head.extensions.get::<Connection>() {
                    connection.registered.turned_away();
                }
                return Either::Left(ready(Ok(*answer)));
            }
        };
        let deadline = patience::deadline(&head.headers, begun);
        let call = Arc::new(Call::default());
        let request = admitted.request(head, body, self.gate.message_time, &call);
        let answer = self.inner.call(request);
        Either::Right(Box::pin(admitted.answer(answer, call, deadline, begun)))
    }
}
