//! Giving up: what has waited its whole time, what waits for an agency that left, what can be sent to nobody, what will never be
//! taken, and what is no use without its opening.
//!
//! Owns every record GIVEN_UP. None is silent: each is logged, by peer and reason, and counted. A receipt that comes
//! later stands beside it and wins.

use std::collections::BTreeMap;

use rogatory_domain::id::{AgencyId, MessageId, ReferralId};
use rogatory_domain::refusal::Code;
use rogatory_evidence::{Digest, Kind};
use rogatory_exchange::{Session, Window};
use rogatory_index::{MessageLine, QueueKey, QueueRow, ReferralRow, Status, StoreError};
use tracing::warn;

use super::Engine;
use crate::failure::Failure;
use crate::link::Unsendable;
use crate::scribe::{Draft, Written};

/// Entries looked at per agency and lane in one look; the next look goes on behind them.
const LOOK_COUNT_MAX: usize = 512;

/// Records after which one look ends, unless one opening takes more with it. Each is below 2 KiB and costs some 30 microseconds,
/// so other work has its turn in between, and the next look follows at the next tick.
const RECORDS_COUNT_MAX: u64 = 256;

/// Deliveries given up since they were last told, by peer and reason.
pub(super) type GivenUpCounts = BTreeMap<(AgencyId, Code), u64>;

impl Engine {
    /// Looks at the next slice of every lane for what has waited too long. Says whether anything had, so that there may be
    /// more. What one agency has waiting keeps none other from its turn.
    pub(super) fn expire(&mut self) -> bool {
        let first = self.next();
        let waits = |agency: &&AgencyId| {
            self.staged.partners().get(*agency).is_some_and(|partner| partner.waiting() > 0)
        };
        let mut agencies: Vec<AgencyId> = self.peers.keys().filter(waits).cloned().collect();
        let from = self.expires_from.take();
        let from = agencies.iter().position(|agency| Some(agency) == from.as_ref()).unwrap_or(0);
        agencies.rotate_left(from);
        for agency in agencies {
            if self.next() - first >= RECORDS_COUNT_MAX {
                self.expires_from = Some(agency);
                break;
            }
            self.expire_lanes(&agency, first);
        }
        self.give_up_to_agencies_that_left(first);
        self.tell_what_was_given_up();
        self.next() > first
    }

    /// Looks at once at the first slice of what waits for one agency.
    pub(super) fn expire_all_of(&mut self, agency: &AgencyId) {
        if let Some(peer) = self.peers.get_mut(agency) {
            peer.looked = [0; 2];
        }
        self.expire_lanes(agency, self.next());
    }

    fn expire_lanes(&mut self, agency: &AgencyId, first: u64) {
        for lane in 0..2 {
            if let Err(error) = self.expire_lane(agency, lane, first) {
                return self.fail(error);
            }
        }
    }

    /// Looks at the next slice of one lane, urgent or routine, until the look that began at a position is full.
    fn expire_lane(&mut self, agency: &AgencyId, lane: usize, first: u64) -> Result<(), StoreError> {
        let elapsed = self.elapsed();
        let after = self.peers.get(agency).map_or(0, |peer| peer.looked[lane]);
        let window = Window { urgent: lane == 0, after: Some(after), limit: LOOK_COUNT_MAX };
        let rows = self.queued(agency, window)?;
        let mut last = rows.last().filter(|_| rows.len() == LOOK_COUNT_MAX).map(|(key, _)| key.position);
        for (key, row) in rows {
            if self.next() - first >= RECORDS_COUNT_MAX {
                last = Some(key.position - 1);
                break;
            }
            let code = if self.waiting_time.is_over(&row, elapsed) {
                Some(Code::DeliveryExpired)
            } else {
                self.lost_with_its_ledger(agency, &row)?
            };
            if let Some(code) = code {
                self.give_up(&key, &row, code);
            }
        }
        if let Some(peer) = self.peers.get_mut(agency) {
            peer.looked[lane] = last.unwrap_or(0);
        }
        Ok(())
    }

    /// What waits for an agency that the roster does not name any more is never delivered.
    fn give_up_to_agencies_that_left(&mut self, first: u64) {
        let left = match self.left.take() {
            Some(left) => left,
            None => match self.staged.recipients() {
                Ok(recipients) => {
                    recipients.into_iter().filter(|agency| !self.peers.contains_key(agency)).collect()
                }
                Err(error) => return self.fail(error),
            },
        };
        let mut remaining = Vec::new();
        for agency in left {
            let mut is_more = false;
            for urgent in [true, false] {
                let rows = match self.queued(&agency, Window { urgent, after: None, limit: LOOK_COUNT_MAX }) {
                    Ok(rows) => rows,
                    Err(error) => return self.fail(error),
                };
                is_more |= !rows.is_empty();
                for (key, row) in rows {
                    if self.next() - first >= RECORDS_COUNT_MAX {
                        break;
                    }
                    self.give_up(&key, &row, Code::RecipientLeft);
                }
            }
            if is_more {
                remaining.push(agency);
            }
        }
        self.left = Some(remaining);
    }

    /// What a link cannot send, since its content was erased or its record holds nothing that can be sent, holds up nothing: it
    /// is given up, and what comes after it in its referral goes with the notice.
    pub(super) fn unsendable(&mut self, peer: &AgencyId, session: Session, messages: Vec<Unsendable>) {
        if !self.is_current(peer, session) {
            return;
        }
        for Unsendable { position, urgent, code } in messages {
            let key = QueueKey { recipient: peer.clone(), routine: !urgent, position };
            match self.staged.queued(&key) {
                Ok(Some(row)) => self.give_up(&key, &row, code),
                Ok(None) => {}
                Err(error) => return self.fail(error),
            }
        }
        self.tell_what_was_given_up();
    }

