//! A connection that is cut a moment after it stopped standing, whatever goes on in it, that is read later the more of its
//! holder's calls are turned away.
//!
//! It must not say why it cuts: the layer above it does, while there is time.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use rogatory_tls::{Alert, PeerStream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::restraint::{Pause, Restraint};
use super::{LAST_WORDS, Registered};

/// One authenticated connection, cut when its certificate does not stand any more. It holds what belongs to it as long as
/// it lasts.
pub struct StandingStream<H = ()> {
    stream: PeerStream,
    held: H,
    restraint: Arc<Restraint>,
    pause: Pause,
    /// Completes when the connection has to be cut.
    cut: Pin<Box<dyn Future<Output = ()> + Send>>,
    is_cut: bool,
}

impl<H> StandingStream<H> {
    /// Cuts `stream` when `registered` says so; `held` goes with it.
    pub(crate) fn new(stream: PeerStream, registered: Arc<Registered>, held: H) -> Self {
        let restraint = registered.restraint.clone();
        let cut = Box::pin(async move {
            registered.ended().await;
            tokio::time::sleep(LAST_WORDS).await;
        });
        Self { stream, held, restraint, pause: Pause::default(), cut, is_cut: false }
    }

    /// Where the peer's alert will be, if one comes.
    pub(crate) fn alert(&self) -> Alert {
        self.stream.alert()
    }

    /// What it holds.
    pub(crate) fn held(&self) -> &H {
        &self.held
    }

    /// Whoever reads or writes is woken when the connection is cut, because both look here first.
    fn check(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        if !self.is_cut && self.cut.as_mut().poll(cx).is_ready() {
            self.is_cut = true;
        }
        if self.is_cut { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) }
    }
}

impl<H> fmt::Debug for StandingStream<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StandingStream").field("stream", &self.stream).finish_non_exhaustive()
    }
}

impl<H: Unpin> AsyncRead for StandingStream<H> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check(cx)?;
        let this = &mut *self;
        ready!(this.pause.poll(&this.restraint, cx));
        Pin::new(&mut this.stream).poll_read(cx, buf)
    }
}

impl<H: Unpin> AsyncWrite for StandingStream<H> {
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
