//! Healing: no more faults and no more work, until nothing is left to do. A federation that does not come to rest has
//! lost something.

use std::sync::atomic::Ordering;

use rogatory_engine::Input;

use crate::Broken;
use crate::federation::Federation;

/// Rounds of time and work within which a healed federation must be at rest.
const ROUNDS: usize = 200;

/// Steps of one round beyond which the nodes only keep each other busy.
const ROUND_STEPS: usize = 100_000;

impl Federation {
    /// Runs until nothing is left to do. By then every node runs a release that reads everything.
    pub(crate) fn heal(&mut self) -> Result<(), Broken> {
        for at in 0..self.nodes.len() {
            // One of two learns it as it learns of a new roster: without a restart, and so without a new link.
            match self.dice.chance(50) {
                true => self.upgrade(at),
                false => self.nodes[at].bodies.is_behind.store(false, Ordering::SeqCst),
            }
        }
        let mut reasons = Vec::new();
        for round in 0..ROUNDS {
            self.work()?;
            reasons = self.unrest();
            if reasons.is_empty() {
                return Ok(());
            }
            // What a peer could not take yet may have been tried in vain for long, and is not due before the longest pause.
            let seconds = if round < ROUNDS / 2 { 1 } else { 10 };
            self.pass_time(seconds * 1_000_000);
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
