//! The end of a clock as people read it: the last day, and its last hour by the clocks of the State that counts. It must not compute
//! a date.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rogatory_domain::calendar::{Calendars, Due, Jurisdiction};

/// A due instant as the clocks of its jurisdiction show it.
#[must_use]
pub fn local(due: Due) -> String {
    let zone = Calendars::of(due.edition).map_or(TimeZone::UTC, |calendars| calendars.zone(due.jurisdiction));
    due.at.to_zoned_datetime(zone).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// An instant as the clocks of a jurisdiction show it, by its code and an edition of the calendars, with their offset from UTC, such as
/// `2026-12-01 00:30:00+01:00`; as UTC shows it where this release does not know that zone.
#[must_use]
pub fn told(at: Timestamp, jurisdiction: &str, edition: u32) -> String {
    let calendars = u16::try_from(edition).ok().and_then(Calendars::of);
    let of = jurisdiction.parse::<Jurisdiction>().ok();
    let zone = calendars.zip(of).map_or(TimeZone::UTC, |(calendars, of)| calendars.zone(of));
    at.to_zoned_datetime(zone).strftime("%Y-%m-%d %H:%M:%S%:z").to_string()
}

/// A last day and its last hour, such as `Wed 2026-12-23 24:00 PT`; empty where no day is fixed.
#[must_use]
pub fn shown(last_day: &str, due_local: &str, jurisdiction: &str) -> String {
    let weekday = last_day.parse::<Date>().map(|day| day.strftime("%a").to_string()).unwrap_or_default();
    let hour = match due_local.split_once('T') {
        None => return String::new(),
        // A day ends with its own 24th hour, and not with the first one of the next.
        Some((day, hour)) if day != last_day && hour.starts_with("00:00:00") => "24:00",
        Some((_, hour)) => hour.get(..5).unwrap_or(hour),
    };
    format!("{weekday} {last_day} {hour} {jurisdiction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_told_by_the_clocks_of_the_state_that_counts() {
        let at = "2026-11-30T23:30:00Z".parse().unwrap();
        assert_eq!(told(at, "NL", 1), "2026-12-01 00:30:00+01:00");
        assert_eq!(told(at, "XX", 1), "2026-11-30 23:30:00+00:00");
    }

    #[test]
    fn a_day_ends_with_its_own_last_hour_and_hours_end_within_their_day() {
        for (local, told) in [
            ("2026-12-24T00:00:00+00:00", "Wed 2026-12-23 24:00 PT"),
            ("2026-12-23T17:30:00+00:00", "Wed 2026-12-23 17:30 PT"),
            // A period of hours may end with the first minute of its day.
            ("2026-12-23T00:00:00+00:00", "Wed 2026-12-23 00:00 PT"),
            ("", ""),
        ] {
            assert_eq!(shown("2026-12-23", local, "PT"), told, "{local}");
        }
    }
}
