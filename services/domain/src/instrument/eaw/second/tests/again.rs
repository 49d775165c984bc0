//! Ends of custody that are told late, of somebody who was held again since: that custody has a period of its own.

use super::*;

fn open_clocks(story: &Story) -> Vec<&'static str> {
    let case = story.case();
    case.clocks.iter().filter(|clock| clock.is_open()).map(|clock| clock.definition.code).collect()
}

#[test]
fn an_arrest_of_somebody_else_that_is_told_late_leaves_the_period_of_whoever_was_arrested_after_it() {
    let again = arrested().on(date(2026, 2, 4)).then(COURT, "custody_ended");
    let again = again.on(date(2026, 2, 10)).then(POLICE, "rearrested");
    let late = again.on(date(2026, 2, 5)).then(COURT, "identity_not_confirmed");
    assert_eq!((state(&late), remark(&late)), ("under_review", Some(Remark::HeldAgainSince)));
    assert!(late.case().custody.is_held());
    assert_eq!(clock(&late.case(), "T1").start_day, date(2026, 2, 10));
    assert_eq!(open_clocks(&late), ["T1"]);
}

#[test]
fn what_gave_way_to_the_period_of_a_consent_is_void_with_it_where_somebody_else_was_arrested() {
    let wrong = arrested().then(COURT, "consent_recorded").then(COURT, "identity_not_confirmed");
    let statuses: Vec<_> =
        wrong.case().clocks.iter().map(|clock| clock.status(noon(date(2026, 12, 1)))).collect();
    assert_eq!(statuses, [Status::Void, Status::Void]);
    // Whoever is arrested on a refusal that is not final has a period again.
    let refused = wrong.telling(COURT, "refused", &[given("ground", item("4(4)"))]);
    assert_eq!(open_clocks(&refused.then(POLICE, "arrested")), ["T1"]);
}

#[test]
fn a_release_that_is_told_late_gives_whoever_was_held_again_since_a_day_of_release() {
    let again = due_in("NL").on(date(2026, 3, 26)).then(COURT, "custody_ended");
    let again = again.on(date(2026, 3, 30)).then(POLICE, "rearrested");
    let late = again.on(date(2026, 3, 28)).then(COURT, "released");
    assert_eq!((state(&late), late.case().custody.is_held()), ("released_pending", true));
    assert_eq!((due(&late.case(), "T7"), remark(&late)), (date(2026, 4, 9), Some(Remark::HeldAgainSince)));
    assert_eq!(status(&late, "T7", date(2026, 4, 10)), Status::Overdue);
}

#[test]
fn whoever_is_held_again_after_the_day_of_release_on_which_he_was_free_has_a_day_of_his_own() {
    let free = || due_in("NL").on(date(2026, 4, 1)).then(COURT, "custody_ended");
    for (sender, event) in [(POLICE, "rearrested"), (COURT, "custody_ordered")] {
        let before = free().on(date(2026, 4, 2)).then(sender, event);
        assert_eq!(due(&before.case(), "T7"), date(2026, 4, 3), "nothing is won by a break");
        let after = free().on(date(2026, 4, 10)).then(sender, event);
        assert_eq!(due(&after.case(), "T7"), date(2026, 4, 20));
        let all: Vec<_> = after
            .case()
            .clocks
            .iter()
            .filter(|one| one.definition.code == "T7")
            .map(|one| one.status(noon(date(2026, 4, 11))))
            .collect();
        assert_eq!(all, [Status::Met, Status::Running]);
    }
}

#[test]
fn a_day_of_release_that_turns_out_to_have_passed_while_nobody_was_held_is_not_owed_any_more() {
    let missed = due_in("NL").on(date(2026, 4, 10)).then(COURT, "surrender_postponed");
    assert_eq!(status(&missed, "T7", date(2026, 4, 11)), Status::Overdue);
    let free = missed.on(date(2026, 4, 1)).then(COURT, "custody_ended");
    let held = free.on(date(2026, 4, 12)).then(POLICE, "rearrested");
    assert_eq!(status(&held, "T7", date(2026, 4, 13)), Status::Met);
}

