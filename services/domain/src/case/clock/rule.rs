//! By what the end of a clock is counted, in words, as a person reads it who has to rely on it.

use super::{Clock, NationalCount};
use crate::instrument::Length;

const STAYS: &str = "an end on a free day stays";
const MOVES: &str = "an end on a free day moves to the next working day";

impl Clock {
    /// By what its end is counted, in words.
    #[must_use]
    pub fn rule(&self) -> String {
        let Some(length) = self.length else { return "a day that was named, taken as it is".to_owned() };
        let several = length.count() != 1;
        let count = |one: &str| format!("{} {one}{}", length.count(), if several { "s" } else { "" });
        match length {
            Length::Hours(_) => {
                format!("{}, through nights and free days (Reg. 1182/71, Art. 3(1))", count("hour"))
            }
            Length::FullHours(_) => format!(
                "{} after the hour of the event, through nights and free days (Reg. 1182/71, Art. 3(1), (2)(a))",
                count("full hour")
            ),
            Length::Days(_) => {
                format!("{} after the first; {MOVES} (Reg. 1182/71, Art. 3(1) and (4))", count("day"))
            }
            Length::Weeks(_) => format!("{}; {MOVES} (Reg. 1182/71, Art. 3(2)(c) and (4))", count("week")),
            Length::Months(_) => format!("{}; {MOVES} (Reg. 1182/71, Art. 3(2)(c) and (4))", count("month")),
            Length::WorkingDays(_) => {
                format!("{} after the first (Reg. 1182/71, Art. 2(2))", count("working day"))
            }
            Length::CalendarDays(0) => format!("the end of the same day; {STAYS}"),
            Length::CalendarDays(_) => format!("{} after the first; {STAYS}", count("calendar day")),
            Length::Custody(_) => format!(
                "{} after the first; {STAYS}, since nobody is held longer because of one{}",
                count("day"),
                self.beginning()
            ),
            Length::National(_) => {
                let first = if self.counts_first_day() { "the first counted" } else { "after the first" };
                format!("{} {first}; {}{}", count("day"), self.national_end(), self.beginning())
            }
        }
    }

    fn national(&self) -> Option<NationalCount> {
        self.counting.and_then(|counting| counting.national)
    }

    fn counts_first_day(&self) -> bool {
        self.national().is_some_and(|national| national.counts_first_day)
    }

    fn national_end(&self) -> String {
        let state = self.due.map(|due| due.jurisdiction.to_string()).unwrap_or_default();
        match self.national().and_then(|national| national.rolls) {
            Some(true) => format!("{MOVES} (law of {state})"),
            Some(false) => format!("{STAYS} (law of {state})"),
            None => {
                format!("whether {MOVES} in {state} is not known, and the earlier day counts")
            }
        }
    }

    fn beginning(&self) -> String {
        match self.national().map(|national| national.begins_after).filter(|days| *days > 0) {
            Some(days) => format!("; the period begins {days} days after the decision"),
            None => String::new(),
        }
    }
}
