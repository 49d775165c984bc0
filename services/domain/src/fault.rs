//! What is wrong with a submitted text, every point at once; owns the shape of a fault and never repeats content.

use std::fmt;

/// One broken rule: where, which, by what article, and a safe text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {text} ({rule}, {article})")]
pub struct Fault {
    /// Path of the field, e.g. `offences[0].description`.
    pub field: String,
    /// Stable code of the rule in snake case.
    pub rule: &'static str,
    /// The article or box the rule comes from.
    pub article: &'static str,
    /// What to do about it, without any content of the case.
    pub text: String,
}

/// Every fault of one text, in the order of its fields.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// Adds one fault.
    pub fn push(&mut self, field: impl Into<String>, rule: &'static str, article: &'static str, text: &str) {
        self.0.push(Fault { field: field.into(), rule, article, text: text.to_owned() });
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The faults, first to last.
    pub fn iter(&self) -> std::slice::Iter<'_, Fault> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Faults {
    type Item = &'a Fault;
    type IntoIter = std::slice::Iter<'a, Fault>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, fault) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str("; ")?;
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}
