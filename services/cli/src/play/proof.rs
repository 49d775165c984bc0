//! Evidence checked offline: a file, a roster key, and nothing else.

use std::path::Path;

use anyhow::{Context, anyhow};
use rogatory_evidence::file::{EvidenceFile, Report};
use rogatory_tlog::VerifierKey;

/// The roster key of a federation, as its members know it.
pub(crate) fn roster_key(federation: &Path) -> anyhow::Result<VerifierKey> {
    let path = federation.join("roster.vkey");
    let text =
        std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    text.trim().parse().with_context(|| format!("{} holds no verifier key", path.display()))
}

/// Checks a file under a roster key.
///
/// # Errors
/// Every fault of the file, in one text.
pub(crate) fn check(file: &[u8], key: &VerifierKey) -> anyhow::Result<Report> {
    EvidenceFile::parse(file)?.verify(Some(key)).map_err(|findings| {
        let all: Vec<String> = findings.iter().map(ToString::to_string).collect();
        anyhow!("the evidence does not hold: {}", all.join("; "))
    })
}

/// What a sound file proves, in one line: who attests what, with the position in that agency's ledger.
pub(crate) fn in_words(report: &Report) -> String {
    let mut words = String::new();
    let mut before = None;
    for record in &report.records {
        let lead = match before.replace(record.kind) {
            Some(kind) if kind == record.kind => ", ".to_owned(),
            Some(_) => format!("; {} by ", record.kind.label()),
            None => format!("{} by ", record.kind.label()),
        };
        words.push_str(&format!("{lead}{} ({})", record.agency, record.index));
    }
    words
}
