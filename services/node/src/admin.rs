//! The Admin service: state, peers, queues, referral lines, records and proofs. No answer carries case content.
//!
//! Owns what operators and auditors see. The private part of a record is an auditor's alone, and such a read is
//! itself on the record.

use std::ops::ControlFlow;
use std::sync::Arc;

use rogatory_domain::id::ReferralId;
use rogatory_domain::refusal::Code;
use rogatory_engine::Draft;
use rogatory_evidence::Kind;
use rogatory_index::{Base as _, ReferralRow, Store};
use rogatory_ledger::Appender;
use rogatory_tls::PeerIdentity;
use rogatory_wire::instant;
use rogatory_wire::pb::admin::v1 as pb;
use tonic::{Request, Response, Status, Streaming};

use crate::answers::{Taken, Unread};
use crate::casework::rejected;
use crate::desk::{Desk, Rejection, internal};
use crate::fields::Fields;
use crate::page_token;
use crate::rosters::RosterLoader;
use crate::status::status_of;

mod peers;
mod publication;
mod queues;
mod records;
mod requeue;
mod roster;
mod state;
mod values;

/// Lines of one answer when the caller names no limit.
const LINES_COUNT: u32 = 100;

/// Most lines of one answer.
const LINES_COUNT_MAX: u32 = 1_000;

/// The service.
pub(crate) struct AdminService(pub(crate) Arc<Desk>, pub(crate) Appender, pub(crate) Arc<RosterLoader>);

#[tonic::async_trait]
impl pb::admin_server::Admin for AdminService {
    type LedgerStream = Taken<pb::LedgerResponse>;

    async fn status(&self, _: Request<pb::StatusRequest>) -> Result<Response<pb::StatusResponse>, Status> {
        state::status(&self.0).await.map(Response::new).map_err(rejected)
    }

    async fn peers(&self, _: Request<pb::PeersRequest>) -> Result<Response<pb::PeersResponse>, Status> {
        peers::peers(&self.0).await.map(Response::new).map_err(rejected)
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
        let identity = identity_of(&request)?;
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
        let role = identity_of(&request)?.role;
        let request = request.into_inner();
        let mut fields = Fields::default();
        let below = page_token::below(&mut fields, &request.page_token);
        let count = fields.count("page_size", request.page_size, LINES_COUNT, LINES_COUNT_MAX);
        let (below, count) = fields.finish(below.zip(count)).map_err(rejected)?;
        self.0.reads.current().await;
        let looked = self.0.reads.read(role, move |sources| referrals(&sources.store, below, count));
        looked.await.map(Response::new).map_err(rejected)
    }

    async fn ledger(
        &self,
        request: Request<pb::LedgerRequest>,
    ) -> Result<Response<Self::LedgerStream>, Status> {
        let identity = identity_of(&request)?;
        let unread = request.extensions().get::<Arc<Unread>>().cloned().unwrap_or_default();
        let request = request.into_inner();
        records::list(self.0.clone(), &identity, &unread, request).await.map(Response::new).map_err(rejected)
    }

    async fn checkpoint(
        &self,
        _: Request<pb::CheckpointRequest>,
    ) -> Result<Response<pb::CheckpointResponse>, Status> {
        publication::checkpoint(&self.0).await.map(Response::new).map_err(rejected)
    }

    async fn tile(&self, request: Request<pb::TileRequest>) -> Result<Response<pb::TileResponse>, Status> {
        let role = identity_of(&request)?.role;
        let path = request.into_inner().path;
        publication::tile(&self.0, role, &path).await.map(Response::new).map_err(rejected)
    }

    async fn release(
        &self,
        request: Request<pb::ReleaseRequest>,
    ) -> Result<Response<pb::ReleaseResponse>, Status> {
        let identity = identity_of(&request)?;
        let request = request.into_inner();
        release(&self.0, &self.1, &identity, &request).await.map(Response::new).map_err(rejected)
    }

    async fn load_roster(
        &self,
        request: Request<Streaming<pb::LoadRosterRequest>>,
    ) -> Result<Response<pb::LoadRosterResponse>, Status> {
        let identity = identity_of(&request)?;
        let loaded = roster::load(&self.2, &identity, request.into_inner()).await?;
        loaded.map(Response::new).map_err(rejected)
    }

    async fn prove(&self, request: Request<pb::ProveRequest>) -> Result<Response<pb::ProveResponse>, Status> {
        let role = identity_of(&request)?.role;
        let position = request.into_inner().position;
        let proven = self.0.reads.read(role, move |sources| records::prove(sources, position));
        proven.await.map(Response::new).map_err(rejected)
    }
}

fn identity_of<T>(request: &Request<T>) -> Result<Arc<PeerIdentity>, Status> {
    let identity = request.extensions().get::<Arc<PeerIdentity>>().cloned();
    identity.ok_or_else(|| status_of(Code::NotAuthenticated))
}

/// A page of referrals whose first record lies below a position, the one first recorded last first.
fn referrals(store: &Store, below: u64, count: usize) -> Result<pb::ReferralsResponse, Rejection> {
    let mut page = pb::ReferralsResponse::default();
    let mut last = below;
    let shown = store.cases(None, below, &mut |opened, id| {
        if page.referrals.len() == count {
            page.next_page_token = page_token::of(last);
            return Ok(ControlFlow::Break(()));
        }
        page.referrals.extend(store.referral(id)?.map(|row| referral(id, &row)));
        last = opened;
        Ok(ControlFlow::Continue(()))
    });
    shown.map_err(internal)?;
    Ok(page)
}

fn referral(id: ReferralId, row: &ReferralRow) -> pb::ReferralLine {
    let case = row.case();
    let due = case.as_ref().and_then(|case| case.next_due()).and_then(|clock| clock.due);
    let opening = row.opening.as_ref();
    pb::ReferralLine {
        referral_id: id.to_string(),
        referral_type: opening.map(|o| o.instrument.code.into()).unwrap_or_default(),
        state: row.standing.code().to_owned(),
        issuing: opening.map(|o| o.issuing.to_string()).unwrap_or_default(),
        executing: opening.and_then(|o| o.answering()).map(ToString::to_string).unwrap_or_default(),
        messages: u32::try_from(row.messages.len()).unwrap_or(u32::MAX),
        next_due_time: due.map(|due| instant::to_pb(due.at)),
    }
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
        draft.shared.note = "signing released".to_owned();
        draft.private = private;
        desk.record(draft).await?;
        ledger.release_signing();
    }
    Ok(pb::ReleaseResponse { was_held })
}
