//! `rogatory referral print`: the official form on paper, of a request file without any node, or of a referral of one's node. It
//! must not look at what a form contains.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use jiff::Timestamp;
use rogatory_client::Assertion;
use rogatory_client::pb::casework::v1 as pb;
use rogatory_paper::{Format, Print, Standing};
use rogatory_wire::form::form_of;

use super::{judge, open, short, write_private};
use crate::connect::ConnectArgs;
use crate::failure::Misuse;
use crate::output::{Output, note, raw};

/// What to print, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct PrintArgs {
    /// A request file in TOML, JSON or YAML, for which no node is needed; or the id of a referral, or the last 8 digits of it
    /// or more where no other ends so, whose form the node prints, on the record.
    #[arg(value_name = "REFERRAL|FILE")]
    what: String,
    /// Language of the fixed words of the form, such as fr; that of the form when absent, or English where we lack it.
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// As what: PDF/A for archives, or one page of HTML.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Kind,
    /// Message of the referral whose form is printed, by its id or the last 8 digits of it or more: an event that has one of its own,
    /// such as a confirmation of receipt; the form that opened the referral when absent.
    #[arg(long, value_name = "MESSAGE")]
    message: Option<String>,
    /// Print a file that breaks rules of its form as a draft: every page says so, and every fault is named at the end.
    #[arg(long)]
    draft: bool,
    /// File to write, - for standard output; named after the instrument, the referral and the language when absent.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Replace the file if it exists.
    #[arg(long)]
    force: bool,
    /// Person in the case system, 1 to 128 bytes; for a referral, not for a file.
    #[arg(
        long,
        value_name = "ID",
        env = "ROGATORY_PERSON",
        hide_env_values = true,
        help_heading = "On record"
    )]
    person: Option<String>,
    /// Why, 1 to 500 bytes; likewise.
    #[arg(
        long,
        value_name = "TEXT",
        env = "ROGATORY_JUSTIFICATION",
        hide_env_values = true,
        help_heading = "On record"
    )]
    justification: Option<String>,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// As what a form is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// PDF/A-2b.
    #[default]
    Pdf,
    /// HTML.
    Html,
}

/// A file that was printed.
struct Printed {
    bytes: Vec<u8>,
    name: String,
    language: String,
}

/// Prints, and writes the file.
pub(crate) async fn run(args: &PrintArgs, output: Output) -> anyhow::Result<ExitCode> {
    // Said before a node is asked, which puts the reading on the record.
    if let Some(path) = &args.to {
        free(path, args.force)?;
        shown(path, args.format, std::io::stdout().is_terminal())?;
    }
    let path = Path::new(&args.what);
    let printed = if is_referral(&args.what) { by_node(args).await? } else { from_file(args, path)? };
    let path = args.to.clone().unwrap_or_else(|| PathBuf::from(&printed.name));
    if is_standard_output(&path) {
        raw(&printed.bytes)?;
        return Ok(ExitCode::SUCCESS);
    }
    free(&path, args.force)?;
    write_private(&path, &printed.bytes).with_context(|| format!("{} cannot be written", path.display()))?;
    let bytes = printed.bytes.len();
    let value = serde_json::json!({ "file": path, "bytes": bytes, "language": printed.language });
    let fields =
        [("file", path.display().to_string()), ("bytes", bytes.to_string()), ("language", printed.language)];
    output.fields(&fields, &value)?;
    Ok(ExitCode::SUCCESS)
}

