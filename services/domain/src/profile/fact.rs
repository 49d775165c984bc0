//! The kinds of value that a fact can have: how a file writes each, and how a page shows it. It must not know any State.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Marked, StateProfile};
use crate::mark::Mark;

/// What a fact's value can be.
pub(super) trait Value: DeserializeOwned {
    /// What a file has to write.
    const TAKES: &'static str;
    /// Whether a file writes it as several keys beside mark and source, instead of as `value`.
    const IS_SEVERAL: bool = false;

    /// The value as a page shows it.
    fn text(&self) -> String;
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
        pub enum $name {
            $($(#[$of])* #[serde(rename = $code)] $variant,)*
        }

        impl $name {
            /// The word that the files use.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
        }

        impl Value for $name {
            const TAKES: &'static str = concat!("one of", $(" ", $code,)*);

            fn text(&self) -> String {
                self.code().replace('_', " ")
            }
        }
    };
}

words!(
    /// Whether the decision on surrender can be appealed.
    Appeal {
        /// No: it is enforceable at once.
        None = "none",
        /// Yes.
        Yes = "yes",
        /// Yes, within a time that is counted in hours or very few days.
        Short = "short",
        /// On points of law alone.
        PointOfLaw = "point_of_law",
        /// It is not known.
        Unknown = "unknown",
    }
);

words!(
    /// What the first limit for the decision is counted from.
    LimitStart {
        /// The arrest, whatever it was made on.
        Arrest = "arrest",
        /// After an arrest on an alert, the day on which the authority takes the warrant up; otherwise the arrest.
        TakenUp = "taken_up",
    }
);

words!(
    /// Whether an ordinary limit that ends on a Saturday, Sunday or public holiday moves to the next working day.
    Rolls {
        /// It moves.
        Yes = "yes",
        /// It does not.
        No = "no",
        /// It is not known.
        Unknown = "unknown",
    }
);

words!(
    /// Until when the person may revoke consent to surrender.
    Revocable {
        /// Not at all.
        Never = "never",
        /// Until surrender is ordered.
        UntilOrder = "until_order",
        /// Until the person is handed over; the order then falls.
        UntilSurrender = "until_surrender",
        /// It is not known.
        Unknown = "unknown",
    }
);

words!(
    /// Whether offences below the threshold are taken along with one that reaches it.
    AccessoryOffences {
        /// They are.
        Yes = "yes",
        /// They are not.
        No = "no",
        /// The issuing side should ask before it relies on it.
        Ask = "ask",
    }
);

words!(
    /// In what the custody without the warrant is counted.
    CustodyUnit {
        /// Days of the calendar.
        Days = "days",
        /// Working days of the State.
        WorkingDays = "working_days",
        /// Hours.
        Hours = "hours",
    }
);

/// How the limit for the decision is extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// Days of the one extension; 0 where the State knows none. Where extensions are repeated, the days at most of each one that follows the
    /// first.
    pub days: u16,
    /// Whether further ones may follow the first, again and again.
    #[serde(rename = "repeated")]
    pub is_repeated: bool,
}

/// Days that are fewer, or as many, if the person consents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EffectDays {
    /// Days without consent.
    pub days: u16,
    /// Days with consent.
    pub days_with_consent: u16,
}

/// How long a person is held on an alert until the warrant has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Custody {
    /// How many.
    pub length: u16,
    /// Of what.
    pub unit: CustodyUnit,
}

impl Value for Extension {
    const TAKES: &'static str = "days as a number and repeated as true or false";
    const IS_SEVERAL: bool = true;

    fn text(&self) -> String {
        match self {
            Self { days: 0, .. } => "none".into(),
            Self { days, is_repeated: false } => format!("{days} days, once"),
            Self { days, is_repeated: true } => format!("{days} days each, repeated"),
        }
    }
}

impl Value for EffectDays {
    const TAKES: &'static str = "days and days_with_consent as numbers";
    const IS_SEVERAL: bool = true;

    fn text(&self) -> String {
        let Self { days, days_with_consent } = self;
        if days == days_with_consent {
            days.to_string()
        } else {
            format!("{days}, with consent {days_with_consent}")
        }
    }
}

impl Value for Custody {
    const TAKES: &'static str = "length as a number and unit as one of days working_days hours";
    const IS_SEVERAL: bool = true;

    fn text(&self) -> String {
        format!("{} {}", self.length, self.unit.text())
    }
}

impl Value for u8 {
    const TAKES: &'static str = "a number of 0 to 255";

    fn text(&self) -> String {
        self.to_string()
    }
}

impl Value for u16 {
    const TAKES: &'static str = "a number of 0 to 65535";

    fn text(&self) -> String {
        self.to_string()
    }
}

impl Value for bool {
    const TAKES: &'static str = "true or false";

    fn text(&self) -> String {
        if *self { "yes".into() } else { "no".into() }
    }
}

impl Value for Vec<String> {
    const TAKES: &'static str = "a list of texts";

    fn text(&self) -> String {
        self.join(", ")
    }
}

/// One fact of a profile as a page shows it.
pub(super) struct Row<'a> {
    /// The name that the files give it.
    pub(super) fact: &'static str,
    pub(super) value: String,
    pub(super) mark: Mark,
    pub(super) source: &'a str,
}

impl StateProfile {
    /// Every fact that it has, in the order of the files. A fact that is not known at all has no row.
    pub(super) fn rows(&self) -> Vec<Row<'_>> {
        let rows = [
            self.executing_authorities.as_ref().map(|it| row("executing_authorities", it)),
            Some(row("appeal", &self.appeal)),
            self.appeal_days.as_ref().map(|it| row("appeal_days", it)),
            Some(row("first_limit_from", &self.first_limit_from)),
            self.first_instance_days.as_ref().map(|it| row("first_instance_days", it)),
            Some(row("extension", &self.extension)),
            self.rights_extension_days.as_ref().map(|it| row("rights_extension_days", it)),
            Some(row("takes_effect_after", &self.takes_effect_after)),
            self.surrender_extension_days.as_ref().map(|it| row("surrender_extension_days", it)),
            Some(row("counts_first_day", &self.counts_first_day)),
            Some(row("rolls", &self.rolls)),
            Some(row("consent", &self.consent)),
            Some(row("accessory_offences", &self.accessory_offences)),
            Some(row("age_of_responsibility", &self.age_of_responsibility)),
            self.age_for_some_offences.as_ref().map(|it| row("age_for_some_offences", it)),
            self.arrest_without_warrant.as_ref().map(|it| row("arrest_without_warrant", it)),
            Some(row("languages", &self.languages)),
        ];
        rows.into_iter().flatten().collect()
    }
}

fn row<'a, T: Value>(fact: &'static str, marked: &'a Marked<T>) -> Row<'a> {
    Row { fact, value: marked.value.text(), mark: marked.mark, source: &marked.source }
}
