//! The rules of the form, one by one, and that nothing a form can contain makes the parser fail.

use proptest::prelude::*;

use super::*;

fn faults(change: impl FnOnce(&mut Form)) -> Vec<(String, &'static str)> {
    let mut form = sample(1);
    change(&mut form);
    match Warrant::parse(form) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(|fault| (fault.field.clone(), fault.rule)).collect(),
    }
}

fn only(field: &str, rule: &'static str, change: impl FnOnce(&mut Form)) {
    assert_eq!(faults(change), [(field.to_owned(), rule)]);
}

fn years(years: u32) -> Option<TermForm> {
    Some(TermForm { years, ..TermForm::default() })
}

fn execution(form: &mut Form, trial: TrialForm) {
    form.orders.clear();
    form.judgments = vec![JudgmentForm {
        reference: "JUDGMENT-1".into(),
        ecli: "ECLI:FR:TJMRS:2021:1234.A".into(),
        imposed: years(6),
        remaining: years(5),
        trial: Some(trial),
        ..JudgmentForm::default()
    }];
}

fn absent(absence: AbsenceForm, how_met: &str) -> TrialForm {
    TrialForm { appeared: Some(false), absences: vec![absence], how_met: how_met.into() }
}

fn day(day: u32) -> Option<DateForm> {
    Some(DateForm { year: 2021, month: 2, day })
}

#[test]
fn samples_are_valid_and_differ() {
    for n in 0..100 {
        let warrant = Warrant::parse(sample(n)).unwrap();
        assert_eq!(warrant.purpose(), Purpose::Prosecution);
        assert_ne!(sample(n), sample(n + 1));
    }
    assert!(Warrant::parse(sample(u64::MAX)).is_ok());
}

#[test]
fn an_empty_form_names_every_box_at_once() {
    let Err(faults) = Warrant::parse(Form::default()) else { panic!("an empty form is not a warrant") };
    let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["language", "person", "orders", "offences", "authority"]);
}

#[test]
fn a_fault_names_its_place_in_a_list_and_never_the_content() {
    let mut form = sample(1);
    form.offences[1].circumstances = "SECRET\u{7}".into();
    let faults = Warrant::parse(form).unwrap_err();
    assert_eq!(faults.0[0].field, "offences[1].circumstances");
    assert!(!faults.to_string().contains("SECRET"));
}

#[test]
fn no_name_and_no_line_holds_what_a_reader_cannot_see() {
    for hidden in
        ["\u{1b}", "\u{9b}", "\r", "\n", "\t", "\u{202e}", "\u{2066}", "\u{200b}", "\u{2028}", "\u{e0041}"]
    {
        let text = format!("Du{hidden}pont");
        only("person.names[0].original", "control_character", |form| {
            form.person.as_mut().unwrap().names[0].original.clone_from(&text);
        });
        only("person.aliases[0]", "control_character", |form| {
            form.person.as_mut().unwrap().aliases = vec![text.clone()];
        });
        only("authority.file_reference", "control_character", |form| {
            form.authority.as_mut().unwrap().file_reference.clone_from(&text);
        });
    }
}

#[test]
fn paragraphs_have_line_breaks_and_tabs_and_nothing_else_that_is_hidden() {
    assert!(faults(|form| form.offences[1].circumstances = "One.\r\nTwo.\n\tThree.".into()).is_empty());
    for hidden in ["\u{1b}", "\u{9b}", "\u{202e}", "\u{200b}", "\u{2029}", "\u{feff}"] {
        only("offences[1].circumstances", "control_character", |form| {
            form.offences[1].circumstances = format!("One.{hidden}Two.");
        });
    }
}

#[test]
fn a_field_of_nothing_but_spaces_of_any_width_is_missing() {
    only("authority.post", "missing", |form| form.authority.as_mut().unwrap().post = "\u{a0}\u{2003}".into());
}

#[test]
fn every_fault_is_told_at_once() {
    let found = faults(|form| {
        form.offence_total = 7;
        form.offences[0].place.clear();
        form.authority.as_mut().unwrap().email = "nobody".into();
    });
    assert_eq!(found.len(), 3);
}

#[test]
fn box_a_takes_partial_dates_and_stateless_persons() {
    assert!(
        faults(|form| form.person.as_mut().unwrap().born = Some(DateForm { year: 1980, month: 0, day: 0 }))
            .is_empty()
    );
    assert!(faults(|form| form.person.as_mut().unwrap().nationalities = vec!["stateless".into()]).is_empty());
    only("person.nationalities[0]", "not_a_country", |form| {
        form.person.as_mut().unwrap().nationalities = vec!["French".into()];
    });
    only("person.born", "not_a_date", |form| {
        form.person.as_mut().unwrap().born = Some(DateForm { year: 1981, month: 2, day: 29 });
    });
    only("person.names[0].transliteration", "not_latin", |form| {
        form.person.as_mut().unwrap().names[0].transliteration = "Иванов".into();
    });
}

