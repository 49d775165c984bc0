//! What the log promises, against a disk that forgets, tears, fails and fills.

use std::ops::ControlFlow;

use proptest::{collection::vec, prelude::*};
use rogatory_tlog::{
    Checkpoint, KeyKind, Note, VerifierKey, consistency_proof, inclusion_proof, leaf_hash,
    verify_consistency, verify_inclusion,
};

use super::*;
use crate::{
    MemoryDisk, ReadError, RealDisk,
    samples::{self, OPTIONS, all, create, decision, open, open_guarded, open_with_new_guard, segments},
    segment::HEADER_BYTES,
};

fn groups() -> impl Strategy<Value = Vec<Vec<Decision>>> {
    let sizes = vec(vec((1..4_u32, 0..1200_usize), 1..4), 1..14);
    sizes.prop_map(|groups| {
        let mut number = 0;
        let mut next = |(entries, len)| {
            number += 1;
            decision(number, entries, len)
        };
        groups.into_iter().map(|group| group.into_iter().map(&mut next).collect()).collect()
    })
}

/// Commits until something fails; returns what was acknowledged and what was under way.
fn drive(log: &mut Log, groups: &[Vec<Decision>]) -> (Vec<Decision>, Vec<Decision>) {
    let mut acknowledged = Vec::new();
    for (number, group) in groups.iter().enumerate() {
        if log.commit(group).is_err() {
            return (acknowledged, group.clone());
        }
        acknowledged.extend_from_slice(group);
        if number % 3 == 1 {
            let _ = log.tick();
        }
        if number % 2 == 1 {
            let _ = log.prepare();
        }
    }
    (acknowledged, Vec::new())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_crash_anywhere_loses_no_acknowledged_decision_and_leaves_no_half_of_one(
        groups in groups(),
        calls in 0..90_u64,
        seed: u64,
        calls_of_recovery in 0..20_u64,
        only_the_process in any::<bool>(),
    ) {
        let disk = MemoryDisk::new();
        let mut log = create(&disk).unwrap();
        disk.stop_after(calls);
        let (acknowledged, under_way) = drive(&mut log, &groups);
        drop(log);
        if only_the_process { disk.kill() } else { disk.crash(seed) }

        // Recovery itself is interrupted, wherever it is.
        disk.stop_after(calls_of_recovery);
        drop(open(&disk));
        disk.crash(seed ^ 1);

        let (mut log, recovery) = open(&disk).unwrap();
        let mut found = all(&log);
        prop_assert!(found.len() >= acknowledged.len());
        let mut expected = acknowledged;
        expected.extend(under_way);
        prop_assert_eq!(&found[..], &expected[..found.len()]);
        prop_assert_eq!(recovery.root, samples::root(&found));
        prop_assert_eq!(log.head().note.is_none(), log.size() == 0 || recovery.signing_held);

        // The log goes on, over segment borders, and through another crash.
        let more: Vec<Decision> = (500..520).map(|number| decision(number, 2, 900)).collect();
        for decision in &more {
            log.commit(std::slice::from_ref(decision)).unwrap();
        }
        drop(log);
        disk.crash(seed ^ 2);
        found.extend(more);
        let (log, recovery) = open(&disk).unwrap();
        prop_assert_eq!(all(&log), found);
        prop_assert_eq!(recovery.cut, None);
    }

    #[test]
    fn a_crash_while_creating_leaves_nothing_or_an_empty_ledger(calls in 0..16_u64, seed: u64) {
        let disk = MemoryDisk::new();
        disk.stop_after(calls);
        drop(create(&disk));
        disk.crash(seed);
        let log = match open(&disk) {
            Err(OpenError::Empty) => create(&disk).unwrap(),
            other => other.unwrap().0,
        };
        prop_assert_eq!(log.size(), 0);
    }

    #[test]
    fn a_flipped_bit_in_a_guarded_ledger_is_named(at in 0..60_000_u64, bit in 0..8_u8) {
        let disk = MemoryDisk::new();
        let mut log = create(&disk).unwrap();
        for number in 0..40 {
            log.commit(&[decision(number, 1, 1300)]).unwrap();
        }
        let used = log.tail.offset;
        log.close().unwrap();
        let names = segments(&disk);
        prop_assert!(names.len() > 1);
        let (name, offset) = (&names[at as usize % names.len()], at % used);
        disk.flip_bit(name, offset, bit);
        match open(&disk) {
            Err(OpenError::Damaged { segment, offset: found, .. }) => {
                prop_assert_eq!(&segment, name);
                prop_assert!(found <= offset);
            }
            // The unused end of a full segment holds nothing that could be damaged.
            Ok((log, _)) => prop_assert_eq!(log.size(), 40),
            Err(other) => return Err(TestCaseError::fail(other.to_string())),
        }
    }
}

