//! Back-off between dials: doubling, capped, with full jitter, so that many nodes do not return in step.

use std::time::Duration;

/// Shortest ceiling of a pause, in milliseconds.
pub const BACKOFF_MS_MIN: u64 = 100;

/// Longest pause, in milliseconds.
pub const BACKOFF_MS_MAX: u64 = 30_000;

/// The pauses of one peer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// Counts a failure and gives the moment of the next try, in elapsed time. `random` is any 64 random bits.
    pub fn failed(&mut self, now: Duration, random: u64) -> Duration {
        let ceiling = BACKOFF_MS_MIN.saturating_mul(1 << self.failures.min(20)).min(BACKOFF_MS_MAX);
        self.failures = self.failures.saturating_add(1);
        now.saturating_add(Duration::from_millis(BACKOFF_MS_MIN / 2 + random % ceiling))
    }

    /// Forgets failures, after a link stood.
    pub fn succeeded(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_pause_is_never_longer_than_the_cap_nor_zero(failures in 0usize..40, random: u64) {
            let mut backoff = Backoff::default();
            let now = Duration::from_secs(9);
            let mut next = now;
            for _ in 0..=failures {
                next = backoff.failed(now, random);
            }
            let pause = (next - now).as_millis();
            prop_assert!(pause >= 50 && pause <= u128::from(BACKOFF_MS_MAX + BACKOFF_MS_MIN));
        }
    }

    #[test]
    fn pauses_grow_with_failures_and_start_anew_after_a_success() {
        let mut backoff = Backoff::default();
        let now = Duration::ZERO;
        let pauses: Vec<_> = (0..4).map(|_| backoff.failed(now, u64::MAX - 7)).collect();
        assert!(pauses.windows(2).any(|pair| pair[0] < pair[1]));
        backoff.succeeded();
        assert_eq!(backoff.failed(now, 0), now + Duration::from_millis(50));
    }
}
