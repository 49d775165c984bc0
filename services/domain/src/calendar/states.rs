//! The files of the second edition, compiled in: which there are, and the table of each State and part.
//! Owns no day: what is free stands in `services/domain/calendars`, where a lawyer can read and correct it.

use std::sync::LazyLock;

use super::jurisdiction::Jurisdiction;
use super::table::{Parts, StateFile, Table};
use crate::id::Country;

macro_rules! files {
    ($($state:literal),* $(,)?) => {
        &[$(include_str!(concat!("../../calendars/", $state, ".toml"))),*]
    };
}

/// One file for each State, by its code.
const FILES: &[&str] = files![
    "at", "be", "bg", "ch", "cy", "cz", "de", "dk", "ee", "es", "eu", "fi", "fr", "gb", "gr", "hr", "hu",
    "ie", "is", "it", "li", "lt", "lu", "lv", "mt", "nl", "no", "pl", "pt", "ro", "se", "si", "sk",
];

static STATES: LazyLock<Vec<StateFile>> = LazyLock::new(|| {
    FILES.iter().map(|text| toml::from_str(text).expect("the tests read every file")).collect()
});

/// By their jurisdictions, so that one is found by halving.
static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let mut tables: Vec<Table> = STATES.iter().flat_map(StateFile::tables).collect();
    tables.sort_by_key(|table| table.jurisdiction);
    tables
});

/// Every file, by the code of its State.
pub(super) fn files() -> &'static [StateFile] {
    &STATES
}

/// The table of every State and part that has one, a State before its parts.
pub(super) fn tables() -> &'static [Table] {
    &TABLES
}

/// The table that counts for a jurisdiction: its own, or its State's where it has none.
pub(super) fn table(of: Jurisdiction) -> Option<&'static Table> {
    let find = |wanted: Jurisdiction| {
        TABLES.binary_search_by_key(&wanted, |table| table.jurisdiction).ok().map(|at| &TABLES[at])
    };
    find(of).or_else(|| find(of.state().into()))
}

/// Whether a State may have a part: its file has it, or does not have all.
pub(super) fn may_be(part: Jurisdiction) -> bool {
    file(part.state()).is_none_or(|file| {
        file.parts == Parts::Some || TABLES.binary_search_by_key(&part, |table| table.jurisdiction).is_ok()
    })
}

fn file(state: Country) -> Option<&'static StateFile> {
    STATES.iter().find(|file| file.state == state)
}

#[cfg(test)]
mod tests {
    use jiff::civil::Weekday;

    use super::*;
    use crate::calendar::is_weekend;

    #[test]
    fn every_file_is_read_and_is_of_the_state_it_is_called_after() {
        for text in FILES {
            let file: StateFile = toml::from_str(text).unwrap_or_else(|fault| panic!("{fault}\n{text}"));
            for part in file.part.iter().flat_map(|part| &part.codes) {
                Jurisdiction::within(file.state, part).unwrap_or_else(|fault| panic!("{part}: {fault}"));
            }
            assert_eq!(file.tables().len(), 1 + file.part.iter().map(|part| part.codes.len()).sum::<usize>());
        }
        let states: Vec<&str> = STATES.iter().map(|file| file.state.as_str()).collect();
        assert!(states.is_sorted(), "{states:?}");
        let members = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK";
        let others = "CH EU GB IS LI NO";
        assert_eq!(states.len(), members.split(' ').chain(others.split(' ')).count());
        for state in members.split(' ').chain(others.split(' ')) {
            assert!(states.contains(&state), "{state}");
        }
        assert!(
            TABLES.windows(2).all(|pair| pair[0].jurisdiction < pair[1].jurisdiction),
            "a part stands twice"
        );
    }

