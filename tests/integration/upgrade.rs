//! Upgrades: what an earlier release has written is opened, folded to the same rows, verified and gone on with.
//!
//! `tests/upgrade` holds an archive for each release that changed a durable format: a small federation with every kind of
//! record, as its nodes left it. `ROGATORY_BLESS=1 cargo test --release --test nodes upgrade::` writes the one of today where a format
//! has changed since the newest. An archive that stands is never written anew: no release may lose the way to read it.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rogatory_client::Casework;
use rogatory_evidence::{Kind, RosterDraft};
use rogatory_support::lived::{AGENCIES, ANSWERING, ASKING, COPIED, delivered, kinds, live, rows};
use rogatory_support::sample::submission;
use rogatory_support::{Books, Federation, put_roster};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_rogatory");

/// What an archive may take, so that a clone stays small.
const ARCHIVE_BYTES_MAX: u64 = 1 << 20;

/// Kinds of records that no node of this release writes: reserved for cosignatures, and for peers of the next hub.
const RESERVED: [Kind; 1] = [Kind::Cosigned];

/// Where the formats that last are defined, and what holds them still. Comments and white space do not count.
const FORMATS: &[&str] = &[
    "proto/rogatory/evidence/v1/envelope.proto",
    "proto/rogatory/evidence/v1/facts.proto",
    "proto/rogatory/evidence/v1/record.proto",
    "proto/rogatory/message/v1/message.proto",
    "services/evidence/src/facts/golden.txt",
    "services/evidence/src/golden/hashed.txt",
    "services/evidence/src/golden/stored.txt",
    "services/evidence/src/roster/golden.toml",
    "services/ledger/src/golden.txt",
    "services/message/src/golden.txt",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The archives, the oldest first.
fn archives() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("tests/upgrade")).unwrap().map(|entry| entry.unwrap().path());
    let mut archives: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "gz")).collect();
    archives.sort();
    archives
}

/// A digest of each format as it is now.
fn formats() -> BTreeMap<String, String> {
    let digest = |path: &&str| {
        let text = fs::read_to_string(root().join(path)).unwrap();
        let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
        let words: Vec<_> = lines.flat_map(str::split_whitespace).collect();
        ((*path).to_owned(), hex::encode(Sha256::digest(words.join(" "))))
    };
    FORMATS.iter().map(digest).collect()
}

fn formats_of(text: &str) -> BTreeMap<String, String> {
    text.lines().filter_map(|line| line.split_once(' ')).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

fn tar(arguments: &[&str], at: &Path) {
    let status = Command::new("tar").args(arguments).current_dir(at).status().unwrap();
    assert!(status.success(), "tar {arguments:?}");
}

fn unpacked(archive: &Path) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    tar(&["-xzf", archive.to_str().unwrap()], directory.path());
    directory
}

/// What every node shows.
async fn shown(federation: &Federation) -> String {
    let mut lines = Vec::new();
    for agency in AGENCIES {
        lines.extend(rows(federation, agency).await.unwrap());
    }
    lines.join("\n") + "\n"
}

async fn serve_all(federation: &mut Federation) {
    for agency in AGENCIES {
        federation.launch(agency).unwrap();
    }
    for agency in AGENCIES {
        federation.serves(agency).await.unwrap();
    }
}

async fn stop_all(federation: &mut Federation) {
    for agency in AGENCIES {
        assert!(federation.stop(agency).await.unwrap().success(), "{agency}");
    }
}

/// Every node gets ports of this machine, by a roster that says so, and forgets its index.
fn moved(federation: &mut Federation) {
    let mut peers = BTreeMap::new();
    for agency in AGENCIES {
        federation.move_clients(agency).unwrap();
        peers.insert(agency, federation.move_peers(agency).unwrap().to_string());
        let _ = fs::remove_dir_all(federation.data(agency).unwrap().join("index"));
    }
    let version = federation.made().roster.draft().version + 1;
    let change = |roster: &mut RosterDraft| {
        roster.version = version;
        for member in &mut roster.members {
            member.endpoint.clone_from(&peers[member.id.as_str()]);
        }
    };
    for agency in AGENCIES {
        put_roster(federation, agency, change).unwrap();
    }
}

async fn casework(federation: &Federation, agency: &str) -> Casework {
    federation.connect(agency, "cases").await.unwrap().casework()
}

