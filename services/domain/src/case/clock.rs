//! The clocks of FD 2002/584/JHA: their lengths as a table, and one clock with its whole past.
//! A clock never changes the state of a case; whether it is overdue is asked with a given instant.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar::{Calendars, Due};
use crate::id::{Country, MessageId};

/// Which clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ClockId {
    /// Decision without consent.
    T1,
    /// Decision after consent.
    T2,
    /// Supplementary information.
    T3,
    /// Surrender after the final decision.
    T4,
    /// Surrender after force majeure.
    T5,
    /// Surrender after a humanitarian suspension.
    T6,
    /// Release when surrender ran out of time.
    T7,
    /// Consent to prosecute other offences.
    T8,
    /// Consent to onward surrender.
    T9,
    /// Speciality lapses; informational.
    T10,
}

/// Length and basis of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockRule {
    /// Which clock.
    pub id: ClockId,
    /// Its stable code.
    pub code: &'static str,
    /// What it waits for.
    pub waits_for: &'static str,
    /// From what it counts.
    pub starts: &'static str,
    /// Days; none where the asking authority fixes the day.
    pub days: Option<u16>,
    /// Days of its one extension.
    pub extension: Option<u16>,
    /// Days before the due date at which somebody is told that it is near; zero where only the end is told.
    pub alarm: u16,
    /// Its basis.
    pub article: &'static str,
}

macro_rules! clocks {
    ($($id:ident $waits:literal $starts:literal $days:expr, $extension:expr, $alarm:literal, $article:literal;)+) => {
        /// Every clock in order.
        pub const CLOCKS: &[ClockRule] = &[
            $(ClockRule {
                id: ClockId::$id,
                code: stringify!($id),
                waits_for: $waits,
                starts: $starts,
                days: $days,
                extension: $extension,
                alarm: $alarm,
                article: $article,
            },)+
        ];
    };
}

clocks! {
    T1 "final decision" "arrest" Some(60), Some(30), 10, "17(3), 17(4)";
    T2 "final decision after consent" "consent" Some(10), Some(30), 3, "17(2), 17(4)";
    T3 "supplementary information" "request" None, None, 1, "15(2)";
    T4 "surrender" "final decision" Some(10), None, 3, "23(2)";
    T5 "surrender after force majeure" "new date agreed" Some(10), None, 3, "23(3)";
    T6 "surrender after humanitarian suspension" "new date agreed" Some(10), None, 3, "23(4)";
    T7 "release" "end of the time for surrender" Some(0), None, 0, "23(5)";
    T8 "consent to prosecute other offences" "request" Some(30), None, 7, "27(4)";
    T9 "consent to onward surrender" "request" Some(30), None, 7, "28(3)";
    T10 "end of speciality" "final discharge" Some(45), None, 7, "27(3)(a)";
}

impl ClockId {
    /// Stable code, such as `T1`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.rule().code
    }

    /// The clock of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        CLOCKS.iter().find(|rule| rule.code == code).map(|rule| rule.id)
    }

    /// Its row in the table.
    #[must_use]
    pub fn rule(self) -> &'static ClockRule {
        &CLOCKS[self as usize]
    }

    /// Whether each request has a clock of its own.
    #[must_use]
    pub fn is_per_request(self) -> bool {
        matches!(self, Self::T3 | Self::T8 | Self::T9)
    }

    /// Whether missing it has no consequence for anybody's duty.
    #[must_use]
    pub fn is_informational(self) -> bool {
        self == Self::T10
    }
}

impl fmt::Display for ClockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// How a clock stands, by events alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Run {
    /// Running.
    Running,
    /// Standing still since.
    Suspended(#[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")] Timestamp),
    /// What it waited for happened then.
    Stopped(#[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")] Timestamp),
    /// Another clock took its place then.
    Superseded(#[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")] Timestamp),
}

/// How a clock stands at a given instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Running, not yet due.
    Running,
    /// Running past its due date.
    Overdue,
    /// Standing still.
    Suspended,
    /// Stopped in time.
    Met,
    /// Stopped too late.
    Late,
    /// Replaced by another clock.
    Superseded,
}

impl Status {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Overdue => "overdue",
            Self::Suspended => "suspended",
            Self::Met => "met",
            Self::Late => "late",
            Self::Superseded => "superseded",
        }
    }
}

