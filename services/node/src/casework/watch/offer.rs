//! Offers and notices: what a record says to whoever watches. Owns their making from the ledger; it must not decide what
//! is offered to whom.

use rogatory_domain::id::{AgencyId, MessageId, ReferralId};
use rogatory_engine::reread::Stored;
use rogatory_evidence::{Digest, Facts, Header, Kind, Shared};
use rogatory_index::{Base as _, FeedKind};
use rogatory_tlog::Hash;
use rogatory_wire::instant;
use rogatory_wire::pb::casework::v1::{self as pb, notice::What};

use super::super::read::content;
use crate::desk::{Rejection, internal};
use crate::reads::ReadOnly;

/// What a hand-over of an offered message needs.
pub(super) struct Offered {
    pub(super) arrival: u64,
    pub(super) message: MessageId,
    pub(super) referral: ReferralId,
    pub(super) sender: AgencyId,
    pub(super) digest: Digest,
    pub(super) taken: Hash,
}

impl Offered {
    /// The message taken over at a position.
    pub(super) fn read(sources: &ReadOnly, position: u64, arrival: u64) -> Result<Self, Rejection> {
        Self::of(&stored_at(sources, position)?, arrival)
    }

    fn of(stored: &Stored, arrival: u64) -> Result<Self, Rejection> {
        let header = header_of(stored)?;
        let digest = stored.shared().map_err(internal)?.envelope;
        let digest = digest.ok_or_else(|| internal("a record of a message names no envelope"))?;
        Ok(Self {
            arrival,
            message: header.message,
            referral: header.referral,
            sender: header.sender,
            digest,
            taken: stored.leaf().hash(),
        })
    }
}

fn stored_at(sources: &ReadOnly, position: u64) -> Result<Stored, Rejection> {
    let entry = sources.ledger.entry(position).map_err(internal)?;
    Stored::decode(position, &entry).map_err(internal)
}

fn header_of(stored: &Stored) -> Result<Header, Rejection> {
    stored.header().map_err(internal)?.ok_or_else(|| internal("a record of a message has no header"))
}

fn cursor(sources: &ReadOnly, position: u64) -> pb::Cursor {
    pb::Cursor { instance: sources.scribe.origin().instance.to_string(), position }
}

/// The offer of a message that was taken over.
pub(super) fn offer_of(
    sources: &ReadOnly,
    stored: &Stored,
    arrival: u64,
    with_content: bool,
) -> Result<(pb::Offer, Offered), Rejection> {
    let shared = stored.shared().map_err(internal)?;
    let is_urgent = header_of(stored)?.urgent;
    let opened = stored.open(sources.scribe.vault()).map_err(internal)?;
    let (event, declared) = match opened.as_ref().and_then(|opened| opened.facts.as_ref()) {
        Some(Facts::Opening(opening)) => ("opening", Some(opening.declared)),
        Some(Facts::Event(fact)) => (fact.event.code().as_str(), Some(fact.declared)),
        _ => ("erased", None),
    };
    let offered = Offered::of(stored, arrival)?;
    let offer = pb::Offer {
        cursor: Some(cursor(sources, stored.position())),
        message_id: offered.message.to_string(),
        referral_id: offered.referral.to_string(),
        sender: offered.sender.to_string(),
        event: event.to_owned(),
        urgent: is_urgent,
        body: if with_content { content(sources, stored)? } else { None },
        recorded_time: Some(instant::to_pb(shared.node_time)),
        declared_time: declared.map(instant::to_pb),
    };
    Ok((offer, offered))
}

/// The notices of one kind that a record gives; none where it was erased.
pub(super) fn notices_of(
    sources: &ReadOnly,
    kind: FeedKind,
    stored: &Stored,
) -> Result<Vec<pb::Notice>, Rejection> {
    let shared = stored.shared().map_err(internal)?;
    let told = match kind {
        FeedKind::Message => Vec::new(),
        FeedKind::Receipt => receipts(stored, Kind::Taken)?,
        FeedKind::Refusal => receipts(stored, Kind::Refused)?,
        FeedKind::GivenUp => given_up(&shared),
        FeedKind::Clock => alarms(sources, stored, &shared)?,
        FeedKind::Requeued => requeued(&shared),
    };
    let notice = |(referral, what): (Option<ReferralId>, What)| pb::Notice {
        cursor: Some(cursor(sources, stored.position())),
        referral_id: referral.map(|id| id.to_string()).unwrap_or_default(),
        recorded_time: Some(instant::to_pb(shared.node_time)),
        what: Some(what),
    };
    Ok(told.into_iter().map(notice).collect())
}

type Notices = Vec<(Option<ReferralId>, What)>;

fn receipts(stored: &Stored, kind: Kind) -> Result<Notices, Rejection> {
    let batch = stored.proofs().map_err(internal)?;
    let batch = batch.ok_or_else(|| internal("a record of receipts holds no proofs"))?;
    let mut told = Vec::new();
    for opening in &batch.openings {
        let receipt = Shared::parse(&opening.shared).map_err(internal)?;
        if receipt.kind == kind {
            let what = pb::Receipt {
                message_id: receipt.message.map(|id| id.to_string()).unwrap_or_default(),
                recipient: receipt.agency.to_string(),
                position: opening.index,
                node_time: Some(instant::to_pb(receipt.node_time)),
                refusal: receipt.reason,
            };
            told.push((receipt.referral, What::Receipt(what)));
        }
    }
    Ok(told)
}

fn given_up(shared: &Shared) -> Notices {
    let of = |recipient: &AgencyId| pb::GivenUp {
        message_id: shared.message.map(|id| id.to_string()).unwrap_or_default(),
        recipient: recipient.to_string(),
        reason: shared.reason.clone(),
    };
    shared.recipients.iter().map(|recipient| (shared.referral, What::GivenUp(of(recipient)))).collect()
}

fn requeued(shared: &Shared) -> Notices {
    let of = |recipient: &AgencyId| pb::Requeued {
        message_id: shared.message.map(|id| id.to_string()).unwrap_or_default(),
        recipient: recipient.to_string(),
        reason: shared.reason.clone(),
    };
    shared.recipients.iter().map(|recipient| (shared.referral, What::Requeued(of(recipient)))).collect()
}

fn alarms(sources: &ReadOnly, stored: &Stored, shared: &Shared) -> Result<Notices, Rejection> {
    let opened = stored.open(sources.scribe.vault()).map_err(internal)?;
    let Some(Facts::ClockAlarm(alarm)) = opened.and_then(|opened| opened.facts) else {
        return Ok(Vec::new());
    };
    // The alarm knows its clock by a code; what the code stands for is the instrument's of the referral to say.
    let row = shared.referral.map(|id| sources.store.referral(id)).transpose().map_err(internal)?.flatten();
    let instrument = row.and_then(|row| Some(row.opening.as_ref()?.instrument));
    let clock = instrument.and_then(|instrument| instrument.clock(alarm.clock.as_str()));
    let what = pb::ClockAlarm {
        name: alarm.clock.to_string(),
        article: clock.map_or("", |clock| clock.article).to_owned(),
        label: clock.map_or("", |clock| clock.waits_for).to_owned(),
        due_time: Some(instant::to_pb(alarm.due)),
        overdue: alarm.kind == rogatory_domain::case::AlarmKind::Overdue,
        cause: alarm.cause.to_string(),
    };
    Ok(vec![(shared.referral, What::Clock(what))])
}
