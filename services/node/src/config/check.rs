//! Holds a TOML table against the table of options: every fault at once, each with its key, and presets filled in.
//!
//! It must not touch the file system; whether a path leads somewhere shows when it is used.

use std::collections::HashSet;
use std::fmt;
use std::net::SocketAddr;
use std::path::Path;

use rogatory_domain::refusal::Code;
use rogatory_domain::{AgencyId, FederationId};
use rogatory_tlog::VerifierKey;
use toml::{Table, Value};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use super::mail::{self, ADDRESSES_COUNT_MAX, MailAddress, Relay, USER_BYTES_MAX};
use super::option::{Kind, LIST, OPTIONS, Preset, Setting};
use super::target::Target;

/// Bytes of a name.
const NAME_BYTES_MAX: usize = 32;

/// Longest value that is repeated in a message.
const SHOWN_BYTES: usize = 80;

/// One fault of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFault {
    /// Dotted path of the key; empty when the fault lies in no single one.
    pub key: String,
    /// What is wrong, and what would be right.
    pub text: String,
    /// Code that a start ends with for it, where that is another than the configuration's own.
    pub code: Option<Code>,
}

impl ConfigFault {
    /// A fault of the configuration itself.
    pub(crate) fn new(key: &str, text: impl fmt::Display) -> Self {
        Self { key: key.to_owned(), text: text.to_string(), code: None }
    }
}

impl fmt::Display for ConfigFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(code) = self.code {
            write!(f, "{} ", code.refusal().id)?;
        }
        if self.key.is_empty() { f.write_str(&self.text) } else { write!(f, "{}: {}", self.key, self.text) }
    }
}

/// The table with presets filled in and paths made to start at `base`, or every fault.
pub(super) fn checked(mut table: Table, base: &Path) -> Result<Table, Vec<ConfigFault>> {
    let mut faults = Vec::new();
    find_unknown(&table, "", &mut faults);
    for setting in OPTIONS {
        let (above, key) = setting.key.rsplit_once('.').unwrap_or(("", setting.key));
        if let Some(list) = above.strip_suffix(LIST) {
            for (at, item) in items_of(&mut table, list).into_iter().enumerate() {
                settle(setting, item, key, &format!("{list}[{at}].{key}"), base, &mut faults);
            }
        } else if let Some(section) = section_of(&mut table, above) {
            settle(setting, section, key, setting.key, base, &mut faults);
        }
    }
    find_repeated(&mut table, &mut faults);
    for (at, item) in items_of(&mut table, mail::LIST).into_iter().enumerate() {
        for (key, text) in mail::contradictions(item) {
            faults.push(ConfigFault::new(&format!("{}[{at}].{key}", mail::LIST), text));
        }
    }
    if faults.is_empty() { Ok(table) } else { Err(faults) }
}

/// Judges the value of a key, or puts there what stands where it is left out.
fn settle(
    setting: &Setting,
    section: &mut Table,
    key: &str,
    path: &str,
    base: &Path,
    faults: &mut Vec<ConfigFault>,
) {
    match (section.get_mut(key), setting.preset) {
        (Some(value), _) => match judge(setting.kind, value) {
            Ok(()) if setting.kind == Kind::Path => start_at(base, value),
            Ok(()) => {}
            Err(text) => faults.push(ConfigFault::new(path, text)),
        },
        (None, Preset::Absent) => {}
        (None, Preset::Number(number)) => {
            section.insert(key.to_owned(), Value::Integer(number));
        }
        (None, Preset::Text(text)) => {
            section.insert(key.to_owned(), Value::String(text.to_owned()));
        }
        (None, Preset::Required) => {
            faults.push(ConfigFault::new(path, format!("missing; it needs {}", expected(setting.kind))));
        }
    }
}

/// The sections of one kind that may be there several times; none where something else stands there, which is reported as such.
fn items_of<'a>(table: &'a mut Table, list: &str) -> Vec<&'a mut Table> {
    let (above, key) = list.rsplit_once('.').unwrap_or(("", list));
    let section =
        if above.is_empty() { Some(table) } else { table.get_mut(above).and_then(Value::as_table_mut) };
    let items = section.and_then(|section| section.get_mut(key)).and_then(Value::as_array_mut);
    items.into_iter().flatten().filter_map(Value::as_table_mut).collect()
}

