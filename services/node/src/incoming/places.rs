//! Who may have how many connections at one listener. Places are divided among the own people, by role, and the partner
//! agencies, one share each, so that nobody takes a place of anybody else, however many names an authority mints.
//!
//! It must not know whether a connection is sound.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::clock::DefaultClock;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use metrics::gauge;
use parking_lot::Mutex;
use rogatory_domain::AgencyId;
use rogatory_tls::{PeerIdentity, Role};

use crate::metrics_names::CONNECTIONS;

/// Places that the own operators have to themselves, and as many the own auditors.
pub const OWN_KEPT: usize = 32;

/// Places of one partner, if there are places for that many partners.
const PARTNER_PLACES_MAX: usize = 16;

/// Places that every partner has, however many there are. A node needs one; a second one while a lost one is noticed.
const PARTNER_PLACES_MIN: usize = 2;

/// Connections that one group may make at once after a pause, and in a second from then on. Every connection costs a
/// handshake, so who connects again and again is turned away before it costs more.
const BURST: NonZeroU32 = NonZeroU32::new(64).expect("64 is not zero");
const PER_SECOND: NonZeroU32 = NonZeroU32::new(16).expect("16 is not zero");

/// Whose places a connection takes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Group {
    /// The own people of one role.
    Own(Role),
    /// Another agency, whatever its certificates say.
    Partner(AgencyId),
}

/// How many places each group has at one listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shares {
    /// Own case systems, all together.
    case_systems: usize,
    /// Each own name.
    each_name: usize,
    /// Each partner.
    partner: usize,
}

impl Shares {
    /// Divides `total` places at a listener that serves own clients, the nodes of `partners` other agencies, or both.
    /// One own name has `each_name` of them. What is kept for operators and auditors comes on top.
    #[must_use]
    pub fn of(total: usize, each_name: usize, serves_clients: bool, partners: usize) -> Self {
        let for_partners = match (serves_clients, partners) {
            (_, 0) => 0,
            (true, _) => total / 2,
            (false, _) => total,
        };
        let partner = for_partners.checked_div(partners).unwrap_or_default();
        Self {
            case_systems: if serves_clients { total - for_partners } else { PARTNER_PLACES_MAX.min(total) },
            each_name,
            partner: partner.clamp(PARTNER_PLACES_MIN, PARTNER_PLACES_MAX),
        }
    }

    fn of_group(&self, group: &Group) -> usize {
        match group {
            Group::Own(Role::Operator | Role::Auditor) => OWN_KEPT,
            Group::Own(Role::CaseSystem) => self.case_systems,
            Group::Own(Role::Node) => PARTNER_PLACES_MIN,
            Group::Partner(_) => self.partner,
        }
    }
}

/// The connections that stand at one listener, counted.
pub struct Places {
    own: AgencyId,
    shares: Shares,
    rates: RateLimiter<Group, DefaultKeyedStateStore<Group>, DefaultClock>,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    groups: HashMap<Group, usize>,
    own_names: HashMap<String, usize>,
}

/// One connection's place; given back on drop.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    group: Group,
    own_name: Option<String>,
}

impl Places {
    /// The places of a listener of the node of `own`.
    #[must_use]
    pub fn new(own: AgencyId, shares: Shares) -> Self {
        let quota = Quota::per_second(PER_SECOND).allow_burst(BURST);
        Self { own, shares, rates: RateLimiter::keyed(quota), taken: Mutex::default() }
    }

    pub(super) fn take(places: &Arc<Self>, identity: &PeerIdentity) -> Option<Place> {
        let is_own = identity.agency == places.own;
        let group = if is_own { Group::Own(identity.role) } else { Group::Partner(identity.agency.clone()) };
        // Own case systems are trusted not to connect without end; their number bounds them.
        if group != Group::Own(Role::CaseSystem) && places.rates.check_key(&group).is_err() {
            return None;
        }
        let own_name = is_own.then(|| identity.spiffe_id.clone());
        let mut taken = places.taken.lock();
        let of_group = taken.groups.get(&group).copied().unwrap_or_default();
        let of_name =
            own_name.as_ref().and_then(|name| taken.own_names.get(name)).copied().unwrap_or_default();
        if of_group >= places.shares.of_group(&group) || of_name >= places.shares.each_name {
            return None;
        }
        taken.groups.insert(group.clone(), of_group + 1);
        if let Some(name) = &own_name {
            taken.own_names.insert(name.clone(), of_name + 1);
        }
        gauge!(CONNECTIONS).increment(1);
        Some(Place { places: places.clone(), group, own_name })
    }
}

