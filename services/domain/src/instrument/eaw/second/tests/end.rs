//! What an end leaves: clocks whose act will not happen any more, and a person who may still be held.

use super::*;

/// The ways in which the issuing side ends a case of whoever is held.
const ENDS: [&str; 2] = ["withdrawn", "executed_elsewhere"];

fn waits_for(story: &Story, capacity: &str) -> bool {
    story.case().waits_for(EAW.capacity(capacity).unwrap(), story.declared)
}

fn release_asked() -> Vec<(String, Side)> {
    vec![("release".to_owned(), Side::Answering)]
}

/// Art. 26(1): what was served is deducted, whether the warrant was executed elsewhere, is replaced, or the person is tried at large.
fn custody_asked() -> Vec<(String, Side)> {
    vec![("custody_statement".to_owned(), Side::Answering)]
}

fn both_asked() -> Vec<(String, Side)> {
    [release_asked(), custody_asked()].concat()
}

#[test]
fn whoever_holds_a_person_when_the_case_ends_is_asked_to_tell_the_end_of_custody_and_can() {
    for end in ENDS {
        let story = contested().on(date(2026, 2, 9)).then(ISSUER, end);
        assert_eq!((state(&story), questions(&story.case())), ("withdrawn", both_asked()), "{end}");
        assert!(story.case().custody.is_held() && waits_for(&story, "executing"));
        assert!(
            !["police", "issuing"].into_iter().any(|other| waits_for(&story, other)),
            "a release is told by a court or a prosecutor"
        );
        for other in [CENTRAL, POLICE, ISSUER] {
            assert_eq!(refusal(&story, other, "custody_ended", &[]).unwrap_err().code(), Code::WrongActor);
        }
        let story = story.on(date(2026, 2, 10)).then(COURT, "custody_ended");
        let case = story.case();
        assert_eq!((case.state().code, case.custody.is_held()), ("withdrawn", false));
        assert!(case.questions.iter().all(|open| open.kind != "release"));
        let calendars = crate::calendar::Calendars::current();
        assert_eq!(case.custody.days(calendars, story.opening.jurisdiction, noon(date(2026, 6, 1))), 9);
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
            let case = story.then(ISSUER, end).case();
            assert!(case.questions.iter().all(|open| open.kind != "release"), "{end}");
            assert!(case.clocks.iter().all(|clock| clock.definition.code != "T12"), "{end}");
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
    assert_eq!(questions(&withdrawn.case()), both_asked());
    let free = withdrawn.then(COURT, "custody_ended");
    assert!(questions(&free.case()) == custody_asked() && !free.case().custody.is_held());
    // What ended a case by surrender has ended the custody, too; that it had ended before can be told still.
    let before = surrendered().on(date(2026, 3, 28)).then(COURT, "custody_ended");
    assert_eq!((state(&before), questions(&before.case())), ("surrendered", custody_asked()));
    assert_eq!(before.case().custody.periods()[0].until, Some(noon(date(2026, 3, 28))));
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
        assert!(story.case().alarms().all(|(_, alarm)| alarm.clock == "T12"));
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
    let later = date(2027, 1, 1);
    assert_eq!(status(&held, "T7", later), Status::Overdue, "a withdrawal lets nobody go");
    assert!(held.case().clocks.iter().all(|clock| clock.definition.code != "T12"), "and gives no other day");
    let free = held.on(date(2026, 5, 6)).then(PROSECUTOR, "custody_ended");
    assert_eq!((status(&free, "T7", later), free.case().next_due().is_none()), (Status::Late, true));
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

#[test]
fn who_is_held_without_a_case_is_due_for_release_on_the_same_day_and_a_later_withdrawal_wins_no_day() {
    let held = || contested().on(date(2026, 2, 9)).then(ISSUER, "withdrawn");
    assert_eq!(due(&held().case(), "T12"), date(2026, 2, 9));
    assert_eq!(held().case().next_due().unwrap().definition.code, "T12");
    assert_eq!(held().case().alarms().count(), 2);
    assert_eq!(status(&held(), "T12", date(2026, 2, 9)), Status::Running);
    assert_eq!(status(&held(), "T12", date(2026, 2, 10)), Status::Overdue);
    for (sender, end) in [(COURT, "custody_ended"), (POLICE, "absconded")] {
        assert_eq!(status(&held().then(sender, end), "T12", date(2027, 1, 1)), Status::Met, "{end}");
        let late = held().on(date(2026, 2, 11)).then(sender, end);
        assert_eq!(status(&late, "T12", date(2027, 1, 1)), Status::Late, "{end}");
        assert!(late.case().alarms().next().is_none() && questions(&late.case()) == custody_asked());
    }
    let refused = contested()
        .telling(COURT, "refused", &[given("ground", item("4(4)"))])
        .on(date(2026, 2, 9))
        .then(COURT, "decision_final")
        .on(date(2026, 2, 20))
        .then(ISSUER, "withdrawn");
    assert_eq!(due(&refused.case(), "T12"), date(2026, 2, 9));
}

#[test]
fn custody_on_another_title_is_no_custody_on_the_warrant() {
    let other = [given("kind", item("other_sentence"))];
    let story = ordered_in("NL").telling(COURT, "custody_ordered", &other).then(COURT, "decision_final");
    assert!(!story.case().custody.is_held());
    assert_eq!(story.case().custody.periods().len(), 2);
    assert_eq!(status(&story, "T7", date(2026, 5, 1)), Status::Suspended);
    let calendars = crate::calendar::Calendars::current();
    let days =
        |story: &Story, on: Date| story.case().custody.days(calendars, story.opening.jurisdiction, noon(on));
    assert_eq!(days(&story, date(2026, 6, 1)), 51, "2 February to 24 March");
    let back = story.on(date(2026, 4, 10)).then(COURT, "custody_ordered");
    assert_eq!((days(&back, date(2026, 4, 11)), back.case().custody.is_held()), (53, true));
    // Without a title on the case, its end asks for no release.
    let elsewhere = contested().telling(COURT, "custody_ordered", &other).then(ISSUER, "withdrawn");
    assert_eq!(questions(&elsewhere.case()), custody_asked());
}

#[test]
fn a_release_in_time_takes_the_place_of_the_surrender_and_does_not_meet_its_period() {
    let early = due_in("NL").on(date(2026, 3, 26)).then(COURT, "released");
    assert_eq!(status(&early, "T4", date(2027, 1, 1)), Status::Superseded);
    let late = due_in("NL").on(date(2026, 4, 8)).then(COURT, "released");
    assert_eq!(status(&late, "T4", date(2027, 1, 1)), Status::Late);
}

#[test]
fn what_is_ordered_and_refused_of_several_offences_is_remembered_and_a_gap_or_an_overlap_is_remarked() {
    let offence = |number: u32| given("offence", number);
    let ground = given("ground", item("4a"));
    let mut story = contested();
    story.opening.items = 2;
    let refused = |story: Story, number| story.telling(COURT, "offences_refused", &[offence(number), ground]);
    let ordered = |story: Story, numbers: &[u32]| {
        let offences: Vec<_> = numbers.iter().map(|number| offence(*number)).collect();
        story.telling(COURT, "execution_ordered", &offences)
    };
    let whole = refused(ordered(story.clone(), &[1]), 2);
    assert_eq!(remark(&whole), None);
    let whole = whole.then(COURT, "decision_final");
    assert_eq!((state(&whole), remark(&whole)), ("surrender_due", None));
    let numbers = |code| whole.case().all_values(code).filter_map(Value::number).collect::<Vec<_>>();
    assert_eq!((numbers("offences_ordered"), numbers("offences_refused")), (vec![1], vec![2]));
    let twice = refused(ordered(story.clone(), &[1]), 1);
    assert_eq!(remark(&twice), Some(Remark::DecidedTwice));
    let gap = ordered(story.clone(), &[1]);
    assert_eq!(remark(&gap), None, "the other one may still be decided");
    assert_eq!(remark(&gap.then(COURT, "decision_final")), Some(Remark::Undecided));
    let all = story.clone().then(COURT, "execution_ordered").then(COURT, "decision_final");
    assert_eq!(remark(&all), None, "none is named, and all are meant");
    let whole = |story: &Story| {
        story.case().all_values("offences_ordered").filter_map(Value::number).collect::<Vec<_>>()
    };
    assert_eq!(whole(&all), [1, 2]);
    let afterwards = refused(story.clone().then(COURT, "execution_ordered"), 2);
    assert_eq!(remark(&afterwards), Some(Remark::DecidedTwice));
    let rest = refused(story, 2).then(COURT, "execution_ordered");
    assert_eq!((remark(&rest), whole(&rest)), (None, vec![1]), "what is refused is not meant");
}

#[test]
fn an_answer_that_grants_nothing_and_one_that_names_none_of_several_requests_are_remarked() {
    let asked = surrendered().then(ISSUER, "speciality_consent_requested");
    let silent = asked.clone().then(COURT, "speciality_consent_answered");
    assert_eq!(remark(&silent), Some(Remark::NotGranted));
    let granted = asked.telling(COURT, "speciality_consent_answered", &[given("granted", Value::Set)]);
    assert_eq!(remark(&granted), None);
    let one = contested().then(COURT, "information_requested");
    assert_eq!(remark(&one.clone().then(ISSUER, "information_supplied")), None);
    let two = one.then(COURT, "information_requested").then(ISSUER, "information_supplied");
    assert_eq!((remark(&two), two.case().questions.len()), (Some(Remark::AnswersNone), 2));
}

#[test]
fn that_a_limit_was_exceeded_can_be_told_after_the_decision_too() {
    for story in [due_in("NL"), surrendered(), contested().then(ISSUER, "withdrawn")] {
        assert_eq!(refusal(&story, COURT, "limit_exceeded", &[]), Ok(()));
    }
    assert_eq!(in_state("NL").refused(COURT, "limit_exceeded").code(), Code::EventNotAllowed);
}

#[test]
fn a_release_that_is_told_late_frees_nobody_who_was_arrested_again_since() {
    let held = || {
        arrested()
            .on(date(2026, 2, 10))
            .then(POLICE, "absconded")
            .on(date(2026, 2, 20))
            .then(POLICE, "rearrested")
            .on(date(2026, 2, 24))
            .then(ISSUER, "withdrawn")
    };
    let late = held().on(date(2026, 2, 5)).then(COURT, "custody_ended");
    assert!(late.case().custody.is_held());
    assert_eq!(questions(&late.case()), both_asked());
    assert_eq!(status(&late, "T12", date(2026, 2, 25)), Status::Overdue);
    let free = late.on(date(2026, 2, 24)).then(COURT, "custody_ended");
    assert!(!free.case().custody.is_held() && questions(&free.case()) == custody_asked());
    assert_eq!(status(&free, "T12", date(2026, 2, 25)), Status::Met);
}

#[test]
fn whoever_was_arrested_by_one_who_did_not_know_of_the_end_is_held_and_has_to_be_released() {
    let closed = || in_state("NL").then(COURT, "registered");
    let unknown = closed().facts.len();
    let mut ends = vec![closed().then(COURT, "person_not_found").crossing(POLICE, "arrested", unknown)];
    let refused =
        contested().telling(COURT, "refused", &[given("ground", item("4(4)"))]).then(POLICE, "absconded");
    let unknown = refused.facts.len();
    ends.push(refused.then(COURT, "decision_final").crossing(POLICE, "rearrested", unknown));
    for story in ends {
        let case = story.case();
        assert!(case.state().is_terminal);
        assert!(case.custody.is_held(), "{}", case.state().code);
        assert_eq!(questions(&case)[..1], release_asked());
        assert_eq!(due(&case, "T12"), date(2026, 2, 2));
        let free = story.on(date(2026, 2, 3)).then(COURT, "custody_ended");
        assert!(!free.case().custody.is_held());
        assert!(free.case().questions.iter().all(|open| open.kind != "release"));
    }
}

#[test]
fn a_release_that_was_missed_stays_missed_whatever_happens_after() {
    let late = || due_in("NL").on(date(2026, 4, 10));
    let ground = [given("ground", item("health"))];
    let refused = late().telling(COURT, "refused", &ground);
    assert_eq!(status(&refused, "T7", date(2027, 1, 1)), Status::Overdue, "owed until the refusal is final");
    let finally = refused.then(COURT, "decision_final");
    assert_eq!(status(&finally, "T7", date(2027, 1, 1)), Status::Overdue, "and after it, too");
    let free = finally.then(COURT, "custody_ended");
    assert_eq!(status(&free, "T7", date(2027, 1, 1)), Status::Late);
    for code in ["surrender_suspended", "surrender_postponed"] {
        let story = late().then(COURT, code);
        assert_eq!(status(&story, "T7", date(2027, 1, 1)), Status::Overdue, "{code}");
        let ended = story.then(COURT, "custody_ended").then(ISSUER, "withdrawn");
        assert_eq!(status(&ended, "T7", date(2027, 1, 1)), Status::Late, "{code}");
    }
    let consented = arrested()
        .then(COURT, "consent_recorded")
        .then(COURT, "execution_ordered")
        .then(COURT, "decision_final")
        .on(date(2026, 4, 10))
        .then(COURT, "consent_revoked");
    for (code, expected) in [("T4", Status::Late), ("T7", Status::Overdue)] {
        assert_eq!(status(&consented, code, date(2027, 1, 1)), expected, "{code}");
    }
}

#[test]
fn a_period_that_stood_still_when_the_case_ended_was_not_missed() {
    let obstacle = deferred("immunity").on(date(2026, 6, 12)).then(ISSUER, "withdrawn");
    assert_eq!(status(&obstacle, "T1", date(2027, 1, 1)), Status::Discontinued);
    let own_sentence = postponed().on(date(2026, 6, 12)).then(ISSUER, "withdrawn");
    assert_eq!(status(&own_sentence, "T4", date(2027, 1, 1)), Status::Discontinued);
}

#[test]
fn a_release_in_time_stays_in_time_whatever_is_told_of_the_person_later() {
    let free = || due_in("NL").on(date(2026, 3, 26)).then(COURT, "custody_ended");
    let twice = free().on(date(2026, 4, 10)).then(POLICE, "absconded").then(ISSUER, "withdrawn");
    assert_eq!(status(&twice, "T7", date(2027, 1, 1)), Status::Met);
    let told_late = due_in("NL")
        .on(date(2026, 4, 12))
        .then(ISSUER, "withdrawn")
        .on(date(2026, 3, 26))
        .then(COURT, "custody_ended");
    assert_eq!(status(&told_late, "T7", date(2027, 1, 1)), Status::Met);
}

#[test]
fn a_day_that_was_agreed_is_forgotten_with_the_order_it_was_agreed_for() {
    let agreed = || agreed(due_in("NL"), date(2026, 4, 1));
    assert!(agreed().case().value("surrender_on").is_some());
    for code in ["force_majeure_found", "surrender_suspended", "surrender_postponed"] {
        assert_eq!(agreed().then(COURT, code).case().value("surrender_on"), None, "{code}");
    }
}

#[test]
fn an_arrest_that_crossed_a_surrender_holds_nobody_and_a_final_refusal_divides_no_offences() {
    let released = due_in("NL").on(date(2026, 4, 4)).then(COURT, "released").on(date(2026, 5, 4));
    let known = released.facts.len();
    let story = released.then(PROSECUTOR, "surrendered").crossing(POLICE, "rearrested", known);
    let case = story.case();
    assert_eq!(case.state().code, "surrendered");
    if case.steps.last().unwrap().event == *"rearrested" {
        assert_eq!(case.steps.last().unwrap().effect, Effect::CrossedWithoutEffect);
    }
    assert!(!case.custody.is_held() && case.clocks.iter().all(|clock| clock.definition.code != "T12"));
    let mut story = contested();
    story.opening.items = 2;
    let refused = story
        .telling(COURT, "execution_ordered", &[given("offence", 1_u32)])
        .telling(COURT, "refused", &[given("ground", item("4(4)"))])
        .then(COURT, "decision_final");
    assert_eq!((state(&refused), remark(&refused)), ("refused", None));
}

#[test]
fn whatever_is_remarked_is_remarked_on_an_event_that_says_that_it_may_be() {
    let offence = [given("offence", 1_u32), given("ground", item("4a"))];
    let both = contested().telling(COURT, "execution_ordered", &[given("offence", 1_u32)]);
    let remarked = [
        (due_in("NL").on(date(2026, 3, 26)).then(COURT, "released"), Remark::ReleasedEarly),
        (agreed(due_in("NL"), date(2026, 4, 30)), Remark::AgreedAfterLimit),
        (agreed(due_in("NL"), date(2026, 4, 1)).then(POLICE, "surrendered"), Remark::NotOnAgreedDay),
        (
            surrendered().telling(CENTRAL, "custody_stated", &[given("custody_days", 1_u32)]),
            Remark::CustodyCountsOtherwise,
        ),
        (both.telling(COURT, "offences_refused", &offence), Remark::DecidedTwice),
    ];
    for (story, expected) in remarked {
        assert_eq!(remark(&story), Some(expected));
        let last = story.facts.last().unwrap().event.code();
        assert!(EAW.may_be_remarked(EAW.event(last.as_str()).unwrap()), "{last}");
    }
    assert!(!EAW.may_be_remarked(EAW.event("registered").unwrap()));
}
