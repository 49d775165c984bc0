//! What of each story counts in which figure, for whom and when.

use super::super::list;
use super::*;
use crate::statistics::{Period, Report, Row, Tally};

const YEAR: (Date, Date) = (date(2026, 1, 1), date(2026, 12, 31));

fn counted(own: &str, stories: &[Story], (first, last): (Date, Date)) -> Report {
    let period = Period::new(first, last, date(2026, 12, 1)).unwrap();
    let now = noon(date(2026, 12, 1));
    let mut tally = Tally::new(&EAW, own.parse().unwrap(), period, now);
    for story in stories {
        tally.add(&story.opening, &story.facts, &story.case());
    }
    tally.report()
}

fn rows<'a>(report: &'a Report, code: &str) -> &'a [Row] {
    &report.figures.iter().find(|it| it.figure.code == code).unwrap_or_else(|| panic!("{code}")).rows
}

/// Rows with a case in the role of the executing side, such as `4(4) 1`.
fn answering(report: &Report, code: &str) -> Vec<String> {
    let with_cases = rows(report, code).iter().filter(|row| row.answering.cases > 0);
    with_cases.map(|row| format!("{} {}", row.key, row.answering.cases).trim().to_owned()).collect()
}

fn consented() -> Story {
    arrested().then(COURT, "consent_recorded").on(date(2026, 2, 10))
}

/// Ordered and final on 10 February with consent, surrendered eight days later.
fn surrendered() -> Story {
    let due = consented().then(COURT, "execution_ordered").then(COURT, "decision_final");
    due.on(date(2026, 2, 18)).then(POLICE, "surrendered")
}

fn refused(grounds: &[&str]) -> Story {
    let grounds: Vec<_> = grounds.iter().map(|code| given("ground", item(code))).collect();
    let story = contested().on(date(2026, 3, 10)).telling(COURT, "refused", &grounds);
    story.on(date(2026, 3, 12)).then(COURT, "decision_final")
}

/// Decided 107 days after the arrest, which is told.
fn late() -> Story {
    let story = contested().on(date(2026, 4, 20)).then(COURT, "limit_exceeded");
    let story = story.on(date(2026, 5, 20)).then(COURT, "execution_ordered");
    story.then(COURT, "decision_final")
}

#[test]
fn each_story_counts_where_the_questionnaire_asks_for_it() {
    let guarantee = [given("guarantee", item("return"))];
    let guaranteed = contested().telling(COURT, "guarantee_requested", &guarantee).telling(
        ISSUER,
        "guarantee_given",
        &guarantee,
    );
    let released = due_in("NL").on(date(2026, 4, 4)).then(COURT, "released");
    let revoked = consented().then(COURT, "consent_revoked");
    let in_part = [given("offence", 1), given("ground", item("4(1)"))];
    // Each story, with every figure that it counts in beside `opened`, and the rows of it.
    let table: &[(Story, &[(&str, &str)])] = &[
        (in_state("NL"), &[]),
        (arrested(), &[("arrested", "1"), ("proceedings_begun", "1"), ("consented", ""), ("decided", "")]),
        (revoked, &[("consented", "1"), ("consent_revoked", "1"), ("not_consented", "")]),
        (
            surrendered(),
            &[
                ("consented", "1"),
                ("decided", "1"),
                ("days_to_decision_with_consent", "1"),
                ("days_to_decision_without_consent", ""),
                ("days_to_surrender", "1"),
                ("limits_exceeded", ""),
                ("surrendered", "1"),
                ("surrendered_by_counterpart", "FR 1"),
                ("surrendered_by_kind", "prosecution+sentence 1"),
            ],
        ),
        (
            refused(&["4(4)", "1(3)"]),
            &[
                ("refused", "1"),
                ("refused_by_ground", "4(4) 1, 1(3) 1"),
                ("refused_for_fundamental_rights", "1"),
                ("days_to_decision_without_consent", "1"),
                ("surrendered", ""),
            ],
        ),
        (
            // Nobody heard whether the person consents.
            arrested()
                .telling(COURT, "refused", &[given("ground", item("3(2)"))])
                .then(COURT, "decision_final"),
            &[
                ("decided", "1"),
                ("days_to_decision_with_consent", ""),
                ("days_to_decision_without_consent", ""),
            ],
        ),
        (refused(&["3(2)"]), &[("refused_by_ground", "3(2) 1"), ("refused_for_fundamental_rights", "")]),
        (
            contested().telling(COURT, "refused", &[given("ground", item("4(4)"))]),
            &[("refused", ""), ("refused_by_ground", ""), ("decided", "")],
        ),
        (
            contested().telling(COURT, "offences_refused", &in_part),
            &[("refused_in_part", "4(1) 1"), ("refused", "")],
        ),
        (late(), &[("eurojust_told", "1"), ("limits_exceeded", "T1 1, T4 1, T7 1"), ("delay_notified", "")]),
        (
            guaranteed,
            &[
                ("guarantees_requested", "return 1"),
                ("guarantees_given", "return 1"),
                ("guarantees_refused", ""),
            ],
        ),
        // The time for the surrender would have ended after Easter; that for the release ended on Good Friday.
        (released, &[("released", "1"), ("surrendered", ""), ("limits_exceeded", "T7 1")]),
        (in_state("NL").then(ISSUER, "withdrawn"), &[("withdrawn", "1"), ("executed_elsewhere", "")]),
        (
            in_state("NL").then(ISSUER, "executed_elsewhere"),
            &[("withdrawn", ""), ("executed_elsewhere", "1")],
        ),
        (in_state("NL").then(POLICE, "person_not_found"), &[("not_found", "1")]),
    ];
    for (story, figures) in table {
        let report = counted(COURT, std::slice::from_ref(story), YEAR);
        assert_eq!(answering(&report, "opened"), ["1"]);
        for (code, expected) in *figures {
            assert_eq!(answering(&report, code).join(", "), *expected, "{code}: {:?}", story.case().state());
        }
    }
}

