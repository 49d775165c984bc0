//! Which tests raise which event, by their text: a test names the events that it raises. It must not run any.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::fs;
use std::path::{Path, PathBuf};

/// Raises every event of every instrument between real nodes, and fails where it does not.
const OF_EVERY_EVENT: (&str, &str) = (
    "tests/integration/every_event.rs",
    "every_event_of_every_instrument_is_raised_accepted_and_leaves_one_state_at_every_party",
);

/// Tests of the machine that are named for one event, at most.
const NAMED_MAX: usize = 2;

/// The tests of one instrument.
pub(super) struct Tests {
    stories: Vec<(String, String)>,
}

impl Tests {
    /// Those that lie beside the tables of an instrument. Of several editions the last is read first.
    pub(super) fn of(repository: &Path, code: &str) -> Self {
        let (file, body) = OF_EVERY_EVENT;
        let text = fs::read_to_string(repository.join(file)).unwrap();
        assert!(text.contains(&format!("async fn {body}()")), "{file} has no such test");
        let mut files = Vec::new();
        collect(&repository.join("services/domain/src/instrument").join(code), &mut files);
        files.sort_by(|one, other| other.cmp(one));
        let texts = files.into_iter().map(|path| fs::read_to_string(path).unwrap());
        Self { stories: texts.flat_map(|text| stories(&text)).collect() }
    }

    /// The tests that raise an event, as a cell.
    pub(super) fn raising(&self, event: &str) -> String {
        let literal = format!("\"{event}\"");
        let of_machine = self.stories.iter().filter(|(_, body)| body.contains(&literal)).take(NAMED_MAX);
        let names = of_machine.map(|(name, _)| format!("`{name}`"));
        [format!("`{}`", OF_EVERY_EVENT.0)].into_iter().chain(names).collect::<Vec<_>>().join(", ")
    }
}

/// Files of tests below a directory.
fn collect(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.to_string_lossy().contains("tests") {
            found.push(path);
        }
    }
}

/// The tests of a file with what stands in them.
fn stories(text: &str) -> Vec<(String, String)> {
    let bodies = text.split("#[test]\n").skip(1);
    let named = bodies.filter_map(|body| {
        let (_, after) = body.split_once("fn ")?;
        let (name, _) = after.split_once('(')?;
        Some((name.to_owned(), body.to_owned()))
    });
    named.collect()
}
