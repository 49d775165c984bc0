//! Days of surrender, which both sides agree; and why they fail: force majeure, suspension, postponement, temporary surrender.

use super::*;

#[test]
fn what_may_be_done_is_named_once_though_it_has_rows_in_several_places() {
    let story = proposing(due_in("NL"), COURT, date(2026, 4, 1));
    let case = story.case();
    let allowed: Vec<_> = case.allowed(EAW.capacity("issuing").unwrap()).map(|event| event.code).collect();
    let accepted = allowed.iter().filter(|code| **code == "surrender_date_accepted").count();
    assert_eq!(accepted, 1, "{allowed:?}");
}

#[test]
fn a_date_counts_only_once_the_other_side_accepts_it() {
    let story = proposing(due_in("NL"), COURT, date(2026, 3, 31));
    let case = story.case();
    assert_eq!(case.value("surrender_on"), None);
    assert_eq!(questions(&case), [("surrender_date".to_owned(), Side::Asking)]);
    let offer = [given("answers", last(&story))];
    for own in [COURT, PROSECUTOR] {
        let answer = refusal(&story, own, "surrender_date_accepted", &offer).unwrap_err().code();
        assert_eq!(answer, Code::EventNotAllowed, "{own}");
    }
    let story = accepting(story, ISSUER);
    let case = story.case();
    assert_eq!(case.value("surrender_on"), Some(Value::Day(date(2026, 3, 31))));
    assert!(case.questions.is_empty() && case.offers().is_empty());
}

#[test]
fn a_newer_offer_replaces_an_older_one_of_either_side() {
    let first = proposing(due_in("NL"), COURT, date(2026, 3, 30));
    let old = last(&first);
    let second = proposing(first, ISSUER, date(2026, 3, 31));
    assert_eq!(second.case().offers().len(), 1);
    let answer = [given("answers", old)];
    for sender in [ISSUER, COURT] {
        let answer = refusal(&second, sender, "surrender_date_accepted", &answer).unwrap_err().code();
        assert_eq!(answer, Code::EventNotAllowed, "{sender}");
    }
    let case = accepting(second, PROSECUTOR).case();
    assert_eq!(case.value("surrender_on"), Some(Value::Day(date(2026, 3, 31))));
}

#[test]
fn an_acceptance_that_crosses_a_new_offer_has_no_effect_and_is_shown() {
    let offered = proposing(due_in("NL"), COURT, date(2026, 3, 30));
    let (old, known) = (last(&offered), offered.facts.len());
    let replaced = proposing(offered, COURT, date(2026, 3, 31));
    let accepted = replaced.event("surrender_date_accepted", &[given("answers", old)]);
    let story = replaced.raising(ISSUER, accepted, known);
    let mut other_end = story.clone();
    other_end.facts.swap(known, known + 1);
    for case in [story.case(), other_end.case()] {
        assert_eq!(case.value("surrender_on"), None);
        assert_eq!(case.steps.last().unwrap().effect, Effect::CrossedWithoutEffect);
        assert_eq!(case.crossings.len(), 1);
        assert!(case.crossings[0].lost && case.crossings[0].later == story.facts[known + 1].id);
        assert_eq!(case.offers()[0].day, date(2026, 3, 31));
    }
    // The newer one can still be accepted.
    let newer = message(&story, known);
    let case = story.telling(ISSUER, "surrender_date_accepted", &[given("answers", newer)]).case();
    assert_eq!(case.value("surrender_on"), Some(Value::Day(date(2026, 3, 31))));
}

#[test]
fn two_offers_that_cross_leave_one_and_both_ends_have_the_same() {
    let story = due_in("NL");
    let known = story.facts.len();
    let theirs = story.event("surrender_date_proposed", &[given("day", date(2026, 3, 30))]);
    let ours = story.event("surrender_date_proposed", &[given("day", date(2026, 3, 31))]);
    let story = story.raising(COURT, theirs, known).raising(ISSUER, ours, known);
    let mut other_end = story.clone();
    other_end.facts.swap(known, known + 1);
    assert_eq!(story.case(), other_end.case());
    assert_eq!(story.case().offers().len(), 1);
}

