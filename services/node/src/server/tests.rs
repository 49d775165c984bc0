//! A listener with its gate on the loopback, called by every kind of caller a federation has.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use governor::Quota;
use jiff::{SignedDuration, Timestamp};
use rogatory_domain::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_keys::{RosterKey, SeededRandom};
use rogatory_tls::{
    Clock, Connector, ExpectedPeer, KnownAddresses, Partners, PeerStream, TlsServer, Trust, TrustRoots,
    load_credentials,
};
use rogatory_wire::details;
use rogatory_wire::pb::admin::v1::{StatusRequest, admin_client::AdminClient};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tonic::transport::Channel;
use tonic::{Response, Status, Streaming};
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

mod bodies;

use super::{Door, common_routes, serve};
use crate::channel::{ChannelError, PeerChannels, host_and_port};
use crate::config::Config;
use crate::gate::{Allowance, Denial, DenialSink, Gate};
use crate::incoming::{Incoming, Places, Shares, Turnstile};
use crate::provision::{Layout, Plan, Provisioned, provision};
use crate::roster_signing::sign;
use crate::standing::Standing;
use crate::status::{CODE_KEY, PUSHBACK_KEY};

const OWN: &str = "nl-om";
const OTHER: &str = "fr-gendarmerie";

struct Denials(mpsc::UnboundedSender<Denial>);

impl DenialSink for Denials {
    fn denied(&self, denial: Denial) {
        let _ = self.0.send(denial);
    }
}

