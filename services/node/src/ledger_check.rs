//! What runs beside the ledger: the checkpoints of segments that are closed, and the reading of what the opening took on the word of
//! earlier ones, while the node serves.
//!
//! Owns the two threads and how much is unread. It must not hold up whoever writes, or go on where the ledger is not what it should be.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rogatory_ledger::{Checkpoints, OpenError, Unverified};
use tracing::{error, info, warn};

/// How much the reading gives way to everything else: the steps of nice(2), of 19.
const NICENESS: i32 = 15;

/// Pause after no file could be opened.
const AGAIN_AFTER: Duration = Duration::from_secs(10);

/// The threads beside one ledger.
pub(crate) struct LedgerCheck {
    ends: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl LedgerCheck {
    /// Starts them; `unread` says from now on how many records were not read again. `on_fault` hears once that the ledger is damaged,
    /// cannot be read, or is not the one that its checkpoints were signed over: nothing more of it may be believed.
    ///
    /// # Errors
    /// The operating system's, if it gives no thread.
    pub(crate) fn start(
        checkpoints: Option<Checkpoints>,
        unverified: Option<Unverified>,
        unread: Arc<AtomicU64>,
        on_fault: impl FnOnce(OpenError) + Send + 'static,
    ) -> io::Result<Self> {
        let (ends, mut threads) = (Arc::new(AtomicBool::new(false)), Vec::new());
        if let Some(checkpoints) = checkpoints {
            let (mut checkpoints, told) = (checkpoints, ends.clone());
            let write = move || while !told.load(Ordering::Relaxed) && checkpoints.write_next() {};
            threads.push(thread::Builder::new().name("checkpoints".into()).spawn(write)?);
        }
        if let Some(unverified) = unverified {
            unread.store(unverified.size(), Ordering::Relaxed);
            let told = ends.clone();
            let read = move || {
                if let Err(error) = verify(&unverified, &unread, &told) {
                    error!(%error, "what was believed of the ledger is not so");
                    on_fault(error);
                }
            };
            threads.push(thread::Builder::new().name("verify".into()).spawn(read)?);
        }
        Ok(Self { ends, threads })
    }

    /// Ends the reading where it stands, and waits for both; the ledger must be closed before.
    pub(crate) fn end(self) {
        self.ends.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

fn verify(unverified: &Unverified, unread: &AtomicU64, ends: &AtomicBool) -> Result<(), OpenError> {
    if let Err(error) = rustix::process::nice(NICENESS) {
        warn!(%error, "the ledger is read again at the priority of everything else");
    }
    let size = unverified.size();
    info!(records = size, "the ledger is read again up to its last checkpoint, while the node serves");
    let mut progress = |read: u64| {
        unread.store(size.saturating_sub(read), Ordering::Relaxed);
        if ends.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    while let Err(error) = unverified.verify(&mut progress) {
        if !matches!(&error, OpenError::Disk(cause) if cause.is_want_of_room()) {
            return Err(error);
        }
        // Whoever holds the descriptors gives some back, or the node ends.
        warn!(%error, "the ledger is read again once a file can be opened");
        thread::park_timeout(AGAIN_AFTER);
        if ends.load(Ordering::Relaxed) {
            return Ok(());
        }
    }
    if !ends.load(Ordering::Relaxed) {
        info!(records = size, "the ledger is what its checkpoints say");
    }
    Ok(())
}
