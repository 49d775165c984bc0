//! How the command fails: what is said, with which advice, and under which exit code. It must not hide a cause.

use std::fmt::Write as _;
use std::io;
use std::process::ExitCode;

use rogatory_client::{Code, OpenError, Problem};
use rogatory_domain::refusal::Refusal;
use rogatory_domain::text::escaped;
use rogatory_node::NodeError;
use rogatory_node::config::ConfigError;
use rogatory_node::maintenance::MaintenanceError;
use rogatory_node::provision::ProvisionError;
use rogatory_tls::{ConnectError, HandshakeRefusal};

use crate::output::{Output, ReaderGone, note};
use crate::referral::Flaws;

/// Refused or failed.
const FAILED: u8 = 1;
/// Whoever read the results has gone: what a shell says of a program that SIGPIPE ended.
const READER_GONE: u8 = 128 + 13;
/// Something that should be proven is not.
pub(crate) const UNPROVEN: u8 = 2;
/// A file is consistent under a key that nobody vouches for.
pub(crate) const NOT_VOUCHED: u8 = 3;
/// A person must find out what became of the ledger before the node is started again.
pub(crate) const NEEDS_A_PERSON: u8 = 4;
/// The node answers and does not serve.
pub(crate) const NOT_SERVING: u8 = 5;
/// Wrong usage or configuration.
pub(crate) const MISUSE: u8 = 64;

/// Wrong usage that only shows once files are read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Misuse(pub(crate) String);

/// The node was not reached within the time it had.
#[derive(Debug, thiserror::Error)]
#[error("the node was not reached in time")]
pub(crate) struct Late;

/// What to do when a node takes too long.
const LATE: &str =
    "See whether the node runs and what it waits for (its log), or give it longer: --timeout SECONDS";

/// Says what went wrong and what to do next.
pub(crate) fn report(error: &anyhow::Error, output: Output) -> ExitCode {
    // Whoever read the results has gone; there is nobody to tell. A connection that broke says the same kind of error, and
    // must be told.
    let gone = |cause: &(dyn std::error::Error + 'static)| {
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        inner.is_some_and(<dyn std::error::Error + Send + Sync>::is::<ReaderGone>)
    };
    if error.chain().any(gone) {
        return ExitCode::from(READER_GONE);
    }
    if output.is_json() {
        let _ = output.json_line(&serde_json::json!({ "error": structured(error) }));
    }
    note(format!("error: {}", text(error)));
    if let Some(advice) = advice(error) {
        note(format!("  next: {advice}"));
    }
    ExitCode::from(code(error))
}

fn problem(error: &anyhow::Error) -> Option<&Problem> {
    error.chain().find_map(|cause| cause.downcast_ref())
}

/// The row of the catalogue behind a failure that no node answered.
fn refusal(error: &anyhow::Error) -> Option<&'static Refusal> {
    let code = error.chain().find_map(|cause| match cause.downcast_ref() {
        Some(error) => Some(code_of_configuration(error)),
        None => of_node(cause)?.code(),
    });
    code.map(Code::refusal)
}

/// Where all faults have one code, it is the one that a start ends with.
fn code_of_configuration(error: &ConfigError) -> Code {
    let ConfigError::Faults(faults) = error else { return Code::ConfigUnreadable };
    let mut codes = faults.iter().map(|fault| fault.code.unwrap_or(Code::ConfigTypo));
    let first = codes.next().unwrap_or(Code::ConfigTypo);
    if codes.all(|code| code == first) { first } else { Code::ConfigTypo }
}

fn text(error: &anyhow::Error) -> String {
    let mut text = causes(error);
    if let Some(problem) = problem(error) {
        for fault in &problem.faults {
            let (field, said, rule) = (escaped(&fault.field), escaped(&fault.text), escaped(&fault.rule));
            let _ = write!(text, "\n  {field}: {said} [{rule}");
            let _ = if fault.article.is_empty() {
                write!(text, "]")
            } else {
                write!(text, "; {}]", escaped(&fault.article))
            };
        }
        if !problem.error_id.is_empty() {
            let _ = write!(text, "\n  error id: {}", escaped(&problem.error_id));
        }
    }
    text
}

/// What went wrong and why, on one line.
fn causes(error: &anyhow::Error) -> String {
    let mut text = refusal(error).map(|row| format!("{} ", row.id)).unwrap_or_default();
    for cause in error.chain() {
        // What the other end says stays on its line.
        let of_others = cause.is::<Problem>();
        let cause = if of_others { escaped(&cause.to_string()).to_string() } else { cause.to_string() };
        // What to do next stands on a line of its own.
        let cause = advice(error).and_then(|next| cause.strip_suffix(next)).unwrap_or(&cause).trim_end();
        // A cause that its effect has quoted already says nothing new.
        if !text.ends_with(cause) {
            let joint = if text.is_empty() || text.ends_with(' ') { "" } else { ": " };
            let _ = write!(text, "{joint}{cause}");
        }
    }
    text
}

