//! Hears the alert by which a peer refuses this node's certificate, which in TLS 1.3 comes after the handshake.
//!
//! Owns the ear on the stream. HTTP/2 tells its callers only that the connection broke.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use rogatory_tls::{HandshakeRefusal, refusal_by_peer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The alert of one connection, once it has come.
#[derive(Clone, Debug, Default)]
pub struct Alert(Arc<OnceLock<HandshakeRefusal>>);

impl Alert {
    /// Why the peer refused this node's certificate, if it did.
    #[must_use]
    pub fn heard(&self) -> Option<HandshakeRefusal> {
        self.0.get().copied()
    }
}

/// A stream on which alerts are heard.
pub(super) struct Listening<Io> {
    pub(super) stream: Io,
    pub(super) alert: Alert,
}

impl<Io: AsyncRead + Unpin> AsyncRead for Listening<Io> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        if let Poll::Ready(Err(error)) = &read
            && let Some(refusal) = refusal_by_peer(error)
        {
            let _ = self.alert.0.set(refusal);
        }
        read
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for Listening<Io> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