/// Opens a federation that was left by an earlier release, compares what it shows, and has it go on.
async fn goes_on(directory: TempDir, name: &str) {
    let expected = fs::read_to_string(directory.path().join("rows.txt")).unwrap();
    let mut federation = Federation::of_earlier(BINARY, directory).unwrap();
    let before: Vec<_> = AGENCIES.map(|agency| federation.books(agency).unwrap().records.len()).into();
    moved(&mut federation);
    serve_all(&mut federation).await;
    assert_eq!(shown(&federation).await, expected, "{name}: rows folded from the ledger alone");

    let own = casework(&federation, ASKING).await;
    let case = own.submit(submission(9, ANSWERING, &[COPIED])).await.unwrap().referral_id;
    for recipient in [ANSWERING, COPIED] {
        delivered(&federation, &case, recipient, "taken").await.unwrap();
    }
    stop_all(&mut federation).await;
    let books: Vec<_> = AGENCIES.map(|agency| federation.books(agency).unwrap()).into();
    for ((agency, books), before) in AGENCIES.iter().zip(&books).zip(before) {
        assert!(books.report.is_sound(), "{name}: {agency}: {:?}", books.report.faults);
        assert!(books.records.len() > before, "{name}: {agency}");
        assert!(books.of(Kind::ForkSeen).count() <= 1, "{name}: {agency}: an upgrade is no fork");
    }
    let _: Vec<Books> = books;
}

/// Packs what the nodes left, without what a node makes anew.
fn packed(federation: &Federation, rows: &str) -> PathBuf {
    let home = federation.directory();
    let at = home.parent().unwrap();
    fs::write(at.join("rows.txt"), rows).unwrap();
    let lines: Vec<_> = formats().into_iter().map(|(path, digest)| format!("{path} {digest}\n")).collect();
    fs::write(at.join("formats.txt"), lines.concat()).unwrap();
    let archive = at.join("today.tar.gz");
    let left_out = ["--exclude=index", "--exclude=node.log", "--exclude=*.sock"];
    let contents = ["federation", "rows.txt", "formats.txt"];
    let mut arguments = vec!["--sort=name", "--owner=0", "--group=0", "-czf", archive.to_str().unwrap()];
    arguments.extend(left_out);
    arguments.extend(contents);
    tar(&arguments, at);
    archive
}

/// The formats that the newest archive was written under.
fn formats_of_newest() -> BTreeMap<String, String> {
    let Some(newest) = archives().pop() else { return BTreeMap::new() };
    formats_of(&fs::read_to_string(unpacked(&newest).path().join("formats.txt")).unwrap())
}

/// Where today's archive belongs; its number is one above the newest.
fn next_archive() -> PathBuf {
    let number = archives().len() + 1;
    root().join(format!("tests/upgrade/{number:03}-{}.tar.gz", env!("CARGO_PKG_VERSION")))
}

#[tokio::test]
async fn what_a_node_of_today_leaves_holds_every_kind_of_record_and_is_gone_on_with() {
    let mut federation = Box::pin(live(BINARY)).await.unwrap();
    let written = kinds(&federation).unwrap();
    let all = (1..100).filter_map(|number| Kind::try_from(number).ok());
    let all: BTreeSet<_> = all.filter(|kind| !RESERVED.contains(kind)).map(Kind::label).collect();
    assert_eq!(written, all);
    serve_all(&mut federation).await;
    let rows = shown(&federation).await;
    stop_all(&mut federation).await;
    let archive = packed(&federation, &rows);
    let bytes = fs::metadata(&archive).unwrap().len();
    assert!(bytes <= ARCHIVE_BYTES_MAX, "{bytes} bytes");
    if std::env::var_os("ROGATORY_BLESS").is_some() && formats_of_newest() != formats() {
        fs::copy(&archive, next_archive()).unwrap();
    }
    goes_on(unpacked(&archive), "today").await;
}

#[tokio::test]
async fn what_every_earlier_release_left_is_folded_to_the_same_rows_verified_and_gone_on_with() {
    let archives = archives();
    assert!(!archives.is_empty());
    for archive in archives {
        goes_on(unpacked(&archive), &archive.display().to_string()).await;
    }
}

#[test]
fn no_format_that_lasts_has_changed_since_the_newest_archive() {
    let (then, now) = (formats_of_newest(), formats());
    let changed: Vec<_> = now.iter().filter(|(path, digest)| then.get(*path) != Some(digest)).collect();
    assert!(
        changed.is_empty() && then.len() == now.len(),
        "{changed:?}: keep what a node of today leaves: ROGATORY_BLESS=1 cargo test --release --test nodes upgrade::"
    );
}