    #[test]
    fn every_row_says_something_that_no_other_row_says() {
        for file in STATES.iter() {
            let rows = |rows: &[super::super::table::Row], of: &str| {
                for (at, row) in rows.iter().enumerate() {
                    let twin = rows[at + 1..]
                        .iter()
                        .any(|other| other.when == row.when && other.from.is_none() && row.until.is_none());
                    assert!(!twin, "{of}: {} stands twice", row.when);
                    assert!(
                        row.from.zip(row.until).is_none_or(|(from, until)| from <= until),
                        "{of}: {}",
                        row.when
                    );
                    assert!(!row.name.is_empty(), "{of}: {}", row.when);
                }
            };
            rows(&file.holidays, file.state.as_str());
            for part in &file.part {
                rows(&part.holidays, &part.name);
                for without in &part.without {
                    assert!(file.holidays.iter().any(|row| row.when == *without), "{}: {without}", part.name);
                }
            }
            let decrees = file.decrees.iter().chain(file.part.iter().flat_map(|part| &part.decrees));
            for decree in decrees {
                let day = decree.add.xor(decree.remove);
                let day =
                    day.unwrap_or_else(|| panic!("{}: adds or removes one day: {decree:?}", file.state));
                assert!(!is_weekend(day), "{}: {day} is free anyway", file.state);
                assert!(
                    decree.source.is_some() && !decree.name.is_empty(),
                    "{}: {day} has no source",
                    file.state
                );
            }
        }
    }

    #[test]
    fn no_decree_says_what_the_rules_say_already() {
        for file in STATES.iter() {
            let mut bare = file.clone();
            bare.decrees.clear();
            bare.part.iter_mut().for_each(|part| part.decrees.clear());
            for (with, without) in file.tables().iter().zip(bare.tables()) {
                let part = file.part.iter().find(|part| {
                    with.jurisdiction.part().is_some_and(|code| part.codes.iter().any(|known| known == code))
                });
                let own = part.map_or(&file.decrees, |part| &part.decrees);
                for decree in own {
                    let removed = decree.remove.is_some_and(|day| !without.is_holiday(day));
                    let added = decree.add.is_some_and(|day| without.is_holiday(day));
                    assert!(!removed && !added, "{}: {decree:?} changes nothing", with.jurisdiction);
                }
            }
        }
    }

    #[test]
    fn a_year_has_its_own_days_and_no_others() {
        for table in tables() {
            for year in (1990..=2060).chain([1583, 2100, 9998]) {
                assert!(table.days_of(year).iter().all(|day| day.year() == year), "{}", table.jurisdiction);
            }
        }
    }

    #[test]
    fn days_that_are_kept_are_those_that_are_computed() {
        for table in tables() {
            for year in [1999, 2000, 2001, 2026, 2049, 2050, 2051] {
                let days = table.days_of(year);
                let mut day = jiff::civil::date(year, 1, 1);
                while day.year() == year {
                    assert_eq!(table.is_holiday(day), days.contains(&day), "{} {day}", table.jurisdiction);
                    day = crate::calendar::plus_days(day, 1);
                }
            }
        }
    }

    #[test]
    fn every_zone_is_whole_hours_from_utc_and_every_state_has_sane_years() {
        for table in tables() {
            for month in 1..=12 {
                let noon = format!("2026-{month:02}-01T12:00:00Z").parse().unwrap();
                let offset = table.zone.to_offset(noon);
                assert_eq!(offset.seconds() % 3600, 0, "{}", table.jurisdiction);
            }
            let Some((first, last)) = table.years else {
                assert_eq!(table.jurisdiction.to_string(), "EU");
                continue;
            };
            assert!(
                (2000..=2050).contains(&first) && (first..=2050).contains(&last),
                "{}",
                table.jurisdiction
            );
            // Nobody is free for less than a week or more than three.
            let days = table.days_of(2026).iter().filter(|day| day.weekday() != Weekday::Sunday).count();
            assert!((4..=21).contains(&days), "{} has {days}", table.jurisdiction);
        }
    }
}
