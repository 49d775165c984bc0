//! `rogatory ledger`: what a named person does with a node's ledger as a whole: begin it, answer for its guard, release it.
//! It must not change a record.

use std::path::PathBuf;
use std::process::ExitCode;

use rogatory_node::config::Config;
use rogatory_node::maintenance::{begin_ledger, renew_guard};
use serde_json::json;

use crate::connect::{ConnectArgs, WhoArgs};
use crate::output::Output;

/// The certificate that operators' calls use.
const OPERATOR: &str = "ops";

/// What can be done with a ledger.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum LedgerVerb {
    /// Begin the ledger of a new node. A node never begins one by itself: an empty directory may be a volume that is not
    /// mounted.
    Begin(BeginArgs),
    /// Give a stopped node's ledger a new guard, on your word that its guard is gone and no record is missing.
    RenewGuard(RenewGuardArgs),
    /// Let a node sign again whose ledger had to be cut after a reboot, on your word that nothing is missing.
    Release(ReleaseArgs),
}

/// Whose ledger begins.
#[derive(Debug, clap::Args)]
pub(crate) struct BeginArgs {
    /// The node's configuration.
    #[arg(long, value_name = "FILE", env = "ROGATORY_CONFIG", hide_env_values = true)]
    config: PathBuf,
}

/// Who answers for which guard.
#[derive(Debug, clap::Args)]
pub(crate) struct RenewGuardArgs {
    /// The node's configuration.
    #[arg(long, value_name = "FILE", env = "ROGATORY_CONFIG", hide_env_values = true)]
    config: PathBuf,
    #[command(flatten)]
    who: WhoArgs,
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
    match verb {
        LedgerVerb::Begin(args) => {
            let origin = begin_ledger(&Config::load(&args.config)?)?;
            output.fields(&[("begun", origin.clone())], &json!({ "origin": origin }))?;
        }
        LedgerVerb::RenewGuard(args) => {
            let who = args.who.assertion();
            let records = renew_guard(&Config::load(&args.config)?, &who.person, &who.justification)?;
            let told = format!("renewed, on the record, over {records} records");
            output.fields(&[("guard", told)], &json!({ "records": records }))?;
        }
        LedgerVerb::Release(args) => {
            let who = args.who.assertion();
            let admin = args.connect.open(OPERATOR).await?.admin();
            let was_held = admin.release(&who.person, &who.justification).await?;
            let told = if was_held { "released, on the record" } else { "was not held" };
            output.fields(&[("signing", told.to_owned())], &json!({ "was_held": was_held }))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
