//! Rosters under running nodes: members come, change, lose their ledger and leave; and rosters that no node may take.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::ensure;
use rogatory_client::{Casework, Code};
use rogatory_evidence::roster::{LedgerKeyRange, Member};
use rogatory_evidence::{Kind, RosterDraft};
use rogatory_keys::{LedgerKey, RosterKey, SystemRandom};
use rogatory_node::roster_signing::sign;
use rogatory_support::sample::{act, assertion, submission};
use rogatory_support::{Federation, eventually, put_roster, signed_roster};
use rogatory_wire::word::Worded as _;
use serde_json::Value;

/// Dials the others: its id sorts first.
const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";
const OTHER: &str = "nl-politie";
const BINARY: &str = env!("CARGO_BIN_EXE_rogatory");

async fn serve(federation: &mut Federation, agency: &str) {
    federation.launch(agency).unwrap();
    federation.serves(agency).await.unwrap();
}

async fn casework(federation: &Federation, agency: &str) -> Casework {
    federation.connect(agency, "cases").await.unwrap().casework()
}

fn rogatory(federation: &Federation, agency: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(BINARY);
    command.env("ROGATORY_CONFIG", &federation.agency(agency).unwrap().config);
    command.env("ROGATORY_PERSON", "o.operator").env("ROGATORY_JUSTIFICATION", "the federation signed it");
    command.args(arguments).output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

/// Writes a roster that the federation signed, and loads it by command.
fn load(federation: &Federation, agency: &str, change: impl FnOnce(&mut RosterDraft)) -> Value {
    let file = federation.directory().join("next.note");
    fs::write(&file, signed_roster(federation, change).unwrap().note()).unwrap();
    let output = rogatory(federation, agency, &["--json", "roster", "load", file.to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
    json(&output)
}

fn without(agency: &str) -> impl Fn(&mut RosterDraft) {
    move |roster| roster.members.retain(|member| member.id.as_str() != agency)
}

fn member<'a>(roster: &'a mut RosterDraft, agency: &str) -> &'a mut Member {
    roster.members.iter_mut().find(|member| member.id.as_str() == agency).unwrap()
}

async fn goes_by(federation: &Federation, agency: &str, version: u64) {
    eventually("a roster in force", async || {
        let found = federation.connect(agency, "ops").await?.admin().status().await?.roster_version;
        ensure!(found == version, "{agency} goes by {found}");
        Ok(())
    })
    .await
    .unwrap();
}

/// Waits until every delivery of a referral to an agency has this status and reason.
async fn stands(federation: &Federation, referral: &str, recipient: &str, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    eventually("the deliveries", async || {
        let case = casework(federation, FR).await.get(referral, assertion()).await?;
        let deliveries = case.messages.into_iter().flat_map(|message| message.deliveries);
        let to = deliveries.filter(|delivery| delivery.recipient == recipient);
        let found: Vec<_> = to.map(|delivery| (delivery.status().word(), delivery.reason)).collect();
        ensure!(found == expected, "{found:?}");
        Ok(())
    })
    .await
    .unwrap();
}

async fn submit(federation: &Federation, number: u64, copies: &[&str]) -> String {
    casework(federation, FR).await.submit(submission(number, NL, copies)).await.unwrap().referral_id
}

#[tokio::test]
async fn a_member_comes_and_leaves_under_running_nodes_and_what_waits_for_it_is_given_up_for_that_reason() {
    let mut federation = Federation::provision(BINARY, &[FR, NL, OTHER]).unwrap();
    for agency in [FR, NL] {
        put_roster(&federation, agency, without(OTHER)).unwrap();
        serve(&mut federation, agency).await;
    }
    let refused = casework(&federation, FR).await.submit(submission(0, NL, &[OTHER])).await.unwrap_err();
    assert_eq!(refused.faults[0].rule, "roster", "{refused:?}");

    let loaded = load(&federation, FR, |roster| roster.version = 2);
    assert_eq!(loaded["came"], serde_json::json!([OTHER]), "{loaded}");
    assert_eq!(federation.connect(FR, "ops").await.unwrap().admin().peers().await.unwrap().len(), 2);
    put_roster(&federation, NL, |roster| roster.version = 2).unwrap();
    federation.hang_up(NL).unwrap();
    goes_by(&federation, NL, 2).await;
    eventually("the other's roster on the link that stands", async || {
        let shown = peer(&federation, NL, FR).await;
        ensure!((shown.roster_version, shown.roster().word().as_str()) == (2, "same"), "{shown:?}");
        Ok(())
    })
    .await
    .unwrap();
    put_roster(&federation, OTHER, |roster| roster.version = 2).unwrap();
    serve(&mut federation, OTHER).await;
    let referral = submit(&federation, 1, &[OTHER]).await;
    stands(&federation, &referral, OTHER, &[("taken", "")]).await;
    stands(&federation, &referral, NL, &[("taken", "")]).await;

    assert!(federation.stop(OTHER).await.unwrap().success());
    let waits = submit(&federation, 2, &[OTHER]).await;
    stands(&federation, &waits, OTHER, &[("waiting", "")]).await;
    put_roster(&federation, FR, |roster| {
        without(OTHER)(roster);
        roster.version = 3;
    })
    .unwrap();
    federation.hang_up(FR).unwrap();
    goes_by(&federation, FR, 3).await;
    stands(&federation, &waits, OTHER, &[("given_up", Code::RecipientLeft.refusal().id)]).await;
    let peers = federation.connect(FR, "ops").await.unwrap().admin().peers().await.unwrap();
    let shown: Vec<_> = peers.iter().map(|peer| (peer.agency.as_str(), peer.roster().word())).collect();
    assert_eq!(
        shown,
        [(NL, "older".to_owned())],
        "it is listed no more, and the other has not loaded the roster yet"
    );

    // A node that was not told of it is refused, and the one that took it starts with it.
    serve(&mut federation, OTHER).await;
    assert!(federation.stop(FR).await.unwrap().success());
    serve(&mut federation, FR).await;
    goes_by(&federation, FR, 3).await;
    assert!(federation.stop(FR).await.unwrap().success());
    let books = federation.books(FR).unwrap();
    assert!(books.report.is_sound());
    let rosters = books.of(Kind::Configured).filter_map(|record| record.shared.roster);
    assert_eq!(rosters.map(|roster| roster.version).collect::<Vec<_>>(), [1, 2, 3, 3]);
}

#[tokio::test]
async fn an_agency_that_was_taken_out_hears_so_as_long_as_it_dials_and_after_a_restart_too() {
    let mut federation = Federation::start(BINARY, &[FR, NL], 2).await.unwrap();
    let first = submit(&federation, 0, &[]).await;
    stands(&federation, &first, NL, &[("taken", "")]).await;
    put_roster(&federation, NL, |roster| {
        without(FR)(roster);
        roster.version = 2;
    })
    .unwrap();
    federation.hang_up(NL).unwrap();
    for _ in 0..2 {
        eventually("the cause", async || {
            let shown = peer(&federation, NL, FR).await;
            ensure!(shown.link().word() == "refused", "{shown:?}");
            ensure!(shown.why.starts_with(Code::StrangerCertificate.refusal().id), "{}", shown.why);
            Ok(())
        })
        .await
        .unwrap();
        assert!(federation.stop(FR).await.unwrap().success());
        serve(&mut federation, FR).await;
    }
}

#[tokio::test]
async fn a_member_whose_endpoint_changes_is_dialled_there_without_a_restart() {
    let mut federation = Federation::start(BINARY, &[FR, NL], 2).await.unwrap();
    let first = submit(&federation, 0, &[]).await;
    stands(&federation, &first, NL, &[("taken", "")]).await;
    assert!(federation.stop(NL).await.unwrap().success());
    let endpoint = federation.move_peers(NL).unwrap().to_string();
    let moved = |roster: &mut RosterDraft| {
        roster.version = 2;
        member(roster, NL).endpoint.clone_from(&endpoint);
    };
    put_roster(&federation, NL, moved).unwrap();
    serve(&mut federation, NL).await;
    let waits = submit(&federation, 1, &[]).await;
    let loaded = load(&federation, FR, moved);
    assert_eq!(loaded["changed"], serde_json::json!([NL]), "{loaded}");
    stands(&federation, &waits, NL, &[("taken", "")]).await;
    let again = load(&federation, FR, moved);
    assert_eq!(
        (&again["was_in_force"], &again["changed"]),
        (&true.into(), &serde_json::json!([])),
        "{again}"
    );
}

/// What is wrong with a roster, its note, the code under which it is refused, and some words of why.
type Unfit = (&'static str, String, Code, &'static str);

/// Rosters that may not follow version 3 at the node of the sender.
fn unfit(federation: &Federation) -> Vec<Unfit> {
    let signed = |change: &dyn Fn(&mut RosterDraft)| {
        let changed = |roster: &mut RosterDraft| {
            roster.version = 4;
            change(roster);
        };
        signed_roster(federation, changed).unwrap().note().to_owned()
    };
    let renamed = |roster: &mut RosterDraft| {
        roster.version = 3;
        "another name".clone_into(&mut roster.members[1].name);
    };
    let elsewhere = |roster: &mut RosterDraft| roster.federation = "other.rogatory.example".parse().unwrap();
    let other_key = LedgerKeyRange::current(LedgerKey::generate(&SystemRandom).public());
    let newer = signed(&|_| ());
    let mut strange = federation.made().roster.draft().clone();
    strange.version = 4;
    let strange = sign(&strange, &RosterKey::generate(&SystemRandom)).unwrap();
    let (text, _) = newer.split_once("\n\n\u{2014} ").unwrap();
    let of_stranger = "not signed by the trusted roster key";
    let rejected = Code::RosterRejected;
    vec![
        ("older", signed(&|roster| roster.version = 2), rejected, "older than version 3"),
        ("another one", signed(&renamed), rejected, "not the one of the same version"),
        ("a stranger's", strange.note().to_owned(), rejected, of_stranger),
        ("changed", newer.replacen("version = 4", "version = 5", 1), rejected, of_stranger),
        ("unsigned", format!("{text}\n"), rejected, "not a signed note"),
        ("another federation's", signed(&elsewhere), rejected, of_stranger),
        ("without this agency", signed(&|roster| without(FR)(roster)), rejected, "does not name"),
        (
            "of another ledger",
            signed(&|roster| member(roster, FR).ledger_keys = vec![other_key.clone()]),
            rejected,
            "another ledger key",
        ),
        (
            "with roots that are none",
            signed(&|roster| member(roster, NL).roots = vec!["none".into()]),
            rejected,
            "root",
        ),
        ("a later release's", later_roster(federation), Code::RosterLater, "a field of tomorrow"),
    ]
}

/// Puts a file in the place of another, as an operator does.
fn put(file: &Path, text: &[u8]) {
    let aside = file.with_extension("aside");
    fs::write(&aside, text).unwrap();
    fs::rename(&aside, file).unwrap();
}

#[tokio::test]
async fn a_roster_that_may_not_follow_is_refused_with_a_code_and_changes_nothing() {
    let mut federation = Federation::provision(BINARY, &[FR, NL]).unwrap();
    put_roster(&federation, FR, |roster| roster.version = 3).unwrap();
    serve(&mut federation, FR).await;
    let file = federation.agency(FR).unwrap().dir.join("roster.note");
    let before = fs::read(&file).unwrap();
    let path = federation.directory().join("unfit.note");
    for (what, note, code, why) in unfit(&federation) {
        fs::write(&path, &note).unwrap();
        let output = rogatory(&federation, FR, &["--json", "roster", "load", path.to_str().unwrap()]);
        assert!(!output.status.success(), "{what}: {output:?}");
        let error = json(&output)["error"].to_string();
        assert!(error.contains(code.refusal().id) && error.contains(why), "{what}: {error}");
        assert_eq!(fs::read(&file).unwrap(), before, "{what}: the node's file stays");

        // The same from the node's own file, which somebody else put there.
        let refused = |log: &str| log.matches("the roster was not read anew").count();
        let known = refused(&federation.log(FR).unwrap());
        put(&file, note.as_bytes());
        federation.hang_up(FR).unwrap();
        eventually("a refusal in the log", async || {
            let log = federation.log(FR)?;
            ensure!(refused(&log) == known + 1 && log.contains(code.refusal().id), "{what}");
            Ok(())
        })
        .await
        .unwrap();
        put(&file, &before);
    }
    too_long_or_without_a_reason(&federation, &path);
    goes_by(&federation, FR, 3).await;
    assert!(federation.stop(FR).await.unwrap().success());
    let books = federation.books(FR).unwrap();
    let rosters = books.of(Kind::Configured).filter_map(|record| record.shared.roster);
    assert_eq!(rosters.map(|roster| roster.version).collect::<Vec<_>>(), [3]);
}

fn too_long_or_without_a_reason(federation: &Federation, path: &Path) {
    fs::write(path, "x".repeat(33 << 20)).unwrap();
    let output = rogatory(federation, FR, &["roster", "load", path.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("more than"), "{output:?}");
    let newer = signed_roster(federation, |roster| roster.version = 4).unwrap();
    fs::write(path, newer.note()).unwrap();
    let arguments =
        ["--json", "roster", "load", path.to_str().unwrap(), "--person", "", "--justification", ""];
    let output = rogatory(federation, FR, &arguments);
    assert!(!output.status.success());
    let error = json(&output)["error"].to_string();
    assert!(error.contains("person") && error.contains("justification"), "{error}");
}

/// A roster that names a field which every reader must understand.
fn later_roster(federation: &Federation) -> String {
    let roster = signed_roster(federation, |roster| {
        roster.version = 4;
        roster.must_understand = vec!["a field of tomorrow".into()];
    });
    // This release signs nothing that it does not understand, so the signature is made by hand.
    assert!(roster.is_err());
    let mut draft = federation.made().roster.draft().clone();
    (draft.version, draft.must_understand) = (4, vec!["a field of tomorrow".into()]);
    let key = RosterKey::load(&federation.directory().join("authority").join("roster.key")).unwrap();
    let text = draft.to_text();
    let line =
        rogatory_tlog::SignatureLine::ed25519(&federation.made().roster_key, &key.sign(text.as_bytes()));
    format!("{text}\n{}", line.unwrap())
}

/// Takes a node's ledger away for good, and begins another one under another key. Gives the ranges of both.
fn replace_ledger(federation: &Federation, agency: &str, last: u64) -> Vec<LedgerKeyRange> {
    let home: &Path = &federation.agency(agency).unwrap().dir;
    fs::remove_dir_all(home.join("data")).unwrap();
    fs::create_dir(home.join("data")).unwrap();
    let mode: fs::Permissions = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    fs::set_permissions(home.join("data"), mode).unwrap();
    let old = LedgerKey::load(&home.join("ledger.key")).unwrap();
    let new = LedgerKey::generate(&SystemRandom);
    fs::remove_file(home.join("ledger.key")).unwrap();
    new.store(&home.join("ledger.key")).unwrap();
    vec![
        LedgerKeyRange { last: Some(last), ..LedgerKeyRange::current(old.public()) },
        LedgerKeyRange::current(new.public()),
    ]
}

async fn peer(federation: &Federation, of: &str, node: &str) -> rogatory_client::pb::admin::v1::Peer {
    let peers = federation.connect(node, "ops").await.unwrap().admin().peers().await.unwrap();
    peers.into_iter().find(|peer| peer.agency == of).unwrap()
}

#[tokio::test]
async fn a_member_whose_ledger_was_lost_links_again_under_the_key_that_the_roster_names() {
    let mut federation = Federation::start(BINARY, &[FR, NL], 2).await.unwrap();
    let before = submit(&federation, 0, &[]).await;
    stands(&federation, &before, NL, &[("taken", "")]).await;
    let held = peer(&federation, NL, FR).await;
    assert!(federation.stop(NL).await.unwrap().success());
    let keys = replace_ledger(&federation, NL, held.held_size - 1);
    let replaced = |roster: &mut RosterDraft| {
        roster.version = 2;
        member(roster, NL).ledger_keys.clone_from(&keys);
    };
    put_roster(&federation, NL, replaced).unwrap();
    let begun = rogatory(&federation, NL, &["ledger", "begin"]);
    assert!(begun.status.success(), "{begun:?}");

    // While one of the two goes by the older roster they do not link, and nobody is accused of anything.
    serve(&mut federation, NL).await;
    let behind = Code::RostersDiffer.refusal().id;
    eventually("a reason at both ends", async || {
        for (node, of) in [(FR, NL), (NL, FR)] {
            let peer = peer(&federation, of, node).await;
            ensure!(peer.why.contains(behind), "{node}: {}", peer.why);
        }
        Ok(())
    })
    .await
    .unwrap();
    let in_the_old_case = act(&before, "information_supplied");
    casework(&federation, FR).await.act(in_the_old_case).await.unwrap();
    let next = submit(&federation, 1, &[]).await;

    let loaded = load(&federation, FR, replaced);
    assert_eq!(loaded["changed"], serde_json::json!([NL]), "{loaded}");
    stands(&federation, &next, NL, &[("taken", "")]).await;
    let lost = Code::RecipientLedgerReplaced.refusal().id;
    stands(&federation, &before, NL, &[("taken", ""), ("given_up", lost)]).await;
    casework(&federation, FR).await.act(act(&before, "information_supplied")).await.unwrap();
    stands(&federation, &before, NL, &[("taken", ""), ("given_up", lost), ("given_up", lost)]).await;
    casework(&federation, NL).await.act(act(&next, "registered")).await.unwrap();
    eventually("an event of the new ledger", async || {
        let case = casework(&federation, FR).await.get(&next, assertion()).await?;
        ensure!(case.messages.len() == 2);
        Ok(())
    })
    .await
    .unwrap();
    let now = peer(&federation, NL, FR).await;
    assert!(now.instance != held.instance && now.forks.is_none(), "{now:?}");
    prove(&federation, &before);

    for agency in [FR, NL] {
        assert!(federation.stop(agency).await.unwrap().success());
    }
    let books = federation.books(FR).unwrap();
    assert!(books.report.is_sound());
    assert_eq!((books.of(Kind::LedgerReplaced).count(), books.of(Kind::ForkSeen).count()), (1, 0));
    let accused = books.of(Kind::Denied).count() + federation.books(NL).unwrap().of(Kind::Denied).count();
    assert_eq!(accused, 0, "{:?}", books.since(0));
    let record = books.of(Kind::LedgerReplaced).next().unwrap();
    assert_eq!(record.shared.recipients.iter().map(ToString::to_string).collect::<Vec<_>>(), [NL]);
    assert!(record.held.is_some(), "the last head of the ledger that was lost stays provable");
    // What was held of the new ledger is there after a restart, and after a fold of the whole ledger.
    let rebuilt = rogatory(&federation, FR, &["index", "rebuild"]);
    assert!(rebuilt.status.success(), "{rebuilt:?}");
    serve(&mut federation, FR).await;
    serve(&mut federation, NL).await;
    let last = submit(&federation, 2, &[]).await;
    stands(&federation, &last, NL, &[("taken", "")]).await;
}

#[tokio::test]
async fn a_member_that_goes_by_an_older_roster_than_the_one_that_retires_its_ledger_is_accused_of_nothing() {
    let mut federation = Federation::start(BINARY, &[FR, NL], 2).await.unwrap();
    let before = submit(&federation, 0, &[]).await;
    stands(&federation, &before, NL, &[("taken", "")]).await;
    let held = peer(&federation, NL, FR).await.held_size;
    let old = LedgerKey::load(&federation.agency(NL).unwrap().dir.join("ledger.key")).unwrap();
    let new = LedgerKey::generate(&SystemRandom);
    load(&federation, FR, |roster| {
        roster.version = 2;
        member(roster, NL).ledger_keys = vec![
            LedgerKeyRange { last: Some(held - 1), ..LedgerKeyRange::current(old.public()) },
            LedgerKeyRange::current(new.public()),
        ];
    });
    let differ = Code::RostersDiffer.refusal().id;
    eventually("a reason at both ends", async || {
        for (node, of) in [(FR, NL), (NL, FR)] {
            let peer = peer(&federation, of, node).await;
            ensure!(peer.why.contains(differ), "{node}: {}", peer.why);
        }
        Ok(())
    })
    .await
    .unwrap();
    for agency in [FR, NL] {
        assert!(federation.stop(agency).await.unwrap().success());
        assert_eq!(federation.books(agency).unwrap().of(Kind::Denied).count(), 0, "{agency}");
    }
}

/// Receipts of the ledger that was lost are proven by its key, which the roster still names.
fn prove(federation: &Federation, message: &str) {
    let file: PathBuf = federation.directory().join("evidence.json");
    let path = file.to_str().unwrap();
    let made = rogatory(federation, FR, &["referral", "evidence", message, "--to", path]);
    assert!(made.status.success(), "{made:?}");
    let key = federation.directory().join("roster.vkey");
    let verified = rogatory(federation, FR, &["verify", path, "--roster-key", key.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(verified.status.success() && said.contains("taken"), "{said}{verified:?}");
}
