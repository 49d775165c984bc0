//! The clock as a trait, so that no decision reads the wall by itself.
//!
//! Owns the two kinds of time a node has. Records, clocks of the law and certificates go by the wall clock, which people and
//! time servers set; whatever waits, retries or is limited goes by elapsed time, which nobody sets.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;

/// Gives the node time.
pub trait Clock: Send + Sync + 'static {
    /// Node time, by the wall clock. It may step either way.
    fn now(&self) -> Timestamp;

    /// Time since a moment early in the process. It never goes back, and no step of the wall clock changes it; a machine
    /// that is suspended adds nothing.
    fn elapsed(&self) -> Duration;
}

/// The moment that elapsed time counts from.
static BEGINNING: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // Records store microseconds; a live row must not hold more than a rebuilt one.
        let now = Timestamp::now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    fn elapsed(&self) -> Duration {
        BEGINNING.elapsed()
    }
}

/// A clock that is moved by hand, for simulations.
#[derive(Debug, Default)]
pub struct ManualClock {
    unix_us: AtomicI64,
    elapsed_us: AtomicU64,
}

impl ManualClock {
    /// Sets the wall clock to microseconds since the Unix epoch; no time passes.
    pub fn set(&self, unix_us: i64) {
        self.unix_us.store(unix_us, Ordering::SeqCst);
    }

    /// Lets time pass, on the wall as well.
    pub fn pass(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.elapsed_us.fetch_add(micros, Ordering::SeqCst);
        self.unix_us.fetch_add(i64::try_from(micros).unwrap_or(i64::MAX), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.unix_us.load(Ordering::SeqCst)).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn elapsed(&self) -> Duration {
        Duration::from_micros(self.elapsed_us.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_holds_no_more_digits_than_a_record_stores() {
        let now = SystemClock.now();
        assert_eq!(Timestamp::from_microsecond(now.as_microsecond()).unwrap(), now);
    }

    #[test]
    fn elapsed_time_never_goes_back_and_a_step_of_the_wall_clock_does_not_change_it() {
        let before = SystemClock.elapsed();
        assert!(SystemClock.elapsed() >= before);
        let clock = ManualClock::default();
        clock.pass(Duration::from_secs(5));
        clock.set(-7_200_000_000);
        assert_eq!(clock.elapsed(), Duration::from_secs(5));
        clock.pass(Duration::from_secs(1));
        assert_eq!((clock.elapsed(), clock.now().as_second()), (Duration::from_secs(6), -7_199));
    }
}
