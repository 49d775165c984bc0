//! The log to standard error and the metrics to Prometheus.
//!
//! Owns how they are set up, once a process. It must not decide what is written, and nothing of a case ever is. Whoever
//! reads the log can stop nothing: see the writer.

mod libraries;
mod panics;
mod writer;

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

use self::writer::{LogWriter, Shape};
use crate::config::{LogFormat, LogStyle};
use crate::metrics_names::{self, CALLS, LEDGER_FSYNC, LEDGER_GROUP, RECORDS, SECONDS};

/// The variable whose filter goes before the configured one.
pub const FILTER_VARIABLE: &str = "ROGATORY_LOG";

/// Longest wait for the last lines to be written; a reader that is stuck gets no more.
const LAST_LINES_LIMIT: Duration = Duration::from_millis(500);

/// Why log or metrics could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter of the variable, which goes before the checked one of the configuration, is not in the syntax of `tracing`.
    #[error("{FILTER_VARIABLE}: not a filter: {0}")]
    Filter(#[from] ParseError),
    /// This process has a log already.
    #[error("this process already has a log")]
    Twice,
    /// The log's thread cannot be started.
    #[error("the log cannot be started: {0}")]
    Thread(#[from] io::Error),
    /// Metrics cannot be collected.
    #[error("metrics cannot be collected: {0}")]
    Metrics(#[from] BuildError),
}

/// The log of this process; dropping it waits a moment for the last lines.
#[derive(Debug)]
#[must_use = "the last lines are written when it is dropped"]
pub struct Log(LogWriter);

impl Drop for Log {
    fn drop(&mut self) {
        self.0.wait_until_written(LAST_LINES_LIMIT);
    }
}

/// Starts the log of this process; panics of any thread go there as well.
///
/// # Errors
/// When the filter cannot be read, or a log was started before.
pub fn start_log(style: &LogStyle) -> Result<Log, TelemetryError> {
    let wanted = std::env::var(FILTER_VARIABLE).ok().filter(|filter| !filter.is_empty());
    let filter = EnvFilter::try_new(wanted.as_deref().unwrap_or(&style.filter))?;
    let shape = match style.format {
        LogFormat::Json => Shape::Json,
        LogFormat::Text if is_coloured() => Shape::Coloured,
        LogFormat::Text => Shape::Plain,
    };
    let writer = LogWriter::start(shape, io::stderr())?;
    let lines = writer.clone();
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(shape == Shape::Coloured)
        // A fault of the log is counted; said on standard error, it would be the next fault of the log.
        .log_internal_errors(false)
        .with_writer(move || lines.clone());
    let started = match style.format {
        LogFormat::Json => tracing::subscriber::set_global_default(log.json().flatten_event(true).finish()),
        LogFormat::Text => tracing::subscriber::set_global_default(log.compact().finish()),
    };
    started.map_err(|_| TelemetryError::Twice)?;
    libraries::listen();
    panics::report_to_log();
    Ok(Log(writer))
}

/// Whether standard error is a terminal whose user did not ask for plain text (no-color.org).
fn is_coloured() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Begins to collect metrics, once a process; whoever renders them has the handle.
///
/// # Errors
/// When metrics were collected before.
pub fn start_metrics() -> Result<PrometheusHandle, TelemetryError> {
    let metrics = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(LEDGER_FSYNC.to_owned()), SECONDS)?
        .set_buckets_for_metric(Matcher::Full(CALLS.to_owned()), SECONDS)?
        .set_buckets_for_metric(Matcher::Full(LEDGER_GROUP.to_owned()), RECORDS)?
        .install_recorder()?;
    metrics_names::describe();
    Ok(metrics)
}
