//! The Casework service: what an agency's case systems call on their own node.
//!
//! Owns the shape of each call; the making of messages, reading and watching have files of their own. Permissions were
//! checked before a call arrives here.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::Stream;
use rogatory_domain::id::ReferralId;
use rogatory_domain::refusal::Code;
use rogatory_engine::Draft;
use rogatory_evidence::{Kind, Private};
use rogatory_index::ReferralRow;
use rogatory_tls::PeerIdentity;
use rogatory_wire::pb::casework::v1 as pb;
use tokio::time::Instant;
use tonic::{Request, Response, Status, Streaming};

use crate::answers::{Taken, Unread};
use crate::body::warnings_to_pb;
use crate::desk::{Desk, Rejection, internal};
use crate::incoming::Connection;
use crate::status::{of_problem, problem_for, status_of};

mod advice;
mod calendar;
pub(crate) mod closing;
mod compose;
mod consumers;
mod derived;
mod describe;
mod directory;
mod evidence;
mod informing;
mod list;
pub(crate) mod passing_on;
mod print;
mod read;
mod statistics;
mod stream;
mod survey;
mod view;
mod watch;

pub(crate) use consumers::Readers;

/// Time after a connection has reached its age at which its streams end: the client was told by then that the connection
/// takes no new ones, and the transport has not cut it yet.
const AFTER_AGE: Duration = Duration::from_secs(2);

/// The service, and how large a submission may be, in bytes.
pub(crate) struct CaseworkService(pub(crate) Arc<Desk>, pub(crate) usize);

type Streamed<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl pb::casework_server::Casework for CaseworkService {
    type SubmitStreamStream = Streamed<pb::SubmitStreamResponse>;
    type GetStream = Taken<pb::GetResponse>;
    type ListStream = Taken<pb::ListResponse>;
    type CalendarStream = Taken<pb::CalendarResponse>;
    type WatchStream = Taken<pb::WatchResponse>;

    async fn submit(
        &self,
        request: Request<pb::SubmitRequest>,
    ) -> Result<Response<pb::SubmitResponse>, Status> {
        let (identity, request) = (identity_of(&request)?, request.into_inner());
        let is_trial = request.validate_only;
        let submitted = informing::submit(&self.0, &identity, request).await;
        let (accepted, warnings, informed) = submitted.map_err(rejected)?;
        let warnings = warnings_to_pb(warnings);
        let accepted = pb::Accepted { warnings, informed, ..view::answered(accepted, is_trial) };
        Ok(Response::new(pb::SubmitResponse { accepted: Some(accepted) }))
    }

    async fn submit_stream(
        &self,
        request: Request<Streaming<pb::SubmitStreamRequest>>,
    ) -> Result<Response<Self::SubmitStreamStream>, Status> {
        let caller = self.caller(&request)?;
        Ok(Response::new(Box::pin(stream::serve(self.0.clone(), caller, request.into_inner()))))
    }

    async fn act(&self, request: Request<pb::ActRequest>) -> Result<Response<pb::ActResponse>, Status> {
        let (identity, request) = (identity_of(&request)?, request.into_inner());
        let (is_trial, mut warnings) = (request.validate_only, advice::of(&self.0, &request).await);
        let acted = passing_on::act(&self.0, &identity, request).await.map_err(rejected)?;
        warnings.extend(acted.warnings);
        let goes_on_in = acted.goes_on_in.map(|id| id.to_string()).unwrap_or_default();
        let answered = view::answered(acted.accepted, is_trial);
        let accepted = pb::Accepted { informed: acted.informed, warnings, goes_on_in, ..answered };
        Ok(Response::new(pb::ActResponse { accepted: Some(accepted) }))
    }

    async fn get(&self, request: Request<pb::GetRequest>) -> Result<Response<Self::GetStream>, Status> {
        let caller = self.caller(&request)?;
        read::get(self.0.clone(), caller, request.into_inner()).await.map(Response::new).map_err(rejected)
    }

    async fn list(&self, request: Request<pb::ListRequest>) -> Result<Response<Self::ListStream>, Status> {
        let caller = self.caller(&request)?;
        list::list(self.0.clone(), caller, request.into_inner()).await.map(Response::new).map_err(rejected)
    }

    async fn statistics(
        &self,
        request: Request<pb::StatisticsRequest>,
    ) -> Result<Response<pb::StatisticsResponse>, Status> {
        let identity = identity_of(&request)?;
        let counted = statistics::statistics(self.0.clone(), &identity, request.into_inner()).await;
        counted.map(Response::new).map_err(rejected)
    }

    async fn calendar(
        &self,
        request: Request<pb::CalendarRequest>,
    ) -> Result<Response<Self::CalendarStream>, Status> {
        let caller = self.caller(&request)?;
        let told = calendar::calendar(self.0.clone(), caller, request.into_inner()).await;
        told.map(Response::new).map_err(rejected)
    }

    async fn watch(
        &self,
        request: Request<Streaming<pb::WatchRequest>>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let caller = self.caller(&request)?;
        Ok(Response::new(watch::serve(self.0.clone(), caller, request.into_inner())))
    }

    async fn consumers(
        &self,
        request: Request<pb::ConsumersRequest>,
    ) -> Result<Response<pb::ConsumersResponse>, Status> {
        let identity = identity_of(&request)?;
        consumers::list(&self.0, &identity).await.map(Response::new).map_err(rejected)
    }

    async fn remove_consumer(
        &self,
        request: Request<pb::RemoveConsumerRequest>,
    ) -> Result<Response<pb::RemoveConsumerResponse>, Status> {
        let identity = identity_of(&request)?;
        consumers::remove(&self.0, &identity, request.into_inner()).await.map(Response::new).map_err(rejected)
    }

    async fn describe(
        &self,
        request: Request<pb::DescribeRequest>,
    ) -> Result<Response<pb::DescribeResponse>, Status> {
        describe::describe(request.get_ref()).map(Response::new).map_err(rejected)
    }

    async fn about(&self, _: Request<pb::AboutRequest>) -> Result<Response<pb::AboutResponse>, Status> {
        Ok(Response::new(directory::about(&self.0, self.1)))
    }

    async fn agencies(
        &self,
        request: Request<pb::AgenciesRequest>,
    ) -> Result<Response<pb::AgenciesResponse>, Status> {
        directory::agencies(&self.0, request.get_ref()).map(Response::new).map_err(rejected)
    }

    async fn evidence(
        &self,
        request: Request<pb::EvidenceRequest>,
    ) -> Result<Response<pb::EvidenceResponse>, Status> {
        let identity = identity_of(&request)?;
        let file = evidence::file(self.0.clone(), &identity, request.into_inner()).await.map_err(rejected)?;
        Ok(Response::new(pb::EvidenceResponse { file: file.into() }))
    }

    async fn print_referral(
        &self,
        request: Request<pb::PrintReferralRequest>,
    ) -> Result<Response<pb::PrintReferralResponse>, Status> {
        let caller = self.caller(&request)?;
        let printed = print::print(self.0.clone(), caller, request.into_inner()).await;
        printed.map(Response::new).map_err(rejected)
    }
}

