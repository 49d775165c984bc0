//! The Exchange service and the peer-link driver: one stream to each peer, whoever dialled.
//!
//! Owns the hand-shake order, the two tasks of a link and the numbering of connections. What the frames mean is the
//! engine's.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use parking_lot::Mutex;
use rogatory_domain::id::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_engine::frame::{Frame, Hello, Receipts};
use rogatory_engine::link::{
    BodyReader, Context, Greeting, LinkFault, LinkIn, LinkOut, Peer, Reply, Unsendable,
};
use rogatory_engine::{Draft, Input, LinkSink, ToLink};
use rogatory_evidence::{Head, Kind};
use rogatory_keys::SealingKey;
use rogatory_ledger::Appender;
use rogatory_tls::Role;
use rogatory_wire::pb::exchange::v1 as pb;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};
use tracing::{error, info, warn};

use crate::beginning::Beginning;
use crate::desk::Desk;
use crate::gate::MessageLimit;
use crate::incoming::Connection;
use crate::metrics_names as names;
use crate::reads::Reads;
use crate::standing::Registered;
use crate::status::status_of;

mod at_the_door;
mod cause;
mod dial;
mod end;
mod faults;
mod frames;
mod pending;
mod standing;

pub(crate) use at_the_door::AtTheDoor;
pub(crate) use cause::{Cause, Side, Stage};
pub(crate) use dial::Dialling;
use end::{End, end_of_fault, lost};
use pending::Pending;
pub(crate) use standing::{Failure, Standing, Standings, Way};

/// Frames in the channel to the transport; more would only add to what a lost link repeats.
const FRAMES_COUNT_MAX: usize = 4;

/// Time a peer has for each of its first two frames.
const GREETING_LIMIT: Duration = Duration::from_secs(10);

/// Time a peer has to end a stream that this node dialled and has given up.
const LAST_WORDS_LIMIT: Duration = Duration::from_secs(1);

/// Largest frame of a peer link in bytes.
pub(crate) const FRAME_BYTES_MAX: usize = 8 * 1024 * 1024;

/// What links need besides the desk.
pub(crate) struct Links {
    desk: Arc<Desk>,
    sealing: Arc<SealingKey>,
    bodies: Arc<dyn BodyReader>,
    sessions: AtomicU64,
    ledger: Appender,
    beginning: Arc<Beginning>,
    answered: Mutex<BTreeSet<AgencyId>>,
    faults: faults::Faults,
}

impl Links {
    /// Links of a node.
    pub(crate) fn new(
        desk: Arc<Desk>,
        sealing: Arc<SealingKey>,
        bodies: Arc<dyn BodyReader>,
        ledger: Appender,
        beginning: Arc<Beginning>,
    ) -> Self {
        Self {
            desk,
            sealing,
            bodies,
            sessions: AtomicU64::new(1),
            ledger,
            beginning,
            answered: Mutex::default(),
            faults: faults::Faults::default(),
        }
    }

    fn context(&self, peer: &AgencyId) -> Option<Context> {
        let roster = self.desk.roster();
        let (member, own) = (roster.member(peer)?, roster.member(self.desk.own())?);
        let peer = Peer {
            agency: member.id.clone(),
            ledger_key: member.ledger_key().clone(),
            retired_keys: member.retired_ledger_keys().to_vec(),
            sealing_key: member.sealing_key().to_vec().into(),
        };
        Some(Context {
            scribe: self.desk.scribe.clone(),
            reader: self.desk.reads.ledger(),
            own_keys: own.ledger_keys.clone(),
            sealing: self.sealing.clone(),
            bodies: self.bodies.clone(),
            peer,
        })
    }

