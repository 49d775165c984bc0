//! Files of requests as trees whose every value keeps its line, whichever of TOML, JSON and YAML they are written in.
//!
//! Owns what is read, how much of it, and how the notations are told apart: by what stands in the file, since a name says
//! little. It must not know what a request is.

mod in_json;
mod in_toml;
mod in_yaml;
mod node;

use std::io::Read as _;
use std::path::Path;

use rogatory_keys::small_file;

pub(crate) use node::{Entry, Node, Value};

use super::flaw::Flaw;
use crate::failure::Misuse;

/// Bytes of a file that are read: twice what a message may have, since notation takes room.
pub(super) const FILE_BYTES_MAX: u64 = 2 * 1024 * 1024;

/// How deep values may stand in one another; no message of the interface is half as deep.
const DEPTH_MAX: usize = 32;

/// A file that was read.
#[derive(Debug)]
pub(crate) struct Document {
    /// Its name, as it is said of every fault in it.
    pub(crate) name: String,
    /// What stands in it; what breaks its notation is left out.
    pub(crate) root: Node,
    /// Where it breaks the rules of its notation.
    pub(crate) flaws: Vec<Flaw>,
}

/// In what a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notation {
    Json,
    Toml,
    Yaml,
}

/// Where a text breaks the rules of its notation.
#[derive(Debug)]
struct Broken {
    line: usize,
    text: String,
}

impl Broken {
    fn new(line: usize, text: String) -> Self {
        Self { line, text }
    }

    fn twice(line: usize) -> Self {
        Self::new(line, "this name was given before in the same table".to_owned())
    }

    fn too_deep(line: usize) -> Self {
        Self::new(line, "values stand in one another too deep".to_owned())
    }
}

impl Document {
    /// Reads a file; `-` is standard input.
    pub(crate) fn read(path: &Path) -> Result<Self, Misuse> {
        if path != Path::new("-") {
            let text = small_file::read_text(path, FILE_BYTES_MAX);
            let text = text.map_err(|error| Misuse(error.to_string()))?;
            return Ok(Self::of_text(path.display().to_string(), &text));
        }
        let mut text = String::new();
        let mut input = std::io::stdin().lock().take(FILE_BYTES_MAX + 1);
        let read = input.read_to_string(&mut text);
        read.map_err(|error| Misuse(format!("standard input cannot be read: {error}")))?;
        if text.len() as u64 > FILE_BYTES_MAX {
            return Err(Misuse(format!("standard input has more than {FILE_BYTES_MAX} bytes")));
        }
        Ok(Self::of_text("-".to_owned(), &text))
    }

    /// Reads a text.
    pub(crate) fn of_text(name: String, text: &str) -> Self {
        // Editors of one system put a mark before the text, which no notation knows.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (root, broken) = match notation(text, &name) {
            Notation::Json => in_json::read(text),
            Notation::Toml => in_toml::read(text),
            Notation::Yaml => in_yaml::read(text),
        };
        let flaws = broken.into_iter().map(|broken| Flaw::syntax(broken.line, broken.text)).collect();
        Self { name, root, flaws }
    }
}

/// What a text is written in, by its first line that says something; the name decides where none does.
fn notation(text: &str, name: &str) -> Notation {
    let lines = text.lines().map(str::trim_start);
    let Some(first) = lines.into_iter().find(|line| !line.is_empty() && !line.starts_with('#')) else {
        return of_name(name);
    };
    if first.starts_with('{') {
        return Notation::Json;
    }
    if ["---", "%YAML", "- "].iter().any(|mark| first.starts_with(mark)) {
        return Notation::Yaml;
    }
    if first.starts_with('[') {
        // No request is a list, so that a bracket opens the heading of a table.
        return Notation::Toml;
    }
    // What stands in quotes is a name and may hold either sign.
    let outside: String = first.split(['"', '\'']).step_by(2).collect();
    match (outside.find('='), outside.find(':')) {
        (Some(equals), Some(colon)) if equals < colon => Notation::Toml,
        (_, Some(_)) => Notation::Yaml,
        (Some(_), None) => Notation::Toml,
        (None, None) => of_name(name),
    }
}

fn of_name(name: &str) -> Notation {
    match Path::new(name).extension().and_then(|suffix| suffix.to_str()) {
        Some("json") => Notation::Json,
        Some("yaml" | "yml") => Notation::Yaml,
        _ => Notation::Toml,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOML: &str = "# a comment\n[opening]\nlane = \"urgent\"\n[[opening.parties]]\nagency = \"nl-om\"\n";
    const YAML: &str = "# a comment\nopening:\n  lane: urgent\n  parties:\n    - agency: nl-om\n";
    const JSON: &str =
        "{\n \"opening\": {\n \"lane\": \"urgent\",\n \"parties\": [\n{ \"agency\": \"nl-om\" }] }}";

    fn lines(text: &str) -> (usize, usize, usize) {
        let document = Document::of_text("request".to_owned(), text);
        assert_eq!(document.flaws, [], "{text}");
        let opening = document.root.at("opening").unwrap();
        let agency = opening.at("parties").unwrap().item(0).unwrap().at("agency").unwrap();
        assert_eq!(agency.value, Value::Text("nl-om".to_owned()));
        (opening.line, opening.at("lane").unwrap().line, agency.line)
    }

    #[test]
    fn three_notations_are_told_apart_by_what_stands_in_them_and_keep_their_lines() {
        assert_eq!(lines(TOML), (2, 3, 5));
        assert_eq!(lines(YAML), (2, 3, 5));
        assert_eq!(lines(JSON), (2, 3, 5));
        assert_eq!(lines(&format!("\u{feff}{JSON}")), (2, 3, 5));
        assert_eq!(notation("a = \"x:y\"", "x.json"), Notation::Toml);
        assert_eq!(notation("\"a=b\": 1", "x.toml"), Notation::Yaml);
        assert_eq!(notation("", "x.json"), Notation::Json);
    }

    #[test]
    fn what_breaks_a_notation_is_told_with_its_line() {
        for (text, line) in [
            ("a = 1\nb = = 2\n", 2),
            ("{\n\"a\": 1,\n}", 3),
            ("{\"a\": 1,\n\"a\": 2}", 2),
            ("a: 1\nb: 2\na: 3\n", 3),
            ("a: &x 1\nb: *x\n", 1),
            ("a: [1, 2\nb: 1\n", 2),
        ] {
            let document = Document::of_text("request".to_owned(), text);
            assert_eq!(
                document.flaws.first().map(|flaw| flaw.line),
                Some(line),
                "{text} {:?}",
                document.flaws
            );
        }
    }

    #[test]
    fn values_that_stand_too_deep_are_refused_in_every_notation() {
        let deep = |open: &str, close: &str| format!("{}{}", open.repeat(500), close.repeat(500));
        let lists = deep("[", "]");
        for text in [format!("a = {lists}"), format!("{{\"a\": {lists}}}"), format!("a: {lists}")] {
            assert!(!Document::of_text("request".to_owned(), &text).flaws.is_empty(), "{}", &text[..8]);
        }
    }
}
