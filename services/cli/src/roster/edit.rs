//! A roster's draft: agencies are put in by their cards and taken out, then it is signed as the next edition.
//!
//! It must not sign what nobody compared: a card counts with the fingerprint that its agency read aloud.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rogatory_domain::instrument::INSTRUMENTS;
use rogatory_domain::{AgencyId, Instrument};
use rogatory_evidence::roster::{Card, Put};
use rogatory_evidence::{Roster, RosterDraft, RosterError};
use rogatory_keys::{RosterKey, small_file};
use rogatory_node::roster_signing::{self, verifier_key};
use rogatory_tlog::VerifierKey;
use serde_json::json;

use super::read;
use crate::failure::Misuse;
use crate::output::{Output, note};

/// What a roster calls the calendars among its editions; the others go by the codes of instruments.
const CALENDARS: &str = "calendars";

/// Which card goes into which draft.
#[derive(Debug, clap::Args)]
pub(crate) struct AddArgs {
    /// The draft; made where there is none.
    #[arg(value_name = "DRAFT")]
    draft: PathBuf,
    /// The agency's card.
    #[arg(value_name = "CARD")]
    card: PathBuf,
    /// The card's fingerprint, as the agency said it by another way than the card came.
    #[arg(long, value_name = "TEXT")]
    fingerprint: String,
    /// Where the card has a new ledger key: position of the newest record of the ledger before that anybody holds.
    #[arg(long, value_name = "POSITION")]
    last_record: Option<u64>,
}

/// Which agency leaves which draft.
#[derive(Debug, clap::Args)]
pub(crate) struct RemoveArgs {
    /// The draft.
    #[arg(value_name = "DRAFT")]
    draft: PathBuf,
    /// The agency.
    #[arg(value_name = "AGENCY")]
    agency: AgencyId,
}

/// Which edition comes into force, in which draft.
#[derive(Debug, clap::Args)]
pub(crate) struct EditionArgs {
    /// The draft.
    #[arg(value_name = "DRAFT")]
    draft: PathBuf,
    /// Code of an instrument, or `calendars`.
    #[arg(value_name = "OF")]
    of: String,
    /// The edition. Every node that does not know it goes on by the roster before, so ask first.
    #[arg(value_name = "EDITION")]
    edition: u16,
}

/// Which roster becomes a draft, and where.
#[derive(Debug, clap::Args)]
pub(crate) struct DraftArgs {
    /// The signed roster.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The key that must have signed it: name+id+base64, as `rogatory provision` and `rogatory roster sign` show it.
    #[arg(long, value_name = "KEY")]
    roster_key: VerifierKey,
    /// The draft to make; it must not exist.
    #[arg(long, value_name = "DRAFT")]
    out: PathBuf,
}

