//! Nobody is held without a clock, a word of it in the case, and an event that ends it.

use super::*;

fn refused_before_arrest() -> Story {
    let ground = [given("ground", item("4(4)"))];
    in_state("NL").then(COURT, "registered").telling(COURT, "refused", &ground)
}

#[test]
fn whoever_is_arrested_after_a_refusal_that_is_not_final_is_held_with_a_period_and_released_with_it() {
    let appealed = refused_before_arrest().then(COURT, "appeal_lodged");
    for story in [refused_before_arrest(), appealed.clone()] {
        let held = story.then(POLICE, "arrested");
        assert!(held.case().custody.is_held());
        assert_eq!(status(&held, "T1", date(2026, 2, 3)), Status::Running);
        let again = held.on(date(2026, 2, 9)).then(POLICE, "arrested");
        assert_eq!(due(&again.case(), "T1"), due(&arrested().case(), "T1"), "it is counted from the first");
    }
    let story = refused_before_arrest();
    let known = story.facts.len() - 1;
    for held in [story.clone().then(POLICE, "arrested"), story.crossing(POLICE, "arrested", known)] {
        let refused = held.then(COURT, "decision_final");
        assert_eq!(state(&refused), "refused");
        assert!(refused.case().custody.is_held());
        assert!(refused.case().questions.iter().any(|open| open.kind == "release"));
        assert_eq!(status(&refused, "T12", date(2026, 2, 2)), Status::Running);
    }
    // An appeal that overturns the refusal can be told once the person is there.
    let ordered = appealed.then(POLICE, "arrested").then(COURT, "execution_ordered");
    assert_eq!((state(&ordered), status(&ordered, "T1", date(2026, 2, 3))), ("ordered", Status::Running));
}

#[test]
fn whoever_is_arrested_again_while_a_case_of_another_person_is_deferred_is_arrested_when_it_goes_on() {
    let freed = || {
        arrested().then(COURT, "identity_not_confirmed").telling(
            COURT,
            "deferred",
            &[given("reason", item("immunity"))],
        )
    };
    for (sender, event) in [(POLICE, "rearrested"), (COURT, "custody_ordered"), (POLICE, "arrested")] {
        let held = freed().then(sender, event);
        assert!(held.case().custody.is_held(), "{event}");
        let story = held.then(COURT, "deferral_ended");
        assert_eq!(
            (state(&story), status(&story, "T1", date(2026, 2, 3))),
            ("arrested", Status::Running),
            "{event}"
        );
    }
    // Whoever was arrested before the case was deferred wins and loses no day by it.
    let story = arrested().telling(COURT, "deferred", &[given("reason", item("immunity"))]);
    let again = story.clone().on(date(2026, 2, 9)).then(POLICE, "rearrested");
    assert_eq!(due(&again.case(), "T1"), due(&story.case(), "T1"));
}

#[test]
fn a_case_that_is_closed_while_somebody_is_held_asks_for_the_release() {
    // Custody was ordered anew after the day on which the person is said to have been another one.
    let held = arrested()
        .on(date(2026, 2, 6))
        .then(COURT, "custody_ordered")
        .on(date(2026, 2, 4))
        .then(COURT, "identity_not_confirmed")
        .on(date(2026, 2, 9));
    assert_eq!((state(&held), held.case().custody.is_held()), ("under_review", true));
    let free = held.clone().then(COURT, "custody_ended");
    assert!(!free.case().custody.is_held());
    let closed = held.then(COURT, "person_not_found");
    assert_eq!(questions(&closed.case()), [("release".to_owned(), Side::Answering)]);
    assert_eq!(status(&closed, "T12", date(2026, 2, 9)), Status::Running);
    let nobody = in_state("NL").then(COURT, "registered").then(COURT, "person_not_found");
    assert!(
        nobody.case().questions.is_empty()
            && nobody.case().clocks.iter().all(|it| it.definition.code != "T12")
    );
}

