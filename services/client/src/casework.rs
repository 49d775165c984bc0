//! Calls of case systems. It must not interpret what a case contains.

use bytes::Bytes;
use rogatory_wire::pb::casework::v1 as pb;
use rogatory_wire::pb::casework::v1::casework_client::CaseworkClient;
use rogatory_wire::pb::types::v1::Instrument;
use tonic::Response;

use crate::Problem;
use crate::hearing::Hearing;
use crate::streams::{Outcomes, Submitter};
use crate::watch::{Acknowledger, Offers};

/// Agencies of one page.
const AGENCIES_COUNT: u32 = 1_000;

/// The Casework service of the agency's own node; cheap to clone.
#[derive(Clone, Debug)]
pub struct Casework {
    client: CaseworkClient<Hearing>,
}

impl Casework {
    pub(crate) fn new(channel: Hearing) -> Self {
        Self { client: CaseworkClient::new(channel) }
    }

    /// Opens a referral; answers once its record is durable.
    ///
    /// # Errors
    /// [`Problem`], with every fault of the form.
    pub async fn submit(&self, request: pb::SubmitRequest) -> Result<pb::Accepted, Problem> {
        let answer = self.client.clone().submit(request).await.map(Response::into_inner)?;
        answer.accepted.ok_or_else(missing)
    }

    /// Has a referral judged as [`Casework::submit`] would, and nothing recorded; the answer has the ids alone.
    ///
    /// # Errors
    /// [`Problem`], the same as a submission would meet now.
    pub async fn validate_submit(&self, request: pb::SubmitRequest) -> Result<pb::Accepted, Problem> {
        self.submit(pb::SubmitRequest { validate_only: true, ..request }).await
    }

    /// Has an event judged as [`Casework::act`] would, and nothing recorded; the answer has the ids alone.
    ///
    /// # Errors
    /// [`Problem`], the same as the event would meet now.
    pub async fn validate_act(&self, request: pb::ActRequest) -> Result<pb::Accepted, Problem> {
        self.act(pb::ActRequest { validate_only: true, ..request }).await
    }

