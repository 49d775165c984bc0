//! Tests of the sender's side: order, lanes, credits, reconnects.

use proptest::prelude::*;

use super::*;

fn entry(position: u64, urgent: bool) -> Queued<()> {
    Queued { position, urgent, bytes: 100, load: () }
}

fn connected() -> Outbound<()> {
    let mut outbound = Outbound::new(Duration::ZERO, false);
    assert!(outbound.dial(Duration::ZERO));
    outbound.up(1);
    outbound
}

fn positions(batch: &[Queued<()>]) -> Vec<u64> {
    batch.iter().map(|entry| entry.position).collect()
}

#[test]
fn urgent_entries_overtake_routine_ones_and_keep_their_own_order() {
    let mut outbound = connected();
    for (position, urgent) in [(1, false), (2, true), (3, false), (4, true)] {
        outbound.enqueue(entry(position, urgent));
    }
    assert_eq!(positions(&outbound.next_batch(10)), [2, 4, 1, 3]);
}

#[test]
fn nothing_that_is_not_durable_is_sent() {
    let mut outbound = connected();
    outbound.enqueue(entry(1, false));
    outbound.enqueue(entry(2, false));
    assert_eq!(positions(&outbound.next_batch(2)), [1]);
    assert_eq!(positions(&outbound.next_batch(3)), [2]);
}

#[test]
fn what_was_in_flight_on_a_lost_link_is_sent_again_first_and_in_order() {
    let mut outbound = connected();
    for position in 1..=4 {
        outbound.enqueue(entry(position, false));
    }
    outbound.next_batch(4);
    outbound.settled(2);
    outbound.lost(Some(1), Duration::ZERO, 0);
    assert!(outbound.next_batch(10).is_empty());
    outbound.up(2);
    assert_eq!(positions(&outbound.next_batch(10)), [1, 3, 4]);
}

#[test]
fn the_loss_of_a_link_that_was_replaced_changes_nothing() {
    let mut outbound = connected();
    outbound.up(2);
    outbound.lost(Some(1), Duration::ZERO, 0);
    assert_eq!(outbound.session(), Some(2));
}

#[test]
fn a_window_that_overflowed_is_filled_from_the_index() {
    let mut outbound = connected();
    let count = WINDOW_COUNT_MAX as u64 + 10;
    (0..count).for_each(|position| outbound.enqueue(entry(position, false)));
    let mut sent: Vec<u64> = Vec::new();
    loop {
        let batch = positions(&outbound.next_batch(count));
        batch.iter().for_each(|position| {
            outbound.settled(*position);
        });
        sent.extend(&batch);
        if let Some(window) = outbound.wants() {
            let from = window.after.map_or(0, |after| after + 1);
            let found: Vec<_> = (from..count).take(window.limit).map(|p| entry(p, false)).collect();
            outbound.fill(window, found);
        } else if batch.is_empty() {
            break;
        }
    }
    assert_eq!(sent, (0..count).collect::<Vec<_>>());
}

proptest! {
    #[test]
    fn under_any_losses_every_entry_is_sent_and_the_order_of_first_receipts_is_kept(
        steps in prop::collection::vec((0u8..4, 1u64..6), 1..60)
    ) {
        let mut outbound = connected();
        let (mut next, mut session, mut receipted) = (0u64, 1, Vec::new());
        let mut flight = VecDeque::new();
        for (step, count) in steps {
            match step {
                0 => for _ in 0..count { outbound.enqueue(entry(next, false)); next += 1; },
                1 => flight.extend(positions(&outbound.next_batch(next))),
                2 => for _ in 0..count {
                    let Some(position) = flight.pop_front() else { break };
                    prop_assert!(outbound.settled(position));
                    receipted.push(position);
                },
                _ => { session += 1; flight.clear(); outbound.up(session); }
            }
        }
        session += 1;
        outbound.up(session);
        loop {
            let batch = positions(&outbound.next_batch(next));
            if batch.is_empty() { break }
            batch.iter().for_each(|position| { outbound.settled(*position); receipted.push(*position); });
        }
        prop_assert_eq!(receipted, (0..next).collect::<Vec<_>>());
    }
}
