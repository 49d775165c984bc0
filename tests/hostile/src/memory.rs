//! The resident memory of a process: before, at its highest, and after.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use tokio::task::JoinHandle;

/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(50);
/// Time memory has to come back.
const RETURN_LIMIT: Duration = Duration::from_secs(10);

/// MiB of a process now.
pub(crate) fn resident_mib(process: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse::<u64>()? / 1024)
}

/// Looks at a process until it is asked for the highest.
pub(crate) struct Watch {
    highest: Arc<AtomicU64>,
    looking: JoinHandle<()>,
}

impl Watch {
    /// Begins to look.
    pub(crate) fn start(process: u32) -> Self {
        let highest = Arc::new(AtomicU64::new(0));
        let seen = highest.clone();
        let looking = tokio::spawn(async move {
            while let Ok(now) = resident_mib(process) {
                seen.fetch_max(now, Ordering::Relaxed);
                tokio::time::sleep(PAUSE).await;
            }
        });
        Self { highest, looking }
    }

    /// The most it had, MiB.
    pub(crate) fn highest(self) -> u64 {
        self.looking.abort();
        self.highest.load(Ordering::Relaxed)
    }
}

/// The least a process has, MiB, until it is back at `before` or its time is over.
pub(crate) async fn settled(process: u32, before: u64) -> Result<u64> {
    let began = Instant::now();
    let mut least = resident_mib(process)?;
    while least > before && began.elapsed() < RETURN_LIMIT {
        tokio::time::sleep(PAUSE).await;
        least = least.min(resident_mib(process)?);
    }
    Ok(least)
}
