//! Decisions: of first instance and final, for execution and against it, in part and for a sentence that is taken over.

use super::*;

fn ground() -> [Parameter; 1] {
    [given("ground", item("4(4)"))]
}

fn refusing(story: Story) -> Story {
    story.telling(COURT, "refused", &ground())
}

#[test]
fn a_refusal_of_first_instance_is_not_final_and_its_clock_runs_on() {
    let story = refusing(contested());
    assert_eq!((state(&story), story.case().state().is_terminal), ("refusal_decided", false));
    assert_eq!(status(&story, "T1", date(2026, 3, 1)), Status::Running);
    let story = story.on(date(2026, 3, 10)).then(COURT, "decision_final");
    assert_eq!((state(&story), status(&story, "T1", date(2027, 1, 1))), ("refused", Status::Met));
}

#[test]
fn an_appeal_overturns_a_refusal_and_an_order() {
    let appealed = refusing(contested()).then(PROSECUTOR, "appeal_lodged");
    assert_eq!(state(&appealed), "appealed");
    let ordered = appealed.clone().then(COURT, "execution_ordered").then(COURT, "decision_final");
    assert_eq!(state(&ordered), "surrender_due");
    let refused = refusing(ordered_in("NL").then(COURT, "appeal_lodged"));
    assert_eq!(state(&refused), "refusal_decided");
    assert_eq!(state(&appealed.then(COURT, "appeal_withdrawn")), "refusal_decided");
    assert_eq!(
        state(&ordered_in("NL").then(COURT, "appeal_lodged").then(COURT, "appeal_withdrawn")),
        "ordered"
    );
}

#[test]
fn a_refusal_for_immunity_begins_the_period_that_waited_and_an_appeal_that_overturns_it_moves_it_no_more() {
    let refused = deferred("immunity").on(date(2026, 2, 20));
    let refused = refused.telling(COURT, "refused", &[given("ground", item("immunity_not_waived"))]);
    assert_eq!(
        (status(&refused, "T1", date(2026, 3, 1)), due(&refused.case(), "T1")),
        (Status::Running, date(2026, 4, 21))
    );
    let appealed = refused.clone().on(date(2026, 2, 25)).then(PROSECUTOR, "appeal_lodged");
    let overturned = appealed.on(date(2026, 3, 2)).then(COURT, "execution_ordered");
    let case = overturned.case();
    assert_eq!((case.state().code, due(&case, "T1")), ("ordered", date(2026, 4, 21)));
    // An order that is made anew on appeal renews nothing that ran.
    let ordered = ordered_in("NL").then(COURT, "appeal_lodged").then(COURT, "execution_ordered");
    assert_eq!(due(&ordered.case(), "T1"), date(2026, 4, 7));
    assert_eq!(state(&refused.then(COURT, "decision_final")), "refused");
}

#[test]
fn nothing_is_final_while_it_is_under_appeal() {
    let appealed = ordered_in("NL").then(COURT, "appeal_lodged");
    assert_eq!(appealed.refused(COURT, "decision_final").code(), Code::EventNotAllowed);
    assert_eq!(appealed.refused(POLICE, "surrendered").code(), Code::EventNotAllowed);
}

#[test]
fn a_suspended_surrender_may_still_be_refused_and_what_is_missing_asked() {
    let prevented = due_in("NL").then(COURT, "force_majeure_found");
    let released = due_in("NL").on(date(2026, 4, 4)).then(COURT, "released");
    for story in [suspended(), due_in("NL"), prevented, postponed(), released] {
        let from = state(&story);
        let asked = story.clone().telling(
            COURT,
            "information_requested",
            &[given("day", date(2026, 4, 30)), given("copy_of_judgment", Value::Set)],
        );
        assert_eq!((state(&asked), due(&asked.case(), "T3")), (from, date(2026, 4, 30)));
        let answered = asked.then(ISSUING_CENTRAL, "information_supplied");
        assert!(answered.case().questions.iter().all(|open| open.kind != "information"), "{from}");
        let refused = story.telling(COURT, "refused", &[given("ground", item("health"))]);
        assert_eq!(state(&refused), "refusal_decided", "{from}");
        // Until the refusal is final, the day stands on which whoever is held has to be released.
        let release = |clock: &&crate::case::Clock| clock.is_open() && clock.definition.code == "T7";
        let case = refused.case();
        assert!(case.clocks.iter().filter(|clock| clock.is_open()).all(|clock| release(&clock)), "{from}");
        assert_eq!(case.clocks.iter().any(|clock| release(&clock)), case.custody.is_held(), "{from}");
        let refused = refused.then(COURT, "decision_final");
        assert_eq!(state(&refused), "refused", "{from}");
        assert!(refused.case().clocks.iter().all(|clock| !release(&clock)), "{from}");
    }
}

