//! The nodes of a bench: a federation of its own, each node a process with its own directory.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::Context;
use jiff::Timestamp;
use rogatory_client::pb::admin::v1::StatusResponse;
use rogatory_client::{Casework, ClientConfig, Connection};
use rogatory_node::provision::{Layout, Plan, PlannedAgency, ProvisionedAgency, provision};
use tokio::process::{Child, Command};

use super::load::Sender;
use super::usage::{Usage, peak_rss_mib};

/// Time a node has to begin to serve.
const START_LIMIT: Duration = Duration::from_secs(30);

/// Settings that only lift the pace of unary calls: a bench is one client that calls as often as it can.
const LIFTED_LIMITS: &str = "calls_per_second = 1000000\ncalls_burst = 1000000\n";

/// The nodes.
pub(super) struct Nodes {
    all: Vec<Node>,
}

/// One of them.
pub(super) struct Node {
    agency: ProvisionedAgency,
    child: Child,
    pid: u32,
    metrics: String,
}

impl Nodes {
    /// Makes a federation of these agencies, each with its State, and starts their nodes.
    pub(super) async fn start(directory: &Path, agencies: &[(&str, &str)]) -> anyhow::Result<Self> {
        let planned = agencies.iter().map(|(id, country)| {
            let ports = free_ports::<3>()?;
            anyhow::Ok(PlannedAgency {
                id: id.parse()?,
                name: (*id).to_owned(),
                country: (*country).to_owned(),
                part: None,
                host: "127.0.0.1".to_owned(),
                peer_port: ports[0],
                client_port: ports[1],
                metrics_port: Some(ports[2]),
            })
        });
        let plan = Plan {
            federation: "bench.rogatory.example".parse()?,
            layout: Layout::Local,
            validity_days: 30,
            agencies: planned.collect::<Result<_, _>>()?,
        };
        let made = provision(&plan, directory, Timestamp::now(), &rogatory_node::SystemRandom)?;
        let ports = plan.agencies.iter().map(|agency| agency.metrics_port.unwrap_or_default());
        let started = made.agencies.into_iter().zip(ports).map(|(agency, port)| Node::start(agency, port));
        let nodes = Self { all: started.collect::<Result<_, _>>()? };
        for node in &nodes.all {
            node.connect("cases").await?;
        }
        Ok(nodes)
    }

    /// The nodes, in the order of the agencies.
    pub(super) fn all(&self) -> &[Node] {
        &self.all
    }

    /// Connections of one agency's case systems, who send to some others in turn.
    pub(super) async fn sender(&self, from: usize, to: &[usize], count: usize) -> anyhow::Result<Sender> {
        let mut connections = Vec::new();
        for _ in 0..count {
            connections.push(self.all[from].casework().await?);
        }
        let to = to.iter().map(|at| self.all[*at].agency.id.to_string()).collect();
        Ok(Sender { from: connections, to })
    }

    /// Peak resident memory of the largest node, in MiB.
    pub(super) fn peak_rss_mib(&self) -> anyhow::Result<f64> {
        let peaks = self.all.iter().map(|node| peak_rss_mib(node.pid));
        Ok(peaks.collect::<Result<Vec<_>, _>>()?.into_iter().fold(0.0, f64::max))
    }

    /// Ends all of them.
    pub(super) async fn stop(mut self) -> anyhow::Result<()> {
        for node in &mut self.all {
            node.child.kill().await?;
        }
        Ok(())
    }
}

impl Node {
    fn start(agency: ProvisionedAgency, metrics_port: u16) -> anyhow::Result<Self> {
        lift_limits(&agency.config)?;
        let log = File::create(agency.dir.join("node.log"))?;
        let child = Command::new(std::env::current_exe()?)
            .args(["node", "run", "--config"])
            .arg(&agency.config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()?;
        let pid = child.id().context("the node ended at once")?;
        Ok(Self { agency, child, pid, metrics: format!("127.0.0.1:{metrics_port}") })
    }

    /// A connection of its case system.
    pub(super) async fn casework(&self) -> anyhow::Result<Casework> {
        Ok(self.connect("cases").await?.casework())
    }

    /// What its process used so far.
    pub(super) async fn usage(&self) -> anyhow::Result<Usage> {
        Usage::of(self.pid, &self.metrics).await
    }

    /// Its process.
    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    /// How it stands, as its operator sees it.
    pub(super) async fn status(&self) -> anyhow::Result<StatusResponse> {
        Ok(self.connect("ops").await?.admin().status().await?)
    }

    async fn connect(&self, client: &str) -> anyhow::Result<Connection> {
        let began = Instant::now();
        loop {
            let path = |ending: &str| -> PathBuf { self.agency.clients.join(format!("{client}.{ending}")) };
            let credentials = ClientConfig::read_credentials(&path("crt"), &path("key"))?;
            let roots = std::fs::read_to_string(self.agency.dir.join("ca.crt"))?;
            let config = ClientConfig::new(&self.agency.client_endpoint, roots, credentials);
            match Connection::open(config).await {
                Ok(connection) => return Ok(connection),
                Err(error) if began.elapsed() > START_LIMIT => {
                    return Err(error).context(format!("{} does not serve", self.agency.id));
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }
}

fn lift_limits(config: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(config)?;
    let lifted = match text.split_once("[limits]\n") {
        Some((before, after)) => format!("{before}[limits]\n{LIFTED_LIMITS}{after}"),
        None => format!("{text}\n[limits]\n{LIFTED_LIMITS}"),
    };
    std::fs::write(config, lifted)?;
    Ok(())
}

/// Ports that were free a moment ago.
fn free_ports<const N: usize>() -> anyhow::Result<[u16; N]> {
    let mut listeners = Vec::new();
    let mut ports = [0; N];
    for port in &mut ports {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        *port = listener.local_addr()?.port();
        listeners.push(listener);
    }
    Ok(ports)
}
