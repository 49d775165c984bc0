//! A day like that after a large network was opened: 3,000,000 referrals about 170,000 people, each agency sending to every other one,
//! urgent ones among them.
//!
//! Owns what such a day is and what is told of it. Nothing may be lost: everything that was sent is receipted and handed over, or the
//! command fails.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::ensure;
use serde::Serialize;
use tokio::task::JoinHandle;

use super::load::{self, Pace, Subjects, Until};
use super::memory::Memory;
use super::nodes::{Node, Nodes};
use super::usage::bytes_below;
use super::{drawn, made, mean, ms, print, settle};
use crate::output::{Output, note};

/// The agencies, each with its State.
const AGENCIES: [(&str, &str); 4] =
    [("be-parquet", "BE"), ("de-bka", "DE"), ("fr-jirs", "FR"), ("nl-om", "NL")];

/// Streams of each agency's case systems.
const STREAMS: usize = 2;

/// Unreceipted submissions of each stream.
const WINDOW: usize = 128;

/// Every so many is urgent.
const URGENT_EVERY: u64 = 100;

/// Seconds at the beginning and at the end that are compared.
const ENDS_SECONDS: usize = 10;

/// Bytes of a mebibyte.
pub(super) const MIB: f64 = 1_048_576.0;

/// How large the day is.
#[derive(Debug, clap::Args)]
pub(super) struct SkyArgs {
    /// Referrals of the day.
    #[arg(long, value_name = "COUNT", default_value_t = 3_000_000, value_parser = clap::value_parser!(u64).range(1_000..=100_000_000))]
    referrals: u64,
    /// People whom they are about.
    #[arg(long, value_name = "COUNT", default_value_t = 170_000, value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    subjects: u64,
    /// Keep the nodes' files in this directory, which is made.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Draw rate, latency and memory over the day as a picture (SVG).
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
}

/// What was measured.
#[derive(Debug, Serialize)]
struct Report {
    referrals: u64,
    seconds: f64,
    referrals_per_s: f64,
    first_ten_seconds_per_s: f64,
    last_ten_seconds_per_s: f64,
    last_of_first_percent: f64,
    slowest_second: u64,
    receipt_p50_ms: f64,
    receipt_p99_ms: f64,
    first_ten_seconds_p99_ms: f64,
    last_ten_seconds_p99_ms: f64,
    handed_over: u64,
    node_rss_peak_mib: f64,
    disk_mib: f64,
    disk_bytes_per_referral: f64,
}

/// Plays the day and prints what it took.
pub(super) async fn run(args: SkyArgs, output: Output) -> anyhow::Result<ExitCode> {
    let temporary = tempfile::tempdir()?;
    let directory = made(args.keep.as_deref(), temporary.path())?;
    let nodes = Nodes::start(&directory, &AGENCIES).await?;
    let handed_over = Arc::new(AtomicU64::new(0));
    let (mut senders, mut consumers) = (Vec::new(), Vec::new());
    for at in 0..AGENCIES.len() {
        let others: Vec<usize> = (0..AGENCIES.len()).filter(|other| *other != at).collect();
        senders.push(nodes.sender(at, &others, STREAMS).await?);
        let consumer = nodes.all()[at].casework().await?;
        consumers.push(tokio::spawn(load::consume(consumer, handed_over.clone())));
    }
    note(format!(
        "{} referrals about {} people between {} agencies",
        args.referrals,
        args.subjects,
        AGENCIES.len()
    ));
    let memory = Memory::watched(nodes.all().iter().map(Node::pid).collect());
    let subjects = Subjects { forms: args.subjects, urgent_every: URGENT_EVERY };
    let began = Instant::now();
    let (pace, until) = (Pace::Window(WINDOW), Until::Count(args.referrals));
    let day = load::streams(&senders, STREAMS, pace, until, subjects).await?;
    let seconds = began.elapsed().as_secs_f64();
    settle(&nodes, &handed_over).await?;
    let memory = memory.end();
    let (receipted, handed) = (day.receipted.len(), handed_over.load(Ordering::Relaxed));
    ensure!(
        receipted == args.referrals && handed == args.referrals,
        "of {} referrals {receipted} were receipted and {handed} handed over",
        args.referrals
    );
    let whole = day.by_second.len().saturating_sub(1).max(1);
    let (rates, p99) = (&day.by_second[..whole], &day.p99_by_second[..whole]);
    let first = mean(rates.iter().take(ENDS_SECONDS));
    let last = mean(rates.iter().rev().take(ENDS_SECONDS));
    let disk = bytes_below(&directory);
    #[expect(clippy::cast_precision_loss, reason = "counts of a bench are small")]
    let report = Report {
        referrals: args.referrals,
        seconds,
        referrals_per_s: day.per_second,
        first_ten_seconds_per_s: first,
        last_ten_seconds_per_s: last,
        last_of_first_percent: last / first * 100.0,
        slowest_second: rates.iter().copied().min().unwrap_or(0),
        receipt_p50_ms: ms(&day.receipted, 0.5),
        receipt_p99_ms: ms(&day.receipted, 0.99),
        first_ten_seconds_p99_ms: mean(p99.iter().take(ENDS_SECONDS)) / 1_000.0,
        last_ten_seconds_p99_ms: mean(p99.iter().rev().take(ENDS_SECONDS)) / 1_000.0,
        handed_over: handed,
        node_rss_peak_mib: nodes.peak_rss_mib()?,
        disk_mib: disk as f64 / MIB,
        disk_bytes_per_referral: disk as f64 / args.referrals as f64,
    };
    if let Some(file) = &args.plot {
        drawn(file, "A day of referrals, second by second", (rates, p99), memory)?;
    }
    consumers.iter().for_each(JoinHandle::abort);
    nodes.stop().await?;
    print(&report, output)?;
    Ok(ExitCode::SUCCESS)
}
