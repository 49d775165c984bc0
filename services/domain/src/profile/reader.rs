//! Reads the text of a State's file and collects every fault of shape; what contradicts itself is left to the judge below it.
//! It must not stop at the first fault, nor repeat what stood in the file.

mod judge;

use jiff::civil::Date;
use toml::{Table, Value as Item};

use super::fact::Value;
use super::fault::{ProfileFault, Wrong};
use super::{Marked, StateFile, StateProfile};
use crate::calendar::Calendars;
use crate::id::Country;
use crate::mark::Mark;

const KEYS: &[&str] = &["state", "name", "profile"];

/// What a profile says beside its facts.
const PROFILE_KEYS: [&str; 6] = ["family", "edition", "from", "until", "unknown", "notes"];

/// The facts, by the names that the files give them.
pub(super) const FACTS: [&str; 17] = [
    "executing_authorities",
    "appeal",
    "appeal_days",
    "first_limit_from",
    "first_instance_days",
    "extension",
    "rights_extension_days",
    "takes_effect_after",
    "surrender_extension_days",
    "counts_first_day",
    "rolls",
    "consent",
    "accessory_offences",
    "age_of_responsibility",
    "age_for_some_offences",
    "arrest_without_warrant",
    "languages",
];

/// Reads the file of one State, which is called after its code.
///
/// # Errors
/// Everything that is wrong with it, each with its place.
pub(super) fn read(file: &str, text: &str) -> Result<StateFile, Vec<ProfileFault>> {
    let mut reader = Reader { file, faults: Vec::new() };
    match reader.file(text) {
        Some(state) if reader.faults.is_empty() => Ok(state),
        _ => Err(reader.faults),
    }
}

struct Reader<'a> {
    file: &'a str,
    faults: Vec<ProfileFault>,
}

