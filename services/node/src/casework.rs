//! The Casework service: what an agency's case systems call on their own node.
//!
//! Owns the shape of each call; the making of messages, reading and watching have files of their own. Permissions were
//! checked before a call arrives here.

use std::pin::Pin;
use std::sync::Arc;

use futures_util::Stream;
use rogatory_domain::refusal::Code;
use rogatory_engine::Draft;
use rogatory_evidence::{Kind, Private};
use rogatory_tls::PeerIdentity;
use rogatory_wire::pb::casework::v1 as pb;
use tonic::{Request, Response, Status, Streaming};

use crate::desk::{Desk, Rejection};
use crate::status::{status_of, status_with_faults};

mod compose;
mod evidence;
mod read;
mod stream;
mod view;

mod watch;

use compose::{act, submit};
pub(crate) use view::state_of;

/// The service.
pub(crate) struct CaseworkService(pub(crate) Arc<Desk>);

type Streamed<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl pb::casework_server::Casework for CaseworkService {
    type SubmitStreamStream = Streamed<pb::SubmitStreamResponse>;
    type WatchStream = Streamed<pb::WatchResponse>;

    async fn submit(
        &self,
        request: Request<pb::SubmitRequest>,
    ) -> Result<Response<pb::SubmitResponse>, Status> {
        let identity = identity_of(&request)?;
        let accepted = submit(&self.0, &identity, request.into_inner()).await.map_err(rejected)?;
        Ok(Response::new(pb::SubmitResponse { accepted: Some(view::accepted(accepted)) }))
    }

    async fn submit_stream(
        &self,
        request: Request<Streaming<pb::SubmitStreamRequest>>,
    ) -> Result<Response<Self::SubmitStreamStream>, Status> {
        let identity = identity_of(&request)?;
        Ok(Response::new(Box::pin(stream::serve(self.0.clone(), identity, request.into_inner()))))
    }

    async fn act(&self, request: Request<pb::ActRequest>) -> Result<Response<pb::ActResponse>, Status> {
        let identity = identity_of(&request)?;
        let accepted = act(&self.0, &identity, request.into_inner()).await.map_err(rejected)?;
        Ok(Response::new(pb::ActResponse { accepted: Some(view::accepted(accepted)) }))
    }

    async fn get(&self, request: Request<pb::GetRequest>) -> Result<Response<pb::GetResponse>, Status> {
        let identity = identity_of(&request)?;
        let referral = read::get(&self.0, &identity, request.into_inner()).await.map_err(rejected)?;
        Ok(Response::new(pb::GetResponse { referral: Some(referral) }))
    }

    async fn list(&self, request: Request<pb::ListRequest>) -> Result<Response<pb::ListResponse>, Status> {
        let identity = identity_of(&request)?;
        read::list(&self.0, &identity, request.into_inner()).await.map(Response::new).map_err(rejected)
    }

    async fn watch(
        &self,
        request: Request<Streaming<pb::WatchRequest>>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let identity = identity_of(&request)?;
        Ok(Response::new(Box::pin(watch::serve(self.0.clone(), identity, request.into_inner()))))
    }

    async fn evidence(
        &self,
        request: Request<pb::EvidenceRequest>,
    ) -> Result<Response<pb::EvidenceResponse>, Status> {
        let identity = identity_of(&request)?;
        let file = evidence::file(&self.0, &identity, request.into_inner()).await.map_err(rejected)?;
        Ok(Response::new(pb::EvidenceResponse { file: file.into() }))
    }
}

fn identity_of<T>(request: &Request<T>) -> Result<Arc<PeerIdentity>, Status> {
    let identity = request.extensions().get::<Arc<PeerIdentity>>().cloned();
    identity.ok_or_else(|| status_of(Code::NotAuthenticated))
}

/// A rejection as a caller sees it.
pub(crate) fn rejected(rejection: Rejection) -> Status {
    status_with_faults(rejection.code, &rejection.faults)
}

/// A record that a person reads.
fn access(desk: &Desk, private: Private) -> Draft {
    let mut draft = Draft::new(&desk.scribe, Kind::Accessed);
    draft.private = private;
    draft
}
