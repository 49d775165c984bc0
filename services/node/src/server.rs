//! The gRPC servers: transport settings, the services every listener has, and the way they close.
//!
//! It must not know what the services do. Windows are explicit, because a small connection window makes HTTP/2 chop
//! messages until the peer's flood guard ends the connection.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tonic::service::{Routes, RoutesBuilder};
use tonic::transport::Server;
use tonic_health::server::{HealthReporter, health_reporter};

use crate::config::Limits;
use crate::gate::{Gate, GateLayer};
use crate::incoming::Incoming;
use crate::standing::StandingLayer;

#[cfg(test)]
mod tests;

/// HTTP/2 window of a connection.
pub const CONNECTION_WINDOW_BYTES: u32 = 8 << 20;
/// HTTP/2 window of a stream.
pub const STREAM_WINDOW_BYTES: u32 = 4 << 20;
/// Streams one connection may have open.
pub const STREAMS_COUNT_MAX: u32 = 1_024;
/// Time between two pings on a connection.
pub const KEEPALIVE_EVERY: Duration = Duration::from_secs(20);
/// Time an answer to a ping may take.
pub const KEEPALIVE_LIMIT: Duration = Duration::from_secs(10);
/// Time that streams have to end once a client's connection is old.
pub const AGE_GRACE: Duration = Duration::from_secs(60);
/// Bytes of the headers of one request, counted as HTTP/2 does (RFC 9113 6.5.2); more are refused with a code.
pub const HEADER_BYTES_MAX: u32 = 16 << 10;
/// Bytes of headers that are still read, so that their refusal has a code. Beyond it the h2 library answers 431 by itself,
/// while it decodes them and before there is a request: nobody above it sees that answer, and so it has no code.
const HEADER_BYTES_READ: u32 = 2 * HEADER_BYTES_MAX;

/// Who connects to a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Peers: a link stays as long as it is sound.
    Peers,
    /// Clients: a connection is closed at a certain age.
    Clients,
    /// Both; age closes nothing, since it would cut links.
    Shared,
}

impl Door {
    /// The services that are served here.
    fn services(self) -> &'static [&'static str] {
        const EXCHANGE: &str = "rogatory.exchange.v1.Exchange";
        const CASEWORK: &str = "rogatory.casework.v1.Casework";
        const ADMIN: &str = "rogatory.admin.v1.Admin";
        const HEALTH: &str = "grpc.health.v1.Health";
        match self {
            Self::Peers => &[EXCHANGE, HEALTH],
            Self::Clients => &[CASEWORK, ADMIN, HEALTH],
            Self::Shared => &[EXCHANGE, CASEWORK, ADMIN, HEALTH],
        }
    }
}

/// Why the services could not be put together.
#[derive(Debug, thiserror::Error)]
#[error("the compiled descriptors cannot be served: {0}")]
pub struct RoutesError(#[from] tonic_reflection::server::Error);

/// Health and reflection, to which a listener's own services are added. Reflection describes every type and names the
/// services of this door, under the name of its first version and the older one, which many tools still ask by.
///
/// # Errors
/// When the compiled descriptors are unreadable, which a test excludes.
pub fn common_routes(door: Door) -> Result<(RoutesBuilder, HealthReporter), RoutesError> {
    let (reporter, health) = health_reporter();
    let reflection = || {
        let described = tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(rogatory_wire::DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET);
        door.services().iter().fold(described, |described, service| described.with_service_name(*service))
    };
    let mut routes = Routes::builder();
    routes
        .add_service(health)
        .add_service(reflection().build_v1()?)
        .add_service(reflection().build_v1alpha()?);
    Ok((routes, reporter))
}

/// Serves one listener until `closing` completes and calls under way have ended, or had their time to.
///
/// # Errors
/// When the transport fails.
pub async fn serve(
    door: Door,
    incoming: Incoming,
    routes: Routes,
    gate: Arc<Gate>,
    limits: &Limits,
    closing: impl Future<Output = ()>,
) -> Result<(), tonic::transport::Error> {
    let (begun, has_begun) = oneshot::channel();
    let signal = async move {
        closing.await;
        let _ = begun.send(());
    };
    let drained = async {
        let _ = has_begun.await;
        tokio::time::sleep(Duration::from_secs(limits.drain_seconds)).await;
    };
    let serving = transport(door, limits)
        .layer(StandingLayer)
        .layer(GateLayer(gate))
        .add_routes(routes)
        .serve_with_incoming_shutdown(incoming, signal);
    tokio::select! {
        ended = serving => ended,
        // Streams that stay open by design, such as links and watches, would hold the node for ever.
        () = drained => Ok(()),
    }
}

fn transport(door: Door, limits: &Limits) -> Server {
    let server = Server::builder()
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .max_concurrent_streams(STREAMS_COUNT_MAX)
        .http2_keepalive_interval(Some(KEEPALIVE_EVERY))
        .http2_keepalive_timeout(Some(KEEPALIVE_LIMIT))
        .http2_max_header_list_size(HEADER_BYTES_READ);
    match door {
        Door::Peers | Door::Shared => server,
        Door::Clients => server
            .max_connection_age(Duration::from_secs(limits.client_connection_seconds))
            .max_connection_age_grace(AGE_GRACE),
    }
}
