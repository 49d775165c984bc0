//! `rogatory bench`: two nodes as processes, mutual TLS, real fdatasync, valid and different warrants, everything on.
//!
//! Owns the order of the runs and the report. No switch turns any part of the product off: a figure that leaves out
//! validation, sealing, proofs or hand-over would be a figure of something else.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use hdrhistogram::Histogram;
use serde::Serialize;

use crate::output::{Output, note};

mod bare;
mod floor;
mod ledger;
mod load;
mod memory;
mod nodes;
mod plot;
mod sky;
mod usage;

use load::{Measured, Pace, Sender, Subjects, Until};
use memory::Memory;
use nodes::{Node, Nodes};
use plot::{Line, plot};

/// Streams of the sender's case systems.
const STREAMS: usize = 4;

/// Unreceipted submissions of each stream at peak.
const WINDOW: usize = 256;

/// Unary calls in flight.
const UNARY_IN_FLIGHT: usize = 128;

/// Referrals a second of the light run.
const LIGHT_PER_SECOND: f64 = 100.0;

/// Records of a referral at its sender, about, and the fewest and most referrals sent at once to fill a ledger.
const FILL_RECORDS: u64 = 3;
const FILL_MIN: u64 = 1_000;
const FILL_MAX: u64 = 100_000;

/// Longest time the recipient's case system may need to take what is left.
const SETTLE_LIMIT: Duration = Duration::from_secs(60);

/// Measures this machine.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct BenchArgs {
    #[command(subcommand)]
    of: Option<BenchOf>,
    /// Seconds of the run at peak.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(3..=3600))]
    seconds: u64,
    /// Fill the sender's ledger up to so many records first.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    records: u64,
    /// Keep the nodes' files in this directory, which is made.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Draw rate, latency and memory of the run at peak as a picture (SVG).
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
}

/// What is measured, if not the pair of nodes.
#[derive(Debug, clap::Subcommand)]
enum BenchOf {
    /// A day like that after a large network was opened: millions of referrals about fewer people, between four agencies without a
    /// hub, urgent ones among them.
    Sky(sky::SkyArgs),
    /// The ledger of a node that is stopped: opening, reading, proving, folding.
    Ledger(ledger::LedgerArgs),
}

/// What was measured. Times are milliseconds, rates are per second, memory is MiB.
#[derive(Debug, Serialize)]
struct Report {
    referrals_per_s: f64,
    slowest_second: u64,
    first_ten_seconds_per_s: f64,
    last_ten_seconds_per_s: f64,
    submit_p50_ms: f64,
    submit_p99_ms: f64,
    receipt_p50_ms: f64,
    receipt_p99_ms: f64,
    light_submit_p50_ms: f64,
    light_submit_p99_ms: f64,
    light_receipt_p50_ms: f64,
    light_receipt_p99_ms: f64,
    seventy_percent_per_s: f64,
    seventy_percent_receipt_p50_ms: f64,
    seventy_percent_receipt_p99_ms: f64,
    unary_referrals_per_s: f64,
    bare_stream_per_s: f64,
    bare_fdatasync_per_s: f64,
    fsyncs_per_referral: f64,
    sender_cores: f64,
    recipient_cores: f64,
    load_cores: f64,
    node_rss_mb: f64,
    handed_over: u64,
}

/// Runs the measurement and prints the report.
pub(crate) async fn run(args: BenchArgs, output: Output) -> anyhow::Result<ExitCode> {
    match args.of {
        Some(BenchOf::Sky(sky)) => return sky::run(sky, output).await,
        Some(BenchOf::Ledger(ledger)) => return ledger::run(&ledger, output),
        None => {}
    }
    let temporary = tempfile::tempdir()?;
    let directory = made(args.keep.as_deref(), temporary.path())?;
    note("bounds of this machine: fdatasync, bare stream");
    let bare_fdatasync_per_s = floor::syncs_per_second(&directory, Duration::from_secs(2))?;
    let bare_stream_per_s = bare::messages_per_second(Duration::from_secs(3)).await?;
    let nodes = Nodes::start(&directory, &[("fr-jirs-marseille", "FR"), ("nl-om", "NL")]).await?;
    let (pair, consumer) = ([nodes.sender(0, &[1], STREAMS).await?], nodes.all()[1].casework().await?);
    let handed_over = Arc::new(AtomicU64::new(0));
    let consuming = tokio::spawn(load::consume(consumer, handed_over.clone()));
    let report = measure(&args, &nodes, &pair, &handed_over, bare_fdatasync_per_s, bare_stream_per_s).await?;
    consuming.abort();
    nodes.stop().await?;
    print(&report, output)?;
    Ok(ExitCode::SUCCESS)
}

