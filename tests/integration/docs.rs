//! The documents say what is so: links lead somewhere, files and tests that are named exist, commands are known.
//!
//! Reads Markdown by its fences, links and code spans only. It must not judge prose.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where documents are.
const DOCUMENTS: [&str; 5] = ["README.md", "docs", "proto", "deploy", "clients"];

/// Where sources are.
const SOURCES: [&str; 3] = ["services", "tests", "xtask"];

/// What a code span starts with if it is a path in the repository.
const FOLDERS: [&str; 8] =
    ["services/", "docs/", "tests/", "deploy/", "proto/", "xtask/", ".ci/", "clients/"];

fn root() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    beside.canonicalize().expect("the package lies two folders below the root")
}

/// Files below a path that end in one of the suffixes; what git does not keep is left out.
fn files(path: &Path, suffixes: &[&str], found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a folder of the repository is readable").flatten() {
            let name = entry.file_name();
            if name != "target" && name != "__pycache__" {
                files(&entry.path(), suffixes, found);
            }
        }
    } else if suffixes.iter().any(|suffix| path.to_string_lossy().ends_with(suffix)) {
        found.push(path.to_owned());
    }
}

/// A document with the text outside of fences and the lines of its shell fences.
struct Document {
    path: PathBuf,
    prose: String,
    shell: Vec<Vec<String>>,
}

fn documents() -> Vec<Document> {
    let mut paths = Vec::new();
    DOCUMENTS.iter().for_each(|at| files(&root().join(at), &[".md"], &mut paths));
    paths.into_iter().map(read).collect()
}

fn read(path: PathBuf) -> Document {
    let text = fs::read_to_string(&path).expect("a document is UTF-8");
    let (mut prose, mut shell, mut fence) = (String::new(), Vec::new(), None::<String>);
    let mut is_run = false;
    for line in text.lines() {
        // What a test of its own runs as it stands needs no other check.
        if let Some(mark) = line.strip_prefix("<!-- run ") {
            is_run = mark.ends_with(": begin -->");
        }
        match (line.trim_start().strip_prefix("```"), &fence) {
            (Some(language), None) => {
                fence = Some(if is_run { String::new() } else { language.to_owned() });
                if language == "sh" && !is_run {
                    shell.push(Vec::new());
                }
            }
            (Some(_), Some(_)) => fence = None,
            (None, Some(language)) if language == "sh" => {
                shell.last_mut().expect("a fence was opened").push(line.to_owned());
            }
            (None, Some(_)) => {}
            (None, None) => {
                prose.push_str(line);
                prose.push('\n');
            }
        }
    }
    assert!(fence.is_none(), "{} has a fence without an end", path.display());
    Document { path, prose, shell }
}

/// What stands in single backticks.
fn spans(prose: &str) -> impl Iterator<Item = &str> {
    prose.lines().flat_map(|line| line.split('`').skip(1).step_by(2))
}

#[test]
fn every_relative_link_leads_somewhere() {
    let mut broken = Vec::new();
    for document in documents() {
        for target in document.prose.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = target.split('#').next().unwrap_or_default();
            let elsewhere = target.contains("://") || target.starts_with("mailto:") || path.is_empty();
            if !elsewhere && !document.path.with_file_name(path).exists() {
                broken.push(format!("{}: {target}", document.path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere:\n{}", broken.join("\n"));
}

#[test]
fn every_file_that_is_named_exists() {
    let mut missing = Vec::new();
    for document in documents() {
        for span in
            spans(&document.prose).filter(|span| FOLDERS.iter().any(|folder| span.starts_with(folder)))
        {
            let is_pattern = span.contains(['*', '<', '…', '{', ' ']);
            if !is_pattern && !root().join(span).exists() {
                missing.push(format!("{}: {span}", document.path.display()));
            }
        }
    }
    assert!(missing.is_empty(), "files that do not exist:\n{}", missing.join("\n"));
}

/// In a phrase such as "`judge` in `services/exchange/src/inbound.rs`", the file must have the name.
#[test]
fn every_function_is_in_the_file_it_is_said_to_be_in() {
    let mut missing = Vec::new();
    for document in documents() {
        for line in document.prose.lines() {
            let parts: Vec<&str> = line.split('`').collect();
            for window in parts.windows(3).skip(1).step_by(2) {
                let (name, between, file) = (window[0], window[1], window[2]);
                let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_:".contains(&b));
                if between != " in " || !is_name || !file.ends_with(".rs") {
                    continue;
                }
                let last = name.rsplit("::").next().unwrap_or(name);
                let text = fs::read_to_string(root().join(file)).unwrap_or_default();
                if !text.contains(&format!("fn {last}")) {
                    missing.push(format!("{}: {name} in {file}", document.path.display()));
                }
            }
        }
    }
    assert!(missing.is_empty(), "functions that are not there:\n{}", missing.join("\n"));
}

#[test]
fn every_test_that_is_named_for_an_invariant_exists() {
    let mut sources = Vec::new();
    SOURCES.iter().for_each(|at| files(&root().join(at), &[".rs", ".py"], &mut sources));
    let sources: String = sources.iter().map(|path| fs::read_to_string(path).unwrap() + "\n").collect();
    let page = fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    let (_, rest) = page.split_once("\n## Invariants\n").unwrap();
    let (invariants, _) = rest.split_once("\n## ").unwrap();
    for number in 1..=13 {
        assert!(invariants.contains(&format!("\n**I{number} ")), "I{number} is missing");
    }
    let named = spans(invariants).map(|span| span.strip_prefix("check::").unwrap_or(span));
    let missing: Vec<&str> = named
        .filter(|name| name.contains('_') && !name.contains(['/', ' ']))
        .filter(|name| !["fn", "def"].iter().any(|word| sources.contains(&format!("{word} {name}("))))
        .collect();
    assert!(missing.is_empty(), "tests that do not exist: {missing:?}");
}

#[test]
fn the_readme_opens_with_the_two_commands() {
    let readme = read(root().join("README.md"));
    assert_eq!(readme.shell[0], ["cargo run --release -- demo", "cargo test --release --workspace"]);
}

/// Each command that is shown is parsed by the program itself, up to the wish for help that is put at its end.
#[test]
fn every_command_that_is_shown_is_known() {
    let (mut unknown, mut tried) = (Vec::new(), 0);
    for document in documents() {
        for line in document.shell.concat() {
            let words: Vec<&str> = line.split_whitespace().take_while(|word| *word != ">").collect();
            let arguments = match words.as_slice() {
                ["rogatory", arguments @ ..] => arguments,
                ["cargo", "run", "--release", "--", arguments @ ..] => arguments,
                _ => continue,
            };
            tried += 1;
            let output =
                Command::new(env!("CARGO_BIN_EXE_rogatory")).args(arguments).arg("--help").output().unwrap();
            if !output.status.success() || output.stdout.is_empty() {
                unknown.push(format!(
                    "{}: {line}\n{}",
                    document.path.display(),
                    String::from_utf8_lossy(&output.stderr)
                ));
            }
        }
    }
    assert!(unknown.is_empty(), "commands that are not known:\n{}", unknown.join("\n"));
    assert!(tried > 5, "only {tried} commands were found");
}