fn structured(error: &anyhow::Error) -> serde_json::Value {
    let Some(problem) = problem(error) else {
        if let Some(flaws) = error.chain().find_map(|cause| cause.downcast_ref::<Flaws>()) {
            return serde_json::json!({ "text": text(error), "faults": flaws.found });
        }
        let Some(row) = refusal(error) else { return serde_json::json!({ "text": text(error) }) };
        let (blame, retry) = (row.blame.as_str(), row.retry.as_str());
        return serde_json::json!({ "code": row.id, "blame": blame, "retry": retry, "text": text(error) });
    };
    let faults = problem.faults.iter().map(|fault| {
        serde_json::json!({ "field": fault.field, "rule": fault.rule, "article": fault.article, "text": fault.text })
    });
    serde_json::json!({
        "code": problem.code,
        "blame": problem.blame.as_str(),
        "retry": problem.retry.as_str(),
        "text": causes(error),
        "error_id": problem.error_id,
        "faults": faults.collect::<Vec<_>>(),
    })
}

fn advice(error: &anyhow::Error) -> Option<&'static str> {
    if let Some(problem) = problem(error) {
        let unsaid = match problem.retry {
            _ if problem.is_late() => Some(LATE),
            rogatory_client::Retry::After => Some("Repeat after a pause; see whether the node runs."),
            _ => None,
        };
        return problem.advice().or(unsaid);
    }
    if let Some(row) = refusal(error) {
        return Some(row.advice);
    }
    if error.chain().any(<dyn std::error::Error>::is::<Late>) {
        return Some(LATE);
    }
    if error.chain().any(|cause| matches!(of_node(cause), Some(NodeError::Stopped(_)))) {
        return Some(
            "Read the last lines of its log, then 'The node stopped by itself' in docs/operating/runbooks.md.",
        );
    }
    if error.chain().any(|cause| matches!(cause.downcast_ref(), Some(ProvisionError::Occupied(_)))) {
        return Some("Name another directory: --out DIR; keys that exist are never replaced.");
    }
    error.chain().find_map(|cause| match cause.downcast_ref()? {
        OpenError::Connect(ConnectError::Handshake(HandshakeRefusal::Expired)) => {
            Some("Replace the node's certificate, or check both clocks; rogatory status tells when it ended.")
        }
        OpenError::Connect(_) => {
            Some("Check the address and whether the node runs: rogatory node run --config FILE")
        }
        OpenError::Refused(_) | OpenError::Credentials(_) | OpenError::Roots(_) => {
            Some("Check that certificate, key and roots are of this node's agency and still valid.")
        }
        OpenError::Address => Some("Give the address as host:port."),
    })
}

/// The node's own failure, which maintenance passes on.
fn of_node<'a>(cause: &'a (dyn std::error::Error + 'static)) -> Option<&'a NodeError> {
    match cause.downcast_ref() {
        Some(MaintenanceError::Node(error)) => Some(error),
        _ => cause.downcast_ref(),
    }
}

/// The exit code of a failure.
pub(crate) fn code(error: &anyhow::Error) -> u8 {
    let misused = error.chain().any(|cause| {
        cause.is::<Misuse>()
            || cause.is::<Flaws>()
            || matches!(cause.downcast_ref(), Some(ProvisionError::Occupied(_)))
            || of_node(cause)
                .is_some_and(|error| error.is_of_configuration() || matches!(error, NodeError::Begun(_)))
            || cause.is::<ConfigError>()
            || matches!(
                cause.downcast_ref::<OpenError>(),
                Some(OpenError::Address | OpenError::Roots(_) | OpenError::Credentials(_))
            )
    });
    if error.chain().any(|cause| of_node(cause).is_some_and(NodeError::needs_a_person)) {
        return NEEDS_A_PERSON;
    }
    if misused { MISUSE } else { FAILED }
}

/// The exit code of a check.
pub(crate) fn verdict(holds: bool) -> ExitCode {
    if holds { ExitCode::SUCCESS } else { ExitCode::from(UNPROVEN) }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;
    use rogatory_keys::SmallFileError;
    use rogatory_ledger::Fatal;
    use rogatory_node::Stop;

    use super::*;

    #[test]
    fn usage_and_refusal_have_codes_of_their_own() {
        assert_eq!(code(&anyhow!(Misuse("wrong".into())).context("reading")), MISUSE);
        assert_eq!(code(&anyhow!(OpenError::Address)), MISUSE);
        assert_eq!(code(&anyhow!("anything")), FAILED);
    }

    #[test]
    fn a_file_that_the_configuration_names_is_configuration_whichever_verb_reads_it() {
        let missing = || NodeError::File(SmallFileError::NotRegular("roster.note".into()));
        assert_eq!(code(&anyhow!(missing()).context("the node ended")), MISUSE);
        assert_eq!(code(&anyhow!(MaintenanceError::Node(missing()))), MISUSE);
        let stopped = |stop| code(&anyhow!(NodeError::Stopped(stop)));
        assert_eq!(stopped(Stop::Thread("the disk".into())), FAILED);
        assert_eq!(stopped(Stop::Ledger(Fatal::Halted)), NEEDS_A_PERSON);
    }

    #[test]
    fn causes_are_named_once_and_in_order() {
        let error = anyhow!("no such file").context("the roster cannot be read");
        assert_eq!(text(&error), "the roster cannot be read: no such file");
        let error = anyhow!("inner").context("outer: inner");
        assert_eq!(text(&error), "outer: inner");
    }
}
