//! The queue's door, the order of what passes it, and how it shuts.

use std::{ops::ControlFlow, sync::mpsc};

use super::*;
use crate::{
    DiskError, Guard, MemoryDisk, Stores,
    samples::{OPTIONS, all, create, decision, identity, open, signer},
};

type Running = (Committer, Appender, mpsc::Receiver<Durable>, mpsc::Receiver<Fatal>);

fn spawn(disk: &MemoryDisk, bytes_max: u64) -> Running {
    let (durable_in, durable) = mpsc::channel();
    let (fatal_in, fatal) = mpsc::channel();
    let (committer, appender) = Committer::spawn(
        create(disk).unwrap(),
        bytes_max,
        Box::new(move |event| durable_in.send(event).unwrap()),
        Box::new(move |event| fatal_in.send(event).unwrap()),
    )
    .unwrap();
    (committer, appender, durable, fatal)
}

#[test]
fn what_was_queued_becomes_durable_in_order_and_a_close_drains() {
    let disk = MemoryDisk::new();
    let (committer, appender, durable, _) = spawn(&disk, 1 << 20);
    let decisions: Vec<Decision> = (0..300).map(|number| decision(number, 2, 200)).collect();
    let mut expected = 0;
    for batch in decisions.chunks(7) {
        appender.append_all(expected, &mut batch.to_vec()).unwrap();
        expected += 2 * batch.len() as u64;
    }
    let late = AppendError::Position { expected: 3, next: 600 };
    assert_eq!(appender.append(3, decision(1, 1, 1)), Err(late));
    committer.close().unwrap();
    assert_eq!(appender.append(600, decision(1, 1, 1)), Err(AppendError::Closed));
    assert_eq!(appender.reader().wait_beyond(600), None);

    let heads: Vec<Durable> = durable.iter().collect();
    assert!(heads.windows(2).all(|pair| pair[1].size == pair[0].size + pair[1].group_entries));
    assert_eq!(heads.last().map(|last| last.size), Some(600));
    let guard = Guard::read(&disk).unwrap().unwrap();
    assert!(guard.clean && guard.head.size == 600);
    assert_eq!(all(&open(&disk).unwrap().0), decisions);
}

#[test]
fn a_full_queue_refuses_and_keeps_nothing() {
    let disk = MemoryDisk::new();
    let (entered_in, entered) = mpsc::channel();
    let (leave_in, leave) = mpsc::channel::<()>();
    let hold = move |_| {
        entered_in.send(()).unwrap();
        leave.recv().unwrap();
    };
    let log = create(&disk).unwrap();
    let (committer, appender) = Committer::spawn(log, 2500, Box::new(hold), Box::new(|_| ())).unwrap();
    assert_eq!(appender.append(0, decision(1, 1, 3000)), Err(AppendError::Unfit));
    appender.append(0, decision(1, 1, 1000)).unwrap();
    // The thread stands in its first answer, so what follows stays queued.
    entered.recv().unwrap();
    appender.append(1, decision(2, 1, 1000)).unwrap();
    appender.append(2, decision(3, 1, 1000)).unwrap();
    let mut refused = vec![decision(4, 1, 1000)];
    assert_eq!(appender.append_all(3, &mut refused), Err(AppendError::Full));
    assert_eq!(refused.len(), 1);
    leave_in.send(()).unwrap();
    entered.recv().unwrap();
    assert_eq!(appender.append_all(3, &mut refused), Ok(()));
    leave_in.send(()).unwrap();
    leave_in.send(()).unwrap();
    committer.close().unwrap();
    assert_eq!(open(&disk).unwrap().0.size(), 4);
}

#[test]
fn a_full_disk_holds_what_was_queued_until_a_tick_finds_space() {
    let disk = MemoryDisk::new();
    let (committer, appender, durable, _) = spawn(&disk, 1 << 20);
    disk.set_capacity(0);
    appender.append(0, decision(1, 1, 100)).unwrap();
    while !appender.reserve_reached() {
        thread::yield_now();
    }
    assert_eq!(appender.append(1, decision(2, 1, 100)), Err(AppendError::ReserveReached));
    disk.set_capacity(1 << 20);
    appender.tick();
    assert_eq!(durable.recv().unwrap().size, 1);
    assert!(!appender.reserve_reached());
    appender.append(1, decision(2, 1, 100)).unwrap();
    committer.close().unwrap();
    assert_eq!(open(&disk).unwrap().0.size(), 2);
}

