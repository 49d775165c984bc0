//! What the node processes use: processor time, memory, syncs. Reads `/proc` and the nodes' own metrics.

use std::fs;
use std::time::Instant;

use anyhow::Context;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Clock ticks per second of `/proc/<pid>/stat`; fixed at 100 on Linux for programs.
const TICKS_PER_SECOND: f64 = 100.0;

/// One look at a node process.
pub(super) struct Usage {
    at: Instant,
    cpu_seconds: f64,
    syncs: f64,
}

impl Usage {
    /// Looks now.
    pub(super) async fn of(pid: u32, metrics: &str) -> anyhow::Result<Self> {
        let syncs = metric(metrics, "rogatory_ledger_fsync_seconds_count").await?;
        Ok(Self { at: Instant::now(), cpu_seconds: cpu_seconds(pid)?, syncs })
    }

    /// Cores used between an earlier look and this one.
    pub(super) fn cores_since(&self, earlier: &Self) -> f64 {
        (self.cpu_seconds - earlier.cpu_seconds) / (self.at - earlier.at).as_secs_f64()
    }

    /// Syncs of the ledger between an earlier look and this one.
    pub(super) fn syncs_since(&self, earlier: &Self) -> f64 {
        self.syncs - earlier.syncs
    }
}

/// Processor seconds of a process, user and system.
pub(super) fn cpu_seconds(pid: u32) -> anyhow::Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok());
    let (user, system) = ticks(11).zip(ticks(12)).context("/proc/<pid>/stat has no times")?;
    Ok((user + system) / TICKS_PER_SECOND)
}

/// Peak resident memory of a process, in MiB.
pub(super) fn peak_rss_mib(pid: u32) -> anyhow::Result<f64> {
    memory_mib(pid, "VmHWM:")
}

fn memory_mib(pid: u32, name: &str) -> anyhow::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line =
        status.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib / 1024.0)
}

/// Resident memory of a process now, in MiB.
pub(super) fn rss_mib(pid: u32) -> anyhow::Result<f64> {
    memory_mib(pid, "VmRSS:")
}

/// Bytes of everything below a directory, as files are long.
pub(super) fn bytes_below(directory: &std::path::Path) -> u64 {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let bytes = entries.map(|entry| match entry.metadata() {
        Ok(of) if of.is_dir() => bytes_below(&entry.path()),
        Ok(of) => of.len(),
        Err(_) => 0,
    });
    bytes.sum()
}

/// The sum of a metric over its labels, from a node's Prometheus endpoint.
async fn metric(address: &str, name: &str) -> anyhow::Result<f64> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").await?;
    let mut text = String::new();
    stream.read_to_string(&mut text).await?;
    let values =
        text.lines().filter(|line| line.starts_with(name)).filter_map(|line| line.rsplit(' ').next());
    Ok(values.filter_map(|value| value.parse::<f64>().ok()).sum())
}
