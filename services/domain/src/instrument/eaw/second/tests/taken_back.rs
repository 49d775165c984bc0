//! What was told wrongly: it is said anew, or taken back, by whoever told it.

use super::*;

fn correcting(of: Value, more: &[Parameter]) -> Vec<Parameter> {
    [&[given("corrects", of)], more].concat()
}

fn taking_back(story: Story, by: &str, of: Value) -> Story {
    let parameters = correcting(of, &[given("never_happened", Value::Set)]);
    story.telling(by, "corrected", &parameters)
}

#[test]
fn an_end_that_was_told_of_the_wrong_case_is_taken_back_and_the_case_goes_on_as_it_stood() {
    let before = due_in("NL").on(date(2026, 3, 26));
    for (sender, event) in [(POLICE, "died"), (POLICE, "surrendered"), (ISSUER, "withdrawn")] {
        let ended = before.clone().then(sender, event);
        let (told, wrong) = (last(&ended), ended.facts.len() - 1);
        let back = taking_back(ended, sender, told);
        let case = back.case();
        assert_eq!((case.state().code, case.custody.is_held()), ("surrender_due", true), "{event}");
        assert_eq!(
            (case.steps[wrong].effect, case.steps[wrong].remark),
            (Effect::Void, Some(Remark::TakenBack))
        );
        assert_eq!(remark(&back), Some(Remark::TakesBack));
        assert_eq!((due(&case, "T7"), questions(&case)), (date(2026, 4, 3), vec![]), "{event}");
        assert_eq!(state(&back.then(POLICE, "surrendered")), "surrendered");
    }
}

#[test]
fn an_arrest_and_a_deferral_that_never_were_leave_no_clock_and_no_custody() {
    let wrong = arrested();
    let back = taking_back(wrong.clone(), POLICE, last(&wrong));
    assert_eq!(state(&back), "under_review");
    assert!(back.case().clocks.is_empty() && !back.case().custody.was_ever());
    let wrong = deferred("immunity");
    let back = taking_back(wrong.clone(), COURT, last(&wrong));
    assert_eq!((state(&back), status(&back, "T1", date(2026, 2, 6))), ("arrested", Status::Running));
}

#[test]
fn what_something_else_followed_from_is_taken_back_after_that_alone_and_by_its_own_sender() {
    let story = contested();
    let arrest = message(&story, 1);
    let back = [given("corrects", arrest), given("never_happened", Value::Set)];
    let fault = refusal(&story, POLICE, "corrected", &back).unwrap_err();
    assert_eq!((fault.code(), matches!(fault, NotAllowed::Followed { .. })), (Code::EventNotAllowed, true));
    assert!(matches!(refusal(&story, COURT, "corrected", &back), Err(NotAllowed::OfAnother { .. })));
    let consent = last(&story);
    let first = taking_back(story, COURT, consent);
    assert_eq!(refusal(&first, POLICE, "corrected", &back), Ok(()));
}

#[test]
fn whoever_takes_back_a_correction_leaves_what_was_said_before_it() {
    let ended = due_in("NL").on(date(2026, 3, 26)).then(POLICE, "surrendered");
    let told = last(&ended);
    let back = taking_back(ended, POLICE, told);
    let again = taking_back(back.clone(), POLICE, last(&back));
    assert_eq!((state(&again), again.case().custody.is_held()), ("surrendered", false));
}

#[test]
fn a_message_that_crossed_the_taking_back_of_what_it_followed_from_has_no_effect() {
    let ended = due_in("NL").on(date(2026, 3, 26)).then(POLICE, "surrendered");
    let (told, known) = (last(&ended), ended.facts.len());
    let back = taking_back(ended, POLICE, told).crossing(ISSUER, "surrender_confirmed", known);
    assert_eq!(state(&back), "surrender_due");
    let confirmed = back.case().steps.iter().find(|step| step.event == *"surrender_confirmed").copied();
    assert_eq!(confirmed.unwrap().effect, Effect::CrossedWithoutEffect);
}

#[test]
fn guarantees_grounds_kinds_reasons_and_days_are_said_anew_by_whoever_told_them() {
    let ordered = contested().telling(COURT, "execution_ordered", &[given("guarantee", item("return"))]);
    let other = correcting(last(&ordered), &[given("guarantee", item("life_review"))]);
    let right = ordered.telling(COURT, "corrected", &other);
    assert_eq!(
        right.case().value("guarantees_ordered"),
        Some(Value::Item(Symbol::of("life_review").unwrap()))
    );
    let held = due_in("NL").telling(COURT, "custody_ordered", &[given("kind", item("other_sentence"))]);
    assert!(!held.case().custody.is_held());
    let kind = correcting(last(&held), &[given("kind", item("house_arrest"))]);
    assert!(held.telling(COURT, "corrected", &kind).case().custody.is_held());
    let aside = deferred("immunity");
    let reason = correcting(last(&aside), &[given("reason", item("competing_requests"))]);
    let right = aside.telling(COURT, "corrected", &reason);
    assert_eq!(status(&right, "T1", date(2026, 2, 6)), Status::Running, "it stands for immunity alone");
    let stated = surrendered().telling(CENTRAL, "custody_stated", &[given("custody_days", 1_u32)]);
    let days = correcting(last(&stated), &[given("custody_days", 59_u32)]);
    assert_eq!(
        stated.telling(CENTRAL, "corrected", &days).case().value("custody_days"),
        Some(Value::Number(59))
    );
    let foreign = correcting(last(&held_in_vain()), &[given("ground", item("3(1)"))]);
    assert_eq!(remark(&held_in_vain().telling(COURT, "corrected", &foreign)), Some(Remark::CorrectsNothing));
}

fn held_in_vain() -> Story {
    due_in("NL").then(COURT, "custody_ordered")
}

#[test]
fn an_order_that_confirms_another_one_on_appeal_keeps_its_offences_and_guarantees_unless_it_names_its_own() {
    let mut story = contested();
    story.opening.items = 2;
    let first = [given("offence", 1_u32), given("guarantee", item("return"))];
    let appealed = story.telling(COURT, "execution_ordered", &first).then(PROSECUTOR, "appeal_lodged");
    let stands = |story: &Story| {
        let case = story.case();
        (
            case.all_values("offences_ordered").filter_map(Value::number).collect::<Vec<_>>(),
            case.value("guarantees_ordered").is_some(),
        )
    };
    let confirmed = appealed.clone().then(COURT, "execution_ordered");
    assert_eq!(stands(&confirmed), (vec![1], true));
    assert_eq!(remark(&confirmed.then(COURT, "decision_final")), Some(Remark::ConditionNotMet));
    let wider = [given("offence", 1_u32), given("offence", 2_u32)];
    assert_eq!(stands(&appealed.telling(COURT, "execution_ordered", &wider)), (vec![1, 2], false));
}

#[test]
fn a_form_is_corrected_in_words_by_whoever_sent_it_and_says_nothing_else_anew() {
    let opening = Value::from(contested().opening.referral.opening());
    let said =
        |more: &[Parameter]| remark(&contested().telling(ISSUER, "corrected", &correcting(opening, more)));
    assert_eq!(said(&[]), None);
    assert_eq!(said(&[given("offence", 1_u32)]), Some(Remark::CorrectsNothing));
}
