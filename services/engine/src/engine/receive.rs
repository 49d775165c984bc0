//! What a peer sends: duplicates are answered with the stored receipt, order is kept, and refusal is a receipt too. What cannot
//! be taken yet has no record, and no other envelope waits for it.

use rogatory_domain::case::{Fact, NotAllowed, admit};
use rogatory_domain::id::AgencyId;
use rogatory_domain::limits;
use rogatory_domain::refusal::Code;
use rogatory_evidence::{Facts, Header, Kind};
use rogatory_exchange::{Known, Session, Verdict, judge};
use rogatory_index::{Delivery, ReferralRow, Status};

use super::Engine;
use super::submit::settled;
use crate::failure::Failure;
use crate::link::{ReceiptRef, Received, ReceivedEnvelope, ReceivedItem, Reply, Unread};
use crate::scribe::{Draft, Written};

impl Engine {
    /// Takes a batch as one decision: the head with its proofs, then a record for each new envelope. The records are
    /// staged one by one, so that two envelopes of one batch meet in order.
    pub(super) fn receive(&mut self, peer: &AgencyId, session: Session, received: Received) {
        if !self.is_current(peer, session) {
            return;
        }
        // What needs no record is answered from a full disk too.
        if self.disk_full && received.items.iter().any(|item| self.needs_record(item)) {
            return self.hang_up(peer, session, Code::DiskReserve);
        }
        let mut reply = Reply::default();
        // A notice of giving up for what was taken all the same is answered with the receipt that got lost.
        for notice in received.held.folding.receipts.iter().filter(|held| held.shared.kind == Kind::GivenUp) {
            let Some(message) = notice.shared.message else { continue };
            match self.staged.message(peer, message) {
                Ok(Some(known)) => reply.refs.push(ReceiptRef { position: known.position, opening: None }),
                Ok(None) => {}
                Err(error) => return self.fail(error),
            }
        }
        let mut batch = BatchDecision { held: Some(received.held), entries: Vec::new() };
        for ReceivedItem { index, envelope } in received.items {
            let answer = match envelope {
                Ok(envelope) => self.take(envelope, &mut batch),
                Err(code) => Ok(Answer::NotYet(code)),
            };
            match answer {
                Ok(Answer::Receipt(receipt)) => reply.refs.push(receipt),
                Ok(Answer::NotYet(code)) => reply.not_yet.push((index, code)),
                Err(Failed) => return,
            }
        }
        if !batch.entries.is_empty() {
            self.decisions.push(rogatory_ledger::Decision { entries: batch.entries });
        }
        self.note_not_yet(peer, &reply.not_yet);
        if !(reply.refs.is_empty() && reply.not_yet.is_empty()) {
            self.reply(peer.clone(), session, reply);
        }
    }

    fn take(&mut self, item: ReceivedEnvelope, batch: &mut BatchDecision) -> Result<Answer, Failed> {
        let mut judged = self.judge(&item)?;
        // What is missing may have been given up: the notice stands in the record that holds the proofs, and counts
        // before the successor is judged again.
        if judged.verdict == Verdict::Gap
            && let Some(held) = batch.held.take_if(|held| !held.folding.receipts.is_empty())
        {
            self.fold_into(held, batch)?;
            judged = self.judge(&item)?;
        }
        let Judged { verdict, known, row } = judged;
        if matches!(verdict, Verdict::Refuse(_) | Verdict::Next)
            && let Some(code) = row.as_ref().and_then(|row| beyond_bounds(row, &item))
        {
            return Ok(Answer::NotYet(code));
        }
        match verdict {
            Verdict::Duplicate => {
                let position = known.unwrap_or(0);
                Ok(Answer::Receipt(ReceiptRef { position, opening: None }))
            }
            Verdict::Gap => Ok(Answer::NotYet(Code::SequenceGap)),
            Verdict::Refuse(code) => {
                // Without a header of its own nothing says which envelope it follows; its own fault says more.
                let own = item.opened.as_ref().err().filter(|_| item.parts.is_none());
                let code = if let Some(Unread::Refused(own)) = own { *own } else { code };
                self.refuse_item(item, code, batch)
            }
            Verdict::Next => {
                let opened = item.opened.as_ref().map_err(|unread| *unread);
                let is_same_story = match opened {
                    Ok((facts, _)) => self.read(|engine| engine.is_same_story(facts))?,
                    Err(_) => Ok(()),
                };
                let judged = opened.and_then(|(facts, _)| {
                    admission(&item.header, facts, row.as_deref()).map_err(Unread::Refused)?;
                    is_same_story
                });
                match (judged, item.opened) {
                    (Ok(()), Ok((facts, written))) => {
                        if row.is_none() && matches!(facts, Facts::Event(_)) {
                            let (referral, sender) = (item.header.referral, &item.header.sender);
                            if !self.unopened.has_room(sender) {
                                return Ok(Answer::NotYet(Code::SequenceGap));
                            }
                            self.unopened.note(referral, sender);
                        }
                        self.stage(*written, batch).map(Answer::Receipt)
                    }
                    (Err(Unread::NotYet(code)), _) | (_, Err(Unread::NotYet(code))) => {
                        Ok(Answer::NotYet(code))
                    }
                    (Err(Unread::Refused(code)), opened) | (_, opened @ Err(Unread::Refused(code))) => {
                        self.refuse_item(ReceivedEnvelope { opened, ..item }, code, batch)
                    }
                }
            }
        }
    }

