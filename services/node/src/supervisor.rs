//! What a service manager is told by the protocol of `sd_notify(3)`: ready, the condition in words, signs of life, the end.
//! Nothing where no manager asked for it.
//!
//! It must not judge the condition, and never waits for the manager.

use std::time::Duration;

use sd_notify::NotifyState;
use tokio::sync::watch;

use crate::condition::{Condition, State};

/// Signs of life in the time after which the manager takes a silent node for dead.
const SIGNS_COUNT: u32 = 3;

/// Tells each change, and signs of life as long as the node lives, until the process ends.
pub(crate) async fn keep(mut condition: watch::Receiver<Condition>) {
    let pause = sd_notify::watchdog_enabled().map(|limit| limit / SIGNS_COUNT);
    loop {
        let now = condition.borrow_and_update().clone();
        let _ = tokio::task::spawn_blocking(move || tell(&now)).await;
        if !has_changed(&mut condition, pause).await {
            return;
        }
    }
}

/// Completes at a change, or when a sign of life is due; `false` once nothing changes any more.
async fn has_changed(condition: &mut watch::Receiver<Condition>, pause: Option<Duration>) -> bool {
    let Some(pause) = pause else { return condition.changed().await.is_ok() };
    match tokio::time::timeout(pause, condition.changed()).await {
        Ok(changed) => changed.is_ok(),
        Err(_) => true,
    }
}

/// A manager that has gone is nobody to tell.
fn tell(condition: &Condition) {
    let status = words(condition);
    let mut states = vec![NotifyState::Status(&status)];
    if !condition.is_in(State::Starting) {
        states.push(NotifyState::Ready);
    }
    if condition.is_in(State::Draining) {
        states.push(NotifyState::Stopping);
    }
    if !condition.is_dead {
        states.push(NotifyState::Watchdog);
    }
    let _ = sd_notify::notify(&states);
}

/// The condition on one line.
fn words(condition: &Condition) -> String {
    let reasons = condition.reasons.iter().map(|reason| format!("{}: {reason}", reason.state().label()));
    let reasons: Vec<String> = reasons.collect();
    if reasons.is_empty() { State::Serving.label().to_owned() } else { reasons.join("; ") }
}
