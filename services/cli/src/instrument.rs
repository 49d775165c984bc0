//! `rogatory instrument`: what this release knows of the law, from its own tables; no node is needed.
//!
//! Owns how an instrument is shown. It must not know one by its name.

use std::process::ExitCode;

use clap::ValueEnum;
use rogatory_domain::Instrument;
use rogatory_domain::instrument::{INSTRUMENTS, state_diagram, state_drawing};

use crate::failure::Misuse;
use crate::output::Output;

mod tables;

/// What can be asked of the instruments.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum InstrumentVerb {
    /// List the instruments of this release, each in every edition it judges cases by.
    List,
    /// Show one: capacities, states, events, clocks, lists.
    Show(ShowArgs),
}

/// Which instrument, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct ShowArgs {
    /// Code of the instrument, as `instrument list` shows it.
    code: String,
    /// Edition; the one that new cases are opened under where none is given.
    #[arg(long, value_name = "NUMBER")]
    edition: Option<u16>,
    /// How it is drawn; `--output json` takes its place.
    #[arg(long, value_enum, default_value_t)]
    format: Drawing,
}

/// How an instrument is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Drawing {
    /// Tables for people, with the rows of its page in the reference.
    #[default]
    Table,
    /// Its states and events as a Mermaid diagram.
    Mermaid,
    /// Its states and events as a picture.
    Svg,
}

/// Shows instruments.
pub(crate) fn run(verb: &InstrumentVerb, output: Output) -> anyhow::Result<ExitCode> {
    match verb {
        InstrumentVerb::List => list(output)?,
        InstrumentVerb::Show(args) => show(args, output)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(output: Output) -> anyhow::Result<()> {
    let described: Vec<_> = INSTRUMENTS.iter().map(|instrument| instrument.describe()).collect();
    let rows = INSTRUMENTS.iter().map(|instrument| {
        let counts = [instrument.states.len(), instrument.events.len(), instrument.clocks.len()];
        let names = [instrument.code, &instrument.edition.to_string(), instrument.title, instrument.act];
        names.map(str::to_owned).into_iter().chain(counts.map(|count| count.to_string())).collect()
    });
    output.table(&["code", "edition", "title", "act", "states", "events", "clocks"], rows, &described)
}

fn show(args: &ShowArgs, output: Output) -> anyhow::Result<()> {
    let instrument = found(&args.code, args.edition)?;
    if output.is_json() {
        return output.value(&instrument.describe());
    }
    match args.format {
        Drawing::Table => tables::print(instrument, output),
        Drawing::Mermaid => Ok(output.text(&state_diagram(instrument))?),
        Drawing::Svg => Ok(output.text(&state_drawing(instrument))?),
    }
}

fn found(code: &str, edition: Option<u16>) -> Result<&'static Instrument, Misuse> {
    let found = match edition {
        Some(edition) => Instrument::of_edition(code, edition),
        None => Instrument::of_code(code),
    };
    found.ok_or_else(|| {
        let name = |known: &&'static Instrument| format!("{} (edition {})", known.code, known.edition);
        let known: Vec<_> = INSTRUMENTS.iter().map(name).collect();
        Misuse(format!("there is no such instrument, or not in this edition; there are {}", known.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instrument_is_found_by_code_and_edition_and_a_stranger_names_those_there_are() {
        for known in INSTRUMENTS {
            assert_eq!(found(known.code, Some(known.edition)).unwrap(), *known);
            assert_eq!(found(known.code, None).unwrap().code, known.code);
        }
        let stranger = found("no_such_law", None).unwrap_err().to_string();
        assert!(stranger.contains(INSTRUMENTS[0].code), "{stranger}");
        assert!(found(INSTRUMENTS[0].code, Some(999)).is_err());
    }

    #[test]
    fn a_description_has_what_programs_follow_it_by() {
        for known in INSTRUMENTS {
            let value = serde_json::to_value(known.describe()).unwrap();
            for key in ["code", "edition", "title", "states", "events", "clocks"] {
                assert!(value.get(key).is_some(), "{key}");
            }
            assert_eq!(value["states"].as_array().unwrap().len(), known.states.len());
            assert_eq!(value["events"].as_array().unwrap().len(), known.events.len());
            let is_whole = |event: &serde_json::Value| {
                !event["by"].as_array().unwrap().is_empty()
                    && !event["transitions"].as_array().unwrap().is_empty()
            };
            assert!(value["events"].as_array().unwrap().iter().all(is_whole));
        }
    }
}
