//! `rogatory referral check`: what is wrong in a request file, before anything is sent. No node is needed.

use std::path::PathBuf;
use std::process::ExitCode;

use rogatory_domain::Instrument;
use rogatory_wire::form::form_of;

use super::document::Document;
use super::flaw::{Flaws, counted};
use super::{example, judge};
use crate::failure::MISUSE;
use crate::output::{Output, note};

/// Which file.
#[derive(Debug, clap::Args)]
pub(crate) struct CheckArgs {
    /// The request in TOML, JSON or YAML, for submit or for act; - is standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Code of the instrument that the form must be of, as `instrument list` shows it.
    #[arg(long, value_name = "CODE")]
    instrument: Option<String>,
}

/// Prints every fault, or what should be looked at again where there is none.
pub(crate) fn run(args: &CheckArgs, output: Output) -> anyhow::Result<ExitCode> {
    let wanted =
        args.instrument.as_deref().map(example::found).transpose()?.map(|(_, instrument)| instrument);
    let document = Document::read(&args.file)?;
    match judged(&document, wanted) {
        Ok((what, warnings)) => {
            if output.is_json() {
                output.value(&warnings.found)?;
            }
            output.line(format!("{}: {what}, and no rule is broken", document.name))?;
            warnings.lines().try_for_each(|line| output.line(line))?;
            if !warnings.found.is_empty() {
                note(format!("{} in {}", counted(warnings.found.len(), "warning"), document.name));
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(flaws) => {
            if output.is_json() {
                output.value(&flaws.found)?;
            }
            flaws.lines().try_for_each(|line| output.line(line))?;
            note(format!("{} in {}", flaws.count(), document.name));
            Ok(ExitCode::from(MISUSE))
        }
    }
}

/// What the file is, if it breaks no rule, with its warnings.
fn judged(document: &Document, wanted: Option<&'static Instrument>) -> Result<(String, Flaws), Flaws> {
    if wanted.is_none() && judge::is_act(document) {
        let event = judge::act_of(document)?.event.unwrap_or_default();
        let none = Flaws { file: document.name.clone(), found: Vec::new() };
        return Ok((format!("the event {}", event.code), none));
    }
    let (request, warnings) = judge::judged_submission(document, wanted)?;
    let form = request.opening.and_then(|opening| opening.request);
    let instrument = form.map_or("no instrument", |form| form_of(form).0);
    Ok((format!("a request under {instrument}"), warnings))
}
