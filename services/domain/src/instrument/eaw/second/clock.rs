//! The periods of the Framework Decision. It is no act to which Regulation 1182/71 applies of itself: how its days are counted,
//! from when, and how often a period is extended is for the law of the State, which its profile says. Release is the exception: a
//! term that ends custody is never moved to a later day.

use crate::instrument::clock::ClockDef;
use crate::instrument::clock::Length::{CalendarDays, Custody, National as Days};
use crate::instrument::clock::National::{Decision, Surrender};
use crate::instrument::clock::Starts::{Agreed, Received};
use crate::instrument::clock::Until::{After, DayNamed};
use crate::instrument::id::ClockId;
use crate::mark::Mark::S;

/// Hours of a day as warnings count them: one need not fall on an hour of the calendar.
const DAY: u32 = 24;

/// Privilege, immunity and speciality owed to a third State: the period begins when they have ended (Arts 20, 21).
const OBSTACLES: &[&str] = &["immunity", "third_state_speciality"];

/// What follows when a decision is late: the duty to decide goes on.
const DECIDE: &str = "The duty to decide goes on; Eurojust is told, with reasons (Art. 17(7)).";
/// The release is a day of its own (T7), which no free day moves; this one may be moved beyond it.
const RELEASE: &str =
    "The surrender is late, and the warrant stands; on what day whoever is still held is released, T7 says.";
const ANSWER: &str = "The duty to answer goes on.";

table! {
    /// Every clock in order.
    TABLE: ClockDef by ClockId {
        T1 = ClockDef::new("T1", "final decision", "arrest", After(Days(60)), "17(3), 17(4)")
            .extended_by(Days(30)).by_national_law(Decision).standing_for(OBSTACLES).then(DECIDE).marked(S).near(10 * DAY);
        T2 = ClockDef::new("T2", "final decision after consent", "consent", After(Days(10)), "17(2), 17(4)")
            .extended_by(Days(30)).by_national_law(Decision).standing_for(OBSTACLES).then(DECIDE).near(3 * DAY);
        T3 = ClockDef::new("T3", "supplementary information", "request", DayNamed, "15(2)").for_each_request().near(DAY);
        T4 = ClockDef::new("T4", "surrender", "final decision", After(Days(10)), "23(2)")
            .by_national_law(Surrender).then(RELEASE).marked(S).near(3 * DAY);
        T5 = ClockDef::new("T5", "surrender after force majeure", "day agreed by both sides", After(Days(10)), "23(3)")
            .by_national_law(Surrender).from_instant(Agreed).then(RELEASE).marked(S).near(3 * DAY);
        T6 = ClockDef::new("T6", "surrender after humanitarian suspension", "day agreed by both sides", After(Days(10)), "23(4)")
            .by_national_law(Surrender).from_instant(Agreed).then(RELEASE).marked(S).near(3 * DAY);
        T7 = ClockDef::new("T7", "release, if the person is still held", "final decision, or the day agreed", After(Custody(10)), "23(5)")
            .by_national_law(Surrender).only_while_held().then("The person is released at once; the warrant stands.").marked(S).near(3 * DAY);
        T8 = ClockDef::new("T8", "consent to prosecute other offences", "receipt of the request", After(Days(30)), "27(4)")
            .from_instant(Received).for_each_request().then(ANSWER).near(7 * DAY);
        T9 = ClockDef::new("T9", "consent to onward surrender", "receipt of the request", After(Days(30)), "28(3)")
            .from_instant(Received).for_each_request().then(ANSWER).near(7 * DAY);
        T10 = ClockDef::new("T10", "end of speciality", "final discharge", After(CalendarDays(45)), "27(3)(a)")
            .on_calendar_of_opener().then("A person who stays may be prosecuted for other offences.").near(7 * DAY);
        // A warrant that is withdrawn meanwhile leaves the person to be returned on the day agreed.
        T11 = ClockDef::new("T11", "return from temporary surrender", "temporary surrender", DayNamed, "24(2)")
            .beyond_the_end().on_calendar_of_opener().then("The person is due back with the executing State.").near(7 * DAY);
        // No article gives a number: without a title nobody is held, and the day is the last that this release takes for "at once".
        T12 = ClockDef::new("T12", "release, the case having ended while the person is held", "end of the case", After(CalendarDays(0)), "–")
            .beyond_the_end().only_while_held().then("Nothing is left on which the person may be held; the end of custody is told.").near(DAY);
        // What both sides agreed is due as any period is, though no law says that day.
        T13 = ClockDef::new("T13", "surrender on the day agreed", "agreement of both sides", DayNamed, "23(1)")
            .then("The surrender is told, or another day is agreed.").near(DAY);
    }
}
