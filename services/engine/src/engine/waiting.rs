//! How long a message has waited, by time that really passed: no step of the wall clock makes it longer.
//!
//! Owns the marks of elapsed time in this run and the trust in the wall clock for what was before it. It must not give
//! anything up.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rogatory_index::QueueRow;
use tracing::warn;

/// Marks above which those that stand close together for their age are dropped.
const MARKS_COUNT_MAX: usize = 2_048;

/// Part of a mark's age that may lie between it and the one before: how much too late a message is given up.
const PRECISION: u32 = 64;

/// Difference between the wall clock and elapsed time that is a step and no drift.
const STEP: SignedDuration = SignedDuration::from_secs(60);

/// Longest time that the wall clock must run evenly before it is believed about the time before this run.
const SETTLED_AFTER: Duration = Duration::from_secs(3_600);

/// What this run knows of time.
pub(super) struct WaitingTime {
    /// Elapsed time at which this run began, and the first position it writes.
    began: (Duration, u64),
    /// Elapsed time by which all records below a position were there; both rise.
    marks: VecDeque<(u64, Duration)>,
    /// What the wall clock would have shown at elapsed time zero, and since when it says so.
    wall: Option<(Timestamp, Duration)>,
}

impl WaitingTime {
    pub(super) fn new(elapsed: Duration, next: u64) -> Self {
        Self { began: (elapsed, next), marks: VecDeque::new(), wall: None }
    }

    /// Notes how far the ledger is now, and whether the wall clock goes on evenly.
    pub(super) fn mark(&mut self, next: u64, elapsed: Duration, now: Timestamp) {
        if self.marks.back().is_none_or(|(position, _)| *position < next) {
            self.marks.push_back((next, elapsed));
        }
        if self.marks.len() > MARKS_COUNT_MAX {
            self.thin_out(elapsed);
        }
        let zero = now.checked_sub(elapsed).unwrap_or(now);
        match &mut self.wall {
            Some((before, _)) if before.duration_until(zero).abs() < STEP => *before = zero,
            Some((before, _)) => {
                let seconds = before.duration_until(zero).as_secs();
                warn!(seconds, "the wall clock was set; what waits is measured by time that passed");
                self.wall = Some((zero, elapsed));
            }
            None => self.wall = Some((zero, elapsed)),
        }
    }

    fn thin_out(&mut self, elapsed: Duration) {
        let mut kept: VecDeque<(u64, Duration)> = VecDeque::new();
        for (position, at) in std::mem::take(&mut self.marks) {
            // One that stands between two which are close enough for their age says nothing of its own; the later of them
            // then stands for it, so that nothing seems older than it is.
            let before = kept.len().checked_sub(2).and_then(|index| kept.get(index));
            if before.is_some_and(|(_, before)| {
                at.saturating_sub(*before) <= elapsed.saturating_sub(at) / PRECISION
            }) {
                kept.pop_back();
            }
            kept.push_back((position, at));
        }
        self.marks = kept;
    }

    /// Whether a message has waited its whole time. Never too early by this run's own time; a wall clock that was wrong when
    /// the run began and stays wrong for an hour is believed about the time before.
    pub(super) fn is_over(&self, row: &QueueRow, elapsed: Duration) -> bool {
        let horizon = Duration::try_from(row.waits_since.duration_until(row.expires)).unwrap_or_default();
        let (began, first) = self.began;
        if row.waits_from >= first {
            let mark = self.marks.partition_point(|(position, _)| *position <= row.waits_from);
            let recorded = self.marks.get(mark).map_or(elapsed, |(_, at)| *at);
            return elapsed.saturating_sub(recorded) >= horizon;
        }
        let Some((zero, since)) = self.wall else { return false };
        let settled = elapsed.saturating_sub(since) >= SETTLED_AFTER.min(horizon / 4);
        let at_start = zero.checked_add(began).unwrap_or(zero);
        let before = Duration::try_from(row.waits_since.duration_until(at_start)).unwrap_or_default();
        settled && elapsed.saturating_sub(began).saturating_add(before) >= horizon
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3_600;

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(100_000 + hours)
    }

    /// A message with 72 hours, recorded at a position when the wall clock showed this hour.
    fn row(position: u64, hours: i64) -> QueueRow {
        let id = "0190a0a0-0000-7000-8000-000000000001";
        QueueRow {
            message: id.parse().unwrap(),
            referral: id.parse().unwrap(),
            submitted: at(hours),
            waits_since: at(hours),
            expires: at(hours + 72),
            bytes: 1,
            waits_from: position,
        }
    }

    /// Lets a run go on until this hour, the wall clock being wrong by so many hours from one hour of it to another.
    fn run(hours: u64, wrong: i64, from: u64, to: u64) -> WaitingTime {
        let mut time = WaitingTime::new(Duration::ZERO, 10);
        for minute in 0..=hours * 60 {
            let hour = minute / 60;
            let step = if (from..to).contains(&hour) { wrong } else { 0 };
            let now = at(step) + SignedDuration::from_mins(i64::try_from(minute).unwrap());
            time.mark(11 + minute, Duration::from_secs(minute * 60), now);
        }
        time
    }

    fn is_over(time: &WaitingTime, row: &QueueRow, hours: u64) -> bool {
        time.is_over(row, Duration::from_secs(hours * HOUR))
    }

    #[test]
    fn a_message_of_this_run_waits_its_time_whatever_the_wall_clock_does() {
        for wrong in [73, 24 * 60, -2, -24 * 60] {
            let time = run(80, wrong, 1, 3);
            // Recorded in the second hour, while the clock was wrong.
            let message = row(10 + 90, wrong + 1);
            assert!(!is_over(&time, &message, 73), "wrong by {wrong}");
            assert!(is_over(&time, &message, 75), "wrong by {wrong}");
        }
    }

    #[test]
    fn a_message_of_an_earlier_run_is_measured_by_a_wall_clock_that_has_settled() {
        let old = row(3, -70);
        for (wrong, to) in [(0, 0), (73, 1), (-73, 1)] {
            let time = run(4, wrong, 0, to);
            assert!(!is_over(&time, &old, 1), "70 hours and one, wrong by {wrong} at first");
            assert!(is_over(&time, &old, 4), "70 hours and four, wrong by {wrong} at first");
        }
        let fresh = row(3, -1);
        assert!(
            !is_over(&run(1, 73, 0, 1), &fresh, 1),
            "a clock that is wrong at the start is not believed at once"
        );
        assert!(is_over(&run(3, 73, 0, 9), &fresh, 3), "one that stays wrong is");
    }

    #[test]
    fn marks_stay_few_and_never_make_a_message_older_than_it_is() {
        let mut time = WaitingTime::new(Duration::ZERO, 0);
        for second in 0..400_000u64 {
            time.mark(
                second + 1,
                Duration::from_secs(second),
                at(0) + SignedDuration::from_secs(second as i64),
            );
        }
        assert!(time.marks.len() <= MARKS_COUNT_MAX, "{}", time.marks.len());
        let message = row(1_000, 0);
        assert!(!is_over(&time, &message, 72));
        assert!(is_over(&time, &message, 74));
    }
}
