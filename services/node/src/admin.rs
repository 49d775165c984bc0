//! The Admin service: state, peers, queues, referral lines, records and proofs. No answer carries case content.
//!
//! Owns what operators and auditors see. The private part of a record is an auditor's alone, and such a read is
//! itself on the record.

use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::Stream;
use prost::Message as _;
use rogatory_domain::id::ReferralId;
use rogatory_domain::refusal::Code;
use rogatory_engine::reread::Stored;
use rogatory_engine::{Draft, Engine};
use rogatory_evidence::Kind;
use rogatory_evidence::record::LEDGER_READ;
use rogatory_index::{Base as _, ReferralRow, Store};
use rogatory_ledger::Appender;
use rogatory_tlog::{TlogProof, inclusion_proof};
use rogatory_tls::{PeerIdentity, Role};
use rogatory_wire::pb::admin::v1 as pb;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use crate::casework::rejected;
use crate::desk::{Desk, Rejection, private_of};
use crate::fields::Fields;
use crate::status::status_of;

mod peers;
mod publication;
mod queues;
mod requeue;

/// Lines of one answer when the caller names no limit.
const LINES_COUNT: u32 = 100;

/// Most lines of one answer.
const LINES_COUNT_MAX: u32 = 1_000;

/// Records in one batch of a ledger listing.
const RECORDS_BATCH: usize = 256;

/// The service.
pub(crate) struct AdminService(pub(crate) Arc<Desk>, pub(crate) Appender);

#[tonic::async_trait]
impl pb::admin_server::Admin for AdminService {
    type LedgerStream = Pin<Box<dyn Stream<Item = Result<pb::LedgerResponse, Status>> + Send>>;

    async fn status(&self, _: Request<pb::StatusRequest>) -> Result<Response<pb::StatusResponse>, Status> {
        let desk = &self.0;
        let origin = desk.scribe.origin().clone();
        let started = desk.started.as_microsecond();
        let look = desk.glance(move |engine| pb::StatusResponse {
            agency: origin.agency.to_string(),
            federation: origin.federation.to_string(),
            instance: origin.instance.to_string(),
            ledger_size: engine.durable_size(),
            head: engine
                .head()
                .note
                .as_ref()
                .map(|n| String::from_utf8_lossy(n).into_owned())
                .unwrap_or_default(),
            indexed: engine.indexed(),
            waiting: engine.staged().totals().waiting,
            inbox: {
                let totals = engine.staged().totals();
                totals.arrivals.saturating_sub(totals.handed_over)
            },
            state: state(engine).to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_unix_us: started,
        });
        look.await.map(Response::new).map_err(status_of)
    }

    async fn peers(&self, _: Request<pb::PeersRequest>) -> Result<Response<pb::PeersResponse>, Status> {
        peers::peers(&self.0).await.map(Response::new).map_err(status_of)
    }

    async fn queues(
        &self,
        request: Request<pb::QueuesRequest>,
    ) -> Result<Response<pb::QueuesResponse>, Status> {
        queues::queues(&self.0, &request.into_inner()).await.map(Response::new).map_err(rejected)
    }

    async fn clear_forks(
        &self,
        request: Request<pb::ClearForksRequest>,
    ) -> Result<Response<pb::ClearForksResponse>, Status> {
        let identity = request.extensions().get::<Arc<PeerIdentity>>().cloned();
        let identity = identity.ok_or_else(|| status_of(Code::NotAuthenticated))?;
        let request = request.into_inner();
        peers::clear_forks(&self.0, &identity, &request).await.map(Response::new).map_err(rejected)
    }

    async fn requeue(
        &self,
        request: Request<pb::RequeueRequest>,
    ) -> Result<Response<pb::RequeueResponse>, Status> {
        let identity = request.extensions().get::<Arc<PeerIdentity>>().cloned();
        let identity = identity.ok_or_else(|| status_of(Code::NotAuthenticated))?;
        let request = request.into_inner();
        requeue::requeue(&self.0, &identity, &request).await.map(Response::new).map_err(rejected)
    }

