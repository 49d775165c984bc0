//! A peer that breaks rules: it has a member's real keys, certificate and ledger, and says what it likes.
//!
//! Owns the raw end of a peer link. It makes honest frames; what is done to them before they are sent is the test's.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what a test expects fails where it is asked")]

use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};
use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use prost::Message as _;
use rogatory_client::{ClientConfig, fresh_id};
use rogatory_domain::id::{AgencyId, MessageId, ReferralId};
use rogatory_domain::refusal::Code;
use rogatory_engine::author::{Message, seal};
use rogatory_engine::engine::Place;
use rogatory_engine::frame::{Batch, HeadLink, Hello, Receipts};
use rogatory_engine::input::Listener;
use rogatory_engine::link::{
    BodyReader, Context, Greeting, Introduction, LinkOut, Outgoing, Peer, Reply, Unread,
};
use rogatory_engine::{Draft, Outcome, OutcomeSink, Scribe, Written};
use rogatory_evidence::facts::event_to_pb;
use rogatory_evidence::pb::{EnvelopeHeader, Opening};
use rogatory_evidence::roster::LedgerKeyRange;
use rogatory_evidence::{Envelope, Facts, Header, Kind, Private, Shared};
use rogatory_exchange::Queued;
use rogatory_ledger::{Decision, Log};
use rogatory_message as message;
use rogatory_node::channel::over;
use rogatory_node::config::Config;
use rogatory_node::node::Identity;
use rogatory_tlog::{TlogProof, inclusion_proof};
use rogatory_tls::{Connector, Credentials, ExpectedPeer, PeerStream, Trust, TrustRoots, load_credentials};
use rogatory_wire::event::{lane_from_pb, notice_from_pb};
use rogatory_wire::form::form_of;
use rogatory_wire::pb::casework::v1::body::Content;
use rogatory_wire::pb::exchange::v1 as pb;
use rogatory_wire::pb::exchange::v1::exchange_client::ExchangeClient;
use rogatory_wire::pb::types::v1 as types;
use tokio::sync::mpsc;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Streaming;
use tonic::transport::Channel;

use crate::Federation;
use crate::sample::opening;

/// Frames that may wait to be sent.
const FRAMES_COUNT: usize = 16;

/// A member whose node does not run, and in whose place somebody else speaks.
pub struct Rogue {
    identity: Identity,
    log: Log,
    scribe: Arc<Scribe>,
    context: Context,
    to: AgencyId,
    endpoint: String,
    connector: Arc<Connector>,
}

/// What it wants to say in a referral.
pub struct Said {
    /// Id of the message.
    pub message: MessageId,
    /// Id of the referral.
    pub referral: ReferralId,
    /// Its place.
    pub place: Place,
    /// Declared instant.
    pub declared: Timestamp,
    /// The content.
    pub content: Content,
}

/// A connection that was greeted.
pub struct Talk {
    outgoing: LinkOut,
    head: rogatory_ledger::Head,
    to_send: mpsc::Sender<pb::ConverseRequest>,
    frames: Streaming<pb::ConverseResponse>,
}

/// What the node answered.
#[derive(Debug)]
pub enum Answer {
    /// Receipts: shared parts of TAKEN or REFUSED records; and what it cannot take yet, by position of SENT and code.
    Told(Vec<Shared>, Vec<(u64, String)>),
    /// It hung up for this cause.
    Fault(String),
}

