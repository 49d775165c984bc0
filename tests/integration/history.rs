//! Histories: forks, heads that were only offered, and ledgers put back from an old copy.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::path::Path;

use anyhow::ensure;
use rogatory_client::Code;
use rogatory_evidence::{Head, Instance, Kind, RosterDraft};
use rogatory_support::probe::get;
use rogatory_support::rogue::{honest, is_fault, is_receipt, one_is_taken};
use rogatory_support::sample::submission;
use rogatory_support::{Federation, MutePeer, Rogue, copy_private, eventually, put_roster};
use rogatory_wire::word::Worded as _;

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";
/// Records a node writes when it first starts: genesis and configuration.
const FIRST_RECORDS: usize = 2;

/// A node of the one agency; a rogue takes the other's place.
async fn federation() -> Federation {
    Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[NL, FR], 1).await.unwrap()
}

fn rogue(federation: &Federation) -> Rogue {
    Rogue::new(federation, FR, NL, None).unwrap()
}

#[tokio::test]
async fn a_peer_with_two_histories_is_refused_and_the_fork_is_on_the_record() {
    let mut federation = federation().await;
    let other = federation.directory().join("other-history");
    drop(rogue(&federation));
    copy_private(&federation.data(FR).unwrap(), &other).unwrap();
    let mut first = rogue(&federation);
    one_is_taken(&mut first).await;

    let mut second = Rogue::new(&federation, FR, NL, Some(&other)).unwrap();
    honest(&mut second);
    honest(&mut second);
    is_fault(&second.talk().await.unwrap().answer().await.unwrap(), Code::HeadInconsistent);
    assert!(federation.stop(NL).await.unwrap().success());
    let books = federation.books(NL).unwrap();
    assert!(books.report.is_sound(), "{:?}", books.report.faults);
    assert_eq!(books.since(FIRST_RECORDS), ["head-held", "taken", "fork-seen RG0405"]);

    // Both signed heads stand in the record: anyone can see that they are of one agency and do not agree.
    let fork = books.of(Kind::ForkSeen).next().unwrap();
    let origin = &second.scribe().origin();
    let [held, shown] = [&fork.contradicts, &fork.held].map(|note| {
        let note = note.as_ref().unwrap();
        Head::verify(note, &origin.federation, &origin.agency, &second.ledger_key()).unwrap()
    });
    assert_eq!(held.origin, shown.origin);
    assert!(held.size < shown.size && held.root != shown.root);
}

#[tokio::test]
async fn a_head_that_was_only_offered_must_be_extended_by_the_next_connection_too() {
    let mut federation = federation().await;
    let other = federation.directory().join("other-history");
    let mut first = rogue(&federation);
    connected(&federation, &first).await;
    drop(first);
    copy_private(&federation.data(FR).unwrap(), &other).unwrap();

    // The second head of the first history comes too soon after the first to be on the record.
    first = rogue(&federation);
    honest(&mut first);
    connected(&federation, &first).await;
    let mut second = Rogue::new(&federation, FR, NL, Some(&other)).unwrap();
    honest(&mut second);
    honest(&mut second);
    is_fault(&second.talk().await.unwrap().answer().await.unwrap(), Code::HeadInconsistent);
    assert!(federation.stop(NL).await.unwrap().success());
    assert_eq!(federation.books(NL).unwrap().since(FIRST_RECORDS), ["fork-seen RG0405"]);
}

