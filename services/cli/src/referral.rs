//! `rogatory referral`: what a case system does, by hand. It must not interpret what a case contains.

mod act;
mod check;
mod circulate;
mod document;
mod example;
mod flaw;
mod judge;
mod new;
pub(crate) mod pages;
mod print;
mod schema;
mod shape;
pub(crate) mod short;
mod show;
mod warning;
mod watch;

use std::fs::{File, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use rogatory_client::pb::casework::v1 as pb;
use rogatory_client::{Casework, Connection, Problem};
use rogatory_domain::instrument::{INSTRUMENTS, state_codes};

pub(crate) use flaw::{Flaws, nearest};
pub(crate) use show::due;

use crate::connect::{ConnectArgs, WhoArgs};
use crate::failure::Misuse;
use crate::output::{Listed, Output, json_of, note};

/// The certificate that case systems' calls use.
const CASE_SYSTEM: &str = "cases";

/// What can be done with referrals.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ReferralVerb {
    /// Print a sample form of an instrument in a request, to be filled in and submitted; a warrant where none is named.
    Example(example::ExampleArgs),
    /// Ask for a request box by box, and write it as a file; works with a pipe, too.
    ///
    /// Questions go to standard error, answers come from standard input, a line each. A text of several lines ends with a line
    /// that holds a single dot; an empty answer leaves out what is not required.
    New(new::NewArgs),
    /// Print the JSON Schema of an instrument's request file, by which an editor completes it.
    Schema(schema::SchemaArgs),
    /// Say everything that is wrong in a request file, without a node: notation, names, kinds, words, and the rules of the form.
    Check(check::CheckArgs),
    /// Open a referral.
    ///
    /// `rogatory referral example > warrant.json` writes a file that can be sent as it is. In it, `opening` has the lane
    /// (urgent or routine), every other agency with its capacity (executing for exactly one; for others what the table of the
    /// instrument has, as police) and the form of the instrument, box by box; docs/examples/README.md says what is where. A file with faults is not sent: all of them are
    /// printed, each with its line and its path, as `check` does.
    Submit(SubmitArgs),
    /// Open one request in several States: a referral each, which the node ends once one of them has ended the request.
    ///
    /// Every one of them is judged first, and nothing is sent while one has a fault. They hang together by `part_of`, the id of
    /// the request: `referral list --part-of ID` shows them. Once the person is surrendered by one State, say, the node of the
    /// agency that opened them raises in the others what ends them, whoever runs at that moment.
    Circulate(circulate::CirculateArgs),
    /// Raise an event in a referral.
    Act(Box<act::ActArgs>),
    /// List referrals, without content.
    List(ListArgs),
    /// Read one referral with its content; the read is on the record.
    Show(ShowArgs),
    /// Print the official form, of a referral or of a request file, as PDF or HTML.
    ///
    /// A request file needs no node and no person. The form of a referral comes from the node, with what was corrected since
    /// marked in it, and that it was read is on the record.
    Print(print::PrintArgs),
    /// Print received messages as they come.
    Watch(watch::WatchArgs),
    /// Write the evidence of one message as a file that verifies offline.
    Evidence(EvidenceArgs),
}

