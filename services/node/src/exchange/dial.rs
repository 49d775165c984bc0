//! Dialling peers: a task per dial, which drives the link it makes.

use std::sync::Arc;

use futures_util::StreamExt;
use rogatory_domain::id::AgencyId;
use rogatory_engine::Input;
use rogatory_engine::link::LinkFault;
use rogatory_engine::runner::Dialler;
use rogatory_wire::pb::exchange::v1 as pb;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tracing::warn;

use super::{FRAME_BYTES_MAX, FRAMES_COUNT_MAX, GREETING_LIMIT, Links, lost};
use crate::channel::{ChannelError, PeerChannels};
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
                warn!(%peer, %error, "the peer could not be reached");
                links.desk.engine.send(Input::LinkLost(peer, None));
            }
        });
    }
}

/// Why no stream to a peer came to be.
#[derive(Debug, thiserror::Error)]
enum DialError {
    #[error(transparent)]
    Channel(#[from] ChannelError),
    #[error(transparent)]
    Link(#[from] LinkFault),
}

/// Dials and drives; an error means that no stream came to be.
async fn dial(links: &Links, channels: &PeerChannels, peer: &AgencyId) -> Result<(), DialError> {
    let channel = channels.connect(peer).await?;
    let (out, to_send) = mpsc::channel(FRAMES_COUNT_MAX);
    let requests = ReceiverStream::new(to_send).map(|frame| pb::ConverseRequest { frame: Some(frame) });
    let mut client = pb::exchange_client::ExchangeClient::new(channel)
        .max_decoding_message_size(FRAME_BYTES_MAX)
        .max_encoding_message_size(FRAME_BYTES_MAX);
    // A peer may keep its connection alive and never answer.
    let answer = tokio::time::timeout(GREETING_LIMIT, client.converse(requests)).await;
    let answer = answer.map_err(|_| LinkFault::Silent)?.map_err(|status| lost(&status))?;
    let responses = answer.into_inner();
    // A frame without a kind is refused where frames are read.
    let frames = responses.map(|response| response.map(|r| r.frame.unwrap_or_default()));
    links.drive(peer, frames, out, MessageLimit::default()).await;
    Ok(())
}
