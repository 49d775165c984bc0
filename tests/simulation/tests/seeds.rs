//! A handful of seeds on every run of the tests; `sim --from A --count N` runs as many as there is time for.

use rogatory_simulation::{Sabotage, Stats, run, run_backlog, run_blackout, run_with_rosters};

const STEPS: u64 = 500;

fn hold(seeds: std::ops::Range<u64>) {
    let mut total = Stats::default();
    for seed in seeds {
        let lived = run(seed, STEPS);
        assert_eq!(lived.as_ref().err().map(ToString::to_string), None);
        lived.iter().for_each(|stats| total.add(stats));
    }
    assert!(total.not_yets > 20, "upgrades are among what happens: {total:?}");
}

#[test]
fn every_invariant_holds_for_the_first_thirty_seeds() {
    hold(0..30);
}

#[test]
fn every_invariant_holds_for_the_next_thirty_seeds() {
    hold(30..60);
}

#[test]
fn every_invariant_holds_while_rosters_change_and_each_node_goes_by_its_own_for_a_while() {
    for seed in 0..20 {
        let failure = run_with_rosters(seed, STEPS).err().map(|failure| failure.to_string());
        assert_eq!(failure, None);
    }
}

#[test]
fn nodes_that_all_had_to_cut_their_ledgers_confirm_each_other_and_go_on() {
    for seed in 0..12 {
        let failure = run_blackout(seed, Sabotage::None).err().map(|failure| failure.to_string());
        assert_eq!(failure, None);
    }
}

#[test]
fn one_seed_is_one_history() {
    for seed in [3, 21] {
        assert_eq!(run(seed, STEPS), run(seed, STEPS), "seed {seed}");
    }
    assert_ne!(run(3, STEPS).map(|stats| stats.trace), run(4, STEPS).map(|stats| stats.trace));
}

#[test]
fn more_messages_than_any_window_holds_wait_for_a_peer_and_survive_a_power_cut() {
    let stats = run_backlog(1, 4_500).expect("every invariant holds");
    assert_eq!(stats.receipts, 4_500);
}
