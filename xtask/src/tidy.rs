//! House rules that no compiler lint can express, read from the text of the sources. It must not parse Rust: a rule
//! that needs a parser is a lint.

mod raised;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use cargo_metadata::{Metadata, camino::Utf8Path};

use crate::arrows::PURE;

/// Lines that a file may have; beyond it, a file owns more than one thing or is listed in [`LONG`].
const LONGEST: usize = 600;
/// Files that may be longer: path and reason.
const LONG: &[(&str, &str)] = &[];

/// Texts that no Rust file may contain, and why. Put together here so that this file does not contain them.
const UNWANTED: &[(&str, &str)] = &[
    (concat!("todo", "!("), "unfinished code is not committed"),
    (concat!("unimplemented", "!("), "unfinished code is not committed"),
    (concat!("#[", "ignore"), "a test that does not run proves nothing"),
    (concat!("../", "shared"), "the repository stands alone"),
];

/// What a pure room's code, tests aside, may not reach for: time, disk, network, threads and chance are injected.
const IMPURE: &[&str] = &[
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "now_v7",
    "new_v4",
    "std::fs",
    "std::net",
    "std::env",
    "std::thread",
    "std::process",
];

/// One broken rule; `line` counts from 1, and 0 means the whole file.
#[derive(Debug, PartialEq, Eq)]
struct Breach {
    path: String,
    line: usize,
    rule: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.rule),
            line => write!(f, "{}:{line}: {}", self.path, self.rule),
        }
    }
}

/// Reads every Rust file and manifest that git knows or would take, and fails on any broken rule.
pub(crate) fn check(workspace: &Metadata) -> Result<()> {
    let root = &workspace.workspace_root;
    let mut breaches = Vec::new();
    let mut files = 0;
    let mut long = BTreeSet::new();
    let mut raised = raised::Raised::default();
    for path in sources(root)? {
        let text = fs::read_to_string(root.join(&path)).with_context(|| format!("cannot read {path}"))?;
        files += 1;
        if text.lines().count() > LONGEST {
            long.insert(path.clone());
        }
        breaches.extend(judge(&path, &text));
        raised.read(&path, &text);
    }
    breaches.extend(raised.judge());
    breaches.extend(judge_long(LONG, &long));
    for package in &workspace.packages {
        let path = package.manifest_path.strip_prefix(root).unwrap_or(&package.manifest_path);
        breaches.extend(judge_manifest(path.as_str(), &fs::read_to_string(&package.manifest_path)?));
    }
    for breach in &breaches {
        eprintln!("tidy: {breach}");
    }
    if !breaches.is_empty() {
        bail!("{} house rules broken", breaches.len());
    }
    println!("tidy: {files} files, {} manifests, nothing to say", workspace.packages.len());
    Ok(())
}

/// Paths of the Rust files in the work tree, as git sees it, relative to the root.
pub(crate) fn sources(root: &Utf8Path) -> Result<Vec<String>> {
    let listing = ["ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", "*.rs"];
    let output = Command::new("git").args(listing).current_dir(root).output().context("cannot run git")?;
    ensure!(
        output.status.success(),
        "git ls-files failed: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    let listed = String::from_utf8(output.stdout).context("a file name is not UTF-8")?;
    let paths: Vec<String> =
        listed.split_terminator('\0').filter(|path| root.join(path).exists()).map(Into::into).collect();
    ensure!(!paths.is_empty(), "git lists no Rust file");
    Ok(paths)
}

/// Everything that is wrong with the text of one Rust file.
fn judge(path: &str, text: &str) -> Vec<Breach> {
    let breach = |line: usize, rule: String| Breach { path: path.into(), line, rule };
    let mut breaches = Vec::new();
    if !text.starts_with("//!") {
        breaches.push(breach(1, "a file opens with `//!`: what it owns and what it must not do".into()));
    }
    if path.ends_with("/mod.rs") {
        breaches.push(breach(0, "a module is `name.rs` beside `name/`, not `mod.rs`".into()));
    }
    let numbered = || text.lines().enumerate().map(|(index, line)| (index + 1, line));
    for (number, line) in numbered() {
        let found = UNWANTED.iter().filter(|(unwanted, _)| line.contains(unwanted));
        breaches.extend(found.map(|(unwanted, why)| breach(number, format!("`{unwanted}`: {why}"))));
    }
    if is_pure(path) {
        let code = numbered().take_while(|(_, line)| line.trim() != "#[cfg(test)]");
        for (number, line) in code.filter(|(_, line)| !line.trim_start().starts_with("//")) {
            let found = IMPURE.iter().filter(|impure| line.contains(**impure));
            breaches.extend(found.map(|impure| breach(number, format!("`{impure}` in a pure crate"))));
        }
    }
    breaches
}

/// Whether the file is code, not test, of a pure room.
fn is_pure(path: &str) -> bool {
    let test = path.ends_with("/tests.rs") || path.contains("/tests/");
    !test && PURE.iter().any(|room| path.starts_with(&format!("services/{room}/src/")))
}

/// Compares the files that are too long with those that may be; an allowance that is not needed goes.
fn judge_long(allowed: &[(&str, &str)], long: &BTreeSet<String>) -> Vec<Breach> {
    let allowed: BTreeSet<String> = allowed.iter().map(|(path, _)| (*path).to_owned()).collect();
    let too_long = long.difference(&allowed).map(|path| (path, format!("more than {LONGEST} lines")));
    let stale = allowed.difference(long).map(|path| (path, "is listed as long, and is not".to_owned()));
    too_long.chain(stale).map(|(path, rule)| Breach { path: path.clone(), line: 0, rule }).collect()
}

/// A crate that does not inherit the lints escapes all of them.
fn judge_manifest(path: &str, text: &str) -> Option<Breach> {
    let inherits =
        text.split("[lints]").nth(1).is_some_and(|rest| rest.trim_start().starts_with("workspace = true"));
    (!inherits).then(|| Breach {
        path: path.into(),
        line: 0,
        rule: "does not inherit the workspace lints".into(),
    })
}
