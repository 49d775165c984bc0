//! Bad input: each kind gets its code, says who is to blame and whether to try again, is on the record where that
//! concerns the audit, and changes nothing else. The books are read without the node that wrote them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use prost_reflect::prost::Message;
use rogatory_client::pb::admin::v1::LedgerRequest;
use rogatory_client::pb::casework::v1::{self as pb, SubmitRequest, body::Content};
use rogatory_client::pb::exchange::v1 as exchange;
use rogatory_client::pb::exchange::v1::exchange_client::ExchangeClient;
use rogatory_client::{Casework, Code, Problem, fresh_id};
use rogatory_domain::id::ReferralId;
use rogatory_engine::engine::Place;
use rogatory_engine::link::Outgoing;
use rogatory_engine::{Draft, Scribe};
use rogatory_evidence::pb::EnvelopeHeader;
use rogatory_evidence::{Header, Kind};
use rogatory_support::rogue::{Said, dial, dial_as_peer, honest, is_answer, is_fault, is_receipt};
use rogatory_support::sample::{act, assertion, change_warrant, event, opening, submission, watch};
use rogatory_support::{Federation, Rogue};
use rogatory_tls::{
    Authority, Clock, Connector, Credentials, ExpectedPeer, Trust, TrustRoots, Validity, load_authority,
    load_credentials,
};
use rogatory_wire::instant;
use tokio::io::AsyncReadExt as _;
use tonic::client::Grpc;
use tonic::transport::Channel;
use tonic_prost::ProstCodec;

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";
/// Records a node writes when it first starts: genesis and configuration.
const FIRST_RECORDS: usize = 2;

/// The two members, of which one node runs.
async fn running(agency: &str) -> Federation {
    let agencies = if agency == FR { [FR, NL] } else { [NL, FR] };
    Federation::start(env!("CARGO_BIN_EXE_rogatory"), &agencies, 1).await.unwrap()
}

async fn casework(federation: &Federation, agency: &str) -> Casework {
    federation.connect(agency, "cases").await.unwrap().casework()
}

/// The problem is the catalogue's, in code, blame and retry.
fn is(problem: &Problem, code: Code) {
    let row = code.refusal();
    assert_eq!(
        (problem.code.as_str(), problem.blame, problem.retry),
        (row.id, row.blame, row.retry),
        "{problem:?}"
    );
}

/// Ends the node and reads its books: these records, and no others, came after the first ones.
async fn the_books_have(mut federation: Federation, agency: &str, expected: &[&str]) {
    assert!(federation.stop(agency).await.unwrap().success());
    let books = federation.books(agency).unwrap();
    assert!(books.report.is_sound(), "{:?}", books.report.faults);
    assert_eq!(books.since(FIRST_RECORDS), expected);
}

/// State and number of messages of the one referral.
async fn case(federation: &Federation, agency: &str) -> (String, u32) {
    let admin = federation.connect(agency, "ops").await.unwrap().admin();
    let line = admin.referrals(10, "").await.unwrap().referrals.remove(0);
    (line.state, line.messages)
}

/// Calls a method with a message of another type.
async fn call<Wrong: Message + 'static, Expected: Message + Default + 'static>(
    channel: &Channel,
    method: &'static str,
    wrong: Wrong,
) -> Problem {
    let mut client = Grpc::new(channel.clone());
    client.ready().await.unwrap();
    let path = method.parse().unwrap();
    let request = tonic::Request::new(tokio_stream::once(wrong));
    let codec = ProstCodec::<Wrong, Expected>::default();
    match client.streaming(request, path, codec).await {
        Err(status) => status.into(),
        Ok(answers) => answers.into_inner().message().await.err().unwrap().into(),
    }
}

