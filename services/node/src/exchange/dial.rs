//! Dialling peers: a task per dial, which drives the link it makes.

use std::sync::Arc;

use futures_util::StreamExt;
use rogatory_domain::id::AgencyId;
use rogatory_engine::Input;
use rogatory_engine::runner::Dialler;
use rogatory_wire::pb::exchange::v1 as pb;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;
use tracing::{debug, warn};

use super::{FRAME_BYTES_MAX, FRAMES_COUNT_MAX, Links};
use crate::channel::PeerChannels;
use crate::gate::MessageLimit;

/// Starts dials on the node's runtime.
pub(crate) struct Dialling {
    /// The links.
    pub(crate) links: Arc<Links>,
    /// Connections to peers.
    pub(crate) channels: Arc<PeerChannels>,
    /// The runtime.
    pub(crate) runtime: Handle,
}

impl Dialler for Dialling {
    fn dial(&self, peer: AgencyId) {
        let (links, channels) = (self.links.clone(), self.channels.clone());
        self.runtime.spawn(async move {
            if let Err(error) = dial(&links, &channels, &peer).await {
                debug!(%peer, %error, "the peer could not be reached");
                links.desk.engine.send(Input::LinkLost(peer, None));
            }
        });
    }
}

/// Dials and drives; an error means that no stream came to be.
async fn dial(links: &Links, channels: &PeerChannels, peer: &AgencyId) -> Result<(), Status> {
    let channel = channels.connect(peer).await.map_err(|error| {
        warn!(%peer, %error, "no connection to the peer");
        Status::unavailable("no connection")
    })?;
    let (out, to_send) = mpsc::channel(FRAMES_COUNT_MAX);
    let requests = ReceiverStream::new(to_send).map(|frame| pb::ConverseRequest { frame: Some(frame) });
    let mut client = pb::exchange_client::ExchangeClient::new(channel)
        .max_decoding_message_size(FRAME_BYTES_MAX)
        .max_encoding_message_size(FRAME_BYTES_MAX);
    let responses = client.converse(requests).await?.into_inner();
    // A frame without a kind is refused where frames are read.
    let frames = responses.map(|response| response.map(|r| r.frame.unwrap_or_default()));
    links.drive(peer, frames, out, MessageLimit::default()).await;
    Ok(())
}
