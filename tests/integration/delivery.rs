//! Delivery as an operator lives it: peers away, nodes stopped and started, indexes lost, repeats, cursors, lanes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::collections::BTreeSet;

use anyhow::ensure;
use rogatory_client::pb::admin::v1::QueuedMessage;
use rogatory_client::pb::casework::v1::outcome::What;
use rogatory_client::pb::casework::v1::submit_stream_request::Submission;
use rogatory_client::pb::casework::v1::{self as pb, SubmitStreamRequest};
use rogatory_client::pb::types::v1::Lane;
use rogatory_client::{Casework, Code, Problem};
use rogatory_domain::id::AgencyId;
use rogatory_evidence::{Kind, RosterDraft};
use rogatory_support::rogue::dial;
use rogatory_support::sample::{act, assertion, submission, watch};
use rogatory_support::{Federation, eventually, put_roster};
use rogatory_tlog::{Checkpoint, MemoryNodes, Note, Tile, TileKind, leaf_hash};
use rogatory_wire::word::Worded as _;
use tokio_stream::StreamExt as _;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";

async fn federation(running: usize) -> Federation {
    Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL], running).await.unwrap()
}

async fn casework(federation: &Federation, agency: &str) -> Casework {
    federation.connect(agency, "cases").await.unwrap().casework()
}

/// Submits warrants one after the other; gives the ids of their referrals.
async fn warrants(casework: &Casework, count: u64) -> Vec<String> {
    let mut referrals = Vec::new();
    for number in 0..count {
        referrals.push(casework.submit(submission(number, NL, &[])).await.unwrap().referral_id);
    }
    referrals
}

/// Message ids of as many offers, without acknowledging any.
async fn offered(casework: &Casework, start: pb::WatchStart, count: usize) -> Vec<pb::Offer> {
    let (_acknowledger, mut offers) = casework.watch(start).await.unwrap();
    let mut found = Vec::new();
    while found.len() < count {
        found.extend(offers.next().await.unwrap().unwrap().offers);
    }
    found
}

