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
    NODE_STATE Gauge "rogatory_node_state" "state" "Whether the node is in a state: 1 or 0. States: serving, starting, draining, stuck, full, held; several of the last three may stand at once.";
    BUILD_INFO Gauge "rogatory_build_info" "version, roster_version" "Always 1; version of the program and of the roster in force.";
    DISK_FREE Gauge "rogatory_disk_free_bytes" "" "Bytes free on the volume of the ledger; 0 while it does not tell.";
    DISK_RESERVE Gauge "rogatory_disk_reserve_bytes" "" "Bytes kept free on the volume of the ledger (`limits.disk_reserve_bytes`).";
    GUARD_LAGS Gauge "rogatory_guard_lags" "" "Whether the guard could not follow the ledger when it was last tried: 1 or 0. An older copy of the ledger would not be noticed beyond where the guard stands.";
    QUEUE_WAITING Gauge "rogatory_queue_waiting" "peer, lane" "Messages that wait for a peer's receipt.";
    QUEUE_OLDEST Gauge "rogatory_queue_oldest_age_seconds" "peer" "Time since the submission of the oldest message that waits for a peer's receipt; 0 where none waits.";
    QUEUE_IN_FLIGHT Gauge "rogatory_queue_in_flight" "peer" "Messages sent to a peer and not receipted yet.";
    GIVEN_UP Counter "rogatory_given_up_total" "peer, code" "Deliveries given up since the start, by recipient and reason.";
    NOT_YET Gauge "rogatory_queue_not_yet" "peer" "Messages that a peer has said it cannot take yet; they are kept and tried again.";
    NOT_YET_TOLD Counter "rogatory_not_yet_answers_total" "peer, code" "Answers to a peer that an envelope cannot be taken yet, since the start, by code.";
    FORKS Gauge "rogatory_forks_not_cleared" "peer" "Records of a fork of a peer's ledger that nobody has cleared.";
    INBOX Gauge "rogatory_inbox" "" "Messages taken and not yet handed over to any consumer.";
    CONSUMER_LAG Gauge "rogatory_consumer_unacknowledged" "consumer" "Messages that a consumer has not acknowledged yet; 0 once it was removed.";
    ENGINE_BACKLOG Gauge "rogatory_engine_backlog" "" "Inputs that wait for the engine.";
    LINK_UP Gauge "rogatory_link_up" "peer" "Whether the link to a peer stands: 1 or 0.";
    LAST_CONTACT Gauge "rogatory_peer_last_contact_timestamp_seconds" "peer" "When a frame of a peer last came, seconds since the Unix epoch; absent before the first one since the start.";
    LINK_FAULTS Counter "rogatory_link_faults_total" "peer, stage" "Connections to or from a peer that failed, by how far they came.";
    LEDGER_RECORDS Counter "rogatory_ledger_records_total" "" "Records in the ledger since it began.";
    LEDGER_UNREAD Gauge "rogatory_ledger_unread_records" "" "Records that the start took on the word of local checkpoints and that were not read again yet; 0 once all were, and where the start read everything.";
    LEDGER_FSYNC Histogram "rogatory_ledger_fsync_seconds" "" "Time one fdatasync of the ledger took.";
    LEDGER_GROUP Histogram "rogatory_ledger_group_records" "" "Records under one fdatasync.";
    INDEX_LAG Gauge "rogatory_index_lag_records" "" "Records not yet written to the index.";
    REFUSALS Counter "rogatory_refusals_total" "method, code" "Calls refused, by method and code of the catalogue; streams that end with a code are among them.";
    HANDSHAKES Counter "rogatory_handshakes_total" "key_exchange" "Connections accepted, by key exchange.";
    HANDSHAKES_REFUSED Counter "rogatory_handshakes_refused_total" "reason" "Connections turned away before authentication.";
    CONNECTIONS Gauge "rogatory_connections" "" "Authenticated connections that stand.";
    CONNECTIONS_CLOSED Counter "rogatory_connections_over_limit_total" "" "Authenticated connections closed because of a limit.";
    CALLS Histogram "rogatory_call_seconds" "method, code" "Time from a call's arrival to the beginning of its answer, by code of the catalogue, or OK.";
    LOG_LINES_LOST Counter "rogatory_log_lines_lost_total" "" "Log lines that standard error did not take.";
    WEBHOOK_SENT Counter "rogatory_webhook_sent_total" "hook" "Alarms that a webhook took, by its name in the configuration.";
    WEBHOOK_FAILED Counter "rogatory_webhook_failed_total" "hook" "Attempts to tell a webhook of an alarm that failed.";
    WEBHOOK_GIVEN_UP Counter "rogatory_webhook_given_up_total" "hook" "Alarms that a webhook was not told of: it did not want them, or too many waited.";
    WEBHOOK_WAITING Gauge "rogatory_webhook_waiting" "hook" "Alarms in the ledger that a webhook was not told of yet, at most 2,000; those it is not to be told of are among them.";
    MAIL_SENT Counter "rogatory_mail_sent_total" "mail" "Alarms that a mail relay took, by the name of the mail in the configuration.";
    MAIL_FAILED Counter "rogatory_mail_failed_total" "mail" "Attempts to hand a mail relay an alarm that failed.";
    MAIL_GIVEN_UP Counter "rogatory_mail_given_up_total" "mail" "Alarms that were not told by mail: the relay did not want them, or too many waited.";
    MAIL_WAITING Gauge "rogatory_mail_waiting" "mail" "Alarms in the ledger that were not told by mail yet, at most 2,000; those that are not to be told are among them.";
    MAIL_REFUSED Counter "rogatory_mail_recipients_refused_total" "mail" "Times that a mail relay took an alarm for others and not for one recipient, for good or after many tries.";
    CERTIFICATE_EXPIRY Gauge "rogatory_certificate_expiry_timestamp_seconds" "agency, kind" "End of a certificate, seconds since the Unix epoch: of this node and of peers seen on a link (node), and of each agency's newest root (root).";
    LIST_EXPIRY Gauge "rogatory_revocation_list_expiry_timestamp_seconds" "agency" "When an agency's next revocation list is due, seconds since the Unix epoch.";
    LISTS_NOT_BELIEVED Gauge "rogatory_revocation_lists_not_believed" "agency" "Whether an agency is shut out because its revocation lists are not believed: 1 or 0.";
    PROCESS_CPU Counter "process_cpu_seconds_total" "" "Time of the processors that the process has used.";
    PROCESS_FDS Gauge "process_open_fds" "" "File descriptors the process has open.";
    PROCESS_FDS_MAX Gauge "process_max_fds" "" "File descriptors the process may have open.";
    PROCESS_VIRTUAL Gauge "process_virtual_memory_bytes" "" "Bytes of address space of the process.";
    PROCESS_VIRTUAL_MAX Gauge "process_virtual_memory_max_bytes" "" "Bytes of address space the process may have; 0 where nothing limits it.";
    PROCESS_RESIDENT Gauge "process_resident_memory_bytes" "" "Bytes of memory the process holds.";
    PROCESS_START Gauge "process_start_time_seconds" "" "When the process started, seconds since the Unix epoch.";
    PROCESS_THREADS Gauge "process_threads" "" "Threads of the process.";
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
    let mut page = String::from(
        "# Metrics\n\nGenerated from the table in the node. Served at `listen.metrics` under `/metrics`. Counters stand at 0 from \
         the start for\nevery label that is known then. [Rules](../operating/install.md#probes-and-monitoring) and \
         [what to do](../operating/runbooks.md) stand with the\noperator's pages.\n\n| name | kind | labels | meaning |\n|---|---|---|---|\n",
    );
    for Metric { name, kind, labels, meaning } in METRICS {
        page.push_str(&format!(
            "| `{name}` | {} | {labels} | {meaning} |\n",
            format!("{kind:?}").to_lowercase()
        ));
    }
    page
}
