//! Reads the text of a decree file and collects every fault. It must not stop at the first one, nor repeat what stood in the file.

use std::collections::BTreeMap;

use jiff::civil::Date;
use toml::{Table, Value};

use super::{Changes, DECREE_EDITIONS, DECREES_BYTES_MAX, DECREES_FORMAT, Decrees};
use crate::calendar::coverage::Coverage;
use crate::calendar::jurisdiction::Jurisdiction;
use crate::calendar::{Calendars, is_weekend};
use crate::fault::Faults;

/// Where the faults of a decree file are explained, in place of an article.
const PAGE: &str = "calendars";
/// What the format line of every release begins with.
const DECREES_FAMILY: &str = "rogatory-decrees-";
const KEYS: [&str; 4] = ["format", "edition", "follows", "decree"];
const DECREE_KEYS: [&str; 5] = ["jurisdiction", "source", "until", "add", "remove"];

pub(super) fn read(text: &str) -> Result<Decrees, Faults> {
    let mut reader = Reader::default();
    let decrees = reader.file(text);
    match decrees {
        Some(decrees) if reader.faults.is_empty() => Ok(decrees),
        _ => Err(reader.faults),
    }
}

#[derive(Default)]
struct Reader {
    faults: Faults,
}

/// A day with the place in the file where it stands.
struct Stands {
    day: Date,
    path: String,
}

/// What the file says of one jurisdiction, in the order in which it stands there.
#[derive(Default)]
struct Said {
    added: Vec<Stands>,
    removed: Vec<Stands>,
    until: Option<i16>,
}

impl Reader {
    fn fault(&mut self, path: impl Into<String>, rule: &'static str, text: &str) {
        self.faults.push(path, rule, PAGE, text);
    }

    fn file(&mut self, text: &str) -> Option<Decrees> {
        if text.len() > DECREES_BYTES_MAX {
            self.fault("", "too_large", "the file has more than 256 KiB");
            return None;
        }
        let table = match text.parse::<Table>() {
            Ok(table) => table,
            Err(fault) => {
                let line = fault.span().map_or(0, |span| text[..span.start].matches('\n').count() + 1);
                self.fault(
                    format!("line {line}"),
                    "not_toml",
                    "from here on the file is not TOML, or a key stands twice",
                );
                return None;
            }
        };
        self.unknown_keys("", &table, &KEYS);
        match table.get("format").and_then(Value::as_str) {
            Some(DECREES_FORMAT) => {}
            Some(later) if later.starts_with(DECREES_FAMILY) => {
                self.fault("format", "format_later", "this is a decree file of a later release");
            }
            _ => self.fault("format", "format", "write format = \"rogatory-decrees-1\""),
        }
        let edition = self.number(&table, "", "edition");
        let follows = self.number(&table, "", "follows");
        let base = self.editions(edition, follows);
        let mut all: BTreeMap<Jurisdiction, Said> = BTreeMap::new();
        for (at, row) in self.rows(&table).iter().enumerate() {
            let path = format!("decree[{at}]");
            let Value::Table(row) = row else {
                self.fault(path, "not_a_table", "write each decree below a line [[decree]]");
                continue;
            };
            let Some((of, said)) = self.decree(&path, row, base) else { continue };
            let known = all.entry(of).or_default();
            known.added.extend(said.added);
            known.removed.extend(said.removed);
            known.until = known.until.max(said.until);
        }
        let mut changes = BTreeMap::new();
        for (of, said) in all {
            self.days(of, &said, base);
            let days = |stand: Vec<Stands>| stand.into_iter().map(|stands| stands.day).collect();
            let (added, removed) = (days(said.added), days(said.removed));
            changes.insert(of, Changes { added, removed, until: said.until });
        }
        Some(Decrees { edition: edition?, follows: follows?, changes })
    }

