//! Gauges: what the node holds and how its links stand, looked at once a second for whoever collects metrics.
//!
//! Owns the period. It must not slow the engine: a look takes what is counted already.

use std::sync::Arc;
use std::time::Duration;

use metrics::{counter, gauge};
use rogatory_domain::refusal::Code;
use rogatory_engine::Engine;
use rogatory_index::PartnerRow;
use tokio::sync::watch;

use crate::desk::Desk;
use crate::exchange::Stage;
use crate::metrics_names as names;

/// Time between two looks.
const PERIOD: Duration = Duration::from_secs(1);

struct Seen {
    inbox: u64,
    records: u64,
    lag: u64,
    held: bool,
    links: Vec<(String, bool, usize)>,
    given_up: Vec<(String, &'static str, u64)>,
    partners: Vec<(String, PartnerRow)>,
}

/// Sets the gauges until the node closes.
pub(crate) async fn keep(desk: Arc<Desk>, mut closing: watch::Receiver<bool>) {
    begin(&desk);
    loop {
        let Ok(seen) = desk.glance(look).await else { return };
        gauge!(names::ENGINE_BACKLOG).set(double(desk.engine.backlog() as u64));
        set(&seen);
        if tokio::time::timeout(PERIOD, closing.wait_for(|closed| *closed)).await.is_ok() {
            return;
        }
    }
}

/// Counters stand at 0 before anything happens: a rate over the first event would else miss it.
fn begin(desk: &Desk) {
    for code in Code::all() {
        counter!(names::REFUSALS, "code" => code.refusal().id).increment(0);
    }
    for member in desk.roster.members.iter().filter(|member| member.id != *desk.own()) {
        for stage in Stage::ALL {
            let peer = member.id.to_string();
            counter!(names::LINK_FAULTS, "peer" => peer, "stage" => stage.label()).increment(0);
        }
        for code in [Code::DeliveryExpired, Code::RecipientLeft, Code::OpeningNotDelivered] {
            let (peer, code) = (member.id.to_string(), code.refusal().id);
            counter!(names::GIVEN_UP, "peer" => peer, "code" => code).increment(0);
        }
    }
}

fn look(engine: &mut Engine) -> Seen {
    let totals = engine.staged().totals();
    Seen {
        inbox: totals.arrivals.saturating_sub(totals.handed_over),
        records: engine.durable_size(),
        lag: engine.durable_size().saturating_sub(engine.indexed()),
        held: engine.head().note.is_none(),
        links: engine.links().map(|(a, l)| (a.to_string(), l.label == "connected", l.in_flight)).collect(),
        partners: engine.staged().partners().iter().map(|(a, row)| (a.to_string(), row.clone())).collect(),
        given_up: engine.given_up().map(|(peer, code, n)| (peer.to_string(), code.refusal().id, n)).collect(),
    }
}

fn set(seen: &Seen) {
    gauge!(names::INBOX).set(double(seen.inbox));
    gauge!(names::LEDGER_RECORDS).set(double(seen.records));
    gauge!(names::INDEX_LAG).set(double(seen.lag));
    gauge!(names::LEDGER_HELD).set(double(u64::from(seen.held)));
    for (peer, code, count) in &seen.given_up {
        counter!(names::GIVEN_UP, "peer" => peer.clone(), "code" => *code).absolute(*count);
    }
    for (peer, row) in &seen.partners {
        for (lane, waiting) in [("urgent", row.waiting_urgent), ("routine", row.waiting_routine)] {
            gauge!(names::QUEUE_WAITING, "peer" => peer.clone(), "lane" => lane).set(double(waiting));
        }
        let forks = row.fork.as_ref().map_or(0, |fork| fork.count);
        gauge!(names::FORKS, "peer" => peer.clone()).set(double(forks));
    }
    for (peer, up, in_flight) in &seen.links {
        gauge!(names::LINK_UP, "peer" => peer.clone()).set(double(u64::from(*up)));
        gauge!(names::QUEUE_IN_FLIGHT, "peer" => peer.clone()).set(double(*in_flight as u64));
    }
}

#[expect(clippy::cast_precision_loss, reason = "a gauge beyond 2^53 may lose its last digit")]
fn double(count: u64) -> f64 {
    count as f64
}
