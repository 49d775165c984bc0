//! Addresses from which somebody is expected: those the roster's endpoints have, and those from which somebody of an
//! agency was authenticated. They get places in the handshake that strangers cannot take; an address proves nothing else.

use std::collections::{HashMap, HashSet, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use rogatory_domain::AgencyId;

use crate::half_open::network_of;

/// Addresses remembered of one agency, so that none fills the memory with its own.
const LEARNED_COUNT_MAX: usize = 8;

/// The addresses known at one node.
#[derive(Debug, Default)]
pub struct KnownAddresses(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    named: HashSet<IpAddr>,
    learned: HashMap<AgencyId, VecDeque<IpAddr>>,
}

impl KnownAddresses {
    /// Replaces the addresses that the roster's endpoints have.
    pub fn name(&self, addresses: impl IntoIterator<Item = IpAddr>) {
        self.lock().named = addresses.into_iter().map(network_of).collect();
    }

    /// Somebody of `agency` was authenticated from `address`.
    pub(crate) fn learn(&self, agency: &AgencyId, address: IpAddr) {
        let address = network_of(address);
        let mut known = self.lock();
        let learned = known.learned.entry(agency.clone()).or_default();
        learned.retain(|earlier| *earlier != address);
        learned.push_back(address);
        if learned.len() > LEARNED_COUNT_MAX {
            learned.pop_front();
        }
    }

    /// Whether somebody is expected from `address`.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        let address = network_of(address);
        let known = self.lock();
        known.named.contains(&address) || known.learned.values().any(|learned| learned.contains(&address))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agency_is_remembered_by_its_latest_addresses() {
        let known = KnownAddresses::default();
        let address = |n: u8| IpAddr::from([192, 0, 2, n]);
        let agency = "fr-jirs".parse().unwrap();
        known.name([address(200)]);
        for n in 0..=u8::try_from(LEARNED_COUNT_MAX).unwrap() {
            known.learn(&agency, address(n));
        }
        assert!(known.contains(address(200)) && known.contains(address(1)) && !known.contains(address(0)));
        known.name([]);
        assert!(!known.contains(address(200)) && known.contains(address(1)));
    }
}