#[test]
fn the_release_after_an_end_is_owed_from_the_end_however_early_the_arrest_was() {
    let withdrawn = in_state("NL").then(COURT, "registered").on(date(2026, 2, 20)).then(ISSUER, "withdrawn");
    let held = withdrawn.on(date(2026, 2, 10)).then(POLICE, "arrested");
    assert_eq!(due(&held.case(), "T12"), date(2026, 2, 20));
    let in_time = held.clone().on(date(2026, 2, 20)).then(COURT, "custody_ended");
    assert_eq!(status(&in_time, "T12", date(2026, 5, 1)), Status::Met);
    let before = held.on(date(2026, 2, 12)).then(COURT, "custody_ended");
    let is_release = |clock: &crate::case::Clock| clock.definition.code == "T12";
    assert!(!before.case().clocks.iter().any(is_release), "nobody was held when it ended");
    // The arrest was told by somebody who did not know of the end.
    let crossed = in_state("NL").then(COURT, "registered");
    let known = crossed.facts.len();
    let crossed = crossed.on(date(2026, 2, 20)).then(ISSUER, "withdrawn");
    let crossed = crossed.on(date(2026, 2, 10)).crossing(POLICE, "arrested", known);
    assert!(crossed.case().custody.is_held());
    assert_eq!(due(&crossed.case(), "T12"), date(2026, 2, 20));
}

#[test]
fn whoever_is_taken_over_or_was_surrendered_elsewhere_and_is_held_after_it_is_released() {
    let again = contested().then(COURT, "priority_decided").on(date(2026, 2, 10));
    let known = again.facts.len();
    let gone = again.on(date(2026, 2, 9)).then(PROSECUTOR, "surrendered_elsewhere");
    assert!(!gone.case().custody.is_held() && open_clocks(&gone).is_empty());
    let held = gone.on(date(2026, 2, 12)).crossing(POLICE, "rearrested", known);
    assert!(held.case().custody.is_held());
    assert_eq!(open_clocks(&held), ["T12"]);
}

#[test]
fn nobody_is_surrendered_or_dies_before_he_was_arrested() {
    let again = due_in("NL").on(date(2026, 3, 26)).then(COURT, "custody_ended");
    let again = again.on(date(2026, 3, 30)).then(POLICE, "rearrested").on(date(2026, 3, 28));
    for (sender, event) in [(POLICE, "surrendered"), (POLICE, "died")] {
        let fault = refusal(&again, sender, event, &[]).unwrap_err();
        assert!(matches!(fault, NotAllowed::BeforeItsCause { .. }), "{event}: {fault}");
    }
    // By somebody who did not know of the arrest it can be told, and ends the custody.
    let free = due_in("NL").on(date(2026, 3, 26)).then(COURT, "custody_ended");
    let known = free.facts.len();
    let crossed = free.on(date(2026, 3, 30)).then(COURT, "custody_ordered");
    let crossed = crossed.on(date(2026, 3, 28)).crossing(POLICE, "surrendered", known);
    assert_eq!((state(&crossed), crossed.case().custody.is_held()), ("surrendered", false));
    let known = crossed.facts.len() - 1;
    let order = crossed.on(date(2026, 3, 31)).crossing(COURT, "custody_ordered", known);
    assert_eq!((remark(&order), order.case().custody.is_held()), (None, false), "nothing can be told again");
}

