//! One authenticated connection: bytes, who is at the other end, from where, and under which key exchange; and why the
//! other end refused this one, should it have.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use rustls::{CommonState, NamedGroup};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsStream;

use crate::admission::Admission;
use crate::alert::Alert;
use crate::config::ALPN;
use crate::identity::PeerIdentity;
use crate::path::Purpose;
use crate::refusal::HandshakeRefusal;
use crate::socket::Socket;
use crate::trust::{Clearance, Trust};

/// The group a connection's keys were agreed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyExchange {
    /// X25519 with ML-KEM-768: holds against a later quantum computer.
    X25519MlKem768,
    /// Classical.
    X25519,
    /// Classical.
    Secp256r1,
}

impl KeyExchange {
    /// Every group.
    pub const ALL: [Self; 3] = [Self::X25519MlKem768, Self::X25519, Self::Secp256r1];

    /// The registered name, usable as a metric label.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::X25519MlKem768 => "X25519MLKEM768",
            Self::X25519 => "X25519",
            Self::Secp256r1 => "secp256r1",
        }
    }

    fn of(connection: &CommonState) -> Option<Self> {
        match connection.negotiated_key_exchange_group()?.name() {
            NamedGroup::X25519MLKEM768 => Some(Self::X25519MlKem768),
            NamedGroup::X25519 => Some(Self::X25519),
            NamedGroup::secp256r1 => Some(Self::Secp256r1),
            _ => None,
        }
    }
}

impl fmt::Display for KeyExchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The certificates a peer showed, leaf first, and under which rules; kept so that they can be judged again.
#[derive(Clone, Debug)]
pub struct PeerChain {
    pub(crate) certificates: Arc<[CertificateDer<'static>]>,
    pub(crate) identity: Arc<PeerIdentity>,
    pub(crate) purpose: Purpose,
    /// Who is let in at the listener; `None` for a node that was dialled.
    pub(crate) admission: Option<Admission>,
}

/// How a peer was judged in the handshake.
pub(crate) struct Judgement {
    pub(crate) trust: Trust,
    pub(crate) purpose: Purpose,
    pub(crate) admission: Option<Admission>,
    pub(crate) now: Timestamp,
}

/// An established connection, at either end of it.
#[derive(Debug)]
pub struct PeerStream<Io = Socket> {
    tls: TlsStream<Io>,
    chain: PeerChain,
    remote: SocketAddr,
    key_exchange: KeyExchange,
    trust: Trust,
    clearance: Clearance,
    alert: Alert,
    /// Why nothing can be written any more, until the alert that may lie there has been read.
    unwritable: Option<io::Error>,
}

impl<Io> PeerStream<Io> {
    /// Reads the peer once, after the verifier has accepted it.
    pub(crate) fn new(
        tls: TlsStream<Io>,
        remote: SocketAddr,
        judgement: Judgement,
    ) -> Result<Self, HandshakeRefusal> {
        let (_, connection) = tls.get_ref();
        // rustls lets a peer pass that offers no application protocol at all.
        if connection.alpn_protocol() != Some(ALPN) {
            return Err(HandshakeRefusal::Protocol);
        }
        let key_exchange = KeyExchange::of(connection).ok_or(HandshakeRefusal::Protocol)?;
        let shown = connection.peer_certificates().unwrap_or_default();
        let leaf = shown.first().ok_or(HandshakeRefusal::NoCertificate)?;
        let identity = PeerIdentity::from_der(leaf).map_err(HandshakeRefusal::BadIdentity)?;
        let Judgement { trust, purpose, admission, now } = judgement;
        let clearance = trust.clearance(&identity, now);
        let chain = PeerChain {
            certificates: shown.iter().map(|der| der.clone().into_owned()).collect(),
            identity: Arc::new(identity),
            purpose,
            admission,
        };
        let alert = Alert::default();
        Ok(Self { chain, remote, key_exchange, tls, trust, clearance, alert, unwritable: None })
    }

    /// Who is at the other end.
    pub fn identity(&self) -> Arc<PeerIdentity> {
        self.chain.identity.clone()
    }

    /// The trust under which the peer was let in.
    pub fn trust(&self) -> &Trust {
        &self.trust
    }

    /// What the peer is good for.
    pub fn clearance(&self) -> Clearance {
        self.clearance
    }

    /// What the peer showed, for [`Trust::judge`].
    pub fn peer_chain(&self) -> PeerChain {
        self.chain.clone()
    }

    /// Where the other end's refusal of this one will be, if it comes.
    pub fn alert(&self) -> Alert {
        self.alert.clone()
    }

    /// The other end's address.
    pub fn remote(&self) -> SocketAddr {
        self.remote
    }

    /// The transport below TLS.
    pub(crate) fn get_mut(&mut self) -> &mut Io {
        match &mut self.tls {
            TlsStream::Server(tls) => tls.get_mut().0,
            TlsStream::Client(tls) => tls.get_mut().0,
        }
    }

    /// The group negotiated for this connection.
    pub fn key_exchange(&self) -> KeyExchange {
        self.key_exchange
    }
}

/// Bytes read at a time from a connection that takes no more.
const LAST_WORDS_BYTES: usize = 4 << 10;

impl<Io: AsyncRead + AsyncWrite + Unpin> PeerStream<Io> {
    /// Writes by way of `write`. Who refuses a certificate says so and closes; where a write meets the closed connection
    /// before the alert was read, the alert still lies there, and nobody would read it any more. So the write fails once
    /// the other end's last words are heard.
    fn write_by<T>(
        &mut self,
        cx: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut TlsStream<Io>>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if self.unwritable.is_none() {
            match write(Pin::new(&mut self.tls), cx) {
                Poll::Ready(Err(error)) if is_closed(&error) => self.unwritable = Some(error),
                written => return written,
            }
        }
        std::task::ready!(self.poll_last_words(cx));
        Poll::Ready(Err(self.unwritable.take().unwrap_or_else(|| io::ErrorKind::BrokenPipe.into())))
    }

    /// Reads up to the end or the alert, for the alert alone: the connection has failed already. It need not be known to be
    /// readable yet, and since it is closed it will be.
    fn poll_last_words(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut bytes = [0; LAST_WORDS_BYTES];
        loop {
            let mut read = ReadBuf::new(&mut bytes);
            match std::task::ready!(Pin::new(&mut self.tls).poll_read(cx, &mut read)) {
                Ok(()) if !read.filled().is_empty() => {}
                Ok(()) => return Poll::Ready(()),
                Err(error) => {
                    self.alert.hear(&error);
                    return Poll::Ready(());
                }
            }
        }
    }
}

/// Whether a write failed since the other end has closed the connection.
fn is_closed(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    matches!(error.kind(), Kind::BrokenPipe | Kind::ConnectionReset | Kind::ConnectionAborted)
}

impl<Io: AsyncRead + AsyncWrite + Unpin> AsyncRead for PeerStream<Io> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.tls).poll_read(cx, buf);
        if let Poll::Ready(Err(error)) = &read {
            self.alert.hear(error);
        }
        read
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin> AsyncWrite for PeerStream<Io> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.write_by(cx, |tls, cx| tls.poll_write(cx, buf))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.write_by(cx, |tls, cx| tls.poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        self.tls.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.write_by(cx, AsyncWrite::poll_flush)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tls).poll_shutdown(cx)
    }
}
