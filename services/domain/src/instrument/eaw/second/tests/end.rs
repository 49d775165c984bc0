//! What an end leaves: clocks whose act will not happen any more, and a person who may still be held.

use super::*;

/// The ways in which the issuing side ends a case of whoever is held.
const ENDS: [&str; 2] = ["withdrawn", "executed_elsewhere"];

fn release_asked() -> Vec<(String, Side)> {
    vec![("release".to_owned(), Side::Answering)]
}

#[test]
fn whoever_holds_a_person_when_the_case_ends_is_asked_to_tell_the_end_of_custody_and_can() {
    for end in ENDS {
        let story = contested().on(date(2026, 2, 9)).then(ISSUER, end);
        assert_eq!((state(&story), questions(&story.case())), ("withdrawn", release_asked()), "{end}");
        assert!(story.case().custody.is_held() && story.case().waits_for(Side::Answering));
        for other in [PROSECUTOR, CENTRAL, POLICE, ISSUER] {
            assert_eq!(refusal(&story, other, "custody_ended", &[]).unwrap_err().code(), Code::WrongActor);
        }
        let story = story.on(date(2026, 2, 10)).then(COURT, "custody_ended");
        let case = story.case();
        assert_eq!((case.state().code, case.custody.is_held()), ("withdrawn", false));
        assert!(case.questions.is_empty());
        let calendars = crate::calendar::Calendars::current();
        assert_eq!(case.custody.days(calendars, story.opening.jurisdiction, noon(date(2026, 6, 1))), 9);
        // Art. 26(1): what was served here is deducted, whichever State surrenders.
        let story = story.telling(CENTRAL, "custody_stated", &[given("custody_days", 9_u32)]);
        assert_eq!((remark(&story), story.case().value("custody_days")), (None, Some(Value::Number(9))));
    }
}

#[test]
fn nobody_is_asked_for_the_end_of_a_custody_that_has_ended_or_never_was() {
    for end in ENDS {
        for story in
            [in_state("NL"), contested().then(COURT, "custody_ended"), contested().then(POLICE, "absconded")]
        {
            assert!(questions(&story.then(ISSUER, end).case()).is_empty(), "{end}");
        }
    }
}

#[test]
fn a_refusal_that_is_final_asks_for_the_release_and_a_withdrawal_after_it_goes_on_asking() {
    let refused = contested().telling(COURT, "refused", &[given("ground", item("4(4)"))]);
    assert!(questions(&refused.case()).is_empty(), "until the refusal is final");
    let refused = refused.then(COURT, "decision_final");
    assert_eq!((state(&refused), questions(&refused.case())), ("refused", release_asked()));
    let withdrawn = refused.then(ISSUER, "withdrawn");
    assert_eq!(questions(&withdrawn.case()), release_asked());
    let free = withdrawn.then(COURT, "custody_ended");
    assert!(free.case().questions.is_empty() && !free.case().custody.is_held());
    // What ended a case by surrender has ended the custody, too.
    assert_eq!(surrendered().refused(COURT, "custody_ended").code(), Code::EventNotAllowed);
    let order = contested().then(COURT, "execution_ordered").then(COURT, "decision_final");
    assert!(questions(&order.case()).is_empty(), "the case goes on");
}

#[test]
fn a_clock_whose_act_will_not_happen_any_more_is_neither_met_nor_running() {
    let asked = || contested().telling(COURT, "information_requested", &[given("day", date(2026, 2, 20))]);
    for end in ENDS {
        let story = asked().on(date(2026, 2, 9)).then(ISSUER, end);
        for code in ["T1", "T3"] {
            assert_eq!(status(&story, code, date(2027, 1, 1)), Status::Discontinued, "{code} {end}");
        }
        assert!(story.case().alarms().next().is_none());
        // What was missed before the end stays missed.
        let late = asked().on(date(2026, 2, 23)).then(ISSUER, end);
        assert_eq!(status(&late, "T3", date(2027, 1, 1)), Status::Late);
        assert_eq!(status(&late, "T1", date(2027, 1, 1)), Status::Discontinued);
    }
    for end in ["died", "surrendered_elsewhere"] {
        let story = asked().then(COURT, "priority_decided").then(POLICE, end);
        assert_eq!(status(&story, "T1", date(2027, 1, 1)), Status::Discontinued, "{end}");
        assert!(!story.case().custody.is_held());
    }
}

#[test]
fn a_final_refusal_meets_the_period_for_the_decision_and_answers_no_question() {
    let story = contested()
        .telling(COURT, "information_requested", &[given("day", date(2026, 2, 20))])
        .telling(COURT, "refused", &[given("ground", item("4(4)"))])
        .on(date(2026, 2, 16))
        .then(COURT, "decision_final");
    assert_eq!(status(&story, "T1", date(2027, 1, 1)), Status::Met);
    assert_eq!(status(&story, "T3", date(2027, 1, 1)), Status::Discontinued);
}

#[test]
fn a_surrender_meets_its_period_and_answers_no_question() {
    let story = due_in("NL")
        .telling(COURT, "information_requested", &[given("day", date(2026, 4, 8))])
        .on(date(2026, 4, 1))
        .then(POLICE, "surrendered");
    for (code, expected) in [("T4", Status::Met), ("T7", Status::Met), ("T3", Status::Discontinued)] {
        assert_eq!(status(&story, code, date(2027, 1, 1)), expected, "{code}");
    }
    assert_eq!(remark(&story), None, "a surrender in time is no early release");
}

#[test]
fn the_duty_to_release_was_met_when_the_person_was_let_go_and_not_when_the_case_ended() {
    let free = || due_in("NL").on(date(2026, 3, 26)).then(COURT, "custody_ended").on(date(2026, 5, 4));
    for (sender, end) in [(POLICE, "surrendered"), (ISSUER, "withdrawn")] {
        assert_eq!(status(&free().then(sender, end), "T7", date(2027, 1, 1)), Status::Met, "{end}");
    }
    let held = due_in("NL").on(date(2026, 5, 4)).then(ISSUER, "withdrawn");
    assert_eq!(status(&held, "T7", date(2027, 1, 1)), Status::Late);
}

#[test]
fn a_sentence_that_is_taken_over_ends_the_custody_on_the_warrant() {
    let story = contested().then(COURT, "certificate_requested").then(ISSUER, "certificate_sent");
    let story = story.on(date(2026, 2, 20)).then(COURT, "sentence_recognised");
    assert_eq!((state(&story), story.case().custody.is_held()), ("taken_over", false));
    assert!(questions(&story.case()).is_empty());
    assert_eq!(status(&story, "T1", date(2027, 1, 1)), Status::Met);
}

#[test]
fn a_surrender_on_another_day_than_agreed_and_days_that_the_case_does_not_make_are_remarked_and_count() {
    let on_time = agreed(due_in("NL"), date(2026, 4, 1)).on(date(2026, 4, 1)).then(POLICE, "surrendered");
    assert_eq!(remark(&on_time), None);
    let late = agreed(due_in("NL"), date(2026, 4, 1)).on(date(2026, 4, 2)).then(POLICE, "surrendered");
    assert_eq!((state(&late), remark(&late)), ("surrendered", Some(Remark::NotOnAgreedDay)));
    let stated = |days: u32| late.clone().telling(CENTRAL, "custody_stated", &[given("custody_days", days)]);
    assert_eq!(remark(&stated(60)), None);
    assert_eq!(remark(&stated(59)), Some(Remark::CustodyCountsOtherwise));
    assert_eq!(stated(59).case().value("custody_days"), Some(Value::Number(59)));
}
