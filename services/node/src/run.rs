//! Running a node: listeners, doors, signals' effects, and an orderly end.
//!
//! Owns one page from configuration to running servers. A node that cannot go on says so and ends; nothing is retried
//! in place after a failed write.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rogatory_engine::{Clock as _, SystemClock};
use rogatory_evidence::Roster;
use rogatory_keys::small_file::{self, SMALL_BYTES_MAX};
use rogatory_tls::{Clock, Connector, Credentials, TlsServer, Trust, TrustRoots};
use rogatory_wire::pb::admin::v1::admin_server::AdminServer;
use rogatory_wire::pb::casework::v1::casework_server::CaseworkServer;
use rogatory_wire::pb::exchange::v1::exchange_server::ExchangeServer;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tonic::service::RoutesBuilder;
use tracing::{error, info};

use crate::admin::AdminService;
use crate::casework::CaseworkService;
use crate::channel::PeerChannels;
use crate::config::Config;
use crate::exchange::{Dialling, ExchangeService, FRAME_BYTES_MAX, Links};
use crate::gate::Gate;
use crate::incoming::{Incoming, Roots, Turnstile};
use crate::metrics_names as names;
use crate::node::{Core, NodeError, Stop};
use crate::recorder::Recorder;
use crate::server::{Door, common_routes, serve};
use crate::telemetry::start_metrics;

/// Time links have to empty what is in flight once the node drains.
const LINGER: Duration = Duration::from_millis(200);

/// Runs a node until `shutdown` completes or the node cannot go on.
///
/// # Errors
/// Says why the node did not start, or what stopped it.
pub async fn run(config: Config, shutdown: impl Future<Output = ()>) -> Result<(), NodeError> {
    if let Some(address) = config.listen.metrics {
        start_metrics(address).map_err(|error| NodeError::Metrics(address, error.to_string()))?;
    }
    let mut core = Core::open(&config)?;
    let tls = Tls::load(&config, &core.identity.roster)?;
    tls.reload_on_hangup(config.clone(), core.identity.roster.clone())?;
    let links = Arc::new(Links::new(
        core.desk.clone(),
        core.identity.ledger_key.public(),
        core.identity.sealing.clone(),
        core.bodies(),
        core.appender.clone(),
    ));
    let channels = Arc::new(PeerChannels::new(tls.connector.clone(), &core.identity.roster));
    let runtime = tokio::runtime::Handle::current();
    core.start(Box::new(Dialling { links: links.clone(), channels, runtime }))?;
    core.record_start()?;
    let closing = core.closing.subscribe();
    tokio::spawn(crate::gauges::keep(core.desk.clone(), closing.clone()));
    let doors = Doors::open(&config, &core, &tls, links, closing).await?;
    info!(agency = %config.agency, peers = %config.listen.peers, clients = %config.listen.clients, "the node serves");
    let cause = tokio::select! {
        () = shutdown => None,
        cause = core.fatal.recv() => Some(cause.unwrap_or_else(|| Stop::Thread("its engine ended".to_owned()))),
    };
    if cause.is_none() {
        info!("the node drains");
        core.drain();
        tokio::time::sleep(LINGER).await;
    }
    core.closing.send_replace(true);
    doors.wait().await;
    let clean = cause.is_none();
    tokio::task::spawn_blocking(move || core.close(clean))
        .await
        .map_err(|e| NodeError::Stopped(Stop::Thread(e.to_string())))?;
    match cause {
        None => Ok(()),
        Some(cause) => {
            error!(%cause, "the node ends because it cannot go on");
            Err(NodeError::Stopped(cause))
        }
    }
}

/// The node's own certificate and the roots of every agency.
struct Tls {
    server: Arc<TlsServer>,
    connector: Arc<Connector>,
    roots: Arc<Roots>,
    clock: Clock,
}

/// Certificate, key, roots and revocation lists as the files say now.
fn read_tls(config: &Config, roster: &Roster) -> Result<(Credentials, Trust), NodeError> {
    let unusable = |error: &dyn std::fmt::Display| NodeError::Tls(error.to_string());
    let certificate = read(&config.tls.certificate)?;
    let key = read(&config.tls.key)?;
    let credentials = Credentials::from_pem(&certificate, &key).map_err(|e| unusable(&e))?;
    let lists = revocation_lists(config, roster)?;
    let roots = roster
        .members
        .iter()
        .zip(&lists)
        .map(|(member, list)| TrustRoots::from_pem(member.id.clone(), &member.roots.concat(), list))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|e| unusable(&e))?;
    let trust = Trust::new(config.federation.clone(), roots).map_err(|e| unusable(&e))?;
    Ok((credentials, trust))
}

impl Tls {
    fn load(config: &Config, roster: &Roster) -> Result<Self, NodeError> {
        let unusable = |error: &dyn std::fmt::Display| NodeError::Tls(error.to_string());
        let (credentials, trust) = read_tls(config, roster)?;
        #[expect(clippy::cast_precision_loss, reason = "seconds since the epoch fit a double exactly")]
        metrics::gauge!(names::CERTIFICATE_ENDS).set(credentials.identity().not_after.as_second() as f64);
        let clock: Clock = Arc::new(|| SystemClock.now());
        let server = TlsServer::new(&credentials, &trust, clock.clone()).map_err(|e| unusable(&e))?;
        let connector = Connector::new(&credentials, &trust, clock.clone()).map_err(|e| unusable(&e))?;
        Ok(Self { server, connector, roots: Arc::new(Roots::default()), clock })
    }

