//! The stage of a play: the nodes of a federation and the desks in front of them.
//!
//! Owns connections and, where the play starts the nodes itself, their processes. It must not know the story.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rogatory_client::pb::admin::v1::NodeState;
use rogatory_client::{Admin, Casework, ClientConfig, Connection};
use rogatory_domain::AgencyId;
use rogatory_node::config::Config;
use rogatory_tlog::VerifierKey;
use rogatory_wire::word::Worded as _;

use crate::processes::{Planned, Processes};
use crate::scenario::Scenario;

use super::proof;

/// Time a node has to begin to serve.
const START_LIMIT: Duration = Duration::from_secs(30);
/// Pause between two looks at something that is awaited.
pub(super) const FIRST_PAUSE: Duration = Duration::from_millis(5);
/// The longest such pause.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// Nodes and desks.
pub(crate) struct Stage {
    desks: BTreeMap<AgencyId, Desk>,
    processes: Option<Processes>,
    roster_key: VerifierKey,
}

/// The desk of one agency: certificates of a case system and of an operator, and where the node is.
struct Desk {
    directory: PathBuf,
    address: String,
    cases: Option<Connection>,
    ops: Option<Connection>,
}

impl Stage {
    /// The desks of a federation that was provisioned under `directory`; waits until every node serves.
    pub(crate) async fn of_running(directory: &Path, scenario: &Scenario) -> anyhow::Result<Self> {
        let mut stage = Self::at(directory, scenario)?;
        for member in &scenario.members {
            stage.await_serving(&member.id).await?;
        }
        Ok(stage)
    }

    fn at(directory: &Path, scenario: &Scenario) -> anyhow::Result<Self> {
        let mut desks = BTreeMap::new();
        for member in &scenario.members {
            desks.insert(member.id.clone(), Desk::at(&directory.join(member.id.as_str()), &member.id)?);
        }
        Ok(Self { desks, processes: None, roster_key: proof::roster_key(directory)? })
    }

    /// Makes a federation of the scenario's members under `directory` and starts every node.
    pub(crate) async fn start_all(directory: &Path, scenario: &Scenario) -> anyhow::Result<Self> {
        let countries: Vec<String> =
            scenario.members.iter().map(|member| member.country.to_string()).collect();
        let planned: Vec<Planned<'_>> = scenario
            .members
            .iter()
            .zip(&countries)
            .map(|(member, country)| Planned { id: &member.id, name: &member.name, country })
            .collect();
        let processes = Processes::provision(directory, &planned)?;
        let mut stage = Self { processes: Some(processes), ..Self::at(directory, scenario)? };
        for member in &scenario.members {
            stage.processes()?.start(&member.id)?;
        }
        for member in &scenario.members {
            stage.await_serving(&member.id).await?;
        }
        Ok(stage)
    }

    /// The key that signs the federation's roster.
    pub(super) fn roster_key(&self) -> &VerifierKey {
        &self.roster_key
    }

    /// The processes, where this play started them.
    pub(crate) fn processes(&mut self) -> anyhow::Result<&mut Processes> {
        self.processes.as_mut().context("this play did not start the nodes, so it cannot end or start one")
    }

    /// Starts a node and waits until it serves; answers how long that took.
    pub(super) async fn start(&mut self, id: &AgencyId) -> anyhow::Result<Duration> {
        let began = Instant::now();
        self.processes()?.start(id)?;
        self.await_serving(id).await?;
        Ok(began.elapsed())
    }

    /// Ends a node without warning.
    pub(super) async fn kill(&mut self, id: &AgencyId) -> anyhow::Result<()> {
        self.forget(id);
        self.processes()?.kill(id).await
    }

    /// Asks a node to end.
    pub(super) async fn stop(&mut self, id: &AgencyId) -> anyhow::Result<()> {
        self.forget(id);
        let status = self.processes()?.stop(id).await?;
        anyhow::ensure!(status.success(), "the node of {id} ended with {status}");
        Ok(())
    }

    async fn await_serving(&mut self, id: &AgencyId) -> anyhow::Result<()> {
        let began = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            if let Some(processes) = &mut self.processes {
                processes.check(id)?;
            }
            let failure = match self.admin(id).await {
                Ok(admin) => match admin.status().await {
                    Ok(status) if status.state() == NodeState::Serving => return Ok(()),
                    Ok(status) => anyhow::anyhow!("its state is {}", status.state().word()),
                    Err(problem) => problem.into(),
                },
                Err(error) => error,
            };
            if began.elapsed() > START_LIMIT {
                return Err(failure.context(format!("the node of {id} does not serve")));
            }
            tokio::time::sleep(pause).await;
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    /// The case system's calls at an agency.
    pub(super) async fn casework(&mut self, id: &AgencyId) -> anyhow::Result<Casework> {
        let desk = self.desk(id)?;
        if desk.cases.is_none() {
            desk.cases = Some(desk.connect("cases").await?);
        }
        Ok(desk.cases.as_ref().context("a connection was just made")?.casework())
    }

    /// The operator's calls at an agency.
    pub(super) async fn admin(&mut self, id: &AgencyId) -> anyhow::Result<Admin> {
        let desk = self.desk(id)?;
        if desk.ops.is_none() {
            desk.ops = Some(desk.connect("ops").await?);
        }
        Ok(desk.ops.as_ref().context("a connection was just made")?.admin())
    }

    fn desk(&mut self, id: &AgencyId) -> anyhow::Result<&mut Desk> {
        match self.desks.get_mut(id) {
            Some(desk) => Ok(desk),
            None => bail!("{id} is no member"),
        }
    }

    /// Connections to a node that is gone are not used again.
    fn forget(&mut self, id: &AgencyId) {
        if let Some(desk) = self.desks.get_mut(id) {
            (desk.cases, desk.ops) = (None, None);
        }
    }
}

impl Desk {
    fn at(directory: &Path, id: &AgencyId) -> anyhow::Result<Self> {
        let config = Config::load(&directory.join("node.toml"))?;
        let clients = config.listen.clients;
        // A node that listens on every address runs on a machine of its own, which is called by the agency's name.
        let address = match clients.ip().is_unspecified() {
            true => format!("{id}:{}", clients.port()),
            false => clients.to_string(),
        };
        Ok(Self { directory: directory.to_owned(), address, cases: None, ops: None })
    }

    async fn connect(&self, client: &str) -> anyhow::Result<Connection> {
        let path = |ending: &str| self.directory.join("clients").join(format!("{client}.{ending}"));
        let credentials = ClientConfig::read_credentials(&path("crt"), &path("key"))
            .with_context(|| format!("no credentials in {}", self.directory.display()))?;
        let roots = std::fs::read_to_string(self.directory.join("ca.crt"))?;
        Ok(Connection::open(ClientConfig::new(&self.address, roots, credentials)).await?)
    }
}
