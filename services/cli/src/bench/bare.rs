//! The other bound of this machine: the same bytes over a bare tonic stream under mutual TLS, with nothing behind it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use bytes::Bytes;
use futures_util::StreamExt;
use jiff::{SignedDuration, Timestamp};
use rogatory_client::pb::exchange::v1 as pb;
use rogatory_domain::id::{AgencyId, FederationId};
use rogatory_node::channel::over;
use rogatory_node::incoming::{Incoming, Places, Shares};
use rogatory_node::server::{CONNECTION_WINDOW_BYTES, STREAM_WINDOW_BYTES};
use rogatory_node::standing::Standing;
use rogatory_tls::{
    Authority, Clock, Connector, ExpectedPeer, KnownAddresses, Partners, RefusalObserver, Refused, TlsServer,
    Trust, TrustRoots, Validity,
};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

/// Bytes of one message: an envelope of a usual warrant with its opening.
const MESSAGE_BYTES: usize = 2_700;

/// Messages one answer counts.
const ANSWER_EVERY: u64 = 64;

struct Sink;

#[tonic::async_trait]
impl pb::exchange_server::Exchange for Sink {
    type ConverseStream = ReceiverStream<Result<pb::ConverseResponse, Status>>;

    async fn converse(
        &self,
        request: Request<Streaming<pb::ConverseRequest>>,
    ) -> Result<Response<Self::ConverseStream>, Status> {
        let (out, answers) = mpsc::channel(64);
        tokio::spawn(async move {
            let mut requests = request.into_inner();
            let mut seen = 0u64;
            while let Some(Ok(_)) = requests.next().await {
                seen += 1;
                if seen.is_multiple_of(ANSWER_EVERY)
                    && out.send(Ok(pb::ConverseResponse { frame: None })).await.is_err()
                {
                    return;
                }
            }
        });
        Ok(Response::new(ReceiverStream::new(answers)))
    }
}

struct Unobserved;

impl RefusalObserver for Unobserved {
    fn refused(&self, _: std::net::IpAddr, _: &Refused) {}
}

/// Messages per second from one stream's sender to its receiver.
pub(super) async fn messages_per_second(time: Duration) -> anyhow::Result<f64> {
    let now = Timestamp::now();
    let federation: FederationId = "bench.rogatory.example".parse()?;
    let validity = Validity::starting(now, SignedDuration::from_hours(1))?;
    let mut made = Vec::new();
    for name in ["aa-left", "bb-right"] {
        let agency: AgencyId = name.parse()?;
        let authority = Authority::create(agency.clone(), FederationId::clone(&federation), validity)?;
        let credentials = authority.issue_node(&["localhost"], &["127.0.0.1".parse()?], validity)?;
        made.push((agency, authority.certificate_pem().to_owned(), credentials));
    }
    let roots = made.iter().map(|(agency, pem, _)| TrustRoots::from_pem(agency.clone(), pem));
    let trust = Trust::new(federation, roots.collect::<Result<Vec<_>, _>>()?)?;
    let clock: Clock = Arc::new(Timestamp::now);
    let known = Arc::new(KnownAddresses::default());
    let server = TlsServer::new(&made[1].2, &trust, Partners::Nodes, known, clock.clone())?;
    let connector = Connector::new(&made[0].2, &trust, clock.clone())?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let streams = server.serve(listener, Arc::new(Unobserved))?;
    let places = Places::new(made[1].0.clone(), Shares::of(1, 1, false, 1));
    let incoming = Incoming::new(streams, places, Standing::new(made[1].0.clone(), trust, clock));
    let serving = tonic::transport::Server::builder()
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .add_service(pb::exchange_server::ExchangeServer::new(Sink))
        .serve_with_incoming(incoming);
    let serving = tokio::spawn(serving);
    let stream = connector.connect("127.0.0.1", port, &ExpectedPeer::node(made[1].0.clone())).await?;
    let rate = pump(over(stream).await?, time).await;
    serving.abort();
    rate
}

async fn pump(channel: tonic::transport::Channel, time: Duration) -> anyhow::Result<f64> {
    let (out, requests) = mpsc::channel(256);
    let mut client = pb::exchange_client::ExchangeClient::new(channel);
    let sender = tokio::spawn(async move {
        let item = pb::Item { ciphertext: Bytes::from(vec![0x5a; MESSAGE_BYTES]), ..pb::Item::default() };
        let batch = pb::Batch { items: vec![item], ..pb::Batch::default() };
        let frame = pb::Frame { kind: Some(pb::frame::Kind::Batch(batch)) };
        while out.send(pb::ConverseRequest { frame: Some(frame.clone()) }).await.is_ok() {}
    });
    let mut answers = client.converse(ReceiverStream::new(requests)).await?.into_inner();
    let began = Instant::now();
    let mut seen = 0u64;
    while began.elapsed() < time {
        answers.next().await.context("the bare stream ended")??;
        seen += ANSWER_EVERY;
    }
    sender.abort();
    #[expect(clippy::cast_precision_loss, reason = "counts of a bench are small")]
    Ok(seen as f64 / began.elapsed().as_secs_f64())
}