/// Connects until the node says that the link stands, and hangs up.
async fn connected(federation: &Federation, peer: &Rogue) {
    let talk = peer.talk().await.unwrap();
    eventually("a link that stands", async || {
        let peers = federation.connect(NL, "ops").await?.admin().peers().await?;
        anyhow::ensure!(peers.iter().any(|peer| peer.agency == FR && peer.link().word() == "connected"));
        Ok(())
    })
    .await
    .unwrap();
    drop(talk);
    eventually("a link that is gone", async || {
        let peers = federation.connect(NL, "ops").await?.admin().peers().await?;
        anyhow::ensure!(peers.iter().all(|peer| peer.link().word() != "connected"));
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_node_restored_from_an_old_copy_stops_when_a_peer_shows_the_head_it_lost() {
    let mut federation = federation().await;
    let mut peer = rogue(&federation);
    assert!(federation.stop(NL).await.unwrap().success());
    let (data, old) = (federation.data(NL).unwrap(), federation.directory().join("old-copy"));
    copy_private(&data, &old).unwrap();
    federation.launch(NL).unwrap();
    federation.serves(NL).await.unwrap();
    let (_, message) = honest(&mut peer);
    let mut talk = peer.talk().await.unwrap();
    let batch = talk.batch(&[message]).unwrap();
    is_receipt(&talk.deliver(batch).await.unwrap(), &[(Kind::Taken, None)]);
    drop(talk);
    let status = federation.connect(NL, "ops").await.unwrap().admin().status().await.unwrap();
    assert!(federation.stop(NL).await.unwrap().success());

    let newest = federation.directory().join("newest");
    std::fs::rename(&data, &newest).unwrap();
    copy_private(&old, &data).unwrap();
    let copied = federation.books(NL).unwrap().records.len();
    federation.launch(NL).unwrap();
    federation.serves(NL).await.unwrap();
    // The record of the start is the only one that it writes.
    let before = eventually("the record of the start", async || {
        let size = federation.connect(NL, "ops").await?.admin().status().await?.ledger_size;
        anyhow::ensure!(size > copied as u64, "{size} records");
        Ok(federation.books(NL)?.records.len())
    })
    .await
    .unwrap();
    // The node says that histories differ and hangs up; whether the greeting is over by then does not matter.
    if let Ok(mut talk) = peer.talk_holding(status.head.into()).await {
        is_fault(&talk.answer().await.unwrap(), Code::HistoryLost);
    }
    assert!(!federation.ends(NL).await.unwrap().success(), "a ledger that lost records is not continued");
    assert_eq!(federation.books(NL).unwrap().records.len(), before, "nothing was written after that");

    // Started once more it does not wait for the peer to find out: it writes nothing, and a person must look.
    federation.launch(NL).unwrap();
    assert_eq!(federation.ends(NL).await.unwrap().code(), Some(4));
    assert!(federation.log(NL).unwrap().contains("RG0612"));
    assert_eq!(federation.books(NL).unwrap().records.len(), before);

    // With the ledger that contains the head it goes on, and has forgotten.
    std::fs::remove_dir_all(&data).unwrap();
    std::fs::rename(&newest, &data).unwrap();
    for _ in 0..2 {
        federation.launch(NL).unwrap();
        federation.serves(NL).await.unwrap();
        assert!(federation.stop(NL).await.unwrap().success());
    }
}

/// Leaves the ledger of a killed node as a power cut may: half a frame at its end, and a guard of an earlier boot.
fn cut_off(data: &Path) {
    let ledger = data.join("ledger");
    let segment = ledger.join("00000000000000000000.segment");
    let mut bytes = std::fs::read(&segment).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    bytes[end..end + 40].fill(0x7f);
    std::fs::write(&segment, bytes).unwrap();

    let guard = std::fs::read_to_string(ledger.join("guard")).unwrap();
    let (_, body) = guard.split_once('\n').unwrap();
    let mut lines: Vec<&str> = body.split('\n').collect();
    lines[3] = "00000000-0000-4000-8000-000000000000";
    let body = lines.join("\n");
    let crc = crc32c::crc32c(body.as_bytes());
    std::fs::write(ledger.join("guard"), format!("rogatory guard v1 {crc:08x}\n{body}")).unwrap();
}

async fn becomes(federation: &Federation, agency: &str, state: &str) {
    eventually(&format!("a node that is {state}"), async || {
        let found = federation.connect(agency, "ops").await?.admin().status().await?.state().word();
        anyhow::ensure!(found == state, "it is {found}");
        Ok(())
    })
    .await
    .unwrap();
}

/// Waits for the one line of the log that says this of the state `held`.
async fn said_of_held(federation: &Federation, message: &str) {
    eventually(message, async || {
        let log = federation.log(FR)?;
        let is_meant = |line: &&str| line.contains(message) && line.contains("\"state\":\"held\"");
        let said = log.lines().filter(is_meant).count();
        anyhow::ensure!(said == 1, "{said} lines");
        Ok(())
    })
    .await
    .unwrap();
}

async fn submitted(federation: &Federation, number: u64) {
    let casework = federation.connect(FR, "cases").await.unwrap().casework();
    casework.submit(submission(number, NL, &[])).await.unwrap();
}

async fn delivered(federation: &Federation) {
    eventually("an empty queue", async || {
        let waiting = federation.connect(FR, "ops").await?.admin().status().await?.waiting;
        anyhow::ensure!(waiting == 0, "{waiting} wait");
        Ok(())
    })
    .await
    .unwrap();
}

fn releases(federation: &Federation, agency: &str) -> Vec<String> {
    let books = federation.books(agency).unwrap();
    assert!(books.report.is_sound(), "{:?}", books.report.faults);
    let reasons = books.of(Kind::Configured).map(|record| record.shared.note.clone());
    reasons.filter(|reason| reason.starts_with("signing released")).collect()
}

#[tokio::test]
async fn a_ledger_cut_after_a_reboot_signs_nothing_until_a_named_person_releases_it() {
    let mut federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL], 1).await.unwrap();
    submitted(&federation, 0).await;
    federation.kill(FR).await.unwrap();
    cut_off(&federation.data(FR).unwrap());
    let address = federation.expose_metrics(FR).unwrap();
    federation.launch(FR).unwrap();
    federation.serves(FR).await.unwrap();
    becomes(&federation, FR, "held").await;
    said_of_held(&federation, "the node does not serve").await;
    let probe = get(address, "/readyz").await.unwrap();
    assert!(probe.0 == 503 && probe.1.starts_with("held: RG0603 "), "{probe:?}");
    submitted(&federation, 1).await;

    let admin = federation.connect(FR, "ops").await.unwrap().admin();
    assert!(admin.checkpoint().await.unwrap().note.is_empty(), "nothing is published");
    let problem = admin.release("", "").await.unwrap_err();
    assert_eq!(problem.faults.len(), 2, "{problem:?}");
    assert!(admin.release("m.durand", "asked every peer by telephone").await.unwrap());
    becomes(&federation, FR, "serving").await;
    said_of_held(&federation, "the node is in this state no more").await;
    assert_eq!(get(address, "/readyz").await.unwrap().0, 200);
    assert!(
        !admin.release("m.durand", "asked every peer by telephone").await.unwrap(),
        "it is not held any more"
    );
    federation.launch(NL).unwrap();
    federation.serves(NL).await.unwrap();
    delivered(&federation).await;
    assert!(federation.stop(FR).await.unwrap().success());
    assert_eq!(releases(&federation, FR), ["signing released"]);
}

#[tokio::test]
async fn a_ledger_cut_after_a_reboot_signs_again_once_every_peer_has_answered() {
    let mut federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL], 2).await.unwrap();
    submitted(&federation, 0).await;
    delivered(&federation).await;
    federation.kill(FR).await.unwrap();
    cut_off(&federation.data(FR).unwrap());
    federation.launch(FR).unwrap();
    federation.serves(FR).await.unwrap();
    becomes(&federation, FR, "serving").await;
    submitted(&federation, 1).await;
    delivered(&federation).await;
    assert!(federation.stop(FR).await.unwrap().success());
    assert_eq!(releases(&federation, FR), ["signing released: every peer answered"]);
}