/// Who opened a stream, and when its connection is old.
#[derive(Clone)]
struct Caller {
    identity: Arc<PeerIdentity>,
    ends: Instant,
    unread: Arc<Unread>,
}

impl Caller {
    /// Completes when the stream must end, because the transport will soon cut its connection.
    fn aged(&self) -> impl Future<Output = ()> + Send + use<> {
        tokio::time::sleep_until(self.ends)
    }
}

/// The referral of an id, as it stands with everything that was decided.
async fn case(desk: &Desk, referral: ReferralId) -> Result<Arc<ReferralRow>, Rejection> {
    let looked = desk.look(move |engine| engine.staged().referral(referral)).await?;
    Ok(looked.map_err(internal)?.ok_or(Code::UnknownReferral)?)
}

impl CaseworkService {
    fn caller<T>(&self, request: &Request<T>) -> Result<Caller, Status> {
        let identity = identity_of(request)?;
        let age = self.0.connection_age + AFTER_AGE;
        let since = request.extensions().get::<Connection>().map_or_else(Instant::now, |c| c.since);
        // Where connections have no age, streams have one all the same: from their own beginning, once theirs is over.
        let ends = Some(since + age).filter(|ends| *ends > Instant::now());
        let unread = request.extensions().get::<Arc<Unread>>().cloned().unwrap_or_default();
        Ok(Caller { identity, ends: ends.unwrap_or_else(|| Instant::now() + age), unread })
    }
}

fn identity_of<T>(request: &Request<T>) -> Result<Arc<PeerIdentity>, Status> {
    let identity = request.extensions().get::<Arc<PeerIdentity>>().cloned();
    identity.ok_or_else(|| status_of(Code::NotAuthenticated))
}

/// A rejection as a caller sees it.
pub(crate) fn rejected(rejection: Rejection) -> Status {
    of_problem(rejection.code, &problem_for(&rejection))
}

/// A record that a person reads.
fn access(desk: &Desk, private: Private) -> Draft {
    let mut draft = Draft::new(&desk.scribe, Kind::Accessed);
    draft.private = private;
    draft
}
