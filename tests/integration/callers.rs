//! Callers that take what they can get: bodies that never come, minted certificates, empty elements by the million,
//! denials without end. Everybody else goes on, memory stays, and the books hold a few lines of it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::pin::Pin;

use anyhow::{Context as _, Result};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use jiff::{SignedDuration, Timestamp};
use prost_reflect::prost::Message;
use rogatory_client::pb::casework::v1::SubmitRequest;
use rogatory_client::pb::exchange::v1 as exchange;
use rogatory_client::pb::types::v1::WarrantOffence;
use rogatory_client::{Code, fresh_id};
use rogatory_evidence::Kind;
use rogatory_support::bare::Answered;
use rogatory_support::rogue::{honest, is_fault, is_receipt, stream_to};
use rogatory_support::sample::{change_warrant, submission};
use rogatory_support::{Bare, Federation, Rogue, eventually};
use rogatory_tls::{Credentials, Validity, load_authority, load_credentials};

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";
const CHECK: &str = "/grpc.health.v1.Health/Check";
const HEALTH_WATCH: &str = "/grpc.health.v1.Health/Watch";
const SUBMIT: &str = "/rogatory.casework.v1.Casework/Submit";
const GET: &str = "/rogatory.casework.v1.Casework/Get";
const CONVERSE: &str = "/rogatory.exchange.v1.Exchange/Converse";

/// Calls that one share may have under way, as configured.
const SHARE_CALLS: usize = 1_024;

/// The same for health and status.
const SHARE_VITAL_CALLS: usize = 16;

/// Calls beyond either.
const MORE_CALLS: usize = 16;

/// What a node may hold in memory whatever is thrown at it.
const MEMORY_BYTES_MAX: u64 = 200 << 20;

/// The node of `NL` runs; that of `FR` is whoever the test makes it.
async fn running() -> Federation {
    Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[NL, FR], 1).await.unwrap()
}

fn node_of(federation: &Federation, agency: &str) -> Credentials {
    load_credentials(&federation.agency(agency).unwrap().dir, "node").unwrap()
}

async fn as_peer(federation: &Federation, own: &Credentials) -> Bare {
    Bare::over(stream_to(federation, NL, true, own).await.unwrap()).await.unwrap()
}

async fn as_client(federation: &Federation, client: &str) -> Bare {
    let own = federation.client(NL, client).unwrap().credentials;
    Bare::over(stream_to(federation, NL, false, &own).await.unwrap()).await.unwrap()
}

/// Calls that are begun, and whose bodies never come.
type Held = FuturesUnordered<Pin<Box<dyn Future<Output = Result<Answered>>>>>;

/// Begins as many calls as one share has room for, and some more, over all of these connections; returns when as many
/// were refused as are too many. The others stay as long as they are held.
async fn fill_share(connections: &mut [Bare], path: &str, room: usize) -> Held {
    let mut held = Held::new();
    for n in 0..room + MORE_CALLS {
        let at = n % connections.len();
        held.push(Box::pin(connections[at].begin(path, &[]).await.unwrap().answered()));
    }
    for _ in 0..MORE_CALLS {
        let refused = held.next().await.unwrap().unwrap();
        assert_eq!(refused.code, Code::QueueFull.refusal().id);
    }
    held
}

/// The own operator sees the state, and the own case system submits.
async fn own_people_go_on(federation: &Federation) {
    assert_eq!(federation.connect(NL, "ops").await.unwrap().admin().status().await.unwrap().agency, NL);
    let cases = federation.connect(NL, "cases").await.unwrap().casework();
    cases.submit(submission(1, FR, &[])).await.unwrap();
}

#[tokio::test]
async fn bodies_that_a_partner_never_sends_hold_up_nobody() {
    let federation = running().await;
    let own = node_of(&federation, FR);
    let mut connections = [as_peer(&federation, &own).await, as_peer(&federation, &own).await];
    let _vital = fill_share(&mut connections, CHECK, SHARE_VITAL_CALLS).await;
    let _held = fill_share(&mut connections, HEALTH_WATCH, SHARE_CALLS).await;
    own_people_go_on(&federation).await;
}

#[tokio::test]
async fn bodies_that_an_own_client_never_sends_hold_up_no_other() {
    let federation = running().await;
    let mut connections = [as_client(&federation, "audit").await, as_client(&federation, "audit").await];
    let _held = fill_share(&mut connections, HEALTH_WATCH, SHARE_CALLS).await;
    own_people_go_on(&federation).await;
    assert_eq!(connections[0].call(CHECK, &[]).await.unwrap().code, "", "health has room of its own");
}

#[tokio::test]
async fn certificates_that_a_partner_mints_have_one_share() {
    let federation = running().await;
    let authority = load_authority(&federation.directory().join("authority"), FR).unwrap();
    let validity = Validity::starting(Timestamp::now(), SignedDuration::from_hours(1)).unwrap();
    let mut minted = Vec::new();
    for _ in 0..4 {
        let own = authority.issue_node(&["localhost"], &[], validity).unwrap();
        minted.push(as_peer(&federation, &own).await);
    }
    let _held = fill_share(&mut minted, HEALTH_WATCH, SHARE_CALLS).await;
    own_people_go_on(&federation).await;
}

