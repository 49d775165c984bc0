//! `rogatory statistics`: how many cases count in each figure of a questionnaire over a period. It must not count; the node does.
//!
//! Owns the formats: a table for people, CSV and JSON for programs, a picture. Each is a function of the node's answer.

mod csv;
mod svg;
mod text;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::ValueEnum;
use rogatory_client::pb::casework::v1 as pb;

use crate::connect::{ConnectArgs, WhoArgs};
use crate::failure::Misuse;
use crate::output::{Output, json_of, note, raw};

/// The certificate that case systems' calls use.
const CASE_SYSTEM: &str = "cases";

/// What is counted.
#[derive(Debug, clap::Args)]
pub(crate) struct StatisticsArgs {
    /// Code of the instrument; `rogatory instrument list` names them.
    #[arg(long, value_name = "CODE")]
    instrument: String,
    /// First day of the period, such as 2026-01-01.
    #[arg(long, value_name = "DAY")]
    from: String,
    /// Last day of the period, included.
    #[arg(long, value_name = "DAY")]
    to: String,
    /// How it is shown; `--output json` is the same as json.
    #[arg(long, value_enum, default_value_t)]
    format: Shown,
    /// File to write; standard output when absent.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace the file if it exists.
    #[arg(long, requires = "out")]
    force: bool,
    #[command(flatten)]
    who: WhoArgs,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// How statistics are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Shown {
    /// A table for people.
    #[default]
    Table,
    /// One line for each number (RFC 4180).
    Csv,
    /// The node's answer.
    Json,
    /// Bar charts.
    Svg,
}

/// The number of one side in a row.
type CountOf = fn(&pb::FigureRow) -> pb::CaseCount;

/// The sides on which an agency can stand, with the word for each and its number in a row.
const SIDES: [(&str, CountOf); 3] = [
    ("asking", |row| row.asking.unwrap_or_default()),
    ("answering", |row| row.answering.unwrap_or_default()),
    ("told", |row| row.told.unwrap_or_default()),
];

/// Counts, and shows it.
pub(crate) async fn run(args: &StatisticsArgs, output: Output) -> anyhow::Result<ExitCode> {
    let existing = args.out.as_ref().filter(|path| !args.force && path.exists());
    if let Some(path) = existing {
        // Said before the node is asked, which puts the request on the record.
        let text = format!("{} exists; name another file with --out, or give --force", path.display());
        return Err(Misuse(text).into());
    }
    let request = pb::StatisticsRequest {
        assertion: Some(args.who.assertion()),
        instrument: args.instrument.clone(),
        first_day: args.from.clone(),
        last_day: args.to.clone(),
    };
    let counted = args.connect.open(CASE_SYSTEM).await?.casework().statistics(request).await?;
    let format = if output.is_json() { Shown::Json } else { args.format };
    let text = match format {
        Shown::Table => text::of(&counted),
        Shown::Csv => csv::of(&counted),
        Shown::Svg => svg::of(&counted),
        Shown::Json => {
            let value = json_of("rogatory.casework.v1.StatisticsResponse", &counted)?;
            format!("{}\n", serde_json::to_string_pretty(&value)?)
        }
    };
    match &args.out {
        Some(path) => {
            std::fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))?;
            note(format!("written: {}", path.display()));
        }
        // As it is: its lines end in CR LF.
        None if format == Shown::Csv => raw(text.as_bytes())?,
        None => output.text(text.trim_end())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether a figure is one line for people: it is not broken down, or nothing counts in any of its rows. Programs get every row.
fn is_one_line(figure: &pb::Figure) -> bool {
    let has_cases = |row: &pb::FigureRow| SIDES.iter().any(|(_, count)| count(row).cases > 0);
    (figure.by.is_empty() && !figure.days) || !figure.rows.iter().any(has_cases)
}