    /// Drives a connection until it ends, and reports its end.
    async fn drive(
        &self,
        way: &Way,
        mut frames: impl Stream<Item = Result<pb::Frame, Status>> + Unpin,
        out: mpsc::Sender<pb::Frame>,
        limit: MessageLimit,
        registered: &Registered,
    ) {
        let (peer, session) = (&way.peer, self.sessions.fetch_add(1, Ordering::Relaxed));
        let mut reached = Stage::Greeting;
        let ended = tokio::select! {
            // First, because the stream that ends with the connection says less of why.
            biased;
            code = registered.ended() => End::Fault(LinkFault::Refused(code)),
            Err(ended) = self.converse(way, session, &mut reached, &mut frames, &out, &limit) => ended,
            () = self.desk.closed() => {
                let _ = out.try_send(frames::fault(Code::Draining));
                End::Quiet("this node closes")
            }
        };
        // The engine hears first: nothing that follows may hold up what is in flight.
        self.desk.engine.send(Input::LinkLost(peer.clone(), Some(session)));
        match ended {
            End::Quiet(why) => {
                if let Some(count) = self.desk.standings.ended_quietly(peer, self.desk.now()) {
                    info!(%peer, session, why, count, "the link ended");
                }
            }
            End::Because(cause) => self.failed(peer, cause),
            End::Fault(fault) => {
                self.failed(peer, Cause::of_fault(&fault, reached, &way.address));
                if !matches!(fault, LinkFault::Told(_)) {
                    let _ = out.try_send(frames::fault_of(&fault));
                }
                if let LinkFault::OwnHistoryLost(head) = &fault {
                    let code = fault.code().refusal().id;
                    error!(%peer, code, "the peer holds a head this ledger does not contain; the ledger stops");
                    self.stop_for_good(head).await;
                }
                self.record(peer, fault).await;
            }
        }
        self.desk.standings.ended(peer, session, self.desk.now());
        if way.dialled {
            last_words(out, frames).await;
        }
    }

    /// The ledger stops, and its vault remembers for which head, so that the node does not go on with it the next time either.
    async fn stop_for_good(&self, head: &Head) {
        self.ledger.halt();
        let (beginning, head) = (self.beginning.clone(), head.clone());
        let noted = tokio::task::spawn_blocking(move || beginning.note_lost(&head)).await;
        if let Err(error) = noted.map_err(std::io::Error::other).flatten() {
            error!(%error, "what the ledger lacks could not be noted in the vault");
        }
    }

    /// A connection failed: that is counted, shown to operators, and said in the log once and then every hour.
    /// A peer that has no link was turned away in the handshake.
    fn turned_away(&self, peer: &AgencyId, cause: Cause) {
        let is_peer = peer != self.desk.own() && self.desk.roster().member(peer).is_some();
        if !is_peer || self.desk.standings.is_connected(peer) {
            return;
        }
        if let Some(count) = self.desk.standings.shown(peer, cause.clone(), self.desk.now()) {
            let code = cause.code.map_or("", |code| code.refusal().id);
            warn!(%peer, code, address = %cause.address, count, cause = %cause.text, "no link to the peer came of it");
        }
    }

    fn failed(&self, peer: &AgencyId, cause: Cause) {
        metrics::counter!(names::LINK_FAULTS, "peer" => peer.to_string(), "stage" => cause.stage.label())
            .increment(1);
        let Some(failures) = self.desk.standings.failed(peer, cause.clone(), self.desk.now()) else { return };
        let code = cause.code.map_or("", |code| code.refusal().id);
        let (stage, side) = (cause.stage.label(), cause.side.label());
        warn!(
            %peer, stage, side, code, os_error = cause.os_error, address = %cause.address, failures,
            cause = %cause.text, "no link to the peer"
        );
    }

