//! A connection that is cut a moment after it stopped standing, whatever goes on in it.
//!
//! It must not say why: the layer above it does, while there is time.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rogatory_tls::PeerStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{LAST_WORDS, Registered};

/// One authenticated connection, cut when its certificate does not stand any more.
pub struct StandingStream {
    stream: PeerStream,
    /// Completes when the connection has to be cut.
    cut: Pin<Box<dyn Future<Output = ()> + Send>>,
    is_cut: bool,
}

impl StandingStream {
    /// Cuts `stream` when `registered` says so.
    pub(crate) fn new(stream: PeerStream, registered: Arc<Registered>) -> Self {
        let cut = Box::pin(async move {
            registered.ended().await;
            tokio::time::sleep(LAST_WORDS).await;
        });
        Self { stream, cut, is_cut: false }
    }

    /// Whoever reads or writes is woken when the connection is cut, because both look here first.
    fn check(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        if !self.is_cut && self.cut.as_mut().poll(cx).is_ready() {
            self.is_cut = true;
        }
        if self.is_cut { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) }
    }
}

impl fmt::Debug for StandingStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StandingStream").field("stream", &self.stream).finish_non_exhaustive()
    }
}

impl AsyncRead for StandingStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check(cx)?;
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for StandingStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.check(cx)?;
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check(cx)?;
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