    fn rows<'a>(&mut self, table: &'a Table) -> &'a [Value] {
        match table.get("decree") {
            Some(Value::Array(rows)) => return rows,
            Some(_) => self.fault("decree", "not_a_list", "write each decree below a line [[decree]]"),
            None => self.fault("decree", "missing", "the file has no [[decree]] and would change nothing"),
        }
        &[]
    }

    /// What is wrong with the two numbers; the edition that is followed, where this process knows it.
    fn editions(&mut self, edition: Option<u16>, follows: Option<u16>) -> Option<&'static Calendars> {
        if edition.is_some_and(|edition| !DECREE_EDITIONS.contains(&edition)) {
            let text = "numbers below 1000 are of releases and 65535 is of tests: take one of 1000 to 65534";
            self.fault("edition", "edition_taken", text);
        }
        if edition.zip(follows).is_some_and(|(edition, follows)| follows >= edition) {
            self.fault("follows", "follows_later", "an edition follows one with a smaller number");
            return None;
        }
        let base = Calendars::of(follows?);
        if base.is_none() {
            self.fault(
                "follows",
                "follows_unknown",
                "this edition is not known here: give a number of a release, or load that file first",
            );
        }
        base
    }

    fn decree(&mut self, path: &str, row: &Table, base: Option<&Calendars>) -> Option<(Jurisdiction, Said)> {
        self.unknown_keys(path, row, &DECREE_KEYS);
        let source = row.get("source").and_then(Value::as_str);
        if source.is_none_or(|source| source.trim().is_empty()) {
            self.fault(format!("{path}.source"), "missing", "say in which official text the days stand");
        }
        let of = self.jurisdiction(&format!("{path}.jurisdiction"), row.get("jurisdiction"), base);
        let until = row.get("until").and_then(|until| self.until(&format!("{path}.until"), until, of, base));
        let added = self.dates(&format!("{path}.add"), row.get("add"));
        let removed = self.dates(&format!("{path}.remove"), row.get("remove"));
        if ["add", "remove", "until"].iter().all(|key| row.get(*key).is_none()) {
            self.fault(
                path,
                "changes_nothing",
                "give days to add or to remove, or the year until which all are known",
            );
        }
        Some((of?, Said { added, removed, until }))
    }

    fn jurisdiction(
        &mut self,
        path: &str,
        value: Option<&Value>,
        base: Option<&Calendars>,
    ) -> Option<Jurisdiction> {
        let Some(text) = value.and_then(Value::as_str) else {
            self.fault(path, "missing", "name the State or part, such as \"HU\" or \"DE-BY\"");
            return None;
        };
        match text.parse::<Jurisdiction>() {
            Err(fault) => {
                self.fault(path, "not_a_jurisdiction", &fault.to_string());
                None
            }
            Ok(of) if base.is_some_and(|base| base.coverage(of) == Coverage::Unknown) => {
                self.fault(
                    path,
                    "unknown_state",
                    "the edition that is followed has no holidays of this State",
                );
                None
            }
            Ok(of) => Some(of),
        }
    }

    fn until(
        &mut self,
        path: &str,
        value: &Value,
        of: Option<Jurisdiction>,
        base: Option<&Calendars>,
    ) -> Option<i16> {
        let year = value.as_integer().and_then(|year| i16::try_from(year).ok());
        let Some(year) = year.filter(|year| (2000..=2100).contains(year)) else {
            self.fault(path, "not_a_year", "write a year of 2000 to 2100 as a number");
            return None;
        };
        let covered = base.zip(of).map(|(base, of)| base.coverage(of));
        if let Some(Coverage::Years { last, .. }) = covered
            && year < last
        {
            self.fault(
                path,
                "until_earlier",
                "the edition that is followed is known to a later year already",
            );
            return None;
        }
        Some(year)
    }

    fn dates(&mut self, path: &str, value: Option<&Value>) -> Vec<Stands> {
        let Some(value) = value else { return Vec::new() };
        let Some(list) = value.as_array() else {
            self.fault(path, "not_a_list", "write days as a list: [\"2027-01-04\"]");
            return Vec::new();
        };
        let mut days = Vec::new();
        for (at, value) in list.iter().enumerate() {
            let path = format!("{path}[{at}]");
            // Ten bytes: jiff would take other spellings of the same day as well.
            let text = value.as_str().filter(|text| text.len() == 10);
            match text.and_then(|text| text.parse::<Date>().ok()) {
                Some(day) if (2000..=2100).contains(&day.year()) => days.push(Stands { day, path }),
                _ => self.fault(path, "bad_date", "write a day of 2000 to 2100 as \"2027-01-04\""),
            }
        }
        days
    }

    /// What is wrong with the days of one jurisdiction, wherever in the file they stand.
    fn days(&mut self, of: Jurisdiction, said: &Said, base: Option<&'static Calendars>) {
        let Said { added, removed, .. } = said;
        let stands_before =
            |list: &[Stands], at: usize| list[..at].iter().any(|other| other.day == list[at].day);
        for (list, is_added) in [(added, true), (removed, false)] {
            for (at, Stands { day, path }) in list.iter().enumerate() {
                let is_free = base.map(|base| base.is_free(of, *day));
                if stands_before(list, at) {
                    self.fault(path, "day_twice", "this day stands in the file before");
                } else if !is_added && added.iter().any(|other| other.day == *day) {
                    self.fault(path, "added_and_removed", "the file adds this day as well");
                } else if is_weekend(*day) {
                    let text = "a Saturday or Sunday is free whatever a government orders (Regulation 1182/71 Art. 2): leave it out";
                    self.fault(path, "weekend", text);
                } else if is_added && is_free == Some(true) {
                    self.fault(
                        path,
                        "free_already",
                        "by the edition that is followed this day is free already",
                    );
                } else if !is_added && is_free == Some(false) {
                    self.fault(path, "not_free", "by the edition that is followed this day is not free");
                }
            }
        }
    }

    fn number(&mut self, table: &Table, path: &str, key: &str) -> Option<u16> {
        let number = table.get(key).and_then(Value::as_integer).and_then(|number| u16::try_from(number).ok());
        if number.is_none() {
            self.fault(format!("{path}{key}"), "not_a_number", "write the number of an edition, 1 to 65534");
        }
        number
    }

    /// One fault for each key that is not known, at the place of the table: the key itself is what stood in the file.
    fn unknown_keys(&mut self, path: &str, table: &Table, known: &[&str]) {
        for _ in table.keys().filter(|key| !known.contains(&key.as_str())) {
            self.fault(path, "unknown_key", &format!("a key is none of {}", known.join(", ")));
        }
    }
}
