//! What checkpoints promise: an opening that reads less finds the same ledger, and is wrong about nothing for long.

use std::ops::ControlFlow;

use proptest::{collection::vec, prelude::*};

use crate::{
    Decision, Disk as _, Log, MemoryDisk, OpenError, Recovery, Stores,
    samples::{self, OPTIONS, all, decision, segments},
};

fn open(disk: &MemoryDisk) -> Result<(Log, Recovery), OpenError> {
    Log::open(Stores::one(std::sync::Arc::new(disk.clone())), samples::signer(false), OPTIONS)
}

/// Commits decisions, of which about ten fill a segment.
fn grow(log: &mut Log, from: u32, count: u32) {
    for number in from..from + count {
        log.commit(&[decision(number, 3, 700)]).unwrap();
    }
}

/// A ledger of many segments, all but the newest with a checkpoint, that was closed.
fn checkpointed() -> MemoryDisk {
    let disk = MemoryDisk::new();
    let mut log = samples::create_signed(&disk);
    let mut checkpoints = log.take_checkpoints().unwrap();
    grow(&mut log, 0, 100);
    checkpoints.write_due();
    log.close().unwrap();
    disk
}

fn to_the_end(_: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

#[test]
fn an_opening_reads_what_came_after_the_last_checkpoint_and_finds_the_same_ledger() {
    let disk = checkpointed();
    let whole = disk.copy();
    super::forget(&whole).unwrap();
    let (by_walk, walked) = open(&whole).unwrap();
    let (mut log, recovery) = open(&disk).unwrap();
    assert_eq!((recovery.root, recovery.size, walked.trusted), (walked.root, walked.size, 0));
    let newest = segments(&disk).last().unwrap().clone();
    assert!(
        newest.starts_with(&format!("{:020}", recovery.trusted)),
        "all but {newest} was taken on their word"
    );
    assert_eq!(all(&log), all(&by_walk));
    // The tree goes on from there, block after block, and proves what lies before and after.
    grow(&mut log, 500, 400);
    let (size, reader) = (log.size(), log.reader());
    for position in (0..size).step_by(37) {
        let leaf = rogatory_tlog::leaf_hash(&reader.entry(position).unwrap().leaf);
        let proof = rogatory_tlog::inclusion_proof(reader.nodes(), position, size).unwrap();
        rogatory_tlog::verify_inclusion(leaf, position, size, &proof, log.head().root).unwrap();
    }
}

#[test]
fn what_was_taken_on_their_word_is_read_behind_and_damage_there_is_named_by_the_next_opening() {
    let disk = checkpointed();
    let (log, recovery) = open(&disk).unwrap();
    let unverified = log.unverified().unwrap();
    let mut read = Vec::new();
    unverified
        .verify(&mut |entries| {
            read.push(entries);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!((read.last(), unverified.size()), (Some(&recovery.trusted), recovery.trusted));
    drop(log);
    let damaged = segments(&disk)[2].clone();
    disk.flip_bit(&damaged, 9_000, 3);
    let (log, _) = open(&disk).unwrap();
    let named = |error: OpenError| matches!(error, OpenError::Damaged { segment, .. } if segment == damaged);
    assert!(named(log.unverified().unwrap().verify(&mut to_the_end).unwrap_err()));
    drop(log);
    assert!(open(&disk).is_err_and(named), "no checkpoint speaks for it any more");
}

#[test]
fn a_check_that_is_ended_says_nothing() {
    let disk = checkpointed();
    disk.flip_bit(&segments(&disk)[2].clone(), 9_000, 3);
    let unverified = open(&disk).unwrap().0.unverified().unwrap();
    assert_eq!(unverified.verify(&mut |_| ControlFlow::Break(())), Ok(()));
}

#[test]
fn records_of_another_history_under_right_checkpoints_are_found() {
    let (disk, other) = (checkpointed(), MemoryDisk::new());
    let mut log = samples::create_signed(&other);
    grow(&mut log, 7_000, 100);
    log.close().unwrap();
    let first = segments(&disk)[0].clone();
    assert_eq!(first, segments(&other)[0]);
    let bytes = crate::disk::read_all(&other, &first).unwrap();
    crate::Disk::write_at(&disk, &first, 0, &bytes).unwrap();
    let (log, _) = open(&disk).unwrap();
    // The believed tree is the first thing that does not follow from them.
    assert!(matches!(log.unverified().unwrap().verify(&mut to_the_end), Err(OpenError::Derived(_))));
    drop(log);
    assert!(matches!(open(&disk), Err(OpenError::Rollback { .. })));
}

#[test]
fn a_checkpoint_that_is_gone_damaged_of_another_key_or_beyond_the_guard_is_not_believed() {
    let files = |disk: &MemoryDisk| -> Vec<String> {
        let mut names = crate::Disk::list(disk).unwrap();
        names.retain(|name| name.ends_with(super::SUFFIX));
        names.sort();
        names
    };
    let disk = checkpointed();
    let names = files(&disk);
    let trusted = open(&disk.copy()).unwrap().1.trusted;
    for (at, name) in names.iter().enumerate() {
        let base: u64 = name.trim_end_matches(super::SUFFIX).parse().unwrap();
        let gone = disk.copy();
        crate::Disk::remove(&gone, name).unwrap();
        let damaged = disk.copy();
        damaged.flip_bit(name, 100 + at as u64, 2);
        for copy in [gone, damaged] {
            let (log, recovery) = open(&copy).unwrap();
            assert_eq!(recovery.trusted, base, "{name}");
            assert_eq!(all(&log).len(), 100);
        }
    }
    // One whose guard knows less by one decision, as after a crash between the two.
    let older = disk.copy();
    let mut guard = crate::Guard::read(&older).unwrap().unwrap();
    let nodes = open(&disk.copy()).unwrap().0.reader();
    guard.head.size = trusted - 3;
    guard.head.root = rogatory_tlog::root(nodes.nodes(), trusted - 3).unwrap();
    guard.write(&older).unwrap();
    assert!(open(&older).unwrap().1.trusted < trusted);
    // Signed by nobody.
    let blank = MemoryDisk::new();
    let mut log = samples::create(&blank).unwrap();
    let mut checkpoints = log.take_checkpoints().unwrap();
    grow(&mut log, 0, 100);
    checkpoints.write_due();
    log.close().unwrap();
    assert!(!files(&blank).is_empty());
    assert_eq!(samples::open(&blank).unwrap().1.trusted, 0);
}

#[test]
fn a_ledger_without_checkpoints_has_them_after_its_next_opening() {
    let disk = checkpointed();
    super::forget(&disk).unwrap();
    let (mut log, recovery) = open(&disk).unwrap();
    assert_eq!(recovery.trusted, 0);
    log.take_checkpoints().unwrap().write_due();
    drop(log);
    let newest = segments(&disk).last().unwrap().clone();
    assert!(newest.starts_with(&format!("{:020}", open(&disk).unwrap().1.trusted)));
}

#[test]
fn a_block_of_the_tree_that_is_damaged_is_made_anew_by_the_next_opening() {
    let disk = MemoryDisk::new();
    let mut log = samples::create_signed(&disk);
    let mut checkpoints = log.take_checkpoints().unwrap();
    grow(&mut log, 0, 300);
    checkpoints.write_due();
    let (size, root) = (log.size(), log.head().root);
    log.close().unwrap();
    disk.flip_bit("nodes-0", 40, 1);
    let (log, recovery) = open(&disk).unwrap();
    assert!(recovery.trusted > 0);
    assert!(rogatory_tlog::inclusion_proof(log.reader().nodes(), 1, size).is_err());
    drop(log);
    let (log, recovery) = open(&disk).unwrap();
    assert_eq!((recovery.trusted, recovery.root), (0, root));
    assert!(rogatory_tlog::inclusion_proof(log.reader().nodes(), 1, size).is_ok());
}

#[test]
fn a_block_of_another_tree_in_the_place_of_a_right_one_is_found_by_the_reading_behind_and_made_anew() {
    let grown = |from| {
        let disk = MemoryDisk::new();
        let mut log = samples::create_signed(&disk);
        let mut checkpoints = log.take_checkpoints().unwrap();
        grow(&mut log, from, 300);
        checkpoints.write_due();
        log.close().unwrap();
        disk
    };
    let (disk, other) = (grown(0), grown(5_000));
    let block = &crate::disk::read_all(&other, "nodes-0").unwrap()[..16 << 10];
    crate::Disk::write_at(&disk, "nodes-0", 0, block).unwrap();
    let (log, recovery) = open(&disk).unwrap();
    assert!(recovery.trusted > 0, "nothing tells yet");
    let fault = log.unverified().unwrap().verify(&mut to_the_end).unwrap_err();
    assert_eq!(fault, OpenError::Derived("nodes-0".to_owned()));
    drop(log);
    let (log, recovery) = open(&disk).unwrap();
    assert_eq!(recovery.trusted, 0);
    let leaf = rogatory_tlog::leaf_hash(&log.reader().entry(1).unwrap().leaf);
    let proof = rogatory_tlog::inclusion_proof(log.reader().nodes(), 1, log.size()).unwrap();
    rogatory_tlog::verify_inclusion(leaf, 1, log.size(), &proof, log.head().root).unwrap();
}

#[test]
fn a_checkpoint_that_could_not_be_written_is_written_with_the_next_one() {
    let disk = MemoryDisk::new();
    let mut log = samples::create_signed(&disk);
    let mut checkpoints = log.take_checkpoints().unwrap();
    grow(&mut log, 0, 40);
    disk.fail_syncs(1);
    checkpoints.write_due();
    grow(&mut log, 500, 40);
    checkpoints.write_due();
    log.close().unwrap();
    let newest = segments(&disk).last().unwrap().clone();
    assert!(newest.starts_with(&format!("{:020}", open(&disk).unwrap().1.trusted)), "no gap is left");
}

#[test]
fn a_disk_that_is_full_keeps_no_half_of_a_checkpoint_and_the_next_one_is_written() {
    let disk = MemoryDisk::new();
    let mut log = samples::create_signed(&disk);
    let mut checkpoints = log.take_checkpoints().unwrap();
    grow(&mut log, 0, 40);
    disk.set_capacity(1);
    checkpoints.write_due();
    let has = |end: &str| disk.list().unwrap().iter().any(|file| file.ends_with(end));
    assert!(!has("checkpoint.new") && !has(".checkpoint"));
    disk.set_capacity(u64::MAX);
    grow(&mut log, 40, 40);
    checkpoints.write_due();
    assert!(has(".checkpoint") && !has("checkpoint.new"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_crash_anywhere_with_checkpoints_loses_no_acknowledged_decision(
        rounds in vec((1..40_u32, 0..120_u64, any::<bool>(), any::<u64>()), 1..6),
    ) {
        let disk = MemoryDisk::new();
        let mut log = samples::create_signed(&disk);
        let (mut acknowledged, mut number): (Vec<Decision>, u32) = (Vec::new(), 0);
        for (count, calls, is_power_cut, seed) in rounds {
            disk.stop_after(calls);
            let mut checkpoints = log.take_checkpoints();
            for _ in 0..count {
                number += 1;
                let next = decision(number, 3, 700);
                if log.commit(std::slice::from_ref(&next)).is_err() {
                    break;
                }
                acknowledged.push(next);
                let _ = log.tick();
                checkpoints.iter_mut().for_each(super::Checkpoints::write_due);
            }
            drop((log, checkpoints));
            if is_power_cut { disk.crash(seed) } else { disk.kill() }
            let (opened, recovery) = open(&disk).unwrap();
            let found = all(&opened);
            prop_assert!(found.len() >= acknowledged.len());
            prop_assert_eq!(&found[..acknowledged.len()], &acknowledged[..]);
            prop_assert_eq!(recovery.root, samples::root(&found));
            if let Some(unverified) = opened.unverified() {
                prop_assert_eq!(unverified.verify(&mut to_the_end), Ok(()));
            }
            (log, acknowledged) = (opened, found);
        }
    }
}