/// Every node of the roster loses power in the middle of a write; nobody helps.
async fn all_cut_off(agencies: &[&str]) {
    let binary = env!("CARGO_BIN_EXE_rogatory");
    let mut federation = Federation::start(binary, agencies, agencies.len()).await.unwrap();
    submitted(&federation, 0).await;
    delivered(&federation).await;
    for agency in agencies {
        federation.kill(agency).await.unwrap();
        cut_off(&federation.data(agency).unwrap());
    }
    for agency in agencies {
        federation.launch(agency).unwrap();
    }
    for agency in agencies {
        federation.serves(agency).await.unwrap();
        becomes(&federation, agency, "serving").await;
    }
    submitted(&federation, 1).await;
    delivered(&federation).await;
    for agency in agencies {
        assert!(federation.stop(agency).await.unwrap().success());
        assert_eq!(releases(&federation, agency), ["signing released: every peer answered"], "{agency}");
        let denied = federation.books(agency).unwrap().of(Kind::Denied).count();
        assert_eq!(denied, 0, "{agency} accuses a peer that had nothing to show yet");
    }
}

#[tokio::test]
async fn two_nodes_whose_ledgers_were_both_cut_confirm_each_other_and_sign_again() {
    all_cut_off(&[FR, NL]).await;
}

