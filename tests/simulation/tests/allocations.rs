//! What one message costs in memory that is asked for and given back, at both ends: a bound that a change has to keep, counted and
//! never timed. The world around the two nodes asks for some of it, the same for each message.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use allocation_counter::{AllocationInfo, measure};
use rogatory_simulation::scenario::Quiet;

/// Messages that are counted, after as many that let tables and buffers grow to their size.
const MESSAGES: usize = 500;

/// Allocations for one opening that is sealed, decided, written, sent, taken over, receipted and folded at both ends, what the simulated
/// world asks for included.
const ALLOCATIONS_MAX: u64 = 320;

/// Bytes asked for in them.
const BYTES_MAX: u64 = 120_000;

fn per_message(seed: u64) -> AllocationInfo {
    let mut quiet = Quiet::begin(seed).unwrap();
    quiet.carry(MESSAGES).unwrap();
    let counted = measure(|| quiet.carry(MESSAGES).unwrap());
    quiet.check().unwrap();
    counted
}

#[test]
fn a_message_asks_for_memory_no_more_often_than_it_did() {
    for seed in 0..3 {
        let counted = per_message(seed);
        let (allocations, bytes) =
            (counted.count_total / MESSAGES as u64, counted.bytes_total / MESSAGES as u64);
        println!("seed {seed}: {allocations} allocations of {bytes} bytes in all for each message");
        assert!(allocations <= ALLOCATIONS_MAX, "seed {seed}: {allocations} allocations a message");
        assert!(bytes <= BYTES_MAX, "seed {seed}: {bytes} bytes a message");
    }
}
