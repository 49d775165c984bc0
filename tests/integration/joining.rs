//! Two agencies that start from nothing: the commands of the installation page, run as they stand, until they exchange a
//! warrant; and what goes wrong on the way.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use anyhow::{Result, ensure};
use rogatory_support::eventually;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_rogatory");

/// The shell commands of the installation page between two marks.
fn commands(name: &str) -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operating/install.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once(&format!("<!-- run {name}: begin -->")).unwrap();
    let (part, _) = rest.split_once(&format!("<!-- run {name}: end -->")).unwrap();
    let blocks = part.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap());
    blocks.collect()
}

/// A place to work in, where `rogatory` is the program under test.
struct Place {
    directory: TempDir,
    nodes: Vec<Child>,
}

impl Place {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap(), nodes: Vec::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn shell(&self, script: &str) -> Output {
        let program = Path::new(BINARY).parent().unwrap();
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
        let mut command = Command::new("bash");
        command.args(["-euo", "pipefail", "-c", script]).env("PATH", path).current_dir(self.directory.path());
        command.output().unwrap()
    }

    fn runs(&self, script: &str) -> Output {
        let output = self.shell(script);
        assert!(output.status.success(), "{script}\n{output:?}");
        output
    }

    fn refuses(&self, script: &str, parts: &[&str]) {
        let output = self.shell(script);
        assert!(!output.status.success(), "{script}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        for part in parts {
            assert!(said.contains(part), "{part} is not in: {said}");
        }
    }

    fn rogatory(&self, agency: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(BINARY);
        command.env("ROGATORY_CONFIG", self.path(agency).join("node.toml"));
        command.env("ROGATORY_PERSON", "a.person").env("ROGATORY_JUSTIFICATION", "trying it out");
        command.args(arguments).current_dir(self.directory.path()).output().unwrap()
    }

    fn start(&mut self, arguments: &[&str]) {
        let log = fs::File::create(self.path(&format!("{}.log", self.nodes.len()))).unwrap();
        let mut command = Command::new(BINARY);
        command.args(arguments).current_dir(self.directory.path());
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        self.nodes.push(child);
    }

