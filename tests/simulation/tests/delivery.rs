//! What becomes of deliveries that were given up, or repeated to a node without room, told as histories of a few steps.

use rogatory_simulation::Failure;
use rogatory_simulation::scenario::{
    run_erased, run_lost_receipts, run_member_leaves, run_not_yet, run_not_yet_until_given_up, run_put_back,
    run_put_back_too_late, run_repeats_at_full_nodes,
};

/// A few seeds each: what is told leaves the order of steps to chance.
fn holds(history: impl Fn(u64) -> Result<(), Failure>) {
    for seed in 0..5 {
        let failure = history(seed).err().map(|failure| failure.to_string());
        assert_eq!(failure, None);
    }
}

#[test]
fn receipts_that_were_lost_before_the_horizon_come_with_the_next_link() {
    holds(|seed| run_lost_receipts(seed, 2, 30));
}

#[test]
fn more_than_one_question_holds_is_given_up_a_pass_at_a_time_and_asked_about_page_by_page() {
    assert_eq!(run_lost_receipts(7, 700, 20), Ok(()));
}

#[test]
fn what_was_given_up_is_put_back_with_its_opening_and_taken_once() {
    holds(run_put_back);
}

#[test]
fn what_is_put_back_while_its_number_is_closed_is_refused_at_both_ends() {
    holds(run_put_back_too_late);
}

#[test]
fn what_waits_for_a_member_that_leaves_is_given_up_for_that_reason_and_later_messages_reach_it_when_it_is_back()
 {
    holds(run_member_leaves);
}

#[test]
fn a_repeat_is_answered_from_a_full_disk_and_by_a_stuck_node() {
    holds(run_repeats_at_full_nodes);
}

#[test]
fn a_message_that_its_recipient_cannot_read_yet_holds_back_its_referral_alone_and_comes_once_it_can() {
    holds(run_not_yet);
}

#[test]
fn what_cannot_be_read_until_its_horizon_is_given_up_and_what_waited_behind_it_goes_on() {
    holds(run_not_yet_until_given_up);
}

#[test]
fn what_was_erased_before_it_was_sent_is_given_up_on_the_record_and_holds_up_nothing() {
    holds(run_erased);
}
