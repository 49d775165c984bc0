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

/// The configuration of the node with one of its addresses changed, or with one for metrics.
fn listens(federation: &Federation, option: &str, address: &str) {
    let path = home(federation).join("node.toml");
    let text = fs::read_to_string(&path).unwrap();
    let line = format!("{option} = \"{address}\"");
    let own = format!("{option} = ");
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with(&own)).collect();
    fs::write(&path, lines.join("\n").replace("[listen]", &format!("[listen]\n{line}"))).unwrap();
}

#[tokio::test]
async fn a_start_whose_address_cannot_be_had_writes_nothing_and_dials_nobody() {
    let federation = started_once().await;
    let peer = federation.made().roster.member(&"fr-jirs-marseille".parse().unwrap()).unwrap();
    let peer = std::net::TcpListener::bind(&peer.endpoint).unwrap();
    peer.set_nonblocking(true).unwrap();
    let config = fs::read(home(&federation).join("node.toml")).unwrap();
    let held = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = held.local_addr().unwrap().to_string();
    let foreign = format!("192.0.2.1:{}", held.local_addr().unwrap().port());
    let peers = String::from_utf8(config.clone()).unwrap();
    let peers = peers.lines().find_map(|line| line.strip_prefix("peers = ")).unwrap().trim_matches('"');
    for (option, address, cause, code) in [
        ("peers", taken.as_str(), "(os error 98)", Some(1)),
        ("clients", &taken, "(os error 98)", Some(1)),
        ("metrics", &taken, "(os error 98)", Some(1)),
        ("metrics", &foreign, "(os error 99)", Some(1)),
        ("metrics", peers, "it is taken by listen.peers", MISUSE),
    ] {
        listens(&federation, option, address);
        let before = everything(&home(&federation));
        let (status, said) = federation.refuses_to_start(NL).await.unwrap();
        assert_eq!(status.code(), code, "{said}");
        let expected = format!("listen.{option}: {address} cannot be listened on: ");
        assert!(said.contains("error: RG0630 ") && said.contains(&expected), "{said}");
        assert_eq!(said.matches(cause).count(), 1, "{said}");
        assert!(everything(&home(&federation)) == before, "{option}: something was written");
        let dialled = peer.accept().map(drop).unwrap_err();
        assert_eq!(dialled.kind(), std::io::ErrorKind::WouldBlock);
        let checked = rogatory(&federation, &["config", "check"]);
        assert_eq!(checked.status.code(), MISUSE);
        assert!(self::said(&checked).contains(&format!("RG0630 {expected}")), "{}", self::said(&checked));
        fs::write(home(&federation).join("node.toml"), &config).unwrap();
    }
}

/// What makes a start fail, the code it ends with, and what both the start and the check say.
struct Hindrance<'a> {
    put: &'a dyn Fn(&Path),
    code: &'a str,
    said: &'a str,
}

