//! The sled store: one tree of prefixed keys, so that a batch and its ledger position change together.
//!
//! Owns keys and values on disk. It must not promise durability: sled's flush does not survive a power cut, and need
//! not, since every row is folded again from the ledger.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use rogatory_domain::id::{AgencyId, MessageId, ReferralId};
use rogatory_tlog::Hash;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::base::{Base, Batch, Change, StoreError};
use crate::block;
use crate::consumer::ConsumerRow;
use crate::damage::Damage;
use crate::feed::FeedKey;
use crate::key::{
    alarm_key, case_prefix, feed_prefix, given_up_key, message_key, named_key, queue_prefix, read_agency,
    read_alarm_key, read_feed_kind, read_given_up_key, read_message_key, read_name, read_queue_prefix,
    read_referral_key, read_request_key, read_standing, referral_key, request_key, uuid_at,
};
use crate::known::Known;
use crate::request::{RequestKey, RequestRow};
use crate::rows::{
    FORMAT, GivenUpKey, MessageRow, PartnerRow, PeerRow, QueueKey, QueueRow, ReferralRow, Totals,
};
use crate::standing::{AlarmKey, CaseKey};
use crate::whole;

/// Page cache of sled in bytes; its default of 1 GiB is no default for a node.
const CACHE_BYTES: u64 = 4 * 1024 * 1024;

/// Milliseconds between two syncs of sled's own. Nothing depends on them, and each holds up the ledger's on the same disk.
const FLUSH_PERIOD_MS: u64 = 10_000;

/// Bytes that most rows fit, so that their encodings do not grow step by step.
const ROW_BYTES: usize = 512;

const META: &[u8] = b"z";

/// Reads after a batch for each of its changes. Every 128th read of a thread frees at most 512 of what is garbage, and a change leaves
/// about three.
const READS_OF_CHANGE: usize = 1;

/// What the rows reflect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    format: u32,
    /// Records folded into the rows.
    pub through: u64,
    /// Root of the ledger at that size.
    pub root: [u8; 32],
    totals: Totals,
}

/// The index on disk.
#[derive(Clone)]
pub struct Store {
    pub(crate) tree: sled::Db,
    damage: Damage,
}

