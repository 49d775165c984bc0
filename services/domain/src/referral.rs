//! How urgent a referral can be; owns the names.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How urgent a referral is; urgency orders referrals, never the messages inside one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Lane {
    /// Overtakes every routine referral.
    Urgent,
    /// The usual lane.
    #[default]
    Routine,
}

impl Lane {
    /// Both lanes, urgent first.
    pub const ALL: [Self; 2] = [Self::Urgent, Self::Routine];

    /// Stable short code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Urgent => "urgent",
            Self::Routine => "routine",
        }
    }

    /// The lane of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lane| lane.code() == code)
    }
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
