//! `rogatory key`: makes secret keys, and shows their public halves. It must not show a secret.

use std::path::PathBuf;
use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::ValueEnum;
use rogatory_domain::FederationId;
use rogatory_keys::{LedgerKey, RosterKey, SealingKey, SystemRandom};
use rogatory_node::roster_signing::verifier_key;
use serde_json::json;

use crate::output::Output;

/// What can be done with keys.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum KeyVerb {
    /// Make a key in a new file of mode 0600. A file that exists is never replaced.
    New(NewArgs),
    /// Show the public half of a key.
    Public(PublicArgs),
}

/// What a key is for.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Purpose {
    /// Signs the heads of an agency's ledger (Ed25519).
    Ledger,
    /// Opens what other agencies seal (X-Wing).
    Sealing,
    /// Signs a federation's rosters (Ed25519).
    Roster,
}

/// Which key.
#[derive(Debug, clap::Args)]
pub(crate) struct NewArgs {
    /// What it is for.
    #[arg(value_enum)]
    purpose: Purpose,
    /// The file to make.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Of which key.
#[derive(Debug, clap::Args)]
pub(crate) struct PublicArgs {
    /// What it is for.
    #[arg(value_enum)]
    purpose: Purpose,
    /// The key's file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The federation whose rosters it signs; nodes name the key by it.
    #[arg(long, value_name = "ID", required_if_eq("purpose", "roster"))]
    federation: Option<FederationId>,
}

/// Does it.
pub(crate) fn run(verb: KeyVerb, output: Output) -> anyhow::Result<ExitCode> {
    match verb {
        KeyVerb::New(args) => {
            match args.purpose {
                Purpose::Ledger => LedgerKey::generate(&SystemRandom).store(&args.out)?,
                Purpose::Sealing => SealingKey::generate(&SystemRandom).store(&args.out)?,
                Purpose::Roster => RosterKey::generate(&SystemRandom).store(&args.out)?,
            }
            output.fields(&[("made", args.out.display().to_string())], &json!({ "file": args.out }))?;
        }
        KeyVerb::Public(args) => {
            let public = match (args.purpose, &args.federation) {
                (Purpose::Ledger, _) => STANDARD.encode(LedgerKey::load(&args.file)?.public()),
                (Purpose::Sealing, _) => STANDARD.encode(SealingKey::load(&args.file)?.public_bytes()),
                (Purpose::Roster, Some(federation)) => {
                    verifier_key(federation, &RosterKey::load(&args.file)?)?.to_string()
                }
                (Purpose::Roster, None) => STANDARD.encode(RosterKey::load(&args.file)?.public()),
            };
            let value = json!({ "public": public });
            if output.is_json() { output.value(&value)? } else { output.text(&public)? }
        }
    }
    Ok(ExitCode::SUCCESS)
}