#[test]
fn a_warrant_is_withdrawn_in_every_state_before_surrender_and_after_a_final_refusal() {
    let prevented = due_in("NL").then(COURT, "force_majeure_found");
    let finally = refusing(contested()).then(COURT, "decision_final");
    let states = [
        in_state("NL"),
        arrested(),
        contested(),
        refusing(contested()),
        finally,
        ordered_in("NL"),
        due_in("NL"),
        prevented,
        suspended(),
        postponed(),
        deferred("immunity"),
    ];
    for story in states {
        let from = state(&story);
        let story = story.then(ISSUER, "withdrawn");
        assert_eq!(state(&story), "withdrawn", "{from}");
        // Whoever is held then is still to be released.
        let open = |clock: &crate::case::Clock| clock.is_open() && clock.definition.code != "T12";
        assert!(!story.case().clocks.iter().any(open), "{from}");
    }
    assert_eq!(surrendered().refused(ISSUER, "withdrawn").code(), Code::EventNotAllowed);
}

#[test]
fn a_withdrawal_that_crosses_the_surrender_comes_too_late_and_is_shown() {
    let known = due_in("NL").facts.len();
    let story = due_in("NL").then(POLICE, "surrendered").crossing(ISSUER, "withdrawn", known);
    let case = story.case();
    assert_eq!((case.state().code, case.crossings.len()), ("surrendered", 1));
    assert!(case.crossings[0].lost);
}

#[test]
fn a_sentence_is_taken_over_only_after_its_certificate_was_sent_and_the_issuing_state_agreed() {
    assert_eq!(contested().refused(COURT, "sentence_recognised").code(), Code::EventNotAllowed);
    let asked = contested().then(COURT, "certificate_requested");
    assert_eq!(state(&asked), "contested");
    assert_eq!(questions(&asked.case()), [("certificate".to_owned(), Side::Asking)]);
    let maintained = asked.clone().then(ISSUER, "certificate_refused");
    assert!(maintained.case().questions.is_empty());
    assert_eq!(maintained.refused(COURT, "sentence_recognised").code(), Code::EventNotAllowed);
    assert_eq!(state(&maintained.then(COURT, "execution_ordered")), "ordered");
    let sent = asked.then(ISSUING_CENTRAL, "certificate_sent");
    assert_eq!((state(&sent), sent.case().questions.is_empty()), ("contested", true));
    let taken = sent.then(COURT, "sentence_recognised");
    assert_eq!(state(&taken), "taken_over");
    assert!(taken.case().clocks.iter().all(|clock| !clock.is_open()));
}

#[test]
fn nothing_of_a_sentence_happens_to_a_warrant_for_prosecution_alone() {
    let mut story = contested();
    story.opening.traits.retain(|it| *it == "prosecution");
    for code in ["certificate_requested", "sentence_recognised"] {
        assert!(matches!(story.refused(COURT, code), NotAllowed::NotForThis { .. }), "{code}");
    }
    assert!(matches!(story.refused(ISSUER, "certificate_sent"), NotAllowed::NotForThis { .. }));
    let absence = [given("ground", item("4a"))];
    assert!(matches!(refusal(&story, COURT, "refused", &absence), Err(NotAllowed::NotForThis { .. })));
    assert_eq!(refusal(&story, COURT, "refused", &ground()), Ok(()));
}

#[test]
fn taking_a_sentence_over_is_no_ground_for_refusing() {
    let event = EAW.event("refused").unwrap();
    let grounds: Vec<_> = event.parameter("ground").unwrap().items().iter().map(|one| one.code).collect();
    assert!(grounds.contains(&"4(5)") && !grounds.contains(&"4(6)"));
}

#[test]
fn offences_left_out_of_an_order_have_their_grounds() {
    let left_out = [
        given("offence", 2_u32),
        given("offence", 3_u32),
        given("ground", item("4(4)")),
        given("ground", item("4(1)")),
    ];
    for story in [contested(), ordered_in("NL")] {
        let from = state(&story);
        let story = story.telling(COURT, "offences_refused", &left_out);
        assert_eq!(state(&story), from, "the warrant itself goes on");
    }
    let bare = crate::case::Event::of(EAW.event("offences_refused").unwrap(), left_out[..2].to_vec());
    assert!(bare.is_err(), "no offence is left out without a ground");
}

#[test]
fn a_case_that_was_ordered_is_set_aside_and_goes_on_where_it_was() {
    let story = ordered_in("NL").telling(COURT, "deferred", &[given("reason", item("fundamental_rights"))]);
    assert_eq!(state(&story), "deferred");
    assert_eq!(state(&story.then(COURT, "deferral_ended")), "ordered");
}

#[test]
fn a_hearing_is_asked_for_by_the_issuing_side_and_arranged_while_the_case_is_set_aside_too() {
    for story in [contested(), deferred("preliminary_reference")] {
        let hearing = [given("hearing", item("temporary_transfer"))];
        let story = story.telling(ISSUER, "hearing_requested", &hearing);
        assert_eq!(questions(&story.case()), [("hearing".to_owned(), Side::Answering)]);
        assert!(story.telling(COURT, "hearing_arranged", &hearing).case().questions.is_empty());
    }
}
