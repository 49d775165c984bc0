//! Each rule broken on purpose must be noticed, or a run without failures would say nothing.

use rogatory_simulation::{Sabotage, run_blackout, run_sabotaged};

const STEPS: u64 = 500;

/// What the checks say of the first seed that notices.
fn noticed(sabotage: Sabotage) -> String {
    let failure = (0..400).find_map(|seed| run_sabotaged(seed, STEPS, sabotage).err());
    failure.expect("somebody notices").to_string()
}

#[test]
fn an_older_disk_after_a_power_cut_is_noticed() {
    noticed(Sabotage::OlderDisk);
}

#[test]
fn receipts_that_never_arrive_are_noticed() {
    let what = noticed(Sabotage::LostReceipts);
    // Where the sender gives up it comes to rest, and the two ends disagree.
    assert!(what.contains("does not come to rest") || what.contains("GivenUp"), "{what}");
}

#[test]
fn an_envelope_taken_twice_under_another_id_is_noticed() {
    noticed(Sabotage::ChangedId);
}

#[test]
fn rows_lost_on_their_way_to_the_index_are_noticed() {
    noticed(Sabotage::LostRows);
}

#[test]
fn an_acknowledgement_before_the_sync_is_noticed() {
    noticed(Sabotage::EarlyDurable);
}

#[test]
fn a_node_whose_pauses_follow_the_wall_clock_is_noticed() {
    let what = noticed(Sabotage::SteppedTime);
    assert!(what.contains("does not come to rest") || what.contains("gave up"), "{what}");
}

#[test]
fn nodes_that_hold_each_other_for_ever_are_noticed() {
    let what = run_blackout(1, Sabotage::MuteWhileHeld).expect_err("they do not release themselves").what;
    assert!(what.contains("does not come to rest"), "{what}");
}

#[test]
fn questions_that_nobody_answers_are_noticed() {
    let what = noticed(Sabotage::IgnoredQuestions);
    // A message whose number the recipient closed meanwhile is refused instead.
    assert!(what.contains("GivenUp") || what.contains("Refused"), "{what}");
}

#[test]
fn answers_not_yet_that_nobody_hears_are_noticed() {
    let what = noticed(Sabotage::UnheardNotYets);
    assert!(what.contains("does not come to rest") || what.contains("waits for"), "{what}");
}

#[test]
fn a_failure_is_one_line_with_the_command_that_repeats_it() {
    let what = noticed(Sabotage::LostReceipts);
    assert!(!what.contains('\n'), "{what}");
    assert!(what.contains("cargo run --release -p rogatory-simulation --bin sim -- --seed "), "{what}");
}
