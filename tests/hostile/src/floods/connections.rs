//! Connections that take places: silent ones, slow ones, many of them, good ones that come and go.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Attack, pace};
use crate::connection::Face;
use crate::target::{Door, Target};

/// The beginning of a TLS record with a long greeting (RFC 8446, section 5.1), of which the rest comes slowly.
const RECORD: [u8; 5] = [22, 3, 1, 0x02, 0x00];
/// Time between two bytes of somebody slow.
const SLOWLY: Duration = Duration::from_secs(1);
/// Names that a partner mints, and what each opens.
const NAMES: usize = 40;
const CONNECTIONS_EACH: usize = 32;

/// Says nothing until it is closed.
pub(super) fn half_open(target: Arc<Target>) -> Result<Attack> {
    Ok(Box::pin(pace::at_a_time(target, 1_000, |target, at| async move {
        let mut tcp = TcpStream::connect(target.address(either(at))).await?;
        tcp.read_u8().await?;
        Ok(())
    })))
}

/// Says so little that a limit for silence never strikes.
pub(super) fn trickled_hello(target: Arc<Target>) -> Result<Attack> {
    Ok(Box::pin(pace::at_a_time(target, 500, |target, at| async move {
        let mut tcp = TcpStream::connect(target.address(either(at))).await?;
        tcp.write_all(&RECORD).await?;
        loop {
            tokio::time::sleep(SLOWLY).await;
            tcp.write_all(&[0]).await?;
        }
    })))
}

/// Connects and closes.
pub(super) fn tcp_connects(target: Arc<Target>) -> Result<Attack> {
    Ok(Box::pin(pace::per_second(target, 2_000, |target| async move {
        drop(TcpStream::connect(target.address(Door::Peers)).await?);
        Ok(())
    })))
}

/// A whole handshake with a certificate that stands, and no more.
pub(super) fn churn(target: Arc<Target>) -> Result<Attack> {
    let face = Face::of(&target.partner_node()?)?;
    Ok(Box::pin(pace::at_a_time(target, 32, move |target, _| {
        let face = face.clone();
        async move {
            drop(face.greedy(&target, Door::Peers).await?);
            Ok(())
        }
    })))
}

/// Holds as many connections as names that one authority can mint; pings are answered.
pub(super) fn minted(target: Arc<Target>) -> Result<Attack> {
    let faces = (0..NAMES).map(|name| Face::of(&target.minted(&format!("x{name}"))?));
    let faces: Arc<Vec<Face>> = Arc::new(faces.collect::<Result<_>>()?);
    Ok(Box::pin(pace::at_a_time(target, NAMES * CONNECTIONS_EACH, move |target, at| {
        let face = faces[at % NAMES].clone();
        async move {
            let held = face.greedy(&target, either(at)).await?;
            // Ends when the node closes it.
            while held.open("/grpc.health.v1.Health/Watch").await.is_ok() {
                tokio::time::sleep(SLOWLY).await;
            }
            Ok(())
        }
    })))
}

fn either(at: usize) -> Door {
    if at.is_multiple_of(2) { Door::Peers } else { Door::Clients }
}