    async fn referrals(
        &self,
        request: Request<pb::ReferralsRequest>,
    ) -> Result<Response<pb::ReferralsResponse>, Status> {
        let role = role_of(&request)?;
        let request = request.into_inner();
        let mut fields = Fields::default();
        let before = fields.optional::<ReferralId>("after", &request.after);
        let limit = fields.count("limit", request.limit, LINES_COUNT, LINES_COUNT_MAX);
        let limit = fields.finish(limit).map_err(rejected)?;
        self.0.reads.current().await;
        let looked = self.0.reads.read(role, move |sources| referrals(&sources.store, before, limit));
        let rows = looked.await.map_err(status_of)?;
        let calendars = self.0.calendars;
        let referrals = rows.into_iter().map(|(id, row)| {
            let case = row.case(calendars);
            let due = case.as_ref().and_then(|case| case.next_due()).and_then(|clock| clock.due);
            pb::ReferralLine {
                referral_id: id.to_string(),
                referral_type: row
                    .opening
                    .as_ref()
                    .map(|o| o.referral_type.code().into())
                    .unwrap_or_default(),
                state: row.standing.code().to_owned(),
                issuing: row.opening.as_ref().map(|o| o.issuing.to_string()).unwrap_or_default(),
                executing: row.opening.as_ref().map(|o| o.executing.to_string()).unwrap_or_default(),
                messages: u32::try_from(row.messages.len()).unwrap_or(u32::MAX),
                next_due_unix_us: due.map_or(0, |due| due.at.as_microsecond()),
            }
        });
        Ok(Response::new(pb::ReferralsResponse { referrals: referrals.collect() }))
    }

    async fn ledger(
        &self,
        request: Request<pb::LedgerRequest>,
    ) -> Result<Response<Self::LedgerStream>, Status> {
        let identity = request.extensions().get::<Arc<PeerIdentity>>().cloned();
        let identity = identity.ok_or_else(|| status_of(Code::NotAuthenticated))?;
        let request = request.into_inner();
        let desk = self.0.clone();
        // Reading the log is on the record before the first line leaves.
        let mut draft = Draft::new(&desk.scribe, Kind::Accessed);
        draft.shared.reason = LEDGER_READ.to_owned();
        draft.private = private_of(&identity, "", LEDGER_READ);
        desk.record(draft).await.map_err(status_of)?;
        let private = identity.role == Role::Auditor;
        let (out, lines) = mpsc::channel(4);
        tokio::spawn(async move {
            if let Err(code) = send_records(&desk, &request, private, &out).await {
                let _ = out.send(Err(status_of(code))).await;
            }
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(lines))))
    }

    async fn checkpoint(
        &self,
        _: Request<pb::CheckpointRequest>,
    ) -> Result<Response<pb::CheckpointResponse>, Status> {
        publication::checkpoint(&self.0).await.map(Response::new).map_err(status_of)
    }

    async fn tile(&self, request: Request<pb::TileRequest>) -> Result<Response<pb::TileResponse>, Status> {
        let path = request.into_inner().path;
        publication::tile(&self.0, &path).await.map(Response::new).map_err(rejected)
    }

    async fn release(
        &self,
        request: Request<pb::ReleaseRequest>,
    ) -> Result<Response<pb::ReleaseResponse>, Status> {
        let identity = request.extensions().get::<Arc<PeerIdentity>>().cloned();
        let identity = identity.ok_or_else(|| status_of(Code::NotAuthenticated))?;
        let request = request.into_inner();
        release(&self.0, &self.1, &identity, &request).await.map(Response::new).map_err(rejected)
    }

    async fn prove(&self, request: Request<pb::ProveRequest>) -> Result<Response<pb::ProveResponse>, Status> {
        let position = request.into_inner().position;
        prove(&self.0, position).map(Response::new).map_err(status_of)
    }
}

fn role_of<T>(request: &Request<T>) -> Result<Role, Status> {
    let identity = request.extensions().get::<Arc<PeerIdentity>>();
    identity.map(|identity| identity.role).ok_or_else(|| status_of(Code::NotAuthenticated))
}

