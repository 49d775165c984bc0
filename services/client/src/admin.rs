//! Calls of operators and auditors; none of them carries case content.

use bytes::Bytes;
use rogatory_wire::pb::admin::v1 as pb;
use rogatory_wire::pb::admin::v1::admin_client::AdminClient;
use tonic::Response;

use crate::hearing::Hearing;
use crate::{Batches, Problem};

/// Largest answer taken, bytes.
const ANSWER_BYTES_MAX: usize = 16 << 20;

/// Bytes of a roster in one message.
const PIECE_BYTES: usize = 48 << 10;

/// The Admin service of the agency's own node; cheap to clone.
#[derive(Clone, Debug)]
pub struct Admin {
    client: AdminClient<Hearing>,
}

impl Admin {
    pub(crate) fn new(channel: Hearing) -> Self {
        Self { client: AdminClient::new(channel).max_decoding_message_size(ANSWER_BYTES_MAX) }
    }

    /// State of the node.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn status(&self) -> Result<pb::StatusResponse, Problem> {
        Ok(self.client.clone().status(pb::StatusRequest {}).await.map(Response::into_inner)?)
    }

    /// Peers and their links.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn peers(&self) -> Result<Vec<pb::Peer>, Problem> {
        Ok(self.client.clone().peers(pb::PeersRequest {}).await?.into_inner().peers)
    }

    /// A page of messages waiting for delivery, to one recipient or to all, after the page that gave the token.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn queues(
        &self,
        recipient: Option<&str>,
        page_size: u32,
        page_token: &str,
    ) -> Result<pb::QueuesResponse, Problem> {
        let recipient = recipient.unwrap_or_default().to_owned();
        let request = pb::QueuesRequest { recipient, page_size, page_token: page_token.to_owned() };
        Ok(self.client.clone().queues(request).await?.into_inner())
    }

    /// Clears the forks noted of a peer; says whether any were.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn clear_forks(
        &self,
        agency: &str,
        person: &str,
        justification: &str,
    ) -> Result<bool, Problem> {
        let [agency, person, justification] = [agency, person, justification].map(str::to_owned);
        let request = pb::ClearForksRequest { agency, person, justification };
        Ok(self.client.clone().clear_forks(request).await?.into_inner().were_noted)
    }

    /// Puts a message, or everything of a referral, that was given up to a recipient back in the queue; says how each
    /// message stands.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn requeue(&self, request: pb::RequeueRequest) -> Result<Vec<pb::RequeuedMessage>, Problem> {
        Ok(self.client.clone().requeue(request).await?.into_inner().messages)
    }

    /// Puts a roster in force, and in the place of the node's file; answers once it is.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn load_roster(
        &self,
        note: &str,
        person: &str,
        justification: &str,
    ) -> Result<pb::LoadRosterResponse, Problem> {
        let [person, justification] = [person, justification].map(str::to_owned);
        let first = pb::LoadRosterRequest { person, justification, ..pb::LoadRosterRequest::default() };
        let note = Bytes::copy_from_slice(note.as_bytes());
        let starts = (0..note.len()).step_by(PIECE_BYTES);
        let pieces: Vec<_> = starts.map(|at| note.slice(at..note.len().min(at + PIECE_BYTES))).collect();
        let pieces = pieces
            .into_iter()
            .map(|piece| pb::LoadRosterRequest { piece, ..pb::LoadRosterRequest::default() });
        let request = tokio_stream::iter(std::iter::once(first).chain(pieces));
        Ok(self.client.clone().load_roster(request).await.map(Response::into_inner)?)
    }

    /// A page of referrals by id and state, after the page that gave the token.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn referrals(
        &self,
        page_size: u32,
        page_token: &str,
    ) -> Result<pb::ReferralsResponse, Problem> {
        let request = pb::ReferralsRequest { page_size, page_token: page_token.to_owned() };
        Ok(self.client.clone().referrals(request).await?.into_inner())
    }

    /// Records of the ledger from a position on, all up to the head when `max_records` is 0.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn ledger(
        &self,
        first_position: u64,
        max_records: u64,
    ) -> Result<Batches<pb::LedgerResponse>, Problem> {
        let request = pb::LedgerRequest { first_position, max_records };
        Ok(Batches::new(self.client.clone().ledger(request).await?.into_inner()))
    }

    /// The newest published checkpoint.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn checkpoint(&self) -> Result<pb::CheckpointResponse, Problem> {
        Ok(self.client.clone().checkpoint(pb::CheckpointRequest {}).await.map(Response::into_inner)?)
    }

    /// A tile of the published tree, by its path in C2SP tlog-tiles.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn tile(&self, path: &str) -> Result<Bytes, Problem> {
        let request = pb::TileRequest { path: path.to_owned() };
        Ok(self.client.clone().tile(request).await?.into_inner().contents)
    }

    /// Lets a node sign again whose ledger had to be cut after a reboot; says whether signing was held.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn release(&self, person: &str, justification: &str) -> Result<bool, Problem> {
        let request =
            pb::ReleaseRequest { person: person.to_owned(), justification: justification.to_owned() };
        Ok(self.client.clone().release(request).await?.into_inner().was_held)
    }

    /// Inclusion of one record under the newest head.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn prove(&self, position: u64) -> Result<pb::ProveResponse, Problem> {
        Ok(self.client.clone().prove(pb::ProveRequest { position }).await.map(Response::into_inner)?)
    }
}
