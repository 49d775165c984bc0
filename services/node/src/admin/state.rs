//! The state of the node as an operator sees it: one answer that needs neither the disk nor an engine that answers.
//!
//! Owns what the answer holds. It must not judge the condition; the observation does.

use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use rogatory_domain::id::AgencyId;
use rogatory_engine::Engine;
use rogatory_wire::instant;
use rogatory_wire::pb::admin::v1 as pb;
use tokio::time::timeout;

use super::values;
use crate::desk::{Desk, Rejection};
use crate::observation::Waits;

/// Time for which the engine and the index are waited for. An operator has to see the state of a node that hangs, so the
/// answer then leaves without what they would have said.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the engine has counted.
#[derive(Default)]
struct Counted {
    ledger_size: u64,
    head: String,
    indexed: u64,
    waiting: u64,
    inbox: u64,
    peers: usize,
    peers_connected: usize,
}

/// Answers Status.
pub(super) async fn status(desk: &Desk) -> Result<pb::StatusResponse, Rejection> {
    let counted = match timeout(PATIENCE, desk.glance(count)).await {
        Ok(counted) => counted?,
        Err(_) => Counted::default(),
    };
    let waits = match timeout(PATIENCE, desk.read(Waits::read)).await {
        Ok(waits) => waits?,
        Err(_) => Waits::default(),
    };
    let (condition, room) = (desk.conditions.now(), desk.conditions.room());
    let longest = waits.longest();
    let origin = desk.scribe.origin();
    Ok(pb::StatusResponse {
        agency: origin.agency.to_string(),
        federation: origin.federation.to_string(),
        instance: origin.instance.to_string(),
        ledger_size: counted.ledger_size,
        head: counted.head,
        indexed: counted.indexed,
        waiting: counted.waiting,
        inbox: counted.inbox,
        state: values::state(condition.state()).into(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_time: Some(instant::to_pb(desk.started)),
        unchecked_agencies: unchecked(desk),
        shut_out_agencies: shut_out(desk),
        reasons: condition
            .reasons
            .iter()
            .map(|reason| pb::StateReason {
                state: values::state(reason.state()).into(),
                text: reason.to_string(),
            })
            .collect(),
        peers: u32::try_from(counted.peers).unwrap_or(u32::MAX),
        peers_connected: u32::try_from(counted.peers_connected).unwrap_or(u32::MAX),
        oldest_time: longest.map(|(_, at)| instant::to_pb(at)),
        oldest_recipient: longest.map(|(agency, _)| agency.to_string()).unwrap_or_default(),
        disk_free_bytes: room.and_then(|room| room.free_bytes).unwrap_or(0),
        disk_reserve_bytes: room.map_or(0, |room| room.reserve_bytes),
        roster_version: desk.roster().version(),
        consumers: waits.consumers.into_iter().map(lag).collect(),
        ends: ends(desk),
        unread_records: desk.unread.load(Ordering::Relaxed),
    })
}

fn count(engine: &mut Engine) -> Counted {
    let totals = engine.staged().totals();
    let note = engine.head().note.as_ref();
    Counted {
        ledger_size: engine.durable_size(),
        head: note.map(|note| String::from_utf8_lossy(note).into_owned()).unwrap_or_default(),
        indexed: engine.indexed(),
        waiting: totals.waiting,
        inbox: totals.arrivals.saturating_sub(totals.handed_over),
        peers: engine.links().count(),
        peers_connected: engine.links().filter(|(_, link)| link.label == "connected").count(),
    }
}

fn lag(lag: crate::observation::Lag) -> pb::ConsumerLag {
    pb::ConsumerLag {
        consumer: lag.name,
        unacknowledged: lag.unacknowledged,
        last_time: Some(instant::to_pb(lag.last)),
    }
}

fn ends(desk: &Desk) -> Vec<pb::CertificateEnd> {
    let mut ends = desk.endings.all();
    ends.sort_by_key(|(_, _, at)| *at);
    ends.into_iter()
        .map(|(agency, ending, at)| pb::CertificateEnd {
            own: agency == *desk.own(),
            agency: agency.to_string(),
            kind: values::ending(ending).into(),
            end_time: Some(instant::to_pb(at)),
        })
        .collect()
}

fn unchecked(desk: &Desk) -> Vec<pb::UncheckedAgency> {
    let declared = desk.unchecked();
    let line = |(agency, since): (&AgencyId, Timestamp)| pb::UncheckedAgency {
        agency: agency.to_string(),
        since_time: Some(instant::to_pb(since)),
    };
    declared.iter().map(line).collect()
}

fn shut_out(desk: &Desk) -> Vec<pb::ShutOutAgency> {
    let line = |(agency, cause): (AgencyId, String)| pb::ShutOutAgency { agency: agency.to_string(), cause };
    desk.endings.not_believed().into_iter().map(line).collect()
}