#[tokio::test]
async fn malformed_protobuf_is_refused_on_calls_and_on_streams() {
    let federation = running(FR).await;
    let channel = dial(&federation, FR, federation.client(FR, "cases").unwrap()).await.unwrap();
    // A number where a text or a message belongs, and the other way round.
    let number = LedgerRequest { first_position: 5, max_records: 5 };
    let text = SubmitRequest { referral_id: fresh_id(), ..SubmitRequest::default() };
    let submit = "/rogatory.casework.v1.Casework/Submit";
    is(&call::<_, pb::SubmitResponse>(&channel, submit, number).await, Code::MalformedMessage);
    let stream = "/rogatory.casework.v1.Casework/SubmitStream";
    is(&call::<_, pb::SubmitStreamResponse>(&channel, stream, text).await, Code::MalformedMessage);
    let watch = "/rogatory.casework.v1.Casework/Watch";
    is(&call::<_, pb::WatchResponse>(&channel, watch, number).await, Code::MalformedMessage);
    the_books_have(federation, FR, &[]).await;
}

#[tokio::test]
async fn an_oversized_message_is_refused_by_the_transport_and_by_the_form() {
    let federation = running(FR).await;
    let own = casework(&federation, FR).await;
    let limits = rogatory_node::config::Config::load(&federation.agency(FR).unwrap().config).unwrap().limits;
    for bytes in [limits.message_bytes + 1, rogatory_domain::limits::BODY_BYTES + 1] {
        let mut request = submission(1, NL, &[]);
        change_warrant(request.opening.as_mut().unwrap(), |form| {
            form.other_circumstances = "x".repeat(bytes);
        });
        is(&own.submit(request).await.unwrap_err(), Code::MessageTooLarge);
    }
    the_books_have(federation, FR, &[]).await;
}

#[tokio::test]
async fn an_unknown_referral_is_refused() {
    let federation = running(FR).await;
    let own = casework(&federation, FR).await;
    is(&own.act(act(&fresh_id(), "withdrawn")).await.unwrap_err(), Code::UnknownReferral);
    is(&own.get(&fresh_id(), assertion()).await.unwrap_err(), Code::UnknownReferral);
    the_books_have(federation, FR, &[]).await;
}

#[tokio::test]
async fn a_wrong_actor_and_an_event_out_of_place_are_refused_on_the_record_and_leave_the_case_alone() {
    let federation = running(FR).await;
    let own = casework(&federation, FR).await;
    let referral = own.submit(submission(1, NL, &[])).await.unwrap().referral_id;
    let before = case(&federation, FR).await;
    is(&own.act(act(&referral, "arrested")).await.unwrap_err(), Code::WrongActor);
    let out_of_place = own.act(act(&referral, "surrender_confirmed")).await.unwrap_err();
    is(&out_of_place, Code::EventNotAllowed);
    // What a person may do instead stands beside it.
    let text = &out_of_place.faults[0].text;
    assert!(text.contains("in the state received; there is ") && text.contains("withdrawn"), "{text}");
    assert_eq!(case(&federation, FR).await, before);
    the_books_have(federation, FR, &["sent", "not-sent RG0203", "not-sent RG0204"]).await;
}

#[tokio::test]
async fn an_id_with_other_content_is_refused_on_the_record() {
    let federation = running(FR).await;
    let own = casework(&federation, FR).await;
    let request = submission(1, NL, &[]);
    let accepted = own.submit(request.clone()).await.unwrap();
    let raised = act(&accepted.referral_id, "information_supplied");
    own.act(raised.clone()).await.unwrap();
    let before = case(&federation, FR).await;

    let other = SubmitRequest { opening: Some(opening(2, NL, &[])), ..request.clone() };
    is(&own.submit(other).await.unwrap_err(), Code::IdReused);
    let other = pb::ActRequest { event: Some(event("withdrawn")), ..raised };
    is(&own.act(other).await.unwrap_err(), Code::IdReused);
    assert_eq!(case(&federation, FR).await, before);
    assert_eq!(own.submit(request).await.unwrap(), pb::Accepted { repeated: true, ..accepted });
    the_books_have(federation, FR, &["sent", "sent", "not-sent RG0206", "not-sent RG0206"]).await;
}

