//! `rogatory verify`: checks an evidence file without a network, a node or a clock.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use rogatory_client::pb::casework::v1::Body;
use rogatory_evidence::EvidenceFile;
use rogatory_evidence::file::{Finding, FindingKind, Report, Verified};
use rogatory_keys::ContentKey;
use rogatory_tlog::VerifierKey;
use serde_json::{Value, json};

use crate::connect::read;
use crate::failure::{Misuse, verdict};
use crate::output::{Output, dash, json_of, note};

/// Which file, and under which key.
#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArgs {
    /// The evidence file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The roster key you trust, or a file that holds it (roster.vkey). Without it the file's own key is used and shown.
    #[arg(long, value_name = "KEY|FILE")]
    roster_key: Option<String>,
    /// Print the content, if the file discloses its key.
    #[arg(long)]
    content: bool,
}

/// Checks it.
pub(crate) fn run(args: &VerifyArgs, output: Output) -> anyhow::Result<ExitCode> {
    let text = std::fs::read(&args.file)
        .map_err(|error| Misuse(format!("{} cannot be read: {error}", args.file.display())))?;
    let key = args.roster_key.as_deref().map(roster_key).transpose()?;
    let file = match EvidenceFile::parse(&text) {
        Ok(file) => file,
        Err(error) => return refused(&[error.to_string()], output),
    };
    let checked = file.verify(key.as_ref()).and_then(|report| {
        let body = opened(&report)?;
        Ok((report, body))
    });
    match checked {
        Ok((report, body)) => proven(&report, body.as_ref(), args.content, output),
        Err(findings) => refused(&findings.iter().map(ToString::to_string).collect::<Vec<_>>(), output),
    }
}

/// A key as given, or the one in the named file.
fn roster_key(text: &str) -> anyhow::Result<VerifierKey> {
    if let Ok(key) = text.parse() {
        return Ok(key);
    }
    let key = read(Path::new(text))?;
    Ok(key.trim().parse().map_err(|_| Misuse(format!("{text} holds no roster key")))?)
}

/// Opens the content under the disclosed key; a ciphertext that does not open proves nothing.
fn opened(report: &Report) -> Result<Option<Body>, Vec<Finding>> {
    let Some(key) = report.content_key else { return Ok(None) };
    let wrong = || vec![Finding { part: "envelope.ciphertext".into(), kind: FindingKind::ContentKey }];
    let envelope = &report.envelope;
    let plain = ContentKey::from_bytes(key)
        .open(&report.header.key_commitment, &envelope.header, &envelope.ciphertext)
        .map_err(|_| wrong())?;
    let body = <Body as prost_reflect::prost::Message>::decode(plain.as_slice()).map_err(|_| wrong())?;
    Ok(Some(body))
}

fn refused(findings: &[String], output: Output) -> anyhow::Result<ExitCode> {
    if output.is_json() {
        output.value(&json!({ "proven": false, "findings": findings }))?;
    } else {
        output.line("NOT PROVEN: the file proves nothing")?;
        for finding in findings {
            output.line(format!("  {finding}"))?;
        }
        note("next: ask for the file again; do not correct it");
    }
    Ok(verdict(false))
}

fn proven(report: &Report, body: Option<&Body>, content: bool, output: Output) -> anyhow::Result<ExitCode> {
    let header = &report.header;
    let body = body.map(|body| json_of("rogatory.casework.v1.Body", body)).transpose()?;
    let recipients = header.recipients.iter().map(ToString::to_string).collect::<Vec<_>>();
    let mut value = json!({
        "proven": true,
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
    });
    if content {
        value["content"] = body.clone().unwrap_or(Value::Null);
    }
    if output.is_json() {
        output.value(&value)?;
        return Ok(verdict(true));
    }
    let fields = [
        ("PROVEN", format!("{} records", report.records.len())),
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
    if !report.roster_key_given {
        note("the roster key came from the file: compare it with the one you know, or give --roster-key");
    }
    Ok(verdict(true))
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
