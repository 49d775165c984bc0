//! One id, one effect; order inside a referral.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use rogatory_domain::id::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_evidence::Kind;
use rogatory_index::{Outcome, Status};

use super::{Holding, Record};
use crate::Broken;
use crate::cast::number_of;
use crate::federation::Federation;

/// I4: every message sent has exactly one effect at every recipient, and none where it was not sent to. Where the
/// sender gave up, it has none: what was taken or refused all the same is known to the sender, whatever was lost on the way.
pub(super) fn every_message_has_one_effect(world: &mut Federation, held: &[Holding]) -> Result<(), Broken> {
    let effects: Vec<_> =
        held.iter().map(|holding| holding.by_message(&[Kind::Taken, Kind::Refused])).collect();
    let mut expected = vec![0; held.len()];
    for (node, holding) in world.nodes.iter().zip(held) {
        for ((sender, message), records) in holding.by_message(&[Kind::Sent]) {
            let [sent] = records[..] else {
                return Err(node.broken(&format!("sent {message} {} times", records.len())));
            };
            let row = holding.rows.message(&sender, message);
            if row.is_none_or(|row| row.position != sent.position || row.outcome != Outcome::Sent) {
                return Err(node.broken(&format!("has no row for {message}, which it sent")));
            }
            let line = holding.rows.referrals.values().flat_map(|row| &row.messages);
            let mut line = line.filter(|line| line.message == message && line.sender == sender);
            let deliveries = line.next().map(|line| line.deliveries.as_slice()).unwrap_or_default();
            if line.next().is_some() || deliveries.len() != sent.shared.recipients.len() {
                return Err(node.broken(&format!("has wrong deliveries of {message}")));
            }
            for delivery in deliveries {
                let recipient = number_of(&delivery.recipient).filter(|at| *at < held.len());
                let Some(at) = recipient else { return Err(node.broken("sent to a stranger")) };
                let records =
                    effects[at].get(&(sender.clone(), message)).map(Vec::as_slice).unwrap_or_default();
                expected[at] += records.len();
                let agrees = match (&delivery.status, records) {
                    (Status::Taken(receipt), [one]) => {
                        one.shared.kind == Kind::Taken && one.position == receipt.index
                    }
                    (Status::Refused(receipt, code), [one]) if one.position == receipt.index => {
                        let is = |expected: Code| *code == expected.refusal().id;
                        is(Code::EventNotAllowed) && was_kept_from(&sender, at, sent, held)
                            || is(Code::NumberClosed)
                                && delivery.requeued.is_some()
                                && is_passed(&sender, sent, &held[at])
                    }
                    (Status::GivenUp(..), []) => world.gives_up(),
                    _ => false,
                };
                if matches!(delivery.status, Status::GivenUp(..)) {
                    world.stats.given_up += 1;
                }
                if !agrees {
                    let what = format!("message {message} has {} effects there", records.len());
                    return Err(
                        world.nodes[at].broken(&format!("and {sender} disagree: {what}, {delivery:?}"))
                    );
                }
            }
        }
    }
    for ((node, effects), expected) in world.nodes.iter().zip(&effects).zip(expected) {
        let found: usize = effects.values().map(Vec::len).sum();
        if found != expected {
            return Err(node.broken(&format!("has {found} effects of {expected} messages sent to it")));
        }
    }
    Ok(())
}

