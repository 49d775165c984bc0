//! What is wrong with a scenario file: where and why, all of it at once.

use std::fmt;

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Path of the key, such as `steps[3].who`; steps count from 1.
    pub(crate) path: String,
    /// What is wrong.
    pub(crate) text: String,
}

/// Every fault of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Faults(pub(crate) Vec<Fault>);

impl Faults {
    /// Adds one.
    pub(crate) fn push(&mut self, path: &str, text: &str) {
        self.0.push(Fault { path: path.to_owned(), text: text.trim().to_owned() });
    }

    /// Adds one and answers with nothing.
    pub(crate) fn none<T>(&mut self, path: &str, text: &str) -> Option<T> {
        self.push(path, text);
        None
    }

    /// A text that is no TOML.
    pub(crate) fn syntax(text: &str, error: &toml::de::Error) -> Self {
        let at = error.span().map_or(0, |span| span.start.min(text.len()));
        let line = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        let mut faults = Self::default();
        faults.push(&format!("line {line}"), error.message());
        faults
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the scenario has {} fault(s):", self.0.len())?;
        self.0.iter().try_for_each(|Fault { path, text }| write!(f, "\n  {path}: {text}"))
    }
}

impl std::error::Error for Faults {}