#[tokio::test]
async fn a_declared_instant_in_the_future_is_refused() {
    let federation = running(FR).await;
    let own = casework(&federation, FR).await;
    let ahead = Some(instant::to_pb(Timestamp::now() + SignedDuration::from_mins(6)));
    let request = SubmitRequest { declared_time: ahead, ..submission(1, NL, &[]) };
    is(&own.submit(request).await.unwrap_err(), Code::DeclaredInFuture);
    let referral = own.submit(submission(1, NL, &[])).await.unwrap().referral_id;
    let request = pb::ActRequest { declared_time: ahead, ..act(&referral, "withdrawn") };
    is(&own.act(request).await.unwrap_err(), Code::DeclaredInFuture);
    the_books_have(federation, FR, &["sent"]).await;
}

#[tokio::test]
async fn a_cursor_of_another_instance_is_refused() {
    let federation = running(FR).await;
    let own = casework(&federation, FR).await;
    let cursor = Some(pb::Cursor { instance: fresh_id(), position: 1 });
    let (_acknowledger, mut offers) = own.watch(pb::WatchStart { cursor, ..watch("desk") }).await.unwrap();
    is(&offers.next().await.unwrap_err(), Code::CursorOfAnotherInstance);
    the_books_have(federation, FR, &[]).await;
}

/// Knocks at the listener for peers; the node's TLS alert, which comes after the handshake, is the answer.
async fn is_turned_away(federation: &Federation, own: &Credentials, roots: &str, at: Timestamp) {
    let roster = &federation.made().roster;
    let member = roster.member(&NL.parse().unwrap()).unwrap();
    let own_roots = TrustRoots::from_pem(own.identity().agency.clone(), roots).unwrap();
    let node_roots = TrustRoots::from_pem(member.id.clone(), &member.roots.concat()).unwrap();
    let trust = Trust::new(roster.federation().clone(), [own_roots, node_roots]).unwrap();
    let clock: Clock = Arc::new(move || at);
    let connector = Connector::new(own, &trust, clock).unwrap();
    let (host, port) = member.endpoint.split_once(':').unwrap();
    let connected =
        connector.connect(host, port.parse().unwrap(), &ExpectedPeer::node(member.id.clone())).await;
    let mut connected = connected.unwrap();
    let error = connected.read_u8().await.unwrap_err();
    assert!(connected.alert().heard().is_some(), "{error:?}");
}

fn authority(federation: &Federation, agency: &str) -> Authority {
    let validity = Validity::starting(Timestamp::now(), SignedDuration::from_hours(1)).unwrap();
    Authority::create(agency.parse().unwrap(), federation.made().roster.federation().clone(), validity)
        .unwrap()
}

fn node_certificate(authority: &Authority, validity: Validity) -> Credentials {
    authority.issue_node(&["localhost"], &[], validity).unwrap()
}

fn an_hour() -> Validity {
    Validity::starting(Timestamp::now(), SignedDuration::from_hours(1)).unwrap()
}

#[tokio::test]
async fn a_strangers_certificate_is_turned_away_and_counted() {
    let federation = running(NL).await;
    let stranger = authority(&federation, "xx-stranger");
    let own = node_certificate(&stranger, an_hour());
    is_turned_away(&federation, &own, stranger.certificate_pem(), Timestamp::now()).await;
    is_turned_away(&federation, &own, stranger.certificate_pem(), Timestamp::now()).await;
    the_books_have(federation, NL, &["turned-away stranger=2"]).await;
}

#[tokio::test]
async fn an_expired_certificate_is_turned_away_and_counted() {
    let federation = running(NL).await;
    let genuine = load_authority(&federation.directory().join("authority"), FR).unwrap();
    let now = Timestamp::now();
    let over = Validity::starting(now - SignedDuration::from_mins(10), SignedDuration::from_mins(7)).unwrap();
    // Whoever knocks must still believe in it; its clock is late.
    let late = now - SignedDuration::from_mins(4);
    is_turned_away(&federation, &node_certificate(&genuine, over), genuine.certificate_pem(), late).await;
    the_books_have(federation, NL, &["turned-away expired=1"]).await;
}