impl Store {
    /// Opens or creates a store. It may panic on damaged files; [`crate::directory`] survives that.
    ///
    /// # Errors
    /// When sled reports a failure.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        remove_interrupted_snapshots(path);
        let tree = sled::Config::new()
            .path(path)
            .cache_capacity(CACHE_BYTES)
            .mode(sled::Mode::HighThroughput)
            .flush_every_ms(Some(FLUSH_PERIOD_MS))
            .open()
            .map_err(engine)?;
        Ok(Self { tree, damage: Damage::default() })
    }

    /// What the rows reflect; `None` for an empty store or one of another format.
    ///
    /// # Errors
    /// When sled reports a failure.
    pub fn meta(&self) -> Result<Option<Meta>, StoreError> {
        let Some(bytes) = self.tree.get(META).map_err(engine)? else { return Ok(None) };
        Ok(postcard::from_bytes::<Meta>(&bytes).ok().filter(|meta| meta.format == FORMAT))
    }

    /// Applies a batch with the position and root it reflects.
    ///
    /// # Errors
    /// When sled reports a failure; the index must then be folded again.
    pub fn apply(&self, batch: &Batch, root: Hash) -> Result<(), StoreError> {
        let mut changes = sled::Batch::default();
        put_all(&mut changes, &batch.referrals, |id| referral_key(*id), |row| encode(&**row));
        put_all(&mut changes, &batch.messages, |(sender, id)| message_key(sender, *id), encode);
        let queue = batch.queue.iter().map(|(key, row)| (queue_prefix(key), key.position, row.clone()));
        block::put_all(&self.tree, &mut changes, queue)?;
        put_all(&mut changes, &batch.given_up, given_up_key, encode);
        put_all(&mut changes, &batch.peers, |agency| named_key(b'p', agency.as_str()), encode);
        put_all(&mut changes, &batch.consumers, |name| named_key(b'c', name), |row| encode(&**row));
        put_all(&mut changes, &batch.partners, |agency| named_key(b'g', agency.as_str()), encode);
        let cases = batch.cases.iter().map(|(key, id)| (case_prefix(key.standing), key.opened, *id));
        block::put_all(&self.tree, &mut changes, cases)?;
        put_all(&mut changes, &batch.requests, |key| request_key(b'w', key), encode);
        put_all(&mut changes, &batch.closures, |key| request_key(b'y', key), |()| Vec::new());
        put_all(&mut changes, &batch.alarms, |key| alarm_key(*key), |()| Vec::new());
        let feed = batch.feed.iter().map(|(key, arrival)| (feed_prefix(key.kind), key.position, *arrival));
        block::put_all(&self.tree, &mut changes, feed)?;
        let meta =
            Meta { format: FORMAT, through: batch.through, root: *root.as_bytes(), totals: batch.totals };
        changes.insert(META, encode(&meta));
        self.tree.apply_batch(changes).map_err(engine)?;
        self.collect(batch.len())
    }

    /// Lets sled free what the batch replaced. It frees a little whenever somebody reads, and nothing while a batch is applied; where
    /// nobody reads for long, its garbage is larger than all that it keeps.
    fn collect(&self, changes: usize) -> Result<(), StoreError> {
        for _ in 0..changes * READS_OF_CHANGE {
            self.tree.contains_key(META).map_err(engine)?;
        }
        Ok(())
    }

    /// Writes everything out, for a clean close.
    ///
    /// # Errors
    /// When sled reports a failure.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.tree.flush().map(|_| ()).map_err(engine)
    }

    /// Queue rows of these recipients in the order of their positions, then of their recipients: those after a place, or
    /// from the first one on.
    ///
    /// # Errors
    /// When sled fails or a row cannot be read.
    pub fn waiting_after(
        &self,
        recipients: &[AgencyId],
        after: Option<&(u64, AgencyId)>,
        limit: usize,
    ) -> Result<Vec<(QueueKey, QueueRow)>, StoreError> {
        // One sorted run for each recipient and lane; their first entries are compared, so only what is answered is read.
        let mut runs: Vec<_> = recipients
            .iter()
            .flat_map(|recipient| [false, true].map(|routine| (recipient, routine)))
            .map(|(recipient, routine)| {
                let first = after.map_or(0, |(position, last)| position + u64::from(recipient <= last));
                let key = QueueKey { recipient: recipient.clone(), routine, position: 0 };
                self.queued(key, first).peekable()
            })
            .collect();
        let mut found = Vec::new();
        while found.len() < limit {
            let place = |(key, _): &(QueueKey, QueueRow)| (key.position, key.recipient.clone());
            let next = runs
                .iter_mut()
                .filter_map(|run| {
                    let place = match run.peek()? {
                        Ok(row) => Some(place(row)),
                        // A failure comes first, so that it is not passed over.
                        Err(_) => None,
                    };
                    Some((place, run))
                })
                .min_by(|(a, _), (b, _)| a.cmp(b));
            let Some(row) = next.and_then(|(_, run)| run.next()) else { break };
            found.push(row?);
        }
        Ok(found)
    }

    /// The ids of every referral and message; `None` where it was not to go on. It reads every key of them.
    ///
    /// # Errors
    /// When sled fails, a key cannot be read, or there are fewer than were counted.
    pub fn ids(&self, goes_on: impl Fn() -> bool) -> Result<Option<Known>, StoreError> {
        self.damage.noted(self.ids_counted(goes_on))
    }

    fn ids_counted(&self, goes_on: impl Fn() -> bool) -> Result<Option<Known>, StoreError> {
        let counted = self.totals()?.rows;
        let mut known = Known::nothing();
        for (kind, counted) in [(b"r", counted.referrals), (b"m", counted.messages)] {
            // What is added meanwhile lies behind the last one, as ids rise with time, and makes up for none that was lost.
            let last = self.tree.scan_prefix(kind).next_back().transpose().map_err(engine)?;
            let last = last.map_or_else(|| kind.to_vec(), |(key, _)| key.to_vec());
            let mut found = 0;
            for key in self.tree.range(kind.to_vec()..=last).keys() {
                if !goes_on() {
                    return Ok(None);
                }
                known.tell(uuid_at(&key.map_err(engine)?)?);
                found += 1;
            }
            whole::has(found, counted)?;
        }
        Ok(Some(known))
    }

    /// What waits for the recipient in the lane of a key, from a position on.
    fn queued(
        &self,
        key: QueueKey,
        from: u64,
    ) -> impl Iterator<Item = Result<(QueueKey, QueueRow), StoreError>> + use<> {
        let rows = block::rows(&self.tree, &queue_prefix(&key), from..u64::MAX);
        rows.map(move |row| row.map(|(position, row)| (QueueKey { position, ..key.clone() }, row)))
    }

    /// All rows, for comparing them with a fresh fold.
    ///
    /// # Errors
    /// When sled fails or a row cannot be read.
    pub fn rows(&self) -> Result<crate::memory::Rows, StoreError> {
        let mut rows = crate::memory::Rows::default();
        for entry in self.tree.iter() {
            let (key, value) = entry.map_err(engine)?;
            match key.first() {
                Some(b'r') => drop(rows.referrals.insert(read_referral_key(&key)?, decode(&value)?)),
                Some(b'm') => drop(rows.messages.insert(read_message_key(&key)?, decode(&value)?)),
                Some(b'q') => {
                    let lane = read_queue_prefix(&key)?;
                    let read = block::expanded(&key, &value)?.into_iter();
                    rows.queue
                        .extend(read.map(|(position, row)| (QueueKey { position, ..lane.clone() }, row)));
                }
                Some(b'u') => drop(rows.given_up.insert(read_given_up_key(&key)?, decode(&value)?)),
                Some(b'p') => drop(rows.peers.insert(read_agency(&key)?, decode(&value)?)),
                Some(b'g') => drop(rows.partners.insert(read_agency(&key)?, decode(&value)?)),
                Some(b'c') => drop(rows.consumers.insert(read_name(&key)?.to_owned(), decode(&value)?)),
                Some(b'l') => {
                    let standing = read_standing(&key)?;
                    let read = block::expanded(&key, &value)?.into_iter();
                    rows.cases.extend(read.map(|(opened, id)| (CaseKey { standing, opened }, id)));
                }
                Some(b'w') => drop(rows.requests.insert(read_request_key(&key)?, decode(&value)?)),
                Some(b'y') => drop(rows.closures.insert(read_request_key(&key)?, ())),
                Some(b'a') => drop(rows.alarms.insert(read_alarm_key(&key)?, ())),
                Some(b'f') => {
                    let kind = read_feed_kind(&key)?;
                    let read = block::expanded(&key, &value)?.into_iter();
                    rows.feed.extend(read.map(|(position, arrival)| (FeedKey { kind, position }, arrival)));
                }
                _ => {
                    let meta: Meta = decode(&value)?;
                    (rows.through, rows.totals) = (meta.through, meta.totals);
                }
            }
        }
        Ok(rows)
    }

    fn get<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, StoreError> {
        let found = self.tree.get(key).map_err(engine);
        self.damage.noted(found.and_then(|bytes| bytes.map(|bytes| decode(&bytes)).transpose()))
    }

    /// What readers came upon.
    pub fn damage(&self) -> &Damage {
        &self.damage
    }
}