    async fn converse(
        &self,
        way: &Way,
        session: u64,
        reached: &mut Stage,
        frames: &mut (impl Stream<Item = Result<pb::Frame, Status>> + Unpin),
        out: &mpsc::Sender<pb::Frame>,
        limit: &MessageLimit,
    ) -> Result<Infallible, End> {
        let peer = &way.peer;
        let context = self.context(peer).ok_or(LinkFault::Refused(Code::StrangerCertificate))?;
        // Who dials in speaks first: what stands is given up for a greeting, not for a connection.
        let mut said = None;
        if !way.dialled {
            let hello = first_hello(frames, way).await?;
            context.is_greeted(&hello, self.desk.roster().version())?;
            said = Some(hello);
        }
        // On a full disk nothing more becomes durable, and a peer does not wait for ever either.
        let introduction = tokio::time::timeout(GREETING_LIMIT, self.desk.greet(peer, session)).await;
        let introduction = introduction.unwrap_or(Err(Code::DiskReserve)).map_err(LinkFault::Refused)?;
        send(out, Frame::Hello(context.hello(&introduction))).await?;
        let hello = match said {
            Some(hello) => hello,
            None => first_hello(frames, way).await?,
        };
        *reached = Stage::Heads;
        self.desk.standings.goes_by(peer, hello.roster_version);
        let (outgoing, mut incoming) = match context.greet(&introduction, &hello)? {
            Greeting::Linked(halves) => *halves,
            Greeting::Unsigned(held) => {
                if introduction.own.is_empty() {
                    self.answered_while_held(peer).await;
                }
                return Err(held.into());
            }
        };
        // Raised before this side's answer leaves: large frames may follow as soon as the peer has read it.
        limit.raise(FRAME_BYTES_MAX);
        send(out, Frame::Link(outgoing.link()?)).await?;
        let Frame::Link(consistency) = first_frame(frames, way).await? else {
            return Err(out_of_turn().into());
        };
        let offer = incoming.link(consistency)?.map(Box::new);
        *reached = Stage::Link;
        if self.desk.standings.stands(way, session, self.desk.now()) {
            info!(%peer, session, address = %way.address, dialled_here = way.dialled, "the link stands");
        }
        let (orders, to_send) = mpsc::unbounded_channel();
        let pending = Arc::new(Pending::default());
        let (engine, to) = (self.desk.engine.clone(), peer.clone());
        let unsendable = move |messages| engine.send(Input::Unsendable(to.clone(), session, messages));
        let reads = self.desk.reads.clone();
        let sending = send_orders(reads, outgoing, to_send, pending.clone(), out.clone(), unsendable);
        let sender = tokio::spawn(sending);
        let orders = Arc::new(LinkQueue { orders, pending: pending.clone() });
        self.desk.engine.send(Input::LinkUp(peer.clone(), session, orders, offer));
        let mut sender = AbortOnDrop(sender);
        // A half that cannot go on ends the whole link, so that what is in flight is sent again on the next.
        tokio::select! {
            received = self.receive(way, session, &mut incoming, &pending, frames) => received,
            sent = &mut sender.0 => {
                let sent = sent.unwrap_or_else(|e| Err(LinkFault::Node(e.to_string())))?;
                Err(sent.map_or(End::Quiet("another connection of the peer took its place"), |code| {
                    End::Because(Cause::refused(Side::Here, Stage::Link, code, &way.address))
                }))
            }
        }
    }

    async fn receive(
        &self,
        way: &Way,
        session: u64,
        incoming: &mut LinkIn,
        pending: &Pending,
        frames: &mut (impl Stream<Item = Result<pb::Frame, Status>> + Unpin),
    ) -> Result<Infallible, End> {
        let peer = &way.peer;
        while let Some(frame) = frames.next().await {
            let frame = match frame {
                Ok(frame) => frame,
                Err(status) => return Err(lost(&status, Stage::Link, way)),
            };
            let Some(frame) = frames::read(frame).map_err(LinkFault::Refused)? else { continue };
            let answers = |receipts: &Receipts| !receipts.openings.is_empty() || !receipts.not_yet.is_empty();
            let is_receipt = matches!(&frame, Frame::Receipts(receipts) if answers(receipts));
            self.desk.standings.contact(peer, is_receipt, self.desk.now());
            match frame {
                Frame::Batch(batch) => {
                    let received = Box::new(incoming.batch(batch)?);
                    self.desk.engine.send(Input::Received(peer.clone(), session, received));
                }
                Frame::Receipts(receipts) => {
                    let received = Box::new(incoming.receipts(receipts)?);
                    self.desk.engine.send(Input::Receipted(peer.clone(), session, received));
                }
                Frame::Question(messages) => {
                    pending.asked()?;
                    self.desk.engine.send(Input::Asked(peer.clone(), session, messages));
                }
                Frame::Checkpoint(head) => {
                    if let Some(head) = incoming.checkpoint(&head)? {
                        self.desk.engine.send(Input::Offered(peer.clone(), session, Box::new(head)));
                    }
                }
                Frame::GoesBy(version) => {
                    self.desk.standings.goes_by(peer, version);
                    self.desk.engine.send(Input::GoesBy(peer.clone(), session));
                }
                Frame::Fault { code, .. } => return Err(end_of_fault(&code)),
                Frame::Hello(_) | Frame::Link(_) => return Err(out_of_turn().into()),
            }
            self.desk.room().await;
            pending.is_read()?;
        }
        Err(End::Because(Cause::found(Stage::Link, &way.address, "the peer closed the connection")))
    }

