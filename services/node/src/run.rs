//! Running a node: listeners, doors, signals' effects, and an orderly end.
//!
//! Owns one page from configuration to running servers. A node that cannot go on says so and ends; nothing is retried
//! in place after a failed write.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use rogatory_domain::refusal::Code;
use rogatory_ledger::RealDisk;
use rogatory_wire::pb::admin::v1::admin_server::AdminServer;
use rogatory_wire::pb::casework::v1::casework_server::CaseworkServer;
use rogatory_wire::pb::exchange::v1::exchange_server::ExchangeServer;
use tokio::net::TcpListener;
use tokio::signal::unix::Signal;
use tokio::sync::watch;
use tonic::service::RoutesBuilder;
use tracing::{error, info};

use crate::admin::AdminService;
use crate::casework::CaseworkService;
use crate::channel::PeerChannels;
use crate::condition::{Conditions, Reason};
use crate::config::Config;
use crate::credentials::Tls;
use crate::exchange::{AtTheDoor, Dialling, ExchangeService, FRAME_BYTES_MAX, Links};
use crate::gate::Gate;
use crate::health::Health;
use crate::incoming::{Incoming, Places, Shares, Turnstile};
use crate::listening::{Addresses, Taken};
use crate::node::{Core, NodeError, Stop, ledger_dir};
use crate::notify::Receivers;
use crate::observation::Observation;
use crate::probes::Probes;
use crate::recorder::Recorder;
use crate::rosters::{InForce, RosterLoader};
use crate::server::{Door, common_routes, serve};
use crate::supervisor;
use crate::telemetry::start_metrics;

/// Time links have to empty what is in flight once the node drains.
const LINGER: Duration = Duration::from_millis(200);

