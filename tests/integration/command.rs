//! The command against a real node: what it prints where, how it ends, and that an error says what to do next.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rogatory_support::{Federation, eventually};
use serde_json::Value;

const FR: &str = "fr-jirs-marseille";
const AGENCIES: [&str; 4] = [FR, "nl-om", "nl-rechtbank-amsterdam", "nl-politie"];
const BINARY: &str = env!("CARGO_BIN_EXE_rogatory");
/// Exit codes as the help has them.
const FAILED: Option<i32> = Some(1);
const MISUSE: Option<i32> = Some(64);

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples/warrant.json")
}

/// Runs the command as a person at an agency, in the federation's directory.
fn rogatory(federation: &Federation, agency: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(BINARY);
    command.env("ROGATORY_CONFIG", &federation.agency(agency).unwrap().config);
    command.env("ROGATORY_PERSON", "t.tester").env("ROGATORY_JUSTIFICATION", "a test with sample data");
    command.current_dir(federation.directory()).args(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", said(output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// It failed in this way, with nothing on standard output, and said all this.
fn fails(output: &Output, code: Option<i32>, parts: &[&str]) {
    let said = said(output);
    assert_eq!(output.status.code(), code, "{said}");
    assert_eq!(out(output), "");
    for part in parts {
        assert!(said.contains(part), "{part} is not in: {said}");
    }
}

#[tokio::test]
async fn the_example_warrant_is_submitted_as_it_is_taken_over_and_found_by_the_end_of_its_id() {
    let federation = Federation::start(BINARY, &AGENCIES, 2).await.unwrap();
    let printed = rogatory(&federation, FR, &["referral", "example"]);
    assert_eq!(out(&printed), std::fs::read_to_string(example()).unwrap());

    let file = example();
    let submit = ["referral", "submit", file.to_str().unwrap(), "--output", "json"];
    let accepted = json(&rogatory(&federation, FR, &submit));
    let id = accepted["referral_id"].as_str().unwrap();
    let again = [&submit[..], &["--id", id]].concat();
    let repeated = json(&rogatory(&federation, FR, &again));
    assert_eq!((&repeated["repeated"], &repeated["position"]), (&Value::Bool(true), &accepted["position"]));

    eventually("the warrant is taken over", async || {
        let shown = json(&rogatory(&federation, FR, &["referral", "show", id, "--json"]));
        let deliveries = shown["messages"][0]["deliveries"].as_array().unwrap().clone();
        let taken = deliveries
            .iter()
            .any(|one| one["recipient"] == "nl-om" && one["status"] == "DELIVERY_STATUS_TAKEN");
        anyhow::ensure!(taken, "{deliveries:?}");
        Ok(())
    })
    .await
    .unwrap();
    let acted = rogatory(&federation, "nl-om", &["referral", "act", id, "--event", "registered", "--json"]);
    assert_eq!(json(&acted)["referral_id"], id);

    let page = rogatory(&federation, "nl-om", &["referral", "show", &id[id.len() - 8..]]);
    for part in [id, "What may be done now", "arrested", "Messages"] {
        assert!(out(&page).contains(part), "{part} is not in: {}", out(&page));
    }
    fails(&rogatory(&federation, FR, &["referral", "show", "00000000"]), MISUSE, &["ends in 00000000"]);
    let needs = rogatory(&federation, "nl-om", &["referral", "act", id, "--event", "refused"]);
    fails(&needs, MISUSE, &["refused needs --ground", "--text"]);
}

#[tokio::test]
async fn a_file_with_faults_is_not_sent_and_a_refused_submission_names_every_field_and_no_id() {
    let federation = Federation::start(BINARY, &AGENCIES, 1).await.unwrap();
    let mut request: Value = serde_json::from_slice(&std::fs::read(example()).unwrap()).unwrap();
    request["opening"]["lane"] = "LANE_UNSPECIFIED".into();
    request["opening"]["warrant"]["language"] = "".into();
    std::fs::write(federation.directory().join("wrong.json"), request.to_string()).unwrap();
    let said_of_file = [
        "wrong.json has 2 faults",
        "wrong.json:1  opening.lane  ",
        "wrong.json:1  opening.warrant.language  ",
    ];
    fails(&rogatory(&federation, FR, &["referral", "submit", "wrong.json"]), MISUSE, &said_of_file);
    let checked = rogatory(&federation, FR, &["referral", "check", "wrong.json", "--json"]);
    assert_eq!(checked.status.code(), MISUSE);
    let faults: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(faults.as_array().unwrap().len(), 2);

    // What only the roster of the node tells.
    request["opening"]["lane"] = "urgent".into();
    request["opening"]["warrant"]["language"] = "fr".into();
    request["opening"]["parties"][0]["agency"] = "nl-nobody".into();
    std::fs::write(federation.directory().join("stranger.json"), request.to_string()).unwrap();
    let refused = rogatory(&federation, FR, &["referral", "submit", "stranger.json"]);
    fails(&refused, FAILED, &["the referral was not accepted: RG", "\n  parties[0].agency: ", "next: "]);
    assert!(!said(&refused).contains("-7"), "an id of no referral is in: {}", said(&refused));

    std::fs::write(federation.directory().join("typo.json"), "{\"openning\": {}}").unwrap();
    fails(
        &rogatory(&federation, FR, &["referral", "submit", "typo.json"]),
        MISUSE,
        &["typo.json", "openning"],
    );
    let act = rogatory(&federation, FR, &["referral", "act", "id"]);
    fails(&act, MISUSE, &["FILE", "--event"]);
}

#[tokio::test]
async fn an_evidence_file_is_not_replaced_unless_asked() {
    let federation = Federation::start(BINARY, &AGENCIES, 1).await.unwrap();
    let file = example();
    let accepted =
        json(&rogatory(&federation, FR, &["referral", "submit", file.to_str().unwrap(), "--json"]));
    let evidence = ["referral", "evidence", accepted["message_id"].as_str().unwrap(), "--to", "e.json"];
    std::fs::write(federation.directory().join("e.json"), "kept").unwrap();
    fails(&rogatory(&federation, FR, &evidence), MISUSE, &["e.json exists", "--to", "--force"]);
    assert_eq!(std::fs::read_to_string(federation.directory().join("e.json")).unwrap(), "kept");
    let forced = [&evidence[..], &["--force"]].concat();
    assert!(rogatory(&federation, FR, &forced).status.success());
    let verified = |more: &[&str]| rogatory(&federation, FR, &[&["verify", "e.json"], more].concat());
    assert!(verified(&["--roster-key", "roster.vkey"]).status.success());
    assert!(verified(&["--known-keys", "roster.vkey"]).status.success());

    let nobody = verified(&["--json"]);
    assert_eq!(nobody.status.code(), Some(3), "a key out of the file vouches for nothing");
    let said: Value = serde_json::from_slice(&nobody.stdout).unwrap();
    assert_eq!((&said["verdict"], &said["proven"]), (&"consistent".into(), &false.into()));
    let endless = rogatory(&federation, FR, &["verify", "/dev/zero"]);
    fails(&endless, MISUSE, &["/dev/zero", "no regular file"]);
    fails(&rogatory(&federation, FR, &["audit", "verify", "."]), MISUSE, &["holds no ledger"]);
}

#[tokio::test]
async fn a_configuration_is_wrong_in_the_same_way_whoever_reads_it() {
    let federation = Federation::provision(BINARY, &AGENCIES).unwrap();
    let config = &federation.agency(FR).unwrap().config;
    let sound = std::fs::read_to_string(config).unwrap();
    let check = ["config", "check"];
    assert!(rogatory(&federation, FR, &check).status.success());

    std::fs::write(
        config,
        format!("{sound}\n[log]\nfilter = \"loud\"\n").replace("[log]\nformat", "[old]\nformat"),
    )
    .unwrap();
    fails(&rogatory(&federation, FR, &check), MISUSE, &["log.filter"]);
    std::fs::write(config, sound.replace("roster.note", "nowhere.note")).unwrap();
    for verb in [&check[..], &["node", "run"]] {
        fails(&rogatory(&federation, FR, verb), MISUSE, &["nowhere.note cannot be read"]);
    }
}

#[tokio::test]
async fn the_index_of_a_running_node_is_left_alone_and_the_person_told_to_stop_it() {
    let federation = Federation::start(BINARY, &AGENCIES, 1).await.unwrap();
    let parts = ["in use by another process", "next: Stop the node"];
    fails(&rogatory(&federation, FR, &["index", "check"]), FAILED, &parts);
    fails(
        &rogatory(&federation, FR, &["provision", "--out", "."]),
        MISUSE,
        &["is not empty", "next: ", "--out"],
    );
}

#[tokio::test]
async fn an_address_in_use_is_named() {
    let federation = Federation::provision(BINARY, &AGENCIES).unwrap();
    let address = federation.agency(FR).unwrap().client_endpoint.clone();
    let _taken = TcpListener::bind(&address).unwrap();
    fails(&rogatory(&federation, FR, &["node", "run"]), FAILED, &[&address, "in use", "[listen]"]);
}

#[tokio::test]
async fn a_node_that_never_answers_is_given_up_and_the_limit_is_named() {
    let federation = Federation::provision(BINARY, &AGENCIES).unwrap();
    // It listens and takes no connection.
    let _mute = TcpListener::bind(&federation.agency(FR).unwrap().client_endpoint).unwrap();
    let status = rogatory(&federation, FR, &["status", "--timeout", "1"]);
    fails(&status, FAILED, &["no connection to", "--timeout"]);
}
