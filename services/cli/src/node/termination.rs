//! SIGTERM and SIGINT, and an end that does not depend on anybody.
//!
//! Owns a thread with a runtime of its own: whatever hangs elsewhere (a worker, a disk, the reader of the log), a signal
//! is heard, and the process is gone within its time.

use std::io;
use std::process;
use std::thread;
use std::time::Duration;

use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use tracing::error;

/// Exit code of a process that did not end in its time.
const OVERDUE: i32 = 1;

/// Time for that line to be written, if anybody takes it.
const LAST_LINE: Duration = Duration::from_millis(200);

/// The first of the two signals. `limit` after it the process ends, finished or not.
///
/// # Errors
/// When signals cannot be received, or there is no thread to be had.
pub(super) fn requested(limit: Duration) -> io::Result<oneshot::Receiver<()>> {
    let (asked, request) = oneshot::channel();
    let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
    let (mut terminate, mut interrupt) = {
        let _inside = runtime.enter();
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?)
    };
    thread::Builder::new().name("termination".into()).spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        });
        // The node may have failed meanwhile; the process then ends by itself, or here.
        let _ = asked.send(());
        thread::sleep(limit);
        error!(seconds = limit.as_secs(), "the process ends although something did not finish in time");
        thread::sleep(LAST_LINE);
        process::exit(OVERDUE);
    })?;
    Ok(request)
}

/// Ends the process with this code after `limit`, unless it has ended before.
pub(super) fn within(limit: Duration, code: i32) {
    let end = move || {
        thread::sleep(limit);
        process::exit(code);
    };
    // Without a thread it ends as soon as what it waits for lets it.
    let _ = thread::Builder::new().name("termination".into()).spawn(end);
}
