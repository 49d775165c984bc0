//! What each State does its own way under an instrument, as data compiled in: who decides, what starts and ends a time, who is too young,
//! which languages it reads. Owns the facts with their marks; must not count any day, nor know what a case machine makes of a fact.

mod fact;
mod fault;
mod language;
mod page;
mod reader;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use jiff::civil::Date;

use crate::id::Country;
use crate::mark::Mark;
pub use fact::{
    AccessoryOffences, Appeal, Custody, CustodyUnit, EffectDays, Extension, LimitStart, Revocable, Rolls,
};
pub use page::{page_markdown, unverified_markdown};

macro_rules! files {
    ($($state:literal),* $(,)?) => {
        &[$((concat!($state, ".toml"), include_str!(concat!("../profiles/", $state, ".toml")))),*]
    };
}

/// One file for each State, by its code: its name and its text.
const FILES: &[(&str, &str)] = files![
    "at", "be", "bg", "cy", "cz", "de", "dk", "ee", "es", "fi", "fr", "gb", "gr", "hr", "hu", "ie", "is",
    "it", "lt", "lu", "lv", "mt", "nl", "no", "pl", "pt", "ro", "se", "si", "sk",
];

static STATES: LazyLock<Vec<StateFile>> = LazyLock::new(|| {
    FILES.iter().map(|(name, text)| reader::read(name, text).expect("the tests read every file")).collect()
});

/// A fact of the law with how far it was checked and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked<T> {
    /// What is so.
    pub value: T,
    /// How far it was checked.
    pub mark: Mark,
    /// Act and article in short, such as `Overleveringswet art. 29`.
    pub source: String,
}

/// What one State does under one family of instruments, from one day to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateProfile {
    /// The instruments it is for: the code that all their editions share.
    pub family: String,
    /// Edition of the profile, from 1; a case keeps the one it was opened under.
    pub edition: u16,
    /// Whose law it is.
    pub state: Country,
    /// First day for which it is meant.
    pub from: Date,
    /// Last day for which it is meant; none while nothing followed it.
    pub until: Option<Date>,
    /// Who decides on the surrender, as a judicial authority; none where it is not known. A central authority or a police service is none.
    pub executing_authorities: Option<Marked<Vec<String>>>,
    /// Whether the decision can be appealed, and is therefore not final when it is made.
    pub appeal: Marked<Appeal>,
    /// Days in which an appeal can be lodged, where they are known.
    pub appeal_days: Option<Marked<u16>>,
    /// What the first limit for the decision is counted from.
    pub first_limit_from: Marked<LimitStart>,
    /// Days in which the first instance decides, where the State has such a time of its own.
    pub first_instance_days: Option<Marked<EffectDays>>,
    /// By how much the limit for the decision is extended.
    pub extension: Marked<Extension>,
    /// Days at most of each extension while a real risk to fundamental rights is looked into, where that differs.
    pub rights_extension_days: Option<Marked<u16>>,
    /// Days after the final decision in which the order does not take effect yet; the time for surrender starts after them.
    pub takes_effect_after: Marked<EffectDays>,
    /// Days at most by which a court may extend the time for surrender each time, where it may.
    pub surrender_extension_days: Option<Marked<u16>>,
    /// Whether the time for surrender counts the day it starts with.
    pub counts_first_day: Marked<bool>,
    /// Whether an ordinary limit that ends on a free day moves. Release never moves, whatever stands here.
    pub rolls: Marked<Rolls>,
    /// Whether and until when the person may revoke consent.
    pub consent: Marked<Revocable>,
    /// Whether it surrenders also for offences below the threshold, beside one that reaches it.
    pub accessory_offences: Marked<AccessoryOffences>,
    /// Years of age from which a person is criminally responsible; in doubt the age for most offences.
    pub age_of_responsibility: Marked<u8>,
    /// The lower age that holds for some offences, where there is one.
    pub age_for_some_offences: Option<Marked<u8>>,
    /// How long custody after an arrest on an alert lasts without the warrant itself; none where it is not known.
    pub arrest_without_warrant: Option<Marked<Custody>>,
    /// Languages in which it takes the form, ISO 639-1.
    pub languages: Marked<Vec<String>>,
    /// What is not known: the name of a fact, or the name, a colon, and what of it. A fact that stands alone here has a default as its value.
    pub unknown: Vec<String>,
    /// What a reader should know beside the facts; nothing is computed from it.
    pub notes: Vec<String>,
}

/// The file of one State.
#[derive(Debug, Clone, PartialEq, Eq)]
struct StateFile {
    state: Country,
    name: String,
    profiles: Vec<StateProfile>,
}

impl StateProfile {
    /// The profile of a State under a family of instruments that is valid on a day, in an edition. None if this release has none: such a
    /// State is bound by another instrument, or the day is outside what the files are meant for.
    #[must_use]
    pub fn of(family: &str, edition: u16, state: Country, on: Date) -> Option<&'static Self> {
        let file = STATES.iter().find(|file| file.state == state)?;
        file.profiles.iter().find(|it| it.family == family && it.edition == edition && it.is_valid(on))
    }

    /// Whether it is meant for a day.
    fn is_valid(&self, on: Date) -> bool {
        self.from <= on && self.until.is_none_or(|until| on <= until)
    }

    /// Whether some day lies in both, so that [`StateProfile::of`] would have two answers.
    fn is_rival(&self, other: &Self) -> bool {
        let shares_a_day = self.is_valid(other.from) || other.is_valid(self.from);
        self.family == other.family && self.edition == other.edition && shares_a_day
    }
}