impl Base for Store {
    fn referral(&self, id: ReferralId) -> Result<Option<Arc<ReferralRow>>, StoreError> {
        self.get(&referral_key(id))
    }

    fn message(&self, sender: &AgencyId, id: MessageId) -> Result<Option<MessageRow>, StoreError> {
        self.get(&message_key(sender, id))
    }

    fn peer(&self, agency: &AgencyId) -> Result<Option<PeerRow>, StoreError> {
        self.get(&named_key(b'p', agency.as_str()))
    }

    fn request(&self, key: &RequestKey) -> Result<Option<RequestRow>, StoreError> {
        self.get(&request_key(b'w', key))
    }

    fn consumer(&self, name: &str) -> Result<Option<Arc<ConsumerRow>>, StoreError> {
        self.get(&named_key(b'c', name))
    }

    fn totals(&self) -> Result<Totals, StoreError> {
        Ok(self.meta()?.map(|meta| meta.totals).unwrap_or_default())
    }

    fn partners(&self) -> Result<BTreeMap<AgencyId, PartnerRow>, StoreError> {
        let rows = self.tree.scan_prefix(b"g").map(|entry| {
            let (key, value) = entry.map_err(engine)?;
            Ok((read_agency(&key)?, decode(&value)?))
        });
        rows.collect()
    }

