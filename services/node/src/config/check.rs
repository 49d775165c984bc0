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

use super::option::{Kind, OPTIONS, Preset, Setting};

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
        let (section, key) = setting.key.rsplit_once('.').unwrap_or(("", setting.key));
        let Some(section) = section_of(&mut table, section) else { continue };
        match (section.get_mut(key), setting.preset) {
            (Some(value), _) => match judge(setting.kind, value) {
                Ok(()) if setting.kind == Kind::Path => start_at(base, value),
                Ok(()) => {}
                Err(text) => faults.push(ConfigFault::new(setting.key, text)),
            },
            (None, Preset::Absent) => {}
            (None, Preset::Number(number)) => {
                section.insert(key.to_owned(), Value::Integer(number));
            }
            (None, Preset::Text(text)) => {
                section.insert(key.to_owned(), Value::String(text.to_owned()));
            }
            (None, Preset::Required) => faults.push(missing(setting)),
        }
    }
    if faults.is_empty() { Ok(table) } else { Err(faults) }
}

fn missing(setting: &Setting) -> ConfigFault {
    ConfigFault::new(setting.key, format!("missing; it needs {}", expected(setting.kind)))
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

fn sections() -> HashSet<&'static str> {
    OPTIONS.iter().filter_map(|setting| setting.key.rsplit_once('.')).map(|(section, _)| section).collect()
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
        (Kind::Choice(words), Value::String(text)) => words.contains(&text.as_str()),
        _ => false,
    };
    if fits { Ok(()) } else { Err(format!("{} is not {}", shown(value), expected(kind))) }
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
        Kind::Choice(words) => format!("one of {}", words.join(", ")),
        Kind::Count(min, max) => format!("a whole number from {min} to {max}"),
    }
}

fn start_at(base: &Path, value: &mut Value) {
    if let Value::String(path) = value {
        *path = base.join(&*path).to_string_lossy().into_owned();
    }
}
