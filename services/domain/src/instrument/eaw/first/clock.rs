//! The periods of the Framework Decision.

use crate::instrument::clock::ClockDef;
use crate::instrument::clock::Length::Days;
use crate::instrument::clock::Until::{After, DayNamed, RunOut};
use crate::instrument::id::ClockId;

/// Hours of a day as warnings count them: one need not fall on an hour of the calendar.
const DAY: u32 = 24;

/// Privilege, immunity and speciality owed to a third State: the period begins when they have ended (Arts 20, 21).
const OBSTACLES: &[&str] = &["immunity", "third_state_speciality"];

table! {
    /// Every clock in order.
    TABLE: ClockDef by ClockId {
        T1 = ClockDef::new("T1", "final decision", "arrest", After(Days(60)), "17(3), 17(4)")
            .extended_by(Days(30)).standing_for(OBSTACLES).near(10 * DAY);
        T2 = ClockDef::new("T2", "final decision after consent", "consent", After(Days(10)), "17(2), 17(4)")
            .extended_by(Days(30)).standing_for(OBSTACLES).near(3 * DAY);
        T3 = ClockDef::new("T3", "supplementary information", "request", DayNamed, "15(2)").for_each_request().near(DAY);
        T4 = ClockDef::new("T4", "surrender", "final decision", After(Days(10)), "23(2)").near(3 * DAY);
        T5 = ClockDef::new("T5", "surrender after force majeure", "new date agreed", After(Days(10)), "23(3)").near(3 * DAY);
        T6 = ClockDef::new("T6", "surrender after humanitarian suspension", "new date agreed", After(Days(10)), "23(4)")
            .near(3 * DAY);
        T7 = ClockDef::new("T7", "release", "end of the time for surrender", RunOut(&[T4, T5, T6]), "23(5)");
        T8 = ClockDef::new("T8", "consent to prosecute other offences", "request", After(Days(30)), "27(4)")
            .for_each_request().near(7 * DAY);
        T9 = ClockDef::new("T9", "consent to onward surrender", "request", After(Days(30)), "28(3)")
            .for_each_request().near(7 * DAY);
        T10 = ClockDef::new("T10", "end of speciality", "final discharge", After(Days(45)), "27(3)(a)").near(7 * DAY);
    }
}
