//! A federation that has lived: every kind of record that this release writes stands in one of its ledgers.
//!
//! Owns the story. It must not judge what a later release makes of it; the tests of upgrades do.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what a story expects fails where it is told")]

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt as _;

use anyhow::{Result, ensure};
use jiff::{SignedDuration, Timestamp};
use rogatory_client::pb::admin::v1::RequeueRequest;
use rogatory_client::pb::casework::v1::{self as pb, OfferKind};
use rogatory_client::pb::types::v1::Party;
use rogatory_client::{Casework, fresh_id};
use rogatory_domain::refusal::Code;
use rogatory_engine::engine::Place;
use rogatory_engine::link::Outgoing;
use rogatory_evidence::roster::LedgerKeyRange;
use rogatory_evidence::{Kind, RosterDraft};
use rogatory_keys::LedgerKey;
use rogatory_node::SystemRandom;
use rogatory_wire::instant::{to_pb, told};
use rogatory_wire::pb::casework::v1::body::Content;
use rogatory_wire::word::Worded as _;

use crate::rogue::{Said, honest, is_fault, is_receipt};
use crate::sample::{act, assertion, event, submission, watch};
use crate::{Federation, Rogue, copy_private, eventually, put_roster, signed_roster};

/// Opens cases.
pub const ASKING: &str = "fr-jirs-marseille";
/// Answers them.
pub const ANSWERING: &str = "nl-om";
/// Gets copies; its first ledger is lost.
pub const COPIED: &str = "fr-gendarmerie";
/// All of them.
pub const AGENCIES: [&str; 3] = [ASKING, ANSWERING, COPIED];

/// Certificates of a federation that is kept are valid for longer than any release.
const VALIDITY_DAYS: u32 = 36_500;

/// Calls that are denied: enough that some are summed up.
const DENIED: usize = 10;

/// The consumer that stores what comes.
const DESK: &str = "desk";

/// Lets a federation live, until its nodes are stopped. `binary` is the `rogatory` whose formats it is to hold.
///
/// # Errors
/// When a step of its story does not come about.
pub async fn live(binary: &str) -> Result<Federation> {
    let mut federation = Federation::provision_for(binary, &AGENCIES, VALIDITY_DAYS)?;
    for agency in [ASKING, ANSWERING] {
        serve(&mut federation, agency).await?;
    }
    let case = work(&federation).await?;
    break_rules(&federation).await?;
    federation
        .connect(ANSWERING, "ops")
        .await?
        .admin()
        .clear_forks(COPIED, "officer-7", "looked into")
        .await?;
    lose_a_ledger(&mut federation).await?;
    delivered(&federation, &case, COPIED, "taken").await?;
    give_up_and_take_back(&mut federation).await?;
    for agency in [ASKING, ANSWERING] {
        ensure!(federation.stop(agency).await?.success());
    }
    Ok(federation)
}

/// Kinds of records that its ledgers hold.
///
/// # Errors
/// When a ledger cannot be read, or has faults.
pub fn kinds(federation: &Federation) -> Result<BTreeSet<&'static str>> {
    let mut kinds = BTreeSet::new();
    for agency in AGENCIES {
        let books = federation.books(agency)?;
        ensure!(books.report.is_sound(), "{agency}: {:?}", books.report.faults);
        kinds.extend(books.records.iter().map(|record| record.shared.kind.label()));
    }
    Ok(kinds)
}

/// What a node shows of its cases, in words that no release changes: of a case its instrument, edition, state and clocks, of a
/// message its place and effect, and what became of it.
///
/// # Errors
/// When the node does not tell.
pub async fn rows(federation: &Federation, agency: &str) -> Result<Vec<String>> {
    let own = casework(federation, agency).await?;
    let mut rows = Vec::new();
    for listed in own.list(assertion(), 1_000).await? {
        let case = own.get(&listed.referral_id, assertion()).await?;
        let (instrument, edition) = (&case.referral_type, case.instrument_edition);
        rows.push(format!("{agency} {} {instrument}/{edition} {}", case.referral_id, case.state));
        for clock in &case.clocks {
            let due = told(clock.due_time).map_or(0, Timestamp::as_microsecond);
            rows.push(format!("  clock {} {due}", clock.name));
        }
        for message in &case.messages {
            let pb::Message { sender, number, event, position, .. } = message;
            let effect = message.effect().word();
            rows.push(format!("  {sender} {number} {event} {effect} at {position}"));
            let deliveries = message.deliveries.iter();
            rows.extend(
                deliveries.map(|delivery| format!("    {} {}", delivery.recipient, delivery.status().word())),
            );
        }
    }
    Ok(rows)
}

async fn serve(federation: &mut Federation, agency: &str) -> Result<()> {
    federation.launch(agency)?;
    federation.serves(agency).await
}

