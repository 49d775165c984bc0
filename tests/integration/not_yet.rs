//! NOT YET between real nodes: what a recipient cannot read or judge as things stand is kept by its sender, shown with its
//! reason, tried again, and taken once it can be; nothing closes meanwhile, and no other referral waits.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use anyhow::ensure;
use jiff::Timestamp;
use rogatory_client::pb::admin::v1::QueuedMessage;
use rogatory_client::pb::casework::v1 as pb;
use rogatory_client::pb::casework::v1::body::Content;
use rogatory_client::{Casework, Code, fresh_id};
use rogatory_domain::limits;
use rogatory_engine::engine::Place;
use rogatory_engine::link::Outgoing;
use rogatory_evidence::{Kind, RosterDraft};
use rogatory_message::pb::message::Content as Sealed;
use rogatory_message::pb::{Message, Opening};
use rogatory_support::rogue::{Said, Talk, honest, is_answer, is_fault, is_not_yet, is_receipt};
use rogatory_support::sample::{act, assertion, event, opening, submission};
use rogatory_support::{Federation, Rogue, eventually, put_roster};
use rogatory_wire::instant;
use rogatory_wire::word::Worded as _;

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";
/// Records a node writes when it first starts: genesis and configuration.
const FIRST_RECORDS: usize = 2;
/// A code that no release of today knows.
const LATER_CODE: &str = "RG0599";

/// The two members; the node of the second runs, and somebody else speaks for the first.
async fn running() -> (Federation, Rogue) {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[NL, FR], 1).await.unwrap();
    let rogue = Rogue::new(&federation, FR, NL, None).unwrap();
    (federation, rogue)
}

async fn casework(federation: &Federation, agency: &str) -> Casework {
    federation.connect(agency, "cases").await.unwrap().casework()
}

fn opening_said() -> Said {
    let referral = fresh_id();
    Said {
        message: referral.parse().unwrap(),
        referral: referral.parse().unwrap(),
        place: Place { number: 1, previous: None },
        declared: Timestamp::now(),
        content: Content::Opening(opening(1, NL, &[])),
    }
}

fn event_after(before: &Outgoing) -> Said {
    Said {
        message: fresh_id().parse().unwrap(),
        referral: before.referral,
        place: Place { number: before.number + 1, previous: Some(before.digest) },
        declared: Timestamp::now(),
        content: Content::Event(event("information_supplied")),
    }
}

fn with_opening(change: impl FnOnce(&mut Opening)) -> impl FnOnce(&mut Message) {
    |message: &mut Message| {
        let Some(Sealed::Opening(opening)) = &mut message.content else { panic!("an opening") };
        change(opening);
    }
}

fn with_event(change: impl FnOnce(&mut rogatory_evidence::pb::Event)) -> impl FnOnce(&mut Message) {
    |message: &mut Message| {
        let Some(Sealed::Event(event)) = &mut message.content else { panic!("an event") };
        change(event.event.as_mut().unwrap());
    }
}