#[tokio::test]
async fn five_nodes_whose_ledgers_were_all_cut_confirm_each_other_and_sign_again() {
    all_cut_off(&[FR, NL, "nl-politie", "be-parquet", "de-gsta"]).await;
}

#[tokio::test]
async fn a_peer_that_hangs_up_first_is_not_accused_of_anything() {
    let mut federation = federation().await;
    let peer = rogue(&federation);
    peer.hang_up_first(Code::DiskReserve).await.unwrap();
    connected(&federation, &peer).await;
    assert!(federation.stop(NL).await.unwrap().success());
    assert_eq!(federation.books(NL).unwrap().of(Kind::Denied).count(), 0);
}

#[tokio::test]
async fn a_peer_that_keeps_its_connection_alive_and_never_answers_is_dialled_again() {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL], 1).await.unwrap();
    let peer = MutePeer::listen(&federation, NL).await.unwrap();
    eventually("a second connection", async || {
        anyhow::ensure!(peer.connections() > 1, "{} connections", peer.connections());
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_ledger_that_a_roster_names_again_goes_on_from_where_it_ended_and_from_nowhere_else() {
    let mut federation = federation().await;
    let other = federation.directory().join("other-history");
    drop(rogue(&federation));
    copy_private(&federation.data(FR).unwrap(), &other).unwrap();
    let mut first = rogue(&federation);
    one_is_taken(&mut first).await;

    // One roster names an instance that never was, the next one takes it back.
    let stranger = Instance::new("0190a0a0-0000-7000-8000-000000000001".parse().unwrap());
    for (version, instance) in [(2, Some(stranger)), (3, None)] {
        goes_by(&federation, version, instance).await;
    }
    let mut second = Rogue::new(&federation, FR, NL, Some(&other)).unwrap();
    honest(&mut second);
    honest(&mut second);
    let _talk = second.talk().await;
    eventually("a fork that is noted", async || {
        let peers = federation.connect(NL, "ops").await?.admin().peers().await?;
        let peer = peers.into_iter().find(|peer| peer.agency == FR);
        ensure!(peer.is_some_and(|peer| peer.forks.is_some()), "none");
        Ok(())
    })
    .await
    .unwrap();
    one_is_taken(&mut first).await;

    assert!(federation.stop(NL).await.unwrap().success());
    let expected = [
        "head-held",
        "taken",
        "configured",
        "ledger-replaced",
        "configured",
        "fork-seen RG0405",
        "head-held",
        "taken",
    ];
    assert_eq!(federation.books(NL).unwrap().since(FIRST_RECORDS), expected);
}

/// Has the node go by a roster in which the ledger of the other agency has this instance.
async fn goes_by(federation: &Federation, version: u64, instance: Option<Instance>) {
    let named = |roster: &mut RosterDraft| {
        roster.version = version;
        let member = roster.members.iter_mut().find(|member| member.id.as_str() == FR).unwrap();
        member.ledger_keys.last_mut().unwrap().instance = instance;
    };
    put_roster(federation, NL, named).unwrap();
    federation.hang_up(NL).unwrap();
    eventually("the roster in force", async || {
        let found = federation.connect(NL, "ops").await?.admin().status().await?.roster_version;
        ensure!(found == version, "version {found}");
        Ok(())
    })
    .await
    .unwrap();
}
