//! `rogatory config`: reads everything a node would read at its start, and opens nothing.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use rogatory_node::config::Config;
use rogatory_node::maintenance::check_files;
use serde_json::json;

use crate::output::Output;

/// What can be done with a configuration.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ConfigVerb {
    /// Check the file, and that roster, keys and certificates in it belong together.
    Check(CheckArgs),
}

/// Which configuration.
#[derive(Debug, clap::Args)]
pub(crate) struct CheckArgs {
    /// The node's configuration.
    #[arg(long, value_name = "FILE", env = "ROGATORY_CONFIG", hide_env_values = true)]
    config: PathBuf,
}

/// Checks it.
pub(crate) fn run(verb: &ConfigVerb, output: Output) -> anyhow::Result<ExitCode> {
    let ConfigVerb::Check(args) = verb;
    let config = Config::load(&args.config)?;
    let found = check_files(&config).context("the configuration is well-formed, but not what it names")?;
    let value = json!({
        "agency": config.agency,
        "federation": config.federation,
        "roster_version": found.roster_version,
        "members": found.members,
        "certificate_until": found.certificate_until.to_string(),
    });
    let fields = [
        ("configuration", "sound".to_owned()),
        ("agency", config.agency.to_string()),
        ("federation", config.federation.to_string()),
        ("roster", format!("version {}, {} agencies", found.roster_version, found.members)),
        ("certificate", format!("valid until {}", found.certificate_until)),
    ];
    output.fields(&fields, &value)?;
    Ok(ExitCode::SUCCESS)
}