struct Serving {
    dir: TempDir,
    made: Provisioned,
    second: Arc<AtomicI64>,
    standing: Arc<Standing>,
    denials: mpsc::UnboundedReceiver<Denial>,
    close: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

fn noon() -> Timestamp {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

fn trust(made: &Provisioned, without: Option<&str>) -> Trust {
    let members = made.roster.members().iter().filter(|member| Some(member.id.as_str()) != without);
    let roots =
        members.map(|member| TrustRoots::from_pem(member.id.clone(), &member.roots.concat()).unwrap());
    Trust::new(made.roster.federation().clone(), roots).unwrap()
}

/// Time a message may take in tests that wait until it is over.
const SHORT: Duration = Duration::from_millis(50);
/// The same in all others.
const LONG: Duration = Duration::from_secs(600);
/// Largest message with content.
const MESSAGE_BYTES: usize = 1 << 20;

fn generous() -> Allowance {
    let rate = Quota::per_second(1_000.try_into().unwrap());
    Allowance { rate, calls: 8, bytes: MESSAGE_BYTES }
}

impl Serving {
    async fn start(allowance: Allowance, message_time: Duration) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let plan = Plan::demo(Layout::Local, 17_443);
        let mut made = provision(&plan, dir.path(), noon(), &SeededRandom::new(1)).unwrap();
        let second = Arc::new(AtomicI64::new(noon().as_second()));
        let clock: Clock = {
            let second = second.clone();
            Arc::new(move || Timestamp::from_second(second.load(Ordering::SeqCst)).unwrap())
        };
        let own: AgencyId = OWN.parse().unwrap();
        let credentials = load_credentials(&dir.path().join(OWN), "node").unwrap();
        let (trust, known) = (trust(&made, None), Arc::new(KnownAddresses::default()));
        let server = TlsServer::new(&credentials, &trust, Partners::Nodes, known, clock.clone()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = listener.local_addr().unwrap().to_string();
        let mut draft = made.roster.draft().clone();
        draft.members.iter_mut().for_each(|member| member.endpoint.clone_from(&endpoint));
        let key = RosterKey::load(&dir.path().join("authority").join("roster.key")).unwrap();
        made.roster = sign(&draft, &key).unwrap();
        let mut limits = Config::load(&dir.path().join(OWN).join("node.toml")).unwrap().limits;
        limits.drain_seconds = 0;
        let standing = Standing::new(own.clone(), trust, clock.clone());
        let streams = server.serve(listener, Turnstile::new(clock.clone())).unwrap();
        let places = Places::new(own.clone(), Shares::of(64, 8, true, 4));
        let incoming = Incoming::new(streams, places, standing.clone());
        let (told, denials) = mpsc::unbounded_channel();
        let sink = Arc::new(Denials(told));
        let gate = Gate::with(own, allowance, MESSAGE_BYTES, message_time, clock, sink);
        let routes = common_routes(Door::Clients).unwrap().0.routes();
        let (close, closing) = oneshot::channel();
        let ended = tokio::spawn(async move {
            let closing = async { drop(closing.await) };
            serve(Door::Clients, incoming, routes, gate, &limits, closing).await.unwrap();
        });
        Self { dir, made, second, standing, denials, close, ended }
    }

    async fn dial(&self, dir: impl AsRef<Path>, stem: &str) -> Channel {
        self.try_dial(dir, stem).await.unwrap()
    }

    async fn connect(&self, dir: impl AsRef<Path>, stem: &str) -> PeerStream {
        let credentials = load_credentials(&self.dir.path().join(dir), stem).unwrap();
        let connector = Connector::new(&credentials, &trust(&self.made, None), Arc::new(noon)).unwrap();
        let (host, port) = host_and_port(&self.made.roster.members()[0].endpoint).unwrap();
        connector.connect(host, port, &ExpectedPeer::node(OWN.parse().unwrap())).await.unwrap()
    }

    async fn try_dial(&self, dir: impl AsRef<Path>, stem: &str) -> Result<Channel, ChannelError> {
        let credentials = load_credentials(&self.dir.path().join(dir), stem).unwrap();
        let trust = trust(&self.made, None);
        let connector = Connector::new(&credentials, &trust, Arc::new(noon)).unwrap();
        let standing = Standing::new(OWN.parse().unwrap(), trust, Arc::new(noon));
        let channels = PeerChannels::new(connector, standing, &self.made.roster);
        Ok(channels.connect(&OWN.parse().unwrap()).await?.channel)
    }

    async fn cases(&self) -> Channel {
        self.dial(Path::new(OWN).join("clients"), "cases").await
    }

    async fn operator(&self) -> Channel {
        self.dial(Path::new(OWN).join("clients"), "ops").await
    }
}

async fn health(channel: &Channel) -> Result<(), Status> {
    HealthClient::new(channel.clone()).check(HealthCheckRequest::default()).await.map(drop)
}

/// A call that is not vital: it stays open as long as its answer is held.
async fn watch(channel: &Channel) -> Result<Streaming<HealthCheckResponse>, Status> {
    let watched = HealthClient::new(channel.clone()).watch(HealthCheckRequest::default()).await;
    watched.map(Response::into_inner)
}

async fn administer(channel: &Channel) -> Status {
    AdminClient::new(channel.clone()).status(StatusRequest {}).await.unwrap_err()
}

fn code_of(status: &Status) -> Code {
    let problem = details::problem(status.details()).unwrap();
    assert_eq!(status.metadata().get(CODE_KEY).unwrap(), problem.code.as_str());
    problem.code.parse().unwrap()
}

#[tokio::test]
async fn peers_and_own_clients_see_the_health_of_a_node() {
    let serving = Serving::start(generous(), LONG).await;
    health(&serving.dial(OTHER, "node").await).await.unwrap();
    health(&serving.cases().await).await.unwrap();
}

#[tokio::test]
async fn what_a_role_may_not_call_is_denied_and_reported() {
    let mut serving = Serving::start(generous(), LONG).await;
    let status = administer(&serving.cases().await).await;
    assert_eq!(code_of(&status), Code::RoleNotAllowed);
    let denial = serving.denials.try_recv().unwrap();
    assert_eq!((denial.method, denial.code), ("/rogatory.admin.v1.Admin/Status", Code::RoleNotAllowed));
    assert_eq!(denial.identity.name, "cases");
    // The same call passes the gate with the right role, and finds no such service behind this listener.
    let operator = serving.dial(Path::new(OWN).join("clients"), "ops").await;
    let absent = administer(&operator).await;
    assert_eq!((absent.code(), code_of(&absent)), (tonic::Code::Unimplemented, Code::UnknownMethod));
}

#[tokio::test]
async fn a_client_of_another_agency_is_turned_away_in_the_handshake() {
    let mut serving = Serving::start(generous(), LONG).await;
    // A caller of TLS 1.3 believes itself connected until it reads the alert.
    if let Ok(stranger) = serving.try_dial(Path::new(OTHER).join("clients"), "ops").await {
        assert!(!health(&stranger).await.unwrap_err().metadata().contains_key(CODE_KEY));
    }
    assert!(serving.denials.try_recv().is_err(), "it never came as far as the gate");
}

#[tokio::test]
async fn who_calls_too_often_is_told_how_long_to_wait_and_buys_no_record() {
    let once = Quota::with_period(Duration::from_secs(3600)).unwrap();
    let mut serving = Serving::start(Allowance { rate: once, ..generous() }, LONG).await;
    let (cases, operator) = (serving.cases().await, serving.operator().await);
    watch(&cases).await.unwrap();
    let status = watch(&cases).await.unwrap_err();
    assert_eq!(code_of(&status), Code::RateLimited);
    let pause: u64 = status.metadata().get(PUSHBACK_KEY).unwrap().to_str().unwrap().parse().unwrap();
    assert!((3_000_000..=3_600_000).contains(&pause), "{pause}");
    watch(&operator).await.unwrap();
    health(&cases).await.unwrap();
    assert!(serving.denials.try_recv().is_err());
}

#[tokio::test]
async fn who_has_no_room_left_is_refused_and_still_sees_how_the_node_is() {
    let serving = Serving::start(Allowance { calls: 1, ..generous() }, LONG).await;
    let cases = serving.cases().await;
    let held = watch(&cases).await.unwrap();
    assert_eq!(code_of(&watch(&cases).await.unwrap_err()), Code::QueueFull);
    health(&cases).await.unwrap();
    watch(&serving.operator().await).await.unwrap();
    drop(held);
    while watch(&cases).await.is_err() {}
}

#[tokio::test]
async fn whoever_is_turned_away_again_and_again_is_read_later_and_nobody_else_is() {
    let serving = Serving::start(Allowance { calls: 1, ..generous() }, LONG).await;
    let (cases, operator) = (serving.cases().await, serving.operator().await);
    let _held = watch(&cases).await.unwrap();
    let refused = Arc::new(AtomicI64::new(0));
    for _ in 0..64 {
        let (cases, refused) = (cases.clone(), refused.clone());
        tokio::spawn(async move {
            while watch(&cases).await.is_err() {
                refused.fetch_add(1, Ordering::SeqCst);
            }
        });
    }
    // What costs nothing is used up first.
    while refused.load(Ordering::SeqCst) < 1_200 {
        tokio::task::yield_now().await;
    }
    let (before, calls) = (refused.load(Ordering::SeqCst), 300);
    for _ in 0..calls {
        health(&operator).await.unwrap();
    }
    let meanwhile = refused.load(Ordering::SeqCst) - before;
    assert!(
        meanwhile < 4 * calls,
        "64 at a time were refused {meanwhile} times, while one was answered {calls} times"
    );
}

#[tokio::test]
async fn a_certificate_that_ends_on_a_standing_connection_ends_it_for_the_next_call() {
    let serving = Serving::start(generous(), LONG).await;
    let cases = serving.cases().await;
    health(&cases).await.unwrap();
    let later = noon().checked_add(SignedDuration::from_hours(24 * 366)).unwrap();
    serving.second.store(later.as_second(), Ordering::SeqCst);
    assert_eq!(code_of(&health(&cases).await.unwrap_err()), Code::CertificateExpired);
}

#[tokio::test]
async fn newer_roots_count_for_connections_that_stand() {
    let serving = Serving::start(generous(), LONG).await;
    let (peer, cases) = (serving.dial(OTHER, "node").await, serving.cases().await);
    health(&peer).await.unwrap();
    let mut watched =
        HealthClient::new(peer.clone()).watch(HealthCheckRequest::default()).await.unwrap().into_inner();
    watched.message().await.unwrap().unwrap();
    serving.standing.renew(trust(&serving.made, Some(OTHER)));
    assert_eq!(code_of(&health(&peer).await.unwrap_err()), Code::StrangerCertificate);
    assert_eq!(
        code_of(&watched.message().await.unwrap_err()),
        Code::StrangerCertificate,
        "a stream ends with a code"
    );
    // A moment later the connection itself is gone, and says nothing more.
    let cut = async || match health(&peer).await {
        Err(status) if !status.metadata().contains_key(CODE_KEY) => true,
        outcome => panic_unless_told(&outcome),
    };
    while !cut().await {
        tokio::task::yield_now().await;
    }
    health(&cases).await.unwrap();
}

/// Until the connection is cut, whoever calls is told why.
fn panic_unless_told(outcome: &Result<(), Status>) -> bool {
    assert_eq!(code_of(outcome.as_ref().unwrap_err()), Code::StrangerCertificate);
    false
}

#[tokio::test]
async fn a_stream_that_stays_open_does_not_hold_a_closing_node() {
    let serving = Serving::start(generous(), LONG).await;
    let mut client = HealthClient::new(serving.cases().await);
    let mut watched = client.watch(HealthCheckRequest::default()).await.unwrap().into_inner();
    watched.message().await.unwrap().unwrap();
    serving.close.send(()).unwrap();
    serving.ended.await.unwrap();
}
