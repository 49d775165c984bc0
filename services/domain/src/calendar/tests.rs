//! The calendars as a whole: editions, days that are known to be free, and the ends of periods. Whose rules these are is the files' to say.

mod days;
mod modes;

use jiff::civil::date;

use super::*;
use crate::id::Country;

const NL: Country = Country::new(*b"NL");
const FR: Country = Country::new(*b"FR");
const GB: Country = Country::new(*b"GB");
const PT: Country = Country::new(*b"PT");
const ZZ: Country = Country::new(*b"ZZ");

fn of(text: &str) -> Jurisdiction {
    text.parse().unwrap()
}

#[test]
fn the_day_of_the_event_does_not_count_and_a_free_end_moves_on() {
    let calendars = Calendars::current();
    // Arrested in Rotterdam on 26 May 2021 at 23:30 local time: 60 days end on Sunday 25 July, so on Monday.
    let arrest = "2021-05-26T21:30:00Z".parse().unwrap();
    let due = calendars.due(NL, arrest, 60);
    assert_eq!(due.date, date(2021, 7, 26));
    assert_eq!(due.at.to_string(), "2021-07-26T22:00:00Z");
    // One hour later it is the next day there.
    let later = "2021-05-26T22:30:00Z".parse().unwrap();
    assert_eq!(calendars.due(NL, later, 61).date, date(2021, 7, 27));
}

#[test]
fn winter_and_summer_have_their_own_midnight() {
    let calendars = Calendars::current();
    let table = [
        ("FR", date(2021, 1, 5), "2021-01-05T23:00:00Z"),
        ("GB", date(2021, 7, 5), "2021-07-05T23:00:00Z"),
        ("IE", date(2026, 7, 5), "2026-07-05T23:00:00Z"),
        ("IS", date(2026, 7, 5), "2026-07-06T00:00:00Z"),
        ("CY", date(2026, 1, 5), "2026-01-05T22:00:00Z"),
        ("PT", date(2026, 1, 5), "2026-01-06T00:00:00Z"),
        ("PT-20", date(2026, 1, 5), "2026-01-06T01:00:00Z"),
        ("PT-20", date(2026, 7, 5), "2026-07-06T00:00:00Z"),
        ("PT-30", date(2026, 7, 5), "2026-07-05T23:00:00Z"),
        ("ES-CN", date(2026, 7, 5), "2026-07-05T23:00:00Z"),
        ("ES", date(2026, 7, 5), "2026-07-05T22:00:00Z"),
        ("FR-974", date(2026, 7, 5), "2026-07-05T20:00:00Z"),
        ("FR-GP", date(2026, 7, 5), "2026-07-06T04:00:00Z"),
        ("FR-972", date(2026, 7, 5), "2026-07-06T04:00:00Z"),
        ("FR-GF", date(2026, 7, 5), "2026-07-06T03:00:00Z"),
        ("FR-YT", date(2026, 7, 5), "2026-07-05T21:00:00Z"),
        ("FR-NC", date(2026, 7, 5), "2026-07-05T13:00:00Z"),
        ("ZZ", date(2026, 7, 5), "2026-07-06T00:00:00Z"),
    ];
    for (jurisdiction, day, end) in table {
        assert_eq!(calendars.end_of(of(jurisdiction), day).at.to_string(), end, "{jurisdiction} {day}");
    }
}

