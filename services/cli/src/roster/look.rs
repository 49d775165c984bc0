//! What a roster says, and what one changes against another. It must not change a file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rogatory_evidence::roster::{FORMAT, Member};
use rogatory_evidence::{Roster, RosterDraft};
use rogatory_tlog::VerifierKey;
use serde_json::{Value, json};

use super::read;
use crate::failure::Misuse;
use crate::output::{Output, dash, note};

/// Which roster.
#[derive(Debug, clap::Args)]
pub(crate) struct ShowArgs {
    /// A signed roster or a draft.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The key that must have signed it; the signature is not checked when absent.
    #[arg(long, value_name = "KEY")]
    roster_key: Option<VerifierKey>,
}

/// Which two rosters.
#[derive(Debug, clap::Args)]
pub(crate) struct DiffArgs {
    /// The one before, signed or not.
    #[arg(value_name = "BEFORE")]
    before: PathBuf,
    /// The one after, signed or not.
    #[arg(value_name = "AFTER")]
    after: PathBuf,
}

/// Shows a roster.
pub(crate) fn show(args: &ShowArgs, output: Output) -> anyhow::Result<ExitCode> {
    let text = read(&args.file)?;
    let unfit = |error| Misuse(format!("{}: {error}", args.file.display()));
    let draft = match &args.roster_key {
        Some(key) => Roster::verify(&text, key).map_err(unfit)?.draft().clone(),
        None => parse(&args.file, &text)?,
    };
    let value = json!({
        "federation": draft.federation,
        "version": draft.version,
        "editions": draft.editions,
        "signature_checked": args.roster_key.is_some(),
        "agencies": draft.members,
        "other": draft.other,
    });
    let rows = draft.members.iter().map(|member| {
        let accepts = member.accepts.iter().map(|accepted| accepted.instrument.as_str());
        vec![
            member.id.to_string(),
            member.name.clone(),
            member.jurisdiction().map(|of| of.to_string()).unwrap_or_default(),
            member.endpoint.clone(),
            dash(&member.via.as_ref().map(ToString::to_string).unwrap_or_default()),
            dash(&accepts.collect::<Vec<_>>().join(", ")),
            keys(member),
        ]
    });
    let header = ["agency", "name", "calendar", "endpoint", "via", "accepts", "keys"];
    if !output.is_json() {
        let checked = if args.roster_key.is_some() { "signature checked" } else { "signature not checked" };
        note(format!("{}, version {}, {checked}", draft.federation, draft.version));
        draft
            .editions
            .iter()
            .for_each(|(of, edition)| note(format!("{of} are opened under edition {edition}")));
    }
    output.table(&header, rows, &value)?;
    Ok(ExitCode::SUCCESS)
}

/// The current keys, and how many were before.
fn keys(member: &Member) -> String {
    let retired = member.ledger_keys.len() + member.sealing_keys.len() - 2;
    if retired == 0 { "current".to_owned() } else { format!("current, {retired} retired") }
}

/// Shows what changes.
pub(crate) fn diff(args: &DiffArgs, output: Output) -> anyhow::Result<ExitCode> {
    let before = parse(&args.before, &read(&args.before)?)?;
    let after = parse(&args.after, &read(&args.after)?)?;
    let mut lines: Vec<Line> = Vec::new();
    let all: BTreeSet<&String> = before.editions.keys().chain(after.editions.keys()).collect();
    for of in all {
        let [was, is] = [&before, &after].map(|draft| draft.edition_of(of).to_string());
        if was != is {
            lines.push(("every agency".to_owned(), format!("edition of {of}"), was, is));
        }
    }
    for member in &before.members {
        if !after.members.iter().any(|other| other.id == member.id) {
            lines.push((member.id.to_string(), "left".to_owned(), member.name.clone(), String::new()));
        }
    }
    for member in &after.members {
        match before.members.iter().find(|other| other.id == member.id) {
            None => {
                lines.push((member.id.to_string(), "came".to_owned(), String::new(), member.name.clone()));
            }
            Some(earlier) => lines.extend(changes(earlier, member)?),
        }
    }
    let value: Vec<Value> = lines
        .iter()
        .map(|(agency, what, before, after)| {
            json!({ "agency": agency, "what": what, "before": before, "after": after })
        })
        .collect();
    let rows = lines.iter().map(|(agency, what, before, after)| {
        vec![agency.clone(), what.clone(), dash(&shortened(before)), dash(&shortened(after))]
    });
    let versions = json!({ "before": before.version, "after": after.version, "changes": value });
    if !output.is_json() {
        note(format!("version {} to {}", before.version, after.version));
    }
    output.table(&["agency", "what", "before", "after"], rows, &versions)?;
    Ok(ExitCode::SUCCESS)
}

type Line = (String, String, String, String);

/// Every field of an agency that is other, also one that this release does not know.
fn changes(before: &Member, after: &Member) -> anyhow::Result<Vec<Line>> {
    let (before_fields, after_fields) = (fields(before)?, fields(after)?);
    let names = before_fields.iter().chain(&after_fields).map(|(name, _)| name);
    let mut names: Vec<&String> = names.collect();
    names.sort_unstable();
    names.dedup();
    let value = |fields: &[(String, String)], name: &str| {
        fields.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let changed = names.into_iter().filter_map(|name| {
        let (was, is) = (value(&before_fields, name), value(&after_fields, name));
        (was != is).then(|| (after.id.to_string(), name.clone(), was, is))
    });
    Ok(changed.collect())
}

fn fields(member: &Member) -> anyhow::Result<Vec<(String, String)>> {
    let Value::Object(fields) = serde_json::to_value(member)? else { return Ok(Vec::new()) };
    let text = |value: Value| match value {
        Value::String(text) => text,
        value => value.to_string(),
    };
    Ok(fields.into_iter().map(|(name, value)| (name, text(value))).collect())
}

/// The end of a long value tells it from another as well as its beginning.
fn shortened(value: &str) -> String {
    const SHOWN: usize = 48;
    let count = value.chars().count();
    if count <= SHOWN {
        return value.to_owned();
    }
    let tail: String = value.chars().skip(count - SHOWN / 2).collect();
    let head: String = value.chars().take(SHOWN / 2).collect();
    format!("{head}...{tail}")
}

/// Reads a draft, or the text of a signed roster whose signature nobody asked about.
fn parse(path: &Path, text: &str) -> anyhow::Result<RosterDraft> {
    let is_signed = text.starts_with(&format!("format = \"{FORMAT}\"")) && text.contains("\n\n\u{2014} ");
    let inside = if is_signed { text.rfind("\n\n\u{2014} ").map_or(text, |end| &text[..=end]) } else { text };
    Ok(RosterDraft::parse(inside).map_err(|error| Misuse(format!("{}: {error}", path.display())))?)
}
