//! Shares: what one caller may have at once. A partner agency has one share for each role, whatever certificates it
//! issues; of the own people each certificate's holder has one. What one share has taken is missing to no other.
//!
//! It must not know what is called; the gate asks for what a call needs.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use parking_lot::Mutex;
use rogatory_domain::AgencyId;
use rogatory_tls::PeerIdentity;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::holder::Holder;

/// Shares that are remembered before those at rest are forgotten. The roster bounds those of partners, what the own
/// authority issued those of the own people.
const SHARES_COUNT: usize = 4_096;

/// How much one share holds.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// Calls over time.
    pub rate: Quota,
    /// Calls under way, streams among them.
    pub calls: usize,
    /// Bytes of messages that are being received, and as many of answers that wait to be read.
    pub bytes: usize,
}

/// Calls that are counted apart, so that a flood of one kind leaves the other open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Lane {
    /// Most calls.
    Ordinary,
    /// The few small calls by which people and machines see how the node is.
    Vital,
}

/// What one share has left.
pub(super) struct Share {
    rate: DefaultDirectRateLimiter,
    calls: Arc<Semaphore>,
    received: Arc<Semaphore>,
    answered: Arc<Semaphore>,
    bytes: usize,
}

impl Share {
    fn new(allowance: &Allowance) -> Self {
        let permits = |number: usize| Arc::new(Semaphore::new(number.min(Semaphore::MAX_PERMITS)));
        Self {
            rate: RateLimiter::direct(allowance.rate),
            calls: permits(allowance.calls),
            received: permits(allowance.bytes),
            answered: permits(allowance.bytes),
            bytes: allowance.bytes,
        }
    }

    /// Counts a call; the error is the time to wait.
    pub(super) fn pace(&self) -> Result<(), Duration> {
        self.rate.check().map_err(|until| until.wait_time_from(DefaultClock::default().now()))
    }

    /// Room for one call.
    pub(super) fn call(&self) -> Option<OwnedSemaphorePermit> {
        self.calls.clone().try_acquire_owned().ok()
    }

    /// Room for bytes that are received, once there is some.
    pub(super) fn receive(&self, bytes: usize) -> impl Future<Output = Option<OwnedSemaphorePermit>> + use<> {
        let (received, permits) = (self.received.clone(), self.permits(bytes));
        async move { received.acquire_many_owned(permits).await.ok() }
    }

    /// Room for the bytes of an answer.
    pub(super) fn answer(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        self.answered.clone().try_acquire_many_owned(self.permits(bytes)).ok()
    }

    /// What is more than the whole share takes the whole share.
    fn permits(&self, bytes: usize) -> u32 {
        u32::try_from(bytes.min(self.bytes)).unwrap_or(u32::MAX)
    }
}

/// Every share of a node.
pub(super) struct Shares {
    own: AgencyId,
    ordinary: Allowance,
    vital: Allowance,
    all: Mutex<HashMap<(Holder, Lane), Arc<Share>>>,
}

impl Shares {
    /// The shares at the node of `own`.
    pub(super) fn new(own: AgencyId, ordinary: Allowance, vital: Allowance) -> Self {
        Self { own, ordinary, vital, all: Mutex::default() }
    }

    /// The share of a certificate's holder.
    pub(super) fn of(&self, identity: &PeerIdentity, lane: Lane) -> Arc<Share> {
        let holder = Holder::of(identity, &self.own);
        let mut all = self.all.lock();
        if all.len() >= SHARES_COUNT {
            all.retain(|_, share| Arc::strong_count(share) > 1);
        }
        let allowance = if lane == Lane::Vital { &self.vital } else { &self.ordinary };
        all.entry((holder, lane)).or_insert_with(|| Arc::new(Share::new(allowance))).clone()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use rogatory_tls::Role;

    use super::*;

    fn holder(agency: &str, role: Role, name: &str) -> PeerIdentity {
        PeerIdentity {
            agency: agency.parse().unwrap(),
            federation: "demo.rogatory.example".parse().unwrap(),
            role,
            name: name.to_owned(),
            spiffe_id: format!("spiffe://{agency}/{role}/{name}"),
            fingerprint: [0; 32],
            serial: String::new(),
            not_after: Timestamp::UNIX_EPOCH,
        }
    }

    fn shares(calls: usize) -> Shares {
        let rate = Quota::per_second(1.try_into().unwrap());
        let allowance = Allowance { rate, calls, bytes: 100 };
        Shares::new("nl-om".parse().unwrap(), allowance, allowance)
    }

    #[test]
    fn certificates_that_a_partner_mints_share_what_one_has() {
        let shares = shares(1);
        let call = |name| shares.of(&holder("fr-jirs", Role::Node, name), Lane::Ordinary);
        let held = call("a").call().unwrap();
        assert!(call("b").call().is_none(), "the agency has used up its share");
        assert!(call("a").pace().is_ok());
        assert!(call("c").pace().is_err(), "and its rate");
        drop(held);
        assert!(call("d").call().is_some());
    }

    #[test]
    fn nobody_takes_anything_of_another_partner_role_or_own_client() {
        let shares = shares(1);
        let others = [
            holder("fr-jirs", Role::Node, "a"),
            holder("fr-jirs", Role::CaseSystem, "a"),
            holder("de-gsta", Role::Node, "a"),
            holder("nl-om", Role::CaseSystem, "a"),
            holder("nl-om", Role::CaseSystem, "b"),
            holder("nl-om", Role::Operator, "a"),
        ];
        let held = others.iter().map(|other| shares.of(other, Lane::Ordinary).call());
        assert!(held.collect::<Vec<_>>().iter().all(Option::is_some));
    }

    #[test]
    fn vital_calls_have_room_where_others_have_none() {
        let shares = shares(1);
        let operator = holder("nl-om", Role::Operator, "ops");
        let held = shares.of(&operator, Lane::Ordinary).call();
        assert!(held.is_some() && shares.of(&operator, Lane::Ordinary).call().is_none());
        assert!(shares.of(&operator, Lane::Vital).call().is_some());
    }

    #[test]
    fn answers_that_nobody_reads_use_up_their_own_bytes_only() {
        let share = shares(1).of(&holder("nl-om", Role::CaseSystem, "a"), Lane::Ordinary);
        let held = share.answer(80).unwrap();
        assert!(share.answer(30).is_none());
        drop(held);
        assert!(share.answer(30).is_some());
    }
}