    fn queue_after(&self, after: &QueueKey, limit: usize) -> Result<Vec<(QueueKey, QueueRow)>, StoreError> {
        self.queued(after.clone(), after.position.saturating_add(1)).take(limit).collect()
    }

    fn given_up_after(
        &self,
        after: &GivenUpKey,
        limit: usize,
    ) -> Result<Vec<(GivenUpKey, QueueRow)>, StoreError> {
        let Some(position) = after.position.checked_add(1) else { return Ok(Vec::new()) };
        let from = given_up_key(&GivenUpKey { position, ..after.clone() });
        let to = given_up_key(&GivenUpKey { position: u64::MAX, ..after.clone() });
        let rows = self.tree.range(from..=to).take(limit).map(|entry| {
            let (key, value) = entry.map_err(engine)?;
            Ok((read_given_up_key(&key)?, decode(&value)?))
        });
        rows.collect()
    }

    fn recipients(&self) -> Result<Vec<AgencyId>, StoreError> {
        let (mut found, mut from) = (Vec::new(), vec![b'q']);
        // One look for each agency: the next one stands behind everything that waits for the one before.
        while let Some(entry) = self.tree.range(from..vec![b'q' + 1]).next() {
            let recipient = read_queue_prefix(&entry.map_err(engine)?.0)?.recipient;
            from = [b"q", recipient.as_str().as_bytes(), &[1]].concat();
            found.push(recipient);
        }
        Ok(found)
    }

    fn alarms_until(&self, until: Timestamp, limit: usize) -> Result<Vec<AlarmKey>, StoreError> {
        let mut found = Vec::new();
        for entry in self.tree.scan_prefix(b"a").take(limit) {
            let key = read_alarm_key(&entry.map_err(engine)?.0)?;
            if key.at > until {
                break;
            }
            found.push(key);
        }
        Ok(found)
    }
}