#[tokio::test]
async fn the_right_name_from_the_wrong_authority_is_turned_away_and_counted() {
    let federation = running(NL).await;
    let forger = authority(&federation, FR);
    let forged = node_certificate(&forger, an_hour());
    is_turned_away(&federation, &forged, forger.certificate_pem(), Timestamp::now()).await;
    the_books_have(federation, NL, &["turned-away wrong_authority=1"]).await;
}

#[tokio::test]
async fn a_clients_certificate_on_exchange_is_denied_on_the_record() {
    let federation = running(NL).await;
    let own = load_credentials(&federation.agency(NL).unwrap().clients, "cases").unwrap();
    let channel = dial_as_peer(&federation, NL, &own).await.unwrap();
    let hello = tokio_stream::once(exchange::ConverseRequest::default());
    let refused = ExchangeClient::new(channel).converse(hello).await.unwrap_err();
    is(&refused.into(), Code::ClientOnExchange);
    the_books_have(federation, NL, &["denied RG0306"]).await;
}

#[tokio::test]
async fn a_role_without_the_permission_is_denied_on_the_record() {
    let federation = running(FR).await;
    let operator = federation.connect(FR, "ops").await.unwrap().casework();
    is(&operator.submit(submission(1, NL, &[])).await.unwrap_err(), Code::RoleNotAllowed);
    the_books_have(federation, FR, &["denied RG0305"]).await;
}

fn rogue(federation: &Federation) -> Rogue {
    Rogue::new(federation, FR, NL, None).unwrap()
}

/// The event after another message.
fn next(rogue: &mut Rogue, before: &Outgoing, code: &str, declared: Timestamp) -> Outgoing {
    let said = Said {
        message: fresh_id().parse().unwrap(),
        referral: before.referral,
        place: Place { number: before.number + 1, previous: Some(before.digest) },
        declared,
        content: Content::Event(event(code)),
    };
    rogue.send(said).unwrap()
}

/// Delivers two honest messages after `change` was done to the first on the way. Nothing proves whose fault that is: it is not
/// taken yet, the other one is, and the link stands. Sent again as it was made, it is taken.
async fn changed_in_flight(change: fn(&mut exchange::Item), code: Code) {
    let federation = running(NL).await;
    let mut rogue = rogue(&federation);
    let [(_, message), (_, other)] = [honest(&mut rogue), honest(&mut rogue)];
    let mut talk = rogue.talk().await.unwrap();
    let mut batch = talk.batch(&[message.clone(), other]).unwrap();
    change(&mut batch.items[0]);
    is_answer(&talk.deliver(batch).await.unwrap(), &[(Kind::Taken, None)], &[(&message, code)]);

    let batch = talk.batch(&[message]).unwrap();
    is_receipt(&talk.deliver(batch).await.unwrap(), &[(Kind::Taken, None)]);
    let counted = format!("turned-away {} not_yet=1", code.refusal().id);
    the_books_have(federation, NL, &["head-held", "taken", &counted, "head-held", "taken"]).await;
}

fn flip(bytes: &mut bytes::Bytes) {
    let mut changed = bytes.to_vec();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    *bytes = changed.into();
}

#[tokio::test]
async fn a_body_changed_in_flight_is_not_taken_yet_and_holds_up_no_other() {
    changed_in_flight(|item| flip(&mut item.ciphertext), Code::DigestMismatch).await;
}

#[tokio::test]
async fn a_header_changed_in_flight_is_not_taken_yet_and_holds_up_no_other() {
    changed_in_flight(|item| flip(&mut item.header), Code::DigestMismatch).await;
}

#[tokio::test]
async fn a_key_slot_changed_in_flight_is_not_taken_yet_and_holds_up_no_other() {
    changed_in_flight(|item| flip(&mut item.slot.as_mut().unwrap().wrapped), Code::KeySlotChanged).await;
}

#[tokio::test]
async fn a_key_slot_of_an_epoch_that_was_never_offered_is_not_taken_yet() {
    changed_in_flight(|item| flip(&mut item.slot.as_mut().unwrap().epoch_id), Code::CannotOpen).await;
}

