//! What is told of links: how each stands, and why a queued message is not with its recipient yet.
//!
//! Owns the words for both. It must not change anything.

use std::time::Duration;

use rogatory_domain::id::{AgencyId, ReferralId};
use rogatory_exchange::Place;

use super::{Engine, NotYet};

/// The link to a peer.
#[derive(Clone, Copy, Debug)]
pub struct LinkState {
    /// connected, connecting or down.
    pub label: &'static str,
    /// Messages sent and not receipted.
    pub in_flight: usize,
    /// Whether this side dials; otherwise it waits for the peer to.
    pub dials: bool,
    /// Time until the next dial, if one waits.
    pub retry_in: Option<Duration>,
}

/// Why a queued message is not with its recipient yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldUp {
    /// The recipient is not in the roster (any more).
    NotInRoster,
    /// This ledger signs nothing, so nothing may be sent.
    Held,
    /// No link stands.
    NotConnected,
    /// It is sent, and its receipt is awaited.
    InFlight,
    /// The notice that closes a number before it is not durable yet.
    NoticeNotDurable,
    /// It is next on the link that stands.
    Next,
    /// Others before it fill the window of the link.
    BehindWindow,
    /// The recipient cannot take it yet.
    NotYet(NotYet),
    /// The recipient cannot take an earlier message of its referral yet.
    BehindNotYet,
}

impl Engine {
    /// Peers of the roster with their links.
    pub fn links(&self) -> impl Iterator<Item = (&AgencyId, LinkState)> {
        let now = self.elapsed();
        self.peers.iter().map(move |(agency, peer)| {
            let retry_in = peer.outbound.retry_at().filter(|_| peer.dials);
            let state = LinkState {
                label: peer.outbound.link_label(),
                in_flight: peer.outbound.in_flight(),
                dials: peer.dials,
                retry_in: retry_in.map(|at| at.saturating_sub(now)),
            };
            (agency, state)
        })
    }

    /// Why a message that is queued for a recipient is not there yet, as far as this side knows.
    pub fn hold_up(&self, recipient: &AgencyId, position: u64, urgent: bool, referral: ReferralId) -> HoldUp {
        let Some(peer) = self.peers.get(recipient) else { return HoldUp::NotInRoster };
        if self.head.note.is_none() {
            return HoldUp::Held;
        }
        if peer.outbound.session().is_none() {
            return HoldUp::NotConnected;
        }
        match peer.outbound.place(position, urgent, referral) {
            Place::InFlight => HoldUp::InFlight,
            Place::Postponed(wait) => HoldUp::NotYet(self.told_of(wait)),
            Place::BehindPostponed => HoldUp::BehindNotYet,
            _ if peer.closed_below > self.durable => HoldUp::NoticeNotDurable,
            Place::Window => HoldUp::Next,
            Place::Index => HoldUp::BehindWindow,
        }
    }
}
