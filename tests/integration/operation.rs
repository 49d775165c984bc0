//! What operators, probes and collectors learn of a real node: its condition in every place at once, each change of it in
//! the log, and every metric that the reference names.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File};
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::process::Command;

use anyhow::{Result, ensure};
use jiff::{SignedDuration, Timestamp};
use rogatory_client::{Casework, Code};
use rogatory_node::metrics_names::METRICS;
use rogatory_support::probe::{get, series};
use rogatory_support::rogue::dial;
use rogatory_support::sample::{submission, watch};
use rogatory_support::{Federation, eventually};
use rogatory_tls::{Validity, load_authority, save_credentials};
use rustix::fs::{FallocateFlags, fallocate, statvfs};
use serde_json::Value;
use tokio::net::{TcpStream, UnixDatagram};
use tokio_stream::StreamExt as _;
use tonic::Streaming;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

/// Dials the others: its id sorts first.
const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";
const BINARY: &str = env!("CARGO_BIN_EXE_rogatory");
const CASEWORK: &str = "rogatory.casework.v1.Casework";
const ADMIN: &str = "rogatory.admin.v1.Admin";
const NOT_SERVING: Option<i32> = Some(5);

fn provisioned() -> Federation {
    Federation::provision(BINARY, &[FR, NL]).unwrap()
}

async fn serve(federation: &mut Federation, agency: &str) {
    federation.launch(agency).unwrap();
    federation.serves(agency).await.unwrap();
}

/// Waits until a path has this status; gives the body.
async fn answers(address: SocketAddr, path: &str, status: u16) -> String {
    eventually(&format!("{status} at {path}"), async || {
        let (found, body) = get(address, path).await?;
        ensure!(found == status, "{found}: {body}");
        Ok(body)
    })
    .await
    .unwrap()
}

/// The status as a program reads it, with the exit code.
fn status(federation: &Federation, agency: &str) -> (Option<i32>, Value) {
    let mut command = Command::new(BINARY);
    command.env("ROGATORY_CONFIG", &federation.agency(agency).unwrap().config);
    let output = command.args(["status", "--output", "json"]).output().unwrap();
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
}

async fn health(
    federation: &Federation,
    agency: &str,
    service: &str,
) -> Result<ServingStatus, tonic::Status> {
    let channel = dial(federation, agency, federation.client(agency, "cases").unwrap()).await.unwrap();
    let request = HealthCheckRequest { service: service.to_owned() };
    Ok(HealthClient::new(channel).check(request).await?.into_inner().status())
}

async fn watch_health(
    federation: &Federation,
    agency: &str,
    service: &str,
) -> Streaming<HealthCheckResponse> {
    let channel = dial(federation, agency, federation.client(agency, "cases").unwrap()).await.unwrap();
    let request = HealthCheckRequest { service: service.to_owned() };
    HealthClient::new(channel).watch(request).await.unwrap().into_inner()
}

async fn next(stream: &mut Streaming<HealthCheckResponse>) -> ServingStatus {
    stream.next().await.unwrap().unwrap().status()
}

/// Lines of the log, as fields, with this text.
fn lines(federation: &Federation, agency: &str, message: &str) -> Vec<Value> {
    let log = federation.log(agency).unwrap();
    let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines.filter(|line| line["message"] == message).collect()
}

/// Takes a tenth of what is free on the volume away, until it is dropped.
struct Filled(std::path::PathBuf);

impl Filled {
    fn below(federation: &Federation, free: u64) -> Self {
        let path = federation.directory().join("fills-the-disk");
        let file = File::create(&path).unwrap();
        fallocate(&file, FallocateFlags::empty(), 0, free / 5).unwrap();
        Self(path)
    }
}

impl Drop for Filled {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[tokio::test]
async fn a_full_disk_shows_in_every_place_and_so_does_that_there_is_room_again() {
    let mut federation = provisioned();
    let address = federation.expose_metrics(FR).unwrap();
    let volume = statvfs(federation.directory()).unwrap();
    let free = volume.f_bavail * volume.f_frsize;
    let reserve = free / 10 * 9;
    let config = federation.agency(FR).unwrap().config.clone();
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("{text}\n[limits]\ndisk_reserve_bytes = {reserve}\n")).unwrap();
    serve(&mut federation, FR).await;

