//! What was given up: put back in the queue by a person, or found to be taken over all the same.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::collections::BTreeSet;
use std::process::{Command, Output};

use anyhow::ensure;
use rogatory_client::pb::admin::v1::{QueuedMessage, RequeueRequest, RequeuedMessage};
use rogatory_client::pb::casework::v1::{self as pb, OfferKind, notice::What};
use rogatory_client::{Casework, Code, Problem};
use rogatory_evidence::file::EvidenceFile;
use rogatory_evidence::{Kind, RosterDraft};
use rogatory_support::sample::{act, assertion, submission, watch};
use rogatory_support::{Behaviour, Federation, Line, eventually, put_roster};
use rogatory_wire::instant::told;
use rogatory_wire::word::Worded as _;
use serde_json::Value;

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";
const BINARY: &str = env!("CARGO_BIN_EXE_rogatory");

async fn casework(federation: &Federation, agency: &str) -> Casework {
    federation.connect(agency, "cases").await.unwrap().casework()
}

async fn serves(federation: &mut Federation, agency: &str) {
    federation.launch(agency).unwrap();
    federation.serves(agency).await.unwrap();
}

/// Starts the sender's node anew with another roster; what waits for an agency that is not in it is given up.
async fn restarted(federation: &mut Federation, change: impl FnOnce(&mut RosterDraft)) {
    assert!(federation.stop(FR).await.unwrap().success());
    put_roster(federation, FR, change).unwrap();
    serves(federation, FR).await;
}

async fn without_recipient(federation: &mut Federation) {
    restarted(federation, |roster| {
        roster.version = 2;
        roster.members.retain(|member| member.id.as_str() != NL);
    })
    .await;
}

async fn with_recipient(federation: &mut Federation) {
    restarted(federation, |roster| roster.version = 3).await;
}

/// Status, and the code for which it was given up before, of each delivery of a referral to the recipient.
async fn deliveries(federation: &Federation, referral: &str) -> Vec<(String, String)> {
    let case = casework(federation, FR).await.get(referral, assertion()).await.unwrap();
    let deliveries = case.messages.into_iter().flat_map(|message| message.deliveries);
    deliveries.filter(|d| d.recipient == NL).map(|d| (d.status().word(), d.given_up)).collect()
}

async fn stands(federation: &Federation, referral: &str, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    eventually("the deliveries", async || {
        let found = deliveries(federation, referral).await;
        ensure!(found == expected, "{found:?}");
        Ok(())
    })
    .await
    .unwrap();
}

async fn requeue(federation: &Federation, message: &str) -> Result<Vec<RequeuedMessage>, Problem> {
    let request = RequeueRequest {
        message_id: message.to_owned(),
        recipient: NL.to_owned(),
        person: "officer-7".to_owned(),
        justification: "agreed by telephone".to_owned(),
        ..RequeueRequest::default()
    };
    federation.connect(FR, "ops").await.unwrap().admin().requeue(request).await
}

/// Runs the command as the operator of the sender.
fn rogatory(federation: &Federation, arguments: &[&str]) -> Output {
    let mut command = Command::new(BINARY);
    command.env("ROGATORY_CONFIG", &federation.agency(FR).unwrap().config);
    command.env("ROGATORY_PERSON", "officer-7").env("ROGATORY_JUSTIFICATION", "agreed by telephone");
    command.args(arguments).output().unwrap()
}