/// Runs a node until `shutdown` completes or the node cannot go on. At each of `hangups`, those that came since it began to
/// start included, it reads roster, certificates and lists anew.
///
/// # Errors
/// Says why the node did not start, or what stopped it.
pub async fn run(
    config: Config,
    hangups: Signal,
    shutdown: impl Future<Output = ()>,
) -> Result<(), NodeError> {
    let addresses = take_addresses(&config)?;
    let conditions = Arc::new(Conditions::starting());
    tokio::spawn(supervisor::keep(conditions.follow()));
    if let Some(metrics) = addresses.metrics {
        let listener = metrics.listen()?;
        let metrics = start_metrics().map_err(|error| NodeError::Metrics(error.to_string()))?;
        Probes::answer_at(listener, metrics, conditions.clone());
    }
    let mut core = Core::open(&config, conditions.clone())?;
    let doors = doors_of(addresses.peers, addresses.clients);
    let kinds: Vec<_> = doors.iter().map(|(door, _)| *door).collect();
    let tls = Tls::load(&config, &core.desk.rosters, core.desk.endings.clone(), &kinds)?;
    let receivers = Receivers::load(&config, &tls.clock).map_err(NodeError::Receivers)?;
    // Before anybody is dialled or anything recorded: somebody may have taken an address at the same moment.
    let listening = doors.into_iter().map(|(door, taken)| Ok((door, taken.listen()?)));
    let listening = listening.collect::<Result<Vec<_>, NodeError>>()?;
    let links = Arc::new(Links::new(
        core.desk.clone(),
        core.identity.sealing.clone(),
        core.bodies(),
        core.appender.clone(),
        core.identity.beginning.clone(),
    ));
    let channels =
        Arc::new(PeerChannels::new(tls.connector.clone(), tls.standing.clone(), &core.identity.roster));
    let runtime = tokio::runtime::Handle::current();
    let in_force =
        InForce { rosters: core.desk.rosters.clone(), channels: channels.clone(), tls: tls.clone() };
    core.start(
        Box::new(Dialling { links: links.clone(), channels, runtime }),
        Box::new(move |roster| in_force.put(&roster)),
    )?;
    core.record_start().map_err(|error| match error.code() {
        // The day's key is made where the vault lies.
        Some(Code::DiskReserve) => NodeError::Full(config.keys.vault_dir.clone()),
        _ => error,
    })?;
    let loader = Arc::new(RosterLoader::new(config.clone(), core.desk.clone(), tls.clone(), &core.identity));
    tls.keep(core.desk.clone(), loader.clone(), hangups, &core.closing.subscribe());
    let closing = core.closing.subscribe();
    let reserve_bytes = config.limits.disk_reserve_bytes;
    let mut observation = Observation::new(core.desk.clone(), core.appender.clone(), reserve_bytes);
    observation.begin().await;
    tokio::spawn(observation.keep(closing.clone()));
    receivers.start(&core.desk, &closing);
    tokio::spawn(crate::day_keys::keep(core.desk.scribe.clone(), closing.clone()));
    tokio::spawn(crate::casework::closing::keep(core.desk.clone(), closing.clone()));
    tokio::spawn(crate::casework::passing_on::unfinished::tell(core.desk.clone()));
    let doors = Doors::open(&config, &core, &tls, (links, loader), (listening, closing)).await?;
    conditions.started();
    let (peers, clients) = (config.listen.peers, config.listen.clients);
    let said = if conditions.now().serves() { "the node serves" } else { "the listeners are open" };
    info!(agency = %config.agency, %peers, %clients, "{said}");
    let cause = tokio::select! {
        () = shutdown => None,
        cause = core.fatal.recv() => Some(cause.unwrap_or_else(|| Stop::Thread("its engine ended".to_owned()))),
    };
    match &cause {
        None => {
            info!("the node drains");
            conditions.ends(Reason::Draining);
            core.drain();
            tokio::time::sleep(LINGER).await;
        }
        Some(cause) => conditions.ends(Reason::Stopped(cause.to_string())),
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
        (links, loader): (Arc<Links>, Arc<RosterLoader>),
        (listening, closing): (Vec<(Door, TcpListener)>, watch::Receiver<bool>),
    ) -> Result<Self, NodeError> {
        let recorder = Arc::new(Recorder::new(core.desk.clone()));
        let turnstile = Turnstile::new(tls.clock.clone());
        let clock = tls.clock.clone();
        let gate = Gate::new(config.agency.clone(), &config.limits, clock, recorder.clone());
        recorder.collect_from(turnstile.clone(), closing.clone());
        let at_the_door = Arc::new(AtTheDoor::new(turnstile.clone(), links.clone()));
        let mut tasks = Vec::new();
        for (door, listener) in listening {
            let Some(server) = tls.server(door) else { continue };
            let streams = server.serve(listener, at_the_door.clone())?;
            let places = Places::new(config.agency.clone(), shares(config, core, door));
            let incoming = Incoming::new(streams, places, tls.standing.clone());
            let (mut routes, health) = common_routes(door).map_err(|e| NodeError::Tls(e.to_string()))?;
            let health = Health::begin(door, health, core.desk.conditions.follow()).await;
            tokio::spawn(health.keep(closing.clone()));
            if door != Door::Clients {
                add_exchange(&mut routes, links.clone());
            }
            if door != Door::Peers {
                add_desk(&mut routes, core, &loader, config.limits.message_bytes);
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

/// Takes the node's addresses. A node that runs on the same data has them, and that is what is said then.
fn take_addresses(config: &Config) -> Result<Addresses, NodeError> {
    let ledger = ledger_dir(config);
    if RealDisk::is_held(&ledger) {
        return Err(NodeError::InUse(ledger));
    }
    Ok(Addresses::take(config)?)
}

fn doors_of(peers: Taken, clients: Option<Taken>) -> Vec<(Door, Taken)> {
    match clients {
        Some(clients) => vec![(Door::Peers, peers), (Door::Clients, clients)],
        None => vec![(Door::Shared, peers)],
    }
}

/// How the places of a listener are divided.
fn shares(config: &Config, core: &Core, door: Door) -> Shares {
    let partners = if door == Door::Clients { 0 } else { core.identity.roster.members().len() - 1 };
    let limits = &config.limits;
    Shares::of(limits.connections, limits.connections_per_identity, door != Door::Peers, partners)
}

fn add_exchange(routes: &mut RoutesBuilder, links: Arc<Links>) {
    let exchange = ExchangeServer::new(ExchangeService(links))
        .max_decoding_message_size(FRAME_BYTES_MAX)
        .max_encoding_message_size(FRAME_BYTES_MAX);
    routes.add_service(exchange);
}

fn add_desk(routes: &mut RoutesBuilder, core: &Core, loader: &Arc<RosterLoader>, message_bytes: usize) {
    let casework = CaseworkServer::new(CaseworkService(core.desk.clone(), message_bytes))
        .max_decoding_message_size(message_bytes);
    let admin = AdminService(core.desk.clone(), core.appender.clone(), loader.clone());
    routes.add_service(casework).add_service(AdminServer::new(admin));
}