    /// A peer holds nothing of this ledger that the ledger does not contain. Once every peer of the roster has said so,
    /// nothing acknowledged is missing, and a ledger whose signing is held may sign again.
    async fn answered_while_held(&self, peer: &AgencyId) {
        let all = {
            let mut answered = self.answered.lock();
            let roster = self.desk.roster();
            let mut others = roster.members().iter().filter(|member| member.id != *self.desk.own());
            // Of several that answer at once one is the last, and a release is recorded once.
            answered.insert(peer.clone()) && others.all(|member| answered.contains(&member.id))
        };
        info!(%peer, all, "a peer holds no head that the ledger lacks");
        if !all {
            return;
        }
        let mut draft = Draft::new(&self.desk.scribe, Kind::Configured);
        draft.shared.note = "signing released: every peer answered".to_owned();
        match self.desk.record(draft).await {
            Ok(()) => self.ledger.release_signing(),
            Err(rejection) => {
                self.answered.lock().remove(peer);
                warn!(code = rejection.code.refusal().id, "the release could not be recorded");
            }
        }
    }

    /// What a peer is refused for is on the record before anything else happens with it. Why it hung up itself, or did not
    /// answer, is no refusal.
    async fn record(&self, peer: &AgencyId, fault: LinkFault) {
        if !matches!(fault, LinkFault::Refused(_) | LinkFault::Forked(_)) {
            return;
        }
        let code = fault.code();
        let Some(kind) = self.faults.record_of(peer, code, self.desk.scribe.clock().elapsed()) else {
            return;
        };
        let mut draft = Draft::new(&self.desk.scribe, kind);
        draft.shared.reason = code.refusal().id.to_owned();
        draft.shared.recipients = vec![peer.clone()];
        if let LinkFault::Forked(fork) = fault {
            draft.fork = Some(*fork);
        }
        if let Err(rejection) = self.desk.record(draft).await {
            warn!(%peer, code = rejection.code.refusal().id, "a fault of the peer could not be recorded");
        }
    }
}

struct AbortOnDrop(tokio::task::JoinHandle<Result<Option<Code>, LinkFault>>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// LinkQueue to a link. The engine's window bounds those with messages; whoever reads no answers is hung up on; of
/// checkpoints one waits at most, and the next one extends what was left out.
struct LinkQueue {
    orders: mpsc::UnboundedSender<ToLink>,
    pending: Arc<Pending>,
}

impl LinkSink for LinkQueue {
    fn order(&self, order: ToLink) {
        match order {
            ToLink::Checkpoint(_) if !self.pending.is_first_checkpoint() => return,
            ToLink::Receipts { ref reply, .. } => self.pending.answered(answered(reply)),
            _ => {}
        }
        let _ = self.orders.send(order);
    }
}

/// Envelopes that a reply answers.
fn answered(reply: &Reply) -> usize {
    reply.refs.len() + reply.not_yet.len()
}

/// Makes frames of orders and sends them, in order, until the link ends or this side hangs up, for the code it gives. Tells of
/// what can be sent to nobody.
async fn send_orders(
    reads: Arc<Reads>,
    mut outgoing: LinkOut,
    mut orders: mpsc::UnboundedReceiver<ToLink>,
    pending: Arc<Pending>,
    out: mpsc::Sender<pb::Frame>,
    unsendable: impl Fn(Vec<Unsendable>),
) -> Result<Option<Code>, LinkFault> {
    while let Some(order) = orders.recv().await {
        let answers = if let ToLink::Receipts { reply, .. } = &order { answered(reply) } else { 0 };
        let frame = match order {
            ToLink::Batch { items, closed, head } => {
                let is_fresh = closed.is_empty() && items.iter().all(|item| item.load.is_some());
                let make = move |outgoing: &mut LinkOut| outgoing.batch(&items, &closed, &head);
                let sending;
                (outgoing, sending) = made(&reads, outgoing, is_fresh, make).await?;
                if !sending.unsendable.is_empty() {
                    unsendable(sending.unsendable);
                }
                let Some(batch) = sending.batch else { continue };
                Frame::Batch(batch)
            }
            ToLink::Receipts { reply, head } => {
                if reply.to_question {
                    pending.question_is_answered();
                }
                let is_fresh = reply.refs.iter().all(|receipt| receipt.opening.is_some());
                let make = move |outgoing: &mut LinkOut| outgoing.receipts(reply, &head);
                let receipts;
                (outgoing, receipts) = made(&reads, outgoing, is_fresh, make).await?;
                Frame::Receipts(receipts)
            }
            ToLink::Question(messages) => Frame::Question(messages),
            ToLink::GoesBy(version) => Frame::GoesBy(version),
            ToLink::Checkpoint(head) => {
                pending.checkpoint_leaves();
                match outgoing.checkpoint(&head)? {
                    Some(head) => Frame::Checkpoint(head),
                    None => continue,
                }
            }
            ToLink::Replaced => return Ok(None),
            ToLink::HangUp(code) => {
                let _ = out.try_send(frames::fault(code));
                return Ok(Some(code));
            }
        };
        send(&out, frame).await?;
        pending.answer_has_left(answers);
    }
    Ok(None)
}

/// Makes something to send: here when all of it is in memory, else on the readers' threads, since records are read again.
async fn made<T: Send + 'static>(
    reads: &Reads,
    mut outgoing: LinkOut,
    is_fresh: bool,
    make: impl FnOnce(&mut LinkOut) -> Result<T, LinkFault> + Send + 'static,
) -> Result<(LinkOut, T), LinkFault> {
    if is_fresh {
        let made = make(&mut outgoing)?;
        return Ok((outgoing, made));
    }
    let read = reads.read(Role::Node, move |_| {
        let made = make(&mut outgoing);
        Ok(made.map(|made| (outgoing, made)))
    });
    let failed = |_| LinkFault::Node("records could not be read again for the peer".to_owned());
    read.await.map_err(failed)?
}