    assert_eq!(answers(address, "/readyz", 200).await, "ok\n");
    assert_eq!(status(&federation, FR).0, Some(0));
    let mut casework = watch_health(&federation, FR, CASEWORK).await;
    assert_eq!(next(&mut casework).await, ServingStatus::Serving);

    let filled = Filled::below(&federation, free);
    assert_eq!(next(&mut casework).await, ServingStatus::NotServing, "a watch hears of it");
    let body = answers(address, "/readyz", 503).await;
    assert!(body.starts_with("full: RG0602 ") && body.lines().count() == 1, "{body}");
    assert_eq!(get(address, "/livez").await.unwrap(), (200, "ok\n".to_owned()));
    assert_eq!(health(&federation, FR, CASEWORK).await.unwrap(), ServingStatus::NotServing);
    assert_eq!(health(&federation, FR, ADMIN).await.unwrap(), ServingStatus::Serving);
    assert_eq!(health(&federation, FR, "").await.unwrap(), ServingStatus::Serving, "it lives");
    let (code, said) = status(&federation, FR);
    assert_eq!((code, &said["state"]), (NOT_SERVING, &Value::from("NODE_STATE_FULL")));
    assert_eq!(said["reasons"][0]["state"], "NODE_STATE_FULL");
    assert_eq!(said["disk_reserve_bytes"], reserve);
    assert!(said["disk_free_bytes"].as_u64().unwrap() < reserve);
    let shown = series(address).await.unwrap();
    let shows = |name: &str| shown[name];
    assert_eq!(shows("rogatory_node_state{state=\"full\"}"), 1.0);
    assert_eq!(shows("rogatory_node_state{state=\"serving\"}"), 0.0);
    assert!(shows("rogatory_disk_free_bytes") < shows("rogatory_disk_reserve_bytes"));

    drop(filled);
    assert_eq!(next(&mut casework).await, ServingStatus::Serving);
    answers(address, "/readyz", 200).await;
    assert_eq!(status(&federation, FR).0, Some(0));
    let began = lines(&federation, FR, "the node does not serve");
    let over = lines(&federation, FR, "the node is in this state no more");
    for line in [&began, &over] {
        assert_eq!(line.len(), 1, "each change is said once: {line:?}");
        assert_eq!((&line[0]["state"], &line[0]["reserve_bytes"]), (&"full".into(), &reserve.into()));
    }
    assert!(began[0]["free_bytes"].as_u64().unwrap() < reserve);
    assert!(over[0]["free_bytes"].as_u64().unwrap() >= reserve);
}

#[tokio::test]
async fn a_node_that_is_told_to_end_says_so_to_whoever_watches_and_lets_them_go() {
    let mut federation = provisioned();
    serve(&mut federation, FR).await;
    let mut watched = [CASEWORK, ADMIN, ""].map(|service| (service, None));
    for (service, stream) in &mut watched {
        let mut opened = watch_health(&federation, FR, service).await;
        assert_eq!(next(&mut opened).await, ServingStatus::Serving);
        *stream = Some(opened);
    }
    let stops = federation.stop(FR);
    let hear = async {
        for (service, stream) in &mut watched {
            let stream = stream.as_mut().unwrap();
            assert_eq!(next(stream).await, ServingStatus::NotServing, "{service}");
            assert!(stream.next().await.is_none_or(|end| end.is_err()), "{service}");
        }
    };
    let (stopped, ()) = tokio::join!(stops, hear);
    assert!(stopped.unwrap().success());
}

#[tokio::test]
async fn a_service_manager_hears_when_the_node_serves_that_it_lives_and_when_it_ends() {
    let mut federation = provisioned();
    let path = federation.directory().join("notify");
    let manager = UnixDatagram::bind(&path).unwrap();
    let manager = async |wanted: &[&str]| {
        let mut buffer = [0; 4096];
        loop {
            let length = manager.recv(&mut buffer).await.unwrap();
            let told = String::from_utf8(buffer[..length].to_vec()).unwrap();
            if wanted.iter().all(|part| told.lines().any(|line| line == *part)) {
                return told;
            }
        }
    };
    let socket = ("NOTIFY_SOCKET", path.to_str().unwrap());
    federation.launch_with(FR, &[socket, ("WATCHDOG_USEC", "300000")]).unwrap();
    let first = manager(&["WATCHDOG=1"]).await;
    assert!(first.contains("STATUS=starting: ") && !first.contains("READY=1"), "{first}");
    manager(&["READY=1", "STATUS=serving", "WATCHDOG=1"]).await;
    federation.serves(FR).await.unwrap();
    // Nothing changes any more, and signs of life come all the same.
    for _ in 0..3 {
        manager(&["STATUS=serving", "WATCHDOG=1"]).await;
    }
    let (stopped, told) = tokio::join!(federation.stop(FR), manager(&["STOPPING=1"]));
    assert!(stopped.unwrap().success() && told.contains("STATUS=draining: "), "{told}");
}