#[tokio::test]
async fn a_proof_changed_in_flight_ends_the_link_and_is_on_the_record() {
    let federation = running(NL).await;
    let mut rogue = rogue(&federation);
    let (_, message) = honest(&mut rogue);
    let mut talk = rogue.talk().await.unwrap();
    let mut batch = talk.batch(std::slice::from_ref(&message)).unwrap();
    flip(&mut batch.proof[0]);
    is_fault(&talk.deliver(batch).await.unwrap(), Code::ProofInvalid);
    let mut talk = rogue.talk().await.unwrap();
    let batch = talk.batch(&[message]).unwrap();
    is_receipt(&talk.deliver(batch).await.unwrap(), &[(Kind::Taken, None)]);
    the_books_have(federation, NL, &["denied RG0404", "head-held", "taken"]).await;
}

/// Sends a message whose header is as `change` left it, proven by a record of its own, and an honest one with it: the first is
/// refused by a receipt for `code`, the other one taken, and the index folds to the same from the ledger alone.
async fn proven_fault(change: fn(&mut EnvelopeHeader), code: Code) {
    let mut federation = running(NL).await;
    let mut rogue = rogue(&federation);
    let referral = fresh_id();
    let said = Said {
        message: referral.parse().unwrap(),
        referral: referral.parse().unwrap(),
        place: Place { number: 1, previous: None },
        declared: Timestamp::now(),
        content: Content::Opening(opening(1, NL, &[])),
    };
    let faulty = rogue.send_header(said, change).unwrap();
    let (_, other) = honest(&mut rogue);
    let mut talk = rogue.talk().await.unwrap();
    let batch = talk.batch(&[faulty.clone(), other]).unwrap();
    let expected = [(Kind::Refused, Some(code)), (Kind::Taken, None)];
    is_receipt(&talk.deliver(batch).await.unwrap(), &expected);
    // The stored receipt answers a repeat.
    let batch = talk.batch(&[faulty]).unwrap();
    is_receipt(&talk.deliver(batch).await.unwrap(), &expected[..1]);

    assert!(federation.stop(NL).await.unwrap().success());
    std::fs::remove_dir_all(federation.data(NL).unwrap().join("index")).unwrap();
    federation.launch(NL).unwrap();
    federation.serves(NL).await.unwrap();
    let refused = format!("refused {}", code.refusal().id);
    the_books_have(federation, NL, &["head-held", &refused, "taken", "configured"]).await;
}

#[tokio::test]
async fn a_header_out_of_its_bounds_is_refused_by_receipt_and_holds_up_no_other() {
    proven_fault(|header| header.recipients.push(NL.into()), Code::MalformedMessage).await;
}

#[tokio::test]
async fn a_header_that_says_something_else_than_its_record_is_refused_by_receipt_and_holds_up_no_other() {
    let second = |header: &mut EnvelopeHeader| {
        header.number = 2;
        header.previous_digest = bytes::Bytes::from_static(&[1; 32]);
    };
    proven_fault(second, Code::WrongProofKind).await;
    let of_other = |header: &mut EnvelopeHeader| {
        let other: ReferralId = "0190a0a0-0000-7000-8000-000000000001".parse().unwrap();
        header.referral_id = bytes::Bytes::copy_from_slice(other.as_bytes());
    };
    proven_fault(of_other, Code::WrongProofKind).await;
    proven_fault(|header| header.federation = "other.example".into(), Code::WrongProofKind).await;
}

#[tokio::test]
async fn a_proof_of_another_kind_proves_no_sending_and_is_on_the_record() {
    let federation = running(NL).await;
    let mut rogue = rogue(&federation);
    let (_, mut message) = honest(&mut rogue);
    // A record about the very envelope, under the very ledger, that says anything but "sent".
    let taken = about(rogue.scribe(), &message, Kind::Taken);
    message.opening = rogue.record(taken).unwrap();
    let mut talk = rogue.talk().await.unwrap();
    let batch = talk.batch(&[message]).unwrap();
    is_fault(&talk.deliver(batch).await.unwrap(), Code::WrongProofKind);
    the_books_have(federation, NL, &["denied RG0403"]).await;
}

