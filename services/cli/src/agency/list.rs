//! The agencies of the roster in force, as a running node tells them. It must not read the roster by itself.

use std::process::ExitCode;

use rogatory_client::pb::casework::v1::Agency;

use crate::connect::ConnectArgs;
use crate::failure::Misuse;
use crate::output::{Output, dash, json_of};

/// The certificate that the call uses.
const CASE_SYSTEM: &str = "cases";

/// Of which node.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    /// Only this agency, and under which instruments it takes part in which capacities.
    #[arg(value_name = "AGENCY")]
    agency: Option<String>,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Lists them.
pub(super) async fn run(args: &ListArgs, output: Output) -> anyhow::Result<ExitCode> {
    let agencies = args.connect.open(CASE_SYSTEM).await?.casework().agencies().await?;
    if let Some(id) = &args.agency {
        let found = agencies.iter().find(|agency| agency.agency == *id);
        return one(found.ok_or_else(|| Misuse(format!("the roster has no agency {id}")))?, output);
    }
    let values = agencies.iter().map(|agency| json_of("rogatory.casework.v1.Agency", agency));
    let values = values.collect::<Result<Vec<_>, _>>()?;
    output.table(&["agency", "name", "calendar", "own", "via"], agencies.iter().map(row), &values)?;
    Ok(ExitCode::SUCCESS)
}

/// One agency as a page.
fn one(agency: &Agency, output: Output) -> anyhow::Result<ExitCode> {
    let cells = ["agency", "name", "calendar", "own", "via"].into_iter().zip(row(agency));
    let takes = agency
        .accepts
        .iter()
        .map(|it| ("takes", format!("{} as {}", it.instrument, it.capacities.join(", "))));
    let fields: Vec<_> = cells.chain(takes).collect();
    output.fields(&fields, &json_of("rogatory.casework.v1.Agency", agency)?)?;
    Ok(ExitCode::SUCCESS)
}

fn row(agency: &Agency) -> Vec<String> {
    vec![
        agency.agency.clone(),
        agency.name.clone(),
        agency.jurisdiction.clone(),
        if agency.own { "yes" } else { "no" }.to_owned(),
        dash(&agency.via),
    ]
}
