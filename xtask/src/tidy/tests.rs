//! The house rules, each shown to be noticed when it is broken.

use super::*;

const PURE_FILE: &str = "services/domain/src/id.rs";

fn rules(path: &str, text: &str) -> Vec<String> {
    judge(path, text).iter().map(ToString::to_string).collect()
}

#[test]
fn a_file_that_follows_the_rules_is_left_alone() {
    assert_eq!(judge(PURE_FILE, "//! Identifiers.\n\nuse uuid::Uuid;\n"), []);
}

#[test]
fn a_file_says_first_what_it_owns() {
    assert_eq!(rules(PURE_FILE, "use uuid::Uuid;\n").len(), 1);
    assert_eq!(rules("services/domain/src/id/mod.rs", "//! Identifiers.\n").len(), 1);
}

#[test]
fn every_unwanted_text_is_found_on_its_line() {
    for (unwanted, _) in UNWANTED {
        let found = judge("services/node/src/lib.rs", &format!("//! Node.\n\n    {unwanted})\n"));
        assert_eq!(found.iter().map(|breach| breach.line).collect::<Vec<_>>(), [3], "{unwanted}");
    }
}

#[test]
fn a_pure_crate_reads_no_clock_outside_its_tests() {
    let reads = "let now = std::time::SystemTime::now();\n";
    assert_eq!(rules(PURE_FILE, &format!("//! Identifiers.\n{reads}")).len(), 1);
    assert_eq!(
        rules(PURE_FILE, &format!("//! Identifiers.\n#[cfg(test)]\nmod tests {{ {reads} }}")).len(),
        0
    );
    assert_eq!(rules("services/domain/src/id/tests.rs", &format!("//! Tests.\n{reads}")).len(), 0);
    assert_eq!(rules("services/node/src/lib.rs", &format!("//! Node.\n{reads}")).len(), 0);
}

#[test]
fn a_long_file_needs_an_allowance_and_an_allowance_needs_a_long_file() {
    let long = BTreeSet::from(["a.rs".to_owned()]);
    assert_eq!(judge_long(&[("a.rs", "a table")], &long), []);
    assert_eq!(judge_long(&[], &long).len(), 1);
    assert_eq!(judge_long(&[("a.rs", "a table"), ("b.rs", "another")], &long).len(), 1);
}

#[test]
fn a_manifest_inherits_the_lints() {
    assert_eq!(judge_manifest("Cargo.toml", "[package]\n\n[lints]\nworkspace = true\n"), None);
    assert!(judge_manifest("Cargo.toml", "[package]\nversion.workspace = true\n").is_some());
}

#[test]
fn a_code_that_stands_only_in_the_catalogue_the_tables_patterns_and_tests_is_found() {
    let judged = |path: &str, text: &str| {
        let mut raised = raised::Raised::default();
        let rows = "    // 01: what was submitted.\n    101 Malformed \"malformed\" Caller Never \"It is.\" \"Mend it.\";";
        raised.read("services/domain/src/refusal.rs", rows);
        raised.read(path, text);
        raised.judge().len()
    };
    assert_eq!(judged("services/node/src/body.rs", "Err(Code::Malformed)"), 0);
    for (path, text) in [
        ("services/node/src/body.rs", "Err(Code::MalformedMessage)"),
        ("services/node/src/body.rs", "match code { Code::Malformed\n | Code::Other => 1 }"),
        ("services/node/src/body.rs", "#[cfg(test)]\nmod tests { Err(Code::Malformed) }"),
        ("services/node/src/status.rs", "Err(Code::Malformed)"),
        ("services/node/src/status/tests.rs", "Err(Code::Malformed)"),
        ("tests/support/src/lib.rs", "Err(Code::Malformed)"),
    ] {
        assert_eq!(judged(path, text), 1, "{path}: {text}");
    }
    assert_eq!(raised::Raised::default().judge().len(), 1, "a catalogue that is not found is no good sign");
}
