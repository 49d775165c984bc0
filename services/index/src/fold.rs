//! The fold: how one record changes the rows. Pure: the same records in the same order give the same rows.
//!
//! Owns every change of every row. It must not refuse anything: a record in the ledger happened.

use std::sync::Arc;

use rogatory_domain::id::{AgencyId, MessageId, ReferralId};
use rogatory_evidence::{Digest, Facts, Header, Kind};

use crate::base::StoreError;
use crate::consumer::ConsumerRow;
use crate::feed::{FeedKey, FeedKind, kinds_of};
use crate::record::{Folding, HeldReceipt};
use crate::request::{Part, RequestKey};
use crate::rows::{
    Delivery, ForkRow, GivenUpKey, Held, MessageLine, MessageRow, Outcome, PeerRow, QueueKey, QueueRow,
    ReferralRow, Status,
};
use crate::staged::Staged;
use crate::standing::AlarmKey;

/// Folds one record into the staged rows.
///
/// # Errors
/// When the base below fails.
pub fn fold(rows: &mut Staged, record: &Folding) -> Result<(), StoreError> {
    match record.shared.kind {
        Kind::Sent => sent(rows, record)?,
        Kind::Taken => taken(rows, record)?,
        Kind::Refused => refused(rows, record)?,
        Kind::Receipted | Kind::HeadHeld => receipted(rows, record)?,
        Kind::GivenUp => given_up(rows, record)?,
        Kind::Requeued => requeued(rows, record)?,
        Kind::Configured => configured(rows, record),
        Kind::ForkSeen => fork_seen(rows, record),
        Kind::ForkCleared => fork_cleared(rows, record),
        Kind::LedgerReplaced => ledger_replaced(rows, record)?,
        Kind::HandedOver | Kind::Noticed | Kind::Accessed => consumed(rows, record)?,
        Kind::ConsumerRemoved => consumer_removed(rows, record)?,
        Kind::ClockAlarm => alarmed(rows, record)?,
        _ => {}
    }
    for kind in kinds_of(record) {
        let arrival = if kind == FeedKind::Message { rows.totals().arrivals } else { 0 };
        rows.set_fed(FeedKey { kind, position: record.position }, arrival);
    }
    if let Some(head) = record.head.as_ref().filter(|_| record.shared.kind != Kind::LedgerReplaced) {
        let row = PeerRow { instance: head.origin.instance, size: head.size, note: head.note.to_vec() };
        rows.set_peer(head.origin.agency.clone(), Some(row), record.position)?;
    }
    rows.advance(record.position + 1);
    Ok(())
}

/// The newest roster counts, whatever a ledger of an earlier release recorded after it.
fn configured(rows: &mut Staged, record: &Folding) {
    let newest = &mut rows.totals_mut().roster;
    let known = newest.map_or(0, |roster| roster.version);
    *newest = record.shared.roster.filter(|roster| roster.version >= known).or(*newest);
}

fn sent(rows: &mut Staged, record: &Folding) -> Result<(), StoreError> {
    let Some((header, digest)) = enveloped(record) else { return Ok(()) };
    let deliveries = header.recipients.iter().cloned().map(Delivery::new).collect();
    add_message(rows, record, header, digest, deliveries)?;
    for recipient in &header.recipients {
        let key =
            QueueKey { recipient: recipient.clone(), routine: !header.urgent, position: record.position };
        let row = QueueRow {
            message: header.message,
            referral: header.referral,
            submitted: header.submitted,
            waits_since: header.submitted,
            expires: header.expires,
            bytes: record.envelope_bytes,
            waits_from: record.position,
        };
        rows.set_queued(key, Some(row), record.position);
    }
    set_message_row(rows, record, header, digest, Outcome::Sent)
}

fn taken(rows: &mut Staged, record: &Folding) -> Result<(), StoreError> {
    let Some((header, digest)) = enveloped(record) else { return Ok(()) };
    add_message(rows, record, header, digest, Vec::new())?;
    set_message_row(rows, record, header, digest, Outcome::Taken)?;
    rows.totals_mut().arrivals += 1;
    Ok(())
}

