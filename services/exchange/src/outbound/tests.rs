//! Tests of the sender's side: order, lanes, credits, reconnects.

use proptest::prelude::*;

use super::*;

const NOW: Duration = Duration::ZERO;

fn referral(number: u64) -> ReferralId {
    format!("0190a0a0-0000-7000-8000-{number:012}").parse().unwrap()
}

/// An entry in a referral of its own.
fn entry(position: u64, urgent: bool) -> Queued<()> {
    entry_of(position, 1_000_000 + position, urgent)
}

fn entry_of(position: u64, of: u64, urgent: bool) -> Queued<()> {
    Queued { position, urgent, bytes: 100, referral: referral(of), load: () }
}

fn connected() -> Outbound<()> {
    let mut outbound = Outbound::new(Duration::ZERO, false);
    assert!(outbound.dial(Duration::ZERO));
    outbound.up(1, NOW);
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
    assert_eq!(positions(&outbound.next_batch(10, NOW)), [2, 4], "a batch is of one lane");
    assert_eq!(positions(&outbound.next_batch(10, NOW)), [1, 3]);
}

#[test]
fn nothing_that_is_not_durable_is_sent() {
    let mut outbound = connected();
    outbound.enqueue(entry(1, false));
    outbound.enqueue(entry(2, false));
    assert_eq!(positions(&outbound.next_batch(2, NOW)), [1]);
    assert_eq!(positions(&outbound.next_batch(3, NOW)), [2]);
}

#[test]
fn what_was_in_flight_on_a_lost_link_is_sent_again_first_and_in_order() {
    let mut outbound = connected();
    for position in 1..=4 {
        outbound.enqueue(entry(position, false));
    }
    outbound.next_batch(4, NOW);
    outbound.receipted(2, NOW);
    outbound.lost(Some(1), Duration::ZERO, 0);
    assert!(outbound.next_batch(10, NOW).is_empty());
    outbound.up(2, NOW);
    assert_eq!(positions(&outbound.next_batch(10, NOW)), [1, 3, 4]);
}