/// Which draft is signed, with which key.
#[derive(Debug, clap::Args)]
pub(crate) struct SignArgs {
    /// The draft; it notes the version of the edition that is made from it.
    #[arg(value_name = "DRAFT")]
    draft: PathBuf,
    /// The federation's roster key.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The signed roster to make, or to replace by the edition after it.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Puts an agency in.
pub(crate) fn add(args: &AddArgs, output: Output) -> anyhow::Result<ExitCode> {
    let text = crate::connect::read(&args.card)?;
    let unfit = |error: RosterError| Misuse(format!("{}: {error}", args.card.display()));
    let card = Card::parse(&text).map_err(unfit)?;
    if !Card::is_fingerprint(&text, &args.fingerprint) {
        // Which one it has is not shown here: it would be copied, and nothing compared.
        let path = args.card.display();
        return Err(
            Misuse(format!("{path} has another fingerprint; ask the agency which card it sent")).into()
        );
    }
    let agency = card.agency.id.clone();
    let mut draft = if args.draft.exists() {
        load(&args.draft)?
    } else {
        // No edition was made from it yet.
        RosterDraft { version: 0, ..RosterDraft::new(card.federation.clone()) }
    };
    let put = draft.put(card, args.last_record).map_err(|error| match error {
        RosterError::Fields(fields) if fields == ["ledger_keys.last"] => Misuse(format!(
            "{agency} has a new ledger key: say with --last-record which record of the ledger before was its last; \
             its partners hold heads of it, see rogatory peer list"
        )),
        error => unfit(error),
    })?;
    store(&args.draft, &draft)?;
    let outcome = match put {
        Put::New => "put in",
        Put::Changed => "changed",
        Put::Unchanged => "unchanged",
    };
    let value = json!({ "agency": agency, "outcome": outcome, "agencies": draft.members.len() });
    output.fields(&[("agency", agency.to_string()), ("outcome", outcome.to_owned())], &value)?;
    Ok(ExitCode::SUCCESS)
}

/// Takes an agency out.
pub(crate) fn remove(args: &RemoveArgs, output: Output) -> anyhow::Result<ExitCode> {
    let mut draft = load(&args.draft)?;
    if !draft.remove(&args.agency) {
        return Err(Misuse(format!("{} does not name {}", args.draft.display(), args.agency)).into());
    }
    store(&args.draft, &draft)?;
    let value = json!({ "agency": args.agency, "outcome": "taken out", "agencies": draft.members.len() });
    output.fields(&[("agency", args.agency.to_string()), ("outcome", "taken out".to_owned())], &value)?;
    Ok(ExitCode::SUCCESS)
}

/// Puts an edition in.
pub(crate) fn edition(args: &EditionArgs, output: Output) -> anyhow::Result<ExitCode> {
    let mut draft = load(&args.draft)?;
    if args.of != CALENDARS && Instrument::of_code(&args.of).is_none() {
        let known: Vec<&str> = INSTRUMENTS.iter().map(|known| known.code).chain([CALENDARS]).collect();
        return Err(Misuse(format!("there is no {}; there are {}", args.of, known.join(", "))).into());
    }
    let before = draft.edition_of(&args.of);
    draft.editions.insert(args.of.clone(), args.edition);
    // What this release does not know, it would not sign either.
    let unfit = |error: RosterError| Misuse(format!("{}: {error}", args.of));
    let draft = RosterDraft::parse(&draft.to_text()).map_err(unfit)?;
    store(&args.draft, &draft)?;
    let value = json!({ "of": args.of, "before": before, "edition": args.edition });
    let fields =
        [("of", args.of.clone()), ("before", before.to_string()), ("edition", args.edition.to_string())];
    output.fields(&fields, &value)?;
    Ok(ExitCode::SUCCESS)
}

/// Makes a draft of a signed roster.
pub(crate) fn draft(args: &DraftArgs, output: Output) -> anyhow::Result<ExitCode> {
    let unfit = |error: RosterError| Misuse(format!("{}: {error}", args.file.display()));
    let roster = Roster::verify(&read(&args.file)?, &args.roster_key).map_err(unfit)?;
    if args.out.exists() {
        return Err(Misuse(format!("{} exists; name another file with --out", args.out.display())).into());
    }
    store(&args.out, roster.draft())?;
    let (version, agencies) = (roster.version(), roster.members().len());
    let value = json!({ "draft": args.out, "version": version, "agencies": agencies });
    let fields = [
        ("draft", args.out.display().to_string()),
        ("of", format!("version {version}, {agencies} agencies")),
    ];
    output.fields(&fields, &value)?;
    Ok(ExitCode::SUCCESS)
}

/// Signs the draft as the edition after the one that stands.
pub(crate) fn sign(args: &SignArgs, output: Output) -> anyhow::Result<ExitCode> {
    let mut draft = load(&args.draft)?;
    let key = RosterKey::load(&args.key)?;
    let public = verifier_key(&draft.federation, &key)?;
    let mut newest = draft.version;
    if args.out.exists() {
        let unfit = |error: RosterError| Misuse(format!("{}: {error}", args.out.display()));
        newest = newest.max(Roster::verify(&read(&args.out)?, &public).map_err(unfit)?.version());
    }
    // Above every edition that the draft or the file knows of: two of one version would divide the federation.
    draft.version = newest + 1;
    let roster = roster_signing::sign(&draft, &key)
        .map_err(|error| Misuse(format!("{}: {error}", args.draft.display())))?;
    store(&args.draft, &draft)?;
    replace(&args.out, roster.note())?;
    let (version, members) = (roster.version(), roster.members().len());
    let value = json!({ "version": version, "agencies": members, "roster_key": public.to_string() });
    let fields = [
        ("roster", format!("version {version}, {members} agencies")),
        ("signed", args.out.display().to_string()),
        ("roster key", public.to_string()),
    ];
    output.fields(&fields, &value)?;
    if !output.is_json() {
        note("next: send it to every agency; each loads it with rogatory roster load FILE");
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads a draft; one without agencies is one too.
fn load(path: &Path) -> anyhow::Result<RosterDraft> {
    let text = read(path)?;
    let draft = RosterDraft::parse(&text).map_err(|error| {
        let path = path.display();
        if text.contains("\n\n\u{2014} ") {
            let advice = "make a draft of it with rogatory roster draft, change that, and sign it";
            Misuse(format!("{path} is signed, and what is signed is not changed: {advice}"))
        } else {
            Misuse(format!("{path}: {error}"))
        }
    });
    Ok(draft?)
}

fn store(path: &Path, draft: &RosterDraft) -> anyhow::Result<()> {
    replace(path, &draft.to_text())
}

fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let written = small_file::replace(path, text, 0o644);
    Ok(written.map_err(|error| Misuse(format!("{} cannot be written: {error}", path.display())))?)
}