/// Referrals after another one, the one first recorded last first.
fn referrals(
    store: &Store,
    after: Option<ReferralId>,
    limit: usize,
) -> Result<Vec<(ReferralId, Arc<ReferralRow>)>, Code> {
    let below = match after {
        Some(after) => store.referral(after).map_err(internal)?.ok_or(Code::UnknownReferral)?.opened,
        None => u64::MAX,
    };
    let mut found = Vec::new();
    let shown = store.cases(None, below, &mut |_, id| {
        found.extend(store.referral(id)?.map(|row| (id, row)));
        Ok(if found.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    });
    shown.map_err(internal)?;
    Ok(found)
}

fn state(engine: &Engine) -> &'static str {
    match engine.refuses() {
        Some(Code::DiskReserve) => "full",
        Some(_) => "draining",
        None if engine.head().note.is_none() => "held",
        None => "serving",
    }
}

async fn send_records(
    desk: &Desk,
    request: &pb::LedgerRequest,
    private: bool,
    out: &mpsc::Sender<Result<pb::LedgerResponse, Status>>,
) -> Result<(), Code> {
    let size = desk.reader.size();
    let end = if request.limit == 0 { size } else { request.from.saturating_add(request.limit).min(size) };
    let mut next = request.from;
    while next < end {
        let mut records = Vec::with_capacity(RECORDS_BATCH);
        let scanned = desk.reader.scan(next, &mut |position, entry| {
            if position >= end || records.len() == RECORDS_BATCH {
                return ControlFlow::Break(());
            }
            records.push(line(desk, position, &entry, private));
            ControlFlow::Continue(())
        });
        scanned.map_err(internal)?;
        next += records.len() as u64;
        let records = records.into_iter().collect::<Result<Vec<_>, _>>()?;
        if records.is_empty() || out.send(Ok(pb::LedgerResponse { records })).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

fn line(
    desk: &Desk,
    position: u64,
    entry: &rogatory_ledger::Entry,
    private: bool,
) -> Result<pb::LedgerLine, Code> {
    let stored = Stored::decode(position, entry).map_err(internal)?;
    let opening = stored.opening();
    let private = if private {
        let opened = stored.open(desk.scribe.vault()).map_err(internal)?;
        opened.map(|opened| opened.private_bytes).unwrap_or_default()
    } else {
        bytes::Bytes::new()
    };
    Ok(pb::LedgerLine {
        position,
        leaf: bytes::Bytes::copy_from_slice(&entry.leaf),
        shared: opening.shared,
        private,
        shared_salt: opening.shared_salt,
    })
}

/// Ends a hold on signing. The release is on the record before the first head that follows from it.
async fn release(
    desk: &Desk,
    ledger: &Appender,
    identity: &PeerIdentity,
    request: &pb::ReleaseRequest,
) -> Result<pb::ReleaseResponse, Rejection> {
    let mut fields = Fields::default();
    let private = fields.who(identity, "", &request.person, &request.justification);
    let private = fields.finish(private)?;
    let was_held = desk.look(|engine| engine.head().note.is_none()).await?;
    if was_held {
        let mut draft = Draft::new(&desk.scribe, Kind::Configured);
        draft.shared.reason = "signing released".to_owned();
        draft.private = private;
        desk.record(draft).await?;
        ledger.release_signing();
    }
    Ok(pb::ReleaseResponse { was_held })
}

/// Inclusion of one record under the newest head, in the C2SP tlog-proof format.
fn prove(desk: &Desk, position: u64) -> Result<pb::ProveResponse, Code> {
    let head = desk.reader.head();
    if position >= head.size {
        return Err(Code::UnknownMessage);
    }
    let entry = desk.reader.entry(position).map_err(internal)?;
    let stored = Stored::decode(position, &entry).map_err(internal)?;
    let hashes = inclusion_proof(desk.reader.nodes(), position, head.size).map_err(internal)?;
    let note = head.note.ok_or(Code::Internal)?;
    let checkpoint = std::str::from_utf8(&note).map_err(internal)?.parse().map_err(internal)?;
    let proof = TlogProof { extra: None, index: position, hashes, checkpoint };
    Ok(pb::ProveResponse { proof: proof.to_string(), opening: stored.opening().encode_to_vec().into() })
}

fn internal(error: impl std::fmt::Display) -> Code {
    tracing::error!(%error, "a record could not be read");
    Code::Internal
}
