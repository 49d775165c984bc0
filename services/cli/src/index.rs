//! `rogatory index`: what an operator does with the index of a stopped node. The ledger is never changed by it.

use std::path::PathBuf;
use std::process::ExitCode;

use rogatory_node::config::Config;
use rogatory_node::maintenance::{check_index, rebuild_index};
use serde_json::json;

use crate::failure::verdict;
use crate::output::{Output, note};

/// What can be done with an index.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum IndexVerb {
    /// Remove the index, and fold the whole ledger into a fresh one.
    Rebuild(IndexArgs),
    /// Fold the whole ledger in memory and compare the index with it.
    Check(IndexArgs),
}

/// Which node; it must be stopped.
#[derive(Debug, clap::Args)]
pub(crate) struct IndexArgs {
    /// The node's configuration.
    #[arg(long, value_name = "FILE", env = "ROGATORY_CONFIG", hide_env_values = true)]
    config: PathBuf,
}

/// Does it.
pub(crate) fn run(verb: &IndexVerb, output: Output) -> anyhow::Result<ExitCode> {
    match verb {
        IndexVerb::Rebuild(args) => {
            let folded = rebuild_index(&Config::load(&args.config)?)?;
            output.fields(&[("records folded", folded.to_string())], &json!({ "folded": folded }))?;
            Ok(ExitCode::SUCCESS)
        }
        IndexVerb::Check(args) => {
            let checked = check_index(&Config::load(&args.config)?)?;
            let differences: Vec<_> = checked.differences.iter().map(ToString::to_string).collect();
            let same = differences.is_empty();
            let value = json!({
                "indexed": checked.through,
                "ledger_size": checked.ledger_size,
                "same": same,
                "differences": differences,
            });
            let fields = [
                ("index", if same { "equal to a fresh fold" } else { "different" }.to_owned()),
                ("indexed", checked.through.to_string()),
                ("ledger size", checked.ledger_size.to_string()),
                ("differs in", if same { "-".to_owned() } else { differences.join(", ") }),
            ];
            output.fields(&fields, &value)?;
            if !same {
                note("next: rogatory index rebuild --config FILE");
            }
            Ok(verdict(same))
        }
    }
}