/// The record says all there is to know of the envelope but its sender, whom the header names where it can be used.
fn refused(rows: &mut Staged, record: &Folding) -> Result<(), StoreError> {
    let shared = &record.shared;
    let sender = record.header.as_ref().map(|header| &header.sender).or(record.sender.as_ref());
    let (Some(sender), Some(message), Some(referral), Some(digest)) =
        (sender, shared.message, shared.referral, shared.envelope)
    else {
        return Ok(());
    };
    // A refusal of other content under a known id leaves what the id stands for.
    if rows.message(sender, message)?.is_some() {
        return Ok(());
    }
    close(rows, record, referral, sender, shared.number, digest)?;
    let row = message_row(record, referral, shared.number, digest, Outcome::Refused(shared.reason.clone()));
    rows.set_message((sender.clone(), message), row, record.position)
}

fn enveloped(record: &Folding) -> Option<(&Header, Digest)> {
    Some((record.header.as_ref()?, record.shared.envelope?))
}

fn set_message_row(
    rows: &mut Staged,
    record: &Folding,
    header: &Header,
    digest: Digest,
    outcome: Outcome,
) -> Result<(), StoreError> {
    // The line of an opening in its referral's row says the same.
    if header.message.as_bytes() == header.referral.as_bytes() {
        return Ok(());
    }
    let row = message_row(record, header.referral, header.number, digest, outcome);
    rows.set_message((header.sender.clone(), header.message), row, record.position)
}

fn message_row(
    record: &Folding,
    referral: ReferralId,
    number: u32,
    digest: Digest,
    outcome: Outcome,
) -> MessageRow {
    MessageRow {
        referral,
        number,
        position: record.position,
        digest,
        submitted: record.submitted,
        node_time: record.shared.node_time,
        outcome,
    }
}

fn add_message(
    rows: &mut Staged,
    record: &Folding,
    header: &Header,
    digest: Digest,
    deliveries: Vec<Delivery>,
) -> Result<(), StoreError> {
    let line = MessageLine {
        message: header.message,
        sender: header.sender.clone(),
        number: header.number,
        digest,
        position: record.position,
        submitted: (record.shared.kind == Kind::Sent).then_some(record.submitted),
        node_time: record.shared.node_time,
        deliveries,
    };
    change(rows, header.referral, record, |row| {
        match &record.facts {
            Some(Facts::Opening(opening)) => row.opening = Some(opening.clone()),
            Some(Facts::Event(fact)) => row.facts.push(fact.clone()),
            Some(Facts::HandedOver { .. } | Facts::Noticed { .. } | Facts::ClockAlarm(_)) => {}
            None => row.erased = true,
        }
        // The lane belongs to the referral, and is known though the facts were erased.
        if header.message.as_bytes() == header.referral.as_bytes() {
            row.urgent = header.urgent;
        }
        row.messages.push(line);
        row.stand(&record.shared.agency);
    })
}

/// A refused or given-up number is closed, so that its successor can be accepted.
fn close(
    rows: &mut Staged,
    record: &Folding,
    referral: ReferralId,
    sender: &AgencyId,
    number: u32,
    digest: Digest,
) -> Result<(), StoreError> {
    let closed = (sender.clone(), number, digest);
    change(rows, referral, record, |row| {
        if !row.closed.contains(&closed) {
            row.closed.push(closed);
        }
    })
}

/// Changes a referral's row, with its place in lists and among the alarms.
fn change(
    rows: &mut Staged,
    referral: ReferralId,
    record: &Folding,
    edit: impl FnOnce(&mut ReferralRow),
) -> Result<(), StoreError> {
    let (position, now) = (record.position, record.shared.node_time);
    let found = rows.take_referral(referral)?;
    rows.totals_mut().rows.referrals += u64::from(found.is_none());
    let before = found.as_ref().map(|row| (row.case_key(), row.next_alarm));
    let part_before = found.as_ref().and_then(|row| row.part(referral));
    let mut row = found.unwrap_or_else(|| {
        Arc::new(ReferralRow { opened: position, opened_at: now, ..ReferralRow::default() })
    });
    let edited = Arc::make_mut(&mut row);
    edit(edited);
    edited.changed_at = now;
    let (key, alarm) = (edited.case_key(), edited.next_alarm);
    let (key_before, alarm_before) = before.map_or((None, None), |(key, alarm)| (Some(key), alarm));
    if key_before != Some(key) {
        if let Some(before) = key_before {
            rows.set_case(before, None, position);
        }
        rows.set_case(key, Some(referral), position);
    }
    if alarm_before != alarm {
        for (at, is_set) in [(alarm_before, false), (alarm, true)] {
            if let Some(at) = at {
                rows.set_alarm(AlarmKey { at, referral }, is_set, position);
            }
        }
    }
    let part = edited.part(referral);
    rows.set_referral(referral, row, position);
    match part {
        Some((request, part)) if part_before.is_none_or(|(_, before)| before != part) => {
            note_part(rows, request, part, record)
        }
        _ => Ok(()),
    }
}

