//! Tests of what is postponed: who waits behind whom, how pauses grow and end, and that memory is bounded.

use super::*;

const LATER: Code = Code::LaterInstrument;

fn referral(number: u64) -> ReferralId {
    format!("0190a0a0-0000-7000-8000-{number:012}").parse().unwrap()
}

/// A message at a position, in a referral.
fn message(position: u64, of: u64) -> Retry {
    Retry { position, urgent: false, bytes: 100, referral: referral(of) }
}

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Tries what is due; gives the positions.
fn tried(postponed: &mut Postponed, now: Duration) -> Vec<u64> {
    let due = std::iter::from_fn(|| {
        let retry = postponed.due(now)?;
        postponed.sent(retry.referral);
        Some(retry.position)
    });
    due.collect()
}

#[test]
fn the_first_message_of_a_referral_is_tried_and_the_others_wait_behind_it() {
    let mut postponed = Postponed::default();
    assert!(postponed.answered(message(5, 1), LATER, at(0)));
    assert!(!postponed.answered(message(7, 1), Code::SequenceGap, at(0)), "it says nothing new");
    assert!(postponed.holds(referral(1), u64::MAX) && !postponed.holds(referral(2), u64::MAX));
    assert!(postponed.is_tried(5) && !postponed.is_tried(7));
    assert_eq!(tried(&mut postponed, at(1)), [5]);
    assert_eq!(postponed.settled(7, true, at(1)), None);
    assert_eq!(postponed.settled(5, true, at(1)), Some(referral(1)));
    assert!(!postponed.holds(referral(1), u64::MAX));
}

#[test]
fn an_earlier_message_of_a_referral_takes_the_place_of_a_later_one() {
    let mut postponed = Postponed::default();
    postponed.answered(message(7, 1), Code::SequenceGap, at(0));
    assert!(postponed.answered(message(5, 1), LATER, at(2)));
    assert_eq!((postponed.wait(7), postponed.wait(5).map(|wait| wait.since)), (None, Some(at(0))));
    assert_eq!(tried(&mut postponed, at(9)), [5]);
}

#[test]
fn pauses_double_up_to_their_end_and_the_first_answer_is_remembered() {
    let mut postponed = Postponed::default();
    let (mut now, mut pauses) = (at(100), Vec::new());
    for _ in 0..12 {
        postponed.answered(message(5, 1), LATER, now);
        let wait = postponed.wait(5).unwrap();
        assert_eq!(wait.since, at(100));
        assert_eq!(tried(&mut postponed, wait.retry_at - Duration::from_millis(1)), [0; 0]);
        pauses.push((wait.retry_at - now).as_secs());
        now = wait.retry_at;
        assert_eq!(tried(&mut postponed, now), [5]);
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);
}

#[test]
fn urgent_messages_are_tried_before_routine_ones_and_no_more_than_the_limit_at_a_time() {
    let mut postponed = Postponed::default();
    for number in 0..200 {
        postponed.answered(message(number, number), LATER, at(0));
    }
    postponed.answered(Retry { urgent: true, ..message(900, 900) }, LATER, at(0));
    let first = tried(&mut postponed, at(1));
    assert_eq!((first.len(), first[0]), (RETRIES_COUNT_MAX, 900));
    postponed.lost(referral(900));
    assert_eq!(tried(&mut postponed, at(1)), [900], "it was lost on its way and is due still");
}

#[test]
fn one_that_is_taken_calls_up_those_under_the_same_code_and_a_new_link_all() {
    let mut postponed = Postponed::default();
    for (position, code) in [(1, LATER), (2, LATER), (3, Code::RosterBehind)] {
        for _ in 0..8 {
            postponed.answered(message(position, position), code, at(0));
        }
    }
    assert_eq!(tried(&mut postponed, at(60)), [0; 0]);
    postponed.settled(1, true, at(60));
    assert_eq!(tried(&mut postponed, at(60)), [2]);
    postponed.hurry(at(61));
    assert_eq!(tried(&mut postponed, at(61)), [3]);
}

#[test]
fn a_link_that_comes_again_and_again_makes_no_message_be_tried_more_often_than_the_shortest_pause() {
    let mut postponed = Postponed::default();
    postponed.answered(message(1, 1), LATER, at(0));
    let mut tries = 0;
    for tenth in 0..100 {
        let now = Duration::from_millis(100 * tenth);
        postponed.hurry(now);
        for position in tried(&mut postponed, now) {
            postponed.answered(message(position, 1), LATER, now);
            tries += 1;
        }
    }
    assert_eq!(tries, 9);
}

#[test]
fn what_is_given_up_calls_up_nobody() {
    let mut postponed = Postponed::default();
    for position in [1, 2] {
        (0..8).for_each(|_| {
            postponed.answered(message(position, position), LATER, at(0));
        });
    }
    assert_eq!(postponed.settled(1, false, at(9)), Some(referral(1)));
    assert_eq!(tried(&mut postponed, at(9)), [0; 0]);
}

#[test]
fn memory_is_bounded_and_what_is_kept_nowhere_is_come_back_to() {
    let mut postponed = Postponed::default();
    for number in 0..REFERRALS_COUNT_MAX as u64 + 10 {
        postponed.answered(message(number, number), LATER, at(0));
    }
    assert_eq!(postponed.referrals.len(), REFERRALS_COUNT_MAX);
    assert!(!postponed.passes(PAUSE_MAX - at(1)));
    assert!(postponed.passes(PAUSE_MAX) && !postponed.passes(PAUSE_MAX), "once");
    postponed.answered(message(1_000_000, 1_000_000), LATER, at(900));
    for number in 0..REFERRALS_COUNT_MAX as u64 {
        postponed.settled(number, true, at(901));
    }
    assert!(postponed.passes(at(901)), "as soon as there is room");
    assert!(postponed.positions.is_empty() && postponed.turns.is_empty() && postponed.in_flight == 0);
}

#[test]
fn tallies_say_how_many_wait_under_each_code_and_since_when() {
    let mut postponed = Postponed::default();
    postponed.answered(message(1, 1), LATER, at(5));
    postponed.answered(message(2, 2), LATER, at(3));
    postponed.answered(message(3, 3), Code::RosterBehind, at(4));
    let tallies: Vec<_> = postponed.tallies().into_iter().collect();
    let of = |count, since| Tally { count, since: at(since) };
    assert_eq!(tallies, [(LATER, of(2, 3)), (Code::RosterBehind, of(1, 4))]);
}
