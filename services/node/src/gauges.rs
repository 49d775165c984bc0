//! The gauges and the counters that are read off: the condition, what the node holds, how its links stand.
//!
//! Owns which value goes where, and that counters stand at 0 before anything happens. It must not find anything out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

use jiff::Timestamp;
use metrics::{counter, gauge};
use metrics_process::Collector;
use rogatory_domain::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_engine::Engine;
use rogatory_evidence::RosterChange;
use rogatory_index::PartnerRow;
use rogatory_tls::{HandshakeRefusal, KeyExchange};

use crate::condition::{Condition, Room, State};
use crate::desk::Desk;
use crate::exchange::Stage;
use crate::metrics_names as names;
use crate::observation::Waits;
use crate::permission::{PERMISSIONS, UNKNOWN_METHOD};

/// What the engine has counted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) durable: u64,
    pub(crate) next: u64,
    pub(crate) is_held: bool,
    pub(crate) refuses: Option<Code>,
    pub(crate) inbox: u64,
    pub(crate) lag: u64,
    pub(crate) links: Vec<(String, bool, usize)>,
    pub(crate) given_up: Vec<(String, &'static str, u64)>,
    pub(crate) partners: BTreeMap<String, PartnerRow>,
    pub(crate) postponed: Vec<(String, usize)>,
    pub(crate) not_yets: Vec<(String, &'static str, u64)>,
}

/// Codes under which a delivery is given up.
const GIVEN_UP_CODES: [Code; 8] = [
    Code::DeliveryExpired,
    Code::RecipientLeft,
    Code::RecipientLedgerReplaced,
    Code::OpeningNotDelivered,
    Code::ContentErased,
    Code::MessageTooLarge,
    Code::Unsendable,
    Code::ReferralFull,
];

/// Codes under which an envelope is not taken yet that are known before it happens.
const NOT_YET_CODES: [Code; 5] =
    [Code::LaterFormat, Code::LaterInstrument, Code::LaterEdition, Code::LaterEvent, Code::RosterBehind];

/// Counters stand at 0 before anything happens: a rate over the first event would else miss it.
pub(crate) fn begin(desk: &Desk) {
    let methods = PERMISSIONS.iter().map(|row| row.method).chain([UNKNOWN_METHOD]);
    for method in methods {
        for code in Code::all() {
            counter!(names::REFUSALS, "method" => method, "code" => code.refusal().id).increment(0);
        }
    }
    for exchange in KeyExchange::ALL {
        counter!(names::HANDSHAKES, "key_exchange" => exchange.as_str()).increment(0);
    }
    for reason in HandshakeRefusal::LABELS {
        counter!(names::HANDSHAKES_REFUSED, "reason" => reason).increment(0);
    }
    counter!(names::CONNECTIONS_CLOSED).increment(0);
    counter!(names::LOG_LINES_LOST).increment(0);
    gauge!(names::CONNECTIONS).increment(0.0);
    let roster = desk.roster();
    roster
        .members()
        .iter()
        .filter(|member| member.id != *desk.own())
        .for_each(|member| begin_peer(&member.id));
    let (version, roster) = (env!("CARGO_PKG_VERSION"), roster.version().to_string());
    gauge!(names::BUILD_INFO, "version" => version, "roster_version" => roster).set(1.0);
}

/// The counters of one peer.
fn begin_peer(peer: &AgencyId) {
    for stage in Stage::ALL {
        counter!(names::LINK_FAULTS, "peer" => peer.to_string(), "stage" => stage.label()).increment(0);
    }
    for code in GIVEN_UP_CODES.map(|code| code.refusal().id) {
        counter!(names::GIVEN_UP, "peer" => peer.to_string(), "code" => code).increment(0);
    }
    for code in NOT_YET_CODES.map(|code| code.refusal().id) {
        counter!(names::NOT_YET_TOLD, "peer" => peer.to_string(), "code" => code).increment(0);
    }
}

/// Shows another roster: the counters of who came with it, and nothing that goes on with who left.
pub(crate) fn set_roster(before: u64, change: &RosterChange) {
    for (roster, stands) in [(before, 0.0), (change.version, 1.0)] {
        let (version, roster) = (env!("CARGO_PKG_VERSION"), roster.to_string());
        gauge!(names::BUILD_INFO, "version" => version, "roster_version" => roster).set(stands);
    }
    change.came.iter().for_each(begin_peer);
    for peer in &change.left {
        gauge!(names::NOT_YET, "peer" => peer.to_string()).set(0.0);
        gauge!(names::LINK_UP, "peer" => peer.to_string()).set(0.0);
        gauge!(names::QUEUE_IN_FLIGHT, "peer" => peer.to_string()).set(0.0);
    }
}

/// Takes what is counted.
pub(crate) fn look(engine: &mut Engine) -> Seen {
    let totals = engine.staged().totals();
    Seen {
        durable: engine.durable_size(),
        next: engine.next(),
        is_held: engine.head().note.is_none(),
        refuses: engine.refuses(),
        inbox: totals.arrivals.saturating_sub(totals.handed_over),
        lag: engine.durable_size().saturating_sub(engine.indexed()),
        links: engine.links().map(|(a, l)| (a.to_string(), l.label == "connected", l.in_flight)).collect(),
        partners: engine.staged().partners().iter().map(|(a, row)| (a.to_string(), row.clone())).collect(),
        given_up: engine.given_up().map(|(peer, code, n)| (peer.to_string(), code.refusal().id, n)).collect(),
        postponed: engine.postponed_counts().map(|(peer, count)| (peer.to_string(), count)).collect(),
        not_yets: engine
            .not_yets_told()
            .map(|(peer, code, n)| (peer.to_string(), code.refusal().id, n))
            .collect(),
    }
}

/// Shows the condition and the room on the volume.
pub(crate) fn set_condition(condition: &Condition, room: Room) {
    for state in State::ALL {
        gauge!(names::NODE_STATE, "state" => state.label()).set(one_if(condition.is_in(state)));
    }
    // A volume that does not tell has nothing free that could be counted on.
    gauge!(names::DISK_FREE).set(double(room.free_bytes.unwrap_or(0)));
    gauge!(names::DISK_RESERVE).set(double(room.reserve_bytes));
}

/// Shows whether the guard follows the ledger.
pub(crate) fn set_guard(lags: bool) {
    gauge!(names::GUARD_LAGS).set(one_if(lags));
}

/// Shows what the engine has counted, and the last contact with each peer.
pub(crate) fn set(desk: &Desk, seen: &Seen) {
    gauge!(names::ENGINE_BACKLOG).set(double(desk.engine.backlog() as u64));
    gauge!(names::INBOX).set(double(seen.inbox));
    counter!(names::LEDGER_RECORDS).absolute(seen.durable);
    gauge!(names::LEDGER_UNREAD).set(double(desk.unread.load(Ordering::Relaxed)));
    gauge!(names::INDEX_LAG).set(double(seen.lag));
    for (peer, code, count) in &seen.given_up {
        counter!(names::GIVEN_UP, "peer" => peer.clone(), "code" => *code).absolute(*count);
    }
    for (peer, count) in &seen.postponed {
        gauge!(names::NOT_YET, "peer" => peer.clone()).set(double(*count as u64));
    }
    for (peer, code, count) in &seen.not_yets {
        counter!(names::NOT_YET_TOLD, "peer" => peer.clone(), "code" => *code).absolute(*count);
    }
    for (peer, up, in_flight) in &seen.links {
        gauge!(names::LINK_UP, "peer" => peer.clone()).set(one_if(*up));
        gauge!(names::QUEUE_IN_FLIGHT, "peer" => peer.clone()).set(double(*in_flight as u64));
        if !seen.partners.contains_key(peer) {
            set_partner(peer, &PartnerRow::default());
        }
    }
    for (peer, row) in &seen.partners {
        set_partner(peer, row);
        // An agency that left the roster is not among the known ones at the start.
        let code = Code::RecipientLeft.refusal().id;
        counter!(names::GIVEN_UP, "peer" => peer.clone(), "code" => code).absolute(0);
    }
    for (peer, at) in desk.standings.last_contacts() {
        gauge!(names::LAST_CONTACT, "peer" => peer.to_string()).set(seconds(at));
    }
}

fn set_partner(peer: &str, row: &PartnerRow) {
    for (lane, waiting) in [("urgent", row.waiting_urgent), ("routine", row.waiting_routine)] {
        gauge!(names::QUEUE_WAITING, "peer" => peer.to_owned(), "lane" => lane).set(double(waiting));
    }
    let forks = row.fork.as_ref().map_or(0, |fork| fork.count);
    gauge!(names::FORKS, "peer" => peer.to_owned()).set(double(forks));
}

/// The series that may lose their subject, so that none keeps its last value for ever.
#[derive(Debug, Default)]
pub(crate) struct Known {
    peers: BTreeSet<String>,
    consumers: BTreeSet<String>,
}

impl Known {
    /// Knows the peers of a roster from the start.
    pub(crate) fn of(desk: &Desk) -> Self {
        let roster = desk.roster();
        let others = roster.members().iter().filter(|member| member.id != *desk.own());
        Self { peers: others.map(|member| member.id.to_string()).collect(), consumers: BTreeSet::new() }
    }

    /// Shows what waits and who is behind; whoever has nothing to show any more stands at 0.
    pub(crate) fn set(&mut self, waits: &Waits, now: Timestamp) {
        let oldest: BTreeMap<&str, Timestamp> =
            waits.oldest.iter().map(|(id, at)| (id.as_str(), *at)).collect();
        self.peers.extend(oldest.keys().map(ToString::to_string));
        for peer in &self.peers {
            let at = oldest.get(peer.as_str());
            let age = at.map_or(0.0, |at| now.duration_since(*at).as_secs_f64().max(0.0));
            gauge!(names::QUEUE_OLDEST, "peer" => peer.clone()).set(age);
        }
        let lags: BTreeMap<&str, u64> =
            waits.consumers.iter().map(|lag| (lag.name.as_str(), lag.unacknowledged)).collect();
        self.consumers.extend(lags.keys().map(ToString::to_string));
        for name in &self.consumers {
            let behind = lags.get(name.as_str()).copied().unwrap_or(0);
            gauge!(names::CONSUMER_LAG, "consumer" => name.clone()).set(double(behind));
        }
    }
}

/// Shows what the process uses, which is read from files of the system.
pub(crate) async fn set_process() {
    let _ = tokio::task::spawn_blocking(|| Collector::default().collect()).await;
}

fn one_if(is_so: bool) -> f64 {
    if is_so { 1.0 } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "seconds since the epoch fit a double exactly")]
