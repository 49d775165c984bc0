//! The ledger of a node that is stopped: what it takes to open it, to read it whole, to prove from it and to fold it.
//!
//! Owns the order of these. It must not begin a ledger, or change one beyond what opening and folding it do.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, ensure};
use rogatory_ledger::{Log, Unverified};
use rogatory_node::config::Config;
use rogatory_node::maintenance::rebuild_index;
use rogatory_node::node::{Identity, ledger_dir};
use rogatory_tlog::inclusion_proof;
use serde::Serialize;

use super::print;
use super::usage::bytes_below;
use crate::audit::check::check;
use crate::output::{Output, note};

/// Proofs that are made.
const PROOFS: u64 = 10_000;

/// Which ledger.
#[derive(Debug, clap::Args)]
pub(super) struct LedgerArgs {
    /// The node's configuration; the node must be stopped. One that `bench --keep DIR` left lies in `DIR/AGENCY/node.toml`.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

/// What was measured.
#[derive(Debug, Serialize)]
struct Report {
    records: u64,
    ledger_mib: f64,
    open_without_checkpoints_ms: f64,
    open_ms: f64,
    read_by_open: u64,
    read_behind_per_s: f64,
    proof_us: f64,
    verify_per_s: f64,
    rebuild_per_s: f64,
}

/// Measures it and prints what it took.
pub(super) fn run(args: &LedgerArgs, output: Output) -> anyhow::Result<ExitCode> {
    let config = Config::load(&args.config)?;
    let directory = ledger_dir(&config);
    let guard = config.keys.guard_dir.as_deref();
    note("every byte, as an auditor reads it");
    let began = Instant::now();
    let checked = check(&directory, guard, &[])?;
    let verify_per_s = rate(checked.report.entries, began);
    ensure!(checked.is_sound(), "the ledger is not sound: see rogatory audit verify");
    note("opening it without and with checkpoints");
    forget_checkpoints(&directory)?;
    let (mut log, open_without_checkpoints_ms) = opened(&config)?;
    if let Some(mut checkpoints) = log.take_checkpoints() {
        checkpoints.write_due();
    }
    log.close()?;
    let (log, open_ms) = opened(&config)?;
    let records = log.size();
    let unverified = log.unverified();
    let believed = unverified.as_ref().map_or(0, Unverified::size);
    let began = Instant::now();
    if let Some(unverified) = unverified {
        unverified.verify(&mut |_| ControlFlow::Continue(()))?;
    }
    let read_behind_per_s = rate(believed, began);
    let proof_us = proofs(&log)?;
    log.close()?;
    note("folding the index anew");
    let began = Instant::now();
    let folded = rebuild_index(&config)?;
    let rebuild_per_s = rate(folded, began);
    #[expect(clippy::cast_precision_loss, reason = "bytes of a disk fit a double well enough for MiB")]
    let ledger_mib = bytes_below(&directory) as f64 / super::sky::MIB;
    let report = Report {
        records,
        ledger_mib,
        open_without_checkpoints_ms,
        open_ms,
        read_by_open: records - believed,
        read_behind_per_s,
        proof_us,
        verify_per_s,
        rebuild_per_s,
    };
    print(&report, output)?;
    Ok(ExitCode::SUCCESS)
}

/// The ledger, and the milliseconds that opening it took.
fn opened(config: &Config) -> anyhow::Result<(Log, f64)> {
    let identity = Identity::load(config)?;
    let began = Instant::now();
    let (log, _) = identity.open_ledger(config)?;
    Ok((log, began.elapsed().as_secs_f64() * 1_000.0))
}

/// Checkpoints are derived; the next opening makes them anew.
fn forget_checkpoints(directory: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(directory).context("the ledger's directory")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "checkpoint") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Microseconds of one proof of inclusion, for records from all over the ledger.
fn proofs(log: &Log) -> anyhow::Result<f64> {
    let (reader, size) = (log.reader(), log.size());
    let began = Instant::now();
    for nth in 0..PROOFS {
        inclusion_proof(reader.nodes(), nth * 7_919 % size, size)?;
    }
    Ok(began.elapsed().as_secs_f64() * 1e6 / PROOFS as f64)
}

/// Items a second since an instant.
#[expect(clippy::cast_precision_loss, reason = "records of one ledger fit a double exactly")]
fn rate(count: u64, since: Instant) -> f64 {
    count as f64 / since.elapsed().as_secs_f64()
}
