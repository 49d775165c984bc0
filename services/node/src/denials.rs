//! Counts of denied calls: the first few of one name and method in a period have a record each, the others are summed
//! up. What an authenticated caller repeats buys it a number, never a record or a line each time.
//!
//! Bounded by the agencies of the roster. It must not write records.

use std::collections::{BTreeMap, HashMap};

use parking_lot::Mutex;
use rogatory_domain::AgencyId;
use rogatory_domain::refusal::Code;

use crate::gate::Denial;

/// Denials of one name, method and code in a period that have a record each.
const RECORDS_COUNT: u64 = 3;

/// Names, methods and codes of one agency that are told apart in one period; the others are one.
const KINDS_COUNT: usize = 64;

/// What was denied: the SPIFFE id that called, the method and the code; `None` stands for all others of the agency.
type Denied = Option<(String, &'static str, Code)>;

/// What becomes of one denial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noted {
    /// The first of its kind in this period: it has a record and a line.
    First,
    /// One of the first few: it has a record.
    Early,
    /// It is counted.
    Counted,
}

/// Denials of one kind that were counted and not recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeniedCalls {
    /// Agency that called.
    pub(crate) agency: AgencyId,
    /// Name, method and code; `None` for kinds beyond those told apart.
    pub(crate) denied: Denied,
    /// How many.
    pub(crate) count: u64,
}

/// The denials of the period under way.
#[derive(Debug, Default)]
pub(crate) struct Denials(Mutex<HashMap<AgencyId, BTreeMap<Denied, u64>>>);

impl Denials {
    /// Counts one.
    pub(crate) fn note(&self, denial: &Denial) -> Noted {
        let mut agencies = self.0.lock();
        let kinds = agencies.entry(denial.identity.agency.clone()).or_default();
        let kind = Some((denial.identity.spiffe_id.clone(), denial.method, denial.code));
        let is_told_apart = kinds.len() < KINDS_COUNT || kinds.contains_key(&kind);
        let count = kinds.entry(if is_told_apart { kind } else { None }).or_default();
        *count += 1;
        match *count {
            1 => Noted::First,
            count if count <= RECORDS_COUNT => Noted::Early,
            _ => Noted::Counted,
        }
    }

    /// Ends the period: what was counted in it and has no record.
    pub(crate) fn collect(&self) -> Vec<DeniedCalls> {
        let agencies = std::mem::take(&mut *self.0.lock());
        let summaries = agencies.into_iter().flat_map(|(agency, kinds)| {
            kinds.into_iter().map(move |(denied, count)| DeniedCalls {
                agency: agency.clone(),
                denied,
                count: count.saturating_sub(RECORDS_COUNT),
            })
        });
        summaries.filter(|summary| summary.count > 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;
    use rogatory_tls::{PeerIdentity, Role};

    use super::*;

    fn denial(agency: &str, name: &str, method: &'static str) -> Denial {
        let identity = PeerIdentity {
            agency: agency.parse().unwrap(),
            federation: "demo.rogatory.example".parse().unwrap(),
            role: Role::Node,
            name: name.to_owned(),
            spiffe_id: format!("spiffe://{agency}/node/{name}"),
            fingerprint: [0; 32],
            serial: String::new(),
            not_after: Timestamp::UNIX_EPOCH,
        };
        let remote = "192.0.2.1:1".parse().unwrap();
        Denial { identity: Arc::new(identity), remote, method, code: Code::RoleNotAllowed }
    }

    #[test]
    fn a_caller_that_is_denied_again_and_again_has_a_few_records_and_one_summary() {
        let denials = Denials::default();
        let noted: Vec<_> = (0..1_000).map(|_| denials.note(&denial("fr-jirs", "a", "/m"))).collect();
        assert_eq!(noted[..4], [Noted::First, Noted::Early, Noted::Early, Noted::Counted]);
        let summaries = denials.collect();
        assert_eq!(summaries.len(), 1);
        assert_eq!(summaries[0].count, 997);
        assert!(denials.collect().is_empty(), "each denial is summed up once");
        assert_eq!(denials.note(&denial("fr-jirs", "a", "/m")), Noted::First, "a new period");
    }

    #[test]
    fn names_that_an_agency_mints_have_a_bounded_number_of_records_and_summaries() {
        let denials = Denials::default();
        let names = (0..10_000).map(|name| denial("fr-jirs", &name.to_string(), "/m"));
        let recorded = names.filter(|denial| denials.note(denial) != Noted::Counted).count();
        assert!(recorded <= KINDS_COUNT + 3, "{recorded}");
        assert_eq!(
            denials.note(&denial("de-gsta", "a", "/m")),
            Noted::First,
            "another agency is not concerned"
        );
        let summaries = denials.collect();
        assert_eq!(summaries.iter().map(|summary| summary.count).sum::<u64>(), 10_000 - recorded as u64);
    }
}
