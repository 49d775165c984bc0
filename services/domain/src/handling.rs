//! Handling codes: what the recipient may do with what it was sent; owns the codes, enforces nothing.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A handling code as police channels use them; a stricter code allows less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Handling {
    /// May be used to prevent and combat crime by the recipient's competent authorities.
    #[default]
    H0,
    /// Not to be used as evidence in court without the provider's consent (Directive (EU) 2023/977).
    H1,
    /// Not to be passed on without the provider's consent.
    H2,
    /// Bound by the restriction the provider wrote into the message.
    H3,
}

impl Handling {
    /// Every code, least strict first.
    pub const ALL: [Self; 4] = [Self::H0, Self::H1, Self::H2, Self::H3];

    /// The code as written in messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::H0 => "H0",
            Self::H1 => "H1",
            Self::H2 => "H2",
            Self::H3 => "H3",
        }
    }

    /// What the code means, in one sentence.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::H0 => "May be used for preventing and combating crime.",
            Self::H1 => "Must not be used as evidence without the provider's consent.",
            Self::H2 => "Must not be passed on without the provider's consent.",
            Self::H3 => "Bound by the restriction written into the message.",
        }
    }
}

impl fmt::Display for Handling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
