//! What an order depends on, and what is to be done at once where surrender did not take place.

use super::*;
use crate::instrument::Symbol;

fn offence(number: u32) -> Parameter {
    given("offence", number)
}

fn guarantee(item_code: &str) -> Parameter {
    given("guarantee", item(item_code))
}

#[test]
fn an_order_for_nothing_is_remarked_wherever_it_is_told() {
    let mut story = contested();
    story.opening.items = 2;
    let both = [offence(1), offence(2), given("ground", item("4(4)"))];
    let refused = story.telling(COURT, "offences_refused", &both);
    assert_eq!(remark(&refused), Some(Remark::NothingOrdered));
    let ordered = refused.then(COURT, "execution_ordered");
    assert_eq!(remark(&ordered), Some(Remark::NothingOrdered));
    assert_eq!(remark(&ordered.then(COURT, "decision_final")), Some(Remark::NothingOrdered));
}

#[test]
fn a_guarantee_on_which_the_order_depends_is_asked_for_until_it_is_given() {
    let ordered = || {
        let asked = contested().telling(COURT, "guarantee_requested", &[guarantee("return")]);
        asked.telling(COURT, "execution_ordered", &[guarantee("return")])
    };
    assert_eq!(remark(&ordered()), None, "it is ordered under a condition");
    assert_eq!(ordered().case().value("guarantees_ordered"), Some(item("return")));
    let given_then =
        ordered().telling(ISSUER, "guarantee_given", &[guarantee("return")]).then(COURT, "decision_final");
    assert_eq!(remark(&given_then), None);
    let open = ordered().then(COURT, "decision_final");
    assert_eq!(remark(&open), Some(Remark::ConditionNotMet));
    let refused = open.telling(ISSUER, "guarantee_refused", &[guarantee("return")]);
    assert_eq!(remark(&refused), Some(Remark::ConditionNotMet));
    assert_eq!(remark(&refused.then(POLICE, "surrendered")), Some(Remark::ConditionNotMet));
    let taken_back = ordered().telling(ISSUER, "guarantee_given", &[guarantee("return")]);
    let taken_back = taken_back.telling(ISSUER, "guarantee_refused", &[guarantee("return")]);
    assert_eq!(remark(&taken_back.then(COURT, "decision_final")), Some(Remark::ConditionNotMet));
    // Another guarantee that is refused touches no condition.
    let other = contested().telling(ISSUER, "guarantee_refused", &[guarantee("return")]);
    assert_eq!(remark(&other), None);
}

#[test]
fn whoever_was_judged_in_absence_may_be_returned_to_serve_as_one_who_is_prosecuted() {
    let mut story = contested();
    story.opening.traits = vec![Symbol::new("sentence")];
    assert_eq!(refusal(&story, COURT, "guarantee_requested", &[guarantee("return")]), Ok(()));
}

#[test]
fn a_new_date_is_owed_at_once_after_force_majeure_and_when_a_suspension_ends_until_one_is_proposed() {
    let prevented = due_in("NL").then(COURT, "force_majeure_found");
    let ended = suspended().on(date(2026, 3, 30)).then(COURT, "suspension_ended");
    for story in [prevented, ended] {
        assert_eq!(questions(&story.case()), [("new_date".to_owned(), Side::Answering)], "{}", state(&story));
        assert!(story.case().waits_for(EAW.capacity("executing").unwrap(), story.declared));
        let proposed = proposing(story, COURT, date(2026, 4, 2));
        assert_eq!(questions(&proposed.case()), [("surrender_date".to_owned(), Side::Asking)]);
    }
    assert!(questions(&suspended().case()).is_empty(), "nobody knows yet when the grounds end");
}

fn away(from: Story) -> Story {
    let offered = from.telling(COURT, "temporary_surrender_proposed", &[given("day", date(2026, 9, 1))]);
    let offer = given("answers", last(&offered));
    offered
        .telling(ISSUER, "temporary_surrender_accepted", &[offer])
        .then(PROSECUTOR, "temporarily_surrendered")
}