impl Reader<'_> {
    fn fault(&mut self, field: impl Into<String>, wrong: Wrong) {
        self.faults.push(ProfileFault { file: self.file.into(), field: field.into(), wrong });
    }

    fn file(&mut self, text: &str) -> Option<StateFile> {
        let table = match text.parse::<Table>() {
            Ok(table) => table,
            Err(fault) => {
                let line = fault.span().map_or(0, |span| text[..span.start].matches('\n').count() + 1);
                self.fault(format!("line {line}"), Wrong::NotToml);
                return None;
            }
        };
        self.unknown_keys("", &table, KEYS);
        let state = self.state(table.get("state"));
        let name = self.text("name", table.get("name"));
        let rows = table.get("profile").and_then(Item::as_array).map(Vec::as_slice).unwrap_or_default();
        if rows.is_empty() {
            self.fault("profile", Wrong::Missing);
        }
        let mut profiles: Vec<StateProfile> = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let path = format!("profile[{at}]");
            let Some(row) = row.as_table() else {
                self.fault(path, Wrong::NotOfKind("each profile below a line [[profile]]"));
                continue;
            };
            let Some(profile) = self.profile(&path, row, state) else { continue };
            judge::contradictions(self, &path, &profile);
            if profiles.iter().any(|before| before.is_rival(&profile)) {
                self.fault(format!("{path}.from"), Wrong::Overlaps);
            }
            profiles.push(profile);
        }
        Some(StateFile { state: state?, name: name?, profiles })
    }

    /// The State, which is one that has a calendar, since its limits could not be counted otherwise.
    fn state(&mut self, item: Option<&Item>) -> Option<Country> {
        let code = self.text("state", item)?;
        let known = |state: &Country| Calendars::current().knows_holidays(*state);
        let Some(state) = code.parse::<Country>().ok().filter(known) else {
            self.fault("state", Wrong::UnknownState);
            return None;
        };
        if self.file != format!("{}.toml", state.as_str().to_lowercase()) {
            self.fault("state", Wrong::OtherState);
        }
        Some(state)
    }

    fn profile(&mut self, path: &str, row: &Table, state: Option<Country>) -> Option<StateProfile> {
        self.unknown_keys(path, row, &[PROFILE_KEYS.as_slice(), FACTS.as_slice()].concat());
        let family = self.text(&format!("{path}.family"), row.get("family"));
        let edition = self.plain::<u16>(&format!("{path}.edition"), row.get("edition"));
        let from = self.date(&format!("{path}.from"), row.get("from"));
        let until = row.get("until").and_then(|item| self.date(&format!("{path}.until"), Some(item)));
        let executing_authorities = self.maybe(path, row, "executing_authorities");
        let appeal = self.fact(path, row, "appeal");
        let appeal_days = self.maybe(path, row, "appeal_days");
        let first_limit_from = self.fact(path, row, "first_limit_from");
        let first_instance_days = self.maybe(path, row, "first_instance_days");
        let extension = self.fact(path, row, "extension");
        let rights_extension_days = self.maybe(path, row, "rights_extension_days");
        let takes_effect_after = self.fact(path, row, "takes_effect_after");
        let surrender_extension_days = self.maybe(path, row, "surrender_extension_days");
        let counts_first_day = self.fact(path, row, "counts_first_day");
        let rolls = self.fact(path, row, "rolls");
        let consent = self.fact(path, row, "consent");
        let accessory_offences = self.fact(path, row, "accessory_offences");
        let age_of_responsibility = self.fact(path, row, "age_of_responsibility");
        let age_for_some_offences = self.maybe(path, row, "age_for_some_offences");
        let arrest_without_warrant = self.maybe(path, row, "arrest_without_warrant");
        let languages = self.fact(path, row, "languages");
        let unknown = self.list(&format!("{path}.unknown"), row.get("unknown"));
        let notes = self.list(&format!("{path}.notes"), row.get("notes"));
        Some(StateProfile {
            family: family?,
            edition: edition?,
            state: state?,
            from: from?,
            until,
            executing_authorities,
            appeal: appeal?,
            appeal_days,
            first_limit_from: first_limit_from?,
            first_instance_days,
            extension: extension?,
            rights_extension_days,
            takes_effect_after: takes_effect_after?,
            surrender_extension_days,
            counts_first_day: counts_first_day?,
            rolls: rolls?,
            consent: consent?,
            accessory_offences: accessory_offences?,
            age_of_responsibility: age_of_responsibility?,
            age_for_some_offences,
            arrest_without_warrant,
            languages: languages?,
            unknown,
            notes,
        })
    }

    /// A fact that every profile has.
    fn fact<T: Value>(&mut self, path: &str, row: &Table, name: &str) -> Option<Marked<T>> {
        if !row.contains_key(name) {
            self.fault(format!("{path}.{name}"), Wrong::Missing);
        }
        self.maybe(path, row, name)
    }

    /// A fact that a profile may have: a mark, a source, and what is so.
    fn maybe<T: Value>(&mut self, path: &str, row: &Table, name: &str) -> Option<Marked<T>> {
        let path = format!("{path}.{name}");
        let Some(fact) = row.get(name)?.as_table() else {
            self.fault(path, Wrong::NotOfKind("a table with mark, source and what is so"));
            return None;
        };
        let source = self.text(&format!("{path}.source"), fact.get("source"));
        let mark = fact.get("mark").and_then(|mark| mark.clone().try_into::<Mark>().ok());
        if mark.is_none() {
            self.fault(format!("{path}.mark"), Wrong::UnknownMark);
        }
        let value = if T::IS_SEVERAL {
            let mut several = fact.clone();
            several.retain(|key, _| key != "mark" && key != "source");
            self.plain(&path, Some(&Item::Table(several)))
        } else {
            self.unknown_keys(&path, fact, &["value", "mark", "source"]);
            self.plain(&format!("{path}.value"), fact.get("value"))
        };
        Some(Marked { value: value?, mark: mark?, source: source? })
    }

    fn plain<T: Value>(&mut self, path: &str, item: Option<&Item>) -> Option<T> {
        let value = item.and_then(|item| item.clone().try_into().ok());
        if value.is_none() {
            self.fault(path, Wrong::NotOfKind(T::TAKES));
        }
        value
    }

    fn text(&mut self, path: &str, item: Option<&Item>) -> Option<String> {
        let text = item.and_then(Item::as_str).filter(|text| !text.trim().is_empty());
        if text.is_none() {
            self.fault(path, Wrong::Missing);
        }
        text.map(Into::into)
    }

    fn list(&mut self, path: &str, item: Option<&Item>) -> Vec<String> {
        item.and_then(|item| self.plain(path, Some(item))).unwrap_or_default()
    }

    fn date(&mut self, path: &str, item: Option<&Item>) -> Option<Date> {
        // Ten bytes: jiff would take other spellings of the same day as well.
        let text = item.and_then(Item::as_str).filter(|text| text.len() == 10);
        let date = text.and_then(|text| text.parse().ok());
        if date.is_none() {
            self.fault(path, Wrong::BadDate);
        }
        date
    }

    /// One fault for each key that is not known, at the place of the table: the key itself is what stood in the file.
    fn unknown_keys(&mut self, path: &str, table: &Table, known: &[&str]) {
        for _ in table.keys().filter(|key| !known.contains(&key.as_str())) {
            self.fault(path, Wrong::UnknownKey);
        }
    }
}
