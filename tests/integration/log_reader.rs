//! Whoever reads what the node or the command says can go away, or stop reading, and stops nothing by it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::io::{BufRead as _, BufReader, PipeReader, PipeWriter, Write as _, pipe};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::ensure;
use rogatory_support::sample::{assertion, submission};
use rogatory_support::{Federation, eventually};
use rogatory_wire::word::Worded as _;
use rustix::fs::{CWD, Mode, mkfifoat};

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";
const BINARY: &str = env!("CARGO_BIN_EXE_rogatory");
/// Bytes a pipe of this system takes before its writer waits.
const PIPE_BYTES: usize = 64 * 1024;
/// Time after which a process that was asked to end is taken never to.
const NEVER: Duration = Duration::from_secs(60);
/// Said on the line that counts lost lines.
const LOST: &str = "log lines were lost";

/// A pipe that is full, and whose reader does not read.
fn full_pipe() -> (PipeReader, PipeWriter) {
    let (reader, mut writer) = pipe().unwrap();
    writer.write_all(&[b'\n'; PIPE_BYTES]).unwrap();
    (reader, writer)
}

/// Both nodes, of which that of NL logs to `log`.
async fn with_log(log: PipeWriter, filter: &str) -> Federation {
    let mut federation = Federation::provision(BINARY, &[FR, NL]).unwrap();
    federation.launch_logging_to(NL, log, filter).unwrap();
    federation.launch(FR).unwrap();
    federation.serves(NL).await.unwrap();
    federation.serves(FR).await.unwrap();
    federation
}

/// A warrant goes from FR to NL, and its receipt comes back.
async fn delivers(federation: &Federation, number: u64) {
    let own = federation.connect(FR, "cases").await.unwrap().casework();
    let id = own.submit(submission(number, NL, &[])).await.unwrap().referral_id;
    eventually("a receipt", async || {
        let shown = own.get(&id, assertion()).await?;
        let status = shown.messages[0].deliveries[0].status().word();
        ensure!(status == "taken", "it is {status}");
        Ok(())
    })
    .await
    .unwrap();
}

async fn ends(federation: &mut Federation, agency: &str) -> ExitStatus {
    tokio::time::timeout(NEVER, federation.stop(agency)).await.expect("it ends").unwrap()
}

#[tokio::test]
async fn a_node_whose_log_reader_is_gone_links_delivers_and_ends() {
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    let mut federation = with_log(writer, "debug").await;
    delivers(&federation, 1).await;
    // The link falls and stands again, which is when the node has most to say.
    federation.kill(FR).await.unwrap();
    federation.launch(FR).unwrap();
    federation.serves(FR).await.unwrap();
    delivers(&federation, 2).await;
    assert!(ends(&mut federation, NL).await.success());
}

#[tokio::test]
async fn a_node_whose_log_is_a_full_pipe_starts_delivers_and_ends() {
    let (_reader, writer) = full_pipe();
    let mut federation = with_log(writer, "trace").await;
    delivers(&federation, 1).await;
    assert!(ends(&mut federation, NL).await.success());
}

#[tokio::test]
async fn lost_lines_are_counted_where_they_are_missing_and_no_line_names_the_machine_that_built_it() {
    let (reader, writer) = full_pipe();
    let mut federation = with_log(writer, "trace").await;
    // More than waits for a reader.
    for number in 1..80 {
        delivers(&federation, number).await;
    }
    let lines =
        std::thread::spawn(move || BufReader::new(reader).lines().map_while(Result::ok).collect::<Vec<_>>());
    delivers(&federation, 80).await;
    assert!(ends(&mut federation, NL).await.success());
    let lines = lines.join().unwrap();
    assert!(lines.iter().any(|line| line.contains(LOST)), "{} lines, none says so", lines.len());
    let built = lines.iter().find(|line| line.contains("/registry/src/"));
    assert_eq!(built, None);
}

#[tokio::test]
async fn a_node_that_hangs_while_it_opens_ends_when_it_is_told_to() {
    let mut federation = Federation::start(BINARY, &[NL, FR], 1).await.unwrap();
    assert!(federation.stop(NL).await.unwrap().success());
    // Whoever opens a pipe for reading waits until somebody writes.
    let index = std::fs::read_dir(federation.data(NL).unwrap().join("index")).unwrap();
    let mark = index.map(|entry| entry.unwrap().path().join("complete")).find(|path| path.exists()).unwrap();
    std::fs::remove_file(&mark).unwrap();
    mkfifoat(CWD, &mark, Mode::RUSR | Mode::WUSR).unwrap();
    let config = federation.agency(NL).unwrap().config.clone();
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("{text}\n[limits]\ndrain_seconds = 0\n")).unwrap();
    let (_reader, writer) = full_pipe();
    federation.launch_logging_to(NL, writer, "info").unwrap();
    // The signal is heard only once the process listens for it; before, it ends the process at once.
    eventually("a thread for signals", async || federation.has_thread(NL, "termination")).await.unwrap();
    let status = ends(&mut federation, NL).await;
    assert_eq!((status.code(), status.signal()), (Some(1), None));
}

#[tokio::test]
async fn a_node_that_cannot_start_ends_though_nobody_reads_why() {
    let mut federation = Federation::provision(BINARY, &[FR, NL]).unwrap();
    std::fs::remove_file(federation.agency(NL).unwrap().dir.join("node.key")).unwrap();
    let (_reader, writer) = full_pipe();
    federation.launch_logging_to(NL, writer, "info").unwrap();
    let status = tokio::time::timeout(NEVER, federation.ends(NL)).await.expect("it ends").unwrap();
    assert_eq!(status.code(), Some(64));
}

#[tokio::test]
async fn a_log_for_people_has_no_colours_in_a_file() {
    let mut federation = Federation::provision(BINARY, &[FR, NL]).unwrap();
    let config = &federation.agency(NL).unwrap().config;
    let text = std::fs::read_to_string(config).unwrap();
    std::fs::write(config, format!("{text}\n[log]\nformat = \"text\"\n")).unwrap();
    federation.launch(NL).unwrap();
    federation.serves(NL).await.unwrap();
    assert!(ends(&mut federation, NL).await.success());
    let log = std::fs::read_to_string(federation.agency(NL).unwrap().dir.join("node.log")).unwrap();
    assert!(log.contains("the node serves") && !log.contains('\u{1b}'), "{log}");
}

#[test]
fn a_command_whose_reader_has_seen_enough_ends_as_by_sigpipe_and_says_nothing() {
    for arguments in [&["referral", "example"][..], &["completions", "bash"], &["demo", "--json"]] {
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let output =
            Command::new(BINARY).args(arguments).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*said), (Some(141), ""), "{arguments:?}");
    }
}