#[test]
fn a_warrant_is_taken_up_once_and_whoever_says_so_again_wins_no_time() {
    let once = arrested().on(date(2026, 2, 6)).then(COURT, "taken_up");
    let again = once.clone().on(date(2026, 5, 15)).then(PROSECUTOR, "taken_up");
    assert_eq!(due(&again.case(), "T1"), due(&once.case(), "T1"));
    assert_eq!(status(&again, "T1", date(2027, 1, 1)), Status::Overdue);
}

#[test]
fn a_period_that_stood_still_when_its_act_came_was_not_missed() {
    let ground = [given("ground", item("4(4)"))];
    let obstacle = deferred("immunity").on(date(2026, 7, 1)).telling(COURT, "refused", &ground);
    let decided = obstacle.then(COURT, "decision_final");
    assert_eq!(status(&decided, "T1", date(2027, 1, 1)), Status::Met);
}

#[test]
fn custody_on_another_title_starts_no_period_for_the_release() {
    let other = [given("kind", item("other_sentence"))];
    let free = due_in("NL").on(date(2026, 4, 3)).then(COURT, "released");
    let elsewhere = free.on(date(2026, 4, 20)).telling(COURT, "custody_ordered", &other);
    let held = elsewhere.on(date(2026, 6, 1)).then(POLICE, "rearrested");
    assert!(due(&held.case(), "T7") > date(2026, 6, 1), "{}", due(&held.case(), "T7"));
}

#[test]
fn the_day_of_a_return_is_not_measured_by_the_period_for_the_surrender_and_a_day_that_has_passed_is_remarked()
{
    let propose = |story: Story, code, day| story.telling(COURT, code, &[given("day", day)]);
    let offer = |story: &Story| given("answers", story.facts.last().unwrap().id);
    let returned = propose(due_in("NL"), "temporary_surrender_proposed", date(2026, 9, 1));
    let answers = offer(&returned);
    assert_eq!(remark(&returned.telling(ISSUER, "temporary_surrender_accepted", &[answers])), None);
    let proposed = propose(due_in("NL"), "surrender_date_proposed", date(2026, 3, 30));
    let answers = offer(&proposed);
    let accepted =
        |day| remark(&proposed.clone().on(day).telling(ISSUER, "surrender_date_accepted", &[answers]));
    assert_eq!(accepted(date(2026, 4, 1)), Some(Remark::DayPassed));
    assert_eq!(
        accepted(date(2026, 4, 9)),
        Some(Remark::ReleaseOwed),
        "nobody is held on a day that is agreed"
    );
}

#[test]
fn a_decision_that_named_the_wrong_offences_is_corrected_by_naming_them_anew() {
    let offence = |number: u32| given("offence", number);
    let mut story = contested();
    story.opening.items = 2;
    let wrong = story.telling(COURT, "execution_ordered", &[offence(1)]).telling(
        COURT,
        "offences_refused",
        &[offence(1), given("ground", item("4a"))],
    );
    assert_eq!(remark(&wrong), Some(Remark::DecidedTwice));
    let corrects = given("corrects", wrong.facts.last().unwrap().id);
    let right = wrong.telling(COURT, "corrected", &[corrects, offence(2)]);
    let numbers = |code| right.case().all_values(code).filter_map(Value::number).collect::<Vec<_>>();
    assert_eq!((numbers("offences_ordered"), numbers("offences_refused")), (vec![1], vec![2]));
    let third = [given("corrects", right.facts.last().unwrap().id), offence(3)];
    assert!(matches!(refusal(&right, COURT, "corrected", &third), Err(NotAllowed::NoSuchItem { .. })));
    assert_eq!(remark(&right.then(COURT, "decision_final")), None);
}

