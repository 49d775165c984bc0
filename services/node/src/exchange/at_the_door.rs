//! Certificates of peers that are turned away in the handshake: what is found is shown with the peer, and says nothing of its
//! link.
//!
//! It must not count; the turnstile does. Whoever shows a certificate has not proven to hold its key, so all it buys is a line
//! that says so, beside the address it came from; the next link of the peer takes it away.

use std::net::IpAddr;
use std::sync::Arc;

use rogatory_tls::{RefusalObserver, Refused};

use super::Links;
use super::cause::Cause;
use crate::incoming::Turnstile;

/// Counts whoever is turned away, and notes which peers are among them.
pub(crate) struct AtTheDoor {
    turnstile: Arc<Turnstile>,
    links: Arc<Links>,
}

impl AtTheDoor {
    /// In front of a node's listeners.
    pub(crate) fn new(turnstile: Arc<Turnstile>, links: Arc<Links>) -> Self {
        Self { turnstile, links }
    }
}

impl RefusalObserver for AtTheDoor {
    fn refused(&self, source: IpAddr, refused: &Refused) {
        self.turnstile.refused(source, refused);
        if let Some(peer) = &refused.node_of {
            self.links.turned_away(peer, Cause::of_certificate(refused.reason, &source.to_string()));
        }
    }
}