/// Names that two sections of one kind have.
fn find_repeated(table: &mut Table, faults: &mut Vec<ConfigFault>) {
    for setting in OPTIONS.iter().filter(|setting| setting.kind == Kind::Name) {
        let Some((list, key)) = setting.key.split_once("[].") else { continue };
        let mut seen = HashSet::new();
        for (at, item) in items_of(table, list).into_iter().enumerate() {
            if item.get(key).and_then(Value::as_str).is_some_and(|name| !seen.insert(name.to_owned())) {
                faults.push(ConfigFault::new(&format!("{list}[{at}].{key}"), "another one has this name"));
            }
        }
    }
}

/// The section's table, made if missing; `None` if something else stands there, which is reported as unknown.
fn section_of<'a>(table: &'a mut Table, section: &str) -> Option<&'a mut Table> {
    if section.is_empty() {
        return Some(table);
    }
    table.entry(section).or_insert_with(|| Value::Table(Table::new())).as_table_mut()
}

fn find_unknown(table: &Table, above: &str, faults: &mut Vec<ConfigFault>) {
    for (key, value) in table {
        let path = if above.is_empty() { key.clone() } else { format!("{above}.{key}") };
        let is_section = sections().contains(path.as_str());
        match value {
            Value::Table(inner) if is_section => find_unknown(inner, &path, faults),
            Value::Array(items) if sections().contains(format!("{path}{LIST}").as_str()) => {
                for (at, item) in items.iter().enumerate() {
                    find_unknown_in(item, &path, at, faults);
                }
            }
            _ if is_section => {
                let text = format!("a section, not a value; write [{path}] on a line of its own");
                faults.push(ConfigFault::new(&path, text));
            }
            _ if OPTIONS.iter().any(|setting| setting.key == path) => {}
            _ => {
                let text = match nearest(&path) {
                    Some(known) => format!("no such key; did you mean `{known}`?"),
                    None => "no such key".to_owned(),
                };
                faults.push(ConfigFault::new(&path, text));
            }
        }
    }
}

/// What one section of several has that no option is.
fn find_unknown_in(item: &Value, path: &str, at: usize, faults: &mut Vec<ConfigFault>) {
    let Value::Table(item) = item else {
        let text = format!("a section, not a value; write [[{path}]] on a line of its own");
        return faults.push(ConfigFault::new(&format!("{path}[{at}]"), text));
    };
    for key in item.keys() {
        if OPTIONS.iter().all(|setting| setting.key != format!("{path}{LIST}.{key}")) {
            faults.push(ConfigFault::new(&format!("{path}[{at}].{key}"), "no such key"));
        }
    }
}

/// Every section with those above it.
fn sections() -> HashSet<&'static str> {
    let above = |key: &'static str| key.rsplit_once('.').map(|(section, _)| section);
    OPTIONS
        .iter()
        .flat_map(|setting| std::iter::successors(above(setting.key), |section| above(section)))
        .collect()
}

/// The known key or section with the fewest edits, unless it is another word altogether.
fn nearest(path: &str) -> Option<&'static str> {
    let last = |path: &'static str| path.rsplit_once('.').map_or(path, |(_, key)| key);
    let own = path.rsplit_once('.').map_or(path, |(_, key)| key);
    OPTIONS
        .iter()
        .map(|setting| setting.key)
        .chain(sections())
        // A right name in the wrong section is as near as a misspelt one in the right section.
        .map(|known| (edits(path, known).min(edits(own, last(known)) + 1), known))
        .min()
        .filter(|(count, _)| *count <= own.len().div_ceil(3).max(2))
        .map(|(_, known)| known)
}

/// Insertions, deletions and replacements from one word to the other (Levenshtein).
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

