//! Requeues: a person puts back in the queue what was given up.
//!
//! Owns every record REQUEUED. It must not promise that the recipient takes the message: where the recipient has closed the
//! number meanwhile, it says so by a receipt, and both ends hold the same.

use rogatory_domain::id::{AgencyId, MessageId, ReferralId};
use rogatory_domain::refusal::Code;
use rogatory_evidence::{Kind, Private};
use rogatory_exchange::Queued;
use rogatory_index::{MessageLine, QueueKey, ReferralRow, Status};
use rogatory_tlog::NodeReader as _;

use super::Engine;
use super::give_up::status_to;
use crate::input::Refused;
use crate::scribe::Draft;

/// How a delivery stands after a person asked for it to be put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requeued {
    /// It waits again, by a record at this position.
    Now(u64),
    /// It waits already; if a pause between two dials held it up, that is over.
    Waits,
    /// The recipient has it.
    Taken,
}

/// How each message of a referral stands, or why it cannot be put back.
pub type EachRequeued = Vec<(MessageId, Result<Requeued, Code>)>;

impl Engine {
    /// Puts a message back in the queue for one recipient. The answer must go through [`Engine::when_durable`].
    ///
    /// # Errors
    /// [`Code::UnknownMessage`] and [`Code::UnknownRecipient`] for what was not sent, [`Code::RecipientLeft`],
    /// [`Code::OpeningNotDelivered`] where the opening was given up and does not wait again, [`Code::NumberClosed`] where the
    /// recipient can never take it, and why no new work is taken.
    pub fn requeue(
        &mut self,
        message: MessageId,
        recipient: &AgencyId,
        private: &Private,
    ) -> Result<Requeued, Code> {
        let own = self.own().clone();
        let sent = self.staged.message(&own, message).map_err(|error| self.failed(&error))?;
        let referral = sent.ok_or(Code::UnknownMessage)?.referral;
        let row = self.staged.referral(referral).map_err(|error| self.failed(&error))?;
        let row = row.ok_or(Code::UnknownMessage)?;
        let line = row.messages.iter().find(|line| line.message == message && line.sender == own);
        self.requeue_line(referral, &row, line.ok_or(Code::UnknownMessage)?, recipient, private)
    }

    /// Puts everything of a referral that was given up to one recipient back in the queue, in order. Gives how each message
    /// stands, or why it cannot be put back. The answer must go through [`Engine::when_durable`].
    ///
    /// # Errors
    /// [`Code::UnknownReferral`], and [`Code::UnknownRecipient`] where nothing of it was sent there.
    pub fn requeue_referral(
        &mut self,
        referral: ReferralId,
        recipient: &AgencyId,
        private: &Private,
    ) -> Result<EachRequeued, Code> {
        let row = self.staged.referral(referral).map_err(|error| self.failed(&error))?;
        let row = row.ok_or(Code::UnknownReferral)?;
        let own = self.own().clone();
        let sent = row.messages.iter().filter(|line| line.sender == own);
        let sent = sent.filter(|line| status_to(line, recipient).is_some()).map(|line| line.message);
        let sent: Vec<MessageId> = sent.collect();
        drop(row);
        if sent.is_empty() {
            return Err(Code::UnknownRecipient);
        }
        // One by one, so that what follows an opening finds it waiting.
        Ok(sent.into_iter().map(|message| (message, self.requeue(message, recipient, private))).collect())
    }

    fn requeue_line(
        &mut self,
        referral: ReferralId,
        row: &ReferralRow,
        line: &MessageLine,
        recipient: &AgencyId,
        private: &Private,
    ) -> Result<Requeued, Code> {
        let (given_up_at, reason) = match status_to(line, recipient).ok_or(Code::UnknownRecipient)? {
            Status::GivenUp(at, reason) => (*at, reason),
            Status::Taken(_) => return Ok(Requeued::Taken),
            Status::Refused(..) => return Err(Code::NumberClosed),
            Status::Waiting => {
                self.dial_soon(recipient);
                return Ok(Requeued::Waits);
            }
        };
        if let Some(Refused::Code(code)) = self.refusal() {
            return Err(code);
        }
        // An opening waits for nothing but its recipient.
        let undeliverable = self.undeliverable(recipient, Some(row));
        if let Some(code) = undeliverable.filter(|code| *code != Code::OpeningNotDelivered || line.number > 1)
        {
            return Err(code);
        }
        let is_settled = |later: &MessageLine| {
            later.sender == line.sender
                && later.number > line.number
                && matches!(status_to(later, recipient), Some(Status::Taken(_) | Status::Refused(..)))
        };
        if row.messages.iter().any(is_settled) {
            return Err(Code::NumberClosed);
        }
        let mut draft = Draft::new(&self.scribe, Kind::Requeued);
        draft.shared.message = Some(line.message);
        draft.shared.referral = Some(referral);
        draft.shared.envelope = Some(line.digest);
        draft.shared.number = line.number;
        draft.shared.recipients = vec![recipient.clone()];
        draft.shared.reason.clone_from(reason);
        // Whoever reads of the giving-up in an answer reads a durable record.
        draft.shared.answers = Some(self.reader.nodes().node(0, given_up_at).map_err(|_| Code::QueueFull)?);
        draft.private = private.clone();
        let position = self.record(draft).ok_or(Code::Internal)?;
        self.has_requeued(recipient, referral, !row.urgent, line.position);
        Ok(Requeued::Now(position))
    }

    /// Nothing more goes to that agency before the record is durable; then the message goes at its old place.
    fn has_requeued(&mut self, recipient: &AgencyId, referral: ReferralId, routine: bool, position: u64) {
        let next = self.next();
        let key = QueueKey { recipient: recipient.clone(), routine, position };
        let bytes = match self.staged.queued(&key) {
            Ok(waits) => waits.map_or(0, |row| usize::try_from(row.bytes).unwrap_or(usize::MAX)),
            Err(error) => return self.fail(error),
        };
        if let Some(peer) = self.peers.get_mut(recipient) {
            peer.closed_below = next;
            peer.outbound.requeue(Queued { position, urgent: !routine, bytes, referral, load: None });
        }
        self.dial_soon(recipient);
    }

    fn dial_soon(&mut self, recipient: &AgencyId) {
        let now = self.elapsed();
        if let Some(peer) = self.peers.get_mut(recipient) {
            peer.outbound.retry(now);
        }
    }

    fn failed(&mut self, error: &rogatory_index::StoreError) -> Code {
        self.fail(error);
        Code::Internal
    }
}
