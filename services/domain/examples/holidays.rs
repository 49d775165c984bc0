//! Prints every free weekday of every State and part as `STATE[-PART],YYYY-MM-DD`, for `.ci/holidays` to compare with a second opinion.
//! It must not decide what is free.

use jiff::civil::{Weekday, date};
use rogatory_domain::calendar::{Calendars, jurisdictions};

fn main() {
    let calendars = Calendars::current();
    for jurisdiction in jurisdictions() {
        let mut day = date(2020, 1, 1);
        while day <= date(2030, 12, 31) {
            // A holiday on a weekend changes nothing, and the two lists need not agree on it.
            let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            if !is_weekend && calendars.is_free(jurisdiction, day) {
                println!("{jurisdiction},{day}");
            }
            day = day.tomorrow().expect("the calendar goes on after 2030");
        }
    }
}
