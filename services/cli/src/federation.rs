//! `rogatory federation`: runs every node of a provisioned federation in one terminal, for a first look. Real agencies run
//! their own.

use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};

use anyhow::Context as _;
use rogatory_node::config::Config;
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;

use crate::failure::Misuse;
use crate::output::{Output, note};

/// What can be done with a federation.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum FederationVerb {
    /// Run every node of a provisioned federation, until Ctrl-C; each line of a log begins with its agency.
    Up(UpArgs),
}

/// Which federation.
#[derive(Debug, clap::Args)]
pub(crate) struct UpArgs {
    /// The directory that `rogatory provision` made.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Only these agencies; all when absent.
    #[arg(long, value_name = "AGENCY")]
    only: Vec<String>,
}

/// Does it.
pub(crate) async fn run(verb: FederationVerb, output: Output) -> anyhow::Result<ExitCode> {
    let FederationVerb::Up(args) = verb;
    let configs = configs(&args)?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut nodes = JoinSet::new();
    let mut pids = Vec::new();
    let mut shown = Vec::new();
    for (path, config) in &configs {
        let mut child = spawn(path)?;
        pids.extend(child.id().and_then(|pid| Pid::from_raw(pid.cast_signed())));
        let log = child.stderr.take().context("a node has no log")?;
        let agency = config.agency.to_string();
        let clients = config.listen.clients.to_string();
        shown.push(vec![agency.clone(), clients, path.display().to_string()]);
        nodes.spawn(follow(agency, child, BufReader::new(log)));
    }
    output.table(&["agency", "clients at", "configuration"], shown.clone(), &shown)?;
    let mut exit = ExitCode::SUCCESS;
    loop {
        let ended = tokio::select! {
            _ = interrupt.recv() => break,
            _ = terminate.recv() => break,
            ended = nodes.join_next() => ended,
        };
        let Some((agency, status)) = ended.transpose()? else { break };
        exit = ExitCode::FAILURE;
        let others = if nodes.is_empty() { "no other runs" } else { "the others go on; Ctrl-C ends them" };
        note(format!("the node of {agency} ended by itself ({status}); {others}"));
    }
    // A terminal sends Ctrl-C to every process; whoever ends this one by its id does not.
    for pid in pids {
        let _ = kill_process(pid, Signal::TERM);
    }
    while nodes.join_next().await.is_some() {}
    Ok(exit)
}

/// The configurations of a federation, in the order of the agencies' ids.
fn configs(args: &UpArgs) -> anyhow::Result<Vec<(PathBuf, Config)>> {
    let unreadable = |error| Misuse(format!("{} cannot be read: {error}", args.dir.display()));
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&args.dir).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path().join("node.toml");
        if path.is_file() {
            found.push(path);
        }
    }
    found.sort_unstable();
    let mut configs = Vec::new();
    for path in found {
        let config = Config::load(&path)?;
        if args.only.is_empty() || args.only.iter().any(|only| *only == config.agency.as_str()) {
            configs.push((path, config));
        }
    }
    let is_found = |only: &&String| configs.iter().any(|(_, config)| config.agency.as_str() == only.as_str());
    let missing: Vec<&str> = args.only.iter().filter(|only| !is_found(only)).map(String::as_str).collect();
    if !missing.is_empty() {
        let (dir, missing) = (args.dir.display(), missing.join(", "));
        return Err(Misuse(format!("{dir} holds no node of {missing}")).into());
    }
    if configs.is_empty() {
        return Err(Misuse(format!("{} holds no node to run", args.dir.display())).into());
    }
    Ok(configs)
}

fn spawn(config: &Path) -> anyhow::Result<Child> {
    Command::new(std::env::current_exe()?)
        .args(["node", "run", "--config"])
        .arg(config)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("the node of {} cannot be started", config.display()))
}

/// Repeats a node's log until it ends.
async fn follow(
    agency: String,
    mut child: Child,
    log: BufReader<tokio::process::ChildStderr>,
) -> (String, String) {
    let mut lines = log.lines();
    while let Ok(Some(line)) = lines.next_line().await {
        note(format!("{agency}  {line}"));
    }
    let status = child.wait().await.map_or_else(|error| error.to_string(), |status| status.to_string());
    (agency, status)
}
