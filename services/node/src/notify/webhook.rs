//! Alarms by HTTP. Owns the words of the body, and one attempt to post it: signed, under TLS where the URL says so, within a time. It
//! must not repeat by itself, and no redirection is followed: the receiver is whom the operator named.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, USER_AGENT};
use http::{Request, StatusCode};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use rogatory_keys::{NodeUser, WebhookSecret};
use rogatory_tls::{Clock, ConnectError, ServiceConnector, Speech, dial};
use serde_json::json;
use tokio::io::{AsyncRead, AsyncWrite};

use super::alarm::Told;
use super::roots;
use crate::config::{Target, Webhook};

/// Time for one attempt, from the connection to the status of the answer.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(20);

/// Whom alarms are posted to.
pub(super) struct Hook {
    target: Target,
    secret: WebhookSecret,
    /// None where nothing but this machine is reached.
    tls: Option<ServiceConnector>,
}

/// Why an attempt failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// No connection.
    #[error("no connection: {0}")]
    Connect(ConnectError),
    /// The connection broke.
    #[error("the connection broke: {0}")]
    Broken(hyper::Error),
    /// No answer in time.
    #[error("no answer within {} seconds", ATTEMPT_LIMIT.as_secs())]
    Late,
    /// The receiver could not take it now.
    #[error("the receiver answers {0}")]
    NotNow(StatusCode),
    /// The receiver does not want it as it is.
    #[error("the receiver answers {0}")]
    Unwanted(StatusCode),
    /// The request cannot be written.
    #[error("the request cannot be written: {0}")]
    Request(http::Error),
}

impl Hook {
    /// Reads secret and roots; an error names the key and what is wrong with it.
    pub(super) fn load(
        webhook: &Webhook,
        user: NodeUser,
        clock: &Clock,
    ) -> Result<Self, (&'static str, String)> {
        let secret = WebhookSecret::load(&webhook.secret, user);
        let secret = secret.map_err(|error| ("secret", error.to_string()))?;
        let target = webhook.url.clone();
        let tls = target.is_secure().then(|| roots::connector(webhook.roots.as_deref(), Speech::Http, clock));
        let tls = tls.transpose().map_err(|error| ("roots", error.to_string()))?;
        Ok(Self { target, secret, tls })
    }

    /// Posts an alarm once.
    pub(super) async fn post(&self, told: &Told, now: Timestamp) -> Result<(), Failure> {
        let request = self.request(told, now)?;
        let attempt = async {
            let (host, port) = (self.target.host(), self.target.port());
            match &self.tls {
                Some(tls) => send(tls.connect(host, port).await.map_err(Failure::Connect)?, request).await,
                None => send(dial(host, port).await.map_err(Failure::Connect)?, request).await,
            }
        };
        let answered = tokio::time::timeout(ATTEMPT_LIMIT, attempt).await;
        judged(answered.unwrap_or(Err(Failure::Late))?)
    }

    /// The request, with the headers of Standard Webhooks.
    fn request(&self, told: &Told, now: Timestamp) -> Result<Request<Full<Bytes>>, Failure> {
        let (seconds, body) = (now.as_second(), body(told));
        Request::post(self.target.path())
            .header(HOST, self.target.authority())
            .header(USER_AGENT, concat!("rogatory/", env!("CARGO_PKG_VERSION")))
            .header(CONTENT_TYPE, "application/json")
            .header(CONTENT_LENGTH, body.len())
            .header("webhook-id", &told.id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", self.secret.sign(&told.id, seconds, &body))
            .body(Full::new(Bytes::from(body)))
            .map_err(Failure::Request)
    }
}

/// The alarm in the words of the body.
fn body(told: &Told) -> Vec<u8> {
    let second = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let body = json!({
        "type": format!("clock.{}", told.kind.code()),
        "timestamp": second(told.recorded),
        "data": {
            "agency": told.agency.as_str(),
            "instance": told.instance,
            "position": told.position,
            "referral_id": told.referral.to_string(),
            "instrument": told.instrument,
            "state": told.state,
            "clock": told.clock,
            "waits_for": told.waits_for,
            "article": told.article,
            "due_time": second(told.due),
        },
    });
    body.to_string().into_bytes()
}

/// What the answer means. Its body is nobody's concern, and is never read.
fn judged(status: StatusCode) -> Result<(), Failure> {
    let is_temporary =
        [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS].contains(&status);
    if status.is_success() {
        Ok(())
    } else if status.is_client_error() && !is_temporary {
        Err(Failure::Unwanted(status))
    } else {
        Err(Failure::NotNow(status))
    }
}

async fn send<Io>(io: Io, request: Request<Full<Bytes>>) -> Result<StatusCode, Failure>
where
    Io: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(io)).await.map_err(Failure::Broken)?;
    let mut answer = std::pin::pin!(sender.send_request(request));
    let mut connection = std::pin::pin!(connection);
    let answer = tokio::select! {
        answer = &mut answer => answer,
        // Without a connection there is an answer or a failure at once.
        _ = &mut connection => answer.await,
    };
    Ok(answer.map_err(Failure::Broken)?.status())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_receiver_took_is_told_and_what_it_does_not_want_is_known() {
        for (status, taken, unwanted) in [
            (200, true, false),
            (204, true, false),
            (301, false, false),
            (400, false, true),
            (401, false, true),
            (408, false, false),
            (410, false, true),
            (429, false, false),
            (500, false, false),
            (503, false, false),
        ] {
            let judged = judged(StatusCode::from_u16(status).unwrap());
            assert_eq!(judged.is_ok(), taken, "{status}");
            assert_eq!(matches!(judged, Err(Failure::Unwanted(_))), unwanted, "{status}");
        }
    }
}