    /// Whether an item may lead to a record: it is readable, and did not come before.
    fn needs_record(&mut self, item: &ReceivedItem) -> bool {
        let Ok(envelope) = &item.envelope else { return false };
        let header = &envelope.header;
        match self.staged.message(&header.sender, header.message) {
            Ok(known) => known.is_none_or(|known| known.digest != envelope.digest),
            Err(error) => {
                self.fail(error);
                true
            }
        }
    }

    fn judge(&mut self, item: &ReceivedEnvelope) -> Result<Judged, Failed> {
        let header = &item.header;
        let known = self.read(|engine| engine.staged.message(&header.sender, header.message))?;
        let row = self.read(|engine| engine.staged.referral(header.referral))?;
        let numbers = row.as_ref().map(|row| settled(row, &header.sender)).unwrap_or_default();
        let known_digest = known.as_ref().map(|known| Known { digest: known.digest });
        let mut verdict = judge(header, item.digest, known_digest, &numbers);
        if verdict == Verdict::Next
            && let Some(row) = &row
            && self.read(|engine| engine.is_used_by_another(row, header))?
        {
            verdict = Verdict::Refuse(Code::IdReused);
        }
        Ok(Judged { verdict, known: known.map(|known| known.position), row })
    }

    fn refuse_item(
        &mut self,
        item: ReceivedEnvelope,
        code: Code,
        batch: &mut BatchDecision,
    ) -> Result<Answer, Failed> {
        let ReceivedEnvelope { header, parts, digest, sent, .. } = item;
        let mut draft = match parts {
            Some(parts) => Draft::about(&self.scribe, Kind::Refused, header, parts, digest),
            None => Draft::about_headless(&self.scribe, Kind::Refused, &header, digest),
        };
        draft.shared.answers = Some(sent);
        draft.shared.reason = code.refusal().id.to_owned();
        match self.scribe.write(draft) {
            Ok(written) => self.stage(written, batch).map(Answer::Receipt),
            Err(error) => {
                self.fail(Failure::other(error));
                Err(Failed)
            }
        }
    }

    /// Folds a record of the batch at once; the batch goes to the ledger as one decision when it is complete.
    fn stage(&mut self, written: Written, batch: &mut BatchDecision) -> Result<ReceiptRef, Failed> {
        if let Some(held) = batch.held.take() {
            self.fold_into(held, batch)?;
        }
        let mut opening = written.opening.clone();
        let position = self.fold_into(written, batch)?;
        opening.index = position;
        Ok(ReceiptRef { position, opening: Some(opening) })
    }

    fn fold_into(&mut self, mut written: Written, batch: &mut BatchDecision) -> Result<u64, Failed> {
        let position = self.read(|engine| engine.take_in(&mut written.folding))?;
        batch.entries.push(written.entry);
        Ok(position)
    }

    fn read<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, rogatory_index::StoreError>,
    ) -> Result<T, Failed> {
        read(self).map_err(|error| {
            self.fail(error);
            Failed
        })
    }
}

struct BatchDecision {
    held: Option<Written>,
    entries: Vec<rogatory_ledger::Entry>,
}

/// An envelope judged, with what is known of it and its referral.
struct Judged {
    verdict: Verdict,
    known: Option<u64>,
    row: Option<std::sync::Arc<ReferralRow>>,
}

/// What becomes of one envelope.
enum Answer {
    Receipt(ReceiptRef),
    NotYet(Code),
}

/// The engine cannot go on, and has said why.
struct Failed;

/// An event that was allowed in the state its sender saw is never refused for state.
fn admission(header: &Header, facts: &Facts, row: Option<&ReferralRow>) -> Result<(), Code> {
    match facts {
        Facts::Opening(opening) => {
            let own_opening = *opening.opener() == header.sender
                && opening.referral == header.referral
                && header.number == 1
                && header.message.as_bytes() == header.referral.as_bytes();
            let opened_before = row.is_some_and(|row| row.opening.is_some());
            match (own_opening, opened_before) {
                (false, _) => Err(Code::WrongActor),
                (true, true) => Err(Code::IdReused),
                (true, false) => Ok(()),
            }
        }
        Facts::Event(fact) => {
            let parts = row.and_then(|row| row.opening.as_ref().map(|opening| (opening, &row.facts)));
            // An event may overtake the opening when both come from different agencies: it is kept, and folded once
            // the opening is here.
            let (Some(row), Some((opening, facts))) = (row, parts) else { return Ok(()) };
            match admit(opening, facts, fact) {
                Err(NotAllowed::NotInState { .. }) if differs_in_what_was_seen(row, fact) => Ok(()),
                judged => judged.map_err(NotAllowed::code),
            }
        }
        Facts::HandedOver { .. } | Facts::Noticed { .. } | Facts::ClockAlarm(_) => {
            Err(Code::MalformedMessage)
        }
    }
}

