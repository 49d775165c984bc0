//! How many handshakes one source may have under way. A slow source then waits for itself, not everybody
//! for it. Established connections are not its concern.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// Handshakes one source may have under way: an IPv4 address, or an IPv6 /64, which one host commonly owns.
pub const HALF_OPEN_PER_SOURCE: usize = 64;

/// Counts handshakes under way by source; at most one entry per handshake.
#[derive(Clone, Debug, Default)]
pub(crate) struct SourceGate(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// One handshake's place; given back on drop.
#[derive(Debug)]
pub(crate) struct SourcePass {
    gate: SourceGate,
    source: IpAddr,
}

impl SourceGate {
    /// A place for `source`, unless it has its share already.
    pub(crate) fn enter(&self, source: IpAddr) -> Option<SourcePass> {
        let source = aggregate(source);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(source).or_default();
        if *count >= HALF_OPEN_PER_SOURCE {
            return None;
        }
        *count += 1;
        Some(SourcePass { gate: self.clone(), source })
    }
}

impl Drop for SourcePass {
    fn drop(&mut self) {
        let mut counts = self.gate.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.source) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.source);
            }
        }
    }
}

fn aggregate(source: IpAddr) -> IpAddr {
    match source.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_has_its_share_and_gets_places_back() {
        let gate = SourceGate::default();
        let (one, other) = ("2001:db8::1".parse().unwrap(), "2001:db8:0:1::1".parse().unwrap());
        let mut held: Vec<_> = (0..HALF_OPEN_PER_SOURCE).map(|_| gate.enter(one).unwrap()).collect();
        assert!(gate.enter("2001:db8::2".parse().unwrap()).is_none(), "the same /64");
        assert!(gate.enter(other).is_some());
        held.pop();
        assert!(gate.enter(one).is_some());
        held.clear();
        assert!(gate.0.lock().unwrap().is_empty());
    }
}
