//! Published checkpoints: heads that are served and offered to every peer, and the offers of peers that go on the record.
//!
//! Owns when a head is published and how often an offered one is recorded. Delivery must never wait for either.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use rogatory_domain::id::AgencyId;
use rogatory_evidence::{Head as PeerHead, Kind, Shared, pb};
use rogatory_exchange::Session;
use rogatory_ledger::Head;

use super::Engine;
use crate::input::ToLink;
use crate::scribe::Draft;

/// Shortest time between two published checkpoints.
const BUSY_PERIOD: Duration = Duration::from_secs(1);

/// Time after which a head is published whose records are housekeeping alone.
const QUIET_PERIOD: Duration = Duration::from_secs(600);

/// Shortest time between two records of one peer's offers. Only the newest offer counts: it extends those before it.
const RECORD_PERIOD: Duration = Duration::from_secs(10);

/// A published checkpoint.
#[derive(Clone, Debug)]
pub struct Published {
    /// The signed head.
    pub head: Head,
    /// Node time of its publication.
    pub at: Timestamp,
}

/// What decides when a head is published.
#[derive(Default)]
pub(super) struct Publisher {
    newest: Option<Published>,
    /// Elapsed time at which the newest was published.
    published: Duration,
    /// Size from which the newest business record is covered.
    business: u64,
}

/// The newest offer of a peer that is not on the record yet, and when the last one was recorded.
#[derive(Default)]
pub(super) struct Offers {
    newest: Option<PeerHead>,
    /// Elapsed time of the last record.
    recorded: Option<Duration>,
}

impl Offers {
    /// What a peer must extend: the head on the record, or a newer one that still waits for its time.
    pub(super) fn newest_held(&self, recorded: Option<PeerHead>) -> Option<PeerHead> {
        self.newest.clone().into_iter().chain(recorded).max_by_key(|head| head.size)
    }

    fn is_due(&self, elapsed: Duration) -> bool {
        self.recorded.is_none_or(|at| elapsed.saturating_sub(at) >= RECORD_PERIOD)
    }
}

impl Publisher {
    /// Sees a record at its position.
    pub(super) fn saw(&mut self, shared: &Shared, position: u64) {
        if shared.is_business() {
            self.business = position + 1;
        }
    }

    /// Publishes the head if it is due by elapsed time; `now` is the node time it then carries.
    fn publish(&mut self, head: &Head, elapsed: Duration, now: Timestamp) -> bool {
        let due = head.note.is_some()
            && self.newest.as_ref().is_none_or(|newest| {
                let news = self.business > newest.head.size;
                let period = if news { BUSY_PERIOD } else { QUIET_PERIOD };
                head.size > newest.head.size && elapsed.saturating_sub(self.published) >= period
            });
        if due {
            self.published = elapsed;
            self.newest = Some(Published { head: head.clone(), at: now });
        }
        due
    }
}

impl Engine {
    /// The newest published checkpoint; `None` until the first head is signed.
    pub fn published(&self) -> Option<&Published> {
        self.publisher.newest.as_ref()
    }

    /// Publishes the newest durable head when that is due, and offers it on every link.
    pub(super) fn publish(&mut self) {
        let (elapsed, now) = (self.elapsed(), self.now());
        if !self.publisher.publish(&self.head, elapsed, now) {
            return;
        }
        let links: Vec<(AgencyId, Session)> =
            self.peers.iter().map(|(agency, peer)| (agency.clone(), peer.session)).collect();
        for (agency, session) in links {
            let head = self.head.clone();
            self.tell(&agency, session, ToLink::Checkpoint(head));
        }
    }

    /// A peer showed a head that extends what it showed before.
    pub(super) fn offered(&mut self, peer: &AgencyId, session: Session, head: PeerHead) {
        if !self.is_current(peer, session) {
            return;
        }
        if let Some(state) = self.peers.get_mut(peer) {
            state.offers.newest = Some(head);
        }
        self.record_offer(peer);
    }

    /// Records the offers that had to wait for their time.
    pub(super) fn record_offers(&mut self) {
        let waiting: Vec<AgencyId> = self
            .peers
            .iter()
            .filter(|(_, peer)| peer.offers.newest.is_some())
            .map(|(agency, _)| agency.clone())
            .collect();
        waiting.iter().for_each(|agency| self.record_offer(agency));
    }

    fn record_offer(&mut self, agency: &AgencyId) {
        // The room that is left on a full disk is for what people do.
        if self.disk_full {
            return;
        }
        let now = self.elapsed();
        let Some(state) = self.peers.get_mut(agency).filter(|peer| peer.offers.is_due(now)) else { return };
        let Some(head) = state.offers.newest.take() else { return };
        let held = match self.staged.peer(agency) {
            Ok(row) => row.map_or(0, |row| row.size),
            Err(error) => return self.fail(error),
        };
        // Messages and receipts bring newer heads; what they put on the record need not be recorded again.
        if head.size <= held {
            return;
        }
        state.offers.recorded = Some(now);
        let note = head.note.clone();
        let batch =
            pb::ProofBatch { note, proof: Vec::new(), openings: Vec::new(), contradicts: Bytes::new() };
        let mut draft = Draft::new(&self.scribe, Kind::HeadHeld);
        draft.proofs = Some((batch, head, Vec::new()));
        self.record(draft);
    }
}

#[cfg(test)]
mod tests {
    use rogatory_evidence::{Instance, Kind, Origin};
    use rogatory_tlog::Hash;

    use super::*;

    fn publishes(publisher: &mut Publisher, head: &Head, at_ms: u64) -> bool {
        publisher.publish(head, Duration::from_millis(at_ms), Timestamp::UNIX_EPOCH)
    }

    fn head(size: u64, signed: bool) -> Head {
        Head { size, root: Hash([1; 32]), note: signed.then(|| "a note".into()) }
    }

    fn record(kind: Kind) -> Shared {
        let origin = Origin {
            federation: "test.example".parse().unwrap(),
            agency: "nl-om".parse().unwrap(),
            instance: Instance::new("0190a0a0-0000-7000-8000-000000000001".parse().unwrap()),
        };
        Shared::new(&origin, kind, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_head_with_business_is_published_once_a_second_and_one_without_after_ten_minutes() {
        let mut publisher = Publisher::default();
        assert!(!publishes(&mut publisher, &head(1, false), 0), "what is not signed is not published");
        assert!(publishes(&mut publisher, &head(1, true), 0), "the first signed head is");
        assert!(
            !publishes(&mut publisher, &head(1, true), 1_000_000),
            "the same head is not published again"
        );

        publisher.saw(&record(Kind::Sent), 1);
        assert!(!publishes(&mut publisher, &head(2, true), 999));
        assert!(publishes(&mut publisher, &head(2, true), 1_000));

        publisher.saw(&record(Kind::HeadHeld), 2);
        assert!(!publishes(&mut publisher, &head(3, true), 600_000), "housekeeping causes no offer");
        publisher.saw(&record(Kind::Taken), 3);
        assert!(publishes(&mut publisher, &head(4, true), 600_000), "business does");
        publisher.saw(&record(Kind::HeadHeld), 4);
        assert!(!publishes(&mut publisher, &head(5, true), 1_199_000));
        assert!(publishes(&mut publisher, &head(5, true), 1_200_000), "ten minutes after the last one");
    }
}