/// A body that says what it is told to: unlike an honest node's, neither form nor words are looked at.
fn body(declared: Timestamp, content: Content) -> Result<message::pb::Message> {
    use message::pb::message::Content as Sealed;
    let content = match content {
        Content::Opening(opening) => {
            let (instrument, form) = form_of(opening.request.context("a form is what it opens with")?);
            let party =
                |party: types::Party| message::pb::Party { agency: party.agency, capacity: party.capacity };
            Sealed::Opening(message::pb::Opening {
                instrument: instrument.to_owned(),
                instrument_edition: 1,
                calendar_edition: 1,
                jurisdiction: "NL".to_owned(),
                roster_version: 1,
                lane: lane_from_pb(opening.lane).context("a lane")?.code().to_owned(),
                parties: opening.parties.into_iter().map(party).collect(),
                form,
                ..message::pb::Opening::default()
            })
        }
        Content::Event(event) => {
            let text = event.text.clone();
            let proper = notice_from_pb(types::Event { text: "words".to_owned(), ..event });
            let proper = proper.map_err(|faults| anyhow!("{faults:?}"))?;
            Sealed::Event(message::pb::Event { event: Some(event_to_pb(proper.event())), text })
        }
    };
    Ok(message::pb::Message {
        format: message::MESSAGE_FORMAT,
        seen: Vec::new(),
        declared_unix_us: declared.as_microsecond(),
        content: Some(content),
    })
}

impl Rogue {
    /// Takes the place of `from` towards `to`. `data` may name another data directory than that of `from`.
    ///
    /// # Errors
    /// When keys, ledger or certificates cannot be read.
    pub fn new(
        federation: &Federation,
        from: &str,
        to: &str,
        data: Option<&std::path::Path>,
    ) -> Result<Self> {
        let agency = federation.agency(from)?;
        let mut config = Config::load(&agency.config)?;
        if let Some(data) = data {
            data.clone_into(&mut config.data_dir);
        }
        let identity = Identity::load(&config)?;
        let (log, scribe) = identity.open_ledger(&config)?;
        let member = identity.roster.member(&to.parse()?).context("the peer is no member")?.clone();
        let context = Context {
            scribe: scribe.clone(),
            reader: log.reader(),
            own_keys: vec![LedgerKeyRange::current(identity.ledger_key.public())],
            sealing: identity.sealing.clone(),
            bodies: Arc::new(Deaf),
            peer: Peer {
                agency: member.id.clone(),
                ledger_key: member.ledger_key().clone(),
                retired_keys: member.retired_ledger_keys().to_vec(),
                sealing_key: member.sealing_key().to_vec().into(),
            },
        };
        let connector = Connector::new(
            &load_credentials(&agency.dir, "node")?,
            &trust(federation)?,
            Arc::new(Timestamp::now),
        )?;
        Ok(Self { identity, log, scribe, context, to: member.id, endpoint: member.endpoint, connector })
    }

    /// Makes records for its ledger.
    pub fn scribe(&self) -> &Scribe {
        &self.scribe
    }

    /// Public key of its ledger.
    pub fn ledger_key(&self) -> [u8; 32] {
        self.identity.ledger_key.public()
    }

    /// Puts a record in its ledger; gives its opening.
    ///
    /// # Errors
    /// When the ledger takes none.
    pub fn record(&mut self, draft: Draft) -> Result<Opening> {
        let written = self.scribe.write(draft)?;
        let opening = written.opening.clone();
        Ok(Opening { index: self.commit(written)?, ..opening })
    }

    /// The proof that a record stands in its ledger, under the newest head.
    ///
    /// # Errors
    /// When the ledger signs nothing, or has no such record.
    pub fn proof_of(&self, position: u64) -> Result<String> {
        let reader = self.log.reader();
        let head = reader.head();
        let note = head.note.context("the ledger signs nothing")?;
        let hashes = inclusion_proof(reader.nodes(), position, head.size)?;
        let checkpoint = std::str::from_utf8(&note)?.parse()?;
        Ok(TlogProof { extra: None, index: position, hashes, checkpoint }.to_string())
    }

    fn commit(&mut self, written: Written) -> Result<u64> {
        let position = self.log.size();
        self.log.commit(&[Decision { entries: vec![written.entry] }])?;
        Ok(position)
    }

    /// Seals a message for the peer and puts it on its own record, as an honest sender does.
    ///
    /// # Errors
    /// When vault or ledger fail.
    pub fn send(&mut self, said: Said) -> Result<Outgoing> {
        self.send_body(said, |_| {})
    }

