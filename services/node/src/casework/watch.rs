//! Watching: what was received, and what became of what was sent, is offered until a consumer has stored it.
//!
//! Owns the loop of one watch and its window. What is offered is read from the feed and the ledger on the readers'
//! threads, when there is room for it, so a consumer that does not read holds one answer and not the backlog. One
//! hand-over is on the record per message and consumer.

use std::collections::BTreeMap;
use std::pin::{Pin, pin};
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use rogatory_domain::fault::Faults;
use rogatory_domain::refusal::Code;
use rogatory_engine::Input;
use rogatory_engine::input::{Acknowledged, HandOver, HandOvers};
use rogatory_engine::{Draft, Written};
use rogatory_evidence::{Facts, Kind, Private};
use rogatory_index::{ConsumerRow, FeedKind};
use rogatory_wire::pb::casework::v1::{self as pb, watch_request};
use tokio::sync::oneshot;
use tonic::{Status, Streaming};

use super::Caller;
use super::consumers::Reading;
use crate::answers::{Answers, Room, Taken, answered};
use crate::desk::{Desk, Rejection, internal};
use crate::fields::{Fields, missing};
use crate::status::of_transport;

mod offer;
mod run;
mod scan;
mod start;

use offer::Offered;
use scan::{Ask, From, scan};

/// Messages of one watch that wait for an acknowledgement; only what a hand-over needs is kept of each.
const WINDOW_COUNT_MAX: usize = 2_048;

/// Positions in one acknowledgement.
const POSITIONS_COUNT_MAX: usize = 512;

/// Acknowledgements that are not on the record yet; the next one is read when one of them is.
const UNRECORDED_COUNT_MAX: usize = 16;

/// Serves one watch.
pub(super) fn serve(
    desk: Arc<Desk>,
    caller: Caller,
    requests: Streaming<pb::WatchRequest>,
) -> Taken<pb::WatchResponse> {
    let share = desk.reads.share(&caller.identity, &caller.unread);
    answered(share, |answers| watch(desk, caller, requests, answers))
}

/// What becomes of an acknowledgement.
type Recorded = oneshot::Receiver<Result<Acknowledged, Code>>;

/// A watch under way.
struct Watch {
    desk: Arc<Desk>,
    caller: Caller,
    consumer: String,
    private: Private,
    with_content: bool,
    kinds: Vec<FeedKind>,
    reading: Reading,
    acknowledged: Arc<ConsumerRow>,
    /// Where the feed of each kind is read on.
    from: From,
    /// Whether everything there is was read.
    is_at_end: bool,
    offered: BTreeMap<u64, Offered>,
    /// What the next answer begins with.
    started: Option<pb::WatchStarted>,
    confirmed: Acknowledged,
}

