//! Days that are known to be free or worked, with where that stands. They are written from the acts and not from the tables.

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::of;
use crate::calendar::{Calendars, is_weekend, jurisdictions, plus_days};

/// Jurisdiction, days that are free, days that are worked.
type Known = (&'static str, &'static [(i16, i8, i8)], &'static [(i16, i8, i8)]);

const KNOWN: &[Known] = &[
    // Feiertagsruhegesetz: Corpus Christi is free, Good Friday is not.
    ("AT", &[(2026, 6, 4), (2026, 10, 26), (2026, 12, 8)], &[(2026, 4, 3), (2026, 12, 24)]),
    // Act of 4 January 1974: the national day; Good Friday is worked.
    ("BE", &[(2021, 7, 21), (2026, 5, 25), (2026, 11, 11)], &[(2026, 4, 3), (2026, 12, 28)]),
    // Labour Code Art. 154(2): Saturday and Sunday 24 and 25 December 2022 are made good on 27 and 28, since 26 is free itself.
    (
        "BG",
        &[(2022, 12, 27), (2022, 12, 28), (2026, 5, 25), (2026, 4, 10), (2026, 4, 13)],
        &[(2022, 12, 29), (2026, 5, 4)],
    ),
    // Resolution 808 of 19 November 2025.
    ("BG", &[(2025, 12, 31), (2026, 1, 2)], &[(2025, 12, 30), (2027, 1, 4)]),
    // Green Monday and Kataklysmos go by the Orthodox Easter of 12 April 2026.
    ("CY", &[(2026, 2, 23), (2026, 4, 10), (2026, 6, 1)], &[(2026, 4, 6), (2026, 5, 25)]),
    // Act 245/2000.
    ("CZ", &[(2026, 7, 6), (2026, 9, 28), (2026, 11, 17)], &[(2026, 6, 4), (2026, 5, 25)]),
    // Unification Treaty Art. 2(2); All Saints' Day is no holiday of all Länder.
    ("DE", &[(2022, 10, 3), (2026, 4, 3)], &[(2021, 11, 1), (2026, 1, 6), (2025, 10, 31)]),
    // Bavarian act on holidays Art. 1.
    ("DE-BY", &[(2026, 1, 6), (2026, 6, 4), (2027, 11, 1)], &[(2025, 10, 31), (2027, 3, 8)]),
    // Berlin act on Sundays and holidays § 1: 8 March since 2019; 8 May 2025 once.
    ("DE-BE", &[(2027, 3, 8), (2025, 5, 8)], &[(2026, 5, 8), (2026, 6, 4), (2025, 10, 31)]),
    // Saxon act: Repentance Day, the Wednesday before 23 November.
    ("DE-SN", &[(2026, 11, 18), (2023, 11, 22), (2025, 10, 31)], &[(2023, 11, 15), (2026, 1, 6)]),
    // Thuringian act: World Children's Day.
    ("DE-TH", &[(2027, 9, 20)], &[(2026, 6, 4)]),
    // Act 214/2023 took Great Prayer Day away.
    ("DK", &[(2023, 5, 5), (2026, 4, 2), (2026, 5, 25)], &[(2024, 4, 26), (2026, 5, 1), (2026, 6, 5)]),
    // The Estonian act has no Easter Monday.
    ("EE", &[(2026, 2, 24), (2026, 4, 3), (2026, 6, 23)], &[(2026, 4, 6)]),
    // Royal Decree 2001/1983: of the State; Maundy Thursday is the regions'.
    ("ES", &[(2026, 4, 3), (2026, 10, 12), (2026, 12, 8)], &[(2026, 4, 2), (2026, 4, 6)]),
    ("ES-MD", &[(2026, 4, 2), (2024, 7, 25)], &[(2026, 4, 6), (2026, 7, 24)]),
    ("ES-CT", &[(2026, 4, 6), (2026, 6, 24), (2026, 9, 11)], &[(2026, 4, 2)]),
    ("ES-CN", &[(2025, 5, 30), (2026, 4, 2)], &[(2026, 4, 6)]),
    // Midsummer Eve is the Friday of 19 to 25 June.
    ("FI", &[(2026, 6, 19), (2027, 6, 25), (2026, 12, 24)], &[(2026, 5, 25), (2026, 6, 26)]),
    // Code du travail L3133-1; King's Day and Good Friday mean nothing in Paris.
    ("FR", &[(2021, 7, 14), (2021, 5, 24), (2026, 5, 8)], &[(2021, 4, 27), (2021, 4, 2), (2025, 12, 26)]),
    // Code du travail L3134-13: Alsace and Moselle.
    ("FR-67", &[(2021, 4, 2), (2025, 12, 26), (2026, 7, 14)], &[(2026, 1, 6)]),
    // Code du travail L3422-2: Réunion.
    ("FR-974", &[(2027, 12, 20)], &[(2026, 5, 27), (2026, 4, 3)]),
    // Banking and Financial Dealings Act 1971 with proclamations; Christmas on a weekend.
    (
        "GB",
        &[(2020, 5, 8), (2022, 6, 3), (2022, 9, 19), (2021, 12, 28), (2022, 1, 3), (2026, 8, 31)],
        &[(2020, 5, 4), (2022, 5, 30), (2021, 5, 24)],
    ),
    ("GB-EAW", &[(2026, 4, 6), (2026, 8, 31)], &[(2026, 1, 2), (2026, 8, 3), (2026, 3, 17)]),
    // Scotland: 1 and 2 January 2022 were a weekend; no Easter Monday; the World Cup once.
    (
        "GB-SCT",
        &[(2022, 1, 3), (2022, 1, 4), (2023, 1, 3), (2026, 8, 3), (2026, 11, 30), (2026, 6, 15)],
        &[(2026, 4, 6), (2026, 8, 31), (2022, 1, 5)],
    ),
    // Northern Ireland: 12 July 2026 is a Sunday.
    ("GB-NIR", &[(2026, 3, 17), (2026, 7, 13), (2026, 4, 6)], &[(2026, 7, 14), (2026, 1, 2)]),
    // Labour Day in Holy Week was moved in 2024, on Holy Saturday it is in 2027.
    ("GR", &[(2024, 5, 7), (2027, 5, 4), (2026, 2, 23), (2026, 6, 1)], &[(2024, 5, 1), (2026, 4, 6)]),
    // NN 110/2019.
    ("HR", &[(2026, 6, 4), (2026, 6, 22), (2026, 8, 5)], &[(2026, 4, 3), (2026, 6, 25)]),
    // Decree on working days of 2026, and Act LXXII of 2026.
    (
        "HU",
        &[(2026, 1, 2), (2026, 8, 21), (2026, 12, 24), (2024, 12, 27), (2025, 5, 2)],
        &[(2027, 1, 4), (2026, 10, 22)],
    ),
    // Saint Brigid's Day is 1 February where that is a Friday; on a weekend the next working day.
    (
        "IE",
        &[(2026, 2, 2), (2030, 2, 1), (2024, 3, 18), (2026, 10, 26)],
        &[(2022, 2, 7), (2030, 2, 4), (2026, 4, 3)],
    ),
    // First Day of Summer.
    ("IS", &[(2026, 4, 23), (2026, 8, 3), (2026, 6, 17)], &[(2026, 4, 16), (2026, 1, 6)]),
    // Saint Francis from 2026 (a Sunday then), so first felt in 2027.
    ("IT", &[(2027, 10, 4), (2026, 6, 2)], &[(2024, 10, 4), (2026, 4, 3), (2026, 6, 29)]),
    ("IT-RM", &[(2026, 6, 29)], &[(2026, 5, 25)]),
    ("LT", &[(2026, 2, 16), (2026, 11, 2)], &[(2026, 4, 3), (2026, 5, 14)]),
    ("LU", &[(2025, 5, 9), (2026, 6, 23)], &[(2026, 4, 3), (2026, 11, 2)]),
    // 4 May 2024 was a Saturday; swaps of 2024 and 2026.
    (
        "LV",
        &[(2024, 5, 6), (2024, 12, 23), (2024, 12, 30), (2026, 6, 22), (2026, 12, 31)],
        &[(2026, 5, 5), (2026, 5, 14)],
    ),
    ("MT", &[(2026, 2, 10), (2026, 9, 8)], &[(2026, 4, 6), (2026, 6, 8)]),
    // Algemene termijnenwet Art. 3(1), 3(2), and decrees by 3(3).
    (
        "NL",
        &[(2025, 5, 5), (2026, 5, 5), (2026, 4, 3), (2026, 1, 2), (2026, 5, 15), (2027, 5, 7), (2021, 5, 13)],
        &[(2025, 4, 28), (2021, 7, 14), (2026, 5, 1)],
    ),
    ("NO", &[(2027, 5, 17), (2026, 4, 2)], &[(2026, 1, 6), (2026, 12, 24)]),
    // Christmas Eve from 2025.
    ("PL", &[(2025, 12, 24), (2026, 6, 4)], &[(2024, 12, 24), (2026, 4, 3)]),
    ("PT", &[(2026, 6, 4), (2026, 12, 1)], &[(2026, 7, 1), (2026, 5, 25), (2025, 6, 13)]),
    // Azores: Whit Monday; Madeira: 1 July.
    ("PT-20", &[(2026, 5, 25)], &[(2026, 7, 1)]),
    ("PT-30", &[(2026, 7, 1), (2025, 12, 26)], &[(2026, 5, 25)]),
    // Epiphany and Saint John from 2024.
    ("RO", &[(2026, 1, 6), (2026, 1, 7), (2026, 4, 10), (2026, 6, 1)], &[(2023, 1, 6), (2026, 4, 3)]),
    // Midsummer Eve is no public holiday.
    ("SE", &[(2025, 6, 6), (2026, 5, 14)], &[(2026, 6, 19), (2026, 12, 24), (2026, 5, 25)]),
    ("SI", &[(2027, 2, 8), (2023, 8, 14)], &[(2026, 2, 9)]),
    // Consolidation: 1 September until 2023, 17 November until 2024, two days worked in 2026.
    (
        "SK",
        &[(2023, 9, 1), (2023, 11, 17), (2025, 5, 8), (2027, 9, 15)],
        &[(2025, 9, 1), (2025, 11, 17), (2026, 5, 8), (2026, 9, 15)],
    ),
    ("CH", &[(2026, 5, 14)], &[(2026, 4, 3), (2026, 5, 25)]),
    // Geneva: the fast on the Thursday after the first Sunday of September.
    ("CH-GE", &[(2026, 9, 10), (2026, 4, 3), (2026, 12, 31)], &[(2026, 9, 3)]),
    // Vaud: the Monday after the third Sunday of September.
    ("CH-VD", &[(2026, 9, 21)], &[(2026, 9, 14)]),
    ("LI", &[(2026, 9, 8), (2026, 6, 4)], &[(2026, 2, 2), (2026, 3, 19)]),
];

#[test]
fn known_holidays_are_free_and_known_working_days_are_not() {
    let calendars = Calendars::current();
    for (jurisdiction, free, worked) in KNOWN {
        for (is_free, days) in [(true, free), (false, worked)] {
            for (year, month, day) in days.iter().copied() {
                let day = date(year, month, day);
                assert_eq!(calendars.is_free(of(jurisdiction), day), is_free, "{jurisdiction} {day}");
                assert!(!is_weekend(day), "{jurisdiction} {day} says nothing");
            }
        }
    }
}

/// Any day of the years that are kept, and some outside.
fn any_day() -> impl Strategy<Value = Date> {
    (0..25_000_i64).prop_map(|after| plus_days(date(1990, 1, 1), after))
}

proptest! {
    #[test]
    fn a_weekday_that_is_no_holiday_is_worked(day in any_day()) {
        for jurisdiction in jurisdictions() {
            let calendars = Calendars::current();
            let is_holiday = calendars.is_holiday(jurisdiction, day);
            prop_assert_eq!(calendars.is_free(jurisdiction, day), is_holiday || is_weekend(day));
            let moved = calendars.due_after(jurisdiction, day, 0).date;
            prop_assert_eq!(moved == day, !is_holiday && !is_weekend(day));
        }
    }
}
