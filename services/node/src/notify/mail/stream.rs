//! The connection to a relay, from which no more is read than a dialogue needs. It must not know what is said.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Bytes that are read of a relay in one attempt, give or take one reading. A dialogue needs some hundred, and as many again for each
/// recipient; a line without an end would be kept in memory as far as it came.
const READ_BYTES_MAX: usize = 16 << 10;

/// What the library waits for first. A relay that was asked for TLS has greeted before, and does not greet again.
const GREETING: &[u8] = b"220 under TLS\r\n";

/// Both directions of a connection.
trait Both: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<Io: AsyncRead + AsyncWrite + Send + Sync + Unpin> Both for Io {}

/// One connection.
pub(super) struct Stream {
    greeting: &'static [u8],
    left: usize,
    io: Box<dyn Both>,
}

impl Stream {
    /// A connection on which the relay is yet to greet.
    pub(super) fn new(io: impl AsyncRead + AsyncWrite + Send + Sync + Unpin + 'static) -> Self {
        Self { greeting: &[], left: READ_BYTES_MAX, io: Box::new(io) }
    }

    /// One on which it has greeted.
    pub(super) fn greeted(io: impl AsyncRead + AsyncWrite + Send + Sync + Unpin + 'static) -> Self {
        Self { greeting: GREETING, ..Self::new(io) }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.greeting.is_empty() {
            let (now, later) = self.greeting.split_at(self.greeting.len().min(buffer.remaining()));
            buffer.put_slice(now);
            self.greeting = later;
            return Poll::Ready(Ok(()));
        }
        if self.left == 0 {
            return Poll::Ready(Err(io::Error::other("the relay says more than a dialogue needs")));
        }
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.io).poll_read(context, buffer);
        self.left = self.left.saturating_sub(buffer.filled().len() - before);
        polled
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").finish_non_exhaustive()
    }
}

impl AsyncTokioStream for Stream {
    /// Nobody asks; a sealed connection does not tell.
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
