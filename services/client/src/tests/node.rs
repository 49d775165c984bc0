//! A node that answers just enough for the client's tests: real TLS, no ledger.

use std::collections::HashMap;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use jiff::{SignedDuration, Timestamp};
use rogatory_domain::refusal::Code;
use rogatory_tls::{
    Authority, ClientRole, Credentials, KnownAddresses, Partners, PeerStream, RefusalObserver, Refused,
    Revocation, RevocationLists, Revoked, TlsServer, Trust, TrustRoots, Validity,
};
use rogatory_wire::pb::casework::v1 as pb;
use rogatory_wire::pb::casework::v1::casework_server::{Casework, CaseworkServer};
use rogatory_wire::pb::casework::v1::outcome::What;
use rogatory_wire::pb::casework::v1::submit_stream_request::Submission;
use rogatory_wire::pb::casework::v1::watch_request::Kind;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_stream::{Stream, StreamExt};
use tonic::transport::Server;
use tonic::transport::server::Connected;
use tonic::{Request, Response, Status, Streaming};

use crate::ClientConfig;

const FEDERATION: &str = "demo.rogatory.example";

/// An agency with its own authority.
pub(super) struct Agency {
    pub(super) authority: Authority,
    pub(super) validity: Validity,
}

impl Agency {
    pub(super) fn new(name: &str) -> Self {
        let validity = Validity::starting(Timestamp::now(), SignedDuration::from_hours(1)).unwrap();
        let authority =
            Authority::create(name.parse().unwrap(), FEDERATION.parse().unwrap(), validity).unwrap();
        Self { authority, validity }
    }

    pub(super) fn client(&self, address: &str) -> ClientConfig {
        let own = self.authority.issue_client(ClientRole::CaseSystem, "cases", self.validity).unwrap();
        ClientConfig::new(address, self.authority.certificate_pem().to_owned(), own)
    }
}

struct Deaf;

impl RefusalObserver for Deaf {
    fn refused(&self, _: IpAddr, _: &Refused) {}
}

/// A node that listens.
pub(super) struct Serving {
    pub(super) address: String,
    tls: Arc<TlsServer>,
    own: Credentials,
    cut: watch::Sender<()>,
}

impl Serving {
    /// Ends every connection at once, without a word.
    pub(super) fn cut(&self) {
        self.cut.send_replace(());
    }

    /// Goes by other roots and lists from now on.
    pub(super) fn go_by(&self, trust: &Trust) {
        self.tls.reload(&self.own, trust).unwrap();
    }
}

impl Agency {
    /// Its own authority, whatever was revoked.
    fn trust(&self, revocation: Revocation) -> Trust {
        let id = self.authority.agency().clone();
        let roots = TrustRoots::from_pem(id, self.authority.certificate_pem()).unwrap();
        Trust::new(FEDERATION.parse().unwrap(), [roots.with_revocation(revocation)]).unwrap()
    }

    /// A list that names the client's certificate.
    pub(super) fn revoking(&self, client: &ClientConfig) -> Trust {
        let (now, serial) = (Timestamp::now(), client.credentials.identity().serial.clone());
        let revoked = [Revoked { serial, at: now }];
        let until = now + SignedDuration::from_hours(1);
        let list = self.authority.revocation_list(1, &revoked, now, until).unwrap();
        let roots = TrustRoots::from_pem(self.authority.agency().clone(), self.authority.certificate_pem());
        let lists = RevocationLists::read(list.as_bytes(), &roots.unwrap().roots).unwrap();
        self.trust(Revocation::Lists(lists))
    }
}

/// Serves the agency's node on a free port and says its address.
pub(super) async fn serve(agency: &Agency) -> String {
    serving(agency).await.address
}

/// Serves the agency's node on a free port.
pub(super) async fn serving(agency: &Agency) -> Serving {
    let own = agency.authority.issue_node(&["node"], &[], agency.validity).unwrap();
    let (known, trust) = (Arc::new(KnownAddresses::default()), agency.trust(Revocation::NotChecked));
    let tls = TlsServer::new(&own, &trust, Partners::None, known, Arc::new(Timestamp::now)).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (cut, is_cut) = watch::channel(());
    let socket = move |stream| Socket { stream, cut: Box::pin(cut_of(is_cut.clone())) };
    let peers = tls.serve(listener, Arc::new(Deaf)).unwrap().map(move |peer| peer.map(&socket));
    let server = Server::builder().add_service(CaseworkServer::new(Node::default()));
    tokio::spawn(server.serve_with_incoming(peers));
    Serving { address, tls, own, cut }
}