#[test]
fn a_temporary_surrender_without_a_postponement_before_it_leads_back_to_surrender() {
    let back = away(due_in("NL")).on(date(2026, 8, 20)).then(COURT, "returned_from_temporary");
    let due = back.then(COURT, "postponement_ended");
    assert_eq!((state(&due), status(&due, "T7", date(2026, 8, 21))), ("surrender_due", Status::Running));
    assert_eq!(state(&due.then(POLICE, "surrendered")), "surrendered");
}

#[test]
fn whoever_was_surrendered_for_a_time_is_not_held_here_meanwhile_and_is_after_the_return() {
    let gone = away(due_in("NL").on(date(2026, 3, 30)));
    assert!(!gone.case().custody.is_held());
    let withdrawn = gone.clone().on(date(2026, 4, 10)).then(ISSUER, "withdrawn");
    assert_eq!(questions(&withdrawn.case()), [("custody_statement".to_owned(), Side::Answering)]);
    assert!(withdrawn.case().clocks.iter().all(|clock| clock.definition.code != "T12"));
    let returned = withdrawn.on(date(2026, 8, 20)).then(COURT, "returned_from_temporary");
    assert!(returned.case().custody.is_held());
    assert_eq!(due(&returned.case(), "T12"), date(2026, 8, 20));
    assert!(returned.case().questions.iter().any(|open| open.kind == "release"));
    let free = returned.then(COURT, "custody_ended");
    assert_eq!(status(&free, "T12", date(2027, 1, 1)), Status::Met);
    let elsewhere = gone.on(date(2026, 8, 20)).telling(
        COURT,
        "returned_from_temporary",
        &[given("kind", item("other_sentence"))],
    );
    assert!(!elsewhere.case().custody.is_held(), "on a sentence of the executing State");
}

#[test]
fn an_arrest_on_a_warrant_that_has_ended_is_told_and_asks_for_the_release() {
    let ended = in_state("NL").then(COURT, "registered").then(ISSUER, "executed_elsewhere");
    let held = ended.clone().on(date(2026, 2, 4)).then(POLICE, "arrested");
    assert_eq!((state(&held), held.case().custody.is_held()), ("withdrawn", true));
    let asked = |kind: &str| (kind.to_owned(), Side::Answering);
    assert_eq!(questions(&held.case()), [asked("release"), asked("custody_statement")]);
    assert_eq!((due(&held.case(), "T12"), remark(&held)), (date(2026, 2, 4), Some(Remark::HeldAllTheSame)));
    let free = held.then(COURT, "custody_ended");
    assert_eq!(
        (questions(&free.case()), free.case().custody.is_held()),
        (vec![asked("custody_statement")], false)
    );
    let other = ended.telling(POLICE, "arrested", &[given("kind", item("other_sentence"))]);
    assert!(questions(&other.case()).is_empty(), "on another title nobody is released");
}

#[test]
fn a_day_that_was_proposed_is_not_corrected_and_it_is_said_why() {
    let proposed = proposing(due_in("NL"), COURT, date(2026, 3, 30));
    let corrects = [given("corrects", last(&proposed)), given("day", date(2026, 3, 31))];
    let corrected = proposed.telling(COURT, "corrected", &corrects);
    assert_eq!(remark(&corrected), Some(Remark::OfferStands));
}

#[test]
fn whoever_may_tell_of_what_is_overdue_is_waited_for() {
    let held = due_in("NL");
    let waits = |capacity| held.case().waits_for(EAW.capacity(capacity).unwrap(), noon(date(2026, 6, 1)));
    assert!(
        waits("executing") && waits("prosecutor") && waits("police"),
        "the police hand over, the prosecutor releases"
    );
    assert!(!waits("central") && !waits("issuing"));
}
