//! Resident memory of nodes over a run. It must not hold a run up.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::JoinHandle;

use super::usage::rss_mib;

const NO_PANIC: &str = "no task panics while it holds this lock";

/// Resident memory of the largest node, second by second.
pub(super) struct Memory {
    seconds: Arc<Mutex<Vec<f64>>>,
    task: JoinHandle<()>,
}

impl Memory {
    /// Looks at processes once a second from now on.
    pub(super) fn watched(processes: Vec<u32>) -> Self {
        let seconds = Arc::<Mutex<Vec<f64>>>::default();
        let kept = seconds.clone();
        let task = tokio::spawn(async move {
            let mut each = tokio::time::interval(Duration::from_secs(1));
            loop {
                each.tick().await;
                let now = processes.iter().filter_map(|pid| rss_mib(*pid).ok());
                let largest = now.fold(0.0, f64::max);
                kept.lock().expect(NO_PANIC).push(largest);
            }
        });
        Self { seconds, task }
    }

    pub(super) fn end(self) -> Vec<f64> {
        self.task.abort();
        std::mem::take(&mut *self.seconds.lock().expect(NO_PANIC))
    }
}
