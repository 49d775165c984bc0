//! What callers and consumers were told is true, and they were told everything.

use std::collections::BTreeMap;

use rogatory_evidence::Kind;
use rogatory_index::Status;

use super::Holding;
use crate::Broken;
use crate::caller::Stage;
use crate::cast::number_of;
use crate::federation::Federation;

/// I1: every acknowledgement has its record, and every receipt a caller was told of is in the recipient's ledger.
pub(super) fn nothing_acknowledged_is_lost(world: &Federation, held: &[Holding]) -> Result<(), Broken> {
    for wish in &world.wishes {
        let Stage::Accepted(accepted) = &wish.stage else { continue };
        let record = held[wish.node].records.get(accepted.position as usize);
        let kept = record.is_some_and(|record| {
            record.shared.kind == Kind::Sent
                && record.shared.message == Some(wish.message)
                && record.shared.envelope == Some(accepted.digest)
        });
        if !kept {
            return Err(
                world.nodes[wish.node].broken(&format!("lost {}, which it acknowledged", wish.message))
            );
        }
    }
    for attempt in &world.attempts {
        let message = world.wishes[attempt.wish].message;
        for (recipient, position, refused) in &attempt.receipts {
            let kind = if *refused { Kind::Refused } else { Kind::Taken };
            let record = number_of(recipient).and_then(|at| held[at].records.get(*position as usize));
            if record.is_none_or(|r| r.shared.kind != kind || r.shared.message != Some(message)) {
                return Err(format!(
                    "a receipt of {recipient} for {message} was told, and is not in its ledger"
                ));
            }
        }
    }
    Ok(())
}

/// Whoever still listens to an engine has its answer, and every receipt there is.
pub(super) fn everybody_was_answered(world: &Federation, held: &[Holding]) -> Result<(), Broken> {
    for attempt in &world.attempts {
        let wish = &world.wishes[attempt.wish];
        let node = &world.nodes[wish.node];
        if attempt.incarnation != node.incarnation {
            continue;
        }
        let Some(is_accepted) = attempt.outcome else {
            return Err(node.broken(&format!("never answered the submission of {}", wish.message)));
        };
        if !is_accepted {
            continue;
        }
        let row = held[wish.node].rows.referrals.get(&wish.referral);
        let own = node.member().agency();
        let line =
            row.and_then(|r| r.messages.iter().find(|l| l.message == wish.message && l.sender == *own));
        for delivery in line.into_iter().flat_map(|line| &line.deliveries) {
            let told = attempt.receipts.iter().any(|(recipient, ..)| *recipient == delivery.recipient);
            if delivery.overridden.is_none() && !told && matches!(delivery.status, Status::Taken(_)) {
                let what = format!("never told the receipt of {} for {}", delivery.recipient, wish.message);
                return Err(node.broken(&what));
            }
        }
    }
    let unanswered = world.wishes.iter().filter(|w| !matches!(w.stage, Stage::Accepted(_) | Stage::Dropped));
    match unanswered.count() {
        0 => Ok(()),
        count => Err(format!("{count} callers still wait")),
    }
}

/// One record per message and consumer, and every hand-over that was told has it.
pub(super) fn hand_overs_are_recorded_once(world: &Federation, held: &[Holding]) -> Result<(), Broken> {
    let mut recorded = BTreeMap::new();
    for (at, (node, holding)) in world.nodes.iter().zip(held).enumerate() {
        for record in holding.of_kind(&[Kind::HandedOver]) {
            let key = (at, record.shared.consumer.clone(), record.shared.message);
            if recorded.insert(key, record.position).is_some() {
                return Err(node.broken("recorded a hand-over twice"));
            }
        }
    }
    for (at, consumer, positions) in world.handed_over.lock().iter() {
        for position in positions {
            let message = held[*at].records.get(*position as usize).and_then(|record| record.shared.message);
            if !recorded.contains_key(&(*at, consumer.clone(), message)) {
                return Err(world.nodes[*at].broken("told of a hand-over that is not on the record"));
            }
        }
    }
    Ok(())
}

/// I1: every requeue that an operator was told of is on the record.
pub(super) fn requeues_are_recorded(world: &mut Federation, held: &[Holding]) -> Result<(), Broken> {
    for (at, message, recipient, position) in world.requeues.lock().iter() {
        let record = held[*at].records.get(*position as usize).map(|record| &record.shared);
        let is_it = record.is_some_and(|shared| {
            let about = shared.message == Some(*message) && shared.recipients == [recipient.clone()];
            shared.kind == Kind::Requeued && shared.answers.is_some() && about
        });
        if !is_it {
            return Err(world.nodes[*at].broken(&format!("told of a requeue of {message} without a record")));
        }
    }
    let recorded = held.iter().flat_map(|holding| holding.of_kind(&[Kind::Requeued]));
    world.stats.requeued = recorded.count() as u64;
    Ok(())
}
