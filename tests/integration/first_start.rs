//! The first start, and every later one that must not be taken for it: where a ledger may begin, what it must find again,
//! and what `config check` says beforehand without changing a file.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rogatory_evidence::Kind;
use rogatory_support::{Federation, eventually, put_roster};

const NL: &str = "nl-om";
const BINARY: &str = env!("CARGO_BIN_EXE_rogatory");
const MISUSE: Option<i32> = Some(64);
const NEEDS_A_PERSON: Option<i32> = Some(4);

fn provisioned() -> Federation {
    Federation::provision(BINARY, &[NL, "fr-jirs-marseille"]).unwrap()
}

async fn started_once() -> Federation {
    let mut federation = Federation::start(BINARY, &[NL, "fr-jirs-marseille"], 1).await.unwrap();
    assert!(federation.stop(NL).await.unwrap().success());
    federation
}

fn home(federation: &Federation) -> PathBuf {
    federation.agency(NL).unwrap().dir.clone()
}

fn rogatory(federation: &Federation, arguments: &[&str]) -> Output {
    let mut command = Command::new(BINARY);
    command.env("ROGATORY_CONFIG", &federation.agency(NL).unwrap().config);
    command.env("ROGATORY_PERSON", "o.operator").env("ROGATORY_JUSTIFICATION", "the guard's disk died");
    command.args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

async fn refuses(federation: &Federation, code: Option<i32>, parts: &[&str]) {
    let (status, said) = federation.refuses_to_start(NL).await.unwrap();
    assert_eq!(status.code(), code, "{said}");
    for part in parts {
        assert!(said.contains(part), "{part} is not in: {said}");
    }
}

/// Every path below a directory, with its mode, owner's view of its length, and bytes where it is a file.
fn everything(below: &Path) -> Vec<(PathBuf, u32, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(below).unwrap().flatten() {
        let mode = entry.metadata().unwrap().permissions().mode();
        let is_dir = entry.file_type().unwrap().is_dir();
        all.push((entry.path(), mode, if is_dir { Vec::new() } else { fs::read(entry.path()).unwrap() }));
        if is_dir {
            all.extend(everything(&entry.path()));
        }
    }
    all.sort();
    all
}

#[tokio::test]
async fn a_ledger_begins_when_told_and_never_by_itself() {
    let mut federation = provisioned();
    let vault = home(&federation).join("vault");
    fs::remove_dir_all(&vault).unwrap();
    fs::create_dir(&vault).unwrap();
    fs::set_permissions(&vault, fs::Permissions::from_mode(0o700)).unwrap();
    refuses(&federation, NEEDS_A_PERSON, &["RG0610", "none was begun", "rogatory ledger begin"]).await;
    assert!(!federation.data(NL).unwrap().join("ledger").exists(), "a start that is refused makes nothing");

    assert!(rogatory(&federation, &["ledger", "begin"]).status.success());
    let again = rogatory(&federation, &["ledger", "begin"]);
    assert_eq!(again.status.code(), MISUSE);
    assert!(said(&again).contains("there is a ledger in"), "{}", said(&again));
    federation.launch(NL).unwrap();
    federation.serves(NL).await.unwrap();
}

#[tokio::test]
async fn a_data_volume_that_is_not_mounted_is_not_taken_for_a_new_node() {
    let mut federation = started_once().await;
    let (data, away) = (federation.data(NL).unwrap(), home(&federation).join("away"));
    fs::rename(&data, &away).unwrap();
    for make in [false, true] {
        if make {
            fs::create_dir(&data).unwrap();
            fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).unwrap();
        }
        refuses(&federation, NEEDS_A_PERSON, &["RG0610", "the vault says that", "mounted"]).await;
        let begun = rogatory(&federation, &["ledger", "begin"]);
        assert_eq!(begun.status.code(), NEEDS_A_PERSON, "{}", said(&begun));
    }
    fs::remove_dir_all(&data).unwrap();
    fs::rename(&away, &data).unwrap();
    federation.launch(NL).unwrap();
    federation.serves(NL).await.unwrap();
}

