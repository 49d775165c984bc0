//! Nodes as child processes on free loopback ports: started, killed, stopped, started again; none outlives a test.

use std::collections::BTreeMap;
use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use anyhow::{Context as _, Result, bail, ensure};
use jiff::Timestamp;
use rogatory_client::{ClientConfig, Connection};
use rogatory_evidence::Roster;
use rogatory_node::provision::{Layout, Plan, PlannedAgency, Provisioned, ProvisionedAgency, provision};
use rogatory_tlog::VerifierKey;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::{Books, eventually};

/// Ports below those that the system gives to outgoing connections, so that nobody takes the port of a node that is
/// away for a moment.
const PORTS: std::ops::Range<u16> = 10_000..32_000;

/// A federation under a temporary directory.
pub struct Federation {
    directory: TempDir,
    binary: PathBuf,
    made: Provisioned,
    running: BTreeMap<String, Child>,
}

impl Federation {
    /// Makes keys, certificates, roster and configurations; starts nothing. `binary` is the `rogatory` under test.
    ///
    /// # Errors
    /// When the directory cannot be made.
    pub fn provision(binary: &str, agencies: &[&str]) -> Result<Self> {
        Self::provision_for(binary, agencies, 30)
    }

    /// As [`Federation::provision`], with certificates that are valid for so many days.
    ///
    /// # Errors
    /// When the directory cannot be made.
    pub fn provision_for(binary: &str, agencies: &[&str], validity_days: u32) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        let planned = agencies.iter().map(|id| {
            let country = id.split('-').next().unwrap_or_default().to_uppercase();
            Ok(PlannedAgency {
                id: id.parse()?,
                name: (*id).to_owned(),
                country,
                part: None,
                host: "127.0.0.1".to_owned(),
                peer_port: free_port()?,
                client_port: free_port()?,
                metrics_port: None,
            })
        });
        let plan = Plan {
            federation: "test.rogatory.example".parse()?,
            layout: Layout::Local,
            validity_days,
            agencies: planned.collect::<Result<_>>()?,
        };
        let at = directory.path().join("federation");
        let made = provision(&plan, &at, Timestamp::now(), &rogatory_node::SystemRandom)?;
        Ok(Self { directory, binary: binary.into(), made, running: BTreeMap::new() })
    }

    /// A federation that was made before, as it lies in `federation` under the directory; its ports are those it had then.
    ///
    /// # Errors
    /// When something of it is missing.
    pub fn of_earlier(binary: &str, directory: TempDir) -> Result<Self> {
        let at = directory.path().join("federation");
        let read = |name: &str| std::fs::read_to_string(at.join(name)).with_context(|| name.to_owned());
        let roster_key: VerifierKey = read("roster.vkey")?.trim().parse()?;
        let roster = Roster::verify(&read("roster.note")?, &roster_key)?;
        let agencies = roster.draft().members.iter().map(|member| {
            let dir = at.join(member.id.as_str());
            let config = dir.join("node.toml");
            let text = std::fs::read_to_string(&config)?;
            let listens = text.lines().find_map(|line| line.strip_prefix("clients = "));
            let client_endpoint = listens.context("a port for clients")?.trim_matches('"').to_owned();
            let clients = dir.join("clients");
            Ok(ProvisionedAgency { id: member.id.clone(), dir, config, client_endpoint, clients })
        });
        let agencies = agencies.collect::<Result<_>>()?;
        let made = Provisioned { roster, roster_key, agencies };
        Ok(Self { directory, binary: binary.into(), made, running: BTreeMap::new() })
    }

    /// Makes a federation and starts the first `count` of its nodes, until they serve.
    ///
    /// # Errors
    /// When a node does not come to serve.
    pub async fn start(binary: &str, agencies: &[&str], count: usize) -> Result<Self> {
        let mut federation = Self::provision(binary, agencies)?;
        for agency in &agencies[..count] {
            federation.launch(agency)?;
        }
        for agency in &agencies[..count] {
            federation.serves(agency).await?;
        }
        Ok(federation)
    }

    /// Has rosters that are changed from now on begin with this one, and keeps it beside the authority's key.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn goes_on_by(&mut self, roster: Roster) -> Result<()> {
        std::fs::write(self.directory().join("roster.note"), roster.note())?;
        self.made.roster = roster;
        Ok(())
    }

    /// Has an agency's ledger begin, as a person tells it to.
    ///
    /// # Errors
    /// When it does not begin.
    pub async fn begin_ledger(&self, id: &str) -> Result<()> {
        let mut command = Command::new(&self.binary);
        command.args(["ledger", "begin", "--config"]).arg(&self.agency(id)?.config);
        let output = command.output().await?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    /// Directory that holds everything of the federation.
    pub fn directory(&self) -> PathBuf {
        self.directory.path().join("federation")
    }

    /// What was made.
    pub fn made(&self) -> &Provisioned {
        &self.made
    }

    /// What was made for one agency.
    ///
    /// # Errors
    /// When it is no member.
    pub fn agency(&self, id: &str) -> Result<&ProvisionedAgency> {
        let found = self.made.agencies.iter().find(|agency| agency.id.as_str() == id);
        found.with_context(|| format!("{id} is no member"))
    }

    /// Data directory of a node.
    ///
    /// # Errors
    /// When it is no member.
    pub fn data(&self, id: &str) -> Result<PathBuf> {
        Ok(self.agency(id)?.dir.join("data"))
    }

    /// Gives a node an address for metrics and probes, before it is started.
    ///
    /// # Errors
    /// When it is no member, or its configuration cannot be changed.
    pub fn expose_metrics(&self, id: &str) -> Result<SocketAddr> {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let config = &self.agency(id)?.config;
        let text = std::fs::read_to_string(config)?;
        let section = format!("[listen]\nmetrics = \"{address}\"\n");
        std::fs::write(config, text.replace("[listen]\n", &section))?;
        Ok(address)
    }

    /// Gives a node that does not run another address for its peers; the roster has to say so too.
    ///
    /// # Errors
    /// When it is no member, or its configuration cannot be changed.
    pub fn move_peers(&self, id: &str) -> Result<SocketAddr> {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let config = &self.agency(id)?.config;
        let text = std::fs::read_to_string(config)?;
        let moved = text.lines().map(|line| match line.starts_with("peers = ") {
            true => format!("peers = \"{address}\"\n"),
            false => format!("{line}\n"),
        });
        std::fs::write(config, moved.collect::<String>())?;
        Ok(address)
    }

    /// Gives a node that does not run another address for its clients.
    ///
    /// # Errors
    /// When it is no member, or its configuration cannot be changed.
    pub fn move_clients(&mut self, id: &str) -> Result<()> {
        let port = free_port()?;
        let found = self.made.agencies.iter_mut().find(|agency| agency.id.as_str() == id);
        let agency = found.with_context(|| format!("{id} is no member"))?;
        let endpoint = format!("127.0.0.1:{port}");
        let text = std::fs::read_to_string(&agency.config)?;
        let moved = text.replace(&format!("\"{}\"", agency.client_endpoint), &format!("\"{endpoint}\""));
        agency.client_endpoint = endpoint;
        Ok(std::fs::write(&agency.config, moved)?)
    }

    /// Sets a limit in the configuration of a node that does not run.
    ///
    /// # Errors
    /// When there is no such node.
    pub fn limit(&self, id: &str, option: &str, value: u64) -> Result<()> {
        self.configure(id, &format!("[limits]\n{option} = {value}\n"))
    }

    /// Adds sections to the configuration of a node that does not run.
    ///
    /// # Errors
    /// When there is no such node.
    pub fn configure(&self, id: &str, sections: &str) -> Result<()> {
        let config = &self.agency(id)?.config;
        let text = std::fs::read_to_string(config)?;
        Ok(std::fs::write(config, format!("{text}\n{sections}"))?)
    }

    /// Starts a node's process; it does not serve yet when this returns.
    ///
    /// # Errors
    /// When there is no process to be had.
    pub fn launch(&mut self, id: &str) -> Result<()> {
        self.launch_with(id, &[])
    }

    /// As [`Federation::launch`], with a log that goes elsewhere than to a file, and holds what `filter` lets through.
    ///
    /// # Errors
    /// When there is no process to be had.
    pub fn launch_logging_to(&mut self, id: &str, log: impl Into<Stdio>, filter: &str) -> Result<()> {
        let mut command = self.command(&self.agency(id)?.config, log);
        command.env("ROGATORY_LOG", filter);
        self.spawn(id, command)
    }

    /// As [`Federation::launch`], with more variables in the environment.
    ///
    /// # Errors
    /// When there is no process to be had.
    pub fn launch_with(&mut self, id: &str, variables: &[(&str, &str)]) -> Result<()> {
        let agency = self.agency(id)?;
        let log = File::options().create(true).append(true).open(agency.dir.join("node.log"))?;
        let mut command = self.command(&agency.config, log);
        command.envs(variables.iter().copied());
        self.spawn(id, command)
    }

    /// As [`Federation::launch`], under limits of the shell: the arguments of `ulimit`, and what else the shell is told.
    ///
    /// # Errors
    /// When there is no process to be had.
    pub fn launch_under(&mut self, limits: &str, id: &str) -> Result<()> {
        let agency = self.agency(id)?;
        let log = File::options().create(true).append(true).open(agency.dir.join("node.log"))?;
        let command = self.command_under(limits, &agency.config, log);
        self.spawn(id, command)
    }

    fn command_under(&self, limits: &str, config: &Path, log: impl Into<Stdio>) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit {limits} && exec \"$0\" node run --config \"$1\"")]);
        command.arg(&self.binary).arg(config);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).kill_on_drop(true);
        command
    }

    fn spawn(&mut self, id: &str, mut command: Command) -> Result<()> {
        let child = command.spawn().context("the node cannot be started")?;
        ensure!(self.running.insert(id.to_owned(), child).is_none(), "the node of {id} runs already");
        Ok(())
    }

    fn command(&self, config: &Path, log: impl Into<Stdio>) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(["node", "run", "--config"]).arg(config);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).kill_on_drop(true);
        command
    }

    /// Runs a node that is expected to end by itself; gives its exit status and what it said.
    ///
    /// # Errors
    /// When there is no process to be had.
    pub async fn refuses_to_start(&self, id: &str) -> Result<(ExitStatus, String)> {
        let output = self.command(&self.agency(id)?.config, Stdio::piped()).output().await?;
        Ok((output.status, String::from_utf8_lossy(&output.stderr).into_owned()))
    }

    /// As [`Federation::refuses_to_start`], under limits of the shell.
    ///
    /// # Errors
    /// When there is no process to be had.
    pub async fn refuses_to_start_under(&self, limits: &str, id: &str) -> Result<(ExitStatus, String)> {
        let output = self.command_under(limits, &self.agency(id)?.config, Stdio::piped()).output().await?;
        Ok((output.status, String::from_utf8_lossy(&output.stderr).into_owned()))
    }

    /// Waits until a node answers its operator.
    ///
    /// # Errors
    /// When it ended, or never serves.
    pub async fn serves(&mut self, id: &str) -> Result<()> {
        let log = self.agency(id)?.dir.join("node.log");
        let mut child = self.running.remove(id).with_context(|| format!("the node of {id} does not run"))?;
        let what = format!("a serving node of {id}");
        let waited = eventually(&what, async || {
            if child.try_wait()?.is_some() {
                return Ok(false);
            }
            self.connect(id, "ops").await?.admin().status().await?;
            Ok(true)
        });
        let serves = waited.await;
        self.running.insert(id.to_owned(), child);
        if !serves? {
            bail!("the node of {id} ended: {}", std::fs::read_to_string(log).unwrap_or_default());
        }
        Ok(())
    }

    /// The process of a node that runs.
    ///
    /// # Errors
    /// When it does not run.
    pub fn process(&self, id: &str) -> Result<u32> {
        self.running.get(id).and_then(Child::id).with_context(|| format!("the node of {id} does not run"))
    }

    /// Whether a node's process has a thread of this name.
    ///
    /// # Errors
    /// When it does not run, or has no such thread.
    pub fn has_thread(&self, id: &str, name: &str) -> Result<()> {
        let pid = self.process(id)?;
        let threads = std::fs::read_dir(format!("/proc/{pid}/task"))?.flatten();
        let mut names = threads.flat_map(|thread| std::fs::read_to_string(thread.path().join("comm")));
        ensure!(names.any(|found| found.trim_end() == name), "{id} has no thread {name}");
        Ok(())
    }

    /// Ends a node without warning (SIGKILL), and waits until the process is gone.
    ///
    /// # Errors
    /// When it does not run.
    pub async fn kill(&mut self, id: &str) -> Result<()> {
        let mut child = self.running.remove(id).with_context(|| format!("the node of {id} does not run"))?;
        Ok(child.kill().await?)
    }

    /// Holds a node where it is (SIGSTOP): it answers nothing any more, and its connections stand.
    ///
    /// # Errors
    /// When it does not run.
    pub fn pause(&self, id: &str) -> Result<()> {
        self.signal(id, Signal::STOP)
    }

    /// Asks a node to end (SIGTERM), and waits until it has.
    ///
    /// # Errors
    /// When it does not run.
    pub async fn stop(&mut self, id: &str) -> Result<ExitStatus> {
        self.signal(id, Signal::TERM)?;
        self.ends(id).await
    }

    /// Has a node read certificates and lists anew (SIGHUP).
    ///
    /// # Errors
    /// When it does not run.
    pub fn hang_up(&self, id: &str) -> Result<()> {
        self.signal(id, Signal::HUP)
    }

    fn signal(&self, id: &str, signal: Signal) -> Result<()> {
        let child = self.running.get(id).with_context(|| format!("the node of {id} does not run"))?;
        let pid = child.id().and_then(|pid| Pid::from_raw(pid.cast_signed())).context("it has ended")?;
        Ok(kill_process(pid, signal)?)
    }

    /// Waits until a node has ended by itself.
    ///
    /// # Errors
    /// When it does not run.
    pub async fn ends(&mut self, id: &str) -> Result<ExitStatus> {
        let mut child = self.running.remove(id).with_context(|| format!("the node of {id} does not run"))?;
        Ok(child.wait().await?)
    }

    /// Whether a node that was started has ended by itself.
    ///
    /// # Errors
    /// When the system cannot be asked.
    pub fn has_ended(&self, id: &str) -> Result<bool> {
        let pid = self.process(id)?;
        // A process that ended and was not waited for yet is a zombie.
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        Ok(status.is_empty() || status.lines().any(|line| line.starts_with("State:\tZ")))
    }

    /// Bytes of memory that a node's process holds now.
    ///
    /// # Errors
    /// When it does not run.
    pub fn memory_bytes(&self, id: &str) -> Result<u64> {
        let child = self.running.get(id).with_context(|| format!("the node of {id} does not run"))?;
        let pid = child.id().context("the process has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no resident set")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? << 10)
    }

    /// What a node has written to its log.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn log(&self, id: &str) -> Result<String> {
        Ok(std::fs::read_to_string(self.agency(id)?.dir.join("node.log"))?)
    }

    /// A connection as one of an agency's clients: `cases`, `ops` or `audit`.
    ///
    /// # Errors
    /// When the node does not serve.
    pub async fn connect(&self, id: &str, client: &str) -> Result<Connection> {
        Ok(Connection::open(self.client(id, client)?).await?)
    }

    /// How an agency's client calls its node.
    ///
    /// # Errors
    /// When it is no member.
    pub fn client(&self, id: &str, client: &str) -> Result<ClientConfig> {
        let agency = self.agency(id)?;
        let path = |ending: &str| agency.clients.join(format!("{client}.{ending}"));
        let credentials = ClientConfig::read_credentials(&path("crt"), &path("key"))?;
        let roots = std::fs::read_to_string(agency.dir.join("ca.crt"))?;
        Ok(ClientConfig::new(&agency.client_endpoint, roots, credentials))
    }

    /// A node's ledger, read without the node.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn books(&self, id: &str) -> Result<Books> {
        Books::read(&self.data(id)?)
    }
}

pub(crate) fn free_port() -> Result<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let span = PORTS.end - PORTS.start;
    let own = u16::try_from(std::process::id() % u32::from(span))?.wrapping_mul(97);
    for _ in 0..span {
        let port = PORTS.start + (own.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed))) % span;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no port is free")
}