async fn casework(federation: &Federation, agency: &str) -> Result<Casework> {
    Ok(federation.connect(agency, "cases").await?.casework())
}

/// Waits until the opening of a case stands so with a recipient.
///
/// # Errors
/// When it does not come to stand so.
pub async fn delivered(federation: &Federation, case: &str, recipient: &str, status: &str) -> Result<()> {
    let own = casework(federation, ASKING).await?;
    eventually("the delivery", async || {
        let case = own.get(case, assertion()).await?;
        let found = case.messages[0].deliveries.iter().find(|delivery| delivery.recipient == recipient);
        ensure!(found.is_some_and(|delivery| delivery.status().word() == status), "{found:?}");
        Ok(())
    })
    .await
}

/// Two agencies at work: sent, not sent, taken, receipted, handed over, noticed, read, overdue, denied; the case is given.
async fn work(federation: &Federation) -> Result<String> {
    let [asking, answering] = [casework(federation, ASKING).await?, casework(federation, ANSWERING).await?];
    let case = asking.submit(submission(1, ANSWERING, &[COPIED])).await?.referral_id;
    let (acknowledger, mut offers) = answering.watch(watch(DESK)).await?;
    let offered = loop {
        if let Some(offer) = offers.next().await?.and_then(|batch| batch.offers.into_iter().next()) {
            break offer.cursor.unwrap_or_default().position;
        }
    };
    acknowledger.acknowledge(&[offered]).await?;
    while !offers.next().await?.is_some_and(|batch| batch.handed_over.contains(&offered)) {}
    answering.act(act(&case, "registered")).await?;
    // So long ago that its clock ran out, which goes on the record.
    let arrested: Timestamp = "2026-02-26T10:00:00Z".parse()?;
    let arrested = pb::ActRequest { declared_time: Some(to_pb(arrested)), ..act(&case, "arrested") };
    answering.act(arrested).await?;
    eventually("the answers", async || {
        ensure!(asking.get(&case, assertion()).await?.messages.len() == 3);
        Ok(())
    })
    .await?;
    ensure!(asking.act(act(&case, "arrested")).await.is_err(), "only the answering side says so");
    pass_on(&asking, &answering).await?;
    notice(&asking).await?;
    remove_a_consumer(&answering).await?;
    let denied = federation.connect(ANSWERING, "ops").await?.casework();
    for _ in 0..DENIED {
        ensure!(denied.get(&case, assertion()).await.is_err());
    }
    Ok(case)
}

/// A case that is passed on, so that its opening carries messages of another referral. There is no third agency of that State, and who
/// passes it on keeps it.
async fn pass_on(asking: &Casework, answering: &Casework) -> Result<()> {
    let case = asking.submit(submission(2, ANSWERING, &[])).await?.referral_id;
    eventually("a case to pass on", async || {
        answering.get(&case, assertion()).await?;
        Ok(())
    })
    .await?;
    let party = Party { agency: ANSWERING.to_owned(), capacity: "executing".to_owned() };
    let passed = pb::ActRequest { pass_on_to: vec![party], ..act(&case, "passed_on") };
    let goes_on_in = answering.act(passed).await?.goes_on_in;
    eventually("the case that goes on", async || {
        ensure!(asking.get(&goes_on_in, assertion()).await?.messages.len() == 3);
        Ok(())
    })
    .await
}

/// Stores notices of receipts.
async fn notice(own: &Casework) -> Result<()> {
    let start = pb::WatchStart { kinds: vec![OfferKind::Receipt.into()], ..watch(DESK) };
    let (acknowledger, mut offers) = own.watch(start).await?;
    loop {
        let batch = offers.next().await?.unwrap_or_default();
        if batch.noticed_through > 0 {
            return Ok(());
        }
        if let Some(cursor) = batch.notices.last().and_then(|notice| notice.cursor.clone()) {
            acknowledger.acknowledge_notices(cursor.position).await?;
        }
    }
}

async fn remove_a_consumer(own: &Casework) -> Result<()> {
    let (acknowledger, mut offers) = own.watch(watch("misspelt")).await?;
    let offered = offers.next().await?.unwrap_or_default().offers;
    let positions: Vec<_> =
        offered.iter().filter_map(|offer| Some(offer.cursor.as_ref()?.position)).collect();
    acknowledger.acknowledge(&positions).await?;
    while offers.next().await?.unwrap_or_default().handed_over.is_empty() {}
    drop((acknowledger, offers));
    let [consumer, person, justification] = ["misspelt", "officer-7", "a wrong name"].map(str::to_owned);
    Ok(own.remove_consumer(pb::RemoveConsumerRequest { consumer, person, justification }).await?)
}