/// The one row of a figure that is one line; a row of nought where it has several, or none.
fn one_row(figure: &pb::Figure) -> pb::FigureRow {
    let only = figure.rows.first().filter(|_| figure.rows.len() == 1);
    only.map_or_else(pb::FigureRow::default, |row| pb::FigureRow { key: String::new(), ..row.clone() })
}

/// What a figure counts, with its article where there is one.
fn titled(figure: &pb::Figure) -> String {
    let words = figure.meaning.trim_end_matches('.');
    if figure.article == "–" { words.to_owned() } else { format!("{words} [{}]", figure.article) }
}

/// A mean or median for people.
fn one_decimal(number: f64) -> String {
    format!("{number:.1}")
}

/// What was counted, of what and as of when, in one line.
fn heading(counted: &pb::StatisticsResponse) -> String {
    format!(
        "{} ({}), {} to {}, as {} counts it",
        counted.title, counted.instrument, counted.first_day, counted.last_day, counted.agency
    )
}

/// What does not count, in lines; none where everything does.
fn remarks(counted: &pb::StatisticsResponse) -> Vec<String> {
    let mut lines = vec![format!(
        "{} under the instrument in all; counted as of record {}.",
        referrals(counted.referrals),
        counted.as_of
    )];
    if counted.unreadable > 0 {
        let text = "cannot be read, since something of them was erased, and count nowhere.";
        lines.push(format!("{} {text}", referrals(counted.unreadable)));
    }
    if counted.awaiting_opening > 0 {
        let text = "wait for their opening, and count nowhere.";
        lines.push(format!("{} {text}", referrals(counted.awaiting_opening)));
    }
    lines
}

fn referrals(count: u64) -> String {
    if count == 1 { "1 referral".to_owned() } else { format!("{count} referrals") }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn count(cases: u64) -> Option<pb::CaseCount> {
        Some(pb::CaseCount { cases, days: None })
    }

    fn row(key: &str, label: &str, asking: u64, answering: u64) -> pb::FigureRow {
        pb::FigureRow {
            key: key.to_owned(),
            label: label.to_owned(),
            asking: count(asking),
            answering: count(answering),
            told: count(0),
        }
    }

    /// An answer with a figure of each kind, and texts that would break what is careless.
    pub(crate) fn sample() -> pb::StatisticsResponse {
        let figure = |code: &str, by: &str, rows| pb::Figure {
            code: code.to_owned(),
            meaning: format!("Cases, \"{code}\" & <others>."),
            article: "1(1)".to_owned(),
            dated_by: "day declared for the opening".to_owned(),
            by: by.to_owned(),
            rows,
            ..pb::Figure::default()
        };
        let days = pb::DayCount { mean: 65.0, median: 50.0, max: 107 };
        let mut long = row("", "", 0, 3);
        long.answering = Some(pb::CaseCount { cases: 3, days: Some(days) });
        let long = pb::Figure { days: true, without: 2, ..figure("days_to_decision", "", vec![long]) };
        pb::StatisticsResponse {
            agency: "nl-om".to_owned(),
            instrument: "small".to_owned(),
            title: "A small law".to_owned(),
            first_day: "2026-01-01".to_owned(),
            last_day: "2026-12-31".to_owned(),
            as_of: 41,
            referrals: 7,
            unreadable: 1,
            figures: vec![
                figure("opened", "", vec![row("", "", 4, 3)]),
                figure(
                    "opened_by_counterpart",
                    "counterpart",
                    vec![row("FR", "", 4, 1), row("DE", "", 0, 2)],
                ),
                figure("refused", "item", vec![row("4(4)", "Barred, \"by\" time; <b>", 1, 0)]),
                long,
            ],
            not_counted: vec![pb::NotCounted {
                code: "minors".to_owned(),
                meaning: "Minors.".to_owned(),
                article: "3(3)".to_owned(),
                why: "It stands in the form.".to_owned(),
            }],
            ..pb::StatisticsResponse::default()
        }
    }
}
