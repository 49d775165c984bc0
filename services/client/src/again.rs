//! Opening a stream again that was lost: whether that may help, and the pauses between two tries. It must not know what
//! the stream carries.

use std::time::Duration;

use rogatory_domain::refusal::{Code, Retry};

use crate::Problem;

/// First and longest pause before a lost stream is opened again; it doubles in between.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// Whether a stream that ended so goes on when it is opened again: the connection was lost or old, or the node closes.
pub(crate) fn may_resume(problem: &Problem) -> bool {
    problem.retry == Retry::After && problem.code != Code::Internal.refusal().id
}

/// The pauses of one row of tries.
pub(crate) struct Pauses(Duration);

impl Pauses {
    pub(crate) fn new() -> Self {
        Self(PAUSES.0)
    }

    /// Waits before the next try.
    pub(crate) async fn rest(&mut self) {
        tokio::time::sleep(self.0).await;
        self.0 = (self.0 * 2).min(PAUSES.1);
    }
}
