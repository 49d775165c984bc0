//! What an event does to a clock: starts, extensions, time left out. Owns when a clock ends; which event does what is the
//! instrument's to say.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::{Clock, Counting, NationalCount, PastDue, Replaced, Run};
use crate::calendar::{Calendars, CountingMode, Due, End, Jurisdiction, plus_days};
use crate::id::MessageId;
use crate::instrument::{ClockDef, ClockId, Length, National, Until, Whose};
use crate::profile::{LimitStart, Rolls, StateProfile};

/// What the clocks need to know of the event that touches them.
pub(in crate::case) struct Touch<'a> {
    pub(in crate::case) calendars: &'a Calendars,
    /// Whose calendar counts, unless a clock is counted on that of the agency that opened the referral.
    pub(in crate::case) jurisdiction: Jurisdiction,
    pub(in crate::case) opener: Jurisdiction,
    /// What the law of the State decides whose calendar counts.
    pub(in crate::case) profile: Option<&'static StateProfile>,
    /// Whether the person has consented, which some States count differently.
    pub(in crate::case) has_consented: bool,
    /// Whether the event makes the decision final, after which the order of some States does not take effect yet.
    pub(in crate::case) decides: bool,
    pub(in crate::case) by: MessageId,
    pub(in crate::case) declared: Timestamp,
    /// The day that the event fixes, if it fixes one.
    pub(in crate::case) day: Option<Date>,
}