/// Why nothing more of its sender is taken or recorded in a referral for now. What one agency sends is counted for itself, so
/// that nobody fills what another one needs: refusals close numbers in the row, and what comes before the opening is kept
/// whoever it is of.
fn beyond_bounds(row: &ReferralRow, item: &ReceivedEnvelope) -> Option<Code> {
    let sender = &item.header.sender;
    let is_party = row.opening.as_ref().is_none_or(|opening| opening.capacity_of(sender).is_some());
    let refused = row.closed.iter().filter(|(agency, ..)| agency == sender).count();
    if is_party && refused >= limits::REFUSALS_OF_EACH_PARTY {
        return Some(Code::ReferralFull);
    }
    if !is_party && refused >= limits::REFUSALS_OF_OTHERS {
        return Some(Code::NotAParty);
    }
    let is_event = matches!(&item.opened, Ok((Facts::Event(_), _)));
    let kept = || row.messages.iter().filter(|line| line.sender == *sender).count();
    let is_early = row.opening.is_none() && is_event && kept() >= limits::EVENTS_BEFORE_OPENING;
    is_early.then_some(Code::SequenceGap)
}

/// Whether giving up or refusing left the two ends with different messages among those the sender had seen: its state cannot
/// be judged then.
fn differs_in_what_was_seen(row: &ReferralRow, fact: &Fact) -> bool {
    let saw = |agency: &AgencyId, number: u32| {
        number <= if *agency == fact.sender { fact.number.saturating_sub(1) } else { fact.seen_of(agency) }
    };
    let mut closed = row.closed.iter().filter(|(agency, number, _)| saw(agency, *number));
    let mut known = row.messages.iter().filter(|line| saw(&line.sender, line.number));
    let is_missing = |delivery: &Delivery| {
        let is_missing = match delivery.status {
            Status::GivenUp(..) | Status::Refused(..) => true,
            // One that is sent again may find its number closed.
            Status::Waiting => delivery.requeued.is_some(),
            Status::Taken(_) => false,
        };
        delivery.recipient == fact.sender && is_missing
    };
    known.any(|line| line.deliveries.iter().any(is_missing))
        || closed.any(|(agency, number, _)| {
            !row.messages.iter().any(|line| line.sender == *agency && line.number == *number)
        })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use rogatory_domain::case::Event;
    use rogatory_evidence::Digest;
    use rogatory_index::{Held, MessageLine};

    use super::*;

    #[test]
    fn a_state_is_not_judged_where_giving_up_left_the_two_ends_with_different_messages() {
        let [own, peer]: [AgencyId; 2] = ["fr-jirs", "nl-om"].map(|name| name.parse().unwrap());
        let id = "0190a0a0-0000-7000-8000-000000000001".parse().unwrap();
        let fact = Fact {
            id,
            sender: peer.clone(),
            number: 2,
            seen: vec![(own.clone(), 3)],
            event: Event::parse("arrested", Vec::new()).unwrap(),
            declared: Timestamp::UNIX_EPOCH,
            recorded: Timestamp::UNIX_EPOCH,
        };
        let line = |sender: &AgencyId, number, status: Option<Status>| MessageLine {
            message: id,
            sender: sender.clone(),
            number,
            digest: Digest([0; 32]),
            position: 1,
            submitted: None,
            node_time: Timestamp::UNIX_EPOCH,
            deliveries: status
                .map(|status| Delivery { status, ..Delivery::new(peer.clone()) })
                .into_iter()
                .collect(),
        };
        let sent_again = |mut line: MessageLine| {
            line.deliveries[0].requeued = Some(9);
            line
        };
        let held = Held { index: 1, proofs_at: 2, node_time: Timestamp::UNIX_EPOCH };
        let row = |messages, closed| ReferralRow { messages, closed, ..ReferralRow::default() };
        let digest = Digest([0; 32]);
        let cases = [
            (row(vec![line(&own, 3, Some(Status::Waiting))], vec![]), false),
            (row(vec![line(&own, 3, Some(Status::GivenUp(9, String::new())))], vec![]), true),
            (row(vec![line(&own, 4, Some(Status::GivenUp(9, String::new())))], vec![]), false),
            (row(vec![line(&own, 3, Some(Status::Refused(held, String::new())))], vec![]), true),
            (row(vec![sent_again(line(&own, 3, Some(Status::Waiting)))], vec![]), true),
            (row(vec![sent_again(line(&own, 3, Some(Status::Taken(held))))], vec![]), false),
            (row(vec![], vec![(peer.clone(), 1, digest)]), true),
            (row(vec![], vec![(peer.clone(), 2, digest)]), false),
            (row(vec![line(&peer, 1, None)], vec![(peer.clone(), 1, digest)]), false),
        ];
        for (at, (row, expected)) in cases.into_iter().enumerate() {
            assert_eq!(differs_in_what_was_seen(&row, &fact), expected, "case {at}");
        }
    }
}
