//! `rogatory node`: runs the node in this process until it is asked to end.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use rogatory_node::config::Config;
use rogatory_node::telemetry::start_log;
use tokio::signal::unix::{SignalKind, signal};

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
    let config = Config::load(&args.config)?;
    start_log(&config.log)?;
    let mut terminated = signal(SignalKind::terminate()).context("signals cannot be received")?;
    let shutdown = async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    };
    // Boxed: a node is one large state machine.
    Box::pin(rogatory_node::run(config, shutdown)).await.context("the node ended")?;
    Ok(ExitCode::SUCCESS)
}