    /// Reads certificate, key and revocation lists anew whenever the process gets SIGHUP. What cannot be used changes
    /// nothing; connections that stand are judged again at their next call.
    fn reload_on_hangup(&self, config: Config, roster: Arc<Roster>) -> Result<(), NodeError> {
        let (server, connector, roots) = (self.server.clone(), self.connector.clone(), self.roots.clone());
        let mut hangups = signal(SignalKind::hangup())?;
        tokio::spawn(async move {
            while hangups.recv().await.is_some() {
                let reloaded = read_tls(&config, &roster).and_then(|(credentials, trust)| {
                    let unusable = |error: &dyn std::fmt::Display| NodeError::Tls(error.to_string());
                    server.reload(&credentials, &trust).map_err(|e| unusable(&e))?;
                    connector.reload(&credentials, &trust).map_err(|e| unusable(&e))?;
                    roots.renew(trust);
                    Ok(())
                });
                match reloaded {
                    Ok(()) => info!("certificates and revocation lists were read anew"),
                    Err(error) => {
                        error!(%error, "certificates were not read anew; the old ones stay in force");
                    }
                }
            }
        });
        Ok(())
    }
}

/// Each agency's revocation list, from `<agency>.crl` in the configured directory; empty where there is none.
fn revocation_lists(config: &Config, roster: &Roster) -> Result<Vec<String>, NodeError> {
    let Some(dir) = &config.tls.revocation_dir else { return Ok(vec![String::new(); roster.members.len()]) };
    let list_of = |member: &rogatory_evidence::Member| {
        let path = dir.join(format!("{}.crl", member.id));
        if path.exists() { read(&path) } else { Ok(String::new()) }
    };
    roster.members.iter().map(list_of).collect()
}

/// The listeners' tasks, and who counts whom they turn away.
struct Doors {
    tasks: Vec<tokio::task::JoinHandle<()>>,
    recorder: Arc<Recorder>,
    turnstile: Arc<Turnstile>,
}

impl Doors {
    async fn open(
        config: &Config,
        core: &Core,
        tls: &Tls,
        links: Arc<Links>,
        closing: watch::Receiver<bool>,
    ) -> Result<Self, NodeError> {
        let roots = tls.roots.clone();
        let recorder = Arc::new(Recorder::new(core.desk.clone()));
        let turnstile = Turnstile::new(tls.clock.clone());
        let clock = tls.clock.clone();
        let gate = Gate::new(config.agency.clone(), &config.limits, clock, roots.clone(), recorder.clone());
        recorder.collect_from(turnstile.clone(), closing.clone());
        let mut tasks = Vec::new();
        for (door, address) in doors_of(config) {
            let listener = TcpListener::bind(address).await;
            let listener = listener.map_err(|error| NodeError::Listen(address, error))?;
            let streams = tls.server.serve(listener, turnstile.clone());
            let incoming = Incoming::new(streams, &config.limits, roots.clone());
            let (mut routes, health) = common_routes(door).map_err(|e| NodeError::Tls(e.to_string()))?;
            health.set_service_status("", tonic_health::ServingStatus::Serving).await;
            if door != Door::Clients {
                add_exchange(&mut routes, links.clone());
            }
            if door != Door::Peers {
                add_desk(&mut routes, core, config.limits.message_bytes);
            }
            let (gate, limits, mut closing) = (gate.clone(), config.limits.clone(), closing.clone());
            let routes = routes.routes();
            tasks.push(tokio::spawn(async move {
                let closed = async move { drop(closing.wait_for(|closed| *closed).await) };
                if let Err(error) = serve(door, incoming, routes, gate, &limits, closed).await {
                    error!(%error, "a listener ended");
                }
            }));
        }
        Ok(Self { tasks, recorder, turnstile })
    }

    async fn wait(self) {
        for task in self.tasks {
            let _ = task.await;
        }
        self.recorder.collect(&self.turnstile);
    }
}

fn doors_of(config: &Config) -> Vec<(Door, std::net::SocketAddr)> {
    if config.shares_listener() {
        return vec![(Door::Shared, config.listen.peers)];
    }
    vec![(Door::Peers, config.listen.peers), (Door::Clients, config.listen.clients)]
}

fn add_exchange(routes: &mut RoutesBuilder, links: Arc<Links>) {
    let exchange = ExchangeServer::new(ExchangeService(links))
        .max_decoding_message_size(FRAME_BYTES_MAX)
        .max_encoding_message_size(FRAME_BYTES_MAX);
    routes.add_service(exchange);
}

fn add_desk(routes: &mut RoutesBuilder, core: &Core, message_bytes: usize) {
    let casework =
        CaseworkServer::new(CaseworkService(core.desk.clone())).max_decoding_message_size(message_bytes);
    routes
        .add_service(casework)
        .add_service(AdminServer::new(AdminService(core.desk.clone(), core.appender.clone())));
}

fn read(path: &Path) -> Result<String, NodeError> {
    Ok(small_file::read_text(path, SMALL_BYTES_MAX)?)
}
