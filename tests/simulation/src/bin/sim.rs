//! Runs seeds and says what came of them. Must not hide a failure behind a summary.

use std::process::ExitCode;

use rogatory_simulation::{Failure, Stats, run, run_with_rosters};

/// Steps of a run under faults.
const STEPS: u64 = 600;

const USAGE: &str = "usage: sim [--rosters] [--seed N] [--from A] [--count N] [--steps N]";

fn main() -> ExitCode {
    let Some((live, from, count, steps)) = arguments() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let (mut total, mut failures) = (Stats::default(), 0);
    for seed in from..from.saturating_add(count) {
        match live(seed, steps) {
            Ok(stats) => total.add(&stats),
            Err(failure) => {
                println!("{failure}");
                failures += 1;
            }
        }
    }
    let Stats {
        steps,
        crashes,
        cuts,
        accepted,
        repeats,
        receipts,
        given_up,
        requeued,
        not_yets,
        records,
        trace,
    } = total;
    println!(
        "{count} runs, {steps} steps, {crashes} crashes, {cuts} cut connections, {accepted} messages, \
         {repeats} repeats, {receipts} receipts verified, {given_up} given up, {requeued} put back, {not_yets} not taken yet, {records} records, \
         {failures} failures; trace {trace:016x}"
    );
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What is run of a seed.
type Live = fn(u64, u64) -> Result<Stats, Failure>;

fn arguments() -> Option<(Live, u64, u64, u64)> {
    let (mut from, mut count, mut steps) = (0, 1, STEPS);
    let mut live: Live = run;
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        if word == "--rosters" {
            live = run_with_rosters;
            continue;
        }
        let value = words.next()?.parse().ok()?;
        match word.as_str() {
            "--seed" => (from, count) = (value, 1),
            "--from" => from = value,
            "--count" => count = value,
            "--steps" => steps = value,
            _ => return None,
        }
    }
    Some((live, from, count, steps))
}