/// What was sent, or put back in the queue, and given up in one run waited its whole time, whatever the wall clock did
/// meanwhile. What an earlier run sent may also be given up by a wall clock that stayed wrong.
pub(super) fn nothing_is_given_up_early(world: &Federation, held: &[Holding]) -> Result<(), Broken> {
    for (node, holding) in world.nodes.iter().zip(held) {
        for record in holding.of_kind(&[Kind::GivenUp]) {
            if record.shared.reason != Code::DeliveryExpired.refusal().id {
                continue;
            }
            let message = record.shared.message;
            let sent = message.and_then(|message| holding.rows.message(&record.shared.agency, message));
            let Some(sent) = sent else { return Err(node.broken("gave up what it never sent")) };
            let at = |position: u64| node.decided.get(position as usize).copied().unwrap_or_default();
            let put_back = holding.of_kind(&[Kind::Requeued]).filter(|requeued| {
                requeued.position < record.position
                    && requeued.shared.message == message
                    && requeued.shared.recipients == record.shared.recipients
            });
            let since = put_back.map(|requeued| requeued.position).max().unwrap_or(sent.position);
            let ((sent_us, run), (given_up_us, same_run)) = (at(since), at(record.position));
            let waited = SignedDuration::from_micros(given_up_us - sent_us);
            if run == same_run && waited < world.horizon {
                return Err(node.broken(&format!("gave up {message:?} after {waited}")));
            }
        }
    }
    Ok(())
}

/// I5: numbers of a sender in a referral rise without a gap, wherever they are recorded; a number that was given up
/// may be missing where its notice is held.
pub(super) fn order_is_kept(world: &Federation, held: &[Holding]) -> Result<(), Broken> {
    for (node, holding) in world.nodes.iter().zip(held) {
        let mut last: BTreeMap<_, (u32, _)> = BTreeMap::new();
        for record in holding.of_kind(&[Kind::Sent, Kind::Taken, Kind::Refused]) {
            // What came too late was refused at its old place; that is checked with its effect.
            if record.shared.kind == Kind::Refused && record.shared.reason == Code::NumberClosed.refusal().id
            {
                continue;
            }
            let (Some(header), Some(digest)) = (&record.header, record.shared.envelope) else {
                return Err(node.broken("holds a message without an envelope"));
            };
            let key = (header.referral, header.sender.clone());
            let before = last.insert(key, (header.number, digest));
            let (number, previous) = before.map_or((0, None), |(number, digest)| (number, Some(digest)));
            let follows = header.number == number + 1 && header.previous == previous;
            let row = holding.rows.referrals.get(&header.referral);
            let skipped = (number + 1..header.number).next_back().is_some_and(|skipped| {
                row.is_some_and(|row| {
                    row.closed.iter().any(|(by, n, _)| *by == header.sender && *n == skipped)
                })
            });
            let allowed = follows || world.gives_up() && skipped;
            if !allowed {
                let (sender, now) = (&header.sender, header.number);
                return Err(node.broken(&format!("recorded number {now} of {sender} after {number}")));
            }
        }
    }
    Ok(())
}

/// Whether a third party gave up a message of the referral to this sender alone: the recipient then judges the sender
/// by a message the sender never had. A number says how far a sender has seen, not what it missed; this is the one
/// refusal for state that the protocol cannot rule out.
fn was_kept_from(sender: &AgencyId, recipient: usize, sent: &Record, held: &[Holding]) -> bool {
    let Some(referral) = sent.shared.referral else { return false };
    held.iter().enumerate().filter(|(at, _)| *at != recipient && Some(*at) != number_of(sender)).any(
        |(_, third)| {
            let lines = third.rows.referrals.get(&referral).into_iter().flat_map(|row| &row.messages);
            let mut deliveries = lines.flat_map(|line| &line.deliveries);
            let was_given_up = |status: &Status| matches!(status, Status::GivenUp(..));
            deliveries.any(|d| {
                // It may have come in the end, after the recipient had judged.
                let once = d.overridden.as_ref().is_some_and(was_given_up);
                d.recipient == *sender && (once || was_given_up(&d.status))
            })
        },
    )
}

/// Whether a recipient settled a later number of the sender in the referral, so that this one can never be taken in order.
fn is_passed(sender: &AgencyId, sent: &Record, recipient: &Holding) -> bool {
    let row = sent.shared.referral.and_then(|referral| recipient.rows.referrals.get(&referral));
    row.is_some_and(|row| {
        let is_later = |agency: &AgencyId, number: u32| agency == sender && number > sent.shared.number;
        row.messages.iter().any(|line| is_later(&line.sender, line.number))
            || row.closed.iter().any(|(agency, number, _)| is_later(agency, *number))
    })
}