async fn delivered(federation: &Federation) {
    eventually("an empty queue", async || {
        let status = federation.connect(FR, "ops").await?.admin().status().await?;
        ensure!(status.waiting == 0, "{} wait", status.waiting);
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn messages_wait_for_a_peer_that_is_away_and_come_in_order_when_it_is_back() {
    let mut federation = federation(1).await;
    let own = casework(&federation, FR).await;
    let mut expected = warrants(&own, 3).await;
    expected.push(own.act(act(&expected[0], "information_supplied")).await.unwrap().message_id);
    expected.push(own.act(act(&expected[0], "information_supplied")).await.unwrap().message_id);

    let admin = federation.connect(FR, "ops").await.unwrap().admin();
    let queue = admin.queues(Some(NL), 100, "").await.unwrap().messages;
    assert_eq!(
        queue.iter().map(|waiting| &waiting.message_id).collect::<Vec<_>>(),
        expected.iter().collect::<Vec<_>>()
    );
    assert_ne!(admin.peers().await.unwrap()[0].link().word(), "connected");
    let case = own.get(&expected[0], assertion()).await.unwrap();
    assert!(case.messages.iter().all(|message| message.deliveries[0].status().word() == "waiting"));

    federation.launch(NL).unwrap();
    federation.serves(NL).await.unwrap();
    let offers = offered(&casework(&federation, NL).await, watch("desk"), expected.len()).await;
    assert_eq!(
        offers.iter().map(|offer| &offer.message_id).collect::<Vec<_>>(),
        expected.iter().collect::<Vec<_>>()
    );
    delivered(&federation).await;
    let case = own.get(&expected[0], assertion()).await.unwrap();
    assert!(case.messages.iter().all(|message| message.deliveries[0].status().word() == "taken"));
}

#[tokio::test]
async fn a_repeated_submission_is_answered_with_the_same_position_before_and_after_a_restart() {
    let mut federation = federation(1).await;
    let request = submission(1, NL, &[]);
    let own = casework(&federation, FR).await;
    let first = own.submit(request.clone()).await.unwrap();
    let event = act(&first.referral_id, "information_supplied");
    let raised = own.act(event.clone()).await.unwrap();
    federation.kill(FR).await.unwrap();
    federation.launch(FR).unwrap();
    federation.serves(FR).await.unwrap();
    let own = casework(&federation, FR).await;
    for _ in 0..2 {
        let again = own.submit(request.clone()).await.unwrap();
        assert_eq!(again, pb::Accepted { repeated: true, ..first.clone() });
        let again = own.act(event.clone()).await.unwrap();
        assert_eq!(again, pb::Accepted { repeated: true, ..raised.clone() });
    }
    assert_eq!(federation.books(FR).unwrap().of(Kind::Sent).count(), 2);
}

#[tokio::test]
async fn a_watch_goes_on_after_its_cursor_and_offers_again_what_was_not_acknowledged() {
    let federation = federation(2).await;
    let referrals = warrants(&casework(&federation, FR).await, 4).await;
    let desk = casework(&federation, NL).await;
    let offers = offered(&desk, watch("desk"), 4).await;
    assert_eq!(
        offers.iter().map(|offer| &offer.referral_id).collect::<Vec<_>>(),
        referrals.iter().collect::<Vec<_>>()
    );

    let after = pb::WatchStart { cursor: offers[1].cursor.clone(), ..watch("desk") };
    assert_eq!(offered(&desk, after, 2).await, offers[2..]);
    let (acknowledger, mut confirmed) = desk.watch(watch("desk")).await.unwrap();
    let mut seen = 0;
    while seen < 4 {
        seen += confirmed.next().await.unwrap().unwrap().offers.len();
    }
    let taken: Vec<u64> = offers[..3].iter().map(|offer| offer.cursor.as_ref().unwrap().position).collect();
    acknowledger.acknowledge(&taken).await.unwrap();
    // The same ones once more: a hand-over is on the record once.
    acknowledger.acknowledge(&taken).await.unwrap();
    let mut handed_over = BTreeSet::new();
    while handed_over.len() < 3 {
        handed_over.extend(confirmed.next().await.unwrap().unwrap().handed_over);
    }
    assert_eq!(offered(&desk, watch("desk"), 1).await, offers[3..]);
    assert_eq!(offered(&desk, watch("archive"), 4).await, offers, "another consumer has its own cursor");
    assert_eq!(federation.books(NL).unwrap().of(Kind::HandedOver).count(), 3);
}

async fn everything_shown(federation: &Federation) -> (Vec<pb::Referral>, Vec<QueuedMessage>) {
    let listed = casework(federation, FR).await.list(assertion(), 100).await.unwrap();
    let admin = federation.connect(FR, "ops").await.unwrap().admin();
    let waiting = admin.queues(None, 100, "").await.unwrap().messages.into_iter();
    // Why a message waits, and until when, is the link's, not the index's.
    let ends = |message| QueuedMessage { why: String::new(), next_try_time: None, ..message };
    (listed, waiting.map(ends).collect())
}

#[tokio::test]
async fn an_index_that_was_deleted_is_built_again_to_the_same_answers() {
    let mut federation = federation(1).await;
    let own = casework(&federation, FR).await;
    let referrals = warrants(&own, 5).await;
    own.act(act(&referrals[2], "withdrawn")).await.unwrap();
    let before = everything_shown(&federation).await;
    assert_eq!((before.0.len(), before.1.len()), (5, 6));

    assert!(federation.stop(FR).await.unwrap().success());
    std::fs::remove_dir_all(federation.data(FR).unwrap().join("index")).unwrap();
    federation.launch(FR).unwrap();
    federation.serves(FR).await.unwrap();
    assert_eq!(everything_shown(&federation).await, before);
}

#[tokio::test]
async fn a_node_asked_to_end_takes_nothing_new_leaves_sound_books_and_exits_with_success() {
    let mut federation = federation(2).await;
    let own = casework(&federation, FR).await;
    let (submitter, outcomes) = own.submit_stream().await.unwrap();
    let (told, mut lost) = tokio::sync::mpsc::unbounded_channel();
    let mut outcomes = outcomes.on_lost(move |_| {
        let _ = told.send(());
    });
    for tag in 0..20 {
        let submission = Some(Submission::Submit(submission(tag, NL, &[])));
        submitter.send(vec![SubmitStreamRequest { tag, submission }]).await.unwrap();
    }
    let mut acknowledged = BTreeSet::new();
    let note = |batch: pb::SubmitStreamResponse, acknowledged: &mut BTreeSet<String>| {
        acknowledged.extend(batch.outcomes.into_iter().filter_map(|outcome| match outcome.what {
            Some(What::Accepted(accepted)) => Some(accepted.message_id),
            _ => None,
        }));
    };
    note(outcomes.next().await.unwrap().unwrap(), &mut acknowledged);
    drop(submitter);
    let status = federation.stop(FR).await.unwrap();
    assert_eq!(status.code(), Some(0));
    // The rest would be sent again once the node is back.
    loop {
        tokio::select! {
            biased;
            batch = outcomes.next() => match batch {
                Ok(Some(batch)) => note(batch, &mut acknowledged),
                _ => break,
            },
            _ = lost.recv() => break,
        }
    }
    let books = federation.books(FR).unwrap();
    assert!(books.report.is_sound(), "{:?}", books.report.faults);
    let sent: BTreeSet<String> =
        books.of(Kind::Sent).map(|sent| sent.shared.message.unwrap().to_string()).collect();
    assert!(acknowledged.is_subset(&sent), "what was acknowledged is on the record");
}

#[tokio::test]
async fn a_second_process_on_the_same_directory_is_refused_and_the_first_goes_on() {
    let federation = federation(1).await;
    let own = casework(&federation, FR).await;
    warrants(&own, 1).await;
    let (status, said) = federation.refuses_to_start(FR).await.unwrap();
    assert!(!status.success());
    assert!(said.contains("another process"), "{said}");
    warrants(&own, 1).await;
    assert_eq!(federation.books(FR).unwrap().of(Kind::Sent).count(), 2);
}

#[tokio::test]
async fn health_and_reflection_answer_a_client_of_the_agency() {
    let federation = federation(1).await;
    let channel = dial(&federation, FR, federation.client(FR, "cases").unwrap()).await.unwrap();
    let health =
        HealthClient::new(channel.clone()).check(HealthCheckRequest::default()).await.unwrap().into_inner();
    assert_eq!(health.status(), ServingStatus::Serving);

    let list = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let answers =
        ServerReflectionClient::new(channel).server_reflection_info(tokio_stream::once(list)).await.unwrap();
    let answer = answers.into_inner().next().await.unwrap().unwrap();
    let Some(MessageResponse::ListServicesResponse(listed)) = answer.message_response else {
        panic!("{answer:?}")
    };
    let services: BTreeSet<String> = listed.service.into_iter().map(|service| service.name).collect();
    for expected in ["rogatory.casework.v1.Casework", "rogatory.admin.v1.Admin", "grpc.health.v1.Health"] {
        assert!(services.contains(expected), "{services:?}");
    }
}

#[tokio::test]
async fn an_urgent_referral_overtakes_routine_ones_that_wait_for_a_peer() {
    /// More than one batch of a link holds.
    const ROUTINE: u64 = 400;
    /// Most envelopes of one batch: the urgent one is among the first of these.
    const BATCH: usize = 256;
    let mut federation = federation(1).await;
    let own = casework(&federation, FR).await;
    stream_of_warrants(&own, ROUTINE).await.unwrap();
    let mut urgent = submission(ROUTINE, NL, &[]);
    urgent.opening.as_mut().unwrap().lane = Lane::Urgent.into();
    let urgent = own.submit(urgent).await.unwrap().referral_id;
    let admin = federation.connect(FR, "ops").await.unwrap().admin();
    let newest = admin.queues(Some(NL), 1_000, "").await.unwrap().messages.pop().unwrap();
    assert_eq!((newest.urgent, &newest.referral_id), (true, &urgent), "a list is in order of position");

    federation.launch(NL).unwrap();
    federation.serves(NL).await.unwrap();
    delivered(&federation).await;
    let books = federation.books(NL).unwrap();
    let taken: Vec<String> =
        books.of(Kind::Taken).map(|taken| taken.shared.referral.unwrap().to_string()).collect();
    assert_eq!(taken.len() as u64, ROUTINE + 1);
    let place = taken.iter().position(|referral| *referral == urgent).unwrap();
    assert!(place < BATCH, "it was taken as number {place}");
    let own: AgencyId = NL.parse().unwrap();
    assert!(books.of(Kind::Taken).all(|record| record.shared.agency == own));
}

#[tokio::test]
async fn a_node_at_its_disk_reserve_refuses_new_work_at_once_and_still_reads() {
    let mut federation = federation(1).await;
    let own = casework(&federation, FR).await;
    let known = own.submit(submission(0, NL, &[])).await.unwrap();
    assert!(federation.stop(FR).await.unwrap().success());
    // Half of the reserve is free, the whole is not.
    let volume = rustix::fs::statvfs(federation.data(FR).unwrap()).unwrap();
    let reserve = volume.f_bavail * volume.f_frsize / 2 * 3;
    let config = federation.agency(FR).unwrap().config.clone();
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("{text}\n[limits]\ndisk_reserve_bytes = {reserve}\n")).unwrap();
    federation.launch(FR).unwrap();
    federation.serves(FR).await.unwrap();
    eventually("a node that says it is full", async || {
        let state = federation.connect(FR, "ops").await?.admin().status().await?.state().word();
        ensure!(state == "full", "it is {state}");
        Ok(())
    })
    .await
    .unwrap();

    let own = casework(&federation, FR).await;
    let refused = own.submit(submission(1, NL, &[])).await.unwrap_err();
    assert_eq!(refused.code, Code::DiskReserve.refusal().id);
    assert_eq!(own.get(&known.referral_id, assertion()).await.unwrap().messages.len(), 1);
    assert_eq!(own.list(assertion(), 10).await.unwrap().len(), 1, "nothing new was kept");
    assert!(federation.stop(FR).await.unwrap().success(), "a full node ends in order");
}

#[tokio::test]
async fn a_node_that_starts_below_half_its_reserve_serves_its_state_and_ends_when_told() {
    let mut federation = federation(1).await;
    let known = casework(&federation, FR).await.submit(submission(0, NL, &[])).await.unwrap();
    assert!(federation.stop(FR).await.unwrap().success());
    let volume = rustix::fs::statvfs(federation.data(FR).unwrap()).unwrap();
    let reserve = volume.f_bavail * volume.f_frsize * 4;
    let config = federation.agency(FR).unwrap().config.clone();
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("{text}\n[limits]\ndisk_reserve_bytes = {reserve}\n")).unwrap();
    federation.launch(FR).unwrap();
    federation.serves(FR).await.unwrap();
    eventually("a node that says it is full", async || {
        let state = federation.connect(FR, "ops").await?.admin().status().await?.state().word();
        ensure!(state == "full", "it is {state}");
        Ok(())
    })
    .await
    .unwrap();
    let own = casework(&federation, FR).await;
    let again = own.get(&known.referral_id, assertion()).await.unwrap_err();
    let refused = [own.submit(submission(1, NL, &[])).await.unwrap_err(), again];
    let codes = refused.each_ref().map(|problem| problem.code.as_str());
    assert_eq!(codes, [Code::DiskReserve.refusal().id; 2], "nobody waits for the disk");
    assert!(federation.stop(FR).await.unwrap().success());
}

#[tokio::test]
async fn a_published_checkpoint_reaches_peers_that_no_message_went_to_and_its_tiles_lead_to_its_root() {
    const OTHER: &str = "nl-politie";
    let binary = env!("CARGO_BIN_EXE_rogatory");
    let federation = Federation::start(binary, &[FR, NL, OTHER], 3).await.unwrap();
    let own = casework(&federation, FR).await;
    warrants(&own, 3).await;
    delivered(&federation).await;
    let admin = federation.connect(FR, "ops").await.unwrap().admin();
    let sent = admin.status().await.unwrap().ledger_size;
    let published = eventually("a checkpoint over the receipts", async || {
        let published = admin.checkpoint().await?;
        ensure!(published.size >= sent, "it covers {} of {sent}", published.size);
        Ok(published)
    })
    .await
    .unwrap();

    let note: Note = published.note.parse().unwrap();
    let checkpoint: Checkpoint = note.text().parse().unwrap();
    let mut nodes = MemoryNodes::new();
    for index in 0..checkpoint.size.div_ceil(256) {
        let width = u16::try_from(checkpoint.size - index * 256).unwrap().min(256);
        let tile = Tile::new(TileKind::Entries, index, width).unwrap();
        let bundle = admin.tile(&tile.to_string()).await.unwrap();
        tile.parse_entries(&bundle).unwrap().into_iter().for_each(|leaf| nodes.push(leaf_hash(leaf)));
    }
    assert_eq!(nodes.root(), checkpoint.root);
    let first = Tile::new(TileKind::Hashes(0), 0, 2).unwrap();
    assert_eq!(admin.tile(&first.to_string()).await.unwrap(), first.contents(&nodes).unwrap());
    for unfit in ["tile/0/255".to_owned(), "../node.toml".to_owned(), format!("tile/0/000.p/{}", sent + 99)] {
        let problem = admin.tile(&unfit).await.unwrap_err();
        assert_eq!((&*problem.code, &*problem.faults[0].field), ("RG0101", "path"), "{unfit}");
    }

    let other = federation.connect(OTHER, "ops").await.unwrap().admin();
    eventually("the checkpoint in the other agency's ledger", async || {
        let peers = other.peers().await?;
        let held = peers.iter().find(|peer| peer.agency == FR).map_or(0, |peer| peer.held_size);
        ensure!(held >= sent, "it holds {held} of {sent}");
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn what_waits_for_an_agency_that_left_the_roster_is_given_up_and_what_comes_after_an_opening_it_lacks_too()
 {
    const OTHER: &str = "nl-politie";
    let binary = env!("CARGO_BIN_EXE_rogatory");
    let mut federation = Federation::start(binary, &[FR, NL, OTHER], 1).await.unwrap();
    let own = casework(&federation, FR).await;
    let referral = own.submit(submission(1, NL, &[OTHER])).await.unwrap().referral_id;

    restarted(&mut federation, |roster| {
        roster.version = 2;
        roster.members.retain(|member| member.id.as_str() != OTHER);
    })
    .await;
    let left = Code::RecipientLeft.refusal().id;
    eventually("a delivery that is given up", async || {
        let found = deliveries_to(&federation, &referral, OTHER).await;
        ensure!(found == [("given_up".to_owned(), left.to_owned())], "{found:?}");
        Ok(())
    })
    .await
    .unwrap();
    let own = casework(&federation, FR).await;
    own.act(act(&referral, "information_supplied")).await.unwrap();
    assert_eq!(deliveries_to(&federation, &referral, OTHER).await[1].1, left, "it does not wait for ever");

    restarted(&mut federation, |roster| roster.version = 3).await;
    let own = casework(&federation, FR).await;
    own.act(act(&referral, "information_supplied")).await.unwrap();
    for agency in [NL, OTHER] {
        federation.launch(agency).unwrap();
        federation.serves(agency).await.unwrap();
    }
    delivered(&federation).await;
    let reason = &deliveries_to(&federation, &referral, OTHER).await[2].1;
    assert_eq!(reason, Code::OpeningNotDelivered.refusal().id, "without its opening it is no use");
    let taken = deliveries_to(&federation, &referral, NL).await;
    assert!(taken.iter().all(|(status, _)| status == "taken"), "{taken:?}");
    assert_eq!(federation.books(OTHER).unwrap().of(Kind::Taken).count(), 0, "it holds no ghost of the case");
}

/// Puts another roster in the place of the sender's, and starts its node anew.
async fn restarted(federation: &mut Federation, change: impl FnOnce(&mut RosterDraft)) {
    assert!(federation.stop(FR).await.unwrap().success());
    put_roster(federation, FR, change).unwrap();
    federation.launch(FR).unwrap();
    federation.serves(FR).await.unwrap();
}

/// Status and reason of each message's delivery to an agency.
async fn deliveries_to(federation: &Federation, referral: &str, agency: &str) -> Vec<(String, String)> {
    let case = casework(federation, FR).await.get(referral, assertion()).await.unwrap();
    let deliveries = case.messages.into_iter().flat_map(|message| message.deliveries);
    deliveries.filter(|d| d.recipient == agency).map(|d| (d.status().word(), d.reason)).collect()
}

#[tokio::test]
async fn an_id_that_another_party_used_in_the_referral_is_refused_for_another_message() {
    let federation = federation(2).await;
    let referral = warrants(&casework(&federation, FR).await, 1).await.remove(0);
    delivered(&federation).await;
    let peer = casework(&federation, NL).await;
    let mut event = act(&referral, "registered");
    event.message_id.clone_from(&referral);
    let refused = peer.act(event).await.unwrap_err();
    assert_eq!(refused.code, Code::IdReused.refusal().id);
    peer.act(act(&referral, "registered")).await.unwrap();
}

async fn stream_of_warrants(casework: &Casework, count: u64) -> Result<(), Problem> {
    let (submitter, mut outcomes) = casework.submit_stream().await?;
    let requests = (0..count).map(|tag| {
        let submission = Some(Submission::Submit(submission(tag, NL, &[])));
        SubmitStreamRequest { tag, submission }
    });
    submitter.send(requests.collect()).await.unwrap();
    let mut accepted = 0;
    while accepted < count {
        let batch = outcomes.next().await?.unwrap();
        accepted +=
            batch.outcomes.iter().filter(|outcome| matches!(outcome.what, Some(What::Accepted(_)))).count()
                as u64;
    }
    Ok(())
}
