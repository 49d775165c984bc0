//! The two nodes of a bench: a federation of its own, each node a process with its own directory.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use jiff::Timestamp;
use rogatory_client::{Casework, ClientConfig, Connection};
use rogatory_node::provision::{Layout, Plan, PlannedAgency, ProvisionedAgency, provision};
use tokio::process::{Child, Command};

use super::load::Pair;
use super::usage::Usage;

/// Time a node has to begin to serve.
const START_LIMIT: Duration = Duration::from_secs(30);

/// Settings that only lift the pace of unary calls: a bench is one client that calls as often as it can.
const LIFTED_LIMITS: &str = "calls_per_second = 1000000\ncalls_burst = 1000000\n";

/// The nodes.
pub(super) struct Nodes {
    sender: Node,
    recipient: Node,
}

struct Node {
    agency: ProvisionedAgency,
    child: Child,
    pid: u32,
    metrics: String,
}

impl Nodes {
    /// Makes the federation and starts both nodes.
    pub(super) async fn start(directory: &Path) -> anyhow::Result<Self> {
        let ports = free_ports::<6>()?;
        let planned = |id: &str, country: &str, ports: &[u16]| -> anyhow::Result<PlannedAgency> {
            Ok(PlannedAgency {
                id: id.parse()?,
                name: id.to_owned(),
                country: country.to_owned(),
                part: None,
                host: "127.0.0.1".to_owned(),
                peer_port: ports[0],
                client_port: ports[1],
                metrics_port: Some(ports[2]),
            })
        };
        let plan = Plan {
            federation: "bench.rogatory.example".parse()?,
            layout: Layout::Local,
            validity_days: 30,
            agencies: vec![
                planned("fr-jirs-marseille", "FR", &ports[..3])?,
                planned("nl-om", "NL", &ports[3..])?,
            ],
        };
        let made = provision(&plan, directory, Timestamp::now(), &rogatory_node::SystemRandom)?;
        let mut agencies = made.agencies.into_iter();
        let (Some(sender), Some(recipient)) = (agencies.next(), agencies.next()) else {
            bail!("a bench has two agencies")
        };
        let recipient = Node::start(recipient, ports[5])?;
        let sender = Node::start(sender, ports[2])?;
        let nodes = Self { sender, recipient };
        nodes.sender.connect("cases").await?;
        nodes.recipient.connect("cases").await?;
        Ok(nodes)
    }

    /// Connections of the sender's case systems, and the recipient's.
    pub(super) async fn clients(&self, count: usize) -> anyhow::Result<(Pair, Casework)> {
        let mut from = Vec::new();
        for _ in 0..count {
            from.push(self.sender.connect("cases").await?.casework());
        }
        let to = self.recipient.agency.id.to_string();
        Ok((Pair { from, to }, self.recipient.connect("cases").await?.casework()))
    }

    /// Messages the recipient took and handed to no consumer yet.
    pub(super) async fn not_handed_over(&self) -> anyhow::Result<u64> {
        let admin = self.recipient.connect("ops").await?.admin();
        Ok(admin.status().await?.inbox)
    }

    pub(super) async fn sender_usage(&self) -> anyhow::Result<Usage> {
        Usage::of(self.sender.pid, &self.sender.metrics).await
    }

    pub(super) async fn recipient_usage(&self) -> anyhow::Result<Usage> {
        Usage::of(self.recipient.pid, &self.recipient.metrics).await
    }

    pub(super) fn sender_pid(&self) -> u32 {
        self.sender.pid
    }

    pub(super) fn recipient_pid(&self) -> u32 {
        self.recipient.pid
    }

    /// Ends both nodes.
    pub(super) async fn stop(mut self) -> anyhow::Result<()> {
        self.sender.child.kill().await?;
        self.recipient.child.kill().await?;
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
