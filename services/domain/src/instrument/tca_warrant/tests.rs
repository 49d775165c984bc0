//! The machine of the warrant under the Agreement: the same rows under its articles, the days of the United Kingdom, what only it does,
//! and its grounds.

use jiff::Timestamp;
use jiff::civil::{Date, date};

use super::super::eaw;
use super::TCA_WARRANT;
use crate::case::tests::{Story, clock, due, given, item, noon};
use crate::case::{Status, admit};
use crate::instrument::{Instrument, Side};
use crate::mark::Mark;
use crate::refusal::Code;

const ISSUER: &str = "fr-jirs-marseille";
const COURT: &str = "nl-om";
const POLICE: &str = "nl-politie";
const CERTIFIER: &str = "xx-fifth";

/// A case that is executed in a State, opened in January 2026.
fn in_state(jurisdiction: &str) -> Story {
    let mut story = Story::under(&TCA_WARRANT);
    story.opening.jurisdiction = jurisdiction.parse().unwrap();
    story.opening.declared = noon(date(2026, 1, 5));
    story.on(date(2026, 2, 2))
}

fn arrested_in(jurisdiction: &str) -> Story {
    in_state(jurisdiction).then(COURT, "registered").then(POLICE, "arrested")
}

fn due_in(jurisdiction: &str) -> Story {
    let contested = arrested_in(jurisdiction).then(COURT, "no_consent").on(date(2026, 3, 24));
    contested.then(COURT, "execution_ordered").then(COURT, "decision_final")
}

fn status(story: &Story, code: &str, day: Date) -> Status {
    let then: Timestamp = noon(day);
    clock(&story.case(), code).status(then)
}

