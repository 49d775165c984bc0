//! The table of a run, ready to be put on a page, and whether every bound held. It must not measure.

use std::time::Duration;

use crate::floods::Flood;
use crate::honest::{Noticed, PER_SECOND};
use crate::trial::Outcome;

/// Times by which the p99 under a flood may exceed that of its control.
const RATIO_MAX: f64 = 10.0;
/// Milliseconds of the p99 under a flood of handshakes.
const HANDSHAKES_P99_MS: f64 = 50.0;
/// Resident memory of a flooded node, MiB.
const RESIDENT_MIB: u64 = 200;
/// What may stay beyond what there was before, MiB: the records of the honest caller, and caches.
const STAYING_MIB: u64 = 50;

/// Rows as they come.
pub(crate) struct Report {
    json: bool,
    time: Duration,
    rows: Vec<serde_json::Value>,
    broken: Vec<String>,
}

impl Report {
    /// None yet.
    pub(crate) fn new(json: bool, time: Duration) -> Self {
        Self { json, time, rows: Vec::new(), broken: Vec::new() }
    }

    /// The heading.
    pub(crate) fn begin(&self) {
        if self.json {
            return;
        }
        println!(
            "Honest caller: {PER_SECOND} submissions a second for {} s; in brackets the same while another node is flooded.\n",
            self.time.as_secs()
        );
        println!(
            "| flood | who | tries | p50 ms | p99 ms | × | answered | way in ms | RSS MiB before, most, after |"
        );
        println!("|---|---|---|---|---|---|---|---|---|");
    }

    /// One flood.
    pub(crate) fn add(&mut self, flood: &Flood, outcome: &Outcome) {
        let Outcome { control, flooded, tries, resident_mib: [before, most, after] } = outcome;
        let ratio = flooded.p99_ms / control.p99_ms;
        let broken = broken(flood, outcome, ratio);
        if self.json {
            self.rows.push(serde_json::json!({
                "flood": flood.name, "who": flood.who.to_string(), "outcome": outcome, "broken": broken,
            }));
        } else {
            let beside = |of: fn(&Noticed) -> f64| format!("{:.1} ({:.1})", of(flooded), of(control));
            println!(
                "| {} | {} | {tries} | {} | {} | {ratio:.1} | {} of {} | {} | {before}, {most}, {after} |",
                flood.name,
                flood.who,
                beside(|noticed| noticed.p50_ms),
                beside(|noticed| noticed.p99_ms),
                flooded.answered,
                flooded.of,
                beside(|noticed| noticed.way_in_ms),
            );
        }
        self.broken.extend(broken);
    }

    /// What did not hold, or everything as JSON.
    pub(crate) fn end(&self) -> anyhow::Result<()> {
        if self.json {
            println!("{}", serde_json::to_string_pretty(&self.rows)?);
        } else if self.broken.is_empty() {
            println!("\nEvery bound held.");
        } else {
            println!("\nWhat did not hold:\n");
            self.broken.iter().for_each(|bound| println!("- {bound}"));
        }
        Ok(())
    }

    /// Whether every bound held.
    pub(crate) fn held(&self) -> bool {
        self.broken.is_empty()
    }
}

fn broken(flood: &Flood, outcome: &Outcome, ratio: f64) -> Vec<String> {
    let Outcome { flooded, resident_mib: [before, most, after], .. } = outcome;
    let bounds = [
        (ratio <= RATIO_MAX, format!("p99 is {ratio:.1} times that of the control")),
        (
            !flood.is_of_handshakes || flooded.p99_ms < HANDSHAKES_P99_MS,
            format!("p99 under hostile handshakes is {:.0} ms", flooded.p99_ms),
        ),
        (flooded.answered == flooded.of, format!("{} of {} were answered", flooded.answered, flooded.of)),
        (*most < RESIDENT_MIB, format!("the node took {most} MiB")),
        (*after <= before + STAYING_MIB, format!("{after} MiB stayed, {before} MiB were there before")),
    ];
    let broken = bounds.into_iter().filter(|(holds, _)| !holds);
    broken.map(|(_, what)| format!("{}: {what}", flood.name)).collect()
}
