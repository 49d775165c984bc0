//! Which faults of peers are put on the record: a peer that is refused again and again buys one record a period.
//!
//! It must not write records; bounded by the members of the roster and the codes of the catalogue.

use std::collections::HashMap;
use std::time::Duration;

use parking_lot::Mutex;
use rogatory_domain::id::AgencyId;
use rogatory_domain::refusal::{Blame, Code};
use rogatory_evidence::Kind;

/// Time in which the records of one fault of one peer are counted.
const PERIOD: Duration = Duration::from_secs(60);

/// Records of one fault in that time. Forks have more: a false one must not keep a true one from the record.
const fn records_max(code: Code) -> u32 {
    if matches!(code, Code::HeadInconsistent) { 10 } else { 1 }
}

/// Elapsed time at which the counting of which fault of which peer began, and how many were recorded since.
#[derive(Default)]
pub(super) struct Faults(Mutex<HashMap<(AgencyId, Code), (Duration, u32)>>);

impl Faults {
    /// The kind of record a fault deserves now, if any: what this node itself is to blame for deserves none.
    pub(super) fn record_of(&self, peer: &AgencyId, code: Code, now: Duration) -> Option<Kind> {
        if matches!(code.refusal().blame, Blame::Node | Blame::Operator) {
            return None;
        }
        let mut counts = self.0.lock();
        let (since, count) = counts.entry((peer.clone(), code)).or_insert((now, 0));
        if now.saturating_sub(*since) >= PERIOD {
            (*since, *count) = (now, 0);
        }
        if *count == records_max(code) {
            return None;
        }
        *count += 1;
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
        let at = |second| Duration::from_secs(second);
        assert_eq!(faults.record_of(&fr, Code::DigestMismatch, at(0)), Some(Kind::Denied));
        assert_eq!(faults.record_of(&fr, Code::DigestMismatch, at(59)), None);
        assert_eq!(faults.record_of(&nl, Code::DigestMismatch, at(59)), Some(Kind::Denied));
        assert_eq!(faults.record_of(&fr, Code::HeadInconsistent, at(59)), Some(Kind::ForkSeen));
        assert_eq!(faults.record_of(&fr, Code::DigestMismatch, at(60)), Some(Kind::Denied));
    }

    #[test]
    fn a_fork_is_recorded_though_another_was_just_before() {
        let (faults, peer) = (Faults::default(), "nl-om".parse().unwrap());
        let forks = (0..20).filter_map(|_| faults.record_of(&peer, Code::HeadInconsistent, Duration::ZERO));
        assert_eq!(forks.count(), 10, "and yet they are bounded");
    }

    #[test]
    fn what_this_node_is_to_blame_for_is_no_fault_of_a_peer() {
        let peer = "fr-jirs".parse().unwrap();
        assert_eq!(Faults::default().record_of(&peer, Code::Draining, Duration::ZERO), None);
    }
}