    /// Asks a process to end, and waits until it has.
    fn end(child: &mut Child) -> bool {
        let pid = Pid::from_raw(child.id().cast_signed()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        child.wait().unwrap().success()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        for child in &mut self.nodes {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn json(output: &Output) -> Result<Value> {
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Waits until a case at an agency is shown so.
async fn shows(place: &Place, agency: &str, referral: &str, part: &str) {
    eventually(part, async || {
        let output = place.rogatory(agency, &["--json", "referral", "show", referral]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(output.status.success() && said.contains(part), "{said}{output:?}");
        Ok(())
    })
    .await
    .unwrap();
}

/// A warrant to another agency than the example's.
fn warrant_to(place: &Place, agency: &str) -> PathBuf {
    let example = place.rogatory("lyon", &["referral", "example"]);
    let mut warrant = json(&example).unwrap();
    warrant["opening"]["parties"] = serde_json::json!([{ "agency": agency, "capacity": "executing" }]);
    let path = place.path("warrant.json");
    fs::write(&path, warrant.to_string()).unwrap();
    path
}

#[tokio::test]
async fn two_agencies_that_start_from_nothing_join_by_the_commands_of_the_page_and_exchange_a_warrant() {
    let mut place = Place::new();
    place.runs(&commands("joining"));
    place.runs(&commands("certificates"));
    place.runs("rogatory config check --config lyon/node.toml");
    for agency in ["lyon", "utrecht"] {
        place.start(&["node", "run", "--config", &format!("{agency}/node.toml")]);
    }
    let warrant = warrant_to(&place, "nl-utrecht");
    let mut referral = String::new();
    eventually("a node that takes a warrant", async || {
        let output = place.rogatory("lyon", &["--json", "referral", "submit", warrant.to_str().unwrap()]);
        ensure!(output.status.success(), "{output:?}");
        Ok(())
    })
    .await
    .unwrap();
    eventually("the warrant in the list", async || {
        let listed = json(&place.rogatory("utrecht", &["--json", "referral", "list"]))?;
        let found = listed.to_string();
        ensure!(found.contains("fr-lyon"), "{found}");
        let start = found.find("\"referralId\":\"").or_else(|| found.find("\"referral_id\":\"")).unwrap();
        referral = found[start..].split('"').nth(3).unwrap().to_owned();
        Ok(())
    })
    .await
    .unwrap();
    let registered = place.rogatory("utrecht", &["referral", "act", &referral, "--event", "registered"]);
    assert!(registered.status.success(), "{registered:?}");
    shows(&place, "lyon", &referral, "registered").await;
    place.runs(&commands("third"));
    place.runs(&commands("load"));
    let peers = json(&place.rogatory("lyon", &["--json", "peer", "list"])).unwrap().to_string();
    assert!(peers.contains("be-gent"), "{peers}");
    for child in &mut place.nodes {
        assert!(Place::end(child), "a node ends in order");
    }
}

#[test]
fn a_card_with_another_fingerprint_is_not_taken_and_a_roster_is_edited_by_cards_alone() {
    let place = Place::new();
    place.runs(&commands("joining"));
    let sign = "rogatory roster sign office/roster.toml --key office/roster.key --out office/roster.note";

    let changed = "sed 's/127.0.0.1:7743/192.0.2.66:7743/' utrecht/card.toml > office/utrecht.toml";
    place.runs(changed);
    let add = |more: &str| {
        format!(
            "rogatory roster add office/roster.toml office/utrecht.toml --fingerprint \"$(cat utrecht.said)\" {more}"
        )
    };
    place.refuses(&add(""), &["another fingerprint; ask the agency"]);
    let before = fs::read_to_string(place.path("office/roster.toml")).unwrap();
    assert!(before.contains("127.0.0.1:7743") && !before.contains("192.0.2.66"), "nothing was changed");

    // The agency itself says that it moves, and that it has a new ledger.
    place.runs("rm utrecht/ledger.key && rogatory key new ledger --out utrecht/ledger.key");
    place.runs("rogatory agency card utrecht --endpoint 192.0.2.7:7743 | sed -n 's/^fingerprint  //p' > utrecht.said");
    place.runs("cp utrecht/card.toml office/utrecht.toml");
    place.refuses(&add(""), &["new ledger key", "--last-record"]);
    place.runs(&add("--last-record 41"));
    place.runs("cp office/roster.note office/before.note");
    place.runs(sign);
    let shown = place
        .runs("rogatory --json roster show office/roster.note --roster-key \"$(cat office/roster.vkey)\"");
    let shown = json(&shown).unwrap();
    assert_eq!((&shown["version"], &shown["agencies"].as_array().unwrap().len()), (&2.into(), &2));
    let keys = shown["agencies"][1]["ledger_keys"].as_array().unwrap();
    assert_eq!((keys.len(), &keys[0]["last"], &keys[1]["last"]), (2, &41.into(), &Value::Null));
    let changes =
        json(&place.runs("rogatory --json roster diff office/before.note office/roster.note")).unwrap();
    let what: Vec<_> = changes["changes"].as_array().unwrap().iter().map(|change| &change["what"]).collect();
    assert_eq!(what, ["endpoint", "ledger_keys"], "{changes}");

    place.runs(&commands("draft"));
    place.refuses(commands("draft").trim(), &["again.toml exists"]);
    let drafts =
        ["roster.toml", "again.toml"].map(|name| fs::read_to_string(place.path("office").join(name)));
    assert_eq!(drafts[0].as_ref().unwrap(), drafts[1].as_ref().unwrap());
    place.refuses(
        "rogatory roster remove office/roster.note nl-utrecht",
        &["is signed", "rogatory roster draft"],
    );
    place.runs("rogatory roster edition office/roster.toml calendars 2");
    place.refuses("rogatory roster edition office/roster.toml calendar 2", &["there is no calendar"]);
    place.refuses(
        "rogatory roster edition office/roster.toml calendars 999",
        &["later release", "editions.calendars"],
    );
    place.runs("rogatory roster remove office/roster.toml nl-utrecht");
    place.refuses("rogatory roster remove office/roster.toml nl-utrecht", &["does not name nl-utrecht"]);
    place.runs(sign);
    let left =
        json(&place.runs("rogatory --json roster diff office/before.note office/roster.note")).unwrap();
    assert_eq!(left["changes"][0]["what"], "left", "{left}");
    // An edition under another file name is no second one of a version.
    let elsewhere = sign.replace("--out office/roster.note", "--out office/elsewhere.note");
    let signed = json(&place.runs(&elsewhere.replace("rogatory ", "rogatory --json "))).unwrap();
    assert_eq!(signed["version"], 4, "{signed}");

    place.runs("rogatory key new roster --out stranger.key");
    place.refuses(
        "rogatory roster sign office/roster.toml --key stranger.key --out office/roster.note",
        &["not signed by the trusted roster key"],
    );
    place.refuses("rogatory key new roster --out office/roster.key", &["cannot be made"]);
    place.refuses("rogatory key public ledger office/roster.key", &["does not hold"]);
    place.refuses("rogatory agency init lyon --agency fr-lyon --name x --country FR --federation joint.rogatory.example --roster-key \"$(cat office/roster.vkey)\" --host h", &["is not empty"]);
    place.refuses("rogatory agency init paris --agency fr-paris --name x --country France --federation joint.rogatory.example --roster-key \"$(cat office/roster.vkey)\" --host h", &["country"]);
    place.runs("rogatory cert request operator --agency nl-utrecht --federation joint.rogatory.example --name o.p --key op.key --out op.csr");
    place.refuses(
        "rogatory cert issue op.csr --authority lyon/authority/fr-lyon --out op.crt",
        &["another agency"],
    );
    place.runs("rogatory cert issue op.csr --authority utrecht/authority/nl-utrecht --out op.crt");
}

#[tokio::test]
async fn a_provisioned_federation_runs_in_one_terminal_until_it_is_told_to_end() {
    let mut place = Place::new();
    let plan = "federation = \"up.rogatory.example\"\n\
                [[agency]]\nid = \"fr-lyon\"\nname = \"Lyon\"\ncountry = \"FR\"\nhost = \"127.0.0.1\"\npeer_port = 7843\nclient_port = 7844\n\
                [[agency]]\nid = \"nl-utrecht\"\nname = \"Utrecht\"\ncountry = \"NL\"\nhost = \"127.0.0.1\"\npeer_port = 7853\nclient_port = 7854\n";
    fs::write(place.path("plan.toml"), plan).unwrap();
    place.runs("rogatory provision --plan plan.toml --out federation");
    place.refuses("rogatory federation up federation --only de-bonn", &["holds no node of de-bonn"]);
    place.start(&["federation", "up", "federation"]);
    for (agency, peer) in [("fr-lyon", "nl-utrecht"), ("nl-utrecht", "fr-lyon")] {
        eventually("a link", async || {
            let home = format!("federation/{agency}");
            let peers = json(&place.rogatory(&home, &["--json", "peer", "list"]))?;
            ensure!(peers[0]["agency"] == peer && peers[0]["link"] == "LINK_STATE_CONNECTED", "{peers}");
            ensure!(peers[0]["roster"] == "ROSTER_AGE_SAME", "{peers}");
            Ok(())
        })
        .await
        .unwrap();
    }
    // One that ends by itself takes no other with it, and is told.
    let terminal = place.nodes[0].id();
    place.runs(&format!("kill -TERM $(pgrep --parent {terminal} --full nl-utrecht/node.toml)"));
    eventually("the word that one ended", async || {
        let log = fs::read_to_string(place.path("0.log"))?;
        ensure!(log.contains("the node of nl-utrecht ended by itself"), "{log}");
        Ok(())
    })
    .await
    .unwrap();
    assert!(place.rogatory("federation/fr-lyon", &["status"]).status.success(), "the other goes on");
    assert!(!Place::end(&mut place.nodes[0]), "it tells that one ended before it was told to");
    let log = fs::read_to_string(place.path("0.log")).unwrap();
    for agency in ["fr-lyon", "nl-utrecht"] {
        assert!(log.lines().any(|line| line.starts_with(&format!("{agency}  {{"))), "{log}");
    }
    // Nobody listens there any more: both nodes ended with it.
    let gone = tokio::time::timeout(Duration::from_secs(5), tokio::net::TcpStream::connect("127.0.0.1:7844"));
    assert!(gone.await.unwrap().is_err());
}
