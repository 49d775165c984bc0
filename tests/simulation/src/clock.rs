//! The clock of one node: its wall clock is a little wrong from the beginning and may step either way, while time passes
//! evenly. Must not know what reads it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use rogatory_engine::{Clock, ManualClock};

use crate::Sabotage;

/// A wall clock beside time that nobody sets.
pub(crate) struct WallClock {
    clock: ManualClock,
    began_us: i64,
    is_stepped: AtomicBool,
    /// Whether elapsed time follows the wall clock, as [`Sabotage::SteppedTime`] has it.
    follows_wall: bool,
}

impl WallClock {
    pub(crate) fn new(unix_us: i64, sabotage: Sabotage) -> Self {
        let clock = ManualClock::default();
        clock.set(unix_us);
        Self {
            clock,
            began_us: unix_us,
            is_stepped: AtomicBool::new(false),
            follows_wall: sabotage == Sabotage::SteppedTime,
        }
    }

    pub(crate) fn pass(&self, micros: i64) {
        self.clock.pass(Duration::from_micros(micros.unsigned_abs()));
    }

    /// Sets the wall clock wrong by this much, or right again if it was wrong.
    pub(crate) fn step(&self, micros: i64) {
        let passed = self.clock.elapsed().as_micros() as i64;
        let wrong = if self.is_stepped.fetch_not(Ordering::SeqCst) { 0 } else { micros };
        self.clock.set(self.began_us + passed + wrong);
    }
}

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn elapsed(&self) -> Duration {
        if !self.follows_wall {
            return self.clock.elapsed();
        }
        let on_the_wall = self.clock.now().as_microsecond() - self.began_us;
        Duration::from_micros(on_the_wall.max(0) as u64)
    }
}
