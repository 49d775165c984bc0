//! Which faults of peers are put on the record: a peer that is refused again and again buys one record a period.
//!
//! It must not write records; bounded by the members of the roster and the codes of the catalogue.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use rogatory_domain::id::AgencyId;
use rogatory_domain::refusal::{Blame, Code};
use rogatory_evidence::Kind;

/// Time in which one fault of one peer is recorded once.
const PERIOD: SignedDuration = SignedDuration::from_mins(1);

/// When which fault of which peer was recorded last.
#[derive(Default)]
pub(super) struct Faults(Mutex<HashMap<(AgencyId, Code), Timestamp>>);

impl Faults {
    /// The kind of record a fault deserves now, if any: what this node itself is to blame for deserves none.
    pub(super) fn record_of(&self, peer: &AgencyId, code: Code, now: Timestamp) -> Option<Kind> {
        if matches!(code.refusal().blame, Blame::Node | Blame::Operator) {
            return None;
        }
        let mut last = self.0.lock();
        let before = last.get(&(peer.clone(), code));
        if before.is_some_and(|before| now.duration_since(*before).abs() < PERIOD) {
            return None;
        }
        last.insert((peer.clone(), code), now);
        Some(if code == Code::HeadInconsistent { Kind::ForkSeen } else { Kind::Denied })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_recorded_once_a_period_for_each_peer_and_code() {
        let faults = Faults::default();
        let [fr, nl]: [AgencyId; 2] = ["fr-jirs", "nl-om"].map(|id| id.parse().unwrap());
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(faults.record_of(&fr, Code::DigestMismatch, at(0)), Some(Kind::Denied));
        assert_eq!(faults.record_of(&fr, Code::DigestMismatch, at(59)), None);
        assert_eq!(faults.record_of(&nl, Code::DigestMismatch, at(59)), Some(Kind::Denied));
        assert_eq!(faults.record_of(&fr, Code::HeadInconsistent, at(59)), Some(Kind::ForkSeen));
        assert_eq!(faults.record_of(&fr, Code::DigestMismatch, at(60)), Some(Kind::Denied));
    }

    #[test]
    fn what_this_node_is_to_blame_for_is_no_fault_of_a_peer() {
        let peer = "fr-jirs".parse().unwrap();
        assert_eq!(Faults::default().record_of(&peer, Code::Draining, Timestamp::UNIX_EPOCH), None);
    }
}
