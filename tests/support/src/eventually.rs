//! Waiting for a state, not for a time: looks again and again, and tells the last state when it never comes.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// Time after which a state is taken never to come; far above what any of them takes.
const LIMIT: Duration = Duration::from_secs(60);

/// Pause after the first look; each later one is half as long again, up to [`PAUSE_MAX`]. A look commonly opens a
/// connection, and a node turns away the name that opens more than sixteen a second.
const PAUSE: Duration = Duration::from_millis(15);
const PAUSE_MAX: Duration = Duration::from_millis(250);

/// Looks until `look` finds what it wants; its error is the state it found instead.
///
/// # Errors
/// The last state, once the limit is over.
pub async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    let began = Instant::now();
    let mut pause = PAUSE;
    loop {
        match look().await {
            Ok(found) => return Ok(found),
            Err(state) if began.elapsed() > LIMIT => bail!("{what} never came; the last state: {state:#}"),
            Err(_) => tokio::time::sleep(pause).await,
        }
        pause = (pause * 3 / 2).min(PAUSE_MAX);
    }
}