#[test]
fn an_order_that_falls_orders_nothing_any_more() {
    let mut story = arrested().then(COURT, "consent_recorded");
    story.opening.items = 2;
    let ordered = story.telling(COURT, "execution_ordered", &[given("offence", 1_u32)]);
    let ground = [given("ground", item("4(4)"))];
    for fallen in [ordered.clone().then(COURT, "consent_revoked"), ordered.telling(COURT, "refused", &ground)]
    {
        assert_eq!(fallen.case().all_values("offences_ordered").count(), 0, "{}", state(&fallen));
    }
}

#[test]
fn an_answer_to_what_is_not_open_and_an_arrest_long_before_the_warrant_are_remarked() {
    let asked = contested().then(COURT, "information_requested");
    let answers = given("answers", asked.facts.last().unwrap().id);
    let once = asked.telling(ISSUER, "information_supplied", &[answers]);
    assert_eq!(remark(&once), None);
    assert_eq!(remark(&once.telling(ISSUER, "information_supplied", &[answers])), Some(Remark::NotOpen));
    let unasked = contested().telling(ISSUER, "guarantee_given", &[given("guarantee", item("return"))]);
    assert_eq!(remark(&unasked), None, "many are given unasked");
    assert_eq!(remark(&contested().then(ISSUER, "information_supplied")), None, "unasked as well");
    let early = in_state("NL").on(date(2020, 1, 1)).then(POLICE, "arrested");
    assert_eq!(remark(&early), Some(Remark::LongBefore));
    assert_eq!(remark(&in_state("NL").then(POLICE, "arrested")), None);
}

#[test]
fn a_case_on_its_way_to_the_competent_authority_waits_for_it() {
    let forwarded = in_state("NL").then(PROSECUTOR, "forwarded");
    assert_eq!(state(&forwarded), "forwarded");
    let waits = |story: &Story| story.case().waits_for(EAW.capacity("executing").unwrap(), story.declared);
    assert!(
        waits(&forwarded)
            && !waits(&forwarded.clone().then(COURT, "received_by_competent").then(COURT, "registered"))
    );
}

#[test]
fn whoever_was_let_go_by_one_who_did_not_know_of_the_end_is_held_no_longer() {
    let due = due_in("NL").on(date(2026, 4, 3));
    let known = due.facts.len();
    let freed =
        [(COURT, "released"), (COURT, "custody_ended"), (POLICE, "surrendered"), (POLICE, "absconded")];
    for (sender, event) in freed {
        let crossed = due.clone().then(ISSUER, "withdrawn").crossing(sender, event, known);
        let case = crossed.case();
        assert!(!case.custody.is_held(), "{event}");
        assert!(case.questions.iter().all(|open| open.kind != "release"), "{event}");
        let is_due = |clock: &crate::case::Clock| clock.status(noon(date(2026, 6, 1))) == Status::Overdue;
        assert!(!case.clocks.iter().any(is_due), "{event}");
    }
}

#[test]
fn a_day_beyond_the_period_is_remarked_when_it_is_proposed_and_a_delay_that_is_told_too_late_extends_nothing()
{
    let proposed = |day| due_in("NL").telling(COURT, "surrender_date_proposed", &[given("day", day)]);
    // The release, which no free day moves, comes before the end of the period.
    let due = due(&due_in("NL").case(), "T7");
    assert_eq!(remark(&proposed(due)), None);
    assert_eq!(remark(&proposed(due.tomorrow().unwrap())), Some(Remark::ProposedAfterLimit));
    let prevented = due_in("NL").then(COURT, "force_majeure_found");
    let later = prevented.telling(COURT, "surrender_date_proposed", &[given("day", due.tomorrow().unwrap())]);
    assert_eq!(remark(&later), None, "a day that both sides agree starts a period of its own");
    assert_eq!(remark(&contested().then(COURT, "delay_notified")), None);
    let late = contested().on(date(2026, 4, 20)).then(COURT, "delay_notified");
    assert_eq!(remark(&late), Some(Remark::ExtendsNothing));
}

