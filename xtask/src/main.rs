//! Chores of the repository: `cargo xtask <chore>`. It checks and prepares; it must not be needed to build or run the product.

mod arrows;
mod deny;
mod instruments;
mod proto;
mod tidy;
mod tools;

use std::process::ExitCode;

use anyhow::{Result, bail};
use cargo_metadata::{Metadata, MetadataCommand};

const CHORES: &str = "\
arrows           only the dependency edges between crates that the architecture allows
tidy             house rules that no compiler lint can express
instruments      no file outside an instrument's own names its code or its law; the list of those that do shrinks
proto            lint the protobuf files; nothing released may break
proto baseline   take today's protobuf files as the released ones
deny             bans, licences and sources of third-party crates";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<()> {
    match words {
        ["arrows"] => arrows::check(&workspace()?),
        ["tidy"] => tidy::check(&workspace()?),
        ["instruments"] => instruments::check(&workspace()?),
        ["proto"] => proto::check(&workspace()?),
        ["proto", "baseline"] => proto::take_baseline(&workspace()?),
        ["deny"] => deny::check(&workspace()?),
        [] | ["help" | "--help" | "-h"] => {
            println!("cargo xtask <chore>\n\n{CHORES}");
            Ok(())
        }
        other => bail!("no chore is called `{}`; there are:\n{CHORES}", other.join(" ")),
    }
}

/// Reads the workspace's own crates; the resolved graph is `cargo deny`'s business.
fn workspace() -> Result<Metadata> {
    Ok(MetadataCommand::new().no_deps().exec()?)
}