/// A kill during open leaves a snapshot that the next open would take for damage for ever.
fn remove_interrupted_snapshots(path: &Path) {
    let Ok(entries) = std::fs::read_dir(path) else { return };
    for entry in entries.flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "generating") {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn put_all<K, V>(
    batch: &mut sled::Batch,
    changes: &[Change<K, V>],
    key: impl Fn(&K) -> Vec<u8>,
    value: impl Fn(&V) -> Vec<u8>,
) {
    for (k, v) in changes {
        match v {
            Some(v) => batch.insert(key(k), value(v)),
            None => batch.remove(key(k)),
        }
    }
}

pub(crate) fn encode<T: Serialize>(row: &T) -> Vec<u8> {
    postcard::to_extend(row, Vec::with_capacity(ROW_BYTES))
        .expect("rows hold only values that postcard can express")
}

pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, StoreError> {
    postcard::from_bytes(bytes).map_err(|_| StoreError::Damaged)
}

pub(crate) fn engine(error: sled::Error) -> StoreError {
    StoreError::Engine(error.to_string())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn queued(recipient: &str, routine: bool, position: u64) -> Change<QueueKey, QueueRow> {
        let id = "0190a0a0-0000-7000-8000-000000000001";
        let key = QueueKey { recipient: recipient.parse().unwrap(), routine, position };
        let row = QueueRow {
            message: id.parse().unwrap(),
            referral: id.parse().unwrap(),
            submitted: Timestamp::UNIX_EPOCH,
            waits_since: Timestamp::UNIX_EPOCH,
            expires: Timestamp::UNIX_EPOCH,
            bytes: 0,
            waits_from: position,
        };
        (key, Some(row))
    }

    #[test]
    fn what_waits_is_read_in_order_of_position_over_all_recipients_and_lanes_page_by_page() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        let queue = vec![
            queued("nl-om", true, 1),
            queued("be-fed", true, 1),
            queued("be-fed", false, 2),
            queued("nl-om", false, 3),
            queued("nl-om-2", true, 2),
            queued("nl-om", true, 700),
        ];
        store.apply(&Batch { queue, ..Batch::default() }, Hash([0; 32])).unwrap();
        let recipients = ["be-fed", "nl-om", "nl-om-2"].map(|id| id.parse().unwrap());
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = store.waiting_after(&recipients, after.as_ref(), 2).unwrap();
            let Some((last, _)) = page.last() else { break };
            after = Some((last.position, last.recipient.clone()));
            seen.extend(page.into_iter().map(|(key, _)| (key.position, key.recipient.to_string())));
        }
        let expected =
            [(1, "be-fed"), (1, "nl-om"), (2, "be-fed"), (2, "nl-om-2"), (3, "nl-om"), (700, "nl-om")];
        assert_eq!(seen, expected.map(|(position, recipient)| (position, recipient.to_owned())));
        assert_eq!(store.waiting_after(&recipients[2..], None, 9).unwrap().len(), 1);
    }

    #[test]
    fn what_was_given_up_is_read_by_recipient_in_order_of_giving_up() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        let given_up = [("nl-om", 300), ("nl-om", 2), ("nl-om-2", 5), ("be-fed", 7), ("nl-om", 1)];
        let given_up = given_up.map(|(recipient, position)| {
            let (key, row) = queued(recipient, true, position);
            (GivenUpKey { recipient: key.recipient, position }, row)
        });
        store.apply(&Batch { given_up: given_up.to_vec(), ..Batch::default() }, Hash([0; 32])).unwrap();
        let memory = crate::memory::MemoryBase::default();
        memory.apply(&Batch { given_up: given_up.to_vec(), ..Batch::default() });
        let after = |position| GivenUpKey { recipient: "nl-om".parse().unwrap(), position };
        for base in [&store as &dyn Base, &memory] {
            let read = |from, limit| base.given_up_after(&after(from), limit).unwrap();
            let positions = |rows: Vec<(GivenUpKey, QueueRow)>| {
                rows.into_iter().map(|(key, _)| key.position).collect::<Vec<_>>()
            };
            assert_eq!(positions(read(0, 9)), [1, 2, 300]);
            assert_eq!(positions(read(0, 2)), [1, 2]);
            assert_eq!(positions(read(2, 9)), [300]);
            assert!(read(u64::MAX, 9).is_empty());
        }
        assert_eq!(store.rows().unwrap().given_up, memory.rows().given_up);
    }

    #[test]
    fn every_id_that_is_stored_is_listed_whoever_sent_it() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        let id = |number: u64| -> MessageId {
            let text = format!("0190a0a0-0000-7000-8000-{number:012}");
            text.parse().unwrap()
        };
        let referral = |number| ReferralId::from_uuid(id(number).as_uuid()).unwrap();
        let row = |number| MessageRow {
            referral: referral(number),
            number: 1,
            position: number,
            digest: rogatory_evidence::Digest([0; 32]),
            submitted: [0; 32],
            node_time: Timestamp::UNIX_EPOCH,
            outcome: crate::rows::Outcome::Sent,
        };
        let sender =
            |number: u64| if number.is_multiple_of(2) { "nl-om" } else { "fr-jirs" }.parse().unwrap();
        let batch = Batch {
            referrals: (0..500).map(|number| (referral(number), Some(Arc::default()))).collect(),
            messages: (500..1_000).map(|number| ((sender(number), id(number)), Some(row(number)))).collect(),
            queue: vec![queued("nl-om", true, 1)],
            ..Batch::default()
        };
        store.apply(&batch, Hash([0; 32])).unwrap();
        let known = store.ids(|| true).unwrap().unwrap();
        assert!((0..1_000).all(|number| known.may_hold(*id(number).as_bytes())));
        let others = (1_000..2_000).filter(|number| known.may_hold(*id(*number).as_bytes())).count();
        assert!(others < 60, "{others} of 1000");
        assert!(store.ids(|| false).unwrap().is_none());
    }
}
