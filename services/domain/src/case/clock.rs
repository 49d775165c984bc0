//! One clock of a case with its whole past: started, stopped, lengthened by events. A clock never changes the state of a
//! case; whether it is overdue is asked with a given instant. How long clocks run is the instrument's to say.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::calendar::{Calendars, Due, Jurisdiction, plus_days};
use crate::id::MessageId;
use crate::instrument::{ClockDef, ClockId, Length, Symbol, Until};

/// How a clock stands, by events alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// Running.
    Running,
    /// Standing still since.
    Suspended(Timestamp),
    /// What it waited for happened then.
    Stopped(Timestamp),
    /// Another clock took its place then.
    Superseded(Timestamp),
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaced {
    /// The limit was extended.
    Extended,
    /// Time was left out of the count.
    IntervalExcluded,
}

/// A due date that no longer counts, kept for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastDue {
    /// The date.
    pub due: Due,
    /// Why it was replaced.
    pub why: Replaced,
    /// The message that did it.
    pub by: MessageId,
}

/// One clock of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Which.
    pub definition: &'static ClockDef,
    /// Its place in the instrument's table.
    pub(super) id: ClockId,
    /// The message that started it.
    pub cause: MessageId,
    /// From when it counts.
    pub started: Timestamp,
    /// The day of the start on the calendar of the jurisdiction; it does not count.
    pub start_day: Date,
    /// How long it runs, its extension and excluded days included; excluded hours are in its due date alone. None where
    /// a day was fixed.
    pub length: Option<Length>,
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

    /// Its code.
    #[must_use]
    pub fn symbol(&self) -> Symbol {
        self.definition.symbol()
    }

    /// By what its end is counted, in words.
    #[must_use]
    pub fn rule(&self) -> String {
        let count = |length: Length, one: &str| match length.count() {
            1 => format!("1 {one}"),
            count => format!("{count} {one}s"),
        };
        match self.length {
            Some(length @ Length::Hours(_)) => {
                format!("{}, through nights and free days (Reg. 1182/71, Art. 3(1))", count(length, "hour"))
            }
            Some(length @ Length::Days(_)) => format!(
                "{} after the first; an end on a free day moves to the next working day (Reg. 1182/71, Art. 3(1) and (4))",
                count(length, "day")
            ),
            Some(length @ Length::WorkingDays(_)) => {
                format!("{} after the first (Reg. 1182/71, Art. 2(2))", count(length, "working day"))
            }
            None => "a day that was named, taken as it is".to_owned(),
        }
    }

    /// The last day of its period before it moved off a free day; none where it did not move.
    #[must_use]
    pub fn last_day_unmoved(&self) -> Option<Date> {
        let Some(Length::Days(days)) = self.length else { return None };
        let unmoved = plus_days(self.start_day, i64::from(days));
        self.due.filter(|due| due.date != unmoved).map(|_| unmoved)
    }

    /// Its basis in the act.
    #[must_use]
    pub fn article(&self) -> &'static str {
        self.definition.article
    }
}

/// What the clocks need to know of the event that touches them.
pub(super) struct Touch<'a> {
    pub(super) calendars: &'a Calendars,
    pub(super) jurisdiction: Jurisdiction,
    pub(super) by: MessageId,
    pub(super) declared: Timestamp,
    /// The day that the event fixes, if it fixes one.
    pub(super) day: Option<Date>,
}