#[test]
fn a_day_decades_away_is_refused_and_so_is_one_that_has_passed() {
    let story = due_in("NL");
    for (day, is_taken) in [
        (date(2062, 3, 31), false),
        (date(2027, 3, 26), false),
        (date(2027, 3, 25), true),
        (date(2026, 3, 23), true),
        (date(2026, 3, 22), false),
    ] {
        let answer = refusal(&story, COURT, "surrender_date_proposed", &[given("day", day)]);
        assert_eq!(answer.is_ok(), is_taken, "{day}");
        assert!(is_taken || answer.unwrap_err().code() == Code::MalformedMessage);
    }
}

#[test]
fn a_day_after_the_limit_is_taken_with_a_remark_and_moves_neither_limit_nor_release() {
    let story = agreed(due_in("NL"), date(2026, 4, 8));
    let case = story.case();
    assert_eq!(remark(&story), Some(Remark::AgreedAfterLimit));
    assert_eq!((due(&case, "T4"), due(&case, "T7")), (date(2026, 4, 7), date(2026, 4, 3)));
    // A day between that for release and that for surrender is too late for the first of them.
    assert_eq!(remark(&agreed(due_in("NL"), date(2026, 4, 7))), Some(Remark::AgreedAfterLimit));
    assert_eq!(remark(&agreed(due_in("NL"), date(2026, 4, 3))), None);
}

#[test]
fn force_majeure_gives_ten_days_from_each_day_that_both_agree_and_release_goes_with_it() {
    let mut story = due_in("NL");
    for (on, day, limit, release) in [
        (date(2026, 3, 30), date(2026, 4, 7), date(2026, 4, 17), date(2026, 4, 17)),
        // Ten days after 17 April are 27 April, the King's birthday.
        (date(2026, 4, 7), date(2026, 4, 17), date(2026, 4, 28), date(2026, 4, 27)),
        (date(2026, 4, 17), date(2026, 4, 29), date(2026, 5, 11), date(2026, 5, 9)),
    ] {
        story = story.on(on).then(COURT, "force_majeure_found");
        assert_eq!(state(&story), "prevented");
        story = agreed(story, day);
        let case = story.case();
        assert_eq!((state(&story), remark(&story)), ("surrender_due", None));
        assert_eq!((due(&case, "T5"), due(&case, "T7")), (limit, release));
        let open: Vec<_> = case.clocks.iter().filter(|clock| clock.is_open()).collect();
        assert_eq!(open.len(), 3, "one for surrender, one for release, and the day itself");
    }
}

#[test]
fn one_side_alone_moves_no_release_however_often_it_names_a_day() {
    let mut story = due_in("NL").on(date(2026, 3, 30)).then(COURT, "force_majeure_found");
    for day in 7..12 {
        story = proposing(story, COURT, date(2026, 4, day));
        assert_eq!((state(&story), due(&story.case(), "T7")), ("prevented", date(2026, 4, 3)));
    }
}

#[test]
fn a_suspension_ends_release_and_the_day_agreed_after_it_starts_both_anew() {
    let story = suspended();
    assert_eq!(status(&story, "T4", date(2026, 6, 1)), Status::Suspended);
    assert_eq!(status(&story, "T7", date(2026, 6, 1)), Status::Superseded);
    let story = story.on(date(2026, 6, 1)).then(COURT, "suspension_ended");
    assert_eq!(state(&story), "suspended");
    let case = agreed(story, date(2026, 6, 8)).case();
    assert_eq!(case.state().code, "surrender_due");
    assert_eq!((due(&case, "T6"), due(&case, "T7")), (date(2026, 6, 18), date(2026, 6, 18)));
}

#[test]
fn surrender_is_postponed_from_the_order_on_and_when_prevented_suspended_or_released() {
    let prevented = due_in("NL").then(COURT, "force_majeure_found");
    let released = due_in("NL").on(date(2026, 4, 4)).then(COURT, "released");
    for story in [ordered_in("NL"), due_in("NL"), prevented, suspended(), released] {
        let from = state(&story);
        let story = story.then(COURT, "surrender_postponed");
        assert_eq!(state(&story), "postponed", "{from}");
        let (case, later) = (story.case(), noon(date(2027, 1, 1)));
        let running = |code: &str| {
            let mut of = case.clocks.iter().filter(|clock| clock.definition.code == code);
            of.any(|clock| matches!(clock.status(later), Status::Running | Status::Overdue))
        };
        assert!(["T4", "T5", "T6", "T7"].into_iter().all(|code| !running(code)), "{from}");
    }
    assert_eq!(contested().refused(COURT, "surrender_postponed").code(), Code::EventNotAllowed);
}

