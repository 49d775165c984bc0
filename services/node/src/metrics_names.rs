//! Every metric by its name, kind, unit and meaning; a label is a closed word, never an id of a case or person.
//!
//! Owns the names. It must not measure anything.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

/// What a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// A present value.
    Gauge,
    /// A distribution.
    Histogram,
}

/// One metric.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Name as Prometheus sees it.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Labels it carries.
    pub labels: &'static str,
    /// What it says.
    pub meaning: &'static str,
}

macro_rules! metrics_table {
    ($($constant:ident $kind:ident $name:literal $labels:literal $meaning:literal;)+) => {
        $(#[doc = $meaning] pub const $constant: &str = $name;)+

        /// Every metric.
        pub const METRICS: &[Metric] = &[
            $(Metric { name: $name, kind: Kind::$kind, labels: $labels, meaning: $meaning },)+
        ];
    };
}

metrics_table! {
    QUEUE_WAITING Gauge "rogatory_queue_waiting" "peer, lane" "Messages that wait for a peer's receipt.";
    QUEUE_IN_FLIGHT Gauge "rogatory_queue_in_flight" "peer" "Messages sent to a peer and not receipted yet.";
    GIVEN_UP Counter "rogatory_given_up_total" "peer, code" "Deliveries given up since the start, by recipient and reason.";
    FORKS Gauge "rogatory_forks_not_cleared" "peer" "Records of a fork of a peer's ledger that nobody has cleared.";
    INBOX Gauge "rogatory_inbox" "" "Messages taken and not yet handed over to any consumer.";
    ENGINE_BACKLOG Gauge "rogatory_engine_backlog" "" "Inputs that wait for the engine.";
    LINK_UP Gauge "rogatory_link_up" "peer" "Whether the link to a peer stands: 1 or 0.";
    LINK_FAULTS Counter "rogatory_link_faults_total" "peer, stage" "Connections to or from a peer that failed, by how far they came.";
    LEDGER_RECORDS Gauge "rogatory_ledger_records" "" "Records in the ledger.";
    LEDGER_FSYNC Histogram "rogatory_ledger_fsync_seconds" "" "Time one fdatasync of the ledger took.";
    LEDGER_GROUP Histogram "rogatory_ledger_group_records" "" "Records under one fdatasync.";
    LEDGER_HELD Gauge "rogatory_ledger_held" "" "Whether signing waits for a release: 1 or 0.";
    INDEX_LAG Gauge "rogatory_index_lag_records" "" "Records not yet written to the index.";
    REFUSALS Counter "rogatory_refusals_total" "code" "Calls refused, by code of the catalogue.";
    HANDSHAKES Counter "rogatory_handshakes_total" "key_exchange" "Connections accepted, by key exchange.";
    HANDSHAKES_REFUSED Counter "rogatory_handshakes_refused_total" "reason" "Connections turned away before authentication.";
    CONNECTIONS Gauge "rogatory_connections" "" "Authenticated connections that stand.";
    CONNECTIONS_CLOSED Counter "rogatory_connections_over_limit_total" "" "Authenticated connections closed because of a limit.";
    CALLS Histogram "rogatory_call_seconds" "method" "Time from a call's arrival to the beginning of its answer.";
    LOG_LINES_LOST Counter "rogatory_log_lines_lost_total" "" "Log lines that standard error did not take.";
    CERTIFICATE_EXPIRY Gauge "rogatory_certificate_expiry_timestamp_seconds" "agency, kind" "End of a certificate, seconds since the Unix epoch: of this node and of peers seen on a link (node), and of each agency's newest root (root).";
    LIST_EXPIRY Gauge "rogatory_revocation_list_expiry_timestamp_seconds" "agency" "When an agency's next revocation list is due, seconds since the Unix epoch.";
    LISTS_NOT_BELIEVED Gauge "rogatory_revocation_lists_not_believed" "agency" "Whether an agency is shut out because its revocation lists are not believed: 1 or 0.";
}

/// Buckets for times in seconds.
pub const SECONDS: &[f64] = &[0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Buckets for the records of one group.
pub const RECORDS: &[f64] = &[1.0, 4.0, 16.0, 64.0, 256.0, 1024.0, 4096.0];

/// Tells the recorder in force what each metric means.
pub fn describe() {
    for metric in METRICS {
        let unit = if metric.name.ends_with("_seconds") { Unit::Seconds } else { Unit::Count };
        match metric.kind {
            Kind::Counter => describe_counter!(metric.name, unit, metric.meaning),
            Kind::Gauge => describe_gauge!(metric.name, unit, metric.meaning),
            Kind::Histogram => describe_histogram!(metric.name, unit, metric.meaning),
        }
    }
}

/// The page `docs/reference/metrics.md`.
#[must_use]
pub fn reference_page() -> String {
    let mut page = String::from("# Metrics\n\n| name | kind | labels | meaning |\n|---|---|---|---|\n");
    for Metric { name, kind, labels, meaning } in METRICS {
        page.push_str(&format!(
            "| `{name}` | {} | {labels} | {meaning} |\n",
            format!("{kind:?}").to_lowercase()
        ));
    }
    page
}
