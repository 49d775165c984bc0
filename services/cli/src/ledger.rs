//! `rogatory ledger`: what a named person does with a running node's ledger. Only a release; nothing changes a record.

use std::process::ExitCode;

use serde_json::json;

use crate::connect::{ConnectArgs, WhoArgs};
use crate::output::Output;

/// The certificate that operators' calls use.
const OPERATOR: &str = "ops";

/// What can be done with a ledger.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum LedgerVerb {
    /// Let a node sign again whose ledger had to be cut after a reboot, on your word that nothing is missing.
    Release(ReleaseArgs),
}

/// Who releases it.
#[derive(Debug, clap::Args)]
pub(crate) struct ReleaseArgs {
    #[command(flatten)]
    who: WhoArgs,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Does it.
pub(crate) async fn run(verb: LedgerVerb, output: Output) -> anyhow::Result<ExitCode> {
    let LedgerVerb::Release(args) = verb;
    let who = args.who.assertion();
    let was_held =
        args.connect.open(OPERATOR).await?.admin().release(&who.person, &who.justification).await?;
    let told = if was_held { "released, on the record" } else { "was not held" };
    output.fields(&[("signing", told.to_owned())], &json!({ "was_held": was_held }))?;
    Ok(ExitCode::SUCCESS)
}