#[test]
fn a_case_counts_in_the_period_in_which_it_happened_and_on_the_side_that_asks() {
    let stories = [surrendered(), late(), refused(&["4(4)"])];
    let february = (date(2026, 2, 1), date(2026, 2, 28));
    let report = counted(COURT, &stories, february);
    assert_eq!((report.cases, answering(&report, "opened")), (3, Vec::<String>::new()));
    assert_eq!(answering(&report, "arrested"), ["3"]);
    assert_eq!(answering(&report, "decided"), ["1"]);
    assert_eq!(answering(&report, "refused"), Vec::<String>::new());
    // Who is only told of a case is a party of edition 1 alone.
    let mut earlier = Story::under(&super::super::super::first::EAW);
    earlier.opening.declared = noon(date(2026, 1, 5));
    for (own, stories, sides) in [(ISSUER, &stories[..], (3, 0, 0)), ("eu-europol", &[earlier], (0, 0, 1))] {
        let report = counted(own, stories, YEAR);
        let row = &rows(&report, "opened")[0];
        assert_eq!((row.asking.cases, row.answering.cases, row.told.cases), sides, "{own}");
    }
    let report = counted(ISSUER, &stories, YEAR);
    assert_eq!(rows(&report, "opened_by_counterpart")[0].key, "NL");
}

#[test]
fn days_are_those_of_the_calendar_from_the_arrest_to_the_decision() {
    let report = counted(COURT, &[surrendered(), late(), refused(&["4(4)"]), due_in("NL")], YEAR);
    let days = |code| rows(&report, code)[0].answering.days.unwrap();
    let with = days("days_to_decision_with_consent");
    assert_eq!((with.mean, with.median, with.max), (8.0, 8.0, 8));
    // 107, 38 and 50 days.
    let without = days("days_to_decision_without_consent");
    assert_eq!((without.mean, without.median, without.max), (65.0, 50.0, 107));
    assert_eq!(rows(&report, "days_to_surrender")[0].answering.cases, 1);
}

#[test]
fn a_correction_counts_on_the_day_it_gives() {
    let story = arrested();
    let arrest = story.facts.last().unwrap().id;
    let corrected = story.on(date(2026, 1, 30)).telling(
        POLICE,
        "corrected",
        &[given("corrects", arrest), given("new_instant", Value::Set)],
    );
    let january = (date(2026, 1, 1), date(2026, 1, 31));
    assert_eq!(answering(&counted(COURT, &[corrected], january), "arrested"), ["1"]);
    assert!(answering(&counted(COURT, &[arrested()], january), "arrested").is_empty());
}

#[test]
fn what_messages_do_not_tell_is_said_to_be_unknown_and_never_nought() {
    let report = counted(COURT, &[surrendered()], YEAR);
    for code in ["in_absence", "minors", "several_warrants"] {
        assert!(report.not_counted.iter().any(|it| it.figure.code == code && !it.why.is_empty()), "{code}");
        assert!(report.figures.iter().all(|it| it.figure.code != code), "{code}");
    }
    // Every ground has a row, also those on which nothing was refused.
    assert_eq!(rows(&report, "refused_by_ground").len(), list::GROUNDS.items.len());
}

#[test]
fn a_figure_that_an_earlier_edition_does_not_have_says_how_many_cases_it_leaves_out() {
    let mut earlier = Story::under(&super::super::super::first::EAW);
    earlier.opening.declared = noon(date(2026, 1, 5));
    let earlier = earlier.on(date(2026, 2, 2)).then(POLICE, "arrested");
    let report = counted(COURT, &[earlier, arrested()], YEAR);
    assert_eq!(answering(&report, "arrested"), ["2"]);
    let without = |code| report.figures.iter().find(|it| it.figure.code == code).unwrap().without;
    assert_eq!((without("arrested"), without("died"), without("opened_by_kind")), (0, 1, 1));
}
