//! `rogatory audit`: reads, checks, proves and exports a ledger. Reading a running node's log is itself on the record.

pub(crate) mod check;
mod export;
mod log;
mod publication;
mod records;

use std::process::ExitCode;

use crate::output::Output;

/// The certificate that auditors' calls use.
const AUDITOR: &str = "audit";

/// What can be done with a ledger.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum AuditVerb {
    /// Print records of a running node's ledger; the private part only with an auditor's certificate.
    Log(log::LogArgs),
    /// Check a ledger's directory, offline: every byte, every leaf, every record.
    Verify(check::CheckArgs),
    /// Prove one record of a running node under its newest head, in the C2SP tlog-proof format.
    Prove(log::ProveArgs),
    /// Print the newest published checkpoint of a running node: a signed note that the node offers to every peer.
    Checkpoint(publication::CheckpointArgs),
    /// Write one tile of a running node's published tree to standard output.
    Tile(publication::TileArgs),
    /// Write the ledger's tree as C2SP tlog-tiles with its signed checkpoint.
    Export(export::ExportArgs),
}

/// Does it.
pub(crate) async fn run(verb: AuditVerb, output: Output) -> anyhow::Result<ExitCode> {
    match verb {
        AuditVerb::Log(args) => log::log(&args, output).await,
        AuditVerb::Verify(args) => check::run(&args, output),
        AuditVerb::Prove(args) => log::prove(&args, output).await,
        AuditVerb::Checkpoint(args) => publication::checkpoint(&args, output).await,
        AuditVerb::Tile(args) => publication::tile(&args, output).await,
        AuditVerb::Export(args) => export::run(&args, output).await,
    }
}