    /// As [`Rogue::send`], after something was done to the body that is sealed: what a later release would have written.
    ///
    /// # Errors
    /// When vault or ledger fail.
    pub fn send_body(
        &mut self,
        said: Said,
        change: impl FnOnce(&mut message::pb::Message),
    ) -> Result<Outgoing> {
        let mut body = body(said.declared, said.content)?;
        change(&mut body);
        let message = Message {
            message: said.message,
            referral: said.referral,
            recipients: vec![self.to.clone()],
            urgent: false,
            place: said.place,
            body: body.encode_to_vec(),
            // Nobody folds this ledger, so what stands here is never read.
            facts: Facts::HandedOver { sender: self.to.clone(), position: 0, arrival: 0 },
            private: Private::default(),
            submitted: [0; 32],
            now: Timestamp::now(),
            horizon: SignedDuration::from_hours(1),
        };
        let listener = Listener { tag: 0, sink: Arc::new(Deaf), receipts: false };
        let submission = seal(&self.scribe, message, listener)?;
        let position = self.commit(*submission.written)?;
        let mut outgoing = Arc::unwrap_or_clone(submission.outgoing);
        outgoing.opening.index = position;
        Ok(outgoing)
    }

    /// As [`Rogue::send`], with something done to the header before the body is sealed under it, and with a record that says what
    /// the header had said.
    ///
    /// # Errors
    /// When vault or ledger fail.
    pub fn send_header(&mut self, said: Said, change: impl FnOnce(&mut EnvelopeHeader)) -> Result<Outgoing> {
        let honest = self.send_body(said, |_| {})?;
        let header = Header::parse(&honest.envelope.header)?;
        let mut raw = EnvelopeHeader::decode(honest.envelope.header.clone())?;
        change(&mut raw);
        let changed: Bytes = raw.encode_to_vec().into();
        let (key, sealed) = (honest.content_key, &honest.envelope);
        let body = key.open(&header.key_commitment, &sealed.header, &sealed.ciphertext)?;
        let envelope = Envelope { ciphertext: key.seal(&changed, &body).into(), header: changed };
        let digest = envelope.digest();
        let (referral, number) = (header.referral, header.number);
        let draft = Draft::about(&self.scribe, Kind::Sent, header, envelope.clone(), digest);
        let opening = self.record(draft)?;
        Ok(Outgoing { opening, envelope, digest, content_key: key, referral, number })
    }

    /// Connects and greets as an honest peer that holds no head of the other side. A head that the other side holds
    /// and this ledger does not contain is ignored.
    ///
    /// # Errors
    /// When the node hangs up.
    pub async fn talk(&self) -> Result<Talk> {
        self.talk_holding(Bytes::new()).await
    }

    /// As [`Rogue::talk`], saying that it holds this signed head of the other side.
    ///
    /// # Errors
    /// When the node hangs up.
    pub async fn talk_holding(&self, held: Bytes) -> Result<Talk> {
        let mut client = ExchangeClient::new(self.channel().await?);
        let (to_send, requests) = mpsc::channel(FRAMES_COUNT);
        let head = self.log.reader().head();
        let own = head.note.clone().context("the ledger signs nothing")?;
        let roster_version = self.identity.roster.version();
        let introduction = Introduction { own, own_size: head.size, held: None, roster_version };
        let hello = Hello { held, ..self.context.hello(&introduction) };
        to_send.send(request(pb::frame::Kind::Hello(hello_frame(hello)))).await?;
        let mut frames = client.converse(ReceiverStream::new(requests)).await?.into_inner();
        let mut hello = match next(&mut frames).await? {
            Some(pb::frame::Kind::Hello(hello)) => read_hello(hello),
            other => bail!("no greeting but {other:?}"),
        };
        // A head of ours that our ledger does not contain would stop an honest node; this one goes on regardless.
        let greeted = self.context.greet(&introduction, &hello).or_else(|_| {
            hello.held.clear();
            self.context.greet(&introduction, &hello)
        });
        let outgoing = match greeted? {
            Greeting::Linked(halves) => halves.0,
            Greeting::Unsigned(held) => bail!("no link: {held}"),
        };
        let link = pb::Link { consistency: outgoing.link()? };
        to_send.send(request(pb::frame::Kind::Link(link))).await?;
        Ok(Talk { outgoing, head, to_send, frames })
    }

