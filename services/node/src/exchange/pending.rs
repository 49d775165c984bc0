//! What waits on a link to be sent, in bounds: a peer that reads nothing fills no memory with what it is answered.
//!
//! Owns the counts, which the engine's orders raise and the sending half lowers. It must not know what is sent.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rogatory_engine::link::LinkFault;
use rogatory_exchange::outbound::WINDOW_COUNT_MAX;

use super::out_of_turn;

/// Envelopes whose answers may wait for a peer to read them: four times the window in which a sender has envelopes under way, so
/// that only one comes so far that reads no answers. It is hung up on and not made to wait: two nodes that each waited for the
/// other to read would wait for ever.
const UNREAD_COUNT_MAX: usize = 4 * WINDOW_COUNT_MAX;

/// What was ordered on a link and has not left.
#[derive(Default)]
pub(super) struct Pending {
    /// Envelopes of the peer that are answered, as far as the answers have not left.
    unread: AtomicUsize,
    /// A checkpoint; one waits at most.
    checkpoint: AtomicBool,
    /// A question of the peer that is not answered yet; one at most.
    question: AtomicBool,
}

impl Pending {
    /// The peer asks. A small frame that calls for a large one comes in turn only.
    ///
    /// # Errors
    /// When the question before is not answered yet.
    pub(super) fn asked(&self) -> Result<(), LinkFault> {
        if self.question.swap(true, Ordering::AcqRel) { Err(out_of_turn()) } else { Ok(()) }
    }

    /// The answer to the peer's question is about to leave.
    pub(super) fn question_is_answered(&self) {
        self.question.store(false, Ordering::Release);
    }

    /// An answer to so many envelopes was ordered.
    pub(super) fn answered(&self, envelopes: usize) {
        self.unread.fetch_add(envelopes, Ordering::AcqRel);
    }

    /// An answer to so many envelopes has left.
    pub(super) fn answer_has_left(&self, envelopes: usize) {
        self.unread.fetch_sub(envelopes, Ordering::AcqRel);
    }

    /// Whether the peer reads what it is answered.
    ///
    /// # Errors
    /// When it sends more than its window and leaves the answers unread.
    pub(super) fn is_read(&self) -> Result<(), LinkFault> {
        if self.unread.load(Ordering::Acquire) > UNREAD_COUNT_MAX { Err(out_of_turn()) } else { Ok(()) }
    }

    /// A checkpoint was ordered; whether none waits before it.
    pub(super) fn is_first_checkpoint(&self) -> bool {
        !self.checkpoint.swap(true, Ordering::AcqRel)
    }

    /// The checkpoint that waits is about to leave.
    pub(super) fn checkpoint_leaves(&self) {
        self.checkpoint.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use rogatory_domain::refusal::Code;

    use super::*;

    #[test]
    fn a_peer_that_leaves_more_than_its_window_unread_is_out_of_turn() {
        let pending = Pending::default();
        (0..16).for_each(|_| pending.answered(UNREAD_COUNT_MAX / 16));
        assert_eq!(pending.is_read(), Ok(()));
        pending.answered(1);
        assert_eq!(pending.is_read(), Err(LinkFault::Refused(Code::MalformedMessage)));
        pending.answer_has_left(UNREAD_COUNT_MAX / 16);
        assert_eq!(pending.is_read(), Ok(()));
    }

    #[test]
    fn a_peer_that_asks_before_it_is_answered_is_out_of_turn() {
        let pending = Pending::default();
        assert_eq!(pending.asked(), Ok(()));
        assert_eq!(pending.asked(), Err(LinkFault::Refused(Code::MalformedMessage)));
        pending.question_is_answered();
        assert_eq!(pending.asked(), Ok(()));
    }
}
