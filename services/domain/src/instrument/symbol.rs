//! Codes as values: small, copied freely, and always one that a table of this release has.

use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{INSTRUMENTS, Instrument};

/// A code of a table of this release. Two are the same when they are spelled the same, whichever table they are from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(&'static str);

impl Symbol {
    pub(crate) const fn new(code: &'static str) -> Self {
        Self(code)
    }

    /// The symbol of a text, if a table of this release has such a code.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        static KNOWN: LazyLock<HashSet<&'static str>> =
            LazyLock::new(|| INSTRUMENTS.iter().copied().flat_map(codes).collect());
        KNOWN.get(text).copied().map(Self)
    }

    /// The code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// Every code of an instrument's tables; some are in more than one.
fn codes(instrument: &'static Instrument) -> impl Iterator<Item = &'static str> {
    let parameters = instrument.events.iter().flat_map(|event| event.parameters).map(|one| one.code);
    let items = instrument.lists.iter().flat_map(|list| list.items).map(|item| item.code);
    let states = instrument.states.iter().map(|state| state.code);
    let capacities = instrument.capacities.iter().map(|capacity| capacity.code);
    let clocks = instrument.clocks.iter().map(|clock| clock.code);
    let traits = instrument.traits.iter().map(|one| one.code);
    let events = instrument.events.iter().map(|event| event.code);
    events.chain(parameters).chain(items).chain(states).chain(capacities).chain(clocks).chain(traits)
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl PartialEq<str> for Symbol {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for Symbol {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl Serialize for Symbol {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Symbol {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::of(&code).ok_or_else(|| serde::de::Error::custom("a code this release does not have"))
    }
}
