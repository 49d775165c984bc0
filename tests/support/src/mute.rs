//! A peer that accepts connections, keeps them alive as HTTP/2 demands, and never answers a call.
//!
//! Owns that server and the count of its connections. It must not say anything of the peer protocol.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use rogatory_tls::{KnownAddresses, Partners, TlsServer, load_credentials};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::Federation;
use crate::rogue::trust;

/// Length of what a client of HTTP/2 sends first (RFC 9113 3.4), bytes.
const PREFACE_BYTES: usize = 24;

/// An empty SETTINGS frame.
const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];

/// Type of a PING frame, and the flag of its answer.
const PING: u8 = 6;
const ACK: u8 = 1;

/// A server in the place of an agency's node; it ends when this is dropped.
pub struct MutePeer {
    connections: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl MutePeer {
    /// Listens where the roster says that the agency's node does.
    ///
    /// # Errors
    /// When its certificate cannot be read or its place is taken.
    pub async fn listen(federation: &Federation, agency: &str) -> Result<Self> {
        let own = load_credentials(&federation.agency(agency)?.dir, "node")?;
        let (trust, known) = (trust(federation)?, Arc::new(KnownAddresses::default()));
        let server = TlsServer::new(&own, &trust, Partners::Nodes, known, Arc::new(Timestamp::now))?;
        let member = federation.made().roster.member(&agency.parse()?).context("it is no member")?;
        let listener = TcpListener::bind(&member.endpoint).await?;
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = connections.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, remote)) = listener.accept().await {
                let (server, counted) = (server.clone(), counted.clone());
                tokio::spawn(async move {
                    if let Ok(stream) = server.handshake(stream, remote).await {
                        counted.fetch_add(1, Ordering::Relaxed);
                        let _ = keep_alive(stream).await;
                    }
                });
            }
        });
        Ok(Self { connections, task })
    }

    /// Authenticated connections that came so far.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

impl Drop for MutePeer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Answers PING frames and nothing else, until the connection ends.
async fn keep_alive(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> std::io::Result<()> {
    stream.read_exact(&mut [0; PREFACE_BYTES]).await?;
    stream.write_all(&SETTINGS).await?;
    stream.flush().await?;
    loop {
        let mut header = [0; 9];
        stream.read_exact(&mut header).await?;
        let mut payload = vec![0; u32::from_be_bytes([0, header[0], header[1], header[2]]) as usize];
        stream.read_exact(&mut payload).await?;
        if header[3] == PING && header[4] & ACK == 0 {
            header[4] = ACK;
            stream.write_all(&[&header[..], &payload].concat()).await?;
            stream.flush().await?;
        }
    }
}
