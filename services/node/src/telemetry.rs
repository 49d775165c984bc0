//! The log to standard error and the metrics to Prometheus.
//!
//! Owns how they are set up, once a process. It must not decide what is written, and nothing of a case ever is.

use std::net::SocketAddr;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

use crate::config::{LogFormat, LogStyle};
use crate::metrics_names::{self, CALLS, LEDGER_FSYNC, LEDGER_GROUP, RECORDS, SECONDS};

/// The variable whose filter goes before the configured one.
pub const FILTER_VARIABLE: &str = "ROGATORY_LOG";

/// Why log or metrics could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter of the variable, which goes before the checked one of the configuration, is not in the syntax of `tracing`.
    #[error("{FILTER_VARIABLE}: not a filter: {0}")]
    Filter(#[from] ParseError),
    /// This process has a log already.
    #[error("this process already has a log")]
    Twice,
    /// The metrics listener cannot be opened.
    #[error("listen.metrics: {0}")]
    Metrics(#[from] BuildError),
}

/// Starts the log of this process.
///
/// # Errors
/// When the filter cannot be read, or a log was started before.
pub fn start_log(style: &LogStyle) -> Result<(), TelemetryError> {
    let wanted = std::env::var(FILTER_VARIABLE).ok().filter(|filter| !filter.is_empty());
    let filter = EnvFilter::try_new(wanted.as_deref().unwrap_or(&style.filter))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match style.format {
        LogFormat::Json => log.json().flatten_event(true).try_init(),
        LogFormat::Text => log.compact().try_init(),
    };
    started.map_err(|_| TelemetryError::Twice)
}

/// Serves metrics over plain HTTP at `address`. Call it inside the runtime, once a process.
///
/// # Errors
/// When the address cannot be used, or a recorder was installed before.
pub fn start_metrics(address: SocketAddr) -> Result<(), TelemetryError> {
    PrometheusBuilder::new()
        .with_http_listener(address)
        .set_buckets_for_metric(Matcher::Full(LEDGER_FSYNC.to_owned()), SECONDS)?
        .set_buckets_for_metric(Matcher::Full(CALLS.to_owned()), SECONDS)?
        .set_buckets_for_metric(Matcher::Full(LEDGER_GROUP.to_owned()), RECORDS)?
        .install()?;
    metrics_names::describe();
    Ok(())
}