#[test]
fn a_failed_sync_is_told_once_and_shuts_the_door() {
    let disk = MemoryDisk::new();
    let (committer, appender, durable, fatal) = spawn(&disk, 1 << 20);
    disk.fail_syncs(u32::MAX);
    // The thread may already have met the failure while preparing space.
    let _ = appender.append(0, decision(1, 1, 100));
    let told = fatal.recv().unwrap();
    assert!(matches!(told, Fatal::Disk(DiskError::Io { verb: "sync", .. })));
    assert_eq!(committer.close(), Err(told));
    assert_eq!(appender.append(1, decision(2, 1, 100)), Err(AppendError::Closed));
    assert_eq!(durable.iter().count(), 0);
}

#[test]
fn whoever_finds_the_door_shut_has_been_told_the_cause() {
    let disk = MemoryDisk::new();
    let (committer, appender, _durable, fatal) = spawn(&disk, 1 << 20);
    disk.fail_syncs(u32::MAX);
    let _ = appender.append(0, decision(1, 1, 100));
    assert_eq!(appender.reader().wait_beyond(0), None, "the ledger ends");
    assert!(matches!(fatal.try_recv(), Ok(Fatal::Disk(DiskError::Io { .. }))));
    assert!(committer.close().is_err());
}

#[test]
fn a_guard_that_cannot_be_written_is_a_state_and_not_an_end() {
    let (disk, guard) = (MemoryDisk::new(), MemoryDisk::new());
    let stores = Stores { ledger: Arc::new(disk), guard: Arc::new(guard.clone()) };
    let log = Log::create(stores, identity(), signer(true), OPTIONS).unwrap();
    let (committer, appender) = Committer::spawn(log, 1 << 20, Box::new(|_| ()), Box::new(|_| ())).unwrap();
    let ticked = |size: u64| {
        appender.append(size - 1, decision(size as u32, 1, 100)).unwrap();
        appender.reader().wait_beyond(size - 1).unwrap();
        appender.tick();
        // The order after it is only taken up once the tick was.
        appender.release_signing();
        while appender.shared.queue.lock().orders != WorkerFlags::default() {
            thread::yield_now();
        }
        appender.append(size, decision(size as u32 + 1, 1, 100)).unwrap();
        appender.reader().wait_beyond(size).unwrap();
        appender.guard_fault()
    };
    guard.fail_creates(true);
    assert!(ticked(1).is_some());
    guard.fail_creates(false);
    assert_eq!(ticked(3), None);
    committer.close().unwrap();
}

#[test]
fn a_reader_follows_while_another_thread_appends() {
    let disk = MemoryDisk::new();
    let (committer, appender, _durable, _) = spawn(&disk, 1 << 20);
    let follower = appender.reader().clone();
    let thread = thread::spawn(move || {
        let (mut next, mut seen) = (0, Vec::new());
        while follower.wait_beyond(next).is_some() {
            let take = &mut |_, decision| {
                seen.push(decision);
                ControlFlow::Continue(())
            };
            next = follower.decisions(next, take).unwrap();
        }
        seen
    });
    let decisions: Vec<Decision> = (0..200).map(|number| decision(number, 1, 150)).collect();
    for (position, decision) in (0..).zip(&decisions) {
        appender.append(position, decision.clone()).unwrap();
    }
    committer.close().unwrap();
    assert_eq!(thread.join().unwrap(), decisions);
}

#[test]
fn a_halt_and_a_release_reach_the_log() {
    let disk = MemoryDisk::new();
    let (committer, appender, durable, fatal) = spawn(&disk, 1 << 20);
    appender.append(0, decision(1, 1, 1)).unwrap();
    assert!(durable.recv().unwrap().head.note.is_some());
    appender.release_signing();
    assert_eq!(durable.recv().unwrap().group_entries, 0);
    appender.halt();
    assert_eq!(fatal.recv().unwrap(), Fatal::Halted);
    assert_eq!(committer.close(), Err(Fatal::Halted));
}