/// Notes how a referral stands among the others of its request. Only the agency that opened them ends any.
fn note_part(rows: &mut Staged, request: RequestKey, part: Part, record: &Folding) -> Result<(), StoreError> {
    let found = rows.request(&request)?;
    rows.totals_mut().rows.requests += u64::from(found.is_none());
    let mut row = found.unwrap_or_default();
    row.note(part);
    let is_closing = request.opener == record.shared.agency && row.ends_others().is_some();
    rows.set_request(request, row, is_closing, record.position);
    Ok(())
}

fn receipted(rows: &mut Staged, record: &Folding) -> Result<(), StoreError> {
    for receipt in &record.receipts {
        match receipt.shared.kind {
            Kind::Taken | Kind::Refused => receipt_held(rows, record, receipt)?,
            Kind::GivenUp => closed_by_peer(rows, record, receipt)?,
            _ => {}
        }
    }
    Ok(())
}

/// A peer's record GIVEN_UP closes a number of that peer here.
fn closed_by_peer(rows: &mut Staged, record: &Folding, receipt: &HeldReceipt) -> Result<(), StoreError> {
    let shared = &receipt.shared;
    let (Some(referral), Some(digest)) = (shared.referral, shared.envelope) else { return Ok(()) };
    close(rows, record, referral, &shared.agency, shared.number, digest)
}

fn receipt_held(rows: &mut Staged, record: &Folding, receipt: &HeldReceipt) -> Result<(), StoreError> {
    let Some(message) = receipt.shared.message else { return Ok(()) };
    let held = Held { index: receipt.index, proofs_at: record.position, node_time: receipt.shared.node_time };
    let status = if receipt.shared.kind == Kind::Taken {
        Status::Taken(held)
    } else {
        Status::Refused(held, receipt.shared.reason.clone())
    };
    settle(rows, record, message, &receipt.shared.agency, status)
}

fn given_up(rows: &mut Staged, record: &Folding) -> Result<(), StoreError> {
    let (Some(message), shared) = (record.shared.message, &record.shared) else { return Ok(()) };
    for recipient in &shared.recipients {
        let status = Status::GivenUp(record.position, shared.reason.clone());
        settle(rows, record, message, recipient, status)?;
    }
    Ok(())
}

/// Settles a delivery. A positive that comes after a negative is set beside it and wins; a negative never
/// overrides a positive, so evidence is monotonic.
fn settle(
    rows: &mut Staged,
    record: &Folding,
    message: MessageId,
    recipient: &AgencyId,
    status: Status,
) -> Result<(), StoreError> {
    let own = &record.shared.agency;
    let Some(sent) = rows.message(own, message)? else { return Ok(()) };
    let (mut routine, mut before) = (true, None);
    let is_given_up = matches!(status, Status::GivenUp(..));
    change(rows, sent.referral, record, |row| {
        routine = !row.urgent;
        let Some(delivery) = delivery_in(row, own, message, recipient) else { return };
        match delivery.status {
            Status::Waiting => before = Some(std::mem::replace(&mut delivery.status, status)),
            Status::GivenUp(..) if !is_given_up => {
                before = Some(std::mem::replace(&mut delivery.status, status));
                delivery.overridden.clone_from(&before);
            }
            _ => {}
        }
    })?;
    match before {
        // What was settled before left the queue then; it is counted once.
        Some(Status::Waiting) => {
            let key = QueueKey { recipient: recipient.clone(), routine, position: sent.position };
            if is_given_up {
                let waited = rows.queued(&key)?;
                let key = GivenUpKey { recipient: recipient.clone(), position: record.position };
                rows.set_given_up(key, waited, record.position);
                rows.partner_mut(recipient).given_up += 1;
            }
            rows.set_queued(key, None, record.position);
        }
        Some(Status::GivenUp(at, _)) => {
            let key = GivenUpKey { recipient: recipient.clone(), position: at };
            rows.set_given_up(key, None, record.position);
        }
        _ => {}
    }
    Ok(())
}

fn delivery_in<'a>(
    row: &'a mut ReferralRow,
    own: &AgencyId,
    message: MessageId,
    recipient: &AgencyId,
) -> Option<&'a mut Delivery> {
    let line = row.messages.iter_mut().find(|line| line.message == message && line.sender == *own)?;
    line.deliveries.iter_mut().find(|delivery| delivery.recipient == *recipient)
}

