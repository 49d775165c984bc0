//! `rogatory referral new`: a request asked for box by box, and written as a file that the check takes.
//!
//! Owns where the file goes. It must not send anything, and never replaces a file unasked.

mod answers;
mod beside;
mod interview;
mod question;
mod terminal;
mod written;

use std::io::{BufRead, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;

use self::answers::Answers;
use self::terminal::Terminal;
use super::example;
use crate::failure::{MISUSE, Misuse};
use crate::output::{Output, note, raw};

/// Which instrument, and where the file goes.
#[derive(Debug, clap::Args)]
pub(crate) struct NewArgs {
    /// Code of the instrument, as `instrument list` shows it.
    code: String,
    /// File to write, JSON where its name ends in .json and TOML with comments otherwise; standard output when absent.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Replace the file if it exists.
    #[arg(long, requires = "to")]
    force: bool,
}

/// Asks on standard error, reads answers from standard input, and writes the file.
pub(crate) fn run(args: &NewArgs, output: Output) -> anyhow::Result<ExitCode> {
    let (form, instrument) = example::found(&args.code)?;
    if let Some(path) = args.to.as_deref().filter(|path| !args.force && path.exists()) {
        // Said before anybody answers anything.
        let text = format!("{} exists; name another file with --to, or give --force", path.display());
        return Err(Misuse(text).into());
    }
    let mut terminal =
        Terminal::new(std::io::stdin().lock(), std::io::stderr(), std::io::stdin().is_terminal());
    let mut answers = Answers::new(form, instrument);
    ask(&mut answers, &mut terminal)?;
    let text = text_of(&answers, args.to.as_deref())?;
    match &args.to {
        None => raw(text.as_bytes())?,
        Some(path) => {
            super::write_private(path, text.as_bytes())
                .with_context(|| format!("{} cannot be written", path.display()))?;
            let value = serde_json::json!({ "file": path, "bytes": text.len() });
            let fields = [("file", path.display().to_string()), ("bytes", text.len().to_string())];
            output.fields(&fields, &value)?;
        }
    }
    let left = answers.flaws();
    if left.is_empty() {
        let warnings = answers.warnings();
        warnings.iter().for_each(|warning| note(format!("warning: {}: {}", warning.path, warning.text)));
        let file = args.to.as_deref().unwrap_or(Path::new("FILE")).display();
        note(format!("next: rogatory referral submit {file}"));
        return Ok(ExitCode::SUCCESS);
    }
    note("the request is written and breaks rules that are to be mended in the file:");
    left.iter().for_each(|flaw| note(format!("  {}: {}", flaw.path, flaw.text)));
    Ok(ExitCode::from(MISUSE))
}

fn ask<R: BufRead, W: Write>(answers: &mut Answers, terminal: &mut Terminal<R, W>) -> Result<(), Misuse> {
    beside::beside(answers, terminal)?;
    interview::form(answers, terminal)?;
    interview::mend(answers, terminal)
}

fn text_of(answers: &Answers, path: Option<&Path>) -> anyhow::Result<String> {
    if path.and_then(Path::extension).is_some_and(|suffix| suffix == "json") {
        return Ok(format!("{}\n", serde_json::to_string_pretty(answers.root())?));
    }
    Ok(written::toml(answers))
}

#[cfg(test)]
mod tests;
