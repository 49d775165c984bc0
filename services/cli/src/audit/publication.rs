//! What a node publishes of its ledger: its newest published checkpoint, and tiles of the tree under it.

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use anyhow::ensure;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::AUDITOR;
use crate::connect::ConnectArgs;
use crate::failure::Misuse;
use crate::output::{Output, instant, raw};

/// Of which node.
#[derive(Debug, clap::Args)]
pub(crate) struct CheckpointArgs {
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Which tile.
#[derive(Debug, clap::Args)]
pub(crate) struct TileArgs {
    /// Its path in C2SP tlog-tiles, such as tile/0/000.p/12 or tile/entries/000.
    #[arg(value_name = "PATH")]
    path: String,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Prints the signed note of the newest published checkpoint.
pub(crate) async fn checkpoint(args: &CheckpointArgs, output: Output) -> anyhow::Result<ExitCode> {
    let answer = args.connect.open(AUDITOR).await?.admin().checkpoint().await?;
    ensure!(!answer.note.is_empty(), "the node has signed no head yet: see its state in 'rogatory status'");
    if output.is_json() {
        let published = instant(answer.published_time);
        output.value(&json!({ "note": answer.note, "size": answer.size, "published": published }))?;
    } else {
        output.text(answer.note.trim_end())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes the contents of a tile to standard output.
pub(crate) async fn tile(args: &TileArgs, output: Output) -> anyhow::Result<ExitCode> {
    // A terminal would take them for commands.
    if !output.is_json() && io::stdout().is_terminal() {
        return Err(
            Misuse("a tile is bytes: send standard output to a file, or ask for --json".into()).into()
        );
    }
    let contents = args.connect.open(AUDITOR).await?.admin().tile(&args.path).await?;
    if output.is_json() {
        output.value(&json!({ "path": args.path, "contents": STANDARD.encode(&contents) }))?;
    } else {
        raw(&contents)?;
    }
    Ok(ExitCode::SUCCESS)
}
