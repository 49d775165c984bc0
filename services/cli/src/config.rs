//! `rogatory config`: looks at everything a node would refuse at its start, and opens, makes and changes nothing.

use std::path::PathBuf;
use std::process::ExitCode;

use jiff::Timestamp;
use rogatory_node::config::{Config, ConfigError, ConfigFault};
use rogatory_node::preflight::look;
use serde_json::{Value, json};

use crate::output::{Output, note};

/// What can be done with a configuration.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ConfigVerb {
    /// Check the file, and everything it names: secrets, roster, certificates, directories, addresses, ledger.
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
    let now = Timestamp::now();
    let found = look(&config, now);
    if !found.faults.is_empty() {
        return Err(ConfigError::Faults(found.faults).into());
    }
    let (version, members) = found.roster.unwrap_or_default();
    let until = found.certificate_until.map(|until| until.to_string()).unwrap_or_default();
    let has_ended = found.certificate_until.is_some_and(|until| until < now);
    let (sound, valid) = if has_ended {
        ("a start is not refused, and nobody but the own operator would believe the node", "ended at")
    } else {
        ("sound", "valid until")
    };
    let value = json!({
        "agency": config.agency,
        "federation": config.federation,
        "roster_version": version,
        "members": members,
        "certificate_until": until,
        "notices": found.notices.iter().map(notice).collect::<Vec<_>>(),
    });
    let fields = [
        ("configuration", sound.to_owned()),
        ("agency", config.agency.to_string()),
        ("federation", config.federation.to_string()),
        ("roster", format!("version {version}, {members} agencies")),
        ("certificate", format!("{valid} {until}")),
    ];
    output.fields(&fields, &value)?;
    if !output.is_json() {
        found.notices.iter().for_each(|told| note(format!("note: {told}")));
    }
    Ok(ExitCode::SUCCESS)
}

fn notice(told: &ConfigFault) -> Value {
    json!({ "key": told.key, "text": told.text })
}
