//! Opening a ledger of several segments on real processes: what its checkpoints speak for is read while the node serves, and a
//! node whose ledger is damaged there stops and names the place.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use rogatory_client::pb::casework::v1::SubmitStreamRequest;
use rogatory_client::pb::casework::v1::submit_stream_request::Submission;
use rogatory_support::sample::submission;
use rogatory_support::{Federation, eventually};

const NL: &str = "nl-om";
const FR: &str = "fr-jirs-marseille";

/// The shortest segment that may be configured.
const SEGMENT_BYTES: u64 = 32 << 20;
/// Submissions of one batch of a stream.
const BATCH: u64 = 100;

/// Files of a ledger that end so, by name.
fn files(federation: &Federation, suffix: &str) -> Vec<PathBuf> {
    let directory = federation.data(NL).unwrap().join("ledger");
    let mut files: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.to_str().unwrap().ends_with(suffix));
    files.sort();
    files
}

/// A node whose recipient is away, and whose ledger has a closed segment with a checkpoint; it was killed.
async fn killed_behind_a_checkpoint() -> (Federation, u64) {
    let mut federation = Federation::provision(env!("CARGO_BIN_EXE_rogatory"), &[NL, FR]).unwrap();
    federation.limit(NL, "segment_bytes", SEGMENT_BYTES).unwrap();
    federation.launch(NL).unwrap();
    federation.serves(NL).await.unwrap();
    let cases = federation.connect(NL, "cases").await.unwrap().casework();
    let (submitter, mut outcomes) = cases.submit_stream().await.unwrap();
    let mut answered = 0;
    while files(&federation, ".checkpoint").is_empty() {
        let one =
            |tag| SubmitStreamRequest { tag, submission: Some(Submission::Submit(submission(tag, FR, &[]))) };
        submitter.send((answered..answered + BATCH).map(one).collect()).await.unwrap();
        let until = answered + BATCH;
        while answered < until {
            answered += outcomes.next().await.unwrap().unwrap().outcomes.len() as u64;
        }
    }
    // The guard follows within a second, and nothing is believed that it does not know of.
    let modified = |path: &PathBuf| fs::metadata(path).and_then(|of| of.modified()).unwrap();
    let guard = federation.data(NL).unwrap().join("ledger/guard");
    let checkpoint = files(&federation, ".checkpoint").remove(0);
    eventually("a guard that knows of the checkpoint", async || {
        ensure!(modified(&guard) > modified(&checkpoint));
        Ok(())
    })
    .await
    .unwrap();
    federation.kill(NL).await.unwrap();
    (federation, answered)
}

#[tokio::test]
async fn a_node_that_was_killed_serves_by_its_checkpoints_and_reads_the_rest_behind() {
    let (mut federation, submitted) = killed_behind_a_checkpoint().await;
    federation.launch(NL).unwrap();
    federation.serves(NL).await.unwrap();
    let admin = federation.connect(NL, "ops").await.unwrap().admin();
    let status = eventually("a ledger that was read again", async || {
        let status = admin.status().await?;
        ensure!(status.unread_records == 0, "{} unread", status.unread_records);
        let log = federation.log(NL)?;
        log.contains("the ledger is what its checkpoints say").then_some(status).context("not told yet")
    })
    .await
    .unwrap();
    assert_eq!(status.waiting, submitted);
}

#[tokio::test]
async fn a_node_whose_ledger_is_damaged_before_its_checkpoint_stops_and_the_next_start_names_the_place() {
    let (mut federation, _) = killed_behind_a_checkpoint().await;
    let damaged = files(&federation, ".segment").remove(0);
    let mut bytes = fs::read(&damaged).unwrap();
    bytes[1 << 20] ^= 1;
    fs::write(&damaged, bytes).unwrap();
    federation.launch(NL).unwrap();
    assert!(!federation.ends(NL).await.unwrap().success());
    let name = damaged.file_name().unwrap().to_str().unwrap().to_owned();
    let told = format!("ledger damaged in {name}");
    let log = federation.log(NL).unwrap();
    assert!(log.contains("what was believed of the ledger is not so") && log.contains(&told), "{log}");
    assert!(files(&federation, ".checkpoint").is_empty(), "nothing is believed any more");
    let (_, said) = federation.refuses_to_start(NL).await.unwrap();
    assert!(said.contains(&told) && said.contains("RG0601"), "{said}");
}
