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

use super::{Cause, FRAME_BYTES_MAX, FRAMES_COUNT_MAX, GREETING_LIMIT, Links, Stage, Way};
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
            if let Err(cause) = dial(&links, &channels, &peer).await {
                links.failed(&peer, cause);
                links.desk.engine.send(Input::LinkLost(peer, None));
            }
        });
    }
}

/// Dials and drives; an error means that no stream came to be.
async fn dial(links: &Links, channels: &PeerChannels, peer: &AgencyId) -> Result<(), Cause> {
    let address = links.desk.roster().member(peer).map(|member| member.endpoint.clone()).unwrap_or_default();
    let dialled = channels.connect(peer).await.map_err(|error| Cause::of_channel(&error, &address))?;
    let (out, to_send) = mpsc::channel(FRAMES_COUNT_MAX);
    let requests = ReceiverStream::new(to_send).map(|frame| pb::ConverseRequest { frame: Some(frame) });
    let mut client = pb::exchange_client::ExchangeClient::new(dialled.channel)
        .max_decoding_message_size(FRAME_BYTES_MAX)
        .max_encoding_message_size(FRAME_BYTES_MAX);
    // A peer may keep its connection alive and never answer.
    let answer = tokio::time::timeout(GREETING_LIMIT, client.converse(requests)).await;
    let answer = answer.map_err(|_| Cause::of_fault(&LinkFault::Silent, Stage::Greeting, &address))?;
    let answer = answer.map_err(|status| match dialled.alert.heard() {
        Some(refusal) => Cause::of_alert(refusal, &address),
        None => Cause::of_status(&status, Stage::Greeting, &address),
    })?;
    // What a frame without a kind means is decided where frames are read.
    let frames = answer.into_inner().map(|response| response.map(|r| r.frame.unwrap_or_default()));
    let way = Way { peer: peer.clone(), address, dialled: true };
    links.drive(&way, frames, out, MessageLimit::default(), &dialled.registered).await;
    Ok(())
}
