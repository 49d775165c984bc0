//! Watching: received messages are offered, in the order of their positions, until a consumer acknowledges them.
//!
//! Owns the window of offers. It follows the ledger itself, so a slow consumer holds no memory and a cursor survives
//! everything. One hand-over is on the record per message and consumer.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use futures_util::{Stream, StreamExt};
use rogatory_domain::id::{AgencyId, MessageId, ReferralId};
use rogatory_domain::refusal::Code;
use rogatory_engine::input::HandOver;
use rogatory_engine::reread::Stored;
use rogatory_engine::{Draft, Input};
use rogatory_evidence::{Digest, Kind, Private};
use rogatory_index::{ConsumerRow, Facts};
use rogatory_tlog::Hash;
use rogatory_tls::PeerIdentity;
use rogatory_wire::pb::casework::v1::{self as pb, watch_request};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};

use super::read::{content, internal};
use super::{access, rejected};
use crate::desk::{Desk, Rejection};
use crate::fields::{Fields, missing};
use crate::status::of_transport;

/// Offers of one watch that wait for an acknowledgement.
const WINDOW_COUNT_MAX: usize = 2_048;

/// Offers in one batch.
const BATCH_COUNT_MAX: usize = 256;

/// Batches that wait for the consumer to read them.
const BATCHES_COUNT_MAX: usize = 16;

/// Largest name of a consumer in bytes.
const CONSUMER_BYTES_MAX: usize = 64;

/// Serves one watch.
pub(super) fn serve(
    desk: Arc<Desk>,
    identity: Arc<PeerIdentity>,
    requests: Streaming<pb::WatchRequest>,
) -> impl Stream<Item = Result<pb::WatchResponse, Status>> + Send + 'static {
    let (out, responses) = mpsc::channel(BATCHES_COUNT_MAX);
    tokio::spawn(async move {
        if let Err(rejection) = watch(desk, identity, requests, out.clone()).await {
            let _ = out.send(Err(rejected(rejection))).await;
        }
    });
    ReceiverStream::new(responses)
}

/// One offered message.
struct Offered {
    arrival: u64,
    message: MessageId,
    referral: ReferralId,
    sender: AgencyId,
    digest: Digest,
    taken: Hash,
}

/// A watch under way.
struct Watch {
    desk: Arc<Desk>,
    consumer: String,
    private: Private,
    with_content: bool,
    after: Option<u64>,
    acknowledged: Arc<ConsumerRow>,
    next: u64,
    arrival: u64,
    offered: BTreeMap<u64, Offered>,
    /// Positions that are handed over on the record; at most as many wait here as were acknowledged since the loop's turn.
    confirm: mpsc::UnboundedSender<Vec<u64>>,
    out: mpsc::Sender<Result<pb::WatchResponse, Status>>,
}

async fn watch(
    desk: Arc<Desk>,
    identity: Arc<PeerIdentity>,
    mut requests: Streaming<pb::WatchRequest>,
    out: mpsc::Sender<Result<pb::WatchResponse, Status>>,
) -> Result<(), Rejection> {
    let start = match requests.next().await {
        Some(Ok(pb::WatchRequest { kind: Some(watch_request::Kind::Start(start)) })) => start,
        Some(Err(status)) => return ended_by(&status),
        Some(Ok(_)) => return Err(missing("start")),
        None => return Ok(()),
    };
    let (confirm, mut confirmed) = mpsc::unbounded_channel();
    let mut watch = Watch::start(desk, &identity, start, confirm, out).await?;
    let mut durable = watch.desk.durable.clone();
    let mut closed = std::pin::pin!(watch.desk.closed());
    loop {
        watch.offer().await?;
        tokio::select! {
            request = requests.next() => match request {
                Some(Ok(pb::WatchRequest { kind: Some(watch_request::Kind::Acknowledge(ack)) })) => {
                    watch.acknowledge(ack.positions)?;
                }
                Some(Ok(_)) => return Err(missing("acknowledge")),
                Some(Err(status)) => return ended_by(&status),
                None => return Ok(()),
            },
            Some(handed_over) = confirmed.recv() => watch.confirm(handed_over).await,
            changed = durable.changed() => if changed.is_err() { return Err(Code::Draining.into()) },
            () = watch.out.closed() => return Ok(()),
            () = &mut closed => return Err(Code::Draining.into()),
        }
    }
}

/// A stream that ends is no refusal, unless it ended over a request that is none.
fn ended_by(status: &Status) -> Result<(), Rejection> {
    of_transport(status).map_or(Ok(()), |(code, faults)| Err(Rejection { code, faults }))
}