async fn send(out: &mpsc::Sender<pb::Frame>, frame: Frame) -> Result<(), LinkFault> {
    out.send(frames::write(frame)).await.map_err(|_| LinkFault::ConnectionLost)
}

/// What the peer says first.
async fn first_hello(
    frames: &mut (impl Stream<Item = Result<pb::Frame, Status>> + Unpin),
    way: &Way,
) -> Result<Hello, End> {
    match first_frame(frames, way).await? {
        Frame::Hello(hello) => Ok(hello),
        _ => Err(out_of_turn().into()),
    }
}

/// One of the frames before the link stands, or why the peer sends none: what it says then is its cause, no fault of shape.
async fn first_frame(
    frames: &mut (impl Stream<Item = Result<pb::Frame, Status>> + Unpin),
    way: &Way,
) -> Result<Frame, End> {
    let frame = tokio::time::timeout(GREETING_LIMIT, frames.next()).await.map_err(|_| LinkFault::Silent)?;
    let frame = frame.ok_or_else(|| {
        let text = "the peer closed the connection before it greeted";
        End::Because(Cause::found(Stage::Greeting, &way.address, text))
    })?;
    let frame = frame.map_err(|status| lost(&status, Stage::Greeting, way))?;
    match frames::read(frame).map_err(LinkFault::Refused)? {
        Some(Frame::Fault { code, .. }) => Err(end_of_fault(&code)),
        Some(frame) => Ok(frame),
        // Before the greeting nobody knows how the other speaks.
        None => Err(out_of_turn().into()),
    }
}

/// A dialled stream that is dropped is cancelled, with whatever it had still to send: the greeting, or why this side hangs up.
/// So it is left to the peer to end it, for a moment.
async fn last_words(
    out: mpsc::Sender<pb::Frame>,
    mut frames: impl Stream<Item = Result<pb::Frame, Status>> + Unpin,
) {
    drop(out);
    let ended = async { while let Some(Ok(_)) = frames.next().await {} };
    let _ = tokio::time::timeout(LAST_WORDS_LIMIT, ended).await;
}

fn out_of_turn() -> LinkFault {
    LinkFault::Refused(Code::MalformedMessage)
}

type Frames = Pin<Box<dyn Stream<Item = Result<pb::ConverseResponse, Status>> + Send>>;

/// The service.
pub(crate) struct ExchangeService(pub(crate) Arc<Links>);

#[tonic::async_trait]
impl pb::exchange_server::Exchange for ExchangeService {
    type ConverseStream = Frames;

    async fn converse(
        &self,
        request: Request<Streaming<pb::ConverseRequest>>,
    ) -> Result<Response<Self::ConverseStream>, Status> {
        let limit = request.extensions().get::<MessageLimit>().cloned().unwrap_or_default();
        let connection = request.extensions().get::<Connection>().cloned();
        let Connection { identity, registered, remote, .. } =
            connection.ok_or_else(|| status_of(Code::NotAuthenticated))?;
        let way = Way { peer: identity.agency.clone(), address: remote.to_string(), dialled: false };
        let frames = request.into_inner().map(|request| request.map(|r| r.frame.unwrap_or_default()));
        let (out, to_send) = mpsc::channel(FRAMES_COUNT_MAX);
        let links = self.0.clone();
        links.desk.standings.came(&way);
        tokio::spawn(async move { links.drive(&way, frames, out, limit, &registered).await });
        let stream =
            ReceiverStream::new(to_send).map(|frame| Ok(pb::ConverseResponse { frame: Some(frame) }));
        Ok(Response::new(Box::pin(stream)))
    }
}