    /// Connects and says at once why it hangs up, as a node does whose disk is full.
    ///
    /// # Errors
    /// When there is no connection to be had.
    pub async fn hang_up_first(&self, code: Code) -> Result<()> {
        let mut client = ExchangeClient::new(self.channel().await?);
        let refusal = code.refusal();
        let fault = pb::Fault { code: refusal.id.into(), text: refusal.text.into(), error_id: String::new() };
        let requests = tokio_stream::once(request(pb::frame::Kind::Fault(fault)));
        let mut frames = client.converse(requests).await?.into_inner();
        while next(&mut frames).await?.is_some() {}
        Ok(())
    }

    async fn channel(&self) -> Result<Channel> {
        let (host, port) = self.endpoint.rsplit_once(':').context("an endpoint is host:port")?;
        let expected = ExpectedPeer::node(self.to.clone());
        Ok(over(self.connector.connect(host, port.parse()?, &expected).await?).await?)
    }
}

impl Talk {
    /// The frame in which an honest sender would deliver these.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn batch(&mut self, items: &[Outgoing]) -> Result<pb::Batch> {
        self.batch_closing(items, &[])
    }

    /// As [`Talk::batch`], with the records at these positions as notices of messages given up.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn batch_closing(&mut self, items: &[Outgoing], closed: &[u64]) -> Result<pb::Batch> {
        let queued: Vec<_> = items
            .iter()
            .map(|item| Queued {
                position: item.opening.index,
                urgent: false,
                bytes: 0,
                referral: item.referral,
                load: Some(Arc::new(item.clone())),
            })
            .collect();
        let sending = self.outgoing.batch(&queued, closed, &self.head)?;
        Ok(batch_frame(sending.batch.context("nothing of it can be sent")?))
    }

    /// Sends a batch and waits for what the node says to it.
    ///
    /// # Errors
    /// When the node says nothing.
    pub async fn deliver(&mut self, batch: pb::Batch) -> Result<Answer> {
        // A node that has hung up already said why; that is then the answer.
        let _ = self.to_send.send(request(pb::frame::Kind::Batch(batch))).await;
        self.answer().await
    }

    /// The next envelopes that the node sends.
    ///
    /// # Errors
    /// When it hangs up.
    pub async fn receive(&mut self) -> Result<pb::Batch> {
        loop {
            match next(&mut self.frames).await?.context("the node hung up without a word")? {
                pb::frame::Kind::Batch(batch) => return Ok(batch),
                pb::frame::Kind::Fault(fault) => bail!("it hung up for {}", fault.code),
                _ => {}
            }
        }
    }

    /// Answers envelopes with NOT YET under a code, which need not be one of this release.
    ///
    /// # Errors
    /// When the node has hung up.
    pub async fn answer_not_yet(&mut self, batch: &pb::Batch, code: &str) -> Result<()> {
        let Receipts { head, .. } = self.outgoing.receipts(Reply::default(), &self.head)?;
        let index = |item: &pb::Item| item.opening.as_ref().map_or(0, |opening| opening.index);
        let not_yet = batch.items.iter().map(|item| pb::NotYet { index: index(item), code: code.to_owned() });
        let receipts = pb::Receipts {
            head: Some(pb::Head { note: head.note, consistency: head.consistency }),
            not_yet: not_yet.collect(),
            ..pb::Receipts::default()
        };
        Ok(self.to_send.send(request(pb::frame::Kind::Receipts(receipts))).await?)
    }

    /// Says something in a frame of a kind that no release of today knows.
    ///
    /// # Errors
    /// When the node has hung up.
    pub async fn say_what_is_unknown(&mut self) -> Result<()> {
        let frame = Some(pb::Frame { kind: None });
        Ok(self.to_send.send(pb::ConverseRequest { frame }).await?)
    }

    /// The node's next answer.
    ///
    /// # Errors
    /// When the node says nothing.
    pub async fn answer(&mut self) -> Result<Answer> {
        loop {
            match next(&mut self.frames).await?.context("the node hung up without a word")? {
                pb::frame::Kind::Receipts(receipts) => {
                    let shared = receipts.openings.iter().map(|opening| Shared::parse(&opening.shared));
                    let not_yet = receipts.not_yet.into_iter().map(|told| (told.index, told.code));
                    return Ok(Answer::Told(shared.collect::<Result<_, _>>()?, not_yet.collect()));
                }
                pb::frame::Kind::Fault(fault) => return Ok(Answer::Fault(fault.code)),
                _ => {}
            }
        }
    }
}

