//! How long is waited between two tries: doubling, capped, with jitter, so that receivers are not tried in step.

use std::time::Duration;

/// Ceiling of the first pause, in milliseconds.
const PAUSE_MS_MIN: u64 = 1_000;

/// Ceiling of every pause, in milliseconds: ten minutes.
const PAUSE_MS_MAX: u64 = 600_000;

/// The pause after so many failures, by any 64 random bits: at least half of its ceiling.
pub(super) fn pause(failures: u32, random: u64) -> Duration {
    let doublings = failures.saturating_sub(1).min(20);
    let ceiling = PAUSE_MS_MIN.saturating_mul(1 << doublings).min(PAUSE_MS_MAX);
    Duration::from_millis(ceiling / 2 + random % (ceiling / 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_stay_within_their_cap() {
        for (failures, least, most) in
            [(1, 500, 999), (2, 1_000, 1_999), (11, 300_000, 599_999), (u32::MAX, 300_000, 599_999)]
        {
            for random in [0, 1, u64::MAX, 0x9E37_79B9_7F4A_7C15] {
                let pause = pause(failures, random).as_millis();
                assert!((least..=most).contains(&pause), "{failures}: {pause}");
            }
        }
    }
}
