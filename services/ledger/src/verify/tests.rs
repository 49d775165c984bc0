//! An audit of sound, damaged, cut and foreign directories.

use super::*;
use crate::{
    Decision, MemoryDisk,
    samples::{create_signed, decision, root, segments},
};

fn ledger(groups: u32) -> (MemoryDisk, Vec<Decision>) {
    let disk = MemoryDisk::new();
    let mut log = create_signed(&disk);
    let decisions: Vec<Decision> = (0..groups).map(|number| decision(number, 2, 700)).collect();
    for decision in &decisions {
        log.commit(std::slice::from_ref(decision)).unwrap();
    }
    log.close().unwrap();
    (disk, decisions)
}

fn check(disk: &MemoryDisk, heads: &[(u64, Hash)]) -> Report {
    verify(disk, disk, heads, &mut |_| ()).unwrap()
}

#[test]
fn a_sound_ledger_is_counted_and_nothing_is_changed() {
    let (disk, decisions) = ledger(40);
    let changes = disk.changes();
    let held = [(20, root(&decisions[..10])), (80, root(&decisions))];
    let mut seen = Vec::new();
    let report = verify(&disk, &disk, &held, &mut |progress| seen.push(progress)).unwrap();
    assert!(report.is_sound(), "{:?}", report.faults);
    assert_eq!((report.entries, report.decisions, report.payload_bytes), (80, 40, 56_000));
    assert_eq!(report.root, Some(root(&decisions)));
    assert_eq!(seen.last().map(|last| (last.segments, last.entries)), Some((report.segments, 80)));
    assert_eq!(disk.changes(), changes);
}

#[test]
fn every_damaged_segment_is_named() {
    let (disk, _) = ledger(40);
    let names = segments(&disk);
    disk.flip_bit(&names[0], 5000, 0);
    disk.flip_bit(&names[2], 5000, 0);
    let report = check(&disk, &[]);
    let named: Vec<&String> = report
        .faults
        .iter()
        .filter_map(|fault| match fault {
            Fault::Damaged { segment, offset: 4096, .. } => Some(segment),
            _ => None,
        })
        .collect();
    assert_eq!(named, [&names[0], &names[2]]);
    assert_eq!(report.root, None);
}

#[test]
fn heads_that_others_hold_show_a_cut_and_a_fork() {
    let (disk, decisions) = ledger(4);
    let other = root(&decisions[..1]);
    assert_eq!(check(&disk, &[(6, other)]).faults, [Fault::OtherRoot { size: 6 }]);
    // No head falls between decisions.
    assert_eq!(check(&disk, &[(3, other)]).faults, [Fault::OtherRoot { size: 3 }]);
    assert_eq!(check(&disk, &[(9, other)]).faults, [Fault::Shorter { size: 9 }]);
}

#[test]
fn a_guard_that_the_ledgers_key_did_not_sign_is_named() {
    let (disk, _) = ledger(2);
    let mut guard = Guard::read(&disk).unwrap().unwrap();
    guard.head.size += 1;
    guard.write(&disk).unwrap();
    assert_eq!(check(&disk, &[]).faults, [Fault::GuardSignature, Fault::Shorter { size: 5 }]);
}

#[test]
fn a_lost_segment_or_ledger_or_guard_is_named() {
    let (disk, _) = ledger(40);
    let names = segments(&disk);
    let lost = disk.copy();
    lost.remove(&names[1]).unwrap();
    assert!(
        matches!(&check(&lost, &[]).faults[..], [Fault::Damaged { segment, .. }] if *segment == names[0])
    );
    let guard = disk.copy();
    guard.flip_bit("guard", 60, 1);
    assert_eq!(check(&guard, &[]).faults, [Fault::Guard(GuardError::Unreadable)]);
    assert_eq!(check(&MemoryDisk::new(), &[]).faults, [Fault::Empty]);
}
