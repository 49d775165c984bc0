//! What each record of a ledger must say of itself, judged on as many threads as the machine has.
//!
//! Owns what is wrong with single records. What is wrong with the ledger as a whole is the log's to say, which walks it meanwhile.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use bytes::Bytes;
use prost_reflect::prost::Message as _;
use rogatory_client::pb::evidence::v1::StoredRecord;
use rogatory_evidence::{Envelope, Kind, LEAF_BYTES, Leaf, Origin, Shared};
use rogatory_ledger::verify::Visit;

/// Faults of records that are listed; more are counted.
pub(super) const FAULTS_LISTED: usize = 100;

/// Bytes of records that are handed to a thread at once.
const PART_BYTES: usize = 1 << 20;

/// Parts that wait for a thread: the walk waits rather than fill memory.
const PARTS_COUNT_MAX: usize = 4;

/// Threads at most; beyond them the walk is what is waited for.
const THREADS_COUNT_MAX: usize = 8;

/// Whose ledger it is, as far as its segments say.
pub(super) struct Expected {
    pub(super) origin: Option<Origin>,
    pub(super) key: Option<[u8; 32]>,
}

/// What was found in records.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Records by kind.
    pub(super) kinds: BTreeMap<&'static str, u64>,
    /// Positions of faults and what each is, the first [`FAULTS_LISTED`] of them.
    pub(super) faults: Vec<(u64, &'static str)>,
    /// All faults.
    pub(super) fault_count: u64,
}

/// Records on their way to a thread.
struct Part {
    payloads: Vec<u8>,
    /// Position and leaf of each, and where its payload ends.
    records: Vec<(u64, [u8; LEAF_BYTES], usize)>,
}

impl Part {
    /// One that does not grow step by step: its last record is seldom as large as the rest.
    fn new() -> Self {
        Self { payloads: Vec::with_capacity(PART_BYTES + PART_BYTES / 8), records: Vec::new() }
    }

    /// Records without a payload take memory, too.
    fn bytes(&self) -> usize {
        self.payloads.len() + self.records.len() * size_of::<(u64, [u8; LEAF_BYTES], usize)>()
    }
}

/// Judges every record that a walk shows; gives what the walk gives, and what was found.
pub(super) fn judge_all<T>(expected: &Expected, walk: impl FnOnce(Visit<'_>) -> T) -> (T, Found) {
    let count = thread::available_parallelism().map_or(1, usize::from).min(THREADS_COUNT_MAX);
    thread::scope(|scope| {
        let (mut ways, mut judges) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let (way, parts) = sync_channel(PARTS_COUNT_MAX);
            ways.push(way);
            judges.push(scope.spawn(move || expected.judge_parts(&parts)));
        }
        let (mut part, mut turn) = (Part::new(), 0);
        let walked = walk(&mut |position, leaf, payload| {
            part.payloads.extend_from_slice(payload);
            part.records.push((position, *leaf, part.payloads.len()));
            if part.bytes() >= PART_BYTES {
                send(&ways[turn % count], std::mem::replace(&mut part, Part::new()));
                turn += 1;
            }
        });
        send(&ways[turn % count], part);
        drop(ways);
        let found = judges.into_iter().map(|judge| match judge.join() {
            Ok(found) => found,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        (walked, found.fold(Found::default(), Found::with))
    })
}

/// A thread that is gone has panicked, which is told when it is joined.
fn send(way: &SyncSender<Part>, part: Part) {
    let _ = way.send(part);
}

impl Expected {
    fn judge_parts(&self, parts: &Receiver<Part>) -> Found {
        let mut found = Found::default();
        for part in parts {
            let (payloads, mut from) = (Bytes::from(part.payloads), 0);
            for (position, leaf, to) in part.records {
                let payload = payloads.slice(std::mem::replace(&mut from, to)..to);
                if let Err(what) = self.judge(position, &leaf, payload, &mut found.kinds) {
                    found.fault_count += 1;
                    if found.faults.len() < FAULTS_LISTED {
                        found.faults.push((position, what));
                    }
                }
            }
        }
        found
    }

    fn judge(
        &self,
        position: u64,
        leaf: &[u8; LEAF_BYTES],
        payload: Bytes,
        kinds: &mut BTreeMap<&'static str, u64>,
    ) -> Result<(), &'static str> {
        let leaf = Leaf::from_bytes(*leaf).ok_or("its leaf is of an unknown version")?;
        let stored = StoredRecord::decode(payload).map_err(|_| "it is not readable")?;
        let salt = stored.shared_salt.as_ref().try_into().map_err(|_| "its salt has a wrong length")?;
        if Leaf::reopen(&stored.shared, &salt, &leaf.private_commitment()) != leaf {
            return Err("its shared part is not what its leaf commits to");
        }
        let shared = Shared::parse(&stored.shared).map_err(|_| "its shared part is not readable")?;
        *kinds.entry(shared.kind.label()).or_default() += 1;
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

impl Found {
    /// Together with what was found in other records. Each thread sees rising positions, so the first faults of all are among theirs.
    fn with(mut self, other: Self) -> Self {
        for (kind, count) in other.kinds {
            *self.kinds.entry(kind).or_default() += count;
        }
        self.faults.extend(other.faults);
        self.faults.sort_unstable();
        self.faults.truncate(FAULTS_LISTED);
        self.fault_count += other.fault_count;
        self
    }
}

#[cfg(test)]
mod tests {
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

    fn expected() -> Expected {
        Expected { origin: Some(origin()), key: Some([3; 32]) }
    }

    fn judged(
        position: u64,
        shared: &Shared,
        change: impl FnOnce(&mut StoredRecord),
    ) -> Vec<(u64, &'static str)> {
        let (leaf, mut stored) = record(shared);
        change(&mut stored);
        let ((), found) = judge_all(&expected(), |visit| visit(position, &leaf, &stored.encode_to_vec()));
        found.faults
    }

    #[test]
    fn each_record_answers_for_its_leaf_its_ledger_and_its_envelope() {
        let now = Timestamp::UNIX_EPOCH;
        let sent = Shared::new(&origin(), Kind::Sent, now);
        let genesis = Shared { ledger_key: Some([3; 32]), ..Shared::new(&origin(), Kind::Genesis, now) };
        assert_eq!(judged(1, &sent, |_| {}), []);
        assert_eq!(judged(0, &genesis, |_| {}), []);
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

    #[test]
    fn however_many_threads_judge_every_record_counts_and_the_first_faults_are_listed_in_order() {
        let sent = Shared::new(&origin(), Kind::Sent, Timestamp::UNIX_EPOCH);
        let (leaf, mut stored) = record(&sent);
        stored.ciphertext = vec![7; 5_000].into();
        let (good, bad) = (stored.encode_to_vec(), b"no record");
        let ((), found) = judge_all(&expected(), |visit| {
            for position in 1..=3_000 {
                visit(position, &leaf, if position % 10 == 0 { bad } else { &good });
            }
        });
        assert_eq!((found.kinds[Kind::Sent.label()], found.fault_count), (2_700, 300));
        let positions: Vec<u64> = found.faults.iter().map(|(position, _)| *position).collect();
        assert_eq!(positions, (1..=FAULTS_LISTED as u64).map(|at| 10 * at).collect::<Vec<_>>());
    }
}