/// Puts each in the way of the node of `NL`, sees what start and check say of it, and takes it away again.
async fn all_hinder(federation: &Federation, hindrances: &[Hindrance<'_>]) {
    let whole = federation.directory().join("whole");
    copy(&home(federation), &whole);
    for Hindrance { put, code, said: expected } in hindrances {
        put(&home(federation));
        let (status, said) = federation.refuses_to_start(NL).await.unwrap();
        assert_eq!(status.code(), MISUSE, "{code}: {said}");
        assert!(said.contains(&format!("error: {code} ")) && said.contains(expected), "{code}: {said}");
        let checked = rogatory(federation, &["config", "check"]);
        assert_eq!(checked.status.code(), MISUSE, "{code}");
        let checked = self::said(&checked);
        assert!(checked.contains(code) && checked.contains(expected), "{code}: {checked}");
        fs::remove_dir_all(home(federation)).unwrap();
        copy(&whole, &home(federation));
    }
}

#[tokio::test]
async fn the_keys_of_another_node_are_told_as_that_and_not_as_a_fault_of_the_roster() {
    let federation = started_once().await;
    let other = federation.agency("fr-jirs-marseille").unwrap().dir.clone();
    let hindrances = [
        Hindrance {
            put: &|home| {
                fs::copy(other.join("ledger.key"), home.join("ledger.key")).unwrap();
            },
            code: "RG0632",
            said: "ledger.key is not the key that the roster names",
        },
        Hindrance {
            put: &|home| {
                fs::copy(other.join("sealing.key"), home.join("sealing.key")).unwrap();
            },
            code: "RG0632",
            said: "sealing.key is not the key that the roster names",
        },
    ];
    all_hinder(&federation, &hindrances).await;
}

#[tokio::test]
async fn what_hinders_a_start_has_the_same_code_in_the_check_and_names_its_file() {
    let agencies = [NL, "fr-jirs-marseille"];
    let mut federation = Federation::start(BINARY, &agencies, 2).await.unwrap();
    for agency in agencies {
        assert!(federation.stop(agency).await.unwrap().success());
    }
    let other = federation.agency("fr-jirs-marseille").unwrap().dir.clone();
    let hindrances = [
        Hindrance {
            put: &|home| {
                fs::copy(other.join("node.key"), home.join("node.key")).unwrap();
            },
            code: "RG0631",
            said: "node.key: the private key does not belong to the certificate",
        },
        Hindrance {
            put: &|home| fs::write(home.join("node.crt"), "no certificate").unwrap(),
            code: "RG0631",
            said: "node.crt and ",
        },
        Hindrance {
            put: &|home| fs::remove_file(home.join("node.crt")).unwrap(),
            code: "RG0631",
            said: "node.crt cannot be read",
        },
        Hindrance {
            put: &|home| fs::write(home.join("sealing.key"), "no key").unwrap(),
            code: "RG0632",
            said: "sealing.key does not hold a",
        },
        Hindrance {
            put: &|home| {
                fs::remove_dir_all(home.join("data/index")).unwrap();
                fs::write(home.join("data/index"), "").unwrap();
            },
            code: "RG0634",
            said: "data/index",
        },
        Hindrance {
            put: &|home| fs::write(home.join("node.toml"), "agency == 1").unwrap(),
            code: "RG0635",
            said: "line 1 of the configuration is not TOML",
        },
        Hindrance {
            put: &|home| fs::remove_file(home.join("node.toml")).unwrap(),
            code: "RG0635",
            said: "node.toml cannot be read",
        },
        Hindrance {
            put: &|home| {
                fs::remove_dir_all(home.join("data/ledger")).unwrap();
                copy(&other.join("data/ledger"), &home.join("data/ledger"));
            },
            code: "RG0636",
            said: "data/ledger belongs to another key",
        },
    ];
    all_hinder(&federation, &hindrances).await;
    federation.launch(NL).unwrap();
    federation.serves(NL).await.unwrap();
    let (status, said) = federation.refuses_to_start(NL).await.unwrap();
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("error: RG0633 ") && said.contains("data/ledger is in use"), "{said}");
}

/// Copies a directory with the modes of what is in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[tokio::test]
async fn a_check_notes_what_a_start_does_not_refuse_and_somebody_should_know() {
    let federation = started_once().await;
    let ledger = federation.data(NL).unwrap().join("ledger");
    let segment = ledger.join("00000000000000000000.segment");
    for (path, mode) in [(home(&federation), 0o777), (segment.clone(), 0o644), (ledger.join("guard"), 0o620)]
    {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    federation.limit(NL, "disk_reserve_bytes", 1 << 50).unwrap();
    let checked = rogatory(&federation, &["config", "check"]);
    assert!(checked.status.success(), "{}", said(&checked));
    let noted = said(&checked);
    for part in [
        format!("chmod o-w {}", home(&federation).display()),
        format!("{segment} has mode 0644: chmod 0600 {segment}", segment = segment.display()),
        format!("{} has mode 0620", ledger.join("guard").display()),
        "limits.disk_reserve_bytes: RG0602 ".to_owned(),
    ] {
        assert!(noted.contains(&part), "{part} is not in: {noted}");
    }
    fs::set_permissions(home(&federation), fs::Permissions::from_mode(0o1777)).unwrap();
    fs::set_permissions(&segment, fs::Permissions::from_mode(0o600)).unwrap();
    let noted = said(&rogatory(&federation, &["config", "check"]));
    assert!(!noted.contains("o-w") && !noted.contains("0644"), "only owners rename there: {noted}");
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
