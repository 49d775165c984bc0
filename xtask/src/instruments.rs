//! The measure of the tables: a file outside an instrument's own directories names neither its code nor what belongs to one
//! law. Owns the list of those that still do, which only shrinks. It must not parse Rust: words are enough.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result, bail};
use cargo_metadata::Metadata;
use cargo_metadata::camino::Utf8Path;

use crate::tidy::sources;

/// Where the tables lie; each instrument has a file of its code there, and a directory beside it, which may hold its editions.
const TABLES: &str = "services/domain/src/instrument/";

/// Words that belong to one law: generated names of the typed API, and the rooms of its form.
const WORDS: &[&str] = &[
    "EventKind",
    "DeferralReason",
    "Guarantee",
    "Ground",
    "WarrantForm",
    "Warrant",
    "InvalidWarrant",
    "rogatory_forms::eaw",
];

/// Why a file may name a law for now.
const LIST: &str = "it is one of the lists that name every instrument once";
const ONE_LAW: &str = "it tests or plays with warrants, and is not driven by a description yet";

/// Files that still name a law.
const ALLOWED: &[(&str, &str)] = &[
    ("services/wire/src/form.rs", LIST),
    ("services/cli/src/demo.rs", ONE_LAW),
    ("services/evidence/src/facts/tests.rs", ONE_LAW),
    ("services/evidence/src/file/tests/sample.rs", ONE_LAW),
    ("services/evidence/src/roster/tests.rs", ONE_LAW),
    ("services/message/src/tests.rs", ONE_LAW),
    ("services/node/src/casework/stream/tests.rs", ONE_LAW),
    ("services/paper/src/catalogue.rs", LIST),
    ("services/paper/src/tests/data.rs", ONE_LAW),
    ("services/paper/src/tests/order.rs", ONE_LAW),
    ("services/wire/src/shape/tests.rs", ONE_LAW),
    ("tests/integration/informing.rs", ONE_LAW),
    ("tests/integration/printing.rs", ONE_LAW),
    ("tests/integration/spontaneous.rs", ONE_LAW),
    ("tests/support/src/sample.rs", ONE_LAW),
];

/// Fails where a file names a law and is not allowed to, or is allowed to and does not.
pub(crate) fn check(workspace: &Metadata) -> Result<()> {
    let root = &workspace.workspace_root;
    let codes = codes(root)?;
    let mut naming = BTreeSet::new();
    let mut breaches = 0;
    for path in sources(root)? {
        if is_home(&path, &codes) {
            continue;
        }
        let text = fs::read_to_string(root.join(&path)).with_context(|| format!("cannot read {path}"))?;
        let named = named(&text, &codes);
        if named.is_empty() {
            continue;
        }
        if !ALLOWED.iter().any(|(allowed, _)| *allowed == path) {
            eprintln!("instruments: {path}: names {}, which belongs to one law", named.join(", "));
            breaches += 1;
        }
        naming.insert(path);
    }
    for (path, _) in ALLOWED.iter().filter(|(path, _)| !naming.contains(*path)) {
        eprintln!("instruments: {path}: is listed as naming a law, and does not");
        breaches += 1;
    }
    if breaches > 0 {
        bail!("{breaches} files name a law or are listed without need");
    }
    println!("instruments: {} of this release, {} files still name one", codes.len(), naming.len());
    Ok(())
}

/// Codes of the instruments, from the tables: the files that say one.
fn codes(root: &Utf8Path) -> Result<Vec<String>> {
    let mut codes = BTreeSet::new();
    for path in sources(root)?.iter().filter(|path| path.starts_with(TABLES)) {
        let text = fs::read_to_string(root.join(path))?;
        let Some(name) = path.strip_prefix(TABLES).and_then(|name| name.strip_suffix(".rs")) else {
            continue;
        };
        let code = name.split('/').next().unwrap_or(name);
        if text.contains(": Instrument = Instrument {") && code != "tests" {
            codes.insert(code.to_owned());
        }
    }
    if codes.is_empty() {
        bail!("no instrument found under {TABLES}");
    }
    Ok(codes.into_iter().collect())
}

/// Whether a file belongs to an instrument, or is the list of them.
fn is_home(path: &str, codes: &[String]) -> bool {
    let of = |home: &str, code: &String| {
        path == format!("{home}{code}.rs") || path.starts_with(&format!("{home}{code}/"))
    };
    let rooms = [TABLES, "services/forms/src/"];
    path == "services/domain/src/instrument.rs"
        || path.starts_with("xtask/")
        || codes.iter().any(|code| rooms.iter().any(|room| of(room, code)))
}

/// What a text names of one law, each once: codes as literals, other words as words. Comments count too.
fn named(text: &str, codes: &[String]) -> Vec<String> {
    let literals = codes.iter().map(|code| format!("\"{code}\"")).filter(|literal| text.contains(literal));
    let words = WORDS.iter().filter(|word| has_word(text, word)).map(|word| (*word).to_owned());
    literals.chain(words).collect()
}

/// Whether a word stands in a text on its own.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |found: Option<char>| found.is_some_and(|next| next.is_alphanumeric() || next == '_');
    text.match_indices(word).any(|(at, _)| {
        !is_part(text[..at].chars().next_back()) && !is_part(text[at + word.len()..].chars().next())
    })
}