#[test]
fn what_is_corrected_behind_what_followed_from_it_is_remarked_or_refused() {
    let prevented = due_in("NL").on(date(2026, 3, 26)).then(COURT, "force_majeure_found");
    let cause = last(&prevented);
    let agreed = agreed(prevented.on(date(2026, 4, 7)), date(2026, 4, 20)).on(date(2026, 4, 9));
    let anew = |of| [given("corrects", of), given("new_instant", Value::Set)];
    let fault = refusal(&agreed, COURT, "corrected", &anew(cause)).unwrap_err();
    assert!(matches!(fault, NotAllowed::BeforeItsCause { .. }), "{fault}");
    let within = agreed.on(date(2026, 3, 27)).telling(COURT, "corrected", &anew(cause));
    assert_eq!(remark(&within), None);
    let registered = contested().on(date(2026, 2, 3));
    let later = anew(message(&registered, 0));
    assert_eq!(remark(&registered.telling(COURT, "corrected", &later)), Some(Remark::OutOfOrder));
}

#[test]
fn a_decision_that_fell_is_no_final_decision_until_there_is_one_again() {
    let consented = arrested().then(COURT, "consent_recorded").then(COURT, "execution_ordered");
    let fallen = consented.then(COURT, "decision_final").on(date(2026, 2, 6)).then(COURT, "consent_revoked");
    let ordered = fallen.then(COURT, "execution_ordered").then(COURT, "surrender_postponed");
    assert_eq!(ordered.refused(COURT, "postponement_ended").code(), Code::EventNotAllowed);
    let last = ordered.then(COURT, "decision_final").then(COURT, "postponement_ended");
    assert_eq!(state(&last), "surrender_due");
}

#[test]
fn a_new_date_is_not_asked_for_where_one_is_proposed_or_nobody_is_to_be_surrendered_at_once() {
    let asked = |story: &Story| questions(&story.case()).iter().any(|(kind, _)| kind == "new_date");
    let suspended = suspended();
    assert!(asked(&suspended.clone().then(COURT, "suspension_ended")));
    let proposed = proposing(suspended, COURT, date(2026, 4, 2)).then(COURT, "suspension_ended");
    assert!(!asked(&proposed));
    let prevented = due_in("NL").then(COURT, "force_majeure_found");
    assert!(asked(&prevented) && !asked(&prevented.on(date(2026, 4, 4)).then(COURT, "released")));
}

#[test]
fn a_request_that_is_said_to_have_come_after_its_period_and_an_appeal_that_the_law_does_not_know_are_remarked()
 {
    let asked = surrendered().then(ISSUER, "speciality_consent_requested");
    let request = [given("answers", last(&asked))];
    let soon = asked.clone().on(date(2026, 4, 3)).telling(COURT, "request_received", &request);
    assert_eq!(remark(&soon), None);
    let late = asked.on(date(2026, 6, 3)).telling(COURT, "request_received", &request);
    assert_eq!(remark(&late), Some(Remark::ReceivedLate));
    let appealed = |of: &str| remark(&ordered_in(of).then(PROSECUTOR, "appeal_lodged"));
    assert_eq!((appealed("NL"), appealed("FR")), (Some(Remark::NoAppeal), None));
}

#[test]
fn whoever_is_held_on_a_refusal_after_a_decision_that_became_final_in_a_postponement_has_a_day_of_release() {
    let postponed = ordered_in("NL").then(COURT, "surrender_postponed").then(COURT, "decision_final");
    let refused =
        postponed.on(date(2026, 4, 1)).telling(COURT, "refused", &[given("ground", item("health"))]);
    assert_eq!(due(&refused.case(), "T7"), date(2026, 4, 11));
}

