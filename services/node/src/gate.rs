//! The gate in front of every service: identity, validity, rate, permission, room. What it lets through carries the
//! caller's identity; what it denies to an authenticated caller is reported.
//!
//! It must not read messages. Order matters: the rate comes before the permission, so that denials are bounded too.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use futures_util::future::{BoxFuture, Either};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use metrics::histogram;
use rogatory_domain::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_tls::{Clock, PeerIdentity};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::Status;
use tonic::body::Body;
use tower::{Layer, Service};

use crate::config::Limits;
use crate::incoming::{Connection, Roots};
use crate::metrics_names::CALLS;
use crate::permission::{Permission, allowed};
use crate::status::{status_of, status_with_pause, typed};

/// Certificates whose rates are remembered before those at rest are forgotten.
const RATES_COUNT: usize = 4_096;

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

/// Takes denials, to put each on the record. Their number is bounded by the rate of a certificate.
pub trait DenialSink: Send + Sync + 'static {
    /// A call was denied.
    fn denied(&self, denial: Denial);
}

/// The gate of one node.
pub struct Gate {
    own: AgencyId,
    clock: Clock,
    rates: DefaultKeyedRateLimiter<[u8; 32]>,
    room: Arc<Semaphore>,
    roots: Arc<Roots>,
    denials: Arc<dyn DenialSink>,
}

impl Gate {
    /// The gate of an agency's node.
    #[must_use]
    pub fn new(
        own: AgencyId,
        limits: &Limits,
        clock: Clock,
        roots: Arc<Roots>,
        denials: Arc<dyn DenialSink>,
    ) -> Arc<Self> {
        let at_least_one = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(at_least_one(limits.calls_per_second))
            .allow_burst(at_least_one(limits.calls_burst));
        Self::with_quota(own, quota, limits.in_flight_calls, clock, roots, denials)
    }

    pub(crate) fn with_quota(
        own: AgencyId,
        quota: Quota,
        room: usize,
        clock: Clock,
        roots: Arc<Roots>,
        denials: Arc<dyn DenialSink>,
    ) -> Arc<Self> {
        let rates = RateLimiter::keyed(quota);
        Arc::new(Self { own, clock, rates, room: Arc::new(Semaphore::new(room)), roots, denials })
    }

    /// Lets a call pass with its row and its room, or answers it.
    fn admit(
        &self,
        method: &str,
        connection: Option<&Connection>,
    ) -> Result<(&'static Permission, OwnedSemaphorePermit), Box<Status>> {
        let connection = connection.ok_or_else(|| status_of(Code::NotAuthenticated))?;
        self.pace(&connection.identity)?;
        let row = self.judge(method, connection).map_err(|code| {
            self.denials.denied(Denial {
                identity: connection.identity.clone(),
                remote: connection.remote,
                method: Permission::of(method).map_or("unknown", |row| row.method),
                code,
            });
            status_of(code)
        })?;
        let room = self.room.clone().try_acquire_owned().map_err(|_| status_of(Code::QueueFull))?;
        Ok((row, room))
    }

    fn pace(&self, identity: &PeerIdentity) -> Result<(), Box<Status>> {
        if self.rates.len() > RATES_COUNT {
            self.rates.retain_recent();
        }
        self.rates.check_key(&identity.fingerprint).map_err(|until| {
            Box::new(status_with_pause(
                Code::RateLimited,
                until.wait_time_from(DefaultClock::default().now()),
            ))
        })
    }

    fn judge(&self, method: &str, connection: &Connection) -> Result<&'static Permission, Code> {
        let now = (self.clock)();
        if now > connection.identity.not_after {
            return Err(Code::CertificateExpired);
        }
        if !connection.stands(&self.roots, now) {
            return Err(Code::CertificateRevoked);
        }
        allowed(method, &connection.identity, &self.own)
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

type Answer = Result<http::Response<Body>, Infallible>;

impl<S, B> Service<http::Request<B>> for Gated<S>
where
    S: Service<http::Request<B>, Response = http::Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Either<Ready<Answer>, BoxFuture<'static, Answer>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: http::Request<B>) -> Self::Future {
        let begun = Instant::now();
        let connection = request.extensions().get::<Connection>().cloned();
        let (row, room) = match self.gate.admit(request.uri().path(), connection.as_ref()) {
            Ok(admitted) => admitted,
            Err(status) => return Either::Left(ready(Ok(status.into_http()))),
        };
        if let Some(connection) = connection {
            request.extensions_mut().insert(connection.identity);
        }
        let answer = self.inner.call(request);
        Either::Right(Box::pin(async move {
            let answer = answer.await.map(typed);
            histogram!(CALLS, "method" => row.method).record(begun.elapsed().as_secs_f64());
            drop(room);
            answer
        }))
    }
}