#[tokio::test]
async fn a_ledger_without_its_guard_opens_only_on_a_persons_word_that_goes_on_the_record() {
    let mut federation = started_once().await;
    fs::remove_file(federation.data(NL).unwrap().join("ledger").join("guard")).unwrap();
    refuses(&federation, NEEDS_A_PERSON, &["RG0611", "no guard", "renew-guard"]).await;
    assert_eq!(rogatory(&federation, &["config", "check"]).status.code(), MISUSE);

    let renewed = rogatory(&federation, &["ledger", "renew-guard"]);
    assert!(renewed.status.success(), "{}", said(&renewed));
    federation.launch(NL).unwrap();
    federation.serves(NL).await.unwrap();
    assert!(federation.stop(NL).await.unwrap().success());
    let books = federation.books(NL).unwrap();
    assert!(books.report.is_sound());
    let reasons: Vec<_> = books.of(Kind::Configured).map(|record| record.shared.note.clone()).collect();
    assert_eq!(reasons, ["", "guard renewed", ""]);
}

#[tokio::test]
async fn a_guard_that_cannot_be_read_is_no_guard() {
    let mut federation = started_once().await;
    fs::write(federation.data(NL).unwrap().join("ledger").join("guard"), "torn").unwrap();
    refuses(&federation, NEEDS_A_PERSON, &["RG0611", "not readable", "renew-guard"]).await;
    let renewed = rogatory(&federation, &["ledger", "renew-guard"]);
    assert!(renewed.status.success(), "{}", said(&renewed));
    federation.launch(NL).unwrap();
    federation.serves(NL).await.unwrap();
}

#[tokio::test]
async fn a_roster_may_be_followed_by_a_newer_one_and_by_no_other() {
    let mut federation = provisioned();
    put_roster(&federation, NL, |roster| roster.version = 2).unwrap();
    federation.launch(NL).unwrap();
    federation.serves(NL).await.unwrap();
    assert!(federation.stop(NL).await.unwrap().success());
    put_roster(&federation, NL, |_| ()).unwrap();
    refuses(&federation, MISUSE, &["RG0605", "version 1 is older than version 2"]).await;
    put_roster(&federation, NL, |roster| {
        roster.version = 2;
        roster.members[1].name = "another name".to_owned();
    })
    .unwrap();
    refuses(&federation, MISUSE, &["RG0605", "not the one of the same version"]).await;
    put_roster(&federation, NL, |roster| roster.version = 3).unwrap();
    federation.launch(NL).unwrap();
    federation.serves(NL).await.unwrap();
}

#[tokio::test]
async fn every_secret_that_others_reach_is_named_at_once() {
    let federation = started_once().await;
    let home = home(&federation);
    let day = fs::read_dir(home.join("vault"))
        .unwrap()
        .flatten()
        .find(|e| e.path().extension().is_some_and(|x| x == "key"));
    let day = day.unwrap().path();
    let files = [home.join("node.key"), home.join("ledger.key"), home.join("sealing.key"), day];
    let directories = [home.join("vault"), home.join("data")];
    for path in files.iter().chain(&directories) {
        let mode = fs::metadata(path).unwrap().permissions().mode();
        fs::set_permissions(path, fs::Permissions::from_mode(mode | 0o040)).unwrap();
    }
    let paths: Vec<String> =
        files.iter().chain(&directories).map(|path| path.display().to_string()).collect();
    let mut parts: Vec<&str> = paths.iter().map(String::as_str).collect();
    parts.extend(["RG0613", "chmod 0600", "chmod 0700"]);
    refuses(&federation, MISUSE, &parts).await;
    let checked = rogatory(&federation, &["config", "check"]);
    assert_eq!(checked.status.code(), MISUSE);
    assert!(paths.iter().all(|path| said(&checked).contains(path)), "{}", said(&checked));
}

#[tokio::test]
async fn a_check_names_everything_a_start_would_refuse_and_changes_nothing() {
    let federation = provisioned();
    let home = home(&federation);
    let config = fs::read_to_string(home.join("node.toml")).unwrap();
    let peers = config.lines().find(|line| line.starts_with("peers")).unwrap().to_owned();
    let wrong = config
        .replace(&peers, &format!("{peers}\n{}", peers.replace("peers", "metrics")))
        .replace("node.crt", "clients/ops.crt")
        .replace("node.key", "clients/ops.key")
        .replace("\"sealing.key\"", "\"/dev/zero\"")
        .replace("\"vault\"", "\"no-vault\"");
    fs::write(home.join("node.toml"), wrong).unwrap();
    let before = everything(&home);
    let checked = rogatory(&federation, &["config", "check"]);
    let said = said(&checked);
    assert_eq!(checked.status.code(), MISUSE, "{said}");
    for part in [
        "keys.sealing: /dev/zero cannot be read: it is no regular file",
        "no-vault",
        "tls.certificate: ",
        "clients/ops.crt",
        "listen.metrics: ",
        "is taken by listen.peers",
    ] {
        assert!(said.contains(part), "{part} is not in: {said}");
    }
    assert_eq!(everything(&home), before);

    fs::write(home.join("node.toml"), config).unwrap();
    let before = everything(&home);
    let checked = rogatory(&federation, &["config", "check"]);
    assert!(checked.status.success());
    assert!(String::from_utf8_lossy(&checked.stderr).contains("the first start will begin the ledger"));
    assert_eq!(everything(&home), before);
}