#[test]
fn custody_that_is_told_late_takes_its_own_place_in_time() {
    let held =
        due_in("NL").on(date(2026, 3, 26)).telling(POLICE, "rearrested", &[given("kind", item("detention"))]);
    let other = [given("kind", item("other_sentence"))];
    let before = held.on(date(2026, 3, 25)).telling(COURT, "custody_ordered", &other);
    assert!(before.case().custody.is_held());
    assert_eq!(
        (status(&before, "T7", date(2026, 4, 1)), due(&before.case(), "T7")),
        (Status::Running, date(2026, 4, 3))
    );
    // The day of release counts from the earlier of two arrests of which the later was told first.
    let released = due_in("NL").on(date(2026, 4, 2)).then(PROSECUTOR, "released");
    let again = released.on(date(2026, 4, 20)).then(POLICE, "rearrested");
    let earlier = again.on(date(2026, 4, 6)).then(POLICE, "rearrested");
    assert_eq!(due(&earlier.case(), "T7"), date(2026, 4, 16));
    let freed = earlier.on(date(2026, 4, 18)).then(COURT, "custody_ended");
    assert_eq!(status(&freed, "T7", date(2026, 4, 21)), Status::Running);
    assert_eq!(due(&freed.case(), "T7"), date(2026, 4, 30), "of the custody since 20 April");
    assert_eq!(freed.case().custody.periods().len(), 3);
}

#[test]
fn an_end_of_custody_between_two_that_is_told_late_meets_the_release_and_begins_another() {
    let again = || due_in("NL").on(date(2026, 4, 10)).then(POLICE, "rearrested");
    assert_eq!(status(&again(), "T7", date(2026, 4, 11)), Status::Overdue);
    let statuses = |story: &Story| {
        let case = story.case();
        let releases = case.clocks.iter().filter(|clock| clock.definition.code == "T7");
        releases.map(|clock| clock.status(noon(date(2026, 4, 11)))).collect::<Vec<_>>()
    };
    for (sender, event) in [(COURT, "custody_ended"), (POLICE, "absconded")] {
        let in_time = again().on(date(2026, 4, 1)).then(sender, event);
        assert_eq!(statuses(&in_time), [Status::Met, Status::Running], "{event}");
        assert_eq!(due(&in_time.case(), "T7"), date(2026, 4, 20));
        let late = again().on(date(2026, 4, 5)).then(sender, event);
        assert_eq!(statuses(&late), [Status::Late, Status::Running], "{event}");
    }
    let calendars = crate::calendar::Calendars::current();
    let in_time = again().on(date(2026, 4, 1)).then(COURT, "custody_ended");
    let days = in_time.case().custody.days(calendars, in_time.opening.jurisdiction, noon(date(2026, 4, 12)));
    assert_eq!(days, 59 + 3, "from 2 February until 1 April, and from 10 April on");
}

#[test]
fn whoever_is_held_again_in_a_deferral_after_a_final_decision_has_a_day_of_release() {
    let released = due_in("NL").on(date(2026, 4, 2)).then(PROSECUTOR, "released");
    let refused = released
        .telling(COURT, "refused", &[given("ground", item("health"))])
        .then(PROSECUTOR, "appeal_lodged");
    let ordered = refused.on(date(2026, 4, 10)).then(COURT, "execution_ordered");
    let deferred = ordered.telling(COURT, "deferred", &[given("reason", item("immunity"))]);
    for (sender, event) in [(POLICE, "rearrested"), (COURT, "custody_ordered")] {
        let held = deferred.clone().on(date(2026, 4, 20)).then(sender, event);
        assert_eq!(due(&held.case(), "T7"), date(2026, 4, 30), "{event}");
    }
}

#[test]
fn a_surrender_that_crossed_a_suspension_leaves_nobody_held_and_can_be_told() {
    let due = due_in("NL").on(date(2026, 3, 30));
    let known = due.facts.len();
    let crossed = due.then(COURT, "surrender_suspended").crossing(POLICE, "surrendered", known);
    assert_eq!((state(&crossed), crossed.case().custody.is_held()), ("surrendered", false));
    let refused = due_in("NL").on(date(2026, 3, 30));
    let known = refused.facts.len();
    let refused = refused.telling(COURT, "refused", &[given("ground", item("health"))]);
    let crossed = refused.crossing(POLICE, "surrendered", known);
    assert_eq!((remark(&crossed), crossed.case().custody.is_held()), (Some(Remark::FreeAllTheSame), false));
}

