//! Referrals of which a peer's event came before the opening: how many each peer has made since the node started.
//!
//! Owns the bound. It must not look at a row: what stands in the index from before the start is no longer counted, and a peer that
//! invents referrals pays for each start.

use std::collections::HashMap;

use rogatory_domain::id::{AgencyId, ReferralId};
use rogatory_domain::limits::UNOPENED_OF_EACH_PEER;

/// Referrals that wait for their opening, by who made them known.
#[derive(Debug, Default)]
pub(super) struct Unopened {
    by: HashMap<ReferralId, AgencyId>,
    counts: HashMap<AgencyId, usize>,
}

impl Unopened {
    /// Whether a peer may make one more known.
    pub(super) fn has_room(&self, peer: &AgencyId) -> bool {
        self.counts.get(peer).is_none_or(|count| *count < UNOPENED_OF_EACH_PEER)
    }

    /// A peer's event came first.
    pub(super) fn note(&mut self, referral: ReferralId, peer: &AgencyId) {
        if self.by.insert(referral, peer.clone()).is_none() {
            *self.counts.entry(peer.clone()).or_default() += 1;
        }
    }

    /// The opening is here.
    pub(super) fn opened(&mut self, referral: ReferralId) {
        let Some(peer) = self.by.remove(&referral) else { return };
        if let Some(count) = self.counts.get_mut(&peer) {
            *count = count.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: usize) -> ReferralId {
        format!("0190a0a0-0000-7000-8000-{number:012x}").parse().unwrap()
    }

    #[test]
    fn each_peer_has_its_own_room_which_an_opening_gives_back() {
        let [one, other]: [AgencyId; 2] = ["fr-jirs", "nl-om"].map(|name| name.parse().unwrap());
        let mut unopened = Unopened::default();
        for number in 0..UNOPENED_OF_EACH_PEER {
            assert!(unopened.has_room(&one), "{number}");
            unopened.note(id(number), &one);
            unopened.note(id(number), &one);
        }
        assert!(!unopened.has_room(&one) && unopened.has_room(&other));
        unopened.opened(id(UNOPENED_OF_EACH_PEER));
        assert!(!unopened.has_room(&one), "one that nobody waited for");
        unopened.opened(id(3));
        unopened.opened(id(3));
        assert!(unopened.has_room(&one));
        unopened.note(id(3), &other);
        unopened.note(id(UNOPENED_OF_EACH_PEER), &one);
        assert!(!unopened.has_room(&one));
    }
}