/// An honest opening of a new referral.
///
/// # Panics
/// When vault or ledger fail.
pub fn honest(rogue: &mut Rogue) -> (ReferralId, Outgoing) {
    let referral: ReferralId = fresh_id().parse().unwrap();
    let message = MessageId::from_uuid(referral.as_uuid()).unwrap();
    let said = Said {
        message,
        referral,
        place: Place { number: 1, previous: None },
        declared: Timestamp::now(),
        content: Content::Opening(opening(1, rogue.to.as_str(), &[])),
    };
    (referral, rogue.send(said).unwrap())
}

/// Sends an honest message, which the node takes over, and hangs up.
///
/// # Panics
/// When the node does anything else.
pub async fn one_is_taken(rogue: &mut Rogue) {
    let (_, message) = honest(rogue);
    let mut talk = rogue.talk().await.unwrap();
    let batch = talk.batch(&[message]).unwrap();
    is_receipt(&talk.deliver(batch).await.unwrap(), &[(Kind::Taken, None)]);
}

/// The node hung up for this cause.
///
/// # Panics
/// When it said something else.
pub fn is_fault(answer: &Answer, code: Code) {
    assert!(matches!(answer, Answer::Fault(said) if said == code.refusal().id), "{answer:?} is not {code}");
}

/// The node answered with these receipts, and nothing else.
///
/// # Panics
/// When it said something else.
pub fn is_receipt(answer: &Answer, expected: &[(Kind, Option<Code>)]) {
    is_answer(answer, expected, &[]);
}

/// The node cannot take these messages yet, and said nothing else.
///
/// # Panics
/// When it said something else.
pub fn is_not_yet(answer: &Answer, expected: &[(&Outgoing, Code)]) {
    is_answer(answer, &[], expected);
}

/// The node answered with these receipts, and cannot take these messages yet.
///
/// # Panics
/// When it said something else.
pub fn is_answer(answer: &Answer, expected: &[(Kind, Option<Code>)], kept: &[(&Outgoing, Code)]) {
    let Answer::Told(receipts, not_yet) = answer else { panic!("{answer:?}") };
    let kept: Vec<_> =
        kept.iter().map(|(message, code)| (message.opening.index, code.refusal().id.to_owned())).collect();
    assert_eq!(*not_yet, kept);
    let found: Vec<_> = receipts.iter().map(|shared| (shared.kind, shared.reason.as_str())).collect();
    let expected: Vec<_> =
        expected.iter().map(|(kind, code)| (*kind, code.map_or("", |code| code.refusal().id))).collect();
    assert_eq!(found, expected);
}

