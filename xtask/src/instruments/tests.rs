//! What counts as naming a law.

use super::*;

#[test]
fn a_code_counts_as_a_literal_and_a_word_on_its_own() {
    let codes = ["eaw".to_owned()];
    assert_eq!(named("Instrument::of_code(\"eaw\")", &codes), ["\"eaw\""]);
    assert!(named("let seaweed = \"seaweed\"; // eaw", &codes).is_empty());
    assert_eq!(named("use types::{EventKind, Party};", &codes), ["EventKind"]);
    assert!(named("EventKinds, MyGround, Groundwork, background", &codes).is_empty());
    assert_eq!(named("use rogatory_forms::eaw::sample;", &codes), ["rogatory_forms::eaw"]);
}

#[test]
fn an_instruments_own_files_and_the_list_may_name_it_and_nothing_else_may() {
    let codes = ["eaw".to_owned()];
    for home in ["domain/src/instrument.rs", "domain/src/instrument/eaw/rule.rs", "forms/src/eaw/term.rs"] {
        assert!(is_home(&format!("services/{home}"), &codes), "{home}");
    }
    for outside in ["services/domain/src/case/fold.rs", "services/node/src/body.rs", "tests/eaw.rs"] {
        assert!(!is_home(outside, &codes), "{outside}");
    }
}

#[test]
fn every_allowance_has_a_reason_and_stands_once() {
    let paths: BTreeSet<_> = ALLOWED.iter().map(|(path, _)| path).collect();
    assert_eq!(paths.len(), ALLOWED.len());
    assert!(ALLOWED.iter().all(|(_, reason)| [LIST, ONE_LAW].contains(reason)));
}