#[tokio::test]
async fn frames_before_the_greeting_are_small_and_empty_items_are_never_decoded() {
    let federation = running().await;
    let mut rogue = Rogue::new(&federation, FR, NL, None).unwrap();
    let items = vec![exchange::Item::default(); 4_000_000];
    let batch = exchange::Batch { items, ..exchange::Batch::default() };
    let kind = Some(exchange::frame::Kind::Batch(batch.clone()));
    let large = exchange::ConverseRequest { frame: Some(exchange::Frame { kind }) }.encode_to_vec();
    let own = node_of(&federation, FR);
    for _ in 0..4 {
        let mut bare = as_peer(&federation, &own).await;
        let mut begun = bare.begin(CONVERSE, &[]).await.unwrap();
        begun.send(&large, false).unwrap();
        let answered = begun.answered().await.unwrap();
        assert_eq!(answered.code, Code::MessageTooLarge.refusal().id);
    }
    let mut talk = rogue.talk().await.unwrap();
    is_fault(&talk.deliver(batch).await.unwrap(), Code::TooManyElements);
    let memory = federation.memory_bytes(NL).unwrap();
    assert!(memory < MEMORY_BYTES_MAX, "{memory}");
    // And who then behaves is heard.
    let (_, item) = honest(&mut rogue);
    let mut talk = rogue.talk().await.unwrap();
    let batch = talk.batch(std::slice::from_ref(&item)).unwrap();
    is_receipt(&talk.deliver(batch).await.unwrap(), &[(Kind::Taken, None)]);
}

#[tokio::test]
async fn a_warrant_with_a_million_empty_offences_is_never_decoded() {
    let federation = running().await;
    let mut request: SubmitRequest = submission(1, FR, &[]);
    change_warrant(request.opening.as_mut().unwrap(), |form| {
        form.offences = vec![WarrantOffence::default(); 900_000];
    });
    let message = request.encode_to_vec();
    let mut bare = as_client(&federation, "cases").await;
    for _ in 0..4 {
        assert_eq!(bare.call(SUBMIT, &message).await.unwrap().code, Code::TooManyElements.refusal().id);
    }
    let memory = federation.memory_bytes(NL).unwrap();
    assert!(memory < MEMORY_BYTES_MAX, "{memory}");
}

#[tokio::test]
async fn denials_without_end_are_a_few_records_one_summary_and_as_many_lines() {
    const CALLS: u64 = 2_000;
    let mut federation = running().await;
    let mut bare = as_peer(&federation, &node_of(&federation, FR)).await;
    for _ in 0..CALLS {
        let answered = bare.call(GET, &[]).await.unwrap();
        assert_eq!(answered.code, Code::RoleNotAllowed.refusal().id);
    }
    assert!(federation.stop(NL).await.unwrap().success());
    let books = federation.books(NL).unwrap();
    let denied = books.of(Kind::Denied).count() as u64;
    let summed: Vec<_> = books.of(Kind::TurnedAway).map(|record| record.shared.note.clone()).collect();
    let counts = summed.iter().map(|reason| reason.strip_prefix("RG0305=").unwrap().parse::<u64>().unwrap());
    // Two periods at the most, whatever the machine does meanwhile.
    assert!(denied <= 6 && summed.len() <= 2, "{denied} {summed:?}");
    assert_eq!(denied + counts.sum::<u64>(), CALLS, "and every denial is counted");
    assert!(federation.log(NL).unwrap().matches("RG0305").count() <= 4);
}

#[tokio::test]
async fn the_callers_deadline_and_what_does_not_exist_are_answered_with_their_codes() {
    let federation = running().await;
    let mut bare = as_client(&federation, "cases").await;
    for path in [GET, HEALTH_WATCH, "/rogatory.casework.v1.Casework/Watch"] {
        let begun = bare.begin(path, &[("grpc-timeout", "50m")]).await.unwrap();
        let answered = begun.answered().await.unwrap();
        assert_eq!(answered.code, Code::DeadlineExceeded.refusal().id, "{path}");
        assert_eq!(answered.status.unwrap().code(), tonic::Code::DeadlineExceeded, "{path}");
    }
    for path in ["/rogatory.casework.v1.Casework/Later", "/later.v1.Later/Get", CONVERSE] {
        let answered = bare.call(path, fresh_id().as_bytes()).await.unwrap();
        assert_ne!(answered.code, "", "{path}");
        let status = answered.status.unwrap();
        let expected =
            if path == CONVERSE { tonic::Code::PermissionDenied } else { tonic::Code::Unimplemented };
        assert_eq!(status.code(), expected, "{path}");
    }
}

#[tokio::test]
async fn whoever_does_not_greet_with_a_partners_certificate_leaves_the_link_that_stands_alone() {
    let mut federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[NL, FR], 2).await.unwrap();
    let linked = async || {
        let peers = federation.connect(NL, "ops").await?.admin().peers().await?;
        let since =
            peers.into_iter().find(|peer| peer.agency == FR).and_then(|peer| peer.connected_since_time);
        since.context("no link stands")
    };
    let since = eventually("a link", linked).await.unwrap();
    let own = node_of(&federation, FR);
    // Bytes that are no frame, an empty frame, and a greeting of somebody else.
    let hello = exchange::Hello { agency: NL.to_owned(), ..exchange::Hello::default() };
    let frame = Some(exchange::Frame { kind: Some(exchange::frame::Kind::Hello(hello)) });
    let greeting = exchange::ConverseRequest { frame }.encode_to_vec();
    for said in [b"no frame at all".to_vec(), Vec::new(), greeting] {
        for _ in 0..4 {
            as_peer(&federation, &own).await.call(CONVERSE, &said).await.unwrap();
        }
    }
    assert_eq!(linked().await.unwrap(), since);
    // Only a node that has ended has written every line of its log.
    assert!(federation.stop(NL).await.unwrap().success());
    assert!(!federation.log(NL).unwrap().contains("takes the place"));
}
