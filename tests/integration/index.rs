//! The index on real processes: starts that are killed while they fold leave nothing behind, a full disk hinders no start,
//! and a fold takes no more memory because much waits.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::ensure;
use rogatory_client::pb::casework::v1::SubmitStreamRequest;
use rogatory_client::pb::casework::v1::submit_stream_request::Submission;
use rogatory_engine::open::{CATCH_UP_BYTES, catch_up};
use rogatory_index::Staged;
use rogatory_index::memory::MemoryBase;
use rogatory_node::config::Config;
use rogatory_node::node::Identity;
use rogatory_support::sample::submission;
use rogatory_support::{Federation, eventually};
use rogatory_wire::word::Worded as _;

const NL: &str = "nl-om";
const FR: &str = "fr-jirs-marseille";
const BINARY: &str = env!("CARGO_BIN_EXE_rogatory");

/// Enough that a fold takes more than one batch.
const WAITING: u64 = 6_000;

/// Submissions of one batch of a stream.
const BATCH: u64 = 50;

/// A federation whose other node is away, so that everything waits; no node runs.
async fn waiting(count: u64) -> Federation {
    let mut federation = sending(count).await;
    assert!(federation.stop(NL).await.unwrap().success());
    federation
}

/// The same while the node runs.
async fn sending(count: u64) -> Federation {
    let federation = Federation::start(BINARY, &[NL, FR], 1).await.unwrap();
    let cases = federation.connect(NL, "cases").await.unwrap().casework();
    let (submitter, mut outcomes) = cases.submit_stream().await.unwrap();
    let mut answered = 0;
    for first in (0..count).step_by(BATCH as usize) {
        let one =
            |tag| SubmitStreamRequest { tag, submission: Some(Submission::Submit(submission(tag, FR, &[]))) };
        submitter.send((first..first + BATCH).map(one).collect()).await.unwrap();
        while answered < first + BATCH {
            answered += outcomes.next().await.unwrap().unwrap().outcomes.len() as u64;
        }
    }
    federation
}

fn stores(index: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(index).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| path.is_dir()).collect()
}

/// Makes the store one that a start must not trust.
fn spoil(index: &Path) {
    for store in stores(index) {
        fs::remove_file(store.join("complete")).unwrap();
    }
}

#[tokio::test]
async fn starts_that_are_killed_while_they_fold_leave_one_wreck_at_most() {
    let mut federation = waiting(200).await;
    let index = federation.data(NL).unwrap().join("index");
    spoil(&index);
    for _ in 0..12 {
        let before = stores(&index);
        federation.launch(NL).unwrap();
        eventually("another store", async || {
            let now = stores(&index);
            ensure!(now != before && !now.is_empty(), "{now:?}");
            Ok(())
        })
        .await
        .unwrap();
        federation.kill(NL).await.unwrap();
        for store in stores(&index) {
            let _ = fs::remove_file(store.join("complete"));
        }
    }
    assert!(stores(&index).len() <= 1, "{:?}", stores(&index));
    federation.launch(NL).unwrap();
    federation.serves(NL).await.unwrap();
    assert_eq!(stores(&index).len(), 1);
}

/// Waits until everything that waited is delivered; says whether the node ended before.
async fn delivers(federation: &mut Federation) -> bool {
    federation.launch(NL).unwrap();
    if federation.serves(NL).await.is_err() {
        return false;
    }
    let delivered = eventually("everything delivered, or the end of the node", async || {
        let Ok(connection) = federation.connect(NL, "ops").await else {
            return federation.has_ended(NL);
        };
        let status = connection.admin().status().await;
        ensure!(federation.has_ended(NL)? || status?.waiting == 0);
        federation.has_ended(NL)
    });
    !delivered.await.unwrap()
}

/// Damages a part of the index of a node that was stopped or killed, and has it deliver what waits.
async fn delivers_damaged(mut federation: Federation, part: usize) {
    const PARTS: usize = 6;
    const DAMAGED_BYTES: usize = 64 * 1024;
    let file = stores(&federation.data(NL).unwrap().join("index"))[0].join("db");
    let mut bytes = fs::read(&file).unwrap();
    let at = bytes.len() / PARTS * part;
    bytes.iter_mut().skip(at).take(DAMAGED_BYTES).for_each(|byte| *byte ^= 0x5a);
    fs::write(&file, bytes).unwrap();
    federation.launch(FR).unwrap();
    if !delivers(&mut federation).await {
        federation.ends(NL).await.unwrap();
        assert!(delivers(&mut federation).await, "part {part}");
    }
    let received = federation.connect(FR, "ops").await.unwrap().admin().status().await.unwrap();
    assert!(received.inbox >= WAITING, "part {part}");
}

#[tokio::test]
async fn a_node_whose_index_is_damaged_somewhere_serves_at_its_second_start_at_the_latest() {
    for part in [1, 3, 5] {
        delivers_damaged(waiting(WAITING).await, part).await;
    }
}

#[tokio::test]
async fn a_node_that_was_killed_and_whose_index_is_damaged_loses_nothing_that_waits() {
    for part in [1, 2, 4] {
        let mut federation = sending(WAITING).await;
        federation.kill(NL).await.unwrap();
        delivers_damaged(federation, part).await;
    }
}

#[tokio::test]
async fn a_node_whose_disk_is_full_folds_its_index_again_and_serves() {
    let mut federation = waiting(200).await;
    let index = federation.data(NL).unwrap().join("index");
    spoil(&index);
    federation.limit(NL, "disk_reserve_bytes", 1 << 50).unwrap();
    federation.launch(NL).unwrap();
    let mut states = BTreeSet::new();
    let status = eventually("a node that has started", async || {
        let status = federation.connect(NL, "ops").await?.admin().status().await?;
        states.insert(status.state().word());
        ensure!(status.state().word() != "starting");
        Ok(status)
    })
    .await
    .unwrap();
    assert_eq!(status.waiting, 200);
    // Never before that the word for a node that takes work.
    states.remove("starting");
    assert_eq!(states, BTreeSet::from(["full".to_owned()]));
}

#[tokio::test]
async fn a_fold_with_many_waiting_stages_no_more_bytes_than_a_batch_has() {
    let federation = waiting(WAITING).await;
    let config = Config::load(&federation.agency(NL).unwrap().config).unwrap();
    let identity = Identity::load(&config).unwrap();
    let (log, scribe) = identity.open_ledger(&config).unwrap();
    let base = MemoryBase::default();
    let mut staged = Staged::over(Box::new(base.clone()), 0).unwrap();
    let (mut batches, mut most) = (0, 0);
    let vault = Arc::clone(&identity.vault);
    catch_up(&log.reader(), &vault, &mut staged, &mut |staged| {
        batches += 1;
        most = staged.bytes().max(most);
        let batch = staged.take_batch();
        base.apply(&batch);
        staged.applied(batch.through);
        assert_eq!(staged.bytes(), 0, "what was written is not staged any more");
        Ok(())
    })
    .unwrap();
    drop(scribe);
    assert_eq!(staged.totals().waiting, WAITING);
    assert!(batches > 1, "{most} bytes in {batches} batch");
    // One record may come on top.
    assert!(most < CATCH_UP_BYTES + CATCH_UP_BYTES / 16, "{most} bytes");
}