/// What was given up waits again, from this record on and as long as at first; the giving-up stands beside it.
fn requeued(rows: &mut Staged, record: &Folding) -> Result<(), StoreError> {
    let (Some(message), own) = (record.shared.message, &record.shared.agency) else { return Ok(()) };
    let Some(sent) = rows.message(own, message)? else { return Ok(()) };
    for recipient in &record.shared.recipients {
        let (mut routine, mut given_up) = (true, None);
        change(rows, sent.referral, record, |row| {
            routine = !row.urgent;
            let delivery = delivery_in(row, own, message, recipient);
            let Some(delivery) = delivery.filter(|d| matches!(d.status, Status::GivenUp(..))) else { return };
            given_up = Some(std::mem::replace(&mut delivery.status, Status::Waiting));
            delivery.overridden.clone_from(&given_up);
            delivery.requeued = Some(record.position);
        })?;
        let Some(Status::GivenUp(at, _)) = given_up else { continue };
        let was = GivenUpKey { recipient: recipient.clone(), position: at };
        let Some(waited) = rows.given_up(&was)? else { continue };
        rows.set_given_up(was, None, record.position);
        let key = QueueKey { recipient: recipient.clone(), routine, position: sent.position };
        let row = waited.requeued(record.position, record.shared.node_time);
        rows.set_queued(key, Some(row), record.position);
    }
    Ok(())
}

/// What is recorded under the name of a consumer: that it watched, was handed a message, or stored notices.
fn consumed(rows: &mut Staged, record: &Folding) -> Result<(), StoreError> {
    let name = record.shared.consumer.clone();
    if name.is_empty() {
        return Ok(());
    }
    let now = record.shared.node_time;
    let found = rows.take_consumer(&name)?;
    rows.totals_mut().consumers += u64::from(found.is_none());
    let mut row = found.unwrap_or_else(|| Arc::new(ConsumerRow::new(now)));
    let edited = Arc::make_mut(&mut row);
    edited.last = now;
    match record.facts {
        Some(Facts::HandedOver { position, arrival, .. }) => edited.acknowledge(arrival, position),
        Some(Facts::Noticed { through }) => edited.noticed = edited.noticed.max(Some(through)),
        _ => {}
    }
    let totals = rows.totals_mut();
    totals.handed_over = totals.handed_over.max(row.handed_over());
    rows.set_consumer(name, Some(row), record.position);
    Ok(())
}

/// A fork stays noted, whatever its agency shows later, until a person has cleared it.
fn fork_seen(rows: &mut Staged, record: &Folding) {
    let first = ForkRow { position: record.position, since: record.shared.node_time, count: 0 };
    for agency in &record.shared.recipients {
        rows.partner_mut(agency).fork.get_or_insert_with(|| first.clone()).count += 1;
    }
}

fn fork_cleared(rows: &mut Staged, record: &Folding) {
    for agency in &record.shared.recipients {
        rows.partner_mut(agency).fork = None;
    }
}

/// The ledger that comes next begins with nothing held of it; what was held of the one before is kept.
fn ledger_replaced(rows: &mut Staged, record: &Folding) -> Result<(), StoreError> {
    for agency in &record.shared.recipients {
        let ended = rows.peer(agency)?;
        rows.set_peer(agency.clone(), None, record.position)?;
        let partner = rows.partner_mut(agency);
        partner.ledger_replaced = Some(record.position);
        partner.ended.extend(ended);
    }
    Ok(())
}

fn consumer_removed(rows: &mut Staged, record: &Folding) -> Result<(), StoreError> {
    let name = &record.shared.consumer;
    if rows.take_consumer(name)?.is_some() {
        let consumers = &mut rows.totals_mut().consumers;
        *consumers = consumers.saturating_sub(1);
        rows.set_consumer(name.clone(), None, record.position);
    }
    Ok(())
}

fn alarmed(rows: &mut Staged, record: &Folding) -> Result<(), StoreError> {
    let (Some(Facts::ClockAlarm(alarm)), Some(referral)) = (&record.facts, record.shared.referral) else {
        return Ok(());
    };
    change(rows, referral, record, |row| {
        row.alarms.push(*alarm);
        row.stand(&record.shared.agency);
    })
}

#[cfg(test)]
mod tests;
