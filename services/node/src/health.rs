//! The health of each service by the standard protocol (`grpc.health.v1`), as the condition of the node has it.
//!
//! Owns which condition ends which service. A service that a listener does not have is unknown there.

use rogatory_wire::pb::admin::v1::admin_server::AdminServer;
use rogatory_wire::pb::casework::v1::casework_server::CaseworkServer;
use rogatory_wire::pb::exchange::v1::exchange_server::ExchangeServer;
use tokio::sync::watch;
use tonic::server::NamedService;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use crate::admin::AdminService;
use crate::casework::CaseworkService;
use crate::condition::{Condition, State};
use crate::exchange::ExchangeService;
use crate::server::Door;

/// The node as a whole.
const NODE: &str = "";
const CASEWORK: &str = <CaseworkServer<CaseworkService> as NamedService>::NAME;
const ADMIN: &str = <AdminServer<AdminService> as NamedService>::NAME;
const EXCHANGE: &str = <ExchangeServer<ExchangeService> as NamedService>::NAME;

/// The health of the services of one listener.
pub(crate) struct Health {
    reporter: HealthReporter,
    services: &'static [&'static str],
    condition: watch::Receiver<Condition>,
    /// What was told last.
    told: Condition,
}

impl Health {
    /// Tells the present condition, so that nobody asks before it is known.
    pub(crate) async fn begin(
        door: Door,
        reporter: HealthReporter,
        mut condition: watch::Receiver<Condition>,
    ) -> Self {
        let services: &[_] = match door {
            Door::Peers => &[NODE, EXCHANGE],
            Door::Clients => &[NODE, CASEWORK, ADMIN],
            Door::Shared => &[NODE, EXCHANGE, CASEWORK, ADMIN],
        };
        let told = condition.borrow_and_update().clone();
        for service in services {
            reporter.set_service_status(service, status_of(service, &told)).await;
        }
        Self { reporter, services, condition, told }
    }

    /// Tells each change until the node closes; then whoever watches is let go, since a stream would hold the node.
    pub(crate) async fn keep(mut self, mut closing: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                _ = closing.wait_for(|closed| *closed) => break,
                changed = self.condition.changed() => if changed.is_err() { break },
            }
            let now = self.condition.borrow_and_update().clone();
            self.tell(now).await;
        }
        for service in self.services {
            self.reporter.clear_service_status(service).await;
        }
    }

    /// A status that stays is not told again.
    async fn tell(&mut self, now: Condition) {
        for service in self.services {
            let status = status_of(service, &now);
            if status != status_of(service, &self.told) {
                self.reporter.set_service_status(service, status).await;
            }
        }
        self.told = now;
    }
}

/// Work of the agency and of peers is taken by a node that serves; an operator is answered as long as the node lives.
fn status_of(service: &str, condition: &Condition) -> ServingStatus {
    let lives = !condition.is_dead && !condition.is_in(State::Draining);
    let serves = match service {
        CASEWORK | EXCHANGE => condition.serves(),
        _ => lives,
    };
    if serves { ServingStatus::Serving } else { ServingStatus::NotServing }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::{Reason, Room};

    #[test]
    fn work_is_taken_by_a_node_that_serves_and_operators_are_answered_by_one_that_lives() {
        let full = Reason::Full(Room { free_bytes: None, reserve_bytes: 1 });
        let of = |reasons: &[&Reason], is_dead| {
            let condition = Condition::of(reasons.iter().copied().cloned().collect(), is_dead);
            [CASEWORK, EXCHANGE, ADMIN, NODE]
                .map(|name| status_of(name, &condition) == ServingStatus::Serving)
        };
        assert_eq!(of(&[], false), [true; 4]);
        for reason in [&full, &Reason::Held, &Reason::NotDurable, &Reason::NoAnswer, &Reason::Starting] {
            assert_eq!(of(&[reason], false), [false, false, true, true], "{reason:?}");
        }
        assert_eq!(of(&[&Reason::Draining], false), [false; 4]);
        assert_eq!(of(&[&Reason::NoAnswer], true), [false; 4]);
    }
}
