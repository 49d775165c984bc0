//! Holds released editions still: one line for each edition and jurisdiction, a fingerprint of its free weekdays and of its midnights.
//! Lines are added, never changed: a line that changes would count old cases anew.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};

use super::{Calendars, plus_days};
use crate::id::Country;

/// FNV-1a: no secret depends on it, and it needs no crate.
fn fingerprint(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn line(edition: u16, jurisdiction: &str) -> String {
    let calendars = Calendars::of(edition).unwrap();
    let of = jurisdiction.parse::<Country>().unwrap();
    let days = (0..).map(|after| plus_days(date(2000, 1, 1), after)).take_while(|day| day.year() <= 2050);
    let free: Vec<String> =
        days.filter(|day| calendars.is_free(of, *day)).map(|day| day.to_string()).collect();
    let months = (0..612_i32).map(|after| date(2000, 1, 15) + after.months());
    let midnights: Vec<String> = months.map(|day: Date| calendars.start_of(of, day).to_string()).collect();
    format!(
        "{edition} {jurisdiction} {:016x} {:016x}",
        fingerprint(&free.join(" ")),
        fingerprint(&midnights.join(" "))
    )
}

#[test]
fn a_released_edition_never_changes() {
    let first = "AT BE BG CY CZ DE DK EE ES EU FI FR GB GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK ZZ";
    let lines: Vec<String> = first.split(' ').map(|of| line(1, of)).collect();
    let golden: Vec<&str> = include_str!("golden.txt").lines().collect();
    assert_eq!(lines, golden, "{}", lines.join("\n"));
}
