//! Releases that are owed until they happen, whatever is decided meanwhile, and days that nobody moves by what he says later.

use super::*;

fn refusing(story: Story) -> Story {
    story.telling(COURT, "refused", &[given("ground", item("health"))])
}

/// How the clocks of a code stand, oldest first.
fn all(story: &Story, code: &str, day: Date) -> Vec<Status> {
    let case = story.case();
    case.clocks.iter().filter(|it| it.definition.code == code).map(|it| it.status(noon(day))).collect()
}

#[test]
fn whoever_is_held_on_a_refusal_that_is_not_final_has_a_day_of_release_in_whatever_state_it_came() {
    for from in [postponed(), suspended(), due_in("NL").then(COURT, "force_majeure_found")] {
        let refused = refusing(from.on(date(2026, 3, 27)));
        assert_eq!(status(&refused, "T7", date(2026, 3, 28)), Status::Running, "{}", state(&refused));
        let later = refused.on(date(2026, 3, 30)).then(COURT, "appeal_lodged");
        assert_eq!(status(&later, "T7", date(2026, 6, 1)), Status::Overdue);
    }
    let released = due_in("NL").on(date(2026, 4, 3)).then(COURT, "released");
    let refused = refusing(released.on(date(2026, 4, 8)));
    assert_eq!(all(&refused, "T7", date(2026, 6, 1)), [Status::Met], "nobody is held");
    for (sender, event) in [(POLICE, "rearrested"), (POLICE, "arrested"), (COURT, "custody_ordered")] {
        let held = refused.clone().on(date(2026, 4, 9)).then(sender, event);
        assert_eq!(status(&held, "T7", date(2026, 4, 10)), Status::Running, "{event}");
        assert_eq!(due(&held.case(), "T7"), date(2026, 4, 19), "{event}");
    }
    // A refusal ends the deferral, and with it the obstacle for which the period stood.
    let obstacle = refusing(deferred("immunity").on(date(2026, 2, 20)));
    assert_eq!(status(&obstacle, "T1", date(2026, 2, 21)), Status::Running);
}

#[test]
fn a_release_that_was_missed_is_owed_until_the_person_is_let_go_whatever_is_agreed_or_decided() {
    let after = date(2026, 4, 20);
    let missed = || due_in("NL").on(date(2026, 4, 10));
    let appealed = refusing(missed()).then(COURT, "appeal_lodged").then(COURT, "execution_ordered");
    let agreed_anew = accepting(
        proposing(
            due_in("NL").then(COURT, "force_majeure_found").on(date(2026, 4, 10)),
            COURT,
            date(2026, 4, 15),
        ),
        ISSUER,
    );
    for story in [
        appealed.then(COURT, "decision_final"),
        agreed_anew,
        missed().then(COURT, "surrender_postponed"),
        missed().then(COURT, "surrender_postponed").then(COURT, "postponement_ended"),
    ] {
        assert_eq!(all(&story, "T7", after)[0], Status::Overdue, "{}", state(&story));
        assert!(story.case().waits_for(EAW.capacity("executing").unwrap(), noon(after)));
        let free = story.on(date(2026, 4, 21)).then(COURT, "custody_ended").then(ISSUER, "withdrawn");
        assert_eq!(all(&free, "T7", date(2027, 1, 1))[0], Status::Late);
    }
    let postponed = missed().then(COURT, "surrender_postponed");
    assert_eq!(status(&postponed, "T4", after), Status::Late, "nothing of it is left to stand");
}

#[test]
fn whoever_was_let_go_after_a_missed_release_and_is_held_again_has_a_day_of_his_own() {
    let missed = || due_in("NL").on(date(2026, 4, 10)).then(COURT, "custody_ended").on(date(2026, 4, 12));
    assert_eq!(all(&missed(), "T7", date(2026, 5, 1)), [Status::Late]);
    let again = missed().then(POLICE, "rearrested");
    assert_eq!(all(&again, "T7", date(2026, 4, 13)), [Status::Late, Status::Running]);
    assert_eq!(due(&again.case(), "T7"), date(2026, 4, 22));
    // While the decision is open again, its period is the one that counts.
    let consented = arrested().then(COURT, "consent_recorded").then(COURT, "execution_ordered");
    let revoked =
        consented.then(COURT, "decision_final").on(date(2026, 4, 10)).then(COURT, "consent_revoked");
    let again = revoked.then(COURT, "custody_ended").on(date(2026, 4, 12)).then(POLICE, "rearrested");
    assert_eq!(all(&again, "T7", date(2026, 5, 1)), [Status::Late]);
    assert!(again.case().clocks.iter().any(|clock| clock.definition.code == "T1" && clock.is_open()));
    let before = ordered_in("NL").then(COURT, "custody_ended").then(POLICE, "rearrested");
    assert!(all(&before, "T7", date(2026, 5, 1)).is_empty(), "nothing is final");
}

#[test]
fn whoever_is_held_again_on_a_refusal_that_came_before_any_period_has_the_one_for_the_decision() {
    let free = arrested().on(date(2026, 2, 4)).then(COURT, "identity_not_confirmed");
    let refused = refusing(free.on(date(2026, 2, 5)));
    for (sender, event) in [(POLICE, "rearrested"), (COURT, "custody_ordered"), (POLICE, "arrested")] {
        for story in [refused.clone(), refused.clone().then(COURT, "appeal_lodged")] {
            let held = story.on(date(2026, 2, 9)).then(sender, event);
            assert_eq!(*all(&held, "T1", date(2026, 2, 10)).last().unwrap(), Status::Running, "{event}");
        }
    }
}

