//! What a sender asks its peer about: messages it gave up, which the peer may have taken over all the same while its receipts
//! were lost.
//!
//! Owns which page comes next and when it counts as answered. One page is open at a time, so memory is flat however much was
//! given up. An answer is final: what was given up is not sent any more, and nothing that was on its way overtakes a question.

use std::collections::BTreeSet;

use rogatory_domain::id::MessageId;

/// Most messages in one question.
pub const QUESTION_COUNT_MAX: usize = 256;

/// The questions to one peer.
#[derive(Debug, Default)]
pub struct Asking {
    /// Everything given up by a record up to this position was answered for.
    answered: u64,
    /// The last record of the page that is open.
    page: u64,
    open: BTreeSet<MessageId>,
    has_more: bool,
}

impl Asking {
    /// A link stands, or something was given up while one does: there may be more to ask about.
    pub fn more(&mut self) {
        self.has_more = true;
    }

    /// The link was lost; what was not answered is asked again on the next.
    pub fn lost(&mut self) {
        self.open.clear();
    }

    /// Position of the record after which the next page begins, if one is to be asked now.
    pub fn wants(&self) -> Option<u64> {
        (self.has_more && self.open.is_empty()).then_some(self.answered)
    }

    /// A page is asked: at most [`QUESTION_COUNT_MAX`] records by position, with their messages. A shorter one is the last.
    pub fn asked(&mut self, page: &[(u64, MessageId)]) {
        self.has_more = page.len() >= QUESTION_COUNT_MAX;
        self.page = page.last().map_or(self.page, |(position, _)| *position);
        self.open = page.iter().map(|(_, message)| *message).collect();
    }

    /// The peer answered for a message: by a receipt, or that it holds nothing of it. What was not asked changes nothing.
    pub fn answered(&mut self, message: MessageId) {
        if self.open.remove(&message) && self.open.is_empty() {
            self.answered = self.page;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u64) -> MessageId {
        format!("0190a0a0-0000-7000-8000-{number:012}").parse().unwrap()
    }

    fn page(positions: std::ops::Range<u64>) -> Vec<(u64, MessageId)> {
        positions.map(|position| (position, id(position))).collect()
    }

    #[test]
    fn pages_follow_each_other_and_each_waits_for_every_answer_to_the_one_before() {
        let full = QUESTION_COUNT_MAX as u64;
        let mut asking = Asking::default();
        assert_eq!(asking.wants(), None, "nothing is asked before a link stands");
        asking.more();
        assert_eq!(asking.wants(), Some(0));
        asking.asked(&page(1..full + 1));
        assert_eq!(asking.wants(), None);
        (1..full).for_each(|number| asking.answered(id(number)));
        asking.answered(id(9_999));
        assert_eq!(asking.wants(), None, "one answer is missing");
        asking.answered(id(full));
        assert_eq!(asking.wants(), Some(full));
        asking.asked(&page(full + 1..full + 3));
        (full + 1..full + 3).for_each(|number| asking.answered(id(number)));
        assert_eq!(asking.wants(), None, "a page that is not full is the last");
        asking.more();
        assert_eq!(asking.wants(), Some(full + 2), "what was answered is not asked again");
    }

    #[test]
    fn what_was_not_answered_before_a_link_was_lost_is_asked_again() {
        let mut asking = Asking::default();
        asking.more();
        asking.asked(&page(1..4));
        asking.answered(id(1));
        asking.lost();
        asking.more();
        assert_eq!(asking.wants(), Some(0));
    }

    #[test]
    fn an_empty_page_is_the_end() {
        let mut asking = Asking::default();
        asking.more();
        asking.asked(&[]);
        assert_eq!(asking.wants(), None);
    }
}
