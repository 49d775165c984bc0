//! The offline check of a ledger's directory: the log's own check, and what each record must say of itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rogatory_ledger::verify::{Fault, Report, verify_entries};
use rogatory_ledger::{Identity, RealDisk};
use rogatory_tlog::{Checkpoint, Hash, KeyKind, Note, VerifierKey};
use serde_json::json;

use super::records::{Expected, Found, judge_all};
use crate::connect::read;
use crate::failure::{Misuse, verdict};
use crate::output::{Output, note, progress};

/// Which ledger.
#[derive(Debug, clap::Args)]
pub(crate) struct CheckArgs {
    /// The ledger's directory, or the data directory that holds it.
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// Directory of the guard file, if it lies elsewhere.
    #[arg(long, value_name = "DIR")]
    guard: Option<PathBuf>,
    /// A signed head of this ledger that somebody else holds; the ledger must contain it. May be repeated.
    #[arg(long = "head", value_name = "FILE")]
    heads: Vec<PathBuf>,
}

/// Everything a check found.
pub(crate) struct Checked {
    /// Of the log.
    pub(crate) report: Report,
    /// Records by kind.
    pub(crate) kinds: BTreeMap<&'static str, u64>,
    /// Faults of records, the first [`FAULTS_LISTED`][super::records::FAULTS_LISTED] of them.
    pub(crate) faults: Vec<String>,
    /// All faults of records.
    pub(crate) fault_count: u64,
}

impl Checked {
    /// True if nothing is wrong.
    pub(crate) fn is_sound(&self) -> bool {
        self.report.is_sound() && self.fault_count == 0
    }
}

/// Checks it.
pub(crate) fn run(args: &CheckArgs, output: Output) -> anyhow::Result<ExitCode> {
    let checked = check(&args.directory, args.guard.as_deref(), &args.heads)?;
    let report = &checked.report;
    let faults: Vec<_> = report.faults.iter().map(said).chain(checked.faults.iter().cloned()).collect();
    let origin = report.identity.as_ref().map(|identity| identity.origin.clone()).unwrap_or_default();
    let root = report.root.map(|root| root.to_string()).unwrap_or_default();
    let value = json!({
        "sound": checked.is_sound(),
        "origin": origin,
        "records": report.entries,
        "decisions": report.decisions,
        "segments": report.segments,
        "payload_bytes": report.payload_bytes,
        "root": root,
        "kinds": checked.kinds,
        "faults": faults,
        "record_faults": checked.fault_count,
    });
    let kinds: Vec<_> = checked.kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let fields = [
        ("ledger", if checked.is_sound() { "sound" } else { "NOT SOUND" }.to_owned()),
        ("origin", origin),
        ("records", format!("{} in {} segments", report.entries, report.segments)),
        ("of which", kinds.join(", ")),
        ("root", root),
    ];
    output.fields(&fields, &value)?;
    for fault in &faults {
        output.line(format!("  {fault}"))?;
    }
    if report.faults.iter().any(|fault| matches!(fault, Fault::TornTail { .. })) {
        let is_running =
            RealDisk::is_held(&args.directory) || RealDisk::is_held(&args.directory.join("ledger"));
        note(if is_running {
            "a node runs on it, and writes its end while it is read: stop it, or check again"
        } else {
            "a start cuts off what was never synced, and says RG0601 where it is damage"
        });
    }
    Ok(verdict(checked.is_sound()))
}

/// Checks a ledger's directory, its guard, and heads that others hold.
///
/// # Errors
/// When the directory holds no ledger, or it or a head cannot be read at all; what is wrong is in the answer.
pub(crate) fn check(directory: &Path, guard: Option<&Path>, heads: &[PathBuf]) -> anyhow::Result<Checked> {
    let (ledger, guard) = disks(directory, guard)?;
    // Who the ledger says it is stands in its segments, which a first look without visiting tells.
    let bar = progress(0, "segments");
    let identity = identity(&ledger)?;
    let held = heads.iter().map(|path| held_head(path, identity.as_ref())).collect::<Result<Vec<_>, _>>()?;
    let expected = Expected {
        origin: identity.as_ref().and_then(|identity| identity.origin.parse().ok()),
        key: identity.as_ref().map(|identity| identity.key),
    };
    let mut step = |progress: rogatory_ledger::verify::Progress| {
        bar.set_length(progress.of);
        bar.set_position(progress.segments);
    };
    let (report, found) =
        judge_all(&expected, |visit| verify_entries(&ledger, &guard, &held, &mut step, visit));
    let report = report?;
    bar.finish_and_clear();
    // With a guard it is a ledger whose records are gone; without one nothing says that there ever was one.
    if report.faults == [Fault::Empty] && report.guard.is_none() {
        return Err(Misuse(format!("{} holds no ledger", directory.display())).into());
    }
    let Found { kinds, faults, fault_count } = found;
    let faults = faults.into_iter().map(|(position, what)| format!("record {position}: {what}")).collect();
    Ok(Checked { report, kinds, faults, fault_count })
}

/// The disks of a ledger and its guard, for reading only.
pub(crate) fn disks(directory: &Path, guard: Option<&Path>) -> anyhow::Result<(RealDisk, RealDisk)> {
    let inner = directory.join("ledger");
    let directory = if inner.is_dir() { inner } else { directory.to_owned() };
    let open = |path: &Path| {
        RealDisk::read_only(path)
            .map_err(|error| Misuse(format!("{} cannot be read: {error}", path.display())))
    };
    Ok((open(&directory)?, open(guard.unwrap_or(&directory))?))
}

fn identity(ledger: &RealDisk) -> anyhow::Result<Option<Identity>> {
    Ok(rogatory_ledger::verify::identity(ledger)?)
}

/// A head that somebody holds; one that is not of this ledger's key is a mistake of the caller.
fn held_head(path: &Path, identity: Option<&Identity>) -> anyhow::Result<(u64, Hash)> {
    let text = read(path)?;
    let wrong = |what: &str| Misuse(format!("{}: {what}", path.display()));
    let identity = identity
        .ok_or_else(|| wrong("the ledger's first segment is unreadable, so no head can be checked"))?;
    let key = VerifierKey::new(&identity.origin, KeyKind::Ed25519, &identity.key)?;
    let note: Note = text.parse().map_err(|_| wrong("not a signed note"))?;
    let head =
        Checkpoint::open(&note, &key).map_err(|_| wrong("not a head that this ledger's key signed"))?;
    Ok((head.size, head.root))
}

/// A fault of the log, in words.
pub(crate) fn said(fault: &Fault) -> String {
    match fault {
        Fault::Empty => "there is no segment".to_owned(),
        Fault::Header { segment } => format!("{segment}: its header is unreadable or of another ledger"),
        Fault::Damaged { segment, offset, position } => {
            format!("{segment}: damaged at byte {offset}, record {position}")
        }
        Fault::TornTail { segment, offset, position } => {
            format!("{segment}: its end is cut off or damaged from byte {offset}, record {position}")
        }
        Fault::Guard(error) => format!("guard: {error}"),
        Fault::GuardSignature => "guard: its head is not signed by the ledger's key".to_owned(),
        Fault::OtherGuard(origin) => format!("guard: it belongs to {origin}"),
        Fault::Shorter { size } => format!("records are missing: a head over {size} was signed"),
        Fault::OtherRoot { size } => format!("another history: a head over {size} signs another root"),
    }
}
