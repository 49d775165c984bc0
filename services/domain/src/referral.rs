//! What kinds of referral there are and how urgent one can be; owns the names, not the life cycles.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::calendar::{CURRENT_EDITION, Calendars};

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

    /// The type of a code, if this release knows it.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl fmt::Display for ReferralType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Which state of the law a case is judged by. It is fixed in the opening: a later release keeps earlier editions, and a
/// node that does not know an edition yet does not judge the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Edition {
    /// Edition of the instrument's table and of its form rules, from 1.
    pub instrument: u16,
    /// Edition of the calendars that due dates are counted by, from 1.
    pub calendar: u16,
}

impl Edition {
    /// The edition under which this release opens cases.
    pub const CURRENT: Self = Self { instrument: 1, calendar: CURRENT_EDITION };

    /// Whether this release can judge a case of this edition.
    #[must_use]
    pub fn is_known(self) -> bool {
        self.instrument == Self::CURRENT.instrument && Calendars::of(self.calendar).is_some()
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
