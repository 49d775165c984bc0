//! Calls of case systems. It must not interpret what a case contains.

use bytes::Bytes;
use rogatory_wire::pb::casework::v1 as pb;
use rogatory_wire::pb::casework::v1::casework_client::CaseworkClient;
use tonic::Response;
use tonic::transport::Channel;

use crate::Problem;
use crate::streams::{Acknowledger, Offers, Outcomes, Submitter, watching};

/// Largest answer taken, bytes: a referral with many messages, or a full batch of offers with content.
const ANSWER_BYTES_MAX: usize = 64 << 20;

/// The Casework service of the agency's own node; cheap to clone.
#[derive(Clone, Debug)]
pub struct Casework {
    client: CaseworkClient<Channel>,
}

impl Casework {
    pub(crate) fn new(channel: Channel) -> Self {
        Self { client: CaseworkClient::new(channel).max_decoding_message_size(ANSWER_BYTES_MAX) }
    }

    /// Opens a referral; answers once its record is durable.
    ///
    /// # Errors
    /// [`Problem`], with every fault of the form.
    pub async fn submit(&self, request: pb::SubmitRequest) -> Result<pb::Accepted, Problem> {
        let answer = self.client.clone().submit(request).await.map(Response::into_inner)?;
        answer.accepted.ok_or_else(missing)
    }

    /// Raises an event; answers once its record is durable.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn act(&self, request: pb::ActRequest) -> Result<pb::Accepted, Problem> {
        let answer = self.client.clone().act(request).await.map(Response::into_inner)?;
        answer.accepted.ok_or_else(missing)
    }

    /// Reads one referral with its content; the read is on the record.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn get(&self, referral: &str, who: pb::Assertion) -> Result<pb::Referral, Problem> {
        let request = pb::GetRequest { referral_id: referral.to_owned(), assertion: Some(who) };
        let answer = self.client.clone().get(request).await.map(Response::into_inner)?;
        answer.referral.ok_or_else(missing)
    }

    /// The newest referrals, without content; [`Casework::list_page`] filters and goes on.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn list(&self, who: pb::Assertion, limit: u32) -> Result<Vec<pb::Referral>, Problem> {
        let request =
            pb::ListRequest { assertion: Some(who), page_size: limit, ..pb::ListRequest::default() };
        Ok(self.list_page(request).await?.referrals)
    }

    /// One page of referrals.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn list_page(&self, request: pb::ListRequest) -> Result<pb::ListResponse, Problem> {
        Ok(self.client.clone().list(request).await.map(Response::into_inner)?)
    }

    /// Received messages as they come, offered again until they are acknowledged.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn watch(&self, start: pb::WatchStart) -> Result<(Acknowledger, Offers), Problem> {
        let (acknowledger, requests) = watching(start);
        let answers = self.client.clone().watch(requests).await?.into_inner();
        Ok((acknowledger, Offers::new(answers)))
    }

    /// The evidence file of one message; `sender` empty means this agency.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn evidence(&self, request: pb::EvidenceRequest) -> Result<Bytes, Problem> {
        Ok(self.client.clone().evidence(request).await.map(Response::into_inner)?.file)
    }

    /// Submits many messages over one stream.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn submit_stream(&self) -> Result<(Submitter, Outcomes), Problem> {
        let (submitter, requests) = Submitter::channel();
        let answers = self.client.clone().submit_stream(requests).await?.into_inner();
        Ok((submitter, Outcomes::new(answers)))
    }
}

fn missing() -> Problem {
    tonic::Status::internal("the node's answer lacks what it should carry").into()
}