/// The directory of the nodes' files: one to be kept, which is made, or one that goes with the run.
fn made(keep: Option<&Path>, temporary: &Path) -> anyhow::Result<PathBuf> {
    let directory = keep.unwrap_or(temporary).to_owned();
    std::fs::create_dir_all(&directory).with_context(|| format!("{} cannot be made", directory.display()))?;
    Ok(directory)
}

async fn measure(
    args: &BenchArgs,
    nodes: &Nodes,
    pair: &[Sender; 1],
    handed_over: &AtomicU64,
    bare_fdatasync_per_s: f64,
    bare_stream_per_s: f64,
) -> anyhow::Result<Report> {
    note("warming up");
    timed(pair, STREAMS, Pace::Window(WINDOW), Duration::from_secs(3)).await?;
    fill(nodes, pair, args.records).await?;
    note(format!("{LIGHT_PER_SECOND} referrals a second for 10 s"));
    let light = timed(pair, 1, Pace::Rate(LIGHT_PER_SECOND), Duration::from_secs(10)).await?;
    note(format!("peak for {} s: {STREAMS} streams, {WINDOW} unreceipted each", args.seconds));
    let (sender, recipient) = (&nodes.all()[0], &nodes.all()[1]);
    let before = (sender.usage().await?, recipient.usage().await?);
    let own_before = (Instant::now(), usage::cpu_seconds(std::process::id())?);
    let time = Duration::from_secs(args.seconds);
    let memory = Memory::watched(nodes.all().iter().map(Node::pid).collect());
    let peak = timed(pair, STREAMS, Pace::Window(WINDOW), time).await?;
    let memory = memory.end();
    if let Some(file) = &args.plot {
        let whole = peak.by_second.len().saturating_sub(1);
        drawn(
            file,
            "At peak, second by second",
            (&peak.by_second[..whole], &peak.p99_by_second[..whole]),
            memory,
        )?;
    }
    let after = (sender.usage().await?, recipient.usage().await?);
    let load_cores =
        (usage::cpu_seconds(std::process::id())? - own_before.1) / own_before.0.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "counts of a bench are small")]
    let receipted = peak.receipted.len() as f64;
    let syncs = after.0.syncs_since(&before.0) + after.1.syncs_since(&before.1);
    note("70 % of peak for 15 s");
    let rate = peak.per_second * 0.7;
    let seventy = timed(pair, STREAMS, Pace::Rate(rate), Duration::from_secs(15)).await?;
    note(format!("unary calls, {UNARY_IN_FLIGHT} in flight, for 5 s"));
    let unary = load::unary(&pair[0], UNARY_IN_FLIGHT, Duration::from_secs(5)).await?;
    settle(nodes, handed_over).await?;
    let rss = nodes.peak_rss_mib()?;
    Ok(Report {
        referrals_per_s: peak.per_second,
        slowest_second: peak.by_second.iter().copied().min().unwrap_or(0),
        first_ten_seconds_per_s: mean(peak.by_second.iter().take(10)),
        last_ten_seconds_per_s: mean(peak.by_second.iter().rev().take(10)),
        submit_p50_ms: ms(&peak.accepted, 0.5),
        submit_p99_ms: ms(&peak.accepted, 0.99),
        receipt_p50_ms: ms(&peak.receipted, 0.5),
        receipt_p99_ms: ms(&peak.receipted, 0.99),
        light_submit_p50_ms: ms(&light.accepted, 0.5),
        light_submit_p99_ms: ms(&light.accepted, 0.99),
        light_receipt_p50_ms: ms(&light.receipted, 0.5),
        light_receipt_p99_ms: ms(&light.receipted, 0.99),
        seventy_percent_per_s: rate,
        seventy_percent_receipt_p50_ms: ms(&seventy.receipted, 0.5),
        seventy_percent_receipt_p99_ms: ms(&seventy.receipted, 0.99),
        unary_referrals_per_s: unary,
        bare_stream_per_s,
        bare_fdatasync_per_s,
        fsyncs_per_referral: syncs / receipted,
        sender_cores: after.0.cores_since(&before.0),
        recipient_cores: after.1.cores_since(&before.1),
        load_cores,
        node_rss_mb: rss,
        handed_over: handed_over.load(Ordering::Relaxed),
    })
}