/// Every text of an instrument that a person reads.
fn texts(instrument: &'static Instrument) -> Vec<&'static str> {
    let parameters = instrument.events.iter().flat_map(|event| event.parameters);
    let items = instrument.lists.iter().flat_map(|list| list.items);
    let mut all: Vec<&str> = instrument.events.iter().map(|event| event.meaning).collect();
    all.extend(instrument.events.iter().filter_map(|event| event.reasons));
    all.extend(parameters.map(|parameter| parameter.meaning));
    all.extend(instrument.capacities.iter().map(|capacity| capacity.meaning));
    all.extend(instrument.questions.iter().map(|question| question.meaning));
    all.extend(instrument.values.iter().map(|value| value.meaning));
    all.extend(instrument.traits.iter().map(|one| one.meaning));
    all.extend(instrument.lists.iter().map(|list| list.meaning));
    all.extend(items.flat_map(|item| [item.meaning, item.article]));
    all.extend(instrument.clocks.iter().flat_map(|clock| [clock.on_expiry, clock.article]));
    all.extend(instrument.rules.iter().map(|rule| rule.article));
    all
}

/// The numbers of articles that a text names: each number behind `Art.` or `Arts`, or with which an article begins.
fn articles(text: &str) -> Vec<u32> {
    let is_article = text.starts_with(|first: char| first.is_ascii_digit());
    let named = if is_article { vec![text] } else { text.split("Art").skip(1).collect() };
    let numbers = named.iter().flat_map(|after| after.split(',')).filter_map(|one| {
        let digits = one.trim_start_matches(['.', 's', ' ']);
        let end = digits.find(|it: char| !it.is_ascii_digit()).unwrap_or(digits.len());
        digits[..end].parse().ok()
    });
    numbers.collect()
}

#[test]
fn the_rows_are_those_of_the_warrant_under_articles_of_the_title_and_in_no_words_of_another_act() {
    let machine = &eaw::SECOND;
    for (row, own) in machine.rules.iter().zip(TCA_WARRANT.rules) {
        assert_eq!(
            (row.number, row.event, row.by, row.from, row.next, row.clocks),
            (own.number, own.event, own.by, own.from, own.next, own.clocks)
        );
    }
    assert_eq!(TCA_WARRANT.rules.len(), machine.rules.len() + 2);
    for (clock, own) in machine.clocks.iter().zip(TCA_WARRANT.clocks) {
        assert_eq!((clock.code, clock.until, clock.extension), (own.code, own.until, own.extension));
    }
    assert_eq!(articles("621(2), 621(5)"), [621, 621]);
    assert_eq!(articles("Arts 614, 618"), [614, 618]);
    for text in texts(&TCA_WARRANT) {
        let strange = articles(text).into_iter().find(|number| !(596..=632).contains(number));
        assert_eq!(strange, None, "{text}");
        for word in ["Eurojust", "2008/909", "Schengen Information", "Dir. 20", "C-"] {
            assert!(!text.contains(word), "{text}");
        }
    }
}

#[test]
fn the_united_kingdom_counts_the_first_day_and_moves_no_end_off_a_free_day() {
    let story = due_in("GB");
    let case = story.case();
    // Sixty days after 2 February are Good Friday; ten days that start with 24 March end on 2 April.
    assert_eq!(due(&case, "T1"), date(2026, 4, 3));
    assert_eq!((due(&case, "T4"), due(&case, "T7")), (date(2026, 4, 2), date(2026, 4, 2)));
    assert_eq!(status(&story, "T4", date(2026, 4, 3)), Status::Overdue);
    let profile = case.profile().unwrap();
    assert_eq!((profile.counts_first_day.mark, profile.counts_first_day.value), (Mark::V, true));
}

#[test]
fn a_member_state_is_asked_too_and_what_its_law_says_is_not_known() {
    let case = due_in("FR").case();
    assert!(case.profile().is_none());
    assert_eq!(
        (due(&case, "T1"), due(&case, "T4"), due(&case, "T7")),
        (date(2026, 4, 3), date(2026, 4, 3), date(2026, 4, 3))
    );
    assert!(clock(&case, "T4").rule().contains("is not known"));
}

#[test]
fn the_periods_for_the_decision_are_ten_days_with_consent_and_thirty_more_once() {
    let story = arrested_in("GB").on(date(2026, 2, 4)).then(COURT, "consent_recorded");
    assert_eq!(
        (due(&story.case(), "T2"), status(&story, "T1", date(2026, 3, 1))),
        (date(2026, 2, 14), Status::Superseded)
    );
    let longer = story.on(date(2026, 2, 13)).then(COURT, "delay_notified");
    assert_eq!(due(&longer.case(), "T2"), date(2026, 3, 16));
    assert_eq!(due(&longer.then(COURT, "delay_notified").case(), "T2"), date(2026, 3, 16));
}

#[test]
fn consent_to_other_offences_and_to_onward_surrender_is_due_thirty_days_from_receipt() {
    let done = due_in("GB").on(date(2026, 3, 30)).then(POLICE, "surrendered").on(date(2026, 6, 1));
    for (asked, code) in [("speciality_consent_requested", "T8"), ("onward_consent_requested", "T9")] {
        assert_eq!(due(&done.clone().then(ISSUER, asked).case(), code), date(2026, 7, 1));
    }
}

#[test]
fn an_authority_certifies_before_or_after_the_arrest_and_says_what_is_missing_and_no_court_or_prosecutor_does()
 {
    let declined = in_state("GB").then(CERTIFIER, "certification_declined");
    let case = declined.case();
    assert_eq!((case.state().code, case.questions.len()), ("received", 1));
    assert_eq!((case.questions[0].kind.as_str(), case.questions[0].waits_for), ("information", Side::Asking));
    let certified = declined.then(ISSUER, "information_supplied").then(CERTIFIER, "warrant_certified");
    assert!(certified.case().questions.is_empty());
    for sender in [COURT, POLICE, ISSUER, "eu-europol", "xx-sixth"] {
        assert_eq!(in_state("GB").refused(sender, "warrant_certified").code(), Code::WrongActor, "{sender}");
    }
    // After an early arrest it is certified, too; once decided there is nothing left to certify.
    let late = arrested_in("GB").then(CERTIFIER, "warrant_certified");
    assert_eq!(late.case().state().code, "arrested");
    assert_eq!(due_in("GB").refused(CERTIFIER, "warrant_certified").code(), Code::EventNotAllowed);
    for code in ["execution_ordered", "refused", "decision_final"] {
        let event = TCA_WARRANT.event(code).unwrap();
        let rules = TCA_WARRANT
            .rules
            .iter()
            .filter(|rule| std::ptr::eq(&TCA_WARRANT.events[rule.event.place()], event));
        assert!(
            rules.flat_map(|rule| rule.by).all(|by| TCA_WARRANT.capacities[by.place()].code == "executing"),
            "{code}"
        );
    }
}

#[test]
fn its_grounds_are_those_of_the_title_and_what_states_notified() {
    let list = TCA_WARRANT.lists.iter().find(|list| list.code == "grounds").unwrap();
    for code in
        ["600(a)", "601(1)(a)", "601(1)(i)", "604(c)", "597", "602(2)", "603(2)", "disproportionate_uk"]
    {
        assert!(list.item(code).is_some(), "{code}");
    }
    for code in ["3(1)", "4(1)", "4a", "1(3)", "601(1)(f)"] {
        assert!(list.item(code).is_none(), "{code}");
    }
    assert!(list.item("601(1)(a)").unwrap().meaning.contains("both States notified"));
    let marks: Vec<_> = ["597", "603(2)", "602(2)"].map(|code| list.item(code).unwrap().mark).into();
    assert_eq!(marks, [Mark::V, Mark::V, Mark::Own]);
    // A ground of the list is taken, one of the Framework Decision is none here, and absence is none of a prosecution.
    let contested = arrested_in("GB").then(COURT, "no_consent");
    let refused = contested.clone().telling(COURT, "refused", &[given("ground", item("603(2)"))]);
    assert_eq!(refused.case().state().code, "refusal_decided");
    let strange =
        crate::case::Event::of(TCA_WARRANT.event("refused").unwrap(), vec![given("ground", item("4(4)"))]);
    assert!(strange.is_err());
    let mut prosecuted = contested;
    prosecuted.opening.traits.retain(|it| *it == "prosecution");
    let absence = prosecuted.event("refused", &[given("ground", item("601(1)(i)"))]);
    let fact = prosecuted.fact(COURT, absence, prosecuted.facts.len());
    assert_eq!(
        admit(&prosecuted.opening, &prosecuted.facts, &fact).unwrap_err().code(),
        Code::EventNotAllowed
    );
}

#[test]
fn an_assurance_is_asked_for_where_rights_are_at_risk_and_the_decision_waits_for_it_while_time_runs() {
    let asked = [given("guarantee", item("detention_conditions"))];
    let story = arrested_in("GB").then(COURT, "no_consent").telling(COURT, "guarantee_requested", &asked);
    let waiting = story.telling(COURT, "deferred", &[given("reason", item("fundamental_rights"))]);
    assert_eq!(status(&waiting, "T1", date(2026, 3, 1)), Status::Running);
    let given_now = waiting.telling(ISSUER, "guarantee_given", &asked).then(COURT, "deferral_ended");
    assert_eq!((given_now.case().state().code, given_now.case().questions.len()), ("contested", 0));
    let guarantees = TCA_WARRANT.lists.iter().find(|list| list.code == "guarantees").unwrap();
    assert_eq!(guarantees.item("detention_conditions").unwrap().article, "604(c)");
}
