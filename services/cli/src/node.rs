//! `rogatory node`: runs the node in this process until it is asked to end.

mod termination;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use rogatory_node::config::Config;
use rogatory_node::process;
use rogatory_node::telemetry::start_log;
use tokio::signal::unix::{SignalKind, signal};
use tracing::info;

use crate::failure;

/// Time beyond `limits.drain_seconds` in which links, ledger and index are closed.
const CLOSING: Duration = Duration::from_secs(5);

/// Time in which a node that failed can say why; whoever reads standard error may never do it.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// What a node can be told.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum NodeVerb {
    /// Run the node until SIGTERM or SIGINT; what is under way is finished first.
    Run(RunArgs),
}

/// Which node.
#[derive(Debug, clap::Args)]
pub(crate) struct RunArgs {
    /// The node's configuration; docs/reference/config.md lists every option.
    #[arg(long, value_name = "FILE", env = "ROGATORY_CONFIG", hide_env_values = true)]
    config: PathBuf,
}

/// Runs it.
pub(crate) async fn run(verb: NodeVerb) -> anyhow::Result<ExitCode> {
    let NodeVerb::Run(args) = verb;
    // Before anything is read: a signal that comes meanwhile asks for what is read now to be read again, and ends nothing.
    let hangups = signal(SignalKind::hangup()).context("signals cannot be received")?;
    process::keep_memory_private().context("the memory of this process cannot be kept out of files")?;
    let config = Config::load(&args.config)?;
    let limit = Duration::from_secs(config.limits.drain_seconds) + CLOSING;
    let requested = termination::requested(limit).context("signals cannot be received")?;
    let _log = start_log(&config.log)?;
    let (before, now) = process::raise_descriptors().context("the limit of descriptors cannot be raised")?;
    info!(before, now, "descriptors that the node may have");
    let shutdown = async move { drop(requested.await) };
    // Boxed: a node is one large state machine.
    let ran = Box::pin(rogatory_node::run(config, hangups, shutdown)).await.context("the node ended");
    if let Err(error) = &ran {
        termination::within(LAST_WORDS, i32::from(failure::code(error)));
    }
    ran.map(|()| ExitCode::SUCCESS)
}