#[tokio::test]
async fn a_check_tells_a_roster_that_was_put_back_while_the_node_runs() {
    let mut federation = provisioned();
    put_roster(&federation, NL, |roster| roster.version = 2).unwrap();
    federation.launch(NL).unwrap();
    federation.serves(NL).await.unwrap();
    let checked = rogatory(&federation, &["config", "check"]);
    assert!(checked.status.success(), "its own addresses are not taken by somebody else: {}", said(&checked));
    put_roster(&federation, NL, |_| ()).unwrap();
    let checked = rogatory(&federation, &["config", "check"]);
    assert_eq!(checked.status.code(), MISUSE);
    let said = said(&checked);
    let roster = home(&federation).join("roster.note").display().to_string();
    for part in ["roster.file: ", "version 1 is older than version 2", &roster] {
        assert!(said.contains(part), "{part} is not in: {said}");
    }
    federation.serves(NL).await.unwrap();
}

#[test]
fn a_check_tells_addresses_that_somebody_else_has() {
    let federation = provisioned();
    let address = federation.agency(NL).unwrap().client_endpoint.clone();
    let held = std::net::TcpListener::bind(&address).unwrap();
    let checked = rogatory(&federation, &["config", "check"]);
    assert_eq!(checked.status.code(), MISUSE);
    let expected = format!("listen.clients: {address} cannot be listened on: Address already in use");
    assert!(said(&checked).contains(&expected), "{}", said(&checked));
    drop(held);
    assert!(rogatory(&federation, &["config", "check"]).status.success());
}

#[test]
fn an_empty_variable_names_no_file_and_is_told() {
    for verb in [["config", "check"], ["node", "run"], ["peer", "list"]] {
        let output = Command::new(BINARY).args(verb).env("ROGATORY_CONFIG", "").output().unwrap();
        assert!(!output.status.success());
        assert!(said(&output).contains("--config"), "{verb:?}: {}", said(&output));
    }
}

#[test]
fn what_never_ends_is_not_read() {
    let federation = provisioned();
    let occupied = home(&federation);
    let occupied = occupied.to_str().unwrap();
    let before = everything(&home(&federation));
    for (arguments, expected) in [
        (&["verify", "/dev/zero"][..], "/dev/zero cannot be read: it is no regular file"),
        (&["config", "check", "--config", "/dev/zero"], "/dev/zero cannot be read: it is no regular file"),
        (&["node", "run", "--config", "/dev/zero"], "/dev/zero cannot be read: it is no regular file"),
        (&["peer", "list", "--cert", "/dev/zero", "--key", "/dev/zero"], "/dev/zero cannot be read"),
        (&["provision", "--plan", "/dev/zero", "--out", "new"], "/dev/zero cannot be read"),
        (&["provision", "--out", occupied], "is not empty"),
    ] {
        let output = rogatory(&federation, arguments);
        assert_eq!(output.status.code(), MISUSE, "{arguments:?}");
        assert!(said(&output).contains(expected), "{arguments:?}: {}", said(&output));
    }
    assert_eq!(everything(&home(&federation)), before);
}

#[tokio::test]
async fn a_reload_that_is_asked_for_while_a_node_starts_ends_nothing() {
    let mut federation = provisioned();
    federation.launch(NL).unwrap();
    eventually("the first line of the log", async || {
        anyhow::ensure!(!federation.log(NL)?.is_empty(), "nothing yet");
        Ok(())
    })
    .await
    .unwrap();
    // Wherever the start has got to by now, and once more a little later.
    for _ in 0..2 {
        federation.hang_up(NL).unwrap();
        federation.serves(NL).await.unwrap();
    }
    assert!(federation.stop(NL).await.unwrap().success());
}
