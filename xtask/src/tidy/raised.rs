//! Whether every code of the catalogue of refusals is raised: a code that nothing raises promises an answer that nobody gets.
//! It must not parse Rust; it looks for the names of the codes in the text, outside of tests and of patterns.

use std::collections::BTreeSet;

use super::Breach;

/// The catalogue.
const CATALOGUE: &str = "services/domain/src/refusal.rs";

/// Tables with a line for every code, which raise none.
const TABLES: &[&str] = &["services/node/src/status.rs"];

/// What was read so far.
#[derive(Debug, Default)]
pub(super) struct Raised {
    codes: Vec<String>,
    raised: BTreeSet<String>,
}

impl Raised {
    /// Reads one file.
    pub(super) fn read(&mut self, path: &str, text: &str) {
        if path == CATALOGUE {
            self.codes.extend(text.lines().filter_map(code_of_row).map(Into::into));
        } else if path.starts_with("services/") && !is_test(path) && !TABLES.contains(&path) {
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            self.raised.extend(names_raised(code).map(Into::into));
        }
    }

    /// The codes that nothing raises.
    pub(super) fn judge(&self) -> Vec<Breach> {
        let idle = self.codes.iter().filter(|code| !self.raised.contains(*code));
        let breach = |rule| Breach { path: CATALOGUE.into(), line: 0, rule };
        let mut breaches: Vec<_> = idle
            .map(|code| {
                breach(format!("nothing raises `{code}`: raise it, or take it out and keep its number"))
            })
            .collect();
        if self.codes.is_empty() {
            breaches.push(breach("no code is found in the catalogue".into()));
        }
        breaches
    }
}

fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

/// The name in a row of the catalogue: `101 MalformedMessage "malformed_message" …`.
fn code_of_row(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace();
    let is_number = words.next()?.parse::<u16>().is_ok();
    let name = words.next()?;
    (is_number && words.next()?.starts_with('"')).then_some(name)
}

/// Names behind `Code::` where a value is made: a name that another alternative or an arm follows only matches one.
fn names_raised(text: &str) -> impl Iterator<Item = &str> {
    text.split("Code::").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let after = after.trim_start();
        let is_pattern = after.starts_with('|') || after.starts_with("=>");
        (!is_pattern).then_some(name)
    })
}