impl std::fmt::Debug for Places {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Places").field("shares", &self.shares).finish_non_exhaustive()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock();
        give_back(&mut taken.groups, &self.group);
        if let Some(name) = &self.own_name {
            give_back(&mut taken.own_names, name);
        }
        gauge!(CONNECTIONS).decrement(1);
    }
}

fn give_back<K: std::hash::Hash + Eq>(taken: &mut HashMap<K, usize>, key: &K) {
    if let Some(count) = taken.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            taken.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(id: &str) -> PeerIdentity {
        let (agency, path) = id.split_once('/').unwrap();
        let role = match path.split('/').next().unwrap() {
            "node" => Role::Node,
            "operator" => Role::Operator,
            "case-system" => Role::CaseSystem,
            _ => Role::Auditor,
        };
        PeerIdentity {
            agency: agency.parse().unwrap(),
            federation: "test.example".parse().unwrap(),
            role,
            name: path.to_owned(),
            spiffe_id: id.to_owned(),
            fingerprint: [0; 32],
            serial: String::new(),
            not_after: jiff::Timestamp::MAX,
        }
    }

    fn places(shares: Shares) -> Arc<Places> {
        Arc::new(Places::new("nl-om".parse().unwrap(), shares))
    }

    #[test]
    fn an_agency_that_mints_names_takes_its_own_share_only() {
        let places = places(Shares { case_systems: 4, each_name: 2, partner: 3 });
        let take = |id: &str| Places::take(&places, &identity(id));
        let minted: Vec<_> = (0..9).filter_map(|n| take(&format!("fr-jirs/case-system/x{n}"))).collect();
        assert_eq!(minted.len(), 3);
        assert!(take("fr-jirs/node").is_none(), "it is the same agency");
        let others = [take("be-fed/node"), take("nl-om/operator/x"), take("nl-om/auditor/x")];
        assert!(others.iter().all(Option::is_some), "nobody else feels it");
        drop((minted, others));
        let taken = places.taken.lock();
        assert!(taken.groups.is_empty() && taken.own_names.is_empty());
    }

    #[test]
    fn own_case_systems_leave_room_for_each_other_and_for_operators() {
        let places = places(Shares { case_systems: 4, each_name: 2, partner: 3 });
        let take = |id: &str| Places::take(&places, &identity(id));
        let one = [take("nl-om/case-system/a"), take("nl-om/case-system/a")];
        assert!(one.iter().all(Option::is_some) && take("nl-om/case-system/a").is_none());
        let other = [take("nl-om/case-system/b"), take("nl-om/case-system/c")];
        assert!(other.iter().all(Option::is_some) && take("nl-om/case-system/d").is_none());
        assert!(take("nl-om/operator/x").is_some());
    }

    #[test]
    fn a_partner_that_connects_again_and_again_is_turned_away() {
        let places = places(Shares { case_systems: 4, each_name: 2, partner: 3 });
        let passed = (0..1_000).filter(|_| Places::take(&places, &identity("fr-jirs/node")).is_some());
        assert!(passed.count() < 500);
        assert!(Places::take(&places, &identity("be-fed/node")).is_some());
    }

    #[test]
    fn every_partner_of_a_large_roster_has_places() {
        assert_eq!(Shares::of(64, 8, false, 2_000).partner, PARTNER_PLACES_MIN);
        assert_eq!(Shares::of(64, 8, true, 4).partner, 8);
        assert_eq!(Shares::of(64, 8, true, 0).case_systems, 64);
    }
}
