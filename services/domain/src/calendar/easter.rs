//! Easter Sunday of the Western and of the Orthodox churches, by arithmetic alone.
//! It must not know which State keeps which.

use jiff::civil::{Date, date};

use super::plus_days;

/// Easter Sunday of the Western churches (Gregorian computus).
#[must_use]
pub fn easter_sunday(year: i16) -> Date {
    let y = i32::from(year);
    let (golden, century) = (y % 19, y / 100);
    let skipped_leaps = century - century / 4;
    let moon_drift = (8 * century + 13) / 25;
    let mut moon = (skipped_leaps - moon_drift + 19 * golden + 15).rem_euclid(30);
    if moon == 29 || (moon == 28 && golden > 10) {
        moon -= 1;
    }
    let weekday = (y + y / 4 + moon + 2 - skipped_leaps).rem_euclid(7);
    plus_days(date(year, 3, 28), i64::from(moon - weekday))
}

/// Easter Sunday of the Orthodox churches (Julian computus), as a day of the civil calendar.
#[must_use]
pub fn orthodox_easter_sunday(year: i16) -> Date {
    let y = i32::from(year);
    let moon = (19 * y.rem_euclid(19) + 15).rem_euclid(30);
    let weekday = (2 * y.rem_euclid(4) + 4 * y.rem_euclid(7) - moon + 34).rem_euclid(7);
    // Days after 22 March of the Julian calendar, which is behind the civil one by the centuries' leap days it keeps.
    let century = y.div_euclid(100);
    let behind = century - century.div_euclid(4) - 2;
    plus_days(date(year, 3, 22), i64::from(moon + weekday + behind))
}

#[cfg(test)]
mod tests {
    use jiff::civil::Weekday;

    use super::*;

    #[test]
    fn western_easter_falls_where_the_church_says() {
        let known = [(2020, 4, 12), (2021, 4, 4), (2022, 4, 17), (2023, 4, 9), (2024, 3, 31), (2025, 4, 20)];
        let later = [(2026, 4, 5), (2027, 3, 28), (2028, 4, 16), (2029, 4, 1), (2030, 4, 21), (2038, 4, 25)];
        let others =
            [(1961, 4, 2), (1990, 4, 15), (2000, 4, 23), (2008, 3, 23), (2049, 4, 18), (2060, 4, 18)];
        for (year, month, day) in known.into_iter().chain(later).chain(others) {
            assert_eq!(easter_sunday(year), date(year, month, day));
        }
    }

    #[test]
    fn orthodox_easter_falls_where_the_church_says() {
        let known = [(2024, 5, 5), (2025, 4, 20), (2026, 4, 12), (2027, 5, 2), (2028, 4, 16), (2023, 4, 16)];
        let earlier = [(1990, 4, 15), (1991, 4, 7), (2000, 4, 30), (2010, 4, 4), (2013, 5, 5), (2021, 5, 2)];
        let later = [(2029, 4, 8), (2030, 4, 28), (2040, 5, 6), (2050, 4, 17), (2060, 4, 25)];
        for (year, month, day) in known.into_iter().chain(earlier).chain(later) {
            assert_eq!(orthodox_easter_sunday(year), date(year, month, day));
        }
    }

    #[test]
    fn both_are_sundays_of_spring_and_the_orthodox_one_is_never_earlier() {
        for year in 1900..=2199 {
            let (western, orthodox) = (easter_sunday(year), orthodox_easter_sunday(year));
            assert_eq!((western.weekday(), orthodox.weekday()), (Weekday::Sunday, Weekday::Sunday), "{year}");
            assert!((date(year, 3, 22)..=date(year, 4, 25)).contains(&western), "{year}");
            assert!((western..=date(year, 5, 10)).contains(&orthodox), "{year}");
        }
    }
}
