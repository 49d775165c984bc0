//! How many bytes may be in flight to one peer: about what its line carries in two seconds, by the receipts it brings.
//!
//! Owns that number. What waits is not in flight, so an urgent message overtakes it; what is in flight it waits behind. A
//! line that breaks before a batch is through begins with one envelope and doubles with each receipt.

use std::time::Duration;

/// Time that a receipt may take; what is in flight is cut down to it.
pub const RECEIPT_TIME_MAX: Duration = Duration::from_secs(2);

/// Bytes in flight on a line of which nothing is known yet.
pub const WINDOW_BYTES_FIRST: usize = 64 * 1024;

/// Most bytes in flight, however fast the line is.
pub const WINDOW_BYTES_MAX: usize = 32 * 1024 * 1024;

/// What one line has shown.
#[derive(Clone, Copy, Debug)]
pub struct Flow {
    window: usize,
    /// Whether the link that stands, or the last one, brought a receipt.
    has_receipt: bool,
}

impl Default for Flow {
    fn default() -> Self {
        Self { window: WINDOW_BYTES_FIRST, has_receipt: false }
    }
}

impl Flow {
    /// Bytes that may be in flight. One envelope may always, however large it is.
    pub fn window(&self) -> usize {
        self.window
    }

    /// A link begins.
    pub fn up(&mut self) {
        self.has_receipt = false;
    }

    /// A link was lost with something in flight. If it brought no receipt, the next may break as early.
    pub fn lost(&mut self) {
        self.window = if self.has_receipt { (self.window / 2).max(1) } else { 1 };
    }

    /// A receipt came `took` after its envelope was sent, when `carried` bytes were in flight with it.
    pub fn receipted(&mut self, carried: usize, took: Duration) {
        self.has_receipt = true;
        if took < RECEIPT_TIME_MAX / 2 {
            self.window = self.window.max(carried.saturating_mul(2)).min(WINDOW_BYTES_MAX);
        } else if took > RECEIPT_TIME_MAX {
            let in_time = carried as u128 * RECEIPT_TIME_MAX.as_micros() / took.as_micros();
            self.window = self.window.min(usize::try_from(in_time).unwrap_or(usize::MAX)).max(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Sends over a line of this many bytes a second, always as much as allowed, and gives the window it ends with.
    fn settled(flow: &mut Flow, bytes_per_second: usize, rounds: usize) -> usize {
        for _ in 0..rounds {
            let carried = flow.window();
            let took = 5_000 + carried as u128 * 1_000_000 / bytes_per_second as u128;
            flow.receipted(carried, Duration::from_micros(u64::try_from(took).unwrap()));
        }
        flow.window()
    }

    #[test]
    fn a_link_after_one_without_a_receipt_begins_with_one_envelope_and_doubles_with_each_receipt() {
        let mut flow = Flow::default();
        flow.up();
        flow.lost();
        assert_eq!(flow.window(), 1);
        flow.up();
        for carried in [3_000, 6_000, 12_000] {
            flow.receipted(carried, Duration::from_millis(20));
            assert_eq!(flow.window(), 2 * carried);
        }
        flow.lost();
        assert_eq!(flow.window(), 12_000, "a link that brought receipts costs half");
    }

    #[test]
    fn a_fast_line_is_filled_within_a_dozen_receipts() {
        assert_eq!(settled(&mut Flow::default(), 1_000_000_000, 12), WINDOW_BYTES_MAX);
    }

    proptest! {
        #[test]
        fn what_is_in_flight_takes_a_line_about_one_to_two_seconds(kilobytes_per_second in 100usize..10_000) {
            let rate = kilobytes_per_second * 1_000;
            // However wide it was before: the line became slow.
            for before in [1, WINDOW_BYTES_MAX] {
                let mut flow = Flow { window: before, has_receipt: true };
                let window = settled(&mut flow, rate, 64);
                prop_assert!(window >= rate * 9 / 10 && window <= rate * 2 + 1, "{window} at {rate} a second");
            }
        }
    }
}