#[test]
fn of_two_arrests_that_crossed_the_earlier_one_counts() {
    let before = in_state("NL").then(COURT, "registered");
    let known = before.facts.len();
    let first = before
        .on(date(2026, 2, 6))
        .then(COURT, "free_message")
        .on(date(2026, 2, 6))
        .then(PROSECUTOR, "arrested");
    let both = first.on(date(2026, 2, 2)).crossing(POLICE, "arrested", known);
    assert_eq!(clock(&both.case(), "T1").start_day, date(2026, 2, 2));
    assert_eq!(both.case().custody.periods()[0].from, noon(date(2026, 2, 2)));
    assert_eq!(remark(&both), None);
}

#[test]
fn an_end_of_custody_is_told_though_somebody_was_arrested_again_since() {
    let withdrawn = arrested().on(date(2026, 3, 26)).then(ISSUER, "withdrawn");
    let again = withdrawn.on(date(2026, 3, 28)).then(POLICE, "arrested");
    assert_eq!(remark(&again), Some(Remark::HeldAllTheSame));
    let told = again.on(date(2026, 3, 26)).then(COURT, "custody_ended");
    assert_eq!(told.case().custody.periods().len(), 2);
    assert_eq!(status(&told, "T12", date(2026, 3, 29)), Status::Overdue, "of the second");
}

#[test]
fn a_request_is_answered_after_it_though_another_one_was_made_since() {
    let asked = surrendered().then(ISSUER, "speciality_consent_requested");
    let first = [given("answers", last(&asked))];
    let others = asked
        .on(date(2026, 5, 5))
        .then(ISSUER, "onward_consent_requested")
        .then(ISSUER, "speciality_consent_requested");
    let received = others.on(date(2026, 4, 3)).telling(COURT, "request_received", &first);
    let answered = received.on(date(2026, 4, 28)).telling(COURT, "speciality_consent_answered", &first);
    let case = answered.case();
    let of_first = case.clocks.iter().find(|clock| Value::from(clock.cause) == first[0].value).unwrap();
    assert_eq!(of_first.status(noon(date(2026, 12, 1))), Status::Met);
    let early = refusal(&answered.on(date(2026, 3, 28)), COURT, "request_received", &first).unwrap_err();
    assert!(matches!(early, NotAllowed::BeforeItsCause { .. }), "{early}");
}

#[test]
fn the_custody_of_somebody_else_counts_no_day_and_asks_for_no_statement() {
    let wrong = arrested().on(date(2026, 2, 10)).then(COURT, "identity_not_confirmed");
    let withdrawn = wrong.clone().then(ISSUER, "withdrawn");
    assert!(withdrawn.case().questions.is_empty() && !withdrawn.case().custody.was_ever());
    let right = wrong.on(date(2026, 3, 1)).then(POLICE, "arrested").then(COURT, "no_consent");
    let due = right.then(COURT, "execution_ordered").then(COURT, "decision_final").on(date(2026, 3, 10));
    let gone =
        due.then(POLICE, "surrendered").telling(COURT, "custody_stated", &[given("custody_days", 10_u32)]);
    assert_eq!(remark(&gone), None);
    // It may come to light after the decision, too.
    let late = due_in("NL").on(date(2026, 3, 27)).then(COURT, "identity_not_confirmed");
    assert_eq!((state(&late), open_clocks(&late)), ("under_review", vec![]));
}