#[test]
fn whoever_was_arrested_again_is_not_freed_by_one_who_did_not_know_of_it_while_the_case_goes_on() {
    let due = due_in("NL").on(date(2026, 4, 3));
    let known = due.facts.len();
    let again = due.then(COURT, "released").on(date(2026, 4, 5)).then(POLICE, "rearrested");
    let stale = again.on(date(2026, 4, 6)).crossing(PROSECUTOR, "released", known);
    assert!(stale.case().custody.is_held());
}

#[test]
fn whoever_was_arrested_before_a_refusal_wins_no_new_period_by_a_second_arrest() {
    let ground = [given("ground", item("3(2)"))];
    let refused = due_in("NL").telling(COURT, "refused", &ground).then(COURT, "custody_ended");
    let periods =
        |story: &Story| story.case().clocks.iter().filter(|clock| clock.definition.code == "T1").count();
    let again = refused.clone().then(POLICE, "arrested");
    assert_eq!(periods(&again), periods(&refused));
}

#[test]
fn what_was_missed_before_an_obstacle_came_stays_missed_and_is_owed() {
    let late =
        || contested().on(date(2026, 4, 20)).telling(COURT, "deferred", &[given("reason", item("immunity"))]);
    assert_eq!(status(&late(), "T1", date(2026, 4, 21)), Status::Overdue);
    let story = late().on(date(2026, 5, 4)).then(COURT, "deferral_ended");
    assert_eq!(status(&story, "T1", date(2026, 5, 5)), Status::Overdue);
    let story = story.then(COURT, "execution_ordered").then(COURT, "decision_final");
    assert_eq!(status(&story, "T1", date(2027, 1, 1)), Status::Late);
}

#[test]
fn whoever_was_surrendered_for_a_time_is_due_back_though_the_warrant_is_withdrawn_and_nobody_else_is() {
    let agreed =
        postponed().telling(COURT, "temporary_surrender_proposed", &[given("day", date(2026, 9, 1))]);
    let offer = given("answers", agreed.facts.last().unwrap().id);
    let agreed = agreed.telling(ISSUER, "temporary_surrender_accepted", &[offer]);
    assert!(agreed.case().clocks.iter().all(|clock| clock.definition.code != "T11"), "nobody is away");
    let away = agreed.then(PROSECUTOR, "temporarily_surrendered");
    let withdrawn = away.clone().then(ISSUER, "withdrawn");
    assert_eq!(status(&withdrawn, "T11", date(2026, 9, 2)), Status::Overdue);
    let back = withdrawn.on(date(2026, 8, 20)).then(COURT, "returned_from_temporary");
    assert_eq!((state(&back), status(&back, "T11", date(2027, 1, 1))), ("withdrawn", Status::Met));
    for (story, event) in [
        (away.clone(), "surrendered"),
        (away.clone(), "died"),
        (away.then(COURT, "priority_decided"), "surrendered_elsewhere"),
    ] {
        let ended = story.then(POLICE, event);
        assert_eq!(status(&ended, "T11", date(2027, 1, 1)), Status::Discontinued, "{event}");
    }
}

#[test]
fn an_order_with_a_guarantee_open_is_remarked_unless_it_depends_on_it() {
    let asked = contested().telling(COURT, "guarantee_requested", &[given("guarantee", item("life_review"))]);
    assert_eq!(remark(&asked.clone().then(COURT, "execution_ordered")), Some(Remark::StillOpen));
    let named = [given("guarantee", item("life_review"))];
    assert_eq!(remark(&asked.clone().telling(COURT, "execution_ordered", &named)), None);
    let given_at_last = asked.telling(ISSUER, "guarantee_given", &named).then(COURT, "execution_ordered");
    assert_eq!(remark(&given_at_last), None);
}

