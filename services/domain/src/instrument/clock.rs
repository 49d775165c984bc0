//! Clocks of an instrument: how long they run, by what, and when somebody is told. A clock never changes a state.

use super::id::ClockId;
use super::symbol::Symbol;
use crate::mark::Mark;

/// One period of the law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// Which instant of the event that starts it counts.
    pub starts: Starts,
    /// Whose calendar it is counted on.
    pub whose: Whose,
    /// What of it national law decides.
    pub national: National,
    /// Whether it runs only while the person is held.
    pub while_held: bool,
    /// Whether it runs on when the case has ended.
    pub outlives_end: bool,
    /// Whether it runs on from where it stood once what it stands for has ended; otherwise it begins anew.
    pub runs_on: bool,
    /// Items of a list: while a case is set aside for one of them the clock stands, and it starts anew afterwards unless it runs on.
    pub stands_for: &'static [&'static str],
    /// What its end means, in one sentence; empty where the act says nothing.
    pub on_expiry: &'static str,
    /// Hours before its end at which somebody is told that it is near; 0 where only the end is told.
    pub near_hours: u32,
    /// Its basis.
    pub article: &'static str,
    /// How far that was checked.
    pub mark: Mark,
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

/// Which instant of the event that starts a clock counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Starts {
    /// When it happened, as its sender declares.
    Occurred,
    /// When the authority concerned received it: as that authority declares, and until then as if it had come at once.
    Received,
    /// When somebody was told.
    Informed,
    /// When both sides had agreed.
    Agreed,
}

impl Starts {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Occurred => "occurred",
            Self::Received => "received",
            Self::Informed => "informed",
            Self::Agreed => "agreed",
        }
    }
}

/// Whose calendar a clock is counted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// That of the agency whose capacity the instrument names.
    Calendar,
    /// That of the agency that opened the referral.
    Opener,
}

/// What of a clock the law of the State whose calendar counts decides; its profile says how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum National {
    /// Nothing but how its days are counted, where its length is national.
    Nothing,
    /// From when the period for the decision runs, and how often it is extended.
    Decision,
    /// From when the period for the surrender runs, and whether its first day counts.
    Surrender,
}

/// A period of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Hours to the second; they run through nights and free days (Regulation 1182/71, Art. 3(1)).
    Hours(u16),
    /// Days; the first does not count, and an end on a free day moves on (Art. 3(1) and (4)).
    Days(u16),
    /// Working days: free days do not count (Art. 3(3)).
    WorkingDays(u16),
    /// Whole hours: the hour of the event does not count (Art. 3(1), 3(2)(a)).
    FullHours(u16),
    /// Weeks, which end on the same weekday, then as days (Art. 3(2)(c)).
    Weeks(u16),
    /// Months, which end on the same date, then as days (Art. 3(2)(c)).
    Months(u16),
    /// Days of the calendar: an end on a free day stays.
    CalendarDays(u16),
    /// Days of a term that ends custody: an end on a free day stays, whatever a State provides for other terms.
    Custody(u16),
    /// Days as the law of the State counts them: whether an end on a free day moves is in its profile.
    National(u16),
}

impl Length {
    /// How many of its unit.
    #[must_use]
    pub const fn count(self) -> u16 {
        match self {
            Self::Hours(count)
            | Self::Days(count)
            | Self::WorkingDays(count)
            | Self::FullHours(count)
            | Self::Weeks(count)
            | Self::Months(count)
            | Self::CalendarDays(count)
            | Self::Custody(count)
            | Self::National(count) => count,
        }
    }

    /// So many of the same unit.
    #[must_use]
    pub const fn of(self, count: u16) -> Self {
        match self {
            Self::Hours(_) => Self::Hours(count),
            Self::Days(_) => Self::Days(count),
            Self::WorkingDays(_) => Self::WorkingDays(count),
            Self::FullHours(_) => Self::FullHours(count),
            Self::Weeks(_) => Self::Weeks(count),
            Self::Months(_) => Self::Months(count),
            Self::CalendarDays(_) => Self::CalendarDays(count),
            Self::Custody(_) => Self::Custody(count),
            Self::National(_) => Self::National(count),
        }
    }

