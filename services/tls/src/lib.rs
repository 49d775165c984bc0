//! Who is at the other end of a connection: SPIFFE identities, the built-in authorities, and mutual TLS 1.3
//! with roots chosen per agency. The only crate that names rustls; its API speaks in ids, bytes and enums, so
//! no other crate does. It decides who somebody is, never what they may do, and it writes no records.

mod acceptor;
mod authority;
mod config;
mod connector;
mod files;
mod gate;
mod identity;
mod refusal;
mod spiffe;
mod stream;
mod trust;
mod verify;

#[cfg(test)]
mod tests;

pub use acceptor::{HALF_OPEN_LIMIT, HANDSHAKE_LIMIT, PeerStreams, READY_LIMIT, TlsServer};
pub use authority::{Authority, AuthorityError, BACKDATING, ClientRole, Revoked, Validity};
pub use config::{Clock, ConfigError, Credentials};
pub use connector::{
    CONNECT_LIMIT, ConnectError, Connector, DialStep, ExpectedPeer, refusal_by_peer, refused_by_peer,
};
pub use files::{load_authority, load_credentials, save_authority, save_credentials};
pub use gate::HALF_OPEN_PER_SOURCE;
pub use identity::{IdentityError, PeerIdentity};
pub use refusal::{HandshakeRefusal, RefusalObserver};
pub use spiffe::{Role, SpiffeError, SpiffeId};
pub use stream::{KeyExchange, PeerChain, PeerStream};
pub use trust::{Trust, TrustError, TrustRoots};