    /// Messages that their recipient says it will never take.
    pub(super) fn never_taken(&mut self, peer: &AgencyId, positions: Vec<u64>, code: Code) {
        for position in positions {
            for routine in [false, true] {
                let key = QueueKey { recipient: peer.clone(), routine, position };
                match self.staged.queued(&key) {
                    Ok(Some(row)) => self.give_up(&key, &row, code),
                    Ok(None) => {}
                    Err(error) => return self.fail(error),
                }
            }
        }
        self.tell_what_was_given_up();
    }

    fn tell_what_was_given_up(&mut self) {
        for ((peer, code), count) in std::mem::take(&mut self.given_up) {
            warn!(%peer, code = code.refusal().id, count, "deliveries were given up");
            *self.given_up_totals.entry((peer, code)).or_default() += count;
        }
    }

    /// Deliveries given up since the start, by peer and reason.
    pub fn given_up(&self) -> impl Iterator<Item = (&AgencyId, Code, u64)> {
        self.given_up_totals.iter().map(|((peer, code), count)| (peer, *code, *count))
    }

    /// Gives up one delivery, and with an opening everything of its referral that waits for the same agency.
    fn give_up(&mut self, key: &QueueKey, row: &QueueRow, code: Code) {
        let referral = match self.staged.referral(row.referral) {
            Ok(referral) => referral,
            Err(error) => return self.fail(error),
        };
        let lines = referral.iter().flat_map(|referral| &referral.messages);
        let sent = lines.into_iter().find(|line| line.position == key.position);
        // What went with its opening before does not wait any more.
        let Some(sent) = sent.filter(|line| status_to(line, &key.recipient) == Some(&Status::Waiting)) else {
            return;
        };
        let about =
            About { message: row.message, referral: row.referral, digest: sent.digest, number: sent.number };
        let Some(written) = self.notice(&about, vec![key.recipient.clone()], code) else { return };
        self.append(vec![written]);
        self.has_given_up(&key.recipient, key.position, code);
        self.forget_settled(row.message);
        if row.message.as_bytes() == row.referral.as_bytes() {
            self.give_up_followers(&key.recipient, row.referral);
        }
    }

    /// An agency that does not hold the opening of a referral can do nothing with what came after it.
    pub(super) fn give_up_followers(&mut self, agency: &AgencyId, referral: ReferralId) {
        let row = match self.staged.referral(referral) {
            Ok(row) => row,
            Err(error) => return self.fail(error),
        };
        let lines = row.iter().flat_map(|row| &row.messages);
        let waiting = lines.filter(|line| status_to(line, agency) == Some(&Status::Waiting));
        let waiting: Vec<MessageLine> = waiting.cloned().collect();
        for line in waiting {
            let about = About { message: line.message, referral, digest: line.digest, number: line.number };
            let Some(written) = self.notice(&about, vec![agency.clone()], Code::OpeningNotDelivered) else {
                return;
            };
            self.append(vec![written]);
            self.has_given_up(agency, line.position, Code::OpeningNotDelivered);
            self.forget_settled(line.message);
        }
    }

    /// Why a message cannot reach an agency at all: it left the roster, its ledger does not hold what came before, or it
    /// does not hold the opening of the referral.
    pub(super) fn undeliverable(&self, agency: &AgencyId, row: Option<&ReferralRow>) -> Option<Code> {
        if !self.peers.contains_key(agency) {
            return Some(Code::RecipientLeft);
        }
        if let Some(code) = row.and_then(|row| self.is_before_its_ledger(agency, row)) {
            return Some(code);
        }
        let opening = row.and_then(|row| {
            row.messages.iter().find(|line| line.sender == *self.own() && line.number == 1)
        })?;
        let lacks = matches!(status_to(opening, agency), Some(Status::GivenUp(..) | Status::Refused(..)));
        let is_opening =
            row.is_some_and(|row| row.opening.as_ref().is_some_and(|o| o.opener() == self.own()));
        (lacks && is_opening).then_some(Code::OpeningNotDelivered)
    }

    /// The record that a message is not delivered to these agencies; `None` when it cannot be written.
    pub(super) fn notice(&mut self, about: &About, recipients: Vec<AgencyId>, code: Code) -> Option<Written> {
        let mut draft = Draft::new(&self.scribe, Kind::GivenUp);
        draft.shared.message = Some(about.message);
        draft.shared.referral = Some(about.referral);
        draft.shared.envelope = Some(about.digest);
        draft.shared.number = about.number;
        draft.shared.recipients = recipients;
        draft.shared.reason = code.refusal().id.to_owned();
        match self.scribe.write(draft) {
            Ok(written) => Some(written),
            Err(error) => {
                self.fail(Failure::other(error));
                None
            }
        }
    }

    /// Notes a delivery that was given up: nothing more goes to that agency before the notice is durable.
    pub(super) fn has_given_up(&mut self, agency: &AgencyId, position: u64, code: Code) {
        let (next, now) = (self.next(), self.elapsed());
        *self.given_up.entry((agency.clone(), code)).or_default() += 1;
        if let Some(peer) = self.peers.get_mut(agency) {
            peer.closed_below = next;
            peer.outbound.forget(position, now);
            peer.asking.more();
        }
    }
}

/// The message that a notice is about.
pub(super) struct About {
    pub(super) message: MessageId,
    pub(super) referral: ReferralId,
    pub(super) digest: Digest,
    pub(super) number: u32,
}

pub(super) fn status_to<'a>(line: &'a MessageLine, agency: &AgencyId) -> Option<&'a Status> {
    line.deliveries.iter().find(|delivery| delivery.recipient == *agency).map(|delivery| &delivery.status)
}
