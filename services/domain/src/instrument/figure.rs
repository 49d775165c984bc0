//! Figures of an instrument: what is counted of its cases, as the questionnaires about it ask. It must not count; that is
//! [`crate::statistics`]'s, which knows no law.

use super::id::{ClockId, EventId, StateId};

/// One figure.
#[derive(Debug, Clone, Copy)]
pub struct FigureDef {
    /// Stable code in snake case; the same in every edition that has the figure.
    pub code: &'static str,
    /// What is counted, in one sentence.
    pub meaning: &'static str,
    /// Its basis.
    pub article: &'static str,
    /// What makes a case count, and on which day.
    pub what: What,
    /// How it is broken down.
    pub by: By,
    /// Which cases count at all.
    pub only: Only,
}

/// What makes a case count. A case counts in a figure once, or once for each item or clock where it is broken down by those.
#[derive(Debug, Clone, Copy)]
pub enum What {
    /// That it was opened; by the day that the opening declares.
    Opened,
    /// That one of these events took effect; by the day of the first.
    Happened(&'static [EventId]),
    /// That it came to one of these states; by the day of the first time.
    Reached(&'static [StateId]),
    /// That one of these clocks ran out before what it waits for; by the last day of its period.
    Missed(&'static [ClockId]),
    /// Days from the last of the former events to the first of the latter ones; by the day of the latter.
    Days(&'static [EventId], &'static [EventId]),
    /// Nothing that messages tell; why not.
    NotKnown(&'static str),
}

impl What {
    /// By which day a case counts, in words; empty for what is not counted.
    #[must_use]
    pub const fn dated_by(self) -> &'static str {
        match self {
            Self::Opened => "day declared for the opening",
            Self::Happened(_) => "day of the first such event",
            Self::Reached(_) => "day on which the case first came to that state",
            Self::Missed(_) => "last day of the period",
            Self::Days(..) => "day on which the time ended",
            Self::NotKnown(_) => "",
        }
    }

    /// Whether days are counted and not cases.
    #[must_use]
    pub const fn is_days(self) -> bool {
        matches!(self, Self::Days(..))
    }
}

/// How a figure is broken down.
#[derive(Debug, Clone, Copy)]
pub enum By {
    /// It is not.
    Nothing,
    /// By what the form asks for; where it asks for several things, by all of them together.
    Kind,
    /// By the State of the agency on the other side.
    Counterpart,
    /// By the items that an event names in a parameter; a case counts under each.
    Item(EventId, &'static str),
    /// By the clock; a case counts under each.
    Clock,
}

impl By {
    /// Stable code; empty where it is not broken down.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Kind => "kind",
            Self::Counterpart => "counterpart",
            Self::Item(..) => "item",
            Self::Clock => "clock",
        }
    }
}

/// Which cases count in a figure.
#[derive(Debug, Clone, Copy)]
pub enum Only {
    /// Every one.
    All,
    /// Those in which, of the events of both lists, one of the former came last before what is counted.
    After(&'static [EventId], &'static [EventId]),
    /// The others.
    NotAfter(&'static [EventId], &'static [EventId]),
    /// Those in which the last such event before what is counted names this item.
    Naming(EventId, &'static str),
}

impl FigureDef {
    /// A figure of every case, not broken down.
    #[must_use]
    pub const fn new(code: &'static str, meaning: &'static str, article: &'static str, what: What) -> Self {
        Self { code, meaning, article, what, by: By::Nothing, only: Only::All }
    }

    /// What is asked for and cannot be counted, with the reason.
    #[must_use]
    pub const fn not_known(
        code: &'static str,
        meaning: &'static str,
        article: &'static str,
        why: &'static str,
    ) -> Self {
        Self::new(code, meaning, article, What::NotKnown(why))
    }

    /// The same, broken down.
    #[must_use]
    pub const fn by(self, by: By) -> Self {
        Self { by, ..self }
    }

    /// The same of some cases only.
    #[must_use]
    pub const fn only(self, only: Only) -> Self {
        Self { only, ..self }
    }
}
