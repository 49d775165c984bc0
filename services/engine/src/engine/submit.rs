//! Submissions: one id has one effect, numbers follow each other, and the answer waits for the record.

use jiff::Timestamp;
use rogatory_domain::id::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_evidence::{Digest, Facts, Header, Kind};
use rogatory_exchange::{Numbered, Queued};
use rogatory_index::{MessageRow, ReferralRow, RequestKey, Status, StoreError};

use super::give_up::About;
use super::{Engine, WaitingFor};
use crate::input::{Accepted, Effect, Listener, Outcome, Refused, Submission};
use crate::scribe::Draft;

/// The next place of an agency in a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its number.
    pub number: u32,
    /// The message before it; `None` for the first.
    pub previous: Option<Digest>,
}

/// Numbers of a sender in a referral that are taken, refused or given up.
pub fn settled(row: &ReferralRow, sender: &AgencyId) -> Vec<Numbered> {
    let taken = row.messages.iter().filter(|line| line.sender == *sender);
    let taken = taken.map(|line| Numbered { number: line.number, digest: line.digest });
    let closed = row.closed.iter().filter(|(agency, ..)| agency == sender);
    taken.chain(closed.map(|(_, number, digest)| Numbered { number: *number, digest: *digest })).collect()
}

/// Where the next message of an agency stands.
pub fn next_place(row: Option<&ReferralRow>, sender: &AgencyId) -> Place {
    let settled = row.map(|row| settled(row, sender)).unwrap_or_default();
    match settled.iter().max_by_key(|s| s.number) {
        None => Place { number: 1, previous: None },
        Some(last) => Place { number: last.number.saturating_add(1), previous: Some(last.digest) },
    }
}

/// The answer to a submission that nothing refuses, but for the position of its record.
fn would_be(header: &Header, node_time: Timestamp, digest: Digest) -> Accepted {
    let (message, referral) = (header.message, header.referral);
    Accepted { message, referral, position: 0, digest, node_time, repeated: false }
}

impl Engine {
    pub(super) fn submit(&mut self, submission: Submission) {
        let Submission { written, outgoing, listener, is_trial } = submission;
        let Some(header) = written.folding.header.clone() else {
            return self.refuse(listener, Code::Internal.into());
        };
        match self.staged.message(&header.sender, header.message) {
            Err(error) => return self.fail(error),
            Ok(Some(known)) if known.submitted == written.folding.submitted && self.may_repeat(&known) => {
                return self.repeat(&header, &known, listener);
            }
            // Nobody waits for a disk that takes no record.
            Ok(_) if self.stuck => {
                let refused = Outcome::Refused(Code::DiskReserve.into());
                return self.effects.push(Effect::Outcomes(listener.sink, vec![(listener.tag, refused)]));
            }
            Ok(Some(_)) => return self.refuse_reused_id(&header, listener, is_trial),
            Ok(None) => {}
        }
        if let Some(refused) = self.refusal() {
            return self.refuse(listener, refused);
        }
        let row = match self.staged.referral(header.referral) {
            Ok(row) => row,
            Err(error) => return self.fail(error),
        };
        let is_opening = matches!(written.folding.facts, Some(Facts::Opening(_)));
        let is_reused = row.as_deref().map_or(Ok(false), |row| {
            let is_used = self.is_used_by_another(row, &header);
            is_used.map(|is_used| is_used || is_opening && row.opening.is_some())
        });
        match is_reused {
            Err(error) => return self.fail(error),
            Ok(true) => return self.refuse_reused_id(&header, listener, is_trial),
            Ok(false) => {}
        }
        match self.is_one_too_many(written.folding.facts.as_ref()) {
            Err(error) => return self.fail(error),
            Ok(true) => return self.refuse(listener, Code::RequestFull.into()),
            Ok(false) => {}
        }
        let place = next_place(row.as_deref(), self.own());
        if place.number != header.number || place.previous != header.previous {
            return self.refuse(listener, Refused::Stale);
        }
        // From here on nothing refuses it any more, and everything is recorded.
        if is_trial {
            let accepted = would_be(&header, written.folding.shared.node_time, outgoing.digest);
            return self.wait(WaitingFor::Outcome(listener, Outcome::Accepted(accepted)));
        }
        let (node_time, digest) = (written.folding.shared.node_time, outgoing.digest);
        let undeliverable: Vec<(AgencyId, Code)> = header
            .recipients
            .iter()
            .filter_map(|agency| Some((agency.clone(), self.undeliverable(agency, row.as_deref())?)))
            .collect();
        drop(row);
        let about =
            About { message: header.message, referral: header.referral, digest, number: header.number };
        let mut records = vec![*written];
        for (agency, code) in &undeliverable {
            let Some(notice) = self.notice(&about, vec![agency.clone()], *code) else { return };
            records.push(notice);
        }
        let position = self.append(records);
        let mut outgoing = std::sync::Arc::unwrap_or_clone(outgoing);
        outgoing.opening.index = position;
        let outgoing = std::sync::Arc::new(outgoing);
        let bytes = outgoing.envelope.ciphertext.len() + outgoing.envelope.header.len();
        for recipient in &header.recipients {
            let given_up = undeliverable.iter().find(|(agency, _)| agency == recipient);
            if let Some((agency, code)) = given_up {
                self.has_given_up(agency, position, *code);
            } else if let Some(peer) = self.peers.get_mut(recipient) {
                let (urgent, referral, load) = (header.urgent, header.referral, Some(outgoing.clone()));
                peer.outbound.enqueue(Queued { position, urgent, bytes, referral, load });
            }
        }
        if listener.receipts {
            self.listeners.entry(header.message).or_default().push(listener.clone());
        }
        let accepted = Accepted { position, ..would_be(&header, node_time, digest) };
        self.wait(WaitingFor::Outcome(listener, Outcome::Accepted(accepted)));
    }