#[test]
fn a_postponement_made_with_the_order_ends_only_once_the_decision_is_final() {
    let story = ordered_in("NL").then(COURT, "surrender_postponed");
    assert_eq!(story.refused(COURT, "postponement_ended").code(), Code::EventNotAllowed);
    let story = story.then(COURT, "decision_final");
    assert_eq!((state(&story), status(&story, "T1", date(2027, 1, 1))), ("postponed", Status::Met));
    let story = story.on(date(2026, 9, 1)).then(COURT, "postponement_ended");
    assert_eq!(state(&story), "surrender_due");
    assert_eq!((due(&story.case(), "T4"), due(&story.case(), "T7")), (date(2026, 9, 11), date(2026, 9, 11)));
}

fn surrendered_for_a_time() -> Story {
    let story =
        postponed().telling(COURT, "temporary_surrender_proposed", &[given("day", date(2026, 12, 25))]);
    let offer = last(&story);
    story
        .telling(ISSUER, "temporary_surrender_accepted", &[given("answers", offer)])
        .on(date(2026, 4, 20))
        .then(PROSECUTOR, "temporarily_surrendered")
}

#[test]
fn temporary_surrender_needs_conditions_that_both_agreed_and_has_its_own_day_of_return() {
    assert_eq!(postponed().refused(COURT, "temporarily_surrendered").code(), Code::EventNotAllowed);
    let story = surrendered_for_a_time();
    assert_eq!(state(&story), "temporarily_surrendered");
    assert_eq!(due(&story.case(), "T11"), date(2026, 12, 25));
    let back = story.on(date(2026, 12, 20)).then(ISSUER, "returned_from_temporary");
    assert_eq!((state(&back), status(&back, "T11", date(2027, 1, 1))), ("postponed", Status::Met));
}

#[test]
fn a_temporary_surrender_may_become_definitive() {
    let story = surrendered_for_a_time().on(date(2026, 9, 1)).then(COURT, "surrendered");
    let case = story.case();
    assert_eq!(case.state().code, "surrendered");
    assert!(case.clocks.iter().all(|clock| !clock.is_open()));
    assert_eq!(questions(&case), [("custody_statement".to_owned(), Side::Answering)]);
}

#[test]
fn a_day_offered_before_force_majeure_lapses_with_it_and_an_acceptance_that_crosses_moves_no_release() {
    let offered = proposing(due_in("NL").on(date(2026, 3, 26)), COURT, date(2026, 3, 31));
    let (offer, known) = ([given("answers", last(&offered))], offered.facts.len());
    let prevented = offered.then(COURT, "force_majeure_found");
    let case = prevented.case();
    assert!(case.offers().is_empty());
    assert_eq!(questions(&case), [("new_date".to_owned(), Side::Answering)]);
    let answer = refusal(&prevented, ISSUER, "surrender_date_accepted", &offer).unwrap_err().code();
    assert_eq!(answer, Code::EventNotAllowed);
    let accepted = prevented.event("surrender_date_accepted", &offer);
    let case = prevented.raising(ISSUER, accepted, known).case();
    assert_eq!((case.state().code, due(&case, "T7")), ("prevented", date(2026, 4, 3)));
    assert_eq!(case.steps.last().unwrap().effect, Effect::CrossedWithoutEffect);
    assert!(case.crossings[0].lost);
}

#[test]
fn the_day_that_the_other_side_accepted_is_not_corrected_behind_its_back() {
    let story = due_in("NL").on(date(2026, 3, 30)).then(COURT, "force_majeure_found");
    let story = proposing(story, COURT, date(2026, 4, 7));
    let offer = last(&story);
    let story = accepting(story, ISSUER);
    let later = [given("corrects", offer), given("day", date(2035, 4, 7)), given("new_instant", Value::Set)];
    let case = story.telling(COURT, "corrected", &later).case();
    assert_eq!((due(&case, "T5"), due(&case, "T7")), (date(2026, 4, 17), date(2026, 4, 17)));
    assert_eq!(case.value("surrender_on"), Some(Value::Day(date(2026, 4, 7))));
}

#[test]
fn an_order_takes_effect_once_and_not_again_when_a_postponement_has_ended() {
    let story = due_in("IE");
    assert_eq!(due(&story.case(), "T7"), date(2026, 4, 18));
    let story =
        story.then(COURT, "surrender_postponed").on(date(2026, 9, 1)).then(COURT, "postponement_ended");
    assert_eq!(due(&story.case(), "T7"), date(2026, 9, 11));
}
