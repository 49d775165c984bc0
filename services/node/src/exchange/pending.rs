//! What waits on a link to be sent, in bounds: a peer that reads nothing fills no memory with what it is answered.
//!
//! Owns the counts, which the engine's orders raise and the sending half lowers. It must not know what is sent.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rogatory_engine::link::LinkFault;
use tokio::sync::Notify;

use super::out_of_turn;

/// Answers that wait for a peer to read them, before it is read no further itself.
const ANSWERS_COUNT_MAX: usize = 64;

/// What was ordered on a link and has not left.
#[derive(Default)]
pub(super) struct Pending {
    /// Answers to frames of the peer.
    answers: AtomicUsize,
    /// Told each time one of them has left.
    has_left: Notify,
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

    /// An answer was ordered.
    pub(super) fn answered(&self) {
        self.answers.fetch_add(1, Ordering::AcqRel);
    }

    /// An answer has left.
    pub(super) fn answer_has_left(&self) {
        self.answers.fetch_sub(1, Ordering::AcqRel);
        self.has_left.notify_one();
    }

    /// Waits until the peer has read what it was answered: one that sends and reads nothing is read no further.
    pub(super) async fn room(&self) {
        loop {
            let has_left = self.has_left.notified();
            if self.answers.load(Ordering::Acquire) < ANSWERS_COUNT_MAX {
                return;
            }
            has_left.await;
        }
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
    use futures_util::FutureExt as _;
    use rogatory_domain::refusal::Code;

    use super::*;

    #[test]
    fn a_peer_that_does_not_read_its_answers_is_read_no_further_until_it_does() {
        let pending = Pending::default();
        (1..ANSWERS_COUNT_MAX).for_each(|_| pending.answered());
        assert!(pending.room().now_or_never().is_some());
        pending.answered();
        let mut waits = Box::pin(pending.room());
        assert!(waits.as_mut().now_or_never().is_none());
        pending.answer_has_left();
        assert!(waits.now_or_never().is_some());
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
