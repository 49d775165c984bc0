//! What is wrong in a file, every point at once: where it stands, what would be right, and which box asks for it.
//!
//! Owns how a fault is said, to people and to programs. It must not repeat what was written, but for names and codes.

use std::fmt;

use rogatory_domain::text::escaped;
use serde::Serialize;

/// Characters of a name of somebody else's making that are repeated.
const NAME_CHARS_MAX: usize = 64;

/// One fault.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Flaw {
    /// Line of the file, from 1.
    pub(crate) line: usize,
    /// Path of the field; empty where the notation itself is broken.
    pub(crate) path: String,
    /// Stable code of the rule.
    pub(crate) rule: &'static str,
    /// What is wrong, or what to do about it.
    pub(crate) text: String,
    /// What may stand there, where it can be listed.
    pub(crate) allowed: Vec<String>,
    /// The one of those that was likely meant.
    pub(crate) nearest: Option<String>,
    /// The words beside the field on the form.
    pub(crate) label: String,
    /// The box of the form.
    #[serde(rename = "box")]
    pub(crate) form_box: String,
    /// The article behind the rule.
    pub(crate) article: String,
    /// Whether nothing is refused for it.
    #[serde(rename = "warning")]
    pub(crate) is_warning: bool,
}

impl Flaw {
    /// The notation is broken.
    pub(crate) fn syntax(line: usize, text: String) -> Self {
        Self { line, rule: "syntax", text, ..Self::default() }
    }

    /// A fault of a field.
    pub(crate) fn at(line: usize, path: &str, rule: &'static str, text: impl Into<String>) -> Self {
        Self { line, path: path.to_owned(), rule, text: text.into(), ..Self::default() }
    }

    /// The same with what is allowed, and the nearest of it to what was written.
    pub(crate) fn allowing(self, allowed: Vec<String>, written: &str) -> Self {
        let nearest = nearest(written, &allowed);
        Self { allowed, nearest, ..self }
    }

    /// What is allowed and what was meant, in brackets; empty where the text says it already.
    fn hint(&self) -> String {
        let listed = self.allowed.join(", ");
        let mut parts = Vec::new();
        if !listed.is_empty() && !self.text.contains(&listed) {
            parts.push(format!("allowed: {listed}"));
        }
        parts.extend(self.nearest.iter().map(|nearest| format!("did you mean {nearest}?")));
        if parts.is_empty() { String::new() } else { format!(" ({})", parts.join("; ")) }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form_box =
            if self.form_box.is_empty() { String::new() } else { format!("box {}", self.form_box) };
        let place: Vec<&str> = [self.label.as_str(), &form_box, &self.article]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect();
        let path = if self.path.is_empty() { String::new() } else { format!("{}  ", self.path) };
        let class = if self.is_warning { "warning: " } else { "" };
        write!(f, "{}  {path}{class}{}{}", self.line, self.text.trim_end_matches('.'), self.hint())?;
        if place.is_empty() { Ok(()) } else { write!(f, "  [{}]", place.join(", ")) }
    }
}

/// Every fault of one file.
#[derive(Debug)]
pub(crate) struct Flaws {
    /// The file.
    pub(crate) file: String,
    /// The faults, by line.
    pub(crate) found: Vec<Flaw>,
}

impl Flaws {
    /// One line for each fault, which begins as editors and terminals follow it.
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        self.found.iter().map(|flaw| escaped(&format!("{}:{flaw}", self.file)).to_string())
    }

    /// How many there are, in words.
    pub(crate) fn count(&self) -> String {
        counted(self.found.len(), "fault")
    }
}

/// A number of things in words.
pub(crate) fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

impl fmt::Display for Flaws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} has {}; nothing was sent", escaped(&self.file), self.count())?;
        self.lines().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

impl std::error::Error for Flaws {}

/// The one that is written nearly so; none where nothing is near.
pub(crate) fn nearest(written: &str, among: &[String]) -> Option<String> {
    let plain = |text: &str| text.to_lowercase().replace(['-', ' '], "_");
    let written = plain(&written.chars().take(NAME_CHARS_MAX).collect::<String>());
    let near = |known: &&String| strsim::damerau_levenshtein(&written, &plain(known));
    let best = among.iter().min_by_key(near)?;
    // A third of the letters may differ, two of short words, but never half of them.
    if near(&best) <= (best.len() / 3).max(2) && 2 * near(&best) < best.len() {
        return Some(best.clone());
    }
    // Or one of the two words goes on where the other ends.
    let goes_on = |long: &str, short: &str| short.len() >= 3 && long.starts_with(short);
    let begun = |known: &&String| goes_on(&plain(known), &written) || goes_on(&written, &plain(known));
    among.iter().filter(begun).min_by_key(near).cloned()
}

/// A name that somebody else wrote, as it can be shown.
pub(crate) fn shown_name(name: &str) -> String {
    let short: String = name.chars().take(NAME_CHARS_MAX).collect();
    escaped(&short).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_is_offered_and_what_is_far_is_not() {
        let known = ["information", "purpose", "grounds"].map(str::to_owned);
        assert_eq!(nearest("informaton", &known), Some("information".to_owned()));
        assert_eq!(nearest("Grounds", &known), Some("grounds".to_owned()));
        assert_eq!(nearest("colour", &known), None);
        assert_eq!(nearest("info", &known), Some("information".to_owned()));
        assert_eq!(nearest("purpose_of_use", &known), Some("purpose".to_owned()));
        assert_eq!(nearest("H9", &["H0".to_owned(), "H1".to_owned()]), None);
    }

    #[test]
    fn a_fault_says_its_line_its_path_and_what_would_be_right_once() {
        let flaw = Flaw::at(3, "opening.lane", "value", "this is none of the words");
        let flaw = flaw.allowing(vec!["urgent".into(), "routine".into()], "urgnt");
        let flaws = Flaws { file: "r.toml".into(), found: vec![Flaw { form_box: "2".into(), ..flaw }] };
        let line = "r.toml:3  opening.lane  this is none of the words (allowed: urgent, routine; did you mean urgent?)  [box 2]";
        assert_eq!(flaws.lines().collect::<Vec<_>>(), [line]);
        assert!(flaws.to_string().starts_with("r.toml has 1 fault; nothing was sent\n  r.toml:3"));
    }
}