fn judge(kind: Kind, value: &Value) -> Result<(), String> {
    let fits = match (kind, value) {
        (Kind::Count(min, max), Value::Integer(number)) => (min..=max).contains(number),
        (Kind::Agency, Value::String(text)) => text.parse::<AgencyId>().is_ok(),
        (Kind::Federation, Value::String(text)) => text.parse::<FederationId>().is_ok(),
        // A port that the system chooses is one that nobody can be told of.
        (Kind::Address, Value::String(text)) => {
            text.parse::<SocketAddr>().is_ok_and(|address| address.port() != 0)
        }
        (Kind::VerifierKey, Value::String(text)) => text.trim().parse::<VerifierKey>().is_ok(),
        (Kind::Path, Value::String(text)) => !text.is_empty(),
        (Kind::Filter, Value::String(text)) => is_filter(text),
        (Kind::Name, Value::String(text)) => is_name(text),
        (Kind::Url, Value::String(text)) => Target::parse(text).is_some(),
        (Kind::Relay, Value::String(text)) => Relay::parse(text).is_some(),
        (Kind::User, Value::String(text)) => mail::is_user(text),
        (Kind::MailAddress, Value::String(text)) => MailAddress::parse(text).is_some(),
        (Kind::MailAddresses, Value::Array(items)) => {
            let is_one = |item: &Value| item.as_str().and_then(MailAddress::parse).is_some();
            (1..=ADDRESSES_COUNT_MAX).contains(&items.len()) && items.iter().all(is_one)
        }
        (Kind::Choice(words), Value::String(text)) => words.contains(&text.as_str()),
        _ => false,
    };
    if fits { Ok(()) } else { Err(format!("{} is not {}", shown(value), expected(kind))) }
}

/// A name that is a name of a file and a label of a metric, too.
fn is_name(text: &str) -> bool {
    let is_proper = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=NAME_BYTES_MAX).contains(&text.len()) && text.bytes().all(is_proper)
}

/// A word alone must be a level: the syntax would take any other for a target, and the log would fall silent.
fn is_filter(text: &str) -> bool {
    let names = |part: &str| part.contains(['=', '[']) || part.parse::<LevelFilter>().is_ok();
    EnvFilter::try_new(text).is_ok() && text.split(',').all(|part| names(part.trim()))
}

fn shown(value: &Value) -> String {
    match value {
        Value::Table(_) => "a section".to_owned(),
        value => Some(value.to_string())
            .filter(|text| text.len() <= SHOWN_BYTES)
            .unwrap_or_else(|| "the value".to_owned()),
    }
}

pub(super) fn expected(kind: Kind) -> String {
    match kind {
        Kind::Agency => "an agency id such as \"nl-om\"".to_owned(),
        Kind::Federation => "a federation id such as \"demo.rogatory.example\"".to_owned(),
        Kind::Address => "an address with a port from 1 on such as \"0.0.0.0:7443\"".to_owned(),
        Kind::Path => "a path".to_owned(),
        Kind::VerifierKey => "a verifier key, <name>+<id>+<base64>".to_owned(),
        Kind::Filter => "a level, or target=level, several with commas, such as \"info,h2=warn\"".to_owned(),
        Kind::Name => format!("a name of 1 to {NAME_BYTES_MAX} lower-case letters, digits and hyphens"),
        Kind::Url => {
            "an https URL such as \"https://alarms.example/rogatory\"; http only to this machine".to_owned()
        }
        Kind::Relay => "a host with a port such as \"mail.example:465\"".to_owned(),
        Kind::User => format!("1 to {USER_BYTES_MAX} bytes of text without control characters"),
        Kind::MailAddress => {
            "an address such as \"rogatory@agency.example\", without a name beside it".to_owned()
        }
        Kind::MailAddresses => {
            format!("a list of 1 to {ADDRESSES_COUNT_MAX} addresses such as [\"duty@agency.example\"]")
        }
        Kind::Choice(words) => format!("one of {}", words.join(", ")),
        Kind::Count(min, max) => format!("a whole number from {min} to {max}"),
    }
}

fn start_at(base: &Path, value: &mut Value) {
    if let Value::String(path) = value {
        *path = base.join(&*path).to_string_lossy().into_owned();
    }
}