    /// The same with more of its unit.
    #[must_use]
    pub const fn longer_by(self, more: u16) -> Self {
        self.of(self.count().saturating_add(more))
    }

    /// Code of its unit, as descriptions and pages name it.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Hours(_) => "hours",
            Self::Days(_) => "days",
            Self::WorkingDays(_) => "working_days",
            Self::FullHours(_) => "full_hours",
            Self::Weeks(_) => "weeks",
            Self::Months(_) => "months",
            Self::CalendarDays(_) => "calendar_days",
            Self::Custody(_) => "days_of_custody",
            Self::National(_) => "days_by_national_law",
        }
    }

    /// In words, such as `8 hours`.
    #[must_use]
    pub fn words(self) -> String {
        let one = match self {
            Self::Hours(_) => "hour",
            Self::Days(_) => "day",
            Self::WorkingDays(_) => "working day",
            Self::FullHours(_) => "full hour",
            Self::Weeks(_) => "week",
            Self::Months(_) => "month",
            Self::CalendarDays(_) => "calendar day",
            Self::Custody(_) => "day of custody",
            Self::National(_) => "day by national law",
        };
        let several = match self {
            Self::Custody(_) => "days of custody".to_owned(),
            Self::National(_) => "days by national law".to_owned(),
            _ => format!("{one}s"),
        };
        match self.count() {
            1 => format!("1 {one}"),
            count => format!("{count} {several}"),
        }
    }

    /// Whether both are counted in the same unit.
    pub(super) const fn is_like(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::Hours(_), Self::Hours(_))
                | (Self::Days(_), Self::Days(_))
                | (Self::WorkingDays(_), Self::WorkingDays(_))
                | (Self::FullHours(_), Self::FullHours(_))
                | (Self::Weeks(_), Self::Weeks(_))
                | (Self::Months(_), Self::Months(_))
                | (Self::CalendarDays(_), Self::CalendarDays(_))
                | (Self::Custody(_), Self::Custody(_))
                | (Self::National(_), Self::National(_))
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
            starts: Starts::Occurred,
            whose: Whose::Calendar,
            national: National::Nothing,
            while_held: false,
            outlives_end: false,
            runs_on: false,
            stands_for: &[],
            on_expiry: "",
            near_hours: 0,
            article,
            mark: Mark::Own,
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

    /// The same, standing while the case is set aside for one of these, and running on from where it stood.
    #[must_use]
    pub const fn pausing_for(self, items: &'static [&'static str]) -> Self {
        Self { stands_for: items, runs_on: true, ..self }
    }

    /// The same, counted from another instant than that of the event.
    #[must_use]
    pub const fn from_instant(self, starts: Starts) -> Self {
        Self { starts, ..self }
    }

    /// The same on the calendar of the agency that opened the referral.
    #[must_use]
    pub const fn on_calendar_of_opener(self) -> Self {
        Self { whose: Whose::Opener, ..self }
    }

    /// The same, with what national law decides of it.
    #[must_use]
    pub const fn by_national_law(self, national: National) -> Self {
        Self { national, ..self }
    }

    /// The same, only while the person is held.
    #[must_use]
    pub const fn only_while_held(self) -> Self {
        Self { while_held: true, ..self }
    }

    /// The same, running on when the case has ended.
    #[must_use]
    pub const fn beyond_the_end(self) -> Self {
        Self { outlives_end: true, ..self }
    }

    /// The same, with what its end means.
    #[must_use]
    pub const fn then(self, on_expiry: &'static str) -> Self {
        Self { on_expiry, ..self }
    }

    /// The same, checked so far.
    #[must_use]
    pub const fn marked(self, mark: Mark) -> Self {
        Self { mark, ..self }
    }

    /// The same with a warning before its end.
    #[must_use]
    pub const fn near(self, hours: u32) -> Self {
        Self { near_hours: hours, ..self }
    }
}