    /// Whether an opening would be one referral more of its request than there may be.
    fn is_one_too_many(&self, facts: Option<&Facts>) -> Result<bool, StoreError> {
        let Some(Facts::Opening(opening)) = facts else { return Ok(false) };
        // A case that goes on is none more: it has left the referral that it was passed on from.
        if opening.passed_on.is_some() {
            return Ok(false);
        }
        let Some(request) = opening.part_of else { return Ok(false) };
        let key = RequestKey { request, opener: opening.issuing.clone() };
        Ok(self.staged.request(&key)?.is_some_and(|row| row.is_full()))
    }

    /// Whether another party has used the id of a message in its referral, for one that was taken, sent or refused here.
    pub(super) fn is_used_by_another(&self, row: &ReferralRow, header: &Header) -> Result<bool, StoreError> {
        let is_other = |agency: &AgencyId| *agency != header.sender;
        if row.messages.iter().any(|line| line.message == header.message && is_other(&line.sender)) {
            return Ok(true);
        }
        // What was refused has no line in the row; few referrals hold any.
        let mut refused: Vec<&AgencyId> =
            row.closed.iter().map(|(agency, ..)| agency).filter(|agency| is_other(agency)).collect();
        refused.sort_unstable();
        refused.dedup();
        for agency in refused {
            let known = self.staged.message(agency, header.message)?;
            if known.is_some_and(|known| known.referral == header.referral) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a repeat can be answered: from a disk that takes no record only with what is durable.
    fn may_repeat(&self, known: &MessageRow) -> bool {
        !self.stuck || known.position < self.durable
    }

    /// A repeat has one effect: the same stored record is answered, and receipts that are held already.
    fn repeat(&mut self, header: &Header, known: &MessageRow, listener: Listener) {
        let accepted = Accepted {
            message: header.message,
            referral: known.referral,
            position: known.position,
            digest: known.digest,
            node_time: known.node_time,
            repeated: true,
        };
        self.wait_for(known.position + 1, WaitingFor::Outcome(listener.clone(), Outcome::Accepted(accepted)));
        if !listener.receipts {
            return;
        }
        let row = match self.staged.referral(known.referral) {
            Ok(row) => row,
            Err(error) => return self.fail(error),
        };
        let line = row.iter().flat_map(|row| &row.messages).find(|line| line.message == header.message);
        let deliveries = line.map(|line| line.deliveries.clone()).unwrap_or_default();
        if deliveries.iter().any(|delivery| delivery.status == Status::Waiting) {
            self.listeners.entry(header.message).or_default().push(listener.clone());
        }
        for delivery in deliveries {
            let (held, refusal) = match delivery.status {
                Status::Taken(held) => (held, None),
                Status::Refused(held, code) => (held, Some(code)),
                Status::Waiting | Status::GivenUp(..) => continue,
            };
            let outcome = Outcome::Receipt {
                message: header.message,
                recipient: delivery.recipient,
                position: held.index,
                node_time: held.node_time,
                refusal,
            };
            self.wait_for(held.proofs_at + 1, WaitingFor::Outcome(listener.clone(), outcome));
        }
    }

    /// The same id with other content is refused, and the refusal is on the record unless it was a trial.
    fn refuse_reused_id(&mut self, header: &Header, listener: Listener, is_trial: bool) {
        if is_trial {
            return self.refuse(listener, Code::IdReused.into());
        }
        let mut draft = Draft::new(&self.scribe, Kind::NotSent);
        draft.shared.message = Some(header.message);
        draft.shared.referral = Some(header.referral);
        draft.shared.reason = Code::IdReused.refusal().id.to_owned();
        self.record(draft);
        self.refuse(listener, Code::IdReused.into());
    }

    fn refuse(&mut self, listener: Listener, refused: Refused) {
        self.wait(WaitingFor::Outcome(listener, Outcome::Refused(refused)));
    }
}