#[tokio::test]
async fn a_guard_that_cannot_follow_is_a_series_and_so_is_that_it_follows_again() {
    let mut federation = provisioned();
    let address = federation.expose_metrics(FR).unwrap();
    let home = federation.agency(FR).unwrap().dir.clone();
    let (guard, away) = (home.join("guard"), home.join("guard-away"));
    DirBuilder::new().mode(0o700).create(&guard).unwrap();
    let config = federation.agency(FR).unwrap().config.clone();
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace("[keys]\n", "[keys]\nguard_dir = \"guard\"\n")).unwrap();
    serve(&mut federation, FR).await;
    let cases = federation.connect(FR, "cases").await.unwrap().casework();
    for (from, to, lags) in [(&guard, &away, 1.0), (&away, &guard, 0.0)] {
        fs::rename(from, to).unwrap();
        // Only a ledger that has grown gives the guard something to follow.
        cases.submit(submission(1, NL, &[])).await.unwrap();
        eventually("the guard's series", async || {
            let shown = series(address).await?["rogatory_guard_lags"];
            ensure!(shown == lags, "{shown}");
            Ok(())
        })
        .await
        .unwrap();
    }
}

#[tokio::test]
async fn connections_that_ask_nothing_do_not_keep_a_probe_out() {
    let mut federation = provisioned();
    let address = federation.expose_metrics(FR).unwrap();
    serve(&mut federation, FR).await;
    let mut idle = Vec::new();
    for _ in 0..100 {
        idle.push(TcpStream::connect(address).await.unwrap());
    }
    assert_eq!(get(address, "/livez").await.unwrap().0, 200);
}

