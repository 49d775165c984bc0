//! Holds released editions still: one line for each edition and jurisdiction, a fingerprint of its free weekdays and of its midnights.
//! Lines are added, never changed, once a release has their edition: a line that changes would count old cases anew.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};

use super::{Calendars, jurisdictions, plus_days};
use crate::calendar::Jurisdiction;

/// FNV-1a: no secret depends on it, and it needs no crate.
fn fingerprint(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn line(edition: u16, of: Jurisdiction) -> String {
    let calendars = Calendars::of(edition).unwrap();
    let days = (0..).map(|after| plus_days(date(2000, 1, 1), after)).take_while(|day| day.year() <= 2050);
    let free: Vec<String> =
        days.filter(|day| calendars.is_free(of, *day)).map(|day| day.to_string()).collect();
    let months = (0..612_i32).map(|after| date(2000, 1, 15) + after.months());
    let midnights: Vec<String> = months.map(|day: Date| calendars.start_of(of, day).to_string()).collect();
    let (free, midnights) = (fingerprint(&free.join(" ")), fingerprint(&midnights.join(" ")));
    format!("{edition} {of} {free:016x} {midnights:016x}")
}

#[test]
fn a_released_edition_never_changes() {
    let first = "AT BE BG CY CZ DE DK EE ES EU FI FR GB GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK ZZ";
    let first = first.split(' ').map(|of| line(1, of.parse().unwrap()));
    let lines: Vec<String> = first.chain(jurisdictions().map(|of| line(2, of))).collect();
    let golden: Vec<&str> = include_str!("golden.txt").lines().collect();
    let changed: Vec<&String> = lines.iter().filter(|line| !golden.contains(&line.as_str())).collect();
    assert!(changed.is_empty(), "not in golden.txt: {changed:#?}");
    assert_eq!(lines.len(), golden.len(), "golden.txt has lines of calendars that are gone");
}
