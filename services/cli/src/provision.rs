//! `rogatory provision`: makes a federation into a directory. Real agencies make their own keys.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use jiff::Timestamp;
use rogatory_node::SystemRandom;
use rogatory_node::provision::{Layout, Plan, provision};
use serde_json::json;

use crate::connect::read;
use crate::failure::Misuse;
use crate::output::{Output, note};

/// What to make, and where.
#[derive(Debug, clap::Args)]
pub(crate) struct ProvisionArgs {
    /// Directory to make it in; it must be empty or absent.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// A plan of federation and agencies (TOML); six agencies of a demonstration when absent.
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Where the nodes will run; the plan's own word when absent.
    #[arg(long, value_enum)]
    layout: Option<Where>,
    /// First port of the demonstration.
    #[arg(long, value_name = "PORT", default_value_t = 7443, conflicts_with = "plan",
          value_parser = clap::value_parser!(u16).range(1..=65_000))]
    first_port: u16,
}

/// Where nodes run.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Where {
    /// On this machine.
    Local,
    /// In containers, as deploy/compose.yaml has them.
    Containers,
}

/// Makes it.
pub(crate) fn run(args: &ProvisionArgs, output: Output) -> anyhow::Result<ExitCode> {
    let layout = args.layout.map(|layout| match layout {
        Where::Local => Layout::Local,
        Where::Containers => Layout::Containers,
    });
    let mut plan = match &args.plan {
        Some(path) => toml::from_str(&read(path)?)
            .map_err(|error| Misuse(format!("{} is not a plan: {error}", path.display())))?,
        None => Plan::demo(Layout::Local, args.first_port),
    };
    if let Some(layout) = layout {
        plan = match args.plan {
            Some(_) => Plan { layout, ..plan },
            // Ports and hosts of the demonstration depend on where it runs.
            None => Plan::demo(layout, args.first_port),
        };
    }
    let made = provision(&plan, &args.out, Timestamp::now(), &SystemRandom)?;
    let agencies: Vec<_> = made
        .agencies
        .iter()
        .map(|agency| {
            json!({
                "agency": agency.id,
                "config": agency.config,
                "client_address": agency.client_endpoint,
            })
        })
        .collect();
    let rows = made.agencies.iter().map(|agency| {
        vec![agency.id.to_string(), agency.client_endpoint.clone(), agency.config.display().to_string()]
    });
    let value = json!({ "roster_key": made.roster_key.to_string(), "agencies": agencies });
    output.table(&["agency", "clients at", "configuration"], rows, &value)?;
    if !output.is_json() {
        note(format!("roster key: {}", made.roster_key));
        let dir = args.out.display();
        note(match plan.layout {
            Layout::Local => format!("next: rogatory federation up {dir} runs every node in this terminal"),
            Layout::Containers => format!("next: deploy/compose.yaml runs a node of {dir} in each container"),
        });
    }
    Ok(ExitCode::SUCCESS)
}
