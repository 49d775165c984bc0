//! `rogatory play`: plays a scenario file against nodes that run, or against nodes it starts for the purpose.
//!
//! Owns the way from a file to an exit code. What each step does and expects is in the files below.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};

use crate::connect::read;
use crate::failure::Misuse;
use crate::output::Output;
use crate::scenario::Scenario;

mod expectation;
mod player;
mod post;
pub(crate) mod proof;
mod report;
mod stage;

pub(crate) use player::{Player, Tally};
pub(crate) use report::Report;
pub(crate) use stage::Stage;

/// Plays a scenario, step by step; ends with an error unless every expectation held.
#[derive(Debug, clap::Args)]
pub(crate) struct PlayArgs {
    /// The scenario; docs/scenarios/README.md describes the format.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Play against the running nodes of the federation provisioned in this directory.
    #[arg(long, value_name = "DIR", conflicts_with = "keep")]
    federation: Option<PathBuf>,
    /// Keep the files of the nodes this play starts in this directory, which must be empty.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Write evidence files here instead of to a temporary directory.
    #[arg(long, value_name = "DIR")]
    evidence: Option<PathBuf>,
}

/// Plays.
///
/// # Errors
/// A scenario with faults, or a federation that cannot be reached or made.
pub(crate) async fn run(args: PlayArgs, output: Output) -> anyhow::Result<ExitCode> {
    let scenario = Scenario::parse(&read(&args.file)?).map_err(|faults| Misuse(faults.to_string()))?;
    if args.federation.is_some() && scenario.handles_processes() {
        let text =
            "this scenario kills or starts nodes, so it needs nodes of its own: leave out --federation";
        return Err(Misuse(text.to_owned()).into());
    }
    let report = Report::new(output.is_json(), &scenario);
    report.begin(&scenario)?;
    until_interrupted(async {
        let place = Place::new(args.keep.as_deref(), args.evidence.as_deref())?;
        let stage = match &args.federation {
            Some(directory) => Stage::of_running(directory, &scenario).await?,
            None => Stage::start_all(&place.nodes, &scenario).await?,
        };
        let mut player = Player::new(&scenario, stage, &place.evidence);
        let held = player.play(&report).await?;
        if args.federation.is_none() {
            player.stage.processes()?.stop_all().await?;
        }
        if !report.is_json() {
            let steps = scenario.steps.len();
            let verdict = match held {
                true => format!("every expectation of {steps} steps held"),
                false => "an expectation did not hold; the steps after it were not played".to_owned(),
            };
            report.section(&verdict, &[])?;
        }
        Ok(if held { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
    .await
}

/// Runs a play until it ends or the person interrupts it; either way its processes are gone afterwards.
pub(crate) async fn until_interrupted<T>(play: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        // Boxed: a play is one large state machine.
        outcome = Box::pin(play) => outcome,
        interrupted = tokio::signal::ctrl_c() => interrupted.map_err(Into::into).and_then(|()| bail!("interrupted")),
        _ = terminated.recv() => bail!("interrupted"),
    }
}

/// Directories of a play; temporary ones are removed when it ends.
pub(crate) struct Place {
    /// Of the nodes.
    pub(crate) nodes: PathBuf,
    /// Of evidence files; made with the first of them, since a federation is made in an empty directory.
    pub(crate) evidence: PathBuf,
    _temporary: Option<tempfile::TempDir>,
}

impl Place {
    /// Everything under `keep`, or under a temporary directory; evidence elsewhere if asked for.
    ///
    /// # Errors
    /// A directory that cannot be made, or that holds something already.
    pub(crate) fn new(keep: Option<&Path>, evidence: Option<&Path>) -> anyhow::Result<Self> {
        let (nodes, temporary) = match keep {
            Some(directory) => (directory.to_owned(), None),
            None => {
                let temporary = tempfile::Builder::new().prefix("rogatory-").tempdir()?;
                (temporary.path().to_owned(), Some(temporary))
            }
        };
        std::fs::create_dir_all(&nodes).with_context(|| format!("{} cannot be made", nodes.display()))?;
        if nodes.read_dir()?.next().is_some() {
            return Err(Misuse(format!("{} is not empty; name another directory", nodes.display())).into());
        }
        let evidence = match evidence {
            Some(directory) => directory.to_owned(),
            // Apart from the nodes' files, which nobody but the node should look into.
            None => nodes.join("evidence"),
        };
        Ok(Self { nodes, evidence, _temporary: temporary })
    }
}