fn about(scribe: &Scribe, message: &Outgoing, kind: Kind) -> Draft {
    let header = Header::parse(&message.envelope.header).unwrap();
    Draft::about(scribe, kind, header, message.envelope.clone(), message.digest)
}

#[tokio::test]
async fn a_peers_wrong_act_out_of_place_or_of_tomorrow_is_refused_by_receipt_and_leaves_the_case_alone() {
    let federation = running(NL).await;
    let mut rogue = rogue(&federation);
    let now = Timestamp::now();
    let (referral, opening) = honest(&mut rogue);
    // What is out of place comes first: after another refusal the two ends have seen different messages, and a state
    // is then not judged.
    let out_of_place = next(&mut rogue, &opening, "surrender_confirmed", now);
    let wrong_actor = next(&mut rogue, &out_of_place, "arrested", now);
    let tomorrow =
        next(&mut rogue, &wrong_actor, "information_supplied", now + SignedDuration::from_hours(24));
    let mut talk = rogue.talk().await.unwrap();
    let batch = talk.batch(&[opening, out_of_place, wrong_actor, tomorrow]).unwrap();
    let refused = |code| (Kind::Refused, Some(code));
    is_receipt(
        &talk.deliver(batch).await.unwrap(),
        &[
            (Kind::Taken, None),
            refused(Code::EventNotAllowed),
            refused(Code::WrongActor),
            refused(Code::DeclaredInFuture),
        ],
    );
    assert_eq!(case(&federation, NL).await, ("received".to_owned(), 1));
    let shown = casework(&federation, NL).await.get(&referral.to_string(), assertion()).await.unwrap();
    assert_eq!(shown.messages.len(), 1);
    let expected = ["head-held", "taken", "refused RG0204", "refused RG0203", "refused RG0205", "accessed"];
    the_books_have(federation, NL, &expected).await;
}

/// The last id of version 7, minted in the year 10889.
const LAST_ID: &str = "ffffffff-ffff-7fff-bfff-ffffffffffff";

#[tokio::test]
async fn an_id_of_another_century_is_refused_since_it_would_stand_first_for_ever() {
    let federation = running(FR).await;
    let own = casework(&federation, FR).await;
    let mut request = submission(1, NL, &[]);
    request.referral_id = LAST_ID.into();
    let problem = own.submit(request).await.unwrap_err();
    is(&problem, Code::MalformedMessage);
    assert_eq!(
        (problem.faults[0].field.as_str(), problem.faults[0].rule.as_str()),
        ("referral_id", "not_in_future")
    );
    the_books_have(federation, FR, &[]).await;
}

#[tokio::test]
async fn a_peers_id_of_another_century_is_refused_by_receipt() {
    let federation = running(NL).await;
    let mut rogue = rogue(&federation);
    let said = Said {
        message: LAST_ID.parse().unwrap(),
        referral: LAST_ID.parse().unwrap(),
        place: Place { number: 1, previous: None },
        declared: Timestamp::now(),
        content: Content::Opening(opening(1, NL, &[])),
    };
    let message = rogue.send(said).unwrap();
    let mut talk = rogue.talk().await.unwrap();
    let batch = talk.batch(&[message]).unwrap();
    let answer = talk.deliver(batch).await.unwrap();
    is_receipt(&answer, &[(Kind::Refused, Some(Code::MalformedMessage))]);
}

#[tokio::test]
async fn a_notice_of_giving_up_that_no_message_follows_closes_nothing_and_is_refused() {
    let federation = running(NL).await;
    let mut peer = rogue(&federation);
    let (referral, message) = honest(&mut peer);
    let mut notice = Draft::new(peer.scribe(), Kind::GivenUp);
    notice.shared.referral = Some(referral);
    notice.shared.envelope = Some(message.digest);
    notice.shared.number = 7;
    notice.shared.recipients = vec![NL.parse().unwrap()];
    notice.shared.reason = Code::DeliveryExpired.refusal().id.into();
    let notice = peer.record(notice).unwrap();
    let mut talk = peer.talk().await.unwrap();
    let batch = talk.batch_closing(&[message], &[notice.index]).unwrap();
    is_fault(&talk.deliver(batch).await.unwrap(), Code::WrongProofKind);
    the_books_have(federation, NL, &["denied RG0403"]).await;
}