/// The agency that gets copies has a node that breaks rules: an act that is not its own is refused, a second history is noted.
async fn break_rules(federation: &Federation) -> Result<()> {
    let data = federation.data(COPIED)?;
    let other = federation.directory().join("other-history");
    drop(Rogue::new(federation, COPIED, ANSWERING, None)?);
    copy_private(&data, &other)?;
    let mut first = Rogue::new(federation, COPIED, ANSWERING, None)?;
    let (_, opening) = honest(&mut first);
    let wrong = arrested(&mut first, &opening)?;
    let mut talk = first.talk().await?;
    let batch = talk.batch(&[opening, wrong])?;
    let expected = [(Kind::Taken, None), (Kind::Refused, Some(Code::WrongActor))];
    is_receipt(&talk.deliver(batch).await?, &expected);
    drop(talk);
    let mut second = Rogue::new(federation, COPIED, ANSWERING, Some(&other))?;
    for _ in 0..2 {
        honest(&mut second);
    }
    is_fault(&second.talk().await?.answer().await?, Code::HeadInconsistent);
    Ok(fs::remove_dir_all(other)?)
}

/// An arrest that only the answering side could report.
fn arrested(rogue: &mut Rogue, opening: &Outgoing) -> Result<Outgoing> {
    rogue.send(Said {
        message: fresh_id().parse()?,
        referral: opening.referral,
        place: Place { number: 2, previous: Some(opening.digest) },
        declared: Timestamp::now() - SignedDuration::from_secs(1),
        content: Content::Event(event("arrested")),
    })
}

/// The ledger of the agency that gets copies is lost; it begins another one, which a new roster names.
async fn lose_a_ledger(federation: &mut Federation) -> Result<()> {
    let home = federation.agency(COPIED)?.dir.clone();
    let held = federation.connect(ANSWERING, "ops").await?.admin().peers().await?;
    let last = held.iter().find(|peer| peer.agency == COPIED).map(|peer| peer.held_size - 1);
    let old = LedgerKey::load(&home.join("ledger.key"))?;
    let new = LedgerKey::generate(&SystemRandom);
    for directory in ["data", "vault"] {
        fs::remove_dir_all(home.join(directory))?;
        DirBuilder::new().mode(0o700).create(home.join(directory))?;
    }
    fs::remove_file(home.join("ledger.key"))?;
    new.store(&home.join("ledger.key"))?;
    let before = LedgerKeyRange { last, ..LedgerKeyRange::current(old.public()) };
    let keys = vec![before, LedgerKeyRange::current(new.public())];
    let named = |roster: &mut RosterDraft| {
        let member = roster.members.iter_mut().find(|member| member.id.as_str() == COPIED);
        member.unwrap().ledger_keys.clone_from(&keys);
    };
    by_roster(federation, 2, &AGENCIES, named).await?;
    federation.begin_ledger(COPIED).await?;
    serve(federation, COPIED).await
}

/// Has the nodes that run go by another roster, and keeps it where the next one begins.
async fn by_roster(
    federation: &mut Federation,
    version: u64,
    agencies: &[&str],
    change: impl Fn(&mut RosterDraft),
) -> Result<()> {
    for agency in agencies {
        put_roster(federation, agency, |roster| {
            roster.version = version;
            change(roster);
        })?;
    }
    let roster = signed_roster(federation, |roster| {
        roster.version = version;
        change(roster);
    })?;
    for agency in [ASKING, ANSWERING].iter().filter(|agency| agencies.contains(agency)) {
        federation.hang_up(agency)?;
        let admin = federation.connect(agency, "ops").await?.admin();
        eventually("the roster in force", async || {
            let found = admin.status().await?.roster_version;
            ensure!(found == version, "version {found}");
            Ok(())
        })
        .await?;
    }
    federation.goes_on_by(roster)
}

/// A message waits for a member that leaves, which gives it up; the member comes back, and a person has it wait again.
async fn give_up_and_take_back(federation: &mut Federation) -> Result<()> {
    ensure!(federation.stop(COPIED).await?.success());
    let whole = federation.made().roster.draft().clone();
    let case =
        casework(federation, ASKING).await?.submit(submission(2, ANSWERING, &[COPIED])).await?.referral_id;
    by_roster(federation, 3, &[ASKING], |roster| {
        roster.members.retain(|member| member.id.as_str() != COPIED);
    })
    .await?;
    delivered(federation, &case, COPIED, "given_up").await?;
    by_roster(federation, 4, &AGENCIES, |roster| roster.members.clone_from(&whole.members)).await?;
    let request = RequeueRequest {
        message_id: case.clone(),
        recipient: COPIED.to_owned(),
        person: "officer-7".to_owned(),
        justification: "they are back".to_owned(),
        ..RequeueRequest::default()
    };
    federation.connect(ASKING, "ops").await?.admin().requeue(request).await?;
    delivered(federation, &case, COPIED, "waiting").await
}