impl Touch<'_> {
    fn whose(&self, definition: &ClockDef) -> Jurisdiction {
        match definition.whose {
            Whose::Calendar => self.jurisdiction,
            Whose::Opener => self.opener,
        }
    }

    /// A new clock from the declared instant.
    pub(in crate::case) fn start(&self, id: ClockId, definition: &'static ClockDef) -> Clock {
        let start_day = self.calendars.day_of(self.whose(definition), self.declared);
        self.start_at(id, definition, self.declared, start_day)
    }

    /// A new clock from the beginning of the day that the event fixes.
    pub(in crate::case) fn start_on(&self, id: ClockId, definition: &'static ClockDef) -> Clock {
        match self.day {
            None => self.start(id, definition),
            Some(day) => {
                let begin = self.calendars.start_of(self.whose(definition), day);
                self.start_at(id, definition, begin, day)
            }
        }
    }

    /// A new clock from the declared instant, or from the last hour of the day that the event names where that has passed: it did not begin
    /// later.
    pub(in crate::case) fn start_by(&self, id: ClockId, definition: &'static ClockDef) -> Clock {
        let of = self.whose(definition);
        match self.day.filter(|day| *day < self.calendars.day_of(of, self.declared)) {
            Some(day) if matches!(definition.until, Until::After(_)) => {
                let last = self.calendars.end_of(of, day).at.checked_sub(SignedDuration::from_secs(1));
                self.start_at(id, definition, last.unwrap_or(self.declared), day)
            }
            _ => self.start(id, definition),
        }
    }

    fn start_at(
        &self,
        id: ClockId,
        definition: &'static ClockDef,
        started: Timestamp,
        start_day: Date,
    ) -> Clock {
        let (length, due, counting) = match definition.until {
            Until::After(length) => {
                let (due, counting) = self.end_of(definition, length, started, start_day);
                (Some(length), Some(due), Some(counting))
            }
            Until::DayNamed => {
                let of = self.whose(definition);
                (None, self.day.map(|day| self.calendars.end_of(of, day)), None)
            }
            Until::RunOut(_) => (None, None, None),
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
            counting,
            run,
            extended: false,
            gave_way: false,
            waits: false,
            past: Vec::new(),
        }
    }

    /// A clock of what fell due when another one ran out, and is done now.
    pub(in crate::case) fn note(&self, id: ClockId, definition: &'static ClockDef, due: Due) -> Clock {
        let clock = self.start_at(id, definition, due.at, due.date);
        Clock { due: Some(due), run: Run::Stopped(self.declared), ..clock }
    }

    fn end_of(
        &self,
        definition: &ClockDef,
        length: Length,
        started: Timestamp,
        start_day: Date,
    ) -> (Due, Counting) {
        let (of, calendars) = (self.whose(definition), self.calendars);
        let counted = |end: End| (end.due(), Counting { unmoved: Some(end.unrolled), national: None });
        let plain = |due: Due| (due, Counting { unmoved: None, national: None });
        match length {
            Length::Hours(hours) => {
                let end = started.checked_add(SignedDuration::from_hours(hours.into()));
                plain(calendars.end_at(of, end.unwrap_or(Timestamp::MAX)))
            }
            Length::Days(days) => {
                let unmoved = Some(plus_days(start_day, days.into()));
                (calendars.due_after(of, start_day, days), Counting { unmoved, national: None })
            }
            Length::WorkingDays(days) => plain(calendars.due_after_working(of, start_day, days)),
            Length::FullHours(hours) => counted(calendars.end_of_hours(hours, started, of)),
            Length::Weeks(weeks) => counted(calendars.end_of_weeks(weeks, start_day, of)),
            Length::Months(months) => counted(calendars.end_of_months(months, start_day, of)),
            Length::CalendarDays(days) => counted(calendars.end_of_calendar_days(days, start_day, of)),
            Length::Custody(days) => self.by_national_law(definition, CountingMode::Custody, days, start_day),
            Length::National(days) => {
                let rolls = self.profile.is_some_and(|profile| profile.rolls.value == Rolls::Yes);
                let mode = if rolls { CountingMode::Days } else { CountingMode::CalendarDays };
                self.by_national_law(definition, mode, days, start_day)
            }
        }
    }

    /// Days as the profile of the State says; where it says nothing they are counted from the day after the event.
    fn by_national_law(
        &self,
        definition: &ClockDef,
        mode: CountingMode,
        days: u16,
        start_day: Date,
    ) -> (Due, Counting) {
        let decides = definition.national == National::Surrender;
        let profile = self.profile.filter(|_| decides);
        // A day that both sides agreed, or a postponement that ends, is no order that has yet to take effect.
        let effect = profile.filter(|_| self.decides).map(|profile| profile.takes_effect_after.value);
        let begins_after = effect
            .map_or(0, |effect| if self.has_consented { effect.days_with_consent } else { effect.days });
        let counts_first_day = profile.is_some_and(|profile| profile.counts_first_day.value);
        let from = plus_days(start_day, begins_after.into());
        let days = if counts_first_day { days.saturating_sub(1) } else { days };
        let end = self.calendars.end(mode, days, from, self.whose(definition));
        let rolls = self.profile.and_then(|profile| match profile.rolls.value {
            Rolls::Yes => Some(true),
            Rolls::No => Some(false),
            Rolls::Unknown => None,
        });
        let national = Some(NationalCount { rolls, begins_after, counts_first_day });
        (end.due(), Counting { unmoved: Some(end.unrolled), national })
    }

    /// Gives a clock the extension of its definition, once.
    pub(in crate::case) fn extend(&self, clock: &mut Clock) {
        if let Some(extension) = clock.definition.extension.filter(|_| !clock.extended) {
            self.extend_by(clock, extension.count());
        }
    }

    /// Gives a clock that is still in time the extension of the State's law, or of its definition where that says nothing, as
    /// often as it is given. One that has run out stays missed.
    pub(in crate::case) fn extend_in_time(&self, clock: &mut Clock) {
        let own = clock.definition.extension.map_or(0, Length::count);
        let law = self.profile.filter(|_| clock.definition.national == National::Decision);
        let days = match law.map(|profile| profile.extension.value) {
            // The first is that of the act; a State whose law repeats it says how long each further one is.
            Some(law) if law.is_repeated => {
                if clock.extended {
                    law.days
                } else {
                    own
                }
            }
            Some(law) => law.days,
            None => own,
        };
        let again = law.is_some_and(|profile| profile.extension.value.is_repeated);
        if days > 0 && (again || !clock.extended) && !clock.has_ended_at(self.declared) {
            self.extend_by(clock, days);
        }
    }

    fn extend_by(&self, clock: &mut Clock, more: u16) {
        let (Some(length), Some(due)) = (clock.length, clock.due) else { return };
        clock.extended = true;
        let longer = length.longer_by(more);
        let (due, counting) = match longer {
            Length::Hours(_) | Length::FullHours(_) => {
                (self.later(due, SignedDuration::from_hours(more.into())), clock.counting)
            }
            _ => self.recount(clock, longer),
        };
        self.replace(clock, longer, (due, counting), Replaced::Extended);
    }

    /// The end of a clock under another length, from the start it has.
    fn recount(&self, clock: &Clock, length: Length) -> (Due, Option<Counting>) {
        let (due, counting) = self.end_of(clock.definition, length, clock.started, clock.start_day);
        (due, Some(counting))
    }

    /// Lets a clock run on from its old start, the time since an instant not counted.
    pub(in crate::case) fn exclude(&self, clock: &mut Clock, since: Timestamp) {
        let Some(due) = clock.due else { return };
        // What stood before it began takes nothing from it.
        let since = since.max(clock.started.min(self.declared));
        let of = due.jurisdiction;
        let from = self.calendars.day_of(of, since);
        let until = self.calendars.day_of(of, self.declared);
        let days = u16::try_from((until - from).get_days()).unwrap_or(0);
        let Some(length) = clock.length else {
            // A day that was named lies as much later.
            let later = self.calendars.end_of(of, plus_days(due.date, days.into()));
            clock.past.push(PastDue { due, why: Replaced::IntervalExcluded, by: self.by });
            clock.due = Some(later);
            return;
        };
        let (longer, end) = match length {
            Length::Hours(_) | Length::FullHours(_) => {
                let interval = self.declared.duration_since(since).max(SignedDuration::ZERO);
                (length, (self.later(due, interval), clock.counting))
            }
            Length::WorkingDays(_) => {
                let longer = length.longer_by(self.calendars.working_days(of, from, days));
                (longer, self.recount(clock, longer))
            }
            // Weeks and months are no number of days: the end moves by the days left out.
            Length::Weeks(_) | Length::Months(_) => {
                let end = self.calendars.end_of_days(days, due.date, of);
                let counting = Counting { unmoved: Some(end.unrolled), national: None };
                (length, (end.due(), Some(counting)))
            }
            Length::Days(_) | Length::CalendarDays(_) | Length::Custody(_) | Length::National(_) => {
                let longer = length.longer_by(days);
                (longer, self.recount(clock, longer))
            }
        };
        self.replace(clock, longer, end, Replaced::IntervalExcluded);
    }

    /// Counts a clock anew from the declared instant.
    pub(in crate::case) fn restart(&self, clock: &mut Clock, why: Replaced) {
        let Some(length) = clock.length else { return };
        clock.started = self.declared;
        clock.start_day = self.calendars.day_of(self.whose(clock.definition), self.declared);
        let end = self.recount(clock, length);
        self.replace(clock, length, end, why);
    }

    /// Whether the State's law runs the period for the decision from when the warrant is taken up.
    pub(in crate::case) fn counts_from_taking_up(&self) -> bool {
        self.profile.is_some_and(|profile| profile.first_limit_from.value == LimitStart::TakenUp)
    }

    fn later(&self, due: Due, by: SignedDuration) -> Due {
        self.calendars.end_at(due.jurisdiction, due.at.checked_add(by).unwrap_or(Timestamp::MAX))
    }

    fn replace(
        &self,
        clock: &mut Clock,
        length: Length,
        (due, counting): (Due, Option<Counting>),
        why: Replaced,
    ) {
        clock.past.extend(clock.due.map(|due| PastDue { due, why, by: self.by }));
        (clock.length, clock.due, clock.counting) = (Some(length), Some(due), counting);
    }
}