#[tokio::test]
async fn what_a_later_release_sends_is_not_taken_yet_and_not_refused_and_the_rest_of_its_batch_is_taken() {
    let (mut federation, mut rogue) = running().await;
    let (_, first) = honest(&mut rogue);
    let later = [
        (rogue.send_header(opening_said(), |header| header.suite = 2).unwrap(), Code::LaterFormat),
        (rogue.send_body(opening_said(), |message| message.format = 2).unwrap(), Code::LaterFormat),
        (rogue.send_body(opening_said(), |message| message.content = None).unwrap(), Code::LaterFormat),
        (
            rogue.send_body(opening_said(), with_opening(|o| o.instrument = "later_law".into())).unwrap(),
            Code::LaterInstrument,
        ),
        (
            rogue.send_body(opening_said(), with_opening(|o| o.instrument_edition = 900)).unwrap(),
            Code::LaterEdition,
        ),
        (
            rogue.send_body(opening_said(), with_opening(|o| o.calendar_edition = 900)).unwrap(),
            Code::LaterEdition,
        ),
        (
            rogue.send_body(event_after(&first), with_event(|e| e.code = "arrested_twice".into())).unwrap(),
            Code::LaterEvent,
        ),
    ];
    // What follows in a referral waits behind what cannot be read in it.
    let behind = [
        (rogue.send(event_after(&later[0].0)).unwrap(), Code::SequenceGap),
        (rogue.send(event_after(&later[6].0)).unwrap(), Code::SequenceGap),
    ];
    let (_, last) = honest(&mut rogue);
    let kept: Vec<(&Outgoing, Code)> =
        later.iter().chain(&behind).map(|(sent, code)| (sent, *code)).collect();
    let all: Vec<Outgoing> =
        std::iter::once(&first).chain(kept.iter().map(|(sent, _)| *sent)).chain([&last]).cloned().collect();
    let mut talk = rogue.talk().await.unwrap();
    let batch = talk.batch(&all).unwrap();
    let taken = (Kind::Taken, None);
    is_answer(&talk.deliver(batch).await.unwrap(), &[taken, taken], &kept);

    // Tried again on the same link, each gets the same answer, and none of it is on the record but its number.
    for (sent, code) in &kept {
        let batch = talk.batch(std::slice::from_ref(*sent)).unwrap();
        is_not_yet(&talk.deliver(batch).await.unwrap(), &[(sent, *code)]);
    }
    let batch = talk.batch(&[first]).unwrap();
    is_receipt(&talk.deliver(batch).await.unwrap(), &[taken]);
    assert!(federation.stop(NL).await.unwrap().success());
    let mut records = federation.books(NL).unwrap().since(FIRST_RECORDS);
    assert_eq!(records.drain(..3).collect::<Vec<_>>(), ["head-held", "taken", "taken"]);
    records.sort_unstable();
    let counted: Vec<String> = [("RG0407", 2), ("RG0531", 3), ("RG0532", 1), ("RG0533", 2), ("RG0534", 1)]
        .into_iter()
        .flat_map(|(code, count)| vec![format!("turned-away {code} not_yet={count}"); 2])
        .collect();
    assert_eq!(records, counted, "summed up once at once, and once at the end");
}

/// Takes part in a talk until the node has sent these messages, and answers everything meanwhile with NOT YET; gives the positions
/// it sent, in order.
async fn answer_until(talk: &mut Talk, expected: &[u64], code: &str) -> Vec<u64> {
    let mut sent = Vec::new();
    while !expected.iter().all(|position| sent.contains(position)) {
        let batch = talk.receive().await.unwrap();
        sent.extend(batch.items.iter().map(|item| item.opening.as_ref().unwrap().index));
        talk.answer_not_yet(&batch, code).await.unwrap();
    }
    sent
}

