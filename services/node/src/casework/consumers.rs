//! Consumers: one name, one reader. Who watches under which name now, what all of them have stored, and their removal.
//!
//! Owns the readers that live; what they acknowledged is in the index. It must not offer anything.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use rogatory_domain::refusal::Code;
use rogatory_evidence::Kind;
use rogatory_index::StoreError;
use rogatory_tls::PeerIdentity;
use rogatory_wire::instant;
use rogatory_wire::pb::casework::v1 as pb;
use tokio::sync::oneshot;

use super::access;
use crate::desk::{Desk, Rejection, internal};
use crate::fields::Fields;

/// Consumers that an agency has. Each is one row, and a list of all is one answer.
pub(super) const CONSUMERS_COUNT_MAX: u64 = 1_024;

/// Largest name of a consumer in bytes.
const NAME_BYTES_MAX: usize = 64;

/// Readers that live, by consumer.
#[derive(Default)]
pub(crate) struct Readers {
    by_name: Mutex<HashMap<String, Reader>>,
    /// Readers since the start. A number is never used again, since a reader of a name that was removed may end after
    /// the first one of the same name made anew has begun.
    opened: AtomicU64,
}

#[derive(Default)]
struct Reader {
    /// Which of the readers under this name is the newest; no watch has 0.
    newest: u64,
    /// Ends the watch of the newest one, with a code.
    end: Option<oneshot::Sender<Code>>,
    /// Positions below this one were offered under the name since the node started, or are known from a cursor.
    offered_below: u64,
}

/// The one reader of a consumer, as long as it is not ended.
pub(super) struct Reading {
    readers: Arc<Readers>,
    name: String,
    number: u64,
}

impl Readers {
    /// Takes the name over for a new reader, and ends the one before. The receiver completes when this one is ended.
    pub(super) fn open(self: &Arc<Self>, name: &str) -> (Reading, oneshot::Receiver<Code>) {
        let (end, ended) = oneshot::channel();
        let mut readers = self.by_name.lock();
        let reader = readers.entry(name.to_owned()).or_default();
        reader.newest = self.opened.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(before) = reader.end.replace(end) {
            let _ = before.send(Code::ConsumerTakenOver);
        }
        (Reading { readers: self.clone(), name: name.to_owned(), number: reader.newest }, ended)
    }

    fn watches(&self, name: &str) -> bool {
        self.by_name.lock().get(name).is_some_and(|reader| reader.end.is_some())
    }

    fn remove(&self, name: &str) {
        if let Some(end) = self.by_name.lock().remove(name).and_then(|reader| reader.end) {
            let _ = end.send(Code::UnknownConsumer);
        }
    }
}

impl Reading {
    /// Notes that positions below this one were offered; gives the highest one noted under the name.
    pub(super) fn offered_below(&self, position: u64) -> u64 {
        let mut readers = self.readers.by_name.lock();
        let Some(reader) = readers.get_mut(&self.name) else { return position };
        reader.offered_below = reader.offered_below.max(position);
        reader.offered_below
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let mut readers = self.readers.by_name.lock();
        if let Some(reader) = readers.get_mut(&self.name).filter(|reader| reader.newest == self.number) {
            reader.end = None;
        }
    }
}

/// The name of a consumer as it was given, or a fault.
pub(super) fn named(fields: &mut Fields, name: String) -> Option<String> {
    let proper = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if name.is_empty() || name.len() > NAME_BYTES_MAX || !proper {
        return fields.wrong("consumer", "form", "1 to 64 of letters, digits, hyphen, underscore and dot");
    }
    Some(name)
}

/// Every consumer with what it has not stored yet.
pub(super) async fn list(desk: &Desk, identity: &PeerIdentity) -> Result<pb::ConsumersResponse, Rejection> {
    desk.reads.current().await;
    let readers = desk.consumers.clone();
    let read = desk.reads.read(identity.role, move |sources| {
        let as_of = sources.as_of().map_err(internal)?;
        let arrivals = rogatory_index::Base::totals(&sources.store).map_err(internal)?.arrivals;
        let rows = sources.store.consumers().map_err(internal)?;
        let consumers = rows.into_iter().map(|(name, row)| pb::Consumer {
            handed_over: row.handed_over(),
            unacknowledged: arrivals.saturating_sub(row.handed_over()),
            noticed_through: row.noticed.unwrap_or(0),
            since_time: Some(instant::to_pb(row.since)),
            last_time: Some(instant::to_pb(row.last)),
            watches: readers.watches(&name),
            name,
        });
        Ok(pb::ConsumersResponse { consumers: consumers.collect(), as_of })
    });
    read.await
}

/// Removes a consumer, on the record, and ends its watch.
pub(super) async fn remove(
    desk: &Desk,
    identity: &PeerIdentity,
    request: pb::RemoveConsumerRequest,
) -> Result<pb::RemoveConsumerResponse, Rejection> {
    let mut fields = Fields::default();
    let name = named(&mut fields, request.consumer);
    let private = fields.who(identity, "", &request.person, &request.justification);
    let (name, private) = fields.finish(name.zip(private))?;
    let mut draft = access(desk, private);
    draft.shared.kind = Kind::ConsumerRemoved;
    draft.shared.consumer.clone_from(&name);
    let written = desk.write(draft)?;
    let asked = name.clone();
    let looked = desk.look(move |engine| {
        let is_known = engine.staged().consumer(&asked)?.is_some();
        if is_known {
            engine.put(written);
        }
        Ok::<_, StoreError>(is_known)
    });
    if !looked.await?.map_err(internal)? {
        return Err(Code::UnknownConsumer.into());
    }
    desk.consumers.remove(&name);
    Ok(pb::RemoveConsumerResponse {})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_reader_of_a_name_ends_the_first_and_not_the_other_way_round() {
        let readers = Arc::new(Readers::default());
        let (first, mut first_ended) = readers.open("desk");
        let (_other, mut other_ended) = readers.open("archive");
        let (second, mut second_ended) = readers.open("desk");
        assert_eq!(first_ended.try_recv(), Ok(Code::ConsumerTakenOver));
        drop(first);
        assert!(readers.watches("desk"), "the second one still reads");
        assert!(second_ended.try_recv().is_err() && other_ended.try_recv().is_err());
        drop(second);
        assert!(!readers.watches("desk"));
    }

    #[test]
    fn the_reader_of_a_consumer_that_was_removed_ends_late_and_takes_nobody_along() {
        let readers = Arc::new(Readers::default());
        let (removed, mut removed_ended) = readers.open("desk");
        readers.remove("desk");
        let (_anew, mut anew_ended) = readers.open("desk");
        assert_eq!(removed_ended.try_recv(), Ok(Code::UnknownConsumer));
        drop(removed);
        assert!(readers.watches("desk"), "the consumer that was made anew still reads");
        assert_eq!(anew_ended.try_recv(), Err(oneshot::error::TryRecvError::Empty));
    }

    #[test]
    fn what_was_offered_to_a_reader_is_known_to_the_next_one_of_the_name() {
        let readers = Arc::new(Readers::default());
        let (first, _ended) = readers.open("desk");
        assert_eq!(first.offered_below(17), 17);
        drop(first);
        let (second, _ended) = readers.open("desk");
        assert_eq!(second.offered_below(3), 17);
    }
}