#[test]
fn a_temporary_surrender_needs_conditions_of_its_own_and_its_return_can_be_agreed_anew() {
    let offering =
        |story: Story, day| story.telling(COURT, "temporary_surrender_proposed", &[given("day", day)]);
    let taking = |story: Story| {
        let offer = given("answers", last(&story));
        story.telling(ISSUER, "temporary_surrender_accepted", &[offer])
    };
    let away = taking(offering(postponed(), date(2026, 5, 1)))
        .on(date(2026, 4, 1))
        .then(PROSECUTOR, "temporarily_surrendered");
    let longer = taking(offering(away.clone().on(date(2026, 4, 20)), date(2026, 7, 1)));
    assert_eq!(due(&longer.case(), "T11"), date(2026, 7, 1));
    let back = away.clone().on(date(2026, 4, 28)).then(PROSECUTOR, "returned_from_temporary");
    assert_eq!(back.refused(PROSECUTOR, "temporarily_surrendered").code(), Code::EventNotAllowed);
    let due = back.on(date(2026, 5, 12)).then(COURT, "postponement_ended").on(date(2026, 4, 20));
    assert!(matches!(refusal(&due, POLICE, "surrendered", &[]), Err(NotAllowed::BeforeItsCause { .. })));
    let died = away.then(ISSUER, "withdrawn").then(ISSUER, "died");
    assert_eq!(status(&died, "T11", date(2026, 12, 1)), Status::Discontinued);
}

#[test]
fn the_day_agreed_is_due_and_an_appeal_that_is_withdrawn_moves_no_finality() {
    let agreed = agreed(due_in("NL").on(date(2026, 3, 26)), date(2026, 4, 1));
    assert_eq!(agreed.case().next_due().unwrap().definition.code, "T13");
    assert_eq!(status(&agreed, "T13", date(2026, 4, 2)), Status::Overdue);
    let prevented = agreed.clone().on(date(2026, 3, 31)).then(COURT, "force_majeure_found");
    assert_eq!(status(&prevented, "T13", date(2026, 4, 2)), Status::Superseded);
    let gone = agreed.on(date(2026, 4, 1)).then(POLICE, "surrendered");
    assert_eq!(status(&gone, "T13", date(2026, 4, 2)), Status::Met);
    let appealed = ordered_in("FR")
        .on(date(2026, 3, 30))
        .then(PROSECUTOR, "appeal_lodged")
        .then(PROSECUTOR, "appeal_withdrawn");
    let last = appealed.on(date(2026, 4, 2)).then(COURT, "decision_final");
    let cause = [given("corrects", super::last(&last)), given("new_instant", Value::Set)];
    assert_eq!(refusal(&last.on(date(2026, 3, 28)), COURT, "corrected", &cause), Ok(()));
}

#[test]
fn a_held_person_without_a_period_and_a_release_that_is_owed_are_remarked_and_a_decision_too_early_for_an_appeal()
 {
    assert_eq!(remark(&postponed()), Some(Remark::HeldWithoutPeriod));
    let free =
        due_in("NL").on(date(2026, 3, 26)).then(COURT, "custody_ended").then(COURT, "surrender_postponed");
    assert_eq!(remark(&free), None);
    let late = due_in("NL").on(date(2026, 4, 10)).then(COURT, "force_majeure_found");
    assert_eq!(remark(&late), Some(Remark::ReleaseOwed));
    let released = due_in("NL").on(date(2026, 4, 1)).then(COURT, "force_majeure_found");
    let agreed = agreed(released.on(date(2026, 4, 10)), date(2026, 5, 20))
        .on(date(2026, 4, 11))
        .then(COURT, "released");
    assert_eq!(remark(&agreed), None, "no early release: it had fallen due");
    assert_eq!(remark(&ordered_in("FR").then(COURT, "decision_final")), Some(Remark::AppealOpen));
    assert_eq!(remark(&ordered_in("FR").on(date(2026, 4, 2)).then(COURT, "decision_final")), None);
}

#[test]
fn offences_of_a_final_decision_are_changed_by_a_decision_and_the_correction_says_so() {
    let ordered = contested().telling(COURT, "execution_ordered", &[given("offence", 1_u32)]);
    let wider = [given("corrects", last(&ordered)), given("offence", 1_u32), given("offence", 2_u32)];
    assert_eq!(remark(&ordered.clone().telling(COURT, "corrected", &wider)), None);
    let last = ordered.then(COURT, "decision_final");
    assert_eq!(remark(&last.telling(COURT, "corrected", &wider)), Some(Remark::FinalDecisionChanged));
}