async fn watch(
    desk: Arc<Desk>,
    caller: Caller,
    mut requests: Streaming<pb::WatchRequest>,
    answers: Answers<pb::WatchResponse>,
) -> Result<(), Rejection> {
    let (mut closed, mut aged) = (pin!(desk.closed()), pin!(caller.aged()));
    let first = tokio::select! {
        first = requests.next() => first,
        () = &mut closed => return Err(Code::Draining.into()),
        () = &mut aged => return Err(Code::ConnectionAged.into()),
    };
    let start = match first {
        Some(Ok(pb::WatchRequest { kind: Some(watch_request::Kind::Start(start)) })) => start,
        Some(Err(status)) => return ended_by(&status),
        Some(Ok(_)) => return Err(missing("start")),
        None => return Ok(()),
    };
    let mut grown = desk.reads.grown();
    let (mut watch, mut ended) = Watch::start(desk.clone(), caller.clone(), start).await?;
    let mut recorded: FuturesUnordered<Recorded> = FuturesUnordered::new();
    let mut room: Option<Pin<Box<dyn Future<Output = Option<Room<_>>> + Send>>> = None;
    loop {
        if room.is_none() && watch.has_something() {
            room = Some(Box::pin(answers.clone().room()));
        }
        tokio::select! {
            request = requests.next(), if recorded.len() < UNRECORDED_COUNT_MAX => match request {
                Some(Ok(pb::WatchRequest { kind: Some(watch_request::Kind::Acknowledge(ack)) })) => {
                    recorded.extend(watch.acknowledge(ack).await?);
                }
                Some(Ok(_)) => return Err(missing("acknowledge")),
                Some(Err(status)) => return ended_by(&status),
                None => return Ok(()),
            },
            Some(outcome) = recorded.next() => {
                // What is dropped unrecorded ends the watch: nobody must wait for a confirmation that will not come.
                watch.confirm(outcome.map_err(|_| desk.dropped())??);
            }
            space = whenever(&mut room) => {
                room = None;
                let Some(space) = space else { return Ok(()) };
                watch.answer(space).await?;
            }
            changed = grown.changed() => {
                watch.is_at_end = false;
                if changed.is_err() { return Err(Code::Draining.into()) }
            }
            code = &mut ended => return Err(code.unwrap_or(Code::ConsumerTakenOver).into()),
            () = answers.closed() => return Ok(()),
            () = &mut aged => return Err(Code::ConnectionAged.into()),
            () = &mut closed => return Err(Code::Draining.into()),
        }
    }
}

/// What a future completes with, if there is one.
async fn whenever<T>(future: &mut Option<Pin<Box<dyn Future<Output = T> + Send>>>) -> T {
    match future {
        Some(future) => future.await,
        None => std::future::pending().await,
    }
}

/// A stream that ends is no refusal, unless it ended over a request that is none.
fn ended_by(status: &Status) -> Result<(), Rejection> {
    of_transport(status).map_or(Ok(()), |(code, faults)| Err(Rejection::faulty(code, faults)))
}

impl Watch {
    /// Whether an answer could be made now.
    fn has_something(&self) -> bool {
        let has_confirmed = self.confirmed != Acknowledged::default();
        self.started.is_some() || has_confirmed || (!self.is_at_end && self.offered.len() < WINDOW_COUNT_MAX)
    }

    /// Fills the room with what there is to tell, and offers what fits.
    async fn answer(&mut self, room: Room<pb::WatchResponse>) -> Result<(), Rejection> {
        let confirmed = std::mem::take(&mut self.confirmed);
        let mut answer = pb::WatchResponse {
            started: self.started.take(),
            handed_over: confirmed.positions,
            noticed_through: confirmed.notices_through.unwrap_or(0),
            ..pb::WatchResponse::default()
        };
        let space = WINDOW_COUNT_MAX.saturating_sub(self.offered.len());
        if !self.is_at_end && space > 0 {
            let ask = Ask {
                kinds: self.kinds.clone(),
                from: self.from.clone(),
                acknowledged: self.acknowledged.clone(),
                with_content: self.with_content,
                space,
            };
            // What grows from here on is seen by the next turn.
            let found = self.desk.reads.read(self.caller.identity.role, move |sources| scan(sources, ask));
            let found = found.await?;
            self.from = found.from;
            self.is_at_end = found.is_at_end;
            self.reading.offered_below(self.from.of(FeedKind::Message));
            self.offered.extend(found.offered);
            (answer.offers, answer.notices) = (found.offers, found.notices);
        }
        if answer != pb::WatchResponse::default() {
            room.send(answer);
        }
        Ok(())
    }

    fn confirm(&mut self, acknowledged: Acknowledged) {
        self.confirmed.positions.extend(acknowledged.positions);
        let through = acknowledged.notices_through;
        self.confirmed.notices_through = self.confirmed.notices_through.max(through);
    }

