//! `rogatory verify`: checks an evidence file without a network, a node or a clock.
//!
//! Owns the verdict's words. It must not call proven what only a key out of the same file vouches for.

mod vouching;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use rogatory_client::pb::casework::v1::Body;
use rogatory_evidence::EvidenceFile;
use rogatory_evidence::file::{FILE_BYTES_MAX, Finding, FindingKind, Report, Verified};
use rogatory_keys::{ContentKey, small_file};
use rogatory_wire::body::body_of;
use serde_json::{Value, json};

use crate::failure::{Misuse, NOT_VOUCHED, verdict};
use crate::output::{Output, dash, json_of, note};
use vouching::Vouching;

/// What nobody may read into a file.
const ABSENCE: &str =
    "that a record is not in the file proves nothing: it may exist and not have been put in";

/// Which file, and under which key.
#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArgs {
    /// The evidence file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    vouching: Vouching,
    /// Print the content, if the file discloses its key.
    #[arg(long)]
    content: bool,
}

/// Checks it.
pub(crate) fn run(args: &VerifyArgs, output: Output) -> anyhow::Result<ExitCode> {
    let limit = FILE_BYTES_MAX as u64;
    let text = small_file::read(&args.file, limit).map_err(|error| Misuse(error.to_string()))?;
    let file = match EvidenceFile::parse(&text) {
        Ok(file) => file,
        Err(error) => return refused(&[error.to_string()], output),
    };
    let key = args.vouching.key_for(&file.roster_key)?;
    let checked = file.verify(key.as_ref()).and_then(|report| {
        let body = opened(&report)?;
        Ok((report, body))
    });
    match checked {
        Ok((report, body)) => sound(&report, body.as_ref(), args.content, output),
        Err(findings) => refused(&findings.iter().map(ToString::to_string).collect::<Vec<_>>(), output),
    }
}

/// Opens the content under the disclosed key; a ciphertext that does not open proves nothing.
fn opened(report: &Report) -> Result<Option<Body>, Vec<Finding>> {
    let Some(key) = report.content_key else { return Ok(None) };
    let wrong = || vec![Finding { part: "envelope.ciphertext".into(), kind: FindingKind::ContentKey }];
    let envelope = &report.envelope;
    let plain = ContentKey::from_bytes(key)
        .open(&report.header.key_commitment, &envelope.header, &envelope.ciphertext)
        .map_err(|_| wrong())?;
    body_of(plain.into()).map(Some).map_err(|_| wrong())
}

fn refused(findings: &[String], output: Output) -> anyhow::Result<ExitCode> {
    if output.is_json() {
        output.value(&json!({ "verdict": "not proven", "proven": false, "findings": findings }))?;
    } else {
        output.line("NOT PROVEN: the file proves nothing")?;
        for finding in findings {
            output.line(format!("  {finding}"))?;
        }
        note("next: ask for the file again; do not correct it");
    }
    Ok(verdict(false))
}

fn sound(report: &Report, body: Option<&Body>, content: bool, output: Output) -> anyhow::Result<ExitCode> {
    let header = &report.header;
    let vouched = report.roster_key_given;
    let code = if vouched { verdict(true) } else { ExitCode::from(NOT_VOUCHED) };
    let body = body.map(|body| json_of("rogatory.casework.v1.Body", body)).transpose()?;
    let recipients = header.recipients.iter().map(ToString::to_string).collect::<Vec<_>>();
    let mut value = json!({
        "verdict": if vouched { "proven" } else { "consistent" },
        "proven": vouched,
        "roster_key": report.roster_key.to_string(),
        "roster_key_given": report.roster_key_given,
        "roster_version": report.roster_version,
        "message": header.message.to_string(),
        "referral": header.referral.to_string(),
        "sender": header.sender.to_string(),
        "recipients": recipients,
        "digest": format!("{:?}", report.digest),
        "content_disclosed": body.is_some(),
        "records": report.records.iter().map(record_json).collect::<Vec<_>>(),
        "absence": ABSENCE,
    });
    if content {
        value["content"] = body.clone().unwrap_or(Value::Null);
    }
    if output.is_json() {
        output.value(&value)?;
        return Ok(code);
    }
    let records = format!("{} records", report.records.len());
    let fields = [
        if vouched {
            ("PROVEN", records)
        } else {
            ("CONSISTENT", format!("{records}, under a key that came with the file; nobody vouches for it"))
        },
        ("message", header.message.to_string()),
        ("referral", header.referral.to_string()),
        ("from", header.sender.to_string()),
        ("to", recipients.join(", ")),
        ("digest", format!("{:?}", report.digest)),
        ("roster key", report.roster_key.to_string()),
    ];
    output.fields(&fields, &value)?;
    output.line("")?;
    let rows = report.records.iter().map(row);
    output.table(&["record", "agency", "node time", "position", "under head of", "says"], rows, &value)?;
    if content {
        output.value(body.as_ref().context("the file does not disclose its content")?)?;
    }
    note(ABSENCE);
    if !vouched {
        note("next: compare the roster key with the one you know by another way, then give --roster-key KEY");
    }
    Ok(code)
}

fn row(record: &Verified) -> Vec<String> {
    let mut says = vec![record.name.clone()];
    if !record.reason.is_empty() {
        says.push(format!("reason {}", record.reason));
    }
    if !record.consumer.is_empty() {
        says.push(format!("to {}", record.consumer));
    }
    if let Some(private) = &record.private {
        says.push(format!("by {}: {}", dash(&private.person), dash(&private.justification)));
    }
    vec![
        record.kind.label().to_owned(),
        record.agency.to_string(),
        record.node_time.to_string(),
        record.index.to_string(),
        record.head_size.to_string(),
        says.join("; "),
    ]
}

fn record_json(record: &Verified) -> Value {
    let private = record.private.as_ref().map(|private| {
        json!({
            "person": private.person,
            "justification": private.justification,
            "client": private.client,
        })
    });
    json!({
        "record": record.kind.label(),
        "agency": record.agency.to_string(),
        "agency_name": record.name,
        "node_time": record.node_time.to_string(),
        "position": record.index,
        "leaf_hash": record.leaf.to_string(),
        "head_size": record.head_size,
        "head_root": record.head_root.to_string(),
        "recipients": record.recipients.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "reason": record.reason,
        "consumer": record.consumer,
        "private": private,
    })
}