/// Sends referrals until the sender's ledger has so many records.
async fn fill(nodes: &Nodes, pair: &[Sender], records: u64) -> anyhow::Result<()> {
    loop {
        let size = nodes.all()[0].status().await?.ledger_size;
        let Some(left) = records.checked_sub(size).filter(|left| *left > 0) else { return Ok(()) };
        note(format!("{size} of {records} records"));
        // A referral takes two records and more, so that this never goes beyond.
        let until = Until::Count((left / FILL_RECORDS).clamp(FILL_MIN, FILL_MAX));
        load::streams(pair, STREAMS, Pace::Window(WINDOW), until, Subjects::DIFFERENT).await?;
    }
}

/// Draws a run second by second: receipts, the p99 of submission to receipt in microseconds, and memory in MiB.
fn drawn(file: &Path, title: &str, (rates, p99): (&[u64], &[u64]), memory: Vec<f64>) -> anyhow::Result<()> {
    #[expect(clippy::cast_precision_loss, reason = "counts and microseconds of one second are small")]
    let lines = [
        Line::of("receipts a second", rates.iter().map(|count| *count as f64)),
        Line::of("p99 of submission to receipt, ms", p99.iter().map(|micros| *micros as f64 / 1_000.0)),
        Line::of("resident memory of the largest node, MiB", memory),
    ];
    std::fs::write(file, plot(title, &lines)).with_context(|| format!("{}", file.display()))?;
    note(format!("written: {}", file.display()));
    Ok(())
}

/// Different warrants for a time.
async fn timed(pair: &[Sender], each: usize, pace: Pace, time: Duration) -> anyhow::Result<Measured> {
    load::streams(pair, each, pace, Until::Time(time), Subjects::DIFFERENT).await
}

/// Waits until the case systems were handed everything that their nodes took.
async fn settle(nodes: &Nodes, handed_over: &AtomicU64) -> anyhow::Result<()> {
    let began = Instant::now();
    loop {
        let mut left = 0;
        for node in nodes.all() {
            left += node.status().await?.inbox;
        }
        if left == 0 {
            return Ok(());
        }
        ensure!(
            began.elapsed() < SETTLE_LIMIT,
            "{left} messages were not handed over, {} were",
            handed_over.load(Ordering::Relaxed)
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn mean<'a>(seconds: impl Iterator<Item = &'a u64>) -> f64 {
    let all: Vec<u64> = seconds.copied().collect();
    #[expect(clippy::cast_precision_loss, reason = "counts of a bench are small")]
    let mean = all.iter().sum::<u64>() as f64 / all.len().max(1) as f64;
    mean
}

fn ms(histogram: &Histogram<u64>, quantile: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "two minutes in microseconds fit a double exactly")]
    let micros = histogram.value_at_quantile(quantile) as f64;
    micros / 1000.0
}

fn print(report: &impl Serialize, output: Output) -> anyhow::Result<()> {
    let value = serde_json::to_value(report)?;
    if output.is_json() {
        return output.value(&value);
    }
    let fields = value.as_object().context("a report is an object")?;
    for (name, value) in fields {
        let number = value.as_f64().unwrap_or_default();
        output.line(format!("{name:<34} {number:>12.2}"))?;
    }
    Ok(())
}