async fn queued(federation: &Federation, expected: &[(u64, &str, &str)]) -> Vec<QueuedMessage> {
    let admin = federation.connect(NL, "ops").await.unwrap().admin();
    let expected: Vec<_> =
        expected.iter().map(|(at, w, code)| (*at, (*w).to_owned(), (*code).to_owned())).collect();
    eventually("the queue", async || {
        let page = admin.queues(None, 100, "").await?;
        let found = page.messages.iter().map(|m| (m.position, m.waits().word(), m.not_yet.clone()));
        let found: Vec<_> = found.collect();
        ensure!(found == expected, "{found:?}");
        Ok(page.messages)
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn what_a_recipient_cannot_take_yet_is_kept_shown_with_its_reason_and_tried_apart_from_the_others() {
    let (federation, rogue) = running().await;
    let own = casework(&federation, NL).await;
    let unread = own.submit(submission(1, FR, &[])).await.unwrap();
    let behind = own.act(act(&unread.referral_id, "information_supplied")).await.unwrap();
    let began = Timestamp::now();
    let mut talk = rogue.talk().await.unwrap();
    answer_until(&mut talk, &[unread.position, behind.position], "RG0532").await;

    let shown = queued(
        &federation,
        &[(unread.position, "not_yet", "RG0532"), (behind.position, "behind_not_yet", "")],
    )
    .await;
    assert!(
        instant::told(shown[0].not_yet_since_time) >= Some(began)
            && instant::told(shown[0].next_try_time) > Some(began),
        "{shown:?}"
    );
    assert!(shown[0].why.starts_with("RG0532 not yet: "), "{shown:?}");
    let admin = federation.connect(NL, "ops").await.unwrap().admin();
    let peer = admin.peers().await.unwrap().remove(0);
    let told = &peer.not_yet[0];
    assert_eq!((told.code.as_str(), told.count, peer.not_yet.len()), ("RG0532", 1, 1));
    assert!(
        instant::told(told.since_time) >= Some(began)
            && peer.why.contains("RG0532 it cannot take 1 message yet"),
        "{peer:?}"
    );
    let case = own.get(&unread.referral_id, assertion()).await.unwrap();
    let deliveries: Vec<_> = case.messages.iter().flat_map(|message| &message.deliveries).collect();
    let told: Vec<_> = deliveries.iter().map(|d| (d.status().word(), d.not_yet.as_str())).collect();
    assert_eq!(told, ["RG0532", ""].map(|code| ("waiting".to_owned(), code)));
    assert!(instant::told(deliveries[0].not_yet_since_time) >= Some(began));

    // Another referral goes at once; the first message is tried again by itself, and what waits behind it is not.
    let other = own.submit(submission(2, FR, &[])).await.unwrap();
    let sent = answer_until(&mut talk, &[other.position, unread.position], LATER_CODE).await;
    assert!(!sent.contains(&behind.position), "{sent:?}");
    // A code of a later release says at least that it is not yet.
    queued(
        &federation,
        &[
            (unread.position, "not_yet", "RG0530"),
            (behind.position, "behind_not_yet", ""),
            (other.position, "not_yet", "RG0530"),
        ],
    )
    .await;
    assert_eq!(federation.books(NL).unwrap().of(Kind::GivenUp).count(), 0);
}

#[tokio::test]
async fn what_a_recipient_can_never_take_is_given_up_at_once_and_what_follows_with_it() {
    let (federation, rogue) = running().await;
    let own = casework(&federation, NL).await;
    let full = own.submit(submission(1, FR, &[])).await.unwrap();
    let behind = own.act(act(&full.referral_id, "information_supplied")).await.unwrap();
    let mut talk = rogue.talk().await.unwrap();
    answer_until(&mut talk, &[full.position, behind.position], "RG0207").await;
    queued(&federation, &[]).await;
    let admin = federation.connect(NL, "ops").await.unwrap().admin();
    assert_eq!(admin.peers().await.unwrap()[0].given_up, 2);
    let books = federation.books(NL).unwrap();
    let reasons: Vec<_> = books.of(Kind::GivenUp).map(|record| record.shared.reason.as_str()).collect();
    assert_eq!(reasons, ["RG0207", Code::OpeningNotDelivered.refusal().id]);
}

#[tokio::test]
async fn what_only_a_later_release_says_on_a_link_hinders_nothing_that_this_one_reads() {
    let (_federation, mut rogue) = running().await;
    let (_, first) = honest(&mut rogue);
    let mut talk = rogue.talk().await.unwrap();
    talk.say_what_is_unknown().await.unwrap();
    let batch = talk.batch(&[first]).unwrap();
    is_receipt(&talk.deliver(batch).await.unwrap(), &[(Kind::Taken, None)]);
}

#[tokio::test]
async fn an_answer_about_what_was_not_sent_or_in_no_code_changes_nothing() {
    let (federation, rogue) = running().await;
    let own = casework(&federation, NL).await;
    let sent = own.submit(submission(1, FR, &[])).await.unwrap();
    let mut talk = rogue.talk().await.unwrap();
    let batch = talk.receive().await.unwrap();
    let mut other = batch.clone();
    other.items[0].opening.as_mut().unwrap().index = 9_999;
    talk.answer_not_yet(&other, "RG0532").await.unwrap();
    queued(&federation, &[(sent.position, "in_flight", "")]).await;
    talk.answer_not_yet(&batch, "words \u{1b}[2J").await.unwrap();
    let answer = talk.answer().await.unwrap();
    is_fault(&answer, Code::MalformedMessage);
}

/// Whether the agency takes European Arrest Warrants, by the roster of this version.
fn roster(version: u64, accepts: bool) -> impl FnOnce(&mut RosterDraft) {
    move |roster: &mut RosterDraft| {
        roster.version = version;
        let member = roster.members.iter_mut().find(|member| member.id.as_str() == NL).unwrap();
        if !accepts {
            member.accepts.clear();
        }
    }
}

async fn restarted_with(federation: &mut Federation, agency: &str, change: impl FnOnce(&mut RosterDraft)) {
    assert!(federation.stop(agency).await.unwrap().success());
    put_roster(federation, agency, change).unwrap();
    federation.launch(agency).unwrap();
    federation.serves(agency).await.unwrap();
}

async fn stands(federation: &Federation, referral: &str, expected: (&str, &str, &str)) -> pb::Referral {
    let own = casework(federation, FR).await;
    eventually("the delivery", async || {
        let case = own.get(referral, assertion()).await?;
        let found = case.messages.iter().flat_map(|message| &message.deliveries);
        let found: Vec<_> =
            found.map(|d| (d.status().word(), d.reason.as_str(), d.not_yet.as_str())).collect();
        let is_expected = |(status, reason, not_yet): &(String, &str, &str)| {
            (status.as_str(), *reason, *not_yet) == expected
        };
        ensure!(found.iter().all(is_expected), "{found:?}");
        Ok(case.clone())
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn a_recipient_whose_roster_is_a_version_behind_takes_the_message_once_it_has_the_newer_one() {
    let mut federation = Federation::provision(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL]).unwrap();
    put_roster(&federation, FR, roster(2, true)).unwrap();
    put_roster(&federation, NL, roster(1, false)).unwrap();
    for agency in [FR, NL] {
        federation.launch(agency).unwrap();
    }
    for agency in [FR, NL] {
        federation.serves(agency).await.unwrap();
    }
    let own = casework(&federation, FR).await;
    let referral = own.submit(submission(1, NL, &[])).await.unwrap().referral_id;
    stands(&federation, &referral, ("waiting", "", Code::RosterBehind.refusal().id)).await;
    assert_eq!(federation.books(NL).unwrap().of(Kind::Refused).count(), 0);

    restarted_with(&mut federation, NL, roster(2, true)).await;
    stands(&federation, &referral, ("taken", "", "")).await;

    // By a roster that is as new as the sender's the recipient judges for itself.
    restarted_with(&mut federation, NL, roster(3, false)).await;
    let own = casework(&federation, FR).await;
    let referral = own.submit(submission(2, NL, &[])).await.unwrap().referral_id;
    stands(&federation, &referral, ("refused", Code::UnsupportedReferralType.refusal().id, "")).await;
}

#[tokio::test]
async fn a_repeat_is_answered_with_its_record_though_the_roster_would_not_let_it_be_sent_any_more() {
    let mut federation = Federation::provision(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL]).unwrap();
    put_roster(&federation, FR, roster(2, true)).unwrap();
    federation.launch(FR).unwrap();
    federation.serves(FR).await.unwrap();
    let request = pb::SubmitRequest { referral_id: fresh_id(), ..submission(1, NL, &[]) };
    let first = casework(&federation, FR).await.submit(request.clone()).await.unwrap();
    assert!(!first.repeated);

    restarted_with(&mut federation, FR, roster(3, false)).await;
    let own = casework(&federation, FR).await;
    let other =
        own.submit(pb::SubmitRequest { referral_id: fresh_id(), ..request.clone() }).await.unwrap_err();
    assert_eq!(other.code, Code::UnsupportedReferralType.refusal().id, "{other:?}");
    let again = own.submit(request.clone()).await.unwrap();
    assert_eq!(
        (again.repeated, again.position, &again.message_id),
        (true, first.position, &first.message_id)
    );
    // The same id with another content is no repeat, and is told what is wrong with it.
    let reused = pb::SubmitRequest { referral_id: request.referral_id, ..submission(2, NL, &[]) };
    assert_eq!(own.submit(reused).await.unwrap_err().code, Code::UnsupportedReferralType.refusal().id);
}

#[tokio::test]
async fn an_id_that_another_party_used_in_the_referral_is_refused() {
    let (federation, mut rogue) = running().await;
    let own = casework(&federation, NL).await;
    let (referral, first) = honest(&mut rogue);
    let mut talk = rogue.talk().await.unwrap();
    let batch = talk.batch(std::slice::from_ref(&first)).unwrap();
    is_receipt(&talk.deliver(batch).await.unwrap(), &[(Kind::Taken, None)]);
    let raised = own.act(act(&referral.to_string(), "information_requested")).await.unwrap();
    let said = Said { message: raised.message_id.parse().unwrap(), ..event_after(&first) };
    let same_id = rogue.send(said).unwrap();
    let wrong = rogue.send(Said { declared: Timestamp::UNIX_EPOCH, ..event_after(&same_id) }).unwrap();
    let mut talk = rogue.talk().await.unwrap();
    let batch = talk.batch(&[same_id, wrong.clone()]).unwrap();
    let refused = |code| (Kind::Refused, Some(code));
    let answer = talk.deliver(batch).await.unwrap();
    is_receipt(&answer, &[refused(Code::IdReused), refused(Code::MalformedMessage)]);

    // Nor does this agency use one under which it has refused something.
    let message_id = wrong_id(&wrong);
    let request = pb::ActRequest { message_id, ..act(&referral.to_string(), "information_requested") };
    let problem = own.act(request).await.unwrap_err();
    assert_eq!(problem.code, Code::IdReused.refusal().id, "{problem:?}");
}

fn wrong_id(message: &Outgoing) -> String {
    let header = rogatory_evidence::Header::parse(&message.envelope.header).unwrap();
    header.message.to_string()
}

#[tokio::test]
async fn what_was_erased_before_it_was_sent_is_given_up_with_its_reason_and_the_lane_goes_on() {
    let mut federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL], 1).await.unwrap();
    let own = casework(&federation, FR).await;
    own.submit(submission(1, NL, &[])).await.unwrap();
    assert!(federation.stop(FR).await.unwrap().success());

    // The day's key is destroyed, and the index folded anew, as erasure does.
    let vault = federation.agency(FR).unwrap().dir.join("vault");
    let mut days: Vec<_> = std::fs::read_dir(&vault)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("day-"))
        .collect();
    days.sort_unstable();
    let day = days[0].trim_end_matches(".key");
    std::fs::remove_file(vault.join(&days[0])).unwrap();
    std::fs::write(vault.join(format!("{day}.destroyed")), b"").unwrap();
    std::fs::remove_dir_all(federation.data(FR).unwrap().join("index")).unwrap();
    for agency in [FR, NL] {
        federation.launch(agency).unwrap();
        federation.serves(agency).await.unwrap();
    }
    let own = casework(&federation, FR).await;
    let referral = own.submit(submission(2, NL, &[])).await.unwrap().referral_id;
    stands(&federation, &referral, ("taken", "", "")).await;
    let admin = federation.connect(FR, "ops").await.unwrap().admin();
    assert_eq!(admin.queues(None, 10, "").await.unwrap().total, 0);
    let peer = admin.peers().await.unwrap().remove(0);
    assert_eq!((peer.link().word().as_str(), peer.given_up), ("connected", 1), "{peer:?}");
    let books = federation.books(FR).unwrap();
    let reasons: Vec<_> = books.of(Kind::GivenUp).map(|record| record.shared.reason.as_str()).collect();
    assert_eq!(reasons, [Code::ContentErased.refusal().id]);
}

/// An event of an agency that has said nothing in the referral before.
fn first_event(referral: &str) -> Said {
    Said {
        message: fresh_id().parse().unwrap(),
        referral: referral.parse().unwrap(),
        place: Place { number: 1, previous: None },
        declared: Timestamp::now(),
        content: Content::Event(event("information_supplied")),
    }
}

/// So many events of one agency in a referral, each after the one before.
fn events(rogue: &mut Rogue, referral: &str, count: usize) -> Vec<Outgoing> {
    let mut sent: Vec<Outgoing> = Vec::new();
    for _ in 0..count {
        let said = match sent.last() {
            Some(before) => {
                Said { content: Content::Event(event("information_supplied")), ..event_after(before) }
            }
            None => first_event(referral),
        };
        sent.push(rogue.send(said).unwrap());
    }
    sent
}

#[tokio::test]
async fn of_one_agency_a_few_events_are_kept_before_the_opening_and_the_others_wait_with_it() {
    let (_federation, mut rogue) = running().await;
    let sent = events(&mut rogue, &fresh_id(), limits::EVENTS_BEFORE_OPENING + 1);
    let mut talk = rogue.talk().await.unwrap();
    let batch = talk.batch(&sent).unwrap();
    let taken = vec![(Kind::Taken, None); limits::EVENTS_BEFORE_OPENING];
    let waits = (sent.last().unwrap(), Code::SequenceGap);
    is_answer(&talk.deliver(batch).await.unwrap(), &taken, &[waits]);
}

#[tokio::test]
async fn whoever_is_no_party_fills_nothing_by_being_refused() {
    let agencies = [NL, FR, "nl-politie"];
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &agencies, 1).await.unwrap();
    let mut rogue = Rogue::new(&federation, FR, NL, None).unwrap();
    let own = casework(&federation, NL).await;
    let referral = own.submit(submission(1, "nl-politie", &[])).await.unwrap().referral_id;
    let sent = events(&mut rogue, &referral, limits::REFUSALS_OF_OTHERS + 1);
    let mut talk = rogue.talk().await.unwrap();
    let batch = talk.batch(&sent).unwrap();
    let refused = vec![(Kind::Refused, Some(Code::NotAParty)); limits::REFUSALS_OF_OTHERS];
    let waits = (sent.last().unwrap(), Code::NotAParty);
    is_answer(&talk.deliver(batch).await.unwrap(), &refused, &[waits]);
}

#[tokio::test]
async fn a_batch_brings_few_epochs_and_those_that_no_envelope_needs_are_left_alone() {
    let (_federation, mut rogue) = running().await;
    let (_, first) = honest(&mut rogue);
    let mut talk = rogue.talk().await.unwrap();
    let mut batch = talk.batch(std::slice::from_ref(&first)).unwrap();
    let mut junk = batch.epochs[0].clone();
    junk.epoch_id = vec![7; 16].into();
    junk.encapsulated = vec![7; 3].into();
    batch.epochs.extend(vec![junk.clone(); 3]);
    is_receipt(&talk.deliver(batch).await.unwrap(), &[(Kind::Taken, None)]);
    let (_, second) = honest(&mut rogue);
    let mut talk = rogue.talk().await.unwrap();
    let mut batch = talk.batch(std::slice::from_ref(&second)).unwrap();
    batch.epochs.extend(vec![junk; 4]);
    is_fault(&talk.deliver(batch).await.unwrap(), Code::TooManyElements);
}