    /// Raises an event; answers once its record is durable.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn act(&self, request: pb::ActRequest) -> Result<pb::Accepted, Problem> {
        let answer = self.client.clone().act(request).await.map(Response::into_inner)?;
        answer.accepted.ok_or_else(missing)
    }

    /// Reads one referral with its content, however many answers it takes; the read is on the record.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn get(&self, referral: &str, who: pb::Assertion) -> Result<pb::Referral, Problem> {
        let request = pb::GetRequest { referral_id: referral.to_owned(), assertion: Some(who) };
        let mut answers = self.client.clone().get(request).await?.into_inner();
        let mut referral = None;
        while let Some(answer) = answers.message().await? {
            referral = referral.or(answer.referral);
            referral.as_mut().ok_or_else(missing)?.messages.extend(answer.messages);
        }
        referral.ok_or_else(missing)
    }

    /// The referrals that were first recorded last, without content; [`Casework::list_page`] filters and goes on.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn list(&self, who: pb::Assertion, page_size: u32) -> Result<Vec<pb::Referral>, Problem> {
        let request = pb::ListRequest { assertion: Some(who), page_size, ..pb::ListRequest::default() };
        Ok(self.list_page(request).await?.referrals)
    }

    /// One page of referrals, of as many as the request asks for, with the token of the next one.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn list_page(&self, request: pb::ListRequest) -> Result<pb::ListResponse, Problem> {
        let mut answers = self.client.clone().list(request).await?.into_inner();
        let mut page = pb::ListResponse::default();
        while let Some(answer) = answers.message().await? {
            page.referrals.extend(answer.referrals);
            (page.next_page_token, page.as_of) = (answer.next_page_token, answer.as_of);
        }
        Ok(page)
    }

    /// Counts the cases under one instrument over a period; the call is on the record.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn statistics(
        &self,
        request: pb::StatisticsRequest,
    ) -> Result<pb::StatisticsResponse, Problem> {
        Ok(self.client.clone().statistics(request).await.map(Response::into_inner)?)
    }

    /// The ends of clocks as the text of an iCalendar file (RFC 5545); the call is on the record.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn calendar(&self, request: pb::CalendarRequest) -> Result<String, Problem> {
        let mut answers = self.client.clone().calendar(request).await?.into_inner();
        let mut text = String::new();
        while let Some(answer) = answers.message().await? {
            text.push_str(&answer.text);
        }
        Ok(text)
    }

    /// Received messages, and notices where they are asked for, as they come; offered again until they are acknowledged.
    /// When the connection is lost or old, the watch goes on by itself after what came last.
    ///
    /// # Errors
    /// [`Problem`], when it cannot be opened at first.
    pub async fn watch(&self, start: pb::WatchStart) -> Result<(Acknowledger, Offers), Problem> {
        Offers::open(self.client.clone(), start).await
    }

    /// Every consumer with what it has not stored yet.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn consumers(&self) -> Result<Vec<pb::Consumer>, Problem> {
        let answer = self.client.clone().consumers(pb::ConsumersRequest {}).await;
        Ok(answer.map(Response::into_inner)?.consumers)
    }

    /// Describes an instrument as the node's release has it, in every edition; every instrument when the code is empty.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn describe(&self, instrument: &str) -> Result<Vec<Instrument>, Problem> {
        let request = pb::DescribeRequest { instrument: instrument.to_owned(), edition: 0 };
        let answer = self.client.clone().describe(request).await;
        Ok(answer.map(Response::into_inner)?.instruments)
    }

    /// Which node this is, what it serves and how large messages may be.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn about(&self) -> Result<pb::AboutResponse, Problem> {
        Ok(self.client.clone().about(pb::AboutRequest {}).await.map(Response::into_inner)?)
    }

    /// Every agency of the roster in force, by id; this one is among them. The list is read again where another roster came
    /// into force meanwhile.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn agencies(&self) -> Result<Vec<pb::Agency>, Problem> {
        let (mut agencies, mut version, mut page_token) = (Vec::new(), 0, String::new());
        loop {
            let request = pb::AgenciesRequest { page_size: AGENCIES_COUNT, page_token };
            let page = self.agencies_page(request).await?;
            if version != page.roster_version && !agencies.is_empty() {
                (agencies, page_token) = (Vec::new(), String::new());
                version = page.roster_version;
                continue;
            }
            version = page.roster_version;
            agencies.extend(page.agencies);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                return Ok(agencies);
            }
        }
    }

    /// One page of the agencies, with the token of the next one.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn agencies_page(&self, request: pb::AgenciesRequest) -> Result<pb::AgenciesResponse, Problem> {
        Ok(self.client.clone().agencies(request).await.map(Response::into_inner)?)
    }

    /// Removes a consumer, on the record; a watch under its name ends.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn remove_consumer(&self, request: pb::RemoveConsumerRequest) -> Result<(), Problem> {
        self.client.clone().remove_consumer(request).await?;
        Ok(())
    }

    /// The evidence file of one message; `sender` empty means this agency.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn evidence(&self, request: pb::EvidenceRequest) -> Result<Bytes, Problem> {
        Ok(self.client.clone().evidence(request).await.map(Response::into_inner)?.file)
    }

    /// The form of a referral as the official one; that it was read is on the record.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn print(
        &self,
        request: pb::PrintReferralRequest,
    ) -> Result<pb::PrintReferralResponse, Problem> {
        Ok(self.client.clone().print_referral(request).await.map(Response::into_inner)?)
    }

    /// Submits many messages over one stream. When the connection is lost or old, the stream goes on by itself, and what
    /// the node had not answered is sent again under the same ids: each message has one effect.
    ///
    /// # Errors
    /// [`Problem`], when it cannot be opened at first.
    pub async fn submit_stream(&self) -> Result<(Submitter, Outcomes), Problem> {
        Outcomes::open(self.client.clone()).await
    }
}

fn missing() -> Problem {
    tonic::Status::internal("the node's answer lacks what it should carry").into()
}