#[test]
fn every_edition_is_found_by_its_number_and_says_by_which_it_counted() {
    assert_eq!(EDITIONS.iter().map(Calendars::edition).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(Calendars::current().edition(), CURRENT_EDITION);
    assert!(Calendars::of(0).is_none() && Calendars::of(3).is_none());
    let of_tests = Calendars::learn_test_edition();
    let [first, second, bare] =
        [1, 2, of_tests].map(|edition| Calendars::of(edition).unwrap().due_after(NL, date(2026, 3, 16), 60));
    // Friday 15 May 2026 is equated with a holiday by a decree that the first edition does not have.
    assert_eq!((first.date, first.edition), (date(2026, 5, 15), 1));
    assert_eq!((second.date, second.edition), (date(2026, 5, 18), 2));
    assert_eq!((bare.date, bare.edition), (date(2026, 5, 15), TEST_EDITION));
    assert_eq!(Calendars::of(of_tests).unwrap().zone(NL), TimeZone::UTC);
}

#[test]
fn the_first_edition_counts_a_part_as_its_state() {
    let [first, second] = [1, 2].map(|edition| Calendars::of(edition).unwrap());
    let epiphany = date(2026, 1, 6);
    assert!(!first.is_free(of("DE-BY"), epiphany) && second.is_free(of("DE-BY"), epiphany));
    assert_eq!(first.zone(of("PT-20")), first.zone(PT));
    assert_eq!(first.coverage(of("DE-BY")), Coverage::Years { first: 2020, last: 2027 });
    assert_eq!(first.coverage(PT), Coverage::Unknown, "it has its zone alone");
}

#[test]
fn an_unknown_jurisdiction_counts_weekends_in_utc() {
    let calendars = Calendars::current();
    let due = calendars.due_after(ZZ, date(2021, 5, 1), 7);
    assert_eq!(due.date, date(2021, 5, 10));
    assert!(!calendars.knows_holidays(ZZ) && calendars.knows_holidays(GB));
}

#[test]
fn a_part_without_rules_of_its_own_goes_by_those_of_its_state() {
    let calendars = Calendars::current();
    for after in 0..4000 {
        let day = plus_days(date(2020, 1, 1), after);
        assert_eq!(calendars.is_free(of("FR-75"), day), calendars.is_free(FR, day), "{day}");
        assert_eq!(calendars.is_free(of("GB-WLS"), day), calendars.is_free(GB, day), "{day}");
    }
    assert_eq!(calendars.zone(of("FR-75")), calendars.zone(FR));
    assert_eq!(calendars.coverage(of("FR-75")), calendars.coverage(FR));
}

#[test]
fn a_due_date_says_whose_calendar_counted_part_and_all() {
    let due = Calendars::current().due_after(of("DE-BY"), date(2026, 1, 5), 1);
    assert_eq!((due.date, due.jurisdiction.to_string().as_str()), (date(2026, 1, 7), "DE-BY"), "Epiphany");
    let due = Calendars::current().due_after(of("DE"), date(2026, 1, 5), 1);
    assert_eq!((due.date, due.jurisdiction.to_string().as_str()), (date(2026, 1, 6), "DE"));
}

#[test]
fn what_is_not_covered_says_why() {
    let calendars = Calendars::current();
    let outside = |first, last| Covered::YearOutside { first, last };
    let table = [
        ("DE", date(2026, 12, 31), Covered::Yes),
        ("DE", date(2030, 12, 31), Covered::Yes),
        ("DE", date(2031, 1, 1), outside(2020, 2030)),
        ("DE", date(2019, 12, 31), outside(2020, 2030)),
        ("DE-BY", date(2026, 5, 1), Covered::Yes),
        // Days are swapped by a decree of every year.
        ("HU", date(2026, 12, 31), Covered::Yes),
        ("HU", date(2027, 1, 1), outside(2020, 2026)),
        ("LV", date(2027, 1, 1), outside(2020, 2026)),
        ("ES", date(2027, 1, 1), Covered::Yes),
        ("ES-MD", date(2027, 1, 1), outside(2020, 2026)),
        ("NL", date(2022, 12, 31), outside(2023, 2028)),
        ("EU", date(2026, 5, 1), Covered::StateUnknown),
        ("ZZ", date(2026, 5, 1), Covered::StateUnknown),
    ];
    for (jurisdiction, day, covered) in table {
        assert_eq!(calendars.covered(of(jurisdiction), day), covered, "{jurisdiction} {day}");
        assert_eq!(calendars.is_covered(of(jurisdiction), day), covered == Covered::Yes);
    }
    let of_tests = Calendars::of(Calendars::learn_test_edition()).unwrap();
    assert_eq!(of_tests.coverage(NL), Coverage::Unknown);
}
