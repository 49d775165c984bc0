//! How a flood is kept up: so many a second, or so many at a time. A try that fails is part of it: it was the node's
//! answer.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::target::Target;

/// Most tries under way; beyond it the pace waits, as the attacker's own machine would.
const UNDER_WAY: usize = 2_000;
/// Pause of one whose try failed at once, so that the attacker does not merely burn its own processor.
const AFTER_FAILURE: Duration = Duration::from_millis(5);

/// Tries so many times a second.
pub(super) async fn per_second<Try>(
    target: Arc<Target>,
    rate: u32,
    one: impl Fn(Arc<Target>) -> Try,
) -> Result<()>
where
    Try: Future<Output = Result<()>> + Send + 'static,
{
    let room = Arc::new(Semaphore::new(UNDER_WAY));
    let mut pace = tokio::time::interval(Duration::from_secs(1) / rate);
    loop {
        pace.tick().await;
        let place = room.clone().acquire_owned().await?;
        target.tried();
        let trying = one(target.clone());
        tokio::spawn(async move {
            let _ = trying.await;
            drop(place);
        });
    }
}

/// As [`at_a_time`] on something that can break: the first failure ends all of them.
pub(super) async fn until_broken<Try>(
    count: usize,
    target: Arc<Target>,
    one: impl Fn() -> Try + Clone + Send + 'static,
) -> Result<()>
where
    Try: Future<Output = Result<()>> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    for _ in 0..count {
        let (target, one) = (target.clone(), one.clone());
        tasks.spawn(async move {
            loop {
                target.tried();
                one().await?;
            }
        });
    }
    match tasks.join_next().await {
        Some(ended) => ended?,
        None => Ok(()),
    }
}

/// Keeps so many tries under way; each is told which of them it is.
pub(super) async fn at_a_time<Try>(
    target: Arc<Target>,
    count: usize,
    one: impl Fn(Arc<Target>, usize) -> Try + Clone + Send + 'static,
) -> Result<()>
where
    Try: Future<Output = Result<()>> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    for index in 0..count {
        let (target, one) = (target.clone(), one.clone());
        tasks.spawn(async move {
            loop {
                target.tried();
                if one(target.clone(), index).await.is_err() {
                    tokio::time::sleep(AFTER_FAILURE).await;
                }
            }
        });
    }
    tasks.join_all().await;
    Ok(())
}