fn is_standard_output(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Nothing that is there is replaced unasked.
fn free(path: &Path, force: bool) -> Result<(), Misuse> {
    if force || is_standard_output(path) || !path.exists() {
        return Ok(());
    }
    Err(Misuse(format!("{} exists; name another file with --to, or give --force", path.display())))
}

/// A PDF on a terminal is of no use to anybody, and may disturb it.
fn shown(path: &Path, format: Kind, is_terminal: bool) -> Result<(), Misuse> {
    if format == Kind::Pdf && is_standard_output(path) && is_terminal {
        let text = "a PDF is not for a terminal; name a file with --to, or pipe it into a program";
        return Err(Misuse(text.to_owned()));
    }
    Ok(())
}

/// Whether this is an id or the end of one, and no file.
fn is_referral(what: &str) -> bool {
    let is_id = what.len() >= 8 && what.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    is_id && !Path::new(what).exists()
}

/// Prints the form of a request file.
fn from_file(args: &PrintArgs, path: &Path) -> anyhow::Result<Printed> {
    if args.message.is_some() {
        let text = "--message names a message of a referral; a request file has none";
        return Err(Misuse(text.to_owned()).into());
    }
    let (request, faults) = if args.draft { drafted(path)? } else { (judge::submission(path)?, Vec::new()) };
    let form = request.opening.and_then(|opening| opening.request).map(form_of);
    let (instrument, form) = form.ok_or_else(|| Misuse(format!("{} has no form", path.display())))?;
    let order = Print {
        instrument,
        form: &form,
        language: args.language.as_deref(),
        reference: &request.referral_id,
        at: Timestamp::now(),
        corrections: &[],
        act: None,
        standing: if faults.is_empty() { Standing::Unsent } else { Standing::Draft(&faults) },
    };
    let format = match args.format {
        Kind::Pdf => Format::Pdf,
        Kind::Html => Format::Html,
    };
    let paper = rogatory_paper::print(&order, format).map_err(|error| Misuse(error.to_string()))?;
    Ok(Printed { bytes: paper.bytes, name: paper.file_name, language: paper.language.to_owned() })
}

/// As much of a file as can be read, and its faults.
fn drafted(path: &Path) -> anyhow::Result<(pb::SubmitRequest, Vec<String>)> {
    let (request, flaws) = judge::draft(path)?;
    if !flaws.found.is_empty() {
        note(format!("{} has {}; it is printed as a draft", path.display(), flaws.count()));
    }
    Ok((request, flaws.lines().collect()))
}

/// Has the node print the form of a referral.
async fn by_node(args: &PrintArgs) -> anyhow::Result<Printed> {
    let none = || Misuse("reading a referral is on the record: give --person and --justification".to_owned());
    let who = args.person.clone().zip(args.justification.clone());
    if args.draft {
        return Err(Misuse("--draft is for a file; what a referral holds was sent".to_owned()).into());
    }
    let assertion =
        who.map(|(person, justification)| Assertion { person, justification }).ok_or_else(none)?;
    let format = match args.format {
        Kind::Pdf => pb::PrintFormat::Pdf,
        Kind::Html => pb::PrintFormat::Html,
    };
    let casework = open(&args.connect).await?.casework();
    let referral_id = short::whole(&casework, &args.what, assertion.clone()).await?;
    let mut message = args.message.clone();
    short::whole_messages(&casework, &referral_id, message.iter_mut(), assertion.clone()).await?;
    let request = pb::PrintReferralRequest {
        referral_id,
        assertion: Some(assertion),
        language: args.language.clone().unwrap_or_default(),
        format: format.into(),
        message_id: message.unwrap_or_default(),
    };
    let answer = casework.print(request).await?;
    Ok(Printed { bytes: answer.file.into(), name: answer.file_name, language: answer.language })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pdf_goes_into_a_pipe_and_a_file_and_not_onto_a_terminal() {
        assert!(shown(Path::new("-"), Kind::Pdf, true).is_err());
        for (path, format, is_terminal) in
            [("-", Kind::Pdf, false), ("-", Kind::Html, true), ("a.pdf", Kind::Pdf, true)]
        {
            assert!(shown(Path::new(path), format, is_terminal).is_ok(), "{path} {format:?} {is_terminal}");
        }
    }

    #[test]
    fn an_id_or_its_end_is_a_referral_and_anything_else_a_file() {
        for id in ["0192f0a0-0000-7000-8000-0000deadbeef", "deadbeef"] {
            assert!(is_referral(id), "{id}");
        }
        for file in ["warrant.json", "-", "beef", "./deadbeef", "Cargo.toml"] {
            assert!(!is_referral(file), "{file}");
        }
    }
}
