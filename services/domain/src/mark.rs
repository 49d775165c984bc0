//! How far a fact of the law was checked. Owns the three marks; must not know what they are put on.

use serde::{Deserialize, Serialize};

use crate::instrument::same;

/// How far a fact was checked. It stays beside the fact wherever the fact is kept or shown, so that a lawyer sees what to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mark {
    /// Read in an official text or an official copy.
    V,
    /// Read in a secondary source.
    S,
    /// Own knowledge, to be checked.
    #[serde(rename = "own")]
    Own,
}

impl Mark {
    /// The mark of a row of a table: its own where it has one, and otherwise that of the table. What has no article is nobody's text.
    pub(crate) const fn of_row(article: &str, own: &[Self], all: Self) -> Self {
        match own {
            [own, ..] => *own,
            [] if same(article, "–") => Self::Own,
            [] => all,
        }
    }

    /// The mark as the files and pages write it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::V => "V",
            Self::S => "S",
            Self::Own => "own",
        }
    }
}
