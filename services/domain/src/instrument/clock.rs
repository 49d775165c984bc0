//! Clocks of an instrument: how long they run, by what, and when somebody is told. A clock never changes a state.

use super::id::ClockId;
use super::symbol::Symbol;

/// One period of the law.
#[derive(Debug, PartialEq, Eq)]
pub struct ClockDef {
    /// Stable code.
    pub code: &'static str,
    /// What it waits for.
    pub waits_for: &'static str,
    /// From what it counts, in words.
    pub counts_from: &'static str,
    /// When it ends.
    pub until: Until,
    /// What its one extension adds.
    pub extension: Option<Length>,
    /// Whether each request has a clock of its own.
    pub per_request: bool,
    /// Items of a list: while a case is set aside for one of them the clock stands, and it starts anew afterwards.
    pub stands_for: &'static [&'static str],
    /// Hours before its end at which somebody is told that it is near; 0 where only the end is told.
    pub near_hours: u32,
    /// Its basis.
    pub article: &'static str,
}

/// When a clock ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// A period after its start.
    After(Length),
    /// With the day that the event names; never where it names none.
    DayNamed,
    /// At once, where one of these clocks runs out.
    RunOut(&'static [ClockId]),
}

/// A period of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Hours; they run through nights and free days (Regulation 1182/71, Art. 3(1)).
    Hours(u16),
    /// Days; the first does not count, and an end on a free day moves on (Art. 3(1) and (4)).
    Days(u16),
    /// Working days: free days do not count (Art. 3(3)).
    WorkingDays(u16),
}

impl Length {
    /// How many of its unit.
    #[must_use]
    pub const fn count(self) -> u16 {
        match self {
            Self::Hours(count) | Self::Days(count) | Self::WorkingDays(count) => count,
        }
    }

    /// The same with more of its unit.
    #[must_use]
    pub const fn longer_by(self, more: u16) -> Self {
        match self {
            Self::Hours(count) => Self::Hours(count.saturating_add(more)),
            Self::Days(count) => Self::Days(count.saturating_add(more)),
            Self::WorkingDays(count) => Self::WorkingDays(count.saturating_add(more)),
        }
    }

    /// Whether both are counted in the same unit.
    pub(super) const fn is_like(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::Hours(_), Self::Hours(_))
                | (Self::Days(_), Self::Days(_))
                | (Self::WorkingDays(_), Self::WorkingDays(_))
        )
    }
}

impl ClockDef {
    /// Its code as a value.
    #[must_use]
    pub const fn symbol(&self) -> Symbol {
        Symbol::new(self.code)
    }

    /// A clock that runs for a period.
    #[must_use]
    pub const fn new(
        code: &'static str,
        waits_for: &'static str,
        counts_from: &'static str,
        until: Until,
        article: &'static str,
    ) -> Self {
        Self {
            code,
            waits_for,
            counts_from,
            until,
            extension: None,
            per_request: false,
            stands_for: &[],
            near_hours: 0,
            article,
        }
    }

    /// The same with one extension.
    #[must_use]
    pub const fn extended_by(self, extension: Length) -> Self {
        Self { extension: Some(extension), ..self }
    }

    /// The same, one for each request.
    #[must_use]
    pub const fn for_each_request(self) -> Self {
        Self { per_request: true, ..self }
    }

    /// The same, standing while a case is set aside for one of these.
    #[must_use]
    pub const fn standing_for(self, items: &'static [&'static str]) -> Self {
        Self { stands_for: items, ..self }
    }

    /// The same with a warning before its end.
    #[must_use]
    pub const fn near(self, hours: u32) -> Self {
        Self { near_hours: hours, ..self }
    }
}
