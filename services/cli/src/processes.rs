//! Nodes as child processes of this one: started on free loopback ports, killed, stopped, started again.
//!
//! Owns the processes and their logs. None outlives this value, whatever ends this process short of SIGKILL. It must
//! not know what the nodes are asked.

use std::collections::BTreeMap;
use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use jiff::Timestamp;
use rogatory_domain::AgencyId;
use rogatory_node::provision::{Layout, Plan, PlannedAgency, ProvisionedAgency, provision};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};

/// Time a node has to end when it is asked to.
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// Lines of a node's log that are shown when it ends unasked.
const LOG_LINES: usize = 5;

/// One member of a federation to be started.
pub(crate) struct Planned<'a> {
    /// Its id.
    pub(crate) id: &'a AgencyId,
    /// Its name.
    pub(crate) name: &'a str,
    /// Whose calendar counts for it.
    pub(crate) country: &'a str,
}

/// A federation of node processes under one directory.
pub(crate) struct Processes {
    agencies: BTreeMap<AgencyId, ProvisionedAgency>,
    running: BTreeMap<AgencyId, Child>,
}

impl Processes {
    /// Makes keys, certificates, roster and configurations for these members; starts nothing.
    pub(crate) fn provision(directory: &Path, members: &[Planned<'_>]) -> anyhow::Result<Self> {
        let ports = free_ports(3 * members.len())?;
        let agencies = members.iter().zip(ports.chunks(3)).map(|(member, ports)| PlannedAgency {
            id: member.id.clone(),
            name: member.name.to_owned(),
            country: member.country.to_owned(),
            part: None,
            host: "127.0.0.1".to_owned(),
            peer_port: ports[0],
            client_port: ports[1],
            metrics_port: Some(ports[2]),
        });
        let plan = Plan {
            federation: "demo.rogatory.example".parse()?,
            layout: Layout::Local,
            validity_days: 30,
            agencies: agencies.collect(),
        };
        let made = provision(&plan, directory, Timestamp::now(), &rogatory_node::SystemRandom)?;
        let agencies = made.agencies.into_iter().map(|agency| (agency.id.clone(), agency)).collect();
        Ok(Self { agencies, running: BTreeMap::new() })
    }

    /// Starts the node of an agency; it does not serve yet when this returns.
    pub(crate) fn start(&mut self, id: &AgencyId) -> anyhow::Result<()> {
        let agency = self.agency(id)?;
        let log = File::options().create(true).append(true).open(log_of(agency))?;
        let child = Command::new(std::env::current_exe()?)
            .args(["node", "run", "--config"])
            .arg(&agency.config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("the node of {id} cannot be started"))?;
        self.running.insert(id.clone(), child);
        Ok(())
    }

    /// Whether the node still runs.
    ///
    /// # Errors
    /// Says how it ended, with the last lines of its log.
    pub(crate) fn check(&mut self, id: &AgencyId) -> anyhow::Result<()> {
        let Some(child) = self.running.get_mut(id) else { bail!("the node of {id} is not running") };
        let Some(status) = child.try_wait()? else { return Ok(()) };
        let log = std::fs::read_to_string(log_of(self.agency(id)?)).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let tail = lines[lines.len().saturating_sub(LOG_LINES)..].join("\n  ");
        bail!("the node of {id} ended by itself ({status}); the end of its log:\n  {tail}")
    }

    /// Ends a node without warning (SIGKILL), and waits until it is gone.
    pub(crate) async fn kill(&mut self, id: &AgencyId) -> anyhow::Result<()> {
        let mut child =
            self.running.remove(id).with_context(|| format!("the node of {id} is not running"))?;
        Ok(child.kill().await?)
    }

    /// Asks a node to end (SIGTERM), and waits until it has.
    pub(crate) async fn stop(&mut self, id: &AgencyId) -> anyhow::Result<ExitStatus> {
        let mut child =
            self.running.remove(id).with_context(|| format!("the node of {id} is not running"))?;
        terminate(&child)?;
        let ended = tokio::time::timeout(STOP_LIMIT, child.wait()).await;
        Ok(ended.with_context(|| format!("the node of {id} did not end in time"))??)
    }

    /// Asks every node to end, all at once, and waits until they have.
    pub(crate) async fn stop_all(&mut self) -> anyhow::Result<()> {
        for child in self.running.values() {
            terminate(child)?;
        }
        let running: Vec<AgencyId> = self.running.keys().cloned().collect();
        for id in running {
            let status = self.stop(&id).await?;
            anyhow::ensure!(status.success(), "the node of {id} ended with {status}");
        }
        Ok(())
    }

    /// Directory of an agency.
    pub(crate) fn directory(&self, id: &AgencyId) -> anyhow::Result<&Path> {
        Ok(&self.agency(id)?.dir)
    }

    fn agency(&self, id: &AgencyId) -> anyhow::Result<&ProvisionedAgency> {
        self.agencies.get(id).with_context(|| format!("{id} is no member"))
    }
}

fn log_of(agency: &ProvisionedAgency) -> PathBuf {
    agency.dir.join("node.log")
}

/// Sends SIGTERM; a process that has ended already is none to end.
fn terminate(child: &Child) -> anyhow::Result<()> {
    let pid = child.id().and_then(|pid| Pid::from_raw(pid.cast_signed()));
    pid.map_or(Ok(()), |pid| kill_process(pid, Signal::TERM)).context("a node cannot be asked to end")
}

/// Loopback ports that were free a moment ago, all different.
fn free_ports(count: usize) -> anyhow::Result<Vec<u16>> {
    let listeners = (0..count).map(|_| TcpListener::bind("127.0.0.1:0")).collect::<Result<Vec<_>, _>>()?;
    listeners.iter().map(|listener| Ok(listener.local_addr()?.port())).collect()
}
