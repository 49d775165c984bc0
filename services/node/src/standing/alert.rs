//! The alert by which a peer refuses this node's certificate, which in TLS 1.3 comes after the handshake.
//!
//! Owns the one place where it is kept. HTTP/2 tells its callers only that the connection broke.

use std::io;
use std::sync::{Arc, OnceLock};

use rogatory_tls::{HandshakeRefusal, refusal_by_peer};

/// The alert of one connection, once it has come.
#[derive(Clone, Debug, Default)]
pub struct Alert(Arc<OnceLock<HandshakeRefusal>>);

impl Alert {
    /// Why the peer refused this node's certificate, if it did.
    #[must_use]
    pub fn heard(&self) -> Option<HandshakeRefusal> {
        self.0.get().copied()
    }

    /// Keeps what an error of the connection says of a refusal.
    pub(super) fn hear(&self, error: &io::Error) {
        if let Some(refusal) = refusal_by_peer(error) {
            let _ = self.0.set(refusal);
        }
    }
}
