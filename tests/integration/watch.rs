//! Watches of large and of many messages: what one answer holds, what a reader that does not read costs, and that nothing
//! is lost when a connection grows old or a node closes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::collections::BTreeSet;
use std::process::Stdio;

use anyhow::ensure;
use prost_reflect::prost::Message as _;
use rogatory_client::pb::casework::v1::{WatchRequest, WatchResponse, watch_request::Kind};
use rogatory_client::{Casework, Code, Offers, Problem};
use rogatory_support::bare::{Begun, Stalled};
use rogatory_support::rogue::stream_to;
use rogatory_support::sample::{large_submission, submission, watch};
use rogatory_support::{Bare, Federation, eventually};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tokio::sync::mpsc;

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";
const BINARY: &str = env!("CARGO_BIN_EXE_rogatory");
const WATCH: &str = "/rogatory.casework.v1.Casework/Watch";

/// Bytes of a large warrant.
const LARGE_BYTES: usize = 840 << 10;
/// Bytes that an answer has at most, unless a single message has more.
const ANSWER_BYTES_MAX: usize = 1 << 20;
/// Bytes that clients take unless they are told otherwise.
const CLIENT_BYTES_MAX: usize = 4 << 20;
/// Bytes that a watch which is not read may cost.
const STALLED_BYTES_MAX: u64 = 4 << 20;
/// Bytes that all streams of one certificate's holder may hold unread.
const SHARE_BYTES: u64 = 16 << 20;
/// Bytes that a connection may cost with what its transport holds of an answer.
const CONNECTION_BYTES_MAX: u64 = 512 << 10;
/// Streams that are more than such a share has room for, with an answer each.
const STALLED_COUNT: usize = 24;

/// Seconds at which connections of clients are old, where a test waits for it.
const AGE_SECONDS: u64 = 5;

async fn running() -> Federation {
    Federation::start(BINARY, &[NL, FR], 2).await.unwrap()
}

async fn casework(federation: &Federation, agency: &str) -> Casework {
    federation.connect(agency, "cases").await.unwrap().casework()
}

/// Warrants of this size that have arrived, by their ids.
async fn arrived(federation: &Federation, count: u64, bytes: usize) -> BTreeSet<String> {
    let own = casework(federation, FR).await;
    let mut sent = BTreeSet::new();
    for number in 0..count {
        let request = large_submission(number, NL, bytes);
        sent.insert(own.submit(request).await.unwrap().message_id);
    }
    eventually("an empty queue", async || {
        let waiting = federation.connect(FR, "ops").await?.admin().status().await?.waiting;
        ensure!(waiting == 0, "{waiting} wait");
        Ok(())
    })
    .await
    .unwrap();
    sent
}

/// Reads so many messages, and calls `check` with each answer.
async fn read(offers: &mut Offers, count: usize, mut check: impl FnMut(&WatchResponse)) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    while seen.len() < count {
        let batch = offers.next().await.unwrap().unwrap();
        check(&batch);
        seen.extend(batch.offers.into_iter().map(|offer| offer.message_id));
    }
    seen
}

/// A watch with content on a connection of its own.
async fn begun(federation: &Federation, consumer: &str) -> Begun {
    let own = federation.client(NL, "cases").unwrap().credentials;
    let mut bare = Bare::over(stream_to(federation, NL, false, &own).await.unwrap()).await.unwrap();
    let mut begun = bare.begin(WATCH, &[]).await.unwrap();
    let start = WatchRequest { kind: Some(Kind::Start(watch(consumer))) };
    begun.send(&start.encode_to_vec(), false).unwrap();
    begun
}

/// The same, of which nothing is read any more once the node can send nothing more.
async fn stalled(federation: &Federation, consumer: &str) -> Stalled {
    begun(federation, consumer).await.stalls().await.unwrap()
}

#[tokio::test]
async fn a_client_with_the_usual_limit_reads_a_backlog_of_large_warrants_to_its_end() {
    let federation = running().await;
    let mut sent = arrived(&federation, 7, LARGE_BYTES).await;
    sent.extend(arrived(&federation, 40, 1).await);
    let (_acknowledger, mut offers) = casework(&federation, NL).await.watch(watch("desk")).await.unwrap();
    let mut bytes = 0;
    let seen = read(&mut offers, sent.len(), |batch| {
        bytes += batch.encoded_len();
        assert!(batch.encoded_len() <= ANSWER_BYTES_MAX || batch.offers.len() == 1);
        assert!(batch.offers.iter().all(|offer| offer.body.is_some()));
    });
    assert_eq!(seen.await, sent);
    assert!(bytes > CLIENT_BYTES_MAX, "one answer of all of it would not have been taken: {bytes}");
}

