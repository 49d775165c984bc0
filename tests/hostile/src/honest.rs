//! The honest caller: a case system that submits at an even pace over a connection that stands, and an operator who
//! connects anew. Each submission is timed from when it was due, and one that is never answered counts as the limit.

use std::time::{Duration, Instant};

use anyhow::Result;
use rogatory_client::Casework;
use rogatory_support::sample::submission;
use tokio::task::JoinSet;

use crate::arena::{Arena, RECIPIENT};

/// Submissions a second.
pub(crate) const PER_SECOND: u32 = 40;
/// Longest wait for an answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(8);
/// Pause between two connections of the operator.
const OPERATOR_PAUSE: Duration = Duration::from_millis(500);

/// What the honest callers noticed.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Noticed {
    /// Median from due to answer, milliseconds.
    pub(crate) p50_ms: f64,
    /// 99 of 100, milliseconds.
    pub(crate) p99_ms: f64,
    /// Submissions that were answered with their record.
    pub(crate) answered: usize,
    /// All submissions.
    pub(crate) of: usize,
    /// Longest an operator took to connect anew and be told the state, milliseconds.
    pub(crate) way_in_ms: f64,
}

/// Submits for a time.
pub(crate) async fn observe(arena: &Arena, own: &Casework, time: Duration) -> Result<Noticed> {
    let (mut submissions, way_in) = tokio::join!(submit(own, time), come_in(arena, time));
    submissions.sort_unstable();
    let at = |share: usize| ms(submissions[(submissions.len() * share / 100).min(submissions.len() - 1)]);
    let answered = submissions.iter().filter(|taken| **taken < ANSWER_LIMIT).count();
    Ok(Noticed { p50_ms: at(50), p99_ms: at(99), answered, of: submissions.len(), way_in_ms: ms(way_in) })
}

async fn submit(own: &Casework, time: Duration) -> Vec<Duration> {
    let mut waiting = JoinSet::new();
    let mut pace = tokio::time::interval(Duration::from_secs(1) / PER_SECOND);
    let began = Instant::now();
    for number in 0.. {
        let due = pace.tick().await.into_std();
        if began.elapsed() >= time {
            break;
        }
        let (own, request) = (own.clone(), submission(number, RECIPIENT, &[]));
        waiting.spawn(async move {
            let left = (due + ANSWER_LIMIT).saturating_duration_since(Instant::now());
            match tokio::time::timeout(left, own.submit(request)).await {
                Ok(Ok(_)) => due.elapsed(),
                Ok(Err(_)) | Err(_) => ANSWER_LIMIT,
            }
        });
    }
    waiting.join_all().await
}

/// Connects and asks, again and again; the longest time that took.
async fn come_in(arena: &Arena, time: Duration) -> Duration {
    let (began, mut longest) = (Instant::now(), Duration::ZERO);
    while began.elapsed() < time {
        let once = Instant::now();
        let asked = async { anyhow::Ok(arena.operator().await?.admin().status().await?) };
        let told = matches!(tokio::time::timeout(ANSWER_LIMIT, asked).await, Ok(Ok(_)));
        longest = longest.max(if told { once.elapsed() } else { ANSWER_LIMIT });
        tokio::time::sleep(OPERATOR_PAUSE).await;
    }
    longest
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