/// Completes with the next cut; one that was before counts for older connections alone.
async fn cut_of(mut cut: watch::Receiver<()>) {
    cut.mark_unchanged();
    // Whoever never cuts has let go of the other end.
    if cut.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}

struct Socket {
    stream: PeerStream,
    cut: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Connected for Socket {
    type ConnectInfo = ();
    fn connect_info(&self) {}
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if self.cut.as_mut().poll(cx).is_ready() {
            // Polled no more, since whoever reads an error drops the connection.
            return Poll::Ready(Err(std::io::ErrorKind::ConnectionAborted.into()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[derive(Default)]
struct Node {
    /// Whether a watch was opened already.
    has_watched: AtomicBool,
    /// Whether a stream of submissions was.
    has_streamed: AtomicBool,
    /// Whether agencies were listed.
    has_listed: AtomicBool,
    /// Ids of referrals by the tag they came with.
    ids: Arc<Mutex<HashMap<u64, String>>>,
}

/// Tag of a submission that a node which closes refuses.
pub(super) const REFUSED: u64 = 1_001;
/// Tag of a submission at which the first stream is lost.
pub(super) const LOST: u64 = 1_002;

/// What the node says to a submission: that of an id, which it has to bring again, unless the first stream ends with it.
fn outcome(
    request: pb::SubmitStreamRequest,
    is_first: bool,
    ids: &Mutex<HashMap<u64, String>>,
) -> Result<pb::Outcome, Status> {
    let tag = request.tag;
    let Some(Submission::Submit(submit)) = request.submission else {
        return Ok(pb::Outcome { tag, what: None });
    };
    let id = ids.lock().unwrap().entry(tag).or_insert_with(|| submit.referral_id.clone()).clone();
    let what = match (tag, is_first) {
        _ if id.is_empty() || id != submit.referral_id => return Err(Status::invalid_argument("another id")),
        (REFUSED, true) => {
            let code = Code::Draining.refusal().id.to_owned();
            What::Problem(pb::Problem { code, ..pb::Problem::default() })
        }
        (LOST, true) => return Err(Status::unavailable("gone")),
        _ => What::Accepted(pb::Accepted { message_id: id, ..pb::Accepted::default() }),
    };
    Ok(pb::Outcome { tag, what: Some(what) })
}

/// A referral in three answers.
fn long_referral() -> impl Iterator<Item = pb::GetResponse> {
    (0..3).map(|number| {
        let referral = pb::Referral { referral_id: "long".into(), ..pb::Referral::default() };
        let message = pb::Message { number, ..pb::Message::default() };
        pb::GetResponse { referral: (number == 0).then_some(referral), messages: vec![message] }
    })
}

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl Casework for Node {
    type SubmitStreamStream = Answers<pb::SubmitStreamResponse>;
    type GetStream = Answers<pb::GetResponse>;
    type ListStream = Answers<pb::ListResponse>;
    type CalendarStream = Answers<pb::CalendarResponse>;
    type WatchStream = Answers<pb::WatchResponse>;

    async fn submit(
        &self,
        request: Request<pb::SubmitRequest>,
    ) -> Result<Response<pb::SubmitResponse>, Status> {
        let id = request.into_inner().referral_id;
        let accepted = pb::Accepted { message_id: id.clone(), referral_id: id, ..pb::Accepted::default() };
        Ok(Response::new(pb::SubmitResponse { accepted: Some(accepted) }))
    }

    async fn submit_stream(
        &self,
        request: Request<Streaming<pb::SubmitStreamRequest>>,
    ) -> Result<Response<Self::SubmitStreamStream>, Status> {
        let (is_first, ids) = (!self.has_streamed.swap(true, Ordering::SeqCst), self.ids.clone());
        let answers = request.into_inner().map(move |request| {
            Ok(pb::SubmitStreamResponse { outcomes: vec![outcome(request?, is_first, &ids)?] })
        });
        Ok(Response::new(Box::pin(answers)))
    }

    async fn describe(
        &self,
        _: Request<pb::DescribeRequest>,
    ) -> Result<Response<pb::DescribeResponse>, Status> {
        Ok(Response::new(pb::DescribeResponse::default()))
    }

    async fn about(&self, _: Request<pb::AboutRequest>) -> Result<Response<pb::AboutResponse>, Status> {
        Ok(Response::new(pb::AboutResponse::default()))
    }

    async fn print_referral(
        &self,
        _: Request<pb::PrintReferralRequest>,
    ) -> Result<Response<pb::PrintReferralResponse>, Status> {
        Ok(Response::new(pb::PrintReferralResponse::default()))
    }

    /// Two agencies a page; a second roster comes into force after the first page.
    async fn agencies(
        &self,
        request: Request<pb::AgenciesRequest>,
    ) -> Result<Response<pb::AgenciesResponse>, Status> {
        let after = request.into_inner().page_token;
        let is_first_call = !self.has_listed.swap(true, Ordering::SeqCst);
        let agencies = if after.is_empty() { ["a", "b"] } else { ["c", "d"] };
        let agency = |id: &str| pb::Agency { agency: id.to_owned(), ..pb::Agency::default() };
        Ok(Response::new(pb::AgenciesResponse {
            agencies: agencies.map(agency).to_vec(),
            next_page_token: if after.is_empty() { "b".to_owned() } else { String::new() },
            roster_version: if is_first_call { 1 } else { 2 },
        }))
    }

    async fn act(&self, _: Request<pb::ActRequest>) -> Result<Response<pb::ActResponse>, Status> {
        Ok(Response::new(pb::ActResponse { accepted: Some(pb::Accepted::default()) }))
    }

    async fn get(&self, request: Request<pb::GetRequest>) -> Result<Response<Self::GetStream>, Status> {
        if request.into_inner().referral_id == "long" {
            return Ok(Response::new(Box::pin(tokio_stream::iter(long_referral().map(Ok)))));
        }
        let row = Code::UnknownReferral.refusal();
        let problem = pb::Problem { code: row.id.into(), text: row.text.into(), ..pb::Problem::default() };
        let grpc = tonic::Code::NotFound;
        let details = rogatory_wire::details::encode(grpc as i32, row.text, row.code, &problem, None);
        Err(Status::with_details(grpc, row.text, details))
    }

    async fn list(&self, _: Request<pb::ListRequest>) -> Result<Response<Self::ListStream>, Status> {
        Ok(Response::new(Box::pin(tokio_stream::empty())))
    }

    async fn statistics(
        &self,
        _: Request<pb::StatisticsRequest>,
    ) -> Result<Response<pb::StatisticsResponse>, Status> {
        Ok(Response::new(pb::StatisticsResponse::default()))
    }

    async fn calendar(
        &self,
        _: Request<pb::CalendarRequest>,
    ) -> Result<Response<Self::CalendarStream>, Status> {
        let part = |text: &str| pb::CalendarResponse { text: text.to_owned(), as_of: 1 };
        Ok(Response::new(Box::pin(tokio_stream::iter([Ok(part("one ")), Ok(part("calendar"))]))))
    }

    async fn consumers(
        &self,
        _: Request<pb::ConsumersRequest>,
    ) -> Result<Response<pb::ConsumersResponse>, Status> {
        Ok(Response::new(pb::ConsumersResponse::default()))
    }

    async fn remove_consumer(
        &self,
        _: Request<pb::RemoveConsumerRequest>,
    ) -> Result<Response<pb::RemoveConsumerResponse>, Status> {
        Ok(Response::new(pb::RemoveConsumerResponse {}))
    }

    async fn watch(
        &self,
        request: Request<Streaming<pb::WatchRequest>>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        // The first watch is lost once something was acknowledged; those after it go on behind their cursor.
        let loses = !self.has_watched.swap(true, Ordering::SeqCst);
        let answers = request.into_inner().map(move |request| {
            Ok(match request?.kind {
                Some(Kind::Start(start)) => {
                    let position = start.cursor.map_or(1, |cursor| cursor.position + 1);
                    let cursor = Some(pb::Cursor { instance: "one".into(), position });
                    let offer = pb::Offer { message_id: start.consumer, cursor, ..pb::Offer::default() };
                    pb::WatchResponse { offers: vec![offer], ..pb::WatchResponse::default() }
                }
                Some(Kind::Acknowledge(_)) if loses => return Err(Status::unavailable("gone")),
                Some(Kind::Acknowledge(acknowledge)) => {
                    pb::WatchResponse { handed_over: acknowledge.positions, ..pb::WatchResponse::default() }
                }
                None => return Err(Status::invalid_argument("an empty frame")),
            })
        });
        Ok(Response::new(Box::pin(answers)))
    }

    async fn evidence(
        &self,
        _: Request<pb::EvidenceRequest>,
    ) -> Result<Response<pb::EvidenceResponse>, Status> {
        // This node never answers.
        std::future::pending().await
    }
}
