//! A TCP socket that can change the runtime that waits for it: a handshake is driven on a thread of its own, and the
//! connection it makes is served by the workers, whose own I/O driver then wakes them.
//!
//! It must not know what is said on it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A socket, registered with a runtime or between two.
#[derive(Debug)]
pub enum Socket {
    /// Registered with the runtime that serves it.
    Registered(TcpStream),
    /// Registered with none; nothing can be read or written.
    Between(std::net::TcpStream),
    /// Lost on the way.
    Lost,
}

impl Socket {
    /// Takes it away from the runtime it is registered with.
    pub(crate) fn detach(&mut self) -> io::Result<()> {
        if let Self::Registered(socket) = std::mem::replace(self, Self::Lost) {
            *self = Self::Between(socket.into_std()?);
        }
        Ok(())
    }

    /// Registers it with the runtime of the caller.
    pub(crate) fn attach(&mut self) -> io::Result<()> {
        if let Self::Between(socket) = std::mem::replace(self, Self::Lost) {
            *self = Self::Registered(TcpStream::from_std(socket)?);
        }
        Ok(())
    }

    fn registered(self: Pin<&mut Self>) -> io::Result<Pin<&mut TcpStream>> {
        match self.get_mut() {
            Self::Registered(socket) => Ok(Pin::new(socket)),
            Self::Between(_) | Self::Lost => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.registered()?.poll_read(cx, buf)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.registered()?.poll_write(cx, buf)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.registered()?.poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.registered()?.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.registered()?.poll_shutdown(cx)
    }
}