    /// Records hand-overs. Nothing of it is recorded when any position was never offered to this consumer.
    async fn acknowledge(&mut self, ack: pb::Acknowledge) -> Result<Option<Recorded>, Rejection> {
        if ack.positions.len() > POSITIONS_COUNT_MAX {
            let mut fields = Fields::default();
            fields.wrong::<()>("acknowledge.positions", "limit", &format!("at most {POSITIONS_COUNT_MAX}"));
            fields.finish::<()>(None)?;
        }
        let notices = self.noticed(ack.notices_through)?;
        let unknown = |position: &u64| !self.offered.contains_key(position);
        let others: Vec<u64> = ack.positions.iter().copied().filter(unknown).collect();
        let mut messages = if others.is_empty() { Vec::new() } else { self.offered_before(others).await? };
        for position in ack.positions {
            messages.extend(self.offered.remove(&position).map(|offered| (position, Some(offered))));
        }
        let mut items = Vec::with_capacity(messages.len());
        for (position, offered) in messages {
            match offered {
                Some(offered) => items.push(self.hand_over(position, offered)?),
                None => self.confirmed.positions.push(position),
            }
        }
        if items.is_empty() && notices.is_none() {
            return Ok(None);
        }
        let (answer, recorded) = oneshot::channel();
        let hand_overs = HandOvers { consumer: self.consumer.clone(), items, notices };
        let then = Box::new(move |acknowledged| drop(answer.send(acknowledged)));
        self.desk.engine.send(Input::HandOver(Box::new(hand_overs), then));
        Ok(Some(recorded))
    }

    /// Positions that this watch does not wait for: of messages that were acknowledged already, or offered to an earlier
    /// reader of the consumer. Any other one is refused.
    async fn offered_before(&self, positions: Vec<u64>) -> Result<Vec<(u64, Option<Offered>)>, Rejection> {
        let (consumer, below) = (self.consumer.clone(), self.reading.offered_below(0));
        let found = self.desk.reads.read(self.caller.identity.role, move |sources| {
            let row = rogatory_index::Base::consumer(&sources.store, &consumer).map_err(internal)?;
            let found = positions.into_iter().map(|position| {
                let fed = sources.fed_at(FeedKind::Message, position).map_err(internal)?;
                let Some((_, arrival)) = fed.filter(|_| position < below) else {
                    return Ok(Err(position));
                };
                if row.as_ref().is_some_and(|row| row.has(arrival)) {
                    return Ok(Ok((position, None)));
                }
                Ok(Ok((position, Some(Offered::read(sources, position, arrival)?))))
            });
            found.collect::<Result<Result<Vec<_>, u64>, Rejection>>()
        });
        found.await?.map_err(unknown_position)
    }

    fn noticed(&self, through: u64) -> Result<Option<(u64, Written)>, Rejection> {
        if through == 0 {
            return Ok(None);
        }
        let is_known =
            self.kinds.iter().any(|kind| *kind != FeedKind::Message && through < self.from.of(*kind));
        if !is_known {
            return Err(unknown_position(through));
        }
        let mut draft = Draft::new(&self.desk.scribe, Kind::Noticed);
        draft.private = self.private.clone();
        draft.shared.consumer.clone_from(&self.consumer);
        draft.facts = Some(Facts::Noticed { through });
        Ok(Some((through, self.desk.write(draft)?)))
    }

    fn hand_over(&self, position: u64, offered: Offered) -> Result<HandOver, Rejection> {
        let mut draft = Draft::new(&self.desk.scribe, Kind::HandedOver);
        draft.private = self.private.clone();
        draft.shared.message = Some(offered.message);
        draft.shared.referral = Some(offered.referral);
        draft.shared.envelope = Some(offered.digest);
        draft.shared.answers = Some(offered.taken);
        draft.shared.consumer.clone_from(&self.consumer);
        let arrival = offered.arrival;
        draft.facts = Some(Facts::HandedOver { sender: offered.sender, position, arrival });
        Ok(HandOver { position, arrival, written: self.desk.write(draft)? })
    }
}

/// The refusal of a position, which it names.
fn unknown_position(position: u64) -> Rejection {
    let mut faults = Faults::default();
    let text = format!("position {position} was never offered to this consumer");
    faults.push("acknowledge", "offered", "", &text);
    Rejection::faulty(Code::UnknownPosition, faults)
}
