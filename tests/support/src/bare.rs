//! A caller that speaks HTTP/2 without a client library: it begins calls and leaves them, and sends what it likes.
//!
//! Owns the raw end of a client's connection. What is sent on it is the test's.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use h2::client::{ResponseFuture, SendRequest};
use h2::{RecvStream, SendStream};
use http::HeaderMap;
use tonic::Status;

/// Window of a stream, and of a connection, when nobody asks for another (RFC 9113 6.9.2).
const WINDOW_BYTES: usize = 65_535;

/// One connection.
#[derive(Clone)]
pub struct Bare {
    client: SendRequest<Bytes>,
}

/// A call that is under way.
pub struct Begun {
    answer: ResponseFuture,
    /// The request's body, which does not end by itself.
    pub body: SendStream<Bytes>,
}

/// A call whose answer is not read any further.
pub struct Stalled {
    answer: RecvStream,
    unreleased: usize,
    said: HeaderMap,
    _body: SendStream<Bytes>,
}

/// What was answered.
#[derive(Debug)]
pub struct Answered {
    /// Status of HTTP.
    pub http: u16,
    /// Code of the catalogue; empty where there is none.
    pub code: String,
    /// Status of gRPC, where the answer has one.
    pub status: Option<Status>,
}

impl Bare {
    /// Speaks HTTP/2 over a connection that stands.
    ///
    /// # Errors
    /// When the other end does not.
    pub async fn over(stream: rogatory_tls::PeerStream) -> Result<Self> {
        let (client, connection) = h2::client::handshake(stream).await?;
        tokio::spawn(connection);
        Ok(Self { client })
    }

    /// Begins a call, without a byte of its body.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn begin(&mut self, path: &str, headers: &[(&str, &str)]) -> Result<Begun> {
        let mut request = http::Request::post(format!("http://node{path}"))
            .header("content-type", "application/grpc")
            .header("te", "trailers");
        for (key, value) in headers {
            request = request.header(*key, *value);
        }
        let mut client = self.client.clone().ready().await?;
        let (answer, body) = client.send_request(request.body(())?, false)?;
        Ok(Begun { answer, body })
    }

    /// Makes a call with one message.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn call(&mut self, path: &str, message: &[u8]) -> Result<Answered> {
        let mut begun = self.begin(path, &[]).await?;
        begun.send(message, true)?;
        begun.answered().await
    }
}

impl Begun {
    /// Sends a message, as far as windows allow.
    ///
    /// # Errors
    /// When the connection is gone.
    pub fn send(&mut self, message: &[u8], is_last: bool) -> Result<()> {
        let length = u32::try_from(message.len()).context("a message has at most 4 GiB")?;
        let framed = [&[0], length.to_be_bytes().as_slice(), message].concat();
        Ok(self.body.send_data(framed.into(), is_last)?)
    }

    /// The end of the answer.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn answered(self) -> Result<Answered> {
        let (head, answer) = self.answer.await?.into_parts();
        end(answer, head.status.as_u16(), head.headers).await
    }

    /// Takes the answer until the window of its stream is used up, and gives nothing of it back: from then on the other
    /// end cannot send.
    ///
    /// # Errors
    /// When the answer ends before.
    pub async fn stalls(self) -> Result<Stalled> {
        let (head, mut answer) = self.answer.await?.into_parts();
        let mut unreleased = 0;
        while unreleased < WINDOW_BYTES {
            unreleased += answer.data().await.context("the answer has ended")??.len();
        }
        Ok(Stalled { answer, unreleased, said: head.headers, _body: self.body })
    }
}

impl Stalled {
    /// Reads on, to the end of the answer.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn reads_on(mut self) -> Result<Answered> {
        self.answer.flow_control().release_capacity(self.unreleased)?;
        end(self.answer, 200, self.said).await
    }
}

async fn end(mut answer: RecvStream, http: u16, mut said: HeaderMap) -> Result<Answered> {
    while let Some(chunk) = answer.data().await {
        answer.flow_control().release_capacity(chunk?.len())?;
    }
    said.extend(answer.trailers().await?.unwrap_or_default());
    let code = said.get("rogatory-code").and_then(|code| code.to_str().ok()).unwrap_or_default();
    Ok(Answered { http, code: code.to_owned(), status: Status::from_header_map(&said) })
}
