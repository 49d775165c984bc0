//! The floods by name. Each is one file of one kind; it must not measure.

mod bodies;
mod calls;
mod chains;
mod connections;
mod frames;
mod pace;
mod reads;
pub(crate) mod stock;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use anyhow::{Context as _, Result};

use crate::target::Target;

/// A flood under way; it goes on until it is dropped.
pub(crate) type Attack = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// Who attacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// Somebody without a certificate that counts.
    Stranger,
    /// Another agency, by its node or by names it mints.
    Partner,
    /// A client of the agency itself.
    Own,
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Stranger => "stranger",
            Self::Partner => "partner",
            Self::Own => "own",
        })
    }
}

/// What a node must have before it is flooded.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stock {
    /// Nothing.
    Nothing,
    /// So many referrals of its own.
    Referrals(u64),
    /// So many messages of almost the largest size in its inbox.
    LargeMessages(u64),
}

/// One flood.
pub(crate) struct Flood {
    /// Its name.
    pub(crate) name: &'static str,
    /// Who attacks.
    pub(crate) who: Who,
    /// What is done.
    pub(crate) what: &'static str,
    /// What the node has before.
    pub(crate) stock: Stock,
    /// Whether it ends before anybody is authenticated.
    pub(crate) is_of_handshakes: bool,
    /// Makes keys and chains, before anything is measured.
    pub(crate) prepare: fn(Arc<Target>) -> Result<Attack>,
}

const fn flood(
    name: &'static str,
    who: Who,
    what: &'static str,
    prepare: fn(Arc<Target>) -> Result<Attack>,
) -> Flood {
    let is_of_handshakes = matches!(who, Who::Stranger);
    Flood { name, who, what, stock: Stock::Nothing, is_of_handshakes, prepare }
}

const fn with(stock: Stock, flood: Flood) -> Flood {
    Flood { stock, ..flood }
}

/// Every flood.
#[rustfmt::skip]
pub(crate) const FLOODS: &[Flood] = &[
    flood("knotted_chains", Who::Stranger, "50 handshakes a second with 72 intermediates of one name", chains::knotted),
    flood("bounded_chains", Who::Stranger, "50 a second with three intermediates of one name, as large as a chain may be", chains::bounded),
    flood("unknown_authority", Who::Stranger, "50 handshakes a second under an authority nobody knows", chains::unknown_authority),
    flood("half_open", Who::Stranger, "1,000 connections that never say a word, opened anew when they are closed", connections::half_open),
    flood("trickled_hello", Who::Stranger, "500 greetings of TLS, a byte a second", connections::trickled_hello),
    flood("tcp_connects", Who::Stranger, "2,000 connections a second that are closed at once", connections::tcp_connects),
    flood("connection_churn", Who::Partner, "32 at a time connect with a good certificate and go", connections::churn),
    flood("minted_connections", Who::Partner, "40 minted names with 32 connections each, at both doors", connections::minted),
    flood("calls_without_body", Who::Partner, "2,000 calls of Health that never send their message", bodies::without),
    flood("trickled_bodies", Who::Partner, "1,000 calls of Health whose message comes a byte a second", bodies::trickled),
    flood("denied_calls", Who::Partner, "denied calls of a node and four minted names, 64 under way each", calls::denied),
    flood("false_greetings", Who::Partner, "links that are greeted falsely, 64 at a time", frames::false_greetings),
    flood("empty_elements", Who::Partner, "frames of 8 MB of empty elements before the greeting, four at a time", frames::empty_elements),
    flood("rapid_reset", Who::Partner, "calls that are opened and reset at once", frames::rapid_reset),
    flood("reflection", Who::Partner, "symbols of 100 kB asked of reflection, 16 at a time, answers unread", calls::reflection),
    flood("status", Who::Own, "Status of another operator, 64 under way", calls::status),
    flood("greedy_case_system", Who::Own, "another case system of the agency reads what is not there, 256 under way", calls::greedy),
    flood("empty_offences", Who::Own, "Submit with a million empty offences, four at a time", frames::empty_offences),
    with(Stock::Referrals(3_000), flood("list_by_state", Who::Own, "200 lists of a state nothing is in, over 3,000 referrals", reads::list_by_state)),
    with(Stock::Referrals(3_000), flood("watches_unread", Who::Own, "300 watches that are never read, over 3,000 referrals", reads::watches_unread)),
    with(Stock::LargeMessages(60), flood("large_messages", Who::Own, "four watches with content over 60 messages of 0.84 MB, never read", reads::large_messages)),
];

/// The flood of a name.
pub(crate) fn named(name: &str) -> Result<&'static Flood> {
    FLOODS
        .iter()
        .find(|flood| flood.name == name)
        .with_context(|| format!("no flood is called {name}: see --list"))
}
