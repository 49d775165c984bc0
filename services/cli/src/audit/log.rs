//! Records of a running node, and the proof of one of them.

use std::process::ExitCode;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use prost_reflect::prost::Message as _;
use rogatory_client::pb::admin::v1::LedgerLine;
use rogatory_client::pb::evidence::v1::Opening;
use rogatory_evidence::proof::leaf_of;
use rogatory_evidence::{Private, Shared};
use rogatory_tlog::{Checkpoint, TlogProof, verify_inclusion};
use serde_json::{Value, json};

use super::AUDITOR;
use crate::connect::ConnectArgs;
use crate::failure::verdict;
use crate::output::{Output, dash, note};

/// Which records.
#[derive(Debug, clap::Args)]
pub(crate) struct LogArgs {
    /// First position; as many records before the end as are shown when absent.
    #[arg(long, value_name = "POSITION")]
    from: Option<u64>,
    /// At most this many; all up to the newest when 0.
    #[arg(long, value_name = "COUNT", default_value_t = 100)]
    limit: u64,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Which record.
#[derive(Debug, clap::Args)]
pub(crate) struct ProveArgs {
    /// Its position.
    #[arg(value_name = "POSITION")]
    position: u64,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Prints records, a line each.
pub(crate) async fn log(args: &LogArgs, output: Output) -> anyhow::Result<ExitCode> {
    let admin = args.connect.open(AUDITOR).await?.admin();
    let from = match args.from {
        Some(from) => from,
        None if args.limit == 0 => 0,
        None => admin.status().await?.ledger_size.saturating_sub(args.limit),
    };
    if args.from.is_none() && from > 0 && !output.is_json() {
        note(format!(
            "the newest {} records; --limit 0 shows all, --from POSITION those after one",
            args.limit
        ));
    }
    let mut batches = admin.ledger(from, args.limit).await?;
    while let Some(batch) = batches.next().await? {
        for record in &batch.records {
            let shared = Shared::parse(&record.shared_part)
                .with_context(|| format!("the record at {} is not readable", record.position))?;
            let private = Private::parse(&record.private_part).filter(|_| !record.private_part.is_empty());
            if output.is_json() {
                output.json_line(&value(record, &shared, private.as_ref()))?;
            } else {
                output.line(line(record.position, &shared, private.as_ref()).trim_end())?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn line(position: u64, shared: &Shared, private: Option<&Private>) -> String {
    let mut line = format!("{position:>8}  {}  {:<12}", shared.node_time, shared.kind.label());
    if let Some(message) = &shared.message {
        line.push_str(&format!("  {message}"));
    }
    for text in [&shared.reason, &shared.purpose, &shared.note, &shared.consumer] {
        if !text.is_empty() {
            line.push_str(&format!("  {text}"));
        }
    }
    if let Some(private) = private {
        line.push_str(&format!("  by {}: {}", dash(&private.person), dash(&private.justification)));
    }
    line
}

fn value(record: &LedgerLine, shared: &Shared, private: Option<&Private>) -> Value {
    let text = |value: Option<String>| value.unwrap_or_default();
    json!({
        "position": record.position,
        "kind": shared.kind.label(),
        "agency": shared.agency.to_string(),
        "node_time": shared.node_time.to_string(),
        "message": text(shared.message.as_ref().map(ToString::to_string)),
        "referral": text(shared.referral.as_ref().map(ToString::to_string)),
        "envelope_digest": text(shared.envelope.map(|digest| format!("{digest:?}"))),
        "recipients": shared.recipients.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "answers": text(shared.answers.map(|leaf| leaf.to_string())),
        "reason": shared.reason,
        "purpose": shared.purpose,
        "note": shared.note,
        "consumer": shared.consumer,
        "private": private.map(|private| json!({
            "person": private.person,
            "justification": private.justification,
            "client": private.client,
        })),
    })
}

/// Prints the proof of one record, after checking it.
pub(crate) async fn prove(args: &ProveArgs, output: Output) -> anyhow::Result<ExitCode> {
    let admin = args.connect.open(AUDITOR).await?.admin();
    let answer = admin.prove(args.position).await?;
    let included = is_included(&answer.proof, &answer.opening);
    if output.is_json() {
        let opening = STANDARD.encode(&answer.opening);
        output.value(&json!({ "proof": answer.proof, "opening": opening, "included": included }))?;
    } else {
        output.text(answer.proof.trim_end())?;
    }
    if !included {
        note("error: the node's proof does not hold");
    }
    Ok(verdict(included))
}

fn is_included(proof: &str, opening: &Bytes) -> bool {
    let (Ok(proof), Ok(opening)) = (proof.parse::<TlogProof>(), Opening::decode(opening.clone())) else {
        return false;
    };
    let (Ok(leaf), Ok(head)) = (leaf_of(&opening), proof.checkpoint.text().parse::<Checkpoint>()) else {
        return false;
    };
    opening.index == proof.index
        && verify_inclusion(leaf.hash(), proof.index, head.size, &proof.hashes, head.root).is_ok()
}
