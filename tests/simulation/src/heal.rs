//! Healing: no more faults and no more work, until nothing is left to do. A federation that does not come to rest has
//! lost something.

use rogatory_engine::Input;

use crate::Broken;
use crate::federation::Federation;

/// Rounds of time and work within which a healed federation must be at rest.
const ROUNDS: usize = 200;

/// Steps of one round beyond which the nodes only keep each other busy.
const ROUND_STEPS: usize = 100_000;

impl Federation {
    /// Runs until nothing is left to do.
    pub(crate) fn heal(&mut self) -> Result<(), Broken> {
        let mut reasons = Vec::new();
        for _ in 0..ROUNDS {
            self.work()?;
            reasons = self.unrest();
            if reasons.is_empty() {
                return Ok(());
            }
            self.pass_time(1_000_000);
            for node in &mut self.nodes {
                node.handle(Input::Tick)?;
            }
        }
        Err(format!("the federation does not come to rest: {}", reasons.join(", ")))
    }

    fn work(&mut self) -> Result<(), Broken> {
        for _ in 0..ROUND_STEPS {
            let enabled = self.enabled(false);
            let Some(step) = self.dice.pick(&enabled).copied() else { return Ok(()) };
            self.take(step, false)?;
            self.after_step()?;
        }
        Err("the nodes keep each other busy".to_owned())
    }

    fn unrest(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        for node in &self.nodes {
            let Some(running) = &node.running else {
                reasons.push(node.broken("is down"));
                continue;
            };
            if !running.engine.is_indexed() {
                reasons.push(node.broken("is not indexed"));
            }
            let waiting = node.base.rows().queue.len();
            if waiting > 0 {
                reasons.push(node.broken(&format!("waits for {waiting} receipts")));
            }
            for (peer, link) in running.engine.links().filter(|(_, link)| link.label != "connected") {
                reasons.push(node.broken(&format!("is {} to {peer}", link.label)));
            }
        }
        reasons
    }
}
