//! Who is at the other end of a connection: SPIFFE identities, the built-in authorities, and mutual TLS 1.3
//! with roots chosen per agency. The only crate that names rustls; its API speaks in ids, bytes and enums, so
//! no other crate does. It decides who somebody is, never what they may do, and it writes no records.

mod acceptor;
mod admission;
mod alert;
mod authority;
mod chain;
mod config;
mod connector;
mod files;
mod half_open;
mod identity;
mod known;
mod path;
mod refusal;
mod request;
mod revocation;
mod service;
mod socket;
mod spiffe;
mod stream;
mod trust;
mod verify;

#[cfg(test)]
mod tests;

pub use acceptor::{FIRST_BYTE_LIMIT, HANDSHAKE_LIMIT, PeerStreams, READY_LIMIT, TlsServer};
pub use admission::Partners;
pub use alert::Alert;
pub use authority::{Authority, AuthorityError, BACKDATING, ClientRole, Revoked, Validity};
pub use chain::{CERTIFICATE_BYTES_MAX, CHAIN_BYTES_MAX, CHAIN_COUNT_MAX};
pub use config::{Clock, ConfigError, Credentials};
pub use connector::{CONNECT_LIMIT, ConnectError, Connector, DialStep, ExpectedPeer};
pub use files::{load_authority, load_credentials, save_authority, save_credentials};
pub use half_open::{HANDSHAKES_COUNT_MAX, network_of};
pub use identity::{IdentityError, PeerIdentity};
pub use known::KnownAddresses;
pub use refusal::{HandshakeRefusal, RefusalObserver, Refused};
pub use request::CertificateRequest;
pub use revocation::{LIST_BYTES_MAX, ListFault, ListNumber, ListSigner, Revocation, RevocationLists};
pub use service::{NoRoots, ServiceConnector, Speech, dial};
pub use socket::Socket;
pub use spiffe::{Role, SpiffeError, SpiffeId};
pub use stream::{KeyExchange, PeerChain, PeerStream};
pub use trust::{Clearance, Trust, TrustError, TrustRoots};