#[test]
fn a_correction_that_says_anew_what_was_not_told_is_remarked() {
    let corrected = |story: &Story, at: usize, more: &[Parameter]| {
        let parameters = [&[given("corrects", message(story, at))], more].concat();
        remark(&story.clone().telling(COURT, "corrected", &parameters))
    };
    let story = ordered_in("NL");
    let (registered, ordered) = (0, story.facts.len() - 1);
    let (day, offence) = (given("day", date(2026, 3, 24)), given("offence", 1_u32));
    assert_eq!(corrected(&story, registered, &[day]), Some(Remark::CorrectsNothing));
    assert_eq!(corrected(&story, registered, &[offence]), Some(Remark::CorrectsNothing));
    assert_eq!(corrected(&story, ordered, &[day]), Some(Remark::CorrectsNothing));
    assert_eq!(corrected(&story, ordered, &[offence]), None);
    assert_eq!(corrected(&story, registered, &[]), None, "in words");
    let of_police = [given("corrects", message(&story, 1))];
    assert!(matches!(refusal(&story, COURT, "corrected", &of_police), Err(NotAllowed::OfAnother { .. })));
    let arrest = given("corrects", message(&story, 1));
    let early =
        story.on(date(2020, 1, 1)).telling(POLICE, "corrected", &[arrest, given("new_instant", Value::Set)]);
    assert_eq!(remark(&early), Some(Remark::LongBefore));
}

#[test]
fn what_lost_its_effect_says_what_counts_of_the_person_all_the_same() {
    let due = due_in("NL").then(COURT, "priority_decided").on(date(2026, 4, 3));
    let known = due.facts.len();
    let elsewhere = due.clone().then(POLICE, "surrendered_elsewhere");
    let freed = elsewhere.on(date(2026, 4, 4)).crossing(COURT, "released", known);
    assert_eq!(remark(&freed), Some(Remark::FreeAllTheSame));
    let gone =
        due.clone().then(POLICE, "surrendered").on(date(2026, 4, 4)).crossing(COURT, "released", known);
    assert_eq!(remark(&gone), None, "whoever was surrendered is held by another State");
    let refused =
        arrested().telling(COURT, "refused", &[given("ground", item("4(4)"))]).then(POLICE, "absconded");
    let unknown = refused.facts.len();
    let held = refused.then(COURT, "decision_final").crossing(POLICE, "rearrested", unknown);
    assert_eq!(remark(&held), Some(Remark::HeldAllTheSame));
    let again = due.then(COURT, "released").on(date(2026, 4, 5)).then(POLICE, "rearrested");
    let stale = again.on(date(2026, 4, 6)).crossing(PROSECUTOR, "released", known);
    assert_eq!(remark(&stale), Some(Remark::TellAgain));
}

#[test]
fn a_release_that_is_overdue_waits_for_the_court() {
    let held = due_in("NL");
    let waits = |day| held.case().waits_for(EAW.capacity("executing").unwrap(), noon(day));
    let last = due(&held.case(), "T7");
    assert!(!waits(last.yesterday().unwrap()) && waits(last.tomorrow().unwrap()));
    let other = held.case().waits_for(EAW.capacity("central").unwrap(), noon(last.tomorrow().unwrap()));
    assert!(!other, "it may tell of none");
}

#[test]
fn a_warrant_is_not_replaced_by_itself() {
    let story = contested();
    let own = given("replaced_by", Value::from(story.opening.referral.opening()));
    let fault = refusal(&story, ISSUER, "withdrawn", &[own]).unwrap_err();
    assert!(matches!(fault, NotAllowed::NamesItself { .. }), "{fault}");
    assert_eq!(fault.code(), Code::MalformedMessage);
}

#[test]
fn a_decision_on_somebody_else_decides_nothing_of_the_person_sought() {
    let ordered = contested().telling(COURT, "execution_ordered", &[given("offence", 1_u32)]);
    let other = ordered.then(COURT, "identity_not_confirmed");
    assert_eq!(other.case().all_values("offences_ordered").count(), 0);
}