#[test]
fn the_loss_of_a_link_that_was_replaced_changes_nothing() {
    let mut outbound = connected();
    outbound.up(2, NOW);
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
        let batch = positions(&outbound.next_batch(count, NOW));
        batch.iter().for_each(|position| {
            outbound.receipted(*position, NOW);
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

/// A line that carries this many bytes a second, and breaks after this many if at all.
struct Line {
    bytes_per_second: u64,
    breaks_after: usize,
}

/// Sends everything over connections of the line; gives how many connections and how much time that took.
fn drain(outbound: &mut Outbound<()>, line: &Line, mut waiting: usize) -> (u64, Duration) {
    let (mut session, mut now) = (1, NOW);
    while waiting > 0 {
        outbound.up(session, NOW);
        let mut carried = 0;
        let mut on_the_line = std::collections::VecDeque::new();
        'connection: loop {
            loop {
                let batch = outbound.next_batch(u64::MAX, now);
                if batch.is_empty() {
                    break;
                }
                on_the_line.push_back(batch);
            }
            // A batch is taken whole or not at all, and so are its receipts.
            let Some(batch) = on_the_line.pop_front() else { break };
            let bytes: usize = batch.iter().map(|entry| entry.bytes).sum();
            carried += bytes;
            if carried > line.breaks_after {
                break 'connection;
            }
            now += Duration::from_micros(5_000 + bytes as u64 * 1_000_000 / line.bytes_per_second);
            waiting -= batch.iter().filter(|entry| outbound.receipted(entry.position, now)).count();
        }
        session += 1;
        assert!(session < 2_000, "{waiting} still wait");
    }
    (session, now)
}

#[test]
fn a_backlog_moves_over_connections_that_break_before_a_whole_batch_is_through() {
    for breaks_after in [20_000, 300_000, 1_200_000] {
        let mut outbound = connected();
        (0..1_000).for_each(|position| outbound.enqueue(Queued { bytes: 4_000, ..entry(position, false) }));
        let line = Line { bytes_per_second: 10_000_000, breaks_after };
        let (connections, _) = drain(&mut outbound, &line, 1_000);
        let least = 4_000_000 / breaks_after as u64;
        assert!(connections <= least * 8 + 20, "{connections} connections of {breaks_after} bytes");
    }
}

#[test]
fn an_urgent_entry_waits_no_longer_than_the_line_takes_for_what_is_in_flight() {
    const BYTES_PER_SECOND: u64 = 100_000;
    let mut outbound = connected();
    (0..2_000).for_each(|position| outbound.enqueue(Queued { bytes: 1_300, ..entry(position, false) }));
    let line = Line { bytes_per_second: BYTES_PER_SECOND, breaks_after: usize::MAX };
    let (_, took) = drain(&mut outbound, &line, 2_000);
    let lost = took.as_secs_f64() / (2_000.0 * 1_300.0 / BYTES_PER_SECOND as f64);
    assert!(lost < 1.2, "the line stood still: {lost}");

    outbound.up(2, NOW);
    (2_000..4_000).for_each(|position| outbound.enqueue(Queued { bytes: 1_300, ..entry(position, false) }));
    while !outbound.next_batch(u64::MAX, took).is_empty() {}
    let in_flight = outbound.routine.in_flight as u64;
    assert!(in_flight * 10 <= BYTES_PER_SECOND * 22, "{in_flight} bytes are in flight before it");
    outbound.enqueue(entry(5_000, true));
    assert_eq!(
        positions(&outbound.next_batch(u64::MAX, took)),
        [5_000],
        "it goes although the window is full"
    );
}

proptest! {
    #[test]
    fn under_any_losses_every_entry_is_sent_and_the_order_of_first_receipts_is_kept(
        steps in prop::collection::vec((0u8..4, 1u64..6), 1..60)
    ) {
        let mut outbound = connected();
        let (mut next, mut session, mut receipted) = (0u64, 1, Vec::new());
        let mut flight = std::collections::VecDeque::new();
        for (step, count) in steps {
            match step {
                0 => for _ in 0..count { outbound.enqueue(entry(next, false)); next += 1; },
                1 => flight.extend(positions(&outbound.next_batch(next, NOW))),
                2 => for _ in 0..count {
                    let Some(position) = flight.pop_front() else { break };
                    prop_assert!(outbound.receipted(position, NOW));
                    receipted.push(position);
                },
                _ => { session += 1; flight.clear(); outbound.up(session, NOW); }
            }
        }
        session += 1;
        outbound.up(session, NOW);
        loop {
            let batch = positions(&outbound.next_batch(next, NOW));
            if batch.is_empty() { break }
            batch.iter().for_each(|position| { outbound.receipted(*position, NOW); receipted.push(*position); });
        }
        prop_assert_eq!(receipted, (0..next).collect::<Vec<_>>());
    }
}

#[test]
fn an_entry_that_waits_is_in_flight_in_the_window_or_behind_it() {
    let mut outbound = connected();
    let count = u64::try_from(WINDOW_COUNT_MAX).unwrap();
    for position in 1..=count + 1 {
        outbound.enqueue(entry(position, false));
    }
    outbound.next_batch(2, NOW);
    let places =
        [1, 2, count + 1].map(|position| outbound.place(position, false, referral(1_000_000 + position)));
    assert_eq!(places, [Place::InFlight, Place::Window, Place::Index]);
}

#[test]
fn entries_that_wait_again_go_first_once_and_the_window_stays_bounded() {
    let mut outbound = connected();
    let (again, count) = (3_000u64, WINDOW_COUNT_MAX as u64 * 3);
    // The first ones were given up; the window is full of later ones, some of them in flight.
    (again..count).for_each(|position| outbound.enqueue(entry(position, false)));
    let mut sent = positions(&outbound.next_batch(count, NOW));
    for position in 0..again {
        outbound.requeue(entry(position, false));
        assert!(outbound.routine.ready.len() <= WINDOW_COUNT_MAX);
    }
    assert_eq!(outbound.routine.bytes, outbound.routine.ready.len() * 100);
    let mut settled = std::collections::BTreeSet::new();
    let in_flight = sent.clone();
    loop {
        while let Some(window) = outbound.wants() {
            let from = window.after.map_or(0, |after| after + 1);
            // The index holds what has no receipt, whether it is in flight or not.
            let waiting = (from..count).filter(|position| !settled.contains(position));
            let found = waiting.take(window.limit).map(|position| entry(position, false)).collect();
            outbound.fill(window, found);
        }
        let batch = positions(&outbound.next_batch(count, NOW));
        if batch.is_empty() {
            break;
        }
        for position in &batch {
            outbound.receipted(*position, NOW);
            settled.insert(*position);
        }
        sent.extend(batch);
    }
    let expected: Vec<u64> = (0..count).filter(|position| !in_flight.contains(position)).collect();
    assert_eq!(sent[in_flight.len()..], expected, "in order, and none of those in flight a second time");
}

#[test]
fn a_message_that_the_peer_cannot_take_yet_holds_back_its_referral_and_no_other() {
    let mut outbound = connected();
    // Positions 1, 3 and 5 are of one referral, 2, 4 and 6 of another.
    (1..=4).for_each(|position| outbound.enqueue(entry_of(position, position % 2, false)));
    assert_eq!(positions(&outbound.next_batch(9, NOW)), [1, 2, 3, 4]);
    assert!(outbound.not_yet(1, Code::LaterEdition, NOW));
    assert!(!outbound.not_yet(3, Code::SequenceGap, NOW));
    assert!(!outbound.not_yet(5, Code::LaterEdition, NOW), "it was not asked");
    assert!(outbound.receipted(2, NOW) && outbound.receipted(4, NOW));
    (5..=6).for_each(|position| outbound.enqueue(entry_of(position, position % 2, false)));
    assert_eq!(positions(&outbound.next_batch(9, NOW)), [6]);
    let Place::Postponed(wait) = outbound.place(1, false, referral(1)) else { panic!("it is tried again") };
    assert_eq!((wait.code, wait.answers), (Code::LaterEdition, 1));
    assert_eq!(outbound.place(3, false, referral(1)), Place::BehindPostponed);
    assert_eq!(outbound.place(5, false, referral(1)), Place::BehindPostponed);

    let later = Duration::from_secs(1);
    assert_eq!(positions(&outbound.next_batch(9, later)), [1]);
    assert!(matches!(outbound.place(1, false, referral(1)), Place::Postponed(_)), "also while it is tried");
    assert!(outbound.take_released().is_empty());
    assert!(outbound.receipted(1, later));
    assert_eq!(outbound.take_released(), [referral(1)]);
    [3, 5].into_iter().for_each(|position| outbound.requeue(entry_of(position, 1, false)));
    assert_eq!(positions(&outbound.next_batch(9, later)), [3, 5]);
}

#[test]
fn a_message_before_the_one_that_was_postponed_goes_its_way() {
    let mut outbound = connected();
    (1..=2).for_each(|position| outbound.enqueue(entry_of(position, 1, false)));
    assert_eq!(positions(&outbound.next_batch(9, NOW)), [1, 2]);
    // The receipt for 1 waits for a disk; the answer about 2 does not. Then the link is lost.
    outbound.not_yet(2, Code::LaterEvent, NOW);
    outbound.lost(Some(1), NOW, 0);
    outbound.up(2, NOW);
    assert_eq!(positions(&outbound.next_batch(9, NOW)), [1]);
    outbound.forget(1, NOW);
    // A person puts it back, while 2 is still tried.
    outbound.requeue(entry_of(1, 1, false));
    assert_eq!(outbound.place(1, false, referral(1)), Place::Window);
    assert_eq!(positions(&outbound.next_batch(9, NOW)), [1]);
    outbound.not_yet(1, Code::LaterEdition, NOW);
    assert_eq!(
        outbound.place(2, false, referral(1)),
        Place::BehindPostponed,
        "it waits behind the first again"
    );
}

#[test]
fn an_answer_about_what_waits_takes_it_out_of_no_lane() {
    let mut outbound = connected();
    outbound.enqueue(entry(1, false));
    assert!(!outbound.not_yet(1, Code::LaterEvent, NOW));
    assert_eq!(positions(&outbound.next_batch(9, NOW)), [1]);
}

#[test]
fn what_was_postponed_and_given_up_lets_what_waited_behind_it_go() {
    let mut outbound = connected();
    (1..=2).for_each(|position| outbound.enqueue(entry_of(position, 1, false)));
    outbound.next_batch(9, NOW);
    outbound.not_yet(1, Code::LaterEvent, NOW);
    outbound.not_yet(2, Code::SequenceGap, NOW);
    outbound.forget(1, NOW);
    assert_eq!(outbound.take_released(), [referral(1)]);
    outbound.requeue(entry_of(2, 1, false));
    assert_eq!(positions(&outbound.next_batch(9, NOW)), [2]);
}

#[test]
fn a_retry_on_a_lost_link_is_tried_again_on_the_next_and_nothing_behind_it_is_sent_before() {
    let mut outbound = connected();
    (1..=3).for_each(|position| outbound.enqueue(entry_of(position, 1, false)));
    outbound.next_batch(9, NOW);
    outbound.not_yet(1, Code::LaterEvent, NOW);
    let later = Duration::from_secs(1);
    assert_eq!(positions(&outbound.next_batch(9, later)), [1]);
    outbound.lost(Some(1), later, 0);
    outbound.up(2, later);
    assert_eq!(positions(&outbound.next_batch(9, later)), [1]);
    assert!(outbound.next_batch(9, later).is_empty(), "2 and 3 were in flight and wait behind it");
    outbound.receipted(1, later);
    assert_eq!(outbound.take_released(), [referral(1)]);
}

#[test]
fn a_cure_ends_the_pause_between_two_dials_and_what_was_counted_towards_longer_ones() {
    let mut outbound: Outbound<()> = Outbound::new(NOW, false);
    let (mut now, longest) = (NOW, u64::MAX);
    for _ in 0..9 {
        assert!(outbound.dial(now));
        outbound.lost(None, now, longest);
        now = outbound.retry_at().unwrap();
    }
    assert!(outbound.dial(now));
    outbound.lost(None, now, longest);
    assert!(!outbound.dial(now), "it waits");
    outbound.dial_soon(now);
    assert!(outbound.dial(now));
    // The dial that is under way may have begun before the cure.
    outbound.dial_soon(now);
    outbound.lost(None, now, longest);
    assert!(outbound.retry_at().unwrap() - now < Duration::from_millis(200));
}

#[test]
fn retries_and_lanes_take_turns() {
    let mut outbound = connected();
    (0..200).for_each(|position| outbound.enqueue(entry(position, false)));
    while !outbound.next_batch(1_000, NOW).is_empty() {}
    (0..200).for_each(|position| {
        outbound.not_yet(position, Code::LaterInstrument, NOW);
    });
    (200..900).for_each(|position| outbound.enqueue(entry(position, false)));
    let later = Duration::from_secs(1);
    let batches: Vec<_> = (0..3).map(|_| positions(&outbound.next_batch(1_000, later))).collect();
    assert!(batches[0].iter().all(|position| *position < 200) && batches[0].len() == 64, "{batches:?}");
    assert!(batches[1].iter().all(|position| *position >= 200), "{batches:?}");
    assert!(
        !batches[2].is_empty() && batches[2].iter().all(|position| *position >= 200),
        "64 are on their way"
    );
}

/// A peer that takes messages in order, and cannot read those of some referrals before a moment.
#[derive(Default)]
struct Reader {
    taken: BTreeMap<ReferralId, Vec<u64>>,
}

impl Reader {
    /// What it answers to a message; `before` is the position before it in its referral.
    fn take(&mut self, entry: &Queued<()>, before: Option<u64>, can_read: bool) -> Result<(), Code> {
        let taken = self.taken.entry(entry.referral).or_default();
        match taken.last().copied() == before {
            true if can_read => taken.push(entry.position),
            true => return Err(Code::LaterEvent),
            false => return Err(Code::SequenceGap),
        }
        Ok(())
    }
}

proptest! {
    #[test]
    fn under_any_answers_and_losses_every_message_is_taken_once_and_in_the_order_of_its_referral(
        steps in prop::collection::vec((0u8..6, 1u64..6), 1..80),
        unreadable in prop::collection::btree_set(0u64..40, 0..12),
        window in prop::bool::ANY,
    ) {
        const REFERRALS: u64 = 5;
        let mut outbound = connected();
        let (mut next, mut session, mut now) = (0u64, 1, NOW);
        let mut peer = Reader::default();
        let mut line: std::collections::VecDeque<Queued<()>> = std::collections::VecDeque::new();
        // What the peer took and has not on its disk yet; answers about what it cannot take do not wait for that.
        let mut undurable: std::collections::VecDeque<Queued<()>> = std::collections::VecDeque::new();
        let mut receipted = std::collections::BTreeSet::new();
        let before = |position: u64| position.checked_sub(REFERRALS);
        let steps = steps.into_iter().map(|step| (step, false));
        // In the end the peer reads everything.
        let ending = [1, 2, 4].into_iter().cycle().take(1_500).map(|step| ((step, 300), true));
        for ((step, count), is_over) in steps.chain(ending) {
            match step {
                0 => for _ in 0..count {
                    // Some stay in the index alone, as when the window is full.
                    if window && next % 7 == 0 { outbound.routine.more_in_index = true; }
                    outbound.enqueue(entry_of(next, next % REFERRALS, false));
                    next += 1;
                },
                1 => loop {
                    for released in outbound.take_released() {
                        let of = (0..next).filter(|position| referral(position % REFERRALS) == released);
                        let waits = of.filter(|position| !receipted.contains(position));
                        waits.for_each(|position| outbound.requeue(entry_of(position, position % REFERRALS, false)));
                    }
                    while let Some(asked) = outbound.wants() {
                        let from = asked.after.map_or(0, |after| after + 1);
                        let found = (from..next).filter(|position| !receipted.contains(position)).take(asked.limit);
                        let found = found.map(|position| entry_of(position, position % REFERRALS, false));
                        outbound.fill(asked, found.collect());
                    }
                    let batch = outbound.next_batch(next, now);
                    if batch.is_empty() { break }
                    for entry in &batch {
                        prop_assert!(!line.iter().any(|sent| sent.position == entry.position), "sent twice");
                    }
                    line.extend(batch);
                },
                2 | 3 => {
                    for _ in 0..count {
                        let Some(entry) = line.pop_front() else { break };
                        let can_read = is_over || !unreadable.contains(&entry.position);
                        match peer.take(&entry, before(entry.position), can_read) {
                            Ok(()) => undurable.push_back(entry),
                            Err(code) => { outbound.not_yet(entry.position, code, now); }
                        }
                    }
                    for entry in undurable.drain(..if step == 2 { undurable.len() } else { 0 }) {
                        prop_assert!(outbound.receipted(entry.position, now));
                        receipted.insert(entry.position);
                    }
                }
                4 => now += Duration::from_secs(count),
                _ => {
                    // The peer goes down, and what it had not on its disk never was.
                    session += 1;
                    line.clear();
                    for entry in undurable.drain(..) {
                        peer.taken.entry(entry.referral).or_default().retain(|taken| *taken != entry.position);
                    }
                    outbound.up(session, now);
                }
            }
        }
        for of in 0..REFERRALS {
            let expected: Vec<u64> = (0..next).filter(|position| position % REFERRALS == of).collect();
            prop_assert_eq!(peer.taken.remove(&referral(of)).unwrap_or_default(), expected);
        }
        prop_assert_eq!((outbound.in_flight(), outbound.postponed().tallies().len()), (0, 0));
        prop_assert!(outbound.urgent.in_flight == 0 && outbound.routine.in_flight == 0);
    }
}
