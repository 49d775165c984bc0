//! What kinds of referral there are and how urgent one can be; owns the names, not the life cycles.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The legal instrument a referral is made under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ReferralType {
    /// European Arrest Warrant, Framework Decision 2002/584/JHA.
    EuropeanArrestWarrant,
}

impl ReferralType {
    /// Every type this release knows.
    pub const ALL: [Self; 1] = [Self::EuropeanArrestWarrant];

    /// Stable short code for tables, metrics and commands.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::EuropeanArrestWarrant => "eaw",
        }
    }
}

impl fmt::Display for ReferralType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

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
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
