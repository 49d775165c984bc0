//! The demo as a stranger runs it: one command, real processes, exit code 0, and proofs that stand without a node.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn rogatory(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rogatory")).args(arguments).output().unwrap()
}

fn objects(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn check(output: &Output) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}\n{}", text(&output.stdout), text(&output.stderr));
}

#[test]
fn the_demo_plays_a_warrant_to_surrender_and_leaves_proofs_that_stand_alone() {
    let place = tempfile::tempdir().unwrap();
    let kept = place.path().join("demo");
    let output = rogatory(&["demo", "--output", "json", "--keep", kept.to_str().unwrap()]);
    check(&output);
    let objects = objects(&output);
    let (summary, steps) = objects.split_last().unwrap();
    let summary = &summary["summary"];

    assert!(steps.iter().all(|step| step["ok"] == true));
    let done = |verb: &str| steps.iter().filter(|step| step["do"] == verb).count();
    for verb in ["submit", "repeat", "act", "take", "expect", "kill", "start", "prove"] {
        assert!(done(verb) > 0, "no step does {verb}");
    }
    assert_eq!(done("kill"), done("start"));

    assert_eq!(summary["ok"], true);
    assert_eq!(summary["ledgers"].as_array().unwrap().len(), 9);
    assert!(summary["ledgers"].as_array().unwrap().iter().all(|ledger| ledger["sound"] == true));
    assert!(summary["evidence"].as_array().unwrap().iter().all(|proof| proof["forgery_found"] == true));

    let roster_key = kept.join("roster.vkey");
    for proof in summary["evidence"].as_array().unwrap() {
        let file = proof["file"].as_str().unwrap();
        check(&rogatory(&["verify", file, "--roster-key", roster_key.to_str().unwrap()]));
    }
    for agency in
        ["fr-jirs-marseille", "fr-gendarmerie", "nl-rechtbank-amsterdam", "nl-om", "nl-politie", "eu-europol"]
    {
        no_log_has_content(&kept.join(agency).join("node.log"));
    }
}

#[test]
fn the_demo_is_told_to_a_person_line_by_line() {
    let output = rogatory(&["demo"]);
    check(&output);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains("\\u{"), "nothing of the demo is in need of escaping:\n{text}");
    let forgeries = text.lines().filter(|line| line.trim() == "a copy with one bit changed proves nothing");
    assert_eq!(forgeries.count(), 2, "one line under each evidence file:\n{text}");
    assert!(text.lines().any(|line| line.starts_with("Every assertion held")), "{text}");
}

/// Words that stand in the warrant, in its answers and in what the desks assert.
fn no_log_has_content(log: &Path) {
    let log = std::fs::read_to_string(log).unwrap();
    for content in ["SUBJECT-A", "SAMPLE-MAGISTRATE", "Rotterdam", "onherroepelijk", "SAMPLE-CLERK"] {
        assert!(!log.contains(content), "a log has {content}");
    }
}

#[test]
fn the_shipped_investigation_order_plays_to_its_end() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/scenarios/eio.toml");
    check(&rogatory(&["play", file.to_str().unwrap(), "--output", "json"]));
}

#[test]
fn the_shipped_warrant_for_the_united_kingdom_plays_to_its_end() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/scenarios/tca.toml");
    check(&rogatory(&["play", file.to_str().unwrap(), "--output", "json"]));
}

#[test]
fn a_scenario_with_faults_is_not_played_and_every_fault_is_named() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("broken.toml");
    std::fs::write(&file, "format = 2\ncolour = \"red\"\n[[steps]]\ndo = \"dance\"\n").unwrap();
    let output = rogatory(&["play", file.to_str().unwrap()]);
    assert!(!output.status.success());
    let text = String::from_utf8(output.stderr).unwrap();
    for fault in ["format", "colour", "steps[1].do", "members", "desk"] {
        assert!(text.contains(fault), "{fault} is not named in: {text}");
    }
}

/// The due date is a Sunday here, on which the law lets no period end.
const WRONG_DUE_DATE: &str = r#"
format = 1
title = "A wrong expectation"
summary = """
Two agencies,
one warrant."""
desk = { person = "SAMPLE-CLERK", justification = "Test", patience_seconds = 3 }
members = [
    { id = "fr-court", name = "Court", country = "FR", capacity = "issuing" },
    { id = "nl-court", name = "Court", country = "NL", capacity = "executing" },
]
samples = { eaw = { wanted = 1 } }

[[steps]]
at = 2021-05-26T06:00:00+02:00
who = "fr-court"
do = "submit"
as = "warrant"
form = "wanted"
to = ["nl-court"]

[[steps]]
at = 2021-05-26T06:05:00+02:00
who = "nl-court"
do = "take"
messages = ["warrant"]

[[steps]]
at = 2021-05-26T06:10:00+02:00
who = "nl-court"
do = "act"
case = "warrant"
event = "arrested"

[[steps]]
at = 2021-05-26T06:20:00+02:00
who = "nl-court"
do = "expect"
case = "warrant"
clocks = [{ clock = "T1", due = 2021-07-25, status = "running" }]

[[steps]]
at = 2021-05-26T06:30:00+02:00
who = "nl-court"
do = "read"
case = "warrant"
"#;

#[test]
fn an_expectation_that_does_not_hold_ends_the_play_and_says_what_was_found() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("wrong.toml");
    std::fs::write(&file, WRONG_DUE_DATE).unwrap();
    let output = rogatory(&["play", file.to_str().unwrap(), "--output", "json"]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let steps = objects(&output);
    assert_eq!(steps.len(), 4, "the step after it is not played");
    assert!(steps[..3].iter().all(|step| step["ok"] == true));
    let told = String::from_utf8(rogatory(&["play", file.to_str().unwrap()]).stdout).unwrap();
    assert!(told.starts_with("\nA wrong expectation\nTwo agencies,\none warrant.\n"), "{told}");
    assert_eq!(steps[3]["wrong"][0], "nl-court: clock T1 is T1 final decision, due Mon 26 Jul 2021, running");
}