#[tokio::test]
async fn a_certificate_that_is_replaced_shows_its_new_end_at_once() {
    let mut federation = provisioned();
    let address = federation.expose_metrics(FR).unwrap();
    serve(&mut federation, FR).await;
    let name = format!("rogatory_certificate_expiry_timestamp_seconds{{agency=\"{FR}\",kind=\"node\"}}");
    let authority = load_authority(&federation.directory().join("authority"), FR).unwrap();
    for days in [20, 80] {
        let validity = Validity::starting(Timestamp::now(), SignedDuration::from_hours(24 * days)).unwrap();
        let renewed =
            authority.issue_node(&["localhost"], &["127.0.0.1".parse().unwrap()], validity).unwrap();
        save_credentials(&federation.agency(FR).unwrap().dir, "node", &renewed).unwrap();
        federation.hang_up(FR).unwrap();
        let end = renewed.identity().not_after;
        eventually("the new end", async || {
            let shown = series(address).await?[&name];
            ensure!(shown == end.as_second() as f64, "{shown}");
            let (_, said) = status(&federation, FR);
            let own = said["ends"]
                .as_array()
                .unwrap()
                .iter()
                .find(|end| end["own"] == true && end["kind"] == "END_KIND_NODE");
            ensure!(own.unwrap()["end_time"] == end.to_string(), "{said}");
            Ok(())
        })
        .await
        .unwrap();
    }
    eventually("lines about ends", async || {
        let of_the_node = |line: &Value| line["agency"] == FR && line["what"] == "certificate of the node";
        let said = ["it ends soon", "it was renewed"]
            .map(|message| lines(&federation, FR, message).iter().filter(|line| of_the_node(line)).count());
        ensure!(
            said == [2, 2],
            "the first one and the second one end within 30 days, the third does not: {said:?}"
        );
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_service_that_a_listener_does_not_have_is_unknown_to_its_health() {
    let mut federation = provisioned();
    serve(&mut federation, FR).await;
    for unknown in ["rogatory.exchange.v1.Exchange", "rogatory.casework.v1", "casework"] {
        assert_eq!(health(&federation, FR, unknown).await.unwrap_err().code(), tonic::Code::NotFound);
    }
}

#[tokio::test]
async fn a_link_that_fails_and_stands_again_is_said_once_each_with_its_cause() {
    let mut federation = provisioned();
    let address = federation.expose_metrics(FR).unwrap();
    serve(&mut federation, FR).await;
    eventually("dials that fail", async || {
        let failed =
            series(address).await?[&format!("rogatory_link_faults_total{{peer=\"{NL}\",stage=\"dial\"}}")];
        ensure!(failed > 2.0, "{failed}");
        Ok(())
    })
    .await
    .unwrap();
    federation.connect(FR, "cases").await.unwrap().casework().submit(submission(0, NL, &[])).await.unwrap();
    eventually("a status that names what waits", async || {
        let (_, said) = status(&federation, FR);
        ensure!(said["oldest_recipient"] == NL && said["oldest_time"].is_string(), "{said}");
        ensure!(said["peers_connected"] == 0 && said["peers"] == 1, "{said}");
        Ok(())
    })
    .await
    .unwrap();
    let down = lines(&federation, FR, "no link to the peer");
    assert_eq!(down.len(), 1, "every try of one cause is one line: {down:?}");
    assert_eq!((&down[0]["peer"], &down[0]["os_error"]), (&NL.into(), &111.into()));

    serve(&mut federation, NL).await;
    eventually("a line about the link", async || {
        let up = lines(&federation, FR, "the link to the peer stands again");
        ensure!(up.len() == 1 && up[0]["peer"] == NL, "{up:?}");
        ensure!(up[0]["failures"].as_u64() > Some(2) && up[0]["cause"] == down[0]["cause"], "{up:?}");
        Ok(())
    })
    .await
    .unwrap();
}

/// Gives a node a webhook and a relay of mail at which nobody listens.
fn tell_nobody_of_alarms(federation: &Federation, id: &str) {
    let config = &federation.agency(id).unwrap().config;
    let secret = config.with_file_name("webhook.secret");
    fs::write(&secret, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    let hook =
        "[[notify.webhook]]\nname = \"desk\"\nurl = \"http://127.0.0.1:1/\"\nsecret = \"webhook.secret\"\n";
    let mail = "[[notify.mail]]\nname = \"desk\"\nrelay = \"127.0.0.1:1\"\ntls = \"none\"\n\
                from = \"rogatory@nl.example\"\nto = [\"desk@nl.example\"]\n";
    let text = fs::read_to_string(config).unwrap();
    fs::write(config, format!("{text}\n{hook}{mail}")).unwrap();
}

#[tokio::test]
async fn every_metric_of_the_reference_is_set_by_a_running_node_and_no_other() {
    let mut federation = provisioned();
    let address = federation.expose_metrics(NL).unwrap();
    tell_nobody_of_alarms(&federation, NL);
    read_lists(&federation);
    serve(&mut federation, NL).await;
    let zero = [
        "link_faults_total{peer=\"fr-jirs-marseille\",stage=\"dial\"}",
        "handshakes_total{key_exchange=\"X25519\"}",
        "given_up_total{peer=\"fr-jirs-marseille\",code=\"RG0502\"}",
        "refusals_total{method=\"/rogatory.casework.v1.Casework/Submit\",code=\"RG0602\"}",
        "queue_oldest_age_seconds{peer=\"fr-jirs-marseille\"}",
        "queue_waiting{peer=\"fr-jirs-marseille\",lane=\"urgent\"}",
    ];
    eventually("counters that stand at 0 before anything happens", async || {
        let shown = series(address).await?;
        for name in zero {
            let found = shown.get(&format!("rogatory_{name}"));
            ensure!(found == Some(&0.0), "{name}: {found:?}");
        }
        Ok(())
    })
    .await
    .unwrap();

    serve(&mut federation, FR).await;
    federation.connect(FR, "cases").await.unwrap().casework().submit(submission(0, NL, &[])).await.unwrap();
    let desk = federation.connect(NL, "cases").await.unwrap().casework();
    stores_one(&desk).await;
    let unknown = federation.connect(NL, "ops").await.unwrap().admin().queues(Some("pl-pk"), 1, "").await;
    assert!(unknown.is_err());

    let named: BTreeSet<&str> = METRICS.iter().map(|metric| metric.name).collect();
    eventually("every metric", async || {
        let (_, page) = get(address, "/metrics").await?;
        let kinds = page.lines().filter_map(|line| line.strip_prefix("# TYPE "));
        let served: BTreeSet<&str> = kinds.filter_map(|kind| kind.split(' ').next()).collect();
        let differ: Vec<_> = named.symmetric_difference(&served).collect();
        ensure!(differ.is_empty(), "set by nobody, or in no reference: {differ:?}");
        Ok(())
    })
    .await
    .unwrap();
    let shown = series(address).await.unwrap();
    let code = Code::UnknownRecipient.refusal().id;
    let queues = format!("{{method=\"/rogatory.admin.v1.Admin/Queues\",code=\"{code}\"}}");
    assert_eq!(shown[&format!("rogatory_refusals_total{queues}")], 1.0);
    assert_eq!(shown[&format!("rogatory_call_seconds_count{queues}")], 1.0);
    let served = "{method=\"/rogatory.admin.v1.Admin/Status\",code=\"OK\"}";
    assert!(shown[&format!("rogatory_call_seconds_count{served}")] > 0.0);
    let version = env!("CARGO_PKG_VERSION");
    let roster = federation.made().roster.version();
    let build = format!("rogatory_build_info{{version=\"{version}\",roster_version=\"{roster}\"}}");
    assert_eq!(shown[&build], 1.0);
    assert!(shown["process_open_fds"] > 0.0 && shown["process_open_fds"] < shown["process_max_fds"]);
    assert!(shown["rogatory_ledger_records_total"] > 0.0);
}

/// Has the consumer `desk` store the first message it is offered.
async fn stores_one(desk: &Casework) {
    let (acknowledger, mut offers) = desk.watch(watch("desk")).await.unwrap();
    loop {
        let answer = offers.next().await.unwrap().unwrap();
        if let Some(offer) = answer.offers.first() {
            acknowledger.acknowledge(&[offer.cursor.as_ref().unwrap().position]).await.unwrap();
        }
        if !answer.handed_over.is_empty() {
            return;
        }
    }
}

/// Has a node read revocation lists, one of each agency.
fn read_lists(federation: &Federation) {
    let directory = federation.directory().join("lists");
    fs::create_dir(&directory).unwrap();
    let now = Timestamp::now();
    for agency in [FR, NL] {
        let authority = load_authority(&federation.directory().join("authority"), agency).unwrap();
        let list = authority.revocation_list(1, &[], now, now + SignedDuration::from_hours(24)).unwrap();
        fs::write(directory.join(format!("{agency}.crl")), list).unwrap();
    }
    let config = &federation.agency(NL).unwrap().config;
    let text = fs::read_to_string(config).unwrap();
    let section = format!("[tls]\nrevocation_dir = \"{}\"\n", directory.display());
    fs::write(config, text.replace("[tls]\n", &section)).unwrap();
}

#[tokio::test]
async fn a_status_names_ends_of_certificates_and_lists_and_how_far_consumers_are_behind() {
    let mut federation = provisioned();
    read_lists(&federation);
    for agency in [FR, NL] {
        serve(&mut federation, agency).await;
    }
    federation.connect(FR, "cases").await.unwrap().casework().submit(submission(0, NL, &[])).await.unwrap();
    federation.connect(FR, "cases").await.unwrap().casework().submit(submission(1, NL, &[])).await.unwrap();
    let desk = federation.connect(NL, "cases").await.unwrap().casework();
    stores_one(&desk).await;
    eventually("a status that tells all", async || {
        let (code, said) = status(&federation, NL);
        ensure!(code == Some(0) && said["reasons"] == Value::Array(vec![]), "{said}");
        let ends = said["ends"].as_array().unwrap();
        let has = |agency: &str, kind: &str, own: bool| {
            ends.iter().any(|end| {
                end["agency"] == agency
                    && end["kind"] == format!("END_KIND_{}", kind.to_uppercase())
                    && end["own"] == own
            })
        };
        ensure!(has(NL, "node", true) && has(FR, "node", false), "{said}");
        ensure!(has(FR, "root", false) && has(FR, "list", false) && has(NL, "list", true), "{said}");
        ensure!(ends[0]["kind"] == "END_KIND_LIST", "the nearest first: {said}");
        let lag = &said["consumers"][0];
        ensure!(lag["consumer"] == "desk" && lag["unacknowledged"] == 1, "{said}");
        ensure!(said["roster_version"] == federation.made().roster.version(), "{said}");
        Ok(())
    })
    .await
    .unwrap();
}