impl Touch<'_> {
    /// A new clock from the declared instant.
    pub(super) fn start(&self, id: ClockId, definition: &'static ClockDef) -> Clock {
        let start_day = self.calendars.day_of(self.jurisdiction, self.declared);
        self.start_at(id, definition, self.declared, start_day)
    }

    /// A new clock from the beginning of the day that the event fixes.
    pub(super) fn start_on(&self, id: ClockId, definition: &'static ClockDef) -> Clock {
        match self.day {
            None => self.start(id, definition),
            Some(day) => self.start_at(id, definition, self.calendars.start_of(self.jurisdiction, day), day),
        }
    }

    fn start_at(
        &self,
        id: ClockId,
        definition: &'static ClockDef,
        started: Timestamp,
        start_day: Date,
    ) -> Clock {
        let (length, due) = match definition.until {
            Until::After(length) => (Some(length), Some(self.end_of(length, started, start_day))),
            Until::DayNamed => (None, self.day.map(|day| self.calendars.end_of(self.jurisdiction, day))),
            Until::RunOut(_) => (None, None),
        };
        let (cause, run) = (self.by, Run::Running);
        Clock {
            definition,
            id,
            cause,
            started,
            start_day,
            length,
            due,
            run,
            extended: false,
            past: Vec::new(),
        }
    }

    /// A clock of what fell due when another one ran out, and is done now.
    pub(super) fn note(&self, id: ClockId, definition: &'static ClockDef, due: Due) -> Clock {
        let clock = self.start_at(id, definition, due.at, due.date);
        Clock { due: Some(due), run: Run::Stopped(self.declared), ..clock }
    }

    fn end_of(&self, length: Length, started: Timestamp, start_day: Date) -> Due {
        match length {
            Length::Hours(hours) => {
                let end = started.checked_add(SignedDuration::from_hours(hours.into()));
                self.calendars.end_at(self.jurisdiction, end.unwrap_or(Timestamp::MAX))
            }
            Length::Days(days) => self.calendars.due_after(self.jurisdiction, start_day, days),
            Length::WorkingDays(days) => self.calendars.due_after_working(self.jurisdiction, start_day, days),
        }
    }

    /// Gives a clock the extension of its definition, once.
    pub(super) fn extend(&self, clock: &mut Clock) {
        let (Some(length), Some(due), Some(extension)) =
            (clock.length, clock.due, clock.definition.extension)
        else {
            return;
        };
        clock.extended = true;
        let more = extension.count();
        let longer = length.longer_by(more);
        let due = match longer {
            Length::Hours(_) => self.later(due, SignedDuration::from_hours(more.into())),
            Length::Days(_) | Length::WorkingDays(_) => self.end_of(longer, clock.started, clock.start_day),
        };
        self.replace(clock, longer, due, Replaced::Extended);
    }

    /// Lets a clock run on from its old start, the time since an instant not counted.
    pub(super) fn exclude(&self, clock: &mut Clock, since: Timestamp) {
        let (Some(length), Some(due)) = (clock.length, clock.due) else { return };
        let from = self.calendars.day_of(self.jurisdiction, since);
        let until = self.calendars.day_of(self.jurisdiction, self.declared);
        let days = u16::try_from((until - from).get_days()).unwrap_or(0);
        let (longer, due) = match length {
            Length::Hours(_) => {
                let interval = self.declared.duration_since(since).max(SignedDuration::ZERO);
                (length, self.later(due, interval))
            }
            Length::Days(_) => {
                let longer = length.longer_by(days);
                (longer, self.end_of(longer, clock.started, clock.start_day))
            }
            Length::WorkingDays(_) => {
                let longer = length.longer_by(self.calendars.working_days(self.jurisdiction, from, days));
                (longer, self.end_of(longer, clock.started, clock.start_day))
            }
        };
        self.replace(clock, longer, due, Replaced::IntervalExcluded);
    }

    fn later(&self, due: Due, by: SignedDuration) -> Due {
        self.calendars.end_at(self.jurisdiction, due.at.checked_add(by).unwrap_or(Timestamp::MAX))
    }

    fn replace(&self, clock: &mut Clock, length: Length, due: Due, why: Replaced) {
        clock.past.extend(clock.due.map(|due| PastDue { due, why, by: self.by }));
        (clock.length, clock.due) = (Some(length), Some(due));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static HOURS: ClockDef =
        ClockDef::new("Q1", "answer", "receipt", Until::After(Length::Hours(8)), "5(1)(a)");
    static WORKING: ClockDef =
        ClockDef::new("W1", "answer", "receipt", Until::After(Length::WorkingDays(3)), "–")
            .extended_by(Length::WorkingDays(2));

    fn touch(declared: &str) -> Touch<'static> {
        Touch {
            calendars: Calendars::current(),
            jurisdiction: "NL".parse().unwrap(),
            by: "0192f0a0-0000-7000-8000-000000000001".parse().unwrap(),
            declared: declared.parse().unwrap(),
            day: None,
        }
    }

    fn due(clock: &Clock) -> String {
        clock.due.unwrap().at.to_string()
    }

    #[test]
    fn hours_run_through_the_night_and_the_weekend_and_stand_to_the_second() {
        // A Friday evening in Rotterdam.
        let mut clock = touch("2021-05-28T18:30:00Z").start(ClockId::new(0), &HOURS);
        assert_eq!(due(&clock), "2021-05-29T02:30:00Z");
        assert_eq!(clock.due.unwrap().date, jiff::civil::date(2021, 5, 29));
        let since = "2021-05-28T20:00:00Z".parse().unwrap();
        touch("2021-05-28T21:15:30Z").exclude(&mut clock, since);
        assert_eq!(due(&clock), "2021-05-29T03:45:30Z");
        assert_eq!((clock.past.len(), clock.past[0].why), (1, Replaced::IntervalExcluded));
    }

    #[test]
    fn an_end_that_moved_off_a_free_day_says_where_it_was_and_by_which_rule_it_moved() {
        static DAYS: ClockDef =
            ClockDef::new("T4", "surrender", "decision", Until::After(Length::Days(10)), "23(2)");
        // Ten days after Thursday 14 May 2026 are Whit Sunday; Whit Monday is free as well.
        let clock = touch("2026-05-14T10:00:00Z").start(ClockId::new(0), &DAYS);
        assert_eq!(clock.due.unwrap().date, jiff::civil::date(2026, 5, 26));
        assert_eq!(clock.last_day_unmoved(), Some(jiff::civil::date(2026, 5, 24)));
        assert!(
            clock.rule().starts_with("10 days after the first; an end on a free day moves"),
            "{}",
            clock.rule()
        );
        let clock = touch("2026-05-15T10:00:00Z").start(ClockId::new(0), &WORKING);
        assert_eq!((clock.last_day_unmoved(), clock.rule().contains("3 working days")), (None, true));
    }

    #[test]
    fn hours_that_cross_the_change_of_the_clocks_are_counted_as_they_pass() {
        // In the night of 28 March 2021 the clocks of Rotterdam went from two to three.
        let clock = touch("2021-03-27T22:00:00Z").start(ClockId::new(0), &HOURS);
        assert_eq!(due(&clock), "2021-03-28T06:00:00Z");
    }

    #[test]
    fn working_days_leave_out_weekends_and_holidays_and_so_does_their_extension() {
        // Monday 24 May 2021 was Whit Monday.
        let mut clock = touch("2021-05-21T10:00:00Z").start(ClockId::new(0), &WORKING);
        assert_eq!(clock.due.unwrap().date, jiff::civil::date(2021, 5, 27));
        let extending = touch("2021-05-26T10:00:00Z");
        extending.extend(&mut clock);
        assert_eq!(clock.due.unwrap().date, jiff::civil::date(2021, 5, 31));
        assert_eq!((clock.length, clock.extended), (Some(Length::WorkingDays(5)), true));
        // From Friday until Tuesday two working days pass.
        let since = "2021-05-28T10:00:00Z".parse().unwrap();
        touch("2021-06-01T10:00:00Z").exclude(&mut clock, since);
        assert_eq!(clock.due.unwrap().date, jiff::civil::date(2021, 6, 2));
    }
}