#[tokio::test]
async fn a_configuration_with_a_typo_starts_nothing_and_names_the_key_and_the_nearest_one() {
    let federation = Federation::provision(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL]).unwrap();
    let config = &federation.agency(FR).unwrap().config;
    let text = std::fs::read_to_string(config).unwrap();
    std::fs::write(config, text.replace("data_dir", "data_dri")).unwrap();
    let (status, said) = federation.refuses_to_start(FR).await.unwrap();
    assert_eq!(status.code(), Some(64), "{said}");
    for part in [Code::ConfigTypo.refusal().id, "data_dri", "data_dir"] {
        assert!(said.contains(part), "{part} is not in: {said}");
    }
    assert!(!federation.data(FR).unwrap().join("ledger").exists());
}

#[tokio::test]
async fn a_ledger_with_a_flipped_byte_does_not_start_names_the_place_and_stays_as_it_is() {
    let mut federation = running(FR).await;
    let own = casework(&federation, FR).await;
    for number in 0..3 {
        own.submit(submission(number, NL, &[])).await.unwrap();
    }
    assert!(federation.stop(FR).await.unwrap().success());
    let ledger = federation.data(FR).unwrap().join("ledger");
    let segment = ledger.join("00000000000000000000.segment");
    let mut bytes = std::fs::read(&segment).unwrap();
    // In the middle of the first warrant's record.
    let name = bytes.windows(NL.len()).position(|window| window == NL.as_bytes()).unwrap();
    bytes[name] ^= 1;
    std::fs::write(&segment, &bytes).unwrap();

    let (status, said) = federation.refuses_to_start(FR).await.unwrap();
    assert_eq!(status.code(), Some(4), "a person must look: {said}");
    let name = segment.file_name().unwrap().to_str().unwrap();
    for part in [Code::LedgerDamaged.refusal().id, name] {
        assert!(said.contains(part), "{part} is not in: {said}");
    }
    assert_eq!(std::fs::read(&segment).unwrap(), bytes, "nothing was repaired or cut");
    assert!(!federation.books(FR).unwrap().report.is_sound());
}

#[tokio::test]
async fn a_vault_key_that_is_lost_or_altered_is_noticed_before_a_second_one_is_made() {
    let mut federation = running(FR).await;
    let own = casework(&federation, FR).await;
    let before = own.submit(submission(0, NL, &[])).await.unwrap();
    assert!(federation.stop(FR).await.unwrap().success());
    let vault = federation.agency(FR).unwrap().dir.join("vault");
    let mut names: Vec<_> =
        std::fs::read_dir(&vault).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    // A directory has no order: tomorrow's key and the submission key may come first.
    names.sort();
    let day_in_use = names.iter().find(|name| name.to_str().unwrap().starts_with("day-")).unwrap();
    let key = vault.join(day_in_use);
    let text = std::fs::read(&key).unwrap();

    let mut altered = text.clone();
    altered[30] ^= 1;
    std::fs::write(&key, altered).unwrap();
    let (_, said) = federation.refuses_to_start(FR).await.unwrap();
    assert!(said.contains("key file of day") && said.contains("RG0615"), "{said}");

    std::fs::remove_file(&key).unwrap();
    let (_, said) = federation.refuses_to_start(FR).await.unwrap();
    assert!(said.contains("is missing") && said.contains("RG0615"), "{said}");
    assert!(!key.exists(), "no second key of that day was made");

    // Said to be lost for good, the day reads as erased and the node goes on, even from an index that is folded again.
    let day = key.file_stem().unwrap().to_str().unwrap().to_owned();
    std::fs::write(vault.join(format!("{day}.destroyed")), b"").unwrap();
    std::fs::remove_dir_all(federation.data(FR).unwrap().join("index")).unwrap();
    federation.launch(FR).unwrap();
    federation.serves(FR).await.unwrap();
    let own = casework(&federation, FR).await;
    let after = own.submit(submission(1, NL, &[])).await.unwrap();
    assert!(after.position > before.position);
}
