//! The machine of the warrant with Iceland and Norway: the same rows, their days, and the grounds that the Agreement has or has not.

use jiff::civil::date;

use super::super::eaw;
use super::ICELAND_NORWAY_WARRANT;
use crate::case::tests::{Story, clock, due, given, item, noon};
use crate::mark::Mark;

const ISSUER: &str = "fr-jirs-marseille";
const COURT: &str = "nl-om";
const POLICE: &str = "nl-politie";

fn due_in(jurisdiction: &str) -> Story {
    let mut story = Story::under(&ICELAND_NORWAY_WARRANT);
    story.opening.jurisdiction = jurisdiction.parse().unwrap();
    story.opening.declared = noon(date(2026, 1, 5));
    let story = story.on(date(2026, 2, 2)).then(COURT, "registered").then(POLICE, "arrested");
    let story = story.then(COURT, "no_consent").on(date(2026, 3, 24));
    story.then(COURT, "execution_ordered").then(COURT, "decision_final")
}

#[test]
fn the_rows_are_those_of_the_warrant_and_nobody_certifies() {
    let (machine, own) = (&eaw::SECOND, &ICELAND_NORWAY_WARRANT);
    assert_eq!(own.rules.len(), machine.rules.len());
    for (row, own) in machine.rules.iter().zip(own.rules) {
        assert_eq!(
            (row.number, row.event, row.by, row.from, row.next, row.clocks),
            (own.number, own.event, own.by, own.from, own.next, own.clocks)
        );
    }
    assert!(own.event("warrant_certified").is_none());
    let article = |code: &str| own.clock(code).unwrap().article;
    assert_eq!((article("T1"), article("T4"), article("T8")), ("20(3), 20(4)", "26(2)", "30(4)"));
    let marks = ["T1", "T8", "T9"].map(|code| own.clock(code).unwrap().mark);
    assert_eq!(marks, [Mark::Own, Mark::S, Mark::S]);
}

#[test]
fn both_states_count_from_the_next_day_and_whether_they_move_an_end_is_not_known() {
    for state in ["IS", "NO"] {
        let case = due_in(state).case();
        // Ten days after 24 March are Good Friday.
        assert_eq!((due(&case, "T4"), due(&case, "T7")), (date(2026, 4, 3), date(2026, 4, 3)), "{state}");
        assert!(case.profile().is_some() && clock(&case, "T4").rule().contains("is not known"), "{state}");
        let asked = due_in(state).on(date(2026, 3, 30)).then(POLICE, "surrendered").on(date(2026, 6, 1));
        let case = asked.then(ISSUER, "onward_consent_requested").case();
        assert_eq!(due(&case, "T9"), date(2026, 7, 1), "{state}");
    }
}

#[test]
fn a_judgment_in_absence_is_no_ground_but_a_guarantee_and_nationals_and_political_offences_may_be_grounds() {
    let list = |code: &str| ICELAND_NORWAY_WARRANT.lists.iter().find(|list| list.code == code).unwrap();
    let grounds = list("grounds");
    assert!(grounds.items.iter().all(|item| !item.code.is_empty() && !item.code.starts_with("4a")));
    for code in ["4(1)", "5(1)(a)", "6(2)", "7(2)"] {
        assert!(grounds.item(code).is_some(), "{code}");
    }
    assert_eq!(list("guarantees").item("retrial").unwrap().article, "8(1)");
    let national = [given("ground", item("7(2)"))];
    let refused = due_in("NO").telling(COURT, "refused", &national);
    assert_eq!(refused.case().state().code, "refusal_decided");
}