#[test]
fn the_thresholds_of_article_two_hold() {
    only("offences[0].maximum", "below_twelve_months", |form| {
        form.offences[0].maximum = Some(TermForm { months: 11, ..TermForm::default() });
    });
    only("offences[0].maximum", "list_offence_below_three_years", |form| form.offences[0].maximum = years(2));
    assert!(
        faults(|form| {
            form.offences[0].maximum = years(2);
            form.offences[0].categories.clear();
            form.offences[0].description = "Described in full.".into();
        })
        .is_empty()
    );
    only("judgments[0].imposed", "below_four_months", |form| {
        execution(form, TrialForm { appeared: Some(true), ..TrialForm::default() });
        form.judgments[0].imposed = Some(TermForm { months: 3, days: 29, ..TermForm::default() });
        form.judgments[0].remaining = Some(TermForm { months: 1, ..TermForm::default() });
    });
}

#[test]
fn the_purpose_follows_from_the_boxes() {
    let mut form = sample(1);
    let orders = form.orders.clone();
    execution(&mut form, TrialForm { appeared: Some(true), ..TrialForm::default() });
    assert_eq!(Warrant::parse(form.clone()).unwrap().purpose(), Purpose::Execution);
    form.orders = orders;
    form.offences[0].judgment = 1;
    let warrant = Warrant::parse(form).unwrap();
    assert_eq!(warrant.purpose(), Purpose::Both);
    assert_eq!(warrant.offences()[0].judgment, Some(0));
    only("offences[0].judgment", "no_such_judgment", |form| form.offences[0].judgment = 1);
}

#[test]
fn box_d_follows_its_own_rules() {
    let point = |point| AbsenceForm { point, ..AbsenceForm::default() };
    let served =
        AbsenceForm { point: AbsencePoint::Served, date: day(3), not_requested: true, ..Default::default() };
    let cases = [
        (absent(AbsenceForm { date: day(3), ..point(AbsencePoint::SummonedInPerson) }, ""), None),
        (
            absent(point(AbsencePoint::SummonedInPerson), ""),
            Some(("judgments[0].trial.absences[0].date", "missing")),
        ),
        (absent(point(AbsencePoint::InformedOtherwise), "By his lawyer."), None),
        (absent(point(AbsencePoint::InformedOtherwise), ""), Some(("judgments[0].trial.how_met", "missing"))),
        (absent(point(AbsencePoint::Defended), ""), Some(("judgments[0].trial.how_met", "missing"))),
        (absent(served.clone(), "Served at home."), None),
        (
            absent(AbsenceForm { not_requested: false, ..served }, "Served at home."),
            Some(("judgments[0].trial.absences[0]", "reaction_missing")),
        ),
        (absent(AbsenceForm { days: 30, ..point(AbsencePoint::WillBeServed) }, ""), None),
        (
            absent(point(AbsencePoint::WillBeServed), ""),
            Some(("judgments[0].trial.absences[0].days", "retrial_days")),
        ),
        (TrialForm { appeared: Some(false), ..TrialForm::default() }, None),
        (TrialForm::default(), Some(("judgments[0].trial.appeared", "missing"))),
    ];
    for (trial, expected) in cases {
        let found = faults(|form| execution(form, trial));
        let expected: Vec<_> = expected.into_iter().map(|(field, rule)| (field.to_owned(), rule)).collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn a_judgment_without_box_d_comes_back() {
    only("judgments[0].trial", "missing", |form| {
        execution(form, TrialForm::default());
        form.judgments[0].trial = None;
    });
}

#[test]
fn life_and_box_h_belong_together() {
    let life = Some(TermForm { life: true, ..TermForm::default() });
    only("life", "missing", |form| form.offences[0].maximum = life);
    only("life", "life_without_life_term", |form| {
        form.life = Some(LifeForm { review: true, clemency: false });
    });
    let mut form = sample(1);
    form.maximum = life;
    form.life = Some(LifeForm { review: true, clemency: true });
    assert_eq!(Warrant::parse(form).unwrap().life(), Some(LifeGuarantee::ReviewAndClemency));
}

#[test]
fn property_needs_a_reason_and_dates_precede_the_issue() {
    only("property", "property_without_reason", |form| {
        let property = form.property.as_mut().unwrap();
        (property.evidence, property.proceeds) = (false, false);
    });
    only("offences[0].until", "after_issue", |form| {
        form.offences[0].until = Some(DateForm { year: 2021, month: 6, day: 1 });
    });
}

#[test]
fn ticks_for_the_whole_warrant_are_kept_without_a_link_to_an_offence() {
    let mut form = sample(1);
    form.categories = vec!["Terrorism".into()];
    form.offences[0].categories.clear();
    let positions: Vec<_> = Warrant::parse(form).unwrap().categories().iter().map(|c| c.position()).collect();
    assert_eq!(positions, [1, 2]);
}

#[test]
fn categories_have_one_code_one_label_and_one_position() {
    for position in 1..=32 {
        let category = Category::from_position(position).unwrap();
        assert_eq!(Category::from_code(category.code()), Some(category));
        assert_eq!(category.position(), position);
    }
    assert_eq!(Category::from_position(33), None);
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic_or_lose_a_field(text in any::<String>(), year in 0u32..12_000, n in any::<u64>()) {
        let mut form = sample(n);
        form.language.clone_from(&text);
        form.person.as_mut().unwrap().names[0].original.clone_from(&text);
        form.offences[0].from = Some(DateForm { year, month: year % 14, day: year % 33 });
        form.offences[0].categories.push(text.clone());
        form.authority.as_mut().unwrap().email = text;
        if let Err(faults) = Warrant::parse(form) {
            prop_assert!(faults.iter().all(|fault| !fault.field.is_empty() && !fault.article.is_empty()));
        }
    }
}