impl Watch {
    async fn start(
        desk: Arc<Desk>,
        identity: &PeerIdentity,
        start: pb::WatchStart,
        confirm: mpsc::UnboundedSender<Vec<u64>>,
        out: mpsc::Sender<Result<pb::WatchResponse, Status>>,
    ) -> Result<Self, Rejection> {
        let mut fields = Fields::default();
        let consumer = start.consumer;
        let proper = consumer.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        if consumer.is_empty() || consumer.len() > CONSUMER_BYTES_MAX || !proper {
            fields.wrong::<()>("consumer", "form", "1 to 64 of letters, digits, hyphen, underscore and dot");
        }
        let private = fields.asserted(identity, start.assertion.as_ref());
        let private = fields.finish(private)?;
        let after = start.cursor.map(|cursor| position_of(&desk, &cursor)).transpose()?;
        // Opening a watch is a read: it is on the record, with person and reason, before anything is shown.
        let mut draft = access(&desk, private.clone());
        draft.shared.consumer.clone_from(&consumer);
        let written = desk.write(draft)?;
        let name = consumer.clone();
        let row = desk.look(move |engine| {
            engine.put(written);
            engine.staged().consumer(&name)
        });
        let acknowledged = row.await?.map_err(internal)?.unwrap_or_default();
        Ok(Self {
            next: acknowledged.through_position.map_or(0, |position| position + 1),
            arrival: acknowledged.through,
            offered: BTreeMap::new(),
            with_content: start.with_content,
            desk,
            consumer,
            private,
            after,
            acknowledged,
            confirm,
            out,
        })
    }

    /// Offers what is durable and fits the window.
    async fn offer(&mut self) -> Result<(), Code> {
        while self.next < self.desk.reader.size() && self.offered.len() < WINDOW_COUNT_MAX {
            let offers = self.scan()?;
            if !offers.is_empty() {
                let response = pb::WatchResponse { offers, handed_over: Vec::new() };
                if self.out.send(Ok(response)).await.is_err() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Reads on in the ledger, up to one batch of offers.
    fn scan(&mut self) -> Result<Vec<pb::Offer>, Code> {
        let reader = self.desk.reader.clone();
        let mut offers = Vec::new();
        let mut failure = None;
        let scanned = reader.scan(self.next, &mut |position, entry| {
            match Stored::decode(position, &entry).map_err(internal).and_then(|s| self.consider(&s)) {
                Ok(offer) => offers.extend(offer),
                Err(code) => {
                    failure = Some(code);
                    return ControlFlow::Break(());
                }
            }
            let full = offers.len() >= BATCH_COUNT_MAX || self.offered.len() >= WINDOW_COUNT_MAX;
            if full { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if let Some(code) = failure {
            return Err(code);
        }
        self.next = scanned.map_err(internal)?;
        Ok(offers)
    }

    /// A TAKEN record that this consumer was not handed yet becomes an offer.
    fn consider(&mut self, stored: &Stored) -> Result<Option<pb::Offer>, Code> {
        if stored.kind() != Some(Kind::Taken) {
            return Ok(None);
        }
        self.arrival += 1;
        let position = stored.position();
        if self.acknowledged.has(self.arrival) || self.after.is_some_and(|after| position <= after) {
            return Ok(None);
        }
        let header = stored.header().map_err(internal)?.ok_or(Code::Internal)?;
        let shared = stored.shared().map_err(internal)?;
        let opened = stored.open(self.desk.scribe.vault()).map_err(internal)?;
        let event = match opened.as_ref().and_then(|opened| opened.facts.as_ref()) {
            Some(Facts::Opening(_)) => "opening",
            Some(Facts::Event(fact)) => fact.event.kind().code(),
            _ => "erased",
        };
        let body = if self.with_content { content(&self.desk, stored)? } else { None };
        let offer = pb::Offer {
            cursor: Some(pb::Cursor { instance: self.desk.scribe.origin().instance.to_string(), position }),
            message_id: header.message.to_string(),
            referral_id: header.referral.to_string(),
            sender: header.sender.to_string(),
            event: event.to_owned(),
            urgent: header.urgent,
            body,
        };
        let offered = Offered {
            arrival: self.arrival,
            message: header.message,
            referral: header.referral,
            sender: header.sender,
            digest: shared.envelope.ok_or(Code::Internal)?,
            taken: stored.leaf().hash(),
        };
        self.offered.insert(position, offered);
        Ok(Some(offer))
    }

    /// Records hand-overs; positions that were not offered on this watch are ignored.
    fn acknowledge(&mut self, positions: Vec<u64>) -> Result<(), Code> {
        let mut items = Vec::with_capacity(positions.len());
        for position in positions {
            let Some(offered) = self.offered.remove(&position) else { continue };
            items.push(self.hand_over(position, offered)?);
        }
        let confirm = self.confirm.clone();
        self.desk.engine.send(Input::HandOver {
            consumer: self.consumer.clone(),
            items,
            then: Box::new(move |handed_over| drop(confirm.send(handed_over))),
        });
        Ok(())
    }

    /// Tells the consumer what is handed over. One that does not read is waited for here, and brings no more meanwhile.
    async fn confirm(&self, handed_over: Vec<u64>) {
        let response = pb::WatchResponse { offers: Vec::new(), handed_over };
        let _ = self.out.send(Ok(response)).await;
    }

    fn hand_over(&self, position: u64, offered: Offered) -> Result<HandOver, Code> {
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

/// The position of a cursor; one from another instance is a typed error.
fn position_of(desk: &Desk, cursor: &pb::Cursor) -> Result<u64, Code> {
    if cursor.instance == desk.scribe.origin().instance.to_string() {
        Ok(cursor.position)
    } else {
        Err(Code::CursorOfAnotherInstance)
    }
}