fn requeue_referral(federation: &Federation, referral: &str) -> Vec<(String, String)> {
    let arguments = ["--json", "queue", "requeue", "--referral", referral, "--recipient", NL];
    let output = rogatory(federation, &arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let rows: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    rows.iter().map(|row| (text(row, "message_id"), text(row, "outcome"))).collect()
}

async fn waiting(federation: &Federation) -> Vec<QueuedMessage> {
    let admin = federation.connect(FR, "ops").await.unwrap().admin();
    let waiting = admin.queues(Some(NL), 100, "").await.unwrap().messages.into_iter();
    // Why it waits, and until when, is the link's.
    waiting.map(|message| QueuedMessage { why: String::new(), next_try_time: None, ..message }).collect()
}

/// Notices that messages were given up or wait again, in the order of the ledger.
async fn notices(federation: &Federation, count: usize) -> Vec<String> {
    let kinds = vec![OfferKind::GivenUp.into(), OfferKind::Requeued.into()];
    let start = pb::WatchStart { kinds, ..watch("desk") };
    let (_acknowledger, mut offers) = casework(federation, FR).await.watch(start).await.unwrap();
    let mut told = Vec::new();
    while told.len() < count {
        let batch = offers.next().await.unwrap().unwrap();
        told.extend(batch.notices.into_iter().map(|notice| match notice.what {
            Some(What::GivenUp(given_up)) => format!("given up {}", given_up.reason),
            Some(What::Requeued(requeued)) => format!("waits again after {}", requeued.reason),
            other => panic!("{other:?}"),
        }));
    }
    told
}

#[tokio::test]
async fn what_was_given_up_waits_again_once_a_person_puts_it_back_and_is_taken_over_once() {
    let mut federation = Federation::start(BINARY, &[FR, NL], 1).await.unwrap();
    let own = casework(&federation, FR).await;
    let referral = own.submit(submission(1, NL, &[])).await.unwrap().referral_id;
    let event = own.act(act(&referral, "information_supplied")).await.unwrap().message_id;
    let (left, lacks) = (Code::RecipientLeft.refusal().id, Code::OpeningNotDelivered.refusal().id);

    without_recipient(&mut federation).await;
    stands(&federation, &referral, &[("given_up", ""), ("given_up", "")]).await;
    assert_eq!(requeue(&federation, &event).await.unwrap_err().code, left, "nobody is there to take it");
    with_recipient(&mut federation).await;
    assert_eq!(requeue(&federation, &event).await.unwrap_err().code, lacks, "its opening does not wait");
    let stranger = "0190a0a0-0000-7000-8000-000000000001";
    assert_eq!(requeue(&federation, stranger).await.unwrap_err().code, Code::UnknownMessage.refusal().id);

    let both = |outcome: &str| {
        [&referral, &event].map(|id| (id.clone(), format!("REQUEUE_OUTCOME_{}", outcome.to_uppercase())))
    };
    assert_eq!(requeue_referral(&federation, &referral), both("requeued"));
    assert_eq!(requeue_referral(&federation, &referral), both("waits"));
    stands(&federation, &referral, &[("waiting", left), ("waiting", lacks)]).await;
    let queue = waiting(&federation).await;
    assert_eq!(queue.len(), 2);
    assert!(queue.iter().all(|m| told(m.requeued_time) > told(m.submitted_time)), "{queue:?}");
    let horizon =
        |m: &QueuedMessage| Some(told(m.expire_time)?.duration_since(told(m.requeued_time)?).as_hours());
    assert!(queue.iter().all(|m| horizon(m) == Some(72)), "it waits as long as at first: {queue:?}");
    let heard = notices(&federation, 4).await;
    let expected: Vec<String> = ["given up", "waits again after"]
        .into_iter()
        .flat_map(|what| [left, lacks].map(|code| format!("{what} {code}")))
        .collect();
    assert_eq!(heard, expected);

    // An index that is built again says the same.
    assert!(federation.stop(FR).await.unwrap().success());
    std::fs::remove_dir_all(federation.data(FR).unwrap().join("index")).unwrap();
    serves(&mut federation, FR).await;
    assert_eq!(waiting(&federation).await, queue);

    serves(&mut federation, NL).await;
    stands(&federation, &referral, &[("taken", left), ("taken", lacks)]).await;
    assert_eq!(requeue_referral(&federation, &referral), both("taken"));
    let (sender, recipient) = (federation.books(FR).unwrap(), federation.books(NL).unwrap());
    assert_eq!((sender.of(Kind::Requeued).count(), sender.of(Kind::GivenUp).count()), (2, 2));
    assert_eq!(recipient.of(Kind::Taken).count(), 2);
    let ids = |case: pb::Referral| case.messages.into_iter().map(|m| m.message_id).collect::<BTreeSet<_>>();
    let mut ends = Vec::new();
    for agency in [FR, NL] {
        let case = casework(&federation, agency).await.get(&referral, assertion()).await.unwrap();
        ends.push((case.state.clone(), ids(case)));
    }
    assert_eq!(ends[0], ends[1]);

    let request =
        pb::EvidenceRequest { message_id: event, assertion: Some(assertion()), ..Default::default() };
    let file = casework(&federation, FR).await.evidence(request).await.unwrap();
    let file: EvidenceFile = serde_json::from_slice(&file).unwrap();
    let proven = file.verify(None).unwrap();
    let kinds: Vec<&str> = proven.records.iter().map(|record| record.kind.label()).collect();
    assert_eq!(kinds, ["sent", "given-up", "requeued", "taken"]);
}

#[tokio::test]
async fn receipts_that_were_lost_until_the_sender_gave_up_come_with_the_next_link_and_no_later_message() {
    const COUNT: u64 = 3;
    let mut federation = Federation::provision(BINARY, &[FR, NL]).unwrap();
    let line = Line::to(&federation, NL, Behaviour::GOOD).await.unwrap();
    for agency in [FR, NL] {
        serves(&mut federation, agency).await;
    }
    let own = casework(&federation, FR).await;
    let first = own.submit(submission(0, NL, &[])).await.unwrap().referral_id;
    stands(&federation, &first, &[("taken", "")]).await;
    line.mutes_answers();
    let mut referrals = Vec::new();
    for number in 1..=COUNT {
        referrals.push(own.submit(submission(number, NL, &[])).await.unwrap().referral_id);
    }
    eventually("all of them taken over", async || {
        let taken = federation.books(NL)?.of(Kind::Taken).count() as u64;
        ensure!(taken == COUNT + 1, "{taken} were");
        Ok(())
    })
    .await
    .unwrap();

    without_recipient(&mut federation).await;
    for referral in &referrals {
        stands(&federation, referral, &[("given_up", "")]).await;
    }
    line.becomes(Behaviour::GOOD);
    with_recipient(&mut federation).await;
    for referral in &referrals {
        stands(&federation, referral, &[("taken", Code::RecipientLeft.refusal().id)]).await;
    }
    let (sender, recipient) = (federation.books(FR).unwrap(), federation.books(NL).unwrap());
    assert_eq!(sender.of(Kind::Sent).count() as u64, COUNT + 1, "nothing else was sent");
    assert_eq!(recipient.of(Kind::Taken).count() as u64, COUNT + 1);
    assert!(sender.report.is_sound() && recipient.report.is_sound());
}