fn seconds(at: Timestamp) -> f64 {
    at.as_second() as f64
}

#[expect(clippy::cast_precision_loss, reason = "a gauge beyond 2^53 may lose its last digit")]
fn double(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use metrics_exporter_prometheus::PrometheusBuilder;

    use super::*;
    use crate::condition::Reason;
    use crate::observation::Lag;

    #[test]
    fn a_consumer_that_was_removed_and_a_peer_that_nothing_waits_for_stand_at_0() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let shown = |waits: &Waits, known: &mut Known| {
            metrics::with_local_recorder(&recorder, || {
                known.set(waits, Timestamp::from_second(100).unwrap());
            });
            recorder.handle().render()
        };
        let lag = Lag { name: "desk".to_owned(), unacknowledged: 7, last: Timestamp::UNIX_EPOCH };
        let oldest = [("nl-om".parse().unwrap(), Timestamp::from_second(40).unwrap())].into();
        let mut known = Known::default();
        let page = shown(&Waits { oldest, consumers: vec![lag] }, &mut known);
        assert!(page.contains("rogatory_consumer_unacknowledged{consumer=\"desk\"} 7\n"), "{page}");
        assert!(page.contains("rogatory_queue_oldest_age_seconds{peer=\"nl-om\"} 60\n"), "{page}");
        let page = shown(&Waits::default(), &mut known);
        assert!(page.contains("rogatory_consumer_unacknowledged{consumer=\"desk\"} 0\n"), "{page}");
        assert!(page.contains("rogatory_queue_oldest_age_seconds{peer=\"nl-om\"} 0\n"), "{page}");
    }

    #[test]
    fn each_state_is_a_series_and_a_volume_that_does_not_tell_has_nothing_free() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let room = Room { free_bytes: None, reserve_bytes: 9 };
        let condition = Condition::of(vec![Reason::Held, Reason::Full(room)], false);
        metrics::with_local_recorder(&recorder, || set_condition(&condition, room));
        let page = recorder.handle().render();
        for state in State::ALL {
            let is_in = u8::from(matches!(state, State::Held | State::Full));
            let series = format!("rogatory_node_state{{state=\"{}\"}} {is_in}\n", state.label());
            assert!(page.contains(&series), "{page}");
        }
        assert!(
            page.contains("rogatory_disk_free_bytes 0\n") && page.contains("rogatory_disk_reserve_bytes 9\n")
        );
    }
}
