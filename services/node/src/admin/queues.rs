//! Messages that wait for delivery, page by page, each with why it waits.
//!
//! Owns the order and the page token. It reads the index and leaves the engine's thread alone but for one look a page.

use jiff::Timestamp;
use rogatory_domain::id::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_engine::{HoldUp, NotYet};
use rogatory_index::{QueueKey, QueueRow};
use rogatory_wire::instant;
use rogatory_wire::pb::admin::v1 as pb;

use super::peers::{self, Known};
use super::{LINES_COUNT, LINES_COUNT_MAX};
use crate::desk::{Desk, Rejection, before};
use crate::fields::Fields;

/// Where a page begins: after this position and recipient.
type Place = (u64, AgencyId);

/// Answers Queues.
pub(super) async fn queues(
    desk: &Desk,
    request: &pb::QueuesRequest,
) -> Result<pb::QueuesResponse, Rejection> {
    let mut fields = Fields::default();
    let recipient = fields.optional::<AgencyId>("recipient", &request.recipient);
    let after = read_token(&mut fields, &request.page_token);
    let limit = fields.count("page_size", request.page_size, LINES_COUNT, LINES_COUNT_MAX);
    let limit = fields.finish(limit)?;
    desk.reads.current().await;
    let known = peers::known(desk).await?;
    let recipients = match recipient {
        // The roster names this agency too; nothing ever waits for it here.
        Some(one) if known.contains_key(&one) || one == *desk.own() => vec![one],
        Some(_) => return Err(Code::UnknownRecipient.into()),
        None => known.keys().cloned().collect(),
    };
    let total = recipients.iter().filter_map(|agency| known.get(agency)).map(Known::waiting).sum();
    let rows = desk.read(move |store| store.waiting_after(&recipients, after.as_ref(), limit)).await?;
    let last = rows.last().filter(|_| rows.len() == limit);
    let next_page_token = last.map(|(key, _)| token(key)).unwrap_or_default();
    let keys: Vec<_> = rows.iter().map(|(key, row)| (key.clone(), row.referral)).collect();
    let hold_ups = desk.glance(move |engine| {
        let hold_up = |(key, referral): &(QueueKey, _)| {
            engine.hold_up(&key.recipient, key.position, !key.routine, *referral)
        };
        keys.iter().map(hold_up).collect::<Vec<_>>()
    });
    let hold_ups = hold_ups.await?;
    let messages = rows.into_iter().zip(hold_ups).filter_map(|((key, row), hold_up)| {
        let known = known.get(&key.recipient)?;
        Some(queued(desk, known, &key, &row, hold_up))
    });
    Ok(pb::QueuesResponse { messages: messages.collect(), next_page_token, total })
}

fn queued(desk: &Desk, known: &Known, key: &QueueKey, row: &QueueRow, hold_up: HoldUp) -> pb::QueuedMessage {
    let now = desk.now();
    let link = known.link.as_ref();
    let standing = desk.standings.of(&key.recipient, now);
    let troubles = || peers::not_connected(link, &standing);
    let (waits, why) = match hold_up {
        HoldUp::NotInRoster => (pb::WaitReason::NotInRoster, troubles()),
        HoldUp::Held => {
            (pb::WaitReason::Held, Some("this node signs nothing until its ledger is released".to_owned()))
        }
        HoldUp::NotConnected => {
            (pb::WaitReason::NotConnected, troubles().or_else(|| Some("the link is down".to_owned())))
        }
        HoldUp::InFlight => (pb::WaitReason::InFlight, Some("sent; its receipt is awaited".to_owned())),
        HoldUp::NoticeNotDurable => (
            pb::WaitReason::NoticeNotDurable,
            Some("the notice that closes the number before it is being written".to_owned()),
        ),
        HoldUp::Next => (pb::WaitReason::Next, troubles().or_else(|| Some("next to be sent".to_owned()))),
        HoldUp::BehindWindow => {
            (pb::WaitReason::BehindWindow, Some("others before it are being sent first".to_owned()))
        }
        HoldUp::NotYet(not_yet) => (pb::WaitReason::NotYet, Some(not_taken(&not_yet, now))),
        HoldUp::BehindNotYet => (
            pb::WaitReason::BehindNotYet,
            Some(
                "it waits for an earlier message of its referral, which the recipient cannot take yet"
                    .to_owned(),
            ),
        ),
    };
    let not_yet = if let HoldUp::NotYet(not_yet) = hold_up { Some(not_yet) } else { None };
    let retry_at = not_yet.map(|not_yet| now.checked_add(not_yet.retry_in).unwrap_or(now));
    pb::QueuedMessage {
        recipient: key.recipient.to_string(),
        message_id: row.message.to_string(),
        referral_id: row.referral.to_string(),
        position: key.position,
        submitted_time: Some(instant::to_pb(row.submitted)),
        expire_time: Some(instant::to_pb(row.expires)),
        urgent: !key.routine,
        waits: waits.into(),
        why: why.unwrap_or_default(),
        next_try_time: retry_at.or_else(|| peers::next_try(link, now)).map(instant::to_pb),
        requeued_time: row.is_requeued(key).then(|| instant::to_pb(row.waits_since)),
        not_yet: not_yet.map(|not_yet| not_yet.code.refusal().id.to_owned()).unwrap_or_default(),
        not_yet_since_time: not_yet.map(|not_yet| instant::to_pb(before(now, not_yet.age))),
    }
}

/// Why a message is not taken yet, since when, and how often its recipient was asked, on one line.
fn not_taken(not_yet: &NotYet, now: Timestamp) -> String {
    let refusal = not_yet.code.refusal();
    let (id, text, answers) = (refusal.id, refusal.text.trim_end_matches('.'), not_yet.answers);
    let since = before(now, not_yet.age).strftime("%Y-%m-%dT%H:%M:%SZ");
    format!("{id} not yet: {text}; since {since}, {answers} times")
}

fn token(key: &QueueKey) -> String {
    format!("{} {}", key.position, key.recipient)
}

fn read_token(fields: &mut Fields, token: &str) -> Option<Place> {
    if token.is_empty() {
        return None;
    }
    let place = token.split_once(' ').and_then(|(position, recipient)| {
        Some((position.parse::<u64>().ok().filter(|position| *position < u64::MAX)?, recipient.parse().ok()?))
    });
    place.or_else(|| fields.wrong("page_token", "form", "the token of an earlier answer"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_token_leads_back_to_its_place_and_any_other_text_is_refused() {
        let key = QueueKey { recipient: "nl-om".parse().unwrap(), routine: true, position: 7 };
        let read = |text: &str| {
            let mut fields = Fields::default();
            let place = read_token(&mut fields, text);
            fields.finish(Some(place))
        };
        assert_eq!(read(&token(&key)).unwrap(), Some((7, key.recipient)));
        assert_eq!(read("").unwrap(), None);
        for bad in ["7", "x nl-om", "7 NL OM", "18446744073709551615 nl-om", "-1 nl-om"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
