//! What a court would check, years later: each ledger byte by byte, each evidence file, without any node.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use rogatory_evidence::Roster;
use rogatory_ledger::{RealDisk, verify};
use serde::Serialize;

use crate::play::{Stage, proof};
use crate::scenario::Scenario;

/// One ledger and what its check found.
#[derive(Debug, Serialize)]
pub(super) struct Ledger {
    agency: String,
    records: u64,
    decisions: u64,
    root: String,
    pub(super) sound: bool,
    faults: Vec<String>,
}

/// One evidence file and what it proves.
#[derive(Debug, Serialize)]
pub(super) struct Proof {
    message: String,
    file: PathBuf,
    proves: String,
    /// A copy with one bit changed proves nothing.
    forgery_found: bool,
    pub(super) holds: bool,
}

/// Checks the ledger of every member against the key the roster names.
pub(super) fn ledgers(
    stage: &mut Stage,
    federation: &Path,
    scenario: &Scenario,
) -> anyhow::Result<Vec<Ledger>> {
    let note = std::fs::read_to_string(federation.join("roster.note"))?;
    let roster = Roster::verify(&note, &proof::roster_key(federation)?)?;
    let mut ledgers = Vec::new();
    for member in &scenario.members {
        let directory = super::ledger_directory(stage.processes()?.directory(&member.id)?)?;
        let disk = RealDisk::read_only(&directory)?;
        let found = verify::verify(&disk, &disk, &[], &mut |_| {})?;
        let mut faults: Vec<String> = found.faults.iter().map(|fault| format!("{fault:?}")).collect();
        let key = roster.member(&member.id).map(|member| member.ledger_key().bytes());
        if found.identity.as_ref().map(|identity| identity.key) != key {
            faults.push("it is not signed by the key that the roster names".to_owned());
        }
        ledgers.push(Ledger {
            agency: member.id.to_string(),
            records: found.entries,
            decisions: found.decisions,
            root: found.root.map(|root| root.to_string()).unwrap_or_default(),
            sound: faults.is_empty(),
            faults,
        });
    }
    Ok(ledgers)
}

/// Checks every evidence file as it lies on disk, and that a forged copy is found out.
pub(super) fn proofs(federation: &Path, files: &[(String, PathBuf)]) -> anyhow::Result<Vec<Proof>> {
    ensure!(!files.is_empty(), "the story wrote no evidence");
    let key = proof::roster_key(federation)?;
    let mut proofs = Vec::new();
    for (message, path) in files {
        let file = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let checked = proof::check(&file, &key);
        let forgery_found = proof::check(&forged(&file)?, &key).is_err();
        proofs.push(Proof {
            message: message.clone(),
            file: path.clone(),
            holds: checked.is_ok() && forgery_found,
            proves: checked.map_or_else(|error| error.to_string(), |report| proof::in_words(&report)),
            forgery_found,
        });
    }
    Ok(proofs)
}

/// The same file with one bit of the sealed body changed.
fn forged(file: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut copy = rogatory_evidence::file::EvidenceFile::parse(file)?;
    let mut body = copy.envelope.ciphertext.0.to_vec();
    *body.first_mut().context("a sealed body is not empty")? ^= 1;
    copy.envelope.ciphertext = body.as_slice().into();
    Ok(copy.to_json().into_bytes())
}

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { agency, records, root, faults, .. } = self;
        let short = root.get(..16).unwrap_or_default();
        let verdict = if self.sound { "sound".to_owned() } else { faults.join("; ") };
        write!(f, "{agency:17}  {records:4} records, root {short}…, {verdict}")
    }
}

impl Proof {
    /// What the file proves, and under it what a forged copy does.
    pub(super) fn lines(&self) -> [String; 2] {
        let forgery = if self.forgery_found { "proves nothing" } else { "WAS NOT FOUND OUT" };
        [
            format!("{:10}  {}", self.message, self.proves),
            format!("{:10}  a copy with one bit changed {forgery}", ""),
        ]
    }
}