/// Why a due date was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Replaced {
    /// The limit was extended.
    Extended,
    /// Time was left out of the count (Art. 13(4)).
    IntervalExcluded,
}

/// A due date that no longer counts, kept for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastDue {
    /// The date.
    pub due: Due,
    /// Why it was replaced.
    pub why: Replaced,
    /// The message that did it.
    pub by: MessageId,
}

/// One clock of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Which.
    pub id: ClockId,
    /// The message that started it.
    pub cause: MessageId,
    /// From when it counts.
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    pub started: Timestamp,
    /// The day of the start on the calendar of the jurisdiction; it does not count.
    #[serde(with = "crate::calendar::day")]
    pub start_day: Date,
    /// Days it runs, extension and excluded days included; zero where a day was fixed.
    pub days: u16,
    /// When it ends; none where nobody fixed a day.
    pub due: Option<Due>,
    /// How it stands.
    pub run: Run,
    /// Whether its one extension is used.
    pub extended: bool,
    /// Due dates that no longer count, oldest first.
    pub past: Vec<PastDue>,
}

impl Clock {
    /// How it stands at an instant; asking changes nothing.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> Status {
        let late_at = |instant: Timestamp| self.due.is_some_and(|due| instant >= due.at);
        match self.run {
            Run::Running if late_at(now) => Status::Overdue,
            Run::Running => Status::Running,
            Run::Suspended(_) => Status::Suspended,
            Run::Stopped(then) if late_at(then) => Status::Late,
            Run::Stopped(_) => Status::Met,
            Run::Superseded(_) => Status::Superseded,
        }
    }

    /// Whether it still waits for something.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.run, Run::Running | Run::Suspended(_))
    }

    /// Basis in FD 2002/584/JHA.
    #[must_use]
    pub fn article(&self) -> &'static str {
        self.id.rule().article
    }
}

/// What the clocks need to know of the event that touches them.
pub(super) struct Touch<'a> {
    pub(super) calendars: &'a Calendars,
    pub(super) jurisdiction: Country,
    pub(super) by: MessageId,
    pub(super) declared: Timestamp,
}

impl Touch<'_> {
    /// A new clock from the declared instant.
    pub(super) fn start(&self, id: ClockId) -> Clock {
        let start_day = self.calendars.day_of(self.jurisdiction, self.declared);
        self.start_at(id, (self.declared, start_day))
    }

    /// A new clock from the beginning of a day.
    pub(super) fn start_on(&self, id: ClockId, day: Date) -> Clock {
        self.start_at(id, (self.calendars.start_of(self.jurisdiction, day), day))
    }

    fn start_at(&self, id: ClockId, (started, start_day): (Timestamp, Date)) -> Clock {
        let days = id.rule().days;
        Clock {
            id,
            cause: self.by,
            started,
            start_day,
            days: days.unwrap_or(0),
            due: days.map(|days| self.calendars.due_after(self.jurisdiction, start_day, days)),
            run: Run::Running,
            extended: false,
            past: Vec::new(),
        }
    }

    /// Gives a clock more days and keeps the date that no longer counts.
    pub(super) fn lengthen(&self, clock: &mut Clock, days: u16, why: Replaced) {
        if let Some(due) = clock.due {
            clock.past.push(PastDue { due, why, by: self.by });
        }
        clock.days = clock.days.saturating_add(days);
        clock.due = Some(self.calendars.due_after(self.jurisdiction, clock.start_day, clock.days));
    }

    /// Days from an instant until the declared one, on the calendar; never negative.
    pub(super) fn days_since(&self, instant: Timestamp) -> u16 {
        let from = self.calendars.day_of(self.jurisdiction, instant);
        let until = self.calendars.day_of(self.jurisdiction, self.declared);
        u16::try_from((until - from).get_days()).unwrap_or(0)
    }

    /// The end of a day that somebody fixed.
    pub(super) fn fixed(&self, day: Date) -> Due {
        self.calendars.end_of(self.jurisdiction, day)
    }
}