#[tokio::test]
async fn watches_that_are_not_read_cost_little_and_an_honest_reader_beside_them_gets_everything() {
    let federation = running().await;
    let sent = arrived(&federation, 12, LARGE_BYTES).await;
    let reader = casework(&federation, NL).await;
    let read_all = async |consumer: &str| {
        let (_acknowledger, mut offers) = reader.watch(watch(consumer)).await.unwrap();
        assert_eq!(read(&mut offers, sent.len(), |_| ()).await, sent);
    };
    // The control: what the node holds once all of it was read a few times, by as many at once as hold answers later. What the
    // allocator keeps grows over the first of them, whoever reads.
    for round in 0..4 {
        let [one, other] = [format!("control-{round}"), format!("control-beside-{round}")];
        tokio::join!(read_all(&one), read_all(&other));
    }
    let control = federation.memory_bytes(NL).unwrap();
    // What a reader beside them used a moment ago is not theirs, so it is looked at again after the next one has read.
    let costs_less_than = async |beside: &str, bytes_max: u64| {
        let mut reads = 0;
        eventually("what is not read to cost little", async || {
            reads += 1;
            read_all(&format!("{beside}-{reads}")).await;
            let bytes = federation.memory_bytes(NL)?.saturating_sub(control);
            anyhow::ensure!(bytes < bytes_max, "{bytes} bytes, not below {bytes_max}");
            Ok(())
        })
        .await
        .unwrap();
    };
    let first = stalled(&federation, "stalled-0").await;
    costs_less_than("beside-one", STALLED_BYTES_MAX).await;

    // More than fit: those that were left unread for longest make room, for these and for whoever reads.
    let mut others = Vec::new();
    for number in 1..STALLED_COUNT {
        others.push(stalled(&federation, &format!("stalled-{number}")).await);
    }
    costs_less_than("beside-many", SHARE_BYTES + STALLED_COUNT as u64 * CONNECTION_BYTES_MAX).await;
    let told = first.reads_on().await.unwrap();
    assert_eq!(told.code, Code::ReadTooSlowly.refusal().id);
    // And whoever was ended so goes on where it was.
    read_all("stalled-0").await;
}

/// Tells the codes with which a watch is lost.
fn lost(offers: Offers) -> (Offers, mpsc::UnboundedReceiver<String>) {
    let (told, codes) = mpsc::unbounded_channel();
    (offers.on_lost(move |problem: &Problem| drop(told.send(problem.code.clone()))), codes)
}

/// Reads on until this is offered, and acknowledges it.
async fn takes(
    acknowledger: &rogatory_client::Acknowledger,
    offers: &mut Offers,
    message: &str,
    seen: &mut Vec<String>,
) {
    loop {
        let batch = offers.next().await.unwrap().unwrap();
        for offer in &batch.offers {
            seen.push(offer.message_id.clone());
            acknowledger.acknowledge(&[offer.cursor.as_ref().unwrap().position]).await.unwrap();
        }
        if seen.iter().any(|id| id == message) {
            return;
        }
    }
}

#[tokio::test]
async fn a_watch_whose_connection_grows_old_ends_with_its_code_and_goes_on_without_losing_anything() {
    let mut federation = Federation::provision(BINARY, &[NL, FR]).unwrap();
    federation.limit(NL, "client_connection_seconds", AGE_SECONDS).unwrap();
    for agency in [NL, FR] {
        federation.launch(agency).unwrap();
    }
    for agency in [NL, FR] {
        federation.serves(agency).await.unwrap();
    }
    let sender = casework(&federation, FR).await;
    let send = async |number| sender.submit(submission(number, NL, &[])).await.unwrap().message_id;

    let bare = begun(&federation, "bare").await;
    let (acknowledger, offers) = casework(&federation, NL).await.watch(watch("library")).await.unwrap();
    let (mut offers, mut codes) = lost(offers);
    let mut command = Command::new(BINARY);
    command.env("ROGATORY_CONFIG", &federation.agency(NL).unwrap().config);
    command.env("ROGATORY_PERSON", "t.tester").env("ROGATORY_JUSTIFICATION", "a test with sample data");
    command.args(["referral", "watch", "--consumer", "command", "--acknowledge", "--count", "2"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut watching = command.spawn().unwrap();
    let mut said = BufReader::new(watching.stderr.take().unwrap()).lines();

    let mut seen = Vec::new();
    let first = send(1).await;
    takes(&acknowledger, &mut offers, &first, &mut seen).await;
    let aged = Code::ConnectionAged.refusal().id;
    assert_eq!(bare.answered().await.unwrap().code, aged);
    while !said.next_line().await.unwrap().unwrap().contains(aged) {}
    let second = send(2).await;
    takes(&acknowledger, &mut offers, &second, &mut seen).await;
    assert_eq!(seen, [first.clone(), second.clone()], "each once");
    assert_eq!(codes.recv().await.unwrap(), aged);

    let ended = watching.wait_with_output().await.unwrap();
    assert!(ended.status.success());
    let printed = String::from_utf8(ended.stdout).unwrap();
    for message in [first, second] {
        assert_eq!(printed.lines().filter(|line| line.contains(&message)).count(), 1, "{printed}");
    }
}

#[tokio::test]
async fn a_watch_whose_node_closes_ends_with_its_code_and_goes_on_at_the_next_start() {
    let mut federation = running().await;
    let sender = casework(&federation, FR).await;
    let bare = begun(&federation, "bare").await;
    let (acknowledger, offers) = casework(&federation, NL).await.watch(watch("library")).await.unwrap();
    let (mut offers, mut codes) = lost(offers);
    let mut seen = Vec::new();
    let first = sender.submit(submission(1, NL, &[])).await.unwrap().message_id;
    takes(&acknowledger, &mut offers, &first, &mut seen).await;

    assert!(federation.stop(NL).await.unwrap().success());
    let draining = Code::Draining.refusal().id;
    assert_eq!(bare.answered().await.unwrap().code, draining);
    let second = sender.submit(submission(2, NL, &[])).await.unwrap().message_id;
    federation.launch(NL).unwrap();
    takes(&acknowledger, &mut offers, &second, &mut seen).await;
    assert_eq!(seen, [first, second], "each once");
    assert_eq!(codes.recv().await.unwrap(), draining);
}
