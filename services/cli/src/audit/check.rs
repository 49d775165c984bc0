//! The offline check of a ledger's directory: the log's own check, and what each record must say of itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use prost_reflect::prost::Message as _;
use rogatory_client::pb::evidence::v1::StoredRecord;
use rogatory_evidence::{Envelope, Kind, LEAF_BYTES, Leaf, Origin, Shared};
use rogatory_ledger::verify::{Fault, Report, verify_entries};
use rogatory_ledger::{Identity, RealDisk};
use rogatory_tlog::{Checkpoint, Hash, KeyKind, Note, VerifierKey};
use serde_json::json;

use crate::connect::read;
use crate::failure::{Misuse, verdict};
use crate::output::{Output, note, progress};

/// Faults of records that are listed; more are counted.
const FAULTS_LISTED: usize = 100;

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
    /// Faults of records, the first [`FAULTS_LISTED`] of them.
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
    let mut records = Records::default();
    // Who the ledger says it is stands in its segments, which a first look without visiting tells.
    let bar = progress(0, "segments");
    let identity = identity(&ledger)?;
    let held = heads.iter().map(|path| held_head(path, identity.as_ref())).collect::<Result<Vec<_>, _>>()?;
    records.origin = identity.as_ref().and_then(|identity| identity.origin.parse().ok());
    records.key = identity.as_ref().map(|identity| identity.key);
    let mut step = |progress: rogatory_ledger::verify::Progress| {
        bar.set_length(progress.of);
        bar.set_position(progress.segments);
    };
    let report = verify_entries(&ledger, &guard, &held, &mut step, &mut |position, leaf, payload| {
        records.visit(position, leaf, payload);
    })?;
    bar.finish_and_clear();
    // With a guard it is a ledger whose records are gone; without one nothing says that there ever was one.
    if report.faults == [Fault::Empty] && report.guard.is_none() {
        return Err(Misuse(format!("{} holds no ledger", directory.display())).into());
    }
    let Records { kinds, faults, fault_count, .. } = records;
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

/// What each record must say of itself.
#[derive(Default)]
struct Records {
    origin: Option<Origin>,
    key: Option<[u8; 32]>,
    kinds: BTreeMap<&'static str, u64>,
    faults: Vec<String>,
    fault_count: u64,
}

impl Records {
    fn visit(&mut self, position: u64, leaf: &[u8; LEAF_BYTES], payload: &[u8]) {
        if let Err(what) = self.judge(position, leaf, payload) {
            self.fault_count += 1;
            if self.faults.len() < FAULTS_LISTED {
                self.faults.push(format!("record {position}: {what}"));
            }
        }
    }

    fn judge(&mut self, position: u64, leaf: &[u8; LEAF_BYTES], payload: &[u8]) -> Result<(), &'static str> {
        let leaf = Leaf::from_bytes(*leaf).ok_or("its leaf is of an unknown version")?;
        let stored = StoredRecord::decode(payload).map_err(|_| "it is not readable")?;
        let salt = stored.shared_salt.as_ref().try_into().map_err(|_| "its salt has a wrong length")?;
        if Leaf::reopen(&stored.shared, &salt, &leaf.private_commitment()) != leaf {
            return Err("its shared part is not what its leaf commits to");
        }
        let shared = Shared::parse(&stored.shared).map_err(|_| "its shared part is not readable")?;
        *self.kinds.entry(shared.kind.label()).or_default() += 1;
        let own = self.origin.as_ref().is_none_or(|origin| {
            shared.federation == origin.federation
                && shared.agency == origin.agency
                && shared.instance == origin.instance
        });
        if !own {
            return Err("it names another ledger");
        }
        if (position == 0) != (shared.kind == Kind::Genesis) {
            return Err("the first record, and only it, begins a ledger");
        }
        if position == 0 && shared.ledger_key != self.key {
            return Err("it commits to another key than the segments");
        }
        let envelope = Envelope { header: stored.header, ciphertext: stored.ciphertext };
        let whole = envelope.header.is_empty() || shared.envelope.is_none_or(|d| d == envelope.digest());
        if whole { Ok(()) } else { Err("its envelope is not the one of its digest") }
    }
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

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use jiff::Timestamp;
    use rogatory_evidence::Instance;

    use super::*;

    fn origin() -> Origin {
        format!("demo.rogatory.example/nl-om/{}", Instance::from_slice(&[7; 16]).unwrap()).parse().unwrap()
    }

    fn record(shared: &Shared) -> ([u8; LEAF_BYTES], StoredRecord) {
        let bytes = shared.encode();
        let leaf = Leaf::commit(&bytes, &[1; 32], b"", &[2; 32]);
        let shared_salt = Bytes::from_static(&[1; 32]);
        (*leaf.as_bytes(), StoredRecord { shared: bytes, shared_salt, ..StoredRecord::default() })
    }

    fn judged(position: u64, shared: &Shared, change: impl FnOnce(&mut StoredRecord)) -> Vec<String> {
        let mut records = Records { origin: Some(origin()), key: Some([3; 32]), ..Records::default() };
        let (leaf, mut stored) = record(shared);
        change(&mut stored);
        records.visit(position, &leaf, &stored.encode_to_vec());
        records.faults
    }

    #[test]
    fn each_record_answers_for_its_leaf_its_ledger_and_its_envelope() {
        let now = Timestamp::UNIX_EPOCH;
        let sent = Shared::new(&origin(), Kind::Sent, now);
        let genesis = Shared { ledger_key: Some([3; 32]), ..Shared::new(&origin(), Kind::Genesis, now) };
        assert_eq!(judged(1, &sent, |_| {}), [""; 0]);
        assert_eq!(judged(0, &genesis, |_| {}), [""; 0]);
        assert_eq!(judged(0, &sent, |_| {}).len(), 1);
        assert_eq!(judged(1, &genesis, |_| {}).len(), 1);
        assert_eq!(judged(0, &Shared { ledger_key: None, ..genesis }, |_| {}).len(), 1);
        assert_eq!(judged(1, &sent, |stored| stored.shared_salt = Bytes::from_static(&[4; 32])).len(), 1);
        assert_eq!(
            judged(1, &Shared { agency: "nl-politie".parse().unwrap(), ..sent.clone() }, |_| {}).len(),
            1
        );
        let about = Shared { envelope: Some(rogatory_evidence::Digest([0; 32])), ..sent };
        assert_eq!(judged(1, &about, |stored| stored.header = Bytes::from_static(b"header")).len(), 1);
    }
}
