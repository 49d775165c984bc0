//! The agencies of the roster in force, as a running node tells them. It must not read the roster by itself.

use std::process::ExitCode;

use rogatory_client::pb::casework::v1::{Acceptance, Agency};

use crate::connect::ConnectArgs;
use crate::output::{Output, dash, json_of};

/// The certificate that the call uses.
const CASE_SYSTEM: &str = "cases";

/// Of which node.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Lists them.
pub(super) async fn run(args: &ListArgs, output: Output) -> anyhow::Result<ExitCode> {
    let agencies = args.connect.open(CASE_SYSTEM).await?.casework().agencies().await?;
    let values = agencies.iter().map(|agency| json_of("rogatory.casework.v1.Agency", agency));
    let values = values.collect::<Result<Vec<_>, _>>()?;
    output.table(
        &["agency", "name", "calendar", "own", "via", "takes"],
        agencies.iter().map(row),
        &values,
    )?;
    Ok(ExitCode::SUCCESS)
}

fn row(agency: &Agency) -> Vec<String> {
    let takes = |it: &Acceptance| format!("{} as {}", it.instrument, it.capacities.join(", "));
    vec![
        agency.agency.clone(),
        agency.name.clone(),
        agency.jurisdiction.clone(),
        if agency.own { "yes" } else { "no" }.to_owned(),
        dash(&agency.via),
        dash(&agency.accepts.iter().map(takes).collect::<Vec<_>>().join("; ")),
    ]
}
