//! Questions: what became of messages that were given up and may have been taken over all the same.
//!
//! Owns both sides of them. A question closes no number, so what was given up may still be put back in the queue; an answer
//! of the stored receipt wins over the giving-up.

use rogatory_domain::id::{AgencyId, MessageId};
use rogatory_exchange::Session;
use rogatory_exchange::asking::QUESTION_COUNT_MAX;
use rogatory_index::GivenUpKey;

use super::{Engine, WaitingFor};
use crate::input::ToLink;
use crate::link::{ReceiptRef, Reply};

impl Engine {
    /// Asks a peer whose link stands about the next page of what was given up to it.
    pub(super) fn ask(&mut self, agency: &AgencyId) {
        let Some(position) = self.peers.get(agency).and_then(|state| state.asking.wants()) else { return };
        let after = GivenUpKey { recipient: agency.clone(), position };
        let rows = match self.staged.given_up_after(&after, QUESTION_COUNT_MAX) {
            Ok(rows) => rows,
            Err(error) => return self.fail(error),
        };
        let page: Vec<_> = rows.into_iter().map(|(key, row)| (key.position, row.message)).collect();
        let Some(state) = self.peers.get_mut(agency) else { return };
        state.asking.asked(&page);
        let session = state.session;
        if !page.is_empty() {
            let messages = page.into_iter().map(|(_, message)| message).collect();
            self.tell(agency, session, ToLink::Question(messages));
        }
    }

    /// A peer asks what became of messages it gave up: the stored receipts, and of which there is none.
    pub(super) fn asked(&mut self, peer: AgencyId, session: Session, messages: Vec<MessageId>) {
        if !self.is_current(&peer, session) {
            return;
        }
        let mut reply = Reply { to_question: true, ..Reply::default() };
        for message in messages {
            match self.staged.message(&peer, message) {
                Ok(Some(known)) => reply.refs.push(ReceiptRef { position: known.position, opening: None }),
                Ok(None) => reply.not_held.push(message),
                Err(error) => return self.fail(error),
            }
        }
        self.reply(peer, session, reply);
    }

    /// Answers a peer once every receipt is durable.
    pub(super) fn reply(&mut self, peer: AgencyId, session: Session, reply: Reply) {
        let size = reply.refs.iter().map(|receipt| receipt.position + 1).max().unwrap_or(0);
        self.wait_for(size, WaitingFor::Receipts(peer, session, reply));
    }
}
