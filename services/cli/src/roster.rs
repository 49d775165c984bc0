//! `rogatory roster`: the list of agencies, from the cards of its members to a running node.
//!
//! Owns the verbs. What a roster may say, and which one may follow which, is decided elsewhere.

use std::path::PathBuf;
use std::process::ExitCode;

use rogatory_evidence::roster::ROSTER_BYTES_MAX;
use rogatory_keys::small_file;

use crate::connect::{ConnectArgs, WhoArgs};
use crate::failure::Misuse;
use crate::output::{Output, dash, json_of};

mod edit;
mod look;

/// The certificate that operators' calls use.
const OPERATOR: &str = "ops";

/// What can be done with a roster.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum RosterVerb {
    /// Put an agency in, as its card says, or bring up to date what the draft says of it.
    Add(edit::AddArgs),
    /// Take an agency out of a draft.
    Remove(edit::RemoveArgs),
    /// Say under which edition of an instrument, or of the calendars, the agencies of a draft open cases.
    Edition(edit::EditionArgs),
    /// Make a draft of a signed roster, to go on from where the draft it was made from is lost.
    Draft(edit::DraftArgs),
    /// Sign a draft as the next edition.
    Sign(edit::SignArgs),
    /// Show the agencies of a roster, signed or not.
    Show(look::ShowArgs),
    /// Show what one roster changes against another.
    Diff(look::DiffArgs),
    /// Put a signed roster in force at a running node, and in the place of its file; who did it, and why, goes on the record.
    Load(LoadArgs),
}

/// Which roster, and who loads it.
#[derive(Debug, clap::Args)]
pub(crate) struct LoadArgs {
    /// The signed roster.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    who: WhoArgs,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Does it.
pub(crate) async fn run(verb: RosterVerb, output: Output) -> anyhow::Result<ExitCode> {
    match verb {
        RosterVerb::Add(args) => edit::add(&args, output),
        RosterVerb::Remove(args) => edit::remove(&args, output),
        RosterVerb::Edition(args) => edit::edition(&args, output),
        RosterVerb::Draft(args) => edit::draft(&args, output),
        RosterVerb::Sign(args) => edit::sign(&args, output),
        RosterVerb::Show(args) => look::show(&args, output),
        RosterVerb::Diff(args) => look::diff(&args, output),
        RosterVerb::Load(args) => load(args, output).await,
    }
}

/// The text of a roster, whatever its size may be.
fn read(path: &std::path::Path) -> anyhow::Result<String> {
    Ok(small_file::read_text(path, ROSTER_BYTES_MAX as u64).map_err(|error| Misuse(error.to_string()))?)
}

async fn load(args: LoadArgs, output: Output) -> anyhow::Result<ExitCode> {
    let note = read(&args.file)?;
    let who = args.who.assertion();
    let admin = args.connect.open(OPERATOR).await?.admin();
    let loaded = admin.load_roster(&note, &who.person, &who.justification).await?;
    let state = if loaded.was_in_force { "in force already" } else { "in force, on the record" };
    let fields = [
        ("roster", format!("version {}, {state}", loaded.version)),
        ("came", dash(&loaded.came.join(", "))),
        ("left", dash(&loaded.left.join(", "))),
        ("changed", dash(&loaded.changed.join(", "))),
    ];
    output.fields(&fields, &json_of("rogatory.admin.v1.LoadRosterResponse", &loaded)?)?;
    Ok(ExitCode::SUCCESS)
}
