//! Receipts of a peer: each must answer a record SENT of this ledger, and settles one delivery. What the peer cannot take yet
//! stays unsettled.

use rogatory_domain::id::{AgencyId, MessageId};
use rogatory_domain::refusal::Code;
use rogatory_evidence::{Kind, Proven};
use rogatory_exchange::Session;
use rogatory_index::{MessageRow, Status};
use rogatory_tlog::NodeReader;

use super::{Engine, WaitingFor};
use crate::input::Outcome;
use crate::link::ReceivedReceipts;

impl Engine {
    /// Takes a batch of receipts as one record, if any of them is new.
    pub(super) fn receipted(&mut self, peer: &AgencyId, session: Session, received: ReceivedReceipts) {
        if !self.is_current(peer, session) {
            return;
        }
        let answered = received.receipts.iter().filter_map(|receipt| receipt.shared.message);
        let answered: Vec<MessageId> = answered.chain(received.not_held).collect();
        let mut settled = Vec::with_capacity(received.receipts.len());
        let mut news = false;
        for receipt in received.receipts {
            match self.answered(&receipt) {
                Ok(sent) => {
                    news |= self.is_news(peer, &receipt, &sent);
                    settled.push((sent.position, receipt));
                }
                Err(Some(code)) => return self.hang_up(peer, session, code),
                Err(None) => return,
            }
        }
        if news {
            self.append(received.held.into_iter().collect());
        }
        if let Some(state) = self.peers.get_mut(peer) {
            answered.into_iter().for_each(|message| state.asking.answered(message));
        }
        self.postpone(peer, received.not_yet);
        let now = self.elapsed();
        for (position, receipt) in settled {
            if let Some(state) = self.peers.get_mut(peer) {
                state.outbound.receipted(position, now);
            }
            let shared = &receipt.shared;
            let refused_opening = shared.referral.filter(|referral| {
                let is_opening = shared.message.is_some_and(|id| id.as_uuid() == referral.as_uuid());
                shared.kind == Kind::Refused && is_opening
            });
            if let Some(referral) = refused_opening {
                self.give_up_followers(peer, referral);
            }
            if news {
                self.tell_listeners(receipt);
            }
        }
        self.pump();
    }

    /// The message a receipt answers: ours, with this digest, under this very record.
    fn answered(&mut self, receipt: &Proven) -> Result<MessageRow, Option<Code>> {
        let message = receipt.shared.message.ok_or(Some(Code::WrongProofKind))?;
        let own = self.own().clone();
        let sent = match self.staged.message(&own, message) {
            Ok(sent) => sent.ok_or(Some(Code::UnknownMessage))?,
            Err(error) => {
                self.fail(error);
                return Err(None);
            }
        };
        let leaf = self.reader.nodes().node(0, sent.position).map_err(|_| Some(Code::WrongProofKind))?;
        receipt.attests_receipt(&sent.digest, &leaf).map_err(|_| Some(Code::WrongProofKind))?;
        Ok(sent)
    }

    fn is_news(&mut self, peer: &AgencyId, receipt: &Proven, sent: &MessageRow) -> bool {
        let row = match self.staged.referral(sent.referral) {
            Ok(row) => row,
            Err(error) => {
                self.fail(error);
                return false;
            }
        };
        let lines = row.iter().flat_map(|row| &row.messages);
        let line = lines
            .into_iter()
            .find(|line| Some(line.message) == receipt.shared.message && line.sender == *self.own());
        let delivery = line.and_then(|line| line.deliveries.iter().find(|d| d.recipient == *peer));
        delivery.is_some_and(|delivery| matches!(delivery.status, Status::Waiting | Status::GivenUp(..)))
    }

    fn tell_listeners(&mut self, receipt: Proven) {
        let Some(message) = receipt.shared.message else { return };
        let Some(listeners) = self.listeners.get_mut(&message) else { return };
        listeners.retain(|listener| listener.sink.is_open());
        let listeners = listeners.clone();
        let refused = receipt.shared.kind == Kind::Refused;
        for listener in listeners {
            let outcome = Outcome::Receipt {
                message,
                recipient: receipt.shared.agency.clone(),
                position: receipt.index,
                node_time: receipt.shared.node_time,
                refusal: refused.then(|| receipt.shared.reason.clone()),
            };
            self.wait(WaitingFor::Outcome(listener, outcome));
        }
        self.forget_settled(message);
    }

    /// Listeners of a message go when its last recipient has answered.
    pub(super) fn forget_settled(&mut self, message: MessageId) {
        let own = self.own().clone();
        let waiting = self
            .staged
            .message(&own, message)
            .ok()
            .flatten()
            .and_then(|sent| self.staged.referral(sent.referral).ok().flatten())
            .is_some_and(|row| {
                let line = row.messages.iter().find(|line| line.message == message && line.sender == own);
                line.is_some_and(|line| line.deliveries.iter().any(|d| d.status == Status::Waiting))
            });
        if !waiting {
            self.listeners.remove(&message);
        }
    }
}