#[test]
fn a_refusal_in_a_postponement_before_the_final_decision_asks_for_no_release() {
    let postponed = ordered_in("NL").then(COURT, "surrender_postponed");
    let refused = refusing(postponed.on(date(2026, 3, 27)));
    assert!(all(&refused, "T7", date(2026, 6, 1)).is_empty(), "the period for the decision runs");
    assert_eq!(status(&refused, "T1", date(2026, 3, 28)), Status::Running);
}

#[test]
fn a_return_that_is_overdue_waits_for_both_sides() {
    let offered =
        postponed().telling(COURT, "temporary_surrender_proposed", &[given("day", date(2026, 9, 1))]);
    let offer = given("answers", last(&offered));
    let away = offered
        .telling(ISSUER, "temporary_surrender_accepted", &[offer])
        .then(PROSECUTOR, "temporarily_surrendered");
    let waits = |capacity, day| away.case().waits_for(EAW.capacity(capacity).unwrap(), noon(day));
    for capacity in ["issuing", "executing", "prosecutor"] {
        assert!(waits(capacity, date(2026, 9, 2)) && !waits(capacity, date(2026, 8, 30)), "{capacity}");
    }
    assert!(!waits("police", date(2026, 9, 2)));
}

#[test]
fn consent_that_is_revoked_in_a_postponement_before_the_final_decision_leaves_one_period_for_it() {
    let consented = arrested().then(COURT, "consent_recorded").then(COURT, "execution_ordered");
    let revoked =
        consented.then(COURT, "surrender_postponed").on(date(2026, 2, 6)).then(COURT, "consent_revoked");
    assert_eq!(status(&revoked, "T2", date(2027, 1, 1)), Status::Superseded);
    assert_eq!(status(&revoked, "T1", date(2026, 2, 7)), Status::Running);
}

#[test]
fn nobody_accepts_a_day_before_it_was_offered_nor_says_so_later() {
    let prevented = due_in("NL").on(date(2026, 3, 26)).then(COURT, "force_majeure_found");
    let offered = proposing(prevented.on(date(2026, 4, 7)), COURT, date(2026, 4, 20));
    let offer = [given("answers", last(&offered))];
    let early = offered.clone().on(date(2026, 3, 25));
    let fault = refusal(&early, ISSUER, "surrender_date_accepted", &offer).unwrap_err();
    assert!(matches!(fault, NotAllowed::BeforeItsCause { .. }), "{fault}");
    let accepted = offered.on(date(2026, 4, 8)).telling(ISSUER, "surrender_date_accepted", &offer);
    let earlier = [given("corrects", last(&accepted)), given("new_instant", Value::Set)];
    let fault = refusal(&accepted.on(date(2026, 3, 27)), ISSUER, "corrected", &earlier).unwrap_err();
    assert!(matches!(fault, NotAllowed::BeforeItsCause { .. }), "{fault}");
}

#[test]
fn a_day_far_ahead_that_moves_the_release_is_remarked_when_it_is_proposed_and_when_it_is_accepted() {
    let prevented = || due_in("NL").then(COURT, "force_majeure_found");
    let far = proposing(prevented(), COURT, date(2026, 5, 20));
    assert_eq!(remark(&far), Some(Remark::FarAhead));
    assert_eq!(remark(&accepting(far, ISSUER)), Some(Remark::FarAhead));
    let near = proposing(prevented(), COURT, date(2026, 4, 10));
    assert_eq!(remark(&near), None);
    let free = proposing(prevented().then(COURT, "custody_ended"), COURT, date(2026, 5, 20));
    assert_eq!(remark(&free), None, "nobody is held");
}

#[test]
fn a_period_that_was_missed_is_not_begun_anew_by_taking_the_warrant_up() {
    let late = arrested().on(date(2026, 4, 20)).then(COURT, "taken_up");
    assert_eq!(status(&late, "T1", date(2026, 4, 21)), Status::Overdue);
}

#[test]
fn consent_is_revoked_while_surrender_is_postponed_and_after_a_refusal() {
    let consented =
        || in_state("BE").then(COURT, "registered").then(POLICE, "arrested").then(COURT, "consent_recorded");
    let postponed = consented()
        .then(COURT, "execution_ordered")
        .then(COURT, "decision_final")
        .then(COURT, "surrender_postponed");
    let revoked = postponed.then(COURT, "consent_revoked");
    assert_eq!((state(&revoked), status(&revoked, "T1", date(2026, 2, 3))), ("contested", Status::Running));
    let appealed = refusing(consented()).then(COURT, "appeal_lodged");
    assert_eq!(refusal(&appealed, COURT, "consent_revoked", &[]), Ok(()));
    let never = refusing(contested()).then(COURT, "appeal_lodged");
    assert_eq!(refusal(&never, COURT, "consent_revoked", &[]).unwrap_err().code(), Code::EventNotAllowed);
}

#[test]
fn nobody_has_to_be_released_before_he_was_held() {
    let late = arrested().on(date(2026, 1, 20)).then(ISSUER, "withdrawn");
    assert_eq!(due(&late.case(), "T12"), date(2026, 2, 2), "the day of the arrest");
}