/// What to submit.
#[derive(Debug, clap::Args)]
pub(crate) struct SubmitArgs {
    /// The request in TOML, JSON or YAML, shaped as rogatory.casework.v1.SubmitRequest; - is standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Id of the referral, a UUIDv7; that of the file, or a fresh one, when absent. To repeat after a lost answer, give the
    /// id of the first time: a repeat has one effect.
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Agency that is informed of the opening without being a party; may be given more than once.
    #[arg(long, value_name = "AGENCY[=KIND]")]
    inform: Vec<String>,
    /// Have the node judge it as it stands now, and record nothing.
    #[arg(long)]
    validate_only: bool,
    #[command(flatten)]
    who: WhoArgs,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Which referrals.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    /// Only those in this state, such as arrested.
    #[arg(long, value_name = "STATE", default_value = "", hide_default_value = true)]
    state: String,
    /// Only those under this instrument, by its code; `rogatory instrument list` names them.
    #[arg(long, value_name = "CODE", default_value = "", hide_default_value = true)]
    instrument: String,
    /// Only those that wait for this agency: with an open question that it can answer, not begun where it answers, or overdue where it answers or may tell of it. What falls due is `clock list`.
    #[arg(long, value_name = "AGENCY", default_value = "", hide_default_value = true)]
    awaiting: String,
    /// Only those of this request, whose referrals went to several States: its id, or the last 8 digits of it or more.
    #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
    part_of: String,
    /// At most this many, those first recorded last first; all of them when absent.
    #[arg(long, value_name = "COUNT")]
    limit: Option<usize>,
    #[command(flatten)]
    who: WhoArgs,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Which referral.
#[derive(Debug, clap::Args)]
pub(crate) struct ShowArgs {
    /// Its id, or the last 8 digits of it or more where no other ends so.
    #[arg(value_name = "REFERRAL")]
    referral: String,
    #[command(flatten)]
    who: WhoArgs,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Which message.
#[derive(Debug, clap::Args)]
pub(crate) struct EvidenceArgs {
    /// Its id; that of an opening message is the referral's, of which the last 8 digits or more are enough where no other ends so.
    #[arg(value_name = "MESSAGE")]
    message: String,
    /// Agency that sent it; the own one when absent.
    #[arg(long, value_name = "AGENCY", default_value = "", hide_default_value = true)]
    sender: String,
    /// Referral with whose opening the message came, where it was told before the case was passed on.
    #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
    came_with: String,
    /// Disclose the content key, so that the file shows the content.
    #[arg(long)]
    with_content: bool,
    /// File to write; MESSAGE.evidence when absent.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Replace the file if it exists.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    who: WhoArgs,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Does it.
pub(crate) async fn run(verb: ReferralVerb, output: Output) -> anyhow::Result<ExitCode> {
    match verb {
        ReferralVerb::Example(args) => {
            output.text(&args.text()?)?;
            Ok(ExitCode::SUCCESS)
        }
        ReferralVerb::New(args) => new::run(&args, output),
        ReferralVerb::Schema(args) => {
            output.value(&args.schema()?)?;
            Ok(ExitCode::SUCCESS)
        }
        ReferralVerb::Check(args) => check::run(&args, output),
        ReferralVerb::Submit(args) => submit(&args, output).await,
        ReferralVerb::Circulate(args) => circulate::run(&args, output).await,
        ReferralVerb::Act(args) => raise(*args, output).await,
        ReferralVerb::List(args) => list(&args, output).await,
        ReferralVerb::Show(args) => {
            let casework = open(&args.connect).await?.casework();
            let id = short::whole(&casework, &args.referral, args.who.assertion()).await?;
            let referral = casework.get(&id, args.who.assertion()).await?;
            show::referral(&referral, output)?;
            Ok(ExitCode::SUCCESS)
        }
        ReferralVerb::Print(args) => print::run(&args, output).await,
        ReferralVerb::Watch(args) => watch::run(&args, output).await,
        ReferralVerb::Evidence(args) => evidence(&args, output).await,
    }
}

async fn open(connect: &ConnectArgs) -> anyhow::Result<Connection> {
    connect.open(CASE_SYSTEM).await
}

async fn submit(args: &SubmitArgs, output: Output) -> anyhow::Result<ExitCode> {
    let mut request = judge::submission(&args.file)?;
    request.assertion = Some(args.who.assertion());
    request.referral_id = act::chosen(args.id.as_deref(), request.referral_id);
    request.validate_only |= args.validate_only;
    request.inform.extend(args.inform.iter().cloned());
    let casework = open(&args.connect).await?.casework();
    if request.validate_only {
        return would_be_accepted(&casework.submit(request).await?, output);
    }
    let id = request.referral_id.clone();
    let accepted = casework.submit(request).await.map_err(|p| not_accepted(p, "the referral", &id))?;
    accepted_shown(&accepted, output)
}

async fn raise(mut args: act::ActArgs, output: Output) -> anyhow::Result<ExitCode> {
    // What is wrong in the arguments is said before a node is asked, but for ids that only it can complete.
    let is_short =
        args.messages().any(|id| short::is_short(id)) || args.referrals().any(|id| short::is_short(id));
    let before = if is_short { None } else { Some(args.request()?) };
    let casework = open(args.connect()).await?.casework();
    let referral = short::whole(&casework, &args.referral, args.who.assertion()).await?;
    let mut request = match before {
        Some(request) => request,
        None => {
            let assertion = args.who.assertion();
            short::whole_messages(&casework, &referral, args.messages(), assertion.clone()).await?;
            for other in args.referrals() {
                *other = short::whole(&casework, other, assertion.clone()).await?;
            }
            args.request()?
        }
    };
    request.referral_id = referral;
    if request.validate_only {
        return would_be_accepted(&casework.act(request).await?, output);
    }
    let id = request.message_id.clone();
    let accepted = casework.act(request).await.map_err(|p| not_accepted(p, "the event", &id))?;
    accepted_shown(&accepted, output)
}

/// Without a refusal nobody here knows whether there is a record; the id that was chosen then finds out.
fn not_accepted(problem: Problem, what: &str, id: &str) -> anyhow::Error {
    let said = if problem.is_uncertain() {
        format!("{what} may be on the record or not; repeat it with --id {id}, which has one effect")
    } else {
        format!("{what} was not accepted")
    };
    anyhow::Error::new(problem).context(said)
}

fn accepted_shown(accepted: &pb::Accepted, output: Output) -> anyhow::Result<ExitCode> {
    let mut fields = vec![
        ("referral", accepted.referral_id.clone()),
        ("message", accepted.message_id.clone()),
        ("position", accepted.position.to_string()),
        ("recorded", crate::output::instant(accepted.node_time)),
        ("repeated", if accepted.repeated { "yes, as recorded before" } else { "no" }.to_owned()),
    ];
    let informed = accepted.informed.iter();
    fields.extend(informed.map(|one| ("informed", format!("{} by {}", one.agency, one.referral_id))));
    if !accepted.goes_on_in.is_empty() {
        fields.push(("goes on in", accepted.goes_on_in.clone()));
    }
    output.fields(&fields, &json_of("rogatory.casework.v1.Accepted", accepted)?)?;
    warning::print(&accepted.warnings, output)?;
    Ok(ExitCode::SUCCESS)
}

/// There is no record that anything could be said of.
fn would_be_accepted(accepted: &pb::Accepted, output: Output) -> anyhow::Result<ExitCode> {
    let repeats = if accepted.repeated { "yes, of what is on the record" } else { "no" };
    let fields = [("valid", "yes; nothing was recorded".to_owned()), ("repeats", repeats.to_owned())];
    output.fields(&fields, &json_of("rogatory.casework.v1.Accepted", accepted)?)?;
    warning::print(&accepted.warnings, output)?;
    Ok(ExitCode::SUCCESS)
}

async fn list(args: &ListArgs, output: Output) -> anyhow::Result<ExitCode> {
    let casework = open(&args.connect).await?.casework();
    let part_of = short::whole_request(&casework, &args.part_of, args.who.assertion()).await?;
    let limit = args.limit.unwrap_or(usize::MAX);
    let asked = pb::ListRequest {
        assertion: Some(args.who.assertion()),
        state: args.state.clone(),
        instrument: args.instrument.clone(),
        awaiting: args.awaiting.clone(),
        part_of,
        ..pb::ListRequest::default()
    };
    let mut listed = Listed::begin(&show::LIST_HEADS, output);
    let has_more = pages::each(&casework, &asked, limit, |referral| {
        let value = || json_of("rogatory.casework.v1.Referral", &referral);
        listed.row(|| show::list_row(&referral), value)
    })
    .await;
    let has_more = match has_more {
        Ok(has_more) => has_more,
        Err(error) => {
            meant(&casework, args).await;
            return Err(error);
        }
    };
    let count = listed.end()?;
    if has_more {
        note(format!("there are more than these {count}; a higher --limit shows them"));
    }
    Ok(ExitCode::SUCCESS)
}

/// Says which names the filters of a refused list may mean, where they are none: the node alone says what is wrong, and the tables here
/// what is near.
async fn meant(casework: &Casework, args: &ListArgs) {
    let states: Vec<String> = state_codes().map(|state| state.as_str().to_owned()).collect();
    let instruments: Vec<String> = INSTRUMENTS.iter().map(|known| known.code.to_owned()).collect();
    let agencies =
        if args.awaiting.is_empty() { Vec::new() } else { casework.agencies().await.unwrap_or_default() };
    let agencies: Vec<String> = agencies.into_iter().map(|agency| agency.agency).collect();
    let near = [
        ("--state", &args.state, states),
        ("--instrument", &args.instrument, instruments),
        ("--awaiting", &args.awaiting, agencies),
    ];
    let near = near
        .into_iter()
        .filter(|(_, written, known)| !written.is_empty() && !known.contains(written))
        .filter_map(|(flag, written, known)| Some(format!("{flag} {}", nearest(written, &known)?)));
    let near: Vec<String> = near.collect();
    if !near.is_empty() {
        note(format!("did you mean {}?", near.join(" and ")));
    }
}

/// Writes a file that its owner alone reads: it may hold the key of a case's content.
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::options().create(true).truncate(true).write(true).mode(0o600).open(path)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    file.write_all(bytes)
}

async fn evidence(args: &EvidenceArgs, output: Output) -> anyhow::Result<ExitCode> {
    let mut request = pb::EvidenceRequest {
        message_id: args.message.clone(),
        sender: args.sender.clone(),
        assertion: Some(args.who.assertion()),
        with_content: args.with_content,
        came_with: args.came_with.clone(),
    };
    let path = args.to.clone().unwrap_or_else(|| PathBuf::from(format!("{}.evidence", args.message)));
    if !args.force && path.exists() {
        // Said before the node is asked, which puts the request on the record.
        return Err(Misuse(format!(
            "{} exists; name another file with --to, or give --force",
            path.display()
        ))
        .into());
    }
    let casework = open(&args.connect).await?.casework();
    request.message_id = short::whole(&casework, &args.message, args.who.assertion()).await?;
    let file = casework.evidence(request).await?;
    write_private(&path, &file).with_context(|| format!("{} cannot be written", path.display()))?;
    let value = serde_json::json!({ "file": path, "bytes": file.len() });
    output.fields(&[("file", path.display().to_string()), ("bytes", file.len().to_string())], &value)?;
    if !output.is_json() {
        // Under a key that came with the file it would only be consistent.
        let key = args.connect.roster_key()?.map(|key| format!(" --roster-key {key}")).unwrap_or_default();
        note(format!("next: rogatory verify {}{key}", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}
