//! Counts handshakes that were refused, by source and reason, and sums them up once a period.
//!
//! A stranger buys a number, never a record. It must not know what becomes of a summary.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use metrics::counter;
use parking_lot::Mutex;
use rogatory_tls::{Clock, RefusalObserver, Refused, network_of};

use crate::metrics_names::HANDSHAKES_REFUSED;

/// Time one summary covers.
pub const SUMMARY_PERIOD: Duration = Duration::from_secs(60);

/// Sources that get a summary of their own in one period; the others share one.
pub const SOURCES_COUNT_MAX: usize = 64;

/// What one source was refused in one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnedAway {
    /// An IPv4 address or the first address of an IPv6 /64; `None` for all sources past [`SOURCES_COUNT_MAX`].
    pub source: Option<IpAddr>,
    /// Begin of the period.
    pub from: Timestamp,
    /// End of the period.
    pub until: Timestamp,
    /// Refused handshakes by the stable label of their reason.
    pub reasons: BTreeMap<&'static str, u64>,
}

/// The counter behind the listeners of a node.
pub struct Turnstile {
    clock: Clock,
    counts: Mutex<Counts>,
}

struct Counts {
    from: Timestamp,
    sources: HashMap<Option<IpAddr>, BTreeMap<&'static str, u64>>,
}

impl Turnstile {
    /// A counter whose first period begins now.
    #[must_use]
    pub fn new(clock: Clock) -> Arc<Self> {
        let counts = Counts { from: clock(), sources: HashMap::new() };
        Arc::new(Self { clock, counts: Mutex::new(counts) })
    }

    /// Ends the period: one summary for each source that was refused in it.
    #[must_use]
    pub fn collect(&self) -> Vec<TurnedAway> {
        let until = (self.clock)();
        let mut counts = self.counts.lock();
        let from = std::mem::replace(&mut counts.from, until);
        let sources = std::mem::take(&mut counts.sources);
        sources.into_iter().map(|(source, reasons)| TurnedAway { source, from, until, reasons }).collect()
    }
}

impl RefusalObserver for Turnstile {
    fn refused(&self, source: IpAddr, refused: &Refused) {
        let reason = refused.reason;
        counter!(HANDSHAKES_REFUSED, "reason" => reason.label()).increment(1);
        let mut counts = self.counts.lock();
        let source = Some(network_of(source));
        let has_room = counts.sources.len() < SOURCES_COUNT_MAX || counts.sources.contains_key(&source);
        let source = if has_room { source } else { None };
        *counts.sources.entry(source).or_default().entry(reason.label()).or_default() += 1;
    }
}

#[cfg(test)]
mod tests {
    use rogatory_tls::HandshakeRefusal;

    use super::*;

    fn turnstile() -> Arc<Turnstile> {
        Turnstile::new(Arc::new(|| Timestamp::UNIX_EPOCH))
    }

    #[test]
    fn a_source_gets_one_summary_however_often_it_tries() {
        let turnstile = turnstile();
        for address in ["192.0.2.1", "192.0.2.1", "::ffff:192.0.2.1"] {
            turnstile.refused(address.parse().unwrap(), &HandshakeRefusal::NoCertificate.into());
        }
        turnstile.refused("192.0.2.1".parse().unwrap(), &HandshakeRefusal::Stranger.into());
        let summaries = turnstile.collect();
        assert_eq!(summaries.len(), 1);
        assert_eq!(summaries[0].reasons, BTreeMap::from([("no_certificate", 3), ("stranger", 1)]));
        assert!(turnstile.collect().is_empty(), "each refusal is summed up once");
    }

    #[test]
    fn any_number_of_sources_gets_a_bounded_number_of_summaries() {
        let turnstile = turnstile();
        for n in 0..10_000_u32 {
            turnstile.refused(IpAddr::V4(n.into()), &HandshakeRefusal::Protocol.into());
        }
        let summaries = turnstile.collect();
        assert_eq!(summaries.len(), SOURCES_COUNT_MAX + 1);
        assert_eq!(summaries.iter().flat_map(|summary| summary.reasons.values()).sum::<u64>(), 10_000);
    }
}
