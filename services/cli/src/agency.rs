//! `rogatory agency`: makes the home of one agency, and the card that it sends to join a federation, and lists those of the
//! roster in force.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::Timestamp;
use rogatory_domain::{AgencyId, FederationId};
use rogatory_evidence::RosterError;
use rogatory_evidence::roster::{Card, LedgerKeyRange, SealingKeyRange};
use rogatory_keys::{LedgerKey, SealingKey};
use rogatory_node::SystemRandom;
use rogatory_node::provision::{Layout, Plan, PlannedAgency, init_agency};
use rogatory_tlog::VerifierKey;
use serde_json::json;

use crate::connect::read;
use crate::failure::Misuse;
use crate::output::{Output, note};

mod list;

/// What can be done for an agency.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum AgencyVerb {
    /// Make the home of an agency: authority, certificates, keys, configuration, card.
    Init(Box<InitArgs>),
    /// Show an agency's card with its fingerprint, after bringing it up to what its home holds now.
    Card(CardArgs),
    /// List the agencies of the roster in force, as a running node tells them, and what each takes.
    List(list::ListArgs),
}

/// Which agency, in which federation, and where its node will run.
#[derive(Debug, clap::Args)]
pub(crate) struct InitArgs {
    /// Directory to make; it must be empty or absent.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The agency, such as nl-om.
    #[arg(long, value_name = "ID")]
    agency: AgencyId,
    /// Its official name.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Jurisdiction whose calendar counts; ISO 3166-1 alpha-2.
    #[arg(long, value_name = "CODE")]
    country: String,
    /// Part of it with a calendar of its own; ISO 3166-2, such as BY of DE-BY.
    #[arg(long, value_name = "CODE")]
    part: Option<String>,
    /// The federation.
    #[arg(long, value_name = "ID")]
    federation: FederationId,
    /// The key that signs the federation's rosters, as `rogatory key public roster` shows it.
    #[arg(long, value_name = "KEY")]
    roster_key: VerifierKey,
    /// Host or address by which peers and clients reach the node.
    #[arg(long, value_name = "HOST")]
    host: String,
    /// Port for peers.
    #[arg(long, value_name = "PORT", default_value_t = 7443)]
    peer_port: u16,
    /// Port for the agency's own clients.
    #[arg(long, value_name = "PORT", default_value_t = 7444)]
    client_port: u16,
    /// Port of the metrics, on the loopback; none when absent.
    #[arg(long, value_name = "PORT")]
    metrics_port: Option<u16>,
    /// Days for which every certificate is valid.
    #[arg(long, value_name = "DAYS", default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=3_650))]
    days: u32,
}

/// Whose card.
#[derive(Debug, clap::Args)]
pub(crate) struct CardArgs {
    /// The agency's home.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Host and port at which peers reach the node from now on.
    #[arg(long, value_name = "HOST:PORT")]
    endpoint: Option<String>,
}

/// Does it.
pub(crate) async fn run(verb: AgencyVerb, output: Output) -> anyhow::Result<ExitCode> {
    match verb {
        AgencyVerb::Init(args) => init(*args, output),
        AgencyVerb::Card(args) => card(&args, output),
        AgencyVerb::List(args) => list::run(&args, output).await,
    }
}

fn init(args: InitArgs, output: Output) -> anyhow::Result<ExitCode> {
    let agency = PlannedAgency {
        id: args.agency,
        name: args.name,
        country: args.country,
        part: args.part,
        host: args.host,
        peer_port: args.peer_port,
        client_port: args.client_port,
        metrics_port: args.metrics_port,
    };
    let (federation, validity_days) = (args.federation, args.days);
    let plan = Plan { federation, layout: Layout::Local, validity_days, agencies: vec![agency] };
    let card = init_agency(&plan, &args.dir, &args.roster_key, Timestamp::now(), &SystemRandom)?;
    show(&args.dir, &card.to_text(), output)?;
    if !output.is_json() {
        note(
            "next: send the card, compare the fingerprint by another way, put the roster you get back beside it, then",
        );
        note(format!("      rogatory ledger begin --config {}", args.dir.join("node.toml").display()));
        note("keep authority/ away from the node's machine");
    }
    Ok(ExitCode::SUCCESS)
}

fn card(args: &CardArgs, output: Output) -> anyhow::Result<ExitCode> {
    let path = args.dir.join("card.toml");
    let before = read(&path)?;
    let unfit = |error: RosterError| Misuse(format!("{} is no card: {error}", path.display()));
    let mut card = Card::parse(&before).map_err(unfit)?;
    let (ledger, sealing) = (
        LedgerKey::load(&args.dir.join("ledger.key"))?.public(),
        SealingKey::load(&args.dir.join("sealing.key"))?,
    );
    let agency = &mut card.agency;
    agency.ledger_keys = vec![LedgerKeyRange::current(ledger)];
    agency.sealing_keys = vec![SealingKeyRange::first(sealing.public_bytes())];
    agency.roots = vec![read(&args.dir.join("ca.crt"))?];
    if let Some(endpoint) = &args.endpoint {
        agency.endpoint.clone_from(endpoint);
    }
    let text = card.to_text();
    Card::parse(&text).map_err(unfit)?;
    if text != before {
        fs::write(&path, &text)?;
    }
    show(&args.dir, &text, output)?;
    Ok(ExitCode::SUCCESS)
}

fn show(dir: &Path, card: &str, output: Output) -> anyhow::Result<()> {
    let (file, fingerprint) = (dir.join("card.toml"), Card::fingerprint(card));
    let fields = [("card", file.display().to_string()), ("fingerprint", fingerprint.clone())];
    output.fields(&fields, &json!({ "card": file, "fingerprint": fingerprint }))
}
