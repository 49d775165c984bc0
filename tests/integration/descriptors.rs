//! Descriptors on real processes: the node raises its own limit, refuses limits that need more, and names what is missing
//! when none is left.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::fs;
use std::net::TcpStream;
use std::process::Command;

use anyhow::ensure;
use rogatory_support::{Federation, eventually};
use rustix::process::{Pid, Resource, Rlimit, prlimit};

const NL: &str = "nl-om";
const BINARY: &str = env!("CARGO_BIN_EXE_rogatory");
const MISUSE: Option<i32> = Some(64);

fn provisioned() -> Federation {
    Federation::provision(BINARY, &[NL, "fr-jirs-marseille"]).unwrap()
}

/// Soft and hard value of a limit of a running node.
fn limits(federation: &Federation, name: &str) -> Vec<String> {
    let pid = federation.process(NL).unwrap();
    let limits = fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let line = limits.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.split_whitespace().take(2).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_node_raises_its_limit_of_descriptors_and_leaves_no_core_file() {
    let mut federation = provisioned();
    federation.launch_under("-n 8192 && ulimit -S -n 256", NL).unwrap();
    federation.serves(NL).await.unwrap();
    assert_eq!(limits(&federation, "Max open files"), ["8192", "8192"]);
    assert_eq!(limits(&federation, "Max core file size"), ["0", "0"]);
    let log = federation.log(NL).unwrap();
    let told: Vec<_> =
        log.lines().filter(|line| line.contains("descriptors that the node may have")).collect();
    assert!(told.len() == 1 && told[0].contains("256") && told[0].contains("8192"), "{told:?}");
}

#[tokio::test]
async fn limits_of_connections_that_need_more_descriptors_than_there_are_refuse_the_start() {
    let federation = provisioned();
    let (status, said) = federation.refuses_to_start_under("-n 1024", NL).await.unwrap();
    assert_eq!(status.code(), MISUSE, "{said}");
    for part in ["RG0614", "limits.connections needs up to", "may have 1024", "LimitNOFILE"] {
        assert!(said.contains(part), "{part} is not in: {said}");
    }
    let config = &federation.agency(NL).unwrap().config;
    let check = format!("ulimit -n 1024 && exec {BINARY} config check --config {}", config.display());
    let checked = Command::new("sh").args(["-c", &check]).output().unwrap();
    assert!(checked.status.success(), "the node may have other limits than who looks");
    let noted = String::from_utf8_lossy(&checked.stderr);
    assert!(noted.contains("limits.connections: ") && noted.contains("may have 1024"), "{noted}");
    assert!(!federation.data(NL).unwrap().join("ledger").exists(), "a start that is refused makes nothing");
}

#[tokio::test]
async fn a_node_without_a_free_descriptor_says_so_with_the_limit_and_goes_on() {
    let mut federation = provisioned();
    federation.launch(NL).unwrap();
    federation.serves(NL).await.unwrap();
    let pid = federation.process(NL).unwrap();
    let used = fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count() as u64;
    let pid = Pid::from_raw(pid.cast_signed());
    let limit = |current| Rlimit { current: Some(current), maximum: Some(8192) };
    prlimit(pid, Resource::Nofile, limit(used + 4)).unwrap();
    let address = federation.agency(NL).unwrap().client_endpoint.clone();
    let strangers: Vec<_> = (0..32).map(|_| TcpStream::connect(&address).unwrap()).collect();
    eventually("a line about the descriptors", async || {
        let log = federation.log(NL)?;
        let expected = format!("EMFILE: this process may have {} descriptors", used + 4);
        ensure!(log.contains("Too many open files") && log.contains(&expected), "{log}");
        Ok(())
    })
    .await
    .unwrap();
    drop(strangers);
    prlimit(pid, Resource::Nofile, limit(8192)).unwrap();
    federation.serves(NL).await.unwrap();
}
