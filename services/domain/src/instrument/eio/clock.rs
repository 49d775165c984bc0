//! The periods of the Directive. Expiry changes nothing but what is shown: the duty goes on.

use crate::instrument::clock::ClockDef;
use crate::instrument::clock::Length::{CalendarDays, Days, FullHours, Weeks};
use crate::instrument::clock::Starts::Received;
use crate::instrument::clock::Until::{After, DayNamed};
use crate::instrument::id::ClockId;
use crate::mark::Mark::V;

/// Hours of a day as warnings count them: one need not fall on an hour of the calendar.
const DAY: u32 = 24;

/// What follows when a period of the Directive has passed.
const GOES_ON: &str = "The duty goes on; the issuing authority is told, with reasons (Art. 12(5), (6)).";

table! {
    /// Every clock in order.
    TABLE: ClockDef by ClockId {
        // Nobody tells a receipt that was not confirmed: the earliest day it can have is that of the sending.
        D1 = ClockDef::new("D1", "confirmation of receipt (Annex B)", "sending, or forwarding", After(Weeks(1)), "16(1)")
            .from_instant(Received).near(2 * DAY).marked(V);
        D2 = ClockDef::new("D2", "decision on recognition", "receipt by the competent authority", After(Days(30)), "12(3), 12(5)")
            .from_instant(Received).extended_by(Days(30)).then(GOES_ON).near(5 * DAY).marked(V);
        D3 = ClockDef::new("D3", "measures carried out", "decision on recognition", After(Days(90)), "12(4)").then(GOES_ON).near(14 * DAY).marked(V);
        D4 = ClockDef::new("D4", "measure by the date asked for", "day told", DayNamed, "12(2)").near(3 * DAY).marked(V);
        D5 = ClockDef::new("D5", "decision on the provisional measure", "receipt confirmed", After(FullHours(24)), "32(2)").from_instant(Received).near(6).marked(V);
        D7 = ClockDef::new("D7", "end of the immunity of a transferred person", "presence no longer required", After(CalendarDays(15)), "22(9)")
            .beyond_the_end().then("The immunity lapses where the person stays (Art. 22(9)).").near(3 * DAY).marked(V);
        // The law gives no length: without undue delay. The day is the one that the executing authority told.
        D8 = ClockDef::new("D8", "transfer of the evidence", "day told", DayNamed, "13(1)").near(3 * DAY).marked(V);
    }
}
