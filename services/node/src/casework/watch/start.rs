//! How a watch begins: who reads, under which name, from where on. Opening a watch is a read and is on the record, with
//! person and reason, before anything is shown.
//!
//! It costs the same whatever the ledger holds: the consumer's row says where its first unacknowledged message can be.

use std::sync::Arc;

use rogatory_domain::fault::Faults;
use rogatory_domain::refusal::Code;
use rogatory_engine::input::Acknowledged;
use rogatory_index::{FeedKind, StoreError};
use rogatory_wire::pb::casework::v1::{self as pb, OfferKind};
use tokio::sync::oneshot;

use super::super::consumers::{CONSUMERS_COUNT_MAX, named};
use super::super::{Caller, access};
use super::Watch;
use super::scan::From;
use crate::desk::{Desk, Rejection, internal};
use crate::fields::Fields;

impl Watch {
    /// Opens a watch; the receiver completes when another reader takes the name over.
    pub(super) async fn start(
        desk: Arc<Desk>,
        caller: Caller,
        start: pb::WatchStart,
    ) -> Result<(Self, oneshot::Receiver<Code>), Rejection> {
        let mut fields = Fields::default();
        let consumer = named(&mut fields, start.consumer);
        let private = fields.asserted(&caller.identity, start.assertion.as_ref());
        let kinds = kinds(&mut fields, &start.kinds);
        let ((consumer, private), kinds) = fields.finish(consumer.zip(private).zip(kinds))?;
        let after = start.cursor.map(|cursor| position_of(&desk, &cursor)).transpose()?;
        let mut draft = access(&desk, private.clone());
        draft.shared.consumer.clone_from(&consumer);
        let written = desk.write(draft)?;
        let (name, must_exist) = (consumer.clone(), start.must_exist);
        let looked = desk.look(move |engine| {
            let is_new = engine.staged().consumer(&name)?.is_none();
            if is_new && must_exist {
                return Ok(Err(Code::UnknownConsumer));
            }
            if is_new && engine.staged().totals().consumers >= CONSUMERS_COUNT_MAX {
                return Ok(Err(Code::TooManyConsumers));
            }
            engine.put(written);
            Ok::<_, StoreError>(Ok(is_new))
        });
        let is_new = looked.await?.map_err(internal)??;
        // A start that is refused ends nobody. The reader before must be ended when the row is read: what it still
        // acknowledges is then in the row or refused.
        let (reading, ended) = desk.consumers.open(&consumer);
        let name = consumer.clone();
        let looked = desk.look(move |engine| {
            Ok::<_, StoreError>((engine.staged().consumer(&name)?, engine.staged().totals().arrivals))
        });
        let (row, arrivals) = looked.await?.map_err(internal)?;
        let acknowledged = row.unwrap_or_default();
        let from = From::new(&acknowledged, after);
        reading.offered_below(after.map_or(0, |after| after + 1));
        let begins = kinds.iter().map(|kind| from.of(*kind)).min().and_then(|from| from.checked_sub(1));
        let instance = desk.scribe.origin().instance.to_string();
        let started = pb::WatchStarted {
            is_new,
            after: begins.map(|position| pb::Cursor { instance, position }),
            unacknowledged: arrivals.saturating_sub(acknowledged.handed_over()),
        };
        let watch = Self {
            desk,
            caller,
            consumer,
            private,
            with_content: start.with_content,
            kinds,
            reading,
            acknowledged,
            from,
            is_at_end: false,
            offered: std::collections::BTreeMap::new(),
            started: Some(started),
            confirmed: Acknowledged::default(),
        };
        Ok((watch, ended))
    }
}

/// The kinds that are asked for, each once; messages when none is.
fn kinds(fields: &mut Fields, asked: &[i32]) -> Option<Vec<FeedKind>> {
    let mut kinds = Vec::new();
    for (at, kind) in asked.iter().enumerate() {
        let kind = match OfferKind::try_from(*kind) {
            Ok(OfferKind::Message) => FeedKind::Message,
            Ok(OfferKind::Receipt) => FeedKind::Receipt,
            Ok(OfferKind::Refusal) => FeedKind::Refusal,
            Ok(OfferKind::GivenUp) => FeedKind::GivenUp,
            Ok(OfferKind::Clock) => FeedKind::Clock,
            Ok(OfferKind::Requeued) => FeedKind::Requeued,
            Ok(OfferKind::Unspecified) | Err(_) => {
                return fields.wrong(&format!("kinds[{at}]"), "value", "a kind that can be offered");
            }
        };
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    if kinds.is_empty() {
        kinds.push(FeedKind::Message);
    }
    Some(kinds)
}

/// The position of a cursor. One from another instance is refused with the name of this one, and so is one beyond what is
/// on the record.
fn position_of(desk: &Desk, cursor: &pb::Cursor) -> Result<u64, Rejection> {
    let instance = desk.scribe.origin().instance.to_string();
    let mut faults = Faults::default();
    if cursor.instance != instance {
        faults.push("cursor.instance", "instance", "", &format!("the ledger's instance is {instance}"));
        return Err(Rejection::faulty(Code::CursorOfAnotherInstance, faults));
    }
    let size = desk.reads.size();
    if cursor.position >= size {
        faults.push("cursor.position", "range", "", &format!("the ledger has {size} records"));
        return Err(Rejection::faulty(Code::CursorBeyondEnd, faults));
    }
    Ok(cursor.position)
}