#[test]
fn heads_are_signed_and_linked_and_prove_every_entry() {
    let disk = MemoryDisk::new();
    let mut log = samples::create_signed(&disk);
    let key = VerifierKey::new(&log.identity.origin, KeyKind::Ed25519, &log.identity.key).unwrap();
    let mut last = log.head();
    assert_eq!(last.note, None);
    for number in 0..50 {
        let head = log.commit(&[decision(number, 3, 100), decision(number + 100, 1, 10)]).unwrap();
        let note: Note = std::str::from_utf8(head.note.as_ref().unwrap()).unwrap().parse().unwrap();
        let signed = Checkpoint::open(&note, &key).unwrap();
        assert_eq!((signed.size, signed.root), (head.size, head.root));
        let reader = log.reader();
        if last.size > 0 {
            let proof = consistency_proof(reader.nodes(), last.size, head.size).unwrap();
            verify_consistency(last.size, last.root, head.size, head.root, &proof).unwrap();
        }
        let position = head.size / 2;
        let leaf = leaf_hash(&reader.entry(position).unwrap().leaf);
        let proof = inclusion_proof(reader.nodes(), position, head.size).unwrap();
        verify_inclusion(leaf, position, head.size, &proof, head.root).unwrap();
        last = head;
    }
}

#[test]
fn readers_see_exactly_what_is_durable() {
    let disk = MemoryDisk::new();
    let mut log = create(&disk).unwrap();
    let reader = log.reader();
    for number in 0..60 {
        let group = [decision(number, 2, 700), decision(number + 100, 1, 0)];
        let written = log.write(&group).unwrap();
        let size = reader.size();
        assert_eq!(reader.entry(size), Err(ReadError::Beyond { position: size, size }));
        log.sync(&written).unwrap();
        log.publish(&group);
        assert_eq!(reader.entry(size + 1).as_ref(), Ok(&group[0].entries[1]));
    }
    let (mut seen, mut positions) = (Vec::new(), Vec::new());
    let end = reader.scan(4, &mut |position, entry| {
        positions.push(position);
        seen.push(entry);
        if position == 100 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(end, Ok(101));
    assert!(positions.into_iter().eq(4..=100));
    assert!(seen.iter().zip(4..).all(|(entry, position)| reader.entry(position).as_ref() == Ok(entry)));
    assert_eq!(reader.scan(180, &mut |_, _| ControlFlow::Continue(())), Ok(180));
}

#[test]
fn damage_is_named_to_a_reader() {
    let disk = MemoryDisk::new();
    let mut log = create(&disk).unwrap();
    log.commit(&[decision(1, 1, 100), decision(2, 1, 100)]).unwrap();
    disk.flip_bit(&segments(&disk)[0], HEADER_BYTES + 150, 0);
    assert!(matches!(log.reader().entry(0), Err(ReadError::Damaged { offset: HEADER_BYTES, .. })));
}

#[test]
fn damage_before_a_later_group_is_not_taken_for_a_torn_tail() {
    let disk = MemoryDisk::new();
    let mut log = create(&disk).unwrap();
    let mut places = Vec::new();
    for number in 0..3 {
        places.push(log.tail.offset);
        log.commit(&[decision(number, 1, 500)]).unwrap();
    }
    drop(log);
    let segment = segments(&disk)[0].clone();
    let whole = disk.copy();

    disk.flip_bit(&segment, places[1] + 300, 1);
    let damaged = OpenError::Damaged { segment: segment.clone(), offset: places[1], position: 1 };
    assert_eq!(open(&disk).err(), Some(damaged));

    // The newest group, beyond the guard, cannot be told from one that was never synced.
    whole.flip_bit(&segment, places[2] + 300, 1);
    let (log, recovery) = open(&whole).unwrap();
    assert_eq!((log.size(), recovery.cut), (2, Some((segment, places[2], 2))));
    assert!(!recovery.cut_after_reboot && !recovery.signing_held);
}

#[test]
fn a_cut_after_a_reboot_holds_signing_until_it_is_released() {
    let disk = MemoryDisk::new();
    let mut log = create(&disk).unwrap();
    log.commit(&[decision(1, 1, 500)]).unwrap();
    log.tick().unwrap();
    let place = log.tail.offset;
    log.commit(&[decision(2, 1, 500)]).unwrap();
    drop(log);
    disk.crash(1);
    disk.flip_bit(&segments(&disk)[0], place + 300, 1);

    let (log, recovery) = open(&disk).unwrap();
    assert!(recovery.cut_after_reboot && recovery.signing_held && log.head().note.is_none());
    drop(log);
    // Another restart does not forget it.
    disk.crash(2);
    let (mut log, recovery) = open(&disk).unwrap();
    assert!(!recovery.cut_after_reboot && recovery.signing_held);
    assert_eq!(log.commit(&[decision(3, 1, 1)]).unwrap().note, None);
    assert!(log.release_signing().note.is_some());
    log.close().unwrap();
    assert!(!open(&disk).unwrap().1.signing_held);
}

#[test]
fn a_hold_survives_a_recovery_that_is_cut_short_anywhere() {
    for calls in 0..16 {
        let disk = MemoryDisk::new();
        let mut log = create(&disk).unwrap();
        log.commit(&[decision(1, 1, 500)]).unwrap();
        let place = log.tail.offset;
        log.commit(&[decision(2, 1, 500)]).unwrap();
        drop(log);
        disk.crash(calls);
        disk.flip_bit(&segments(&disk)[0], place + 300, 1);
        disk.stop_after(calls);
        drop(open(&disk));
        disk.crash(calls);
        assert!(open(&disk).unwrap().1.signing_held, "after {calls} calls");
    }
}

#[test]
fn an_older_copy_and_another_history_are_never_continued() {
    let (disk, guard) = (MemoryDisk::new(), MemoryDisk::new());
    let stores = Stores { ledger: Arc::new(disk.clone()), guard: Arc::new(guard.clone()) };
    let mut log = Log::create(stores, samples::identity(), samples::signer(true), OPTIONS).unwrap();
    log.commit(&[decision(1, 2, 10)]).unwrap();
    let older = disk.copy();
    log.commit(&[decision(2, 3, 10)]).unwrap();
    log.close().unwrap();

    assert_eq!(open_guarded(&older, &guard).err(), Some(OpenError::Rollback { guarded: 5, found: 2 }));
    assert_eq!(
        open_guarded(&MemoryDisk::new(), &guard).err(),
        Some(OpenError::Rollback { guarded: 5, found: 0 })
    );
    let (mut fork, _) = open_with_new_guard(&older, &MemoryDisk::new()).unwrap();
    fork.commit(&[decision(9, 3, 10)]).unwrap();
    drop(fork);
    assert_eq!(open_guarded(&older, &guard).err(), Some(OpenError::Rollback { guarded: 5, found: 5 }));
    assert!(open_guarded(&disk, &guard).is_ok());
}

#[test]
fn a_ledger_with_records_and_no_guard_is_opened_on_somebodys_word_alone() {
    let disk = MemoryDisk::new();
    let mut log = create(&disk).unwrap();
    log.commit(&[decision(1, 2, 10)]).unwrap();
    log.close().unwrap();
    let lost = MemoryDisk::new();
    assert_eq!(open_guarded(&disk, &lost).err(), Some(OpenError::GuardMissing { records: 2 }));
    assert_eq!(Guard::read(&lost), Ok(None), "a refusal writes none");
    disk.create("guard").unwrap();
    assert!(matches!(open(&disk).err(), Some(OpenError::Guard(_))), "one that is not readable is no guard");
    open_with_new_guard(&disk, &disk).unwrap().0.close().unwrap();
    assert_eq!(open(&disk).unwrap().0.size(), 2);

    let begun = MemoryDisk::new();
    create(&begun).unwrap().close().unwrap();
    begun.remove("guard").unwrap();
    assert_eq!(open(&begun).unwrap().0.size(), 0, "a creation that was cut short goes on");
}

#[test]
fn a_ledger_that_is_taken_away_or_overwritten_stops_at_the_next_look() {
    for harm in [
        |disk: &MemoryDisk| disk.remove(&segments(disk)[0]).unwrap(),
        |disk: &MemoryDisk| disk.write_at(&segments(disk)[0], 4096, &[0; 64]).unwrap(),
    ] {
        let disk = MemoryDisk::new();
        let mut log = create(&disk).unwrap();
        log.commit(&[decision(1, 1, 100)]).unwrap();
        assert_eq!(log.look(), Ok(()));
        harm(&disk);
        assert!(matches!(log.look(), Err(Fatal::Replaced(_))));
        assert!(matches!(log.commit(&[decision(2, 1, 100)]), Err(CommitError::Fatal(Fatal::Replaced(_)))));
    }
}

#[test]
fn without_a_descriptor_for_the_next_segment_the_ledger_waits_and_goes_on() {
    let disk = MemoryDisk::new();
    let mut log = create(&disk).unwrap();
    disk.fail_creates(true);
    while log.prepare().unwrap() {}
    let mut taken = 0;
    let waits = loop {
        match log.commit(&[decision(taken, 1, 2_000)]) {
            Ok(_) => taken += 1,
            Err(error) => break error,
        }
    };
    assert!(
        matches!(&waits, CommitError::NoDescriptor(error) if error.to_string().contains("EMFILE")),
        "{waits}"
    );
    disk.fail_creates(false);
    log.commit(&[decision(taken, 1, 2_000)]).unwrap();
    assert_eq!(all(&log).len(), taken as usize + 1);
}

#[test]
fn a_full_disk_refuses_and_takes_again_once_there_is_space() {
    let disk = MemoryDisk::new();
    let mut log = create(&disk).unwrap();
    disk.set_capacity(60 << 10);
    let mut number = 0;
    let refused = loop {
        number += 1;
        match log.commit(&[decision(number, 1, 2000)]) {
            Ok(_) => assert_eq!(log.prepare().ok().map(|_| ()), Some(())),
            Err(error) => break error,
        }
    };
    assert_eq!(refused, CommitError::ReserveReached);
    let size = log.size();
    assert_eq!(log.commit(&[decision(number, 1, 2000)]), Err(CommitError::ReserveReached));
    disk.set_capacity(1 << 20);
    assert_eq!(log.commit(&[decision(number, 1, 2000)]).unwrap().size, size + 1);
    drop(log);
    disk.crash(3);
    assert_eq!(open(&disk).unwrap().0.size(), size + 1);
}

#[test]
fn a_ledger_opens_on_a_disk_without_a_free_byte_and_its_guard_is_renewed_once_there_is_room() {
    let disk = MemoryDisk::new();
    let mut log = create(&disk).unwrap();
    log.commit(&[decision(1, 1, 900)]).unwrap();
    log.tick().unwrap();
    drop(log);
    disk.crash(3);
    let guard = || Guard::read(&disk).unwrap().unwrap();
    let (before, boot) = (guard(), disk.boot_id().unwrap());
    assert_ne!(before.boot_id, boot);

    disk.set_capacity(1);
    let (mut log, recovery) = open(&disk).unwrap();
    assert_eq!((log.size(), recovery.size), (1, 1));
    assert_eq!(guard(), before, "it still says that another boot wrote last");
    assert_eq!(log.tick(), Err(DiskError::Full));
    assert_eq!(log.commit(&[decision(2, 1, 900)]), Err(CommitError::ReserveReached));
    disk.set_capacity(1 << 20);
    log.tick().unwrap();
    assert_eq!(guard().boot_id, boot);
    log.commit(&[decision(2, 1, 900)]).unwrap();
}

#[test]
fn a_failed_sync_stops_the_log_for_good() {
    let disk = MemoryDisk::new();
    let mut log = create(&disk).unwrap();
    let first = decision(1, 1, 900);
    log.commit(std::slice::from_ref(&first)).unwrap();
    let before = log.head();
    disk.fail_syncs(1);
    let second = decision(2, 1, 900);
    let error = log.commit(std::slice::from_ref(&second)).unwrap_err();
    assert!(matches!(error, CommitError::Fatal(Fatal::Disk(_))));
    assert_eq!(log.commit(&[decision(3, 1, 1)]), Err(error));
    assert_eq!(log.head(), before);
    assert!(log.prepare().is_err());
    drop(log);

    // The page cache shows what the medium never got; opening makes it durable before it is shown.
    disk.kill();
    let (log, recovery) = open(&disk).unwrap();
    assert_eq!(all(&log), [first.clone(), second.clone()]);
    assert!(recovery.rewritten_bytes > 1800);
    drop(log);
    disk.crash(5);
    assert_eq!(all(&open(&disk).unwrap().0), [first, second]);
}

#[test]
fn what_does_not_fit_is_refused_before_anything_is_written() {
    let disk = MemoryDisk::new();
    let mut log = create(&disk).unwrap();
    let changes = disk.changes();
    assert_eq!(log.commit(&[Decision::default()]), Err(CommitError::Empty));
    assert!(matches!(log.commit(&[decision(1, 1, 9000)]), Err(CommitError::TooLarge { limit: 8192, .. })));
    let large: Vec<Decision> = (0..10).map(|number| decision(number, 1, 4000)).collect();
    assert!(matches!(log.commit(&large), Err(CommitError::TooLarge { limit: 20_480, .. })));
    assert_eq!(log.commit(&[]).map(|head| head.size), Ok(0));
    assert_eq!(disk.changes(), changes);
}

#[test]
fn a_halted_log_takes_nothing_and_leaves_its_guard_alone() {
    let disk = MemoryDisk::new();
    let mut log = create(&disk).unwrap();
    log.commit(&[decision(1, 1, 1)]).unwrap();
    assert_eq!(log.halt(), Fatal::Halted);
    assert_eq!(log.commit(&[decision(2, 1, 1)]), Err(Fatal::Halted.into()));
    log.close().unwrap();
    assert_eq!(Guard::read(&disk).unwrap().map(|guard| guard.head.size), Some(0));
}

#[test]
fn another_key_and_a_second_creation_are_refused() {
    let disk = MemoryDisk::new();
    let other = Identity { key: [1; 32], ..samples::identity() };
    let stores = Stores::one(Arc::new(disk.clone()));
    let created = Log::create(stores, other, samples::signer(true), OPTIONS);
    assert_eq!(created.err(), Some(OpenError::OtherKey));
    create(&disk).unwrap().close().unwrap();
    assert_eq!(create(&disk).err(), Some(OpenError::Exists));
}

#[test]
fn a_directory_keeps_what_was_committed_and_takes_one_opener() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { reserve_bytes: 0, ..OPTIONS };
    let stores = || RealDisk::open(dir.path()).map(|disk| Stores::one(Arc::new(disk)));
    let (identity, signer) = (samples::identity(), samples::signer(true));
    let mut log = Log::create(stores().unwrap(), identity, signer.clone(), options).unwrap();
    let decisions: Vec<Decision> = (0..60).map(|number| decision(number, 1, 1500)).collect();
    for decision in &decisions {
        while log.prepare().unwrap() {}
        log.commit(std::slice::from_ref(decision)).unwrap();
    }
    assert_eq!(stores().err(), Some(DiskError::Locked));
    let head = log.head();
    log.close().unwrap();
    let (log, recovery) = Log::open(stores().unwrap(), signer, options).unwrap();
    assert_eq!((all(&log), log.head(), recovery.rewritten_bytes), (decisions, head, 0));
}