/// A bare channel to the listener for clients of a node, for calls the client library does not make.
///
/// # Errors
/// When the node does not serve.
pub async fn dial(federation: &Federation, node: &str, client: ClientConfig) -> Result<Channel> {
    channel(federation, &federation.agency(node)?.client_endpoint, node, &client.credentials).await
}

/// A bare channel to the listener for peers of a node.
///
/// # Errors
/// When the node does not serve.
pub async fn dial_as_peer(federation: &Federation, node: &str, own: &Credentials) -> Result<Channel> {
    let member = federation.made().roster.member(&node.parse()?).context("the node is no member")?;
    channel(federation, &member.endpoint, node, own).await
}

async fn channel(federation: &Federation, endpoint: &str, node: &str, own: &Credentials) -> Result<Channel> {
    Ok(over(stream(federation, endpoint, node, own).await?).await?)
}

/// A bare connection to the listener for clients of a node, or to the one for its peers.
///
/// # Errors
/// When the node does not serve.
pub async fn stream_to(
    federation: &Federation,
    node: &str,
    is_peer: bool,
    own: &Credentials,
) -> Result<PeerStream> {
    let member = federation.made().roster.member(&node.parse()?).context("the node is no member")?;
    let clients = &federation.agency(node)?.client_endpoint;
    stream(federation, if is_peer { &member.endpoint } else { clients }, node, own).await
}

async fn stream(
    federation: &Federation,
    endpoint: &str,
    node: &str,
    own: &Credentials,
) -> Result<PeerStream> {
    let connector = Connector::new(own, &trust(federation)?, Arc::new(Timestamp::now))?;
    let (host, port) = endpoint.rsplit_once(':').context("an endpoint is host:port")?;
    Ok(connector.connect(host, port.parse()?, &ExpectedPeer::node(node.parse()?)).await?)
}

/// The roots of every member.
///
/// # Errors
/// When a root cannot be read.
pub fn trust(federation: &Federation) -> Result<Trust> {
    let roster = &federation.made().roster;
    let roots =
        roster.members().iter().map(|member| TrustRoots::from_pem(member.id.clone(), &member.roots.concat()));
    Ok(Trust::new(roster.federation().clone(), roots.collect::<Result<Vec<_>, _>>()?)?)
}

/// Hears nothing and reads nothing.
struct Deaf;

impl OutcomeSink for Deaf {
    fn deliver(&self, _: Vec<(u64, Outcome)>) {}

    fn is_open(&self) -> bool {
        false
    }
}

impl BodyReader for Deaf {
    fn read(&self, _: &Header, _: &[u8]) -> Result<Facts, Unread> {
        Err(Unread::NotYet(Code::NotYet))
    }
}

async fn next(frames: &mut Streaming<pb::ConverseResponse>) -> Result<Option<pb::frame::Kind>> {
    let response = frames.next().await.transpose()?;
    Ok(response.and_then(|response| response.frame).and_then(|frame| frame.kind))
}

fn request(kind: pb::frame::Kind) -> pb::ConverseRequest {
    pb::ConverseRequest { frame: Some(pb::Frame { kind: Some(kind) }) }
}

fn hello_frame(hello: Hello) -> pb::Hello {
    let Hello { protocol, federation, agency, instance, head, held, roster_version } = hello;
    pb::Hello { protocol, federation, agency, instance, head, held, roster_version }
}

fn read_hello(hello: pb::Hello) -> Hello {
    let pb::Hello { protocol, federation, agency, instance, head, held, roster_version } = hello;
    Hello { protocol, federation, agency, instance, head, held, roster_version }
}

fn batch_frame(batch: Batch) -> pb::Batch {
    let Batch { head: HeadLink { note, consistency }, proof, epochs, items, closed } = batch;
    let items = items.into_iter().map(|item| pb::Item {
        opening: Some(item.opening),
        header: item.header,
        ciphertext: item.ciphertext,
        slot: Some(item.slot),
    });
    pb::Batch { head: Some(pb::Head { note, consistency }), proof, epochs, items: items.collect(), closed }
}
