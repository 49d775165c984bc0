//! What a play tells its reader: a line or an object a step, on standard output; texts of scenarios and of nodes are
//! escaped. It must not decide whether a step held.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};

use jiff::Timestamp;
use rogatory_domain::AgencyId;
use rogatory_domain::text::{escaped, escaped_json};
use serde::Serialize;

use crate::output::{lines_escaped, raw};
use crate::scenario::{Scenario, Step};

use super::expectation::Seen;

/// Columns of the longest agency id of a scenario, at the least.
const WHO_COLUMNS: usize = 17;

/// What came of one step.
#[derive(Debug, Default)]
pub(crate) struct StepReport {
    /// In a few words.
    pub(super) result: String,
    /// Clocks to be shown.
    pub(super) clocks: Vec<Seen>,
    /// Everything that is not as the step expects; nothing when it held.
    pub(super) wrong: Vec<String>,
}

/// One step as an object.
#[derive(Serialize)]
struct Line<'a> {
    step: usize,
    at: Timestamp,
    who: &'a [AgencyId],
    #[serde(rename = "do")]
    verb: &'static str,
    note: &'a str,
    result: &'a str,
    clocks: Vec<ClockLine<'a>>,
    ok: bool,
    wrong: &'a [String],
    ms: u128,
}

#[derive(Serialize)]
struct ClockLine<'a> {
    clock: &'a str,
    label: &'a str,
    due: Option<String>,
    status: Option<&'static str>,
    earlier: Vec<String>,
}

/// Where and how a play is told.
pub(crate) struct Report {
    json: bool,
    colour: bool,
    who_columns: usize,
}

impl Report {
    /// One object a step, or lines for people.
    pub(crate) fn new(json: bool, scenario: &Scenario) -> Self {
        let longest = scenario.members.iter().map(|member| member.id.as_str().len()).max().unwrap_or(0);
        let colour = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self { json, colour: colour && !json, who_columns: longest.max(WHO_COLUMNS) }
    }

    /// Title, summary and members.
    pub(crate) fn begin(&self, scenario: &Scenario) -> io::Result<()> {
        if self.json {
            return Ok(());
        }
        let mut text = format!("\n{}\n{}\n\n", self.bold(&scenario.title), lines_escaped(&scenario.summary));
        for member in &scenario.members {
            let capacity = member.capacity.as_deref().unwrap_or("no party");
            let (id, columns) = (member.id.as_str(), self.who_columns);
            let (name, country) = (escaped(&member.name), &member.country);
            let _ = writeln!(text, "  {id:columns$}  {name} ({country}), {capacity}");
        }
        raw(text.as_bytes())
    }

    /// One step and what came of it.
    pub(crate) fn step(&self, number: usize, step: &Step, told: &StepReport, ms: u128) -> io::Result<()> {
        if self.json {
            let object = serde_json::to_string(&line(number, step, told, ms))?;
            return raw(format!("{}\n", escaped_json(&object)).as_bytes());
        }
        let mark = if told.wrong.is_empty() { self.paint("32", "✓") } else { self.paint("31", "✗") };
        let when = step.local.strftime("%d %b %H:%M");
        let who = match &step.who[..] {
            [one] => one.to_string(),
            all => format!("{} agencies", all.len()),
        };
        let columns = self.who_columns;
        let mut text = format!("{mark} {when}  {who:columns$}  {}\n", escaped(&step.note));
        let indent = " ".repeat(2 + 12 + 2 + columns + 2);
        let under = std::iter::once(&told.result).filter(|result| !result.is_empty());
        for under in under.cloned().chain(told.clocks.iter().map(ToString::to_string)) {
            let _ = writeln!(text, "{indent}{}", self.paint("2", &under));
        }
        for wrong in &told.wrong {
            let _ = writeln!(text, "{indent}{}", self.paint("31", wrong));
        }
        raw(text.as_bytes())
    }

    /// A section of the end, such as what was proven, line by line.
    pub(crate) fn section(&self, title: &str, lines: &[String]) -> io::Result<()> {
        let mut text = format!("\n{}\n", self.bold(title));
        for line in lines {
            let _ = writeln!(text, "  {}", escaped(line));
        }
        raw(text.as_bytes())
    }

    /// Whether objects are written.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }

    fn paint(&self, style: &str, text: &str) -> String {
        let text = escaped(text);
        if self.colour { format!("\x1b[{style}m{text}\x1b[0m") } else { text.to_string() }
    }
}

fn line<'a>(number: usize, step: &'a Step, told: &'a StepReport, ms: u128) -> Line<'a> {
    let clock = |seen: &'a Seen| ClockLine {
        clock: &seen.name,
        label: &seen.label,
        due: seen.due.map(|due| due.to_string()),
        status: seen.status.map(crate::scenario::ClockStatus::word),
        earlier: seen.earlier.iter().map(ToString::to_string).collect(),
    };
    Line {
        step: number,
        at: step.at,
        who: &step.who,
        verb: step.action.verb(),
        note: &step.note,
        result: &told.result,
        clocks: told.clocks.iter().map(clock).collect(),
        ok: told.wrong.is_empty(),
        wrong: &told.wrong,
        ms,
    }
}
